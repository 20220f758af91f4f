/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Signing in by a provider. What a sign-in keeps to itself until it comes back is sealed into a
 * cookie of ten minutes, for these addresses only: it binds the answer to the browser that asked,
 * so that nobody can be signed in as somebody else by a link, and the room remembers nothing for
 * people who never come back. It is no session.
 *
 * Who may come in: whoever the provider's issuer and subject have an account for; with an
 * invitation, anybody, as a person without rights beyond that walk; without one, whoever has a
 * verified e-mail address of one of "oidc-domains". By default that is nobody.
 */

#include <sodium.h>
#include <string.h>

#include "lw-audit.h"
#include "lw-join.h"
#include "lw-json.h"
#include "lw-oidc-accounts.h"
#include "lw-oidc.h"
#include "lw-sign-in.h"

#define COOKIE "lessonwalk-sign-in"
#define FLOW_S (10 * 60)
#define CODE_S 60
#define AT_ONCE 8
#define PATH "/api/sign-in/oidc"
#define NAME_MAX_CHARACTERS 100
#define SEALED_MAX 4000
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

typedef struct {
  LwRoom *room;
  LwOidc *oidc;
  guint8 key[crypto_secretbox_KEYBYTES]; /* until the room ends: so do sign-ins under way */
  int under_way;                         /* atomic: the provider must not hold every worker */
} Signing;

/* ---- sealing ---- */

static char *
seal (Signing *self, const LwOidcSecrets *secrets, const char *invitation)
{
  g_autoptr (json_object) json = json_object_new_object ();
  const char *text;
  size_t length;
  g_autofree guint8 *sealed = NULL;
  g_autofree char *encoded = NULL;
  gsize sealed_length, encoded_length;

  lw_json_add_text (json, "state", secrets->state);
  lw_json_add_text (json, "nonce", secrets->nonce);
  lw_json_add_text (json, "verifier", secrets->verifier);
  lw_json_add_int (json, "until", g_get_real_time () / G_USEC_PER_SEC + FLOW_S);
  if (invitation != NULL)
    lw_json_add_text (json, "invitation", invitation);
  text = json_object_to_json_string_length (json, JSON_C_TO_STRING_PLAIN, &length);
  sealed_length = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  sealed = g_malloc (sealed_length);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, (const guint8 *)text, length, sealed,
                         self->key);
  encoded_length = sodium_base64_encoded_len (sealed_length, VARIANT);
  encoded = g_malloc (encoded_length);
  return g_strdup (sodium_bin2base64 (encoded, encoded_length, sealed, sealed_length, VARIANT));
}

static json_object *
unseal (Signing *self, const char *encoded)
{
  guint8 sealed[SEALED_MAX];
  char text[SEALED_MAX + 1];
  size_t length;
  gsize text_length;
  gint64 until;
  g_autoptr (json_object) json = NULL;

  if (sodium_base642bin (sealed, sizeof sealed, encoded, strlen (encoded), NULL, &length, NULL,
                         VARIANT) != 0 ||
      length < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
    return NULL;
  text_length = length - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
  if (crypto_secretbox_open_easy ((guint8 *)text, sealed + crypto_secretbox_NONCEBYTES,
                                  length - crypto_secretbox_NONCEBYTES, sealed, self->key) != 0)
    return NULL;
  text[text_length] = '\0';
  json = json_tokener_parse (text);
  if (json == NULL || !lw_json_get_int (json, "until", &until) ||
      until < g_get_real_time () / G_USEC_PER_SEC)
    return NULL;
  return g_steal_pointer (&json);
}

static char *
find_cookie (LwHttpCall *call)
{
  const char *header = lw_http_call_header (call, "Cookie");
  g_auto (GStrv) pairs = g_strsplit (header != NULL ? header : "", ";", 100);

  for (guint i = 0; pairs[i] != NULL; i++) {
    const char *pair = g_strstrip (pairs[i]);

    if (g_str_has_prefix (pair, COOKIE "="))
      return g_strdup (pair + strlen (COOKIE "="));
  }
  return NULL;
}

static void
set_cookie (Signing *self, LwHttpCall *call, const char *value, guint lasts_s)
{
  gboolean secure = g_str_has_prefix (self->room->url, "https://");
  g_autofree char *header =
      g_strdup_printf (COOKIE "=%s; Path=" PATH "; HttpOnly; SameSite=Lax; Max-Age=%u%s", value,
                       lasts_s, secure ? "; Secure" : "");

  lw_http_call_set_header (call, "Set-Cookie", header);
}

/* ---- there ---- */

/* Where the browser goes, with the cookie set; or answers and returns NULL. */
static char *
begin (Signing *self, LwHttpCall *call, const char *invitation)
{
  g_autoptr (GError) error = NULL;
  LwOidcSecrets secrets = {0};
  g_autofree char *address = NULL;
  g_autofree char *sealed = NULL;

  if (!lw_sign_in_may_guess (self->room, call))
    return NULL;
  address = lw_oidc_begin (self->oidc, &secrets, &error);
  if (address == NULL) {
    g_warning ("%s", error->message);
    lw_http_call_reply_error (call, 502, "provider",
                              "The sign-in provider does not answer. Try again later, or ask for a "
                              "sign-in link.");
    return NULL;
  }
  sealed = seal (self, &secrets, invitation);
  set_cookie (self, call, sealed, FLOW_S);
  lw_oidc_secrets_clear (&secrets);
  return g_steal_pointer (&address);
}

static void
get_oidc (LwHttpCall *call, gpointer data)
{
  g_autofree char *address = begin (data, call, NULL);

  if (address == NULL)
    return;
  lw_http_call_set_header (call, "Location", address);
  lw_http_call_reply_empty (call, 302);
}

/* An invitation's code goes in a body, where no log keeps it. */
static void
post_oidc (LwHttpCall *call, gpointer data)
{
  json_object *body = lw_http_call_json (call);
  g_autofree char *address = NULL;
  const char *code;
  json_object *json;

  if (body == NULL)
    return;
  code = lw_json_get_text (body, "code");
  address = code == NULL || strlen (code) <= 100 ? begin (data, call, code) : NULL;
  if (address == NULL) {
    if (code != NULL && strlen (code) > 100)
      lw_sign_in_reply_closed (call);
    return;
  }
  json = json_object_new_object ();
  lw_json_add_text (json, "url", address);
  lw_http_call_reply_json (call, 200, json);
}

/* ---- and back ---- */

static void
go_to_panel (Signing *self, LwHttpCall *call, const char *what, const char *value)
{
  g_autofree char *page = g_strconcat ("#", what, "=", NULL);
  g_autofree char *address = lw_room_link (self->room, page, value);

  set_cookie (self, call, "", 0);
  lw_http_call_set_header (call, "Location", address);
  lw_http_call_reply_empty (call, 302);
}

static gboolean
is_of_our_domains (Signing *self, json_object *claims)
{
  const char *email = lw_json_get_text (claims, "email");
  const char *at = email != NULL ? strrchr (email, '@') : NULL;
  gboolean verified = FALSE;

  lw_json_get_flag (claims, "email_verified", &verified);
  for (guint i = 0; at != NULL && verified && self->room->config->oidc_domains[i] != NULL; i++) {
    const char *domain = self->room->config->oidc_domains[i];

    if (*domain != '\0' && g_ascii_strcasecmp (at + 1, domain) == 0)
      return TRUE;
  }
  return FALSE;
}

static char *
choose_name (json_object *claims)
{
  const char *name = lw_json_get_text (claims, "name");

  if (name == NULL || *name == '\0' || !g_utf8_validate (name, -1, NULL))
    name = lw_json_get_text (claims, "email");
  if (name == NULL || *name == '\0' || !g_utf8_validate (name, -1, NULL))
    name = "Somebody new";
  return g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), NAME_MAX_CHARACTERS));
}

static gboolean
add_person (Signing *self, json_object *claims, LwId *ret_person_id, GError **error)
{
  g_autofree char *name = choose_name (claims);
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = name}, error);
  LwAccount account = {0};

  if (person == NULL || !lw_store_put_person (self->room->store, person, error))
    return FALSE;
  account.person_id = person->id;
  account.name = (char *)person->name;
  *ret_person_id = person->id;
  return lw_oidc_accounts_add (self->room->ledger, self->room->config->oidc_issuer,
                               lw_json_get_text (claims, "sub"), &account, error);
}

/* FALSE without @error: may not come in. */
static gboolean
find_or_add (
    Signing *self, json_object *claims, const char *invitation, LwId *ret_person_id, GError **error)
{
  LwRoom *room = self->room;
  const char *issuer = room->config->oidc_issuer, *subject = lw_json_get_text (claims, "sub");
  gboolean invited = invitation != NULL && lw_join_is_open (room, invitation);
  g_autoptr (GError) local_error = NULL;

  if (!lw_oidc_accounts_find (room->ledger, issuer, subject, ret_person_id, &local_error)) {
    if (lw_oidc_accounts_is_known (room->ledger, issuer, subject) ||
        (!invited && !is_of_our_domains (self, claims)))
      return FALSE;
    g_clear_error (&local_error);
    /* Two of one person's windows at one moment are one person. */
    if (!add_person (self, claims, ret_person_id, &local_error) &&
        (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT) ||
         !lw_oidc_accounts_find (room->ledger, issuer, subject, ret_person_id, NULL))) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  }
  return !invited || lw_join_person (room, invitation, ret_person_id, error);
}

static json_object *
finish (Signing *self, LwHttpCall *call, json_object *sealed)
{
  LwOidcSecrets secrets = {(char *)lw_json_get_text (sealed, "state"),
                           (char *)lw_json_get_text (sealed, "nonce"),
                           (char *)lw_json_get_text (sealed, "verifier")};
  const char *code = lw_http_call_query (call, "code");
  g_autoptr (GError) error = NULL;
  json_object *claims = NULL;

  if (code == NULL)
    return NULL;
  if (g_atomic_int_add (&self->under_way, 1) < AT_ONCE)
    claims = lw_oidc_finish (self->oidc, &secrets, code, &error);
  g_atomic_int_add (&self->under_way, -1);
  if (error != NULL)
    g_warning ("%s", error->message);
  return claims;
}

static gboolean
is_answer_to (Signing *self, LwHttpCall *call, json_object *sealed)
{
  const char *state = lw_http_call_query (call, "state");
  const char *issuer = lw_http_call_query (call, "iss");
  const char *ours = sealed != NULL ? lw_json_get_text (sealed, "state") : NULL;

  return state != NULL && ours != NULL && strlen (state) == strlen (ours) &&
         sodium_memcmp (state, ours, strlen (ours)) == 0 &&
         (issuer == NULL || g_str_equal (issuer, self->room->config->oidc_issuer));
}

static void
get_back (LwHttpCall *call, gpointer data)
{
  Signing *self = data;
  g_autofree char *cookie = find_cookie (call);
  g_autoptr (json_object) sealed = cookie != NULL ? unseal (self, cookie) : NULL;
  g_autoptr (json_object) claims = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  LwAuditEvent event = {.action = LW_AUDIT_CAME_BY_PROVIDER};
  LwId person;

  if (!is_answer_to (self, call, sealed)) {
    go_to_panel (self, call, "sign-in-failed", "again");
    return;
  }
  claims = finish (self, call, sealed);
  if (claims == NULL) {
    go_to_panel (self, call, "sign-in-failed", "provider");
    return;
  }
  if (find_or_add (self, claims, lw_json_get_text (sealed, "invitation"), &person, &error)) {
    event.person_id = person;
    code = lw_accounts_make_sign_in (self->room->accounts, &person, CODE_S, &event, &error);
  }
  if (code != NULL) {
    lw_sign_in_guessed_right (self->room, call);
    go_to_panel (self, call, "sign-in", code);
    return;
  }
  if (error != NULL)
    g_warning ("A sign-in by the provider failed: %s", error->message);
  go_to_panel (self, call, "sign-in-failed", error != NULL ? "again" : "not-invited");
}

static void
signing_free (gpointer data)
{
  Signing *self = data;

  lw_oidc_free (self->oidc);
  sodium_memzero (self->key, sizeof self->key);
  g_free (self);
}

void
lw_room_add_oidc (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", PATH, get_oidc, LW_HTTP_PUBLIC, 0},
      {"POST", PATH, post_oidc, LW_HTTP_PUBLIC, 4096},
      {"GET", PATH "/back", get_back, LW_HTTP_PUBLIC, 0},
      {NULL},
  };
  g_autofree char *back = g_strconcat (self->url, PATH "/back", NULL);
  LwOidc *oidc = lw_oidc_new (self->config, back);
  Signing *signing;

  if (oidc == NULL)
    return;
  signing = g_new0 (Signing, 1);
  signing->room = self;
  signing->oidc = oidc;
  crypto_secretbox_keygen (signing->key);
  lw_http_add_routes (self->http, routes, signing);
  g_object_set_data_full (G_OBJECT (lw_http_get_server (self->http)), "lw-oidc", signing,
                          signing_free);
}
