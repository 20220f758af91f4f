/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-sql.h"
#include "lw-store-private.h"

/* Of SQLite's file header (https://www.sqlite.org/fileformat2.html#the_database_header). */
#define HEADER_LENGTH 100
#define HEADER_USER_VERSION 60
#define HEADER_APPLICATION_ID 68

static guint32
get_uint32 (const guint8 *p)
{
  guint32 number;

  memcpy (&number, p, sizeof number);
  return GUINT32_FROM_BE (number);
}

static gboolean
fail_newer (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_NEWER,
                        "These notes were made by a newer Lessonwalk. They were not touched. "
                        "Install the newest Lessonwalk to open them.",
                        error);
}

static gboolean
fail_not_store (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_NOT_STORE,
                        "The file is not a Lessonwalk store. It was not touched.", error);
}

static gboolean
fail_errno (int code, GError **error)
{
  if (code == ENOSPC || code == EDQUOT)
    return lw_store_fail (LW_STORE_ERROR_FULL,
                          "The disk is full. Nothing was changed. Free some space, then try again.",
                          error);
  if (code == EACCES || code == EPERM || code == EROFS)
    return lw_store_fail (LW_STORE_ERROR_READ_ONLY,
                          "The notes cannot be kept there: the file or its folder is read-only.",
                          error);
  g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_IO, "The file of notes: %s.",
               g_strerror (code));
  return FALSE;
}

/* Whether the folder entry itself is on disk. */
static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | flags, 0);
  int code;

  if (fd < 0)
    return fail_errno (errno, error);
  code = fsync (fd) == 0 || errno == EINVAL ? 0 : errno;
  g_close (fd, NULL);
  return code == 0 || fail_errno (code, error);
}

/* The header as it is in the file, read without SQLite, which would make files beside it. */
static gboolean
read_header (const char *path, guint8 *header, gssize *ret_length, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  struct stat info;
  gssize length = 0;

  if (fd < 0)
    return fail_errno (errno, error);
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)) {
    g_close (fd, NULL);
    return fail_not_store (error);
  }
  while (length < HEADER_LENGTH) {
    gssize got = read (fd, header + length, (size_t)(HEADER_LENGTH - length));

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    length += got;
  }
  g_close (fd, NULL);
  *ret_length = length;
  return TRUE;
}

static gboolean
has_wal (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  struct stat info;

  return stat (wal, &info) == 0 && info.st_size > 0;
}

gboolean
lw_store_inspect_file (const char *path, const char *vfs, guint *ret_version, GError **error)
{
  guint8 header[HEADER_LENGTH];
  gssize length = 0;
  gint64 version;

  if (!read_header (path, header, &length, error))
    return FALSE;
  if (length < HEADER_LENGTH || memcmp (header, "SQLite format 3", 16) != 0 ||
      get_uint32 (header + HEADER_APPLICATION_ID) != LW_APPLICATION_ID)
    return fail_not_store (error);
  version = get_uint32 (header + HEADER_USER_VERSION);
  if (version <= LW_SCHEMA_VERSION && has_wal (path)) {
    /* The newest header may be in the WAL. A connection that only reads moves nothing. */
    g_autoptr (LwDb) db = lw_db_open (path, LW_DB_READ_ONLY, vfs, error);

    if (db == NULL || !lw_db_get_number (db, "PRAGMA user_version", &version, error))
      return FALSE;
  }
  if (version > LW_SCHEMA_VERSION)
    return fail_newer (error);
  if (version < 1)
    return fail_not_store (error);
  *ret_version = (guint)version;
  return TRUE;
}

static gboolean
run_migrations (LwDb *db, guint from, GError **error)
{
  for (guint version = from + 1; version <= LW_SCHEMA_VERSION; version++) {
    g_autofree char *script = lw_sql_get_migration (version);
    g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %u", version);

    if (!lw_db_exec (db, script, error) || !lw_db_exec (db, stamp, error))
      return FALSE;
  }
  /* What SQL alone cannot read: the bodies of places and visits. */
  return from == 0 || from >= LW_SCHEMA_WITH_COUNTS || lw_counts_fill (db, error);
}

static gboolean
fill_new_file (LwDb *db, GError **error)
{
  LwId device = lw_id_new ();

  return lw_db_begin (db, error) &&
         lw_db_exec (db, "PRAGMA application_id = " G_STRINGIFY (LW_APPLICATION_ID), error) &&
         run_migrations (db, 0, error) && lw_meta_set_id (db, LW_META_DEVICE, &device, error) &&
         lw_db_commit (db, error);
}

/* Asked for and checked: on a file system without shared memory SQLite stays with its old way, in
 * which readers and the writer would lock each other out. */
gboolean
lw_store_use_wal (LwDb *db, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get_sql (db, "PRAGMA journal_mode = WAL", error);
  gboolean row;

  if (statement == NULL || !lw_step (db, statement, &row, error))
    return FALSE;
  if (!row || g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "wal") != 0)
    return lw_store_fail (LW_STORE_ERROR_IO,
                          "The notes cannot be kept on this kind of disk (a network folder?). "
                          "Choose a folder on this machine’s own disk.",
                          error);
  return TRUE;
}

static gboolean
make_file (const char *path, const char *vfs, GError **error)
{
  g_autoptr (LwDb) db = NULL;
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail_errno (errno, error);
  g_close (fd, NULL);
  db = lw_db_open (path, LW_DB_WRITER, vfs, error);
  if (db == NULL)
    return FALSE;
  if (!fill_new_file (db, error)) {
    lw_db_rollback (db);
    return FALSE;
  }
  return lw_store_use_wal (db, error);
}

static void
remove_file (const char *path)
{
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

    g_unlink (name);
  }
}

/* Gives the finished file its name, unless the name is taken. */
static gboolean
put_in_place (const char *made, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat info;

  if (!sync_path (made, 0, error))
    return FALSE;
  if (link (made, path) == 0) {
    g_unlink (made);
  } else if (errno == EEXIST && !(stat (path, &info) == 0 && info.st_size == 0)) {
    g_unlink (made);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                         "There is a file of that name already. It was not touched.");
    return FALSE;
  } else if (g_rename (made, path) != 0) {
    /* (A file system without links, or an empty file in the place.) */
    return fail_errno (errno, error);
  }
  return sync_path (folder, O_DIRECTORY, error);
}

gboolean
lw_store_create_file (const char *path, const char *vfs, GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *made = NULL;
  g_autoptr (GError) local_error = NULL;
  LwId unique = lw_id_new ();

  id = lw_id_to_string (&unique);
  made = g_strconcat (path, ".new-", id, NULL);
  if (make_file (made, vfs, error) && put_in_place (made, path, &local_error))
    return TRUE;
  remove_file (made);
  if (local_error == NULL)
    return FALSE;
  /* Another program made it at the same moment: all the better. */
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
vacuum_into (LwDb *db, const char *path, GError **error)
{
  g_autoptr (LwStatement) copy = NULL;
  gint64 query_only;
  gboolean ok;

  /* SQLite takes writing another file for writing. */
  if (!lw_db_get_number (db, "PRAGMA query_only", &query_only, error) ||
      !lw_db_exec (db, "PRAGMA query_only = OFF", error))
    return FALSE;
  copy = lw_db_get_sql (db, "VACUUM INTO ?1", error);
  if (copy != NULL)
    lw_bind_text (copy, 1, path);
  ok = copy != NULL && lw_run (db, copy, error);
  if (query_only)
    lw_db_exec (db, "PRAGMA query_only = ON", NULL);
  return ok;
}

/* Before the copy has its name: a backup lies on sticks and in clouds. */
static gboolean
drop_secrets (const char *path, GError **error)
{
  g_autoptr (LwDb) copy = lw_db_open (path, LW_DB_WRITER, NULL, error);

  return copy != NULL && lw_db_exec (copy, "PRAGMA secure_delete = ON", error) &&
         lw_db_exec (copy, "DELETE FROM setting WHERE key GLOB '" LW_SETTING_SECRET "*'", error);
}

gboolean
lw_store_copy_file (LwDb *db, const char *path, gboolean without_secrets, GError **error)
{
  LwId unique = lw_id_new ();
  g_autofree char *id = lw_id_to_string (&unique);
  g_autofree char *made = g_strconcat (path, ".part-", id, NULL);
  g_autofree char *shown = g_filename_display_name (path);
  int fd;

  if (g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 "“%s” is there already. It was not touched; choose another name.", shown);
    return FALSE;
  }
  fd = g_open (made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (errno, error);
  g_close (fd, NULL);
  if (vacuum_into (db, made, error) && (!without_secrets || drop_secrets (made, error)) &&
      put_in_place (made, path, error))
    return TRUE;
  remove_file (made);
  return FALSE;
}

#define COPY_MARK ".before-version-"

static gboolean
copy_before_migration (LwDb *db, const char *path, GError **error)
{
  for (guint i = 0;; i++) {
    g_autoptr (GError) local_error = NULL;
    g_autofree char *plain = g_strdup_printf ("%s" COPY_MARK "%u", path, LW_SCHEMA_VERSION);
    g_autofree char *name = i == 0 ? g_strdup (plain) : g_strdup_printf ("%s-%u", plain, i);

    if (lw_store_copy_file (db, name, FALSE, &local_error))
      return TRUE;
    if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS) || i == 100) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  }
}

gboolean
lw_store_migrate_file (const char *path, const char *vfs, GError **error)
{
  g_autoptr (LwDb) db = lw_db_open (path, LW_DB_WRITER, vfs, error);
  gint64 version;

  if (db == NULL)
    return FALSE;
  if (!copy_before_migration (db, path, error) || !lw_db_begin (db, error))
    return FALSE;
  /* Another program may have done it while this one copied. */
  if (!lw_db_get_number (db, "PRAGMA user_version", &version, error) ||
      !run_migrations (db, (guint)version, error) || !lw_db_commit (db, error)) {
    lw_db_rollback (db);
    return FALSE;
  }
  return lw_store_use_wal (db, error) && lw_db_exec (db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
}

char **
lw_store_list_copies (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *start = g_strconcat (base, COPY_MARK, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *found = g_ptr_array_new ();
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (g_str_has_prefix (name, start))
      g_ptr_array_add (found, g_build_filename (folder, name, NULL));
  }
  g_ptr_array_add (found, NULL);
  return (char **)g_ptr_array_free (found, FALSE);
}
