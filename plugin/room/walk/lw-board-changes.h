/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-board-json.h"

G_BEGIN_DECLS

/**
 * lw_board_changes_apply:
 * @changes: (nullable): the "changes" of POST /api/walks/W/board
 *
 * Applies them one after the other, each durable or refused: who may, what it leans on, and which
 * of two versions stands. Thread: any; blocks on disk.
 *
 * Returns: (transfer full) (nullable): the "results"; %NULL if @changes is no such list
 */
json_object *lw_board_changes_apply (LwRoom *room, LwWalkFacts *facts, json_object *changes);

G_END_DECLS
