/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The next cycle: a walk that goes on with the one before. Nothing is copied: whoever opens it sees
 * of the walk before what that walk opens to them, and nothing else.
 */

#include "lw-board-json.h"
#include "lw-clips.h"
#include "lw-invitations.h"
#include "lw-json.h"
#include "lw-members.h"
#include "lw-walk-json.h"

#define LINK_DAYS 14

/* ---- what the walk before left open ---- */

static gboolean
is_open (LwEntityKind kind, gconstpointer item)
{
  if (((const LwItem *)item)->gone)
    return FALSE;
  return kind != LW_ENTITY_OUTCOME || ((const LwOutcome *)item)->kind == LW_OUTCOME_WONDERING;
}

static gboolean
add_items (
    LwRoom *room, const LwWalkFacts *before, LwEntityKind kind, json_object *list, GError **error)
{
  g_autoptr (GPtrArray) items = lw_store_list (room->store, kind, &before->walk->id, error);

  for (guint i = 0; items != NULL && i < items->len; i++) {
    if (is_open (kind, items->pdata[i]))
      json_object_array_add (list, lw_board_item_to_json (kind, items->pdata[i]));
  }
  return items != NULL;
}

/* Marks of progress: what a next cycle begins with. */
static gboolean
add_successes (LwRoom *room, const LwWalkFacts *before, json_object *list, GError **error)
{
  LwNoteQuery query = {.walk_id = &before->walk->id, .kinds = 1u << LW_NOTE_PROGRESS};
  g_autoptr (GPtrArray) notes = lw_store_query (room->store, &query, error);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    if (lw_walk_facts_allow_note (before, notes->pdata[i]))
      json_object_array_add (list, lw_json_from_note (notes->pdata[i]));
  }
  return notes != NULL;
}

/* Of one lesson, those that its teacher has shared. */
static void
add_clips_of (LwRoom *room, const LwSegment *segment, json_object *list)
{
  g_autoptr (GPtrArray) clips = lw_clips_list (room->ledger, &segment->id, NULL);

  for (guint i = 0; clips != NULL && i < clips->len; i++) {
    const LwClip *clip = clips->pdata[i];
    json_object *item;

    if (!lw_shares_has_any (room->ledger, &clip->id))
      continue;
    item = json_object_new_object ();
    lw_json_add_id (item, "id", &clip->id);
    lw_json_add_id (item, "segment", &clip->segment_id);
    lw_json_add_text (item, "title", clip->title);
    lw_json_add_int (item, "start", clip->start);
    lw_json_add_int (item, "end", clip->end);
    json_object_array_add (list, item);
  }
}

/* Whoever may watch the lesson may watch a part of it. */
static gboolean
add_clips (LwRoom *room, const LwWalkFacts *before, json_object *list, GError **error)
{
  g_autoptr (GPtrArray) visits =
      lw_store_list (room->store, LW_ENTITY_VISIT, &before->walk->id, error);

  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments =
        lw_store_list (room->store, LW_ENTITY_SEGMENT, &visit->id, error);

    if (segments == NULL)
      return FALSE;
    for (guint k = 0; k < segments->len; k++) {
      const LwSegment *segment = segments->pdata[k];
      LwBefore missing;

      if (lw_walk_facts_allow_on (before, room, LW_ACT_WATCH, &segment->id, &missing))
        add_clips_of (room, segment, list);
    }
  }
  return visits != NULL;
}

static gboolean
fill (LwRoom *room, const LwWalkFacts *before, json_object *json, GError **error)
{
  json_object *items = json_object_new_array ();
  json_object *successes = json_object_new_array ();
  json_object *clips = json_object_new_array ();

  json_object_object_add (json, "items", items);
  json_object_object_add (json, "successes", successes);
  json_object_object_add (json, "clips", clips);
  lw_json_add_id (json, "walk", &before->walk->id);
  lw_json_add_text (json, "title", before->walk->title);
  return add_items (room, before, LW_ENTITY_OUTCOME, items, error) &&
         add_items (room, before, LW_ENTITY_STEP, items, error) &&
         add_items (room, before, LW_ENTITY_FOLLOW_UP, items, error) &&
         add_successes (room, before, successes, error) && add_clips (room, before, clips, error);
}

static void
get_before (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};
  g_auto (LwWalkFacts) before = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) json = json_object_new_object ();

  if (!lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_WALK))
    return;
  /* Whoever may not see the walk before learns no more than that there is nothing for them. */
  if (!lw_id_is_none (&facts.walk->previous_id) &&
      lw_walk_facts_load (&before, data, lw_http_call_caller (call), &facts.walk->previous_id,
                          NULL) &&
      lw_walk_facts_allow (&before, LW_ACT_SEE_BOARD, FALSE))
    fill (data, &before, json, &error);
  if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

/* ---- the same people again ---- */

typedef struct {
  LwRoom *room;
  const LwWalkFacts *facts; /* of the walk that they come to */
  json_object *links;
  guint added;
} Asking;

/* A guest was one of the other walk alone, and comes by a link. */
static gboolean
invite (Asking *asking, const LwPerson *person, guint roles, GError **error)
{
  const char *name = person != NULL && person->name != NULL ? person->name : "";
  LwInvitation invitation = {.walk_id = asking->facts->walk->id,
                             .created_by = asking->facts->person_id,
                             .roles = roles & ~(1u << LW_ROLE_FACILITATOR),
                             .label = (char *)name,
                             .expires_utc_us = g_get_real_time () + LINK_DAYS * G_TIME_SPAN_DAY,
                             .uses_left = 1};
  g_autofree char *code = NULL;
  g_autofree char *url = NULL;
  json_object *json;

  if (invitation.roles == 0)
    return TRUE;
  code = lw_invitations_make (asking->room->ledger, &invitation, error);
  if (code == NULL)
    return FALSE;
  url = lw_room_link (asking->room, "#join=", code);
  json = json_object_new_object ();
  lw_json_add_text (json, "name", name);
  lw_json_add_roles (json, "roles", invitation.roles);
  lw_json_add_text (json, "url", url);
  json_object_array_add (asking->links, json);
  return TRUE;
}

/* What was offered or chosen is offered again; the rest is asked anew. */
static gboolean
add_again (
    Asking *asking, const LwId *before_id, const LwId *person_id, guint roles, GError **error)
{
  LwRoom *room = asking->room;
  const LwId *walk_id = &asking->facts->walk->id;
  g_autoptr (LwMember) before = lw_members_get (room, before_id, person_id, NULL);

  if (!lw_members_add (room, walk_id, person_id, roles, &asking->facts->person_id, error))
    return FALSE;
  asking->added++;
  return before == NULL || lw_id_is_none (&before->lens_id) ||
         lw_members_prepare (room, walk_id, person_id,
                             &(LwMemberPreparing){.offered_lens_id = &before->lens_id}, error);
}

static gboolean
ask_again (Asking *asking, const LwWalkFacts *before, GError **error)
{
  LwRoom *room = asking->room;
  GHashTableIter people;
  gpointer id, person;

  g_hash_table_iter_init (&people, before->snapshot->people);
  while (g_hash_table_iter_next (&people, &id, &person)) {
    guint roles = ((LwWalkPerson *)person)->roles;
    const LwWalkPerson *here = g_hash_table_lookup (asking->facts->snapshot->people, id);
    g_autoptr (LwAccount) account = NULL;
    g_autoptr (LwPerson) named = NULL;
    gboolean ok;

    if (roles == 0 || (here != NULL && here->roles != 0))
      continue;
    account = lw_accounts_get (room->accounts, id, NULL);
    if (account != NULL && lw_id_is_none (&account->guest_of)) {
      ok = add_again (asking, &before->walk->id, id, roles, error);
    } else {
      named = lw_store_get_person (room->store, id, NULL);
      ok = invite (asking, named, roles, error);
    }
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

static void
post_people_again (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_auto (LwWalkFacts) before = {0};
  g_autoptr (GError) error = NULL;
  json_object *json;
  Asking asking = {.room = room, .facts = &facts};

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD))
    return;
  if (facts.access.phase->closed) {
    lw_http_call_reply_error (call, 422, "not-possible",
                              "The walk is closed, so nobody new can come. Nothing was changed.");
    return;
  }
  if (lw_id_is_none (&facts.walk->previous_id) ||
      !lw_walk_facts_load (&before, room, lw_http_call_caller (call), &facts.walk->previous_id,
                           NULL)) {
    lw_http_call_reply_not_found (call);
    return;
  }
  asking.links = json_object_new_array ();
  if (!ask_again (&asking, &before, &error)) {
    json_object_put (asking.links);
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_int (json, "added", asking.added);
  json_object_object_add (json, "links", asking.links);
  lw_http_call_reply_json (call, 200, json);
}

/* ---- beginning it ---- */

static gboolean
put_next (LwRoom *room, const LwWalk *fields, const LwId *leader, GError **error)
{
  g_autoptr (LwWalk) walk = lw_walk_new (fields, error);
  g_autoptr (LwMember) member = lw_member_new (
      &(LwMember){.walk_id = fields->id, .person_id = *leader, .roles = 1u << LW_ROLE_FACILITATOR},
      error);

  return walk != NULL && member != NULL && lw_store_put_walk (room->store, walk, error) &&
         lw_store_put_member (room->store, member, error);
}

static void
post_next (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_auto (LwWalkFacts) facts = {0};
  g_auto (LwWalkFacts) next = {0};
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  LwWalk fields = {.id = lw_id_new ()};
  const char *title;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD))
    return;
  if (!caller->may_create) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  title = lw_json_get_text (body, "title");
  fields.title = title != NULL && *title != '\0' ? title : facts.walk->title;
  fields.protocol = lw_protocol_get_name (facts.protocol);
  fields.pd_session = facts.walk->pd_session;
  fields.previous_id = facts.walk->id;
  fields.practice_id = facts.walk->practice_id;
  if (!put_next (room, &fields, &facts.person_id, &error) ||
      !lw_walk_facts_load (&next, room, caller, &fields.id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply (room, call, &next);
}

void
lw_room_add_next (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks/:walk/before", get_before, 0, 0},
      {"POST", "/api/walks/:walk/next", post_next, 0, 0},
      {"POST", "/api/walks/:walk/people-again", post_people_again, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
