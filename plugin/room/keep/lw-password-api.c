/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Signing in by name and password, and choosing both. */

#include <string.h>

#include "lw-json.h"
#include "lw-sign-in.h"

/* A session this young has just shown who it is, so it may set a password without the old one. */
#define FRESH_US (15 * 60 * G_USEC_PER_SEC)

static void
reply_wrong (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 401, "wrong",
                            "The sign-in name and the password do not go together. Try again, or "
                            "ask for a sign-in link.");
}

/* By address, and by the name that is tried: many machines must not share one account's guesses. */
static gboolean
may_guess (LwRoom *room, LwHttpCall *call, const char *key)
{
  if (!lw_sign_in_may_guess (room, call))
    return FALSE;
  if (lw_guesses_take (room->login_guesses, key, g_get_monotonic_time ()))
    return TRUE;
  lw_sign_in_reply_too_many (call);
  return FALSE;
}

static void
guessed_right (LwRoom *room, LwHttpCall *call, const char *key)
{
  lw_sign_in_guessed_right (room, call);
  lw_guesses_give_back (room->login_guesses, key);
}

static void
post_password (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  json_object *body = lw_http_call_json (call);
  const char *login, *password;
  LwId person;

  if (body == NULL)
    return;
  login = lw_json_get_text (body, "login");
  password = lw_json_get_text (body, "password");
  if (login == NULL || password == NULL || strlen (password) > LW_PASSWORD_MAX) {
    reply_wrong (call);
    return;
  }
  key = g_ascii_strdown (login, -1);
  if (!may_guess (room, call, key))
    return;
  if (lw_passwords_check (room->passwords, login, password, &person, &error)) {
    guessed_right (room, call, key);
    lw_sign_in_reply (room, call, &person, "password", NULL);
  } else if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    reply_wrong (call);
  } else {
    guessed_right (room, call, key);
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  }
}

/* ---- choosing ---- */

/* Whoever finds a signed-in browser must not be able to take the account along. */
static gboolean
shows_who_it_is (LwRoom *room, LwHttpCall *call, json_object *body)
{
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (GError) error = NULL;
  g_autofree char *key = lw_id_to_string (&caller->person_id);
  const char *current = lw_json_get_text (body, "current");
  gint64 age_us;

  if (lw_accounts_get_session_age (room->accounts, &caller->session_id, &age_us, NULL) &&
      age_us < FRESH_US)
    return TRUE;
  if (current == NULL || strlen (current) > LW_PASSWORD_MAX) {
    lw_http_call_reply_error (call, 403, "current",
                              "Give the password that holds now as well, or sign in anew first. "
                              "Nothing was changed.");
    return FALSE;
  }
  if (!may_guess (room, call, key))
    return FALSE;
  if (lw_passwords_check_person (room->passwords, &caller->person_id, current, &error)) {
    guessed_right (room, call, key);
    return TRUE;
  }
  lw_http_call_reply_error (call, 403, "current",
                            "That is not the password that holds now. Nothing was changed.");
  return FALSE;
}

static gboolean
check_new (LwHttpCall *call, const char *login, const char *password)
{
  const char *trouble = NULL;

  if (!lw_id_is_none (&lw_http_call_caller (call)->walk_id))
    trouble = "Guests have no password. Your link for a second device is the way in.";
  else if (password == NULL || strlen (password) < LW_PASSWORD_MIN)
    trouble = "Choose a password of ten letters or more. Nothing was changed.";
  else if (strlen (password) > LW_PASSWORD_MAX)
    trouble = "That password is too long. Nothing was changed.";
  else if (login != NULL && !lw_passwords_is_login (login))
    trouble =
        "Choose a sign-in name of 3 to 64 letters, digits, or . - _ @ +. Nothing was changed.";
  if (trouble != NULL)
    lw_http_call_reply_error (call, 422, "password", trouble);
  return trouble == NULL;
}

static void
post_my_password (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  const char *login, *password;

  if (body == NULL)
    return;
  login = lw_json_get_text (body, "login");
  password = lw_json_get_text (body, "password");
  if (!check_new (call, login, password) || !shows_who_it_is (room, call, body))
    return;
  /* Whoever knew the old one is out. */
  if (!lw_passwords_set (room->passwords, &caller->person_id, login, password, &error) ||
      !lw_accounts_end_other_sessions (room->accounts, &caller->person_id, &caller->session_id,
                                       &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

void
lw_room_add_passwords (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/sign-in/password", post_password, LW_HTTP_PUBLIC, 8192},
      {"POST", "/api/me/password", post_my_password, 0, 8192},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
