/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-clock.h"

LwClock
lw_clock_next (LwClock last, gint64 utc_us)
{
  LwClock now = utc_us <= 0 ? 0 : (LwClock)(utc_us / 1000) << LW_CLOCK_COUNTER_BITS;

  /* A full counter runs over into the milliseconds: the clock goes ahead of the wall for a while.
   */
  return MAX (MIN (now, LW_CLOCK_MAX), last + 1);
}

gint64
lw_clock_get_utc_ms (LwClock clock)
{
  return (gint64)(clock >> LW_CLOCK_COUNTER_BITS);
}
