/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store.h"

G_BEGIN_DECLS

/*
 * Counts of notes across walks, for a district that looks at many classrooms at once. Counted is
 * what was noted, by place, lens, walk and minute; never by person, and nothing here is sorted by a
 * count.
 *
 * Who may know what is for the caller to decide, who names the walks that are counted.
 */

/* Replies, and answers in forms, are not counted. */
typedef struct {
  guint64 noticings, wonderings, progress;
} LwNoteCounts;

typedef struct {
  LwId id;      /* of a lens (none: no lens was named) or of a walk */
  guint visits; /* a lens: in which it noted something; a walk: all */
  LwNoteCounts notes;
} LwTrendCount;

typedef struct {
  LwPlace *place;
  guint visits;
  LwNoteCounts notes;
} LwPlaceCount;

/* Lent to the call only. */
typedef struct {
  const LwId *walk_ids; /* only visits of these; one that is named twice counts once */
  guint n_walk_ids;
  const LwId *place_id; /* nullable: only visits of this district, school or classroom */
  LwPlaceKind level;    /* of the places that are listed */
  guint offset, limit;  /* of the places that are listed; limit 0: none */
} LwTrendQuery;

typedef struct {
  guint visits; /* also those of no classroom, where no place_id was asked for */
  guint seen;   /* of these, with a note */
  guint classrooms;
  LwNoteCounts notes;
  GArray *walks;     /* of LwTrendCount: each that was asked for, in that order */
  GArray *lenses;    /* of LwTrendCount: each that noted something, by id */
  GPtrArray *places; /* of LwPlaceCount: the page that was asked for, by name */
  guint n_places;    /* on all pages */
} LwTrendBoard;

/**
 * lw_store_count_trends:
 *
 * Blocks: for many walks as long as reading a row for each visit, and one for each lens in each,
 *   takes: it does not read notes.
 *
 * Returns: (transfer full): all of one state of the store. Errors: those of reading.
 */
LwTrendBoard *lw_store_count_trends (LwStore *self, const LwTrendQuery *query, GError **error);
void lw_trend_board_free (LwTrendBoard *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwTrendBoard, lw_trend_board_free)

#define LW_TREND_MINUTES_MAX (24 * 60) /* what lies beyond is not counted */

typedef struct {
  LwId lens_id; /* none: no lens was named */
  guint minute; /* of media time, from 0 */
  guint notes;  /* that touch it: one over three minutes is counted in each */
} LwMinuteCount;

/* Which minutes of a lesson were noted by whom, as lenses go. (transfer full) (element-type
 * LwMinuteCount): by lens id, then minute; only where there is a note. */
GArray *lw_store_count_minutes (LwStore *self, const LwId *segment_id, GError **error);

G_END_DECLS
