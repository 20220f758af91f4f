/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-trend-json.h"

G_BEGIN_DECLS

/* What every request about trends may ask for: practice, cycle (a walk), place, names, offset,
 * limit. Thread: as a call's. */
typedef struct {
  LwOpenWalks open;
  LwTrendNames names;
  LwId practice_id, walk_id, place_id; /* none: not asked for */
  guint offset, limit;
} LwTrendAsked;

/* Answers the call itself, and returns FALSE, if that does not go. */
gboolean lw_trend_asked_load (LwTrendAsked *self, LwRoom *room, LwHttpCall *call);
void lw_trend_asked_clear (LwTrendAsked *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwTrendAsked, lw_trend_asked_clear)

void lw_trend_add_counts (json_object *json, guint visits, const LwNoteCounts *notes);
/* @lenses: of LwTrendCount. (transfer full) */
json_object *lw_trend_lenses_to_json (LwRoom *room, const GArray *lenses);

G_END_DECLS
