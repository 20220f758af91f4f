/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-media-i18n.h"

#define MAGIC "LWMEDIA1"
#define MAGIC_LENGTH 8
#define DIGEST_LENGTH 32
#define HEAD_LENGTH (MAGIC_LENGTH + DIGEST_LENGTH)
#define MAX_KEY 128
/* A temporary file this old belongs to nobody any more. */
#define TORN_AFTER_S 3600

/* Counts lw_media_forget(): work begun before must not bring back what was erased. */
static int epoch_now;

static char *
cache_folder (void)
{
  return g_build_filename (g_get_user_cache_dir (), "lessonwalk", "media", NULL);
}

gboolean
lw_media_cache_key_is_valid (const char *key)
{
  gsize length;

  if (key == NULL)
    return FALSE;
  length = strlen (key);
  return length > 0 && length <= MAX_KEY &&
         strspn (key, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == length;
}

guint
lw_media_cache_epoch (void)
{
  return (guint)g_atomic_int_get (&epoch_now);
}

static void
digest_of (const guint8 *bytes, gsize length, guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = DIGEST_LENGTH;

  g_checksum_update (checksum, bytes, (gssize)length);
  g_checksum_get_digest (checksum, digest, &size);
}

GBytes *
lw_media_cache_load (const char *key, const char *name)
{
  g_autofree char *folder = cache_folder ();
  g_autofree char *base = g_strconcat (key, ".", name, NULL);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  guint8 digest[DIGEST_LENGTH];
  char *content = NULL;
  gsize length = 0;

  g_return_val_if_fail (lw_media_cache_key_is_valid (key), NULL);
  if (!g_file_get_contents (path, &content, &length, NULL))
    return NULL;
  if (length >= HEAD_LENGTH && memcmp (content, MAGIC, MAGIC_LENGTH) == 0) {
    digest_of ((const guint8 *)content + HEAD_LENGTH, length - HEAD_LENGTH, digest);
    if (memcmp (content + MAGIC_LENGTH, digest, DIGEST_LENGTH) == 0) {
      g_autoptr (GBytes) whole = g_bytes_new_take (content, length);

      /* The time of change is the time of last use. */
      utimensat (AT_FDCWD, path, NULL, 0);
      return g_bytes_new_from_bytes (whole, HEAD_LENGTH, length - HEAD_LENGTH);
    }
  }
  g_debug ("%s is damaged and is made anew", path);
  g_free (content);
  unlink (path);
  return NULL;
}

static gboolean
write_all (int fd, const void *bytes, gsize length)
{
  const char *at = bytes;

  while (length > 0) {
    ssize_t n = write (fd, at, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    at += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean
write_file (const char *temporary, GBytes *bytes)
{
  int fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  guint8 digest[DIGEST_LENGTH];
  gboolean written;
  const void *data;
  gsize length;

  if (fd < 0)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  digest_of (data, length, digest);
  written = write_all (fd, MAGIC, MAGIC_LENGTH) && write_all (fd, digest, DIGEST_LENGTH) &&
            write_all (fd, data, length);
  return close (fd) == 0 && written;
}

void
lw_media_cache_save (const char *key, const char *name, GBytes *bytes, guint epoch)
{
  g_autofree char *folder = cache_folder ();
  g_autofree char *base = g_strconcat (key, ".", name, NULL);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *temporary = g_strconcat (path, ".tmp-", unique, NULL);

  g_return_if_fail (lw_media_cache_key_is_valid (key));
  if (g_bytes_get_size (bytes) > LW_MEDIA_CACHE_MOST / 4)
    return;
  if (g_mkdir_with_parents (folder, 0700) != 0 || chmod (folder, 0700) != 0 ||
      !write_file (temporary, bytes) || epoch != lw_media_cache_epoch () ||
      rename (temporary, path) != 0) {
    g_debug ("%s is not kept: %s", path, g_strerror (errno));
    unlink (temporary);
    return;
  }
  /* Forgotten between the look and the renaming. */
  if (epoch != lw_media_cache_epoch ())
    unlink (path);
  lw_media_cache_trim (LW_MEDIA_CACHE_MOST);
}

typedef struct {
  char *path;
  gint64 used_ns;
  guint64 size;
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *)data)->path);
}

static int
longest_unused_first (gconstpointer a, gconstpointer b)
{
  gint64 one = ((const Entry *)a)->used_ns;
  gint64 other = ((const Entry *)b)->used_ns;

  return (one > other) - (one < other);
}

void
lw_media_cache_trim (guint64 most)
{
  g_autofree char *folder = cache_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  guint64 total = 0;
  const char *name;

  g_array_set_clear_func (entries, entry_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    Entry entry = {.path = g_build_filename (folder, name, NULL)};
    struct stat info;

    if (lstat (entry.path, &info) != 0 || !S_ISREG (info.st_mode) ||
        (strstr (name, ".tmp-") != NULL && info.st_mtim.tv_sec > now_s - TORN_AFTER_S)) {
      g_free (entry.path);
      continue;
    }
    entry.used_ns = info.st_mtim.tv_sec * LW_SECOND + info.st_mtim.tv_nsec;
    /* Torn files go before all others. */
    if (strstr (name, ".tmp-") != NULL) {
      unlink (entry.path);
      g_free (entry.path);
      continue;
    }
    entry.size = (guint64)info.st_size;
    total += entry.size;
    g_array_append_val (entries, entry);
  }
  g_array_sort (entries, longest_unused_first);
  for (guint i = 0; i < entries->len && total > most; i++) {
    const Entry *entry = &g_array_index (entries, Entry, i);

    if (unlink (entry->path) == 0)
      total -= entry->size;
  }
}

gboolean
lw_media_forget (const char *cache_key, GError **error)
{
  g_autofree char *folder = cache_folder ();
  g_autofree char *prefix = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) reason = NULL;
  const char *name;

  g_return_val_if_fail (lw_media_cache_key_is_valid (cache_key), FALSE);
  g_atomic_int_inc (&epoch_now);
  prefix = g_strconcat (cache_key, ".", NULL);
  dir = g_dir_open (folder, 0, &reason);
  if (dir == NULL) {
    /* Never a cache: nothing to forget. */
    if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_PERMISSION,
                 _ ("The small pictures of the lesson could not be removed: the folder “%s” may "
                    "not be opened."),
                 folder);
    return FALSE;
  }
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = NULL;

    if (!g_str_has_prefix (name, prefix))
      continue;
    path = g_build_filename (folder, name, NULL);
    if (unlink (path) != 0 && errno != ENOENT) {
      g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_PERMISSION,
                   _ ("“%s” could not be removed: %s. Remove it by hand."), path,
                   g_strerror (errno));
      return FALSE;
    }
  }
  return TRUE;
}
