/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-filmstrip.h"

#include <libavutil/cpu.h>
#include <string.h>

#include "../lw-derivative-format.h"
#include "lw-worker-output.h"
#include "lw-worker-picture.h"

#define MAX_THREADS 4
/* Above this many pixels a decoder's own memory counts. */
#define LARGE_PICTURE (1920 * 1200)

/*
 * Each thread has its own reader and decoder and takes every n-th place; they say their pictures
 * in turn, so that none is held for long and the order is that of time.
 */
typedef struct {
  int fd, index;
  guint count, threads;
  LwFilmstripHead head;
  LwTime *times;

  GMutex lock;
  GCond turn;
  guint next;   /* place whose picture is said next */
  guint made;   /* pictures that could be decoded */
  guint8 *last; /* what was said before: stands in for a picture that cannot be had */
} Strip;

typedef struct {
  Strip *strip;
  LwWorkerInput *input; /* owned */
  guint first;
} Share;

static void
say_picture (Strip *strip, guint place, const guint8 *pixels)
{
  gsize size = (gsize)strip->head.width * strip->head.height * 4;

  g_mutex_lock (&strip->lock);
  while (strip->next != place)
    g_cond_wait (&strip->turn, &strip->lock);
  if (pixels != NULL) {
    memcpy (strip->last, pixels, size);
    strip->made++;
  }
  lw_worker_say_data (strip->last, size);
  lw_worker_say_progress ((place + 1) * 1000 / strip->count, NULL);
  strip->next++;
  g_cond_broadcast (&strip->turn);
  g_mutex_unlock (&strip->lock);
}

static gpointer
work (gpointer data)
{
  Share *share = data;
  Strip *strip = share->strip;
  LwWorkerFault ignored = LW_WORKER_FAULT_NONE;
  g_autoptr (LwWorkerPicture) picture = NULL;

  if (share->input == NULL)
    share->input = lw_worker_input_open (strip->fd, NULL, 0, &ignored);
  if (share->input != NULL && (guint)strip->index < share->input->format->nb_streams) {
    share->input->cpu_limit_ms = 0;
    picture =
        lw_worker_picture_new (share->input, strip->index, strip->head.width, strip->head.height);
  }
  for (guint i = share->first; i < strip->count; i += strip->threads)
    say_picture (strip, i,
                 picture != NULL ? lw_worker_picture_at (picture, strip->times[i]) : NULL);
  return NULL;
}

static void
say_head (Strip *strip, LwTime duration)
{
  strip->times = g_new (LwTime, strip->count);
  for (guint i = 0; i < strip->count; i++)
    strip->times[i] = av_rescale (duration, 2 * (gint64)i + 1, 2 * (gint64)strip->count);
  lw_worker_say_data (&strip->head, sizeof strip->head);
  lw_worker_say_data (strip->times, strip->count * sizeof (LwTime));
}

static void
share_out (Strip *strip, LwWorkerInput *input)
{
  Share shares[MAX_THREADS] = {0};
  GThread *threads[MAX_THREADS] = {NULL};

  for (guint i = 0; i < strip->threads; i++) {
    shares[i].strip = strip;
    shares[i].first = i;
  }
  shares[0].input = input;
  for (guint i = 1; i < strip->threads; i++)
    threads[i] = g_thread_new ("filmstrip", work, &shares[i]);
  work (&shares[0]);
  for (guint i = 1; i < strip->threads; i++) {
    g_thread_join (threads[i]);
    lw_worker_input_free (shares[i].input);
  }
}

LwWorkerFault
lw_worker_filmstrip (int fd, guint count, guint height)
{
  LwWorkerFault fault = LW_WORKER_FAULT_DAMAGED;
  g_autoptr (LwWorkerInput) input = lw_worker_input_open (fd, NULL, 0, &fault);
  g_autofree LwTime *times = NULL;
  g_autofree guint8 *last = NULL;
  Strip strip = {.fd = fd, .count = count};
  const AVStream *stream;
  LwTime duration;

  if (input == NULL)
    return fault;
  strip.index = lw_worker_input_find (input, AVMEDIA_TYPE_VIDEO);
  if (strip.index < 0)
    return LW_WORKER_FAULT_NO_VIDEO;
  stream = input->format->streams[strip.index];
  if (avcodec_find_decoder (stream->codecpar->codec_id) == NULL)
    return LW_WORKER_FAULT_NO_DECODER;
  duration = lw_worker_measure_duration (input, strip.index);
  if (duration == LW_TIME_NONE)
    return LW_WORKER_FAULT_DAMAGED;
  /* Not more places than microseconds: their times must rise. */
  strip.count = (guint)MIN ((gint64)count, MAX (duration / 1000, 1));
  strip.head.count = strip.count;
  strip.head.height = height;
  strip.head.width = lw_worker_picture_width (stream, height);
  strip.last = last = g_malloc0 ((gsize)strip.head.width * height * 4);
  strip.threads = (guint)CLAMP (av_cpu_count (), 1, MAX_THREADS);
  if ((gint64)stream->codecpar->width * stream->codecpar->height > LARGE_PICTURE)
    strip.threads = MIN (strip.threads, 2);
  strip.threads = MIN (strip.threads, strip.count);
  g_mutex_init (&strip.lock);
  g_cond_init (&strip.turn);
  say_head (&strip, duration);
  times = strip.times;
  share_out (&strip, input);
  g_cond_clear (&strip.turn);
  g_mutex_clear (&strip.lock);
  return strip.made > 0 ? LW_WORKER_FAULT_NONE : LW_WORKER_FAULT_DAMAGED;
}
