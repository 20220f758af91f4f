/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The next cycle: a walk that goes on with the one before. Nothing is copied: whoever opens it sees
 * of the walk before what that walk opens to them, and nothing else.
 */

#include "lw-audit.h"
#include "lw-board-json.h"
#include "lw-json.h"
#include "lw-walk-json.h"

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

static gboolean
fill (LwRoom *room, const LwWalkFacts *before, json_object *json, GError **error)
{
  json_object *items = json_object_new_array ();
  json_object *successes = json_object_new_array ();

  json_object_object_add (json, "items", items);
  json_object_object_add (json, "successes", successes);
  lw_json_add_id (json, "walk", &before->walk->id);
  lw_json_add_text (json, "title", before->walk->title);
  return add_items (room, before, LW_ENTITY_OUTCOME, items, error) &&
         add_items (room, before, LW_ENTITY_STEP, items, error) &&
         add_items (room, before, LW_ENTITY_FOLLOW_UP, items, error) &&
         add_successes (room, before, successes, error);
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
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
