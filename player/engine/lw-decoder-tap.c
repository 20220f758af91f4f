/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-decoder-tap.h"

#include "lw-catch-up.h"
#include "lw-h264-references.h"

/* As in lw-frame-index.c: demuxers and libav round differently, none by more. */
#define ROUNDING (LW_MSECOND / 2)
/* A bound for files with a key frame at the beginning only. */
#define MAX_HELD 2048
/* Ten seconds and more: no stream of use takes longer to become whole after a seek. */
#define MAX_UNWHOLE 300

struct _LwDecoderTap {
  GMutex lock;
  LwFrameClock *clock;
  LwCatchUp *catch_up;
  guint32 seqnum;
  LwTime decode_from, give_from;
  gboolean has_fragment_index;
};

/* What is known at one pad; only its streaming thread touches it. */
typedef struct {
  LwDecoderTap *tap;
  GstSegment segment;
  gint64 lead; /* by which the timestamps are later than the file's time */
  LwTime from; /* of the plan, if this segment is its; else LW_TIME_NONE */
  LwCodec codec;
  guint length_size;
  gboolean is_first;                 /* the next packet is the first of a segment */
  GstClockTime first_pts, first_dts; /* of the file's first packet */
  GstClockTime late_by;              /* what qtdemux added to the timestamps; see the header */
  GstClockTime last_dts;             /* as they came */
  LwH264References *references;      /* NULL: not H.264 */
  guint n_unwhole;                   /* more frames that may be dropped as not whole */
  GQueue held;                       /* of GstBuffer: packets before the target */
  gboolean is_holding;
} PadTap;

LwDecoderTap *
lw_decoder_tap_new (LwFrameClock *clock)
{
  LwDecoderTap *self = g_atomic_rc_box_new0 (LwDecoderTap);

  g_mutex_init (&self->lock);
  self->clock = lw_frame_clock_ref (clock);
  self->catch_up = lw_catch_up_new ();
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
  lw_catch_up_free (self->catch_up);
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

void
lw_decoder_tap_reset (LwDecoderTap *self)
{
  lw_catch_up_set_running (self->catch_up, FALSE);
  lw_catch_up_reset (self->catch_up);
}

gboolean
lw_decoder_tap_set_running (LwDecoderTap *self, gboolean is_running)
{
  return lw_catch_up_set_running (self->catch_up, is_running);
}

guint64
lw_decoder_tap_get_n_dropped (LwDecoderTap *self)
{
  return lw_catch_up_get_n_taken (self->catch_up);
}

gboolean
lw_decoder_tap_has_gaps (LwDecoderTap *self)
{
  return lw_catch_up_has_gaps (self->catch_up);
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

  g_queue_clear_full (&self->held, (GDestroyNotify)gst_buffer_unref);
  g_clear_pointer (&self->references, lw_h264_references_free);
  lw_decoder_tap_unref (self->tap);
  g_free (self);
}

static void
learn_references (PadTap *self, GstBuffer *codec_data)
{
  GstMapInfo map = {0};

  g_clear_pointer (&self->references, lw_h264_references_free);
  self->is_holding = FALSE;
  if (self->codec != LW_CODEC_H264 ||
      (codec_data != NULL && !gst_buffer_map (codec_data, &map, GST_MAP_READ)))
    return;
  self->references = lw_h264_references_new (self->length_size, map.data, map.size);
  if (codec_data != NULL)
    gst_buffer_unmap (codec_data, &map);
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
  learn_references (self, codec_data);
}

/* For a target beyond the track's end qtdemux (1.22) begins an empty segment at that end and gives
 * it the target's time, so every packet would seem to be later than it is by the rest. */
static void
set_segment_right (PadTap *self)
{
  GstSegment *segment = &self->segment;

  if (segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (segment->time))
    return;
  if (segment->start != segment->stop)
    self->lead = (gint64)(segment->start - segment->time);
  else if (self->lead >= 0 && segment->start >= (guint64)self->lead)
    segment->time = segment->start - (guint64)self->lead;
}

static void
learn_segment (PadTap *self, GstEvent *event, gboolean before_decoder)
{
  LwDecoderTap *tap = self->tap;

  gst_event_copy_segment (event, &self->segment);
  set_segment_right (self);
  g_mutex_lock (&tap->lock);
  self->from = LW_TIME_NONE;
  self->late_by = 0;
  self->is_first = tap->has_fragment_index && before_decoder;
  self->n_unwhole = 0;
  if (gst_event_get_seqnum (event) == tap->seqnum && tap->give_from != LW_TIME_NONE)
    self->n_unwhole = MAX_UNWHOLE;
  if (gst_event_get_seqnum (event) == tap->seqnum)
    self->from = before_decoder ? tap->decode_from : tap->give_from;
  g_mutex_unlock (&tap->lock);
  self->is_holding = before_decoder && self->from != LW_TIME_NONE && self->references != NULL;
  if (self->is_holding)
    lw_h264_references_begin (self->references);
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

/* ---- packets held back until it is known which are needed ---- */

/* (transfer full) for both */
static GstBuffer *
stand_in_for (PadTap *self, GstBuffer *buffer, guint i)
{
  GBytes *bytes = lw_h264_references_take_stand_in (self->references, i);
  GstBuffer *other;

  if (bytes == NULL)
    return buffer;
  other = gst_buffer_new_wrapped_bytes (bytes);
  gst_buffer_copy_into (other, buffer, GST_BUFFER_COPY_METADATA, 0, (gsize)-1);
  g_bytes_unref (bytes);
  gst_buffer_unref (buffer);
  return other;
}

/* The pad's stream lock is held, as in its chain function. */
static void
let_go (PadTap *self, GstPad *pad)
{
  GstObject *decoder;
  GstBuffer *buffer;
  GstFlowReturn flow = GST_FLOW_OK;

  self->is_holding = FALSE;
  if (g_queue_is_empty (&self->held))
    return;
  decoder = gst_pad_get_parent (pad);
  for (guint i = 0; flow == GST_FLOW_OK && (buffer = g_queue_pop_head (&self->held)) != NULL; i++)
    flow = GST_PAD_CHAINFUNC (pad) (pad, decoder, stand_in_for (self, buffer, i));
  g_queue_clear_full (&self->held, (GDestroyNotify)gst_buffer_unref);
  gst_clear_object (&decoder);
}

/* Whether it is held (transfer full); else it goes on after those that were. */
static gboolean
hold (PadTap *self, GstPad *pad, GstBuffer *buffer, gboolean is_before)
{
  GstMapInfo map;
  gboolean is_understood = FALSE;

  if (is_before && self->held.length < MAX_HELD && gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    is_understood = lw_h264_references_add (self->references, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
  }
  if (is_understood)
    g_queue_push_tail (&self->held, buffer);
  else
    let_go (self, pad);
  return is_understood;
}

static gboolean
is_too_late (PadTap *self, GstBuffer *buffer, LwTime time)
{
  guint64 running =
      gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  LwCatchUpPacket packet = {
      .running = running <= (guint64)G_MAXINT64 ? (LwTime)running : LW_TIME_NONE,
      .time = time,
      .is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT),
      .is_disposable = is_disposable (self, buffer),
  };

  return lw_catch_up_takes (self->tap->catch_up, &packet, g_get_monotonic_time ());
}

/* What a sink says of each frame: when it was due, and by how much it came too late. */
static void
learn_lateness (PadTap *self, GstEvent *event)
{
  GstClockTimeDiff late;
  GstClockTime due;

  gst_event_parse_qos (event, NULL, NULL, &late, &due);
  if (GST_CLOCK_TIME_IS_VALID (due) && due <= (GstClockTime)(G_MAXINT64 / 2))
    lw_catch_up_note (self->tap->catch_up, (LwTime)due, late, g_get_monotonic_time ());
}

static GstPadProbeReturn
on_packet (PadTap *self, GstPad *pad, GstPadProbeInfo *info)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gboolean is_before;
  LwTime time;

  if (self->is_first || self->late_by > 0)
    info->data = buffer = set_right (self, buffer);
  if (!get_time (self, buffer, &time)) {
    let_go (self, pad);
    return GST_PAD_PROBE_OK;
  }
  if (!is_hidden (self, buffer))
    lw_frame_clock_add_packet (self->tap->clock, time);
  is_before = self->from != LW_TIME_NONE && time + ROUNDING < self->from;
  if (is_before && is_disposable (self, buffer))
    return GST_PAD_PROBE_DROP;
  if (!is_before && is_too_late (self, buffer, time))
    return GST_PAD_PROBE_DROP;
  if (self->is_holding && hold (self, pad, buffer, is_before))
    return GST_PAD_PROBE_HANDLED;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadTap *self = user_data;
  GstEvent *event;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return on_packet (self, pad, info);

  event = GST_PAD_PROBE_INFO_EVENT (info);
  /* A flush begins in a thread of its own, beside the packets. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    return GST_PAD_PROBE_OK;
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    g_queue_clear_full (&self->held, (GDestroyNotify)gst_buffer_unref);
    lw_frame_clock_forget_packets (self->tap->clock);
    lw_catch_up_reset (self->tap->catch_up);
    self->from = LW_TIME_NONE;
    self->is_holding = FALSE;
    return GST_PAD_PROBE_OK;
  }
  if (GST_EVENT_IS_SERIALIZED (event) && !g_queue_is_empty (&self->held))
    let_go (self, pad);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    learn_caps (self, caps);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    learn_segment (self, event, TRUE);
  }
  return GST_PAD_PROBE_OK;
}

/* Decoded from pictures before the key frame that the seek began at: where a group of pictures is
 * open to the one before, or comes together bit by bit. Dropped, another frame is on screen, and
 * the seek is made again from further back. */
static gboolean
is_unwhole (PadTap *self, GstBuffer *buffer)
{
  if (self->n_unwhole == 0)
    return FALSE;
  self->n_unwhole =
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED) ? self->n_unwhole - 1 : 0;
  return self->n_unwhole > 0;
}

static GstPadProbeReturn
on_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadTap *self = user_data;
  LwTime time;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (is_unwhole (self, GST_PAD_PROBE_INFO_BUFFER (info)))
      return GST_PAD_PROBE_DROP;
    if (self->from != LW_TIME_NONE && get_time (self, GST_PAD_PROBE_INFO_BUFFER (info), &time)) {
      if (time + ROUNDING < self->from)
        return GST_PAD_PROBE_DROP;
      self->from = LW_TIME_NONE;
    }
    return GST_PAD_PROBE_OK;
  }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_QOS)
    learn_lateness (self, GST_PAD_PROBE_INFO_EVENT (info));
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEGMENT)
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
    gst_pad_add_probe (src, types | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_output,
                       pad_tap_new (self), pad_tap_free);
  }
  gst_clear_object (&sink);
  gst_clear_object (&src);
}
