/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Times of one kind of thing, in microseconds, for p50 and p99. */
typedef struct {
  GArray *us; /* of double */
} Figures;

static inline void
figures_init (Figures *self)
{
  self->us = g_array_new (FALSE, FALSE, sizeof (double));
}

static inline void
figures_clear (Figures *self)
{
  g_array_unref (self->us);
}

/* @begin_ns: from figures_now(). */
static inline gint64
figures_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void
figures_add (Figures *self, gint64 begin_ns)
{
  double us = (double)(figures_now () - begin_ns) / 1000.0;

  g_array_append_val (self->us, us);
}

static inline int
figures_compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *)a - *(const double *)b;

  return difference < 0 ? -1 : difference > 0;
}

/* @fraction: 0.5, 0.99 */
static inline double
figures_at (Figures *self, double fraction)
{
  g_array_sort (self->us, figures_compare);
  return g_array_index (self->us, double, (guint)(fraction * (self->us->len - 1)));
}

/* A line of the table: ours beside the floor, and how many times that is. */
static inline void
figures_print (
    const char *what, Figures *ours, const char *floor_name, Figures *floor, const char *aim)
{
  g_print ("%-34s p50 %9.1f us  p99 %9.1f us\n", what, figures_at (ours, 0.5),
           figures_at (ours, 0.99));
  if (floor != NULL) {
    g_print ("%-34s p50 %9.1f us  p99 %9.1f us\n", floor_name, figures_at (floor, 0.5),
             figures_at (floor, 0.99));
    g_print ("%-34s p50 %9.2f x   p99 %9.2f x\n", "  ratio",
             figures_at (ours, 0.5) / figures_at (floor, 0.5),
             figures_at (ours, 0.99) / figures_at (floor, 0.99));
  }
  if (aim != NULL)
    g_print ("  aim: %s\n", aim);
}
