/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* Walks as the panel sees them. Thread: any. */

/* What a list of walks shows of one. (transfer full) */
json_object *lw_walk_to_json (const LwWalkFacts *facts);
/* Answers the call with the whole walk. */
void lw_walk_reply (LwRoom *room, LwHttpCall *call, const LwWalkFacts *facts);
/* The same, as it stands now that it was changed: @facts are read anew. */
void lw_walk_reply_anew (LwRoom *room, LwHttpCall *call, LwWalkFacts *facts);

G_END_DECLS
