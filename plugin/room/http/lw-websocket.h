/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-frames.h"

G_BEGIN_DECLS

/**
 * LwWebsockets:
 *
 * All WebSockets of a room, after their handshake. They are watched by one epoll, which is one
 * source of the main loop: a loop that polls a thousand sources one by one spends more on that than
 * on what they say. What is sent goes to the kernel at once; only what it does not take waits here.
 *
 * Thread: that of the context in which it was made.
 */
typedef struct _LwWebsockets LwWebsockets;
typedef struct _LwWebsocket LwWebsocket;

LwWebsockets *lw_websockets_new (void);
/* Ends those that are still there; they are told nothing more. */
void lw_websockets_free (LwWebsockets *self);

typedef struct {
  /* One whole message of text; none after lw_websocket_close(). @text: lent, @length bytes without
   * a NUL, not checked to be UTF-8. */
  void (*message) (LwWebsocket *socket, const char *text, gsize length, gpointer data);
  /* It is gone, and freed after this. From the main loop alone, never from within a call. */
  void (*closed) (LwWebsocket *socket, gpointer data);
} LwWebsocketEvents;

/* Takes over a connection whose handshake is done. @stream: of @socket, and may hold some that was
 * read already. @max: bytes of a message. (transfer none), until it is closed.
 * NULL, with a warning, if the system has no room for it: then it is closed. */
LwWebsocket *lw_websockets_take (LwWebsockets *self, GIOStream *stream, GSocket *socket, gsize max);
/* Who is told from now on; @events: (nullable): static. */
void lw_websocket_listen (LwWebsocket *self, const LwWebsocketEvents *events, gpointer data);
/* Hands on what came with the handshake. */
void lw_websocket_begin (LwWebsocket *self);

/* FALSE when it was closed here or broke: what is sent goes nowhere. */
gboolean lw_websocket_is_open (LwWebsocket *self);
/* One message of text, in two parts so that many may share the first. */
void lw_websocket_send (LwWebsocket *self, const char *head, gsize head_length, const char *tail);
/* One message of bytes. */
void lw_websocket_send_bytes (LwWebsocket *self, gconstpointer bytes, gsize length);
/* How many bytes of what was sent the kernel has not taken yet. */
gsize lw_websocket_get_waiting (LwWebsocket *self);
/* Says goodbye; who does not answer within 5 seconds is cut off. @code: of the RFC */
void lw_websocket_close (LwWebsocket *self, guint code);

G_END_DECLS
