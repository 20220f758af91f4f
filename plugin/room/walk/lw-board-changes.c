/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a walk's people put on the board. Each change names its thing by an id that the panel made
 * (a card by its note), so one that is sent twice is kept once; of two versions the later stands,
 * whichever came first, and the answer tells it. What may be put is asked by lw_board_put().
 */

#include "lw-board-changes.h"

#include "lw-audit.h"
#include "lw-change.h"
#include "lw-json.h"
#include "lw-trial.h"

#define CHANGES_MAX 500

/* Who changed what of which kind; the words are in the walk's log alone. */
static void
audit_item (LwRoom *room, const LwWalkFacts *facts, LwEntityKind kind, const LwItem *item)
{
  g_autofree char *detail =
      g_strdup_printf ("%s%s", lw_board_type_name (kind), item->gone ? " gone" : "");

  lw_audit_add_soon (room, &(LwAuditEvent){.action = LW_AUDIT_BOARD_CHANGED,
                                           .person_id = facts->person_id,
                                           .walk_id = facts->walk->id,
                                           .target_id = item->id,
                                           .detail = detail});
}

typedef struct {
  LwRoom *room;
  const LwWalkFacts *facts;
} Asking;

static gboolean
check_trial (gpointer data, LwTrial *trial, const LwTrial *there, GError **error)
{
  const Asking *asking = data;

  return lw_trial_check (asking->room, asking->facts, trial, there, error);
}

static gboolean
apply (LwRoom *room, LwWalkFacts *facts, json_object *change, json_object *result, GError **error)
{
  g_auto (LwBoardDraft) draft = {0};
  LwStanding asked = lw_walk_facts_lend (facts, room);
  Asking asking = {room, facts};
  gpointer standing = NULL;
  gboolean is_agreement = FALSE, ok;

  if (!lw_board_draft_read (&draft, change, error))
    return FALSE;
  lw_json_get_flag (change, "agree", &is_agreement);
  ok = lw_board_put (&asked, &draft, is_agreement, check_trial, &asking, &standing, error);
  if (standing == NULL)
    return ok;
  if (ok && lw_id_equal (&((LwItem *)standing)->by_id, &facts->person_id))
    audit_item (room, facts, draft.kind, standing);
  json_object_object_add (result, "item", lw_board_item_to_json (draft.kind, standing));
  lw_item_unref (draft.kind, standing);
  return ok;
}

json_object *
lw_board_changes_apply (LwRoom *room, LwWalkFacts *facts, json_object *changes)
{
  json_object *results;

  if (!json_object_is_type (changes, json_type_array) ||
      json_object_array_length (changes) > CHANGES_MAX)
    return NULL;
  results = json_object_new_array ();
  for (gsize i = 0; i < json_object_array_length (changes); i++) {
    json_object *result = json_object_new_object ();
    g_autoptr (GError) error = NULL;

    apply (room, facts, json_object_array_get_idx (changes, i), result, &error);
    json_object_array_add (results, lw_change_tell (result, error));
  }
  return results;
}
