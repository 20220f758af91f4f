/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our half of engine_against_mpv.py: prints one measurement a line, "name value".
 * usage: bench-engine FILE first        the moment the first frame is there (then waits on stdin)
 *        bench-engine FILE seeks COUNT  ms of each exact seek, key-unit seek and step
 *        bench-engine FILE play MS      plays that long (then waits on stdin)
 */
#include <stdio.h>
#include <stdlib.h>

#include "lw-engine.h"

typedef struct {
  LwEngine *engine;
  GArray *starts;
  guint n_seek_done;
  gboolean failed;
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
report (const char *name, gint64 since_us)
{
  printf ("%s %.3f\n", name, (double)(g_get_monotonic_time () - since_us) / 1000.0);
}

static void
seek (Bench *bench, LwTime time, LwSeekMode mode)
{
  gint64 since_us = g_get_monotonic_time ();
  guint before = bench->n_seek_done;

  lw_engine_seek (bench->engine, time, mode);
  while (bench->n_seek_done == before)
    g_main_context_iteration (NULL, TRUE);
  report (mode == LW_SEEK_EXACT ? "exact" : "key", since_us);
}

static void
step (Bench *bench, int n)
{
  gint64 since_us = g_get_monotonic_time ();
  LwTime before = lw_engine_get_frame_time (bench->engine);

  lw_engine_step (bench->engine, n);
  while (lw_engine_get_frame_time (bench->engine) == before)
    g_main_context_iteration (NULL, TRUE);
  report (n > 0 ? "forward" : "back", since_us);
}

static void
run_seeks (Bench *bench, guint count)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gint32 last = (gint32)bench->starts->len - 70;

  for (guint i = 0; i < count; i++) {
    LwTime start = g_array_index (bench->starts, LwTime, g_rand_int_range (random, 0, last));

    seek (bench, start + 5 * LW_MSECOND, LW_SEEK_EXACT);
  }
  for (guint i = 0; i < count; i++) {
    LwTime start = g_array_index (bench->starts, LwTime, g_rand_int_range (random, 0, last));

    seek (bench, start, LW_SEEK_SCRUB);
  }
  seek (bench, g_array_index (bench->starts, LwTime, last), LW_SEEK_EXACT);
  for (guint i = 0; i < 60; i++)
    step (bench, 1);
  for (guint i = 0; i < 120; i++)
    step (bench, -1);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  Bench bench = { 0 };
  gboolean over = FALSE;

  if (argc < 3)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  read_index (&bench, argv[1]);
  open_file (&bench, argv[1]);
  printf ("first\n");
  if (g_str_equal (argv[2], "seeks")) {
    run_seeks (&bench, (guint)atoi (argv[3]));
  } else if (g_str_equal (argv[2], "play")) {
    g_timeout_add ((guint)atoi (argv[3]), on_time, &over);
    lw_engine_play (bench.engine);
    while (!over)
      g_main_context_iteration (NULL, TRUE);
    LwEngineStats stats;
    lw_engine_get_stats (bench.engine, &stats);
    printf ("shown %" G_GUINT64_FORMAT "\n", stats.frames_shown);
  }
  printf ("done\n");
  getchar ();
  g_object_unref (bench.engine);
  g_array_unref (bench.starts);
  return 0;
}
