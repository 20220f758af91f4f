/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-content-hash.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-crypto.h"

#define CHUNK_BYTES (1024 * 1024)
#define PROGRESS_BYTES (4 * CHUNK_BYTES)

gboolean
lw_content_hash_is_none (const LwContentHash *hash)
{
  static const LwContentHash none = {{0}};

  g_return_val_if_fail (hash != NULL, TRUE);
  return memcmp (hash, &none, sizeof none) == 0;
}

gboolean
lw_content_hash_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (LwContentHash)) == 0;
}

guint
lw_content_hash_hash (gconstpointer hash)
{
  guint32 word;

  memcpy (&word, hash, sizeof word);
  return word;
}

void
lw_content_hash_format (const LwContentHash *hash, char *text)
{
  g_return_if_fail (hash != NULL && text != NULL);
  lw_crypto_init ();
  sodium_bin2hex (text, LW_CONTENT_HASH_TEXT_LENGTH + 1, hash->bytes, sizeof hash->bytes);
}

gboolean
lw_content_hash_parse (const char *text, LwContentHash *ret_hash)
{
  LwContentHash hash;

  g_return_val_if_fail (ret_hash != NULL, FALSE);
  if (text == NULL || strlen (text) != LW_CONTENT_HASH_TEXT_LENGTH)
    return FALSE;
  for (guint i = 0; i < sizeof hash.bytes; i++) {
    int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

    if (high < 0 || low < 0)
      return FALSE;
    hash.bytes[i] = (guint8)(high << 4 | low);
  }
  *ret_hash = hash;
  return TRUE;
}

static gboolean
fail_errno (int code, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "“%s” could not be read: %s.", name,
               g_strerror (code));
  return FALSE;
}

static gboolean
same_file (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

typedef struct {
  LwContentHashProgress progress;
  gpointer user_data;
  guint64 total;
  guint64 most; /* no more of the file counts */
} Reporter;

static gboolean
hash_stream (int fd,
             const char *path,
             const Reporter *reporter,
             GCancellable *cancellable,
             guint64 *ret_bytes,
             LwContentHash *ret_hash,
             GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  crypto_generichash_state state;
  guint64 done = 0, told = 0;

  crypto_generichash_init (&state, NULL, 0, sizeof ret_hash->bytes);
  for (;;) {
    ssize_t got;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    got = read (fd, chunk, MIN (CHUNK_BYTES, reporter->most - done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fail_errno (errno, path, error);
    if (got == 0)
      break;
    crypto_generichash_update (&state, chunk, (gsize)got);
    done += (guint64)got;
    /* A file that grows as fast as it is read would never end. */
    if (done > reporter->total)
      break;
    if (reporter->progress != NULL && done - told >= PROGRESS_BYTES) {
      told = done;
      reporter->progress (done, reporter->total, reporter->user_data);
    }
  }
  crypto_generichash_final (&state, ret_hash->bytes, sizeof ret_hash->bytes);
  *ret_bytes = done;
  return TRUE;
}

/* Without O_NONBLOCK a named pipe would hold us here for ever. */
static int
open_to_hash (const char *path)
{
  lw_crypto_init ();
  return g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
}

gboolean
lw_content_hash_file (const char *path,
                      LwContentHashProgress progress,
                      gpointer user_data,
                      GCancellable *cancellable,
                      LwContentHash *ret_hash,
                      GError **error)
{
  struct stat before, after, named;
  Reporter reporter = {progress, user_data, 0, G_MAXUINT64};
  LwContentHash hash;
  guint64 done = 0;
  gboolean ok;
  int fd;

  g_return_val_if_fail (path != NULL && ret_hash != NULL, FALSE);
  fd = open_to_hash (path);
  if (fd < 0)
    return fail_errno (errno, path, error);
  if (fstat (fd, &before) != 0) {
    int code = errno;

    g_close (fd, NULL);
    return fail_errno (code, path, error);
  }
  if (!S_ISREG (before.st_mode)) {
    g_close (fd, NULL);
    return fail_errno (S_ISDIR (before.st_mode) ? EISDIR : EINVAL, path, error);
  }
  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  reporter.total = (guint64)before.st_size;
  ok = hash_stream (fd, path, &reporter, cancellable, &done, &hash, error);
  if (ok && (fstat (fd, &after) != 0 || !same_file (&before, &after) || done != reporter.total ||
             stat (path, &named) != 0 || !same_file (&before, &named))) {
    g_autofree char *name = g_filename_display_name (path);

    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 "“%s” changed while it was read. Wait until it is complete, then try again.",
                 name);
    ok = FALSE;
  }
  g_close (fd, NULL);
  if (!ok)
    return FALSE;
  if (progress != NULL)
    progress (done, reporter.total, user_data);
  *ret_hash = hash;
  return TRUE;
}

gboolean
lw_content_hash_beginning (const char *path,
                           guint64 n_bytes,
                           GCancellable *cancellable,
                           LwContentHash *ret_hash,
                           GError **error)
{
  const Reporter reporter = {.total = n_bytes, .most = n_bytes};
  LwContentHash hash;
  guint64 done = 0;
  gboolean ok;
  int fd;

  g_return_val_if_fail (path != NULL && ret_hash != NULL, FALSE);
  fd = open_to_hash (path);
  if (fd < 0)
    return fail_errno (errno, path, error);
  ok = hash_stream (fd, path, &reporter, cancellable, &done, &hash, error);
  g_close (fd, NULL);
  if (!ok)
    return FALSE;
  if (done < n_bytes) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The file is shorter.");
    return FALSE;
  }
  *ret_hash = hash;
  return TRUE;
}
