/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"
#include "lw-trends.h"
#include "lw-walking.h"

G_BEGIN_DECLS

/* What the walks that are kept here show together, as far as they are open to the person. Counts
 * are of notes by place and lens, never of a person's. Thread: any, each call for itself. */

/* What was seen, with the notes that show it. */
typedef struct {
  LwOutcomeKind kind; /* an asset or a need */
  char *text;
  char *from;          /* the walk or the practice that wrote it down */
  GPtrArray *evidence; /* of LwNote */
  guint visits;        /* in which these were pinned */
} LwTrendLine;

typedef struct {
  char *lens;     /* its name; "": notes of no lens */
  guint *minutes; /* how many notes touch each */
} LwLensMinutes;

/* Which minutes of a lesson were noted, by lens. */
typedef struct {
  LwWalk *walk;
  LwSegment *segment;
  guint n_minutes;
  GPtrArray *lenses; /* of LwLensMinutes: those that were chosen in the walk, or noted something */
  GArray *empty;     /* of guint: minutes that nobody noted */
} LwCoverage;

typedef struct {
  GPtrArray *walks;     /* of LwWalk: those that are counted */
  guint n_closed_to_me; /* walks whose phase does not open everybody's notes */
  LwTrendBoard *board;
  GPtrArray *lines;    /* of LwTrendLine: with evidence of most visits first */
  GPtrArray *coverage; /* of LwCoverage, one for each lesson */
  GPtrArray *away;     /* of char: rooms whose own trends could not be asked for */
} LwTrendsView;

/**
 * lw_trends_view_load:
 * @level: of the places that are listed
 * @ask_rooms: also what the rooms keep of practices; blocks until they answer
 *
 * Errors: those of reading the store; what a room does not answer is in `away`. (transfer full)
 */
LwTrendsView *lw_trends_view_load (LwStore *store,
                                   LwPlaceKind level,
                                   const char *name_if_new,
                                   gboolean ask_rooms,
                                   GCancellable *cancellable,
                                   GError **error);
void lw_trends_view_free (LwTrendsView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwTrendsView, lw_trends_view_free)

G_END_DECLS
