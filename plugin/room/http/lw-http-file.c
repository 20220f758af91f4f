/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A file, or a part of one, in slices: the next is read when the one before is on the wire, so that
 * twenty stalled readers cost twenty slices and not twenty files. SoupServer's own Range handling
 * copies the whole body and fails beyond 4 GiB, so it never sees one.
 */

#include "lw-http-private.h"

#include <errno.h>
#include <unistd.h>

#define SLICE_BYTES (256 * 1024)

typedef struct {
  SoupServerMessage *message;
  int fd;
  goffset offset, left;
} Sending;

static void
sending_free (gpointer data, GClosure *closure)
{
  Sending *sending = data;

  close (sending->fd);
  g_free (sending);
}

static void
send_slice (SoupServerMessage *message, gpointer data)
{
  Sending *sending = data;
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  gsize wanted = (gsize)MIN (sending->left, SLICE_BYTES);
  g_autofree guint8 *slice = NULL;
  gssize got;

  if (wanted == 0)
    return;
  slice = g_malloc (wanted);
  do
    got = pread (sending->fd, slice, wanted, sending->offset);
  while (got < 0 && errno == EINTR);
  if (got <= 0) {
    /* The length is promised already: to end the connection is the one way to say it was cut. */
    GSocket *socket = soup_server_message_get_socket (message);

    if (socket != NULL)
      g_socket_shutdown (socket, TRUE, TRUE, NULL);
    return;
  }
  sending->offset += got;
  sending->left -= got;
  soup_message_body_append_take (body, g_steal_pointer (&slice), (gsize)got);
  if (sending->left == 0)
    soup_message_body_complete (body);
  soup_server_message_unpause (message);
}

void
lw_http_send_file (LwHttpCall *call)
{
  SoupServerMessage *message = call->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  Sending *sending;

  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CONTENT_LENGTH);
  soup_message_headers_set_content_length (headers, call->length);
  if (call->length == 0 || soup_server_message_get_method (message) == SOUP_METHOD_HEAD) {
    soup_server_message_unpause (message);
    return;
  }
  sending = g_new (Sending, 1);
  *sending = (Sending){message, call->fd, call->offset, call->length};
  call->fd = -1;
  soup_message_body_set_accumulate (body, FALSE);
  g_signal_connect_data (message, "wrote-headers", G_CALLBACK (send_slice), sending, sending_free,
                         0);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (send_slice), sending);
  soup_server_message_unpause (message);
}
