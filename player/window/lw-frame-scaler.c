/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-frame-scaler.h"

struct _LwFrameScaler {
  GstVideoInfo in;
  GstVideoInfo middle; /* scaled, still in the format that came in */
  GstVideoInfo out;
  GstVideoConverter *scale;   /* NULL: the size stays */
  GstVideoConverter *convert; /* NULL: the format stays */
  GstBuffer *scaled;
  GstBufferPool *pool; /* of BGRA: a fresh mapping of 8 MB for each frame costs page faults */
};

void
lw_frame_scaler_fit (
    const GstVideoInfo *in, guint max_width, guint max_height, guint *ret_width, guint *ret_height)
{
  guint width = (guint)GST_VIDEO_INFO_WIDTH (in);
  guint height = (guint)GST_VIDEO_INFO_HEIGHT (in);
  double shown_width = width;
  double factor;

  *ret_width = width;
  *ret_height = height;
  if (max_width == 0 || max_height == 0)
    return;
  if (GST_VIDEO_INFO_PAR_N (in) > 0 && GST_VIDEO_INFO_PAR_D (in) > 0)
    shown_width = width * (double)GST_VIDEO_INFO_PAR_N (in) / GST_VIDEO_INFO_PAR_D (in);
  factor = MIN (max_width / shown_width, max_height / (double)height);
  if (factor >= 0.95) /* as good as the same size: not worth the work */
    return;
  /* Even sizes keep the chroma planes of 4:2:0 exact. */
  *ret_width = MAX (2, (guint)(shown_width * factor + 1) & ~1u);
  *ret_height = MAX (2, (guint)(height * factor + 1) & ~1u);
}

static GstVideoConverter *
lw_frame_scaler_converter (const GstVideoInfo *from, const GstVideoInfo *to)
{
  GstStructure *options = gst_structure_new (
      "options", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
      GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_DITHER_METHOD,
      GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE, GST_VIDEO_CONVERTER_OPT_THREADS,
      G_TYPE_UINT, MIN (4, g_get_num_processors ()), NULL);

  return gst_video_converter_new (from, to, options);
}

static void
lw_video_info_resized (const GstVideoInfo *from,
                       GstVideoFormat format,
                       guint width,
                       guint height,
                       GstVideoInfo *ret_info)
{
  gst_video_info_set_format (ret_info, format, width, height);
  ret_info->fps_n = from->fps_n;
  ret_info->fps_d = from->fps_d;
  if (format == GST_VIDEO_INFO_FORMAT (from)) {
    ret_info->colorimetry = from->colorimetry;
    ret_info->chroma_site = from->chroma_site;
  }
}

LwFrameScaler *
lw_frame_scaler_new (const GstVideoInfo *in, guint max_width, guint max_height)
{
  g_autoptr (LwFrameScaler) self = g_new0 (LwFrameScaler, 1);
  GstStructure *config;
  g_autoptr (GstCaps) caps = NULL;
  guint width, height;

  self->in = *in;
  lw_frame_scaler_fit (in, max_width, max_height, &width, &height);
  self->middle = *in;
  if (width != (guint)GST_VIDEO_INFO_WIDTH (in) || height != (guint)GST_VIDEO_INFO_HEIGHT (in)) {
    lw_video_info_resized (in, GST_VIDEO_INFO_FORMAT (in), width, height, &self->middle);
    self->scale = lw_frame_scaler_converter (in, &self->middle);
    if (self->scale == NULL)
      return NULL;
    self->scaled = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&self->middle), NULL);
  }
  lw_video_info_resized (in, GST_VIDEO_FORMAT_BGRA, width, height, &self->out);
  if (GST_VIDEO_INFO_FORMAT (in) != GST_VIDEO_FORMAT_BGRA) {
    self->convert = lw_frame_scaler_converter (&self->middle, &self->out);
    if (self->convert == NULL)
      return NULL;
  }
  if (self->convert != NULL || self->scale != NULL) {
    self->pool = gst_buffer_pool_new ();
    caps = gst_video_info_to_caps (&self->out);
    config = gst_buffer_pool_get_config (self->pool);
    gst_buffer_pool_config_set_params (config, caps, (guint)GST_VIDEO_INFO_SIZE (&self->out), 2, 0);
    if (!gst_buffer_pool_set_config (self->pool, config) ||
        !gst_buffer_pool_set_active (self->pool, TRUE))
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
lw_frame_scaler_free (LwFrameScaler *self)
{
  g_clear_pointer (&self->scale, gst_video_converter_free);
  g_clear_pointer (&self->convert, gst_video_converter_free);
  gst_clear_buffer (&self->scaled);
  if (self->pool != NULL) {
    /* Frames still on screen go back to the pool by themselves; it is freed after the last. */
    gst_buffer_pool_set_active (self->pool, FALSE);
    gst_clear_object (&self->pool);
  }
  g_free (self);
}

gboolean
lw_frame_scaler_matches (LwFrameScaler *self,
                         const GstVideoInfo *in,
                         guint max_width,
                         guint max_height)
{
  guint width, height;

  lw_frame_scaler_fit (in, max_width, max_height, &width, &height);
  return gst_video_info_is_equal (&self->in, in) &&
         (guint)GST_VIDEO_INFO_WIDTH (&self->out) == width &&
         (guint)GST_VIDEO_INFO_HEIGHT (&self->out) == height;
}

static void
lw_video_frame_release (gpointer data)
{
  GstVideoFrame *frame = data;

  gst_video_frame_unmap (frame); /* maps with a reference of its own: gives that back too */
  g_free (frame);
}

/* Maps @buffer for as long as the bytes live. */
static GBytes *
lw_video_frame_to_bytes (const GstVideoInfo *info, GstBuffer *buffer, gsize *ret_stride)
{
  GstVideoFrame *frame = g_new0 (GstVideoFrame, 1);
  gsize stride, size;

  if (!gst_video_frame_map (frame, info, buffer, GST_MAP_READ)) {
    g_free (frame);
    return NULL;
  }
  stride = (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  size = stride * ((gsize)GST_VIDEO_FRAME_HEIGHT (frame) - 1) +
         (gsize)GST_VIDEO_FRAME_WIDTH (frame) * 4;
  *ret_stride = stride;
  return g_bytes_new_with_free_func (GST_VIDEO_FRAME_PLANE_DATA (frame, 0), size,
                                     lw_video_frame_release, frame);
}

static gboolean
lw_frame_scaler_step (GstVideoConverter *converter,
                      const GstVideoInfo *from,
                      GstBuffer *source,
                      const GstVideoInfo *to,
                      GstBuffer *target)
{
  GstVideoFrame in, out;

  if (!gst_video_frame_map (&in, from, source, GST_MAP_READ))
    return FALSE;
  if (!gst_video_frame_map (&out, to, target, GST_MAP_WRITE)) {
    gst_video_frame_unmap (&in);
    return FALSE;
  }
  gst_video_converter_frame (converter, &in, &out);
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  return TRUE;
}

GBytes *
lw_frame_scaler_run (
    LwFrameScaler *self, GstBuffer *buffer, guint *ret_width, guint *ret_height, gsize *ret_stride)
{
  g_autoptr (GstBuffer) out = NULL;

  *ret_width = (guint)GST_VIDEO_INFO_WIDTH (&self->out);
  *ret_height = (guint)GST_VIDEO_INFO_HEIGHT (&self->out);
  if (self->pool == NULL)
    return lw_video_frame_to_bytes (&self->in, buffer, ret_stride);

  if (gst_buffer_pool_acquire_buffer (self->pool, &out, NULL) != GST_FLOW_OK)
    return NULL;
  if (self->scale != NULL) {
    GstBuffer *target = self->convert != NULL ? self->scaled : out;

    if (!lw_frame_scaler_step (self->scale, &self->in, buffer, &self->middle, target))
      return NULL;
    buffer = target;
  }
  if (self->convert != NULL &&
      !lw_frame_scaler_step (self->convert, &self->middle, buffer, &self->out, out))
    return NULL;
  return lw_video_frame_to_bytes (&self->out, out, ret_stride);
}
