/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-live-clock.h"

/* How far a source's times may run away from the clock on the wall between two packets before that
 * is taken for a jump: what is held up on its way comes late and then all at once, but keeps its
 * times. */
#define JUMP_BACK (2 * LW_SECOND)
#define JUMP_AHEAD (10 * LW_SECOND)
/* By how much one packet may be later on its way than another. */
#define JITTER (LW_SECOND / 2)

void
lw_live_clock_init (LwLiveClock *self, gint64 origin_us, LwTime end)
{
  *self = (LwLiveClock){.origin_us = origin_us, .end = end};
}

void
lw_live_clock_disconnect (LwLiveClock *self)
{
  self->connected = FALSE;
}

static void
connect (LwLiveClock *self, LwTime time, gint64 arrival_us)
{
  LwTime now = 0;

  if (self->origin_us == 0)
    self->origin_us = arrival_us;
  else
    now = MAX ((arrival_us - self->origin_us) * LW_USECOND, self->end);
  self->offset = now - time;
  self->connected = TRUE;
  self->has_former = FALSE;
  self->last = now;
  self->last_us = arrival_us;
  self->least_us = G_MAXINT64;
}

static gboolean
has_jumped (const LwLiveClock *self, LwTime time, LwTime offset, gint64 arrival_us)
{
  LwTime passed = MAX ((arrival_us - self->last_us) * LW_USECOND, 0);
  LwTime step = time + offset - self->last;

  return step < -JUMP_BACK || step > passed + JUMP_AHEAD;
}

/* A source that jumps without going: what comes is the next moment of the lesson, unless the clock
 * on the wall says that more is missing than it takes to come. Of picture and sound one jumps
 * first; what the other one still counts from then holds beside it. */
static void
jump (LwLiveClock *self, LwTime time, gint64 arrival_us)
{
  LwTime former = self->offset, end = self->end;

  connect (self, time, arrival_us);
  if (self->last > end && self->last - end < JITTER) {
    self->offset -= self->last - end;
    self->last = end;
  }
  self->former = former;
  self->has_former = TRUE;
}

LwTime
lw_live_clock_place (LwLiveClock *self, LwTime time, LwTime duration, gint64 arrival_us)
{
  LwTime placed, offset;

  if (!self->connected)
    connect (self, time, arrival_us);
  offset = self->offset;
  if (has_jumped (self, time, offset, arrival_us)) {
    if (self->has_former && !has_jumped (self, time, self->former, arrival_us)) {
      offset = self->former;
    } else {
      jump (self, time, arrival_us);
      offset = self->offset;
    }
  }
  placed = time + offset;
  self->last = placed;
  self->last_us = arrival_us;
  self->end = MAX (self->end, placed + MAX (duration, 0));
  self->least_us = MIN (self->least_us, arrival_us - placed / LW_USECOND);
  return placed;
}

gint64
lw_live_clock_to_wall (const LwLiveClock *self, LwTime time)
{
  return self->least_us + time / LW_USECOND;
}
