/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-id.h"

G_BEGIN_DECLS

#define LW_DIGEST_LENGTH 32 /* BLAKE2b-256 */

/* Starts libsodium, once, when first needed. Thread: any. */
void lw_crypto_init (void);

/* From the kernel's randomness. Thread: any. */
void lw_crypto_random (gpointer buffer, gsize length);

/* BLAKE2b-256 of @data; keyed when @key_length > 0 (16 to 64 bytes). Thread: any. */
void lw_crypto_digest (gconstpointer key,
                       gsize key_length,
                       gconstpointer data,
                       gsize length,
                       guint8 ret_digest[LW_DIGEST_LENGTH]);

/* The id that follows from two others, for @purpose: "lessonwalk card". Thread: any. */
LwId lw_crypto_id (const char *purpose, const LwId *a, const LwId *b);

G_END_DECLS
