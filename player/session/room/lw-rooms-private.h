/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-config.h"
#include "lw-rooms.h"
#include "lw-sync.h"

#include <glib/gi18n-lib.h>
#include <json-c/json.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* lw-rooms-http.c: of one thread, the one that made it */
typedef struct {
  SoupSession *session;
  const char *url;
  const char *token; /* nullable */
  GCancellable *cancellable;
} LwRoomsHttp;

void lw_rooms_http_init (LwRoomsHttp *http, const char *url, const char *token, GCancellable *c);
void lw_rooms_http_clear (LwRoomsHttp *http);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwRoomsHttp, lw_rooms_http_clear)

/* The body of an answer in the 200s, at most 16 MiB. @body: (nullable) */
GBytes *lw_rooms_http_send (LwRoomsHttp *http,
                            const char *method,
                            const char *path,
                            const char *type,
                            GBytes *body,
                            GError **error);
/* Sends @body (nullable; taken) and reads an object. */
json_object *lw_rooms_http_json (
    LwRoomsHttp *http, const char *method, const char *path, json_object *body, GError **error);

const char *lw_rooms_get_text (json_object *object, const char *member); /* nullable */
gboolean lw_rooms_get_id (json_object *object, const char *member, LwId *ret_id);
/* "/api/walks/" + id + @rest */
char *lw_rooms_path (const char *before, const LwId *id, const char *rest);

/* How much of a log is read at once. */
#define LW_ROOMS_BATCH_BYTES (256 * 1024)

/* lw-room-state.c: how far the room is, in its words: its vector, and what it wants (nullable).
 * FALSE if they cannot be read. Frees what both held. */
gboolean lw_rooms_read_vector (LwSyncMessage **vector,
                               LwSyncMessage **wanted,
                               const char *text,
                               gsize length);

/* lw-rooms.c: small settings of a walk: "room-vector:ID" */
gboolean lw_rooms_set (
    LwStore *store, const LwId *walk, const char *what, const char *value, GError **error);
char *lw_rooms_get (LwStore *store, const LwId *walk, const char *what, GError **error);
/* The session has ended: the token is of no more use. */
gboolean lw_rooms_forget_token (LwStore *store, const LwJoined *joined, GError **error);

/* lw-rooms-erase.c: which tracks the walk's room is still to be told of. (transfer full)
 * (nullable): NULL if none; else what is given back when it has been told, so that what came since
 * stays. */
char *lw_rooms_read_erasing (LwStore *store, const LwId *walk_id, json_object **ret_tracks);
gboolean
lw_rooms_forget_erasing (LwStore *store, const LwId *walk_id, const char *told, GError **error);

G_END_DECLS
