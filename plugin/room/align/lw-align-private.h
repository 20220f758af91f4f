/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-align.h"

G_BEGIN_DECLS

/* Which wall-clock time a live recording's time 0 is, by the middle of what its clock said;
 * nanoseconds since 1970; 0: nothing did. */
gint64 lw_align_origin (LwRoom *room, const LwId *segment_id);

G_END_DECLS
