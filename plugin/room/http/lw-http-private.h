/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-http.h"

G_BEGIN_DECLS

struct _LwHttpCall {
  LwHttp *http;
  SoupServerMessage *message; /* paused; its request is only read until the answer is there */
  const LwHttpRoute *route;
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
  GPtrArray *headers; /* name, value, name, value … */
};

/* What a matching route found; @ret_rest only where it ends in "*". */
gboolean lw_http_match (
    const char *pattern, const char *path, char ***ret_parts, char ***ret_names, char **ret_rest);

void lw_http_call_free (LwHttpCall *call);

/* lw-http-file.c: streams call->fd, then closes it. The message is unpaused. */
void lw_http_send_file (LwHttpCall *call);

/* lw-http-connection.c: one connection's deadlines. */
typedef struct _LwHttpConnections LwHttpConnections;

LwHttpConnections *lw_http_connections_new (SoupServer *server);
void lw_http_connections_free (LwHttpConnections *self);
/* Whose headers are there: it is no longer waited for. */
void lw_http_connections_heard (LwHttpConnections *self, SoupServerMessage *message);
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
