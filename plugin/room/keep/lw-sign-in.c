/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sign-in.h"

#include "lw-audit.h"
#include "lw-json.h"

#define SESSION_S (30 * 24 * 60 * 60)
#define OWN_LINK_S (15 * 60)

/* ---- what every way in does ---- */

void
lw_sign_in_reply_too_many (LwHttpCall *call)
{
  lw_http_call_set_header (call, "Retry-After", "60");
  lw_http_call_reply_error (call, 429, "too-many-tries",
                            "That was tried too often from here. Wait a minute, then try again. "
                            "Whoever is signed in is not affected.");
}

gboolean
lw_sign_in_may_guess (LwRoom *room, LwHttpCall *call)
{
  if (lw_guesses_take (room->guesses, lw_http_call_address (call), g_get_monotonic_time ()))
    return TRUE;
  lw_sign_in_reply_too_many (call);
  return FALSE;
}

void
lw_sign_in_guessed_right (LwRoom *room, LwHttpCall *call)
{
  lw_guesses_give_back (room->guesses, lw_http_call_address (call));
}

void
lw_sign_in_reply_closed (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 404, "not-found",
                            "This link does not open anything, or not any more. Ask whoever sent "
                            "it for a new one.");
}

static void
reply_with_token (LwHttpCall *call, const LwAccount *account, const char *token, json_object *json)
{
  lw_json_add_text (json, "token", token);
  lw_json_add_id (json, "person", &account->person_id);
  lw_json_add_text (json, "name", account->name);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_sign_in_reply (
    LwRoom *room, LwHttpCall *call, const LwId *person_id, const char *way, json_object *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwAccount) account = lw_accounts_get (room->accounts, person_id, &error);
  g_autoptr (json_object) answer = json != NULL ? json : json_object_new_object ();
  g_autofree char *token = NULL;

  if (account != NULL)
    token = lw_accounts_begin_session (room->accounts, person_id, SESSION_S, way, &error);
  if (token == NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply_with_token (call, account, token, g_steal_pointer (&answer));
}

void
lw_sign_in_reply_same (LwRoom *room, LwHttpCall *call, json_object *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) answer = json;
  g_autoptr (LwAccount) account =
      lw_accounts_get (room->accounts, &lw_http_call_caller (call)->person_id, &error);

  if (account == NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply_with_token (call, account, lw_http_call_bearer (call), g_steal_pointer (&answer));
}

/* ---- endpoints ---- */

static void
post_link (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  const char *code;
  LwId person;

  if (body == NULL || !lw_sign_in_may_guess (room, call))
    return;
  code = lw_json_get_text (body, "code");
  if (code != NULL && lw_accounts_use_sign_in (room->accounts, code, &person, &error)) {
    lw_sign_in_guessed_right (room, call);
    lw_sign_in_reply (room, call, &person, "link", NULL);
  } else if (error == NULL || g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    lw_sign_in_reply_closed (call);
  } else {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  }
}

static void
get_ways (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *json = json_object_new_object ();

  lw_json_add_flag (json, "password", TRUE);
  if (*room->config->oidc_issuer != '\0') {
    json_object *oidc = json_object_new_object ();

    lw_json_add_text (oidc, "name",
                      *room->config->oidc_name != '\0' ? room->config->oidc_name
                                                       : room->config->oidc_issuer);
    json_object_object_add (json, "oidc", oidc);
  }
  lw_http_call_reply_json (call, 200, json);
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
  if (account->login != NULL)
    lw_json_add_text (json, "login", account->login);
  lw_json_add_flag (json, "may_create", account->may_create);
  lw_json_add_flag (json, "is_admin", account->is_admin);
  lw_json_add_id (json, "guest_of", &account->guest_of);
  lw_http_call_reply_json (call, 200, json);
}

/* For the caller's next device: a guest has no other way to be the same person there. */
static void
post_my_link (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  g_autofree char *url = NULL;
  json_object *json;

  code = lw_accounts_make_sign_in (room->accounts, &lw_http_call_caller (call)->person_id,
                                   OWN_LINK_S, NULL, &error);
  if (code == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  url = lw_room_link (room, "#sign-in=", code);
  json = json_object_new_object ();
  lw_json_add_text (json, "url", url);
  lw_http_call_reply_json (call, 200, json);
}

typedef struct {
  const LwCaller *caller;
  gboolean everywhere;
} SignOut;

static gboolean
sign_out (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const SignOut *out = data;
  g_autoptr (LwStatement) end =
      lw_ledger_get (ledger, db, out->everywhere ? "end-sessions" : "end-session", error);
  LwAuditEvent event = {.action = LW_AUDIT_SIGNED_OUT,
                        .person_id = out->caller->person_id,
                        .target_id = out->caller->session_id,
                        .detail = out->everywhere ? "everywhere" : NULL};

  if (end == NULL)
    return FALSE;
  lw_bind_id (end, 1, out->everywhere ? &out->caller->person_id : &out->caller->session_id);
  return lw_run (db, end, error) && lw_audit_add_in (ledger, db, &event, error);
}

static void
post_sign_out (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (GError) error = NULL;
  SignOut out = {.caller = caller};

  if (g_bytes_get_size (lw_http_call_body (call)) > 0) {
    json_object *body = lw_http_call_json (call);

    if (body == NULL)
      return;
    lw_json_get_flag (body, "everywhere", &out.everywhere);
  }
  if (!lw_accounts_end_by (room->accounts, sign_out, &out, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

void
lw_room_add_sign_in (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/sign-in/link", post_link, LW_HTTP_PUBLIC, 4096},
      {"GET", "/api/sign-in/ways", get_ways, LW_HTTP_PUBLIC, 0},
      {"POST", "/api/sign-out", post_sign_out, 0, 4096},
      {"GET", "/api/me", get_me, 0, 0},
      {"POST", "/api/me/link", post_my_link, 0, 4096},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
