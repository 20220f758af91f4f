/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame index is what pins are held against, so it must be GStreamer's own: every time in it is
 * the stream time of a frame that playbin delivers, to the nanosecond, and none is missing.
 */
#include "frame-oracle.h"
#include "media-fixture.h"

#include <gst/gst.h>

typedef struct {
  const char *name;
  gboolean after_seek;
  gboolean may_end_early; /* GStreamer itself stops before the list's end */
} Case;

/* Matroska is asked after a seek: before the first one its demuxer counts from the frame it happens
 * to meet first. Fragmented MP4 is asked before: after a seek qtdemux of 1.22 adds the first
 * frame's time to the first fragment. */
static const Case cases[] = {
    {"plain.mp4"},
    {"faststart.mp4"},
    {"plain.mov"},
    {"plain.mkv", TRUE},
    {"plain.ts", TRUE},
    {"plain.avi"},
    {"fragmented.mp4"},
    {"fragmented-edit.mp4"},
    {"negative.mp4"},
    {"late.mp4"},
    {"late-video.mp4"},
    {"two-parts.mp4"},
    {"cut.mp4", FALSE, TRUE},
    {"rotated.mp4"},
    {"captions.mp4"},
    {"vfr.mp4"},
    {"vfr.webm", TRUE},
    {"jump.mkv", TRUE},
    {"hundred-hours.mkv", TRUE},
    {"vp8.webm", TRUE},
    {"vp9.webm", TRUE},
    {"live.webm"},
    {"hevc.mp4"},
    {"hevc.mkv", TRUE},
    {"av1.mp4"},
    {"av1.mkv", TRUE},
};

static void
test_the_index_is_what_gstreamer_shows (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (LwProbe) probe = NULL;
  g_autoptr (GArray) shown = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (!media_fixture_exists (c->name))
    return;
  path = media_fixture_path (c->name);
  probe = lw_media_probe (path, NULL, &error);
  g_assert_no_error (error);
  shown = frame_oracle (path, c->after_seek);
  if (shown == NULL) {
    g_test_skip ("GStreamer has no decoder for it here");
    return;
  }
  g_assert_cmpuint (shown->len, >=, 50);
  if (c->may_end_early)
    g_assert_cmpuint (probe->frames->len, >=, shown->len);
  else
    g_assert_cmpuint (probe->frames->len, ==, shown->len);
  for (guint i = 0; i < shown->len; i++)
    g_assert_cmpint (g_array_index (probe->frames, LwTime, i), ==,
                     g_array_index (shown, LwTime, i));
}

static void
test_every_key_frame_is_a_frame_and_the_first_frame_is_one (void)
{
  g_autofree char *path = media_fixture_path ("plain.mkv");
  g_autoptr (LwProbe) probe = lw_media_probe (path, NULL, NULL);
  guint at = 0;

  g_assert_nonnull (probe);
  /* 120 frames, a key frame every 50. */
  g_assert_cmpuint (probe->keyframes->len, ==, 3);
  for (guint i = 0; i < probe->keyframes->len; i++) {
    while (at < probe->frames->len &&
           g_array_index (probe->frames, LwTime, at) != g_array_index (probe->keyframes, LwTime, i))
      at++;
    g_assert_cmpuint (at, ==, i * 50);
  }
}

int
main (int argc, char **argv)
{
  media_fixture_init (&argc, &argv);
  gst_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = g_strconcat ("/frame-index/", cases[i].name, NULL);

    g_test_add_data_func (name, &cases[i], test_the_index_is_what_gstreamer_shows);
  }
  g_test_add_func ("/frame-index/key-frames",
                   test_every_key_frame_is_a_frame_and_the_first_frame_is_one);
  return media_fixture_finish (g_test_run ());
}
