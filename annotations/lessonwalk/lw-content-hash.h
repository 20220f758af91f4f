/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LwContentHash:
 *
 * BLAKE2b-256 (RFC 7693, unkeyed, 32 bytes) of a file's bytes. Notes belong to this, not to a
 * path, so they survive a rename or a move. A plain value; all zero is "none".
 */
typedef struct {
  guint8 bytes[32];
} LwContentHash;

#define LW_CONTENT_HASH_TEXT_LENGTH 64 /* lower-case hex, without the closing NUL */

gboolean lw_content_hash_is_none (const LwContentHash *hash);
gboolean lw_content_hash_equal (gconstpointer a, gconstpointer b);
guint lw_content_hash_hash (gconstpointer hash);
void lw_content_hash_format (const LwContentHash *hash, char *text); /* LENGTH + 1 bytes */
gboolean lw_content_hash_parse (const char *text, LwContentHash *ret_hash);

/* @done and @total in bytes. Called on the hashing thread, at most every 4 MiB. */
typedef void (*LwContentHashProgress) (guint64 done, guint64 total, gpointer user_data);

/**
 * lw_content_hash_file:
 * @path: a regular file, in the file system's encoding
 * @progress: (nullable) (scope call):
 * @ret_hash: (out): untouched on failure
 *
 * Reads the whole file once. A file that changes while it is read is refused
 * (%G_IO_ERROR_BUSY): its hash would be that of no file that ever was.
 *
 * Thread:  any.
 * Blocks:  on disk: about a second a GiB when cached.
 * Errors:  #GIOErrorEnum; G_IO_ERROR_CANCELLED by @cancellable.
 */
gboolean lw_content_hash_file (const char *path,
                               LwContentHashProgress progress,
                               gpointer user_data,
                               GCancellable *cancellable,
                               LwContentHash *ret_hash,
                               GError **error);

/**
 * lw_content_hash_beginning:
 * @n_bytes: how much of the file counts
 * @ret_hash: (out): untouched on failure
 *
 * The hash that the file had while it was only that long; it may grow meanwhile.
 *
 * Thread, blocks, errors: as lw_content_hash_file(); G_IO_ERROR_PARTIAL_INPUT if it is shorter.
 */
gboolean lw_content_hash_beginning (const char *path,
                                    guint64 n_bytes,
                                    GCancellable *cancellable,
                                    LwContentHash *ret_hash,
                                    GError **error);

G_END_DECLS
