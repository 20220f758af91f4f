/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-room-config.h"

G_BEGIN_DECLS

/**
 * LwOidc:
 *
 * The sign-in provider of the settings, as OpenID Connect Core 1.0 and Discovery 1.0 describe it:
 * the authorization code flow with PKCE (RFC 7636). Requests go to the issuer of the settings and
 * to the addresses in its own description, which must be of https as well; nothing that a caller
 * sends becomes an address. Redirects are not followed, answers are limited to a mebibyte.
 *
 * Thread: any; blocks on the network, for a quarter of a minute at the most. Errors are of
 * #LwOidcError.
 */
typedef struct _LwOidc LwOidc;

#define LW_OIDC_ERROR (lw_oidc_error_quark ())
GQuark lw_oidc_error_quark (void);

typedef enum {
  LW_OIDC_ERROR_PROVIDER, /* it does not answer, or not as the specifications say */
  LW_OIDC_ERROR_TOKEN,    /* what it answered is not for this sign-in: nobody is signed in */
} LwOidcError;

/* @config: must outlive it. NULL where it names no issuer. */
LwOidc *lw_oidc_new (const LwRoomConfig *config, const char *redirect_uri);
void lw_oidc_free (LwOidc *self);

/* What one sign-in keeps to itself until it comes back. */
typedef struct {
  char *state;
  char *nonce;
  char *verifier;
} LwOidcSecrets;

/* Where the browser goes. (transfer full); @ret_secrets: fresh, to be cleared */
char *lw_oidc_begin (LwOidc *self, LwOidcSecrets *ret_secrets, GError **error);
void lw_oidc_secrets_clear (LwOidcSecrets *secrets);

/**
 * lw_oidc_finish:
 * @code: as it came back
 *
 * Returns: (transfer full): the claims of an ID token whose signature, issuer, audience, times and
 *   nonce are right, with a "sub"
 */
json_object *
lw_oidc_finish (LwOidc *self, const LwOidcSecrets *secrets, const char *code, GError **error);

/* lw-oidc-token.c: an ID token against a JWK set. @now_s: seconds since 1970.
 * @ret_unknown_key: (out): that it is signed by a key that is not in @keys: fetch them anew. */
typedef struct {
  const char *issuer;
  const char *client_id;
  const char *nonce;
  gint64 now_s;
} LwOidcExpected;

json_object *lw_oidc_read_token (const char *token,
                                 json_object *keys,
                                 const LwOidcExpected *expected,
                                 gboolean *ret_unknown_key,
                                 GError **error);

G_END_DECLS
