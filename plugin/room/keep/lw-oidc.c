/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-oidc.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "lw-http.h"
#include "lw-json.h"

#define TIMEOUT_S 5
#define ANSWER_MAX_BYTES (1024 * 1024)
#define KEEP_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define REFETCH_US (60 * G_USEC_PER_SEC)

G_DEFINE_QUARK (lw - oidc - error - quark, lw_oidc_error)

struct _LwOidc {
  const LwRoomConfig *config;
  char *redirect_uri;
  GMutex mutex;
  json_object *description, *keys; /* under mutex; nullable */
  gint64 fetched_us;
};

LwOidc *
lw_oidc_new (const LwRoomConfig *config, const char *redirect_uri)
{
  LwOidc *self;

  if (*config->oidc_issuer == '\0')
    return NULL;
  self = g_new0 (LwOidc, 1);
  self->config = config;
  self->redirect_uri = g_strdup (redirect_uri);
  g_mutex_init (&self->mutex);
  return self;
}

void
lw_oidc_free (LwOidc *self)
{
  if (self == NULL)
    return;
  json_object_put (self->description);
  json_object_put (self->keys);
  g_mutex_clear (&self->mutex);
  g_free (self->redirect_uri);
  g_free (self);
}

void
lw_oidc_secrets_clear (LwOidcSecrets *secrets)
{
  g_clear_pointer (&secrets->state, g_free);
  g_clear_pointer (&secrets->nonce, g_free);
  g_clear_pointer (&secrets->verifier, g_free);
}

/* ---- asking the provider ---- */

static gboolean
fail (GError **error, const char *why)
{
  g_set_error (error, LW_OIDC_ERROR, LW_OIDC_ERROR_PROVIDER, "The sign-in provider %s", why);
  return FALSE;
}

static json_object *
read_json (GInputStream *stream, GError **error)
{
  g_autofree char *text = g_malloc (ANSWER_MAX_BYTES + 1);
  json_object *json;
  gsize length;

  if (!g_input_stream_read_all (stream, text, ANSWER_MAX_BYTES, &length, NULL, error))
    return NULL;
  text[length] = '\0';
  json = length < ANSWER_MAX_BYTES ? json_tokener_parse (text) : NULL;
  if (json != NULL && json_object_is_type (json, json_type_object))
    return json;
  json_object_put (json);
  fail (error, "gave an answer that cannot be read.");
  return NULL;
}

/* A session of its own, as this is some worker's thread. @message: consumed */
static json_object *
ask (SoupMessage *message, GError **error)
{
  g_autoptr (SoupMessage) asked = message;
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("timeout", TIMEOUT_S, "user-agent", "lessonwalk-room", NULL);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) local_error = NULL;

  soup_message_add_flags (asked, SOUP_MESSAGE_NO_REDIRECT);
  stream = soup_session_send (session, asked, NULL, &local_error);
  if (stream == NULL) {
    g_set_error (error, LW_OIDC_ERROR, LW_OIDC_ERROR_PROVIDER,
                 "The sign-in provider cannot be reached: %s", local_error->message);
    return NULL;
  }
  if (soup_message_get_status (asked) != 200) {
    g_set_error (error, LW_OIDC_ERROR, LW_OIDC_ERROR_PROVIDER,
                 "The sign-in provider answered with %u.", soup_message_get_status (asked));
    return NULL;
  }
  return read_json (stream, error);
}

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") ||
                          g_str_equal (host, "localhost"));
}

/* An address in the provider's description; without TLS only where all is on this machine. */
static const char *
get_address (LwOidc *self, json_object *description, const char *member, GError **error)
{
  const char *address = lw_json_get_text (description, member);

  if (address != NULL &&
      (g_str_has_prefix (address, "https://") ||
       (g_str_has_prefix (address, "http://") && is_loopback (address) &&
        is_loopback (self->config->oidc_issuer))) &&
      g_uri_is_valid (address, G_URI_FLAGS_NONE, NULL))
    return address;
  fail (error, "describes itself without the addresses that a sign-in needs.");
  return NULL;
}

static json_object *
get_json (const char *address, GError **error)
{
  SoupMessage *message = soup_message_new ("GET", address);

  if (message == NULL) {
    fail (error, "has an address that cannot be read.");
    return NULL;
  }
  return ask (message, error);
}

static gboolean
fetch (LwOidc *self, GError **error)
{
  const char *issuer = self->config->oidc_issuer;
  g_autofree char *address = g_strconcat (issuer, g_str_has_suffix (issuer, "/") ? "" : "/",
                                          ".well-known/openid-configuration", NULL);
  g_autoptr (json_object) description = get_json (address, error);
  g_autoptr (json_object) keys = NULL;
  const char *keys_at;

  if (description == NULL)
    return FALSE;
  if (g_strcmp0 (lw_json_get_text (description, "issuer"), issuer) != 0)
    return fail (error, "calls itself by another name than “oidc-issuer” of the settings.");
  keys_at = get_address (self, description, "jwks_uri", error);
  if (keys_at == NULL)
    return FALSE;
  keys = get_json (keys_at, error);
  if (keys == NULL)
    return FALSE;
  json_object_put (self->description);
  json_object_put (self->keys);
  self->description = g_steal_pointer (&description);
  self->keys = g_steal_pointer (&keys);
  self->fetched_us = g_get_monotonic_time ();
  return TRUE;
}

/* Both (transfer full). One thread asks; the others wait for what it learns. */
static gboolean
get_provider (LwOidc *self,
              gint64 older_us,
              json_object **ret_description,
              json_object **ret_keys,
              GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = (self->description != NULL && g_get_monotonic_time () - self->fetched_us < older_us) ||
       fetch (self, error);
  if (ok) {
    *ret_description = json_tokener_parse (json_object_to_json_string (self->description));
    *ret_keys = json_tokener_parse (json_object_to_json_string (self->keys));
  }
  g_mutex_unlock (&self->mutex);
  return ok;
}

/* ---- the flow ---- */

static char *
make_challenge (const char *verifier)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  char text[sodium_base64_ENCODED_LEN (crypto_hash_sha256_BYTES,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  crypto_hash_sha256 (hash, (const guint8 *)verifier, strlen (verifier));
  sodium_bin2base64 (text, sizeof text, hash, sizeof hash,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (text);
}

static char *
random_text (void)
{
  guint8 bytes[32];
  char text[sodium_base64_ENCODED_LEN (32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (text, sizeof text, bytes, sizeof bytes,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (text);
}

char *
lw_oidc_begin (LwOidc *self, LwOidcSecrets *ret_secrets, GError **error)
{
  g_autoptr (json_object) description = NULL;
  g_autoptr (json_object) keys = NULL;
  g_autofree char *challenge = NULL;
  g_autofree char *query = NULL;
  const char *address;

  if (!get_provider (self, KEEP_US, &description, &keys, error))
    return NULL;
  address = get_address (self, description, "authorization_endpoint", error);
  if (address == NULL)
    return NULL;
  *ret_secrets = (LwOidcSecrets){random_text (), random_text (), random_text ()};
  challenge = make_challenge (ret_secrets->verifier);
  query = soup_form_encode ("response_type", "code", "scope", "openid email profile", "client_id",
                            self->config->oidc_client_id, "redirect_uri", self->redirect_uri,
                            "state", ret_secrets->state, "nonce", ret_secrets->nonce,
                            "code_challenge", challenge, "code_challenge_method", "S256", NULL);
  return g_strconcat (address, strchr (address, '?') != NULL ? "&" : "?", query, NULL);
}

/* By Basic, which every provider has, unless it says that it has only the other. */
static gboolean
wants_secret_in_form (json_object *description)
{
  g_auto (GStrv) ways = lw_json_get_texts (description, "token_endpoint_auth_methods_supported");

  return ways != NULL && !g_strv_contains ((const char *const *)ways, "client_secret_basic");
}

static void
add_authorization (LwOidc *self, SoupMessage *message)
{
  g_autofree char *id = g_uri_escape_string (self->config->oidc_client_id, NULL, FALSE);
  g_autofree char *secret = g_uri_escape_string (self->config->oidc_client_secret, NULL, FALSE);
  g_autofree char *pair = g_strconcat (id, ":", secret, NULL);
  g_autofree char *encoded = g_base64_encode ((const guint8 *)pair, strlen (pair));
  g_autofree char *header = g_strconcat ("Basic ", encoded, NULL);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                header);
}

static char *
exchange (LwOidc *self,
          json_object *description,
          const LwOidcSecrets *secrets,
          const char *code,
          GError **error)
{
  const char *address = get_address (self, description, "token_endpoint", error);
  gboolean in_form = wants_secret_in_form (description);
  g_autoptr (json_object) answer = NULL;
  g_autoptr (GBytes) body = NULL;
  SoupMessage *message;
  char *text;

  if (address == NULL)
    return NULL;
  text = soup_form_encode ("grant_type", "authorization_code", "code", code, "redirect_uri",
                           self->redirect_uri, "code_verifier", secrets->verifier,
                           in_form ? "client_id" : NULL, self->config->oidc_client_id,
                           "client_secret", self->config->oidc_client_secret, NULL);
  body = g_bytes_new_take (text, strlen (text));
  message = soup_message_new ("POST", address);
  soup_message_set_request_body_from_bytes (message, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  if (!in_form)
    add_authorization (self, message);
  answer = ask (message, error);
  if (answer == NULL)
    return NULL;
  if (lw_json_get_text (answer, "id_token") == NULL) {
    fail (error, "gave no ID token.");
    return NULL;
  }
  return g_strdup (lw_json_get_text (answer, "id_token"));
}

json_object *
lw_oidc_finish (LwOidc *self, const LwOidcSecrets *secrets, const char *code, GError **error)
{
  g_autoptr (json_object) description = NULL;
  g_autoptr (json_object) keys = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *token = NULL;
  LwOidcExpected expected = {.issuer = self->config->oidc_issuer,
                             .client_id = self->config->oidc_client_id,
                             .nonce = secrets->nonce};
  json_object *claims;
  gboolean unknown_key;

  if (!get_provider (self, KEEP_US, &description, &keys, error))
    return NULL;
  token = exchange (self, description, secrets, code, error);
  if (token == NULL)
    return NULL;
  expected.now_s = g_get_real_time () / G_USEC_PER_SEC;
  claims = lw_oidc_read_token (token, keys, &expected, &unknown_key, &local_error);
  /* It may have changed its keys since. */
  if (claims == NULL && unknown_key) {
    g_clear_error (&local_error);
    g_clear_pointer (&description, json_object_put);
    g_clear_pointer (&keys, json_object_put);
    if (!get_provider (self, REFETCH_US, &description, &keys, error))
      return NULL;
    claims = lw_oidc_read_token (token, keys, &expected, &unknown_key, &local_error);
  }
  if (claims == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return claims;
}
