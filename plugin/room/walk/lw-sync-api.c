/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Ops over HTTP, for stores. The room alone writes structure; a store brings the notes of its own
 * person, and takes what that person may see. Messages are those of annotations/exchange/SYNC.md,
 * one a line.
 */

#include <string.h>

#include "lw-audit.h"
#include "lw-erase.h"
#include "lw-exchange.h"
#include "lw-json.h"
#include "lw-sync-rules.h"

#define LINES_MAX 256
#define PUSH_MAX_BYTES LW_SYNC_MESSAGE_MAX_BYTES
#define ANSWER_MAX_BYTES (4 * 1024 * 1024)
#define BATCH_BYTES (256 * 1024)
#define ERASE_MAX 200
#define MEDIA_TYPE "application/x-ndjson"

/* ---- lines ---- */

static void
append_line (GByteArray *lines, GBytes *message)
{
  g_byte_array_append (lines, g_bytes_get_data (message, NULL), (guint)g_bytes_get_size (message));
  g_byte_array_append (lines, (const guint8 *)"\n", 1);
}

/* The next line of @text, without its newline; FALSE at the end. Empty lines are passed over. */
static gboolean
next_line (const char **text, const char *end, const char **ret_line, gsize *ret_length)
{
  while (*text < end) {
    const char *newline = memchr (*text, '\n', (gsize)(end - *text));
    const char *stop = newline != NULL ? newline : end;

    *ret_line = *text;
    *ret_length = (gsize)(stop - *text);
    *text = newline != NULL ? newline + 1 : end;
    if (*ret_length > 0)
      return TRUE;
  }
  return FALSE;
}

static void
reply_lines (LwHttpCall *call, GByteArray *lines)
{
  g_autoptr (GBytes) bytes = NULL;

  if (lines->len == 0) {
    lw_http_call_reply_empty (call, 200);
    return;
  }
  bytes = g_byte_array_free_to_bytes (g_byte_array_ref (lines));
  lw_http_call_reply_bytes (call, 200, MEDIA_TYPE, bytes);
}

static LwAuditEvent
event_of (const LwWalkFacts *facts, const char *detail)
{
  return (LwAuditEvent){.action = LW_AUDIT_SYNCED,
                        .person_id = facts->person_id,
                        .walk_id = facts->walk->id,
                        .detail = detail};
}

static void
reply_unreadable (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 422, "unreadable",
                            "What was sent could not be read, so nothing was changed. A newer "
                            "Lessonwalk may be needed.");
}

/* ---- how far is the room ---- */

static void
get_sync (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncVector) vector = NULL;
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  const char *device_text = lw_http_call_query (call, "device");
  LwSyncScope scope = {0};
  LwId device;

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  scope.walk_id = &facts.walk->id;
  vector = lw_store_get_vector (room->store, &scope, &error);
  if (vector != NULL && device_text != NULL && lw_id_parse (device_text, &device)) {
    scope.device_id = &device;
    scope.logs = LW_SYNC_LOGS_OF_TRACKS;
    lw_store_list_wanted (room->store, &scope, LW_SYNC_VECTOR_MAX_LOGS, &wanted, &error);
  }
  if (error != NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  bytes = lw_sync_vector_write (vector);
  append_line (lines, bytes);
  if (wanted != NULL) {
    g_autoptr (GBytes) request = lw_sync_wanted_write (wanted);

    append_line (lines, request);
  }
  reply_lines (call, lines);
}

/* ---- pull ---- */

typedef struct {
  LwSyncMessage *vector;
  LwSyncMessage *wanted; /* nullable */
} PullRequest;

static void
pull_request_clear (PullRequest *request)
{
  g_clear_pointer (&request->vector, lw_sync_message_free);
  g_clear_pointer (&request->wanted, lw_sync_message_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PullRequest, pull_request_clear)

static gboolean
read_pull (LwHttpCall *call, PullRequest *request)
{
  gsize size, length;
  const char *text = g_bytes_get_data (lw_http_call_body (call), &size);
  const char *end = text + size, *line;

  while (next_line (&text, end, &line, &length)) {
    g_autoptr (LwSyncMessage) message = lw_sync_message_read (line, length, NULL);

    if (message != NULL && message->type == LW_SYNC_MESSAGE_VECTOR && request->vector == NULL)
      request->vector = g_steal_pointer (&message);
    else if (message != NULL && message->type == LW_SYNC_MESSAGE_WANTED && request->wanted == NULL)
      request->wanted = g_steal_pointer (&message);
    else
      return FALSE;
  }
  return request->vector != NULL;
}

/* Batches until the answer is full; what is left is asked for again. */
static gboolean
read_batches (LwSyncReader *reader, GByteArray *lines, GError **error)
{
  while (lines->len < ANSWER_MAX_BYTES) {
    g_autoptr (LwSyncBatch) batch = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (!lw_sync_reader_next (reader, BATCH_BYTES, &batch, error))
      return FALSE;
    if (batch == NULL)
      return TRUE;
    bytes = lw_sync_batch_write (batch);
    append_line (lines, bytes);
  }
  return TRUE;
}

static void
post_pull (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_auto (PullRequest) request = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncViewer) viewer = NULL;
  g_autoptr (LwSyncReader) since = NULL;
  g_autoptr (LwSyncReader) wanted = NULL;
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  LwSyncScope scope = {0};

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  if (!read_pull (call, &request)) {
    reply_unreadable (call);
    return;
  }
  scope.walk_id = &facts.walk->id;
  viewer = lw_sync_viewer_new (room, &facts, &error);
  if (viewer != NULL)
    since = lw_store_read_since (room->store, request.vector->vector, &scope,
                                 lw_sync_viewer_may_see, viewer, &error);
  if (since != NULL && read_batches (since, lines, &error) && request.wanted != NULL) {
    const GArray *ranges = request.wanted->wanted;

    wanted = lw_store_read_wanted (room->store, (const LwSyncRange *)ranges->data, ranges->len,
                                   lw_sync_viewer_may_see, viewer, &error);
    if (wanted != NULL)
      read_batches (wanted, lines, &error);
  }
  /* What is given out is written down before. */
  if (error == NULL && lines->len > 0) {
    LwAuditEvent event = event_of (&facts, "pull");

    lw_audit_add (room, &event, &error);
  }
  if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply_lines (call, lines);
}

/* ---- push ---- */

typedef struct {
  LwSyncMessage *message; /* nullable: unreadable */
  LwSyncVerdict verdict;
  GArray *held; /* LwSyncRange: ops that the verdict is about */
} Pushed;

static void
pushed_free (gpointer data)
{
  Pushed *pushed = data;

  g_clear_pointer (&pushed->message, lw_sync_message_free);
  g_array_unref (pushed->held);
  g_free (pushed);
}

/* Ops that go through as links of the chain, for whatever reason, are named together. */
static gboolean
is_withheld (LwSyncVerdict verdict)
{
  return verdict == LW_SYNC_NOT_NOW || verdict == LW_SYNC_NOT_READY;
}

/* Judges every op; the gravest verdict is the batch's, and names the ops that it is for. */
static gboolean
judge_batch (LwSyncJudge *judge, Pushed *pushed, GError **error)
{
  const LwSyncBatch *batch = pushed->message->batch;
  g_autoptr (GArray) infos = NULL;
  guint n = 0;

  if (!lw_store_describe (judge->room->store, batch, &infos, error)) {
    if (!g_error_matches (*error, LW_SYNC_ERROR, LW_SYNC_ERROR_DAMAGED))
      return FALSE;
    g_clear_error (error);
    pushed->verdict = LW_SYNC_UNREADABLE;
    return TRUE;
  }
  for (guint i = 0; i < batch->n_runs; i++) {
    for (guint k = 0; k < batch->runs[i].n_ops; k++) {
      const LwSyncOpInfo *info = &g_array_index (infos, LwSyncOpInfo, n++);
      LwSyncVerdict verdict = lw_sync_judge (judge, info, batch->runs[i].ops[k].state);

      gboolean together = is_withheld (verdict) && is_withheld (pushed->verdict);

      if (verdict > pushed->verdict && !together)
        g_array_set_size (pushed->held, 0);
      pushed->verdict = MAX (pushed->verdict, verdict);
      if (verdict != LW_SYNC_ALLOWED && (verdict == pushed->verdict || together)) {
        LwSyncRange range = {info->log_id, info->seq, info->seq};

        g_array_append_val (pushed->held, range);
      }
    }
  }
  return TRUE;
}

static GPtrArray *
read_push (LwHttpCall *call)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (pushed_free);
  gsize size, length;
  const char *text = g_bytes_get_data (lw_http_call_body (call), &size);
  const char *end = text + size, *line;

  while (next_line (&text, end, &line, &length)) {
    Pushed *pushed = g_new0 (Pushed, 1);

    pushed->held = g_array_new (FALSE, FALSE, sizeof (LwSyncRange));
    pushed->message = lw_sync_message_read (line, length, NULL);
    if (pushed->message == NULL || pushed->message->type != LW_SYNC_MESSAGE_OPS)
      pushed->verdict = LW_SYNC_UNREADABLE;
    g_ptr_array_add (all, pushed);
    if (all->len > LINES_MAX)
      return NULL;
  }
  return g_steal_pointer (&all);
}

static void
add_log (json_object *list, const LwId *log_id, const char *member, guint64 seq)
{
  json_object *item = json_object_new_object ();

  lw_json_add_id (item, "log", log_id);
  lw_json_add_int (item, member, (gint64)seq);
  json_object_array_add (list, item);
}

static json_object *
refused_to_json (const char *code, const char *message, const GArray *held)
{
  json_object *json = json_object_new_object ();
  json_object *list = json_object_new_array ();

  lw_json_add_text (json, "status", "refused");
  lw_json_add_text (json, "code", code);
  lw_json_add_text (json, "message", message);
  for (guint i = 0; i < held->len; i++) {
    const LwSyncRange *range = &g_array_index (held, LwSyncRange, i);

    add_log (list, &range->log_id, "seq", range->first);
  }
  json_object_object_add (json, "ops", list);
  return json;
}

static json_object *
applied_to_json (const Pushed *pushed, const LwSyncResult *result)
{
  const LwSyncBatch *batch = pushed->message->batch;
  json_object *json, *list;

  if (result->error != NULL && !g_error_matches (result->error, LW_SYNC_ERROR, LW_SYNC_ERROR_GAP))
    return refused_to_json ("damaged", result->error->message, pushed->held);
  json = json_object_new_object ();
  if (result->error != NULL) {
    lw_json_add_text (json, "status", "gap");
    lw_json_add_id (json, "log", &result->gap_log);
    lw_json_add_int (json, "from", (gint64)result->expected_seq);
    return json;
  }
  lw_json_add_text (json, "status", "kept");
  lw_json_add_int (json, "new", result->n_new + result->n_bodies);
  list = json_object_new_array ();
  for (guint i = 0; i < batch->n_runs; i++)
    add_log (list, &batch->runs[i].log_id, "seq",
             lw_sync_link_get_seq (batch->runs[i].ops[batch->runs[i].n_ops - 1].link));
  json_object_object_add (json, "logs", list);
  return json;
}

/* All that were allowed go into one commit, which other requests share. */
static json_object *
apply_allowed (LwRoom *room, GPtrArray *all, GError **error)
{
  g_autoptr (GPtrArray) batches = g_ptr_array_new ();
  g_autoptr (GPtrArray) results = NULL;
  json_object *list;
  guint n = 0;

  for (guint i = 0; i < all->len; i++) {
    const Pushed *pushed = all->pdata[i];

    if (pushed->verdict == LW_SYNC_ALLOWED)
      g_ptr_array_add (batches, pushed->message->batch);
  }
  if (batches->len > 0 && !lw_store_apply (room->store, (const LwSyncBatch *const *)batches->pdata,
                                           batches->len, &results, error))
    return NULL;
  list = json_object_new_array ();
  for (guint i = 0; i < all->len; i++) {
    const Pushed *pushed = all->pdata[i];

    json_object_array_add (list, pushed->verdict == LW_SYNC_ALLOWED
                                     ? applied_to_json (pushed, results->pdata[n++])
                                     : refused_to_json (lw_sync_verdict_code (pushed->verdict),
                                                        lw_sync_verdict_message (pushed->verdict),
                                                        pushed->held));
  }
  return list;
}

static void
post_push (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_auto (LwSyncJudge) judge = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  json_object *json, *results = NULL;
  LwAuditEvent event;

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  all = read_push (call);
  if (all == NULL) {
    reply_unreadable (call);
    return;
  }
  if (lw_sync_judge_init (&judge, room, &facts, &error)) {
    for (guint i = 0; i < all->len && error == NULL; i++) {
      Pushed *pushed = all->pdata[i];

      if (pushed->verdict == LW_SYNC_ALLOWED)
        judge_batch (&judge, pushed, &error);
    }
  }
  if (error == NULL)
    results = apply_allowed (room, all, &error);
  if (results == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  event = event_of (&facts, "push");
  lw_audit_add_soon (room, &event);
  json = json_object_new_object ();
  json_object_object_add (json, "results", results);
  lw_http_call_reply_json (call, 200, json);
}

/* ---- erase ---- */

/* Whether the note was ever on a track of the caller's in this walk. */
static gboolean
is_own_note (LwRoom *room, const LwWalkFacts *facts, const LwId *note_id)
{
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwWalk) walk = NULL;
  LwId track_id;

  if (!lw_store_find_track_of_note (room->store, note_id, &track_id, NULL))
    return FALSE;
  track = lw_store_get_track (room->store, &track_id, NULL);
  if (track != NULL)
    walk = lw_store_get_walk_of_segment (room->store, &track->segment_id, NULL);
  return walk != NULL && lw_id_equal (&walk->id, &facts->walk->id) &&
         lw_id_equal (&track->person_id, &facts->person_id);
}

static gboolean
is_own_track (LwRoom *room, const LwWalkFacts *facts, const LwId *track_id)
{
  g_autoptr (LwTrack) track = lw_store_get_track (room->store, track_id, NULL);
  g_autoptr (LwWalk) walk = NULL;

  if (track != NULL)
    walk = lw_store_get_walk_of_segment (room->store, &track->segment_id, NULL);
  return walk != NULL && lw_id_equal (&walk->id, &facts->walk->id) &&
         lw_id_equal (&track->person_id, &facts->person_id);
}

typedef gboolean (*IsOwn) (LwRoom *room, const LwWalkFacts *facts, const LwId *id);
typedef gboolean (*Erase) (LwRoom *room, const LwId *id, LwErasure *erasure, GError **error);

/* What is not here, or not theirs, is passed over: the answer tells nothing of it. */
static gboolean
erase_each (
    LwRoom *room, const LwWalkFacts *facts, char **ids, IsOwn is_own, Erase erase, GError **error)
{
  LwErasure erasure = {.by = facts->person_id};

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    g_autoptr (GError) cause = NULL;
    LwId id;

    if (!lw_id_parse (ids[i], &id) || !is_own (room, facts, &id) ||
        !lw_walk_facts_allow (facts, LW_ACT_ERASE_NOTE, TRUE))
      continue;
    if (!erase (room, &id, &erasure, &cause) &&
        !g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  }
  return TRUE;
}

/* A store tells which notes and tracks were erased on its machine: the authority log that says so
 * stays there, as it may also tell of lessons that are nobody's business here. The room erases by
 * itself. */
static void
post_erase (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) notes = NULL;
  g_auto (GStrv) tracks = NULL;
  json_object *body = lw_http_call_json (call);

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  notes = lw_json_get_texts (body, "notes");
  tracks = lw_json_get_texts (body, "tracks");
  if ((notes == NULL && tracks == NULL) || (notes != NULL && g_strv_length (notes) > ERASE_MAX) ||
      (tracks != NULL && g_strv_length (tracks) > ERASE_MAX))
    reply_unreadable (call);
  else if (!erase_each (room, &facts, notes, is_own_note, lw_erase_note, &error) ||
           !erase_each (room, &facts, tracks, is_own_track, lw_erase_track, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

void
lw_room_add_sync (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks/:walk/sync", get_sync, 0, 0},
      {"POST", "/api/walks/:walk/sync/pull", post_pull, 0, PUSH_MAX_BYTES},
      {"POST", "/api/walks/:walk/sync/push", post_push, 0, PUSH_MAX_BYTES},
      {"POST", "/api/walks/:walk/sync/erase", post_erase, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
