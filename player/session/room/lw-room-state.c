/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is where: what the room is known to have, and what is only here. */
#include "lw-rooms-private.h"

#include "lw-exchange.h"

#include <string.h>

gboolean
lw_rooms_read_vector (LwSyncMessage **vector,
                      LwSyncMessage **wanted,
                      const char *text,
                      gsize length)
{
  const char *end = text + length;

  g_clear_pointer (vector, lw_sync_message_free);
  g_clear_pointer (wanted, lw_sync_message_free);
  while (text < end) {
    const char *newline = memchr (text, '\n', (gsize)(end - text));
    const char *stop = newline != NULL ? newline : end;
    LwSyncMessage *message = lw_sync_message_read (text, (gsize)(stop - text), NULL);

    if (message == NULL)
      return FALSE;
    if (message->type == LW_SYNC_MESSAGE_VECTOR && *vector == NULL)
      *vector = message;
    else if (message->type == LW_SYNC_MESSAGE_WANTED && *wanted == NULL)
      *wanted = message;
    else
      lw_sync_message_free (message);
    text = newline != NULL ? newline + 1 : end;
  }
  return *vector != NULL;
}

/* Notes whose ops @reader gives. */
static gboolean
mark (LwStore *store, LwSyncReader *reader, LwWhere where, GHashTable *elsewhere, GError **error)
{
  for (;;) {
    g_autoptr (LwSyncBatch) batch = NULL;
    g_autoptr (GArray) infos = NULL;

    if (reader == NULL || !lw_sync_reader_next (reader, LW_ROOMS_BATCH_BYTES, &batch, error))
      return FALSE;
    if (batch == NULL)
      return TRUE;
    if (!lw_store_describe (store, batch, &infos, error))
      return FALSE;
    for (guint i = 0; i < infos->len; i++) {
      const LwSyncOpInfo *info = &g_array_index (infos, LwSyncOpInfo, i);

      g_hash_table_insert (elsewhere, g_memdup2 (&info->target_id, sizeof (LwId)),
                           GUINT_TO_POINTER (where + 1));
    }
  }
}

static gboolean
count (LwRoomState *state, LwStore *store, const LwJoined *joined, GError **error)
{
  LwNoteQuery query = {.walk_id = &joined->walk_id, .author_id = &joined->person_id};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &query, error);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    LwWhere where = lw_room_state_where (state, &((const LwNote *)notes->pdata[i])->id);

    state->notes++;
    state->here += where == LW_WHERE_HERE;
    state->held += where == LW_WHERE_HELD;
  }
  return notes != NULL;
}

LwRoomState *
lw_rooms_load_state (LwStore *store, const LwJoined *joined, GError **error)
{
  g_autoptr (LwRoomState) state = g_new0 (LwRoomState, 1);
  const LwId *walk = &joined->walk_id;
  g_autofree char *text = lw_rooms_get (store, walk, "vector", NULL);
  g_autofree char *reached = lw_rooms_get (store, walk, "reached", NULL);
  g_autoptr (LwSyncMessage) vector = NULL;
  g_autoptr (LwSyncMessage) wanted = NULL;
  g_autoptr (LwSyncReader) since = NULL;
  g_autoptr (LwSyncReader) held = NULL;
  LwId device;
  LwSyncScope scope = {.walk_id = walk, .device_id = &device, .logs = LW_SYNC_LOGS_OF_TRACKS};

  state->elsewhere = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  state->reached_utc_us = reached != NULL ? g_ascii_strtoll (reached, NULL, 10) : 0;
  if (text != NULL)
    lw_rooms_read_vector (&vector, &wanted, text, strlen (text));
  if (!lw_store_get_device (store, &device, error))
    return NULL;
  if (wanted != NULL && wanted->wanted->len > 0) {
    held = lw_store_read_wanted (store, (const LwSyncRange *)wanted->wanted->data,
                                 wanted->wanted->len, NULL, NULL, error);
    if (!mark (store, held, LW_WHERE_HELD, state->elsewhere, error))
      return NULL;
  }
  since = lw_store_read_since (store, vector != NULL ? vector->vector : NULL, &scope, NULL, NULL,
                               error);
  if (!mark (store, since, LW_WHERE_HERE, state->elsewhere, error) ||
      !count (state, store, joined, error))
    return NULL;
  return g_steal_pointer (&state);
}

LwWhere
lw_room_state_where (const LwRoomState *state, const LwId *note_id)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (state->elsewhere, note_id));

  return found > 0 ? (LwWhere)(found - 1) : LW_WHERE_IN_ROOM;
}

void
lw_room_state_free (LwRoomState *state)
{
  g_clear_pointer (&state->elsewhere, g_hash_table_unref);
  g_free (state);
}
