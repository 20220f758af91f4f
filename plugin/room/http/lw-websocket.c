/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-websocket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <glib-unix.h>

#define EVENTS_MAX 256
#define READ_BYTES (64 * 1024)
#define PING_S 20
#define GOODBYE_S 5
/* Whoever lets so much wait does not read any more. */
#define WAITING_MAX (64 * 1024 * 1024)

struct _LwWebsockets {
  int epoll;
  guint source, pings; /* source ids */
  GHashTable *all;     /* LwWebsocket */
  guint8 *buffer;      /* READ_BYTES */
};

struct _LwWebsocket {
  LwWebsockets *owner;
  GIOStream *stream;
  GSocket *socket;
  int fd;                          /* the socket's */
  const LwWebsocketEvents *events; /* nullable */
  gpointer data;
  LwFrames frames;
  gsize max;
  GByteArray *waiting; /* nullable: what the kernel did not take yet */
  gsize sent;          /* of these */
  gboolean closing;    /* goodbye was said */
  gboolean deaf;       /* what comes cannot be told apart any more */
  gboolean over;       /* broken, or both have said goodbye: to be ended by the loop */
  guint timer;         /* source id: how long an answer to goodbye is waited for */
};

static void
socket_free (gpointer data)
{
  LwWebsocket *self = data;

  if (self->timer != 0)
    g_source_remove (self->timer);
  epoll_ctl (self->owner->epoll, EPOLL_CTL_DEL, self->fd, NULL);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_object_unref (self->stream);
  lw_frames_clear (&self->frames);
  g_clear_pointer (&self->waiting, g_byte_array_unref);
  g_free (self);
}

/* The loop hears of it, as of a hang-up. */
static void
set_over (LwWebsocket *self)
{
  self->over = TRUE;
  shutdown (self->fd, SHUT_RDWR);
}

static void
end (LwWebsocket *self)
{
  if (self->events != NULL)
    self->events->closed (self, self->data);
  g_hash_table_remove (self->owner->all, self);
}

/* ---- sending ---- */

static void
watch (LwWebsocket *self, gboolean for_writing)
{
  struct epoll_event event = {.events = EPOLLIN | (for_writing ? EPOLLOUT : 0), .data.ptr = self};

  epoll_ctl (self->owner->epoll, EPOLL_CTL_MOD, self->fd, &event);
}

static void
wait_with (LwWebsocket *self, const struct iovec *parts, guint n, gsize skip)
{
  if (self->waiting == NULL) {
    self->waiting = g_byte_array_new ();
    self->sent = 0;
    watch (self, TRUE);
  }
  for (guint i = 0; i < n; i++) {
    gsize passed = MIN (skip, parts[i].iov_len);

    skip -= passed;
    g_byte_array_append (self->waiting, (const guint8 *)parts[i].iov_base + passed,
                         (guint)(parts[i].iov_len - passed));
  }
  if (self->waiting->len - self->sent > WAITING_MAX)
    set_over (self);
}

static void
send_parts (LwWebsocket *self, struct iovec *parts, guint n)
{
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
  gssize sent;

  if (self->over)
    return;
  if (self->waiting != NULL) {
    wait_with (self, parts, n, 0);
    return;
  }
  do
    sent = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
    set_over (self);
    return;
  }
  for (guint i = 0, left = (guint)MAX (sent, 0); i < n; i++) {
    if (left < parts[i].iov_len) {
      wait_with (self, parts, n, (gsize)MAX (sent, 0));
      return;
    }
    left -= (guint)parts[i].iov_len;
  }
}

static void
send_frame (LwWebsocket *self,
            LwFrameKind kind,
            gconstpointer head,
            gsize head_length,
            gconstpointer tail,
            gsize tail_length)
{
  guint8 frame[LW_FRAME_HEAD_MAX];
  struct iovec parts[] = {
      {frame, lw_frame_write_head (frame, kind, head_length + tail_length)},
      {(gpointer)head, head_length},
      {(gpointer)tail, tail_length},
  };

  send_parts (self, parts, G_N_ELEMENTS (parts));
}

static void
send_waiting (LwWebsocket *self)
{
  while (self->waiting != NULL && self->sent < self->waiting->len) {
    gssize n = send (self->fd, self->waiting->data + self->sent, self->waiting->len - self->sent,
                     MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK)
        set_over (self);
      return;
    }
    self->sent += (gsize)n;
  }
  g_clear_pointer (&self->waiting, g_byte_array_unref);
  watch (self, FALSE);
}

void
lw_websocket_send (LwWebsocket *self, const char *head, gsize head_length, const char *tail)
{
  if (lw_websocket_is_open (self))
    send_frame (self, LW_FRAME_TEXT, head, head_length, tail, strlen (tail));
}

void
lw_websocket_send_bytes (LwWebsocket *self, gconstpointer bytes, gsize length)
{
  if (lw_websocket_is_open (self))
    send_frame (self, LW_FRAME_BINARY, bytes, length, NULL, 0);
}

gsize
lw_websocket_get_waiting (LwWebsocket *self)
{
  return self->waiting != NULL ? self->waiting->len - self->sent : 0;
}

gboolean
lw_websocket_is_open (LwWebsocket *self)
{
  return !self->closing && !self->over;
}

static gboolean
cut_off (gpointer data)
{
  LwWebsocket *self = data;

  self->timer = 0;
  end (self);
  return G_SOURCE_REMOVE;
}

void
lw_websocket_close (LwWebsocket *self, guint code)
{
  guint8 bytes[] = {(guint8)(code >> 8), (guint8)code};

  if (!lw_websocket_is_open (self))
    return;
  send_frame (self, LW_FRAME_CLOSE, bytes, sizeof bytes, NULL, 0);
  self->closing = TRUE;
  self->timer = g_timeout_add_seconds (GOODBYE_S, cut_off, self);
}

/* ---- receiving ---- */

/* Its code is sent back, or none where none came. */
static void
answer_goodbye (LwWebsocket *self, const guint8 *bytes, gsize length)
{
  if (!self->closing)
    send_frame (self, LW_FRAME_CLOSE, bytes, length >= 2 ? 2 : 0, NULL, 0);
  self->closing = TRUE;
  set_over (self);
}

static gboolean
take_frame (LwFrameKind kind, const guint8 *bytes, gsize length, gpointer data)
{
  LwWebsocket *self = data;

  if (kind == LW_FRAME_CLOSE) {
    answer_goodbye (self, bytes, length);
    return FALSE;
  }
  if (self->closing || self->over || kind == LW_FRAME_PONG)
    return TRUE;
  if (kind == LW_FRAME_PING)
    send_frame (self, LW_FRAME_PONG, bytes, length, NULL, 0);
  else if (self->events != NULL)
    self->events->message (self, kind == LW_FRAME_TEXT ? (const char *)bytes : NULL, length,
                           self->data);
  return TRUE;
}

static void
take_bytes (LwWebsocket *self, gsize length)
{
  guint code = self->deaf ? 0
                          : lw_frames_take (&self->frames, self->owner->buffer, length, self->max,
                                            take_frame, self);

  if (code == 0)
    return;
  lw_websocket_close (self, code);
  /* Read to its end, or the kernel would take the goodbye back. */
  self->deaf = TRUE;
  shutdown (self->fd, SHUT_WR);
}

static void
read_some (LwWebsocket *self)
{
  gssize n;

  do
    n = recv (self->fd, self->owner->buffer, READ_BYTES, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    take_bytes (self, (gsize)n);
  else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
    self->over = TRUE;
}

void
lw_websocket_begin (LwWebsocket *self)
{
  GPollableInputStream *input =
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));

  /* The end, and errors, are the loop's to find. */
  while (!self->over) {
    gssize n = g_pollable_input_stream_read_nonblocking (input, self->owner->buffer, READ_BYTES,
                                                         NULL, NULL);

    if (n <= 0)
      break;
    take_bytes (self, (gsize)n);
  }
}

static void
attend (LwWebsocket *self, guint events)
{
  if (events & EPOLLOUT)
    send_waiting (self);
  if (!self->over && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read_some (self);
  if (self->over)
    end (self);
}

static gboolean
attend_some (int fd, GIOCondition condition, gpointer data)
{
  LwWebsockets *self = data;
  struct epoll_event events[EVENTS_MAX];
  int n = epoll_wait (self->epoll, events, EVENTS_MAX, 0);

  /* Attending to one ends no other: those wait for a turn of their own. */
  for (int i = 0; i < n; i++)
    attend (events[i].data.ptr, events[i].events);
  return G_SOURCE_CONTINUE;
}

/* Without any, a proxy takes a quiet connection for a dead one. */
static gboolean
ping_all (gpointer data)
{
  LwWebsockets *self = data;
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, &socket, NULL)) {
    if (lw_websocket_is_open (socket))
      send_frame (socket, LW_FRAME_PING, NULL, 0, NULL, 0);
  }
  return G_SOURCE_CONTINUE;
}

/* ---- making and ending ---- */

LwWebsockets *
lw_websockets_new (void)
{
  LwWebsockets *self = g_new0 (LwWebsockets, 1);

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll < 0)
    g_error ("No epoll: %s", g_strerror (errno));
  self->all = g_hash_table_new_full (NULL, NULL, NULL, socket_free);
  self->buffer = g_malloc (READ_BYTES);
  self->source = g_unix_fd_add (self->epoll, G_IO_IN, attend_some, self);
  self->pings = g_timeout_add_seconds (PING_S, ping_all, self);
  return self;
}

void
lw_websockets_free (LwWebsockets *self)
{
  if (self == NULL)
    return;
  g_source_remove (self->source);
  g_source_remove (self->pings);
  g_hash_table_unref (self->all);
  close (self->epoll);
  g_free (self->buffer);
  g_free (self);
}

LwWebsocket *
lw_websockets_take (LwWebsockets *self, GIOStream *stream, GSocket *socket, gsize max)
{
  LwWebsocket *taken = g_new0 (LwWebsocket, 1);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = taken};

  taken->owner = self;
  taken->stream = g_object_ref (stream);
  taken->socket = g_object_ref (socket);
  taken->fd = g_socket_get_fd (socket);
  taken->max = max;
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, taken->fd, &event) != 0) {
    g_warning ("A WebSocket cannot be watched: %s", g_strerror (errno));
    socket_free (taken);
    return NULL;
  }
  g_hash_table_add (self->all, taken);
  return taken;
}

void
lw_websocket_listen (LwWebsocket *self, const LwWebsocketEvents *events, gpointer data)
{
  self->events = events;
  self->data = data;
}
