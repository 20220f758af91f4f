/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients that pin as fast as each pin before is kept, the same for both services. Bare sockets and
 * one thread: a load program that needs a processor of its own measures itself.
 *
 *   load-pins PORT SECONDS        reads lines of "TARGET TRACK", one for each client
 *
 * Prints one line of JSON: pins_a_second, p50_ms, p99_ms. Frames by RFC 6455.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <json-c/json.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX 65536
#define WATCHDOG_MS 30000
#define TEXT "A student points at the line and says why"

typedef struct {
  int fd;
  char *track;
  GByteArray *in;
  gint64 sent_us;
  gboolean waits; /* for "kept" */
} Client;

static GArray *times_us; /* of gint64 */

static void
write_all (Client *client, const guint8 *bytes, gsize size)
{
  while (size > 0) {
    ssize_t n = send (client->fd, bytes, size, MSG_NOSIGNAL);

    if (n < 0)
      g_error ("sending to the service: %s", g_strerror (errno));
    bytes += n;
    size -= (gsize)n;
  }
}

/* A client's frames are masked; a mask of zeros is a mask. */
static void
send_text (Client *client, const char *text)
{
  gsize size = strlen (text);
  g_autoptr (GByteArray) frame = g_byte_array_sized_new ((guint)size + 8);
  guint8 head[8] = {0x81};
  gsize head_size;

  g_assert (size < FRAME_MAX);
  if (size < 126) {
    head[1] = (guint8)(0x80 | size);
    head_size = 2 + 4;
  } else {
    head[1] = 0x80 | 126;
    head[2] = (guint8)(size >> 8);
    head[3] = (guint8)size;
    head_size = 4 + 4;
  }
  g_byte_array_append (frame, head, (guint)head_size);
  g_byte_array_append (frame, (const guint8 *)text, (guint)size);
  write_all (client, frame->data, frame->len);
}

static void
send_pin (Client *client)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"changes\",\"request\":1,\"everybody\":false,\"changes\":[{"
                       "\"op\":\"put\",\"note\":{"
                       "\"id\":\"%s\",\"track\":\"%s\",\"kind\":\"noticing\",\"start\":1000000000,"
                       "\"end\":1000000000,\"text\":\"" TEXT "\"}}]}",
                       id, client->track);

  client->sent_us = g_get_monotonic_time ();
  client->waits = TRUE;
  send_text (client, text);
}

static gboolean
is_kept (json_object *message)
{
  json_object *results, *status;

  return json_object_object_get_ex (message, "results", &results) &&
         json_object_array_length (results) == 1 &&
         json_object_object_get_ex (json_object_array_get_idx (results, 0), "status", &status) &&
         strcmp (json_object_get_string (status), "kept") == 0;
}

/* @ret_hello: whether the service has said that it is there */
static void
take_message (Client *client, const guint8 *bytes, gsize size, gboolean *ret_hello)
{
  json_tokener *tokener = json_tokener_new ();
  json_object *message = json_tokener_parse_ex (tokener, (const char *)bytes, (int)size);
  json_object *type = NULL, *seq = NULL;
  const char *name;

  if (message == NULL || !json_object_object_get_ex (message, "type", &type))
    g_error ("the service sent what is no message: %.*s", (int)size, (const char *)bytes);
  name = json_object_get_string (type);
  if (strcmp (name, "hello") == 0) {
    *ret_hello = TRUE;
  } else if (json_object_object_get_ex (message, "seq", &seq)) {
    g_autofree char *ack = g_strdup_printf ("{\"type\":\"ack\",\"seq\":%" G_GINT64_FORMAT "}",
                                            json_object_get_int64 (seq));

    send_text (client, ack);
  }
  if (strcmp (name, "kept") == 0) {
    gint64 took_us = g_get_monotonic_time () - client->sent_us;

    if (!is_kept (message))
      g_error ("a pin was not kept: %s", json_object_to_json_string (message));
    client->waits = FALSE;
    g_array_append_val (times_us, took_us);
  }
  json_object_put (message);
  json_tokener_free (tokener);
}

/* Takes the whole frames that have come. */
static void
take_frames (Client *client, gboolean *ret_hello)
{
  for (;;) {
    const guint8 *at = client->in->data;
    gsize head = 2, size;

    if (client->in->len < 2)
      return;
    size = at[1] & 0x7f;
    if (size == 126) {
      head = 4;
      if (client->in->len < head)
        return;
      size = (gsize)at[2] << 8 | at[3];
    }
    if ((at[0] & 0x0f) == 8)
      g_error ("the service closed the connection");
    g_assert (size != 127);
    if (client->in->len < head + size)
      return;
    if ((at[0] & 0x0f) == 1)
      take_message (client, at + head, size, ret_hello);
    g_byte_array_remove_range (client->in, 0, (guint)(head + size));
  }
}

static void
receive (Client *client)
{
  guint8 bytes[16384];
  ssize_t n = recv (client->fd, bytes, sizeof bytes, 0);

  if (n <= 0)
    g_error ("reading from the service: %s", n == 0 ? "it hung up" : g_strerror (errno));
  g_byte_array_append (client->in, bytes, (guint)n);
}

static void
client_open (Client *client, guint16 port, const char *target, const char *track)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons (port)};
  g_autofree char *request = g_strdup_printf (
      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: bGVzc29ud2Fsay1iZW5jaA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      target, port);
  gboolean hello = FALSE;
  const int one = 1;
  const guint8 *end;

  *client = (Client){
      .fd = socket (AF_INET, SOCK_STREAM, 0), .track = g_strdup (track), .in = g_byte_array_new ()};
  inet_pton (AF_INET, "127.0.0.1", &address.sin_addr);
  if (connect (client->fd, (struct sockaddr *)&address, sizeof address) != 0)
    g_error ("connecting: %s", g_strerror (errno));
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  write_all (client, (const guint8 *)request, strlen (request));
  do
    receive (client);
  while ((end = memmem (client->in->data, client->in->len, "\r\n\r\n", 4)) == NULL);
  if (client->in->len < 12 || memcmp (client->in->data + 9, "101", 3) != 0)
    g_error ("the service refused: %.*s", (int)client->in->len, (const char *)client->in->data);
  g_byte_array_remove_range (client->in, 0, (guint)(end + 4 - client->in->data));
  for (take_frames (client, &hello); !hello; take_frames (client, &hello))
    receive (client);
}

static void
run (GArray *clients, gint64 until_us)
{
  g_autofree struct pollfd *polled = g_new0 (struct pollfd, clients->len);
  guint n_waiting = clients->len;
  gboolean hello;

  for (guint i = 0; i < clients->len; i++) {
    Client *client = &g_array_index (clients, Client, i);

    polled[i] = (struct pollfd){.fd = client->fd, .events = POLLIN};
    send_pin (client);
  }
  while (n_waiting > 0) {
    if (poll (polled, clients->len, WATCHDOG_MS) <= 0)
      g_error ("%u pins were not answered in %d s", n_waiting, WATCHDOG_MS / 1000);
    for (guint i = 0; i < clients->len; i++) {
      Client *client = &g_array_index (clients, Client, i);
      gboolean waited = client->waits;

      if (polled[i].revents == 0)
        continue;
      receive (client);
      take_frames (client, &hello);
      if (!waited || client->waits)
        continue;
      if (g_get_monotonic_time () < until_us)
        send_pin (client);
      else
        n_waiting--;
    }
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static double
quantile_ms (double q)
{
  guint i = MIN (times_us->len - 1, (guint)(q * times_us->len));

  return (double)g_array_index (times_us, gint64, i) / 1000;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GArray) clients = g_array_new (FALSE, FALSE, sizeof (Client));
  char target[1024], track[128];
  gint64 begun_us;
  double took_s;

  if (argc != 3)
    g_error ("usage: load-pins PORT SECONDS <TARGETS");
  times_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (scanf ("%1023s %127s", target, track) == 2) {
    Client client;

    client_open (&client, (guint16)atoi (argv[1]), target, track);
    g_array_append_val (clients, client);
  }
  g_assert (clients->len > 0);
  begun_us = g_get_monotonic_time ();
  run (clients, begun_us + (gint64)(atof (argv[2]) * G_USEC_PER_SEC));
  took_s = (double)(g_get_monotonic_time () - begun_us) / G_USEC_PER_SEC;
  g_array_sort (times_us, compare);
  printf ("{\"pins_a_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", times_us->len / took_s,
          quantile_ms (0.5), quantile_ms (0.99));
  return 0;
}
