/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-frame-clock.h"

G_BEGIN_DECLS

/**
 * LwScreen:
 *
 * What a video sink shows now, and when in the stream that frame starts. It stands around the
 * chain function of the sink's pad, so it knows of each frame when it comes and when the sink is
 * done with it; and it keeps a bounded number of frames around a paused playhead, so that a step
 * back needs no decoding.
 *
 * Thread: any. Nothing here waits for the pipeline.
 */
typedef struct _LwScreen LwScreen;

/* In the sink's streaming thread, after a frame was shown. */
typedef void (*LwScreenFunc) (gpointer user_data);

/* @sink: a GstBaseSink, or a bin that has one */
LwScreen *lw_screen_new (GstElement *sink, LwFrameClock *clock);
/* Gives the sink back as it was; to be called when it is stopped. */
void lw_screen_free (LwScreen *self);
void lw_screen_set_func (LwScreen *self, LwScreenFunc func, gpointer user_data);
/* Nothing has been shown: for a new file. */
void lw_screen_reset (LwScreen *self);

/* Frames of the segment that came of the seek @seqnum and start before @show_from are taken aside,
 * not shown. LW_TIME_NONE: all are shown. */
void lw_screen_plan (LwScreen *self, guint32 seqnum, LwTime show_from);

/* Start of the frame on screen; LW_TIME_NONE before the first. */
LwTime lw_screen_get_time (LwScreen *self);
guint64 lw_screen_get_n_shown (LwScreen *self);
/* (transfer full), NULL if there is none: RGB, tightly packed. */
GBytes *
lw_screen_take_picture (LwScreen *self, guint *ret_width, guint *ret_height, LwTime *ret_time);

/* Whether frames that come are kept for stepping back; turning it off forgets them. */
void lw_screen_set_keeping (LwScreen *self, gboolean keeping);
/* How many frames like the one on screen may be kept. */
guint lw_screen_get_room (LwScreen *self);
/* Shows a kept frame again; FALSE if it is not there. While paused only. */
gboolean lw_screen_show_kept (LwScreen *self, LwTime start);
/* Whether what is on screen is a kept frame and not the pipeline's own. */
gboolean lw_screen_is_showing_kept (LwScreen *self);

/* Whether the sink holds a frame and waits for its time: then silence is no stall. */
gboolean lw_screen_is_waiting (LwScreen *self);
gboolean lw_screen_is_at_end (LwScreen *self);
/* Whether the newest seek has brought no frame yet, so that an older one is on screen still. */
gboolean lw_screen_is_bare (LwScreen *self);
/* Counts everything that came: it stands still when nothing comes. */
guint64 lw_screen_get_activity (LwScreen *self);

G_END_DECLS
