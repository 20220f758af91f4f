/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-paintable-sink.h"

#include "lw-frame-scaler.h"

struct _LwPaintableSink {
  GstVideoSink parent;
  LwFrameSlot *slot;

  GMutex
      lock; /* held while a frame is converted, by the streaming thread or a worker: never main */
  /* ---- under lock ---- */
  GstVideoInfo info;
  LwFrameScaler *scaler;
  GstBuffer *source; /* what @pixels was made of */
  GBytes *pixels;
  guint width, height;
  gsize stride;

  guint target_width, target_height; /* under the object lock */
};

G_DEFINE_TYPE (LwPaintableSink, lw_paintable_sink, GST_TYPE_VIDEO_SINK)

/* Formats with a fast way to BGRA. Everything else playbin converts to one of these. */
#define LW_SINK_CAPS                                                                          \
  GST_VIDEO_CAPS_MAKE ("{ I420, NV12, YV12, BGRA, BGRx, RGBA, RGBx, Y42B, Y444, YUY2, UYVY, " \
                       "I420_10LE, P010_10LE, RGB, BGR, GRAY8 }")

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (LW_SINK_CAPS));

/* ---- converting; both with the lock held ---- */

static void
lw_paintable_sink_forget (LwPaintableSink *self)
{
  gst_clear_buffer (&self->source);
  g_clear_pointer (&self->pixels, g_bytes_unref);
}

static gboolean
lw_paintable_sink_convert (LwPaintableSink *self, GstBuffer *buffer)
{
  guint width, height;

  GST_OBJECT_LOCK (self);
  width = self->target_width;
  height = self->target_height;
  GST_OBJECT_UNLOCK (self);
  if (self->scaler == NULL || !lw_frame_scaler_matches (self->scaler, &self->info, width, height)) {
    g_clear_pointer (&self->scaler, lw_frame_scaler_free);
    self->scaler = lw_frame_scaler_new (&self->info, width, height);
    if (self->scaler == NULL)
      return FALSE;
  } else if (self->source == buffer && self->pixels != NULL) {
    return TRUE;
  }
  lw_paintable_sink_forget (self);
  self->pixels =
      lw_frame_scaler_run (self->scaler, buffer, &self->width, &self->height, &self->stride);
  if (self->pixels == NULL)
    return FALSE;
  self->source = gst_buffer_ref (buffer);
  return TRUE;
}

static void
lw_paintable_sink_show (LwPaintableSink *self)
{
  const GstVideoInfo *info = &self->info;
  double aspect = (double)GST_VIDEO_INFO_WIDTH (info) / MAX (1, GST_VIDEO_INFO_HEIGHT (info));

  if (GST_VIDEO_INFO_PAR_N (info) > 0 && GST_VIDEO_INFO_PAR_D (info) > 0)
    aspect *= (double)GST_VIDEO_INFO_PAR_N (info) / GST_VIDEO_INFO_PAR_D (info);
  lw_frame_slot_push (self->slot, g_bytes_ref (self->pixels), self->width, self->height,
                      self->stride, aspect);
}

/* ---- GstBaseSink, GstVideoSink: the streaming thread ---- */

static gboolean
lw_paintable_sink_set_info (GstVideoSink *sink, GstCaps *caps, const GstVideoInfo *info)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (sink);

  g_mutex_lock (&self->lock);
  self->info = *info;
  lw_paintable_sink_forget (self);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* Before the clock says that it is time: converting then would show every frame late. */
static GstFlowReturn
lw_paintable_sink_prepare (GstBaseSink *sink, GstBuffer *buffer)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (sink);
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = lw_paintable_sink_convert (self, buffer);
  g_mutex_unlock (&self->lock);
  if (ok)
    return GST_FLOW_OK;
  GST_ELEMENT_ERROR (self, RESOURCE, FAILED, (NULL), ("a frame could not be converted"));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
lw_paintable_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (sink);
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = lw_paintable_sink_convert (self, buffer);
  if (ok)
    lw_paintable_sink_show (self);
  g_mutex_unlock (&self->lock);
  return ok ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static gboolean
lw_paintable_sink_propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

static gboolean
lw_paintable_sink_stop (GstBaseSink *sink)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (sink);

  g_mutex_lock (&self->lock);
  lw_paintable_sink_forget (self);
  g_clear_pointer (&self->scaler, lw_frame_scaler_free);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* ---- a new size while nothing flows ---- */

static void
lw_paintable_sink_show_again (GstElement *element, gpointer data)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (element);
  g_autoptr (GstBuffer) source = NULL;

  g_mutex_lock (&self->lock);
  if (self->source != NULL)
    source = gst_buffer_ref (self->source);
  if (source != NULL && lw_paintable_sink_convert (self, source))
    lw_paintable_sink_show (self);
  g_mutex_unlock (&self->lock);
}

void
lw_paintable_sink_set_target (LwPaintableSink *self, guint width, guint height)
{
  gboolean changed;

  g_return_if_fail (LW_IS_PAINTABLE_SINK (self));
  GST_OBJECT_LOCK (self);
  changed = self->target_width != width || self->target_height != height;
  self->target_width = width;
  self->target_height = height;
  GST_OBJECT_UNLOCK (self);
  /* In a thread of its own: converting takes milliseconds that the main thread does not have. */
  if (changed && GST_STATE (self) == GST_STATE_PAUSED)
    gst_element_call_async (GST_ELEMENT (self), lw_paintable_sink_show_again, NULL, NULL);
}

static void
lw_paintable_sink_finalize (GObject *object)
{
  LwPaintableSink *self = LW_PAINTABLE_SINK (object);

  lw_paintable_sink_forget (self);
  g_clear_pointer (&self->scaler, lw_frame_scaler_free);
  g_clear_pointer (&self->slot, lw_frame_slot_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (lw_paintable_sink_parent_class)->finalize (object);
}

static void
lw_paintable_sink_class_init (LwPaintableSinkClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lw_paintable_sink_finalize;
  base_class->prepare = lw_paintable_sink_prepare;
  base_class->propose_allocation = lw_paintable_sink_propose_allocation;
  base_class->stop = lw_paintable_sink_stop;
  GST_VIDEO_SINK_CLASS (klass)->set_info = lw_paintable_sink_set_info;
  GST_VIDEO_SINK_CLASS (klass)->show_frame = lw_paintable_sink_show_frame;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Lessonwalk picture", "Sink/Video",
                                         "Shows frames as a GdkPaintable", "Lessonwalk");
}

static void
lw_paintable_sink_init (LwPaintableSink *self)
{
  g_mutex_init (&self->lock);
  gst_video_info_init (&self->info);
}

GstElement *
lw_paintable_sink_new (LwPaintable *paintable)
{
  LwPaintableSink *self;

  g_return_val_if_fail (LW_IS_PAINTABLE (paintable), NULL);
  self = g_object_new (LW_TYPE_PAINTABLE_SINK, NULL);
  self->slot = lw_frame_slot_ref (lw_paintable_get_slot (paintable));
  return GST_ELEMENT (self);
}

GdkPaintable *
lw_video_output_new (GstElement **ret_sink)
{
  GstElement *sink = NULL;
  GdkPaintable *paintable = NULL;

  if (g_strcmp0 (g_getenv ("LESSONWALK_VIDEO_SINK"), "own") != 0)
    sink = gst_element_factory_make ("gtk4paintablesink", NULL);
  if (sink != NULL) {
    g_object_get (sink, "paintable", &paintable, NULL);
    if (paintable != NULL) {
      *ret_sink = sink;
      return paintable;
    }
    gst_object_unref (gst_object_ref_sink (sink));
  }
  paintable = GDK_PAINTABLE (lw_paintable_new ());
  *ret_sink = lw_paintable_sink_new (LW_PAINTABLE (paintable));
  return paintable;
}
