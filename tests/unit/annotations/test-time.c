/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-time.h"

static void
test_people_read_whole_seconds (void)
{
  static const struct {
    LwTime time;
    const char *text;
  } cases[] = {
      {0, "0:00"},
      {999 * LW_MSECOND, "0:00"},
      {247 * LW_SECOND, "4:07"},
      {3599 * LW_SECOND, "59:59"},
      {3847 * LW_SECOND, "1:04:07"},
      {LW_TIME_MAX, "1000:00:00"},
      {LW_TIME_NONE, "–:––"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = lw_time_format (cases[i].time);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_files_carry_milliseconds (void)
{
  g_autofree char *zero = lw_time_format_ms (0);
  g_autofree char *late = lw_time_format_ms (LW_TIME_MAX - 1);

  g_assert_cmpstr (zero, ==, "00:00:00.000");
  g_assert_cmpstr (late, ==, "999:59:59.999");
}

static void
test_what_was_formatted_parses_back (void)
{
  for (guint i = 0; i < 2000; i++) {
    LwTime time = (LwTime)((guint64)g_random_int () << 22 ^ g_random_int ()) % LW_TIME_MAX;
    g_autofree char *text = NULL;
    LwTime back;

    time -= time % LW_MSECOND;
    text = lw_time_format_ms (time);
    g_assert_true (lw_time_parse (text, &back));
    g_assert_cmpint (back, ==, time);
  }
}

static void
test_moments_parse (void)
{
  static const struct {
    const char *text;
    LwTime time;
  } cases[] = {
      {"0", 0},
      {" 754.5 ", 754500 * LW_MSECOND},
      {"12:34.5", 754500 * LW_MSECOND},
      {"1:04:07", 3847 * LW_SECOND},
      {"0.000000001", 1},
      {"1000:00:00", LW_TIME_MAX},
      {"3600000", LW_TIME_MAX},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LwTime time = LW_TIME_NONE;

    g_assert_true (lw_time_parse (cases[i].text, &time));
    g_assert_cmpint (time, ==, cases[i].time);
  }
}

static void
test_what_is_no_moment_is_refused (void)
{
  static const char *const cases[] = {
      "",
      " ",
      "-1",
      "+1",
      "1:60",
      "1:2:3:4",
      "1:60:00",
      ":1",
      "1:",
      "1.",
      ".5",
      "1,5",
      "0x10",
      "1e3",
      "nan",
      "1 2",
      "1:2.5:3",
      "1.0000000001",
      "1000:00:00.000000001",
      "99999999999999999999",
      "1\xc2\xa0",
  };
  LwTime time = 42;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (lw_time_parse (cases[i], &time));
  g_assert_false (lw_time_parse (NULL, &time));
  g_assert_cmpint (time, ==, 42);
}

static void
test_wall_clock_has_six_decimals_in_utc (void)
{
  static const struct {
    gint64 us;
    const char *text;
  } cases[] = {
      {0, "1970-01-01T00:00:00.000000Z"},
      {-1, "1969-12-31T23:59:59.999999Z"},
      {951782400000000, "2000-02-29T00:00:00.000000Z"},
      {1795327200000001, "2026-11-22T06:00:00.000001Z"},
      {-62135596800000000, "0001-01-01T00:00:00.000000Z"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = lw_utc_format (cases[i].us);
    gint64 back;

    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_true (lw_utc_parse (text, &back));
    g_assert_cmpint (back, ==, cases[i].us);
  }
}

static void
test_offsets_are_taken_off (void)
{
  gint64 us;

  g_assert_true (lw_utc_parse ("2026-11-22T07:00:00.5+01:00", &us));
  g_assert_cmpint (us, ==, 1795327200500000);
  g_assert_true (lw_utc_parse ("2026-11-21t22:30:00-07:30", &us));
  g_assert_cmpint (us, ==, 1795327200000000);
  g_assert_true (lw_utc_parse ("2016-12-31T23:59:60Z", &us));
  g_assert_cmpint (us, ==, 1483228800000000);
}

static void
test_impossible_dates_are_refused (void)
{
  static const char *const cases[] = {
      "",
      "2026-11-22",
      "2026-11-22T06:00:00",
      "2026-13-01T00:00:00Z",
      "2025-02-29T00:00:00Z",
      "2100-02-29T00:00:00Z",
      "2026-11-31T00:00:00Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T06:00:00+0100",
      "2026-11-22T06:00:00.Z",
      "2026-11-22T06:00:00Z ",
      "26-11-22T06:00:00Z",
  };
  gint64 us = 7;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (lw_utc_parse (cases[i], &us));
  g_assert_cmpint (us, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/people-read-whole-seconds", test_people_read_whole_seconds);
  g_test_add_func ("/time/files-carry-milliseconds", test_files_carry_milliseconds);
  g_test_add_func ("/time/round-trip", test_what_was_formatted_parses_back);
  g_test_add_func ("/time/moments-parse", test_moments_parse);
  g_test_add_func ("/time/no-moment-is-refused", test_what_is_no_moment_is_refused);
  g_test_add_func ("/time/utc-format", test_wall_clock_has_six_decimals_in_utc);
  g_test_add_func ("/time/utc-offsets", test_offsets_are_taken_off);
  g_test_add_func ("/time/utc-refused", test_impossible_dates_are_refused);
  return g_test_run ();
}
