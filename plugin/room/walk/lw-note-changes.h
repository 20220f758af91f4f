/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/**
 * lw_note_changes_apply:
 * @changes: (nullable): the "changes" of plugin/room/API.md
 *
 * Applies them one after the other, each durable or refused. Thread: any; blocks on disk.
 *
 * Returns: (transfer full) (nullable): the "results"; %NULL if @changes is no such list
 */
json_object *lw_note_changes_apply (LwRoom *room, LwWalkFacts *facts, json_object *changes);

G_END_DECLS
