/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are no media, are broken or mean harm: each ends in a probe or in one clear error. */
#include "media-fixture.h"

#include <glib/gstdio.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lw-sanitizer.h"

static void
assert_refused (const char *path, LwMediaError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lw_media_probe (path, NULL, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_error (error, LW_MEDIA_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, words));
  /* A sentence for a teacher: no numbers of errors, no names of libraries. */
  g_assert_null (strstr (error->message, "libav"));
  g_assert_null (strstr (error->message, "Invalid data"));
}

static void
assert_bytes_refused (const void *bytes, gsize length, LwMediaError code, const char *words)
{
  g_autofree char *path = media_fixture_write ("lesson.mp4", bytes, length);

  assert_refused (path, code, words);
}

/* A broken file may give a probe or an error, but not a worker that has broken down. */
static LwProbe *
probe_or_clear_error (const void *bytes, gsize length)
{
  g_autofree char *path = media_fixture_write ("broken.mp4", bytes, length);
  g_autoptr (GError) error = NULL;
  LwProbe *probe = lw_media_probe (path, NULL, &error);

  g_assert_true ((probe == NULL) == (error != NULL));
  if (error != NULL) {
    g_assert_true (error->domain == LW_MEDIA_ERROR);
    if (error->code != LW_MEDIA_ERROR_NOT_MEDIA && error->code != LW_MEDIA_ERROR_LIMIT)
      g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_DAMAGED);
  }
  return probe;
}

static void
test_an_empty_file_is_called_empty (void)
{
  assert_bytes_refused ("", 0, LW_MEDIA_ERROR_NOT_MEDIA, "is empty");
}

static void
test_text_by_the_name_of_a_video_is_no_media (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  assert_bytes_refused ("hello", 5, LW_MEDIA_ERROR_NOT_MEDIA, "not a video or sound file");
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "%u. The students compare two fractions.\n", i);
  assert_bytes_refused (text->str, text->len, LW_MEDIA_ERROR_NOT_MEDIA,
                        "not a video or sound file");
}

static void
test_a_playlist_is_not_followed (void)
{
  g_autofree char *victim = media_fixture_path ("plain.mp4");
  char *scripts[] = {
      g_strdup ("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nlesson.mp4\n#EXT-X-ENDLIST\n"),
      g_strdup_printf ("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n%s\n#EXT-X-ENDLIST\n",
                       victim),
      g_strdup_printf ("ffconcat version 1.0\nfile '%s'\n", victim),
      g_strdup ("ffconcat version 1.0\nfile lesson.mp4\n"),
      g_strdup ("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>"),
      g_strdup (
          "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++) {
    assert_bytes_refused (scripts[i], strlen (scripts[i]), LW_MEDIA_ERROR_NOT_MEDIA,
                          "not a video or sound file");
    g_free (scripts[i]);
  }
}

static void
test_what_is_no_file_is_not_opened (void)
{
  g_autofree char *fifo = g_build_filename (media_fixture_folder (), "fifo.mp4", NULL);

  assert_refused (media_fixture_folder (), LW_MEDIA_ERROR_NOT_MEDIA, "is a folder");
  assert_refused ("/dev/zero", LW_MEDIA_ERROR_NOT_MEDIA, "not a file");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, LW_MEDIA_ERROR_NOT_MEDIA, "not a file");
}

static void
test_a_file_that_is_not_there_is_told_so (void)
{
  assert_refused ("/nowhere/lesson.mp4", LW_MEDIA_ERROR_NOT_FOUND, "is not there");
}

/* Root reads everything by a right that a thread can lay down, and take up again; others never had
   it. */
static void
set_may_read_everything (gboolean may)
{
  const guint32 rights = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

  g_assert_cmpint (syscall (SYS_capget, &header, data), ==, 0);
  if (may)
    data[0].effective |= data[0].permitted & rights;
  else
    data[0].effective &= ~rights;
  g_assert_cmpint (syscall (SYS_capset, &header, data), ==, 0);
}

static void
test_a_file_that_may_not_be_read_is_told_so (void)
{
  g_autofree char *path = media_fixture_write ("locked.mp4", "x", 1);

  g_chmod (path, 0);
  set_may_read_everything (FALSE);
  assert_refused (path, LW_MEDIA_ERROR_PERMISSION, "not allowed");
  set_may_read_everything (TRUE);
}

static void
test_a_recording_without_its_index_says_what_to_do (void)
{
  g_autoptr (GBytes) whole = media_fixture_read ("plain.mp4");
  const char *bytes = g_bytes_get_data (whole, NULL);

  /* The index is at the end of this one. */
  assert_bytes_refused (bytes, 60000, LW_MEDIA_ERROR_DAMAGED, "index that a player needs");
}

static void
test_a_cut_off_file_is_known_as_such (gconstpointer name)
{
  g_autoptr (GBytes) whole = media_fixture_read (name);
  gsize length;
  const char *bytes = g_bytes_get_data (whole, &length);
  g_autoptr (LwProbe) probe = probe_or_clear_error (bytes, length * 6 / 10);

  g_assert_nonnull (probe);
  g_assert_true (probe->is_truncated);
  g_assert_cmpuint (probe->frames->len, >=, 30);
  g_assert_cmpuint (probe->frames->len, <, 120);
}

static const char *const broken_names[] = {
    "faststart.mp4", "captions.mp4", "fragmented.mp4", "captions.mkv", "vp9.webm",
    "plain.ts",      "plain.avi",    "sound.mp3",      "sound.ogg",    "sound.flac"};

/* With a sanitizer a worker takes ten times as long to start; tests/fuzz goes deeper there. */
#define FLIPPED_FILES (LW_HAS_ASAN ? 40 : 200)

static void
test_a_cut_at_any_place_ends_well (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken_names); i++) {
    g_autoptr (GBytes) whole = media_fixture_read (broken_names[i]);
    gsize length;
    const char *bytes = g_bytes_get_data (whole, &length);

    for (guint eighth = 0; eighth < 4; eighth++) {
      /* Near the head, where the parsers are, and in the middle of the data. */
      const gsize cuts[] = {1 + eighth * 17, 100 + eighth * 333, length * (2 * eighth + 1) / 8};

      for (guint k = 0; k < G_N_ELEMENTS (cuts); k += 1 + eighth % 2) {
        g_autoptr (LwProbe) probe = probe_or_clear_error (bytes, MIN (cuts[k], length));

        (void)probe;
      }
    }
  }
}

static void
test_two_hundred_files_with_flipped_bits_end_well (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  guint probes = 0;

  for (guint i = 0; i < FLIPPED_FILES; i++) {
    g_autoptr (GBytes) whole = media_fixture_read (broken_names[i % G_N_ELEMENTS (broken_names)]);
    gsize length;
    gpointer bytes = g_bytes_unref_to_data (g_steal_pointer (&whole), &length);
    g_autofree guint8 *flipped = bytes;
    g_autoptr (LwProbe) probe = NULL;
    guint flips = 1u << g_rand_int_range (rand, 0, 8);
    /* Every other one in the head alone, where the structure is. */
    guint32 reach = i % 2 == 0 ? (guint32)length : MIN ((guint32)length, 3000);

    for (guint k = 0; k < flips; k++)
      flipped[g_rand_int_range (rand, 0, (gint32)reach)] ^= 1u << g_rand_int_range (rand, 0, 8);
    probe = probe_or_clear_error (flipped, length);
    probes += probe != NULL;
  }
  g_test_message ("%u of %u could still be read", probes, FLIPPED_FILES);
  g_assert_cmpuint (probes, >, FLIPPED_FILES / 10);
}

/* Where the box of this type begins, or NULL. */
static guint8 *
find_box (guint8 *bytes, gsize length, const char *type)
{
  for (gsize i = 4; i + 16 < length; i++) {
    if (memcmp (bytes + i, type, 4) == 0)
      return bytes + i - 4;
  }
  return NULL;
}

static void
test_huge_counts_and_sizes_take_no_memory (void)
{
  static const char *const types[] = {"stts", "ctts", "stsz", "stsc", "stco",
                                      "elst", "stsd", "moov", "trak", "mdhd"};

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    for (guint offset = 0; offset <= 16; offset += 4) {
      g_autoptr (GBytes) whole = media_fixture_read ("faststart.mp4");
      gsize length;
      g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&whole), &length);
      guint8 *box = find_box (bytes, length, types[i]);
      g_autoptr (LwProbe) probe = NULL;

      if (box == NULL || offset == 4)
        continue;
      memset (box + offset, offset == 0 ? 0x7f : 0xff, 4);
      probe = probe_or_clear_error (bytes, length);
    }
  }
}

static void
test_frames_that_all_start_at_once_are_no_rate (void)
{
  g_autoptr (GBytes) whole = media_fixture_read ("video-only.mp4");
  gsize length;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&whole), &length);
  guint8 *box = find_box (bytes, length, "stts");
  g_autoptr (LwProbe) probe = NULL;

  g_assert_nonnull (box);
  /* Size, type, version, count, then (samples, duration) pairs: one pair, of no duration. */
  memset (box + 20, 0, 4);
  probe = probe_or_clear_error (bytes, length);
  if (probe != NULL) {
    g_assert_cmpuint (lw_probe_get_video (probe)->fps_den, >=, 1);
    for (guint i = 1; i < probe->frames->len; i++)
      g_assert_cmpint (g_array_index (probe->frames, LwTime, i), >,
                       g_array_index (probe->frames, LwTime, i - 1));
  }
}

static gpointer
grow (gpointer data)
{
  GFile *file = data;
  g_autofree guint8 *more = g_malloc0 (4096);

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GFileOutputStream) stream = g_file_append_to (file, G_FILE_CREATE_NONE, NULL, NULL);

    g_output_stream_write_all (G_OUTPUT_STREAM (stream), more, 4096, NULL, NULL, NULL);
    g_usleep (500);
  }
  return NULL;
}

static void
test_a_file_that_grows_meanwhile_is_read_as_it_was (void)
{
  g_autoptr (GBytes) whole = media_fixture_read ("plain.mkv");
  g_autofree char *path =
      media_fixture_write ("growing.mkv", g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GThread *thread = g_thread_new ("grow", grow, file);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = lw_media_probe (path, NULL, &error);

  g_thread_join (thread);
  g_assert_no_error (error);
  g_assert_cmpuint (probe->frames->len, ==, 120);
}

static gpointer
shrink (gpointer data)
{
  for (guint i = 0; i < 100; i++) {
    g_assert_cmpint (truncate (data, 80000 - (gint64)i * 600), ==, 0);
    g_usleep (700);
  }
  g_unlink (data);
  return NULL;
}

static void
test_a_file_that_shrinks_and_vanishes_meanwhile_ends_well (void)
{
  g_autoptr (GBytes) whole = media_fixture_read ("faststart.mp4");

  for (guint i = 0; i < 5; i++) {
    g_autofree char *path = media_fixture_write ("vanishing.mp4", g_bytes_get_data (whole, NULL),
                                                 g_bytes_get_size (whole));
    GThread *thread = g_thread_new ("shrink", shrink, path);
    g_autoptr (GError) error = NULL;
    g_autoptr (LwProbe) probe = NULL;

    g_usleep (i * 5000);
    probe = lw_media_probe (path, NULL, &error);
    g_thread_join (thread);
    g_assert_true ((probe == NULL) == (error != NULL));
    g_assert_false (g_error_matches (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER));
  }
}

static void
test_a_cancelled_probe_starts_nothing (void)
{
  g_autofree char *path = media_fixture_path ("plain.mp4");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (lw_media_probe (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  media_fixture_init (&argc, &argv);
  g_test_add_func ("/bad-media/empty", test_an_empty_file_is_called_empty);
  g_test_add_func ("/bad-media/text", test_text_by_the_name_of_a_video_is_no_media);
  g_test_add_func ("/bad-media/playlist", test_a_playlist_is_not_followed);
  g_test_add_func ("/bad-media/no-file", test_what_is_no_file_is_not_opened);
  g_test_add_func ("/bad-media/missing", test_a_file_that_is_not_there_is_told_so);
  g_test_add_func ("/bad-media/locked", test_a_file_that_may_not_be_read_is_told_so);
  g_test_add_func ("/bad-media/no-index", test_a_recording_without_its_index_says_what_to_do);
  g_test_add_data_func ("/bad-media/cut/mp4", "faststart.mp4",
                        test_a_cut_off_file_is_known_as_such);
  g_test_add_data_func ("/bad-media/cut/mkv", "plain.mkv", test_a_cut_off_file_is_known_as_such);
  g_test_add_data_func ("/bad-media/cut/avi", "plain.avi", test_a_cut_off_file_is_known_as_such);
  g_test_add_func ("/bad-media/cuts", test_a_cut_at_any_place_ends_well);
  g_test_add_func ("/bad-media/flips", test_two_hundred_files_with_flipped_bits_end_well);
  g_test_add_func ("/bad-media/huge", test_huge_counts_and_sizes_take_no_memory);
  g_test_add_func ("/bad-media/no-rate", test_frames_that_all_start_at_once_are_no_rate);
  g_test_add_func ("/bad-media/growing", test_a_file_that_grows_meanwhile_is_read_as_it_was);
  g_test_add_func ("/bad-media/vanishing",
                   test_a_file_that_shrinks_and_vanishes_meanwhile_ends_well);
  g_test_add_func ("/bad-media/cancelled", test_a_cancelled_probe_starts_nothing);
  return media_fixture_finish (g_test_run ());
}
