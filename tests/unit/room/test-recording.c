/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recording of a live lesson on the disk: what was added is there, whatever a crash left. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lw-recording.h"

#define TYPE "video/mp4; codecs=\"avc1.64001f\""
#define N 20
#define LENGTH 100

typedef struct {
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("lw-recording-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "live", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (fixture->path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static LwRecording *
open_recording (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  LwRecording *recording = lw_recording_open (fixture->path, &error);

  g_assert_no_error (error);
  return recording;
}

static void
begin (LwRecording *recording, const char *words)
{
  g_autoptr (GBytes) init = g_bytes_new (words, strlen (words));
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_recording_begin_part (recording, TYPE, 640, 360, init, &error));
  g_assert_no_error (error);
}

/* Tenths of a second, every fifth one can be begun with. */
static void
add (LwRecording *recording, guint i)
{
  g_autoptr (GError) error = NULL;
  guint8 bytes[LENGTH];

  memset (bytes, (int)i, sizeof bytes);
  g_assert_true (lw_recording_add (recording, bytes, sizeof bytes, i % 5 == 0, i * LW_SECOND / 10,
                                   (i + 1) * LW_SECOND / 10, &error));
  g_assert_no_error (error);
}

static void
assert_run (LwRecording *recording, LwTime from, LwTime until, guint first, guint last)
{
  LwRecordedFragment a, b;

  g_assert_true (lw_recording_find (recording, from, until, &a, &b));
  g_assert_cmpint (a.start, ==, first * LW_SECOND / 10);
  g_assert_cmpint (b.start, ==, last * LW_SECOND / 10);
}

static void
test_it_is_found_by_its_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwRecording) recording = open_recording (fixture);
  LwRecordedFragment first, last;

  g_assert_false (lw_recording_find (recording, 0, LW_SECOND, &first, &last));
  begin (recording, "init");
  for (guint i = 0; i < N; i++)
    add (recording, i);
  assert_run (recording, 0, LW_SECOND / 2, 0, 4);
  assert_run (recording, 730 * LW_MSECOND, LW_SECOND, 5, 9);
  assert_run (recording, 1990 * LW_MSECOND, 70 * LW_SECOND, 15, N - 1);
  g_assert_false (lw_recording_find (recording, 2 * LW_SECOND, 70 * LW_SECOND, &first, &last));
  g_assert_cmpint (lw_recording_get_end (recording), ==, 2 * LW_SECOND);
}

/* Cut off at every length that a crash may leave, in either file. */
static void
test_what_a_crash_left_is_cut_off (Fixture *fixture, gconstpointer data)
{
  const char *name = data;
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *whole = NULL;
  gsize length;

  {
    g_autoptr (LwRecording) recording = open_recording (fixture);

    begin (recording, "init");
    for (guint i = 0; i < N; i++)
      add (recording, i);
  }
  g_assert_true (g_file_get_contents (path, &whole, &length, NULL));
  for (gsize cut = 1; cut < 5 * LENGTH; cut += 7) {
    g_autoptr (LwRecording) recording = NULL;
    LwTime end;

    g_assert_cmpint (truncate (path, (off_t)(length - cut)), ==, 0);
    recording = open_recording (fixture);
    end = lw_recording_get_end (recording);
    g_assert_cmpint (end, <, 2 * LW_SECOND);
    g_assert_cmpint (end % (LW_SECOND / 10), ==, 0);
    /* It goes on where it stopped, with the same beginning. */
    begin (recording, "init");
    g_assert_cmpuint (lw_recording_get_n_parts (recording), ==, 1);
    for (guint i = (guint)(end * 10 / LW_SECOND); i < N; i++)
      add (recording, i);
    g_assert_cmpint (lw_recording_get_end (recording), ==, 2 * LW_SECOND);
    g_clear_pointer (&recording, lw_recording_free);
    {
      g_autofree char *again = NULL;
      gsize again_length;

      g_assert_true (g_file_get_contents (path, &again, &again_length, NULL));
      g_assert_cmpmem (again, again_length, whole, length);
    }
  }
}

static void
test_another_description_begins_another_part (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwRecording) recording = open_recording (fixture);
  g_autoptr (GBytes) init = NULL;
  g_autofree char *type = NULL;

  begin (recording, "small");
  for (guint i = 0; i < 10; i++)
    add (recording, i);
  begin (recording, "large");
  for (guint i = 10; i < N; i++)
    add (recording, i);
  g_clear_pointer (&recording, lw_recording_free);
  recording = open_recording (fixture);
  g_assert_cmpuint (lw_recording_get_n_parts (recording), ==, 2);
  /* One answer is of one part. */
  assert_run (recording, 500 * LW_MSECOND, 2 * LW_SECOND, 5, 9);
  assert_run (recording, LW_SECOND, 2 * LW_SECOND, 10, N - 1);
  g_assert_true (lw_recording_get_part (recording, 1, &type, &init));
  g_assert_cmpstr (type, ==, TYPE);
  g_assert_cmpmem (g_bytes_get_data (init, NULL), g_bytes_get_size (init), "large", 5);
}

static void
test_gaps_are_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwRecording) recording = open_recording (fixture);
  g_autoptr (GArray) gaps = NULL;

  begin (recording, "init");
  add (recording, 0);
  add (recording, 1);
  add (recording, 4); /* too short to speak of */
  add (recording, 15);
  gaps = lw_recording_list_gaps (recording, LW_SECOND / 2);
  g_assert_cmpuint (gaps->len, ==, 2);
  g_assert_cmpint (g_array_index (gaps, LwTime, 0), ==, LW_SECOND / 2);
  g_assert_cmpint (g_array_index (gaps, LwTime, 1), ==, 3 * LW_SECOND / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/recording/found", Fixture, NULL, set_up, test_it_is_found_by_its_times, tear_down);
  g_test_add ("/recording/crash/media", Fixture, "000.mp4", set_up,
              test_what_a_crash_left_is_cut_off, tear_down);
  g_test_add ("/recording/crash/index", Fixture, "000.index", set_up,
              test_what_a_crash_left_is_cut_off, tear_down);
  g_test_add ("/recording/parts", Fixture, NULL, set_up,
              test_another_description_begins_another_part, tear_down);
  g_test_add ("/recording/gaps", Fixture, NULL, set_up, test_gaps_are_told, tear_down);
  return g_test_run ();
}
