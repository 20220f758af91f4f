/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-frame-clock.h"

/* More than any group of pictures that is worth waiting for; then the older half goes. */
#define MAX_PACKETS 4096

struct _LwFrameClock {
  GMutex lock;
  LwFrameIndex *index;
  GArray *packets; /* of LwTime, rising */
};

LwFrameClock *
lw_frame_clock_new (void)
{
  LwFrameClock *self = g_atomic_rc_box_new0 (LwFrameClock);

  g_mutex_init (&self->lock);
  self->packets = g_array_new (FALSE, FALSE, sizeof (LwTime));
  return self;
}

LwFrameClock *
lw_frame_clock_ref (LwFrameClock *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  LwFrameClock *self = data;

  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->index, lw_frame_index_unref);
  g_array_unref (self->packets);
}

void
lw_frame_clock_unref (LwFrameClock *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
lw_frame_clock_set_index (LwFrameClock *self, LwFrameIndex *index)
{
  g_autoptr (LwFrameIndex) old = NULL;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->index);
  self->index = index != NULL ? lw_frame_index_ref (index) : NULL;
  g_mutex_unlock (&self->lock);
}

LwFrameIndex *
lw_frame_clock_get_index (LwFrameClock *self)
{
  LwFrameIndex *index;

  g_mutex_lock (&self->lock);
  index = self->index != NULL ? lw_frame_index_ref (self->index) : NULL;
  g_mutex_unlock (&self->lock);
  return index;
}

void
lw_frame_clock_add_packet (LwFrameClock *self, LwTime time)
{
  GArray *packets = self->packets;
  guint i;

  g_mutex_lock (&self->lock);
  if (packets->len >= MAX_PACKETS)
    g_array_remove_range (packets, 0, MAX_PACKETS / 2);
  /* Decoding order is nearly display order: the place is close to the end. */
  for (i = packets->len; i > 0 && g_array_index (packets, LwTime, i - 1) > time; i--)
    ;
  if (i == 0 || g_array_index (packets, LwTime, i - 1) != time)
    g_array_insert_val (packets, i, time);
  g_mutex_unlock (&self->lock);
}

void
lw_frame_clock_forget_packets (LwFrameClock *self)
{
  g_mutex_lock (&self->lock);
  g_array_set_size (self->packets, 0);
  g_mutex_unlock (&self->lock);
}

LwTime
lw_frame_clock_start_of (LwFrameClock *self, LwTime time)
{
  const LwTime *packets;
  gssize i;

  if (!LW_TIME_IS_MOMENT (time))
    return time;
  g_mutex_lock (&self->lock);
  if (self->index != NULL) {
    time = lw_frame_index_get_start (self->index, lw_frame_index_find (self->index, time));
  } else if (self->packets->len > 0) {
    packets = (const LwTime *)self->packets->data;
    i = lw_frame_starts_find (packets, self->packets->len, time);
    if (i >= 0 && packets[i] >= 0)
      time = packets[i];
  }
  g_mutex_unlock (&self->lock);
  return time;
}

LwTime
lw_frame_clock_packet_at (LwFrameClock *self, LwTime time)
{
  const LwTime *packets;
  LwTime result = LW_TIME_NONE;
  gssize i;

  g_mutex_lock (&self->lock);
  packets = (const LwTime *)self->packets->data;
  i = lw_frame_starts_find (packets, self->packets->len, time);
  if (self->index == NULL && i >= 0 && packets[i] >= 0)
    result = packets[i];
  g_mutex_unlock (&self->lock);
  return result;
}

LwTime
lw_frame_clock_get_end (LwFrameClock *self)
{
  LwTime end = LW_TIME_NONE;
  gsize length;

  g_mutex_lock (&self->lock);
  if (self->index != NULL) {
    length = lw_frame_index_get_length (self->index);
    end = 2 * lw_frame_index_get_inside (self->index, length - 1) -
          lw_frame_index_get_start (self->index, length - 1);
  }
  g_mutex_unlock (&self->lock);
  return end;
}

LwTime
lw_frame_clock_neighbour (LwFrameClock *self, LwTime time, int n)
{
  LwTime result = LW_TIME_NONE;

  g_mutex_lock (&self->lock);
  if (self->index != NULL) {
    gssize last = (gssize)lw_frame_index_get_length (self->index) - 1;
    gssize i = (gssize)lw_frame_index_find (self->index, time) + n;

    result = lw_frame_index_get_start (self->index, (gsize)CLAMP (i, 0, last));
  } else if (self->packets->len > 0 && n < 0) {
    const LwTime *packets = (const LwTime *)self->packets->data;
    gssize i = lw_frame_starts_find (packets, self->packets->len, time) + n;

    if (i >= 0 && packets[i] >= 0)
      result = packets[i];
  }
  g_mutex_unlock (&self->lock);
  return result;
}
