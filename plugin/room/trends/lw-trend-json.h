/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-trend-names.h"

G_BEGIN_DECLS

#define LW_TREND_VISITS_MIN 2 /* seen once is one class's day */

/* What a trend's citations come to today: notes that were erased or deleted are gone from it. */
typedef struct {
  GPtrArray *notes;   /* of LwNote: those that are open to the caller */
  GHashTable *visits; /* LwId *: of all that are there, open or not */
  guint closed;       /* that are there, and not open to the caller */
} LwTrendEvidence;

/* @cites: ids of notes and outcomes; an outcome stands for the notes that it cites. */
void lw_trend_evidence_find (LwTrendEvidence *self,
                             const LwOpenWalks *open,
                             const LwId *practice_id,
                             const char *const *cites);
void lw_trend_evidence_clear (LwTrendEvidence *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwTrendEvidence, lw_trend_evidence_clear)

/* Where it was seen; NULL if that was erased meanwhile. (transfer full) */
LwVisit *lw_trend_get_visit (LwStore *store, const LwNote *note);

gboolean lw_practice_may_change (const LwOpenWalks *open, const LwId *practice_id);
/* Whether the caller has anything to do with it: reads it, or may write it. */
gboolean lw_practice_is_for (const LwOpenWalks *open, const LwId *practice_id);

/* (transfer full) */
json_object *lw_practice_to_json (const LwOpenWalks *open, const LwPractice *practice);
json_object *
lw_trend_to_json (const LwOpenWalks *open, const LwTrendNames *names, const LwTrend *trend);

G_END_DECLS
