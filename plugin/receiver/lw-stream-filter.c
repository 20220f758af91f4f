/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-stream-filter.h"

#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <string.h>

struct _LwStreamFilter {
  AVStream *stream;
  AVBSFContext *filter; /* nullable */
  gboolean in_band;     /* pictures that say themselves how they are made */
};

static gboolean
set_extra (AVCodecParameters *codec, const guint8 *bytes, gsize length)
{
  guint8 *copy = av_mallocz (length + AV_INPUT_BUFFER_PADDING_SIZE);

  if (copy == NULL)
    return FALSE;
  memcpy (copy, bytes, length);
  av_freep (&codec->extradata);
  codec->extradata = copy;
  codec->extradata_size = (int)length;
  return TRUE;
}

/* ---- sound ---- */

/* What a transport stream says before each packet, said once (ISO 14496-3, AudioSpecificConfig).
 * The first packet corrects it where it has more to say. */
static void
describe_sound (AVCodecParameters *codec)
{
  static const int rates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                              22050, 16000, 12000, 11025, 8000,  7350};
  guint kind = 2; /* AAC LC */
  int channels = codec->ch_layout.nb_channels;

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    guint bits = kind << 11 | i << 7 | (guint)channels << 3;
    guint8 extra[] = {(guint8)(bits >> 8), (guint8)bits};

    if (rates[i] == codec->sample_rate && channels > 0 && channels <= 6)
      set_extra (codec, extra, sizeof extra);
  }
}

/* ---- pictures ---- */

/* Where the next unit of a stream of H.264 begins, behind its start code; @end if there is none. */
static const guint8 *
next_unit (const guint8 *at, const guint8 *end)
{
  for (; at + 3 < end; at++)
    if (at[0] == 0 && at[1] == 0 && at[2] == 1)
      return at + 3;
  return end;
}

static gboolean
has_unit (GByteArray *units, const guint8 *unit, gsize length)
{
  const guint8 *end = units->data + units->len, *at;

  for (at = next_unit (units->data, end); at < end; at = next_unit (at, end))
    if ((gsize)(end - at) >= length && memcmp (at, unit, length) == 0)
      return TRUE;
  return FALSE;
}

/* Each parameter set once, behind a start code of four bytes: some senders repeat them, and what
 * means the same is not to look like another stream. */
static GByteArray *
tidy (const guint8 *extra, gsize length)
{
  static const guint8 start[] = {0, 0, 0, 1};
  GByteArray *units = g_byte_array_new ();
  const guint8 *end = extra + length, *at, *next;

  for (at = next_unit (extra, end); at < end; at = next) {
    const guint8 *last;

    next = next_unit (at, end);
    last = next < end ? next - 3 : end;
    while (last > at && last[-1] == 0)
      last--;
    if (last == at || has_unit (units, at, (gsize)(last - at)))
      continue;
    g_byte_array_append (units, start, sizeof start);
    g_byte_array_append (units, at, (guint)(last - at));
  }
  return units;
}

/* FALSE: it is as it was. */
static gboolean
describe_picture (AVCodecParameters *codec, const guint8 *extra, gsize length)
{
  g_autoptr (GByteArray) units = tidy (extra, length);

  if (units->len == 0 || (codec->extradata_size == (int)units->len &&
                          memcmp (codec->extradata, units->data, units->len) == 0))
    return FALSE;
  return set_extra (codec, units->data, units->len);
}

static void
measure (AVCodecParameters *codec, const AVPacket *packet)
{
  AVCodecParserContext *parser = av_parser_init (codec->codec_id);
  AVCodecContext *context = avcodec_alloc_context3 (NULL);
  uint8_t *out;
  int length;

  if (parser != NULL && context != NULL && avcodec_parameters_to_context (context, codec) >= 0) {
    parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
    av_parser_parse2 (parser, context, &out, &length, packet->data, packet->size, AV_NOPTS_VALUE,
                      AV_NOPTS_VALUE, 0);
    if (parser->width > 0 && parser->height > 0) {
      codec->width = parser->width;
      codec->height = parser->height;
    }
  }
  avcodec_free_context (&context);
  av_parser_close (parser);
}

/* ---- the whole ---- */

static gboolean
is_described_in_itself (const AVCodecParameters *codec)
{
  return codec->codec_id == AV_CODEC_ID_H264 &&
         (codec->extradata_size < 4 || codec->extradata[0] != 1);
}

LwStreamFilter *
lw_stream_filter_new (AVStream *stream)
{
  LwStreamFilter *self = g_new0 (LwStreamFilter, 1);
  const char *name = NULL;
  const AVBitStreamFilter *kind;

  self->stream = stream;
  self->in_band = is_described_in_itself (stream->codecpar);
  if (self->in_band)
    name = "extract_extradata";
  else if (stream->codecpar->codec_id == AV_CODEC_ID_AAC && stream->codecpar->extradata_size == 0)
    name = "aac_adtstoasc";
  kind = name != NULL ? av_bsf_get_by_name (name) : NULL;
  if (kind == NULL || av_bsf_alloc (kind, &self->filter) < 0)
    return self;
  self->filter->time_base_in = stream->time_base;
  if (avcodec_parameters_copy (self->filter->par_in, stream->codecpar) < 0 ||
      av_bsf_init (self->filter) < 0)
    av_bsf_free (&self->filter);
  else if (self->in_band && stream->codecpar->extradata_size > 0)
    describe_picture (stream->codecpar, stream->codecpar->extradata,
                      (gsize)stream->codecpar->extradata_size);
  else if (!self->in_band)
    describe_sound (stream->codecpar);
  return self;
}

void
lw_stream_filter_free (LwStreamFilter *self)
{
  if (self == NULL)
    return;
  av_bsf_free (&self->filter);
  g_free (self);
}

gboolean
lw_stream_filter_take (LwStreamFilter *self, AVPacket *packet, gboolean *ret_changed)
{
  AVCodecParameters *codec = self->stream->codecpar;
  const guint8 *extra;
  size_t length = 0;

  *ret_changed = FALSE;
  /* What it cannot make sense of came broken. */
  if (self->filter != NULL && (av_bsf_send_packet (self->filter, packet) < 0 ||
                               av_bsf_receive_packet (self->filter, packet) < 0)) {
    av_packet_unref (packet);
    return FALSE;
  }
  extra = av_packet_get_side_data (packet, AV_PKT_DATA_NEW_EXTRADATA, &length);
  if (extra == NULL || length == 0 || length > G_MAXINT / 2)
    return TRUE;
  if (self->in_band)
    *ret_changed = describe_picture (codec, extra, length);
  else if ((size_t)codec->extradata_size != length || memcmp (codec->extradata, extra, length) != 0)
    *ret_changed = set_extra (codec, extra, length);
  if (*ret_changed && codec->codec_type == AVMEDIA_TYPE_VIDEO)
    measure (codec, packet);
  return TRUE;
}

gboolean
lw_stream_filter_is_known (const LwStreamFilter *self)
{
  const AVCodecParameters *codec = self->stream->codecpar;

  return codec->codec_id != AV_CODEC_ID_H264 || (codec->extradata_size > 4 && codec->width > 0);
}
