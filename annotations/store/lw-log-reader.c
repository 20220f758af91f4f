/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"

#define COLUMN_SALT 10
#define COLUMN_BYTES 11

gboolean
lw_log_reader_init (LwLogReader *reader,
                    LwDb *db,
                    gint64 log_key,
                    const LwId *log_id,
                    gboolean authority,
                    GError **error)
{
  *reader = (LwLogReader){.db = db,
                          .log_id = *log_id,
                          .authority = authority,
                          .statement = lw_db_get (db, "ops-of-log", error),
                          .parents = g_array_new (FALSE, FALSE, sizeof (LwLogEntry)),
                          .siblings = g_array_new (FALSE, FALSE, sizeof (LwLogEntry))};
  if (reader->statement == NULL)
    return FALSE;
  lw_bind_int (reader->statement, 1, log_key);
  return TRUE;
}

void
lw_log_reader_clear (LwLogReader *reader)
{
  g_clear_pointer (&reader->statement, lw_statement_release);
  g_clear_pointer (&reader->parents, g_array_unref);
  g_clear_pointer (&reader->siblings, g_array_unref);
}

static void
copy_digest (LwStatement *row, int column, guint8 digest[LW_DIGEST_LENGTH])
{
  /* Of any other length, it stays zero and fails the check. */
  if (sqlite3_column_bytes (row, column) == LW_DIGEST_LENGTH)
    memcpy (digest, sqlite3_column_blob (row, column), LW_DIGEST_LENGTH);
}

static const LwLogEntry *
find_parent (const GArray *entries, guint64 seq, gint64 branch)
{
  for (guint i = 0; i < entries->len; i++) {
    const LwLogEntry *entry = &g_array_index (entries, LwLogEntry, i);

    if (entry->branch == branch && entry->op.seq + 1 == seq)
      return entry;
  }
  return NULL;
}

gboolean
lw_log_reader_next (LwLogReader *reader,
                    LwLogEntry **ret_entry,
                    const LwLogEntry **ret_parent,
                    LwLink *ret_link,
                    GError **error)
{
  LwStatement *row = reader->statement;
  LwLogEntry entry = {0};
  gboolean found;

  *ret_entry = NULL;
  if (!lw_step (reader->db, row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  entry.op_key = sqlite3_column_int64 (row, 0);
  entry.branch = sqlite3_column_int64 (row, 2);
  entry.op = (LwOp){.log_id = reader->log_id,
                    .seq = (guint64)sqlite3_column_int64 (row, 1),
                    .clock = (LwClock)sqlite3_column_int64 (row, 4),
                    .kind = sqlite3_column_int (row, 5),
                    .role = sqlite3_column_int (row, 6),
                    .target = lw_column_id (row, 7)};
  copy_digest (row, 8, entry.op.commitment);
  copy_digest (row, 9, entry.op.hash);
  if (reader->siblings->len > 0 &&
      g_array_index (reader->siblings, LwLogEntry, 0).op.seq != entry.op.seq) {
    GArray *spent = reader->parents;

    reader->parents = reader->siblings;
    reader->siblings = spent;
    g_array_set_size (spent, 0);
  }
  *ret_parent = find_parent (reader->parents, entry.op.seq, sqlite3_column_int64 (row, 3));
  if (*ret_parent != NULL)
    memcpy (entry.op.previous, (*ret_parent)->op.hash, LW_DIGEST_LENGTH);
  *ret_link = *ret_parent == NULL && entry.op.seq != 1
                  ? LW_LINK_SEQ
                  : lw_log_check_link (*ret_parent != NULL ? &(*ret_parent)->op : NULL, &entry.op,
                                       reader->authority);
  g_array_append_val (reader->siblings, entry);
  *ret_entry = &g_array_index (reader->siblings, LwLogEntry, reader->siblings->len - 1);
  return TRUE;
}

gboolean
lw_log_reader_has_body (LwLogReader *reader)
{
  return sqlite3_column_type (reader->statement, COLUMN_BYTES) != SQLITE_NULL;
}

gboolean
lw_log_reader_check_body (LwLogReader *reader, const LwOp *op)
{
  LwStatement *row = reader->statement;
  guint8 commitment[LW_DIGEST_LENGTH];

  if (sqlite3_column_bytes (row, COLUMN_SALT) != LW_SALT_LENGTH)
    return FALSE;
  lw_op_commit (sqlite3_column_blob (row, COLUMN_SALT), sqlite3_column_blob (row, COLUMN_BYTES),
                (gsize)sqlite3_column_bytes (row, COLUMN_BYTES), commitment);
  return memcmp (commitment, op->commitment, LW_DIGEST_LENGTH) == 0;
}
