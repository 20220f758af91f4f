/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-search-text.h"
#include "lw-store-private.h"

#define BATCH_NOTES 2000

static gboolean
tell_index (LwDb *db, const char *name, gint64 recency, const char *text, GError **error)
{
  g_autofree char *folded = lw_search_text_fold (text);
  g_autoptr (LwStatement) tell = lw_db_get (db, name, error);

  if (tell == NULL)
    return FALSE;
  lw_bind_int (tell, 1, recency);
  lw_bind_text (tell, 2, folded != NULL ? folded : text);
  return lw_run (db, tell, error);
}

gboolean
lw_search_add (LwDb *db, gint64 recency, const char *text, GError **error)
{
  return tell_index (db, "add-words", recency, text, error);
}

gboolean
lw_search_drop (LwDb *db, gint64 recency, const char *text, GError **error)
{
  return tell_index (db, "drop-words", recency, text, error);
}

gboolean
lw_search_is_behind (LwDb *db, gboolean *ret_behind, GError **error)
{
  g_autoptr (LwStatement) greatest = lw_db_get (db, "greatest-note-key", error);
  gint64 upto;
  gboolean row;

  if (greatest == NULL || !lw_meta_get_int (db, LW_META_SEARCH_UPTO, &upto, error) ||
      !lw_step (db, greatest, &row, error))
    return FALSE;
  *ret_behind = sqlite3_column_int64 (greatest, 0) > upto;
  return TRUE;
}

gboolean
lw_search_catch_up (LwDb *db, guint max, gboolean *ret_done, GError **error)
{
  g_autoptr (LwStatement) notes = lw_db_get (db, "notes-to-index", error);
  gint64 upto;
  guint n = 0;

  if (notes == NULL || !lw_meta_get_int (db, LW_META_SEARCH_UPTO, &upto, error))
    return FALSE;
  lw_bind_int (notes, 1, upto);
  lw_bind_int (notes, 2, max);
  for (;; n++) {
    gboolean row;

    if (!lw_step (db, notes, &row, error))
      return FALSE;
    if (!row)
      break;
    upto = sqlite3_column_int64 (notes, 0);
    if (!lw_search_add (db, sqlite3_column_int64 (notes, 1),
                        (const char *)sqlite3_column_text (notes, 2), error))
      return FALSE;
  }
  *ret_done = n < max;
  return n == 0 || lw_meta_set_int (db, LW_META_SEARCH_UPTO, upto, error);
}

static gboolean
catch_up_batch (LwWriter *writer, gpointer data, GError **error)
{
  return lw_search_catch_up (writer->db, BATCH_NOTES, data, error);
}

gboolean
lw_store_catch_up_search (LwStore *self, gboolean *ret_complete, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  LwDb *db = lw_store_borrow (self, error);
  gboolean behind = FALSE, done = FALSE, ok;

  *ret_complete = FALSE;
  if (db == NULL)
    return FALSE;
  ok = lw_search_is_behind (db, &behind, error);
  lw_store_give_back (self, db);
  if (!ok || !behind || lw_store_is_read_only (self)) {
    *ret_complete = ok && !behind;
    return ok;
  }
  while (!done) {
    if (!lw_store_write (self, catch_up_batch, &done, &local_error)) {
      /* The index can wait; the caller looks through the rest by itself. */
      if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY) &&
          !g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_FULL) &&
          !g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY)) {
        g_propagate_error (error, g_steal_pointer (&local_error));
        return FALSE;
      }
      return TRUE;
    }
  }
  *ret_complete = TRUE;
  return TRUE;
}
