/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a browser or OBS sends by WHIP (RFC 9725). The room has the door and its key; offers come
 * from there, and the answers go back that way. One sends at a time.
 */

#include <stdio.h>
#include <string.h>

#include "lw-source.h"
#include "lw-whip-session.h"

#define LOOK_US (G_USEC_PER_SEC / 10)
/* Who answers to nothing for so long makes place for another one; who just came is waited for. */
#define BUSY_US (2 * G_USEC_PER_SEC)
#define FIRST_US (10 * G_USEC_PER_SEC)
/* Picture and sound begin together. A sound that is later than that begins a part of its own; the
 * picture is waited for longer, as nothing is recorded before it. */
#define TOGETHER_US G_USEC_PER_SEC
#define PICTURE_MOST_US (10 * G_USEC_PER_SEC)
/* So that whoever joins, or jumps in the recording, sees a picture soon: browsers send hardly any
 * by themselves that can be decoded alone. */
#define KEY_EVERY_US (2 * G_USEC_PER_SEC)
/* A sender's clock that is off by more says less than when things come. */
#define WALL_OFF_MOST_US G_USEC_PER_SEC
#define WALL_UNCERTAIN_MS 50
#define VP8_KEY_HEAD 10

typedef struct {
  LwSink *sink;
  LwWhipSession *session;
  guint32 number;
  gint64 answered_us;                           /* monotonic, as what follows */
  gint64 first_us;                              /* the first piece; 0: none yet */
  gint64 key_us, asked_us;                      /* the last of each */
  AVCodecParameters *streams[LW_WHIP_N_TRACKS]; /* NULL: nothing of it has come yet */
  gboolean begun;
  GQueue waiting; /* of LwWhipPiece, until it is */
} Taking;

/* ---- what it is ---- */

static AVCodecParameters *
new_stream (enum AVMediaType type, enum AVCodecID codec)
{
  AVCodecParameters *stream = avcodec_parameters_alloc ();

  if (stream != NULL) {
    stream->codec_type = type;
    stream->codec_id = codec;
  }
  return stream;
}

static gboolean
set_extra (AVCodecParameters *stream, const guint8 *bytes, gsize length)
{
  stream->extradata = av_mallocz (length + AV_INPUT_BUFFER_PADDING_SIZE);
  if (stream->extradata == NULL)
    return FALSE;
  memcpy (stream->extradata, bytes, length);
  stream->extradata_size = (int)length;
  return TRUE;
}

/* What RTP leaves out of it (RFC 7845, 5.1). */
static AVCodecParameters *
describe_opus (void)
{
  static const guint8 head[] = {'O', 'p', 'u',  's',  'H', 'e', 'a', 'd', 1, 2,
                                0,   0,   0x80, 0xBB, 0,   0,   0,   0,   0};
  AVCodecParameters *stream = new_stream (AVMEDIA_TYPE_AUDIO, AV_CODEC_ID_OPUS);

  if (stream != NULL && set_extra (stream, head, sizeof head)) {
    stream->sample_rate = 48000;
    av_channel_layout_default (&stream->ch_layout, 2);
    return stream;
  }
  avcodec_parameters_free (&stream);
  return NULL;
}

/* Its size stands in each picture that can be decoded by itself (RFC 6386, 9.1). NULL: it is none,
 * or as @before. */
static AVCodecParameters *
describe_vp8 (const GstMapInfo *map, const AVCodecParameters *before)
{
  AVCodecParameters *stream;
  int width, height;

  if (map->size < VP8_KEY_HEAD || (map->data[0] & 1) != 0)
    return NULL;
  width = (map->data[6] | map->data[7] << 8) & 0x3FFF;
  height = (map->data[8] | map->data[9] << 8) & 0x3FFF;
  if (before != NULL && before->width == width && before->height == height)
    return NULL;
  stream = new_stream (AVMEDIA_TYPE_VIDEO, AV_CODEC_ID_VP8);
  if (stream != NULL) {
    stream->width = width;
    stream->height = height;
  }
  return stream;
}

static AVCodecParameters *
describe_h264 (const GstStructure *facts, const AVCodecParameters *before)
{
  const GValue *value = gst_structure_get_value (facts, "codec_data");
  GstBuffer *buffer = value != NULL ? gst_value_get_buffer (value) : NULL;
  AVCodecParameters *stream = NULL;
  GstMapInfo map;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return NULL;
  if (before == NULL || (gsize)before->extradata_size != map.size ||
      memcmp (before->extradata, map.data, map.size) != 0)
    stream = new_stream (AVMEDIA_TYPE_VIDEO, AV_CODEC_ID_H264);
  if (stream != NULL && (!set_extra (stream, map.data, map.size) ||
                         !gst_structure_get_int (facts, "width", &stream->width) ||
                         !gst_structure_get_int (facts, "height", &stream->height)))
    avcodec_parameters_free (&stream);
  gst_buffer_unmap (buffer, &map);
  return stream;
}

/* Whether what comes is described otherwise from this piece on. */
static gboolean
heed_change (Taking *taking, const LwWhipPiece *piece, const GstMapInfo *map)
{
  GstCaps *caps = gst_sample_get_caps (piece->sample);
  const GstStructure *facts = caps != NULL ? gst_caps_get_structure (caps, 0) : NULL;
  AVCodecParameters **stream = &taking->streams[piece->track];
  AVCodecParameters *described = NULL;

  if (facts == NULL)
    return FALSE;
  if (gst_structure_has_name (facts, "video/x-vp8"))
    described = describe_vp8 (map, *stream);
  else if (gst_structure_has_name (facts, "video/x-h264"))
    described = describe_h264 (facts, *stream);
  else if (*stream == NULL)
    described = describe_opus ();
  if (described == NULL)
    return FALSE;
  avcodec_parameters_free (stream);
  *stream = described;
  return TRUE;
}

/* ---- handing it on ---- */

static gboolean
begin (Taking *taking)
{
  const AVCodecParameters *streams[LW_WHIP_N_TRACKS];
  guint n = 0;

  taking->begun = TRUE;
  for (guint i = 0; i < LW_WHIP_N_TRACKS; i++)
    if (taking->streams[i] != NULL)
      streams[n++] = taking->streams[i];
  return lw_sink_begin (taking->sink, streams, n);
}

static void
tell_wall (Taking *taking, gint64 arrival_us)
{
  LwTime time;
  gint64 wall_us;

  if (!lw_whip_session_get_wall (taking->session, &time, &wall_us))
    return;
  if (ABS (arrival_us - wall_us) < WALL_OFF_MOST_US)
    lw_sink_set_wall (taking->sink, time, wall_us, LW_CLOCK_RTCP_SR, WALL_UNCERTAIN_MS);
}

static gboolean
hand_on (Taking *taking, const LwWhipPiece *piece, const GstMapInfo *map)
{
  GstBuffer *buffer = gst_sample_get_buffer (piece->sample);
  gboolean is_video = piece->track == LW_WHIP_VIDEO;
  AVPacket *packet = av_packet_alloc ();
  gboolean ok;

  if (packet == NULL || av_new_packet (packet, (int)map->size) < 0) {
    av_packet_free (&packet);
    return FALSE;
  }
  memcpy (packet->data, map->data, map->size);
  packet->stream_index = is_video || taking->streams[LW_WHIP_VIDEO] == NULL ? 0 : 1;
  packet->pts = (gint64)GST_BUFFER_PTS (buffer);
  packet->dts = GST_BUFFER_DTS_IS_VALID (buffer) ? (gint64)GST_BUFFER_DTS (buffer) : packet->pts;
  packet->duration =
      GST_BUFFER_DURATION_IS_VALID (buffer) ? (gint64)GST_BUFFER_DURATION (buffer) : 0;
  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT)) {
    packet->flags |= AV_PKT_FLAG_KEY;
    if (is_video)
      taking->key_us = g_get_monotonic_time ();
  }
  tell_wall (taking, piece->arrival_us);
  ok = lw_sink_take (taking->sink, packet, (AVRational){1, 1000000000}, piece->arrival_us);
  av_packet_free (&packet);
  return ok;
}

static gboolean
is_complete (Taking *taking)
{
  gint64 waited_us = g_get_monotonic_time () - taking->first_us;
  gboolean has_picture = taking->streams[LW_WHIP_VIDEO] != NULL;

  if (waited_us > PICTURE_MOST_US)
    return has_picture || taking->streams[LW_WHIP_AUDIO] != NULL;
  if (waited_us > TOGETHER_US && has_picture)
    return TRUE;
  for (guint i = 0; i < LW_WHIP_N_TRACKS; i++)
    if (lw_whip_session_expects (taking->session, i) && taking->streams[i] == NULL)
      return FALSE;
  return TRUE;
}

/* @piece: (transfer full). FALSE: it is over. */
static gboolean
take_piece (Taking *taking, LwWhipPiece *lent, gboolean may_wait)
{
  g_autoptr (LwWhipPiece) piece = lent;
  GstBuffer *buffer = gst_sample_get_buffer (piece->sample);
  gint64 now_us = g_get_monotonic_time ();
  gboolean ok = TRUE, changed;
  GstMapInfo map;

  if (!GST_BUFFER_PTS_IS_VALID (buffer) || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return TRUE;
  if (taking->first_us == 0)
    taking->first_us = now_us;
  changed = heed_change (taking, piece, &map);
  if (taking->begun || !may_wait) {
    if (changed && taking->begun)
      ok = begin (taking);
    /* Nothing of it has come that can be shown. */
    if (ok && taking->streams[piece->track] != NULL)
      ok = hand_on (taking, piece, &map);
  }
  gst_buffer_unmap (buffer, &map);
  if (!taking->begun && may_wait)
    g_queue_push_tail (&taking->waiting, g_steal_pointer (&piece));
  return ok;
}

/* What waited for the picture, or for the sound. */
static gboolean
begin_with_waiting (Taking *taking)
{
  gboolean ok = begin (taking);
  LwWhipPiece *piece;

  while (ok && (piece = g_queue_pop_head (&taking->waiting)) != NULL)
    ok = take_piece (taking, piece, FALSE);
  return ok;
}

/* ---- who comes, and goes ---- */

static gint64
silent_for (const Taking *taking)
{
  gint64 heard_us = lw_whip_session_get_heard (taking->session);

  return g_get_monotonic_time () - MAX (heard_us, taking->answered_us);
}

static gboolean
is_gone (const Taking *taking)
{
  gint64 most_us =
      lw_whip_session_get_heard (taking->session) != 0 ? LW_SOURCE_SILENCE_US : FIRST_US;

  return silent_for (taking) > most_us || lw_whip_session_is_gone (taking->session) ||
         lw_sink_is_hung_up (taking->sink, taking->number) || lw_sink_is_over (taking->sink);
}

/* Somebody else wants to send. TRUE: this one is silent, and makes place. */
static gboolean
make_place (Taking *taking)
{
  gint64 most_us = lw_whip_session_get_heard (taking->session) != 0 ? BUSY_US : FIRST_US;
  LwOffer *offer;

  while ((offer = lw_sink_take_offer (taking->sink, 0)) != NULL) {
    if (silent_for (taking) > most_us) {
      lw_sink_put_back_offer (taking->sink, offer);
      return TRUE;
    }
    lw_sink_answer (taking->sink, offer->number, LW_RECEIVER_BUSY,
                    "Somebody sends this lesson already. End that one first.");
    lw_offer_free (offer);
  }
  return FALSE;
}

static void
ask_key (Taking *taking)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us - MAX (taking->key_us, taking->asked_us) < KEY_EVERY_US)
    return;
  taking->asked_us = now_us;
  lw_whip_session_ask_key (taking->session);
}

static void
take_all (Taking *taking)
{
  gboolean ok = TRUE;

  taking->answered_us = g_get_monotonic_time ();
  while (ok && !is_gone (taking) && !make_place (taking)) {
    LwWhipPiece *piece = lw_whip_session_take (taking->session, LOOK_US);

    if (piece != NULL)
      ok = take_piece (taking, piece, TRUE);
    if (ok && !taking->begun && taking->first_us != 0 && is_complete (taking))
      ok = begin_with_waiting (taking);
    ask_key (taking);
  }
  while ((taking->waiting.head) != NULL)
    lw_whip_piece_free (g_queue_pop_head (&taking->waiting));
  for (guint i = 0; i < LW_WHIP_N_TRACKS; i++)
    avcodec_parameters_free (&taking->streams[i]);
}

static void
receive (const char *address, LwSink *sink, GError **error)
{
  g_autoptr (LwOffer) offer = NULL;
  g_autoptr (LwWhipSession) session = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) why = NULL;

  while (offer == NULL) {
    if (lw_sink_is_over (sink))
      return;
    offer = lw_sink_take_offer (sink, LOOK_US);
  }
  session = lw_whip_session_new (offer->text, address, &answer, &why);
  if (session == NULL) {
    lw_sink_answer (sink, offer->number, LW_RECEIVER_REFUSES, why->message);
    return;
  }
  lw_sink_answer (sink, offer->number, LW_RECEIVER_TAKES, answer);
  take_all (&(Taking){.sink = sink, .session = session, .number = offer->number});
}

static gboolean
prepare (void)
{
  g_autoptr (GError) error = NULL;

  if (lw_whip_prepare (&error))
    return TRUE;
  fprintf (stderr, "lessonwalk-receiver: %s\n", error->message);
  return FALSE;
}

const LwSourceKind lw_source_whip = {
    .name = "whip", .prepare = prepare, .receive = receive, .late_ms = 500};
