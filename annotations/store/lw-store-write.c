/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one way in: writes that come together share a commit. */

#include "lw-store-inside.h"

/* One write, for which a thread waits. */
typedef struct {
  LwGroupMember member;
  LwWriteFunc func;
  gpointer data;
  GArray *changes; /* LwChange */
  GError *error;
  gboolean ok;
} Pending;

static gboolean
check_writable (LwStore *self, GError **error)
{
  return !lw_store_is_read_only (self) ||
         lw_store_fail (LW_STORE_ERROR_READ_ONLY,
                        "The notes were opened for reading only. Nothing was changed.", error);
}

static void
run_pending (LwStore *self, Pending *pending)
{
  LwWriter writer = {.store = self, .db = self->writer, .changes = pending->changes};

  pending->ok = pending->func (&writer, pending->data, &pending->error);
}

/* Each on its own: what one did is undone with it alone, if it fails. */
static gboolean
run_side_by_side (LwStore *self, GPtrArray *group, GError **error)
{
  for (guint i = 0; i < group->len; i++) {
    Pending *pending = group->pdata[i];

    if (group->len == 1) {
      run_pending (self, pending);
      continue;
    }
    if (!lw_db_exec_static (self->writer, "SAVEPOINT one", error))
      return FALSE;
    run_pending (self, pending);
    /* A full disk, for one, makes SQLite undo all of the transaction. */
    if (!lw_db_is_writing (self->writer)) {
      g_set_error_literal (
          error, LW_STORE_ERROR, pending->error != NULL ? pending->error->code : LW_STORE_ERROR_IO,
          pending->error != NULL ? pending->error->message : "The disk answered with an error.");
      return FALSE;
    }
    if ((!pending->ok && !lw_db_exec_static (self->writer, "ROLLBACK TO one", error)) ||
        !lw_db_exec_static (self->writer, "RELEASE one", error))
      return FALSE;
  }
  return TRUE;
}

static void
commit_group (GPtrArray *group, gpointer data)
{
  LwStore *self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_mutex_lock (&self->write_mutex);
  ok = self->writer != NULL ? lw_db_begin (self->writer, &error) : lw_store_fail_closed (&error);
  if (ok) {
    const Pending *first = group->pdata[0];

    lw_store_look_for_others (self, self->writer);
    ok = run_side_by_side (self, group, &error);
    if (!ok || (group->len == 1 && !first->ok))
      lw_db_rollback (self->writer);
    else
      ok = lw_db_commit (self->writer, &error);
  }
  g_mutex_unlock (&self->write_mutex);
  for (guint i = 0; i < group->len; i++) {
    Pending *pending = group->pdata[i];

    if (ok)
      continue;
    pending->ok = FALSE;
    if (pending->error == NULL)
      pending->error = g_error_copy (error);
  }
}

void
lw_store_write_many (LwStore *self, LwWriteFunc func, LwWrite *writes, guint n)
{
  g_autofree Pending *pending = g_new0 (Pending, n);
  g_autofree LwGroupMember **members = g_new (LwGroupMember *, n);
  g_autoptr (GError) error = NULL;
  gboolean any = FALSE;

  if (!check_writable (self, &error)) {
    for (guint i = 0; i < n; i++)
      writes[i].error = g_error_copy (error);
    return;
  }
  for (guint i = 0; i < n; i++) {
    pending[i].func = func;
    pending[i].data = writes[i].data;
    pending[i].changes = g_array_new (FALSE, FALSE, sizeof (LwChange));
    members[i] = &pending[i].member;
  }
  lw_write_group_run_many (&self->group, members, n, commit_group, self);
  for (guint i = 0; i < n; i++) {
    const GArray *changes = pending[i].changes;

    if (pending[i].ok)
      lw_store_queue_changes (self, (const LwChange *)changes->data, changes->len);
    any |= pending[i].ok;
    writes[i].ok = pending[i].ok;
    writes[i].error = pending[i].ok ? NULL : pending[i].error;
    g_array_unref (pending[i].changes);
  }
  if (any)
    lw_store_request_rest (self, LW_STORE_HOUSEKEEPING_MS);
}

gboolean
lw_store_write (LwStore *self, LwWriteFunc func, gpointer data, GError **error)
{
  LwWrite write = {.data = data};

  lw_store_write_many (self, func, &write, 1);
  if (!write.ok)
    g_propagate_error (error, write.error);
  return write.ok;
}

gboolean
lw_store_write_bare (LwStore *self, LwWriteFunc func, gpointer data, GError **error)
{
  LwWriter writer = {.store = self};
  gboolean ok;

  if (!check_writable (self, error))
    return FALSE;
  writer.changes = g_array_new (FALSE, FALSE, sizeof (LwChange));
  g_mutex_lock (&self->write_mutex);
  writer.db = self->writer;
  ok = writer.db != NULL ? func (&writer, data, error) : lw_store_fail_closed (error);
  g_mutex_unlock (&self->write_mutex);
  if (ok)
    lw_store_queue_changes (self, (const LwChange *)writer.changes->data, writer.changes->len);
  g_array_unref (writer.changes);
  return ok;
}
