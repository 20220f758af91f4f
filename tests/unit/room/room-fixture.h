/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-live.h"
#include "lw-room.h"

G_BEGIN_DECLS

/* A real room on a free port of this machine, in a folder of its own, with one walk in the phase
 * "visit" and one lesson whose teacher is the host. */
typedef struct {
  char *folder;
  LwRoom *room;
  SoupSession *session;
  LwId walk_id, segment_id;
  LwId host_id, walker_id, other_id, facilitator_id;
  char *host, *walker, *other, *facilitator; /* tokens */
} RoomFixture;

void room_set_up (RoomFixture *fixture, gconstpointer data);
void room_tear_down (RoomFixture *fixture, gconstpointer data);

#define ROOM_TEST(path, function) \
  g_test_add (path, RoomFixture, NULL, room_set_up, function, room_tear_down)

/* Adds a person with @roles in the walk. (transfer full): a session's token */
char *room_add_person (RoomFixture *fixture, const char *name, guint roles, LwId *ret_id);
void room_set_phase (RoomFixture *fixture, const char *phase);
void room_set_step (RoomFixture *fixture, const char *phase, const char *step);

/* Sends a request and runs the loop until it is answered. @body: (nullable): JSON.
 * @ret_json: (out) (optional) (nullable) (transfer full). Returns the status. */
guint room_request (RoomFixture *fixture,
                    const char *token,
                    const char *method,
                    const char *path,
                    const char *body,
                    json_object **ret_json);
/* (transfer full): ret[member] of an answer that must be 200 */
char *room_fetch_text (RoomFixture *fixture,
                       const char *token,
                       const char *method,
                       const char *path,
                       const char *body,
                       const char *member);
/* The walk's path + @rest. (transfer full) */
char *room_walk_path (RoomFixture *fixture, const char *rest);
/* The caller's track on the lesson. (transfer full) */
char *room_track (RoomFixture *fixture, const char *token);
/* Pins a noticing by a change; its id. (transfer full) */
char *room_pin (RoomFixture *fixture, const char *token, const char *track, const char *text);

/* Runs the loop until @done, at most half a minute: then the test fails with @what. */
void room_wait (gboolean (*done) (gpointer data), gpointer data, const char *what);

/* ---- a WebSocket on the walk ---- */

typedef struct {
  SoupWebsocketConnection *socket;
  GPtrArray *messages; /* json_object */
  gboolean closed;
  gboolean answers; /* acknowledges what it gets */
} RoomSocket;

RoomSocket *room_connect (RoomFixture *fixture, const char *token);
/* With this text as the query. */
RoomSocket *room_connect_with (RoomFixture *fixture, const char *query, const char *origin);
void room_socket_free (RoomSocket *socket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomSocket, room_socket_free)
/* Waits for a message of that type from index @from on; its index. */
guint room_socket_wait (RoomSocket *socket, const char *type, guint from);
/* Whether any message holds @text. */
gboolean room_socket_heard (RoomSocket *socket, const char *text);
/* Waits for a message that holds @text. */
void room_socket_wait_text (RoomSocket *socket, const char *text);
void room_socket_wait_closed (RoomSocket *socket);

G_END_DECLS
