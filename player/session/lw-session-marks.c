/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames by the probe's index, and the in and out marks of a range. */
#include "lw-session-private.h"

/* The position of the last frame that starts at or before @time; FALSE before the first one. */
static gboolean
find_frame (LwSession *self, LwTime time, guint *ret_index)
{
  GArray *frames = self->probe != NULL ? self->probe->frames : NULL;
  if (frames == NULL || frames->len == 0 || time < g_array_index (frames, LwTime, 0))
    return FALSE;
  guint low = 0;
  guint high = frames->len;
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (frames, LwTime, middle) <= time)
      low = middle;
    else
      high = middle;
  }
  *ret_index = low;
  return TRUE;
}

LwTime
lw_session_frame_start (LwSession *self, LwTime time)
{
  guint index;
  return find_frame (self, time, &index) ? g_array_index (self->probe->frames, LwTime, index)
                                         : time;
}

LwTime
lw_session_frame_end (LwSession *self, LwTime time)
{
  guint index;
  if (!find_frame (self, time, &index))
    return time;
  GArray *frames = self->probe->frames;
  if (index + 1 < frames->len)
    return g_array_index (frames, LwTime, index + 1);
  return MAX (time, self->probe->duration);
}

static gboolean
marked_frame (LwSession *self, LwTime *ret_time)
{
  LwTime time = lw_engine_get_frame_time (self->engine);
  if (!LW_TIME_IS_MOMENT (time))
    return FALSE;
  *ret_time = lw_session_frame_start (self, time);
  return TRUE;
}

void
lw_session_mark_in (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  LwTime time;
  if (!marked_frame (self, &time))
    return;
  self->mark_in = time;
  if (self->mark_out != LW_TIME_NONE && self->mark_out <= time)
    self->mark_out = LW_TIME_NONE;
}

void
lw_session_mark_out (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  LwTime time;
  if (!marked_frame (self, &time))
    return;
  self->mark_out = lw_session_frame_end (self, time);
  if (self->mark_in != LW_TIME_NONE && self->mark_in >= self->mark_out)
    self->mark_in = LW_TIME_NONE;
}

void
lw_session_clear_marks (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  self->mark_in = self->mark_out = LW_TIME_NONE;
}

void
lw_session_get_marks (LwSession *self, LwTime *ret_in, LwTime *ret_out)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (ret_in != NULL)
    *ret_in = self->mark_in;
  if (ret_out != NULL)
    *ret_out = self->mark_out;
}
