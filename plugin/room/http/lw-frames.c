/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-frames.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define MASKED 0x80
#define LENGTH_16 126
#define LENGTH_64 127
#define MASK_LENGTH 4

typedef struct {
  LwFrameKind kind;
  gboolean is_last;
  gsize head;
  guint64 length;
} Head;

static guint64
read_number (const guint8 *bytes, guint n)
{
  guint64 number = 0;

  for (guint i = 0; i < n; i++)
    number = number << 8 | bytes[i];
  return number;
}

/* FALSE while the head is not whole. */
static gboolean
read_head (const guint8 *bytes, gsize n, Head *head)
{
  guint more;

  if (n < 2)
    return FALSE;
  head->kind = bytes[0] & 0x0f;
  head->is_last = (bytes[0] & FIN) != 0;
  head->length = bytes[1] & 0x7f;
  more = head->length == LENGTH_16 ? 2 : head->length == LENGTH_64 ? 8 : 0;
  head->head = 2 + more + MASK_LENGTH;
  if (n < head->head)
    return FALSE;
  if (more > 0)
    head->length = read_number (bytes + 2, more);
  return TRUE;
}

/* What can be told from the first two bytes, before any more is waited for. */
static gboolean
is_proper (const LwFrames *self, const guint8 *bytes)
{
  LwFrameKind kind = bytes[0] & 0x0f;

  if ((bytes[0] & RESERVED) != 0 || (bytes[1] & MASKED) == 0)
    return FALSE;
  switch (kind) {
  case LW_FRAME_MORE:
    return self->message != NULL;
  case LW_FRAME_TEXT:
  case LW_FRAME_BINARY:
    return self->message == NULL;
  case LW_FRAME_CLOSE:
  case LW_FRAME_PING:
  case LW_FRAME_PONG:
    return (bytes[0] & FIN) != 0 && (bytes[1] & 0x7f) <= LW_FRAME_CONTROL_MAX;
  default:
    return FALSE;
  }
}

static void
unmask (guint8 *bytes, gsize length, const guint8 mask[MASK_LENGTH])
{
  guint64 wide;
  gsize i = 0;

  for (guint j = 0; j < sizeof wide; j++)
    ((guint8 *)&wide)[j] = mask[j % MASK_LENGTH];
  for (; i + sizeof wide <= length; i += sizeof wide) {
    guint64 some;

    memcpy (&some, bytes + i, sizeof some);
    some ^= wide;
    memcpy (bytes + i, &some, sizeof some);
  }
  for (; i < length; i++)
    bytes[i] ^= mask[i % MASK_LENGTH];
}

/* Hands on a whole message or control frame, or keeps a part of one. */
static gboolean
take_frame (
    LwFrames *self, const Head *head, const guint8 *bytes, LwFramesFunc func, gpointer data)
{
  gsize length = (gsize)head->length;
  g_autoptr (GByteArray) whole = NULL;

  if (head->kind >= LW_FRAME_CLOSE || (head->is_last && self->message == NULL))
    return func (head->kind, bytes, length, data);
  if (self->message == NULL) {
    self->message = g_byte_array_new ();
    self->message_kind = (guint8)head->kind;
  }
  g_byte_array_append (self->message, bytes, (guint)length);
  if (!head->is_last)
    return TRUE;
  whole = g_steal_pointer (&self->message);
  return func (self->message_kind, whole->data, whole->len, data);
}

/* @ret_used: the bytes of whole frames. */
static guint
take_frames (LwFrames *self,
             guint8 *bytes,
             gsize n,
             gsize max,
             LwFramesFunc func,
             gpointer data,
             gsize *ret_used)
{
  gsize at = 0;

  for (*ret_used = 0; n - at >= 2; *ret_used = at) {
    Head head;
    guint8 *body;

    if (!is_proper (self, bytes + at))
      return LW_FRAMES_BROKEN;
    if (!read_head (bytes + at, n - at, &head))
      return 0;
    if (head.length > max ||
        (self->message != NULL && head.kind == LW_FRAME_MORE &&
         head.length > max - self->message->len))
      return LW_FRAMES_TOO_LARGE;
    if (head.length > n - at - head.head)
      return 0;
    body = bytes + at + head.head;
    unmask (body, (gsize)head.length, body - MASK_LENGTH);
    at += head.head + (gsize)head.length;
    if (!take_frame (self, &head, body, func, data)) {
      *ret_used = n;
      return 0;
    }
  }
  return 0;
}

guint
lw_frames_take (
    LwFrames *self, guint8 *bytes, gsize length, gsize max, LwFramesFunc func, gpointer data)
{
  gsize used;
  guint code;

  if (self->rest != NULL) {
    /* Freed only after its frames were taken: their bytes are lent from it. */
    g_autoptr (GByteArray) rest = g_steal_pointer (&self->rest);

    g_byte_array_append (rest, bytes, (guint)length);
    code = take_frames (self, rest->data, rest->len, max, func, data, &used);
    if (code == 0 && used < rest->len) {
      if (used > 0)
        g_byte_array_remove_range (rest, 0, (guint)used);
      self->rest = g_steal_pointer (&rest);
    }
    return code;
  }
  code = take_frames (self, bytes, length, max, func, data, &used);
  if (code == 0 && used < length) {
    self->rest = g_byte_array_sized_new ((guint)(length - used));
    g_byte_array_append (self->rest, bytes + used, (guint)(length - used));
  }
  return code;
}

void
lw_frames_clear (LwFrames *self)
{
  g_clear_pointer (&self->rest, g_byte_array_unref);
  g_clear_pointer (&self->message, g_byte_array_unref);
}

gsize
lw_frame_write_head (guint8 head[LW_FRAME_HEAD_MAX], LwFrameKind kind, gsize length)
{
  guint more = length < LENGTH_16 ? 0 : length <= G_MAXUINT16 ? 2 : 8;

  head[0] = FIN | (guint8)kind;
  head[1] = more == 0 ? (guint8)length : more == 2 ? LENGTH_16 : LENGTH_64;
  for (guint i = 0; i < more; i++)
    head[2 + i] = (guint8)((guint64)length >> 8 * (more - 1 - i));
  return 2 + more;
}
