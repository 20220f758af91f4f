/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk-facts.h"

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "That is not here, or it is not open to you. Ask whoever invited you.");
  return FALSE;
}

/* Who was in it as a guest may know what became of it. */
static gboolean
fail_over (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "This walk is over, and what it showed is closed to its guests. Thank you "
                       "for taking part. What you wrote stays with the walk; ask whoever invited "
                       "you for what came of it.");
  return FALSE;
}

gboolean
lw_walk_facts_load (
    LwWalkFacts *facts, LwRoom *room, const LwCaller *caller, const LwId *walk_id, GError **error)
{
  const LwWalkPerson *person;

  *facts = (LwWalkFacts){.person_id = caller->person_id};
  facts->access.is_admin = caller->is_admin;
  facts->access.is_guest = !lw_id_is_none (&caller->walk_id);
  if (!lw_id_is_none (&caller->walk_id) && !lw_id_equal (&caller->walk_id, walk_id))
    return fail_not_found (error);
  facts->snapshot = lw_walk_cache_get (room->walks, walk_id, error);
  if (facts->snapshot == NULL)
    return FALSE;
  facts->walk = facts->snapshot->walk;
  facts->protocol = facts->snapshot->protocol;
  facts->access.phase = facts->snapshot->phase;
  facts->access.step = facts->snapshot->step;
  person = g_hash_table_lookup (facts->snapshot->people, &facts->person_id);
  if (person != NULL) {
    facts->access.roles = person->roles;
    facts->access.done = person->done;
  }
  if (!lw_access_allows (LW_ACT_SEE_WALK, &facts->access)) {
    gboolean is_over = facts->access.roles != 0 && facts->access.phase->closed;

    lw_walk_facts_clear (facts);
    return is_over ? fail_over (error) : fail_not_found (error);
  }
  return TRUE;
}

void
lw_walk_facts_clear (LwWalkFacts *facts)
{
  g_clear_pointer (&facts->snapshot, lw_walk_snapshot_unref);
  facts->walk = NULL;
  facts->protocol = NULL;
}

LwStanding
lw_walk_facts_lend (const LwWalkFacts *facts, LwRoom *room)
{
  return (LwStanding){.store = room->store,
                      .walk = facts->walk,
                      .protocol = facts->protocol,
                      .people = facts->snapshot->people,
                      .access = facts->access,
                      .person_id = facts->person_id};
}

gboolean
lw_walk_facts_is_host_of (const LwWalkFacts *facts, LwRoom *room, const LwId *segment_id)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, segment_id, NULL);
  g_autoptr (LwVisit) visit = NULL;

  if (segment != NULL && !lw_id_is_none (&segment->visit_id))
    visit = lw_store_get_visit (room->store, &segment->visit_id, NULL);
  return visit != NULL && lw_id_equal (&visit->host_id, &facts->person_id);
}

gboolean
lw_walk_facts_load_for_segment (LwWalkFacts *facts,
                                LwRoom *room,
                                const LwCaller *caller,
                                const LwId *segment_id,
                                LwSegment **ret_segment,
                                GError **error)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (room->store, segment_id, NULL);
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, segment_id, NULL);

  *facts = (LwWalkFacts){0};
  if (walk == NULL || segment == NULL)
    return fail_not_found (error);
  if (!lw_walk_facts_load (facts, room, caller, &walk->id, error))
    return FALSE;
  facts->access.is_host_of = lw_walk_facts_is_host_of (facts, room, segment_id);
  if (ret_segment != NULL)
    *ret_segment = g_steal_pointer (&segment);
  return TRUE;
}

gboolean
lw_walk_facts_allow (const LwWalkFacts *facts, LwAct act, gboolean is_own)
{
  LwAccess access = facts->access;

  access.is_own = is_own;
  return lw_access_allows (act, &access);
}

gboolean
lw_walk_facts_allow_on (const LwWalkFacts *facts,
                        LwRoom *room,
                        LwAct act,
                        const LwId *segment_id,
                        LwBefore *ret_missing)
{
  LwAccess access = facts->access;

  access.is_own = TRUE;
  *ret_missing = 0;
  if (lw_access_allows (act, &access))
    return TRUE;
  /* Whose lesson it is makes a difference for who is not ready alone, and few are not. */
  if (lw_access_get_missing (&access) == 0)
    return FALSE;
  access.is_host_of = lw_walk_facts_is_host_of (facts, room, segment_id);
  if (lw_access_allows (act, &access))
    return TRUE;
  *ret_missing = lw_access_get_missing (&access);
  access.done |= *ret_missing;
  if (!lw_access_allows (act, &access))
    *ret_missing = 0;
  return FALSE;
}

gboolean
lw_walk_facts_allow_note (const LwWalkFacts *facts, const LwNote *note)
{
  return lw_walk_facts_allow (facts, LW_ACT_SEE_NOTE,
                              lw_id_equal (&note->author_id, &facts->person_id));
}

LwVisit *
lw_walk_facts_load_visit (const LwWalkFacts *facts,
                          LwRoom *room,
                          LwHttpCall *call,
                          gboolean or_removed)
{
  g_autoptr (LwVisit) visit = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "visit", &id))
    return NULL;
  visit = lw_store_get_visit (room->store, &id, NULL);
  if (visit != NULL && (or_removed || !visit->removed) &&
      lw_id_equal (&visit->walk_id, &facts->walk->id))
    return g_steal_pointer (&visit);
  lw_http_call_reply_not_found (call);
  return NULL;
}

void
lw_walk_reply_not_allowed (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 403, "not-now",
                            "That is not open to you in this part of the walk. Nothing was "
                            "changed; the facilitator can tell when it opens.");
}

void
lw_walk_reply_not_to_watch (LwHttpCall *call, const LwWalkFacts *facts)
{
  LwAccess access = facts->access;
  g_autofree char *sentence = NULL;

  access.done = ~0u;
  if (!lw_access_allows (LW_ACT_WATCH, &access)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  sentence = lw_before_to_sentence (lw_access_get_missing (&facts->access));
  lw_http_call_reply_error (call, 403, "prepare", sentence);
}

gboolean
lw_walk_facts_for_call (LwWalkFacts *facts, LwRoom *room, LwHttpCall *call, LwAct act)
{
  g_autoptr (GError) error = NULL;
  LwId walk_id;

  *facts = (LwWalkFacts){0};
  if (!lw_http_call_part_id (call, "walk", &walk_id))
    return FALSE;
  if (!lw_walk_facts_load (facts, room, lw_http_call_caller (call), &walk_id, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  if (!lw_walk_facts_allow (facts, act, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return FALSE;
  }
  return TRUE;
}
