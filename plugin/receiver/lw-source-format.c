/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-source.h"

#define STREAMS_MAX 16
/* How much of the beginning is looked at to know what comes. */
#define ANALYZE_US "1000000"

typedef struct {
  LwSink *sink;
  AVFormatContext *input;
  gint64 heard_us; /* monotonic; 0: nobody is there yet, which may last */
} Reading;

static int
is_to_stop (void *data)
{
  const Reading *reading = data;

  return lw_sink_is_over (reading->sink) ||
         (reading->heard_us != 0 &&
          g_get_monotonic_time () - reading->heard_us > LW_SOURCE_SILENCE_US);
}

static void
fail (int code, GError **error)
{
  char words[AV_ERROR_MAX_STRING_SIZE] = "";

  av_strerror (code, words, sizeof words);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, words);
}

static int
open_input (Reading *reading, const char *address, const char *format, const AVDictionary *options)
{
  const AVInputFormat *wanted = format != NULL ? av_find_input_format (format) : NULL;
  AVDictionary *copy = NULL;
  int code;

  reading->input = avformat_alloc_context ();
  if (reading->input == NULL)
    return AVERROR (ENOMEM);
  reading->input->interrupt_callback = (AVIOInterruptCB){is_to_stop, reading};
  reading->input->flags |= AVFMT_FLAG_NOBUFFER;
  av_dict_copy (&copy, options, 0);
  av_dict_set (&copy, "analyzeduration", ANALYZE_US, 0);
  av_dict_set (&copy, "fpsprobesize", "0", 0);
  code = avformat_open_input (&reading->input, address, wanted, &copy);
  av_dict_free (&copy);
  return code;
}

static gboolean
tell_streams (Reading *reading)
{
  const AVCodecParameters *streams[STREAMS_MAX];
  guint n = MIN (reading->input->nb_streams, STREAMS_MAX);

  for (guint i = 0; i < n; i++)
    streams[i] = reading->input->streams[i]->codecpar;
  return lw_sink_begin (reading->sink, streams, n);
}

/* Another resolution comes with another description of the stream. */
static gboolean
heed_change (Reading *reading, const AVPacket *packet)
{
  AVCodecParameters *stream = reading->input->streams[packet->stream_index]->codecpar;
  size_t length = 0;
  const guint8 *extra = av_packet_get_side_data (packet, AV_PKT_DATA_NEW_EXTRADATA, &length);

  if (extra == NULL || length == 0 || length > G_MAXINT / 2 ||
      ((size_t)stream->extradata_size == length && memcmp (stream->extradata, extra, length) == 0))
    return TRUE;
  av_freep (&stream->extradata);
  stream->extradata = av_mallocz (length + AV_INPUT_BUFFER_PADDING_SIZE);
  if (stream->extradata == NULL)
    return FALSE;
  memcpy (stream->extradata, extra, length);
  stream->extradata_size = (int)length;
  return tell_streams (reading);
}

static int
read_packets (Reading *reading)
{
  AVPacket *packet = av_packet_alloc ();
  gboolean ok = packet != NULL && tell_streams (reading);
  int code = 0;

  while (ok && (code = av_read_frame (reading->input, packet)) >= 0) {
    AVRational base = reading->input->streams[packet->stream_index]->time_base;

    reading->heard_us = g_get_monotonic_time ();
    ok = heed_change (reading, packet) &&
         lw_sink_take (reading->sink, packet, base, g_get_real_time ());
    av_packet_unref (packet);
  }
  av_packet_free (&packet);
  return ok ? code : 0;
}

void
lw_source_read (const char *address,
                const char *format,
                const AVDictionary *options,
                LwSink *sink,
                GError **error)
{
  Reading reading = {.sink = sink};
  int code = open_input (&reading, address, format, options);

  if (code >= 0) {
    reading.heard_us = g_get_monotonic_time ();
    code = avformat_find_stream_info (reading.input, NULL);
  }
  if (code >= 0)
    code = read_packets (&reading);
  avformat_close_input (&reading.input);
  if (code < 0 && code != AVERROR_EOF && code != AVERROR_EXIT)
    fail (code, error);
}
