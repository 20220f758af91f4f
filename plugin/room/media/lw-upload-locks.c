/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-service.h"

#define WAIT_S 10

struct _LwUploadLocks {
  GMutex mutex;
  GCond released;
  GHashTable *held; /* LwId -> LwHttpCall, or NULL where nobody can be hung up on */
};

LwUploadLocks *
lw_upload_locks_new (void)
{
  LwUploadLocks *self = g_new0 (LwUploadLocks, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->released);
  self->held = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  return self;
}

void
lw_upload_locks_free (LwUploadLocks *self)
{
  g_hash_table_unref (self->held);
  g_cond_clear (&self->released);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
lw_upload_locks_take (LwUploadLocks *self, const LwId *id, LwHttpCall *call)
{
  gint64 until = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;
  gpointer holder;
  gboolean taken;

  g_mutex_lock (&self->mutex);
  while ((taken = g_hash_table_lookup_extended (self->held, id, NULL, &holder))) {
    if (holder != NULL)
      lw_http_call_hang_up (holder);
    if (!g_cond_wait_until (&self->released, &self->mutex, until))
      break;
  }
  taken = g_hash_table_contains (self->held, id);
  if (!taken)
    g_hash_table_insert (self->held, g_memdup2 (id, sizeof *id), call);
  g_mutex_unlock (&self->mutex);
  return !taken;
}

void
lw_upload_locks_release (LwUploadLocks *self, const LwId *id)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->held, id);
  g_cond_broadcast (&self->released);
  g_mutex_unlock (&self->mutex);
}
