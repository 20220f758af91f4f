/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#define WATCHDOG_MS 30000

static void
on_failed (LwEngine *engine, GError *error, Fixture *f)
{
  f->n_failed++;
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

static void
on_ended (LwEngine *engine, Fixture *f)
{
  f->n_ended++;
}

static void
on_seek_done (LwEngine *engine, gint64 time, Fixture *f)
{
  f->n_seek_done++;
  f->seek_done = time;
}

static void
on_warning (LwEngine *engine, const char *text, Fixture *f)
{
  f->n_warnings++;
  g_free (f->warning);
  f->warning = g_strdup (text);
}

static void
on_frame (LwEngine *engine, gint64 time, Fixture *f)
{
  f->n_frames++;
  f->last_frame = time;
  if (f->seen != NULL)
    g_array_append_val (f->seen, time);
}

void
fixture_init (Fixture *f)
{
  fixture_init_with_sink (f, NULL);
}

void
fixture_init_with_sink (Fixture *f, GstElement *sink)
{
  *f = (Fixture){.context = g_main_context_default (), .seek_done = LW_TIME_NONE};
  f->engine = lw_engine_new (sink);
  lw_engine_set_silent (f->engine, TRUE);
  g_signal_connect (f->engine, "failed", G_CALLBACK (on_failed), f);
  g_signal_connect (f->engine, "ended", G_CALLBACK (on_ended), f);
  g_signal_connect (f->engine, "seek-done", G_CALLBACK (on_seek_done), f);
  g_signal_connect (f->engine, "warning", G_CALLBACK (on_warning), f);
  g_signal_connect (f->engine, "frame", G_CALLBACK (on_frame), f);
}

void
fixture_clear (Fixture *f)
{
  g_signal_handlers_disconnect_by_data (f->engine, f);
  g_object_unref (f->engine);
  g_clear_error (&f->error);
  g_free (f->warning);
  g_clear_pointer (&f->seen, g_array_unref);
  while (g_main_context_iteration (f->context, FALSE))
    ;
}

char *
fixture_path (const char *name)
{
  const char *root = g_getenv ("LESSONWALK_CLOCK_MEDIA");

  g_assert_nonnull (root);
  return g_build_filename (root, name, NULL);
}

char *
fixture_uri (const char *name)
{
  g_autofree char *path = fixture_path (name);

  return g_filename_to_uri (path, NULL, NULL);
}

Frames *
fixture_read_frames (const char *name)
{
  Frames *frames = g_new0 (Frames, 1);
  g_autofree char *path = fixture_path (name), *text = NULL;
  g_autofree char *file = g_strconcat (path, ".frames", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (file, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  frames->starts = g_array_new (FALSE, FALSE, sizeof (LwTime));
  frames->first = (guint)g_ascii_strtoull (lines[0], NULL, 10);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    LwTime start = g_ascii_strtoll (lines[i], NULL, 10);

    g_array_append_val (frames->starts, start);
  }
  return frames;
}

void
frames_free (Frames *frames)
{
  g_array_unref (frames->starts);
  g_free (frames);
}

static gboolean
on_watchdog (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
fixture_wait_for (Fixture *f, FixtureTest test, gpointer data)
{
  gboolean barked = FALSE;
  guint watchdog = g_timeout_add (WATCHDOG_MS, on_watchdog, &barked);
  /* Not everything that can be waited for is signalled. */
  guint wake = g_timeout_add (10, on_wake, NULL);

  while (!barked && !test (f, data))
    g_main_context_iteration (f->context, TRUE);
  if (!barked)
    g_source_remove (watchdog);
  g_source_remove (wake);
  return !barked;
}

void
fixture_run_ms (Fixture *f, guint ms)
{
  gboolean barked = FALSE;

  g_timeout_add (ms, on_watchdog, &barked);
  while (!barked)
    g_main_context_iteration (f->context, TRUE);
}

static gboolean
has_state (Fixture *f, gpointer data)
{
  return lw_engine_get_state (f->engine) == (LwEngineState)GPOINTER_TO_UINT (data);
}

gboolean
fixture_wait_state (Fixture *f, LwEngineState state)
{
  return fixture_wait_for (f, has_state, GUINT_TO_POINTER (state));
}

static gboolean
is_opened (Fixture *f, gpointer data)
{
  LwEngineState state = lw_engine_get_state (f->engine);

  return state == LW_ENGINE_PAUSED || f->n_failed > 0;
}

gboolean
fixture_wait_opened (Fixture *f)
{
  return fixture_wait_for (f, is_opened, NULL);
}

Frames *
fixture_open (Fixture *f, const char *name, gboolean indexed)
{
  g_autofree char *uri = fixture_uri (name);
  Frames *frames = fixture_read_frames (name);

  lw_engine_open (f->engine, uri);
  if (indexed)
    lw_engine_set_frame_index (f->engine, (const LwTime *)frames->starts->data,
                               frames->starts->len);
  g_assert_true (fixture_wait_opened (f));
  g_assert_no_error (f->error);
  return frames;
}

static gboolean
has_more_seeks (Fixture *f, gpointer data)
{
  return f->n_seek_done > GPOINTER_TO_UINT (data) || f->n_failed > 0;
}

void
fixture_seek (Fixture *f, LwTime time)
{
  guint before = f->n_seek_done;

  lw_engine_seek (f->engine, time, LW_SEEK_EXACT);
  g_assert_true (fixture_wait_for (f, has_more_seeks, GUINT_TO_POINTER (before)));
  g_assert_no_error (f->error);
}

static gboolean
shows (Fixture *f, gpointer data)
{
  return lw_engine_get_frame_time (f->engine) == *(LwTime *)data;
}

void
fixture_step (Fixture *f, int n, LwTime expected)
{
  lw_engine_step (f->engine, n);
  if (!fixture_wait_for (f, shows, &expected))
    g_error ("a step of %d shows %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, n,
             lw_engine_get_frame_time (f->engine), expected);
}

int
fixture_read_number (Fixture *f, LwTime *ret_time)
{
  guint width = 0, height = 0;
  g_autoptr (GBytes) picture = lw_engine_take_picture (f->engine, &width, &height, ret_time);
  const guchar *pixels;
  gboolean turned;
  int number = 0;

  if (picture == NULL)
    return -1;
  pixels = g_bytes_get_data (picture, NULL);
  g_assert_cmpuint (g_bytes_get_size (picture), ==, (gsize)width * height * 3);
  /* A file that is turned a quarter clockwise has its top edge on the right. */
  turned = height > width;
  for (guint bit = 0; bit < 16; bit++) {
    guint along = (guint)((12.5 + bit) * (turned ? height : width) / 40.0);
    guint across = (turned ? width : height) / 12;
    guint x = turned ? width - 1 - across : along;
    guint y = turned ? along : across;

    number = number << 1 | (pixels[((gsize)y * width + x) * 3] > 128);
  }
  return number;
}
