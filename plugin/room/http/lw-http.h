/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>
#include <libsoup/soup.h>

#include "lw-id.h"
#include "lw-websocket.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/**
 * LwHttp:
 *
 * The room's one port: connections with deadlines, routes, and workers. The main loop reads and
 * writes sockets and never the disk; a handler runs in a worker thread, may block, and leaves its
 * answer in the call.
 *
 * Thread: everything here belongs to the main loop's thread, but for the functions on LwHttpCall.
 */
typedef struct _LwHttp LwHttp;
typedef struct _LwHttpCall LwHttpCall;

/* Who asks: a signed-in person, or nobody. */
typedef struct {
  LwId person_id; /* none: nobody */
  LwId walk_id;   /* a guest's one walk; none: not bound to one */
  LwId session_id;
  gboolean may_create; /* walks of their own */
  gboolean is_admin;   /* of this room: accounts, retention, erasing people */
} LwCaller;

/* In a worker thread. It answers by one of the lw_http_call_reply functions, once. */
typedef void (*LwHttpHandler) (LwHttpCall *call, gpointer data);

typedef enum {
  LW_HTTP_PUBLIC = 1 << 0, /* also for those who are not signed in */
  /* Handled when the headers are there; lw_http_call_take_body() takes a body of any length. */
  LW_HTTP_STREAMED = 1 << 1,
  /* Pages of any origin may call: only for what asks for a secret in the request itself. The
   * handler says so in its answer's headers. */
  LW_HTTP_ANY_ORIGIN = 1 << 2,
} LwHttpFlags;

/* @path: "/api/walks/:walk/notes"; a part that begins with ":" matches one part of any text, a last
 * part "*" all that is left. */
typedef struct {
  const char *method; /* NULL ends a table; "GET" also answers HEAD */
  const char *path;
  LwHttpHandler handler;
  LwHttpFlags flags;
  gsize body_max; /* bytes; 0: LW_HTTP_BODY_MAX */
} LwHttpRoute;

#define LW_HTTP_BODY_MAX (1024 * 1024)
#define LW_HTTP_JSON_DEPTH_MAX 32

/* Fills in who asks, from the Authorization header and nothing else. In a worker thread. */
typedef void (*LwHttpIdentify) (const char *bearer_token, LwCaller *ret_caller, gpointer data);

typedef struct {
  const char *frame_ancestors; /* CSP sources that may frame the panel: "'self' https://…" */
  gboolean behind_proxy;       /* X-Forwarded-For of a loopback peer tells the client's address */
  guint patience_s; /* for a request's head; four times that for a body, and between requests */
  guint workers;
  gboolean log; /* a line a request to standard error, without personal data */
} LwHttpOptions;

LwHttp *lw_http_new (const LwHttpOptions *options);
void lw_http_free (LwHttp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwHttp, lw_http_free)

void lw_http_set_identify (LwHttp *self, LwHttpIdentify identify, gpointer data);
/* @origins: of pages that may call; the public URL's own is among them. Before the loop runs. */
void lw_http_set_origins (LwHttp *self, const char *const *origins);
/* @routes: static. The first that matches answers. */
void lw_http_add_routes (LwHttp *self, const LwHttpRoute *routes, gpointer data);
/* Somebody opened a WebSocket: it is to be listened to, or closed. @query: (nullable) */
typedef void (*LwHttpOpened) (LwWebsocket *socket, GHashTable *query, gpointer data);
/* @path: static, of WebSockets; pages of foreign origins do not get as far as the handshake.
 * @message_max: bytes of one message. @opened: (nullable): from now on none are opened there. */
void lw_http_set_websocket (
    LwHttp *self, const char *path, gsize message_max, LwHttpOpened opened, gpointer data);
/* For what speaks HTTP in its own way: uploads. A handler of a longer path is asked instead of, not
 * after, those that check the origin and the connection's deadline: they must be called, too. */
SoupServer *lw_http_get_server (LwHttp *self);
/* Whether a page of this Origin header may call. NULL (no browser, or the same page): yes. */
gboolean lw_http_allows_origin (LwHttp *self, const char *origin);
/* Headers that every answer carries. */
void lw_http_set_common_headers (LwHttp *self, SoupServerMessage *message);
/* The client's address as text, for limits on guesses; never logged. (transfer full) */
char *lw_http_client_address (LwHttp *self, SoupServerMessage *message);

/* @address: "127.0.0.1:8437", "[::1]:8437"; port 0: any free one.
 * @ret_address: (out) (transfer full): what it came to */
gboolean lw_http_listen (LwHttp *self, const char *address, char **ret_address, GError **error);
/* Takes no new connections; answers what is under way for at most @grace_ms. Runs the main loop's
 * context meanwhile. */
void lw_http_stop (LwHttp *self, guint grace_ms);

typedef struct {
  guint64 requests[6];  /* by the hundreds of their status */
  guint64 refused_slow; /* connections closed at a deadline */
  guint connections;
  guint in_workers;
} LwHttpCounts;

void lw_http_get_counts (LwHttp *self, LwHttpCounts *ret_counts);

/* ---- one call, in a worker thread ---- */

const LwCaller *lw_http_call_caller (LwHttpCall *call);
const char *lw_http_call_method (LwHttpCall *call);
/* The part that matched ":name", or "*" by the name "*"; still percent-encoded. */
const char *lw_http_call_part (LwHttpCall *call, const char *name);
/* Parses that part as an id; answers 404 and returns FALSE if it is none. */
gboolean lw_http_call_part_id (LwHttpCall *call, const char *name, LwId *ret_id);
/* A query parameter, decoded; NULL if it is not there. */
const char *lw_http_call_query (LwHttpCall *call, const char *name);
const char *lw_http_call_header (LwHttpCall *call, const char *name);
/* The token of the Authorization header; NULL without one. */
const char *lw_http_call_bearer (LwHttpCall *call);
const char *lw_http_call_address (LwHttpCall *call); /* the client's */
GBytes *lw_http_call_body (LwHttpCall *call);        /* (transfer none) */
/* The body as a JSON object; answers 400 and returns NULL if it is none. (transfer none) */
json_object *lw_http_call_json (LwHttpCall *call);

/* Takes a body piece by piece. Each function is called in a worker thread, one at a time. */
typedef struct {
  /* FALSE after a reply: it wants no more. */
  gboolean (*take) (LwHttpCall *call, const guint8 *bytes, gsize length, gpointer data);
  /* The body is whole; replies. Not called where the client has gone before. */
  void (*end) (LwHttpCall *call, gpointer data);
  /* The last that is called, however it went. */
  void (*free) (gpointer data);
} LwHttpSink;

/**
 * lw_http_call_take_body:
 * @sink: static
 *
 * In the handler of a route with LW_HTTP_STREAMED, instead of a reply. Memory stays bounded however
 * long the body is: the sender waits while @sink does. A sender that says nothing for a minute is
 * hung up on.
 */
void lw_http_call_take_body (LwHttpCall *call, const LwHttpSink *sink, gpointer data);
/* Ends the connection of a call whose sink is not freed yet. Any thread. */
void lw_http_call_hang_up (LwHttpCall *call);

/* Before the reply. */
void lw_http_call_set_header (LwHttpCall *call, const char *name, const char *value);

/* @json: (transfer full) */
void lw_http_call_reply_json (LwHttpCall *call, guint status, json_object *json);
/* {@member: […]}, one by one by @make; where there are no @items, @error is the answer.
 * @error: (transfer full) (nullable). @with: (transfer full) (nullable): what else is answered */
typedef json_object *(*LwHttpMake) (gconstpointer item, gpointer data);
void lw_http_call_reply_list (LwHttpCall *call,
                              const char *member,
                              const GPtrArray *items,
                              LwHttpMake make,
                              gpointer data,
                              json_object *with,
                              GError *error);
/* @type: a media type. */
void lw_http_call_reply_bytes (LwHttpCall *call, guint status, const char *type, GBytes *bytes);
void lw_http_call_reply_empty (LwHttpCall *call, guint status);
/* {"error": {"code": @code, "message": @message}}: @code for programs ("not-found"), @message for
 * people. */
void
lw_http_call_reply_error (LwHttpCall *call, guint status, const char *code, const char *message);
/* What a GError of the store, of the ledger or of G_IO_ERROR comes to. Takes @error. */
void lw_http_call_reply_gerror (LwHttpCall *call, GError *error);
/* One answer for what is not there and what this caller may not know of. */
void lw_http_call_reply_not_found (LwHttpCall *call);
/**
 * lw_http_call_reply_file:
 * @fd: (transfer full): open for reading
 * @offset: of the first byte
 * @length: of the body; the caller has set Content-Range where it is a part
 *
 * Sent in slices as the client takes them: memory stays bounded however slow it is.
 */
void lw_http_call_reply_file (
    LwHttpCall *call, guint status, const char *type, int fd, goffset offset, goffset length);

G_END_DECLS
