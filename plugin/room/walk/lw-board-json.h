/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-board.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The entities of lw-board.h as the panel reads and writes them, each with its "type". Thread: any.
 */

/* Which act of lw_access_allows() opens entities of @kind to a reader. */
LwAct lw_board_act_to_see (LwEntityKind kind);
/* "card", "step" … as the API has it. */
const char *lw_board_type_name (LwEntityKind kind);
gboolean lw_board_may_see (const LwWalkFacts *facts, LwEntityKind kind);

/* (transfer full) */
json_object *lw_board_item_to_json (LwEntityKind kind, gconstpointer item);

/* Whether it is a day that there is: "2026-12-01". */
gboolean lw_board_is_day (const char *text);

/* One of any kind: what is in @fields is lent by the JSON, but for @cites. */
typedef struct {
  LwEntityKind kind;
  union {
    LwItem item;
    LwGroup group;
    LwCard card;
    LwOutcome outcome;
    LwStep step;
    LwFollowUp follow_up;
    LwMessage message;
    LwTrial trial;
  } fields;
  GStrv cites;
} LwBoardDraft;

/* FALSE with #LwNoteError for what cannot be read. When it was edited is the sender's word, but
 * never later than now. */
gboolean lw_board_draft_read (LwBoardDraft *draft, json_object *json, GError **error);
void lw_board_draft_clear (LwBoardDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwBoardDraft, lw_board_draft_clear)

G_END_DECLS
