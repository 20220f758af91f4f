/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwFrames:
 *
 * What a browser sends over a WebSocket (RFC 6455, section 5), as bytes: frames in pieces of any
 * size, put together to messages. No I/O. All zero is empty; it holds memory only while a frame or
 * a message is not whole.
 *
 * Thread: one at a time.
 */
typedef struct {
  GByteArray *rest;    /* nullable: of a frame that is not whole */
  GByteArray *message; /* nullable: of a message that goes on */
  guint8 message_kind;
} LwFrames;

/* Opcodes of the RFC. */
typedef enum {
  LW_FRAME_MORE = 0,
  LW_FRAME_TEXT = 1,
  LW_FRAME_BINARY = 2,
  LW_FRAME_CLOSE = 8,
  LW_FRAME_PING = 9,
  LW_FRAME_PONG = 10,
} LwFrameKind;

/* Codes with which a connection is closed. */
#define LW_FRAMES_NORMAL 1000
#define LW_FRAMES_GOING_AWAY 1001
#define LW_FRAMES_BROKEN 1002
#define LW_FRAMES_POLICY 1008
#define LW_FRAMES_TOO_LARGE 1009

#define LW_FRAME_HEAD_MAX 10
#define LW_FRAME_CONTROL_MAX 125

/* One whole message, or a control frame (CLOSE, PING, PONG). @bytes: lent, without a NUL, and not
 * checked to be UTF-8. FALSE: no more of them. */
typedef gboolean (*LwFramesFunc) (LwFrameKind kind,
                                  const guint8 *bytes,
                                  gsize length,
                                  gpointer data);

/* Takes in what came; @bytes is unmasked in place. @max: of a message, in bytes.
 * Returns 0, or the code with which to close; then nothing more is taken in. */
guint lw_frames_take (LwFrames *self,
                      guint8 *bytes,
                      gsize length,
                      gsize max,
                      LwFramesFunc func,
                      gpointer data);
void lw_frames_clear (LwFrames *self);

/* The head of a frame that a server sends: its length. */
gsize lw_frame_write_head (guint8 head[LW_FRAME_HEAD_MAX], LwFrameKind kind, gsize length);

G_END_DECLS
