/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a request may do is decided by the walk as the last acknowledged change left it. */
#include <string.h>

#include "lw-json.h"
#include "lw-walk-facts.h"
#include "room-fixture.h"

#define TURNS 5

/* How many notes @token may read just now. */
static gsize
count_notes (RoomFixture *fixture, const char *token)
{
  g_autofree char *path = room_walk_path (fixture, "/notes");
  g_autoptr (json_object) json = NULL;
  json_object *notes;

  g_assert_cmpuint (room_request (fixture, token, "GET", path, NULL, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "notes", &notes));
  return json_object_array_length (notes);
}

/* The status of the only result of an answer with results; "none" without any. */
static char *
get_status (json_object *answer)
{
  json_object *results = NULL;

  json_object_object_get_ex (answer, "results", &results);
  if (!json_object_is_type (results, json_type_array))
    return g_strdup ("none");
  return g_strdup (lw_json_get_text (json_object_array_get_idx (results, 0), "status"));
}

static char *
make_reply (const char *track, const char *answered)
{
  LwId id = lw_id_new ();
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (&id, text);
  return g_strdup_printf (
      "{\"type\":\"changes\",\"request\":\"r\",\"changes\":[{\"op\":\"put\",\"note\":{\"id\":\"%"
      "s\","
      "\"track\":\"%s\",\"kind\":\"reply\",\"start\":0,\"text\":\"Say more\",\"reply_to\":\"%s\"}}"
      "]}",
      text, track, answered);
}

/* Answers by a request, or, with @socket, by that. */
static void
assert_reply (RoomFixture *fixture,
              RoomSocket *socket,
              const char *track,
              const char *answered,
              const char *status)
{
  g_autofree char *body = make_reply (track, answered);
  g_autofree char *path = room_walk_path (fixture, "/changes");
  g_autoptr (json_object) json = NULL;
  g_autofree char *got = NULL;

  if (socket != NULL) {
    guint at = socket->messages->len;

    soup_websocket_connection_send_text (socket->socket, body);
    at = room_socket_wait (socket, "kept", at);
    got = get_status (socket->messages->pdata[at]);
  } else {
    g_assert_cmpuint (room_request (fixture, fixture->walker, "POST", path, body, &json), ==, 200);
    got = get_status (json);
  }
  g_assert_cmpstr (got, ==, status);
}

static void
open_phase (RoomFixture *fixture, const char *phase)
{
  g_autofree char *path = room_walk_path (fixture, "/phase");
  g_autofree char *body = g_strdup_printf ("{\"phase\":\"%s\"}", phase);

  g_assert_cmpuint (room_request (fixture, fixture->facilitator, "POST", path, body, NULL), ==,
                    200);
}

/* What the walker answers to, and where. */
typedef struct {
  char *track, *note;
} Ground;

static void
ground_clear (Ground *ground)
{
  g_free (ground->track);
  g_free (ground->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ground, ground_clear)

static Ground
make_ground (RoomFixture *fixture)
{
  g_autofree char *others = room_track (fixture, fixture->other);

  return (Ground){room_track (fixture, fixture->walker),
                  room_pin (fixture, fixture->other, others, "Noor points at the line")};
}

static void
test_the_very_next_request_sees_a_phase (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Ground) ground = make_ground (fixture);

  for (guint i = 0; i < TURNS; i++) {
    open_phase (fixture, "debrief");
    assert_reply (fixture, NULL, ground.track, ground.note, "kept");
    g_assert_cmpuint (count_notes (fixture, fixture->walker), ==, i + 2);
    open_phase (fixture, "visit");
    g_assert_cmpuint (count_notes (fixture, fixture->walker), ==, i + 1);
    assert_reply (fixture, NULL, ground.track, ground.note, "refused");
  }
}

static void
test_the_very_next_live_change_sees_a_phase (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Ground) ground = make_ground (fixture);
  g_autoptr (RoomSocket) socket = room_connect (fixture, fixture->walker);

  for (guint i = 0; i < TURNS; i++) {
    open_phase (fixture, "debrief");
    assert_reply (fixture, socket, ground.track, ground.note, "kept");
    open_phase (fixture, "visit");
    assert_reply (fixture, socket, ground.track, ground.note, "refused");
  }
}

static void
set_roles (LwStore *store, RoomFixture *fixture, guint roles)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members =
      lw_store_list (store, LW_ENTITY_MEMBER, &fixture->walk_id, &error);

  for (guint i = 0; i < members->len; i++) {
    LwMember fields = *(const LwMember *)members->pdata[i];
    g_autoptr (LwMember) member = NULL;

    if (!lw_id_equal (&fields.person_id, &fixture->walker_id))
      continue;
    fields.roles = roles;
    member = lw_member_new (&fields, &error);
    lw_store_put_member (store, member, &error);
    g_assert_no_error (error);
  }
}

static void
test_the_very_next_request_sees_who_left (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *path = room_walk_path (fixture, "/notes");

  for (guint i = 0; i < TURNS; i++) {
    g_assert_cmpuint (room_request (fixture, fixture->walker, "GET", path, NULL, NULL), ==, 200);
    set_roles (fixture->room->store, fixture, 0);
    g_assert_cmpuint (room_request (fixture, fixture->walker, "GET", path, NULL, NULL), ==, 404);
    set_roles (fixture->room->store, fixture, 1u << LW_ROLE_WALKER);
  }
}

static void
test_facts_of_who_left_are_not_to_be_had (RoomFixture *fixture, gconstpointer data)
{
  LwCaller caller = {.person_id = fixture->walker_id};
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_walk_facts_load (&facts, fixture->room, &caller, &fixture->walk_id, &error));
  g_assert_cmpuint (facts.access.roles, ==, 1u << LW_ROLE_WALKER);
  set_roles (fixture->room->store, fixture, 0);
  /* What was read before stays as it was; what is read now is not. */
  g_assert_cmpstr (facts.walk->phase, ==, "visit");
  lw_walk_facts_clear (&facts);
  g_assert_false (lw_walk_facts_load (&facts, fixture->room, &caller, &fixture->walk_id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_a_track_is_found_until_it_is_erased (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = room_track (fixture, fixture->walker);
  LwTrackPlace place;
  LwId track;

  g_assert_true (lw_id_parse (text, &track));
  for (guint i = 0; i < 2; i++) {
    lw_walk_cache_find_track (fixture->room->walks, &track, &place, &error);
    g_assert_no_error (error);
    g_assert_true (lw_id_equal (&place.walk_id, &fixture->walk_id));
    g_assert_true (lw_id_equal (&place.person_id, &fixture->walker_id));
    g_assert_true (lw_id_equal (&place.segment_id, &fixture->segment_id));
  }
  lw_store_erase_track (fixture->room->store, &track, &error);
  g_assert_no_error (error);
  g_assert_false (lw_walk_cache_find_track (fixture->room->walks, &track, &place, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static gboolean
has_left (gpointer data)
{
  RoomFixture *fixture = data;
  g_autofree char *path = room_walk_path (fixture, "/notes");

  return room_request (fixture, fixture->walker, "GET", path, NULL, NULL) == 404;
}

static void
test_what_another_program_changed_is_seen (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "walks.db", NULL);
  g_autoptr (LwStore) other = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  g_assert_false (has_left (fixture));
  set_roles (other, fixture, 0);
  room_wait (has_left, fixture, "a change by another program");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/walk-cache/phase", test_the_very_next_request_sees_a_phase);
  ROOM_TEST ("/walk-cache/phase-live", test_the_very_next_live_change_sees_a_phase);
  ROOM_TEST ("/walk-cache/left", test_the_very_next_request_sees_who_left);
  ROOM_TEST ("/walk-cache/left-facts", test_facts_of_who_left_are_not_to_be_had);
  ROOM_TEST ("/walk-cache/track", test_a_track_is_found_until_it_is_erased);
  ROOM_TEST ("/walk-cache/elsewhere", test_what_another_program_changed_is_seen);
  return g_test_run ();
}
