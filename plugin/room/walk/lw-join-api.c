/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Coming in by an invitation. Who is signed in joins as that person; everybody else becomes a guest
 * of this one walk, who is let out when it closes.
 */

#include "lw-invitations.h"
#include "lw-join.h"
#include "lw-json.h"
#include "lw-members.h"
#include "lw-sign-in.h"
#include "lw-walk-facts.h"

#define NAME_MAX_CHARACTERS 100

/* The walk, unless it is closed: then its invitations open nothing. */
static LwInvitation *
find_open (LwRoom *room, const char *code, GError **error)
{
  g_autoptr (LwInvitation) invitation = lw_invitations_find (room->ledger, code, error);
  g_autoptr (LwWalk) walk = NULL;
  g_autoptr (LwProtocol) protocol = NULL;
  const LwPhase *phase;

  if (invitation == NULL)
    return NULL;
  walk = lw_store_get_walk (room->store, &invitation->walk_id, NULL);
  if (walk != NULL)
    protocol = lw_protocol_find_in (room->store, walk->protocol, NULL);
  phase = protocol != NULL ? lw_protocol_find_phase (protocol, walk->phase) : NULL;
  if (walk == NULL || (phase != NULL && phase->closed)) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND, "");
    return NULL;
  }
  return g_steal_pointer (&invitation);
}

static gboolean
has_roles (LwRoom *room, const LwInvitation *invitation, const LwId *person_id)
{
  g_autoptr (GPtrArray) members =
      lw_store_list (room->store, LW_ENTITY_MEMBER, &invitation->walk_id, NULL);
  guint roles = 0;

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (lw_id_equal (&member->person_id, person_id))
      roles |= member->roles;
  }
  return (roles & invitation->roles) == invitation->roles;
}

/* Somebody who is known here: comes twice, uses it once. */
static gboolean
join_as (LwRoom *room,
         const char *code,
         const LwInvitation *invitation,
         const LwId *person_id,
         GError **error)
{
  return has_roles (room, invitation, person_id) ||
         (lw_invitations_use (room->ledger, code, person_id, NULL, error) &&
          lw_members_add (room, &invitation->walk_id, person_id, invitation->roles, NULL, error));
}

gboolean
lw_join_is_open (LwRoom *room, const char *code)
{
  g_autoptr (LwInvitation) invitation = find_open (room, code, NULL);

  return invitation != NULL;
}

gboolean
lw_join_person (LwRoom *room, const char *code, const LwId *person_id, GError **error)
{
  g_autoptr (LwInvitation) invitation = find_open (room, code, error);

  return invitation != NULL && join_as (room, code, invitation, person_id, error);
}

static gboolean
join_new (LwRoom *room,
          const char *code,
          const LwInvitation *invitation,
          const char *name,
          LwId *ret_person_id,
          GError **error)
{
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = name}, error);
  LwAccount account = {.guest_of = invitation->walk_id};

  if (person == NULL)
    return FALSE;
  account.person_id = person->id;
  account.name = (char *)person->name;
  *ret_person_id = person->id;
  return lw_invitations_use (room->ledger, code, &person->id, &account, error) &&
         lw_store_put_person (room->store, person, error) &&
         lw_members_add (room, &invitation->walk_id, &person->id, invitation->roles, NULL, error);
}

static void
reply (LwRoom *room, LwHttpCall *call, const LwId *person_id, const LwInvitation *invitation)
{
  const LwCaller *caller = lw_http_call_caller (call);
  json_object *json = json_object_new_object ();
  g_autoptr (GError) error = NULL;

  lw_json_add_id (json, "walk", &invitation->walk_id);
  if (lw_id_equal (&caller->person_id, person_id))
    lw_sign_in_reply_same (room, call, json);
  else
    lw_sign_in_reply (room, call, person_id, "invitation", json);
}

static char *
read_name (json_object *body)
{
  const char *name = lw_json_get_text (body, "name");
  g_autofree char *trimmed = name != NULL ? g_strstrip (g_strdup (name)) : NULL;

  if (trimmed == NULL || *trimmed == '\0' || g_utf8_strlen (trimmed, -1) > NAME_MAX_CHARACTERS)
    return NULL;
  return g_steal_pointer (&trimmed);
}

static void
post_join (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (LwInvitation) invitation = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  json_object *body = lw_http_call_json (call);
  const char *code;
  gboolean is_known, ok;
  LwId person_id = caller->person_id;

  if (body == NULL || !lw_sign_in_may_guess (room, call))
    return;
  code = lw_json_get_text (body, "code");
  invitation = code != NULL ? find_open (room, code, &error) : NULL;
  if (invitation == NULL) {
    lw_sign_in_reply_closed (call);
    return;
  }
  lw_sign_in_guessed_right (room, call);
  /* A guest of another walk is somebody else here. */
  is_known =
      !lw_id_is_none (&caller->person_id) &&
      (lw_id_is_none (&caller->walk_id) || lw_id_equal (&caller->walk_id, &invitation->walk_id));
  if (!is_known) {
    name = read_name (body);
    if (name == NULL) {
      lw_http_call_reply_error (call, 422, "name",
                                "Say by which name the others will know you, in up to a hundred "
                                "letters.");
      return;
    }
    ok = join_new (room, code, invitation, name, &person_id, &error);
  } else {
    ok = join_as (room, code, invitation, &person_id, &error);
  }
  if (ok)
    reply (room, call, &person_id, invitation);
  else if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    lw_sign_in_reply_closed (call);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

void
lw_room_add_join (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/join", post_join, LW_HTTP_PUBLIC, 4096},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
