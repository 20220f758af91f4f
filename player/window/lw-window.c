/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-window-private.h"

#include <glib/gi18n.h>

#include "lw-composer.h"
#include "lw-focus-banner.h"
#include "lw-notes-panel.h"
#include "lw-split.h"
#include "lw-start-page.h"
#include "lw-timeline.h"
#include "lw-video-view.h"

G_DEFINE_TYPE (LwWindow, lw_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- telling ---- */

void
lw_window_tell (LwWindow *self, const char *sentence)
{
  AdwToast *toast;

  g_return_if_fail (LW_IS_WINDOW (self));
  toast = adw_toast_new (sentence);
  adw_toast_set_timeout (toast, 6);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

/* What to do right now: before all else that is told, and gone when it is done. */
static void
lw_window_hint (LwWindow *self, const char *sentence)
{
  AdwToast *toast;

  if (self->hint != NULL)
    adw_toast_dismiss (self->hint);
  g_clear_object (&self->hint);
  if (sentence == NULL)
    return;
  toast = adw_toast_new (sentence);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 6);
  self->hint = g_object_ref (toast);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

static void
lw_window_on_panel_failed (LwNotesPanel *panel, GError *error, LwWindow *self)
{
  lw_window_tell (self, error->message);
}

static void
lw_window_on_message (LwSession *session, const char *sentence, LwWindow *self)
{
  lw_window_tell (self, sentence);
}

static void
lw_window_on_deleted (LwNotesPanel *panel, LwWindow *self)
{
  AdwToast *toast = adw_toast_new (_ ("Note deleted"));

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  adw_toast_set_timeout (toast, 8);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
}

void
lw_window_show_problem (LwWindow *self, const GError *error)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (LW_IS_WINDOW (self));
  escaped = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->problem), escaped);
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages), "problem");
  lw_window_update_actions (self);
}

/* ---- following the session ---- */

static void
lw_window_on_file (LwWindow *self)
{
  gboolean open = lw_session_get_file (self->session) != NULL;

  self->restored = self->has_picture = self->warned = FALSE;
  self->target = LW_TIME_NONE;
  /* The engine forgets its loop, the session its marks, with the lesson they were in. */
  lw_engine_set_loop (self->engine, LW_TIME_NONE, LW_TIME_NONE);
  lw_timeline_set_loop (LW_TIMELINE (self->timeline), LW_TIME_NONE, LW_TIME_NONE);
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "loop")),
      g_variant_new_boolean (FALSE));
  lw_window_show_marks (self);
  if (open) {
    lw_video_view_set_placeholder (LW_VIDEO_VIEW (self->video), NULL, NULL);
    lw_video_view_set_busy (LW_VIDEO_VIEW (self->video), TRUE);
    gtk_stack_set_visible_child_name (GTK_STACK (self->pages), "lesson");
    /* Not a button: Space and Enter belong to the lesson from the start. */
    gtk_widget_grab_focus (self->timeline);
  } else {
    lw_start_page_refresh (LW_START_PAGE (self->start_page));
    gtk_stack_set_visible_child_name (GTK_STACK (self->pages), "start");
  }
  gtk_widget_set_visible (self->back, open);
  gtk_widget_set_visible (self->notes_toggle, open);
  gtk_widget_set_visible (self->undo, open);
  lw_window_update_actions (self);
}

static void
lw_window_on_title (LwWindow *self)
{
  gboolean open = lw_session_get_file (self->session) != NULL;
  const char *title = open ? lw_session_get_title (self->session) : _ ("Lessonwalk");

  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), title);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

static void
lw_window_on_walk (LwWindow *self)
{
  lw_focus_banner_set_walk (LW_FOCUS_BANNER (self->focus_banner),
                            lw_session_get_walk (self->session));
}

static void
lw_window_on_probe (LwWindow *self)
{
  LwProbe *probe = (LwProbe *)lw_session_get_probe (self->session);
  LwTime duration = lw_engine_get_duration (self->engine);

  lw_timeline_set_probe (LW_TIMELINE (self->timeline), probe);
  if (duration == LW_TIME_NONE && probe != NULL)
    lw_timeline_set_duration (LW_TIMELINE (self->timeline), probe->duration);
  if (probe != NULL && lw_probe_get_video (probe) == NULL)
    lw_video_view_set_placeholder (LW_VIDEO_VIEW (self->video), "audio-x-generic-symbolic",
                                   _ ("This lesson has sound and no picture."));
}

static void
lw_window_on_filmstrip (LwWindow *self)
{
  lw_timeline_set_filmstrip (LW_TIMELINE (self->timeline),
                             lw_session_get_filmstrip (self->session));
}

static void
lw_window_on_waveform (LwWindow *self)
{
  lw_timeline_set_waveform (LW_TIMELINE (self->timeline), lw_session_get_waveform (self->session));
}

static void
lw_window_on_opened (LwSession *session, LwWindow *self)
{
  lw_window_restore_position (self);
  lw_window_update_actions (self);
  if (lw_session_get_draft (session) != NULL)
    lw_window_tell (self, _ ("What you were writing is still here."));
}

/* Playback failed. Notes that are known stay in reach. */
static void
lw_window_on_failed (LwSession *session, GError *error, LwWindow *self)
{
  lw_video_view_set_busy (LW_VIDEO_VIEW (self->video), FALSE);
  lw_window_reveal_controls (self);
  if (lw_session_get_segment (session) == NULL) {
    lw_window_show_problem (self, error);
    return;
  }
  lw_video_view_set_placeholder (LW_VIDEO_VIEW (self->video), "dialog-warning-symbolic",
                                 error->message);
}

static void
lw_window_on_draft (LwWindow *self)
{
  gboolean writing = lw_session_get_draft (self->session) != NULL;

  if (writing) {
    lw_window_show_notes (self);
    g_action_group_change_action_state (G_ACTION_GROUP (self), "show-notes",
                                        g_variant_new_boolean (TRUE));
  }
  else
    lw_video_view_set_marking (LW_VIDEO_VIEW (self->video), FALSE);
  lw_split_set_prefer_side (LW_SPLIT (self->split), writing);
  lw_window_show_region (self);
  lw_window_reveal_controls (self);
}

static void
lw_window_on_kept (LwSession *session, LwNote *note, LwWindow *self)
{
  lw_window_show_marks (self);
  lw_window_show_region (self);
  lw_window_reveal_controls (self);
}

/* ---- pointing at the picture and the notes ---- */

static void
lw_window_on_video_clicked (LwVideoView *video, LwWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.play", NULL);
}

static void
lw_window_on_video_double_clicked (LwVideoView *video, LwWindow *self)
{
  /* The first click of the two has played or paused: take that back. */
  gtk_widget_activate_action (GTK_WIDGET (self), "win.play", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.fullscreen", NULL);
}

static void
lw_window_on_region (LwVideoView *video, LwRegion *region, LwWindow *self)
{
  LwComposer *composer = LW_COMPOSER (lw_notes_panel_get_composer (LW_NOTES_PANEL (self->panel)));

  lw_session_set_draft_region (self->session, region);
  lw_composer_set_placing (composer, FALSE);
  lw_composer_focus (composer);
  lw_window_hint (self, NULL);
}

static void
lw_window_on_place (LwComposer *composer, gboolean placing, LwWindow *self)
{
  lw_video_view_set_marking (LW_VIDEO_VIEW (self->video), placing);
  lw_window_hint (self, placing ? _ ("Drag over the place in the picture. A click takes it away.")
                                : NULL);
}

static void
lw_window_on_composer_left (LwComposer *composer, LwWindow *self)
{
  gtk_widget_grab_focus (self->timeline);
}

static void
lw_window_on_jump (LwNotesPanel *panel, gint64 time, LwWindow *self)
{
  lw_window_seek (self, time, LW_SEEK_EXACT);
}

static void
lw_window_on_loop (LwNotesPanel *panel, gint64 from, gint64 to, LwWindow *self)
{
  lw_window_loop (self, from, to);
  lw_window_seek (self, from, LW_SEEK_EXACT);
  lw_engine_play (self->engine);
}

static void
lw_window_on_open (LwStartPage *page, GFile *file, LwWindow *self)
{
  g_signal_emit_by_name (self, "open", file);
}

static void
lw_window_connect (LwWindow *self)
{
  LwSession *session = self->session;
  GtkWidget *composer = lw_notes_panel_get_composer (LW_NOTES_PANEL (self->panel));

  g_signal_connect_swapped (session, "notify::file", G_CALLBACK (lw_window_on_file), self);
  g_signal_connect_swapped (session, "notify::file", G_CALLBACK (lw_window_on_title), self);
  g_signal_connect_swapped (session, "notify::title", G_CALLBACK (lw_window_on_title), self);
  g_signal_connect_swapped (session, "notify::walk", G_CALLBACK (lw_window_on_walk), self);
  g_signal_connect_swapped (session, "notify::probe", G_CALLBACK (lw_window_on_probe), self);
  g_signal_connect_swapped (session, "notify::filmstrip", G_CALLBACK (lw_window_on_filmstrip),
                            self);
  g_signal_connect_swapped (session, "notify::waveform", G_CALLBACK (lw_window_on_waveform), self);
  g_signal_connect_swapped (session, "notify::draft", G_CALLBACK (lw_window_on_draft), self);
  g_signal_connect_swapped (session, "notify::can-undo", G_CALLBACK (lw_window_update_actions),
                            self);
  g_signal_connect_swapped (session, "notify::can-redo", G_CALLBACK (lw_window_update_actions),
                            self);
  g_signal_connect_swapped (session, "notify::pass", G_CALLBACK (lw_window_update_actions), self);
  g_signal_connect (session, "opened", G_CALLBACK (lw_window_on_opened), self);
  g_signal_connect (session, "failed", G_CALLBACK (lw_window_on_failed), self);
  g_signal_connect (session, "message", G_CALLBACK (lw_window_on_message), self);
  g_signal_connect (session, "kept", G_CALLBACK (lw_window_on_kept), self);

  g_signal_connect (self->video, "clicked", G_CALLBACK (lw_window_on_video_clicked), self);
  g_signal_connect (self->video, "double-clicked", G_CALLBACK (lw_window_on_video_double_clicked),
                    self);
  g_signal_connect (self->video, "region", G_CALLBACK (lw_window_on_region), self);
  g_signal_connect (composer, "place", G_CALLBACK (lw_window_on_place), self);
  g_signal_connect (composer, "left", G_CALLBACK (lw_window_on_composer_left), self);
  g_signal_connect (self->panel, "jump", G_CALLBACK (lw_window_on_jump), self);
  g_signal_connect (self->panel, "loop", G_CALLBACK (lw_window_on_loop), self);
  g_signal_connect (self->panel, "deleted", G_CALLBACK (lw_window_on_deleted), self);
  g_signal_connect (self->panel, "failed", G_CALLBACK (lw_window_on_panel_failed), self);
  g_signal_connect (self->start_page, "open", G_CALLBACK (lw_window_on_open), self);
}

/* ---- life ---- */

static gboolean
lw_window_close_request (GtkWindow *window)
{
  LwWindow *self = LW_WINDOW (window);

  lw_window_remember (self);
  lw_session_close (self->session); /* keeps the draft */
  return GTK_WINDOW_CLASS (lw_window_parent_class)->close_request (window);
}

static void
lw_window_dispose (GObject *object)
{
  LwWindow *self = LW_WINDOW (object);

  if (self->session != NULL) {
    lw_window_stop_rooms (self);
    lw_window_stop_playback (self);
    lw_window_stop_fullscreen (self);
    g_signal_handlers_disconnect_by_data (self->session, self);
    g_signal_handlers_disconnect_by_data (self->engine, self);
  }
  g_clear_object (&self->chooser);
  g_clear_weak_pointer (&self->help);
  g_clear_object (&self->hint);
  g_clear_object (&self->session);
  g_clear_object (&self->engine);
  g_clear_object (&self->picture);
  gst_clear_object (&self->sink);
  G_OBJECT_CLASS (lw_window_parent_class)->dispose (object);
}

static void
lw_window_class_init (LwWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = lw_window_close_request;
  g_signal_new ("open", LW_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_FILE);
}

static void
lw_window_init (LwWindow *self)
{
  self->start_time = LW_TIME_NONE;
  self->target = LW_TIME_NONE;
  self->placed_at = LW_TIME_NONE;
}

GtkWindow *
lw_window_new (GtkApplication *application,
               LwSession *session,
               GdkPaintable *picture,
               GstElement *sink)
{
  LwWindow *self = g_object_new (LW_TYPE_WINDOW, "application", application, "icon-name",
                                 "org.lessonwalk.Lessonwalk", NULL);

  self->session = g_object_ref (session);
  self->engine = g_object_ref (lw_session_get_engine (session));
  self->picture = g_object_ref (picture);
  self->sink = gst_object_ref (sink);
  lw_window_build (self);
  lw_window_init_actions (self);
  lw_window_init_keys (self);
  lw_window_init_drop (self);
  lw_window_init_playback (self);
  lw_window_init_fullscreen (self);
  lw_window_connect (self);
  lw_window_init_rooms (self);
  lw_window_on_file (self);
  lw_window_on_title (self);
  lw_window_on_walk (self);
  lw_window_on_probe (self);
  lw_window_on_filmstrip (self);
  lw_window_on_waveform (self);
  return GTK_WINDOW (self);
}

void
lw_window_leave_lesson (LwWindow *self)
{
  g_return_if_fail (LW_IS_WINDOW (self));
  lw_window_remember (self);
}

void
lw_window_set_start_time (LwWindow *self, LwTime time)
{
  g_return_if_fail (LW_IS_WINDOW (self));
  self->start_time = time;
}
