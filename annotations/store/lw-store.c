/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lw-sql.h"
#include "lw-store-inside.h"

#define READERS_KEPT 4
#define WATCH_MS 500
/* More news than this in one turn of the loop is told as "all". */
#define CHANGES_MAX 64

G_DEFINE_FINAL_TYPE (LwStore, lw_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (lw - store - error - quark, lw_store_error)

static guint changed_signal;

gboolean
lw_store_fail (LwStoreError code, const char *message, GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, (int)code, message);
  return FALSE;
}

gboolean
lw_store_fail_closed (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_IO, "The notes are closed. Open them again.", error);
}

/* ---- news ---- */

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Sources know the store weakly: a loop that never turns must not keep it open. */
GSource *
lw_store_attach (LwStore *self, GSource *source, GSourceFunc func)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  g_source_set_callback (source, func, ref, weak_ref_free);
  g_source_attach (source, self->context);
  return source;
}

LwStore *
lw_store_of_source (gpointer data)
{
  return g_weak_ref_get (data);
}

void
lw_store_drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
tell_changes (gpointer data)
{
  g_autoptr (LwStore) self = lw_store_of_source (data);
  g_autoptr (GArray) changes = NULL;
  static const LwId none = {{0}};

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->mutex);
  changes = g_steal_pointer (&self->changes);
  self->changes = g_array_new (FALSE, FALSE, sizeof (LwChange));
  lw_store_drop_source (&self->tell_source);
  g_mutex_unlock (&self->mutex);
  if (changes->len > CHANGES_MAX) {
    g_signal_emit (self, changed_signal, 0, &none, &none, LW_STORE_CHANGE_ALL);
    return G_SOURCE_REMOVE;
  }
  for (guint i = 0; i < changes->len; i++) {
    const LwChange *change = &g_array_index (changes, LwChange, i);

    g_signal_emit (self, changed_signal, 0, &change->segment_id, &change->target_id, change->what);
  }
  return G_SOURCE_REMOVE;
}

void
lw_store_queue_changes (LwStore *self, const LwChange *changes, guint n)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < n; i++)
    self->structure += changes[i].what != LW_STORE_CHANGE_NOTE &&
                       changes[i].what != LW_STORE_CHANGE_ITEM;
  if (!self->closed && n > 0) {
    if (self->changes->len <= CHANGES_MAX)
      g_array_append_vals (self->changes, changes, MIN (n, CHANGES_MAX + 1));
    if (self->tell_source == NULL) {
      GSource *source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      self->tell_source = lw_store_attach (self, source, tell_changes);
    }
  }
  g_mutex_unlock (&self->mutex);
}

guint64
lw_store_get_structure_count (LwStore *self)
{
  guint64 count;

  g_return_val_if_fail (LW_IS_STORE (self), 0);
  g_mutex_lock (&self->mutex);
  count = self->structure + 1;
  g_mutex_unlock (&self->mutex);
  return count;
}

void
lw_writer_tell (LwWriter *writer, const LwId *segment_id, const LwId *target_id, LwStoreChange what)
{
  LwChange change = {.what = what};

  if (segment_id != NULL)
    change.segment_id = *segment_id;
  if (target_id != NULL)
    change.target_id = *target_id;
  g_array_append_val (writer->changes, change);
}

/* Counts the writes of all connections but @db's own; 0 when it cannot be told. */
static gint64
read_data_version (LwDb *db)
{
  g_autoptr (LwStatement) statement = lw_db_get (db, "data-version", NULL);
  gboolean row = FALSE;

  if (statement == NULL || !lw_step (db, statement, &row, NULL) || !row)
    return 0;
  return sqlite3_column_int64 (statement, 0);
}

void
lw_store_look_for_others (LwStore *self, LwDb *db)
{
  gint64 version = read_data_version (db);
  LwChange all = {.what = LW_STORE_CHANGE_ALL};

  if (version == 0 || version == self->data_version)
    return;
  lw_store_queue_changes (self, &all, 1);
  self->data_version = version;
}

static gboolean
watch_file (gpointer data)
{
  g_autoptr (LwStore) self = lw_store_of_source (data);
  LwDb *db;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  /* Whoever writes just now looks too. */
  if (!g_mutex_trylock (&self->write_mutex))
    return G_SOURCE_CONTINUE;
  db = self->writer != NULL ? self->writer : self->watcher;
  if (db != NULL)
    lw_store_look_for_others (self, db);
  g_mutex_unlock (&self->write_mutex);
  return G_SOURCE_CONTINUE;
}

/* ---- connections ---- */

LwDb *
lw_store_borrow (LwStore *self, GError **error)
{
  LwDb *db = NULL;
  gboolean closed;

  g_mutex_lock (&self->mutex);
  closed = self->closed;
  if (!closed)
    db = g_queue_pop_head (&self->readers);
  g_mutex_unlock (&self->mutex);
  if (closed) {
    lw_store_fail_closed (error);
    return NULL;
  }
  if (db != NULL)
    return db;
  return lw_db_open (self->path, lw_store_is_read_only (self) ? LW_DB_READ_ONLY : LW_DB_READER,
                     self->vfs, error);
}

void
lw_store_give_back (LwStore *self, LwDb *db)
{
  lw_db_rollback (db);
  g_mutex_lock (&self->mutex);
  if (!self->closed && self->readers.length < READERS_KEPT) {
    g_queue_push_head (&self->readers, db);
    db = NULL;
  }
  g_mutex_unlock (&self->mutex);
  lw_db_close (db);
}

gboolean
lw_store_is_read_only (LwStore *self)
{
  return (self->flags & LW_STORE_OPEN_READ_ONLY) != 0;
}

const char *
lw_store_get_vfs (LwStore *self)
{
  return self->vfs;
}

/* ---- open and close ---- */

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  return lw_store_fail (LW_STORE_ERROR_READ_ONLY,
                        "The folder for the notes cannot be made. Choose another place.", error);
}

static gboolean
prepare_file (LwStore *self, GError **error)
{
  gboolean read_only = lw_store_is_read_only (self);
  GStatBuf info;
  guint version;

  if (g_stat (self->path, &info) != 0 || info.st_size == 0) {
    if (read_only)
      return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "There are no notes there yet.", error);
    if (!make_folder (self->path, error) || !lw_store_create_file (self->path, self->vfs, error))
      return FALSE;
  }
  if (!lw_store_inspect_file (self->path, self->vfs, &version, error))
    return FALSE;
  if (version == LW_SCHEMA_VERSION)
    return TRUE;
  if (!read_only)
    return lw_store_migrate_file (self->path, self->vfs, error);
  return lw_store_fail (LW_STORE_ERROR_READ_ONLY,
                        "These notes were made by an older Lessonwalk and must be brought up to "
                        "date first, but they are read-only.",
                        error);
}

static gboolean
store_connect (LwStore *self, GError **error)
{
  LwDb *db;

  if (!prepare_file (self, error))
    return FALSE;
  db = lw_db_open (self->path, lw_store_is_read_only (self) ? LW_DB_READ_ONLY : LW_DB_WRITER,
                   self->vfs, error);
  if (db == NULL)
    return FALSE;
  if (lw_store_is_read_only (self))
    self->watcher = db;
  else
    self->writer = db;
  if (self->writer != NULL && !lw_store_use_wal (db, error))
    return FALSE;
  if (self->writer != NULL)
    lw_store_watch_wal (self);
  /* From here on: what another program writes before the first look must be told too. */
  self->data_version = read_data_version (self->writer != NULL ? self->writer : self->watcher);
  self->watch_source = lw_store_attach (self, g_timeout_source_new (WATCH_MS), watch_file);
  return TRUE;
}

LwStore *
lw_store_open_with_vfs (const char *path, LwStoreOpenFlags flags, const char *vfs, GError **error)
{
  g_autoptr (LwStore) self = g_object_new (LW_TYPE_STORE, NULL);

  g_return_val_if_fail (path != NULL && *path != '\0', NULL);
  self->path = g_canonicalize_filename (path, NULL);
  self->vfs = g_strdup (vfs);
  self->flags = flags;
  self->context = g_main_context_ref_thread_default ();
  if (!store_connect (self, error))
    return NULL;
  /* What the last session left unindexed. */
  if (!lw_store_is_read_only (self))
    lw_store_request_rest (self, LW_STORE_HOUSEKEEPING_MS);
  return g_steal_pointer (&self);
}

LwStore *
lw_store_open (const char *path, LwStoreOpenFlags flags, GError **error)
{
  return lw_store_open_with_vfs (path, flags, NULL, error);
}

char *
lw_store_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "lessonwalk", "lessonwalk.db", NULL);
}

const char *
lw_store_get_path (LwStore *self)
{
  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  return self->path;
}

void
lw_store_close (LwStore *self)
{
  LwDb *db;

  g_return_if_fail (LW_IS_STORE (self));
  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  lw_store_wait_moved (self);
  lw_store_drop_source (&self->tell_source);
  lw_store_drop_source (&self->watch_source);
  lw_store_drop_source (&self->rest_source);
  while ((db = g_queue_pop_head (&self->readers)) != NULL)
    lw_db_close (db);
  g_mutex_unlock (&self->mutex);
  g_mutex_lock (&self->write_mutex);
  g_clear_pointer (&self->writer, lw_db_close);
  g_clear_pointer (&self->watcher, lw_db_close);
  g_mutex_unlock (&self->write_mutex);
}

static void
lw_store_dispose (GObject *object)
{
  lw_store_close (LW_STORE (object));
  G_OBJECT_CLASS (lw_store_parent_class)->dispose (object);
}

static void
lw_store_finalize (GObject *object)
{
  LwStore *self = LW_STORE (object);

  g_free (self->path);
  g_free (self->vfs);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_array_unref (self->changes);
  lw_write_group_clear (&self->group);
  g_mutex_clear (&self->write_mutex);
  g_cond_clear (&self->moved);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (lw_store_parent_class)->finalize (object);
}

static void
lw_store_init (LwStore *self)
{
  lw_write_group_init (&self->group);
  g_mutex_init (&self->write_mutex);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->moved);
  g_queue_init (&self->readers);
  self->changes = g_array_new (FALSE, FALSE, sizeof (LwChange));
}

static void
lw_store_class_init (LwStoreClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = lw_store_dispose;
  object_class->finalize = lw_store_finalize;
  changed_signal =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_POINTER, G_TYPE_INT);
}
