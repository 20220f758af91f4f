/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define GST_USE_UNSTABLE_API
#include "lw-whip-session.h"

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/webrtc/webrtc.h>
#include <stdio.h>
#include <string.h>

#include "lw-whip-offer.h"

/* How long what is lost may take to come once more. */
#define LATENCY_MS 200
#define SRTP_KEY_BYTES 30 /* of AES-128 and its salt */
#define GATHER_MOST_US (5 * G_USEC_PER_SEC)
/* From the epoch of NTP (1900) to 1970. */
#define NTP_TO_UNIX_US (G_GINT64_CONSTANT (2208988800) * G_USEC_PER_SEC)

struct _LwWhipSession {
  GstElement *pipeline, *rtc;
  guint offers; /* LW_WHIP_OFFERS_ */
  GAsyncQueue *pieces;
  GMutex mutex;
  GCond changed;
  gboolean gathered;
  gboolean broken;                /* of what came, something cannot be taken */
  GstPad *pads[LW_WHIP_N_TRACKS]; /* nullable: where what comes is unpacked */
  gint64 heard_us;
  gboolean has_wall;
  LwTime wall_time;
  gint64 wall_us;
};

typedef struct {
  LwWhipSession *session;
  LwWhipTrack track;
} Way;

void
lw_whip_piece_free (LwWhipPiece *piece)
{
  gst_sample_unref (piece->sample);
  g_free (piece);
}

/* ---- GStreamer without its registry ---- */

/* What deciphers loads the rest of itself when it is needed for the first time, and lets it go
 * after the last: so one that nobody uses is begun, and stays. */
static gboolean
prepare_cipher (GError **error)
{
  static GstElement *first;
  static const guint8 packet[] = {0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0};
  g_autoptr (GstBuffer) key = gst_buffer_new_allocate (NULL, SRTP_KEY_BYTES, NULL);
  g_autoptr (GstPad) pad = NULL;
  GstSegment segment;

  first = gst_element_factory_make ("srtpenc", NULL);
  if (first == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "srtpenc cannot be made.");
    return FALSE;
  }
  gst_object_ref_sink (first);
  gst_buffer_memset (key, 0, 1, SRTP_KEY_BYTES);
  g_object_set (first, "key", key, NULL);
  pad = gst_element_request_pad_simple (first, "rtp_sink_0");
  gst_element_set_state (first, GST_STATE_PAUSED);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_stream_start ("first"));
  gst_pad_send_event (pad, gst_event_new_caps (gst_caps_new_simple ("application/x-rtp", "ssrc",
                                                                    G_TYPE_UINT, 1, NULL)));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  gst_pad_chain (pad, gst_buffer_new_memdup (packet, sizeof packet));
  return TRUE;
}

gboolean
lw_whip_prepare (GError **error)
{
  /* What is used here and nothing else: a registry would have to be written somewhere, and others'
   * plugins would be loaded. */
  static const char *const plugins[] = {"coreelements", "app",  "rtp",    "rtpmanager",     "srtp",
                                        "dtls",         "nice", "webrtc", "videoparsersbad"};

  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (plugins); i++) {
    g_autofree char *name = g_strdup_printf ("libgst%s.so", plugins[i]);
    g_autofree char *path = g_build_filename (LW_GST_PLUGINS, name, NULL);
    GstPlugin *plugin = gst_plugin_load_file (path, error);

    if (plugin == NULL)
      return FALSE;
    /* The registry has its own. */
    gst_object_unref (plugin);
  }
  return prepare_cipher (error);
}

/* ---- what comes ---- */

static gint64
read_wall (GstBuffer *buffer)
{
  static GstStaticCaps ntp = GST_STATIC_CAPS ("timestamp/x-ntp");
  g_autoptr (GstCaps) caps = gst_static_caps_get (&ntp);
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta != NULL ? (gint64)(meta->timestamp / GST_USECOND) - NTP_TO_UNIX_US : G_MININT64;
}

/* Every packet of RTP. */
static GstPadProbeReturn
hear (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  const Way *way = data;
  LwWhipSession *self = way->session;
  GstBuffer *buffer = info->type & GST_PAD_PROBE_TYPE_BUFFER
                          ? GST_PAD_PROBE_INFO_BUFFER (info)
                          : gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0);
  gint64 wall_us = read_wall (buffer);

  g_mutex_lock (&self->mutex);
  self->heard_us = g_get_monotonic_time ();
  /* Of the picture, where there is one: it is what people look at. */
  if (wall_us != G_MININT64 && GST_BUFFER_PTS_IS_VALID (buffer) &&
      (way->track == LW_WHIP_VIDEO || !(self->offers & LW_WHIP_OFFERS_VIDEO))) {
    self->has_wall = TRUE;
    self->wall_time = (LwTime)GST_BUFFER_PTS (buffer);
    self->wall_us = wall_us;
  }
  g_mutex_unlock (&self->mutex);
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
take_sample (GstAppSink *appsink, gpointer data)
{
  const Way *way = data;
  LwWhipPiece *piece = g_new0 (LwWhipPiece, 1);

  piece->track = way->track;
  piece->arrival_us = g_get_real_time ();
  piece->sample = gst_app_sink_pull_sample (appsink);
  if (piece->sample == NULL)
    g_free (piece);
  else
    g_async_queue_push (way->session->pieces, piece);
  return GST_FLOW_OK;
}

static const char *
unpacker_of (const char *encoding)
{
  if (g_strcmp0 (encoding, "VP8") == 0)
    return "rtpvp8depay request-keyframe=true wait-for-keyframe=true";
  if (g_strcmp0 (encoding, "H264") == 0)
    return "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! "
           "video/x-h264,stream-format=avc,alignment=au";
  return g_strcmp0 (encoding, "OPUS") == 0 ? "rtpopusdepay" : NULL;
}

/* From a source pad of webrtcbin to the queue. */
static gboolean
add_way (LwWhipSession *self, GstPad *pad, const char *unpacker, Way *way)
{
  GstAppSinkCallbacks callbacks = {.new_sample = take_sample};
  g_autofree char *words = g_strdup_printf (
      "%s ! appsink name=sink sync=false async=false enable-last-sample=false", unpacker);
  GstElement *bin = gst_parse_bin_from_description (words, TRUE, NULL);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) entry = NULL;

  if (bin == NULL)
    return FALSE;
  sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, way, NULL);
  entry = gst_element_get_static_pad (bin, "sink");
  if (!gst_bin_add (GST_BIN (self->pipeline), bin) || entry == NULL)
    return FALSE;
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, hear, way,
                     NULL);
  g_mutex_lock (&self->mutex);
  gst_object_replace ((GstObject **)&self->pads[way->track], GST_OBJECT (entry));
  g_mutex_unlock (&self->mutex);
  return gst_element_sync_state_with_parent (bin) && gst_pad_link (pad, entry) == GST_PAD_LINK_OK;
}

static void
add_pad (GstElement *rtc, GstPad *pad, gpointer data)
{
  LwWhipSession *self = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *facts = caps != NULL ? gst_caps_get_structure (caps, 0) : NULL;
  const char *encoding = facts != NULL ? gst_structure_get_string (facts, "encoding-name") : NULL;
  const char *media = facts != NULL ? gst_structure_get_string (facts, "media") : NULL;
  const char *unpacker = unpacker_of (encoding);
  Way *way;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  way = g_new0 (Way, 1);
  way->session = self;
  way->track = g_strcmp0 (media, "video") == 0 ? LW_WHIP_VIDEO : LW_WHIP_AUDIO;
  g_object_set_data_full (G_OBJECT (pad), "lw-way", way, g_free);
  if (unpacker == NULL || !add_way (self, pad, unpacker, way)) {
    g_mutex_lock (&self->mutex);
    self->broken = TRUE;
    g_mutex_unlock (&self->mutex);
  }
}

/* ---- offer and answer ---- */

static void
note_gathering (GObject *rtc, GParamSpec *spec, gpointer data)
{
  LwWhipSession *self = data;
  GstWebRTCICEGatheringState state;

  g_object_get (rtc, "ice-gathering-state", &state, NULL);
  g_mutex_lock (&self->mutex);
  self->gathered = state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static void
set_transceiver (GstElement *rtc, GstWebRTCRTPTransceiver *transceiver, gpointer data)
{
  g_object_set (transceiver, "do-nack", TRUE, "direction",
                GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, NULL);
}

static void
set_agent (LwWhipSession *self, const char *settings)
{
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);
  g_autoptr (GObject) agent = NULL;

  g_object_get (self->rtc, "ice-agent", &agent, NULL);
  /* By UDP alone: what an offer names would be connected to, whatever listens there. */
  g_object_set (agent, "ice-tcp", FALSE, NULL);
  for (GStrv word = words; *word != NULL; word++) {
    guint from, until;
    gboolean taken = FALSE;

    if (g_str_has_prefix (*word, "listen="))
      g_signal_emit_by_name (agent, "add-local-ip-address", *word + strlen ("listen="), &taken);
    else if (sscanf (*word, "ports=%u-%u", &from, &until) == 2)
      g_object_set (agent, "min-rtp-port", from, "max-rtp-port", until, NULL);
  }
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "The connection could not be made ready. Try again.");
  return FALSE;
}

static gboolean
open_pipeline (LwWhipSession *self, const char *settings, GError **error)
{
  g_autoptr (GstElement) rtp = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->rtc = gst_element_factory_make ("webrtcbin", NULL);
  if (self->rtc == NULL || !gst_bin_add (GST_BIN (self->pipeline), self->rtc))
    return fail (error);
  g_object_set (self->rtc, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, "latency",
                LATENCY_MS, NULL);
  /* The sender's own clock, by its reports, comes with what it sends. */
  rtp = gst_bin_get_by_name (GST_BIN (self->rtc), "rtpbin");
  if (rtp != NULL)
    g_object_set (rtp, "add-reference-timestamp-meta", TRUE, NULL);
  set_agent (self, settings);
  g_signal_connect (self->rtc, "notify::ice-gathering-state", G_CALLBACK (note_gathering), self);
  g_signal_connect (self->rtc, "on-new-transceiver", G_CALLBACK (set_transceiver), self);
  g_signal_connect (self->rtc, "pad-added", G_CALLBACK (add_pad), self);
  return gst_element_set_state (self->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE ||
         fail (error);
}

/* @ask: a signal of webrtcbin; @description: (nullable): its first argument.
 * Returns: (transfer full) (nullable): what was promised */
static GstPromise *
wait_for (LwWhipSession *self, const char *ask, GstWebRTCSessionDescription *description)
{
  GstPromise *promise = gst_promise_new ();
  const GstStructure *reply;

  g_signal_emit_by_name (self->rtc, ask, description, promise);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED) {
    reply = gst_promise_get_reply (promise);
    if (reply == NULL || !gst_structure_has_field (reply, "error"))
      return promise;
  }
  gst_promise_unref (promise);
  return NULL;
}

static gboolean
set_description (LwWhipSession *self, const char *which, GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = wait_for (self, which, description);

  return promise != NULL;
}

static GstWebRTCSessionDescription *
create_answer (LwWhipSession *self)
{
  g_autoptr (GstPromise) promise = wait_for (self, "create-answer", NULL);
  GstWebRTCSessionDescription *answer = NULL;

  if (promise != NULL)
    gst_structure_get (gst_promise_get_reply (promise), "answer",
                       GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL);
  return answer;
}

/* All ways by which this machine can be reached: the answer is given whole. */
static gboolean
gather (LwWhipSession *self)
{
  gint64 until = g_get_monotonic_time () + GATHER_MOST_US;
  gboolean gathered;

  g_mutex_lock (&self->mutex);
  while (!self->gathered && g_cond_wait_until (&self->changed, &self->mutex, until))
    ;
  gathered = self->gathered;
  g_mutex_unlock (&self->mutex);
  return gathered;
}

static char *
answer_offer (LwWhipSession *self, GstSDPMessage *offer, GError **error)
{
  g_autoptr (GstWebRTCSessionDescription) remote =
      gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, offer);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  if (set_description (self, "set-remote-description", remote) &&
      (answer = create_answer (self)) != NULL &&
      set_description (self, "set-local-description", answer) && gather (self))
    g_object_get (self->rtc, "local-description", &local, NULL);
  if (local == NULL) {
    fail (error);
    return NULL;
  }
  return gst_sdp_message_as_text (local->sdp);
}

/* ---- the whole ---- */

LwWhipSession *
lw_whip_session_new (const char *text, const char *settings, char **ret_answer, GError **error)
{
  g_autoptr (LwWhipSession) self = NULL;
  GstSDPMessage *offer;
  guint offers;

  offer = lw_whip_offer_read (text, &offers, error);
  if (offer == NULL)
    return NULL;
  self = g_new0 (LwWhipSession, 1);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->offers = offers;
  self->pieces = g_async_queue_new_full ((GDestroyNotify)lw_whip_piece_free);
  if (!open_pipeline (self, settings, error)) {
    gst_sdp_message_free (offer);
    return NULL;
  }
  *ret_answer = answer_offer (self, offer, error);
  return *ret_answer != NULL ? g_steal_pointer (&self) : NULL;
}

void
lw_whip_session_free (LwWhipSession *self)
{
  if (self == NULL)
    return;
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  for (guint i = 0; i < LW_WHIP_N_TRACKS; i++)
    gst_clear_object (&self->pads[i]);
  gst_object_unref (self->pipeline);
  g_async_queue_unref (self->pieces);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

gboolean
lw_whip_session_expects (LwWhipSession *self, LwWhipTrack track)
{
  return (self->offers & (track == LW_WHIP_VIDEO ? LW_WHIP_OFFERS_VIDEO : LW_WHIP_OFFERS_AUDIO)) !=
         0;
}

LwWhipPiece *
lw_whip_session_take (LwWhipSession *self, guint64 wait_us)
{
  return g_async_queue_timeout_pop (self->pieces, wait_us);
}

gint64
lw_whip_session_get_heard (LwWhipSession *self)
{
  gint64 heard_us;

  g_mutex_lock (&self->mutex);
  heard_us = self->heard_us;
  g_mutex_unlock (&self->mutex);
  return heard_us;
}

gboolean
lw_whip_session_is_gone (LwWhipSession *self)
{
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  g_autoptr (GstMessage) message = NULL;
  GstWebRTCPeerConnectionState state;
  gboolean broken;

  while ((message = gst_bus_pop (bus)) != NULL && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    g_clear_pointer (&message, gst_message_unref);
  g_object_get (self->rtc, "connection-state", &state, NULL);
  g_mutex_lock (&self->mutex);
  broken = self->broken;
  g_mutex_unlock (&self->mutex);
  return broken || message != NULL || state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED ||
         state == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED;
}

gboolean
lw_whip_session_get_wall (LwWhipSession *self, LwTime *ret_time, gint64 *ret_wall_us)
{
  gboolean known;

  g_mutex_lock (&self->mutex);
  known = self->has_wall;
  *ret_time = self->wall_time;
  *ret_wall_us = self->wall_us;
  g_mutex_unlock (&self->mutex);
  return known;
}

void
lw_whip_session_ask_key (LwWhipSession *self)
{
  g_autoptr (GstPad) pad = NULL;

  g_mutex_lock (&self->mutex);
  if (self->pads[LW_WHIP_VIDEO] != NULL)
    pad = gst_object_ref (self->pads[LW_WHIP_VIDEO]);
  g_mutex_unlock (&self->mutex);
  if (pad != NULL)
    gst_pad_push_event (pad,
                        gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
                                              gst_structure_new ("GstForceKeyUnit", "all-headers",
                                                                 G_TYPE_BOOLEAN, TRUE, NULL)));
}
