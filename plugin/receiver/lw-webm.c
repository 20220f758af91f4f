/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-webm.h"

#include <string.h>

/* https://www.matroska.org/technical/elements.html */
enum {
  EBML = 0x1A45DFA3,
  EBML_VERSION = 0x4286,
  EBML_READ_VERSION = 0x42F7,
  EBML_MAX_ID_LENGTH = 0x42F2,
  EBML_MAX_SIZE_LENGTH = 0x42F3,
  DOC_TYPE = 0x4282,
  DOC_TYPE_VERSION = 0x4287,
  DOC_TYPE_READ_VERSION = 0x4285,
  SEGMENT = 0x18538067,
  INFO = 0x1549A966,
  TIMESTAMP_SCALE = 0x2AD7B1,
  MUXING_APP = 0x4D80,
  WRITING_APP = 0x5741,
  TRACKS = 0x1654AE6B,
  TRACK_ENTRY = 0xAE,
  TRACK_NUMBER = 0xD7,
  TRACK_UID = 0x73C5,
  TRACK_TYPE = 0x83,
  FLAG_LACING = 0x9C,
  CODEC_ID = 0x86,
  CODEC_PRIVATE = 0x63A2,
  CODEC_DELAY = 0x56AA,
  SEEK_PRE_ROLL = 0x56BB,
  VIDEO = 0xE0,
  PIXEL_WIDTH = 0xB0,
  PIXEL_HEIGHT = 0xBA,
  AUDIO = 0xE1,
  SAMPLING_FREQUENCY = 0xB5,
  CHANNELS = 0x9F,
  CLUSTER = 0x1F43B675,
  TIMESTAMP = 0xE7,
  SIMPLE_BLOCK = 0xA3,
};

#define NAME "Lessonwalk"
#define OPUS_RATE 48000.0
/* A decoder of Opus that begins in the middle is right after so long. */
#define OPUS_PRE_ROLL (80 * LW_MSECOND)
#define BLOCK_KEY 0x80
/* Times in a cluster have 16 bits. */
#define CLUSTER_MOST_MS 16000

/* ---- elements ---- */

static guint
count_bytes (guint64 number)
{
  guint n = 1;

  while (number >>= 8)
    n++;
  return n;
}

static void
add_number (GByteArray *to, guint64 number, guint bytes)
{
  for (guint i = 0; i < bytes; i++) {
    guint8 byte = (guint8)(number >> (8 * (bytes - 1 - i)));

    g_byte_array_append (to, &byte, 1);
  }
}

/* An id carries its own length; a size is marked by a bit that tells how many bytes it takes. */
static void
add_head (GByteArray *to, guint32 id, gsize size)
{
  guint bytes = 1;

  while (bytes < 8 && size >= ((guint64)1 << (7 * bytes)) - 1)
    bytes++;
  add_number (to, id, count_bytes (id));
  add_number (to, (guint64)1 << (7 * bytes) | size, bytes);
}

static void
add_bytes (GByteArray *to, guint32 id, gconstpointer bytes, gsize length)
{
  add_head (to, id, length);
  g_byte_array_append (to, bytes, (guint)length);
}

static void
add_text (GByteArray *to, guint32 id, const char *text)
{
  add_bytes (to, id, text, strlen (text));
}

static void
add_integer (GByteArray *to, guint32 id, guint64 number)
{
  guint bytes = count_bytes (number);

  add_head (to, id, bytes);
  add_number (to, number, bytes);
}

static void
add_double (GByteArray *to, guint32 id, double number)
{
  guint64 bits;

  memcpy (&bits, &number, sizeof bits);
  add_head (to, id, sizeof bits);
  add_number (to, bits, sizeof bits);
}

/* @inner: (transfer full) */
static void
add_group (GByteArray *to, guint32 id, GByteArray *inner)
{
  add_bytes (to, id, inner->data, inner->len);
  g_byte_array_unref (inner);
}

/* ---- the header ---- */

static GByteArray *
begin_track (LwWebmTrack number, const char *codec)
{
  GByteArray *track = g_byte_array_new ();

  add_integer (track, TRACK_NUMBER, number);
  add_integer (track, TRACK_UID, number);
  add_integer (track, TRACK_TYPE, number);
  add_integer (track, FLAG_LACING, 0);
  add_text (track, CODEC_ID, codec);
  return track;
}

static void
add_video (GByteArray *to, const LwWebmTracks *tracks)
{
  GByteArray *track = begin_track (LW_WEBM_VIDEO, "V_VP8");
  GByteArray *video = g_byte_array_new ();

  add_integer (video, PIXEL_WIDTH, tracks->width);
  add_integer (video, PIXEL_HEIGHT, tracks->height);
  add_group (track, VIDEO, video);
  add_group (to, TRACK_ENTRY, track);
}

static void
add_audio (GByteArray *to, const LwWebmTracks *tracks)
{
  GByteArray *track = begin_track (LW_WEBM_AUDIO, "A_OPUS");
  GByteArray *audio = g_byte_array_new ();

  add_bytes (track, CODEC_PRIVATE, tracks->opus_head, tracks->opus_head_length);
  add_integer (track, CODEC_DELAY, 0);
  add_integer (track, SEEK_PRE_ROLL, OPUS_PRE_ROLL);
  add_double (audio, SAMPLING_FREQUENCY, OPUS_RATE);
  add_integer (audio, CHANNELS, tracks->channels);
  add_group (track, AUDIO, audio);
  add_group (to, TRACK_ENTRY, track);
}

void
lw_webm_add_header (GByteArray *to, const LwWebmTracks *tracks)
{
  static const guint8 unknown_size[] = {0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  GByteArray *head = g_byte_array_new ();
  GByteArray *info = g_byte_array_new ();
  GByteArray *entries = g_byte_array_new ();

  add_integer (head, EBML_VERSION, 1);
  add_integer (head, EBML_READ_VERSION, 1);
  add_integer (head, EBML_MAX_ID_LENGTH, 4);
  add_integer (head, EBML_MAX_SIZE_LENGTH, 8);
  add_text (head, DOC_TYPE, "webm");
  add_integer (head, DOC_TYPE_VERSION, 4);
  add_integer (head, DOC_TYPE_READ_VERSION, 2);
  add_group (to, EBML, head);
  add_number (to, SEGMENT, 4);
  g_byte_array_append (to, unknown_size, sizeof unknown_size);
  add_integer (info, TIMESTAMP_SCALE, LW_MSECOND);
  add_text (info, MUXING_APP, NAME);
  add_text (info, WRITING_APP, NAME);
  add_group (to, INFO, info);
  if (tracks->width > 0)
    add_video (entries, tracks);
  if (tracks->channels > 0)
    add_audio (entries, tracks);
  add_group (to, TRACKS, entries);
}

/* ---- clusters ---- */

typedef struct {
  gint64 ms;
  gsize offset, length; /* in the bytes of all */
  LwWebmTrack track;
  gboolean is_key;
} Block;

gboolean
lw_webm_cluster_add (LwWebmCluster *self,
                     LwWebmTrack track,
                     LwTime time,
                     gboolean is_key,
                     const guint8 *bytes,
                     gsize length)
{
  Block block = {.ms = (time + LW_MSECOND / 2) / LW_MSECOND,
                 .length = length,
                 .track = track,
                 .is_key = is_key};

  if (self->blocks == NULL) {
    self->blocks = g_array_new (FALSE, FALSE, sizeof block);
    self->bytes = g_byte_array_new ();
  } else if (ABS (block.ms - g_array_index (self->blocks, Block, 0).ms) > CLUSTER_MOST_MS) {
    return FALSE;
  }
  block.offset = self->bytes->len;
  g_byte_array_append (self->bytes, bytes, (guint)length);
  g_array_append_val (self->blocks, block);
  return TRUE;
}

static int
compare_blocks (gconstpointer one, gconstpointer other)
{
  const Block *a = one, *b = other;

  if (a->ms != b->ms)
    return a->ms < b->ms ? -1 : 1;
  return a->offset < b->offset ? -1 : 1;
}

static GByteArray *
make_blocks (const LwWebmCluster *self, gint64 begun_ms)
{
  GByteArray *made = g_byte_array_new ();

  for (guint i = 0; i < self->blocks->len; i++) {
    const Block *block = &g_array_index (self->blocks, Block, i);
    const guint8 number = 0x80 | (guint8)block->track;
    const guint8 flags = block->is_key ? BLOCK_KEY : 0;

    add_head (made, SIMPLE_BLOCK, block->length + 4);
    g_byte_array_append (made, &number, 1);
    add_number (made, (guint16)(block->ms - begun_ms), 2);
    g_byte_array_append (made, &flags, 1);
    g_byte_array_append (made, self->bytes->data + block->offset, (guint)block->length);
  }
  return made;
}

gboolean
lw_webm_cluster_take (LwWebmCluster *self, GByteArray *to)
{
  g_autoptr (GByteArray) time = g_byte_array_new ();
  g_autoptr (GByteArray) blocks = NULL;
  gint64 begun_ms;

  if (self->blocks == NULL)
    return FALSE;
  g_array_sort (self->blocks, compare_blocks);
  begun_ms = g_array_index (self->blocks, Block, 0).ms;
  blocks = make_blocks (self, begun_ms);
  add_integer (time, TIMESTAMP, (guint64)begun_ms);
  add_head (to, CLUSTER, time->len + blocks->len);
  g_byte_array_append (to, time->data, time->len);
  g_byte_array_append (to, blocks->data, blocks->len);
  lw_webm_cluster_clear (self);
  return TRUE;
}

void
lw_webm_cluster_clear (LwWebmCluster *self)
{
  g_clear_pointer (&self->blocks, g_array_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}
