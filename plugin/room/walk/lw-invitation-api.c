/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Invitations to a walk: made and taken back by who leads it. */

#include "lw-invitations.h"
#include "lw-json.h"
#include "lw-walk-facts.h"

#define DAYS_DEFAULT 14
#define DAYS_MAX 366
#define USES_MAX 10000
#define LABEL_MAX 200 /* characters */

static json_object *
to_json (gconstpointer item, gpointer data)
{
  const LwInvitation *invitation = item;
  json_object *json = json_object_new_object ();

  lw_json_add_id (json, "id", &invitation->id);
  lw_json_add_roles (json, "roles", invitation->roles);
  lw_json_add_text (json, "label", invitation->label);
  lw_json_add_utc (json, "expires", invitation->expires_utc_us);
  if (invitation->uses_left >= 0)
    lw_json_add_int (json, "uses_left", invitation->uses_left);
  return json;
}

static void
get_invitations (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GPtrArray) invitations = NULL;
  g_autoptr (GError) error = NULL;

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD))
    return;
  invitations = lw_invitations_list (room->ledger, &facts.walk->id, &error);
  lw_http_call_reply_list (call, "invitations", invitations, to_json, NULL, NULL,
                           g_steal_pointer (&error));
}

/* Leading is given to a person who is here, never to a link that may travel. */
static gboolean
read_roles (LwHttpCall *call, json_object *body, guint *ret_roles)
{
  if (lw_json_get_roles (body, "roles", ret_roles) && *ret_roles != 0 &&
      (*ret_roles & 1u << LW_ROLE_FACILITATOR) == 0)
    return TRUE;
  lw_http_call_reply_error (call, 422, "roles",
                            "Say as what people are invited: host, walker, coach, timekeeper or "
                            "guest. Who leads the walk is chosen among its people.");
  return FALSE;
}

/* A value that is there must make sense: it is a limit that somebody relies on. */
static gboolean
read_limits (LwHttpCall *call, json_object *body, LwInvitation *invitation)
{
  invitation->expires_utc_us = g_get_real_time () + DAYS_DEFAULT * G_TIME_SPAN_DAY;
  invitation->uses_left = -1;
  if (!lw_json_get_until (body, "expires", DAYS_MAX, &invitation->expires_utc_us)) {
    lw_http_call_reply_error (call, 422, "expires",
                              "Say until when the invitation holds: a time within the next year. "
                              "Nothing was made.");
    return FALSE;
  }
  if (json_object_object_get_ex (body, "uses", NULL) &&
      (!lw_json_get_int (body, "uses", &invitation->uses_left) || invitation->uses_left < 1 ||
       invitation->uses_left > USES_MAX)) {
    lw_http_call_reply_error (call, 422, "uses",
                              "Say how many people may come: a number from 1 to 10000. Nothing was "
                              "made.");
    return FALSE;
  }
  return TRUE;
}

static void
post_invitations (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  const char *label;
  LwInvitation invitation = {0};
  g_autofree char *code = NULL;
  g_autofree char *url = NULL;
  json_object *json;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD) ||
      !read_roles (call, body, &invitation.roles) || !read_limits (call, body, &invitation))
    return;
  label = lw_json_get_text (body, "label");
  if (facts.access.phase->closed || (label != NULL && g_utf8_strlen (label, -1) > LABEL_MAX)) {
    lw_http_call_reply_error (call, 422, "not-possible",
                              facts.access.phase->closed
                                  ? "The walk is closed, so nobody new can come. Nothing was made."
                                  : "The label is too long. Nothing was made.");
    return;
  }
  invitation.walk_id = facts.walk->id;
  invitation.created_by = facts.person_id;
  invitation.label = (char *)label;
  code = lw_invitations_make (room->ledger, &invitation, &error);
  if (code == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  url = lw_room_link (room, "#join=", code);
  json = json_object_new_object ();
  lw_json_add_id (json, "id", &invitation.id);
  lw_json_add_text (json, "url", url);
  lw_json_add_utc (json, "expires", invitation.expires_utc_us);
  lw_http_call_reply_json (call, 200, json);
}

static void
delete_invitation (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwInvitation) invitation = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "invitation", &id))
    return;
  invitation = lw_invitations_get (room->ledger, &id, &error);
  if (invitation == NULL || !lw_walk_facts_load (&facts, room, lw_http_call_caller (call),
                                                 &invitation->walk_id, &error)) {
    if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
      lw_http_call_reply_not_found (call);
    else
      lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (!lw_walk_facts_allow (&facts, LW_ACT_LEAD, FALSE))
    lw_walk_reply_not_allowed (call);
  else if (!lw_invitations_revoke (room->ledger, &id, &facts.person_id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

void
lw_room_add_invitations (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks/:walk/invitations", get_invitations, 0, 0},
      {"POST", "/api/walks/:walk/invitations", post_invitations, 0, 0},
      {"DELETE", "/api/invitations/:invitation", delete_invitation, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
