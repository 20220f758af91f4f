/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-decoder-tap.h"

/* As in lw-frame-index.c: demuxers and libav round differently, none by more. */
#define ROUNDING (LW_MSECOND / 2)

struct _LwDecoderTap {
  GMutex lock;
  LwFrameClock *clock;
  guint32 seqnum;
  LwTime decode_from, give_from;
  gboolean has_fragment_index;
};

/* What is known at one pad; only its streaming thread touches it. */
typedef struct {
  LwDecoderTap *tap;
  GstSegment segment;
  LwTime from; /* of the plan, if this segment is its; else LW_TIME_NONE */
  LwCodec codec;
  guint length_size;
  gboolean is_first;                 /* the next packet is the first of a segment */
  GstClockTime first_pts, first_dts; /* of the file's first packet */
  GstClockTime late_by;              /* what qtdemux added to the timestamps; see the header */
  GstClockTime last_dts;             /* as they came */
} PadTap;

LwDecoderTap *
lw_decoder_tap_new (LwFrameClock *clock)
{
  LwDecoderTap *self = g_atomic_rc_box_new0 (LwDecoderTap);

  g_mutex_init (&self->lock);
  self->clock = lw_frame_clock_ref (clock);
  self->decode_from = self->give_from = LW_TIME_NONE;
  return self;
}

LwDecoderTap *
lw_decoder_tap_ref (LwDecoderTap *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  LwDecoderTap *self = data;

  g_mutex_clear (&self->lock);
  lw_frame_clock_unref (self->clock);
}

void
lw_decoder_tap_unref (LwDecoderTap *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
lw_decoder_tap_plan (LwDecoderTap *self, guint32 seqnum, LwTime decode_from, LwTime give_from)
{
  g_mutex_lock (&self->lock);
  self->seqnum = seqnum;
  self->decode_from = decode_from;
  self->give_from = give_from;
  g_mutex_unlock (&self->lock);
}

void
lw_decoder_tap_set_has_fragment_index (LwDecoderTap *self, gboolean has)
{
  g_mutex_lock (&self->lock);
  self->has_fragment_index = has;
  g_mutex_unlock (&self->lock);
}

static PadTap *
pad_tap_new (LwDecoderTap *tap)
{
  PadTap *self = g_new0 (PadTap, 1);

  self->tap = lw_decoder_tap_ref (tap);
  self->from = LW_TIME_NONE;
  self->first_pts = self->first_dts = GST_CLOCK_TIME_NONE;
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  return self;
}

static void
pad_tap_free (gpointer data)
{
  PadTap *self = data;

  lw_decoder_tap_unref (self->tap);
  g_free (self);
}

static void
learn_caps (PadTap *self, GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const char *format = gst_structure_get_string (structure, "stream-format");
  const GValue *value = gst_structure_get_value (structure, "codec_data");
  GstBuffer *codec_data = value != NULL ? gst_value_get_buffer (value) : NULL;
  guint8 byte = 0;

  self->codec = LW_CODEC_OTHER;
  self->length_size = 0;
  if (gst_structure_has_name (structure, "video/x-vp9")) {
    self->codec = LW_CODEC_VP9;
  } else if (gst_structure_has_name (structure, "video/x-vp8")) {
    self->codec = LW_CODEC_VP8;
  } else if (gst_structure_has_name (structure, "video/x-h264")) {
    if (g_strcmp0 (format, "byte-stream") == 0) {
      self->codec = LW_CODEC_H264;
    } else if (codec_data != NULL && gst_buffer_extract (codec_data, 4, &byte, 1) == 1) {
      self->codec = LW_CODEC_H264;
      self->length_size = (byte & 3) + 1;
    }
  } else if (gst_structure_has_name (structure, "video/x-h265")) {
    if (g_strcmp0 (format, "byte-stream") == 0) {
      self->codec = LW_CODEC_H265;
    } else if (codec_data != NULL && gst_buffer_extract (codec_data, 21, &byte, 1) == 1) {
      self->codec = LW_CODEC_H265;
      self->length_size = (byte & 3) + 1;
    }
  }
}

static void
learn_segment (PadTap *self, GstEvent *event, gboolean before_decoder)
{
  LwDecoderTap *tap = self->tap;

  gst_event_copy_segment (event, &self->segment);
  g_mutex_lock (&tap->lock);
  self->from = LW_TIME_NONE;
  self->late_by = 0;
  self->is_first = tap->has_fragment_index && before_decoder;
  if (gst_event_get_seqnum (event) == tap->seqnum)
    self->from = before_decoder ? tap->decode_from : tap->give_from;
  g_mutex_unlock (&tap->lock);
}

static gboolean
get_time (const PadTap *self, GstBuffer *buffer, LwTime *ret_time)
{
  guint64 time;
  int sign;

  if (self->segment.format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID (buffer))
    return FALSE;
  sign = gst_segment_to_stream_time_full (&self->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer),
                                          &time);
  if (sign == 0 || time > (guint64)G_MAXINT64)
    return FALSE;
  *ret_time = sign > 0 ? (LwTime)time : -(LwTime)time;
  return TRUE;
}

static gboolean
is_near (GstClockTime a, GstClockTime b)
{
  return (a > b ? a - b : b - a) <= (GstClockTime)ROUNDING;
}

static GstBuffer *
set_right (PadTap *self, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer), dts = GST_BUFFER_DTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (pts) || !GST_CLOCK_TIME_IS_VALID (dts))
    return buffer;
  if (self->is_first) {
    if (!GST_CLOCK_TIME_IS_VALID (self->first_pts)) {
      self->first_pts = pts;
      self->first_dts = dts;
    }
    self->late_by = is_near (dts, self->first_pts) && pts > dts ? dts - self->first_dts : 0;
  } else if (dts <= self->last_dts) {
    self->late_by = 0; /* the next fragment: its own decoding time counts again */
  }
  self->is_first = FALSE;
  self->last_dts = dts;
  if (self->late_by == 0)
    return buffer;
  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = pts - MIN (self->late_by, pts);
  GST_BUFFER_DTS (buffer) = dts - MIN (self->late_by, dts);
  return buffer;
}

static gboolean
is_disposable (const PadTap *self, GstBuffer *buffer)
{
  GstMapInfo map;
  gboolean is;

  if (self->codec == LW_CODEC_OTHER || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  is = lw_packet_is_disposable (self->codec, self->length_size, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return is;
}

/* A VP8 packet that only prepares later ones: no picture comes out of it. */
static gboolean
is_hidden (const PadTap *self, GstBuffer *buffer)
{
  guint8 first;

  return self->codec == LW_CODEC_VP8 && gst_buffer_extract (buffer, 0, &first, 1) == 1 &&
         (first & 0x10) == 0;
}

static GstPadProbeReturn
on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadTap *self = user_data;
  GstEvent *event;
  GstCaps *caps;
  LwTime time;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (self->is_first || self->late_by > 0)
      info->data = set_right (self, GST_PAD_PROBE_INFO_BUFFER (info));
    if (!get_time (self, GST_PAD_PROBE_INFO_BUFFER (info), &time))
      return GST_PAD_PROBE_OK;
    if (!is_hidden (self, GST_PAD_PROBE_INFO_BUFFER (info)))
      lw_frame_clock_add_packet (self->tap->clock, time);
    if (self->from != LW_TIME_NONE && time + ROUNDING < self->from &&
        is_disposable (self, GST_PAD_PROBE_INFO_BUFFER (info)))
      return GST_PAD_PROBE_DROP;
    return GST_PAD_PROBE_OK;
  }

  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    learn_caps (self, caps);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    learn_segment (self, event, TRUE);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    lw_frame_clock_forget_packets (self->tap->clock);
    self->from = LW_TIME_NONE;
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadTap *self = user_data;
  LwTime time;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (self->from != LW_TIME_NONE && get_time (self, GST_PAD_PROBE_INFO_BUFFER (info), &time)) {
      if (time + ROUNDING < self->from)
        return GST_PAD_PROBE_DROP;
      self->from = LW_TIME_NONE;
    }
    return GST_PAD_PROBE_OK;
  }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEGMENT)
    learn_segment (self, GST_PAD_PROBE_INFO_EVENT (info), FALSE);
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_FLUSH_STOP)
    self->from = LW_TIME_NONE;
  return GST_PAD_PROBE_OK;
}

void
lw_decoder_tap_attach (LwDecoderTap *self, GstElement *decoder)
{
  const GstPadProbeType types = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                                GST_PAD_PROBE_TYPE_EVENT_FLUSH;
  GstPad *sink = gst_element_get_static_pad (decoder, "sink");
  GstPad *src = gst_element_get_static_pad (decoder, "src");

  if (sink != NULL && src != NULL) {
    gst_pad_add_probe (sink, types, on_input, pad_tap_new (self), pad_tap_free);
    gst_pad_add_probe (src, types, on_output, pad_tap_new (self), pad_tap_free);
  }
  gst_clear_object (&sink);
  gst_clear_object (&src);
}
