/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "session-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static char *home;

void
session_fixture_init (int *argc, char ***argv)
{
  home = g_dir_make_tmp ("lw-session-home-XXXXXX", NULL);
  g_assert_nonnull (home);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (argc, argv, NULL);
}

int
session_fixture_run (void)
{
  int result = g_test_run ();
  remove_tree (home);
  g_clear_pointer (&home, g_free);
  return result;
}

gboolean
session_fixture_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
on_time_passed (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
session_fixture_pass_time (guint ms)
{
  gboolean passed = FALSE;
  g_timeout_add (ms, on_time_passed, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_message (LwSession *session, const char *text, LwSessionFixture *f)
{
  g_test_message ("message: %s", text);
  g_ptr_array_add (f->messages, g_strdup (text));
}

static void
on_failed (LwSession *session, GError *error, LwSessionFixture *f)
{
  g_test_message ("failed: %s", error->message);
  f->n_failures++;
  if (f->failure == NULL)
    f->failure = g_error_copy (error);
}

static void
on_kept (LwSession *session, const LwNote *note, LwSessionFixture *f)
{
  f->n_kept++;
}

static void
start (LwSessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  f->store = lw_store_open (f->store_path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  f->engine = lw_engine_new (NULL);
  lw_engine_set_silent (f->engine, TRUE);
  f->session = lw_session_new (f->store, f->engine, "Ana");
  g_signal_connect (f->session, "message", G_CALLBACK (on_message), f);
  g_signal_connect (f->session, "failed", G_CALLBACK (on_failed), f);
  g_signal_connect (f->session, "kept", G_CALLBACK (on_kept), f);
}

static void
stop (LwSessionFixture *f)
{
  if (f->session == NULL)
    return;
  lw_session_close (f->session);
  /* What was under way holds the session until it has heard that it is over. */
  session_fixture_pass_time (20);
  g_signal_handlers_disconnect_by_data (f->session, f);
  g_clear_object (&f->session);
  g_clear_object (&f->engine);
  lw_store_close (f->store);
  g_clear_object (&f->store);
}

static GArray *
read_frames (const char *media)
{
  g_autofree char *path = g_build_filename (media, "lesson.mp4.frames", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (LwTime));
  for (char **line = lines + 1; *line != NULL; line++) {
    LwTime time = g_ascii_strtoll (*line, NULL, 10);
    g_array_append_val (frames, time);
  }
  return frames;
}

void
session_fixture_copy (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
session_fixture_set_up (LwSessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  *f = (LwSessionFixture){0};
  f->folder = g_dir_make_tmp ("lw-session-XXXXXX", &error);
  g_assert_no_error (error);
  f->store_path = g_build_filename (f->folder, "notes.db", NULL);
  f->media = g_strdup (g_getenv ("LESSONWALK_TEST_MEDIA"));
  g_assert_nonnull (f->media);
  f->lesson = g_build_filename (f->folder, "lesson.mp4", NULL);
  g_autofree char *made = g_build_filename (f->media, "lesson.mp4", NULL);
  session_fixture_copy (made, f->lesson);
  f->frames = read_frames (f->media);
  f->messages = g_ptr_array_new_with_free_func (g_free);
  start (f);
}

void
session_fixture_tear_down (LwSessionFixture *f)
{
  stop (f);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->store_path);
  g_free (f->media);
  g_free (f->lesson);
  g_array_unref (f->frames);
  g_ptr_array_unref (f->messages);
  g_clear_error (&f->failure);
}

void
session_fixture_reopen (LwSessionFixture *f)
{
  stop (f);
  g_ptr_array_set_size (f->messages, 0);
  g_clear_error (&f->failure);
  f->n_failures = f->n_kept = 0;
  start (f);
}

/* ---- opening ---- */

typedef struct {
  gboolean done;
  GError *error;
} Opening;

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;
  lw_session_open_finish (LW_SESSION (source), result, &opening->error);
  opening->done = TRUE;
}

GError *
session_fixture_open (LwSessionFixture *f, const char *path)
{
  Opening opening = {0};
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  lw_session_open_async (f->session, file, NULL, on_opened, &opening);
  session_fixture_wait (opening.done);
  return opening.error;
}

static gboolean
has_picture (LwSessionFixture *f)
{
  LwEngineState state = lw_engine_get_state (f->engine);
  return (state == LW_ENGINE_PLAYING || state == LW_ENGINE_PAUSED) &&
         lw_engine_get_frame_time (f->engine) != LW_TIME_NONE;
}

void
session_fixture_open_lesson (LwSessionFixture *f)
{
  g_autoptr (GError) error = session_fixture_open (f, f->lesson);
  g_assert_no_error (error);
  session_fixture_wait (lw_session_get_probe (f->session) != NULL);
  session_fixture_wait (has_picture (f));
}

void
session_fixture_pause (LwSessionFixture *f)
{
  lw_engine_pause (f->engine);
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PAUSED);
}

void
session_fixture_play (LwSessionFixture *f)
{
  lw_engine_play (f->engine);
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PLAYING);
}

static void
on_seek_done (LwEngine *engine, gint64 time, gboolean *done)
{
  *done = TRUE;
}

void
session_fixture_seek (LwSessionFixture *f, LwTime time)
{
  gboolean done = FALSE;
  gulong id = g_signal_connect (f->engine, "seek-done", G_CALLBACK (on_seek_done), &done);
  lw_engine_seek (f->engine, time, LW_SEEK_EXACT);
  session_fixture_wait (done);
  g_signal_handler_disconnect (f->engine, id);
}

/* ---- what is seen ---- */

guint
session_fixture_frame_number (LwSessionFixture *f)
{
  guint width = 0;
  guint height = 0;
  LwTime time;
  g_autoptr (GBytes) picture = lw_engine_take_picture (f->engine, &width, &height, &time);
  g_assert_nonnull (picture);
  gsize size;
  const guint8 *pixels = g_bytes_get_data (picture, &size);
  guint block = width / 40;
  guint row = height / 12;
  guint number = 0;
  for (guint bit = 0; bit < 16; bit++) {
    gsize at = ((gsize)row * width + (12 + bit) * block + block / 2) * 3;
    g_assert_cmpuint (at + 2, <, size);
    number = number << 1 | (pixels[at + 1] > 128);
  }
  return number;
}

LwTime
session_fixture_start_on_screen (LwSessionFixture *f)
{
  guint number = session_fixture_frame_number (f);
  GArray *frames = lw_session_get_probe (f->session)->frames;
  g_assert_cmpuint (frames->len, ==, f->frames->len);
  LwTime start = g_array_index (frames, LwTime, number);
  /* What was drawn, up to the rounding of the container's clock. */
  g_assert_cmpint (ABS (start - session_fixture_frame_start (f, number)), <=, LW_USECOND);
  return start;
}

LwTime
session_fixture_frame_start (LwSessionFixture *f, guint number)
{
  g_assert_cmpuint (number, <, f->frames->len);
  return g_array_index (f->frames, LwTime, number);
}

guint
session_fixture_n_notes (LwSessionFixture *f)
{
  return g_list_model_get_n_items (lw_session_get_notes (f->session));
}

const LwNote *
session_fixture_note (LwSessionFixture *f, guint position)
{
  g_autoptr (LwNoteItem) item = g_list_model_get_item (lw_session_get_notes (f->session), position);
  g_assert_nonnull (item);
  return lw_note_item_get_note (item); /* the list holds it */
}

gboolean
session_fixture_was_told (LwSessionFixture *f, const char *part)
{
  for (guint i = 0; i < f->messages->len; i++) {
    if (strstr (g_ptr_array_index (f->messages, i), part) != NULL)
      return TRUE;
  }
  return FALSE;
}
