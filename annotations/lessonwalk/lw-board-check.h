/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-board.h"
#include "lw-standing.h"

G_BEGIN_DECLS

/* What may be put on a walk's board by whom, in which phase: the same in a room and alone. Thread:
 * any. */

/* Which act of lw_access_allows() opens entities of @kind to a reader. */
LwAct lw_board_act_to_see (LwEntityKind kind);
/* Whether it is a day that there is: "2026-12-01". */
gboolean lw_board_is_day (const char *text);

/* One thing of any kind, as it is about to be put. */
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
  } fields; /* what they point to is lent by others, but for @cites */
  GStrv cites;
} LwBoardDraft;

void lw_board_draft_clear (LwBoardDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwBoardDraft, lw_board_draft_clear)

/* What stands against a small test of change: whoever keeps these asks more than is asked here. */
typedef gboolean (*LwBoardCheckTrial) (gpointer data,
                                       LwTrial *trial,
                                       const LwTrial *there,
                                       GError **error);

/**
 * lw_board_put:
 * @draft: what is put; by whom, where, and what is not the writer's to say is filled in
 * @is_agreement: it is the teacher's word on a step as it stands
 * @check_trial: (nullable): %NULL: no tests are put
 * @ret_standing: (out) (transfer full): what the board has after it: lw_item_unref()
 *
 * Asks whether @standing allows it, and puts it. Errors: with a sentence for people, and those of
 * lw_store_put_item().
 */
gboolean lw_board_put (const LwStanding *standing,
                       LwBoardDraft *draft,
                       gboolean is_agreement,
                       LwBoardCheckTrial check_trial,
                       gpointer data,
                       gpointer *ret_standing,
                       GError **error);

G_END_DECLS
