/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The angles from which people look at lessons: the whole room's, by name. Thread: any. */

/**
 * lw_lenses_take:
 * @body: with `lens` (an id, or null for none) or `lens_name`
 * @ret_lens_id: unchanged if neither is there
 *
 * A name is one of the room's lenses, or one that the walk's routine offers, which then becomes
 * one.
 *
 * Returns: FALSE if there is no such lens; the call is answered then
 */
gboolean lw_lenses_take (LwRoom *room,
                         LwHttpCall *call,
                         const LwWalkFacts *facts,
                         json_object *body,
                         LwId *ret_lens_id,
                         gboolean *ret_is_given);

G_END_DECLS
