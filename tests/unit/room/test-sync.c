/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Stores that talk with a room over its port: what comes in, what goes out, and what a dishonest
 * one gets.
 */

#include <string.h>

#include "sync-fixture.h"

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
position (SyncFixture *fixture)
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

static void
test_others_read_a_note_when_the_phase_opens (SyncFixture *fixture, gconstpointer data)
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
test_what_was_taken_back_is_not_given_away (SyncFixture *fixture, gconstpointer data)
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
test_one_refused_batch_spoils_no_other (SyncFixture *fixture, gconstpointer data)
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
test_a_forged_hash_is_refused_and_nothing_kept (SyncFixture *fixture, gconstpointer data)
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
test_a_note_cannot_take_the_place_of_something_else (SyncFixture *fixture, gconstpointer data)
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
test_words_that_are_not_open_go_through_as_links (SyncFixture *fixture, gconstpointer data)
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
test_own_notes_are_erased_and_nobody_elses (SyncFixture *fixture, gconstpointer data)
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
  SyncFixture *fixture;
  LwSyncBatch *batch;
  gboolean kept;
} Pusher;

static gpointer
push_in_thread (gpointer data)
{
  Pusher *pusher = data;
  SyncFixture own = *pusher->fixture;
  g_autoptr (SoupSession) http = soup_session_new ();
  g_autoptr (json_object) answer = NULL;

  own.http = http;
  answer = push (&own, &own.ada, pusher->batch);
  pusher->kept = g_strcmp0 (lw_json_get_text (result_of (answer, 0), "status"), "kept") == 0;
  return NULL;
}

/* The same from many sides at once: each is told that it is kept, and it is there once. */
static void
test_many_pushes_of_the_same_are_kept_once (SyncFixture *fixture, gconstpointer data)
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

#define ADD(name) \
  g_test_add ("/room/sync/" #name, SyncFixture, NULL, set_up, test_##name, tear_down)

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
