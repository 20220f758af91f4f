/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-db.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "lw-sql.h"
#include "lw-words.h"

#define BUSY_TIMEOUT_MS 2000
#define CACHE_KIB 8192
/* A checkpoint in the middle of writing is felt; housekeeping makes most of them. */
#define CHECKPOINT_PAGES 4000

/* SQLite tells the system's own reason of some failures only: none of a commit's. */
static gboolean
is_on_read_only_disk (sqlite3 *handle)
{
  const char *path = handle != NULL ? sqlite3_db_filename (handle, "main") : NULL;
  struct statvfs disk;

  return path != NULL && *path != '\0' && statvfs (path, &disk) == 0 &&
         (disk.f_flag & ST_RDONLY) != 0;
}

static LwStoreError
code_for (sqlite3 *handle, int code)
{
  int system_code = handle != NULL ? sqlite3_system_errno (handle) : 0;

  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return LW_STORE_ERROR_BUSY;
  case SQLITE_FULL:
    return LW_STORE_ERROR_FULL;
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return LW_STORE_ERROR_READ_ONLY;
  case SQLITE_CORRUPT:
    return LW_STORE_ERROR_CORRUPT;
  case SQLITE_NOTADB:
    return LW_STORE_ERROR_NOT_STORE;
  case SQLITE_CANTOPEN:
  case SQLITE_IOERR:
    if (system_code == ENOSPC || system_code == EDQUOT)
      return LW_STORE_ERROR_FULL;
    if (system_code == EACCES || system_code == EPERM || system_code == EROFS ||
        is_on_read_only_disk (handle))
      return LW_STORE_ERROR_READ_ONLY;
    return LW_STORE_ERROR_IO;
  default:
    return LW_STORE_ERROR_IO;
  }
}

static const char *
message_for (LwStoreError code)
{
  switch (code) {
  case LW_STORE_ERROR_BUSY:
    return "Another program is writing to the notes just now. Nothing was lost; try again.";
  case LW_STORE_ERROR_FULL:
    return "The disk is full, so this was not kept. What was kept before is safe. Free some "
           "space, then try again.";
  case LW_STORE_ERROR_READ_ONLY:
    return "The notes cannot be written: their file or folder is read-only. What is there can "
           "still be read.";
  case LW_STORE_ERROR_CORRUPT:
    return "The file of notes is damaged. Keep a copy of it, run “lessonwalk verify”, then go "
           "back to a backup.";
  case LW_STORE_ERROR_NOT_STORE:
    return "The file is not a Lessonwalk store. It was not touched.";
  default:
    return "The disk answered with an error, so this was not kept. Check the disk, then try "
           "again.";
  }
}

gboolean
lw_db_fail (LwDb *db, int code, GError **error)
{
  LwStoreError store_code = code_for (db->handle, code);

  g_debug ("SQLite: %s (%d, errno %d)", sqlite3_errmsg (db->handle), code,
           sqlite3_system_errno (db->handle));
  g_set_error_literal (error, LW_STORE_ERROR, (int)store_code, message_for (store_code));
  return FALSE;
}

gboolean
lw_db_exec (LwDb *db, const char *sql, GError **error)
{
  int code = sqlite3_exec (db->handle, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || lw_db_fail (db, code, error);
}

gboolean
lw_db_get_number (LwDb *db, const char *sql, gint64 *ret_number, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get_sql (db, sql, error);
  gboolean row;

  if (statement == NULL || !lw_step (db, statement, &row, error))
    return FALSE;
  *ret_number = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

static gboolean
configure (LwDb *db, LwDbMode mode, GError **error)
{
  static const char for_all[] = "PRAGMA foreign_keys = ON;"
                                "PRAGMA trusted_schema = OFF;"
                                "PRAGMA cell_size_check = ON;"
                                "PRAGMA temp_store = MEMORY;";

  sqlite3_extended_result_codes (db->handle, 1);
  sqlite3_busy_timeout (db->handle, BUSY_TIMEOUT_MS);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  if (!lw_db_exec (db, for_all, error))
    return FALSE;
  sqlite3_wal_autocheckpoint (db->handle, CHECKPOINT_PAGES);
  if (mode == LW_DB_WRITER)
    return lw_db_exec (db,
                       "PRAGMA synchronous = FULL;"
                       "PRAGMA secure_delete = ON;"
                       "PRAGMA journal_size_limit = 8388608;"
                       "PRAGMA cache_size = -" G_STRINGIFY (CACHE_KIB) ";",
                       error);
  return lw_db_exec (db,
                     "PRAGMA query_only = ON;"
                     "PRAGMA cache_size = -" G_STRINGIFY (CACHE_KIB) ";",
                     error);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static LwDb *
open_uri (const char *uri, int flags, LwDbMode mode, const char *vfs, GError **error)
{
  g_autoptr (LwDb) db = g_new0 (LwDb, 1);
  int code;

  db->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  db->composed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  code = sqlite3_open_v2 (uri, &db->handle, flags | SQLITE_OPEN_NOMUTEX, vfs);
  if (db->handle == NULL)
    g_error ("Out of memory");
  if (code != SQLITE_OK) {
    lw_db_fail (db, code, error);
    return NULL;
  }
  if (!configure (db, mode, error) || !lw_words_attach (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

/* A read-only folder has no place for the files that readers of a WAL share. Then, and only when
 * there is no WAL with changes in it, the file may be read as one that nobody changes. */
static LwDb *
open_immutable (const char *path, const char *vfs, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);

  return open_uri (uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, LW_DB_READ_ONLY, vfs, error);
}

LwDb *
lw_db_open (const char *path, LwDbMode mode, const char *vfs, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwDb) db = NULL;
  gint64 ignored;

  if (mode != LW_DB_READ_ONLY)
    return open_uri (path, SQLITE_OPEN_READWRITE, mode, vfs, error);
  db = open_uri (path, SQLITE_OPEN_READONLY, mode, vfs, &local_error);
  if (db != NULL && lw_db_get_number (db, "PRAGMA schema_version", &ignored, &local_error))
    return g_steal_pointer (&db);
  if (g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY) ||
      g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_IO)) {
    g_autofree char *wal = g_strconcat (path, "-wal", NULL);
    GStatBuf info;

    if (g_stat (wal, &info) != 0 || info.st_size == 0)
      return open_immutable (path, vfs, error);
  }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

void
lw_db_close (LwDb *db)
{
  if (db == NULL)
    return;
  lw_words_detach (db);
  g_hash_table_destroy (db->statements);
  g_hash_table_destroy (db->composed);
  if (sqlite3_close (db->handle) != SQLITE_OK)
    g_critical ("A statement was still in use when the store was closed");
  g_free (db);
}

gboolean
lw_db_begin (LwDb *db, GError **error)
{
  return lw_db_exec_static (db, "BEGIN IMMEDIATE", error);
}

gboolean
lw_db_begin_read (LwDb *db, GError **error)
{
  return lw_db_exec_static (db, "BEGIN", error);
}

gboolean
lw_db_commit (LwDb *db, GError **error)
{
  if (lw_db_exec_static (db, "COMMIT", error))
    return TRUE;
  lw_db_rollback (db);
  return FALSE;
}

void
lw_db_rollback (LwDb *db)
{
  /* SQLite may have rolled back by itself, on a full disk for one. */
  if (lw_db_is_writing (db))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
lw_db_is_writing (LwDb *db)
{
  return !sqlite3_get_autocommit (db->handle);
}

static sqlite3_stmt *
prepare (LwDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement;
  int code = sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

  if (code != SQLITE_OK)
    lw_db_fail (db, code, error);
  return code == SQLITE_OK ? statement : NULL;
}

LwStatement *
lw_db_get_static (LwDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (db->statements, sql);

  if (statement != NULL) {
    g_return_val_if_fail (!sqlite3_stmt_busy (statement), NULL);
    return statement;
  }
  statement = prepare (db, sql, error);
  if (statement != NULL)
    g_hash_table_insert (db->statements, (gpointer)sql, statement);
  return statement;
}

LwStatement *
lw_db_get (LwDb *db, const char *name, GError **error)
{
  return lw_db_get_static (db, lw_sql_get (name), error);
}

LwStatement *
lw_db_get_sql (LwDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (db->composed, sql);

  if (statement != NULL) {
    g_return_val_if_fail (!sqlite3_stmt_busy (statement), NULL);
    return statement;
  }
  statement = prepare (db, sql, error);
  if (statement != NULL)
    g_hash_table_insert (db->composed, g_strdup (sql), statement);
  return statement;
}

gboolean
lw_db_exec_static (LwDb *db, const char *sql, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get_static (db, sql, error);

  return statement != NULL && lw_run (db, statement, error);
}

void
lw_statement_release (LwStatement *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

void
lw_bind_int (LwStatement *statement, int index, gint64 number)
{
  sqlite3_bind_int64 (statement, index, number);
}

void
lw_bind_id (LwStatement *statement, int index, const LwId *id)
{
  if (!lw_id_is_none (id))
    sqlite3_bind_blob (statement, index, id, sizeof *id, SQLITE_STATIC);
}

void
lw_bind_text (LwStatement *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

void
lw_bind_blob (LwStatement *statement, int index, gconstpointer data, gsize length)
{
  sqlite3_bind_blob64 (statement, index, data != NULL ? data : "", length, SQLITE_STATIC);
}

void
lw_bind_bytes (LwStatement *statement, int index, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  lw_bind_blob (statement, index, data, length);
}

gboolean
lw_step (LwDb *db, LwStatement *statement, gboolean *ret_row, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return lw_db_fail (db, code, error);
  *ret_row = code == SQLITE_ROW;
  return TRUE;
}

gboolean
lw_run (LwDb *db, LwStatement *statement, GError **error)
{
  int code = sqlite3_step (statement);

  return code == SQLITE_DONE || lw_db_fail (db, code, error);
}

LwId
lw_column_id (LwStatement *statement, int column)
{
  LwId id = LW_ID_NONE;

  if (sqlite3_column_bytes (statement, column) == sizeof id)
    memcpy (&id, sqlite3_column_blob (statement, column), sizeof id);
  return id;
}
