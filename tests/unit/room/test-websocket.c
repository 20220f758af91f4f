/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a WebSocket, in any pieces, and a real socket that carries them. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lw-websocket.h"

#define LONGEST 100000
#define WATCHDOG_S 30

/* ---- frames ---- */

/* A frame as a browser sends it. */
static void
add_frame (GByteArray *out, guint8 first, const char *bytes, gsize length)
{
  const guint8 mask[] = {0x37, 0xfa, 0x21, 0x3d};
  guint8 head[LW_FRAME_HEAD_MAX];
  gsize head_length = lw_frame_write_head (head, LW_FRAME_TEXT, length);

  head[0] = first;
  head[1] |= 0x80;
  g_byte_array_append (out, head, (guint)head_length);
  g_byte_array_append (out, mask, sizeof mask);
  for (gsize i = 0; i < length; i++) {
    guint8 masked = (guint8)bytes[i] ^ mask[i % 4];

    g_byte_array_append (out, &masked, 1);
  }
}

static gboolean
write_down (LwFrameKind kind, const guint8 *bytes, gsize length, gpointer data)
{
  g_string_append_printf (data, "%d:", (int)kind);
  g_string_append_len (data, (const char *)bytes, (gssize)length);
  g_string_append_c (data, '|');
  return length == 0 || bytes[0] != '!';
}

/* What is read of @all when it comes in pieces of at most @piece bytes, each of any length. */
static char *
take_in_pieces (const GByteArray *all, guint piece, guint *ret_code)
{
  LwFrames frames = {0};
  GString *read = g_string_new (NULL);

  *ret_code = 0;
  for (guint at = 0; at < all->len && *ret_code == 0;) {
    guint wanted = piece > 1 ? (guint)g_test_rand_int_range (1, (gint32)piece + 1) : 1;
    guint n = MIN (all->len - at, wanted);
    g_autofree guint8 *bytes = g_memdup2 (all->data + at, n);

    *ret_code = lw_frames_take (&frames, bytes, n, LONGEST, write_down, read);
    at += n;
  }
  lw_frames_clear (&frames);
  return g_string_free (read, FALSE);
}

static void
test_messages_are_the_same_in_any_pieces (void)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree char *long_text = g_strnfill (70000, 'l');
  g_autofree char *middle = g_strnfill (126, 'm');
  g_autofree char *wanted = NULL;

  add_frame (all, 0x81, "hello", 5);
  add_frame (all, 0x01, "one ", 4);
  add_frame (all, 0x89, "ping", 4);
  add_frame (all, 0x00, "two ", 4);
  add_frame (all, 0x8a, "", 0);
  add_frame (all, 0x80, "three", 5);
  add_frame (all, 0x81, "", 0);
  add_frame (all, 0x82, middle, 126);
  add_frame (all, 0x81, long_text, 70000);
  add_frame (all, 0x88, "\x03\xe8", 2);
  wanted = g_strdup_printf ("1:hello|9:ping|10:|1:one two three|1:|2:%s|1:%s|8:\x03\xe8|", middle,
                            long_text);
  for (guint piece = 1; piece < 3000; piece = piece * 3 + 1) {
    guint code;
    g_autofree char *got = take_in_pieces (all, piece, &code);

    g_assert_cmpuint (code, ==, 0);
    g_assert_cmpstr (got, ==, wanted);
  }
}

static void
assert_refused (const char *bytes, gsize length, guint wanted)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint code;

  g_byte_array_append (all, (const guint8 *)bytes, (guint)length);
  for (guint piece = 1; piece < 64; piece += 31) {
    g_autofree char *got = take_in_pieces (all, piece, &code);

    g_assert_cmpuint (code, ==, wanted);
    g_assert_cmpstr (got, ==, "");
  }
}

static void
test_what_is_no_frame_is_refused (void)
{
  g_autoptr (GByteArray) nested = g_byte_array_new ();
  g_autoptr (GByteArray) grown = g_byte_array_new ();
  g_autofree char *half = g_strnfill (LONGEST / 2 + 1, 'h');

  assert_refused ("\x81\x05hello", 7, LW_FRAMES_BROKEN); /* not masked */
  assert_refused ("\xc1\x80mask", 6, LW_FRAMES_BROKEN);  /* compressed, as nobody agreed to */
  assert_refused ("\x83\x80mask", 6, LW_FRAMES_BROKEN);  /* an unknown kind */
  assert_refused ("\x80\x80mask", 6, LW_FRAMES_BROKEN);  /* goes on with nothing */
  assert_refused ("\x09\x80mask", 6, LW_FRAMES_BROKEN);  /* a ping in parts */
  assert_refused ("\x89\xfe\x01\x00mask", 8, LW_FRAMES_BROKEN); /* a long one */
  assert_refused ("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xffmask", 14, LW_FRAMES_TOO_LARGE);
  assert_refused ("\x81\xff\0\0\0\0\0\x01\x86\xa1mask", 14, LW_FRAMES_TOO_LARGE);
  add_frame (nested, 0x01, "one", 3);
  add_frame (nested, 0x81, "two", 3);
  assert_refused ((const char *)nested->data, nested->len, LW_FRAMES_BROKEN);
  add_frame (grown, 0x01, half, LONGEST / 2 + 1);
  add_frame (grown, 0x80, half, LONGEST / 2 + 1);
  assert_refused ((const char *)grown->data, grown->len, LW_FRAMES_TOO_LARGE);
}

static void
test_nothing_is_read_behind_the_end (void)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree char *got = NULL;
  LwFrames frames = {0};
  GString *read = g_string_new (NULL);

  add_frame (all, 0x81, "!", 1);
  add_frame (all, 0x81, "more", 4);
  g_assert_cmpuint (lw_frames_take (&frames, all->data, all->len, LONGEST, write_down, read), ==, 0);
  lw_frames_clear (&frames);
  got = g_string_free (read, FALSE);
  g_assert_cmpstr (got, ==, "1:!|");
}

/* ---- a socket ---- */

typedef struct {
  LwWebsockets *all;
  LwWebsocket *socket; /* NULL once closed */
  int far;             /* the browser's end */
  GString *heard;
  guint closed;
} Line;

static void
hear (LwWebsocket *socket, const char *text, gsize length, gpointer data)
{
  Line *line = data;

  g_string_append_len (line->heard, text != NULL ? text : "?", text != NULL ? (gssize)length : 1);
}

static void
lose (LwWebsocket *socket, gpointer data)
{
  Line *line = data;

  line->closed++;
  line->socket = NULL;
}

static void
line_set_up (Line *line, gconstpointer data)
{
  static const LwWebsocketEvents events = {hear, lose};
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  socket = g_socket_new_from_fd (ends[0], &error);
  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);
  line->far = ends[1];
  line->heard = g_string_new (NULL);
  line->all = lw_websockets_new ();
  line->socket = lw_websockets_take (line->all, G_IO_STREAM (stream), socket, LONGEST);
  lw_websocket_listen (line->socket, &events, line);
  lw_websocket_begin (line->socket);
}

static void
line_tear_down (Line *line, gconstpointer data)
{
  lw_websockets_free (line->all);
  if (line->far >= 0)
    close (line->far);
  g_string_free (line->heard, TRUE);
}

static void
speak (Line *line, guint8 first, const char *bytes, gsize length)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  add_frame (out, first, bytes, length);
  g_assert_cmpint (send (line->far, out->data, out->len, MSG_NOSIGNAL), ==, (gssize)out->len);
}

static gboolean
bark (gpointer data)
{
  g_error ("Waited in vain");
  return G_SOURCE_REMOVE;
}

/* Turns the loop until that many bytes came to the far end. */
static void
await_bytes (Line *line, GByteArray *got, gsize length)
{
  guint watchdog = g_timeout_add_seconds (WATCHDOG_S, bark, NULL);

  while (got->len < length) {
    guint8 some[65536];
    gssize n = recv (line->far, some, MIN (sizeof some, length - got->len), MSG_DONTWAIT);

    if (n > 0)
      g_byte_array_append (got, some, (guint)n);
    else
      g_main_context_iteration (NULL, FALSE);
  }
  g_source_remove (watchdog);
}

static void
await_end (Line *line)
{
  guint watchdog = g_timeout_add_seconds (WATCHDOG_S, bark, NULL);

  while (line->closed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

static void
assert_comes (Line *line, const char *bytes, gsize length)
{
  g_autoptr (GByteArray) got = g_byte_array_new ();

  await_bytes (line, got, length);
  g_assert_cmpmem (got->data, got->len, bytes, length);
}

static void
test_a_ping_is_answered_and_text_is_heard (Line *line, gconstpointer data)
{
  speak (line, 0x81, "one", 3);
  speak (line, 0x89, "are you there", 13);
  assert_comes (line,
                "\x8a\x0d"
                "are you there",
                15);
  g_assert_cmpstr (line->heard->str, ==, "one");
  speak (line, 0x88, "\x03\xe8", 2);
  assert_comes (line, "\x88\x02\x03\xe8", 4);
  await_end (line);
  g_assert_cmpuint (line->closed, ==, 1);
}

static void
test_a_goodbye_is_answered (Line *line, gconstpointer data)
{
  lw_websocket_send (line->socket, "{\"type\":\"bye\"", 13, "}");
  lw_websocket_close (line->socket, LW_FRAMES_POLICY);
  lw_websocket_send (line->socket, "late", 4, "");
  g_assert_false (lw_websocket_is_open (line->socket));
  assert_comes (line, "\x81\x0e{\"type\":\"bye\"}\x88\x02\x03\xf0", 20);
  /* What comes before the answer is not heard. */
  speak (line, 0x81, "but", 3);
  speak (line, 0x88, "\x03\xf0", 2);
  await_end (line);
  g_assert_cmpstr (line->heard->str, ==, "");
  g_assert_cmpuint (line->closed, ==, 1);
}

static void
test_who_breaks_the_rules_is_told_why (Line *line, gconstpointer data)
{
  g_assert_cmpint (send (line->far, "\x81\x05hello", 7, MSG_NOSIGNAL), ==, 7);
  assert_comes (line, "\x88\x02\x03\xea", 4);
  speak (line, 0x81, "once more", 9);
  close (line->far);
  line->far = -1;
  await_end (line);
  g_assert_cmpstr (line->heard->str, ==, "");
}

static void
test_who_is_gone_is_noticed_once (Line *line, gconstpointer data)
{
  close (line->far);
  line->far = -1;
  /* Sending finds it first, but tells nothing from within. */
  for (guint i = 0; i < 3; i++)
    lw_websocket_send (line->socket, "anybody", 7, "?");
  g_assert_cmpuint (line->closed, ==, 0);
  await_end (line);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (line->closed, ==, 1);
}

#define MESSAGES 200
#define MESSAGE_LENGTH 50000

/* More than the kernel takes waits, and comes whole and in order. */
static void
test_a_slow_reader_gets_all_in_order (Line *line, gconstpointer data)
{
  g_autoptr (GByteArray) got = g_byte_array_new ();
  const gsize frame = 4 + MESSAGE_LENGTH + 3;

  for (guint i = 0; i < MESSAGES; i++) {
    g_autofree char *text = g_strnfill (MESSAGE_LENGTH, (char)('a' + i % 26));
    char tail[4];

    g_snprintf (tail, sizeof tail, "%03u", i);
    lw_websocket_send (line->socket, text, MESSAGE_LENGTH, tail);
  }
  await_bytes (line, got, MESSAGES * frame);
  for (guint i = 0; i < MESSAGES; i++) {
    const guint8 *at = got->data + i * frame;
    char tail[4];

    g_snprintf (tail, sizeof tail, "%03u", i);
    g_assert_cmpmem (at, 4, "\x81\x7e\xc3\x53", 4);
    g_assert_cmpuint (at[4], ==, 'a' + i % 26);
    g_assert_cmpuint (at[4 + MESSAGE_LENGTH - 1], ==, 'a' + i % 26);
    g_assert_cmpmem (at + 4 + MESSAGE_LENGTH, 3, tail, 3);
  }
  lw_websocket_send (line->socket, "then", 4, "");
  assert_comes (line, "\x81\x04then", 6);
}

#define LINE_TEST(path, function) \
  g_test_add (path, Line, NULL, line_set_up, function, line_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frames/pieces", test_messages_are_the_same_in_any_pieces);
  g_test_add_func ("/frames/refused", test_what_is_no_frame_is_refused);
  g_test_add_func ("/frames/end", test_nothing_is_read_behind_the_end);
  LINE_TEST ("/websocket/ping", test_a_ping_is_answered_and_text_is_heard);
  LINE_TEST ("/websocket/goodbye", test_a_goodbye_is_answered);
  LINE_TEST ("/websocket/broken", test_who_breaks_the_rules_is_told_why);
  LINE_TEST ("/websocket/gone", test_who_is_gone_is_noticed_once);
  LINE_TEST ("/websocket/slow", test_a_slow_reader_gets_all_in_order);
  return g_test_run ();
}
