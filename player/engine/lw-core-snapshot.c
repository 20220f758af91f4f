/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be asked of the core from any thread, without waiting for the pipeline. */
#include "lw-core-private.h"

LwEngineState
lw_core_get_state (LwCore *self)
{
  LwEngineState state;

  g_mutex_lock (&self->lock);
  state = self->snapshot.state;
  g_mutex_unlock (&self->lock);
  return state;
}

double
lw_core_get_rate (LwCore *self)
{
  double rate;

  g_mutex_lock (&self->lock);
  rate = self->snapshot.rate;
  g_mutex_unlock (&self->lock);
  return rate;
}

LwTime
lw_core_get_duration (LwCore *self)
{
  LwTime end = lw_frame_clock_get_end (self->clock), duration;

  g_mutex_lock (&self->lock);
  duration = self->snapshot.duration;
  g_mutex_unlock (&self->lock);
  /* A fragmented file tells its length only as it is read. */
  return duration != LW_TIME_NONE ? MAX (duration, end) : LW_TIME_NONE;
}

LwTime
lw_core_get_position (LwCore *self)
{
  const LwSnapshot *now = &self->snapshot;
  LwTime position, duration = lw_core_get_duration (self);

  g_mutex_lock (&self->lock);
  position = now->position;
  if (position != LW_TIME_NONE && now->position_us != 0) {
    double passed_us = (double)(g_get_monotonic_time () - now->position_us);

    position += (LwTime)(passed_us * 1000.0 * now->rate);
    if (duration != LW_TIME_NONE)
      position = MIN (position, duration);
  }
  g_mutex_unlock (&self->lock);
  return position;
}

LwTime
lw_core_get_frame_time (LwCore *self)
{
  LwTime time = lw_screen_get_time (self->screen);
  gboolean has_video;

  if (time != LW_TIME_NONE)
    return time;
  g_mutex_lock (&self->lock);
  has_video = self->snapshot.has_video;
  g_mutex_unlock (&self->lock);
  return has_video ? LW_TIME_NONE : lw_core_get_position (self);
}

guint
lw_core_get_n_tracks (LwCore *self, LwEngineTrackKind kind)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->snapshot.names[kind] != NULL ? self->snapshot.names[kind]->len : 0;
  g_mutex_unlock (&self->lock);
  return n;
}

int
lw_core_get_selected_track (LwCore *self, LwEngineTrackKind kind)
{
  int selected;

  g_mutex_lock (&self->lock);
  selected = self->snapshot.selected[kind];
  g_mutex_unlock (&self->lock);
  return selected;
}

char *
lw_core_get_track_name (LwCore *self, LwEngineTrackKind kind, guint index)
{
  GPtrArray *names;
  char *name = NULL;

  g_mutex_lock (&self->lock);
  names = self->snapshot.names[kind];
  if (names != NULL && index < names->len)
    name = g_strdup (g_ptr_array_index (names, index));
  g_mutex_unlock (&self->lock);
  return name;
}

GBytes *
lw_core_take_picture (LwCore *self, guint *ret_width, guint *ret_height, LwTime *ret_time)
{
  return lw_screen_take_picture (self->screen, ret_width, ret_height, ret_time);
}

void
lw_core_get_stats (LwCore *self, LwEngineStats *ret_stats)
{
  guint64 shown = lw_screen_get_n_shown (self->screen);
  guint64 skipped = lw_decoder_tap_get_n_dropped (self->tap);

  g_mutex_lock (&self->lock);
  *ret_stats = (LwEngineStats){
      .frames_shown = shown,
      .frames_dropped = self->snapshot.dropped + skipped - self->snapshot.skipped_before,
      .seeks_asked = self->snapshot.seeks_asked,
      .seeks_made = self->snapshot.seeks_made,
  };
  g_mutex_unlock (&self->lock);
}

gint64
lw_core_get_stuck_us (LwCore *self)
{
  gint64 stuck = 0;

  g_mutex_lock (&self->lock);
  if (self->entered_us != 0)
    stuck = g_get_monotonic_time () - self->entered_us;
  g_mutex_unlock (&self->lock);
  return stuck;
}
