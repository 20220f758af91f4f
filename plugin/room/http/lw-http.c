/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-http-private.h"

#define CALL_DATA "lw-http-received"

typedef struct {
  const LwHttpRoute *routes;
  gpointer data;
} RouteTable;

#define WEBSOCKET_PATHS_MAX 4

typedef struct {
  const char *path; /* nullable */
  gsize message_max;
  LwHttpOpened opened; /* nullable */
  gpointer data;
} WebsocketPath;

struct _LwHttp {
  SoupServer *server;
  LwHttpConnections *connections;
  GThreadPool *workers;
  GMainContext *context;
  GArray *tables; /* RouteTable */
  LwWebsockets *websockets;
  WebsocketPath websockets_at[WEBSOCKET_PATHS_MAX];
  LwHttpIdentify identify;
  gpointer identify_data;
  char *csp;
  GStrv origins;
  gboolean behind_proxy;
  gboolean log;
  guint in_workers;
  LwHttpCounts counts;
};

typedef struct {
  LwHttpWork work;
  gpointer data;
} Job;

/* How much of a body has come, so that one without a length cannot grow for ever. */
typedef struct {
  gsize received, max;
  gboolean too_large;
} Receiving;

/* ---- routes ---- */

static const LwHttpRoute *
find_route (
    LwHttp *self, const char *method, const char *path, LwHttpCall *call, gboolean *ret_path)
{
  *ret_path = FALSE;
  for (guint i = 0; i < self->tables->len; i++) {
    const RouteTable *table = &g_array_index (self->tables, RouteTable, i);

    for (const LwHttpRoute *route = table->routes; route->method != NULL; route++) {
      g_auto (GStrv) parts = NULL;
      g_auto (GStrv) names = NULL;
      g_autofree char *rest = NULL;

      if (!lw_http_match (route->path, path, &parts, &names, &rest))
        continue;
      *ret_path = TRUE;
      if (!g_str_equal (route->method, method) &&
          !(g_str_equal (route->method, "GET") && g_str_equal (method, "HEAD")))
        continue;
      if (call != NULL) {
        call->parts = g_steal_pointer (&parts);
        call->part_names = g_steal_pointer (&names);
        call->rest = g_steal_pointer (&rest);
        call->data = table->data;
      }
      return route;
    }
  }
  return NULL;
}

void
lw_http_add_routes (LwHttp *self, const LwHttpRoute *routes, gpointer data)
{
  RouteTable table = {routes, data};

  g_array_append_val (self->tables, table);
}

/* ---- answers ---- */

void
lw_http_set_common_headers (LwHttp *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (soup_message_headers_get_one (headers, "Content-Security-Policy") == NULL)
    soup_message_headers_replace (headers, "Content-Security-Policy", self->csp);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Permissions-Policy",
                                "camera=(self), microphone=(self), geolocation=()");
  if (soup_message_headers_get_one (headers, "Cache-Control") == NULL)
    soup_message_headers_replace (headers, "Cache-Control", "no-store");
}

static void
count_status (LwHttp *self, guint status)
{
  self->counts.requests[MIN (status / 100, 5)]++;
}

void
lw_http_finish_call (LwHttpCall *call)
{
  LwHttp *self = call->http;
  SoupServerMessage *message = call->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  for (guint i = 0; i + 1 < call->headers->len; i += 2)
    soup_message_headers_replace (headers, call->headers->pdata[i], call->headers->pdata[i + 1]);
  lw_http_set_common_headers (self, message);
  soup_server_message_set_status (message, call->status, NULL);
  count_status (self, call->status);
  if (self->log)
    lw_http_log (soup_server_message_get_method (message), call->route->path, call->status,
                 call->begun_us);
  if (call->type != NULL)
    soup_message_headers_set_content_type (headers, call->type, NULL);
  if (call->fd >= 0) {
    lw_http_send_file (call);
  } else {
    if (call->bytes != NULL)
      soup_message_body_append_bytes (soup_server_message_get_response_body (message), call->bytes);
    soup_server_message_unpause (message);
  }
  lw_http_call_free (call);
}

void
lw_http_push (LwHttp *self, LwHttpWork work, gpointer data)
{
  Job *job = g_new (Job, 1);

  *job = (Job){work, data};
  self->in_workers++;
  g_thread_pool_push (self->workers, job, NULL);
}

void
lw_http_invoke (LwHttp *self, GSourceFunc func, gpointer data)
{
  g_main_context_invoke (self->context, func, data);
}

void
lw_http_job_done (LwHttp *self)
{
  self->in_workers--;
}

void
lw_http_await_body (LwHttp *self, SoupServerMessage *message)
{
  lw_http_connections_heard (self->connections, message, TRUE);
}

GSocket *
lw_http_get_socket (LwHttp *self, SoupServerMessage *message)
{
  return lw_http_connections_get_socket (self->connections, message);
}

static gboolean
finish_handled (gpointer data)
{
  LwHttpCall *call = data;

  lw_http_job_done (call->http);
  lw_http_finish_call (call);
  return G_SOURCE_REMOVE;
}

static void
identify_caller (LwHttp *self, LwHttpCall *call)
{
  const char *token = lw_http_call_bearer (call);

  if (token != NULL && self->identify != NULL)
    self->identify (token, &call->caller, self->identify_data);
}

void
lw_http_call_give_no_answer (LwHttpCall *call)
{
  g_critical ("%s gave no answer", call->route->path);
  lw_http_call_reply_error (call, 500, "trouble", "Something went wrong in the room.");
}

void
lw_http_call_handle (LwHttpCall *call)
{
  identify_caller (call->http, call);
  if (!(call->route->flags & LW_HTTP_PUBLIC) && lw_id_is_none (&call->caller.person_id))
    lw_http_call_reply_error (call, 401, "sign-in",
                              "You are not signed in, or not any more. Open your link again. What "
                              "you wrote is kept in this browser meanwhile.");
  else
    call->route->handler (call, call->data);
}

static void
handle_whole (gpointer data)
{
  LwHttpCall *call = data;

  lw_http_call_handle (call);
  if (!call->replied)
    lw_http_call_give_no_answer (call);
  lw_http_invoke (call->http, finish_handled, call);
}

static void
do_job (gpointer item, gpointer data)
{
  g_autofree Job *job = item;

  job->work (job->data);
}

static void
refuse (LwHttp *self, SoupServerMessage *message, guint status, const char *sentence)
{
  g_autofree char *text =
      g_strdup_printf ("{\"error\":{\"code\":\"refused\",\"message\":\"%s\"}}", sentence);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text));
  lw_http_set_common_headers (self, message);
  count_status (self, status);
  if (self->log)
    lw_http_log (soup_server_message_get_method (message), "-", status, g_get_monotonic_time ());
}

static LwHttpCall *
make_call (LwHttp *self,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query,
           gboolean *ret_known)
{
  LwHttpCall *call = g_new0 (LwHttpCall, 1);

  call->begun_us = g_get_monotonic_time ();
  call->http = self;
  call->fd = -1;
  call->message = g_object_ref (message);
  call->headers = g_ptr_array_new_with_free_func (g_free);
  call->route = find_route (self, soup_server_message_get_method (message), path, call, ret_known);
  if (call->route == NULL) {
    lw_http_call_free (call);
    return NULL;
  }
  call->query = query != NULL ? g_hash_table_ref (query) : NULL;
  call->address = lw_http_client_address (self, message);
  return call;
}

/* ---- WebSockets ---- */

/* Where WebSockets are opened now; NULL: nowhere of that name. */
static const WebsocketPath *
find_websocket (LwHttp *self, const char *path)
{
  for (guint i = 0; i < WEBSOCKET_PATHS_MAX; i++) {
    const WebsocketPath *at = &self->websockets_at[i];

    if (at->opened != NULL && g_str_equal (path, at->path))
      return at;
  }
  return NULL;
}

/* The answer to the handshake is sent: what comes now is no HTTP any more. */
static void
upgraded (SoupServerMessage *message, gpointer data)
{
  LwHttp *self = data;
  g_autoptr (SoupServerMessage) held = g_object_ref (message);
  const char *text = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) query =
      text != NULL ? g_uri_parse_params (text, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  GSocket *socket = lw_http_connections_get_socket (self->connections, message);
  g_autoptr (GSocket) own = socket != NULL ? g_object_ref (socket) : NULL;
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  const WebsocketPath *at =
      find_websocket (self, g_uri_get_path (soup_server_message_get_uri (message)));
  LwWebsocket *opened;

  if (own == NULL || stream == NULL || at == NULL)
    return;
  opened = lw_websockets_take (self->websockets, stream, own, at->message_max);
  if (opened == NULL)
    return;
  at->opened (opened, query, at->data);
  lw_websocket_begin (opened);
}

static void
shake_hands (LwHttp *self, SoupServerMessage *message)
{
  /* No extensions: one that inflates let 20 MB through a limit of 64 KiB. */
  if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (upgraded), self);
}

static void
handle (SoupServer *server,
        SoupServerMessage *message,
        const char *path,
        GHashTable *query,
        gpointer data)
{
  LwHttp *self = data;
  const Receiving *receiving = g_object_get_data (G_OBJECT (message), CALL_DATA);
  LwHttpStream *stream = g_object_get_data (G_OBJECT (message), LW_HTTP_STREAM_DATA);
  LwHttpCall *call;
  gboolean known;

  lw_http_connections_heard (self->connections, message, FALSE);
  /* An early handler, or one with a path of its own, has answered. */
  if (soup_server_message_get_status (message) != 0)
    return;
  if (find_websocket (self, path) != NULL) {
    shake_hands (self, message);
    return;
  }
  if (stream != NULL) {
    lw_http_stream_ended (stream);
    return;
  }
  if (receiving != NULL && receiving->too_large) {
    refuse (self, message, 413, "That is too large, so nothing of it was kept.");
    return;
  }
  call = make_call (self, message, path, query, &known);
  if (call == NULL) {
    refuse (self, message, known ? 405 : 404, "That is not here.");
    return;
  }
  call->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  soup_server_message_pause (message);
  lw_http_push (self, handle_whole, call);
}

/* ---- while a request comes in ---- */

static void
count_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  Receiving *receiving = g_object_get_data (G_OBJECT (message), CALL_DATA);

  receiving->received += g_bytes_get_size (chunk);
  if (receiving->received <= receiving->max)
    return;
  receiving->too_large = TRUE;
  soup_message_body_truncate (soup_server_message_get_request_body (message));
}

static void
answered (SoupServerMessage *message, gpointer data)
{
  LwHttp *self = data;

  lw_http_connections_answered (self->connections, message);
}

/* Before the body has come, of which nothing is to be kept. */
static void
refuse_early (LwHttp *self, SoupServerMessage *message, guint status, const char *sentence)
{
  refuse (self, message, status, sentence);
  lw_http_discard_body (self, message);
}

static void
begin (SoupServer *server,
       SoupServerMessage *message,
       const char *path,
       GHashTable *query,
       gpointer data)
{
  LwHttp *self = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *origin = soup_message_headers_get_one (headers, "Origin");
  const LwHttpRoute *route;
  Receiving *receiving;
  gboolean known;

  /* Also of what is refused: its body is read to the end, and must come to one. */
  lw_http_connections_heard (self->connections, message,
                             soup_message_headers_get_encoding (headers) != SOUP_ENCODING_NONE);
  g_signal_connect (message, "finished", G_CALLBACK (answered), self);
  route = find_route (self, soup_server_message_get_method (message), path, NULL, &known);
  if ((route == NULL || !(route->flags & LW_HTTP_ANY_ORIGIN)) &&
      !lw_http_allows_origin (self, origin)) {
    refuse_early (self, message, 403, "This page may not speak with the room.");
    return;
  }
  if (route == NULL) {
    lw_http_discard_body (self, message);
    return;
  }
  if (route->flags & LW_HTTP_STREAMED) {
    /* May take hours; it is silence that ends it. */
    lw_http_connections_heard (self->connections, message, FALSE);
    lw_http_stream_begin (make_call (self, message, path, query, &known));
    return;
  }
  receiving = g_new0 (Receiving, 1);
  receiving->max = route->body_max != 0 ? route->body_max : LW_HTTP_BODY_MAX;
  g_object_set_data_full (G_OBJECT (message), CALL_DATA, receiving, g_free);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) > (goffset)receiving->max) {
    refuse_early (self, message, 413, "That is too large, so nothing of it was kept.");
    return;
  }
  g_signal_connect (message, "got-chunk", G_CALLBACK (count_chunk), NULL);
}

gboolean
lw_http_allows_origin (LwHttp *self, const char *origin)
{
  return origin == NULL || g_strv_contains ((const char *const *)self->origins, origin);
}

char *
lw_http_client_address (LwHttp *self, SoupServerMessage *message)
{
  const char *host = soup_server_message_get_remote_host (message);
  const char *forwarded = soup_message_headers_get_list (
      soup_server_message_get_request_headers (message), "X-Forwarded-For");

  if (self->behind_proxy && forwarded != NULL && host != NULL &&
      (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1"))) {
    /* The last one is the proxy's own word; those before are the client's. */
    const char *last = strrchr (forwarded, ',');

    return g_strstrip (g_strdup (last != NULL ? last + 1 : forwarded));
  }
  return g_strdup (host != NULL ? host : "");
}

/* ---- making and ending ---- */

static char *
make_csp (const char *frame_ancestors)
{
  return g_strdup_printf ("default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
                          "object-src 'none'; base-uri 'none'; form-action 'self'; "
                          "frame-ancestors %s",
                          frame_ancestors);
}

LwHttp *
lw_http_new (const LwHttpOptions *options)
{
  LwHttp *self = g_new0 (LwHttp, 1);

  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  self->connections = lw_http_connections_new (self->server, options->patience_s);
  self->websockets = lw_websockets_new ();
  self->context = g_main_context_ref_thread_default ();
  self->workers = g_thread_pool_new (do_job, self, (int)MAX (options->workers, 1), FALSE, NULL);
  self->tables = g_array_new (FALSE, FALSE, sizeof (RouteTable));
  self->csp = make_csp (options->frame_ancestors);
  self->origins = g_new0 (char *, 1);
  self->behind_proxy = options->behind_proxy;
  self->log = options->log;
  soup_server_add_early_handler (self->server, NULL, begin, self, NULL);
  soup_server_add_handler (self->server, NULL, handle, self, NULL);
  return self;
}

void
lw_http_set_identify (LwHttp *self, LwHttpIdentify identify, gpointer data)
{
  self->identify = identify;
  self->identify_data = data;
}

void
lw_http_set_origins (LwHttp *self, const char *const *origins)
{
  g_strfreev (self->origins);
  self->origins = g_strdupv ((char **)origins);
}

void
lw_http_set_websocket (
    LwHttp *self, const char *path, gsize message_max, LwHttpOpened opened, gpointer data)
{
  guint i = 0;

  while (i < WEBSOCKET_PATHS_MAX && self->websockets_at[i].path != NULL &&
         !g_str_equal (self->websockets_at[i].path, path))
    i++;
  g_return_if_fail (i < WEBSOCKET_PATHS_MAX);
  self->websockets_at[i] = (WebsocketPath){path, message_max, opened, data};
}

SoupServer *
lw_http_get_server (LwHttp *self)
{
  return self->server;
}

gboolean
lw_http_listen (LwHttp *self, const char *address, char **ret_address, GError **error)
{
  return lw_http_connections_listen (self->connections, address, ret_address, error);
}

static gboolean
end_grace (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
lw_http_stop (LwHttp *self, guint grace_ms)
{
  gboolean over = FALSE;
  g_autoptr (GSource) timer = g_timeout_source_new (grace_ms);

  lw_http_connections_stop (self->connections);
  g_source_set_callback (timer, end_grace, &over, NULL);
  g_source_attach (timer, self->context);
  while (self->in_workers > 0 && !over)
    g_main_context_iteration (self->context, TRUE);
  /* What is answered must also reach the wire. */
  while (g_main_context_iteration (self->context, FALSE) && !over)
    ;
  g_source_destroy (timer);
  soup_server_disconnect (self->server);
}

void
lw_http_free (LwHttp *self)
{
  soup_server_disconnect (self->server);
  /* What a worker has just done still waits for the loop, and may give it something more to do. */
  while (self->in_workers > 0)
    g_main_context_iteration (self->context, TRUE);
  g_thread_pool_free (self->workers, FALSE, TRUE);
  g_object_unref (self->server);
  lw_websockets_free (self->websockets);
  lw_http_connections_free (self->connections);
  g_array_unref (self->tables);
  g_strfreev (self->origins);
  g_free (self->csp);
  g_main_context_unref (self->context);
  g_free (self);
}

void
lw_http_get_counts (LwHttp *self, LwHttpCounts *ret_counts)
{
  *ret_counts = self->counts;
  ret_counts->in_workers = self->in_workers;
  ret_counts->connections = lw_http_connections_count (self->connections);
  ret_counts->refused_slow = lw_http_connections_refused (self->connections);
}
