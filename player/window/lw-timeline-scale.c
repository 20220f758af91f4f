/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-timeline-scale.h"

static void
lw_timeline_scale_clamp (LwTimelineScale *self)
{
  LwTime shortest = MIN (LW_TIMELINE_MIN_SPAN, self->duration);

  self->span = CLAMP (self->span, shortest, self->duration);
  self->start = CLAMP (self->start, 0, self->duration - self->span);
}

void
lw_timeline_scale_fit (LwTimelineScale *self, LwTime duration)
{
  self->duration = MAX (0, duration);
  self->start = 0;
  self->span = self->duration;
}

gboolean
lw_timeline_scale_is_fit (const LwTimelineScale *self)
{
  return self->span >= self->duration;
}

double
lw_timeline_scale_to_x (const LwTimelineScale *self, LwTime time)
{
  if (self->span <= 0)
    return 0;
  return (double)(time - self->start) / (double)self->span * self->width;
}

LwTime
lw_timeline_scale_to_time (const LwTimelineScale *self, double x)
{
  LwTime time;

  if (self->span <= 0 || self->width <= 0)
    return 0;
  time = self->start + (LwTime)(CLAMP (x / self->width, -1.0, 2.0) * (double)self->span);
  return CLAMP (time, 0, self->duration);
}

void
lw_timeline_scale_zoom (LwTimelineScale *self, double factor, double x)
{
  LwTime anchor = lw_timeline_scale_to_time (self, x);

  if (self->duration <= 0 || self->width <= 0 || factor <= 0)
    return;
  self->span = (LwTime)CLAMP ((double)self->span / factor, 1.0, (double)self->duration);
  lw_timeline_scale_clamp (self);
  self->start = anchor - (LwTime)(x / self->width * (double)self->span);
  lw_timeline_scale_clamp (self);
}

void
lw_timeline_scale_pan (LwTimelineScale *self, double pixels)
{
  if (self->width <= 0)
    return;
  self->start += (LwTime)(pixels / self->width * (double)self->span);
  lw_timeline_scale_clamp (self);
}

gboolean
lw_timeline_scale_reveal (LwTimelineScale *self, LwTime time)
{
  LwTime before = self->start;

  if (time >= self->start && time <= self->start + self->span)
    return FALSE;
  /* A little of what came before stays in sight, so that the eye finds its place again. */
  self->start = time - self->span / 10;
  lw_timeline_scale_clamp (self);
  return self->start != before;
}

LwTime
lw_timeline_scale_tick (const LwTimelineScale *self, double min_pixels)
{
  static const int seconds[] = {1,   2,   5,   10,   15,   30,   60,    120,
                                300, 600, 900, 1800, 3600, 7200, 18000, 36000};
  double least;

  if (self->width <= 0 || self->span <= 0)
    return LW_SECOND;
  least = min_pixels / self->width * (double)self->span;
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    if ((double)(seconds[i] * LW_SECOND) >= least)
      return seconds[i] * LW_SECOND;
  return (LwTime)(least / (36000.0 * (double)LW_SECOND) + 1) * 36000 * LW_SECOND;
}

/* The first of @times that is at or after @time. */
static guint
lw_timeline_lower_bound (const LwTime *times, guint from, guint n_times, LwTime time)
{
  guint low = from, high = n_times;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (times[middle] < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

GArray *
lw_timeline_scale_cluster (const LwTimelineScale *self,
                           const LwTime *times,
                           guint n_times,
                           double min_pixels)
{
  GArray *clusters = g_array_new (FALSE, FALSE, sizeof (LwTimelineCluster));
  LwTime reach, last;
  guint i;

  if (self->width <= 0 || self->span <= 0)
    return clusters;
  reach = (LwTime)(min_pixels / self->width * (double)self->span);
  last = self->start + self->span + reach;
  i = lw_timeline_lower_bound (times, 0, n_times, self->start - reach);
  while (i < n_times && times[i] <= last) {
    /* Jumps over the members instead of walking them: thousands may stand in one pixel. */
    guint next = lw_timeline_lower_bound (times, i, n_times, times[i] + MAX (reach, 1));
    LwTimelineCluster cluster = {i, MAX (next, i + 1) - i, 0};
    LwTime end = times[i + cluster.count - 1];

    cluster.x = (lw_timeline_scale_to_x (self, times[i]) + lw_timeline_scale_to_x (self, end)) / 2;
    g_array_append_val (clusters, cluster);
    i += cluster.count;
  }
  return clusters;
}
