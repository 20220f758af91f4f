/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-audit.h"
#include "lw-erase.h"

#define DAY_US (G_GINT64_CONSTANT (24) * 60 * 60 * G_USEC_PER_SEC)

struct _LwRetention {
  LwRoom *room;
  GThread *thread;
  GMutex mutex;
  GCond wake;
  gboolean ending; /* under mutex */
};

typedef struct {
  const LwContentHash *media;
  gint64 added_utc_us;
} Age;

static gboolean
find_age (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Age *age = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "retention-media-age", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_blob (find, 1, age->media->bytes, sizeof age->media->bytes);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row)
    age->added_utc_us = lw_column_int (find, 0);
  return TRUE;
}

/* When the lesson came here. Of one whose video never did, its id tells (UUID version 7). */
static gint64
came_here (LwRoom *room, const LwSegment *segment)
{
  Age age = {.media = &segment->media};
  const guint8 *bytes = segment->id.bytes;
  gint64 ms = 0;

  if (lw_ledger_read (room->ledger, find_age, &age, NULL) && age.added_utc_us > 0)
    return age.added_utc_us;
  if (bytes[6] >> 4 != 7)
    return G_MAXINT64;
  for (guint i = 0; i < 6; i++)
    ms = ms << 8 | bytes[i];
  return ms * 1000;
}

static gboolean
is_ending (LwRetention *self)
{
  gboolean ending;

  g_mutex_lock (&self->mutex);
  ending = self->ending;
  g_mutex_unlock (&self->mutex);
  return ending;
}

static void
erase_old (LwRetention *self)
{
  LwRoom *room = self->room;
  gint64 limit = g_get_real_time () - (gint64)room->config->retention_days * DAY_US;
  g_autoptr (GPtrArray) segments = lw_store_list (room->store, LW_ENTITY_SEGMENT, NULL, NULL);
  LwErasure erasure = {0};

  for (guint i = 0; segments != NULL && i < segments->len && !is_ending (self); i++) {
    const LwSegment *segment = segments->pdata[i];
    g_autoptr (GError) error = NULL;

    if (came_here (room, segment) >= limit || !lw_holds_check (room, &segment->id, NULL))
      continue;
    if (!lw_erase_segment (room, &segment->id, &erasure, &error))
      g_warning ("A lesson that is past its time could not be erased: %s", error->message);
  }
  if (erasure.lessons > 0)
    g_message ("Erased for their age: %u lessons, %u clips, %u files.", erasure.lessons,
               erasure.clips, erasure.files);
}

/* Outside of the data folder it bears witness against whoever writes the whole log anew. */
static void
tell_audit_head (LwRoom *room)
{
  LwAuditState state;
  GString *hash;

  if (!lw_audit_verify (room->ledger, &state, NULL))
    return;
  if (state.broken_at != 0) {
    g_warning ("The audit log does not fit from row %" G_GINT64_FORMAT
               " on. Run “lessonwalk-room doctor”.",
               state.broken_at);
    return;
  }
  hash = g_string_new (NULL);
  for (guint i = 0; i < LW_AUDIT_HASH_BYTES; i++)
    g_string_append_printf (hash, "%02x", state.head[i]);
  g_message ("Audit log: %" G_GINT64_FORMAT " rows, newest hash %s.", state.rows, hash->str);
  g_string_free (hash, TRUE);
}

static gpointer
work (gpointer data)
{
  LwRetention *self = data;

  while (!is_ending (self)) {
    gint64 until = g_get_monotonic_time () + DAY_US;

    if (self->room->config->retention_days > 0)
      erase_old (self);
    tell_audit_head (self->room);
    g_mutex_lock (&self->mutex);
    while (!self->ending && g_cond_wait_until (&self->wake, &self->mutex, until))
      ;
    g_mutex_unlock (&self->mutex);
  }
  return NULL;
}

LwRetention *
lw_retention_new (LwRoom *room)
{
  LwRetention *self = g_new0 (LwRetention, 1);

  self->room = room;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  self->thread = g_thread_new ("retention", work, self);
  return self;
}

void
lw_retention_free (LwRetention *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  g_cond_clear (&self->wake);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
