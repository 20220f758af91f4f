/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Visits that are watched without media, and the recordings that come to them later. What it comes
 * to is in lw-walk.h: a segment with the wall clock in place of a medium, and its anchor.
 *
 * Thread: any; all block on disk.
 */

/* The segment of a visit that has none: made, or the one that is there. @begun_utc_ns: when its
 * first note was, or 0. NOT_FOUND: it was erased, and stays so. (transfer full) */
LwSegment *
lw_by_clock_begin (LwRoom *room, const LwVisit *visit, gint64 begun_utc_ns, GError **error);

/**
 * lw_by_clock_take_media:
 * @fields: (inout): what a visit's new segment is to be, of a recording that has come; its id and
 *   anchor are filled in
 *
 * The recording of a visit becomes the medium of the segment that has its notes by the clock, which
 * stand by when the file says that it began, as far as that can be. Else it is the visit's first.
 */
gboolean lw_by_clock_take_media (LwRoom *room, LwSegment *fields, GError **error);

G_END_DECLS
