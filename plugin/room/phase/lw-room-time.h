/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_room_time_us:
 *
 * The room's time, in microseconds since 1970: the machine's clock as it was when the program first
 * asked, and from then on what has passed. A clock that is set while the room runs moves no timer.
 *
 * Thread: any.
 */
gint64 lw_room_time_us (void);

G_END_DECLS
