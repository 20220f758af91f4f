/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/**
 * lw_cycles_to_json:
 * @caller: who asks: of walks before, only what these open to them counts
 * @measure: "SHEET/CODE" of the walk's routine
 *
 * What was counted of one code from test to test: of the walks that this one goes on with, oldest
 * first, and of this one, by cycle. Where several people coded a clip, the mean of what they
 * counted. Blocks on disk. Thread: any.
 *
 * Returns: (transfer full): as in API.md; NULL with an error of #LwNoteError for a code that the
 *   routine does not have
 */
json_object *lw_cycles_to_json (LwRoom *room,
                                const LwWalkFacts *facts,
                                const LwCaller *caller,
                                const char *measure,
                                GError **error);

/* The tests of this walk, and of those that it goes on with as far as these are the caller's
 * business, oldest walk first: [{walk, title, items}]. (transfer full) */
json_object *lw_cycles_tests_to_json (LwRoom *room,
                                      const LwWalkFacts *facts,
                                      const LwCaller *caller,
                                      GError **error);

G_END_DECLS
