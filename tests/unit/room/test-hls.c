/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A recording as HTTP Live Streaming tells it: what is listed stays, no byte is left out, and its
 * time is that of the lesson but for the gaps, which are told. */

#include <glib/gstdio.h>
#include <string.h>

#include "lw-hls.h"

#define FRAME (LW_SECOND / 10)
#define LENGTH 10

typedef struct {
  char *folder;
  LwRecording *recording;
  LwHls *hls;
  guint n;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) init = g_bytes_new_static ("init", 4);

  fixture->folder = g_dir_make_tmp ("lw-hls-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->recording = lw_recording_open (fixture->folder, &error);
  g_assert_no_error (error);
  g_assert_true (lw_recording_begin_part (fixture->recording, "video/mp4", 64, 36, init, &error));
  fixture->hls = lw_hls_new (fixture->recording);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  lw_hls_free (fixture->hls);
  lw_recording_free (fixture->recording);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (fixture->folder, name, NULL);

    g_unlink (file);
  }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

/* @n frames of a tenth of a second from @start on, one of @every with which one can begin. */
static void
add (Fixture *fixture, LwTime start, guint n, guint every)
{
  g_autoptr (GError) error = NULL;
  guint8 bytes[LENGTH] = {0};

  for (guint i = 0; i < n; i++) {
    g_assert_true (lw_recording_add (fixture->recording, bytes, sizeof bytes, i % every == 0,
                                     start + i * FRAME, start + (i + 1) * FRAME, &error));
    fixture->n++;
  }
}

/* Lengths in tenths of a second, with "|" where it breaks, as "10 10 | 3". */
static char *
lengths (Fixture *fixture, gboolean is_whole)
{
  g_autofree char *text = lw_hls_to_playlist (fixture->hls, 0, is_whole, FALSE);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  GString *found = g_string_new ("");

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_equal (lines[i], "#EXT-X-DISCONTINUITY"))
      g_string_append (found, "| ");
    if (g_str_has_prefix (lines[i], "#EXTINF:"))
      g_string_append_printf (found, "%.0f ", 10 * g_ascii_strtod (lines[i] + 8, NULL));
  }
  return g_strchomp (g_string_free (found, FALSE));
}

static void
assert_lengths (Fixture *fixture, gboolean is_whole, const char *expected)
{
  g_autofree char *found = lengths (fixture, is_whole);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_pieces_begin_where_one_can_begin_and_are_listed_when_they_are_whole (Fixture *fixture,
                                                                          gconstpointer data)
{
  g_autofree char *text = NULL;

  assert_lengths (fixture, FALSE, "");
  add (fixture, 0, 20, 20);
  assert_lengths (fixture, FALSE, "");
  add (fixture, 20 * FRAME, 25, 20);
  assert_lengths (fixture, FALSE, "20 20");
  add (fixture, 45 * FRAME, 15, 100);
  text = lw_hls_to_playlist (fixture->hls, G_GINT64_CONSTANT (1767265200250000), FALSE, TRUE);
  g_assert_nonnull (strstr (text, "#EXT-X-TARGETDURATION:2\n"));
  g_assert_nonnull (strstr (text, "#EXT-X-PLAYLIST-TYPE:EVENT\n"));
  g_assert_nonnull (strstr (text, "#EXT-X-MAP:URI=\"init-0.mp4\"\n"
                                  "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T11:00:00.250Z\n"
                                  "#EXTINF:2.000000000,\n0.m4s\n"));
  g_assert_true (g_str_has_suffix (text, "#EXT-X-ENDLIST\n"));
}

static void
test_short_distances_of_key_frames_make_pieces_of_a_second (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, 31, 5);
  assert_lengths (fixture, FALSE, "10 10 10");
}

static void
test_no_piece_is_longer_than_the_list_said_once (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, 20, 10);
  /* From here on the source sends no key frame any more. */
  add (fixture, 20 * FRAME, 50, 100);
  assert_lengths (fixture, FALSE, "10 10 14 14 14");
}

static void
test_a_gap_is_left_out_of_the_lists_time_and_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) runs = NULL;
  const LwHlsRun *first, *second;
  LwRecordedFragment piece;
  guint64 bytes = 0;
  guint number = 0;

  add (fixture, 0, 24, 10);
  assert_lengths (fixture, FALSE, "10 10");
  /* It is interrupted: what there is of the last piece is listed, and stays as it was. */
  assert_lengths (fixture, TRUE, "10 10 4");
  assert_lengths (fixture, FALSE, "10 10 4");
  add (fixture, 100 * FRAME, 21, 10);
  assert_lengths (fixture, FALSE, "10 10 4 | 10 10");
  runs = lw_hls_list_runs (fixture->hls);
  g_assert_cmpuint (runs->len, ==, 2);
  first = &g_array_index (runs, LwHlsRun, 0);
  second = &g_array_index (runs, LwHlsRun, 1);
  g_assert_cmpint (first->at, ==, 0);
  g_assert_cmpint (first->start, ==, 0);
  g_assert_cmpint (first->end, ==, 24 * FRAME);
  g_assert_cmpint (second->at, ==, 24 * FRAME);
  g_assert_cmpint (second->start, ==, 100 * FRAME);
  g_assert_cmpint (second->end, ==, 120 * FRAME);
  while (lw_hls_get_piece (fixture->hls, number, &piece)) {
    g_assert_cmpuint (piece.offset, ==, 4 + bytes);
    bytes += piece.length;
    number++;
  }
  g_assert_cmpuint (number, ==, 5);
  g_assert_cmpuint (bytes, ==, (fixture->n - 1) * LENGTH);
}

/* Another resolution. */
static void
test_another_part_begins_a_piece_with_an_init_segment_of_its_own (Fixture *fixture,
                                                                  gconstpointer data)
{
  g_autoptr (GBytes) init = g_bytes_new_static ("other", 5);
  g_autofree char *text = NULL;

  add (fixture, 0, 13, 10);
  g_assert_true (lw_recording_begin_part (fixture->recording, "video/mp4", 128, 72, init, NULL));
  add (fixture, 13 * FRAME, 11, 10);
  assert_lengths (fixture, FALSE, "10 3 | 10");
  text = lw_hls_to_playlist (fixture->hls, 0, FALSE, FALSE);
  g_assert_nonnull (strstr (text, "1.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-1.mp4\"\n"));
}

#define HLS_TEST(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  HLS_TEST ("/hls/pieces",
            test_pieces_begin_where_one_can_begin_and_are_listed_when_they_are_whole);
  HLS_TEST ("/hls/short", test_short_distances_of_key_frames_make_pieces_of_a_second);
  HLS_TEST ("/hls/long", test_no_piece_is_longer_than_the_list_said_once);
  HLS_TEST ("/hls/gap", test_a_gap_is_left_out_of_the_lists_time_and_told);
  HLS_TEST ("/hls/part", test_another_part_begins_a_piece_with_an_init_segment_of_its_own);
  return g_test_run ();
}
