/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lw-json.h"

#define WATCHDOG_S 30

/* ---- the room ---- */

static void
remove_folder (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

char *
room_add_person (RoomFixture *fixture, const char *name, guint roles, LwId *ret_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = name}, &error);
  g_autoptr (LwMember) member = NULL;
  LwAccount account = {.person_id = person->id, .name = (char *)name};
  char *token;

  lw_store_put_person (fixture->room->store, person, &error);
  g_assert_no_error (error);
  member = lw_member_new (
      &(LwMember){
          .walk_id = fixture->walk_id, .person_id = person->id, .roles = roles, .norms_utc_us = 1},
      &error);
  lw_store_put_member (fixture->room->store, member, &error);
  g_assert_no_error (error);
  lw_accounts_add (fixture->room->accounts, &account, &error);
  g_assert_no_error (error);
  token = lw_accounts_begin_session (fixture->room->accounts, &person->id, 3600, "link", &error);
  g_assert_no_error (error);
  *ret_id = person->id;
  return token;
}

void
room_set_phase (RoomFixture *fixture, const char *phase)
{
  room_set_step (fixture, phase, "");
}

void
room_set_step (RoomFixture *fixture, const char *phase, const char *step)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.id = fixture->walk_id,
                                                   .title = "Fall",
                                                   .focus = "Reasons",
                                                   .inquiry = "Who gives them?",
                                                   .phase = phase,
                                                   .step = step},
                                         &error);

  lw_store_put_walk (fixture->room->store, walk, &error);
  g_assert_no_error (error);
}

static void
add_lesson (RoomFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwVisit) visit = lw_visit_new (
      &(LwVisit){.walk_id = fixture->walk_id, .order = 1, .host_id = fixture->host_id}, &error);
  g_autoptr (LwSegment) segment = lw_segment_new (
      &(LwSegment){
          .visit_id = visit->id, .media = {{7}}, .title = "Fractions", .duration = 60 * LW_SECOND},
      &error);

  lw_store_put_visit (fixture->room->store, visit, &error);
  g_assert_no_error (error);
  lw_store_put_segment (fixture->room->store, segment, &error);
  g_assert_no_error (error);
  fixture->segment_id = segment->id;
}

void
room_set_up (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwRoomConfig *config = lw_room_config_new (NULL, &error);

  fixture->folder = g_dir_make_tmp ("lessonwalk-room-XXXXXX", &error);
  g_assert_no_error (error);
  lw_room_config_set (config, "data", fixture->folder, &error);
  lw_room_config_set (config, "listen", "127.0.0.1:0", &error);
  lw_room_config_set (config, "panel", fixture->folder, &error);
  g_assert_no_error (error);
  fixture->room = lw_room_new (config, &error);
  g_assert_no_error (error);
  lw_room_start (fixture->room, &error);
  g_assert_no_error (error);
  fixture->session = soup_session_new ();
  fixture->walk_id = lw_id_new ();
  room_set_phase (fixture, "visit");
  fixture->host = room_add_person (fixture, "Ms. Alder", 1u << LW_ROLE_HOST, &fixture->host_id);
  fixture->walker = room_add_person (fixture, "Ines", 1u << LW_ROLE_WALKER, &fixture->walker_id);
  fixture->other = room_add_person (fixture, "Henrik", 1u << LW_ROLE_WALKER, &fixture->other_id);
  fixture->facilitator =
      room_add_person (fixture, "Dr. Osei", 1u << LW_ROLE_FACILITATOR, &fixture->facilitator_id);
  add_lesson (fixture);
}

void
room_tear_down (RoomFixture *fixture, gconstpointer data)
{
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  lw_room_free (fixture->room);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->host);
  g_free (fixture->walker);
  g_free (fixture->other);
  g_free (fixture->facilitator);
}

/* ---- waiting ---- */

static gboolean
bark (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
room_wait (gboolean (*done) (gpointer data), gpointer data, const char *what)
{
  gboolean late = FALSE;
  guint watchdog = g_timeout_add_seconds (WATCHDOG_S, bark, &late);

  while (!done (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_error ("Waited in vain for %s", what);
  g_source_remove (watchdog);
}

/* ---- requests ---- */

typedef struct {
  GBytes *bytes;
  GError *error;
} Answer;

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &answer->error);
}

static gboolean
is_answered (gpointer data)
{
  const Answer *answer = data;

  return answer->bytes != NULL || answer->error != NULL;
}

guint
room_request (RoomFixture *fixture,
              const char *token,
              const char *method,
              const char *path,
              const char *body,
              json_object **ret_json)
{
  g_autofree char *url = g_strconcat ("http://", fixture->room->address, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  Answer answer = {NULL, NULL};

  if (token != NULL) {
    g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization",
                                 value);
  }
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  }
  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, answered,
                                    &answer);
  room_wait (is_answered, &answer, path);
  g_assert_no_error (answer.error);
  if (ret_json != NULL) {
    g_autofree char *text =
        g_strndup (g_bytes_get_data (answer.bytes, NULL), g_bytes_get_size (answer.bytes));

    *ret_json = json_tokener_parse (text);
  }
  g_bytes_unref (answer.bytes);
  return soup_message_get_status (message);
}

char *
room_fetch_text (RoomFixture *fixture,
                 const char *token,
                 const char *method,
                 const char *path,
                 const char *body,
                 const char *member)
{
  g_autoptr (json_object) json = NULL;

  g_assert_cmpuint (room_request (fixture, token, method, path, body, &json), ==, 200);
  return g_strdup (lw_json_get_text (json, member));
}

char *
room_walk_path (RoomFixture *fixture, const char *rest)
{
  g_autofree char *id = lw_id_to_string (&fixture->walk_id);

  return g_strconcat ("/api/walks/", id, rest, NULL);
}

char *
room_track (RoomFixture *fixture, const char *token)
{
  g_autofree char *id = lw_id_to_string (&fixture->segment_id);
  g_autofree char *path = g_strconcat ("/api/segments/", id, "/track", NULL);

  return room_fetch_text (fixture, token, "POST", path, "{}", "id");
}

char *
room_pin (RoomFixture *fixture, const char *token, const char *track, const char *text)
{
  LwId id = lw_id_new ();
  char *id_text = lw_id_to_string (&id);
  g_autofree char *path = room_walk_path (fixture, "/changes");
  g_autofree char *body = g_strdup_printf (
      "{\"changes\":[{\"op\":\"put\",\"note\":{\"id\":\"%s\",\"track\":\"%s\",\"kind\":"
      "\"noticing\",\"start\":1000000000,\"text\":\"%s\"}}]}",
      id_text, track, text);
  g_autoptr (json_object) json = NULL;
  json_object *results;

  g_assert_cmpuint (room_request (fixture, token, "POST", path, body, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "results", &results));
  g_assert_cmpstr (lw_json_get_text (json_object_array_get_idx (results, 0), "status"), ==, "kept");
  return id_text;
}

/* ---- sockets ---- */

static void
put_json (gpointer json)
{
  json_object_put (json);
}

static void
received (SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer data)
{
  RoomSocket *socket = data;
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  json_object *message = json_tokener_parse (text);
  gint64 seq;

  g_assert_nonnull (message);
  g_ptr_array_add (socket->messages, message);
  if (socket->answers && lw_json_get_int (message, "seq", &seq) && seq > 0) {
    g_autofree char *ack = g_strdup_printf ("{\"type\":\"ack\",\"seq\":%" G_GINT64_FORMAT "}", seq);

    soup_websocket_connection_send_text (connection, ack);
  }
}

static void
closed (SoupWebsocketConnection *connection, gpointer data)
{
  ((RoomSocket *)data)->closed = TRUE;
}

static void
connected (GObject *source, GAsyncResult *result, gpointer data)
{
  RoomSocket *socket = data;

  socket->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  if (socket->socket == NULL) {
    socket->closed = TRUE;
    return;
  }
  soup_websocket_connection_set_max_incoming_payload_size (socket->socket, 0);
  g_signal_connect (socket->socket, "message", G_CALLBACK (received), socket);
  g_signal_connect (socket->socket, "closed", G_CALLBACK (closed), socket);
}

static gboolean
is_connected (gpointer data)
{
  const RoomSocket *socket = data;

  return socket->socket != NULL || socket->closed;
}

RoomSocket *
room_connect_with (RoomFixture *fixture, const char *query, const char *origin)
{
  g_autofree char *url = g_strconcat ("ws://", fixture->room->address, "/api/live?", query, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  RoomSocket *socket = g_new0 (RoomSocket, 1);

  socket->answers = TRUE;
  socket->messages = g_ptr_array_new_with_free_func (put_json);
  soup_session_websocket_connect_async (fixture->session, message, origin, NULL, G_PRIORITY_DEFAULT,
                                        NULL, connected, socket);
  room_wait (is_connected, socket, "a socket");
  return socket;
}

RoomSocket *
room_connect (RoomFixture *fixture, const char *token)
{
  g_autofree char *path = room_walk_path (fixture, "/ticket");
  g_autofree char *ticket = room_fetch_text (fixture, token, "POST", path, "{}", "ticket");
  g_autofree char *query = g_strconcat ("ticket=", ticket, NULL);
  RoomSocket *socket = room_connect_with (fixture, query, NULL);

  room_socket_wait (socket, "hello", 0);
  return socket;
}

void
room_socket_free (RoomSocket *socket)
{
  if (socket->socket != NULL) {
    g_signal_handlers_disconnect_by_data (socket->socket, socket);
    if (soup_websocket_connection_get_state (socket->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (socket->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    g_object_unref (socket->socket);
  }
  g_ptr_array_unref (socket->messages);
  g_free (socket);
}

typedef struct {
  RoomSocket *socket;
  const char *type, *text;
  guint index;
} Hearing;

static gboolean
has_type (gpointer data)
{
  Hearing *hearing = data;

  for (; hearing->index < hearing->socket->messages->len; hearing->index++) {
    if (g_strcmp0 (lw_json_get_text (hearing->socket->messages->pdata[hearing->index], "type"),
                   hearing->type) == 0)
      return TRUE;
  }
  return FALSE;
}

guint
room_socket_wait (RoomSocket *socket, const char *type, guint from)
{
  Hearing hearing = {.socket = socket, .type = type, .index = from};

  room_wait (has_type, &hearing, type);
  return hearing.index;
}

gboolean
room_socket_heard (RoomSocket *socket, const char *text)
{
  for (guint i = 0; i < socket->messages->len; i++) {
    if (strstr (json_object_to_json_string (socket->messages->pdata[i]), text) != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_text (gpointer data)
{
  const Hearing *hearing = data;

  return room_socket_heard (hearing->socket, hearing->text);
}

void
room_socket_wait_text (RoomSocket *socket, const char *text)
{
  Hearing hearing = {.socket = socket, .text = text};

  room_wait (has_text, &hearing, text);
}

static gboolean
is_closed (gpointer data)
{
  return ((const RoomSocket *)data)->closed;
}

void
room_socket_wait_closed (RoomSocket *socket)
{
  room_wait (is_closed, socket, "the socket to close");
}
