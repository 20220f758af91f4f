/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-log-rows.h"

#define COLUMN_SALT 10
#define COLUMN_BYTES 11
#define COLUMN_MISSING 12

typedef struct {
  const LwLogRow *log;
  GArray *parents;  /* LwOpRow of seq - 1 */
  GArray *siblings; /* LwOpRow of seq */
} Reader;

static void
copy_digest (LwStatement *row, int column, guint8 digest[LW_DIGEST_LENGTH])
{
  /* Of any other length, it stays zero and fails the check. */
  if (sqlite3_column_bytes (row, column) == LW_DIGEST_LENGTH)
    memcpy (digest, sqlite3_column_blob (row, column), LW_DIGEST_LENGTH);
}

static LwOpRow
read_row (const LwLogRow *log, LwStatement *row)
{
  LwOpRow read = {.op_key = sqlite3_column_int64 (row, 0),
                  .branch = sqlite3_column_int64 (row, 2),
                  .op = {.log_id = log->id,
                         .seq = (guint64)sqlite3_column_int64 (row, 1),
                         .clock = (LwClock)sqlite3_column_int64 (row, 4),
                         .kind = sqlite3_column_int (row, 5),
                         .role = sqlite3_column_int (row, 6),
                         .target = lw_column_id (row, 7)}};

  copy_digest (row, 8, read.op.commitment);
  copy_digest (row, 9, read.op.hash);
  return read;
}

static const LwOpRow *
find_parent (const GArray *rows, guint64 seq, gint64 branch)
{
  for (guint i = 0; i < rows->len; i++) {
    const LwOpRow *row = &g_array_index (rows, LwOpRow, i);

    if (row->branch == branch && row->op.seq + 1 == seq)
      return row;
  }
  return NULL;
}

/* The entry that @statement stands on. */
static LwLogEntry
read_entry (Reader *reader, LwStatement *statement)
{
  LwOpRow row = read_row (reader->log, statement);
  const LwOpRow *parent;
  LwLogEntry entry = {0};

  if (reader->siblings->len > 0 &&
      g_array_index (reader->siblings, LwOpRow, 0).op.seq != row.op.seq) {
    GArray *spent = reader->parents;

    reader->parents = reader->siblings;
    reader->siblings = spent;
    g_array_set_size (spent, 0);
  }
  parent = find_parent (reader->parents, row.op.seq, sqlite3_column_int64 (statement, 3));
  if (parent != NULL)
    memcpy (row.op.previous, parent->op.hash, LW_DIGEST_LENGTH);
  entry.parent = parent;
  entry.link = parent == NULL && row.op.seq != 1
                   ? LW_LINK_SEQ
                   : lw_log_check_link (parent != NULL ? &parent->op : NULL, &row.op,
                                        lw_id_is_none (&reader->log->track_id));
  g_array_append_val (reader->siblings, row);
  entry.row = &g_array_index (reader->siblings, LwOpRow, reader->siblings->len - 1);
  entry.has_body = sqlite3_column_type (statement, COLUMN_BYTES) != SQLITE_NULL;
  if (entry.has_body && sqlite3_column_bytes (statement, COLUMN_SALT) == LW_SALT_LENGTH)
    entry.body.salt = sqlite3_column_blob (statement, COLUMN_SALT);
  entry.body.bytes = sqlite3_column_blob (statement, COLUMN_BYTES);
  entry.body.length = (gsize)sqlite3_column_bytes (statement, COLUMN_BYTES);
  entry.missing = (LwMissing)sqlite3_column_int (statement, COLUMN_MISSING);
  return entry;
}

static gboolean
read_all (LwDb *db, Reader *reader, LwLogEntryFunc func, gpointer data, GError **error)
{
  g_autoptr (LwStatement) ops = lw_db_get (db, "ops-of-log", error);

  if (ops == NULL)
    return FALSE;
  lw_bind_int (ops, 1, reader->log->key);
  for (;;) {
    LwLogEntry entry;
    gboolean there;

    if (!lw_step (db, ops, &there, error))
      return FALSE;
    if (!there)
      return TRUE;
    entry = read_entry (reader, ops);
    if (!func (&entry, data, error))
      return FALSE;
  }
}

gboolean
lw_log_read (LwDb *db, const LwLogRow *log, LwLogEntryFunc func, gpointer data, GError **error)
{
  Reader reader = {.log = log,
                   .parents = g_array_new (FALSE, FALSE, sizeof (LwOpRow)),
                   .siblings = g_array_new (FALSE, FALSE, sizeof (LwOpRow))};
  gboolean ok = read_all (db, &reader, func, data, error);

  g_array_unref (reader.parents);
  g_array_unref (reader.siblings);
  return ok;
}
