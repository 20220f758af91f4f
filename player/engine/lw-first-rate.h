/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * LwFirstRate:
 *
 * A speed is otherwise set by a seek, which a server may refuse that gives a file only from its
 * beginning to its end. This writes it into the segments that a source begins with by itself.
 *
 * Thread: any.
 */
typedef struct _LwFirstRate LwFirstRate;

LwFirstRate *lw_first_rate_new (double rate);
LwFirstRate *lw_first_rate_ref (LwFirstRate *self);
void lw_first_rate_unref (LwFirstRate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFirstRate, lw_first_rate_unref)

/* Watches @pad, a demuxer's or a parser's source pad, as long as it lives. */
void lw_first_rate_attach (LwFirstRate *self, GstPad *pad);
/* Watches the source pads that @demuxer has and will have. */
void lw_first_rate_attach_all (LwFirstRate *self, GstElement *demuxer);

/* Without effect once a segment has gone by: all of a file have one speed. */
void lw_first_rate_set (LwFirstRate *self, double rate);
/* The speed of the segments that went by; 1.0 if none was told any. */
double lw_first_rate_get_given (LwFirstRate *self);

/* From the first seek on, segments bear its speed, and are left alone. */
void lw_first_rate_end (LwFirstRate *self);

G_END_DECLS
