/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A room whose disk is full, or has become read-only: everything that would be kept is refused in
 * words, what was acknowledged before can be read all the while, and the room goes on by itself
 * when the disk does.
 */

#include <string.h>

#include "fault-vfs.h"
#include "lw-audit.h"
#include "lw-json.h"
#include "room-fixture.h"

typedef struct {
  FaultKind kind;
  const char *words; /* in what people are told */
  guint status;
  const char *code;
} Disk;

/* ---- the log's rows that come a moment later ---- */

static gboolean
count_pinned (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_db_get_number (db, "SELECT count(*) FROM audit WHERE action = 'pinned'", data, error);
}

static gboolean
one_is_pinned (gpointer data)
{
  RoomFixture *fixture = data;
  gint64 rows = 0;

  lw_ledger_read (fixture->room->ledger, count_pinned, &rows, NULL);
  return rows == 1;
}

/* ---- what people do ---- */

typedef struct {
  char *status;
  char *message;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->status);
  g_free (answer->message);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static Answer
put_note (
    RoomFixture *fixture, const char *token, const char *track, const char *id, const char *text)
{
  g_autofree char *path = room_walk_path (fixture, "/changes");
  g_autofree char *body =
      g_strdup_printf ("{\"changes\":[{\"op\":\"put\",\"note\":{\"id\":\"%s\",\"track\":\"%s\","
                       "\"kind\":\"noticing\",\"start\":1000000000,\"text\":\"%s\"}}]}",
                       id, track, text);
  g_autoptr (json_object) json = NULL;
  json_object *results, *first;

  g_assert_cmpuint (room_request (fixture, token, "POST", path, body, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "results", &results));
  first = json_object_array_get_idx (results, 0);
  return (Answer){g_strdup (lw_json_get_text (first, "status")),
                  g_strdup (lw_json_get_text (first, "message"))};
}

/* Refused as a whole, with a sentence; @body: of a change that the ledger or the store would keep.
 */
static void
assert_refused (
    RoomFixture *fixture, const Disk *disk, const char *method, const char *below, const char *body)
{
  g_autofree char *path = room_walk_path (fixture, below);
  g_autoptr (json_object) json = NULL;
  json_object *trouble;

  g_assert_cmpuint (room_request (fixture, fixture->facilitator, method, path, body, &json), ==,
                    disk->status);
  g_assert_true (json_object_object_get_ex (json, "error", &trouble));
  g_assert_cmpstr (lw_json_get_text (trouble, "code"), ==, disk->code);
  g_assert_nonnull (strstr (lw_json_get_text (trouble, "message"), disk->words));
}

/* How often each of these texts stands among the walker's own notes. */
static guint
count_text (RoomFixture *fixture, const char *text)
{
  g_autofree char *path = room_walk_path (fixture, "/notes");
  g_autoptr (json_object) json = NULL;
  json_object *notes;
  guint count = 0;

  g_assert_cmpuint (room_request (fixture, fixture->walker, "GET", path, NULL, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "notes", &notes));
  for (gsize i = 0; i < json_object_array_length (notes); i++) {
    if (g_strcmp0 (lw_json_get_text (json_object_array_get_idx (notes, i), "text"), text) == 0)
      count++;
  }
  return count;
}

static void
assert_sound (RoomFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;
  LwAuditState state;

  g_assert_true (lw_store_verify (fixture->room->store, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (findings[0], ==, NULL);
  g_assert_true (lw_audit_verify (fixture->room->ledger, &state, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state.broken_at, ==, 0);
}

/* ---- the claim ---- */

static void
refuse_and_go_on (RoomFixture *fixture, const Disk *disk)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autofree char *before = room_pin (fixture, fixture->walker, track, "Before");
  LwId id = lw_id_new ();
  g_autofree char *during = lw_id_to_string (&id);
  g_autofree char *after = NULL;
  g_auto (Answer) kept = {0};

  room_wait (one_is_pinned, fixture, "the log's row of a pin");
  fault_vfs_arm (1, disk->kind, TRUE);
  for (guint i = 0; i < 3; i++) {
    g_auto (Answer) answer = put_note (fixture, fixture->walker, track, during, "During");

    g_assert_cmpstr (answer.status, ==, "later");
    g_assert_nonnull (strstr (answer.message, disk->words));
    g_assert_cmpuint (count_text (fixture, "Before"), ==, 1);
    g_assert_cmpuint (count_text (fixture, "During"), ==, 0);
  }
  assert_refused (fixture, disk, "POST", "/invitations", "{\"roles\":[\"walker\"]}");
  assert_refused (fixture, disk, "PATCH", "", "{\"inquiry\":\"What else?\"}");
  g_assert_true (fault_vfs_struck ());
  fault_vfs_disarm ();

  /* The panel sends it again, by the same id. */
  kept = put_note (fixture, fixture->walker, track, during, "During");
  g_assert_cmpstr (kept.status, ==, "kept");
  after = room_pin (fixture, fixture->walker, track, "After");
  g_assert_cmpuint (count_text (fixture, "Before"), ==, 1);
  g_assert_cmpuint (count_text (fixture, "During"), ==, 1);
  g_assert_cmpuint (count_text (fixture, "After"), ==, 1);
  assert_sound (fixture);
}

static void
test_a_full_disk (RoomFixture *fixture, gconstpointer data)
{
  refuse_and_go_on (fixture, &(Disk){FAULT_FULL, "disk is full", 507, "disk-full"});
}

static void
test_a_read_only_disk (RoomFixture *fixture, gconstpointer data)
{
  refuse_and_go_on (fixture, &(Disk){FAULT_READ_ONLY, "read-only", 503, "read-only"});
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  ROOM_TEST ("/room-disk/full", test_a_full_disk);
  ROOM_TEST ("/room-disk/read-only", test_a_read_only_disk);
  return g_test_run ();
}
