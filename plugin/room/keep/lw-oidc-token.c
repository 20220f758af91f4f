/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An ID token: signed by the provider, for this room, for this sign-in, now. */

#include <cjose/cjose.h>
#include <string.h>

#include "lw-http.h"
#include "lw-json.h"
#include "lw-oidc.h"

#define SKEW_S 120
#define AGE_MAX_S 600
#define SUBJECT_MAX 255
#define TOKEN_MAX (64 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (cjose_jws_t, cjose_jws_release)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cjose_jwk_t, cjose_jwk_release)

static gboolean
fail (GError **error, const char *why)
{
  g_set_error (error, LW_OIDC_ERROR, LW_OIDC_ERROR_TOKEN, "The ID token is refused: %s", why);
  return FALSE;
}

/* The two ways that every provider has, each with its own kind of key: "none", and a public key
 * taken for a shared secret, are the known tricks. */
static const char *
key_type_for (const char *alg)
{
  if (g_strcmp0 (alg, "RS256") == 0)
    return "RSA";
  if (g_strcmp0 (alg, "ES256") == 0)
    return "EC";
  return NULL;
}

static gboolean
fits (json_object *key, const char *type, const char *kid)
{
  const char *use = lw_json_get_text (key, "use");

  return g_strcmp0 (lw_json_get_text (key, "kty"), type) == 0 &&
         (use == NULL || g_str_equal (use, "sig")) &&
         (kid == NULL || g_strcmp0 (lw_json_get_text (key, "kid"), kid) == 0);
}

static gboolean
is_signed_by (cjose_jws_t *jws, json_object *key)
{
  const char *text = json_object_to_json_string_ext (key, JSON_C_TO_STRING_PLAIN);
  g_autoptr (cjose_jwk_t) jwk = cjose_jwk_import (text, strlen (text), NULL);

  return jwk != NULL && cjose_jws_verify (jws, jwk, NULL);
}

static gboolean
check_signature (cjose_jws_t *jws, json_object *keys, gboolean *ret_unknown_key, GError **error)
{
  cjose_header_t *header = cjose_jws_get_protected (jws);
  const char *type = key_type_for (cjose_header_get (header, CJOSE_HDR_ALG, NULL));
  const char *kid = cjose_header_get (header, CJOSE_HDR_KID, NULL);
  gboolean found = FALSE;
  json_object *list;

  if (type == NULL)
    return fail (error, "it is signed in another way than RS256 or ES256");
  if (!json_object_object_get_ex (keys, "keys", &list) ||
      !json_object_is_type (list, json_type_array))
    return fail (error, "the provider has no keys");
  for (gsize i = 0; i < MIN (json_object_array_length (list), 100); i++) {
    json_object *key = json_object_array_get_idx (list, i);

    if (!json_object_is_type (key, json_type_object) || !fits (key, type, kid))
      continue;
    found = TRUE;
    if (is_signed_by (jws, key))
      return TRUE;
  }
  *ret_unknown_key = !found;
  return fail (error, found ? "its signature is wrong" : "its key is unknown");
}

static gboolean
is_audience (json_object *claims, const char *client_id)
{
  const char *one = lw_json_get_text (claims, "aud");
  const char *authorized = lw_json_get_text (claims, "azp");
  g_auto (GStrv) many = lw_json_get_texts (claims, "aud");

  if (authorized != NULL && !g_str_equal (authorized, client_id))
    return FALSE;
  if (one != NULL)
    return g_str_equal (one, client_id);
  return many != NULL && g_strv_contains ((const char *const *)many, client_id) &&
         (many[1] == NULL || authorized != NULL);
}

static gboolean
check_claims (json_object *claims, const LwOidcExpected *expected, GError **error)
{
  const char *subject = lw_json_get_text (claims, "sub");
  gint64 expires, issued;

  if (g_strcmp0 (lw_json_get_text (claims, "iss"), expected->issuer) != 0)
    return fail (error, "it is of another issuer");
  if (!is_audience (claims, expected->client_id))
    return fail (error, "it is for somebody else than this room");
  if (g_strcmp0 (lw_json_get_text (claims, "nonce"), expected->nonce) != 0)
    return fail (error, "it is of another sign-in");
  if (!lw_json_get_int (claims, "exp", &expires) || expires <= expected->now_s - SKEW_S)
    return fail (error, "it has run out");
  if (!lw_json_get_int (claims, "iat", &issued) || issued > expected->now_s + SKEW_S ||
      issued < expected->now_s - AGE_MAX_S)
    return fail (error, "it was not made just now; look at the clocks of both machines");
  if (subject == NULL || *subject == '\0' || strlen (subject) > SUBJECT_MAX)
    return fail (error, "it does not say who it is");
  return TRUE;
}

json_object *
lw_oidc_read_token (const char *token,
                    json_object *keys,
                    const LwOidcExpected *expected,
                    gboolean *ret_unknown_key,
                    GError **error)
{
  g_autoptr (cjose_jws_t) jws = NULL;
  g_autoptr (json_object) claims = NULL;
  g_autofree char *text = NULL;
  guint8 *plain;
  size_t length;

  *ret_unknown_key = FALSE;
  if (strlen (token) <= TOKEN_MAX)
    jws = cjose_jws_import (token, strlen (token), NULL);
  if (jws == NULL) {
    fail (error, "it cannot be read");
    return NULL;
  }
  if (!check_signature (jws, keys, ret_unknown_key, error))
    return NULL;
  if (cjose_jws_get_plaintext (jws, &plain, &length, NULL)) {
    text = g_strndup ((const char *)plain, length);
    claims = json_tokener_parse (text);
  }
  if (claims == NULL || !json_object_is_type (claims, json_type_object)) {
    fail (error, "it cannot be read");
    return NULL;
  }
  return check_claims (claims, expected, error) ? g_steal_pointer (&claims) : NULL;
}
