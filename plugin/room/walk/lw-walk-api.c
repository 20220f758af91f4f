/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walks: listed, begun, given a focus. */

#include "lw-json.h"
#include "lw-walk-json.h"

/* ---- reading ---- */

static void
get_walks (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) walks = lw_walk_cache_list (room->walks, &error);
  json_object *json, *list;

  if (walks == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  list = json_object_new_array ();
  for (guint i = walks->len; i > 0; i--) {
    const LwWalk *walk = walks->pdata[i - 1];
    g_auto (LwWalkFacts) facts = {0};

    if (lw_walk_facts_load (&facts, room, lw_http_call_caller (call), &walk->id, NULL))
      json_object_array_add (list, lw_walk_to_json (&facts));
  }
  json_object_object_add (json, "walks", list);
  lw_http_call_reply_json (call, 200, json);
}

static void
get_walk (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};

  if (lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_WALK))
    lw_walk_reply (data, call, &facts);
}

/* ---- changing ---- */

static void
put_and_reply (LwRoom *room, LwHttpCall *call, LwWalkFacts *facts, const LwWalk *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_walk_new (fields, &error);

  if (walk == NULL || !lw_store_put_walk (room->store, walk, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_walk_reply_anew (room, call, facts);
}

static void
take_text (json_object *body, const char *member, const char **ret_text)
{
  const char *text = lw_json_get_text (body, member);

  if (text != NULL)
    *ret_text = text;
}

static void
post_walks (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwMember) member = NULL;
  g_auto (LwWalkFacts) facts = {0};
  LwWalk fields = {.id = lw_id_new (), .protocol = ""};
  json_object *body = lw_http_call_json (call);

  if (body == NULL)
    return;
  if (!caller->may_create) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  take_text (body, "title", &fields.title);
  take_text (body, "protocol", &fields.protocol);
  if (fields.title == NULL || *fields.title == '\0') {
    lw_http_call_reply_error (call, 422, "no-title", "Give the walk a title.");
    return;
  }
  member = lw_member_new (&(LwMember){.walk_id = fields.id,
                                      .person_id = caller->person_id,
                                      .roles = 1u << LW_ROLE_FACILITATOR},
                          &error);
  {
    g_autoptr (LwProtocol) protocol = lw_protocol_find_in (room->store, fields.protocol, &error);
    g_autoptr (LwWalk) walk = NULL;

    /* By its name and version, so that the walk keeps what it began with. */
    if (protocol != NULL) {
      fields.protocol = lw_protocol_get_name (protocol);
      walk = lw_walk_new (&fields, &error);
    }
    if (walk == NULL || !lw_store_put_walk (room->store, walk, &error) ||
        !lw_store_put_member (room->store, member, &error)) {
      lw_http_call_reply_gerror (call, g_steal_pointer (&error));
      return;
    }
  }
  if (!lw_walk_facts_load (&facts, room, caller, &fields.id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply (room, call, &facts);
}

static gboolean
take_owner (const LwWalkFacts *facts, json_object *body, LwWalk *fields)
{
  const LwWalkPerson *owner;

  if (!lw_json_get_id (body, "focus_owner", &fields->focus_owner_id))
    return FALSE;
  owner = g_hash_table_lookup (facts->snapshot->people, &fields->focus_owner_id);
  return owner != NULL && (owner->roles & 1u << LW_ROLE_HOST) != 0 &&
         (lw_walk_facts_allow (facts, LW_ACT_LEAD, FALSE) ||
          lw_id_equal (&fields->focus_owner_id, &facts->person_id));
}

/* The practice that the walk is a round of, or null. */
static gboolean
take_practice (LwRoom *room, const LwWalkFacts *facts, json_object *body, LwWalk *fields)
{
  json_object *given = NULL;
  LwEntityKind kind;
  LwItem *item;
  gboolean is_there;

  if (!json_object_object_get_ex (body, "practice", &given))
    return TRUE;
  fields->practice_id = LW_ID_NONE;
  if (given != NULL && !lw_json_get_id (body, "practice", &fields->practice_id))
    return FALSE;
  if (lw_id_equal (&fields->practice_id, &facts->walk->practice_id))
    return TRUE;
  if (!lw_walk_facts_allow (facts, LW_ACT_LEAD, FALSE))
    return FALSE;
  if (given == NULL)
    return TRUE;
  item = lw_store_get_item (room->store, &fields->practice_id, &kind, NULL);
  is_there = item != NULL && kind == LW_ENTITY_PRACTICE && !item->gone;
  if (item != NULL)
    lw_item_unref (kind, item);
  return is_there;
}

static void
patch_walk (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GMutexLocker) changing = lw_walk_cache_begin_change (room->walks);
  g_auto (LwWalkFacts) facts = {0};
  g_auto (GStrv) watch_for = NULL;
  json_object *body = lw_http_call_json (call);
  LwWalk fields;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_SET_FOCUS))
    return;
  fields = *facts.walk;
  take_text (body, "title", &fields.title);
  take_text (body, "focus", &fields.focus);
  take_text (body, "inquiry", &fields.inquiry);
  take_text (body, "pd_session", &fields.pd_session);
  watch_for = lw_json_get_texts (body, "watch_for");
  if (watch_for != NULL)
    fields.watch_for = (const char *const *)watch_for;
  /* The focus is the teacher's: whoever hosts and sets it, owns it. Who leads can say whose it is.
   */
  if (facts.access.roles & 1u << LW_ROLE_HOST)
    fields.focus_owner_id = facts.person_id;
  if (json_object_object_get_ex (body, "focus_owner", NULL) &&
      !take_owner (&facts, body, &fields)) {
    lw_http_call_reply_error (call, 422, "focus-owner",
                              "The focus belongs to a teacher of this walk, and whoever leads it "
                              "says to whom. Nothing was changed.");
    return;
  }
  if (!take_practice (room, &facts, body, &fields)) {
    lw_http_call_reply_error (call, 422, "practice",
                              "Whoever leads the walk says which of the room’s practices it is a "
                              "round of. Nothing was changed.");
    return;
  }
  put_and_reply (room, call, &facts, &fields);
}

void
lw_room_add_walks (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks", get_walks, 0, 0},
      {"POST", "/api/walks", post_walks, 0, 0},
      {"GET", "/api/walks/:walk", get_walk, 0, 0},
      {"PATCH", "/api/walks/:walk", patch_walk, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
