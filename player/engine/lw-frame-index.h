/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwFrameIndex:
 *
 * Start of every frame of a video, rising. Immutable once shared, counted by reference.
 * Thread: any.
 */
typedef struct _LwFrameIndex LwFrameIndex;

/* Copies @starts, sorts them and drops doubles and negative times; NULL if none is left. */
LwFrameIndex *lw_frame_index_new (const LwTime *starts, gsize n_starts);
LwFrameIndex *lw_frame_index_ref (LwFrameIndex *self);
void lw_frame_index_unref (LwFrameIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFrameIndex, lw_frame_index_unref)

gsize lw_frame_index_get_length (const LwFrameIndex *self);
LwTime lw_frame_index_get_start (const LwFrameIndex *self, gsize i);

/* A time well inside frame @i, away from the rounding at either end. */
LwTime lw_frame_index_get_inside (const LwFrameIndex *self, gsize i);

/* The frame that covers @time; the first one before the first, the last after the last. Times a
 * rounding error before a start belong to that start. */
gsize lw_frame_index_find (const LwFrameIndex *self, LwTime time);

/* The start in the rising array @starts that @time belongs to, as above; -1 if it is before all of
 * them. */
gssize lw_frame_starts_find (const LwTime *starts, gsize n_starts, LwTime time);

G_END_DECLS
