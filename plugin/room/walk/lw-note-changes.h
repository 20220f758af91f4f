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

/* Whether it is one put of one note, as nearly all are. */
gboolean lw_note_changes_is_put (json_object *changes);

typedef struct {
  LwWalkFacts *facts;
  json_object *changes; /* lw_note_changes_is_put() */
  json_object *result;  /* out, (transfer full): the one member of "results" */
} LwNotePut;

/* Those of many people in one durable commit, each kept or refused by itself.
 * Thread: any; blocks on disk. */
void lw_note_changes_put_many (LwRoom *room, LwNotePut *puts, guint n);

G_END_DECLS
