/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad input: each ends in playback or in a sentence, and never in silence. */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-fixture.h"
#include "lw-engine-private.h"

/* Long enough for a loaded machine, short enough that many files can be tried. */
#define PATIENCE_MS 10000

static void
start (Fixture *f)
{
  fixture_init (f);
  lw_engine_set_patience (f->engine, PATIENCE_MS);
}

static gboolean
is_over (Fixture *f, gpointer data)
{
  return f->n_failed > 0 || f->n_ended > 0;
}

/* A broken length can make the rest of a file last for hours: frames that come are enough. */
static gboolean
is_over_or_plays (Fixture *f, gpointer n_frames)
{
  return is_over (f, NULL) || f->n_frames >= GPOINTER_TO_UINT (n_frames) + 10;
}

static void
assert_sentence (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, LW_ENGINE_ERROR);
  g_assert_cmpuint (strlen (error->message), >, 30);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

/* Opens @path, seeks about in it, plays its end. Every wait has a watchdog of its own. */
static void
go_through (Fixture *f, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  LwTime duration;

  lw_engine_open (f->engine, uri);
  g_assert_true (fixture_wait_opened (f));
  if (f->n_failed == 0) {
    duration = MAX (lw_engine_get_duration (f->engine), 0);
    for (guint i = 0; i < 4 && f->n_failed == 0; i++) {
      lw_engine_seek (f->engine, duration / 4 * (3 - i), LW_SEEK_EXACT);
      lw_engine_step (f->engine, i % 2 == 0 ? 1 : -1);
      fixture_run_ms (f, 5);
    }
    lw_engine_seek (f->engine, MAX (duration - 200 * LW_MSECOND, 0), LW_SEEK_EXACT);
    lw_engine_set_rate (f->engine, 4.0);
    lw_engine_play (f->engine);
    g_assert_true (fixture_wait_for (f, is_over_or_plays, GUINT_TO_POINTER (f->n_frames)));
  }
  if (f->n_failed > 0)
    assert_sentence (f->error);
}

static void
check_error (const char *name, LwEngineError code)
{
  Fixture f;
  g_autofree char *uri = fixture_uri (name);

  start (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_cmpint (lw_engine_get_state (f.engine), ==, LW_ENGINE_FAILED);
  g_assert_error (f.error, LW_ENGINE_ERROR, (int)code);
  assert_sentence (f.error);
  g_assert_nonnull (strstr (f.error->message, name));
  g_assert_cmpint (lw_engine_get_frame_time (f.engine), ==, LW_TIME_NONE);

  /* And the next file opens as if nothing had been. */
  f.n_failed = 0;
  g_clear_error (&f.error);
  frames_free (fixture_open (&f, "h264.mp4", TRUE));
  fixture_clear (&f);
}

static void
test_what_is_no_recording_is_said_to_be_none (void)
{
  check_error ("not-there.mp4", LW_ENGINE_ERROR_NOT_FOUND);
  check_error ("empty.mp4", LW_ENGINE_ERROR_NOT_MEDIA);
  check_error ("text.mp4", LW_ENGINE_ERROR_NOT_MEDIA);
  check_error ("zeros.mp4", LW_ENGINE_ERROR_NOT_MEDIA);
  check_error ("truncated.mp4", LW_ENGINE_ERROR_DAMAGED);
}

static void
test_a_folder_and_a_pipe_are_no_recordings (void)
{
  Fixture f;
  g_autofree char *folder = g_dir_make_tmp ("lessonwalk-XXXXXX", NULL);
  g_autofree char *pipe_path = g_build_filename (folder, "pipe.mp4", NULL);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);
  g_autofree char *pipe_uri = g_filename_to_uri (pipe_path, NULL, NULL);

  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  start (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_MEDIA);
  f.n_failed = 0;
  lw_engine_open (f.engine, pipe_uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_MEDIA);
  fixture_clear (&f);
  g_unlink (pipe_path);
  g_rmdir (folder);
}

static void
test_odd_files_play_or_say_why_not (gconstpointer name)
{
  Fixture f;
  g_autofree char *path = fixture_path (name);

  start (&f);
  go_through (&f, path);
  fixture_clear (&f);
}

/* Bits turned over in header, index and pictures; the same ones each time. */
static void
test_turned_bits_play_or_say_why_not (gconstpointer name)
{
  g_autofree char *path = fixture_path (name), *bytes = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lessonwalk-XXXXXX", NULL);
  g_autofree char *copy = g_build_filename (folder, name, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  guint n_files = g_getenv ("LESSONWALK_LONG") != NULL ? 60 : 12;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (guint i = 0; i < n_files; i++) {
    g_autofree char *broken = g_memdup2 (bytes, length);
    guint n_bits = 1u << g_rand_int_range (random, 0, 9);
    Fixture f;

    for (guint b = 0; b < n_bits; b++) {
      /* Every other file is broken in its first thousandth, where all the structure is. */
      gsize reach = i % 2 == 0 ? length : MIN (length, 2000);

      broken[g_rand_int_range (random, 0, (gint32)reach)] ^=
          (char)(1 << g_rand_int_range (random, 0, 8));
    }
    g_assert_true (g_file_set_contents (copy, broken, (gssize)length, NULL));
    start (&f);
    lw_engine_set_patience (f.engine, 3000);
    go_through (&f, copy);
    fixture_clear (&f);
  }
  g_unlink (copy);
  g_rmdir (folder);
}

static void
copy_of (const char *name, char **ret_folder, char **ret_path)
{
  g_autofree char *path = fixture_path (name), *bytes = NULL;
  gsize length;

  *ret_folder = g_dir_make_tmp ("lessonwalk-XXXXXX", NULL);
  *ret_path = g_build_filename (*ret_folder, name, NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (*ret_path, bytes, (gssize)length, NULL));
}

static void
test_a_file_that_vanishes_during_play_plays_on_or_says_so (gconstpointer way)
{
  Fixture f;
  g_autofree char *folder = NULL, *path = NULL, *uri = NULL;

  copy_of ("h264.mp4", &folder, &path);
  uri = g_filename_to_uri (path, NULL, NULL);
  start (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  lw_engine_play (f.engine);
  fixture_run_ms (&f, 200);
  if (g_str_equal (way, "removed"))
    g_unlink (path);
  else
    g_assert_cmpint (truncate (path, 1000), ==, 0);
  lw_engine_seek (f.engine, 29 * LW_SECOND, LW_SEEK_EXACT);
  lw_engine_play (f.engine);
  g_assert_true (fixture_wait_for (&f, is_over, NULL));
  if (f.n_failed > 0)
    assert_sentence (f.error);
  else if (g_str_equal (way, "cut"))
    g_assert_cmpuint (f.n_warnings, >, 0); /* what was open stays readable, if it is all there */
  fixture_clear (&f);
  g_unlink (path);
  g_rmdir (folder);
}

/* What reads from the file at @path in this program gets an error of the disk from now on, as from
 * a network folder that is gone: what is read instead is this process's memory where none is. */
static guint
make_unreadable (const char *path)
{
  g_autoptr (GDir) open_files = g_dir_open ("/proc/self/fd", 0, NULL);
  g_autofree char *real = realpath (path, NULL);
  guint n = 0;

  for (const char *name; (name = g_dir_read_name (open_files)) != NULL;) {
    g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    if (g_strcmp0 (target, real) == 0) {
      int nowhere = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);

      g_assert_cmpint (nowhere, >=, 0);
      g_assert_cmpint (dup2 (nowhere, atoi (name)), >=, 0);
      close (nowhere);
      n++;
    }
  }
  return n;
}

static void
test_a_drive_that_is_gone_during_play_is_told (void)
{
  Fixture f;
  g_autofree char *folder = NULL, *path = NULL, *uri = NULL;

  copy_of ("h264.mp4", &folder, &path);
  uri = g_filename_to_uri (path, NULL, NULL);
  start (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_cmpuint (make_unreadable (path), >, 0);
  lw_engine_seek (f.engine, 29 * LW_SECOND, LW_SEEK_EXACT);
  lw_engine_play (f.engine);
  g_assert_true (fixture_wait_for (&f, is_over, NULL));
  g_assert_cmpuint (f.n_failed, ==, 1);
  assert_sentence (f.error);
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (f.error->message, "disconnected"));
  fixture_clear (&f);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_a_file_that_grows_plays_what_it_has (void)
{
  Fixture f;
  g_autofree char *whole = fixture_path ("h264.mkv"), *bytes = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lessonwalk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "growing.mkv", NULL), *uri = NULL;
  gsize length;
  GFile *file;
  g_autoptr (GFileOutputStream) stream = NULL;

  g_assert_true (g_file_get_contents (whole, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize)length / 4, NULL));
  uri = g_filename_to_uri (path, NULL, NULL);
  file = g_file_new_for_path (path);
  stream = g_file_append_to (file, G_FILE_CREATE_NONE, NULL, NULL);
  start (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_no_error (f.error);
  lw_engine_set_rate (f.engine, 4.0);
  lw_engine_play (f.engine);
  for (gsize at = length / 4; at < length && !is_over (&f, NULL); at += length / 20) {
    g_output_stream_write_all (G_OUTPUT_STREAM (stream), bytes + at, MIN (length / 20, length - at),
                               NULL, NULL, NULL);
    fixture_run_ms (&f, 20);
  }
  g_assert_true (fixture_wait_for (&f, is_over, NULL));
  g_assert_no_error (f.error);
  g_assert_cmpint (lw_engine_get_frame_time (f.engine), >, 6 * LW_SECOND);
  fixture_clear (&f);
  g_object_unref (file);
  g_unlink (path);
  g_rmdir (folder);
}

/* A server that takes the connection and then says nothing. */
static void
test_a_server_that_never_answers_is_a_stall_and_no_hang (void)
{
  Fixture f;
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autofree char *uri = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_assert_cmpuint (port, !=, 0);
  /* Not started: connections wait in the backlog for ever. */
  g_socket_service_stop (service);
  uri = g_strdup_printf ("http://127.0.0.1:%u/lesson.mp4", port);
  fixture_init (&f);
  lw_engine_set_patience (f.engine, 500);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_STALLED);
  assert_sentence (f.error);
  fixture_clear (&f);
}

static void
test_a_server_that_is_not_there_is_said_so (void)
{
  Fixture f;

  start (&f);
  lw_engine_open (f.engine, "http://127.0.0.1:9/lesson.mp4");
  g_assert_true (fixture_wait_opened (&f));
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_NETWORK);
  assert_sentence (f.error);
  fixture_clear (&f);
}

static int
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static int
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Memory is held by the leak checker of the sanitizer builds; here threads and files are. */
static void
test_a_hundred_engines_leave_nothing_behind (void)
{
  int threads = 0, files = 0;

  for (guint i = 0; i < 100; i++) {
    Fixture f;

    fixture_init (&f);
    if (i % 4 != 3) {
      frames_free (fixture_open (&f, i % 2 == 0 ? "h264.mp4" : "vp8.webm", TRUE));
      lw_engine_play (f.engine);
      if (i % 3 == 0)
        lw_engine_seek (f.engine, 12 * LW_SECOND, LW_SEEK_EXACT);
    } else {
      g_autofree char *uri = fixture_uri ("h264.mp4");

      lw_engine_open (f.engine, uri); /* gone before it has opened */
    }
    if (i % 5 == 0)
      lw_engine_close (f.engine);
    fixture_clear (&f);
    if (i == 20) {
      threads = count_threads ();
      files = count_files ();
    }
  }
  g_assert_cmpint (count_threads (), <=, threads + 4);
  g_assert_cmpint (count_files (), <=, files + 4);
}

static void
test_one_engine_opens_many_files (void)
{
  static const char *const names[] = {"h264.mp4", "vp9.webm", "vfr.mkv", "h265.mp4"};
  Fixture f;

  fixture_init (&f);
  for (guint i = 0; i < 40; i++) {
    g_autoptr (Frames) frames = fixture_open (&f, names[i % 4], TRUE);

    g_assert_cmpint (fixture_read_number (&f, NULL), ==, 0);
    lw_engine_play (f.engine);
    if (i % 3 == 0) {
      lw_engine_close (f.engine);
      g_assert_true (fixture_wait_state (&f, LW_ENGINE_EMPTY));
    } else {
      lw_engine_close (f.engine);
    }
    g_assert_true (fixture_wait_state (&f, LW_ENGINE_EMPTY));
  }
  fixture_clear (&f);
}

static void
forbid (const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++) {
    GstPluginFeature *feature = gst_registry_lookup_feature (gst_registry_get (), names[i]);

    if (feature != NULL)
      gst_plugin_feature_set_rank (feature, GST_RANK_NONE);
    gst_clear_object (&feature);
  }
}

/* Last of all: the decoders are gone for this process. */
static void
test_a_missing_decoder_names_its_package (void)
{
  static const char *const h264[] = {"avdec_h264",   "openh264dec",    "vah264dec",
                                     "vaapih264dec", "vaapidecodebin", "v4l2h264dec",
                                     "nvh264dec",    "qsvh264dec",     NULL};
  static const char *const aac[] = {"avdec_aac", "avdec_aac_fixed", "avdec_aac_latm",
                                    "faad",      "fdkaacdec",       NULL};
  Fixture f;
  g_autofree char *uri = fixture_uri ("h264.mp4");

  start (&f);
  forbid (h264);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_no_error (f.error); /* the sound still plays */
  g_assert_cmpuint (f.n_warnings, ==, 1);
  g_assert_nonnull (strstr (f.warning, "gstreamer1.0-libav"));
  g_assert_nonnull (strstr (f.warning, "H.264"));
  forbid (aac);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_state (&f, LW_ENGINE_FAILED));
  g_assert_true (fixture_wait_opened (&f));
  g_assert_error (f.error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_MISSING_DECODER);
  g_assert_nonnull (strstr (f.error->message, "gstreamer1.0-libav"));
  fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  static const char *const odd[] = {"truncated-faststart.mp4", "truncated.mkv", "jumping.ts",
                                    "hundred-hours.mkv",       "negative.mp4",  "one-frame.mp4"};
  static const char *const turned[] = {"h264.mp4", "fragmented.mp4", "h264.mkv", "vp9.webm",
                                       "audio.mp3"};

  g_test_init (&argc, &argv, NULL);
  /* Demuxers stumble over broken files, which is not ours to hold against them; our own code
   * must not. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_fatal_mask (NULL, (GLogLevelFlags)(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
#define ADD(name) g_test_add_func ("/engine/faults/" #name, test_##name)
  ADD (what_is_no_recording_is_said_to_be_none);
  ADD (a_folder_and_a_pipe_are_no_recordings);
  ADD (a_file_that_grows_plays_what_it_has);
  ADD (a_drive_that_is_gone_during_play_is_told);
  ADD (a_server_that_never_answers_is_a_stall_and_no_hang);
  ADD (a_server_that_is_not_there_is_said_so);
  g_test_add_data_func ("/engine/faults/a_file_that_vanishes/removed", "removed",
                        test_a_file_that_vanishes_during_play_plays_on_or_says_so);
  g_test_add_data_func ("/engine/faults/a_file_that_vanishes/cut", "cut",
                        test_a_file_that_vanishes_during_play_plays_on_or_says_so);
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *path = g_strdup_printf ("/engine/faults/odd/%s", odd[i]);

    g_test_add_data_func (path, odd[i], test_odd_files_play_or_say_why_not);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (turned); i++) {
    g_autofree char *path = g_strdup_printf ("/engine/faults/turned-bits/%s", turned[i]);

    g_test_add_data_func (path, turned[i], test_turned_bits_play_or_say_why_not);
  }
  ADD (one_engine_opens_many_files);
  ADD (a_hundred_engines_leave_nothing_behind);
  ADD (a_missing_decoder_names_its_package);
#undef ADD
  return g_test_run ();
}
