/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where one recording of a lesson lies in another, by what is heard in both. */
#include "media-fixture.h"

#define NEAR (10 * LW_MSECOND)

static void
align (const char *name, const char *other, LwAlignment *alignment)
{
  g_autofree char *path = media_fixture_path (name);
  g_autofree char *other_path = media_fixture_path (other);
  g_autoptr (GError) error = NULL;

  lw_media_align (path, other_path, alignment, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s in %s: %d %" G_GINT64_FORMAT " ns, %" G_GINT64_FORMAT " ppb, %u of %u", name,
                  other, alignment->is_same, alignment->offset, alignment->drift_ppb,
                  alignment->n_agreed, alignment->n_compared);
}

static void
assert_lies (const char *name, const char *other, LwTime offset, gint64 drift_ppb)
{
  LwAlignment alignment;

  align (name, other, &alignment);
  g_assert_true (alignment.is_same);
  g_assert_cmpint (ABS (alignment.offset - offset), <=, NEAR);
  /* Over an hour, too, half a frame. */
  g_assert_cmpint (ABS (alignment.drift_ppb - drift_ppb), <=, 4000);
  g_assert_cmpuint (alignment.n_agreed, >=, 5);
}

static void
test_another_recording_lies_where_it_was_begun (void)
{
  assert_lies ("live.m4a", "live.m4a", 0, 0);
  assert_lies ("live.m4a", "later.webm", -20300 * LW_MSECOND, 0);
  assert_lies ("later.webm", "live.m4a", 20300 * LW_MSECOND, 0);
  assert_lies ("live.m4a", "earlier.mp3", 5120 * LW_MSECOND, 0);
  assert_lies ("later.webm", "earlier.mp3", 25420 * LW_MSECOND, 0);
  assert_lies ("piece.wav", "live.m4a", 70 * LW_SECOND, 0);
}

static void
test_clocks_that_run_differently_are_told (void)
{
  assert_lies ("live.m4a", "fast.m4a", 0, 40000);
  assert_lies ("live.m4a", "slow.flac", 0, -20000);
  assert_lies ("slow.flac", "fast.m4a", 0, 60000);
}

static void
assert_unlike (const char *name, const char *other)
{
  LwAlignment alignment;

  align (name, other, &alignment);
  g_assert_false (alignment.is_same);
  g_assert_cmpint (alignment.offset, ==, 0);
}

static void
test_another_lesson_by_the_same_voices_is_refused (void)
{
  assert_unlike ("live.m4a", "other.m4a");
  assert_unlike ("other.m4a", "later.webm");
  assert_unlike ("fast.m4a", "other.m4a");
}

static void
test_too_little_to_hear_is_no_match (void)
{
  assert_unlike ("live.m4a", "silent.flac");
  assert_unlike ("silent.flac", "silent.flac");
  assert_unlike ("short.wav", "live.m4a");
  /* The same in many places. */
  assert_unlike ("bells.flac", "bells.mp3");
}

static void
test_files_without_sound_say_so (void)
{
  g_autofree char *path = media_fixture_path ("live.m4a");
  g_autofree char *text = media_fixture_write ("notes.txt", "no media at all", 15);
  g_autofree char *nowhere = media_fixture_path ("nowhere.m4a");
  g_autoptr (GError) error = NULL;
  LwAlignment alignment;

  g_assert_false (lw_media_align (path, text, &alignment, NULL, &error));
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA);
  g_clear_error (&error);
  g_assert_false (lw_media_align (text, path, &alignment, NULL, &error));
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA);
  g_clear_error (&error);
  g_assert_false (lw_media_align (path, nowhere, &alignment, NULL, &error));
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  media_fixture_init (&argc, &argv);
  g_test_add_func ("/align/begun", test_another_recording_lies_where_it_was_begun);
  g_test_add_func ("/align/clocks", test_clocks_that_run_differently_are_told);
  g_test_add_func ("/align/another-lesson", test_another_lesson_by_the_same_voices_is_refused);
  g_test_add_func ("/align/too-little", test_too_little_to_hear_is_no_match);
  g_test_add_func ("/align/no-sound", test_files_without_sound_say_so);
  return media_fixture_finish (g_test_run ());
}
