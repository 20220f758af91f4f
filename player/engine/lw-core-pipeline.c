/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* playbin: making it, its bus, its tracks. On the engine's thread, but where said otherwise. */
#include <gst/audio/streamvolume.h>
#include <gst/base/gstbasetransform.h>
#include <gst/pbutils/pbutils.h>
#include <stdio.h>
#include <string.h>

#include "lw-config.h"
#include "lw-core-private.h"
#include "lw-engine-error.h"
#include "lw-engine-tracks.h"
#include "lw-lost-segment.h"
#include "lw-read-ahead.h"
#include "lw-sound-tap.h"

#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

/* Of playbin's flags, which have no public type. */
enum {
  PLAY_VIDEO = 1 << 0,
  PLAY_AUDIO = 1 << 1,
  PLAY_TEXT = 1 << 2,
  PLAY_SOFT_VOLUME = 1 << 4,
  PLAY_BUFFERING = 1 << 8,
};

/* What a switch between tracks knows of its kind's pads; lives with the selector. */
typedef struct {
  int selected[2];
  int count[2];
} Choice;

/* In a streaming thread. */
static void
on_selector_linked (GstPad *pad, GstPad *peer, gpointer user_data)
{
  Choice *choice = user_data;
  g_autoptr (GstCaps) caps = gst_pad_query_caps (peer, NULL);
  g_autoptr (GstElement) selector = gst_pad_get_parent_element (pad);
  const char *name = NULL;
  int kind;

  if (selector == NULL || caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return;
  name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  if (g_str_has_prefix (name, "audio/"))
    kind = LW_ENGINE_AUDIO;
  else if (g_str_has_prefix (name, "video/"))
    return;
  else
    kind = LW_ENGINE_CAPTIONS;
  if (choice->count[kind]++ == choice->selected[kind])
    g_object_set (selector, "active-pad", pad, NULL);
}

static void
on_selector_pad (GstElement *selector, GstPad *pad, gpointer user_data)
{
  if (GST_PAD_IS_SINK (pad))
    g_signal_connect (pad, "linked", G_CALLBACK (on_selector_linked), user_data);
}

/* Tracks are chosen while the pipeline is made: switching them in a paused one and then flushing
 * it can deadlock inside GStreamer (1.22). */
static void
attach_choice (LwCore *self, GstElement *selector)
{
  Choice *choice = g_new0 (Choice, 1);

  memcpy (choice->selected, self->selected, sizeof choice->selected);
  g_object_set_data_full (G_OBJECT (selector), "lw-choice", choice, g_free);
  g_signal_connect (selector, "pad-added", G_CALLBACK (on_selector_pad), choice);
}

/* The parser hands on WebVTT's voices ("<v Noor>") and classes as they are; they are no markup of
 * the element that draws the words, which then drew none of them. Times within a caption it takes
 * for words. In the parser's thread. */
static GstPadProbeReturn
on_caption (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GRegex) tags = g_regex_new (
      "</?(?:v|c|lang|ruby|rt)(?:[\\s.][^>]*)?>|(?:&lt;|<)[0-9:]+\\.[0-9]{3}(?:&gt;|>)",
      G_REGEX_RAW, 0, NULL);
  g_autofree char *plain = NULL;
  GstBuffer *drawn;
  GstMapInfo map;

  if (tags == NULL || gst_buffer_get_size (buffer) == 0 ||
      !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  plain = g_regex_replace_literal (tags, (const char *)map.data, (gssize)map.size, 0, "", 0, NULL);
  gst_buffer_unmap (buffer, &map);
  if (plain == NULL)
    return GST_PAD_PROBE_OK;
  if (*plain == '\0')
    return GST_PAD_PROBE_DROP;
  drawn = gst_buffer_new_memdup (plain, strlen (plain));
  gst_buffer_copy_into (drawn, buffer, GST_BUFFER_COPY_METADATA, 0, (gsize)-1);
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = drawn;
  return GST_PAD_PROBE_OK;
}

static void
attach_captions (LwCore *self, GstElement *parser)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (parser, "src");

  g_weak_ref_set (&self->subtitle_parser, parser);
  if (pad == NULL)
    return;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_caption, NULL, NULL);
  if (self->first_rate != NULL)
    lw_first_rate_attach (self->first_rate, pad);
}

/* In any thread. */
static void
on_element_setup (GstElement *playbin, GstElement *element, gpointer user_data)
{
  LwCore *self = user_data;
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "input-selector"))
    attach_choice (self, element);
  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "subparse"))
    attach_captions (self, element);
  if (factory != NULL && self->first_rate != NULL &&
      gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER))
    lw_first_rate_attach_all (self->first_rate, element);
  /* Of what is late, the sink alone decides whether it is shown. */
  if (GST_IS_BASE_TRANSFORM (element))
    gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (element), FALSE);
  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "qtdemux"))
    lw_lost_segment_attach (element);
  if (factory != NULL &&
      gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DECODER |
                                                     GST_ELEMENT_FACTORY_TYPE_MEDIA_AUDIO))
    lw_sound_tap_attach (element);
  if (factory == NULL ||
      !gst_element_factory_list_is_type (factory, GST_ELEMENT_FACTORY_TYPE_DECODER |
                                                      GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO))
    return;
  if (g_str_has_prefix (GST_OBJECT_NAME (factory), "avdec_")) {
    /* Each frame thread delays the first frame after a seek by one: few of them are faster. */
    g_object_set (element, "max-threads", (int)CLAMP (g_get_num_processors (), 2, 4), NULL);
  }
  lw_decoder_tap_attach (self->tap, element);
}

static void
tell_warning (LwCore *self, const char *text)
{
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_WARNING, .text = text});
}

static void
lose_sound (LwCore *self)
{
  if (self->soundless)
    return;
  self->soundless = TRUE;
  tell_warning (self, _ ("There is no sound device that works, so the lesson plays without sound. "
                         "Connect one and open the lesson again to hear it."));
}

static gboolean
is_inside (GstObject *object, const char *property, GstElement *playbin)
{
  g_autoptr (GstElement) bin = NULL;

  g_object_get (playbin, property, &bin, NULL);
  return bin != NULL && gst_object_has_as_ancestor (object, GST_OBJECT (bin));
}

static void
on_error (LwCore *self, GstMessage *message)
{
  GstObject *source = GST_MESSAGE_SRC (message);

  if (lw_one_way_take_error (self, message))
    return;
  if (!self->soundless && !self->silent && source != NULL &&
      (is_inside (source, "audio-sink", self->playbin))) {
    lose_sound (self);
    lw_core_post_event (self,
                        &(LwEvent){.type = LW_EVENT_RELOAD,
                                   .time = self->opened ? MAX (lw_pipeline_where (self), 0) : 0});
    return;
  }
  lw_core_take_error (
      self, lw_engine_error_from_message (message, self->uri, self->missing, self->opened));
}

static void
on_warning (LwCore *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;
  GstObject *source = GST_MESSAGE_SRC (message);

  gst_message_parse_warning (message, &error, &debug);
  g_debug ("warning of %s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug);
  if (source != NULL && is_inside (source, "audio-sink", self->playbin))
    lose_sound (self);
}

static void
on_settled (LwCore *self)
{
  self->undecided = lw_pipeline_is_undecided (self);
  if (self->undecided)
    return;
  if (lw_machine_is_busy (&self->machine) && !lw_pipeline_verify (self))
    return;
  if (self->machine.phase == LW_PHASE_OPENING && !self->opened) {
    self->opened = TRUE;
    lw_one_way_look (self);
    lw_pipeline_apply_tracks (self);
    if (self->missing != NULL) {
      g_autofree char *text = lw_engine_missing_warning (self->missing);

      tell_warning (self, text);
    }
    lw_pipeline_read_info (self);
    lw_core_tell_settled (self);
    /* What was set before there was anything to set it on. */
    if (self->rate !=
            (self->first_rate != NULL ? lw_first_rate_get_given (self->first_rate) : 1.0) ||
        self->loop_a != LW_TIME_NONE)
      lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_RETUNE});
    return;
  }
  lw_core_tell_settled (self);
}

static void
on_eos (LwCore *self)
{
  LwTime duration = lw_core_get_duration (self), where = lw_pipeline_where (self);
  gboolean is_early = duration != LW_TIME_NONE && where != LW_TIME_NONE &&
                      self->segment_stop == LW_TIME_NONE && where < duration - 3 * LW_SECOND;

  if (is_early && !lw_decoder_tap_has_gaps (self->tap) && self->machine.running &&
      self->machine.phase == LW_PHASE_STEADY) {
    g_autofree char *text = lw_engine_early_end_warning (self->uri);

    tell_warning (self, text);
  }
  if (self->undecided) {
    on_settled (self);
    if (self->machine.phase == LW_PHASE_SEEKING)
      return;
  }
  lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_EOS,
                                       .time = self->loop_a,
                                       .looping = self->loop_a != LW_TIME_NONE && !self->one_way});
}

static void
on_buffering (LwCore *self, GstMessage *message)
{
  GstBufferingMode mode;
  int percent;

  gst_message_parse_buffering (message, &percent);
  gst_message_parse_buffering_stats (message, &mode, NULL, NULL, NULL);
  if (mode == GST_BUFFERING_LIVE)
    return;
  self->last_activity_us = g_get_monotonic_time ();
  lw_core_post_event (self, &(LwEvent){.type = percent < 100 ? LW_EVENT_STARVED : LW_EVENT_FED});
  lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_BUFFERING, .number = percent});
}

static void
on_qos (LwCore *self, GstMessage *message)
{
  GstFormat format;
  guint64 processed, dropped;

  gst_message_parse_qos_stats (message, &format, &processed, &dropped);
  if (format != GST_FORMAT_BUFFERS || GST_MESSAGE_SRC (message) != GST_OBJECT (self->video_sink))
    return;
  g_mutex_lock (&self->lock);
  self->snapshot.dropped = MAX (self->snapshot.dropped, dropped);
  g_mutex_unlock (&self->lock);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  LwCore *self = user_data;

  if (self->playbin == NULL)
    return G_SOURCE_CONTINUE;
  lw_core_set_entered (self, TRUE);
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_ERROR:
    on_error (self, message);
    break;
  case GST_MESSAGE_WARNING:
    on_warning (self, message);
    break;
  case GST_MESSAGE_ASYNC_DONE:
    if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->playbin))
      on_settled (self);
    break;
  case GST_MESSAGE_EOS:
    on_eos (self);
    break;
  case GST_MESSAGE_SEGMENT_DONE:
    if (self->loop_a != LW_TIME_NONE && self->segment_stop != LW_TIME_NONE)
      lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_SEGMENT_DONE});
    break;
  case GST_MESSAGE_BUFFERING:
    on_buffering (self, message);
    break;
  case GST_MESSAGE_DURATION_CHANGED:
  case GST_MESSAGE_TAG:
    if (self->opened)
      lw_pipeline_read_info (self);
    break;
  case GST_MESSAGE_LATENCY:
    gst_bin_recalculate_latency (GST_BIN (self->playbin));
    break;
  case GST_MESSAGE_CLOCK_LOST:
    if (self->machine.running) {
      gst_element_set_state (self->playbin, GST_STATE_PAUSED);
      gst_element_set_state (self->playbin, GST_STATE_PLAYING);
    }
    break;
  case GST_MESSAGE_QOS:
    on_qos (self, message);
    break;
  case GST_MESSAGE_ELEMENT:
    if (gst_is_missing_plugin_message (message))
      gst_message_replace (&self->missing, message);
    break;
  default:
    break;
  }
  lw_core_set_entered (self, FALSE);
  return G_SOURCE_CONTINUE;
}

/* ---- tracks, volume, facts ---- */

/* What was chosen in truth, if anything was. */
static void
read_choice (GstElement *playbin, const char *property, int *selected)
{
  int current = -1;

  g_object_get (playbin, property, &current, NULL);
  if (*selected >= 0 && current >= 0)
    *selected = current;
}

static gboolean
is_remote (LwCore *self)
{
  return g_ascii_strncasecmp (self->uri, "http", 4) == 0;
}

void
lw_pipeline_apply_tracks (LwCore *self)
{
  guint flags = PLAY_VIDEO | PLAY_SOFT_VOLUME;
  int n_audio = 0, n_text = 0;
  int *selected = self->selected;

  if (self->playbin == NULL)
    return;
  if (selected[LW_ENGINE_AUDIO] >= 0)
    flags |= PLAY_AUDIO;
  if (selected[LW_ENGINE_CAPTIONS] >= 0)
    flags |= PLAY_TEXT;
  if (is_remote (self))
    flags |= PLAY_BUFFERING;
  g_object_set (self->playbin, "flags", flags, NULL);
  if (!self->opened)
    return;
  if (!is_remote (self))
    lw_read_ahead_set (self->playbin);
  g_object_get (self->playbin, "n-audio", &n_audio, "n-text", &n_text, NULL);
  /* External captions come after those of the file. */
  for (int kind = 0; kind < 2; kind++)
    selected[kind] = MIN (selected[kind], (kind == LW_ENGINE_AUDIO ? n_audio : n_text) - 1);
  read_choice (self->playbin, "current-audio", &selected[LW_ENGINE_AUDIO]);
  read_choice (self->playbin, "current-text", &selected[LW_ENGINE_CAPTIONS]);
}

void
lw_pipeline_apply_volume (LwCore *self)
{
  if (self->playbin == NULL)
    return;
  gst_stream_volume_set_volume (GST_STREAM_VOLUME (self->playbin), GST_STREAM_VOLUME_FORMAT_CUBIC,
                                self->volume);
  gst_stream_volume_set_mute (GST_STREAM_VOLUME (self->playbin), self->muted);
}

static gboolean
same_names (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return a == b;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}

void
lw_pipeline_read_info (LwCore *self)
{
  LwSnapshot *now = &self->snapshot;
  gint64 duration = -1;
  int n_video = 0;
  gboolean is_news = FALSE;
  GPtrArray *names[2];

  if (!gst_element_query_duration (self->playbin, GST_FORMAT_TIME, &duration) || duration < 0)
    duration = LW_TIME_NONE;
  g_object_get (self->playbin, "n-video", &n_video, NULL);
  for (int kind = 0; kind < 2; kind++)
    names[kind] = lw_engine_list_tracks (self->playbin, (LwEngineTrackKind)kind, self->captions);

  g_mutex_lock (&self->lock);
  if (now->duration != duration || now->has_video != (n_video > 0)) {
    now->duration = duration;
    now->has_video = n_video > 0;
    is_news = TRUE;
  }
  for (int kind = 0; kind < 2; kind++) {
    is_news |= !same_names (now->names[kind], names[kind]);
    is_news |= now->selected[kind] != self->selected[kind];
    g_clear_pointer (&now->names[kind], g_ptr_array_unref);
    now->names[kind] = names[kind];
    now->selected[kind] = self->selected[kind];
  }
  g_mutex_unlock (&self->lock);
  if (is_news)
    lw_core_tell (self, &(LwNotice){.type = LW_NOTICE_MEDIA_INFO});
}

/* ---- making and taking down ---- */

static GstElement *
make_audio_sink (LwCore *self)
{
  GstElement *sink = NULL;

  if (!self->silent && !self->soundless) {
    sink = gst_element_factory_make ("autoaudiosink", NULL);
    if (sink == NULL)
      lose_sound (self);
  }
  if (sink == NULL) {
    sink = gst_element_factory_make ("fakesink", NULL);
    g_object_set (sink, "sync", TRUE, NULL);
  }
  return sink;
}

/* libav's decodes several frames at a time, libvpx's only parts of one. Decoders of the hardware
 * still go first. */
static void
prefer_libav_for_vp9 (void)
{
  GstRegistry *registry = gst_registry_get ();
  g_autoptr (GstPluginFeature) libav = gst_registry_lookup_feature (registry, "avdec_vp9");
  g_autoptr (GstPluginFeature) libvpx = gst_registry_lookup_feature (registry, "vp9dec");

  if (libav == NULL || libvpx == NULL || gst_plugin_feature_get_rank (libvpx) < GST_RANK_PRIMARY)
    return;
  gst_plugin_feature_set_rank (libav, gst_plugin_feature_get_rank (libvpx));
  gst_plugin_feature_set_rank (libvpx, GST_RANK_SECONDARY);
}

static gboolean
build (LwCore *self)
{
  g_autoptr (GstBus) bus = NULL;
  GstElement *tempo = gst_element_factory_make ("scaletempo", NULL);
  GstElement *flip = gst_element_factory_make ("videoflip", NULL);

  prefer_libav_for_vp9 ();
  self->playbin = gst_element_factory_make ("playbin", NULL);
  if (self->playbin == NULL || tempo == NULL || flip == NULL) {
    gst_clear_object (&tempo);
    gst_clear_object (&flip);
    return FALSE;
  }
  gst_object_ref_sink (self->playbin);
  gst_util_set_object_arg (G_OBJECT (flip), "video-direction", "auto");
  /* It says so itself only when it turns back: till then it would copy each frame (1.22). */
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (flip), TRUE);
  g_object_set (self->playbin, "video-sink", self->video_sink, "audio-sink", make_audio_sink (self),
                "audio-filter", tempo, "video-filter", flip, "uri", self->uri, "subtitle-encoding",
                "UTF-8", NULL);
  if (self->captions != NULL)
    g_object_set (self->playbin, "suburi", self->captions, NULL);
  g_signal_connect (self->playbin, "element-setup", G_CALLBACK (on_element_setup), self);
  lw_pipeline_apply_tracks (self);
  lw_pipeline_apply_volume (self);

  bus = gst_element_get_bus (self->playbin);
  self->bus_source = gst_bus_create_watch (bus);
  g_source_set_callback (self->bus_source, G_SOURCE_FUNC (on_message), self, NULL);
  g_source_attach (self->bus_source, self->context);
  return TRUE;
}

/* ISO 14496-12, 8.8.11: such a file ends with a box of 16 bytes that gives the length of "mfra". */
static gboolean
has_fragment_index (const char *uri)
{
  g_autofree char *path = g_filename_from_uri (uri, NULL, NULL);
  char tail[12];
  gboolean has;
  FILE *file;

  if (path == NULL)
    return FALSE;
  file = fopen (path, "rbe");
  if (file == NULL)
    return FALSE;
  has = fseek (file, -(long)sizeof tail, SEEK_END) == 0 &&
        fread (tail, 1, sizeof tail, file) == sizeof tail && memcmp (tail, "mfro", 4) == 0;
  fclose (file);
  return has;
}

void
lw_pipeline_load (LwCore *self)
{
  GError *error = lw_engine_error_check_uri (self->uri);

  lw_core_note_work (self);
  if (error != NULL) {
    lw_core_take_error (self, error);
    return;
  }
  lw_decoder_tap_set_has_fragment_index (self->tap, has_fragment_index (self->uri));
  g_clear_pointer (&self->first_rate, lw_first_rate_unref);
  if (is_remote (self))
    self->first_rate = lw_first_rate_new (self->rate);
  if (!build (self)) {
    lw_core_take_error (
        self, g_error_new_literal (LW_ENGINE_ERROR, LW_ENGINE_ERROR_MISSING_DECODER,
                                   _ ("The player's own parts are missing. Install the packages "
                                      "gstreamer1.0-plugins-base and gstreamer1.0-plugins-good.")));
    return;
  }
  if (gst_element_set_state (self->playbin, GST_STATE_PAUSED) == GST_STATE_CHANGE_NO_PREROLL)
    on_settled (self);
}

void
lw_pipeline_unload (LwCore *self)
{
  if (self->playbin != NULL) {
    g_autoptr (GstBus) bus = gst_element_get_bus (self->playbin);

    /* A queued message keeps the pipeline alive. */
    g_source_destroy (self->bus_source);
    g_clear_pointer (&self->bus_source, g_source_unref);
    gst_bus_set_flushing (bus, TRUE);
    g_signal_handlers_disconnect_by_data (self->playbin, self);
    g_weak_ref_set (&self->subtitle_parser, NULL);
    gst_element_set_state (self->playbin, GST_STATE_NULL);
    gst_clear_object (&self->playbin);
  }
  gst_clear_message (&self->missing);
  lw_screen_reset (self->screen);
  lw_decoder_tap_reset (self->tap);
  lw_frame_clock_forget_packets (self->clock);
  self->opened = self->trick = FALSE;
  self->segment_stop = self->expected = self->target = LW_TIME_NONE;
  self->attempts = self->mismatches = 0;
  g_mutex_lock (&self->lock);
  self->snapshot.has_video = FALSE;
  g_clear_pointer (&self->snapshot.names[0], g_ptr_array_unref);
  g_clear_pointer (&self->snapshot.names[1], g_ptr_array_unref);
  g_mutex_unlock (&self->lock);
}
