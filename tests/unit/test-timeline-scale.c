/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of the timeline: what is in sight, where it stands, and what is drawn as one. */
#include "lw-timeline-scale.h"

static LwTimelineScale
lesson_of_twelve_minutes (double width)
{
  LwTimelineScale scale = {.width = width};

  lw_timeline_scale_fit (&scale, 720 * LW_SECOND);
  return scale;
}

static void
test_time_and_pixels_are_each_others_inverse (void)
{
  LwTimelineScale scale = lesson_of_twelve_minutes (1440);

  lw_timeline_scale_zoom (&scale, 3, 400);
  for (int x = 0; x <= 1440; x += 37) {
    LwTime time = lw_timeline_scale_to_time (&scale, x);

    g_assert_cmpfloat_with_epsilon (lw_timeline_scale_to_x (&scale, time), x, 0.01);
  }
}

static void
test_zooming_keeps_the_moment_under_the_pointer (void)
{
  LwTimelineScale scale = lesson_of_twelve_minutes (1000);
  LwTime before = lw_timeline_scale_to_time (&scale, 600);

  for (int i = 0; i < 12; i++) {
    lw_timeline_scale_zoom (&scale, 1.3, 600);
    g_assert_cmpfloat_with_epsilon (lw_timeline_scale_to_x (&scale, before), 600, 0.01);
  }
}

static void
test_no_zoom_or_pan_leaves_the_lesson (void)
{
  LwTimelineScale scale = lesson_of_twelve_minutes (800);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (int i = 0; i < 20000; i++) {
    if (g_rand_boolean (rand))
      lw_timeline_scale_zoom (&scale, g_rand_double_range (rand, 0.01, 100),
                              g_rand_double_range (rand, -50, 850));
    else
      lw_timeline_scale_pan (&scale, g_rand_double_range (rand, -5000, 5000));
    g_assert_cmpint (scale.start, >=, 0);
    g_assert_cmpint (scale.start + scale.span, <=, scale.duration);
    g_assert_cmpint (scale.span, >=, LW_TIMELINE_MIN_SPAN);
  }
}

static void
test_a_lesson_shorter_than_the_closest_zoom_is_shown_whole (void)
{
  LwTimelineScale scale = {.width = 500};

  lw_timeline_scale_fit (&scale, LW_SECOND / 2);
  lw_timeline_scale_zoom (&scale, 10, 250);
  g_assert_true (lw_timeline_scale_is_fit (&scale));
  g_assert_cmpint (scale.start, ==, 0);
}

static void
test_nothing_open_is_nothing_to_divide_by (void)
{
  LwTimelineScale scale = {.width = 500};
  g_autoptr (GArray) clusters = NULL;

  lw_timeline_scale_fit (&scale, LW_TIME_NONE);
  lw_timeline_scale_zoom (&scale, 2, 100);
  lw_timeline_scale_pan (&scale, 100);
  g_assert_cmpint (lw_timeline_scale_to_time (&scale, 250), ==, 0);
  g_assert_cmpfloat (lw_timeline_scale_to_x (&scale, LW_SECOND), ==, 0);
  clusters = lw_timeline_scale_cluster (&scale, (LwTime[]){0, 1}, 2, 14);
  g_assert_cmpuint (clusters->len, ==, 0);
}

static void
test_playback_out_of_sight_turns_the_page_once (void)
{
  LwTimelineScale scale = lesson_of_twelve_minutes (1000);

  lw_timeline_scale_zoom (&scale, 10, 0);
  g_assert_false (lw_timeline_scale_reveal (&scale, scale.start + scale.span / 2));
  g_assert_true (lw_timeline_scale_reveal (&scale, 300 * LW_SECOND));
  g_assert_cmpfloat (lw_timeline_scale_to_x (&scale, 300 * LW_SECOND), >=, 0);
  g_assert_cmpfloat (lw_timeline_scale_to_x (&scale, 300 * LW_SECOND), <=, 1000);
  g_assert_false (lw_timeline_scale_reveal (&scale, 300 * LW_SECOND));
}

static void
test_labels_never_stand_closer_than_asked (void)
{
  for (double factor = 1; factor < 400; factor *= 1.7) {
    LwTimelineScale scale = lesson_of_twelve_minutes (900);
    LwTime tick;

    lw_timeline_scale_zoom (&scale, factor, 450);
    tick = lw_timeline_scale_tick (&scale, 60);
    g_assert_cmpint (tick % LW_SECOND, ==, 0);
    g_assert_cmpfloat ((double)tick / (double)scale.span * scale.width, >=, 60);
  }
}

static void
test_a_hundred_hours_have_ticks_too (void)
{
  LwTimelineScale scale = {.width = 300};

  lw_timeline_scale_fit (&scale, 100 * 3600 * LW_SECOND);
  g_assert_cmpfloat ((double)lw_timeline_scale_tick (&scale, 60) / (double)scale.span * 300, >=,
                     60);
}

/* Against the plain way: walk all, join what is nearer than the limit to the first. */
static void
test_every_note_in_sight_is_in_exactly_one_cluster (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autofree LwTime *times = g_new (LwTime, 10000);
  LwTimelineScale scale = lesson_of_twelve_minutes (1000);

  times[0] = 0;
  for (guint i = 1; i < 10000; i++)
    times[i] = times[i - 1] +
               (g_rand_int_range (rand, 0, 4) == 0 ? 0 : g_rand_int_range (rand, 0, 140000000));
  for (int round = 0; round < 50; round++) {
    g_autoptr (GArray) clusters = NULL;
    guint next;

    lw_timeline_scale_fit (&scale, 720 * LW_SECOND);
    lw_timeline_scale_zoom (&scale, g_rand_double_range (rand, 1, 200),
                            g_rand_double_range (rand, 0, 1000));
    clusters = lw_timeline_scale_cluster (&scale, times, 10000, 14);
    g_assert_cmpuint (clusters->len, <=, 1000 / 14 + 4);
    next = clusters->len == 0 ? 0 : g_array_index (clusters, LwTimelineCluster, 0).first;
    for (guint i = 0; i < next; i++)
      g_assert_cmpfloat (lw_timeline_scale_to_x (&scale, times[i]), <, 0);
    for (guint i = 0; i < clusters->len; i++) {
      const LwTimelineCluster *cluster = &g_array_index (clusters, LwTimelineCluster, i);
      double first = lw_timeline_scale_to_x (&scale, times[cluster->first]);
      double last = lw_timeline_scale_to_x (&scale, times[cluster->first + cluster->count - 1]);

      g_assert_cmpuint (cluster->first, ==, next);
      g_assert_cmpuint (cluster->count, >=, 1);
      g_assert_cmpfloat (last - first, <=, 14.01);
      g_assert_cmpfloat_with_epsilon (cluster->x, (first + last) / 2, 0.01);
      next += cluster->count;
    }
    if (clusters->len > 0 && next < 10000)
      g_assert_cmpfloat (lw_timeline_scale_to_x (&scale, times[next]), >, 1000);
  }
}

static void
test_ten_thousand_notes_in_one_pixel_are_one_mark (void)
{
  LwTimelineScale scale = lesson_of_twelve_minutes (1000);
  g_autofree LwTime *times = g_new0 (LwTime, 10000);
  g_autoptr (GArray) clusters = NULL;

  clusters = lw_timeline_scale_cluster (&scale, times, 10000, 14);
  g_assert_cmpuint (clusters->len, ==, 1);
  g_assert_cmpuint (g_array_index (clusters, LwTimelineCluster, 0).count, ==, 10000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/timeline-scale/" #name, test_##name)
  ADD (time_and_pixels_are_each_others_inverse);
  ADD (zooming_keeps_the_moment_under_the_pointer);
  ADD (no_zoom_or_pan_leaves_the_lesson);
  ADD (a_lesson_shorter_than_the_closest_zoom_is_shown_whole);
  ADD (nothing_open_is_nothing_to_divide_by);
  ADD (playback_out_of_sight_turns_the_page_once);
  ADD (labels_never_stand_closer_than_asked);
  ADD (a_hundred_hours_have_ticks_too);
  ADD (every_note_in_sight_is_in_exactly_one_cluster);
  ADD (ten_thousand_notes_in_one_pixel_are_one_mark);
  return g_test_run ();
}
