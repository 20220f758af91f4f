/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/*
 * The forms of a routine, as far as the room has to know them: how many are handed in. What is in
 * them are notes (LW_NOTE_ANSWER), seen by whoever may see notes. Pure but for the last. Thread:
 * any.
 */

/* That form of the routine's file, or NULL. (transfer none) */
json_object *lw_forms_find (json_object *protocol, const char *id);
/* Whether one of the @roles fills it in. */
gboolean lw_forms_is_for (json_object *form, guint roles);
/* What one person answered: sets of "FORM/FIELD". */
typedef struct {
  GHashTable *answered;
  GHashTable *rested; /* of these, what says on which moment or which own note it rests */
} LwFormAnswers;

/* Whether there is an answer for each field that is required, and whether every answer to a field
 * that cites does so. */
gboolean lw_forms_is_complete (json_object *form, const LwFormAnswers *answers);

/**
 * lw_forms_count_to_json:
 *
 * For who leads the walk: of the form that is filled in now, or was before, how many of how many
 * are handed in, lesson by lesson; never by whom.
 *
 * Returns: (transfer full) (nullable): NULL if no form was filled in yet
 */
json_object *lw_forms_count_to_json (LwRoom *room, const LwWalkFacts *facts);

G_END_DECLS
