/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-room-time.h"

gint64
lw_room_time_us (void)
{
  static gsize once = 0;
  static gint64 offset_us;

  if (g_once_init_enter (&once)) {
    offset_us = g_get_real_time () - g_get_monotonic_time ();
    g_once_init_leave (&once, 1);
  }
  return g_get_monotonic_time () + offset_us;
}
