/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as what a browser sends over a WebSocket: the same messages and the same end whether
 * they come at once or one by one, and none longer than allowed. */

#include "fuzz.h"

#include "lw-frames.h"

#define LONGEST 300

typedef struct {
  GByteArray *read;
  gboolean ended; /* behind a goodbye a caller asks no more */
} Reading;

static gboolean
write_down (LwFrameKind kind, const guint8 *bytes, gsize length, gpointer data)
{
  Reading *reading = data;
  guint8 head[] = {(guint8)kind, (guint8)(length >> 8), (guint8)length};

  g_assert_false (reading->ended);
  g_assert_cmpuint (length, <=, LONGEST);
  g_byte_array_append (reading->read, head, sizeof head);
  g_byte_array_append (reading->read, bytes, (guint)length);
  reading->ended = kind == LW_FRAME_CLOSE;
  return !reading->ended;
}

static guint
take (const uint8_t *data, size_t size, size_t piece, GByteArray *read)
{
  LwFrames frames = {0};
  Reading reading = {read, FALSE};
  guint code = 0;

  for (size_t at = 0; at < size && code == 0 && !reading.ended; at += piece) {
    size_t n = MIN (piece, size - at);
    g_autofree guint8 *bytes = g_memdup2 (data + at, n);

    code = lw_frames_take (&frames, bytes, n, LONGEST, write_down, &reading);
  }
  lw_frames_clear (&frames);
  return code;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GByteArray) pieces = g_byte_array_new ();

  if (size == 0)
    return 0;
  g_assert_cmpuint (take (data, size, size, whole), ==, take (data, size, 1, pieces));
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  return 0;
}
