/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-source.h"

#include "lw-reach.h"
#include "lw-stream-filter.h"

#define STREAMS_MAX 16
/* How much of the beginning is looked at to know what comes: with picture and sound much less, as
 * that is all a format without a list of its streams can be expected to bring. */
#define ANALYZE_US "2000000"
/* Whoever waits for so long asks anew: what is on the other end may have forgotten about it. */
#define OPEN_MOST_US (10 * G_USEC_PER_SEC)
/* How long a picture may keep how it is made to itself. */
#define DESCRIBE_MOST_US (12 * G_USEC_PER_SEC)

typedef struct {
  LwSourceReading *job;
  LwSink *sink;
  AVFormatContext *input;
  gint64 begun_us;                      /* monotonic */
  gint64 heard_us;                      /* the same; 0: nobody is there yet, which may last */
  LwStreamFilter *filters[STREAMS_MAX]; /* NULL: it is left out */
  AVPacket *timeless[STREAMS_MAX];      /* nullable: it waits for the next one of its stream */
  guint n_streams;
  gboolean told;    /* the sink */
  gboolean changed; /* and that has to be told */
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
  gint64 silence_us =
      reading->job->silence_us > 0 ? reading->job->silence_us : LW_SOURCE_SILENCE_US;
  gboolean is_silent = reading->heard_us != 0 ? now_us - reading->heard_us > silence_us
                                              : now_us - reading->begun_us > OPEN_MOST_US;

  return is_silent || lw_sink_is_over (reading->sink);
}

static void
fail (int code, GError **error)
{
  g_autofree char *refused = lw_reach_take_refused ();
  char words[AV_ERROR_MAX_STRING_SIZE] = "";

  if (code == AVERROR_EXIT)
    g_strlcpy (words, "nothing comes", sizeof words);
  else
    av_strerror (code, words, sizeof words);
  if (refused != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "it leads to “%s”, which this room does not name", refused);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, words);
}

static int
open_input (Reading *reading)
{
  const LwSourceReading *job = reading->job;
  const AVInputFormat *wanted = job->format != NULL ? av_find_input_format (job->format) : NULL;
  AVDictionary *copy = NULL;
  int code;

  reading->input = avformat_alloc_context ();
  if (reading->input == NULL)
    return AVERROR (ENOMEM);
  reading->input->interrupt_callback = (AVIOInterruptCB){is_to_stop, reading};
  if (job->prepare != NULL)
    job->prepare (reading->input, job->data);
  av_dict_copy (&copy, job->options, 0);
  av_dict_set (&copy, "analyzeduration", ANALYZE_US, AV_DICT_DONT_OVERWRITE);
  av_dict_set (&copy, "fpsprobesize", "0", 0);
  code = avformat_open_input (&reading->input, job->address, wanted, &copy);
  av_dict_free (&copy);
  return code;
}

/* ---- which streams ---- */

static void
take_stream (Reading *reading, int i)
{
  if (i >= 0 && i < STREAMS_MAX && reading->filters[i] == NULL)
    reading->filters[i] = lw_stream_filter_new (reading->input->streams[i]);
}

/* One picture and the sound that goes with it; a web stream has them in several qualities. */
static void
choose_streams (Reading *reading)
{
  AVFormatContext *input = reading->input;
  int video = av_find_best_stream (input, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);

  reading->n_streams = MIN (input->nb_streams, STREAMS_MAX);
  take_stream (reading, video);
  take_stream (reading, av_find_best_stream (input, AVMEDIA_TYPE_AUDIO, -1, video, NULL, 0));
  for (guint i = 0; i < input->nb_streams; i++)
    if (i >= STREAMS_MAX || reading->filters[i] == NULL)
      input->streams[i]->discard = AVDISCARD_ALL;
}

static gboolean
has_stream (const Reading *reading, enum AVMediaType type)
{
  for (guint i = 0; i < reading->n_streams; i++)
    if (reading->filters[i] != NULL && reading->input->streams[i]->codecpar->codec_type == type)
      return TRUE;
  return FALSE;
}

/* Sound that begins long after the picture, or the other way round: libavformat looks at what
 * comes once (a second look crashes 5.1), so this connection ends, and the next one knows. */
static gboolean
has_more_come (const Reading *reading)
{
  for (guint i = reading->n_streams; i < MIN (reading->input->nb_streams, STREAMS_MAX); i++) {
    enum AVMediaType type = reading->input->streams[i]->codecpar->codec_type;

    if ((type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO) && !has_stream (reading, type))
      return TRUE;
  }
  return FALSE;
}

static gboolean
are_all_known (const Reading *reading)
{
  for (guint i = 0; i < reading->n_streams; i++)
    if (reading->filters[i] != NULL && !lw_stream_filter_is_known (reading->filters[i]))
      return FALSE;
  return TRUE;
}

static gboolean
tell_streams (Reading *reading)
{
  static const AVCodecParameters none = {.codec_type = AVMEDIA_TYPE_UNKNOWN};
  const AVCodecParameters *streams[STREAMS_MAX];

  for (guint i = 0; i < reading->n_streams; i++)
    streams[i] = reading->filters[i] != NULL ? reading->input->streams[i]->codecpar : &none;
  reading->told = TRUE;
  return lw_sink_begin (reading->sink, streams, reading->n_streams);
}

/* ---- packets ---- */

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

static LwTime
time_of (const AVPacket *packet, const AVStream *stream)
{
  return av_rescale_q (packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts, stream->time_base,
                       (AVRational){1, LW_SECOND});
}

static gboolean
give_packet (Reading *reading, AVPacket *packet, gboolean changed)
{
  const AVStream *stream = reading->input->streams[packet->stream_index];

  if (!reading->told && !are_all_known (reading) &&
      g_get_monotonic_time () - reading->begun_us < DESCRIBE_MOST_US)
    return TRUE;
  if ((!reading->told || changed) && !tell_streams (reading))
    return FALSE;
  if (reading->job->take != NULL &&
      (packet->pts != AV_NOPTS_VALUE || packet->dts != AV_NOPTS_VALUE))
    reading->job->take (packet, stream, time_of (packet, stream), reading->sink,
                        reading->job->data);
  return lw_sink_take (reading->sink, packet, stream->time_base,
                       arrival_of (reading, packet, stream->time_base));
}

/* Of what comes by RTP, libavformat 5.1 does not say when the first picture is shown, without which
 * those after it show nothing: it is shown one picture before the next one. Where pictures are not
 * shown in the order in which they come, nobody knows which one that is: it goes, and the lesson
 * begins with the next one that can be shown by itself. */
static gboolean
is_to_wait (Reading *reading, AVPacket *packet)
{
  AVPacket **waiting = &reading->timeless[packet->stream_index];

  if (packet->pts != AV_NOPTS_VALUE || packet->dts != AV_NOPTS_VALUE || *waiting != NULL ||
      reading->input->streams[packet->stream_index]->codecpar->video_delay > 0)
    return FALSE;
  *waiting = av_packet_alloc ();
  if (*waiting != NULL)
    av_packet_move_ref (*waiting, packet);
  return TRUE;
}

static gboolean
give_waiting (Reading *reading, const AVPacket *next, gboolean *changed)
{
  const AVStream *stream = reading->input->streams[next->stream_index];
  AVPacket *packet = g_steal_pointer (&reading->timeless[next->stream_index]);
  gint64 time = next->dts != AV_NOPTS_VALUE ? next->dts : next->pts;
  gboolean ok = TRUE;

  if (packet == NULL)
    return TRUE;
  if (packet->duration <= 0)
    packet->duration = stream->avg_frame_rate.num > 0
                           ? av_rescale_q (1, av_inv_q (stream->avg_frame_rate), stream->time_base)
                           : av_rescale_q (1, (AVRational){1, 30}, stream->time_base);
  if (time != AV_NOPTS_VALUE) {
    packet->pts = packet->dts = time - packet->duration;
    ok = give_packet (reading, packet, *changed);
    *changed = FALSE;
  }
  av_packet_free (&packet);
  return ok;
}

static gboolean
take_packet (Reading *reading, AVPacket *packet)
{
  guint i = (guint)packet->stream_index;
  gboolean changed = FALSE;

  if (has_more_come (reading))
    return FALSE;
  if (i >= reading->n_streams || reading->filters[i] == NULL ||
      !lw_stream_filter_take (reading->filters[i], packet, &changed))
    return TRUE;
  reading->changed = reading->changed || changed;
  if (is_to_wait (reading, packet))
    return TRUE;
  changed = reading->changed;
  reading->changed = FALSE;
  return give_waiting (reading, packet, &changed) && give_packet (reading, packet, changed);
}

static int
read_packets (Reading *reading)
{
  AVPacket *packet = av_packet_alloc ();
  gboolean ok = packet != NULL;
  int code = 0;

  choose_streams (reading);
  while (ok && (code = av_read_frame (reading->input, packet)) >= 0) {
    reading->heard_us = g_get_monotonic_time ();
    ok = take_packet (reading, packet);
    av_packet_unref (packet);
  }
  av_packet_free (&packet);
  return ok ? code : 0;
}

void
lw_source_read (LwSourceReading *job, LwSink *sink, GError **error)
{
  Reading reading = {.job = job,
                     .sink = sink,
                     .begun_us = g_get_monotonic_time (),
                     .is_behind = TRUE,
                     .first_us = G_MININT64};
  int code = open_input (&reading);

  if (code >= 0) {
    reading.heard_us = g_get_monotonic_time ();
    reading.opened_us = g_get_real_time ();
    code = avformat_find_stream_info (reading.input, NULL);
  }
  if (code >= 0)
    code = read_packets (&reading);
  for (guint i = 0; i < STREAMS_MAX; i++) {
    lw_stream_filter_free (reading.filters[i]);
    av_packet_free (&reading.timeless[i]);
  }
  avformat_close_input (&reading.input);
  if (lw_sink_is_over (sink) || code >= 0 || code == AVERROR_EOF)
    return;
  if (code != AVERROR_EXIT || job->is_expected)
    fail (code, error);
}
