/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-frame-index.h"

#include <stdlib.h>

/* Containers, demuxers and libav round differently; none by more than this. */
#define ROUNDING (LW_MSECOND / 2)

struct _LwFrameIndex {
  gsize length;
  LwTime starts[];
};

static int
compare (const void *a, const void *b)
{
  LwTime x = *(const LwTime *)a, y = *(const LwTime *)b;

  return (x > y) - (x < y);
}

LwFrameIndex *
lw_frame_index_new (const LwTime *starts, gsize n_starts)
{
  LwFrameIndex *self;
  gsize length = 0;

  if (n_starts == 0 || n_starts > G_MAXSIZE / sizeof (LwTime) / 2)
    return NULL;
  self = g_atomic_rc_box_alloc (sizeof (LwFrameIndex) + n_starts * sizeof (LwTime));
  memcpy (self->starts, starts, n_starts * sizeof (LwTime));
  qsort (self->starts, n_starts, sizeof (LwTime), compare);
  for (gsize i = 0; i < n_starts; i++)
    if (self->starts[i] >= 0 && (length == 0 || self->starts[length - 1] != self->starts[i]))
      self->starts[length++] = self->starts[i];
  self->length = length;
  if (length == 0)
    g_clear_pointer (&self, lw_frame_index_unref);
  return self;
}

LwFrameIndex *
lw_frame_index_ref (LwFrameIndex *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
lw_frame_index_unref (LwFrameIndex *self)
{
  g_atomic_rc_box_release (self);
}

gsize
lw_frame_index_get_length (const LwFrameIndex *self)
{
  return self->length;
}

LwTime
lw_frame_index_get_start (const LwFrameIndex *self, gsize i)
{
  g_return_val_if_fail (i < self->length, LW_TIME_NONE);
  return self->starts[i];
}

LwTime
lw_frame_index_get_inside (const LwFrameIndex *self, gsize i)
{
  LwTime width = 40 * LW_MSECOND;

  g_return_val_if_fail (i < self->length, LW_TIME_NONE);
  if (i + 1 < self->length)
    width = self->starts[i + 1] - self->starts[i];
  else if (i > 0)
    width = self->starts[i] - self->starts[i - 1];
  return self->starts[i] + width / 2;
}

gssize
lw_frame_starts_find (const LwTime *starts, gsize n_starts, LwTime time)
{
  gsize low = 0, high = n_starts; /* the first start after @time is in [low, high] */

  while (low < high) {
    gsize middle = low + (high - low) / 2;

    if (starts[middle] <= time)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < n_starts && starts[low] - time <= ROUNDING &&
      (low == 0 || time - starts[low - 1] > starts[low] - time))
    return (gssize)low;
  return (gssize)low - 1;
}

gsize
lw_frame_index_find (const LwFrameIndex *self, LwTime time)
{
  return (gsize)MAX (lw_frame_starts_find (self->starts, self->length, time), 0);
}
