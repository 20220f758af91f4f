/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/**
 * lw_groups_make:
 * @people: (element-type LwId)
 * @size: of a group; more than 1
 * @seed: what the groups follow from: of the same people, the same seed makes the same groups
 *
 * Puts people together by chance. Nobody is left alone: who is over joins others. Pure. Thread:
 * any.
 *
 * Returns: (transfer full) (element-type GArray of LwId): the groups
 */
GPtrArray *lw_groups_make (GArray *people, guint size, const char *seed);

/* Who works with whom now, for the walk's JSON; NULL where all work alone or together, or where the
 * phase is not the caller's. (transfer full) (nullable) */
json_object *lw_groups_to_json (const LwWalkFacts *facts);

G_END_DECLS
