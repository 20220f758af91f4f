/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-board-check.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The entities of lw-board.h as the panel reads and writes them, each with its "type". Thread: any.
 */

/* "card", "step" … as the API has it. */
const char *lw_board_type_name (LwEntityKind kind);
gboolean lw_board_may_see (const LwWalkFacts *facts, LwEntityKind kind);

/* (transfer full) */
json_object *lw_board_item_to_json (LwEntityKind kind, gconstpointer item);

/* FALSE with #LwNoteError for what cannot be read. When it was edited is the sender's word, but
 * never later than now. */
gboolean lw_board_draft_read (LwBoardDraft *draft, json_object *json, GError **error);

G_END_DECLS
