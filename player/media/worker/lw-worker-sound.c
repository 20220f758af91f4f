/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-sound.h"

#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <string.h>

#include "lw-worker-output.h"

/* What the timestamps say counts from so far off on: less than this is their rounding. */
#define JUMP_SAMPLES (LW_SOUND_RATE * 30 / 1000)
#define MAX_SAMPLES ((gint64)LW_WORKER_SOUND_MAX_S * LW_SOUND_RATE)
#define PIECE 8192

typedef struct {
  LwWorkerInput *input;
  AVStream *stream;
  AVCodecContext *codec;
  SwrContext *swr; /* nullable */
  int rate, format, channels;
  gint64 layout;
  GArray *samples;
  gint64 at; /* where the next sample goes; negative: before time 0 */
  gboolean has_begun;
} Reading;

static gint64
layout_of (const AVFrame *frame, int *ret_channels)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 24, 100)
  *ret_channels = frame->ch_layout.nb_channels;
  return frame->ch_layout.order == AV_CHANNEL_ORDER_NATIVE ? (gint64)frame->ch_layout.u.mask : 0;
#else
  *ret_channels = frame->channels;
  return (gint64)frame->channel_layout;
#endif
}

/* FALSE at the end of what is heard. */
static gboolean
put (Reading *reading, const gint16 *samples, int n)
{
  for (int i = 0; i < n; i++, reading->at++) {
    if (reading->at < 0)
      continue;
    if (reading->at >= MAX_SAMPLES)
      return FALSE;
    if ((guint)reading->at >= reading->samples->len)
      g_array_set_size (reading->samples, (guint)reading->at + 1);
    g_array_index (reading->samples, gint16, reading->at) = samples[i];
  }
  return TRUE;
}

/* @frame: (nullable): NULL gives what the resampler still holds */
static gboolean
resample (Reading *reading, const AVFrame *frame)
{
  gint16 piece[PIECE];
  uint8_t *out[1] = {(uint8_t *)piece};
  const uint8_t **in = frame != NULL ? (const uint8_t **)frame->extended_data : NULL;
  int n = swr_convert (reading->swr, out, PIECE, in, frame != NULL ? frame->nb_samples : 0);

  while (n > 0) {
    if (!put (reading, piece, n))
      return FALSE;
    n = n == PIECE ? swr_convert (reading->swr, out, PIECE, NULL, 0) : 0;
  }
  return n >= 0;
}

static gboolean
begin_resampler (Reading *reading, const AVFrame *frame)
{
  int channels;
  gint64 layout = layout_of (frame, &channels);

  if (reading->swr != NULL && frame->sample_rate == reading->rate &&
      frame->format == reading->format && layout == reading->layout &&
      channels == reading->channels)
    return TRUE;
  if (reading->swr != NULL)
    resample (reading, NULL);
  swr_free (&reading->swr);
  reading->rate = frame->sample_rate;
  reading->format = frame->format;
  reading->layout = layout;
  reading->channels = channels;
  if (frame->sample_rate <= 0 || channels <= 0 || channels > 64)
    return FALSE;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 24, 100)
  {
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO, from = {0};
    int result = 0;

    if (layout != 0)
      result = av_channel_layout_from_mask (&from, (uint64_t)layout);
    else
      av_channel_layout_default (&from, channels);
    if (result >= 0)
      result = swr_alloc_set_opts2 (&reading->swr, &mono, AV_SAMPLE_FMT_S16, LW_SOUND_RATE, &from,
                                    frame->format, frame->sample_rate, 0, NULL);
    av_channel_layout_uninit (&from);
    if (result < 0)
      return FALSE;
  }
#else
  reading->swr =
      swr_alloc_set_opts (NULL, AV_CH_LAYOUT_MONO, AV_SAMPLE_FMT_S16, LW_SOUND_RATE,
                          layout != 0 ? layout : av_get_default_channel_layout (channels),
                          frame->format, frame->sample_rate, 0, NULL);
#endif
  /* Good enough for ears of this kind, and five times as fast. */
  av_opt_set_int (reading->swr, "filter_size", 8, 0);
  return reading->swr != NULL && swr_init (reading->swr) >= 0;
}

/* Where its timestamp puts it, unless that is just rounding. */
static void
place (Reading *reading, const AVFrame *frame)
{
  LwTime time;
  gint64 held, at;

  if (!lw_worker_input_to_time (reading->input, reading->stream, frame->best_effort_timestamp,
                                &time))
    return;
  held = swr_get_delay (reading->swr, LW_SOUND_RATE);
  at = av_rescale (time, LW_SOUND_RATE, LW_SECOND);
  if (reading->has_begun && ABS (at - held - reading->at) < JUMP_SAMPLES)
    return;
  if (reading->has_begun) {
    resample (reading, NULL);
    swr_init (reading->swr);
  }
  reading->at = at;
  reading->has_begun = TRUE;
}

static gboolean
take_frame (Reading *reading, const AVFrame *frame)
{
  if (frame->nb_samples <= 0)
    return TRUE;
  if (!begin_resampler (reading, frame))
    return TRUE; /* a damaged frame is a gap */
  place (reading, frame);
  return resample (reading, frame);
}

static void
decode (Reading *reading)
{
  AVPacket *packet = av_packet_alloc ();
  AVFrame *frame = av_frame_alloc ();
  gboolean more = packet != NULL && frame != NULL;

  while (more) {
    gboolean at_end = av_read_frame (reading->input->format, packet) < 0;

    if (!at_end && packet->stream_index != reading->stream->index) {
      av_packet_unref (packet);
      continue;
    }
    avcodec_send_packet (reading->codec, at_end ? NULL : packet);
    while (more && avcodec_receive_frame (reading->codec, frame) >= 0)
      more = take_frame (reading, frame);
    av_packet_unref (packet);
    more = more && !at_end;
  }
  if (reading->swr != NULL)
    resample (reading, NULL);
  av_frame_free (&frame);
  av_packet_free (&packet);
}

static gboolean
open_decoder (Reading *reading)
{
  const AVCodec *decoder = avcodec_find_decoder (reading->stream->codecpar->codec_id);

  reading->codec = decoder != NULL ? avcodec_alloc_context3 (decoder) : NULL;
  if (reading->codec == NULL ||
      avcodec_parameters_to_context (reading->codec, reading->stream->codecpar) < 0)
    return FALSE;
  reading->codec->pkt_timebase = reading->stream->time_base;
  reading->codec->thread_count = 1;
  return avcodec_open2 (reading->codec, decoder, NULL) >= 0;
}

GArray *
lw_worker_sound_read (int fd, LwWorkerFault *ret_fault)
{
  g_autoptr (LwWorkerInput) input = lw_worker_input_open (fd, NULL, 0, ret_fault);
  Reading reading = {.input = input};
  int index;

  if (input == NULL)
    return NULL;
  index = lw_worker_input_find (input, AVMEDIA_TYPE_AUDIO);
  if (index < 0) {
    *ret_fault = LW_WORKER_FAULT_NO_AUDIO;
    return NULL;
  }
  input->cpu_limit_ms = 0;
  lw_worker_input_keep_only (input, index);
  reading.stream = input->format->streams[index];
  reading.samples = g_array_sized_new (FALSE, TRUE, sizeof (gint16), 16 * LW_SOUND_RATE);
  if (open_decoder (&reading))
    decode (&reading);
  else
    *ret_fault = LW_WORKER_FAULT_NO_DECODER;
  swr_free (&reading.swr);
  if (reading.codec != NULL && !reading.has_begun)
    *ret_fault = LW_WORKER_FAULT_DAMAGED;
  avcodec_free_context (&reading.codec);
  if (reading.has_begun)
    return reading.samples;
  g_array_unref (reading.samples);
  return NULL;
}
