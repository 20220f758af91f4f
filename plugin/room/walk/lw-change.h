/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/*
 * What the ways of changing a walk have in common: a list of changes comes in, each is kept or
 * refused by itself, and a list of what became of them goes back.
 */

/* What became of one change, added to @result, which is returned: kept, later (where the same may
 * do when it is sent again), or refused. @error: (nullable): why it was not kept. Thread: any. */
json_object *lw_change_tell (json_object *result, const GError *error);

/* lw_note_changes_apply() and its like. */
typedef json_object *(*LwChangesApply) (LwRoom *room, LwWalkFacts *facts, json_object *changes);

/* Answers a POST of "changes" to a walk. Thread: a worker's; blocks on disk. */
void lw_change_post (LwHttpCall *call, LwRoom *room, LwChangesApply apply);

G_END_DECLS
