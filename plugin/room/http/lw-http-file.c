/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A file, or a part of one, in slices: the next is read when the one before is on the wire, so that
 * twenty stalled readers cost twenty slices and not twenty files. What the kernel has in memory is
 * read at once; for what is still on the disk the main loop does not wait, a worker does.
 * SoupServer's own Range handling copies the whole body and fails beyond 4 GiB, so it never sees
 * one.
 */

#include "lw-http-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#define SLICE_BYTES (256 * 1024)
/* Asked of the kernel ahead of time, once a worker had to wait. */
#define AHEAD_BYTES (4 * 1024 * 1024)

typedef struct {
  LwHttp *http;
  SoupServerMessage *message; /* NULL: the client has gone */
  int fd;
  goffset offset, left;
  guint8 *slice; /* one for all: the one before is on the wire when the next is read */
  gssize got;
} Sending;

static void
sending_clear (gpointer data)
{
  Sending *sending = data;

  close (sending->fd);
  g_free (sending->slice);
}

static void
sending_unref (gpointer data, GClosure *closure)
{
  g_atomic_rc_box_release_full (data, sending_clear);
}

static void
give_slice (Sending *sending)
{
  SoupMessageBody *body = soup_server_message_get_response_body (sending->message);
  g_autoptr (GBytes) bytes = NULL;

  if (sending->got <= 0) {
    /* The length is promised already: to end the connection is the one way to say it was cut. */
    GSocket *socket = lw_http_get_socket (sending->http, sending->message);

    if (socket != NULL)
      g_socket_shutdown (socket, TRUE, TRUE, NULL);
    soup_server_message_unpause (sending->message);
    return;
  }
  sending->offset += sending->got;
  sending->left -= sending->got;
  bytes = g_bytes_new_static (sending->slice, (gsize)sending->got);
  soup_message_body_append_bytes (body, bytes);
  if (sending->left == 0)
    soup_message_body_complete (body);
  soup_server_message_unpause (sending->message);
}

static gboolean
slice_is_read (gpointer data)
{
  Sending *sending = data;

  lw_http_job_done (sending->http);
  if (sending->message != NULL)
    give_slice (sending);
  sending_unref (sending, NULL);
  return G_SOURCE_REMOVE;
}

static void
read_slice (gpointer data)
{
  Sending *sending = data;
  gsize wanted = (gsize)MIN (sending->left, SLICE_BYTES);

  do
    sending->got = pread (sending->fd, sending->slice, wanted, sending->offset);
  while (sending->got < 0 && errno == EINTR);
  posix_fadvise (sending->fd, sending->offset + SLICE_BYTES, AHEAD_BYTES, POSIX_FADV_WILLNEED);
  lw_http_invoke (sending->http, slice_is_read, sending);
}

static void
send_slice (SoupServerMessage *message, gpointer data)
{
  Sending *sending = data;
  struct iovec part = {sending->slice, (gsize)MIN (sending->left, SLICE_BYTES)};

  if (sending->left == 0)
    return;
  sending->got = preadv2 (sending->fd, &part, 1, sending->offset, RWF_NOWAIT);
  if (sending->got > 0)
    give_slice (sending);
  else
    lw_http_push (sending->http, read_slice, g_atomic_rc_box_acquire (sending));
}

static void
stop_sending (SoupServerMessage *message, gpointer data)
{
  Sending *sending = data;

  sending->message = NULL;
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
  sending = g_atomic_rc_box_new0 (Sending);
  *sending = (Sending){call->http, message, call->fd, call->offset, call->length, NULL, 0};
  sending->slice = g_malloc ((gsize)MIN (call->length, SLICE_BYTES));
  call->fd = -1;
  soup_message_body_set_accumulate (body, FALSE);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (send_slice), sending);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (send_slice), sending);
  g_signal_connect_data (message, "finished", G_CALLBACK (stop_sending), sending, sending_unref, 0);
  soup_server_message_unpause (message);
}
