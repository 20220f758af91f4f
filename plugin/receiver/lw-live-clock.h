/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwLiveClock:
 *
 * Where on the recording's media time a source's packets belong. A source may begin its own times
 * anew whenever it likes: when it comes back, or in the middle. What it says is kept as it says it
 * between two such jumps; across one, the wall clock tells how much of the lesson is missing.
 * No I/O, no clock of its own. Times are ns of media time, wall clocks µs since 1970.
 *
 * Thread: one at a time.
 */
typedef struct {
  gint64 origin_us;   /* wall clock of media time 0; 0: nothing has come yet */
  LwTime end;         /* of all that was placed: nothing new begins before */
  gboolean connected; /* the source's own times count from offset */
  LwTime offset;
  gboolean has_former; /* in this connection they counted from another one before */
  LwTime former;
  LwTime last; /* of what was placed last, and when that came */
  gint64 last_us;
  gint64 least_us; /* of this connection: the least of (arrival - media time) */
} LwLiveClock;

/* @origin_us, @end: of what an earlier receiver has recorded; 0, 0: of nothing. */
void lw_live_clock_init (LwLiveClock *self, gint64 origin_us, LwTime end);
/* What comes next counts from anywhere. */
void lw_live_clock_disconnect (LwLiveClock *self);
/**
 * lw_live_clock_place:
 * @time: in the source's own time, of the packet that comes at @arrival_us
 * @duration: of the packet; 0: unknown
 *
 * Returns: the media time of it. Below 0 for what belongs before the first picture.
 */
LwTime lw_live_clock_place (LwLiveClock *self, LwTime time, LwTime duration, gint64 arrival_us);
/* The wall clock at which @time was filmed, if it took no time on its way but what all of this
 * connection took. */
gint64 lw_live_clock_to_wall (const LwLiveClock *self, LwTime time);

G_END_DECLS
