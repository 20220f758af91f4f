/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-waveform.h"

#include <libavutil/cpu.h>
#include <string.h>

#include "../lw-derivative-format.h"
#include "lw-worker-output.h"
#include "lw-worker-samples.h"

#define MAX_THREADS 4
/* Sound decoders need what came before: an AAC frame overlaps the last, an Opus decoder settles. */
#define PREROLL (200 * LW_MSECOND)
/* Shorter files are not worth a second reader. */
#define WORTH_SHARING (30 * LW_SECOND)

typedef struct {
  int fd, index;
  LwTime step;
  LwWorkerPeak *peaks; /* each written by the one share that owns it */
  guint count;

  GMutex lock;
  guint done, told; /* peaks passed, per mille said */
} Wave;

typedef struct {
  Wave *wave;
  LwWorkerInput *input; /* owned but the first */
  guint first, end;     /* peaks of this share */
  guint at;             /* the last peak touched, for the progress */
  guint frames;
  LwTime next; /* where the following frame would start */
} Share;

static void
tell (Share *share, guint at)
{
  Wave *wave = share->wave;
  guint per_mille;

  if (at <= share->at)
    return;
  g_mutex_lock (&wave->lock);
  wave->done += at - share->at;
  share->at = at;
  per_mille = (guint)((guint64)wave->done * 1000 / wave->count);
  if (per_mille >= wave->told + 10) {
    wave->told = per_mille;
    lw_worker_say_progress (per_mille, NULL);
  }
  g_mutex_unlock (&wave->lock);
}

static int
channels_of (const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 24, 100)
  return frame->ch_layout.nb_channels;
#else
  return frame->channels;
#endif
}

/* TRUE while the share wants more. */
static gboolean
take_frame (Share *share, const AVStream *stream, const AVFrame *frame)
{
  const Wave *wave = share->wave;
  int rate = frame->sample_rate;
  LwTime start;

  if (rate <= 0 || frame->nb_samples <= 0)
    return TRUE;
  if (!lw_worker_input_to_time (share->input, stream, frame->best_effort_timestamp, &start))
    start = share->next;
  share->next = start + av_rescale (frame->nb_samples, LW_SECOND, rate);
  share->frames++;
  for (int from = 0; from < frame->nb_samples;) {
    LwTime now = start + av_rescale (from, LW_SECOND, rate);
    gint64 peak = now < 0 ? -1 : now / wave->step;
    LwTime border = now < 0 ? 0 : (peak + 1) * wave->step;
    gint64 to = from + MAX (av_rescale_rnd (border - now, rate, LW_SECOND, AV_ROUND_UP), 1);

    to = MIN (to, frame->nb_samples);
    if (peak >= share->end)
      return FALSE;
    if (peak >= share->first)
      lw_worker_samples_peak (frame, channels_of (frame), from, (int)to, &wave->peaks[peak]);
    from = (int)to;
    if (peak > share->at)
      tell (share, (guint)peak);
  }
  return TRUE;
}

static void
decode_all (Share *share, AVCodecContext *codec)
{
  AVStream *stream = share->input->format->streams[share->wave->index];
  AVPacket *packet = av_packet_alloc ();
  AVFrame *frame = av_frame_alloc ();
  gboolean more = packet != NULL && frame != NULL;

  while (more) {
    gboolean at_end = av_read_frame (share->input->format, packet) < 0;

    if (!at_end && packet->stream_index != stream->index) {
      av_packet_unref (packet);
      continue;
    }
    /* A damaged packet is a gap, not the end. */
    avcodec_send_packet (codec, at_end ? NULL : packet);
    while (more && avcodec_receive_frame (codec, frame) >= 0)
      more = take_frame (share, stream, frame);
    av_packet_unref (packet);
    more = more && !at_end;
  }
  av_frame_free (&frame);
  av_packet_free (&packet);
}

static gpointer
work (gpointer data)
{
  Share *share = data;
  const Wave *wave = share->wave;
  LwWorkerFault ignored = LW_WORKER_FAULT_NONE;
  AVCodecContext *codec = NULL;
  const AVCodec *decoder;
  AVStream *stream;

  if (share->input == NULL)
    share->input = lw_worker_input_open (wave->fd, NULL, 0, &ignored);
  if (share->input == NULL || (guint)wave->index >= share->input->format->nb_streams)
    return NULL;
  share->input->cpu_limit_ms = 0;
  lw_worker_input_keep_only (share->input, wave->index);
  stream = share->input->format->streams[wave->index];
  decoder = avcodec_find_decoder (stream->codecpar->codec_id);
  codec = decoder != NULL ? avcodec_alloc_context3 (decoder) : NULL;
  if (codec != NULL && avcodec_parameters_to_context (codec, stream->codecpar) >= 0) {
    codec->pkt_timebase = stream->time_base;
    codec->thread_count = 1;
    if (avcodec_open2 (codec, decoder, NULL) >= 0) {
      LwTime from = MAX (share->first * wave->step - PREROLL, 0);
      gint64 target = lw_worker_input_from_time (share->input, stream, from);

      if (share->first > 0)
        avformat_seek_file (share->input->format, wave->index, INT64_MIN, target, target, 0);
      decode_all (share, codec);
    }
  }
  avcodec_free_context (&codec);
  return NULL;
}

static guint
share_out (Wave *wave, LwWorkerInput *input, guint n)
{
  Share shares[MAX_THREADS] = {0};
  GThread *threads[MAX_THREADS] = {NULL};
  guint frames;

  for (guint i = 0; i < n; i++) {
    shares[i].wave = wave;
    shares[i].first = shares[i].at = (guint)((guint64)wave->count * i / n);
    shares[i].end = (guint)((guint64)wave->count * (i + 1) / n);
  }
  shares[0].input = input;
  for (guint i = 1; i < n; i++)
    threads[i] = g_thread_new ("waveform", work, &shares[i]);
  work (&shares[0]);
  frames = shares[0].frames;
  for (guint i = 1; i < n; i++) {
    g_thread_join (threads[i]);
    frames += shares[i].frames;
    lw_worker_input_free (shares[i].input);
  }
  return frames;
}

static void
say_wave (const Wave *wave)
{
  const LwWaveformHead head = {.step = wave->step, .count = wave->count};
  g_autofree gint8 *bytes = g_new0 (gint8, 2 * (gsize)wave->count);

  for (guint i = 0; i < wave->count; i++) {
    const LwWorkerPeak *peak = &wave->peaks[i];

    if (peak->least > peak->greatest)
      continue;
    bytes[2 * (gsize)i] = lw_worker_samples_byte (peak->least);
    bytes[2 * (gsize)i + 1] = lw_worker_samples_byte (peak->greatest);
  }
  lw_worker_say_data (&head, sizeof head);
  lw_worker_say_data (bytes, 2 * (gsize)wave->count);
}

LwWorkerFault
lw_worker_waveform (int fd, LwTime step)
{
  LwWorkerFault fault = LW_WORKER_FAULT_DAMAGED;
  g_autoptr (LwWorkerInput) input = lw_worker_input_open (fd, NULL, 0, &fault);
  g_autofree LwWorkerPeak *peaks = NULL;
  Wave wave = {.fd = fd, .step = step};
  LwTime duration;
  const char *name;
  guint n = 1, frames;

  if (input == NULL)
    return fault;
  wave.index = lw_worker_input_find (input, AVMEDIA_TYPE_AUDIO);
  if (wave.index < 0)
    return LW_WORKER_FAULT_NO_AUDIO;
  if (avcodec_find_decoder (input->format->streams[wave.index]->codecpar->codec_id) == NULL)
    return LW_WORKER_FAULT_NO_DECODER;
  duration = lw_worker_measure_duration (input, wave.index);
  if (duration == LW_TIME_NONE)
    return LW_WORKER_FAULT_DAMAGED;
  wave.count = (guint)CLAMP ((duration - 1) / step + 1, 1, LW_MEDIA_MAX_PEAKS);
  wave.peaks = peaks = g_new (LwWorkerPeak, wave.count);
  for (guint i = 0; i < wave.count; i++)
    peaks[i] = (LwWorkerPeak){2, -2};
  /* Only these find a moment exactly: a seek in MP3 is a guess. */
  name = input->format->iformat->name;
  if (duration >= WORTH_SHARING &&
      (strstr (name, "mp4") != NULL || strstr (name, "matroska") != NULL))
    n = MIN ((guint)CLAMP (av_cpu_count (), 1, MAX_THREADS), wave.count);
  g_mutex_init (&wave.lock);
  frames = share_out (&wave, input, n);
  g_mutex_clear (&wave.lock);
  if (frames == 0)
    return LW_WORKER_FAULT_DAMAGED;
  say_wave (&wave);
  return LW_WORKER_FAULT_NONE;
}
