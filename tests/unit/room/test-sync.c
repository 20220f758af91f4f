/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Stores that talk with a room over its port: what comes in, what goes out, and what a dishonest
 * one gets. The room runs in a thread of this program, on files of its own.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "lw-json.h"
#include "lw-protocol.h"
#include "lw-room.h"
#include "lw-sync.h"

typedef struct {
  LwId person;
  char *token;
  LwStore *store; /* on a machine of its own */
  LwTrack *track;
} Walker;

typedef struct {
  char *folder;
  LwRoom *room;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  gboolean ready;
  SoupSession *http;
  LwWalk *walk, *other_walk;
  LwSegment *segment, *other_segment;
  Walker ada, ben;
} Fixture;

/* ---- the room ---- */

static gpointer
serve (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "room", NULL);
  LwRoomConfig *config = lw_room_config_new (NULL, &error);

  g_main_context_push_thread_default (fixture->context);
  g_assert_no_error (error);
  lw_room_config_set (config, "data", folder, &error);
  lw_room_config_set (config, "listen", "127.0.0.1:0", &error);
  g_assert_no_error (error);
  fixture->room = lw_room_new (config, &error);
  g_assert_no_error (error);
  lw_room_start (fixture->room, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&fixture->ready, TRUE);
  g_main_loop_run (fixture->loop);
  lw_room_free (fixture->room);
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

#define PUT(kind, Type, ...)                                              \
  ({                                                                      \
    g_autoptr (GError) put_error = NULL;                                  \
    Type *put_value = lw_##kind##_new (&(Type){__VA_ARGS__}, &put_error); \
    g_assert_no_error (put_error);                                        \
    lw_store_put_##kind (fixture->room->store, put_value, &put_error);    \
    g_assert_no_error (put_error);                                        \
    put_value;                                                            \
  })

static LwSegment *
put_lesson (Fixture *fixture, const LwWalk *walk, const char *title)
{
  g_autoptr (LwVisit) visit = PUT (visit, LwVisit, .walk_id = walk->id, .order = 1);
  LwSegment *segment = PUT (segment, LwSegment, .visit_id = visit->id, .title = title,
                            .media = {.bytes = {1}}, .duration = 60 * LW_SECOND);

  return segment;
}

static void
set_phase (Fixture *fixture, const char *phase)
{
  LwWalk fields = *fixture->walk;

  fields.phase = phase;
  lw_walk_unref (PUT (walk, LwWalk, .id = fields.id, .title = fields.title,
                      .protocol = fields.protocol, .focus = "Evidence", .inquiry = "How?",
                      .phase = phase));
}

static void
add_walker (Fixture *fixture, Walker *walker, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = PUT (person, LwPerson, .name = name);
  g_autoptr (LwMember) member G_GNUC_UNUSED =
      PUT (member, LwMember, .walk_id = fixture->walk->id, .person_id = person->id,
           .roles = 1u << LW_ROLE_WALKER);
  LwAccount account = {.person_id = person->id, .name = (char *)name};
  g_autofree char *path = g_strdup_printf ("%s/%s.db", fixture->folder, name);

  walker->person = person->id;
  lw_accounts_add (fixture->room->accounts, &account, &error);
  g_assert_no_error (error);
  walker->token = lw_accounts_begin_session (fixture->room->accounts, &person->id, 3600, &error);
  g_assert_no_error (error);
  walker->store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("room-sync-XXXXXX", NULL);
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  fixture->thread = g_thread_new ("room", serve, fixture);
  while (!g_atomic_int_get (&fixture->ready))
    g_usleep (1000);
  fixture->http = soup_session_new ();
  fixture->walk = PUT (walk, LwWalk, .title = "Pressing for evidence",
                       .protocol = LW_PROTOCOL_DEFAULT, .phase = "visit");
  fixture->other_walk = PUT (walk, LwWalk, .title = "Somebody else's walk",
                             .protocol = LW_PROTOCOL_DEFAULT, .phase = "visit");
  fixture->segment = put_lesson (fixture, fixture->walk, "Fractions");
  fixture->other_segment = put_lesson (fixture, fixture->other_walk, "A secret lesson");
  add_walker (fixture, &fixture->ada, "Ada");
  add_walker (fixture, &fixture->ben, "Ben");
}

static void
walker_clear (Walker *walker)
{
  g_free (walker->token);
  g_clear_object (&walker->store);
  g_clear_pointer (&walker->track, lw_track_unref);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_folder (child);
    g_remove (child);
  }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_main_loop_quit (fixture->loop);
  g_thread_join (fixture->thread);
  g_main_loop_unref (fixture->loop);
  g_main_context_unref (fixture->context);
  g_object_unref (fixture->http);
  walker_clear (&fixture->ada);
  walker_clear (&fixture->ben);
  lw_walk_unref (fixture->walk);
  lw_walk_unref (fixture->other_walk);
  lw_segment_unref (fixture->segment);
  lw_segment_unref (fixture->other_segment);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* ---- requests ---- */

static GBytes *
ask (Fixture *fixture,
     const Walker *walker,
     const char *method,
     const char *path,
     GByteArray *body,
     guint *ret_status)
{
  g_autofree char *uri = g_strdup_printf ("http://%s%s", fixture->room->address, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autofree char *bearer = g_strconcat ("Bearer ", walker->token, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *answer;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body->data, body->len);

    soup_message_set_request_body_from_bytes (message, "application/x-ndjson", bytes);
  }
  answer = soup_session_send_and_read (fixture->http, message, NULL, &error);
  g_assert_no_error (error);
  *ret_status = soup_message_get_status (message);
  return answer;
}

static char *
walk_path (Fixture *fixture, const char *rest)
{
  char id[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (&fixture->walk->id, id);
  return g_strconcat ("/api/walks/", id, rest, NULL);
}

static void
add_line (GByteArray *lines, GBytes *bytes)
{
  g_byte_array_append (lines, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_byte_array_append (lines, (const guint8 *)"\n", 1);
  g_bytes_unref (bytes);
}

/* Takes what the room gives now, with what was wanted. */
static void
pull (Fixture *fixture, Walker *walker)
{
  g_autofree char *path = walk_path (fixture, "/sync/pull");
  LwSyncScope scope = {.walk_id = &fixture->walk->id};
  g_autoptr (LwSyncVector) vector = lw_store_get_vector (walker->store, &scope, NULL);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint status;

  g_assert_true (lw_store_list_wanted (walker->store, NULL, 50000, &wanted, NULL));
  add_line (body, lw_sync_vector_write (vector));
  add_line (body, lw_sync_wanted_write (wanted));
  answer = ask (fixture, walker, "POST", path, body, &status);
  g_assert_cmpuint (status, ==, 200);
  lines = g_strsplit (g_bytes_get_data (answer, NULL), "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] == '{'; i++) {
    g_autoptr (LwSyncMessage) message = lw_sync_message_read (lines[i], strlen (lines[i]), &error);
    g_autoptr (GPtrArray) results = NULL;
    const LwSyncBatch *batch;

    g_assert_no_error (error);
    batch = message->batch;
    lw_store_apply (walker->store, &batch, 1, &results, &error);
    g_assert_no_error (error);
    g_assert_no_error (((LwSyncResult *)results->pdata[0])->error);
  }
}

/* Makes the walker's track, here and in the room. */
static void
begin_track (Fixture *fixture, Walker *walker)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree char *path = NULL;
  g_autofree char *json = NULL;
  char segment[LW_ID_TEXT_LENGTH + 1], track[LW_ID_TEXT_LENGTH + 1];
  guint status;

  pull (fixture, walker);
  walker->track =
      lw_store_ensure_track (walker->store, &fixture->segment->id, &walker->person, &error);
  g_assert_no_error (error);
  lw_id_format (&fixture->segment->id, segment);
  lw_id_format (&walker->track->id, track);
  path = g_strconcat ("/api/segments/", segment, "/track", NULL);
  json = g_strdup_printf ("{\"id\":\"%s\"}", track);
  g_byte_array_append (body, (const guint8 *)json, (guint)strlen (json));
  g_bytes_unref (ask (fixture, walker, "POST", path, body, &status));
  g_assert_cmpuint (status, ==, 200);
}

static LwNote *
pin (Walker *walker, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_note_new (
      &(LwNote){.track_id = walker->track->id, .text = text, .start = LW_SECOND, .end = LW_SECOND},
      &error);
  LwNote *kept = NULL;

  g_assert_no_error (error);
  lw_store_add_note (walker->store, note, &kept, &error);
  g_assert_no_error (error);
  return kept;
}

/* All that the walker's machine has of @logs, as one batch. */
static LwSyncBatch *
own_ops (const Walker *walker, LwSyncLogs logs)
{
  g_autoptr (GError) error = NULL;
  LwId device;
  LwSyncScope scope = {.device_id = &device, .logs = logs};
  g_autoptr (LwSyncReader) reader = NULL;
  LwSyncBatch *batch = NULL;

  lw_store_get_device (walker->store, &device, &error);
  reader = lw_store_read_since (walker->store, NULL, &scope, NULL, NULL, &error);
  g_assert_no_error (error);
  lw_sync_reader_next (reader, 1024 * 1024, &batch, &error);
  g_assert_no_error (error);
  g_assert_nonnull (batch);
  return batch;
}

static json_object *
push_lines (Fixture *fixture, const Walker *walker, GByteArray *lines)
{
  g_autofree char *path = walk_path (fixture, "/sync/push");
  g_autoptr (GBytes) answer = NULL;
  guint status;
  g_autofree char *text = NULL;
  json_object *json;

  answer = ask (fixture, walker, "POST", path, lines, &status);
  g_assert_cmpuint (status, ==, 200);
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  json = json_tokener_parse (text);
  g_assert_nonnull (json);
  return json;
}

static json_object *
push (Fixture *fixture, const Walker *walker, const LwSyncBatch *batch)
{
  g_autoptr (GByteArray) lines = g_byte_array_new ();

  add_line (lines, lw_sync_batch_write (batch));
  return push_lines (fixture, walker, lines);
}

static json_object *
result_of (json_object *answer, guint n)
{
  json_object *results;

  g_assert_true (json_object_object_get_ex (answer, "results", &results));
  return json_object_array_get_idx (results, n);
}

static void
assert_result (json_object *answer, guint n, const char *status, const char *code)
{
  json_object *result = result_of (answer, n);

  g_assert_cmpstr (lw_json_get_text (result, "status"), ==, status);
  g_assert_cmpstr (lw_json_get_text (result, "code"), ==, code);
  if (code != NULL)
    g_assert_cmpuint (strlen (lw_json_get_text (result, "message")), >, 20);
}

static guint64
position (Fixture *fixture)
{
  guint64 position = 0;

  g_assert_true (lw_store_get_position (fixture->room->store, &position, NULL));
  return position;
}

static char *
text_at (LwStore *store, const LwId *note_id)
{
  g_autoptr (LwNote) note = lw_store_get_note (store, note_id, NULL);

  return note != NULL ? g_strdup (note->text) : NULL;
}

#define assert_text(store, id, expected)          \
  do {                                            \
    g_autofree char *found = text_at (store, id); \
    g_assert_cmpstr (found, ==, expected);        \
  } while (0)

/* ---- claims ---- */

static void
test_others_read_a_note_when_the_phase_opens (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  g_autoptr (LwNote) note = pin (&fixture->ada, "Three students point at the graph");
  g_autoptr (LwSyncBatch) batch = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (json_object) answer = push (fixture, &fixture->ada, batch);

  assert_result (answer, 0, "kept", NULL);
  assert_text (fixture->room->store, &note->id, note->text);
  pull (fixture, &fixture->ben);
  assert_text (fixture->ben.store, &note->id, NULL);
  set_phase (fixture, "debrief");
  pull (fixture, &fixture->ben);
  assert_text (fixture->ben.store, &note->id, note->text);
}

static void
test_what_was_taken_back_is_not_given_away (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  g_autoptr (LwNote) first = pin (&fixture->ada, "The teacher was rude");
  g_autoptr (LwNote) gone = pin (&fixture->ada, "Never mind");
  g_autoptr (GError) error = NULL;
  LwNote fields = *first;

  fields.text = "The teacher asked again";
  fields.edited_utc_us++;
  g_autoptr (LwNote) edited = lw_note_new (&fields, NULL);
  g_assert_true (lw_store_edit_note (fixture->ada.store, edited, NULL, &error));
  g_assert_true (lw_store_delete_note (fixture->ada.store, &gone->id, &error));
  g_autoptr (LwSyncBatch) batch = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (json_object) answer = push (fixture, &fixture->ada, batch);
  set_phase (fixture, "debrief");

  assert_result (answer, 0, "kept", NULL);
  pull (fixture, &fixture->ben);
  assert_text (fixture->ben.store, &first->id, "The teacher asked again");
  assert_text (fixture->ben.store, &gone->id, NULL);
  g_autofree char *path = g_strconcat (lw_store_get_path (fixture->ben.store), "-wal", NULL);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_null (memmem (bytes, length, "was rude", 8));
  g_assert_null (memmem (bytes, length, "Never mind", 10));
  g_assert_null (memmem (bytes, length, "A secret lesson", 15));
  g_assert_nonnull (memmem (bytes, length, "asked again", 11));
}

/* Two batches in one request: one is refused, and the other none the worse for it. */
static void
test_one_refused_batch_spoils_no_other (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  begin_track (fixture, &fixture->ben);
  g_autoptr (LwNote) own = pin (&fixture->ada, "Mine");
  g_autoptr (LwNote) other = pin (&fixture->ben, "Not mine");
  g_autoptr (LwSyncBatch) good = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (LwSyncBatch) foreign = own_ops (&fixture->ben, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (LwSyncBatch) structure = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_AUTHORITY);
  g_autoptr (GByteArray) lines = g_byte_array_new ();

  add_line (lines, lw_sync_batch_write (foreign));
  add_line (lines, lw_sync_batch_write (structure));
  add_line (lines, g_bytes_new_static ("{\"lessonwalk\":", 14));
  add_line (lines, lw_sync_batch_write (good));
  g_autoptr (json_object) answer = push_lines (fixture, &fixture->ada, lines);

  assert_result (answer, 0, "refused", "not-yours");
  assert_result (answer, 1, "refused", "structure");
  assert_result (answer, 2, "refused", "unreadable");
  assert_result (answer, 3, "kept", NULL);
  assert_text (fixture->room->store, &own->id, "Mine");
  assert_text (fixture->room->store, &other->id, NULL);
}

static void
test_a_forged_hash_is_refused_and_nothing_kept (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  g_autoptr (LwNote) note = pin (&fixture->ada, "Real");
  g_autoptr (LwSyncBatch) batch = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  guint64 before = position (fixture);

  for (guint at = 0; at < LW_SYNC_LINK_LENGTH; at += 7) {
    g_autoptr (LwSyncBatchBuilder) builder = lw_sync_batch_builder_new ();
    LwSyncOp op = batch->runs[0].ops[0];
    g_autoptr (LwSyncBatch) forged = NULL;

    op.link[at] ^= 0x20;
    lw_sync_batch_builder_add_run (builder, &batch->runs[0]);
    lw_sync_batch_builder_add_op (builder, &op);
    forged = lw_sync_batch_builder_end (g_steal_pointer (&builder));
    g_autoptr (json_object) answer = push (fixture, &fixture->ada, forged);
    g_assert_cmpstr (lw_json_get_text (result_of (answer, 0), "status"), !=, "kept");
  }
  g_assert_cmpuint (position (fixture), ==, before);
}

/* A note whose id is the walk's, or another person's note's: they stay what they are. */
static void
test_a_note_cannot_take_the_place_of_something_else (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  begin_track (fixture, &fixture->ben);
  g_autoptr (LwNote) note = pin (&fixture->ben, "Ben's own");
  g_autoptr (LwSyncBatch) bens = own_ops (&fixture->ben, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (json_object) kept = push (fixture, &fixture->ben, bens);
  const LwId targets[] = {fixture->walk->id, fixture->ben.person, note->id};

  assert_result (kept, 0, "kept", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++) {
    g_autofree char *path = g_strdup_printf ("%s/liar-%u.db", fixture->folder, i);
    g_autoptr (GError) error = NULL;
    Walker liar = {.person = fixture->ada.person, .token = fixture->ada.token};

    liar.store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
    g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.id = liar.person, .name = "A"}, NULL);
    g_autoptr (LwSegment) segment = lw_segment_new (&(LwSegment){.id = fixture->segment->id,
                                                                 .title = "x",
                                                                 .media = {.bytes = {2}},
                                                                 .duration = LW_SECOND},
                                                    NULL);
    g_assert_true (lw_store_put_person (liar.store, person, &error));
    g_assert_true (lw_store_put_segment (liar.store, segment, &error));
    g_assert_true (lw_store_put_track (liar.store, fixture->ada.track, &error));
    g_autoptr (LwNote) lie = lw_note_new (
        &(LwNote){.id = targets[i], .track_id = fixture->ada.track->id, .text = "lie"}, &error);
    g_assert_true (lw_store_add_note (liar.store, lie, NULL, &error));
    g_assert_true (lw_store_delete_note (liar.store, &lie->id, &error));
    g_autoptr (LwSyncBatch) batch = own_ops (&liar, LW_SYNC_LOGS_OF_TRACKS);
    g_autoptr (json_object) answer = push (fixture, &liar, batch);
    assert_result (answer, 0, "refused", "not-yours");
    g_object_unref (liar.store);
  }
  assert_text (fixture->room->store, &note->id, "Ben's own");
  g_autoptr (LwWalk) walk = lw_store_get_walk (fixture->room->store, &fixture->walk->id, NULL);
  g_assert_nonnull (walk);
}

/* Written offline in the visit, sent when only the debrief of others is open. */
static void
test_words_that_are_not_open_go_through_as_links (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  g_autoptr (LwNote) early = pin (&fixture->ada, "Written in the visit");
  g_autoptr (LwSyncBatch) batch = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (LwSyncBatchBuilder) builder = lw_sync_batch_builder_new ();
  LwSyncOp link = batch->runs[0].ops[0];
  guint64 before = position (fixture);

  set_phase (fixture, "feedback");
  before = position (fixture);
  g_autoptr (json_object) refused = push (fixture, &fixture->ada, batch);
  assert_result (refused, 0, "refused", "not-now");
  g_assert_cmpuint (position (fixture), ==, before);

  link.state = LW_SYNC_BODY_WITHHELD;
  link.sealed = NULL;
  lw_sync_batch_builder_add_run (builder, &batch->runs[0]);
  lw_sync_batch_builder_add_op (builder, &link);
  g_autoptr (LwSyncBatch) links = lw_sync_batch_builder_end (g_steal_pointer (&builder));
  g_autoptr (json_object) kept = push (fixture, &fixture->ada, links);
  assert_result (kept, 0, "kept", NULL);
  assert_text (fixture->room->store, &early->id, NULL);

  /* The room wants it, but takes it only when the phase does. */
  LwId device;
  char text[LW_ID_TEXT_LENGTH + 1];
  guint status;
  g_assert_true (lw_store_get_device (fixture->ada.store, &device, NULL));
  lw_id_format (&device, text);
  g_autofree char *rest = g_strconcat ("/sync?device=", text, NULL);
  g_autofree char *path = walk_path (fixture, rest);
  g_autoptr (GBytes) wanted = ask (fixture, &fixture->ada, "GET", path, NULL, &status);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (wanted, NULL),
                                  (gssize)g_bytes_get_size (wanted), "\"first\":1,\"last\":1"));
  g_autoptr (json_object) again = push (fixture, &fixture->ada, batch);
  assert_result (again, 0, "refused", "not-now");
  set_phase (fixture, "debrief");
  g_autoptr (json_object) given = push (fixture, &fixture->ada, batch);
  assert_result (given, 0, "kept", NULL);
  assert_text (fixture->room->store, &early->id, "Written in the visit");
}

static void
test_own_notes_are_erased_and_nobody_elses (Fixture *fixture, gconstpointer data)
{
  begin_track (fixture, &fixture->ada);
  begin_track (fixture, &fixture->ben);
  g_autoptr (LwNote) mine = pin (&fixture->ada, "Erase me");
  g_autoptr (LwNote) other = pin (&fixture->ben, "Leave me");
  g_autoptr (LwSyncBatch) adas = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (LwSyncBatch) bens = own_ops (&fixture->ben, LW_SYNC_LOGS_OF_TRACKS);
  g_autoptr (json_object) first = push (fixture, &fixture->ada, adas);
  g_autoptr (json_object) second = push (fixture, &fixture->ben, bens);
  char ids[2][LW_ID_TEXT_LENGTH + 1];
  guint status;

  assert_result (first, 0, "kept", NULL);
  assert_result (second, 0, "kept", NULL);
  lw_id_format (&mine->id, ids[0]);
  lw_id_format (&other->id, ids[1]);
  g_autofree char *json = g_strdup_printf ("{\"notes\":[\"%s\",\"%s\"]}", ids[0], ids[1]);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_byte_array_append (body, (const guint8 *)json, (guint)strlen (json));
  g_autofree char *path = walk_path (fixture, "/sync/erase");
  for (guint twice = 0; twice < 2; twice++) {
    g_bytes_unref (ask (fixture, &fixture->ada, "POST", path, body, &status));
    g_assert_cmpuint (status, ==, 204);
  }
  assert_text (fixture->room->store, &mine->id, NULL);
  assert_text (fixture->room->store, &other->id, "Leave me");
  /* The same once more does not bring it back. */
  g_autoptr (json_object) third = push (fixture, &fixture->ada, adas);
  assert_text (fixture->room->store, &mine->id, NULL);
}

typedef struct {
  Fixture *fixture;
  LwSyncBatch *batch;
  gboolean kept;
} Pusher;

static gpointer
push_in_thread (gpointer data)
{
  Pusher *pusher = data;
  Fixture own = *pusher->fixture;
  g_autoptr (SoupSession) http = soup_session_new ();
  g_autoptr (json_object) answer = NULL;

  own.http = http;
  answer = push (&own, &own.ada, pusher->batch);
  pusher->kept = g_strcmp0 (lw_json_get_text (result_of (answer, 0), "status"), "kept") == 0;
  return NULL;
}

/* The same from many sides at once: each is told that it is kept, and it is there once. */
static void
test_many_pushes_of_the_same_are_kept_once (Fixture *fixture, gconstpointer data)
{
  Pusher pushers[12];
  GThread *threads[G_N_ELEMENTS (pushers)];
  guint64 count;

  begin_track (fixture, &fixture->ada);
  g_autoptr (LwNote) note = pin (&fixture->ada, "Once");
  g_autoptr (LwSyncBatch) batch = own_ops (&fixture->ada, LW_SYNC_LOGS_OF_TRACKS);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    pushers[i] = (Pusher){fixture, batch, FALSE};
    threads[i] = g_thread_new ("push", push_in_thread, &pushers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    g_thread_join (threads[i]);
    g_assert_true (pushers[i].kept);
  }
  g_assert_true (lw_store_count (fixture->room->store, &(LwNoteQuery){0}, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
}

#define ADD(name) g_test_add ("/room/sync/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (others_read_a_note_when_the_phase_opens);
  ADD (what_was_taken_back_is_not_given_away);
  ADD (one_refused_batch_spoils_no_other);
  ADD (a_forged_hash_is_refused_and_nothing_kept);
  ADD (a_note_cannot_take_the_place_of_something_else);
  ADD (words_that_are_not_open_go_through_as_links);
  ADD (own_notes_are_erased_and_nobody_elses);
  ADD (many_pushes_of_the_same_are_kept_once);
  return g_test_run ();
}
