/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-fragments.h"

#include <gio/gio.h>
#include <string.h>

#include "lw-receiver-protocol.h"
#include "lw-webm.h"

#define STREAMS_MAX 16
/* Divides by the thousandths of FLV and by the ticks of RTP and of MPEG. */
#define VIDEO_TIMESCALE "90000"
#define IO_BYTES (64 * 1024)

typedef struct {
  int index; /* in the file; -1: left out */
  AVRational base;
  gint64 last_dts; /* in that */
} Stream;

struct _LwFragments {
  AVFormatContext *muxer; /* of MP4; NULL: it is WebM */
  LwWebmTracks tracks;
  LwWebmCluster cluster;
  guint8 *opus_head;
  Stream streams[STREAMS_MAX];
  guint n_streams;
  int video; /* in the file; -1: none */
  guint width, height;
  GByteArray *written; /* what the muxer has written since the last fragment was taken */
  GBytes *init;
  char *type;
  /* of what is in no fragment yet */
  gboolean waits;
  LwTime first_dts, last_dts;
  LwTime start, end;
  gboolean has_picture, is_key;
};

static gboolean
fail (int code, GError **error)
{
  char words[AV_ERROR_MAX_STRING_SIZE] = "";

  av_strerror (code, words, sizeof words);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The recording could not be put together: %s",
               words);
  return FALSE;
}

static int
write_bytes (void *data, uint8_t *bytes, int length)
{
  LwFragments *self = data;

  g_byte_array_append (self->written, bytes, (guint)length);
  return length;
}

/* ---- what a browser calls them (RFC 6381) ---- */

/* @extra: as MP4 has it, or as transport streams and RTP do: begins behind zeros and a one. */
static char *
h264_name (const guint8 *extra, int length)
{
  if (length >= 4 && extra[0] == 1)
    return g_strdup_printf ("avc1.%02x%02x%02x", extra[1], extra[2], extra[3]);
  for (int i = 0; i + 6 < length; i++) {
    const guint8 *at = extra + i;

    if (at[0] == 0 && at[1] == 0 && at[2] == 1 && (at[3] & 0x1f) == 7)
      return g_strdup_printf ("avc1.%02x%02x%02x", at[4], at[5], at[6]);
  }
  return NULL;
}

static char *
codec_name (const AVCodecParameters *stream)
{
  const guint8 *extra = stream->extradata;

  switch (stream->codec_id) {
  case AV_CODEC_ID_H264:
    return h264_name (extra, stream->extradata_size);
  case AV_CODEC_ID_AAC:
    if (stream->extradata_size < 2)
      return NULL;
    return g_strdup_printf ("mp4a.40.%u", extra[0] >> 3);
  case AV_CODEC_ID_OPUS:
    return g_strdup ("opus");
  case AV_CODEC_ID_VP9:
    return g_strdup ("vp09.00.10.08");
  case AV_CODEC_ID_VP8:
    return g_strdup ("vp8");
  case AV_CODEC_ID_MP3:
    return g_strdup ("mp3");
  default:
    return NULL;
  }
}

/* ---- what is taken ---- */

/* VP8 is in no MP4 that a browser takes. */
static gboolean
is_for_webm (const AVCodecParameters *const *streams, guint n_streams)
{
  for (guint i = 0; i < n_streams; i++)
    if (streams[i]->codec_id == AV_CODEC_ID_VP8 && streams[i]->width > 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_taken (const LwFragments *self, const AVCodecParameters *stream)
{
  gboolean is_video = stream->codec_type == AVMEDIA_TYPE_VIDEO;
  /* Of which nothing more is known. */
  gboolean is_known = is_video ? stream->width > 0 && stream->height > 0 : stream->sample_rate > 0;

  if (!is_known)
    return FALSE;
  if (self->muxer != NULL)
    return stream->codec_id != AV_CODEC_ID_VP8;
  return is_video ? stream->codec_id == AV_CODEC_ID_VP8
                  : stream->codec_id == AV_CODEC_ID_OPUS && stream->extradata_size > 0;
}

static gboolean
add_to_mp4 (LwFragments *self, Stream *to, const AVCodecParameters *from)
{
  gboolean is_video = from->codec_type == AVMEDIA_TYPE_VIDEO;
  AVStream *stream = avformat_new_stream (self->muxer, NULL);

  if (stream == NULL || avcodec_parameters_copy (stream->codecpar, from) < 0)
    return FALSE;
  stream->codecpar->codec_tag = 0;
  /* What was guessed from how much came, and what the stream itself says as well: with it, no two
   * connections to one source would be described alike. */
  stream->codecpar->bit_rate = 0;
  stream->codecpar->field_order = AV_FIELD_UNKNOWN;
  stream->codecpar->color_primaries = AVCOL_PRI_UNSPECIFIED;
  stream->codecpar->color_trc = AVCOL_TRC_UNSPECIFIED;
  stream->codecpar->color_space = AVCOL_SPC_UNSPECIFIED;
  stream->time_base = is_video ? (AVRational){1, 90000} : (AVRational){1, from->sample_rate};
  to->index = stream->index;
  return TRUE;
}

static void
add_to_webm (LwFragments *self, Stream *to, const AVCodecParameters *from)
{
  if (from->codec_type == AVMEDIA_TYPE_VIDEO) {
    self->tracks.width = (guint)from->width;
    self->tracks.height = (guint)from->height;
    to->index = LW_WEBM_VIDEO;
  } else {
    self->opus_head = g_memdup2 (from->extradata, (gsize)from->extradata_size);
    self->tracks.opus_head = self->opus_head;
    self->tracks.opus_head_length = (gsize)from->extradata_size;
    self->tracks.channels = (guint)MAX (from->ch_layout.nb_channels, 1);
    to->index = LW_WEBM_AUDIO;
  }
  to->base = (AVRational){1, 1000};
}

static gboolean
add_stream (LwFragments *self, guint i, const AVCodecParameters *from, GPtrArray *names)
{
  g_autofree char *name = codec_name (from);
  gboolean is_video = from->codec_type == AVMEDIA_TYPE_VIDEO;

  /* One picture and one sound: a lesson has no more, and a browser takes no more. */
  if (name == NULL || !is_taken (self, from) || (is_video && self->video >= 0) ||
      (!is_video && names->len > (self->video >= 0 ? 1u : 0u)))
    return TRUE;
  self->streams[i].last_dts = G_MININT64;
  if (self->muxer == NULL)
    add_to_webm (self, &self->streams[i], from);
  else if (!add_to_mp4 (self, &self->streams[i], from))
    return FALSE;
  if (is_video) {
    self->video = self->streams[i].index;
    self->width = (guint)MAX (from->width, 0);
    self->height = (guint)MAX (from->height, 0);
  }
  g_ptr_array_add (names, g_steal_pointer (&name));
  return TRUE;
}

static gboolean
add_streams (LwFragments *self,
             const AVCodecParameters *const *streams,
             guint n_streams,
             GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  self->n_streams = MIN (n_streams, STREAMS_MAX);
  for (guint i = 0; i < self->n_streams; i++)
    self->streams[i].index = -1;
  /* The picture comes first, so that its names do as well. */
  for (guint pass = 0; pass < 2; pass++) {
    enum AVMediaType type = pass == 0 ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO;

    for (guint i = 0; i < self->n_streams; i++)
      if (streams[i]->codec_type == type && !add_stream (self, i, streams[i], names))
        return fail (AVERROR (ENOMEM), error);
  }
  if (names->len == 0) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
        "What comes is neither H.264 nor AAC (nor VP8 and Opus from a browser), so "
        "it cannot be shown. Choose those in the program that sends it.");
    return FALSE;
  }
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (",", (char **)names->pdata);
  self->type = g_strdup_printf ("%s/%s; codecs=\"%s\"", self->video >= 0 ? "video" : "audio",
                                self->muxer != NULL ? "mp4" : "webm", list);
  return TRUE;
}

/* ---- making ---- */

static gboolean
begin_mp4 (LwFragments *self, GError **error)
{
  AVDictionary *options = NULL;
  int code;

  /* Whole at once, with every time as it is given: no edit list, nothing moved to zero. */
  av_dict_set (&options, "movflags",
               "frag_custom+empty_moov+default_base_moof+omit_tfhd_offset+frag_discont", 0);
  av_dict_set (&options, "video_track_timescale", VIDEO_TIMESCALE, 0);
  av_dict_set (&options, "use_editlist", "0", 0);
  self->muxer->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  /* The same streams give the same bytes: no clock and no version in them. */
  self->muxer->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_FLUSH_PACKETS;
  code = avformat_write_header (self->muxer, &options);
  av_dict_free (&options);
  if (code < 0)
    return fail (code, error);
  avio_flush (self->muxer->pb);
  for (guint i = 0; i < self->n_streams; i++)
    if (self->streams[i].index >= 0)
      self->streams[i].base = self->muxer->streams[self->streams[i].index]->time_base;
  return TRUE;
}

static gboolean
open_mp4 (LwFragments *self)
{
  guint8 *buffer = av_malloc (IO_BYTES);

  if (buffer != NULL && avformat_alloc_output_context2 (&self->muxer, NULL, "mp4", NULL) >= 0 &&
      (self->muxer->pb = avio_alloc_context (buffer, IO_BYTES, 1, self, NULL, write_bytes, NULL)) !=
          NULL)
    return TRUE;
  av_free (buffer);
  return FALSE;
}

LwFragments *
lw_fragments_new (const AVCodecParameters *const *streams, guint n_streams, GError **error)
{
  g_autoptr (LwFragments) self = g_new0 (LwFragments, 1);

  self->video = -1;
  self->written = g_byte_array_new ();
  if (!is_for_webm (streams, n_streams) && !open_mp4 (self)) {
    fail (AVERROR (ENOMEM), error);
    return NULL;
  }
  if (!add_streams (self, streams, n_streams, error))
    return NULL;
  if (self->muxer == NULL)
    lw_webm_add_header (self->written, &self->tracks);
  else if (!begin_mp4 (self, error))
    return NULL;
  self->init = g_byte_array_free_to_bytes (self->written);
  self->written = g_byte_array_new ();
  return g_steal_pointer (&self);
}

void
lw_fragments_free (LwFragments *self)
{
  if (self == NULL)
    return;
  if (self->muxer != NULL) {
    if (self->muxer->pb != NULL)
      av_freep (&self->muxer->pb->buffer);
    avio_context_free (&self->muxer->pb);
    /* Without its trailer, which would be an index of fragments that are gone. */
    avformat_free_context (self->muxer);
  }
  lw_webm_cluster_clear (&self->cluster);
  g_free (self->opus_head);
  g_byte_array_unref (self->written);
  g_clear_pointer (&self->init, g_bytes_unref);
  g_free (self->type);
  g_free (self);
}

GBytes *
lw_fragments_get_init (LwFragments *self)
{
  return self->init;
}

const char *
lw_fragments_get_type (LwFragments *self)
{
  return self->type;
}

void
lw_fragments_get_size (LwFragments *self, guint *ret_width, guint *ret_height)
{
  *ret_width = self->width;
  *ret_height = self->height;
}

gboolean
lw_fragments_has_video (LwFragments *self)
{
  return self->video >= 0;
}

gboolean
lw_fragments_takes (LwFragments *self, guint stream)
{
  return stream < self->n_streams && self->streams[stream].index >= 0;
}

gboolean
lw_fragments_is_video (LwFragments *self, guint stream)
{
  return lw_fragments_takes (self, stream) && self->streams[stream].index == self->video;
}

/* ---- packets ---- */

static void
note_times (LwFragments *self, const AVPacket *packet, gboolean is_picture)
{
  LwTime end = packet->pts + MAX (packet->duration, 0);

  if (!self->waits) {
    self->waits = TRUE;
    self->first_dts = self->last_dts = packet->dts;
    self->start = packet->pts;
    self->end = end;
    self->has_picture = self->is_key = FALSE;
  }
  self->first_dts = MIN (self->first_dts, packet->dts);
  self->last_dts = MAX (self->last_dts, packet->dts);
  if (is_picture && !self->has_picture) {
    self->has_picture = TRUE;
    self->is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    self->start = packet->pts;
    self->end = end;
  } else if (is_picture || !self->has_picture) {
    self->start = MIN (self->start, packet->pts);
    self->end = MAX (self->end, end);
  }
}

static int
add_to_cluster (LwFragments *self, const AVPacket *packet)
{
  return lw_webm_cluster_add (&self->cluster, (LwWebmTrack)packet->stream_index,
                              packet->pts * LW_MSECOND, (packet->flags & AV_PKT_FLAG_KEY) != 0,
                              packet->data, (gsize)packet->size)
             ? 0
             : AVERROR (ERANGE);
}

gboolean
lw_fragments_add (LwFragments *self, const AVPacket *packet, GError **error)
{
  const AVRational ns = {1, 1000000000};
  Stream *stream = &self->streams[packet->stream_index];
  AVRational base = stream->base;
  AVPacket *copy = av_packet_clone (packet);
  int code;

  if (copy == NULL)
    return fail (AVERROR (ENOMEM), error);
  copy->stream_index = stream->index;
  copy->dts = av_rescale_q (packet->dts + LW_RECEIVER_SHIFT, ns, base);
  copy->pts = av_rescale_q (packet->pts + LW_RECEIVER_SHIFT, ns, base);
  copy->duration = av_rescale_q (packet->duration, ns, base);
  /* Two of one time cannot be in a file: the later one is a tick later. */
  if (copy->dts <= stream->last_dts)
    copy->dts = stream->last_dts + 1;
  copy->pts = MAX (copy->pts, copy->dts);
  stream->last_dts = copy->dts;
  note_times (self, packet, stream->index == self->video);
  code = self->muxer != NULL ? av_write_frame (self->muxer, copy) : add_to_cluster (self, copy);
  av_packet_free (&copy);
  return code >= 0 || fail (code, error);
}

LwTime
lw_fragments_get_waiting (LwFragments *self)
{
  return self->waits ? self->last_dts - self->first_dts : 0;
}

static gboolean
write_fragment (LwFragments *self, GError **error)
{
  int code;

  if (self->muxer == NULL)
    return lw_webm_cluster_take (&self->cluster, self->written);
  code = av_write_frame (self->muxer, NULL);
  if (code < 0)
    return fail (code, error);
  avio_flush (self->muxer->pb);
  if (self->muxer->pb->error < 0)
    return fail (self->muxer->pb->error, error);
  return self->written->len > 0;
}

gboolean
lw_fragments_take (LwFragments *self, LwFragment *ret_fragment, GError **error)
{
  if (!self->waits)
    return FALSE;
  self->waits = FALSE;
  g_byte_array_set_size (self->written, 0);
  if (!write_fragment (self, error))
    return FALSE;
  *ret_fragment = (LwFragment){.start = MAX (self->start, 0),
                               .end = MAX (self->end, 0),
                               .is_key = self->video < 0 || (self->has_picture && self->is_key),
                               .bytes = self->written->data,
                               .length = self->written->len};
  return TRUE;
}
