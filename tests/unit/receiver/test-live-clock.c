/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where packets of a live lesson come to stand: whatever their source does to its times. */

#include "lw-live-clock.h"

#define NOON_US G_GINT64_CONSTANT (1795000000000000)
#define FRAME (40 * LW_MSECOND)
#define FRAME_US 40000

static void
test_media_time_begins_with_the_first_packet (void)
{
  LwLiveClock clock;

  lw_live_clock_init (&clock, 0, 0);
  g_assert_cmpint (lw_live_clock_place (&clock, 77 * LW_SECOND, FRAME, NOON_US), ==, 0);
  g_assert_cmpint (clock.origin_us, ==, NOON_US);
  /* Pictures come in the order in which they are decoded. */
  g_assert_cmpint (lw_live_clock_place (&clock, 77 * LW_SECOND + 3 * FRAME, FRAME, NOON_US + 1), ==,
                   3 * FRAME);
  g_assert_cmpint (lw_live_clock_place (&clock, 77 * LW_SECOND + FRAME, FRAME, NOON_US + 2), ==,
                   FRAME);
  /* Sound of before the first picture. */
  g_assert_cmpint (lw_live_clock_place (&clock, 77 * LW_SECOND - FRAME, FRAME, NOON_US + 3), ==,
                   -FRAME);
  g_assert_cmpint (clock.end, ==, 4 * FRAME);
}

static void
test_what_comes_late_keeps_its_time (void)
{
  LwLiveClock clock;

  lw_live_clock_init (&clock, 0, 0);
  lw_live_clock_place (&clock, 0, FRAME, NOON_US);
  /* Eight seconds of silence, then all at once. */
  for (guint i = 1; i <= 200; i++)
    g_assert_cmpint (lw_live_clock_place (&clock, i * FRAME, FRAME, NOON_US + 8 * G_USEC_PER_SEC),
                     ==, i * FRAME);
}

static void
test_a_source_that_comes_back_leaves_a_gap_of_its_length (void)
{
  LwLiveClock clock;

  lw_live_clock_init (&clock, 0, 0);
  lw_live_clock_place (&clock, 5 * LW_SECOND, FRAME, NOON_US);
  lw_live_clock_disconnect (&clock);
  g_assert_cmpint (lw_live_clock_place (&clock, 0, FRAME, NOON_US + 30 * G_USEC_PER_SEC), ==,
                   30 * LW_SECOND);
  /* Another process, or another day. */
  lw_live_clock_init (&clock, NOON_US, 31 * LW_SECOND);
  g_assert_cmpint (lw_live_clock_place (&clock, 9, FRAME, NOON_US + 33 * G_USEC_PER_SEC), ==,
                   33 * LW_SECOND);
  /* A clock on the wall that was set back writes over nothing. */
  lw_live_clock_init (&clock, NOON_US, 31 * LW_SECOND);
  g_assert_cmpint (lw_live_clock_place (&clock, 9, FRAME, NOON_US - 5 * G_USEC_PER_SEC), ==,
                   31 * LW_SECOND);
}

typedef struct {
  const char *name;
  LwTime jump;
} Jump;

/* An encoder that is started anew behind one connection; the 32 bits of RTP and RTMP that are over.
 */
static void
test_a_jump_in_the_source_is_none_in_the_lesson (gconstpointer data)
{
  const Jump *jump = data;
  LwTime from = 100000 * LW_SECOND, last = -1;
  LwLiveClock clock;

  lw_live_clock_init (&clock, 0, 0);
  for (guint i = 0; i < 100; i++) {
    LwTime time = from + i * FRAME + (i >= 50 ? jump->jump : 0);
    LwTime placed = lw_live_clock_place (&clock, time, FRAME, NOON_US + i * FRAME_US);

    g_assert_cmpint (placed, >, last);
    g_assert_cmpint (ABS (placed - i * FRAME), <=, FRAME);
    last = placed;
  }
}

static void
test_the_wall_clock_is_the_least_late (void)
{
  static const gint64 late_us[] = {90000, 20000, 500000, 35000};
  LwLiveClock clock;

  lw_live_clock_init (&clock, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (late_us); i++)
    lw_live_clock_place (&clock, i * FRAME, FRAME, NOON_US + i * FRAME_US + late_us[i]);
  g_assert_cmpint (lw_live_clock_to_wall (&clock, 2 * FRAME), ==, NOON_US + 2 * FRAME_US + 20000);
}

int
main (int argc, char **argv)
{
  static const Jump jumps[] = {{"to-zero", -100000 * LW_SECOND},
                               {"back", -10 * LW_SECOND},
                               {"ahead", 60 * LW_SECOND},
                               {"wrap", -47722 * LW_SECOND},
                               {"far-ahead", 1000000 * LW_SECOND}};

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-clock/begins", test_media_time_begins_with_the_first_packet);
  g_test_add_func ("/live-clock/late", test_what_comes_late_keeps_its_time);
  g_test_add_func ("/live-clock/gap", test_a_source_that_comes_back_leaves_a_gap_of_its_length);
  g_test_add_func ("/live-clock/wall", test_the_wall_clock_is_the_least_late);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++) {
    g_autofree char *path = g_strconcat ("/live-clock/jump/", jumps[i].name, NULL);

    g_test_add_data_func (path, &jumps[i], test_a_jump_in_the_source_is_none_in_the_lesson);
  }
  return g_test_run ();
}
