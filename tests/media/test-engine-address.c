/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Servers that give a file only from its beginning to its end, whatever part is asked for. */
#include <gio/gio.h>
#include <string.h>

#include "engine-fixture.h"
#include "lw-count-sink.h"

typedef struct {
  Fixture engine;
  GstElement *sink;
  GSocketService *service;
  char *uri, *bytes;
  gsize length;
  gboolean says_so; /* "Accept-Ranges: none" */
  int n_requests;   /* atomic */
} Address;

/* In a thread of its own; one request a connection. */
static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection *connection,
        GObject *source,
        gpointer user_data)
{
  Address *a = user_data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GDataInputStream) in =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *head = g_strdup_printf (
      "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %" G_GSIZE_FORMAT
      "\r\nConnection: close\r\n%s\r\n",
      a->length, a->says_so ? "Accept-Ranges: none\r\n" : "");
  gboolean is_get = FALSE;

  for (guint i = 0;; i++) {
    g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

    if (line == NULL)
      return TRUE;
    if (i == 0)
      is_get = g_str_has_prefix (line, "GET ");
    if (*line == '\r' || *line == '\0')
      break;
  }
  g_atomic_int_inc (&a->n_requests);
  /* A player that had enough closes; that is no mistake. */
  if (g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL) && is_get)
    g_output_stream_write_all (out, a->bytes, a->length, NULL, NULL, NULL);
  return TRUE;
}

static void
start (Address *a, gboolean says_so)
{
  g_autofree char *path = fixture_path ("faststart.mp4");
  g_autoptr (GError) error = NULL;
  guint16 port;

  *a = (Address){.says_so = says_so};
  g_file_get_contents (path, &a->bytes, &a->length, &error);
  g_assert_no_error (error);
  a->service = g_threaded_socket_service_new (8);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (a->service), NULL, NULL);
  g_assert_cmpuint (port, !=, 0);
  g_signal_connect (a->service, "run", G_CALLBACK (on_run), a);
  g_socket_service_start (a->service);
  a->uri = g_strdup_printf ("http://127.0.0.1:%u/lesson.mp4", port);
  a->sink = g_object_ref_sink (lw_count_sink_new ());
  fixture_init_with_sink (&a->engine, a->sink);
}

static void
open (Address *a)
{
  lw_engine_open (a->engine.engine, a->uri);
  g_assert_true (fixture_wait_opened (&a->engine));
  g_assert_no_error (a->engine.error);
}

static void
stop (Address *a)
{
  fixture_clear (&a->engine);
  gst_object_unref (a->sink);
  g_socket_service_stop (a->service);
  g_socket_listener_close (G_SOCKET_LISTENER (a->service));
  g_object_unref (a->service);
  g_free (a->uri);
  g_free (a->bytes);
}

static gboolean
has_ended (Fixture *f, gpointer n)
{
  return f->n_failed > 0 || f->n_ended >= GPOINTER_TO_UINT (n);
}

static gboolean
has_sought (Fixture *f, gpointer data)
{
  return f->n_failed > 0 || f->n_seek_done > 0;
}

static gboolean
was_warned (Fixture *f, gpointer data)
{
  return f->n_failed > 0 || f->n_warnings > 0;
}

static gboolean
is_beyond_a_second (Fixture *f, gpointer data)
{
  return f->n_failed > 0 || lw_engine_get_frame_time (f->engine) > LW_SECOND;
}

static void
play_a_second (Address *a)
{
  lw_engine_play (a->engine.engine);
  g_assert_true (fixture_wait_for (&a->engine, is_beyond_a_second, NULL));
  g_assert_no_error (a->engine.error);
}

static void
play_to_the_end (Address *a)
{
  guint n = a->engine.n_ended + 1;

  lw_engine_play (a->engine.engine);
  g_assert_true (fixture_wait_for (&a->engine, has_ended, GUINT_TO_POINTER (n)));
  g_assert_no_error (a->engine.error);
  g_assert_cmpint (lw_engine_get_frame_time (a->engine.engine), >, 10 * LW_SECOND);
}

/* By which the sink spaces the frames. */
static double
rate_at_the_sink (Address *a)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (a->sink, "sink");
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  if (event == NULL)
    return 0.0;
  gst_event_parse_segment (event, &segment);
  return segment->rate;
}

/* What is on screen may still be of before it began anew. */
static gboolean
is_at_rate_4 (Fixture *f, gpointer address)
{
  return f->n_failed > 0 || rate_at_the_sink (address) == 4.0;
}

static void
test_a_speed_set_before_it_opens_needs_no_jump (gconstpointer says_so)
{
  Address a;

  start (&a, says_so != NULL);
  lw_engine_set_rate (a.engine.engine, 4.0);
  open (&a);
  play_a_second (&a);
  g_assert_cmpfloat (rate_at_the_sink (&a), ==, 4.0);
  g_assert_cmpfloat (lw_engine_get_rate (a.engine.engine), ==, 4.0);
  g_assert_cmpint (g_atomic_int_get (&a.n_requests), ==, 1);
  g_assert_cmpuint (a.engine.n_warnings, ==, 0);
  stop (&a);
}

static void
test_a_jump_is_told_to_be_impossible_and_it_plays_on (gconstpointer says_so)
{
  Address a;

  start (&a, says_so != NULL);
  lw_engine_set_rate (a.engine.engine, 4.0);
  open (&a);
  lw_engine_seek (a.engine.engine, 5 * LW_SECOND, LW_SEEK_EXACT);
  g_assert_true (fixture_wait_for (&a.engine, has_sought, NULL));
  g_assert_no_error (a.engine.error);
  g_assert_cmpint (a.engine.seek_done, ==, lw_engine_get_frame_time (a.engine.engine));
  g_assert_cmpint (a.engine.seek_done, <, LW_SECOND);
  g_assert_cmpuint (a.engine.n_warnings, ==, 1);
  g_assert_nonnull (strstr (a.engine.warning, a.uri));
  g_assert_cmpint (lw_engine_get_state (a.engine.engine), ==, LW_ENGINE_PAUSED);
  play_to_the_end (&a);
  g_assert_cmpfloat (rate_at_the_sink (&a), ==, 4.0);
  /* And once more from the beginning, which is no jump for who can only begin anew. */
  play_to_the_end (&a);
  g_assert_cmpuint (a.engine.n_warnings, ==, 1);
  stop (&a);
}

static void
test_a_new_speed_is_told_to_be_impossible_and_it_plays_on (void)
{
  Address a;

  start (&a, TRUE);
  open (&a);
  lw_engine_play (a.engine.engine);
  lw_engine_set_rate (a.engine.engine, 2.0);
  g_assert_true (fixture_wait_for (&a.engine, was_warned, NULL));
  play_a_second (&a);
  g_assert_cmpfloat (lw_engine_get_rate (a.engine.engine), ==, 1.0);
  g_assert_cmpfloat (rate_at_the_sink (&a), ==, 1.0);
  g_assert_cmpint (g_atomic_int_get (&a.n_requests), ==, 1);
  stop (&a);
}

/* A server that does not say so is found out by asking: the new speed is there from the start. */
static void
test_a_new_speed_begins_anew_where_nothing_was_said (void)
{
  Address a;

  start (&a, FALSE);
  open (&a);
  lw_engine_play (a.engine.engine);
  lw_engine_set_rate (a.engine.engine, 4.0);
  g_assert_true (fixture_wait_for (&a.engine, was_warned, NULL));
  g_assert_true (fixture_wait_for (&a.engine, is_at_rate_4, &a));
  play_a_second (&a);
  g_assert_cmpfloat (lw_engine_get_rate (a.engine.engine), ==, 4.0);
  g_assert_cmpfloat (rate_at_the_sink (&a), ==, 4.0);
  stop (&a);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
#define ADD(name) g_test_add_func ("/engine/address/" #name, test_##name)
#define ADD_BOTH(name)                                                          \
  g_test_add_data_func ("/engine/address/" #name "/silent", NULL, test_##name); \
  g_test_add_data_func ("/engine/address/" #name "/says-so", "", test_##name)
  ADD_BOTH (a_speed_set_before_it_opens_needs_no_jump);
  ADD_BOTH (a_jump_is_told_to_be_impossible_and_it_plays_on);
  ADD (a_new_speed_is_told_to_be_impossible_and_it_plays_on);
  ADD (a_new_speed_begins_anew_where_nothing_was_said);
  return g_test_run ();
}
