/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes out to those who have a walk open, over real sockets. */
#include <string.h>

#include "lw-json.h"
#include "room-fixture.h"

/* A message that goes to everybody in the walk: once it is there, so is all that came before. */
static void
wait_for_round (RoomFixture *fixture, RoomSocket *socket)
{
  guint from = socket->messages->len;
  static guint round;
  g_autofree char *title = g_strdup_printf ("{\"title\":\"Fall %u\"}", ++round);
  g_autofree char *path = room_walk_path (fixture, "");

  g_assert_cmpuint (room_request (fixture, fixture->facilitator, "PATCH", path, title, NULL), ==,
                    200);
  room_socket_wait (socket, "walk", from);
}

static void
test_during_a_visit_a_note_goes_to_its_writer_alone (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autoptr (RoomSocket) walker = room_connect (fixture, fixture->walker);
  g_autoptr (RoomSocket) other = room_connect (fixture, fixture->other);
  g_autoptr (RoomSocket) host = room_connect (fixture, fixture->host);
  g_autofree char *id = room_pin (fixture, fixture->walker, track, "Noor points at the line");

  room_socket_wait_text (walker, "Noor points");
  wait_for_round (fixture, other);
  wait_for_round (fixture, host);
  g_assert_false (room_socket_heard (other, "Noor points"));
  g_assert_false (room_socket_heard (other, id));
  g_assert_false (room_socket_heard (host, "Noor points"));
}

static void
test_the_debrief_opens_notes_to_those_who_are_here (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autofree char *path = room_walk_path (fixture, "/phase");
  g_autoptr (RoomSocket) other = room_connect (fixture, fixture->other);
  g_autofree char *id = NULL;

  g_assert_cmpuint (
      room_request (fixture, fixture->walker, "POST", path, "{\"phase\":\"debrief\"}", NULL), ==,
      403);
  g_assert_cmpuint (
      room_request (fixture, fixture->facilitator, "POST", path, "{\"phase\":\"debrief\"}", NULL),
      ==, 200);
  /* The first tells of the walk may still be those of the tracks; the second cannot. */
  wait_for_round (fixture, other);
  wait_for_round (fixture, other);
  id = room_pin (fixture, fixture->walker, track, "Mateo answers Noor");
  room_socket_wait_text (other, "Mateo answers");
}

static void
test_who_leaves_the_walk_hears_no_more (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RoomSocket) other = room_connect (fixture, fixture->other);
  g_autoptr (GPtrArray) members =
      lw_store_list (fixture->room->store, LW_ENTITY_MEMBER, &fixture->walk_id, &error);

  for (guint i = 0; i < members->len; i++) {
    LwMember fields = *(const LwMember *)members->pdata[i];
    g_autoptr (LwMember) gone = NULL;

    if (!lw_id_equal (&fields.person_id, &fixture->other_id))
      continue;
    fields.roles = 0;
    gone = lw_member_new (&fields, &error);
    lw_store_put_member (fixture->room->store, gone, &error);
    g_assert_no_error (error);
  }
  room_socket_wait (other, "bye", 0);
  room_socket_wait_closed (other);
}

static void
test_who_signs_out_is_let_go (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (RoomSocket) other = room_connect (fixture, fixture->other);

  g_assert_cmpuint (room_request (fixture, fixture->other, "POST", "/api/sign-out", "{}", NULL), ==,
                    204);
  lw_live_check_sessions (fixture->room->live);
  room_socket_wait_closed (other);
}

static void
test_a_ticket_opens_once (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *path = room_walk_path (fixture, "/ticket");
  g_autofree char *ticket =
      room_fetch_text (fixture, fixture->walker, "POST", path, "{}", "ticket");
  g_autofree char *query = g_strconcat ("ticket=", ticket, NULL);
  g_autoptr (RoomSocket) first = room_connect_with (fixture, query, NULL);
  g_autoptr (RoomSocket) again = NULL;
  g_autoptr (RoomSocket) forged = NULL;

  room_socket_wait (first, "hello", 0);
  again = room_connect_with (fixture, query, NULL);
  room_socket_wait_closed (again);
  forged = room_connect_with (fixture, "ticket=AAAAAAAAAAAAAAAAAAAAAA", NULL);
  room_socket_wait_closed (forged);
  g_assert_cmpuint (again->messages->len + forged->messages->len, ==, 0);
}

static void
test_a_foreign_page_gets_no_socket (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *path = room_walk_path (fixture, "/ticket");
  g_autofree char *ticket =
      room_fetch_text (fixture, fixture->walker, "POST", path, "{}", "ticket");
  g_autofree char *query = g_strconcat ("ticket=", ticket, NULL);
  g_autoptr (RoomSocket) foreign = room_connect_with (fixture, query, "https://elsewhere.example");

  room_socket_wait_closed (foreign);
  g_assert_cmpuint (foreign->messages->len, ==, 0);
}

static guint
count_numbered (RoomSocket *socket)
{
  guint numbered = 0;

  for (guint i = 0; i < socket->messages->len; i++) {
    gint64 seq;

    numbered += lw_json_get_int (socket->messages->pdata[i], "seq", &seq) && seq > 0;
  }
  return numbered;
}

typedef struct {
  RoomSocket *socket;
  guint wanted;
} Window;

static gboolean
has_a_window (gpointer data)
{
  const Window *window = data;

  g_assert_cmpuint (count_numbered (window->socket), <=, window->wanted);
  return count_numbered (window->socket) == window->wanted;
}

/* What is under way when a reader stalls: a window, whatever happens in the room. */
static void
test_a_stalled_reader_costs_a_window (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autoptr (RoomSocket) walker = room_connect (fixture, fixture->walker);
  g_autoptr (RoomSocket) attentive = room_connect (fixture, fixture->walker);
  g_autofree char *ack = NULL;
  g_autofree char *last = NULL;
  LwLiveCounts counts = {0};
  guint answered;

  walker->answers = FALSE;
  answered = count_numbered (walker);
  /* News that come close together go out as one message: how many notes it takes, varies. */
  for (guint i = 0; i < 2000 && counts.stalled == 0; i++) {
    g_autofree char *id = room_pin (fixture, fixture->walker, track, "one of many");

    lw_live_get_counts (fixture->room->live, &counts);
  }
  g_assert_cmpuint (counts.stalled, ==, 1);
  last = room_pin (fixture, fixture->walker, track, "the last of many");
  room_socket_wait_text (attentive, "the last of many");
  room_wait (has_a_window, &(Window){walker, answered + 64}, "a window of messages");
  g_assert_false (room_socket_heard (walker, "the last of many"));
  /* It comes back, and is told to fetch everything anew. */
  ack = g_strdup_printf ("{\"type\":\"ack\",\"seq\":%u}", answered + 64);
  soup_websocket_connection_send_text (walker->socket, ack);
  room_socket_wait (walker, "walk", walker->messages->len);
}

static void
test_changes_by_socket_are_kept_once (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autoptr (RoomSocket) walker = room_connect (fixture, fixture->walker);
  g_autofree char *change = g_strdup_printf (
      "{\"type\":\"changes\",\"request\":\"r1\",\"changes\":[{\"op\":\"put\",\"note\":{\"id\":"
      "\"01a202b2-d38e-7709-99eb-f4477cc1a9f8\",\"track\":\"%s\",\"kind\":\"wondering\","
      "\"start\":5,\"text\":\"Who else could show it?\"}}]}",
      track);
  g_autofree char *path = room_walk_path (fixture, "/notes");
  g_autoptr (json_object) json = NULL;
  json_object *notes;
  guint first;

  soup_websocket_connection_send_text (walker->socket, change);
  first = room_socket_wait (walker, "kept", 0);
  soup_websocket_connection_send_text (walker->socket, change);
  room_socket_wait (walker, "kept", first + 1);
  g_assert_cmpuint (room_request (fixture, fixture->walker, "GET", path, NULL, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "notes", &notes));
  g_assert_cmpuint (json_object_array_length (notes), ==, 1);
}

static void
test_what_is_no_message_ends_the_socket (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (2 * 1024 * 1024, ' ');
  const char *const bad[] = {"", "[]", "{\"type\":7}", "{\"type\":\"ack\"", deep, large};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (RoomSocket) socket = room_connect (fixture, fixture->walker);

    soup_websocket_connection_send_text (socket->socket, bad[i]);
    room_socket_wait_closed (socket);
  }
  {
    g_autoptr (RoomSocket) well = room_connect (fixture, fixture->walker);
    g_assert_false (well->closed);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/live/own", test_during_a_visit_a_note_goes_to_its_writer_alone);
  ROOM_TEST ("/live/debrief", test_the_debrief_opens_notes_to_those_who_are_here);
  ROOM_TEST ("/live/left", test_who_leaves_the_walk_hears_no_more);
  ROOM_TEST ("/live/signed-out", test_who_signs_out_is_let_go);
  ROOM_TEST ("/live/ticket", test_a_ticket_opens_once);
  ROOM_TEST ("/live/origin", test_a_foreign_page_gets_no_socket);
  ROOM_TEST ("/live/stalled", test_a_stalled_reader_costs_a_window);
  ROOM_TEST ("/live/changes", test_changes_by_socket_are_kept_once);
  ROOM_TEST ("/live/bad", test_what_is_no_message_ends_the_socket);
  return g_test_run ();
}
