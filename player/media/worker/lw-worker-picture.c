/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-picture.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <string.h>

#include "../lw-derivative-format.h"
#include "lw-worker-probe.h"

/* Packets read after a seek before a place is given up. */
#define MAX_PACKETS 300

struct LwWorkerPicture {
  LwWorkerInput *input;
  AVStream *stream;
  AVCodecContext *codec;
  struct SwsContext *scaler;
  AVPacket *packet;
  AVFrame *frame;
  guint width, height; /* upright */
  int rotation;
  guint8 *scaled; /* before it is turned */
  guint8 *upright;
  gint64 shown; /* timestamp of the key frame in @upright */
};

static AVRational
display_aspect (const AVStream *stream)
{
  const AVCodecParameters *codec = stream->codecpar;
  AVRational pixel = stream->sample_aspect_ratio;
  AVRational aspect = {1, 1};

  if (pixel.num <= 0 || pixel.den <= 0)
    pixel = codec->sample_aspect_ratio;
  if (pixel.num <= 0 || pixel.den <= 0)
    pixel = (AVRational){1, 1};
  av_reduce (&aspect.num, &aspect.den, (gint64)codec->width * pixel.num,
             (gint64)codec->height * pixel.den, 1 << 16);
  if (aspect.num <= 0 || aspect.den <= 0)
    return (AVRational){1, 1};
  return aspect;
}

guint
lw_worker_picture_width (const AVStream *stream, guint height)
{
  AVRational aspect = display_aspect (stream);
  gint64 width;

  if (lw_worker_rotation (stream) % 180 != 0)
    aspect = av_inv_q (aspect);
  width = av_rescale (height, aspect.num, aspect.den);
  return (guint)CLAMP (width, 4, (gint64)height * LW_FILMSTRIP_MAX_ASPECT);
}

static gboolean
open_decoder (LwWorkerPicture *self)
{
  const AVCodec *decoder = avcodec_find_decoder (self->stream->codecpar->codec_id);

  if (decoder == NULL)
    return FALSE;
  self->codec = avcodec_alloc_context3 (decoder);
  if (self->codec == NULL ||
      avcodec_parameters_to_context (self->codec, self->stream->codecpar) < 0)
    return FALSE;
  self->codec->pkt_timebase = self->stream->time_base;
  /* Many places are decoded at once, each by one thread: a frame needs no company. */
  self->codec->thread_count = 1;
  /* Edges between blocks are far smaller than a pixel of the strip. */
  self->codec->skip_loop_filter = AVDISCARD_ALL;
  self->codec->flags2 |= AV_CODEC_FLAG2_FAST;
  self->codec->max_pixels = (gint64)LW_MEDIA_MAX_SIDE * 4096;
  return avcodec_open2 (self->codec, decoder, NULL) >= 0;
}

LwWorkerPicture *
lw_worker_picture_new (LwWorkerInput *input, int index, guint width, guint height)
{
  g_autoptr (LwWorkerPicture) self = g_new0 (LwWorkerPicture, 1);
  gsize size = (gsize)width * height * 4;

  self->input = input;
  self->stream = input->format->streams[index];
  self->width = width;
  self->height = height;
  self->rotation = lw_worker_rotation (self->stream);
  self->shown = AV_NOPTS_VALUE;
  lw_worker_input_keep_only (input, index);
  self->packet = av_packet_alloc ();
  self->frame = av_frame_alloc ();
  /* The scaler writes whole vectors: room behind the last row. */
  self->scaled = av_malloc (size + 64);
  self->upright = av_malloc (size);
  if (self->packet == NULL || self->frame == NULL || self->scaled == NULL ||
      self->upright == NULL || !open_decoder (self))
    return NULL;
  return g_steal_pointer (&self);
}

void
lw_worker_picture_free (LwWorkerPicture *self)
{
  if (self == NULL)
    return;
  avcodec_free_context (&self->codec);
  sws_freeContext (self->scaler);
  av_packet_free (&self->packet);
  av_frame_free (&self->frame);
  av_free (self->scaled);
  av_free (self->upright);
  g_free (self);
}

/* Copies @scaled, of @width × @height before turning, to @upright. */
static void
turn (const LwWorkerPicture *self, guint width, guint height)
{
  const guint32 *from = (const guint32 *)(gconstpointer)self->scaled;
  guint32 *to = (guint32 *)(gpointer)self->upright;

  if (self->rotation == 0) {
    memcpy (to, from, (gsize)width * height * 4);
    return;
  }
  for (guint y = 0; y < height; y++) {
    for (guint x = 0; x < width; x++) {
      guint32 pixel = *from++;

      if (self->rotation == 90)
        to[(gsize)x * height + (height - 1 - y)] = pixel;
      else if (self->rotation == 180)
        to[(gsize)(height - 1 - y) * width + (width - 1 - x)] = pixel;
      else
        to[(gsize)(width - 1 - x) * height + y] = pixel;
    }
  }
}

static gboolean
scale (LwWorkerPicture *self)
{
  const AVFrame *frame = self->frame;
  gboolean lies = self->rotation % 180 != 0;
  guint width = lies ? self->height : self->width;
  guint height = lies ? self->width : self->height;
  guint8 *planes[4] = {self->scaled};
  int strides[4] = {(int)width * 4};
  int space = frame->colorspace;

  if (frame->width <= 0 || frame->height <= 0 || frame->width > LW_MEDIA_MAX_SIDE ||
      frame->height > LW_MEDIA_MAX_SIDE || frame->data[0] == NULL ||
      !sws_isSupportedInput (frame->format))
    return FALSE;
  self->scaler =
      sws_getCachedContext (self->scaler, frame->width, frame->height, frame->format, (int)width,
                            (int)height, AV_PIX_FMT_RGBA, SWS_AREA, NULL, NULL, NULL);
  if (self->scaler == NULL)
    return FALSE;
  if (space == AVCOL_SPC_UNSPECIFIED)
    space = frame->height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  sws_setColorspaceDetails (self->scaler, sws_getCoefficients (space),
                            frame->color_range == AVCOL_RANGE_JPEG,
                            sws_getCoefficients (SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  if (sws_scale (self->scaler, (const guint8 *const *)frame->data, frame->linesize, 0,
                 frame->height, planes, strides) <= 0)
    return FALSE;
  turn (self, width, height);
  return TRUE;
}

/* Decodes self->packet; a key frame alone, so that the decoder need not wait for the next ones. */
static gboolean
decode (LwWorkerPicture *self, gboolean alone)
{
  /* Before the begin of an edit list: a player decodes it silently, here it is as good as any. */
  self->packet->flags &= ~AV_PKT_FLAG_DISCARD;
  if (avcodec_send_packet (self->codec, self->packet) < 0)
    return FALSE;
  if (avcodec_receive_frame (self->codec, self->frame) >= 0)
    return TRUE;
  if (!alone)
    return FALSE;
  avcodec_send_packet (self->codec, NULL);
  if (avcodec_receive_frame (self->codec, self->frame) >= 0)
    return TRUE;
  avcodec_flush_buffers (self->codec);
  return FALSE;
}

const guint8 *
lw_worker_picture_at (LwWorkerPicture *self, LwTime time)
{
  gint64 target = lw_worker_input_from_time (self->input, self->stream, time);
  AVFormatContext *format = self->input->format;
  gboolean has_key = FALSE, has_frame = FALSE, is_same = FALSE;
  gint64 key = AV_NOPTS_VALUE;

  if (avformat_seek_file (format, self->stream->index, INT64_MIN, target, target, 0) < 0 &&
      avformat_seek_file (format, self->stream->index, INT64_MIN, 0, INT64_MAX, 0) < 0)
    return NULL;
  avcodec_flush_buffers (self->codec);
  for (guint i = 0; i < MAX_PACKETS && !has_frame && !is_same; i++) {
    gboolean is_key;

    if (av_read_frame (format, self->packet) < 0)
      break;
    is_key = self->packet->stream_index == self->stream->index &&
             (self->packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (is_key && !has_key) {
      key = self->packet->pts;
      is_same = key != AV_NOPTS_VALUE && key == self->shown;
    }
    has_key = has_key || is_key;
    if (has_key && !is_same && self->packet->stream_index == self->stream->index)
      has_frame = decode (self, is_key);
    av_packet_unref (self->packet);
  }
  if (is_same)
    return self->upright;
  if (!has_frame || !scale (self))
    return NULL;
  self->shown = key;
  return self->upright;
}
