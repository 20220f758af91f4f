/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Filmstrip, waveform and probe of 12 minutes of 1080p, through the sandbox and without the cache,
 * beside ffmpeg doing the same work; the best of three each, in turn, in one run.
 */
#include "lw-media.h"

#include <stdlib.h>

#define ROUNDS 3
#define PICTURES 120
#define HEIGHT 90
#define STEP (100 * LW_MSECOND)

static GAsyncResult *result;

static void
on_ready (GObject *source, GAsyncResult *ready, gpointer data)
{
  result = g_object_ref (ready);
}

static void
wait_for_result (void)
{
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
our_filmstrip (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwFilmstrip) strip = NULL;

  lw_media_filmstrip_async (path, NULL, PICTURES, HEIGHT, NULL, NULL, NULL, on_ready, NULL);
  wait_for_result ();
  strip = lw_media_filmstrip_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strip->count, ==, PICTURES);
}

static void
our_waveform (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWaveform) wave = NULL;

  lw_media_waveform_async (path, NULL, STEP, NULL, NULL, NULL, on_ready, NULL);
  wait_for_result ();
  wave = lw_media_waveform_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wave->count, >=, 7200);
}

static void
our_probe (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = lw_media_probe (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (probe->frames->len, ==, 21600);
}

static void
run_command (const char *format, const char *path)
{
  g_autofree char *quoted = g_shell_quote (path);
  g_autoptr (GString) command = g_string_new (format);
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_string_replace (command, "FILE", quoted, 0);
  g_spawn_command_line_sync (command->str, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

/* Key frames only, which is the fastest that the command can be asked for. */
static void
their_filmstrip (const char *path)
{
  run_command ("ffmpeg -nostdin -v error -skip_frame nokey -i FILE -an -vf fps=1/6,scale=-2:90 "
               "-pix_fmt rgba -f rawvideo -y /dev/null",
               path);
}

/* Only the decoding: the peaks of the samples would come on top. */
static void
their_waveform (const char *path)
{
  run_command ("ffmpeg -nostdin -v error -i FILE -vn -f s16le -y /dev/null", path);
}

static void
their_probe (const char *path)
{
  run_command ("sh -c \"ffprobe -v error -select_streams v:0 -show_entries packet=pts_time,flags "
               "-of csv FILE >/dev/null\"",
               path);
}

static double
seconds_of (void (*work) (const char *path), const char *path)
{
  gint64 start = g_get_monotonic_time ();

  work (path);
  g_clear_object (&result);
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
compare (const char *name,
         void (*ours) (const char *),
         void (*theirs) (const char *),
         const char *path)
{
  double our_best = G_MAXDOUBLE, their_best = G_MAXDOUBLE;

  for (guint i = 0; i < ROUNDS; i++) {
    our_best = MIN (our_best, seconds_of (ours, path));
    their_best = MIN (their_best, seconds_of (theirs, path));
  }
  g_print ("%-28s %6.3f s   ffmpeg %6.3f s   ratio %.2f\n", name, our_best, their_best,
           our_best / their_best);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    return EXIT_FAILURE;
  g_print ("12 minutes of 1080p, best of %d\n", ROUNDS);
  compare ("probe with frame index", our_probe, their_probe, argv[1]);
  compare ("filmstrip, 120 pictures", our_filmstrip, their_filmstrip, argv[1]);
  compare ("waveform, 100 ms steps", our_waveform, their_waveform, argv[1]);
  return EXIT_SUCCESS;
}
