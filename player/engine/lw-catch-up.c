/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-catch-up.h"

/* By more than this the lips and the words part; the sink shows frames that are late by less. */
#define MUCH (LW_SECOND / 5)
/* So long a machine is given to catch up with a hold-up; far less once it was seen to be slow. */
#define PATIENCE_US G_USEC_PER_SEC
#define PATIENCE_SLOW_US (G_USEC_PER_SEC / 10)
/* What has to be gained in that time. */
#define GAIN (LW_SECOND / 4)
/* So long without being late, and the machine counts as fast again. */
#define FORGIVEN_US (5 * G_USEC_PER_SEC)
/* A machine may need long for one picture: how much sooner a key frame is begun with is learned. */
#define MAX_LEAD (2 * LW_SECOND)
/* A file without key frames is decoded as it is, after a while. */
#define MAX_WAIT (15 * LW_SECOND)

struct _LwCatchUp {
  GMutex lock;
  gboolean is_running, is_known;
  LwTime running; /* at .at_us */
  gint64 at_us;

  gboolean is_waiting;  /* for a key frame */
  LwTime waiting_since; /* running time; LW_TIME_NONE: not known yet */
  LwTime key_time;      /* of the one that was waited for: what comes before it is left out too */
  LwTime key_due;       /* its running time, until the sink tells how late it came */
  LwTime lead;          /* so much before its time it has to go to the decoder */

  gint64 much_since_us; /* late by much; 0: not */
  LwTime much_then;
  gint64 slow_us; /* when it was last seen to be slow; 0: never */

  guint64 n_taken;
  gboolean has_gaps;
};

LwCatchUp *
lw_catch_up_new (void)
{
  LwCatchUp *self = g_new0 (LwCatchUp, 1);

  g_mutex_init (&self->lock);
  self->waiting_since = self->key_time = self->key_due = LW_TIME_NONE;
  return self;
}

void
lw_catch_up_free (LwCatchUp *self)
{
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
lw_catch_up_note (LwCatchUp *self, LwTime due, LwTime late, gint64 at_us)
{
  g_mutex_lock (&self->lock);
  if (self->is_running) {
    self->is_known = TRUE;
    self->running = due + late;
    self->at_us = at_us;
    if (self->key_due != LW_TIME_NONE && due >= self->key_due) {
      self->lead = late > 0 ? MIN (self->lead + late, MAX_LEAD) : self->lead * 3 / 4;
      self->key_due = LW_TIME_NONE;
    }
  }
  g_mutex_unlock (&self->lock);
}

void
lw_catch_up_reset (LwCatchUp *self)
{
  g_mutex_lock (&self->lock);
  self->is_known = self->is_waiting = self->has_gaps = FALSE;
  self->waiting_since = self->key_time = self->key_due = LW_TIME_NONE;
  self->much_since_us = 0;
  g_mutex_unlock (&self->lock);
}

gboolean
lw_catch_up_set_running (LwCatchUp *self, gboolean is_running)
{
  gboolean is_waiting;

  g_mutex_lock (&self->lock);
  self->is_running = is_running;
  if (!is_running) {
    self->is_known = FALSE;
    self->much_since_us = 0;
  }
  is_waiting = self->is_waiting;
  g_mutex_unlock (&self->lock);
  return is_waiting;
}

/* The lock is held. Whether it has been late by much for longer than it is given. */
static gboolean
is_lost (LwCatchUp *self, LwTime late, gint64 at_us)
{
  gint64 patience_us = self->slow_us != 0 ? PATIENCE_SLOW_US : PATIENCE_US;

  if (late <= MUCH) {
    self->much_since_us = 0;
    return FALSE;
  }
  if (self->much_since_us == 0) {
    self->much_since_us = at_us;
    self->much_then = late;
    return FALSE;
  }
  if (at_us - self->much_since_us < patience_us)
    return FALSE;
  if (self->slow_us == 0 && late <= self->much_then - GAIN) {
    self->much_since_us = at_us;
    self->much_then = late;
    return FALSE;
  }
  return TRUE;
}

/* The lock is held. */
static gboolean
waits (LwCatchUp *self, const LwCatchUpPacket *packet, LwTime late)
{
  if (packet->running != LW_TIME_NONE && self->waiting_since == LW_TIME_NONE)
    self->waiting_since = packet->running;
  if (packet->is_key && packet->running != LW_TIME_NONE && late <= -self->lead) {
    self->is_waiting = FALSE;
    self->key_time = packet->time;
    self->key_due = packet->running;
    return FALSE;
  }
  if (packet->running != LW_TIME_NONE && packet->running - self->waiting_since > MAX_WAIT) {
    self->is_waiting = FALSE;
    return FALSE;
  }
  return TRUE;
}

/* The lock is held. */
static gboolean
decide (LwCatchUp *self, const LwCatchUpPacket *packet, gint64 at_us)
{
  LwTime late = 0;

  if (self->is_known && packet->running != LW_TIME_NONE)
    late = self->running + (at_us - self->at_us) * 1000 - packet->running;
  if (self->is_waiting)
    return waits (self, packet, late);
  /* Pictures before the key frame in time, but after it in the file, need those that were left out.
   */
  if (self->key_time != LW_TIME_NONE && !packet->is_key && packet->time < self->key_time)
    return TRUE;
  if (packet->is_key)
    self->key_time = LW_TIME_NONE;
  if (late <= 0) {
    if (self->slow_us != 0 && at_us - self->slow_us > FORGIVEN_US)
      self->slow_us = 0;
    self->much_since_us = 0;
    return FALSE;
  }
  if (is_lost (self, late, at_us)) {
    self->slow_us = at_us;
    self->much_since_us = 0;
    self->is_waiting = TRUE;
    self->waiting_since = LW_TIME_NONE;
    return waits (self, packet, late);
  }
  return packet->is_disposable;
}

gboolean
lw_catch_up_takes (LwCatchUp *self, const LwCatchUpPacket *packet, gint64 at_us)
{
  gboolean takes;

  g_mutex_lock (&self->lock);
  takes = decide (self, packet, at_us);
  if (takes) {
    self->n_taken++;
    self->has_gaps = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return takes;
}

guint64
lw_catch_up_get_n_taken (LwCatchUp *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->n_taken;
  g_mutex_unlock (&self->lock);
  return n;
}

gboolean
lw_catch_up_has_gaps (LwCatchUp *self)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = self->has_gaps;
  g_mutex_unlock (&self->lock);
  return has;
}
