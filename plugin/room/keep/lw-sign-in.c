/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-json.h"
#include "lw-room.h"

#define SESSION_S (30 * 24 * 60 * 60)

static void
reply_with_session (LwRoom *room, LwHttpCall *call, const LwId *person_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwAccount) account = lw_accounts_get (room->accounts, person_id, &error);
  g_autofree char *token = NULL;
  json_object *json;

  if (account != NULL)
    token = lw_accounts_begin_session (room->accounts, person_id, SESSION_S, &error);
  if (token == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_text (json, "token", token);
  lw_json_add_id (json, "person", person_id);
  lw_json_add_text (json, "name", account->name);
  lw_http_call_reply_json (call, 200, json);
}

static void
post_link (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  const char *code;
  LwId person;

  if (body == NULL)
    return;
  code = lw_json_get_text (body, "code");
  if (code == NULL || !lw_accounts_use_sign_in (room->accounts, code, &person, &error)) {
    if (error == NULL)
      lw_http_call_reply_not_found (call);
    else
      lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  reply_with_session (room, call, &person);
}

static void
get_me (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwAccount) account = lw_accounts_get (room->accounts, &caller->person_id, &error);
  json_object *json;

  if (account == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_id (json, "person", &caller->person_id);
  lw_json_add_text (json, "name", account->name);
  lw_json_add_flag (json, "may_create", account->may_create);
  lw_json_add_flag (json, "is_admin", account->is_admin);
  lw_json_add_id (json, "guest_of", &account->guest_of);
  lw_http_call_reply_json (call, 200, json);
}

static void
post_sign_out (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;

  if (!lw_accounts_end_session (room->accounts, &lw_http_call_caller (call)->session_id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

void
lw_room_add_sign_in (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/sign-in/link", post_link, LW_HTTP_PUBLIC, 4096},
      {"POST", "/api/sign-out", post_sign_out, 0, 4096},
      {"GET", "/api/me", get_me, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
