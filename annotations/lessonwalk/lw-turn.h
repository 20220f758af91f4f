/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-board.h"

G_BEGIN_DECLS

/**
 * LwTurn:
 *
 * Where a walk's clock stands: at which of its visits, and how much time is left there. Visits
 * follow in their order, each with the time after it in which people write down what they saw.
 * Nothing has to happen for the next one to begin: whoever knows what time it is knows where the
 * walk is. Once the clock is paused, moved or given more, it is kept anew from there.
 */
typedef struct {
  guint visit;      /* index in the walk's visits */
  gboolean writing; /* the visit is over, and the next one has not begun */
  gboolean over;    /* the last one is, with the time after it */
  gint64 left_ms;   /* of the visit, or of the time after it */
} LwTurn;

/**
 * lw_turn_at:
 * @clock: a walk's clock
 * @visits: (element-type LwVisit): the walk's, in their order
 * @now_utc_us: by the clock of the room that keeps it; before the clock began counts as then
 *
 * Pure. Thread: any.
 *
 * Returns: FALSE if the visit at which the clock was left is not there any more
 */
gboolean lw_turn_at (const LwTimer *clock, GPtrArray *visits, gint64 now_utc_us, LwTurn *ret_turn);

/* How long the clock gives @visit. */
gint64 lw_turn_length_ms (const LwTimer *clock, const LwVisit *visit);

G_END_DECLS
