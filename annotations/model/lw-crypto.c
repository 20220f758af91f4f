/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-crypto.h"

#include <string.h>

#include <sodium.h>

G_STATIC_ASSERT (crypto_generichash_BYTES == LW_DIGEST_LENGTH);

void
lw_crypto_init (void)
{
  static gsize started = 0;

  if (g_once_init_enter (&started)) {
    /* Without randomness or hashing no op could be trusted: there is nothing to fall back to. */
    if (sodium_init () < 0)
      g_error ("libsodium could not be started: the system gives no random numbers");
    g_once_init_leave (&started, 1);
  }
}

void
lw_crypto_random (gpointer buffer, gsize length)
{
  lw_crypto_init ();
  randombytes_buf (buffer, length);
}

void
lw_crypto_digest (gconstpointer key,
                  gsize key_length,
                  gconstpointer data,
                  gsize length,
                  guint8 ret_digest[LW_DIGEST_LENGTH])
{
  lw_crypto_init ();
  if (crypto_generichash (ret_digest, LW_DIGEST_LENGTH, data, length, key, key_length) != 0)
    g_error ("BLAKE2b refused its arguments (key of %" G_GSIZE_FORMAT " bytes)", key_length);
}

LwId
lw_crypto_id (const char *purpose, const LwId *a, const LwId *b)
{
  guint8 digest[LW_DIGEST_LENGTH];
  LwId both[2] = {*a, *b}, id;

  lw_crypto_digest (purpose, strlen (purpose) + 1, both, sizeof both, digest);
  memcpy (id.bytes, digest, sizeof id.bytes);
  /* A UUID of version 8 (RFC 9562): made in a way of one's own. */
  id.bytes[6] = (guint8)((id.bytes[6] & 0x0f) | 0x80);
  id.bytes[8] = (guint8)((id.bytes[8] & 0x3f) | 0x80);
  return id;
}
