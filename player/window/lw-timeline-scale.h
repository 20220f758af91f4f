/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwTimelineScale:
 *
 * Which stretch of the lesson the timeline shows, and how time becomes pixels. A plain value with
 * pure functions: no widget, no clock.
 */
typedef struct {
  LwTime duration; /* of the lesson; 0: nothing to show */
  LwTime start;    /* at the left edge */
  LwTime span;     /* from the left edge to the right one; > 0 when duration is */
  double width;    /* pixels */
} LwTimelineScale;

/* As far in as one may zoom. */
#define LW_TIMELINE_MIN_SPAN (2 * LW_SECOND)

void lw_timeline_scale_fit (LwTimelineScale *self, LwTime duration);
gboolean lw_timeline_scale_is_fit (const LwTimelineScale *self);
double lw_timeline_scale_to_x (const LwTimelineScale *self, LwTime time);
/* Brought into the lesson: always a moment of it. */
LwTime lw_timeline_scale_to_time (const LwTimelineScale *self, double x);
/* @factor > 1: in. The moment at @x stays at @x, as far as the ends allow. */
void lw_timeline_scale_zoom (LwTimelineScale *self, double factor, double x);
void lw_timeline_scale_pan (LwTimelineScale *self, double pixels);
/* Turns the page when @time is out of sight. Returns whether it did. */
gboolean lw_timeline_scale_reveal (LwTimelineScale *self, LwTime time);
/* Distance of the ruler's ticks, a round number of seconds, so that labels stand at least
 * @min_pixels apart. */
LwTime lw_timeline_scale_tick (const LwTimelineScale *self, double min_pixels);

/* Neighbours that would overlap, drawn as one mark. */
typedef struct {
  guint first; /* index into the times */
  guint count;
  double x; /* the middle of its first and last */
} LwTimelineCluster;

/**
 * lw_timeline_scale_cluster:
 * @times: rising
 * @n_times: how many
 * @min_pixels: marks nearer than this to the first of a cluster join it
 *
 * Only of what is in sight, and a margin of @min_pixels around it. The work is in proportion to
 * the pixels, not to the notes.
 *
 * Returns: (transfer full) (element-type LwTimelineCluster)
 */
GArray *lw_timeline_scale_cluster (const LwTimelineScale *self,
                                   const LwTime *times,
                                   guint n_times,
                                   double min_pixels);

G_END_DECLS
