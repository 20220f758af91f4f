/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window and the engine: where playback is, and where it shall be. */
#include <glib/gi18n.h>

#include "lw-notes-panel.h"
#include "lw-paintable-sink.h"
#include "lw-palette.h"
#include "lw-preferences.h"
#include "lw-timeline.h"
#include "lw-transport.h"
#include "lw-video-view.h"
#include "lw-window-private.h"

/* How often the position is stored while playing. */
#define LW_REMEMBER_S 10
/* Nearer than this to either end it is not worth coming back to. */
#define LW_WORTH_RETURNING (3 * LW_SECOND)
/* For how long after its moment the place of a note that is a point stays on the picture. */
#define LW_PLACE_STAYS (2 * LW_SECOND)

/* ---- showing where playback is ---- */

static LwTime
lw_window_get_position (LwWindow *self)
{
  return self->target != LW_TIME_NONE ? self->target : lw_engine_get_position (self->engine);
}

void
lw_window_show_position (LwWindow *self)
{
  LwTime position = lw_window_get_position (self);

  lw_timeline_set_position (LW_TIMELINE (self->timeline), position);
  lw_transport_set_position (LW_TRANSPORT (self->transport), position);
  lw_notes_panel_set_position (LW_NOTES_PANEL (self->panel), position);
  lw_window_show_region (self);
}

/* The place of the draft, or of the note that playback is at. */
void
lw_window_show_region (LwWindow *self)
{
  const LwNote *draft = lw_session_get_draft (self->session);
  LwTime position = lw_window_get_position (self);
  g_autoptr (LwNoteItem) item = NULL;
  const LwNote *note;
  int at;

  if (draft != NULL) {
    lw_video_view_set_region (LW_VIDEO_VIEW (self->video), &draft->region, 0);
    return;
  }
  at = position < 0 ? -1 : lw_session_find_note_at (self->session, position);
  if (at >= 0)
    item = g_list_model_get_item (lw_session_get_notes (self->session), (guint)at);
  note = item == NULL ? NULL : lw_note_item_get_note (item);
  if (note != NULL && position < MAX (note->end, note->start + LW_PLACE_STAYS))
    lw_video_view_set_region (LW_VIDEO_VIEW (self->video), &note->region,
                              lw_note_item_get_track_number (item));
  else
    lw_video_view_set_region (LW_VIDEO_VIEW (self->video), NULL, 0);
}

void
lw_window_show_marks (LwWindow *self)
{
  LwTime in, out;

  lw_session_get_marks (self->session, &in, &out);
  lw_timeline_set_marks (LW_TIMELINE (self->timeline), in, out);
}

static gboolean
lw_window_on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  lw_window_show_position (LW_WINDOW (widget));
  return G_SOURCE_CONTINUE;
}

/* ---- following the engine ---- */

static void
lw_window_on_state (LwEngine *engine, int ignored, LwWindow *self)
{
  LwEngineState state = lw_engine_get_state (engine);
  gboolean playing = state == LW_ENGINE_PLAYING;

  if (playing && self->tick == 0) {
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), lw_window_on_tick, NULL, NULL);
    lw_window_reveal_controls (self);
  } else if (!playing && self->tick != 0) {
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
    self->tick = 0;
    lw_window_reveal_controls (self);
  }
  if (state != LW_ENGINE_OPENING && state != LW_ENGINE_EMPTY)
    lw_video_view_set_busy (LW_VIDEO_VIEW (self->video), FALSE);
  if (state == LW_ENGINE_EMPTY && LW_IS_PAINTABLE (self->picture))
    lw_paintable_clear (LW_PAINTABLE (self->picture));
  lw_window_show_position (self);
}

static void
lw_window_on_media_info (LwEngine *engine, LwWindow *self)
{
  LwTime duration = lw_engine_get_duration (engine);

  if (duration != LW_TIME_NONE)
    lw_timeline_set_duration (LW_TIMELINE (self->timeline), duration);
  lw_window_update_actions (self);
}

/* The session tells it for a moment; where no picture is, it stays in its place until one comes. */
static void
lw_window_on_warning (LwEngine *engine, const char *text, LwWindow *self)
{
  if (self->has_picture)
    return;
  lw_video_view_set_placeholder (LW_VIDEO_VIEW (self->video), "dialog-warning-symbolic", text);
  self->warned = TRUE;
}

static void
lw_window_on_frame (LwEngine *engine, gint64 time, LwWindow *self)
{
  if (self->warned)
    lw_video_view_set_placeholder (LW_VIDEO_VIEW (self->video), NULL, NULL);
  self->warned = FALSE;
  self->has_picture = TRUE;
  /* While playing the frame clock asks; this is for frames that come by stepping and seeking. */
  if (self->tick == 0)
    lw_window_show_position (self);
}

static void
lw_window_on_seek_done (LwEngine *engine, gint64 time, LwWindow *self)
{
  self->target = LW_TIME_NONE;
  lw_window_show_position (self);
}

static void
lw_window_on_buffering (LwEngine *engine, int percent, LwWindow *self)
{
  lw_video_view_set_busy (LW_VIDEO_VIEW (self->video), percent < 100);
}

static void
lw_window_on_rate (LwEngine *engine, double rate, LwWindow *self)
{
  lw_window_update_actions (self);
}

/* ---- seeking ---- */

void
lw_window_seek (LwWindow *self, LwTime time, LwSeekMode mode)
{
  LwTime duration = lw_engine_get_duration (self->engine);

  time = MAX (0, time);
  if (duration != LW_TIME_NONE)
    time = MIN (time, duration);
  self->target = time;
  lw_engine_seek (self->engine, time, mode);
  lw_window_show_position (self);
}

void
lw_window_seek_by (LwWindow *self, LwTime distance)
{
  lw_window_seek (self, MAX (0, lw_window_get_position (self)) + distance, LW_SEEK_EXACT);
  lw_window_reveal_controls (self); /* where she has come to */
}

static void
lw_window_on_timeline_seek (LwTimeline *timeline, gint64 time, gboolean scrub, LwWindow *self)
{
  lw_window_seek (self, time, scrub ? LW_SEEK_SCRUB : LW_SEEK_EXACT);
}

/* ---- coming back to where she was ---- */

static char *
lw_window_position_key (LwWindow *self)
{
  g_autofree char *id = lw_id_to_string (&lw_session_get_segment (self->session)->id);

  return g_strconcat ("position:", id, NULL);
}

void
lw_window_remember (LwWindow *self)
{
  LwStore *store = lw_session_get_store (self->session);
  LwTime position = lw_engine_get_position (self->engine);
  LwTime duration = lw_engine_get_duration (self->engine);
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;

  if (lw_session_get_segment (self->session) == NULL || !self->restored || position < 0)
    return;
  if (duration != LW_TIME_NONE && position > duration - LW_WORTH_RETURNING)
    position = 0;
  key = lw_window_position_key (self);
  value = g_strdup_printf ("%" G_GINT64_FORMAT, position);
  lw_store_set_setting (store, key, value, NULL); /* a convenience: not worth a word if it fails */
}

void
lw_window_restore_position (LwWindow *self)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autofree char *key = lw_window_position_key (self);
  g_autofree char *value = lw_store_get_setting (store, key, NULL);
  LwTime position = self->start_time;

  if (position == LW_TIME_NONE && value != NULL) {
    position = g_ascii_strtoll (value, NULL, 10);
    if (position < LW_WORTH_RETURNING)
      position = LW_TIME_NONE;
  }
  self->start_time = LW_TIME_NONE;
  self->restored = TRUE;
  if (position != LW_TIME_NONE)
    lw_window_seek (self, position, LW_SEEK_EXACT);
}

static gboolean
lw_window_on_remember (gpointer data)
{
  LwWindow *self = data;

  if (self->tick != 0)
    lw_window_remember (self);
  return G_SOURCE_CONTINUE;
}

static void
lw_window_on_volume (LwTransport *transport, double volume, gboolean muted, LwWindow *self)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autofree char *value = g_strdup_printf ("%d", (int)(volume * 1000 + 0.5));

  lw_store_set_setting (store, LW_SETTING_VOLUME, value, NULL);
  lw_store_set_setting (store, LW_SETTING_MUTED, muted ? "1" : "0", NULL);
}

static void
lw_window_restore_settings (LwWindow *self)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autofree char *volume = lw_store_get_setting (store, LW_SETTING_VOLUME, NULL);
  g_autofree char *muted = lw_store_get_setting (store, LW_SETTING_MUTED, NULL);
  g_autofree char *follow = lw_store_get_setting (store, LW_SETTING_FOLLOW, NULL);
  gint64 level = volume == NULL ? 1000 : g_ascii_strtoll (volume, NULL, 10);

  lw_transport_set_volume (LW_TRANSPORT (self->transport), (double)CLAMP (level, 0, 1000) / 1000,
                           g_strcmp0 (muted, "1") == 0);
  lw_notes_panel_set_follow (LW_NOTES_PANEL (self->panel), g_strcmp0 (follow, "0") != 0);
}

/* ---- the size of the picture ---- */

static gboolean
lw_window_tell_sink (gpointer data)
{
  LwWindow *self = data;

  self->resize_id = 0;
  if (LW_IS_PAINTABLE_SINK (self->sink))
    lw_paintable_sink_set_target (LW_PAINTABLE_SINK (self->sink), self->device_width,
                                  self->device_height);
  return G_SOURCE_REMOVE;
}

static void
lw_window_on_video_resized (LwVideoView *video, guint width, guint height, LwWindow *self)
{
  self->device_width = width;
  self->device_height = height;
  /* While she drags the window's edge each size lasts a frame: wait until one stays. */
  g_clear_handle_id (&self->resize_id, g_source_remove);
  self->resize_id = g_timeout_add (80, lw_window_tell_sink, self);
}

/* ---- life ---- */

void
lw_window_init_playback (LwWindow *self)
{
  g_signal_connect (self->engine, "state-changed", G_CALLBACK (lw_window_on_state), self);
  g_signal_connect (self->engine, "media-info", G_CALLBACK (lw_window_on_media_info), self);
  g_signal_connect (self->engine, "frame", G_CALLBACK (lw_window_on_frame), self);
  g_signal_connect (self->engine, "warning", G_CALLBACK (lw_window_on_warning), self);
  g_signal_connect (self->engine, "seek-done", G_CALLBACK (lw_window_on_seek_done), self);
  g_signal_connect (self->engine, "buffering", G_CALLBACK (lw_window_on_buffering), self);
  g_signal_connect (self->engine, "rate-changed", G_CALLBACK (lw_window_on_rate), self);
  g_signal_connect (self->timeline, "seek", G_CALLBACK (lw_window_on_timeline_seek), self);
  g_signal_connect (self->transport, "volume", G_CALLBACK (lw_window_on_volume), self);
  g_signal_connect (self->video, "resized", G_CALLBACK (lw_window_on_video_resized), self);
  self->remember_id = g_timeout_add_seconds (LW_REMEMBER_S, lw_window_on_remember, self);
  lw_window_restore_settings (self);
  lw_window_on_media_info (self->engine, self);
  lw_window_on_state (self->engine, 0, self);
}

void
lw_window_stop_playback (LwWindow *self)
{
  g_clear_handle_id (&self->remember_id, g_source_remove);
  g_clear_handle_id (&self->resize_id, g_source_remove);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}
