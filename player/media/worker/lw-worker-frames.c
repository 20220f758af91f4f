/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-frames.h"

#include <libavutil/rational.h>

#include "lw-worker-edits.h"

/* Far more units than a decoder ever holds back. */
#define MAX_SHIFT ((gint64)1 << 32)

void
lw_worker_frames_init (LwWorkerFrames *self)
{
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->first_dts = 0;
  self->last_end = G_MININT64;
  self->is_whole = TRUE;
}

void
lw_worker_frames_clear (LwWorkerFrames *self)
{
  g_clear_pointer (&self->starts, g_array_unref);
  g_clear_pointer (&self->keys, g_array_unref);
}

/* VP8 and VP9 have packets that only prepare later ones: no picture comes out of them. */
static gboolean
is_hidden (const AVStream *stream, const AVPacket *packet)
{
  if (packet->size < 1)
    return TRUE;
  if (stream->codecpar->codec_id == AV_CODEC_ID_VP8)
    return (packet->data[0] & 0x10) == 0;
  if (stream->codecpar->codec_id == AV_CODEC_ID_VP9) {
    guint8 first = packet->data[0];
    guint8 last = packet->data[packet->size - 1];
    gboolean profile_3 = (first & 0x30) == 0x30;
    gboolean shows_existing = (first >> (profile_3 ? 2 : 3)) & 1;
    gboolean shows = (first >> (profile_3 ? 0 : 1)) & 1;

    /* A superframe carries its hidden part together with a shown one. */
    if ((last & 0xe0) == 0xc0 || (first & 0xc0) != 0x80)
      return FALSE;
    return !shows_existing && !shows;
  }
  return FALSE;
}

void
lw_worker_frames_take (LwWorkerFrames *self, const AVStream *stream, const AVPacket *packet)
{
  gint64 start = packet->pts;
  gint64 end;

  /* Outside the edit list: decoded, but never shown. */
  if ((packet->flags & AV_PKT_FLAG_DISCARD) != 0 || is_hidden (stream, packet))
    return;
  /* AVI counts frames only in the order of decoding, which is enough without reordering. */
  if (start == AV_NOPTS_VALUE && stream->codecpar->video_delay == 0)
    start = packet->dts;
  if (start == AV_NOPTS_VALUE || self->starts->len >= LW_MEDIA_MAX_FRAMES) {
    self->is_whole = FALSE;
    return;
  }
  g_array_append_val (self->starts, start);
  if (packet->dts != AV_NOPTS_VALUE)
    self->first_dts = MIN (self->first_dts, packet->dts);
  if (packet->flags & AV_PKT_FLAG_KEY)
    g_array_append_val (self->keys, start);
  if (!__builtin_add_overflow (start, MAX (packet->duration, 0), &end))
    self->last_end = MAX (self->last_end, end);
}

gint64
lw_worker_frames_shift (const LwWorkerFrames *self)
{
  return self->first_dts < -MAX_SHIFT ? 0 : -self->first_dts;
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a;
  gint64 other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

/* Sorts @timestamps and gives what is shown of them. */
static void
to_times (GArray *timestamps,
          const LwWorkerInput *input,
          const AVStream *stream,
          const GArray *edits,
          gint64 shift,
          GArray *times)
{
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (LwTime));
  g_autoptr (GArray) shown = NULL;
  LwTime time;

  g_array_sort (timestamps, by_value);
  for (guint i = 0; i < timestamps->len; i++) {
    gint64 start = g_array_index (timestamps, gint64, i);

    if (!__builtin_add_overflow (start, edits != NULL ? shift : 0, &start) &&
        lw_worker_input_to_time (input, stream, start, &time))
      g_array_append_val (starts, time);
  }
  shown = lw_worker_edits_apply (edits, starts);
  g_array_append_vals (times, shown->data, shown->len);
}

/* A key frame is one whose start is in the index: cut parts that begin between two are not. */
static void
keep_only_frames (GArray *keyframes, const GArray *frames)
{
  guint kept = 0, at = 0;

  for (guint i = 0; i < keyframes->len; i++) {
    LwTime key = g_array_index (keyframes, LwTime, i);

    while (at < frames->len && g_array_index (frames, LwTime, at) < key)
      at++;
    if (at < frames->len && g_array_index (frames, LwTime, at) == key)
      g_array_index (keyframes, LwTime, kept++) = key;
  }
  g_array_set_size (keyframes, kept);
}

/* The rounding of a constant rate to ticks moves a frame by one, and its neighbour the other way:
 * a difference of two ticks is still constant. */
static gboolean
rate_varies (const GArray *sorted)
{
  gint64 least = G_MAXINT64, most = 0;

  for (guint i = 1; i < sorted->len; i++) {
    gint64 step;

    if (__builtin_sub_overflow (g_array_index (sorted, gint64, i),
                                g_array_index (sorted, gint64, i - 1), &step))
      return TRUE;
    if (step == 0)
      continue;
    least = MIN (least, step);
    most = MAX (most, step);
  }
  return sorted->len > 2 && most > least && most - least > 2;
}

static void
count_rate (const GArray *times, LwStreamInfo *info)
{
  LwTime span;
  int num = 0, den = 1;

  if (times->len < 2)
    return;
  span = g_array_index (times, LwTime, times->len - 1) - g_array_index (times, LwTime, 0);
  if (span <= 0)
    return;
  av_reduce (&num, &den, (gint64)(times->len - 1) * 1000000, span / 1000, 1000000);
  if (num > 0 && den > 0) {
    info->fps_num = (guint)num;
    info->fps_den = (guint)den;
  }
}

void
lw_worker_frames_finish (LwWorkerFrames *self,
                         const LwWorkerInput *input,
                         const AVStream *stream,
                         const GArray *edits,
                         LwProbe *probe,
                         LwStreamInfo *info)
{
  LwTime end;

  if (!self->is_whole || self->starts->len == 0)
    return;
  to_times (self->starts, input, stream, edits, lw_worker_frames_shift (self), probe->frames);
  to_times (self->keys, input, stream, edits, lw_worker_frames_shift (self), probe->keyframes);
  keep_only_frames (probe->keyframes, probe->frames);
  info->is_vfr = rate_varies (self->starts);
  if (info->fps_num == 0)
    count_rate (probe->frames, info);
  if (probe->frames->len == 0)
    return;
  if (!lw_worker_input_to_time (input, stream, self->last_end, &end))
    return;
  if (info->start == LW_TIME_NONE)
    info->start = g_array_index (probe->frames, LwTime, 0);
  if (probe->duration == LW_TIME_NONE && end > 0)
    probe->duration = end;
}
