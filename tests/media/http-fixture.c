/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-fixture.h"

#include <string.h>

typedef struct {
  GMappedFile *file;
  gint n_ranges; /* atomic */
} Served;

struct _HttpFixture {
  GSocketService *service;
  Served *served; /* the service's, as its threads may outlive us */
  char *uri;
};

/* Where the answer begins; -1: the client has gone. */
static gint64
read_request (GDataInputStream *stream)
{
  gint64 from = 0;

  for (guint n = 0;; n++) {
    g_autofree char *line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);

    if (line == NULL)
      return -1;
    g_strchomp (line);
    if (*line == '\0')
      return from;
    if (g_ascii_strncasecmp (line, "range: bytes=", 13) == 0)
      from = g_ascii_strtoll (line + 13, NULL, 10);
  }
}

static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection *connection,
        GObject *source,
        gpointer data)
{
  Served *self = data;
  g_autoptr (GDataInputStream) in =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  gsize length = g_mapped_file_get_length (self->file);
  gboolean goes_on = TRUE;

  while (goes_on) {
    gint64 from = read_request (in);
    g_autofree char *head = NULL;

    if (from < 0 || (gsize)from >= length)
      break;
    if (from > 0)
      g_atomic_int_inc (&self->n_ranges);
    head = g_strdup_printf ("HTTP/1.1 206 Partial Content\r\n"
                            "Content-Type: video/mp4\r\n"
                            "Accept-Ranges: bytes\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                            "Content-Range: bytes %" G_GINT64_FORMAT "-%" G_GSIZE_FORMAT
                            "/%" G_GSIZE_FORMAT "\r\n\r\n",
                            length - (gsize)from, from, length - 1, length);
    goes_on = g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL) &&
              g_output_stream_write_all (out, g_mapped_file_get_contents (self->file) + from,
                                         length - (gsize)from, NULL, NULL, NULL);
  }
  return TRUE;
}

static void
served_free (gpointer data)
{
  Served *self = data;

  g_mapped_file_unref (self->file);
  g_free (self);
}

HttpFixture *
http_fixture_new (const char *path)
{
  HttpFixture *self = g_new0 (HttpFixture, 1);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  guint16 port;

  self->served = g_new0 (Served, 1);
  self->served->file = g_mapped_file_new (path, FALSE, &error);
  g_assert_no_error (error);
  self->service = g_threaded_socket_service_new (20);
  g_object_set_data_full (G_OBJECT (self->service), "served", self->served, served_free);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self->served);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u/%s", port, name);
  return self;
}

void
http_fixture_free (HttpFixture *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self->uri);
  g_free (self);
}

const char *
http_fixture_get_uri (HttpFixture *self)
{
  return self->uri;
}

guint
http_fixture_get_n_ranges (HttpFixture *self)
{
  return (guint)g_atomic_int_get (&self->served->n_ranges);
}
