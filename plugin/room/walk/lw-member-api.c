/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A walk's people, as who leads it arranges them. */

#include "lw-json.h"
#include "lw-lenses.h"
#include "lw-members.h"
#include "lw-walk-json.h"

static gboolean
load (LwWalkFacts *facts, LwRoom *room, LwHttpCall *call, LwId *ret_person_id)
{
  return lw_walk_facts_for_call (facts, room, call, LW_ACT_LEAD) &&
         lw_http_call_part_id (call, "person", ret_person_id);
}

static gboolean
is_member (LwRoom *room, const LwWalkFacts *facts, const LwId *person_id)
{
  g_autoptr (GPtrArray) members =
      lw_store_list (room->store, LW_ENTITY_MEMBER, &facts->walk->id, NULL);
  guint roles = 0;

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (lw_id_equal (&member->person_id, person_id))
      roles |= member->roles;
  }
  return roles != 0;
}

static void
put_member (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwAccount) account = NULL;
  json_object *body = lw_http_call_json (call);
  LwId person_id, lens_id;
  gboolean has_lens;
  guint roles;

  if (body == NULL || !load (&facts, room, call, &person_id))
    return;
  if (!lw_json_get_roles (body, "roles", &roles) || roles == 0) {
    lw_http_call_reply_error (call, 422, "roles",
                              "Say what the person does in this walk: facilitator, host, walker, "
                              "coach, timekeeper or guest. Nothing was changed.");
    return;
  }
  account = lw_accounts_get (room->accounts, &person_id, &error);
  /* Another walk's guest is nobody here. Who came in by a store has no account, but is here. */
  if (!is_member (room, &facts, &person_id) &&
      (account == NULL || !lw_id_is_none (&account->guest_of))) {
    lw_http_call_reply_not_found (call);
    return;
  }
  g_clear_error (&error);
  /* Leading outlasts the walk; a guest does not. */
  if (account != NULL && !lw_id_is_none (&account->guest_of) &&
      (roles & 1u << LW_ROLE_FACILITATOR) != 0) {
    lw_http_call_reply_error (call, 422, "guest",
                              "A guest cannot lead a walk: give the person an account first. "
                              "Nothing was changed.");
    return;
  }
  if (!lw_lenses_take (room, call, &facts, body, &lens_id, &has_lens))
    return;
  if (!lw_members_set (room, &facts.walk->id, &person_id, roles, &facts.person_id, &error) ||
      (has_lens && !lw_members_prepare (room, &facts.walk->id, &person_id,
                                        &(LwMemberPreparing){.offered_lens_id = &lens_id}, &error)))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, &facts);
}

static void
delete_member (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwAccount) account = NULL;
  LwId person_id;
  gboolean ok;

  if (!load (&facts, room, call, &person_id))
    return;
  if (!is_member (room, &facts, &person_id)) {
    lw_http_call_reply_not_found (call);
    return;
  }
  ok = lw_members_set (room, &facts.walk->id, &person_id, 0, &facts.person_id, &error);
  account = lw_accounts_get (room->accounts, &person_id, NULL);
  if (ok && account != NULL && lw_id_equal (&account->guest_of, &facts.walk->id))
    ok = lw_accounts_end_sessions (room->accounts, &person_id, &error);
  if (!ok)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (lw_id_equal (&person_id, &facts.person_id))
    /* Who has left sees the walk no more. */
    lw_http_call_reply_empty (call, 204);
  else
    lw_walk_reply_anew (room, call, &facts);
}

void
lw_room_add_members (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"PUT", "/api/walks/:walk/members/:person", put_member, 0, 0},
      {"DELETE", "/api/walks/:walk/members/:person", delete_member, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
