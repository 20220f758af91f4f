/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our half of engine_against_mpv.py. usage: bench-engine FILE
 * Writes "first" when the first frame is there, then answers each line of its input with one line,
 * the milliseconds it took: "exact N", "key N" (to the frame N), "step N"; "play MS" with the
 * number of frames shown.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lw-engine.h"

typedef struct {
  LwEngine *engine;
  GArray *starts;
  guint n_seek_done;
} Bench;

static void
on_seek_done (LwEngine *engine, gint64 time, Bench *bench)
{
  bench->n_seek_done++;
}

static void
on_failed (LwEngine *engine, GError *error, Bench *bench)
{
  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

static void
read_index (Bench *bench, const char *path)
{
  g_autofree char *name = g_strconcat (path, ".frames", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  bench->starts = g_array_new (FALSE, FALSE, sizeof (LwTime));
  if (!g_file_get_contents (name, &text, NULL, NULL))
    exit (2);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    LwTime start = g_ascii_strtoll (lines[i], NULL, 10);

    g_array_append_val (bench->starts, start);
  }
}

static void
open_file (Bench *bench, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  bench->engine = lw_engine_new (NULL);
  lw_engine_set_silent (bench->engine, TRUE);
  g_signal_connect (bench->engine, "seek-done", G_CALLBACK (on_seek_done), bench);
  g_signal_connect (bench->engine, "failed", G_CALLBACK (on_failed), bench);
  lw_engine_open (bench->engine, uri);
  lw_engine_set_frame_index (bench->engine, (const LwTime *)bench->starts->data,
                             bench->starts->len);
  while (lw_engine_get_frame_time (bench->engine) == LW_TIME_NONE ||
         lw_engine_get_state (bench->engine) != LW_ENGINE_PAUSED)
    g_main_context_iteration (NULL, TRUE);
}

static void
report (gint64 since_us)
{
  printf ("%.3f\n", (double)(g_get_monotonic_time () - since_us) / 1000.0);
}

static void
seek (Bench *bench, guint n, LwSeekMode mode)
{
  LwTime start = g_array_index (bench->starts, LwTime, n);
  gint64 since_us = g_get_monotonic_time ();
  guint before = bench->n_seek_done;

  lw_engine_seek (bench->engine, start + 5 * LW_MSECOND, mode);
  while (bench->n_seek_done == before)
    g_main_context_iteration (NULL, TRUE);
  report (since_us);
  if (mode == LW_SEEK_EXACT && lw_engine_get_frame_time (bench->engine) != start) {
    fprintf (stderr, "frame %u was wanted, and another is on screen\n", n);
    exit (1);
  }
}

static void
step (Bench *bench, int n)
{
  gint64 since_us = g_get_monotonic_time ();
  LwTime before = lw_engine_get_frame_time (bench->engine);

  lw_engine_step (bench->engine, n);
  while (lw_engine_get_frame_time (bench->engine) == before)
    g_main_context_iteration (NULL, TRUE);
  report (since_us);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
play (Bench *bench, guint ms)
{
  gboolean over = FALSE;
  LwEngineStats stats;

  g_timeout_add (ms, on_time, &over);
  lw_engine_play (bench->engine);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  lw_engine_get_stats (bench->engine, &stats);
  printf ("%" G_GUINT64_FORMAT "\n", stats.frames_shown);
}

int
main (int argc, char *argv[])
{
  Bench bench = {0};
  char word[8];
  int n;

  if (argc != 2)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  read_index (&bench, argv[1]);
  open_file (&bench, argv[1]);
  printf ("first\n");
  while (scanf ("%7s %d", word, &n) == 2) {
    if (g_str_equal (word, "step"))
      step (&bench, n);
    else if (g_str_equal (word, "play"))
      play (&bench, (guint)n);
    else if (n >= 0 && (guint)n < bench.starts->len)
      seek (&bench, (guint)n, g_str_equal (word, "exact") ? LW_SEEK_EXACT : LW_SEEK_SCRUB);
  }
  g_object_unref (bench.engine);
  g_array_unref (bench.starts);
  return 0;
}
