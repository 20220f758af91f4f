/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-source.h"

#define STREAMS_MAX 16
/* How much of the beginning is looked at to know what comes: with picture and sound much less, as
 * that is all a format without a list of its streams can be expected to bring. */
#define ANALYZE_US "2000000"
/* Whoever waits for so long asks anew: what is on the other end may have forgotten about it. */
#define OPEN_MOST_US (10 * G_USEC_PER_SEC)

typedef struct {
  LwSink *sink;
  AVFormatContext *input;
  gint64 begun_us; /* monotonic */
  gint64 heard_us; /* the same; 0: nobody is there yet, which may last */
  guint told;      /* streams */
  /* What was looked at is read late: when it came is reckoned from its times, until those have
   * caught up with the clock. */
  gboolean is_behind;
  gint64 opened_us, first_us; /* wall clock; the source's own time */
} Reading;

static int
is_to_stop (void *data)
{
  const Reading *reading = data;
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_silent = reading->heard_us != 0 ? now_us - reading->heard_us > LW_SOURCE_SILENCE_US
                                              : now_us - reading->begun_us > OPEN_MOST_US;

  return is_silent || lw_sink_is_over (reading->sink);
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
  reading->told = n;
  return lw_sink_begin (reading->sink, streams, n);
}

/* Another resolution comes with another description of the stream. */
static gboolean
heed_change (Reading *reading, const AVPacket *packet)
{
  AVCodecParameters *stream = reading->input->streams[packet->stream_index]->codecpar;
  size_t length = 0;
  gboolean is_new = reading->told < MIN (reading->input->nb_streams, STREAMS_MAX);
  const guint8 *extra = av_packet_get_side_data (packet, AV_PKT_DATA_NEW_EXTRADATA, &length);

  /* Sound that begins long after the picture, or the other way round: libavformat looks at what
   * comes once (a second look crashes 5.1), so this connection ends, and the next one knows. */
  if (is_new)
    return FALSE;
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

static gint64
arrival_of (Reading *reading, const AVPacket *packet, AVRational base)
{
  gint64 now_us = g_get_real_time ();
  gint64 time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
  gint64 reckoned_us;

  if (!reading->is_behind || time == AV_NOPTS_VALUE)
    return now_us;
  time = av_rescale_q (time, base, (AVRational){1, G_USEC_PER_SEC});
  if (reading->first_us == G_MININT64)
    reading->first_us = time;
  reckoned_us = reading->opened_us + MAX (time - reading->first_us, 0);
  reading->is_behind = reckoned_us < now_us;
  return MIN (reckoned_us, now_us);
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
         lw_sink_take (reading->sink, packet, base, arrival_of (reading, packet, base));
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
  Reading reading = {
      .sink = sink, .begun_us = g_get_monotonic_time (), .is_behind = TRUE, .first_us = G_MININT64};
  int code = open_input (&reading, address, format, options);

  if (code >= 0) {
    reading.heard_us = g_get_monotonic_time ();
    reading.opened_us = g_get_real_time ();
    code = avformat_find_stream_info (reading.input, NULL);
  }
  if (code >= 0)
    code = read_packets (&reading);
  avformat_close_input (&reading.input);
  if (code < 0 && code != AVERROR_EOF && code != AVERROR_EXIT)
    fail (code, error);
}
