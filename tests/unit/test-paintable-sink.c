/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on their way from the pipeline to the paintable: real pipelines, no display. */
#include <gst/gst.h>

#include "lw-frame-scaler.h"
#include "lw-paintable-sink.h"

#define WATCHDOG_US (20 * G_TIME_SPAN_SECOND)

typedef struct {
  LwPaintable *paintable;
  GstElement *sink;
  GstElement *pipeline;
} Fixture;

/* @source: as gst-launch writes it, to be linked to the sink. */
static void
fixture_start (Fixture *self, const char *source, guint target_width, guint target_height)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *launch = g_strdup_printf ("%s ! identity name=last", source);
  GstElement *last;

  self->paintable = lw_paintable_new ();
  self->sink = lw_paintable_sink_new (self->paintable);
  lw_paintable_sink_set_target (LW_PAINTABLE_SINK (self->sink), target_width, target_height);
  self->pipeline = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (self->sink));
  last = gst_bin_get_by_name (GST_BIN (self->pipeline), "last");
  g_assert_true (gst_element_link (last, self->sink));
  gst_object_unref (last);
}

static void
fixture_stop (Fixture *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  gst_clear_object (&self->sink);
  g_clear_object (&self->paintable);
}

static void
fixture_run_to_eos (Fixture *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = NULL;

  g_assert_cmpint (gst_element_set_state (self->pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
}

static gboolean
wait_for_width (LwPaintable *paintable, int width)
{
  gint64 end = g_get_monotonic_time () + WATCHDOG_US;

  while (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (paintable)) != width) {
    if (g_get_monotonic_time () > end)
      return FALSE;
    g_main_context_iteration (NULL, FALSE);
    g_usleep (500);
  }
  return TRUE;
}

static void
count (GdkPaintable *paintable, gpointer data)
{
  ++*(guint *)data;
}

/* The red channel of the middle of the picture: BGRA. */
static guint8
middle_red (LwPaintable *paintable)
{
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (GDK_PAINTABLE (paintable));
  GdkTexture *texture = GDK_TEXTURE (image);
  int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  g_autofree guint8 *pixels = g_malloc ((gsize)width * (gsize)height * 4);

  gdk_texture_download (texture, pixels, (gsize)width * 4);
  return pixels[(height / 2 * width + width / 2) * 4 + 2];
}

static void
test_the_newest_frame_wins (void)
{
  Fixture f = {0};
  guint taken = 0;

  /* 40 frames go by while the main thread does nothing: it must find one, the last. */
  fixture_start (&f,
                 "videotestsrc num-buffers=40 pattern=ball ! video/x-raw,format=I420,width=64,"
                 "height=48,framerate=200/1",
                 0, 0);
  g_signal_connect (f.paintable, "invalidate-contents", G_CALLBACK (count), &taken);
  fixture_run_to_eos (&f);
  g_assert_cmpuint (taken, ==, 0);
  g_assert_true (wait_for_width (f.paintable, 64));
  g_assert_cmpuint (taken, ==, 1);
  fixture_stop (&f);
}

static void
test_frames_are_scaled_to_the_pixels_there_are (void)
{
  Fixture f = {0};

  fixture_start (&f, "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=1280,height=720",
                 640, 640);
  fixture_run_to_eos (&f);
  g_assert_true (wait_for_width (f.paintable, 640));
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (GDK_PAINTABLE (f.paintable)), ==, 360);
  fixture_stop (&f);
}

static void
test_small_frames_are_not_blown_up (void)
{
  Fixture f = {0};

  fixture_start (&f, "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=320,height=180",
                 1920, 1080);
  fixture_run_to_eos (&f);
  g_assert_true (wait_for_width (f.paintable, 320));
  fixture_stop (&f);
}

static void
test_the_last_sample_stays_whole (void)
{
  Fixture f = {0};
  GstSample *sample = NULL;
  int width = 0;

  fixture_start (&f, "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=1280,height=720",
                 320, 180);
  fixture_run_to_eos (&f);
  g_object_get (f.sink, "last-sample", &sample, NULL);
  g_assert_nonnull (sample);
  gst_structure_get_int (gst_caps_get_structure (gst_sample_get_caps (sample), 0), "width", &width);
  g_assert_cmpint (width, ==, 1280);
  gst_sample_unref (sample);
  fixture_stop (&f);
}

static void
test_every_format_gives_the_same_red (void)
{
  static const char *const formats[] = {"I420", "NV12", "YV12", "BGRA", "BGRx",      "RGBA",
                                        "RGBx", "Y42B", "Y444", "YUY2", "I420_10LE", "RGB"};

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint target = 0; target <= 160; target += 160) {
      Fixture f = {0};
      g_autofree char *source =
          g_strdup_printf ("videotestsrc num-buffers=2 pattern=red ! videoconvert ! "
                           "video/x-raw,format=%s,width=322,height=182",
                           formats[i]);

      fixture_start (&f, source, target, target);
      fixture_run_to_eos (&f);
      g_assert_true (wait_for_width (f.paintable, target == 0 ? 322 : 160));
      g_assert_cmpuint (middle_red (f.paintable), >, 240);
      fixture_stop (&f);
    }
}

static void
test_wide_pixels_are_shown_wide (void)
{
  Fixture f = {0};

  fixture_start (&f,
                 "videotestsrc num-buffers=2 ! video/x-raw,format=I420,width=720,height=576,"
                 "pixel-aspect-ratio=16/11",
                 0, 0);
  fixture_run_to_eos (&f);
  g_assert_true (wait_for_width (f.paintable, 720));
  g_assert_cmpfloat_with_epsilon (
      gdk_paintable_get_intrinsic_aspect_ratio (GDK_PAINTABLE (f.paintable)), 720.0 / 576 * 16 / 11,
      0.001);
  fixture_stop (&f);
}

static void
test_a_paused_picture_follows_the_size_of_its_widget (void)
{
  Fixture f = {0};

  fixture_start (&f, "videotestsrc ! video/x-raw,format=I420,width=1280,height=720", 320, 180);
  gst_element_set_state (f.pipeline, GST_STATE_PAUSED);
  g_assert_true (wait_for_width (f.paintable, 320));
  lw_paintable_sink_set_target (LW_PAINTABLE_SINK (f.sink), 800, 600);
  g_assert_true (wait_for_width (f.paintable, 800));
  fixture_stop (&f);
}

/* Sink and main thread must not wait for each other: the main thread sets the state to NULL, and
 * drops the paintable, while frames are on their way. */
static void
test_stopping_under_full_flow_never_hangs (void)
{
  for (guint i = 0; i < 20; i++) {
    Fixture f = {0};

    fixture_start (&f,
                   "videotestsrc ! video/x-raw,format=I420,width=320,height=180,"
                   "framerate=500/1",
                   160, 90);
    gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
    g_assert_true (wait_for_width (f.paintable, 160));
    if (i % 2 == 0)
      g_clear_object (&f.paintable); /* frames still come, to nobody */
    fixture_stop (&f);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
}

static void
test_pixels_outlive_the_pipeline (void)
{
  Fixture f = {0};
  g_autoptr (GdkPaintable) image = NULL;
  g_autofree guint8 *pixels = g_malloc (64 * 48 * 4);

  fixture_start (&f,
                 "videotestsrc num-buffers=2 pattern=red ! video/x-raw,format=BGRA,width=64,"
                 "height=48",
                 0, 0);
  fixture_run_to_eos (&f);
  g_assert_true (wait_for_width (f.paintable, 64));
  image = gdk_paintable_get_current_image (GDK_PAINTABLE (f.paintable));
  fixture_stop (&f);
  gdk_texture_download (GDK_TEXTURE (image), pixels, 64 * 4);
  g_assert_cmpuint (pixels[2], >, 240);
}

/* ---- the system's own sink ---- */

/* What gtk4paintablesink promises: a video sink with a paintable, which it may fail to make. */
typedef struct {
  GstVideoSink parent;
} StandIn;
typedef GstVideoSinkClass StandInClass;
GType stand_in_get_type (void);
G_DEFINE_TYPE (StandIn, stand_in, GST_TYPE_VIDEO_SINK)

static GdkPaintable *stand_in_paints;

static void
stand_in_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_object (value, stand_in_paints);
}

static void
stand_in_class_init (StandInClass *klass)
{
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");

  G_OBJECT_CLASS (klass)->get_property = stand_in_get_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1,
                                   g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_pad_template (
      element, gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_set_static_metadata (element, "Stand-in", "Sink/Video", "A test's", "A test");
}

static void
stand_in_init (StandIn *self)
{
}

static void
assert_chosen (GType sink_type, GdkPaintable *wanted)
{
  GstElement *sink = NULL;
  g_autoptr (GdkPaintable) painted = lw_video_output_new (&sink);

  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (sink, sink_type));
  g_assert_true (wanted == NULL ? LW_IS_PAINTABLE (painted) : painted == wanted);
  gst_object_unref (gst_object_ref_sink (sink));
}

static void
test_the_systems_sink_is_taken_where_there_is_one (void)
{
  g_autoptr (LwPaintable) painted = lw_paintable_new ();

  g_unsetenv ("LESSONWALK_VIDEO_SINK");
  g_assert_true (
      gst_element_register (NULL, "gtk4paintablesink", GST_RANK_NONE, stand_in_get_type ()));
  stand_in_paints = GDK_PAINTABLE (painted);
  assert_chosen (stand_in_get_type (), GDK_PAINTABLE (painted));
  stand_in_paints = NULL;
  assert_chosen (LW_TYPE_PAINTABLE_SINK, NULL);
  stand_in_paints = GDK_PAINTABLE (painted);
  g_setenv ("LESSONWALK_VIDEO_SINK", "own", TRUE);
  assert_chosen (LW_TYPE_PAINTABLE_SINK, NULL);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/paintable-sink/" #name, test_##name)
  ADD (the_newest_frame_wins);
  ADD (frames_are_scaled_to_the_pixels_there_are);
  ADD (small_frames_are_not_blown_up);
  ADD (the_last_sample_stays_whole);
  ADD (every_format_gives_the_same_red);
  ADD (wide_pixels_are_shown_wide);
  ADD (a_paused_picture_follows_the_size_of_its_widget);
  ADD (stopping_under_full_flow_never_hangs);
  ADD (pixels_outlive_the_pipeline);
  ADD (the_systems_sink_is_taken_where_there_is_one);
  return g_test_run ();
}
