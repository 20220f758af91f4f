/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-core-private.h"

#include "lw-count-sink.h"
#include "lw-engine-error.h"

#define PATIENCE_MS 20000

typedef struct {
  LwCore *core;
  LwCoreFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->destroy != NULL)
    call->destroy (call->data);
  lw_core_unref (call->core);
  g_free (call);
}

void
lw_core_set_entered (LwCore *self, gboolean is_inside)
{
  g_mutex_lock (&self->lock);
  self->entered_us = is_inside ? g_get_monotonic_time () : 0;
  g_mutex_unlock (&self->lock);
}

static gboolean
run_call (gpointer data)
{
  Call *call = data;

  lw_core_set_entered (call->core, TRUE);
  call->func (call->core, call->data);
  lw_core_set_entered (call->core, FALSE);
  return G_SOURCE_REMOVE;
}

void
lw_core_invoke (LwCore *self, LwCoreFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Call *call = g_new (Call, 1);

  *call = (Call){lw_core_ref (self), func, data, destroy};
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_call, call, call_free);
  g_source_attach (source, self->context);
}

void
lw_core_tell (LwCore *self, const LwNotice *notice)
{
  self->func (notice, self->func_data);
}

static void
on_frame (gpointer data)
{
  lw_core_tell (data, &(LwNotice){.type = LW_NOTICE_FRAME});
}

static gpointer
run (gpointer data)
{
  LwCore *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  lw_pipeline_unload (self);
  lw_screen_set_func (self->screen, NULL, NULL);
  g_main_context_pop_thread_default (self->context);
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->ended_cond);
  g_mutex_unlock (&self->lock);
  lw_core_unref (self);
  return NULL;
}

LwCore *
lw_core_new (GstElement *video_sink, LwNoticeFunc func, gpointer user_data, GDestroyNotify destroy)
{
  LwCore *self = g_atomic_rc_box_new0 (LwCore);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->func = func;
  self->func_data = user_data;
  self->func_destroy = destroy;
  self->video_sink = video_sink != NULL ? video_sink : lw_count_sink_new ();
  g_object_ref_sink (self->video_sink);
  self->clock = lw_frame_clock_new ();
  self->screen = lw_screen_new (self->video_sink, self->clock);
  self->tap = lw_decoder_tap_new (self->clock);
  lw_screen_set_func (self->screen, on_frame, self);

  self->machine = LW_MACHINE_INIT;
  g_queue_init (&self->events);
  g_weak_ref_init (&self->subtitle_parser, NULL);
  self->rate = self->volume = 1.0;
  self->loop_a = self->loop_b = self->segment_stop = self->expected = self->target = LW_TIME_NONE;
  self->selected[LW_ENGINE_CAPTIONS] = -1;
  self->patience_ms = PATIENCE_MS;
  g_mutex_init (&self->lock);
  g_cond_init (&self->ended_cond);
  self->snapshot.state = LW_ENGINE_EMPTY;
  self->snapshot.rate = 1.0;
  self->snapshot.duration = self->snapshot.position = LW_TIME_NONE;
  self->snapshot.selected[LW_ENGINE_AUDIO] = self->snapshot.selected[LW_ENGINE_CAPTIONS] = -1;
  self->thread = g_thread_new ("lw-engine", run, lw_core_ref (self));
  return self;
}

LwCore *
lw_core_ref (LwCore *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  LwCore *self = data;

  g_thread_unref (self->thread);
  lw_screen_free (self->screen);
  lw_decoder_tap_unref (self->tap);
  lw_frame_clock_unref (self->clock);
  gst_object_unref (self->video_sink);
  g_queue_clear_full (&self->events, g_free);
  g_free (self->uri);
  g_free (self->captions);
  g_weak_ref_clear (&self->subtitle_parser);
  g_clear_pointer (&self->first_rate, lw_first_rate_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->snapshot.names[0], g_ptr_array_unref);
  g_clear_pointer (&self->snapshot.names[1], g_ptr_array_unref);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ended_cond);
  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);
}

void
lw_core_unref (LwCore *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
quit (LwCore *self, gpointer data)
{
  g_main_loop_quit (self->loop);
}

gboolean
lw_core_quit (LwCore *self, guint bound_ms)
{
  gint64 until = g_get_monotonic_time () + (gint64)bound_ms * 1000;
  gboolean ended;

  lw_core_invoke (self, quit, NULL, NULL);
  g_mutex_lock (&self->lock);
  while (!self->ended && g_cond_wait_until (&self->ended_cond, &self->lock, until))
    ;
  ended = self->ended;
  g_mutex_unlock (&self->lock);
  return ended;
}

/* ---- the machine ---- */

static void
tell_state (LwCore *self)
{
  LwEngineState state = lw_machine_get_state (&self->machine);

  g_mutex_lock (&self->lock);
  self->snapshot.state = state;
  g_mutex_unlock (&self->lock);
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_STATE, .number = (int)state});
}

static void
tell_failed (LwCore *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  if (error == NULL)
    error = lw_engine_error_stalled (self->uri);
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_FAILED, .error = error});
}

static void
halt (LwCore *self)
{
  GstStateChangeReturn result;
  gboolean is_behind;

  if (self->playbin == NULL)
    return;
  is_behind = lw_decoder_tap_set_running (self->tap, FALSE);
  result = gst_element_set_state (self->playbin, GST_STATE_PAUSED);
  if (self->machine.phase != LW_PHASE_PAUSING)
    return;
  lw_core_note_work (self);
  /* The next key frame may be further away than the sound, which waits now, lets the file be read.
   */
  if (is_behind && !self->one_way) {
    lw_pipeline_seek (self, &(LwWork){.kind = LW_WORK_REFRESH, .time = LW_TIME_NONE});
    return;
  }
  if (result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL)
    lw_core_tell_settled (self);
}

static void
perform (LwCore *self, LwActions actions)
{
  if (actions & LW_ACTION_UNLOAD)
    lw_pipeline_unload (self);
  if (actions & LW_ACTION_LOAD)
    lw_pipeline_load (self);
  if (actions & LW_ACTION_HALT)
    halt (self);
  if (actions & LW_ACTION_SEEK)
    lw_pipeline_seek (self, &self->machine.flight);
  if (actions & LW_ACTION_STEP && lw_pipeline_step (self, self->machine.steps_flight))
    lw_core_tell_settled (self);
  if (actions & LW_ACTION_LOOP)
    lw_pipeline_loop (self);
  if (actions & LW_ACTION_RUN) {
    lw_screen_set_keeping (self->screen, FALSE);
    lw_decoder_tap_set_running (self->tap, TRUE);
    gst_element_set_state (self->playbin, GST_STATE_PLAYING);
  }
  lw_core_update_position (self);
  if (actions & LW_ACTION_TELL_SEEK)
    lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_SEEK_DONE, .time = lw_pipeline_where (self)});
  if (actions & LW_ACTION_TELL_STATE)
    tell_state (self);
  if (actions & LW_ACTION_TELL_ENDED)
    lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_ENDED});
  if (actions & LW_ACTION_TELL_FAILED)
    tell_failed (self);
  lw_core_update_tick (self);
}

void
lw_core_post_event (LwCore *self, const LwEvent *event)
{
  g_queue_push_tail (&self->events, g_memdup2 (event, sizeof *event));
  if (self->dispatching)
    return;
  self->dispatching = TRUE;
  while (!g_queue_is_empty (&self->events)) {
    g_autofree LwEvent *next = g_queue_pop_head (&self->events);
    LwActions actions;

    self->machine = lw_machine_next (self->machine, next, &actions);
    g_debug ("event %d: phase %d, actions %x", (int)next->type, (int)self->machine.phase,
             (guint)actions);
    perform (self, actions);
  }
  self->dispatching = FALSE;
}

void
lw_core_tell_settled (LwCore *self)
{
  guint64 n_shown = lw_screen_get_n_shown (self->screen);

  /* A frame that is shown while paused stays in the sink: nothing else tells of it. */
  if (n_shown != self->n_shown)
    lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_FRAME});
  self->n_shown = n_shown;
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_SETTLED});
}

void
lw_core_take_error (LwCore *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_ERROR});
}

/* ---- what the engine's functions do ---- */

void
lw_core_open (LwCore *self, gpointer uri)
{
  g_free (self->uri);
  self->uri = g_strdup (uri);
  g_clear_pointer (&self->captions, g_free);
  self->loop_a = self->loop_b = LW_TIME_NONE;
  self->selected[LW_ENGINE_AUDIO] = 0;
  self->selected[LW_ENGINE_CAPTIONS] = -1;
  self->soundless = self->one_way = self->told_one_way = FALSE;
  self->openings = 0;
  g_mutex_lock (&self->lock);
  self->snapshot.duration = self->snapshot.position = LW_TIME_NONE;
  self->snapshot.position_us = 0;
  self->snapshot.seeks_asked = self->snapshot.seeks_made = self->snapshot.dropped = 0;
  self->snapshot.skipped_before = lw_decoder_tap_get_n_dropped (self->tap);
  g_mutex_unlock (&self->lock);
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_OPEN});
}

void
lw_core_close (LwCore *self, gpointer unused)
{
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_CLOSE});
}

static gboolean
is_looping (LwCore *self)
{
  return self->loop_a != LW_TIME_NONE;
}

void
lw_core_play (LwCore *self, gpointer unused)
{
  LwTime begin = is_looping (self) ? self->loop_a : 0;

  if (self->one_way && self->opened && lw_screen_is_at_end (self->screen))
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RELOAD, .time = LW_TIME_NONE});
  if (is_looping (self) && self->opened && self->machine.wanted.kind == LW_WORK_NONE &&
      lw_pipeline_where (self) >= self->loop_b)
    lw_core_post_event (self,
                        &(LwEvent){.type = LW_EVENT_SEEK, .time = begin, .mode = LW_SEEK_EXACT});
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_PLAY, .time = begin});
}

void
lw_core_pause (LwCore *self, gpointer unused)
{
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_PAUSE});
}

void
lw_core_seek (LwCore *self, gpointer seek_data)
{
  const LwSeekData *data = seek_data;

  g_mutex_lock (&self->lock);
  self->snapshot.seeks_asked++;
  g_mutex_unlock (&self->lock);
  lw_core_post_event (self,
                      &(LwEvent){.type = LW_EVENT_SEEK, .time = data->time, .mode = data->mode});
}

void
lw_core_step (LwCore *self, gpointer n)
{
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_STEP, .n = GPOINTER_TO_INT (n)});
}

void
lw_core_stay (LwCore *self, gpointer time_ptr)
{
  LwTime time = *(LwTime *)time_ptr, shown = lw_screen_get_time (self->screen);
  const LwMachine *m = &self->machine;

  if (self->one_way || shown == LW_TIME_NONE)
    time = LW_TIME_NONE;
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_STAY, .time = time});
  /* A step may have ended since the caller asked what is on screen. */
  if (time != LW_TIME_NONE && time != shown && m->phase == LW_PHASE_STEADY && !m->want_play)
    lw_core_post_event (self,
                        &(LwEvent){.type = LW_EVENT_SEEK, .time = time, .mode = LW_SEEK_EXACT});
}

void
lw_core_set_rate (LwCore *self, gpointer rate_ptr)
{
  double rate = CLAMP (*(double *)rate_ptr, LW_RATE_MIN, LW_RATE_MAX);

  if (rate == self->rate)
    return;
  self->rate = rate;
  lw_core_update_position (self);
  g_mutex_lock (&self->lock);
  self->snapshot.rate = rate;
  g_mutex_unlock (&self->lock);
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_RATE, .rate = rate});
  /* While it opens, the segments may still begin with it; whether they did is seen then. */
  if (self->first_rate != NULL && self->machine.phase == LW_PHASE_OPENING)
    lw_first_rate_set (self->first_rate, rate);
  else
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RETUNE});
}

void
lw_core_set_loop (LwCore *self, gpointer loop_data)
{
  const LwLoopData *data = loop_data;
  gboolean is_loop =
      LW_TIME_IS_MOMENT (data->a) && LW_TIME_IS_MOMENT (data->b) && data->b - data->a >= LW_MSECOND;

  self->loop_a = is_loop ? data->a : LW_TIME_NONE;
  self->loop_b = is_loop ? data->b : LW_TIME_NONE;
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RETUNE});
}

void
lw_core_set_silent (LwCore *self, gpointer silent)
{
  self->silent = GPOINTER_TO_INT (silent);
}

void
lw_core_set_muted (LwCore *self, gpointer muted)
{
  self->muted = GPOINTER_TO_INT (muted);
  lw_pipeline_apply_volume (self);
}

void
lw_core_set_volume (LwCore *self, gpointer volume_ptr)
{
  self->volume = CLAMP (*(double *)volume_ptr, 0.0, 1.0);
  lw_pipeline_apply_volume (self);
}

static void
reload (LwCore *self)
{
  LwTime time = self->opened ? MAX (lw_pipeline_where (self), 0) : 0;

  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RELOAD, .time = time});
}

void
lw_core_select_track (LwCore *self, gpointer track_data)
{
  const LwTrackData *data = track_data;
  int index = MAX (data->index, -1);

  if (self->selected[data->kind] == index)
    return;
  self->selected[data->kind] = index;
  if (self->playbin != NULL)
    reload (self);
}

void
lw_core_set_captions (LwCore *self, gpointer uri)
{
  if (g_strcmp0 (self->captions, uri) == 0)
    return;
  g_free (self->captions);
  self->captions = g_strdup (uri);
  self->selected[LW_ENGINE_CAPTIONS] = uri != NULL ? G_MAXINT : -1;
  reload (self);
}

void
lw_core_set_patience (LwCore *self, gpointer ms)
{
  self->patience_ms = GPOINTER_TO_UINT (ms);
}

void
lw_core_set_frame_index (LwCore *self, const LwTime *starts, gsize n_starts)
{
  g_autoptr (LwFrameIndex) index = starts != NULL ? lw_frame_index_new (starts, n_starts) : NULL;

  lw_frame_clock_set_index (self->clock, index);
}
