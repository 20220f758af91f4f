/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-sink.h"

#include <gst/audio/gstaudiosink.h>

typedef struct {
  GstAudioSink parent;
  guint rate;
  gint64 free_at_us; /* when what was written has been played */
} DeviceSink;

typedef GstAudioSinkClass DeviceSinkClass;

static GType device_sink_get_type (void);
G_DEFINE_TYPE (DeviceSink, device_sink, GST_TYPE_AUDIO_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink",
    GST_PAD_SINK,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format=S16LE, layout=interleaved, channels=1, rate=44100"));

/* Of the one device that there is. */
static struct {
  GMutex lock;
  guint rate;
  guint64 n_played, n_silent, n_longest; /* samples; n_silent: since the last sound */
} heard;

static DeviceSinkFunc watch;
static gpointer watch_data;

static gboolean
device_sink_open (GstAudioSink *sink)
{
  return TRUE;
}

static gboolean
device_sink_prepare (GstAudioSink *sink, GstAudioRingBufferSpec *spec)
{
  ((DeviceSink *)sink)->rate = (guint)GST_AUDIO_INFO_RATE (&spec->info);
  return TRUE;
}

/* Whether that is nothing but silence. */
static gboolean
listen (guint rate, const gint16 *samples, guint n)
{
  gboolean silent = TRUE;

  g_mutex_lock (&heard.lock);
  heard.rate = rate;
  for (guint i = 0; i < n; i++) {
    if (heard.n_played == 0 && samples[i] == 0)
      continue;
    heard.n_played++;
    heard.n_silent++;
    if (samples[i] == 0)
      continue;
    silent = FALSE;
    heard.n_longest = MAX (heard.n_longest, heard.n_silent - 1);
    heard.n_silent = 0;
  }
  g_mutex_unlock (&heard.lock);
  return silent;
}

static int
device_sink_write (GstAudioSink *sink, gpointer data, guint length)
{
  DeviceSink *self = (DeviceSink *)sink;
  guint n = length / sizeof (gint16);
  gint64 now_us = g_get_monotonic_time ();
  gboolean silent = listen (self->rate, data, n);

  if (watch != NULL)
    watch (GST_ELEMENT (sink), silent, watch_data);
  /* It cannot play in the past: what comes late makes everything later. */
  self->free_at_us =
      MAX (self->free_at_us, now_us - 10000) + (gint64)n * G_USEC_PER_SEC / self->rate;
  if (self->free_at_us > now_us)
    g_usleep ((gulong)(self->free_at_us - now_us));
  return (int)length;
}

static guint
device_sink_delay (GstAudioSink *sink)
{
  return 0;
}

static void
device_sink_class_init (DeviceSinkClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Device of the tests", "Sink/Audio",
                                         "Plays to nobody and listens for gaps", "Lessonwalk");
  klass->open = device_sink_open;
  klass->prepare = device_sink_prepare;
  klass->unprepare = device_sink_open;
  klass->close = device_sink_open;
  klass->write = device_sink_write;
  klass->delay = device_sink_delay;
}

static void
device_sink_init (DeviceSink *self)
{
}

void
device_sink_offer (void)
{
  g_assert_true (gst_element_register (NULL, "lwtestdevicesink", GST_RANK_PRIMARY + 1000,
                                       device_sink_get_type ()));
}

void
device_sink_reset (void)
{
  g_mutex_lock (&heard.lock);
  heard.n_played = heard.n_silent = heard.n_longest = 0;
  g_mutex_unlock (&heard.lock);
  device_sink_watch (NULL, NULL);
}

void
device_sink_watch (DeviceSinkFunc func, gpointer user_data)
{
  watch = func;
  watch_data = user_data;
}

/* The lock is held. */
static LwTime
as_time (guint64 n)
{
  return heard.rate != 0 ? (LwTime)(n * LW_SECOND / heard.rate) : 0;
}

LwTime
device_sink_get_played (void)
{
  LwTime time;

  g_mutex_lock (&heard.lock);
  time = as_time (heard.n_played);
  g_mutex_unlock (&heard.lock);
  return time;
}

LwTime
device_sink_get_longest_gap (void)
{
  LwTime time;

  g_mutex_lock (&heard.lock);
  time = as_time (heard.n_longest);
  g_mutex_unlock (&heard.lock);
  return time;
}
