/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filmstrips and waveforms: right pictures, right peaks, and a cache that can be trusted. */
#include "media-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "lw-media-cache.h"

typedef struct {
  GAsyncResult *result;
  GCancellable *cancel_at_progress;
  guint steps;
  double last;
} Wait;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Wait *)data)->result = g_object_ref (result);
}

static void
on_progress (double fraction, gpointer data)
{
  Wait *wait = data;

  g_assert_null (wait->result);
  g_assert_cmpfloat (fraction, >=, wait->last);
  g_assert_cmpfloat (fraction, <=, 1);
  wait->last = fraction;
  wait->steps++;
  if (wait->cancel_at_progress != NULL)
    g_cancellable_cancel (wait->cancel_at_progress);
}

static void
wait_for (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static LwFilmstrip *
strip_at (const char *path, const char *key, guint count, guint height, Wait *wait, GError **error)
{
  LwFilmstrip *strip;

  wait->last = 0;
  lw_media_filmstrip_async (path, key, count, height, on_progress, wait, wait->cancel_at_progress,
                            on_ready, wait);
  wait_for (wait);
  strip = lw_media_filmstrip_finish (wait->result, error);
  g_object_unref (wait->result);
  wait->result = NULL;
  return strip;
}

static LwFilmstrip *
strip_of (const char *name, const char *key, guint count, guint height, Wait *wait, GError **error)
{
  g_autofree char *path = media_fixture_path (name);

  return strip_at (path, key, count, height, wait, error);
}

static LwWaveform *
wave_of (const char *name, const char *key, LwTime step, Wait *wait, GError **error)
{
  g_autofree char *path = media_fixture_path (name);
  LwWaveform *wave;

  wait->last = 0;
  lw_media_waveform_async (path, key, step, on_progress, wait, NULL, on_ready, wait);
  wait_for (wait);
  wave = lw_media_waveform_finish (wait->result, error);
  g_object_unref (wait->result);
  wait->result = NULL;
  return wave;
}

/* The fixtures are grey but for the picture's upper left quarter, which is red. */
static gboolean
is_red (const LwFilmstrip *strip, guint picture, double x, double y)
{
  const guint8 *pixels = g_bytes_get_data (strip->pixels, NULL);
  gsize at = ((gsize)picture * strip->height + (gsize)(y * strip->height)) * strip->width +
             (gsize)(x * strip->width);
  const guint8 *pixel = pixels + at * 4;

  g_assert_cmpuint (pixel[3], ==, 255);
  return pixel[0] > 180 && pixel[1] < 60 && pixel[2] < 60;
}

typedef struct {
  const char *name;
  guint width; /* at a height of 90 */
  double red_x, red_y, grey_x, grey_y;
} StripCase;

static const StripCase strip_cases[] = {
    {"plain.mp4", 160, 0.25, 0.25, 0.75, 0.75},
    {"plain.mkv", 160, 0.25, 0.25, 0.75, 0.75},
    {"plain.mov", 160, 0.25, 0.25, 0.75, 0.75},
    {"plain.ts", 160, 0.25, 0.25, 0.75, 0.75},
    {"plain.avi", 160, 0.25, 0.25, 0.75, 0.75},
    {"cut.mp4", 160, 0.25, 0.25, 0.75, 0.75},
    {"vp8.webm", 160, 0.25, 0.25, 0.75, 0.75},
    {"vp9.webm", 160, 0.25, 0.25, 0.75, 0.75},
    {"live.webm", 160, 0.25, 0.25, 0.75, 0.75},
    {"hevc.mp4", 160, 0.25, 0.25, 0.75, 0.75},
    {"av1.mp4", 160, 0.25, 0.25, 0.75, 0.75},
    {"fragmented.mp4", 160, 0.25, 0.25, 0.75, 0.75},
    {"hundred-hours.mkv", 160, 0.25, 0.25, 0.75, 0.75},
    {"wide.mkv", 213, 0.25, 0.25, 0.75, 0.75},
    /* Turned clockwise, the upper left corner comes to the upper right. */
    {"rotated.mp4", 51, 0.75, 0.25, 0.25, 0.75},
};

static void
test_pictures_are_upright_in_colour_and_in_order (gconstpointer data)
{
  const StripCase *c = data;
  g_autoptr (LwFilmstrip) strip = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = {0};

  if (!media_fixture_exists (c->name))
    return;
  strip = strip_of (c->name, NULL, 8, 90, &wait, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strip->count, ==, 8);
  g_assert_cmpuint (strip->height, ==, 90);
  g_assert_cmpuint (strip->width, ==, c->width);
  g_assert_cmpuint (g_bytes_get_size (strip->pixels), ==, 8 * strip->width * 90 * 4);
  for (guint i = 0; i < strip->count; i++) {
    g_assert_true (is_red (strip, i, c->red_x, c->red_y));
    g_assert_false (is_red (strip, i, c->grey_x, c->grey_y));
    if (i > 0)
      g_assert_cmpint (strip->times[i], >, strip->times[i - 1]);
  }
  g_assert_cmpfloat (wait.last, ==, 1);
  g_assert_cmpuint (wait.steps, >=, 2);
}

static void
test_later_pictures_differ_from_earlier_ones (void)
{
  g_autoptr (GError) error = NULL;
  Wait wait = {0};
  g_autoptr (LwFilmstrip) strip = strip_of ("plain.mp4", NULL, 3, 90, &wait, &error);
  const guint8 *pixels;
  gsize size;

  g_assert_no_error (error);
  pixels = g_bytes_get_data (strip->pixels, NULL);
  size = (gsize)strip->width * strip->height * 4;
  g_assert_cmpint (memcmp (pixels, pixels + size, size), !=, 0);
  g_assert_cmpint (memcmp (pixels + size, pixels + 2 * size, size), !=, 0);
}

static void
test_the_largest_strip_is_whole (void)
{
  g_autoptr (GError) error = NULL;
  Wait wait = {0};
  g_autoptr (LwFilmstrip) strip = strip_of ("plain.mkv", NULL, 1000, 16, &wait, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strip->count, ==, 1000);
  g_assert_true (is_red (strip, 999, 0.25, 0.25));
}

static void
test_no_pictures_and_no_sound_are_told_apart (void)
{
  g_autoptr (GError) no_video = NULL;
  g_autoptr (GError) no_audio = NULL;
  Wait wait = {0};

  g_assert_null (strip_of ("sound.mp3", NULL, 5, 90, &wait, &no_video));
  g_assert_error (no_video, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA);
  g_assert_nonnull (strstr (no_video->message, "no pictures"));
  g_assert_null (wave_of ("video-only.mp4", NULL, LW_SECOND, &wait, &no_audio));
  g_assert_error (no_audio, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA);
  g_assert_nonnull (strstr (no_audio->message, "no sound"));
}

/* The sound of the fixtures: a second of silence, a second of a tone at 0.8, and so again. */
static void
test_peaks_are_where_the_sound_is (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  Wait wait = {0};
  g_autoptr (LwWaveform) wave = wave_of (name, NULL, 100 * LW_MSECOND, &wait, &error);
  guint expected = g_str_equal (name, "long.m4a") ? 640 : 40;
  gboolean is_lossless = g_str_has_suffix (name, ".wav") || g_str_has_suffix (name, ".flac") ||
                         g_str_equal (name, "sound-24.mkv");

  g_assert_no_error (error);
  g_assert_cmpint (wave->step, ==, 100 * LW_MSECOND);
  g_assert_cmpuint (wave->count, >=, expected);
  g_assert_cmpuint (wave->count, <=, expected + 9);
  for (guint i = 0; i < expected; i++) {
    gboolean is_loud = i / 10 % 2 == 1;
    gint8 least = wave->min_max[2 * i];
    gint8 greatest = wave->min_max[2 * i + 1];

    /* Lossy codecs blur the edge of a tone into its neighbour. */
    if (i % 10 == 0 || i % 10 == 9)
      continue;
    /* They overshoot, too; 0.8 of 127 is 102. */
    g_assert_cmpint (greatest, <=, is_loud ? (is_lossless ? 103 : 127) : 8);
    g_assert_cmpint (least, >=, is_loud ? (is_lossless ? -103 : -128) : -8);
    if (is_loud) {
      g_assert_cmpint (greatest, >=, 85);
      g_assert_cmpint (least, <=, -85);
    }
  }
}

static char *
cache_file (const char *name)
{
  return g_build_filename (g_get_user_cache_dir (), "lessonwalk", "media", name, NULL);
}

static void
test_the_cache_is_the_owners_alone_and_spares_the_worker (void)
{
  g_autofree char *folder = cache_file ("");
  g_autofree char *file = cache_file ("abc123.strip-4-40");
  g_autoptr (LwFilmstrip) first = NULL;
  g_autoptr (LwFilmstrip) second = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = {0};
  GStatBuf info;

  first = strip_of ("plain.mp4", "abc123", 4, 40, &wait, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  /* From another file under the same key: only the cache can give these pictures. */
  second = strip_of ("sound.mp3", "abc123", 4, 40, &wait, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first->pixels, second->pixels));
  g_assert_cmpmem (first->times, 4 * sizeof (LwTime), second->times, 4 * sizeof (LwTime));
}

static void
test_a_damaged_cache_file_is_noticed_and_made_anew (void)
{
  g_autofree char *file = cache_file ("damaged.wave-100000000");
  g_autoptr (LwWaveform) good = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize length;
  Wait wait = {0};

  good = wave_of ("plain.mp4", "damaged", 100 * LW_MSECOND, &wait, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &content, &length, NULL));
  for (gsize at = 0; at < length; at += 1 + length / 7) {
    g_autoptr (LwWaveform) again = NULL;
    g_autofree char *bad = g_memdup2 (content, length);
    g_autofree char *mended = NULL;
    gsize mended_length;

    bad[at] ^= 0x20;
    g_assert_true (g_file_set_contents (file, bad, (gssize)length, NULL));
    again = wave_of ("plain.mp4", "damaged", 100 * LW_MSECOND, &wait, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (again->min_max, 2 * again->count, good->min_max, 2 * good->count);
    g_assert_true (g_file_get_contents (file, &mended, &mended_length, NULL));
    g_assert_cmpmem (mended, mended_length, content, length);
  }
  g_assert_true (g_file_set_contents (file, content, (gssize)length / 2, NULL));
  g_assert_null (lw_media_cache_load ("damaged", "wave-100000000"));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
test_a_cache_that_may_not_be_written_costs_nothing_but_time (void)
{
  g_autofree char *aside = g_strconcat (g_get_user_cache_dir (), "/aside", NULL);
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "lessonwalk", NULL);
  g_autoptr (LwWaveform) wave = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = {0};

  /* A file where the folder should be. */
  g_rename (parent, aside);
  g_assert_true (g_file_set_contents (parent, "", 0, NULL));
  wave = wave_of ("plain.mp4", "nowhere", LW_SECOND, &wait, &error);
  g_unlink (parent);
  g_rename (aside, parent);
  g_assert_no_error (error);
  g_assert_nonnull (wave);
}

static void
test_what_is_forgotten_is_gone_and_the_rest_stays (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("12345", 5);
  g_autofree char *torn = cache_file ("mine.wave-1.tmp-123");
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  lw_media_cache_save ("mine", "wave-1", bytes, lw_media_cache_epoch ());
  lw_media_cache_save ("mine", "strip-1", bytes, lw_media_cache_epoch ());
  lw_media_cache_save ("mine2", "wave-1", bytes, lw_media_cache_epoch ());
  g_assert_true (g_file_set_contents (torn, "x", 1, NULL));
  before = lw_media_cache_epoch ();
  g_assert_true (lw_media_forget ("mine", &error));
  g_assert_no_error (error);
  g_assert_null (lw_media_cache_load ("mine", "wave-1"));
  g_assert_null (lw_media_cache_load ("mine", "strip-1"));
  g_assert_false (g_file_test (torn, G_FILE_TEST_EXISTS));
  other = lw_media_cache_load ("mine2", "wave-1");
  g_assert_true (g_bytes_equal (other, bytes));

  /* Work that began before the erasing brings nothing back. */
  lw_media_cache_save ("mine", "wave-1", bytes, before);
  g_assert_null (lw_media_cache_load ("mine", "wave-1"));
}

static void
test_the_longest_unused_goes_first (void)
{
  g_autofree guint8 *zeros = g_malloc0 (1000);
  g_autoptr (GBytes) bytes = g_bytes_new (zeros, 1000);
  g_autoptr (GBytes) kept = NULL;

  lw_media_cache_trim (0);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *key = g_strdup_printf ("k%u", i);
    g_autofree char *name = g_strconcat (key, ".wave-1", NULL);
    g_autofree char *path = cache_file (name);
    struct utimbuf times = {1000 + i, 1000 + i};

    lw_media_cache_save (key, "wave-1", bytes, lw_media_cache_epoch ());
    g_assert_cmpint (utime (path, &times), ==, 0);
  }
  /* Use makes the oldest the youngest. */
  kept = lw_media_cache_load ("k0", "wave-1");
  g_assert_nonnull (kept);
  g_clear_pointer (&kept, g_bytes_unref);
  lw_media_cache_trim (3 * 1040);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *key = g_strdup_printf ("k%u", i);
    g_autoptr (GBytes) found = lw_media_cache_load (key, "wave-1");

    g_assert_true ((found != NULL) == (i == 0 || i >= 3));
  }
}

static void
test_a_key_cannot_lead_out_of_the_cache (void)
{
  g_assert_true (lw_media_cache_key_is_valid ("0123456789abcdef-_AZ"));
  g_assert_false (lw_media_cache_key_is_valid ("../x"));
  g_assert_false (lw_media_cache_key_is_valid ("a/b"));
  g_assert_false (lw_media_cache_key_is_valid ("a.b"));
  g_assert_false (lw_media_cache_key_is_valid (""));
  g_assert_false (lw_media_cache_key_is_valid (NULL));
}

static void
test_cancelling_ends_the_worker (void)
{
  g_autoptr (GBytes) bytes = media_fixture_read ("plain.mkv");
  /* A file of its own: other tests, which run beside this one, have the fixture open too. */
  g_autofree char *path =
      media_fixture_write ("mine.mkv", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *file = cache_file ("cancelled.strip-1000-360");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Wait wait = {.cancel_at_progress = cancellable};

  g_assert_null (strip_at (path, "cancelled", 1000, 360, &wait, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (wait.steps, ==, 1);
  g_assert_true (media_fixture_comes_free (path));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  static const char *const sounds[] = {
      "sound.wav", "sound-u8.wav", "sound-float.wav", "sound-24.mkv",   "sound.flac",
      "sound.m4a", "sound.opus",   "sound.ogg",       "sound.mp3",      "plain.mp4",
      "plain.mkv", "vp9.webm",     "live.webm",       "fragmented.mp4", "long.m4a"};

  media_fixture_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (strip_cases); i++) {
    g_autofree char *name = g_strconcat ("/derivatives/strip/", strip_cases[i].name, NULL);

    g_test_add_data_func (name, &strip_cases[i], test_pictures_are_upright_in_colour_and_in_order);
  }
  g_test_add_func ("/derivatives/differ", test_later_pictures_differ_from_earlier_ones);
  g_test_add_func ("/derivatives/largest", test_the_largest_strip_is_whole);
  g_test_add_func ("/derivatives/none", test_no_pictures_and_no_sound_are_told_apart);
  for (guint i = 0; i < G_N_ELEMENTS (sounds); i++) {
    g_autofree char *name = g_strconcat ("/derivatives/wave/", sounds[i], NULL);

    g_test_add_data_func (name, sounds[i], test_peaks_are_where_the_sound_is);
  }
  g_test_add_func ("/derivatives/cache", test_the_cache_is_the_owners_alone_and_spares_the_worker);
  g_test_add_func ("/derivatives/damaged", test_a_damaged_cache_file_is_noticed_and_made_anew);
  g_test_add_func ("/derivatives/unwritable",
                   test_a_cache_that_may_not_be_written_costs_nothing_but_time);
  g_test_add_func ("/derivatives/forget", test_what_is_forgotten_is_gone_and_the_rest_stays);
  g_test_add_func ("/derivatives/trim", test_the_longest_unused_goes_first);
  g_test_add_func ("/derivatives/key", test_a_key_cannot_lead_out_of_the_cache);
  g_test_add_func ("/derivatives/cancel", test_cancelling_ends_the_worker);
  return media_fixture_finish (g_test_run ());
}
