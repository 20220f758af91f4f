/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the header says: streams, chapters, when it was made. */
#include "lw-worker-probe.h"

#include <libavutil/display.h>
#include <math.h>
#include <string.h>

static char *
tag (const AVDictionary *metadata, const char *key)
{
  const AVDictionaryEntry *entry = av_dict_get (metadata, key, NULL, 0);

  return lw_media_clean_text (entry != NULL ? entry->value : NULL);
}

static LwStreamKind
kind_of (const AVStream *stream)
{
  switch (stream->codecpar->codec_type) {
  case AVMEDIA_TYPE_VIDEO:
    /* A cover picture is no film. */
    return stream->disposition & AV_DISPOSITION_ATTACHED_PIC ? LW_STREAM_OTHER : LW_STREAM_VIDEO;
  case AVMEDIA_TYPE_AUDIO:
    return LW_STREAM_AUDIO;
  case AVMEDIA_TYPE_SUBTITLE:
    return LW_STREAM_CAPTIONS;
  default:
    return LW_STREAM_OTHER;
  }
}

/* libav gives the angle counter-clockwise. */
int
lw_worker_rotation (const AVStream *stream)
{
  gsize size = 0;
  const guint8 *matrix = lw_worker_side_data (stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  double angle;
  int quarters;

  if (matrix == NULL || size < 9 * sizeof (gint32))
    return 0;
  angle = av_display_rotation_get ((const int32_t *)(gconstpointer)matrix);
  if (!isfinite (angle) || fabs (angle) > 360)
    return 0;
  quarters = (int)lround (-angle / 90.0);
  return ((quarters % 4 + 4) % 4) * 90;
}

static void
read_video (const AVStream *stream, LwStreamInfo *info)
{
  const AVCodecParameters *codec = stream->codecpar;
  AVRational aspect = stream->sample_aspect_ratio;
  AVRational rate = stream->avg_frame_rate;

  info->width = (guint)CLAMP (codec->width, 0, LW_MEDIA_MAX_SIDE);
  info->height = (guint)CLAMP (codec->height, 0, LW_MEDIA_MAX_SIDE);
  if (aspect.num <= 0 || aspect.den <= 0)
    aspect = codec->sample_aspect_ratio;
  if (aspect.num > 0 && aspect.den > 0) {
    info->par_num = (guint)aspect.num;
    info->par_den = (guint)aspect.den;
  }
  if (rate.num > 0 && rate.den > 0) {
    info->fps_num = (guint)rate.num;
    info->fps_den = (guint)rate.den;
  }
  info->rotation = lw_worker_rotation (stream);
}

static LwStreamInfo *
read_stream (const LwWorkerInput *input, const AVStream *stream)
{
  const AVCodecParameters *codec = stream->codecpar;
  const char *profile = avcodec_profile_name (codec->codec_id, codec->profile);
  LwStreamInfo *info = lw_stream_info_new ();
  LwTime time;

  info->kind = kind_of (stream);
  info->index = (guint)stream->index;
  info->codec = lw_media_clean_text (avcodec_get_name (codec->codec_id));
  info->profile = lw_media_clean_text (profile);
  info->language = tag (stream->metadata, "language");
  if (g_str_equal (info->language, "und"))
    *info->language = '\0';
  info->title = tag (stream->metadata, "title");
  info->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
  if (lw_worker_input_to_time (input, stream, stream->start_time, &time))
    info->start = MAX (time, 0);
  if (stream->duration > 0 && lw_worker_input_to_time (input, stream, stream->duration, &time) &&
      time + input->origin >= 0 && time + input->origin <= LW_TIME_MAX)
    info->duration = time + input->origin;
  if (info->kind == LW_STREAM_VIDEO)
    read_video (stream, info);
  if (info->kind == LW_STREAM_AUDIO) {
    info->sample_rate = (guint)MAX (codec->sample_rate, 0);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100)
    info->channels = (guint)CLAMP (codec->ch_layout.nb_channels, 0, 65535);
#else
    info->channels = (guint)CLAMP (codec->channels, 0, 65535);
#endif
  }
  return info;
}

/* Recorders without a clock write 1904 or 1970: that is no date. */
static gint64
creation_time (const AVFormatContext *format)
{
  const AVDictionaryEntry *entry = av_dict_get (format->metadata, "creation_time", NULL, 0);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) moment = NULL;

  if (entry == NULL)
    return 0;
  moment = g_date_time_new_from_iso8601 (entry->value, utc);
  if (moment == NULL || g_date_time_get_year (moment) < 1980)
    return 0;
  return g_date_time_to_unix (moment) * G_USEC_PER_SEC + g_date_time_get_microsecond (moment);
}

static void
read_chapters (const LwWorkerInput *input, LwProbe *probe)
{
  const AVRational ns = {1, (int)LW_SECOND};

  for (guint i = 0; i < input->format->nb_chapters && i < LW_MEDIA_MAX_CHAPTERS; i++) {
    const AVChapter *chapter = input->format->chapters[i];
    g_autofree char *title = NULL;
    gint64 start, end;

    if (chapter->time_base.num <= 0 || chapter->time_base.den <= 0 ||
        chapter->start == AV_NOPTS_VALUE)
      continue;
    start = av_rescale_q_rnd (chapter->start, chapter->time_base, ns, AV_ROUND_DOWN);
    end = chapter->end == AV_NOPTS_VALUE
              ? start
              : av_rescale_q_rnd (chapter->end, chapter->time_base, ns, AV_ROUND_DOWN);
    if (!LW_TIME_IS_MOMENT (start))
      continue;
    start = MAX (start - input->origin, 0);
    end = MIN (end, LW_TIME_MAX) - input->origin;
    if (!LW_TIME_IS_MOMENT (end) || end < start)
      end = start;
    title = tag (chapter->metadata, "title");
    g_ptr_array_add (probe->chapters, lw_chapter_new (start, end, title));
  }
}

void
lw_worker_read_facts (const LwWorkerInput *input, LwProbe *probe)
{
  const AVFormatContext *format = input->format;
  LwTime earliest = LW_TIME_NONE;

  probe->container = lw_media_clean_text (format->iformat->name);
  probe->duration = lw_worker_input_duration (input);
  probe->created_utc_us = creation_time (format);
  for (guint i = 0; i < format->nb_streams && i < LW_MEDIA_MAX_STREAMS; i++) {
    LwStreamInfo *info = read_stream (input, format->streams[i]);

    g_ptr_array_add (probe->streams, info);
    if (info->start != LW_TIME_NONE &&
        (info->kind == LW_STREAM_VIDEO || info->kind == LW_STREAM_AUDIO) &&
        (earliest == LW_TIME_NONE || info->start < earliest))
      earliest = info->start;
  }
  probe->start = MAX (earliest, 0);
  read_chapters (input, probe);
}
