/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-captions.h"

#include <string.h>

/* A caption without an end stays until the next one, but no longer than this. */
#define LONGEST_OPEN (5 * LW_SECOND)

struct LwWorkerCaptions {
  AVCodecContext *codec;
  int index;
  gsize bytes;
};

/* libav turns every text format into lines of ASS, so that one reader is enough. */
static const AVCodec *
text_decoder (const AVStream *stream)
{
  switch (stream->codecpar->codec_id) {
  case AV_CODEC_ID_MOV_TEXT:
  case AV_CODEC_ID_SUBRIP:
  case AV_CODEC_ID_TEXT:
  case AV_CODEC_ID_WEBVTT:
  case AV_CODEC_ID_ASS:
  case AV_CODEC_ID_SSA:
    return avcodec_find_decoder (stream->codecpar->codec_id);
  default:
    return NULL;
  }
}

LwWorkerCaptions *
lw_worker_captions_new (const LwWorkerInput *input)
{
  for (guint i = 0; i < input->format->nb_streams; i++) {
    const AVStream *stream = input->format->streams[i];
    const AVCodec *decoder = text_decoder (stream);
    AVCodecContext *codec;
    LwWorkerCaptions *self;

    if (decoder == NULL)
      continue;
    codec = avcodec_alloc_context3 (decoder);
    if (codec == NULL)
      return NULL;
    codec->pkt_timebase = stream->time_base;
    if (avcodec_parameters_to_context (codec, stream->codecpar) < 0 ||
        avcodec_open2 (codec, decoder, NULL) < 0) {
      avcodec_free_context (&codec);
      continue;
    }
    self = g_new0 (LwWorkerCaptions, 1);
    self->codec = codec;
    self->index = (int)i;
    return self;
  }
  return NULL;
}

void
lw_worker_captions_free (LwWorkerCaptions *self)
{
  if (self == NULL)
    return;
  avcodec_free_context (&self->codec);
  g_free (self);
}

int
lw_worker_captions_get_index (const LwWorkerCaptions *self)
{
  return self != NULL ? self->index : -1;
}

char *
lw_worker_captions_plain (const char *ass_event)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *c = ass_event;

  /* ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, then the text. */
  for (guint commas = 0; commas < 8; commas++) {
    c = strchr (c, ',');
    if (c == NULL)
      return g_strdup ("");
    c++;
  }
  while (*c != '\0') {
    const char *close = *c == '{' ? strchr (c, '}') : NULL;

    if (close != NULL) {
      c = close + 1;
    } else if (c[0] == '\\' && (c[1] == 'N' || c[1] == 'n')) {
      g_string_append_c (text, '\n');
      c += 2;
    } else if (c[0] == '\\' && c[1] == 'h') {
      g_string_append (text, "\302\240");
      c += 2;
    } else if (c[0] == '\\' && (c[1] == '{' || c[1] == '}')) {
      g_string_append_c (text, c[1]);
      c += 2;
    } else if (*c == '\r') {
      c++;
    } else {
      g_string_append_c (text, *c++);
    }
  }
  return lw_media_clean_text (text->str);
}

static void
add_text (GString *whole, const AVSubtitleRect *rect)
{
  g_autofree char *text = NULL;

  if (rect->ass != NULL)
    text = lw_worker_captions_plain (rect->ass);
  else if (rect->text != NULL)
    text = lw_media_clean_text (rect->text);
  if (text == NULL || *text == '\0')
    return;
  if (whole->len > 0)
    g_string_append_c (whole, '\n');
  g_string_append (whole, text);
}

void
lw_worker_captions_take (LwWorkerCaptions *self,
                         const LwWorkerInput *input,
                         const AVPacket *packet,
                         LwProbe *probe)
{
  const AVStream *stream = input->format->streams[self->index];
  g_autoptr (GString) text = g_string_new (NULL);
  AVSubtitle subtitle = {0};
  LwTime start, end;
  gint64 last;
  int got = 0;

  if (probe->captions->len >= LW_MEDIA_MAX_CAPTIONS || self->bytes > LW_MEDIA_MAX_CAPTION_BYTES ||
      !lw_worker_input_to_time (input, stream, packet->pts, &start) || start < 0)
    return;
  if (__builtin_add_overflow (packet->pts, packet->duration, &last) || packet->duration <= 0 ||
      !lw_worker_input_to_time (input, stream, last, &end) || end < start)
    end = start;
  if (avcodec_decode_subtitle2 (self->codec, &subtitle, &got, (AVPacket *)packet) < 0 || !got)
    return;
  for (guint i = 0; i < subtitle.num_rects; i++)
    add_text (text, subtitle.rects[i]);
  avsubtitle_free (&subtitle);
  if (text->len == 0)
    return;
  self->bytes += text->len;
  g_ptr_array_add (probe->captions, lw_caption_new (start, end, text->str));
}

static int
by_start (gconstpointer a, gconstpointer b)
{
  const LwCaption *one = *(const LwCaption *const *)a;
  const LwCaption *other = *(const LwCaption *const *)b;

  return (one->start > other->start) - (one->start < other->start);
}

void
lw_worker_captions_finish (LwProbe *probe)
{
  g_ptr_array_sort (probe->captions, by_start);
  for (guint i = 0; i < probe->captions->len; i++) {
    LwCaption *caption = g_ptr_array_index (probe->captions, i);
    const LwCaption *next =
        i + 1 < probe->captions->len ? g_ptr_array_index (probe->captions, i + 1) : NULL;

    if (caption->end > caption->start)
      continue;
    caption->end = MIN (caption->start + LONGEST_OPEN, LW_TIME_MAX);
    if (next != NULL && next->start > caption->start && next->start < caption->end)
      caption->end = next->start;
  }
}
