/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a store does while nobody waits for it: indexing words, and moving the write-ahead log into
 * the file. On threads of its own, each for as long as it has work.
 */
#include "lw-sql.h"
#include "lw-store-inside.h"

/* A write of housekeeping keeps everybody else's waiting, so each is short. */
#define NOTES_A_WRITE 64
#define WRITES_A_TURN 8

/* Pages of 4 KiB. From the first on a thread moves the log into the file beside those who write.
 * What came in the meantime, if it is no more than the second or half of that, whoever commits next
 * moves after it: then the log begins anew in the blocks that it has, and no commit waits for the
 * file system to give it others. From the third on it is moved whatever is left, so
 * that the log of a store that never rests does not grow for ever. */
#define WAL_BESIDE 1000
#define WAL_REST 500
#define WAL_MOST 16000

/* ---- the write-ahead log ---- */

/* Whether little enough is left of the log, after the thread's turn, to be moved by who commits. */
static gboolean
is_nearly_moved (LwStore *self, int n_pages)
{
  gboolean nearly;

  g_mutex_lock (&self->mutex);
  nearly = !self->closed && !self->moving && self->n_moved >= WAL_BESIDE &&
           n_pages >= self->n_moved && n_pages - self->n_moved <= MAX (WAL_REST, self->n_moved / 2);
  if (nearly)
    self->n_moved = 0;
  g_mutex_unlock (&self->mutex);
  return nearly;
}

/* @n_pages: in the log; -1: it is moved however long it is */
static gboolean
begin_moving (LwStore *self, int n_pages)
{
  gboolean begun;

  g_mutex_lock (&self->mutex);
  /* A log that is shorter than what was moved of it began anew. */
  if (n_pages >= 0 && n_pages < self->n_moved)
    self->n_moved = 0;
  begun = !self->closed && !self->moving && (n_pages < 0 || n_pages >= self->n_moved + WAL_BESIDE);
  if (begun)
    self->moving = TRUE;
  g_mutex_unlock (&self->mutex);
  return begun;
}

/* @n_moved: pages of the log that are in the file now; -1: as before */
static void
end_moving (LwStore *self, int n_moved)
{
  g_mutex_lock (&self->mutex);
  self->moving = FALSE;
  if (n_moved >= 0)
    self->n_moved = n_moved;
  g_cond_broadcast (&self->moved);
  g_mutex_unlock (&self->mutex);
}

/* On a connection of its own: a checkpoint that waits for nobody keeps nobody waiting. */
static void
move_wal (LwStore *self)
{
  LwDb *db = lw_store_borrow (self, NULL);
  int n_moved = -1;

  if (db != NULL) {
    sqlite3_wal_checkpoint_v2 (db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, &n_moved);
    lw_store_give_back (self, db);
  }
  end_moving (self, n_moved);
}

static gpointer
move_wal_beside (gpointer data)
{
  g_autoptr (LwStore) self = data;

  move_wal (self);
  return NULL;
}

/* After each commit, under write_mutex. */
static int
on_commit (gpointer data, sqlite3 *handle, const char *name, int n_pages)
{
  LwStore *self = data;
  GThread *thread;

  if (n_pages >= WAL_MOST || is_nearly_moved (self, n_pages)) {
    sqlite3_wal_checkpoint_v2 (handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
  }
  if (!begin_moving (self, n_pages))
    return SQLITE_OK;
  thread = g_thread_try_new ("lw-store-wal", move_wal_beside, g_object_ref (self), NULL);
  if (thread != NULL) {
    g_thread_unref (thread);
  } else {
    end_moving (self, -1);
    g_object_unref (self);
  }
  return SQLITE_OK;
}

void
lw_store_watch_wal (LwStore *self)
{
  sqlite3_wal_hook (self->writer->handle, on_commit, self);
}

void
lw_store_wait_moved (LwStore *self)
{
  while (self->moving)
    g_cond_wait (&self->moved, &self->mutex);
}

/* ---- housekeeping ---- */

static gboolean
index_some (LwWriter *writer, gpointer data, GError **error)
{
  return lw_search_catch_up (writer->db, NOTES_A_WRITE, data, error);
}

static gpointer
keep_house (gpointer data)
{
  g_autoptr (LwStore) self = data;
  gboolean behind = FALSE, done = FALSE;
  gint64 scrub_due = 0;
  LwDb *db = lw_store_borrow (self, NULL);

  if (db == NULL)
    return NULL;
  if (!lw_search_is_behind (db, &behind, NULL))
    behind = FALSE;
  lw_meta_get_int (db, LW_META_SCRUB_DUE, &scrub_due, NULL);
  lw_store_give_back (self, db);
  if (scrub_due != 0)
    lw_store_scrub (self, NULL);
  for (guint i = 0; behind && !done && i < WRITES_A_TURN; i++)
    if (!lw_store_write (self, index_some, &done, NULL))
      break;
  /* If not, these writes asked for the next turn. */
  if ((!behind || done) && begin_moving (self, -1))
    move_wal (self);
  return NULL;
}

static gboolean
start_rest (gpointer data)
{
  g_autoptr (LwStore) self = lw_store_of_source (data);
  GThread *thread;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->mutex);
  lw_store_drop_source (&self->rest_source);
  g_mutex_unlock (&self->mutex);
  thread = g_thread_try_new ("lw-store-rest", keep_house, g_object_ref (self), NULL);
  if (thread != NULL)
    g_thread_unref (thread);
  else
    g_object_unref (self);
  return G_SOURCE_REMOVE;
}

void
lw_store_request_rest (LwStore *self, guint after_ms)
{
  g_mutex_lock (&self->mutex);
  if (!self->closed && self->rest_source == NULL)
    self->rest_source = lw_store_attach (self, g_timeout_source_new (after_ms), start_rest);
  g_mutex_unlock (&self->mutex);
}
