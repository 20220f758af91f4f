/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything one can do, by name. Keys, menus and buttons all come here. */
#include <glib/gi18n.h>

#include "lw-composer.h"
#include "lw-notes-panel.h"
#include "lw-preferences.h"
#include "lw-split.h"
#include "lw-timeline.h"
#include "lw-transport.h"
#include "lw-window-private.h"

static void
lw_window_tell_error (LwWindow *self, GError *error)
{
  lw_window_tell (self, error->message);
}

/* ---- watching ---- */

static void
on_play (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;

  if (lw_engine_get_state (self->engine) == LW_ENGINE_PLAYING)
    lw_engine_pause (self->engine);
  else
    lw_engine_play (self->engine);
}

static void
on_step_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_engine_step (LW_WINDOW (data)->engine, -1);
}

static void
on_step_forward (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_engine_step (LW_WINDOW (data)->engine, 1);
}

static void
on_seek_by (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_seek_by (data, g_variant_get_int32 (parameter) * LW_SECOND);
}

static void
on_seek_start (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_seek (data, 0, LW_SEEK_EXACT);
}

static void
on_seek_end (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwTime duration = lw_engine_get_duration (LW_WINDOW (data)->engine);

  if (duration != LW_TIME_NONE)
    lw_window_seek (data, duration, LW_SEEK_EXACT);
}

static void
on_note_by (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;
  GListModel *notes = lw_session_get_notes (self->session);
  LwTime position = lw_engine_get_position (self->engine);
  int step = g_variant_get_int32 (parameter);
  int n = (int)g_list_model_get_n_items (notes);
  /* Backwards, a moment of grace: twice in a row must not find the same note again. */
  int i =
      lw_session_find_note_at (self->session, MAX (0, step < 0 ? position - LW_SECOND : position));

  for (i += step > 0 ? 1 : 0; i >= 0 && i < n; i += step) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (notes, (guint)i);
    LwTime start = lw_note_item_get_note (item)->start;

    if (step > 0 ? start > position : start < position) {
      lw_window_seek (self, start, LW_SEEK_EXACT);
      return;
    }
  }
}

static void
on_speed (GSimpleAction *action, GVariant *value, gpointer data)
{
  lw_engine_set_rate (LW_WINDOW (data)->engine,
                      CLAMP (g_variant_get_double (value), LW_RATE_MIN, LW_RATE_MAX));
}

static void
on_speed_by (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;
  double rate = lw_engine_get_rate (self->engine) + g_variant_get_double (parameter);

  lw_engine_set_rate (self->engine, CLAMP (rate, LW_RATE_MIN, LW_RATE_MAX));
}

static void
lw_window_set_volume (LwWindow *self, double volume, gboolean muted)
{
  lw_transport_set_volume (LW_TRANSPORT (self->transport), volume, muted);
  g_signal_emit_by_name (self->transport, "volume", CLAMP (volume, 0, 1), muted);
}

static void
on_mute (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwTransport *transport = LW_TRANSPORT (LW_WINDOW (data)->transport);

  lw_window_set_volume (data, lw_transport_get_volume (transport),
                        !lw_transport_get_muted (transport));
}

static void
on_volume_by (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwTransport *transport = LW_TRANSPORT (LW_WINDOW (data)->transport);

  lw_window_set_volume (
      data, lw_transport_get_volume (transport) + g_variant_get_double (parameter), FALSE);
}

static void
on_audio_track (GSimpleAction *action, GVariant *value, gpointer data)
{
  lw_engine_select_track (LW_WINDOW (data)->engine, LW_ENGINE_AUDIO, g_variant_get_int32 (value));
  g_simple_action_set_state (action, value);
}

static void
on_captions (GSimpleAction *action, GVariant *value, gpointer data)
{
  lw_engine_select_track (LW_WINDOW (data)->engine, LW_ENGINE_CAPTIONS,
                          g_variant_get_int32 (value));
  g_simple_action_set_state (action, value);
}

static void
on_next_captions (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;
  int n = (int)lw_engine_get_n_tracks (self->engine, LW_ENGINE_CAPTIONS);
  int next = lw_engine_get_selected_track (self->engine, LW_ENGINE_CAPTIONS) + 1;

  g_action_group_change_action_state (G_ACTION_GROUP (self), "captions",
                                      g_variant_new_int32 (next >= n ? -1 : next));
}

static void
on_load_captions (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_choose_captions (data);
}

static void
on_loop (GSimpleAction *action, GVariant *value, gpointer data)
{
  LwWindow *self = data;
  LwTime in, out;

  if (!g_variant_get_boolean (value)) {
    lw_engine_set_loop (self->engine, LW_TIME_NONE, LW_TIME_NONE);
    lw_timeline_set_loop (LW_TIMELINE (self->timeline), LW_TIME_NONE, LW_TIME_NONE);
    g_simple_action_set_state (action, value);
    return;
  }
  lw_session_get_marks (self->session, &in, &out);
  if (in != LW_TIME_NONE && out != LW_TIME_NONE)
    lw_window_loop (self, in, out);
  else
    lw_window_tell (self, _ ("Mark where it begins with I and where it ends with O, then loop."));
}

void
lw_window_loop (LwWindow *self, LwTime from, LwTime to)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "loop");

  lw_engine_set_loop (self->engine, from, to);
  lw_timeline_set_loop (LW_TIMELINE (self->timeline), from, to);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (TRUE));
}

static void
on_fullscreen (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (data)))
    gtk_window_unfullscreen (GTK_WINDOW (data));
  else
    gtk_window_fullscreen (GTK_WINDOW (data));
}

static void
on_zoom (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_timeline_zoom (LW_TIMELINE (LW_WINDOW (data)->timeline), g_variant_get_double (parameter));
}

static void
on_picture (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_save_picture (data);
}

/* ---- noting ---- */

void
lw_window_compose (LwWindow *self, LwNoteKind kind)
{
  g_autoptr (GError) error = NULL;

  if (!lw_session_begin_note (self->session, kind, &error)) {
    lw_window_tell_error (self, error);
    return;
  }
  lw_window_show_notes (self);
  lw_composer_focus (LW_COMPOSER (lw_notes_panel_get_composer (LW_NOTES_PANEL (self->panel))));
}

static void
on_noticing (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_compose (data, LW_NOTE_NOTICING);
}

static void
on_wondering (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_compose (data, LW_NOTE_WONDERING);
}

static void
on_mark_in (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_session_mark_in (LW_WINDOW (data)->session);
  lw_window_show_marks (data);
}

static void
on_mark_out (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_session_mark_out (LW_WINDOW (data)->session);
  lw_window_show_marks (data);
}

static void
on_clear_marks (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_session_clear_marks (LW_WINDOW (data)->session);
  lw_window_show_marks (data);
  g_action_group_change_action_state (G_ACTION_GROUP (data), "loop", g_variant_new_boolean (FALSE));
}

static void
on_undo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!lw_session_undo (LW_WINDOW (data)->session, &error))
    lw_window_tell_error (data, error);
}

static void
on_redo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!lw_session_redo (LW_WINDOW (data)->session, &error))
    lw_window_tell_error (data, error);
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_action_group_change_action_state (G_ACTION_GROUP (data), "show-notes",
                                      g_variant_new_boolean (TRUE));
  lw_window_show_notes (data);
  lw_notes_panel_start_search (LW_NOTES_PANEL (LW_WINDOW (data)->panel));
}

static void
on_show_notes (GSimpleAction *action, GVariant *value, gpointer data)
{
  lw_split_set_show_side (LW_SPLIT (LW_WINDOW (data)->split), g_variant_get_boolean (value));
  g_simple_action_set_state (action, value);
}

/* ---- viewings ---- */

static void
on_pass (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (lw_session_set_pass (LW_WINDOW (data)->session, (guint)g_variant_get_int32 (value), &error))
    g_simple_action_set_state (action, value);
  else
    lw_window_tell_error (data, error);
}

static void
on_begin_pass (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!lw_session_begin_pass (LW_WINDOW (data)->session, &error))
    lw_window_tell_error (data, error);
}

static void
on_all_passes (GSimpleAction *action, GVariant *value, gpointer data)
{
  lw_notes_panel_set_all_passes (LW_NOTES_PANEL (LW_WINDOW (data)->panel),
                                 g_variant_get_boolean (value));
  g_simple_action_set_state (action, value);
}

/* ---- the rest ---- */

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_choose_lesson (data);
}

static void
on_join (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_join_walk (data);
}

static void
on_trends (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_show_trends (data);
}

static void
on_show_walk (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_action_group_change_action_state (G_ACTION_GROUP (data), "show-notes",
                                      g_variant_new_boolean (TRUE));
  lw_window_show_walk (data);
}

static void
on_close_lesson (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;

  lw_window_remember (self);
  lw_session_close (self->session);
}

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lw_window_export (data);
}

static void
on_follow_changed (LwPreferences *preferences, gboolean follow, LwWindow *self)
{
  lw_notes_panel_set_follow (LW_NOTES_PANEL (self->panel), follow);
}

static void
on_preferences_failed (LwPreferences *preferences, GError *error, LwWindow *self)
{
  lw_window_tell_error (self, error);
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;
  GtkWindow *preferences = lw_preferences_new (self->session, GTK_WINDOW (self));

  g_signal_connect_object (preferences, "follow", G_CALLBACK (on_follow_changed), self, 0);
  g_signal_connect_object (preferences, "failed", G_CALLBACK (on_preferences_failed), self, 0);
  gtk_window_present (preferences);
}

/* Made when it is asked for, gone when it is closed: GTK 4.8 ends the program when a screen reader
 * asks for a window that has just gone while there is another that was never shown. */
static void
on_show_help (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;

  if (self->help == NULL) {
    g_autoptr (GtkBuilder) builder =
        gtk_builder_new_from_resource ("/org/lessonwalk/Lessonwalk/help-overlay.ui");

    g_set_weak_pointer (&self->help, GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
    gtk_window_set_transient_for (self->help, GTK_WINDOW (self));
    gtk_window_set_destroy_with_parent (self->help, TRUE);
  }
  gtk_window_present (self->help);
}

static void
on_escape (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwWindow *self = data;
  LwComposer *composer = LW_COMPOSER (lw_notes_panel_get_composer (LW_NOTES_PANEL (self->panel)));

  if (lw_composer_is_open (composer))
    lw_composer_park (composer);
  else if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    lw_notes_panel_stop_search (LW_NOTES_PANEL (self->panel));
}

static const GActionEntry entries[] = {
    {.name = "play", .activate = on_play},
    {.name = "step-back", .activate = on_step_back},
    {.name = "step-forward", .activate = on_step_forward},
    {.name = "seek-by", .activate = on_seek_by, .parameter_type = "i"},
    {.name = "seek-start", .activate = on_seek_start},
    {.name = "seek-end", .activate = on_seek_end},
    {.name = "note-by", .activate = on_note_by, .parameter_type = "i"},
    {.name = "speed", .parameter_type = "d", .state = "1.0", .change_state = on_speed},
    {.name = "speed-by", .activate = on_speed_by, .parameter_type = "d"},
    {.name = "mute", .activate = on_mute},
    {.name = "volume-by", .activate = on_volume_by, .parameter_type = "d"},
    {.name = "audio-track", .parameter_type = "i", .state = "0", .change_state = on_audio_track},
    {.name = "captions", .parameter_type = "i", .state = "-1", .change_state = on_captions},
    {.name = "next-captions", .activate = on_next_captions},
    {.name = "load-captions", .activate = on_load_captions},
    {.name = "loop", .state = "false", .change_state = on_loop},
    {.name = "zoom", .activate = on_zoom, .parameter_type = "d"},
    {.name = "picture", .activate = on_picture},
    {.name = "noticing", .activate = on_noticing},
    {.name = "wondering", .activate = on_wondering},
    {.name = "mark-in", .activate = on_mark_in},
    {.name = "mark-out", .activate = on_mark_out},
    {.name = "clear-marks", .activate = on_clear_marks},
    {.name = "undo", .activate = on_undo},
    {.name = "redo", .activate = on_redo},
    {.name = "search", .activate = on_search},
    {.name = "show-notes", .state = "true", .change_state = on_show_notes},
    {.name = "pass", .parameter_type = "i", .state = "1", .change_state = on_pass},
    {.name = "begin-pass", .activate = on_begin_pass},
    {.name = "all-passes", .state = "false", .change_state = on_all_passes},
    {.name = "show-walk", .activate = on_show_walk},
    {.name = "close-lesson", .activate = on_close_lesson},
    {.name = "export", .activate = on_export},
    /* From here on: possible without a lesson too. */
    {.name = "open", .activate = on_open},
    {.name = "join", .activate = on_join},
    {.name = "trends", .activate = on_trends},
    {.name = "fullscreen", .activate = on_fullscreen},
    {.name = "preferences", .activate = on_preferences},
    {.name = "show-help-overlay", .activate = on_show_help},
    {.name = "escape", .activate = on_escape},
};

void
lw_window_init_actions (LwWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static void
lw_window_set_state (LwWindow *self, const char *name, GVariant *state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), state);
}

void
lw_window_update_actions (LwWindow *self)
{
  gboolean lesson =
      g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->pages)), "lesson") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (entries) && !g_str_equal (entries[i].name, "open"); i++) {
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), entries[i].name);
    gboolean enabled = lesson;

    if (g_str_equal (entries[i].name, "undo"))
      enabled = lesson && lw_session_get_can_undo (self->session);
    else if (g_str_equal (entries[i].name, "redo"))
      enabled = lesson && lw_session_get_can_redo (self->session);
    else if (g_str_equal (entries[i].name, "export"))
      enabled = lesson && lw_session_get_segment (self->session) != NULL;
    else if (g_str_equal (entries[i].name, "show-walk"))
      enabled = lesson && lw_session_get_walk (self->session) != NULL;
    else if (g_str_equal (entries[i].name, "close-lesson"))
      enabled = lw_session_get_file (self->session) != NULL;
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
  }
  lw_window_set_state (self, "speed", g_variant_new_double (lw_engine_get_rate (self->engine)));
  lw_window_set_state (self, "pass",
                       g_variant_new_int32 ((int)lw_session_get_pass (self->session)));
  lw_window_set_state (
      self, "audio-track",
      g_variant_new_int32 (lw_engine_get_selected_track (self->engine, LW_ENGINE_AUDIO)));
  lw_window_set_state (
      self, "captions",
      g_variant_new_int32 (lw_engine_get_selected_track (self->engine, LW_ENGINE_CAPTIONS)));
}
