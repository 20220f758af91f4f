/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwClock:
 *
 * A hybrid logical clock in 64 bits: 48 bits of milliseconds since 1970 (UTC), then 16 bits that
 * count within one. Whoever has seen a clock gives out only greater ones, so that an op never
 * sorts before one that its author could know of, even when the wall clock is set back.
 */
typedef guint64 LwClock;

#define LW_CLOCK_COUNTER_BITS 16
/* Year 2200: an op that claims more is refused, or one wrong clock would drag all others along. */
#define LW_CLOCK_MAX ((LwClock)7258118400000 << LW_CLOCK_COUNTER_BITS)

/* The clock to stamp next, after @last (the greatest one seen) at wall-clock time @utc_us. */
LwClock lw_clock_next (LwClock last, gint64 utc_us);

/* The milliseconds since 1970 in @clock. */
gint64 lw_clock_get_utc_ms (LwClock clock);

G_END_DECLS
