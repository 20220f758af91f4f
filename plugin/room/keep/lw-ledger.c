/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-ledger.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "lw-sql.h"
#include "lw-write-group.h"

#define ROOT "/lessonwalk/room/sql"
#define APPLICATION_ID 0x4c57726d /* "LWrm" */

GResource *lw_room_sql_get_resource (void);

struct _LwLedger {
  char *path;
  LwWriteGroup group;
  GMutex mutex;
  LwDb *db;           /* under mutex */
  LwLedgerFunc first; /* (nullable): under mutex, as the next two */
  LwLedgerDoneFunc first_done;
  gpointer first_data;
  GHashTable *statements; /* name -> SQL */
};

typedef struct {
  LwGroupMember member;
  LwLedgerFunc func;
  gpointer data;
  GError *error;
  gboolean ok;
} Pending;

/* ---- the file ---- */

static gboolean
migrate (LwLedger *self, GError **error)
{
  static const char *const files[LW_LEDGER_VERSION] = {"001_ledger.sql", "002_live.sql",
                                                       "003_sources.sql",
                                                       "004_alignment.sql"};
  gint64 version;

  if (!lw_db_get_number (self->db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version > LW_LEDGER_VERSION) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NEWER,
                         "This room's ledger was made by a newer Lessonwalk. It was not touched. "
                         "Install the newest Lessonwalk to open it.");
    return FALSE;
  }
  for (; version < LW_LEDGER_VERSION; version++) {
    g_autofree char *script = lw_sql_read_file (lw_room_sql_get_resource (), ROOT, files[version]);
    g_autofree char *stamp = g_strdup_printf (
        "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID, (int)version + 1);

    if (!lw_db_begin (self->db, error))
      return FALSE;
    if (!lw_db_exec (self->db, script, error) || !lw_db_exec (self->db, stamp, error)) {
      lw_db_rollback (self->db);
      return FALSE;
    }
    if (!lw_db_commit (self->db, error))
      return FALSE;
  }
  return TRUE;
}

LwLedger *
lw_ledger_open (const char *path, GError **error)
{
  g_autoptr (LwLedger) self = g_new0 (LwLedger, 1);
  /* Nobody but the room's own user reads it. */
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  self->path = g_strdup (path);
  g_mutex_init (&self->mutex);
  lw_write_group_init (&self->group);
  self->statements = lw_sql_read_statements (lw_room_sql_get_resource (), ROOT);
  if (fd < 0) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY,
                         "The room's data folder cannot be written. Nothing was changed. Give its "
                         "user the right to write there, then start the room again.");
    return NULL;
  }
  close (fd);
  self->db = lw_db_open (path, LW_DB_WRITER, NULL, error);
  if (self->db == NULL || !lw_db_exec (self->db, "PRAGMA journal_mode = WAL", error) ||
      !migrate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
lw_ledger_close (LwLedger *self)
{
  if (self == NULL)
    return;
  lw_db_close (self->db);
  g_hash_table_unref (self->statements);
  lw_write_group_clear (&self->group);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

/* ---- reading and writing ---- */

/* What can fail alone in a transaction. Returns FALSE if the whole is lost with it. */
static gboolean
run_part (LwLedger *self,
          LwLedgerFunc func,
          gpointer data,
          gboolean *ret_ok,
          GError **func_error,
          GError **error)
{
  if (!lw_db_exec_static (self->db, "SAVEPOINT one", error))
    return FALSE;
  *ret_ok = func (self, self->db, data, func_error);
  /* Where the disk is full, SQLite may have undone everything by itself. */
  return lw_db_is_writing (self->db) &&
         (*ret_ok || lw_db_exec_static (self->db, "ROLLBACK TO one", error)) &&
         lw_db_exec_static (self->db, "RELEASE one", error);
}

static void
fail_group (GPtrArray *group, const GError *error)
{
  for (guint i = 0; i < group->len; i++) {
    Pending *pending = group->pdata[i];

    pending->ok = FALSE;
    if (pending->error != NULL)
      continue;
    if (error != NULL)
      pending->error = g_error_copy (error);
    else
      g_set_error_literal (&pending->error, LW_STORE_ERROR, LW_STORE_ERROR_FULL,
                           "The disk is full, so this was not kept. Free some space, then try "
                           "again.");
  }
}

static void
commit_group (GPtrArray *group, gpointer data)
{
  LwLedger *self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok, first_ok = FALSE;

  g_mutex_lock (&self->mutex);
  ok = lw_db_begin (self->db, &error);
  if (ok && self->first != NULL)
    ok = run_part (self, self->first, self->first_data, &first_ok, NULL, &error);
  for (guint i = 0; ok && i < group->len; i++) {
    Pending *pending = group->pdata[i];

    ok = run_part (self, pending->func, pending->data, &pending->ok, &pending->error, &error);
  }
  if (ok)
    ok = lw_db_commit (self->db, &error);
  else
    lw_db_rollback (self->db);
  if (self->first != NULL)
    self->first_done (ok && first_ok, self->first_data);
  g_mutex_unlock (&self->mutex);
  if (!ok)
    fail_group (group, error);
}

gboolean
lw_ledger_write (LwLedger *self, LwLedgerFunc func, gpointer data, GError **error)
{
  Pending pending = {.func = func, .data = data};

  lw_write_group_run (&self->group, &pending.member, commit_group, self);
  if (!pending.ok)
    g_propagate_error (error, pending.error);
  return pending.ok;
}

void
lw_ledger_set_first (LwLedger *self, LwLedgerFunc first, LwLedgerDoneFunc done, gpointer data)
{
  g_mutex_lock (&self->mutex);
  self->first = first;
  self->first_done = done;
  self->first_data = data;
  g_mutex_unlock (&self->mutex);
}

gboolean
lw_ledger_read (LwLedger *self, LwLedgerFunc func, gpointer data, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = func (self, self->db, data, error);
  g_mutex_unlock (&self->mutex);
  return ok;
}

LwStatement *
lw_ledger_get (LwLedger *self, LwDb *db, const char *name, GError **error)
{
  const char *sql = g_hash_table_lookup (self->statements, name);

  if (sql == NULL)
    g_error ("There is no statement “%s”", name);
  return lw_db_get_static (db, sql, error);
}

typedef struct {
  const LwLedgerQuery *query;
  LwLedgerRowFunc read_row;
  GPtrArray *found;
} Listing;

static gboolean
list_rows (LwLedger *self, LwDb *db, gpointer data, GError **error)
{
  Listing *listing = data;
  const LwLedgerQuery *query = listing->query;
  g_autoptr (LwStatement) statement = lw_ledger_get (self, db, query->statement, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  if (query->id != NULL)
    lw_bind_id (statement, 1, query->id);
  else if (query->text != NULL)
    lw_bind_text (statement, 1, query->text);
  else if (query->blob != NULL)
    lw_bind_blob (statement, 1, query->blob, query->length);
  else if (query->number != NULL)
    lw_bind_int (statement, 1, *query->number);
  while (lw_step (db, statement, &row, error)) {
    if (!row)
      return TRUE;
    g_ptr_array_add (listing->found, listing->read_row (statement));
  }
  return FALSE;
}

GPtrArray *
lw_ledger_list (LwLedger *self,
                const LwLedgerQuery *query,
                LwLedgerRowFunc read_row,
                GDestroyNotify free_row,
                GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (free_row);
  Listing listing = {query, read_row, found};

  return lw_ledger_read (self, list_rows, &listing, error) ? g_steal_pointer (&found) : NULL;
}

gpointer
lw_ledger_find (LwLedger *self,
                const LwLedgerQuery *query,
                LwLedgerRowFunc read_row,
                GDestroyNotify free_row,
                const char *missing,
                GError **error)
{
  g_autoptr (GPtrArray) found = lw_ledger_list (self, query, read_row, free_row, error);

  if (found != NULL && found->len > 0)
    return g_ptr_array_steal_index (found, 0);
  if (found != NULL && missing != NULL)
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND, missing);
  return NULL;
}

/* ---- keeping ---- */

gboolean
lw_ledger_backup (LwLedger *self, const char *path, GError **error)
{
  g_autoptr (LwStatement) copy = NULL;
  gboolean ok;

  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "%s is there already.", path);
    return FALSE;
  }
  g_mutex_lock (&self->mutex);
  copy = lw_db_get_sql (self->db, "VACUUM INTO ?1", error);
  if (copy != NULL)
    lw_bind_text (copy, 1, path);
  ok = copy != NULL && lw_run (self->db, copy, error);
  g_clear_pointer (&copy, lw_statement_release);
  g_mutex_unlock (&self->mutex);
  return ok;
}

gboolean
lw_ledger_scrub (LwLedger *self, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = lw_db_exec (self->db, "VACUUM; PRAGMA wal_checkpoint (TRUNCATE);", error);
  g_mutex_unlock (&self->mutex);
  return ok;
}

gint64
lw_column_int (LwStatement *statement, int column)
{
  return sqlite3_column_int64 (statement, column);
}

gboolean
lw_column_is_null (LwStatement *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL;
}

char *
lw_column_text (LwStatement *statement, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (statement, column));
}

gconstpointer
lw_column_blob (LwStatement *statement, int column, gsize *ret_length)
{
  *ret_length = (gsize)sqlite3_column_bytes (statement, column);
  return sqlite3_column_blob (statement, column);
}
