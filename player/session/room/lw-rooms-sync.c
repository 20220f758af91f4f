/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bringing a room and this store to the same. */
#include "lw-rooms-private.h"

#include "lw-exchange.h"

#include <string.h>

#define ERASE_AT_ONCE 100
/* A pull that goes on bringing new things is a large walk; one that never ends is a broken room. */
#define PULLS_MAX 4096
#define JSON_LINES "application/x-ndjson"

typedef struct {
  LwStore *store;
  const LwJoined *joined;
  LwRoomsHttp http;
  LwId device;
  LwSyncMessage *vector; /* of the room */
  LwSyncMessage *wanted; /* nullable */
  LwSyncDone *done;
  GError **error;
} Talk;

static char *
walk_path (const Talk *talk, const char *rest)
{
  return lw_rooms_path ("/api/walks/", &talk->joined->walk_id, rest);
}

static gboolean
fail_answer (Talk *talk)
{
  g_set_error_literal (talk->error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE,
                       _ ("The room's answer could not be read; a newer Lessonwalk may be needed. "
                          "Your notes are kept here."));
  return FALSE;
}

/* ---- how far is the room ---- */

/* Asks, and remembers the answer: so that what is where can be told without the room. */
static gboolean
ask_how_far (Talk *talk)
{
  char device[LW_ID_TEXT_LENGTH + 1];
  g_autofree char *rest = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ());
  g_autoptr (GBytes) answer = NULL;
  const LwId *walk = &talk->joined->walk_id;

  lw_id_format (&talk->device, device);
  rest = g_strconcat ("/sync?device=", device, NULL);
  path = walk_path (talk, rest);
  answer = lw_rooms_http_send (&talk->http, "GET", path, NULL, NULL, talk->error);
  if (answer == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  if (!lw_rooms_read_vector (&talk->vector, &talk->wanted, text, strlen (text)))
    return fail_answer (talk);
  return lw_rooms_set (talk->store, walk, "vector", text, talk->error) &&
         lw_rooms_set (talk->store, walk, "reached", now, talk->error);
}

/* ---- push ---- */

/* The room writes the track, under the id that the log here follows from. */
static gboolean
announce_track (Talk *talk, const LwId *track_id)
{
  g_autoptr (LwTrack) track = lw_store_get_track (talk->store, track_id, talk->error);
  g_autoptr (json_object) answer = NULL;
  g_autofree char *path = NULL;
  json_object *body;
  char id[LW_ID_TEXT_LENGTH + 1];

  if (track == NULL)
    return FALSE;
  body = json_object_new_object ();
  lw_id_format (track_id, id);
  json_object_object_add (body, "id", json_object_new_string (id));
  if (!lw_id_is_none (&track->lens_id)) {
    lw_id_format (&track->lens_id, id);
    json_object_object_add (body, "lens", json_object_new_string (id));
  }
  if (*track->intention != '\0')
    json_object_object_add (body, "intention", json_object_new_string (track->intention));
  path = lw_rooms_path ("/api/segments/", &track->segment_id, "/track");
  answer = lw_rooms_http_json (&talk->http, "POST", path, body, talk->error);
  return answer != NULL;
}

static gboolean
is_named (json_object *ops, const LwId *log, guint64 seq)
{
  for (gsize i = 0;
       json_object_is_type (ops, json_type_array) && i < json_object_array_length (ops); i++) {
    json_object *item = json_object_array_get_idx (ops, i), *number = NULL;
    LwId id;

    if (json_object_is_type (item, json_type_object) && lw_rooms_get_id (item, "log", &id) &&
        lw_id_equal (&id, log) && json_object_object_get_ex (item, "seq", &number) &&
        (guint64)json_object_get_int64 (number) == seq)
      return TRUE;
  }
  return FALSE;
}

/* @batch with those words left out that the room does not take now. */
static LwSyncBatch *
withhold (const LwSyncBatch *batch, json_object *ops, gboolean *ret_any)
{
  g_autoptr (LwSyncBatchBuilder) builder = lw_sync_batch_builder_new ();

  *ret_any = FALSE;
  for (guint i = 0; i < batch->n_runs; i++) {
    const LwSyncRun *run = &batch->runs[i];

    lw_sync_batch_builder_add_run (builder, run);
    for (guint k = 0; k < run->n_ops; k++) {
      LwSyncOp op = run->ops[k];

      if (op.state == LW_SYNC_BODY_HERE &&
          is_named (ops, &run->log_id, lw_sync_link_get_seq (op.link))) {
        op.state = LW_SYNC_BODY_WITHHELD;
        op.sealed = NULL;
        *ret_any = TRUE;
      }
      lw_sync_batch_builder_add_op (builder, &op);
    }
  }
  return lw_sync_batch_builder_end (g_steal_pointer (&builder));
}

static void
remember_refusal (Talk *talk, json_object *result)
{
  const char *message = lw_rooms_get_text (result, "message");

  if (talk->done->refused == NULL && message != NULL)
    talk->done->refused = g_strdup (message);
}

/* @ret_result: (transfer full): what became of the one batch */
static gboolean
push_once (Talk *talk, const LwSyncBatch *batch, json_object **ret_result)
{
  g_autoptr (GBytes) body = lw_sync_batch_write (batch);
  g_autofree char *path = walk_path (talk, "/sync/push");
  g_autoptr (GBytes) answer =
      lw_rooms_http_send (&talk->http, "POST", path, JSON_LINES, body, talk->error);
  g_autofree char *text = NULL;
  g_autoptr (json_object) json = NULL;
  json_object *results = NULL, *first = NULL;

  if (answer == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  json = json_tokener_parse (text);
  if (json_object_is_type (json, json_type_object))
    json_object_object_get_ex (json, "results", &results);
  if (json_object_is_type (results, json_type_array) && json_object_array_length (results) == 1)
    first = json_object_array_get_idx (results, 0);
  if (!json_object_is_type (first, json_type_object))
    return fail_answer (talk);
  *ret_result = json_object_get (first);
  return TRUE;
}

static gboolean
push_batch (Talk *talk, const LwSyncBatch *batch)
{
  g_autoptr (json_object) result = NULL;
  g_autoptr (LwSyncBatch) links = NULL;
  json_object *ops = NULL, *number = NULL;
  const char *code;
  gboolean any;

  if (!push_once (talk, batch, &result))
    return FALSE;
  code = lw_rooms_get_text (result, "code");
  /* What the person has to do first in the walk's page is said, though the rest goes on. */
  if (g_strcmp0 (code, "prepare") == 0)
    remember_refusal (talk, result);
  if (g_strcmp0 (code, "not-now") == 0 || g_strcmp0 (code, "prepare") == 0) {
    json_object_object_get_ex (result, "ops", &ops);
    links = withhold (batch, ops, &any);
    if (any) {
      g_autoptr (json_object) refused = g_steal_pointer (&result);

      if (!push_once (talk, links, &result))
        return FALSE;
    }
  }
  if (g_strcmp0 (lw_rooms_get_text (result, "status"), "kept") != 0)
    remember_refusal (talk, result);
  else if (json_object_object_get_ex (result, "new", &number))
    talk->done->sent += (guint)json_object_get_int (number);
  return TRUE;
}

/* The batch of one log: what one log's trouble is, is no other's. */
static gboolean
push_run (Talk *talk, const LwSyncRun *run)
{
  g_autoptr (LwSyncBatchBuilder) builder = lw_sync_batch_builder_new ();
  g_autoptr (LwSyncBatch) batch = NULL;
  g_autoptr (LwTrack) track = NULL;

  /* What another person wrote on this machine, before anybody joined, stays here. */
  track = lw_store_get_track (talk->store, &run->track_id, NULL);
  if (track == NULL || !lw_id_equal (&track->person_id, &talk->joined->person_id))
    return TRUE;
  if (lw_sync_vector_find (talk->vector->vector, &run->log_id) == NULL &&
      !announce_track (talk, &run->track_id))
    return FALSE;
  lw_sync_batch_builder_add_run (builder, run);
  for (guint i = 0; i < run->n_ops; i++)
    lw_sync_batch_builder_add_op (builder, &run->ops[i]);
  batch = lw_sync_batch_builder_end (g_steal_pointer (&builder));
  return push_batch (talk, batch);
}

static gboolean
push_all (Talk *talk, LwSyncReader *reader, gboolean *ret_any)
{
  for (;;) {
    g_autoptr (LwSyncBatch) batch = NULL;

    if (reader == NULL || !lw_sync_reader_next (reader, LW_ROOMS_BATCH_BYTES, &batch, talk->error))
      return FALSE;
    if (batch == NULL)
      return TRUE;
    *ret_any = TRUE;
    for (guint i = 0; i < batch->n_runs; i++) {
      if (!push_run (talk, &batch->runs[i]))
        return FALSE;
    }
  }
}

static gboolean
push (Talk *talk, gboolean *ret_any)
{
  LwSyncScope scope = {.walk_id = &talk->joined->walk_id,
                       .device_id = &talk->device,
                       .logs = LW_SYNC_LOGS_OF_TRACKS};
  g_autoptr (LwSyncReader) since =
      lw_store_read_since (talk->store, talk->vector->vector, &scope, NULL, NULL, talk->error);
  g_autoptr (LwSyncReader) wanted = NULL;

  *ret_any = FALSE;
  if (!push_all (talk, since, ret_any))
    return FALSE;
  if (talk->wanted == NULL || talk->wanted->wanted->len == 0)
    return TRUE;
  wanted = lw_store_read_wanted (talk->store, (const LwSyncRange *)talk->wanted->wanted->data,
                                 talk->wanted->wanted->len, NULL, NULL, talk->error);
  return push_all (talk, wanted, ret_any);
}

/* ---- what was erased here ---- */

static gboolean
is_own_note_of_walk (const Talk *talk, const LwId *note_id)
{
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwWalk) walk = NULL;
  LwId track_id;

  if (!lw_store_find_track_of_note (talk->store, note_id, &track_id, NULL))
    return FALSE;
  track = lw_store_get_track (talk->store, &track_id, NULL);
  if (track != NULL)
    walk = lw_store_get_walk_of_segment (talk->store, &track->segment_id, NULL);
  return walk != NULL && lw_id_equal (&walk->id, &talk->joined->walk_id) &&
         lw_id_equal (&track->person_id, &talk->joined->person_id);
}

static gboolean
tell_erased (Talk *talk, json_object *notes, json_object *tracks)
{
  g_autofree char *path = walk_path (talk, "/sync/erase");
  json_object *body = json_object_new_object ();
  g_autoptr (json_object) answer = NULL;

  json_object_object_add (body, "notes", notes);
  if (tracks != NULL)
    json_object_object_add (body, "tracks", tracks);
  answer = lw_rooms_http_json (&talk->http, "POST", path, body, talk->error);
  return answer != NULL;
}

/* Whole tracks, by what was remembered of them. */
static gboolean
erase_tracks (Talk *talk)
{
  const LwId *walk = &talk->joined->walk_id;
  json_object *tracks = NULL;
  g_autofree char *told = lw_rooms_read_erasing (talk->store, walk, &tracks);

  return told == NULL || (tell_erased (talk, json_object_new_array (), tracks) &&
                          lw_rooms_forget_erasing (talk->store, walk, told, talk->error));
}

/* Of this device's own log of structure and erasures, which never leaves the machine, only which
 * notes of the walk were erased; from where the last telling ended. */
static gboolean
erase (Talk *talk)
{
  const LwId *walk = &talk->joined->walk_id;
  LwSyncScope scope = {.device_id = &talk->device, .logs = LW_SYNC_LOGS_OF_AUTHORITY};
  g_autofree char *told_text = lw_rooms_get (talk->store, walk, "erased", NULL);
  guint64 told = told_text != NULL ? g_ascii_strtoull (told_text, NULL, 10) : 0, last = told;
  g_autoptr (LwSyncVector) own = lw_store_get_vector (talk->store, &scope, talk->error);
  g_autoptr (LwSyncReader) reader = NULL;
  g_autofree char *now = NULL;

  if (own == NULL)
    return FALSE;
  if (own->n_marks == 0 || own->marks[0].seq <= told)
    return TRUE;
  reader = lw_store_read_since (talk->store, NULL, &scope, NULL, NULL, talk->error);
  for (;;) {
    g_autoptr (LwSyncBatch) batch = NULL;
    g_autoptr (GArray) infos = NULL;
    json_object *notes = NULL;
    gboolean ok = TRUE;

    if (reader == NULL || !lw_sync_reader_next (reader, LW_ROOMS_BATCH_BYTES, &batch, talk->error))
      return FALSE;
    if (batch == NULL)
      break;
    if (!lw_store_describe (talk->store, batch, &infos, talk->error))
      return FALSE;
    for (guint i = 0; ok && i < infos->len; i++) {
      const LwSyncOpInfo *info = &g_array_index (infos, LwSyncOpInfo, i);
      char id[LW_ID_TEXT_LENGTH + 1];

      last = MAX (last, info->seq);
      if (info->kind != LW_SYNC_ERASE || info->seq <= told ||
          !is_own_note_of_walk (talk, &info->target_id))
        continue;
      if (notes == NULL)
        notes = json_object_new_array ();
      lw_id_format (&info->target_id, id);
      json_object_array_add (notes, json_object_new_string (id));
      if (json_object_array_length (notes) == ERASE_AT_ONCE)
        ok = tell_erased (talk, g_steal_pointer (&notes), NULL);
    }
    if (!ok || (notes != NULL && !tell_erased (talk, notes, NULL)))
      return FALSE;
  }
  now = g_strdup_printf ("%" G_GUINT64_FORMAT, last);
  return lw_rooms_set (talk->store, walk, "erased", now, talk->error);
}

/* ---- pull ---- */

static void
add_line (GByteArray *lines, GBytes *bytes)
{
  g_byte_array_append (lines, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_byte_array_append (lines, (const guint8 *)"\n", 1);
}

static gboolean
write_request (Talk *talk, GByteArray *lines)
{
  LwSyncScope scope = {.walk_id = &talk->joined->walk_id};
  g_autoptr (LwSyncVector) vector = lw_store_get_vector (talk->store, &scope, talk->error);
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  if (vector == NULL ||
      !lw_store_list_wanted (talk->store, &scope, LW_SYNC_VECTOR_MAX_LOGS, &wanted, talk->error))
    return FALSE;
  first = lw_sync_vector_write (vector);
  second = lw_sync_wanted_write (wanted);
  add_line (lines, first);
  add_line (lines, second);
  return TRUE;
}

static gboolean
take_line (Talk *talk, const char *line, gsize length, guint *ret_new)
{
  g_autoptr (LwSyncMessage) message = lw_sync_message_read (line, length, NULL);
  g_autoptr (GPtrArray) results = NULL;
  const LwSyncBatch *batch;
  const LwSyncResult *result;

  if (message == NULL || message->type != LW_SYNC_MESSAGE_OPS)
    return fail_answer (talk);
  batch = message->batch;
  if (!lw_store_apply (talk->store, &batch, 1, &results, talk->error))
    return FALSE;
  result = results->pdata[0];
  /* A gap closes by the next vector, or not at all. */
  if (result->error != NULL && !g_error_matches (result->error, LW_SYNC_ERROR, LW_SYNC_ERROR_GAP))
    return fail_answer (talk);
  *ret_new += result->n_new + result->n_bodies;
  return TRUE;
}

static gboolean
pull (Talk *talk)
{
  g_autofree char *path = walk_path (talk, "/sync/pull");

  for (guint turn = 0; turn < PULLS_MAX; turn++) {
    g_autoptr (GByteArray) lines = g_byte_array_new ();
    g_autoptr (GBytes) body = NULL;
    g_autoptr (GBytes) answer = NULL;
    const char *text, *end;
    gsize size;
    guint n_new = 0;

    if (!write_request (talk, lines))
      return FALSE;
    body = g_byte_array_free_to_bytes (g_steal_pointer (&lines));
    answer = lw_rooms_http_send (&talk->http, "POST", path, JSON_LINES, body, talk->error);
    if (answer == NULL)
      return FALSE;
    text = g_bytes_get_data (answer, &size);
    for (end = text + size; text < end;) {
      const char *newline = memchr (text, '\n', (gsize)(end - text));
      const char *stop = newline != NULL ? newline : end;

      if (stop > text && !take_line (talk, text, (gsize)(stop - text), &n_new))
        return FALSE;
      text = newline != NULL ? newline + 1 : end;
    }
    talk->done->received += n_new;
    if (n_new == 0)
      return TRUE;
  }
  return TRUE;
}

/* ---- the whole ---- */

void
lw_sync_done_clear (LwSyncDone *done)
{
  g_clear_pointer (&done->refused, g_free);
}

static gboolean
talk_through (Talk *talk)
{
  gboolean any;

  if (!ask_how_far (talk) || !push (talk, &any) || !erase (talk) || !erase_tracks (talk) ||
      !pull (talk))
    return FALSE;
  return !any || ask_how_far (talk);
}

gboolean
lw_rooms_sync (LwStore *store,
               const LwJoined *joined,
               LwSyncDone *ret_done,
               GCancellable *cancellable,
               GError **error)
{
  GError *cause = NULL;
  Talk talk = {.store = store, .joined = joined, .done = ret_done, .error = &cause};
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (store) && joined != NULL && ret_done != NULL, FALSE);
  *ret_done = (LwSyncDone){0};
  if (*joined->token == '\0') {
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_SIGNED_OUT,
                         _ ("You are signed out of this room. Your notes are kept here; open your "
                            "link again, or ask for a new one."));
    return FALSE;
  }
  lw_rooms_http_init (&talk.http, joined->url, joined->token, cancellable);
  ok = lw_store_get_device (store, &talk.device, &cause) && talk_through (&talk);
  lw_rooms_http_clear (&talk.http);
  g_clear_pointer (&talk.vector, lw_sync_message_free);
  g_clear_pointer (&talk.wanted, lw_sync_message_free);
  if (g_error_matches (cause, LW_ROOMS_ERROR, LW_ROOMS_ERROR_SIGNED_OUT))
    lw_rooms_forget_token (store, joined, NULL);
  if (cause != NULL)
    g_propagate_error (error, cause);
  return ok;
}
