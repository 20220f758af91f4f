/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-frame-index.h"

G_BEGIN_DECLS

/**
 * LwFrameClock:
 *
 * Says at which time the frame starts that a decoder gave the time @time: after an exact seek the
 * decoder clips the timestamp to the target. Knows it from the container's index where there is
 * one, else from the timestamps of the packets that went into the decoder since the last flush.
 *
 * Thread: any.
 */
typedef struct _LwFrameClock LwFrameClock;

LwFrameClock *lw_frame_clock_new (void);
LwFrameClock *lw_frame_clock_ref (LwFrameClock *self);
void lw_frame_clock_unref (LwFrameClock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFrameClock, lw_frame_clock_unref)

void lw_frame_clock_set_index (LwFrameClock *self, LwFrameIndex *index); /* (nullable) */
LwFrameIndex *lw_frame_clock_get_index (LwFrameClock *self); /* (transfer full) (nullable) */

void lw_frame_clock_add_packet (LwFrameClock *self, LwTime time);
void lw_frame_clock_forget_packets (LwFrameClock *self);

LwTime lw_frame_clock_start_of (LwFrameClock *self, LwTime time);

/* Start of the frame at @time by the packets alone, for looking afterwards; LW_TIME_NONE if they do
 * not tell, or an index does. */
LwTime lw_frame_clock_packet_at (LwFrameClock *self, LwTime time);

/* Where the last frame of the index ends, as far as one can tell; LW_TIME_NONE without one. */
LwTime lw_frame_clock_get_end (LwFrameClock *self);

/* Start of the frame @n after (before) the one at @time, as far as it is known for sure;
 * LW_TIME_NONE if it is not. */
LwTime lw_frame_clock_neighbour (LwFrameClock *self, LwTime time, int n);

G_END_DECLS
