/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Listening and accepting by ourselves: SoupServer's own socket has a backlog of 10, at which a
 * class that opens the panel at once queues for seconds, and it waits for ever for a client that
 * sends its headers a byte at a time.
 */

#include "lw-http-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define BACKLOG 1024
/* Times the patience with a head. */
#define BODY_TIMES 4
#define IDLE_TIMES 5
#define CONNECTIONS_MAX 8192

typedef struct {
  LwHttpConnections *owner;
  GSocket *socket;
  GSocketAddress *remote;
  guint deadline; /* source id; 0: none */
} Connection;

struct _LwHttpConnections {
  SoupServer *server;
  guint patience_ms;
  GPtrArray *listeners;    /* GSocket */
  GPtrArray *sources;      /* GSource, of listeners */
  GHashTable *connections; /* GSocketAddress (borrowed) of the far end -> Connection */
  guint64 refused;
  GSocket *silence; /* its other end is with the server */
};

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  if (connection->deadline != 0)
    g_source_remove (connection->deadline);
  g_object_unref (connection->socket);
  g_object_unref (connection->remote);
  g_free (connection);
}

LwHttpConnections *
lw_http_connections_new (SoupServer *server, guint patience_s)
{
  LwHttpConnections *self = g_new0 (LwHttpConnections, 1);

  self->server = server;
  self->patience_ms = patience_s * 1000;
  self->listeners = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)g_source_unref);
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, connection_free);
  return self;
}

void
lw_http_connections_stop (LwHttpConnections *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    g_source_destroy (self->sources->pdata[i]);
  g_ptr_array_set_size (self->sources, 0);
  for (guint i = 0; i < self->listeners->len; i++)
    g_socket_close (self->listeners->pdata[i], NULL);
  g_ptr_array_set_size (self->listeners, 0);
}

void
lw_http_connections_free (LwHttpConnections *self)
{
  lw_http_connections_stop (self);
  g_clear_object (&self->silence);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->listeners);
  g_hash_table_unref (self->connections);
  g_free (self);
}

static gboolean
give_up (gpointer data)
{
  Connection *connection = data;

  connection->deadline = 0;
  connection->owner->refused++;
  /* SoupServer reads the end of the stream and lets go of it. */
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (Connection *connection, guint after_ms)
{
  if (connection->deadline != 0)
    g_source_remove (connection->deadline);
  connection->deadline = after_ms != 0 ? g_timeout_add (after_ms, give_up, connection) : 0;
}

static void
forget (gpointer data, GObject *stream)
{
  Connection *connection = data;

  g_hash_table_remove (connection->owner->connections, connection->remote);
}

static void
take (LwHttpConnections *self, GSocket *socket)
{
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  Connection *connection;

  if (remote == NULL || g_hash_table_size (self->connections) >= CONNECTIONS_MAX)
    return;
  g_socket_set_blocking (socket, FALSE);
  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  stream = g_socket_connection_factory_create_connection (socket);
  connection = g_new0 (Connection, 1);
  connection->owner = self;
  connection->socket = g_object_ref (socket);
  connection->remote = g_object_ref (remote);
  g_hash_table_insert (self->connections, remote, connection);
  set_deadline (connection, self->patience_ms);
  g_object_weak_ref (G_OBJECT (stream), forget, connection);
  soup_server_accept_iostream (self->server, G_IO_STREAM (stream), local, remote, NULL);
}

static gboolean
accept_some (GSocket *listener, GIOCondition condition, gpointer data)
{
  LwHttpConnections *self = data;

  for (guint i = 0; i < BACKLOG; i++) {
    g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);

    if (socket == NULL)
      break;
    take (self, socket);
  }
  return G_SOURCE_CONTINUE;
}

/* A message of a stream that we accepted knows no socket (its own getter says NULL), but it has the
 * very address object that we gave. */
static Connection *
find (LwHttpConnections *self, SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return remote != NULL ? g_hash_table_lookup (self->connections, remote) : NULL;
}

GSocket *
lw_http_connections_get_socket (LwHttpConnections *self, SoupServerMessage *message)
{
  Connection *connection = find (self, message);

  return connection != NULL ? connection->socket : NULL;
}

void
lw_http_connections_heard (LwHttpConnections *self,
                           SoupServerMessage *message,
                           gboolean awaits_body)
{
  Connection *connection = find (self, message);

  if (connection != NULL)
    set_deadline (connection, awaits_body ? BODY_TIMES * self->patience_ms : 0);
}

void
lw_http_connections_answered (LwHttpConnections *self, SoupServerMessage *message)
{
  Connection *connection = find (self, message);

  if (connection != NULL)
    set_deadline (connection, IDLE_TIMES * self->patience_ms);
}

static GSocket *
open_listener (GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                    G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static GSocketAddress *
parse_address (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, 8437, error);
  g_autoptr (GSocketAddressEnumerator) addresses = NULL;

  if (connectable == NULL)
    return NULL;
  addresses = g_socket_connectable_enumerate (connectable);
  return g_socket_address_enumerator_next (addresses, NULL, error);
}

/* SoupServer keeps a connection for a second request only while it listens itself. So it does: to
 * one end of a pair on whose other end nobody ever speaks. */
static gboolean
listen_to_silence (LwHttpConnections *self, GError **error)
{
  int ends[2];
  g_autoptr (GSocket) heard = NULL;

  if (self->silence != NULL)
    return TRUE;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return FALSE;
  }
  self->silence = g_socket_new_from_fd (ends[0], error);
  heard = g_socket_new_from_fd (ends[1], error);
  return self->silence != NULL && heard != NULL &&
         soup_server_listen_socket (self->server, heard, 0, error);
}

gboolean
lw_http_connections_listen (LwHttpConnections *self,
                            const char *address,
                            char **ret_address,
                            GError **error)
{
  g_autoptr (GSocketAddress) wanted = parse_address (address, error);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GSource) source = NULL;
  GSocket *socket;

  if (wanted == NULL || !listen_to_silence (self, error))
    return FALSE;
  socket = open_listener (wanted, error);
  if (socket == NULL)
    return FALSE;
  g_ptr_array_add (self->listeners, socket);
  got = g_socket_get_local_address (socket, error);
  if (got == NULL)
    return FALSE;
  source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (accept_some), self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->sources, g_steal_pointer (&source));
  *ret_address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (got));
  return TRUE;
}

guint
lw_http_connections_count (LwHttpConnections *self)
{
  return g_hash_table_size (self->connections);
}

guint64
lw_http_connections_refused (LwHttpConnections *self)
{
  return self->refused;
}
