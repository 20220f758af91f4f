/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-frames.h"

#include <libavutil/rational.h>

void
lw_worker_frames_init (LwWorkerFrames *self)
{
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
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
  if (packet->flags & AV_PKT_FLAG_KEY)
    g_array_append_val (self->keys, start);
  if (!__builtin_add_overflow (start, MAX (packet->duration, 0), &end))
    self->last_end = MAX (self->last_end, end);
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a;
  gint64 other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

/* Rising and without doubles. What starts before 0 is cut off by a player; the frame that covers 0
 * is shown from 0 on. */
static void
to_times (GArray *timestamps, const LwWorkerInput *input, const AVStream *stream, GArray *times)
{
  gboolean before_zero = FALSE;
  LwTime time;

  g_array_sort (timestamps, by_value);
  for (guint i = 0; i < timestamps->len; i++) {
    if (!lw_worker_input_to_time (input, stream, g_array_index (timestamps, gint64, i), &time))
      continue;
    if (time < 0) {
      before_zero = TRUE;
      continue;
    }
    if (before_zero && times->len == 0 && time > 0) {
      const LwTime zero = 0;

      g_array_append_val (times, zero);
    }
    if (times->len == 0 || time > g_array_index (times, LwTime, times->len - 1))
      g_array_append_val (times, time);
  }
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
                         LwProbe *probe,
                         LwStreamInfo *info)
{
  LwTime end;

  if (!self->is_whole || self->starts->len == 0)
    return;
  to_times (self->starts, input, stream, probe->frames);
  to_times (self->keys, input, stream, probe->keyframes);
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
