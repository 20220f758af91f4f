/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The watchdogs: what must settle, settles or fails; what plays, moves. On the engine's thread. */
#include "lw-core-private.h"
#include "lw-engine-error.h"

#define TICK_MS 100

void
lw_core_note_work (LwCore *self)
{
  self->busy_since_us = g_get_monotonic_time ();
  self->last_activity_us = self->busy_since_us;
  self->settled_ticks = 0;
}

void
lw_core_update_position (LwCore *self)
{
  gboolean moves = self->machine.running && self->machine.phase == LW_PHASE_STEADY;
  gint64 position = -1, now_us = g_get_monotonic_time ();
  LwTime frame = lw_screen_get_time (self->screen);

  if (self->playbin == NULL || lw_machine_is_busy (&self->machine))
    return;
  if (!gst_element_query_position (self->playbin, GST_FORMAT_TIME, &position))
    position = frame;
  /* An exact seek begins before its frame; and a kept frame is not where the pipeline is. */
  if (!moves && frame != LW_TIME_NONE)
    position = frame;
  g_mutex_lock (&self->lock);
  self->snapshot.position = position;
  self->snapshot.position_us = moves ? now_us : 0;
  g_mutex_unlock (&self->lock);
}

/* An ASYNC_DONE that went missing must not hang the machine: a state that stays settled is one. */
static void
look_for_settled (LwCore *self)
{
  GstState state, pending;
  GstStateChangeReturn result = gst_element_get_state (self->playbin, &state, &pending, 0);

  if (self->undecided && lw_pipeline_is_undecided (self))
    return;
  self->undecided = FALSE;
  if ((result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL) &&
      pending == GST_STATE_VOID_PENDING && state >= GST_STATE_PAUSED)
    self->settled_ticks++;
  else
    self->settled_ticks = 0;
  if (self->settled_ticks < 3)
    return;
  self->settled_ticks = 0;
  if (self->machine.phase == LW_PHASE_OPENING && !self->opened) {
    self->opened = TRUE;
    lw_pipeline_apply_tracks (self);
    lw_pipeline_read_info (self);
  }
  if (lw_pipeline_verify (self))
    lw_core_tell_settled (self);
}

static gboolean
is_stalled (LwCore *self, gint64 now_us)
{
  guint64 activity =
      lw_screen_get_activity (self->screen) + lw_decoder_tap_get_n_dropped (self->tap);
  gboolean busy = lw_machine_is_busy (&self->machine);
  gboolean excused = FALSE;
  gint64 position = 0;

  if (!busy) {
    /* A sink that holds a frame for its time, or sound that goes on after the last frame. */
    excused = lw_screen_is_waiting (self->screen) || self->machine.starved;
    if (!excused && lw_screen_get_n_shown (self->screen) > 0 && !lw_screen_is_at_end (self->screen))
      excused = FALSE;
    else if (!excused && gst_element_query_position (self->playbin, GST_FORMAT_TIME, &position)) {
      /* Without video the position is that of the sound. */
      activity = (guint64)position;
    }
  }
  if (excused || activity != self->last_activity) {
    self->last_activity = activity;
    self->last_activity_us = now_us;
  }
  return now_us - self->last_activity_us > (gint64)self->patience_ms * 1000;
}

/*
 * decodebin (1.22) loses the error of a demuxer that gives up while it is being connected, and then
 * waits for ever. A local file that shows no stream in good time is opened again, and again more
 * patiently; after that it is taken for damaged.
 */
static void
look_for_lost_error (LwCore *self)
{
  gint64 waited_us = g_get_monotonic_time () - self->busy_since_us;
  int n_video = 0, n_audio = 0;

  if (self->machine.phase != LW_PHASE_OPENING || waited_us < (G_USEC_PER_SEC << self->openings) ||
      g_ascii_strncasecmp (self->uri, "file:", 5) != 0)
    return;
  g_object_get (self->playbin, "n-video", &n_video, "n-audio", &n_audio, NULL);
  if (n_video + n_audio > 0)
    return;
  if (++self->openings < 4)
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RELOAD, .time = LW_TIME_NONE});
  else
    lw_core_take_error (self, lw_engine_error_damaged (self->uri));
}

static gboolean
on_tick (gpointer data)
{
  LwCore *self = data;

  if (self->playbin == NULL)
    return G_SOURCE_CONTINUE;
  lw_core_set_entered (self, TRUE);
  if (lw_machine_is_busy (&self->machine))
    look_for_settled (self);
  else
    lw_core_update_position (self);
  if (self->playbin != NULL)
    look_for_lost_error (self);
  if (self->playbin != NULL && (self->machine.running || lw_machine_is_busy (&self->machine)) &&
      is_stalled (self, g_get_monotonic_time ()))
    lw_core_take_error (self, lw_engine_error_stalled (self->uri));
  lw_core_set_entered (self, FALSE);
  return G_SOURCE_CONTINUE;
}

/* Ticks only while something is under way: a paused player sleeps. */
void
lw_core_update_tick (LwCore *self)
{
  gboolean wanted =
      self->playbin != NULL && (self->machine.running || lw_machine_is_busy (&self->machine));

  if (wanted == (self->tick != NULL))
    return;
  if (wanted) {
    self->tick = g_timeout_source_new (TICK_MS);
    g_source_set_callback (self->tick, on_tick, self, NULL);
    g_source_attach (self->tick, self->context);
    self->last_activity_us = g_get_monotonic_time ();
  } else {
    g_source_destroy (self->tick);
    g_clear_pointer (&self->tick, g_source_unref);
  }
}
