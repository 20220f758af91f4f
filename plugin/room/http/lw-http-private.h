/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-http.h"

G_BEGIN_DECLS

typedef struct _LwHttpStream LwHttpStream;

struct _LwHttpCall {
  LwHttp *http;
  SoupServerMessage *message; /* paused; its request is only read until the answer is there */
  const LwHttpRoute *route;
  gint64 begun_us; /* monotonic */
  gpointer data;
  LwCaller caller;
  char **parts;      /* of the path */
  char **part_names; /* of the route, "" where it is literal */
  char *rest;        /* of a route that ends in "*" */
  GHashTable *query; /* nullable */
  GBytes *body;
  json_object *json; /* once asked for */
  char *address;
  /* the answer */
  gboolean replied;
  guint status;
  char *type;
  GBytes *bytes; /* nullable */
  int fd;        /* -1: none */
  goffset offset, length;
  GPtrArray *headers;   /* name, value, name, value … */
  LwHttpStream *stream; /* of a route with LW_HTTP_STREAMED, until it is answered */
};

/* What a matching route found; @ret_rest only where it ends in "*". */
gboolean lw_http_match (
    const char *pattern, const char *path, char ***ret_parts, char ***ret_names, char **ret_rest);

void lw_http_call_free (LwHttpCall *call);

/* In a worker: asks who calls, then the route's handler. */
void lw_http_call_handle (LwHttpCall *call);
/* In a worker: the answer in place of one that a handler forgot. */
void lw_http_call_give_no_answer (LwHttpCall *call);

/* ---- the main loop's side of a call ---- */

/* Has @work done by a worker; it ends with lw_http_invoke(), whose function calls
 * lw_http_job_done(). */
typedef void (*LwHttpWork) (gpointer data);
void lw_http_push (LwHttp *self, LwHttpWork work, gpointer data);
void lw_http_invoke (LwHttp *self, GSourceFunc func, gpointer data);
void lw_http_job_done (LwHttp *self);
/* Of the connection that it came on; for ending that. (transfer none) (nullable) */
GSocket *lw_http_get_socket (LwHttp *self, SoupServerMessage *message);
/* It has until the deadline of a body to come to its end. */
void lw_http_await_body (LwHttp *self, SoupServerMessage *message);
/* Puts the answer on the wire and frees the call. */
void lw_http_finish_call (LwHttpCall *call);

/* lw-http-stream.c: bodies too large for memory */
#define LW_HTTP_STREAM_DATA "lw-http-stream"
/* Of a message whose headers are there. Takes @call. */
void lw_http_stream_begin (LwHttpCall *call);
/* Of a message whose body has come. */
void lw_http_stream_ended (LwHttpStream *self);
/* Keeps nothing of a refused request's body, and does not listen to the end of a long one. */
void lw_http_discard_body (LwHttp *self, SoupServerMessage *message);

/* lw-http-log.c: @begun_us: monotonic. */
void lw_http_log (const char *method, const char *route, guint status, gint64 begun_us);

/* lw-http-file.c: streams call->fd, then closes it. The message is unpaused. */
void lw_http_send_file (LwHttpCall *call);

/* lw-http-connection.c: one connection's deadlines. */
typedef struct _LwHttpConnections LwHttpConnections;

LwHttpConnections *lw_http_connections_new (SoupServer *server, guint patience_s);
void lw_http_connections_free (LwHttpConnections *self);
/* (transfer none) (nullable) */
GSocket *lw_http_connections_get_socket (LwHttpConnections *self, SoupServerMessage *message);
/* Whose headers, or all of it, are there: it is waited for until its body has come, or no longer.
 */
void lw_http_connections_heard (LwHttpConnections *self,
                                SoupServerMessage *message,
                                gboolean awaits_body);
/* Whose answer is sent: the next request may take its time, but not for ever. */
void lw_http_connections_answered (LwHttpConnections *self, SoupServerMessage *message);
gboolean lw_http_connections_listen (LwHttpConnections *self,
                                     const char *address,
                                     char **ret_address,
                                     GError **error);
void lw_http_connections_stop (LwHttpConnections *self);
guint lw_http_connections_count (LwHttpConnections *self);
guint64 lw_http_connections_refused (LwHttpConnections *self);

G_END_DECLS
