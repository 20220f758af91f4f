/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/**
 * lw_forms_count_to_json:
 *
 * For who leads the walk: of the form that is filled in now, or was before, how many of how many
 * are handed in, lesson by lesson; never by whom. Thread: any.
 *
 * Returns: (transfer full) (nullable): NULL if no form was filled in yet
 */
json_object *lw_forms_count_to_json (LwRoom *room, const LwWalkFacts *facts);

G_END_DECLS
