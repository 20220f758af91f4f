/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files and what becomes of them: moved, vanished, unreadable, no media, without a sandbox; folders
 * that cannot be written; addresses; and two sessions on one store. */
#include "session-fixture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static char *
beside (LwSessionFixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static guint
count_lessons (LwSessionFixture *f)
{
  g_autoptr (GPtrArray) all = lw_store_list (f->store, LW_ENTITY_SEGMENT, NULL, NULL);
  return all->len;
}

static void
pin_one (LwSessionFixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (LwNote) note =
      lw_session_pin (f->session, LW_NOTE_NOTICING, text, &error);
  g_assert_no_error (error);
}

static void
test_a_renamed_and_moved_file_finds_its_notes (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  pin_one (f, "found again");
  LwId segment = lw_session_get_segment (f->session)->id;
  session_fixture_reopen (f);
  g_autofree char *folder = beside (f, "elsewhere");
  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_autofree char *moved = g_build_filename (folder, "another name.mp4", NULL);
  g_assert_cmpint (g_rename (f->lesson, moved), ==, 0);
  g_autoptr (GError) error = session_fixture_open (f, moved);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&lw_session_get_segment (f->session)->id, &segment));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_cmpstr (lw_session_get_title (f->session), ==, "lesson");
  g_assert_cmpuint (count_lessons (f), ==, 1);
}

static void
test_another_file_at_the_same_path_is_another_lesson (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  pin_one (f, "of the first");
  g_autofree char *other = g_build_filename (f->media, "other.mp4", NULL);
  session_fixture_copy (other, f->lesson);
  g_autoptr (GError) error = session_fixture_open (f, f->lesson);
  g_assert_no_error (error);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 0);
  g_assert_cmpuint (count_lessons (f), ==, 2);
}

static void
append (const char *path, const char *bytes, gsize length)
{
  FILE *file = g_fopen (path, "ab");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* One that was opened while it was still being copied. */
static void
test_a_file_that_has_grown_keeps_its_notes (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  pin_one (f, "of the beginning");
  LwId segment = lw_session_get_segment (f->session)->id;
  for (int i = 0; i < 2; i++) {
    append (f->lesson,
            "\0\0\0\x0c"
            "free"
            "more",
            12);
    session_fixture_reopen (f);
    session_fixture_open_lesson (f);
    g_assert_true (lw_id_equal (&lw_session_get_segment (f->session)->id, &segment));
    g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  }
  g_assert_cmpuint (count_lessons (f), ==, 1);
  /* By its content of now it is found elsewhere, too. */
  g_autofree char *moved = beside (f, "moved.mp4");
  g_assert_cmpint (g_rename (f->lesson, moved), ==, 0);
  g_autoptr (GError) error = session_fixture_open (f, moved);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&lw_session_get_segment (f->session)->id, &segment));
  /* A copy of the beginning alone is the same lesson, and takes nothing from the whole. */
  g_autofree char *made = g_build_filename (f->media, "lesson.mp4", NULL);
  const char *const again[] = {made, moved};
  for (gsize i = 0; i < G_N_ELEMENTS (again); i++) {
    g_assert_no_error (session_fixture_open (f, again[i]));
    g_assert_true (lw_id_equal (&lw_session_get_segment (f->session)->id, &segment));
    g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  }
  g_assert_cmpuint (count_lessons (f), ==, 1);
}

static void
test_a_longer_file_that_begins_otherwise_is_another_lesson (LwSessionFixture *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->media, "other.mp4", NULL);
  g_autofree char *made = g_build_filename (f->media, "lesson.mp4", NULL);
  session_fixture_copy (other, f->lesson);
  g_autoptr (GError) error = session_fixture_open (f, f->lesson);
  g_assert_no_error (error);
  session_fixture_wait (LW_TIME_IS_MOMENT (lw_engine_get_frame_time (f->engine)));
  pin_one (f, "of the first");
  session_fixture_copy (made, f->lesson);
  session_fixture_open_lesson (f);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 0);
  g_assert_cmpuint (count_lessons (f), ==, 2);
}

static void
test_the_new_lesson_has_its_name_and_length_and_pictures (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  const LwSegment *segment = lw_session_get_segment (f->session);
  g_assert_cmpstr (segment->title, ==, "lesson");
  g_assert_cmpint (ABS (segment->duration - 10 * LW_SECOND), <, LW_SECOND / 10);
  session_fixture_wait (lw_session_get_filmstrip (f->session) != NULL);
  session_fixture_wait (lw_session_get_waveform (f->session) != NULL);
  session_fixture_wait (lw_session_get_preparing (f->session) >= 1);
  g_assert_cmpuint (lw_session_get_filmstrip (f->session)->count, >, 0);
  g_assert_cmpuint (lw_session_get_waveform (f->session)->count, >, 0);
}

static void
test_sound_alone_can_be_pinned_to (LwSessionFixture *f, gconstpointer data)
{
  g_autofree char *made = g_build_filename (f->media, "sound.m4a", NULL);
  g_autoptr (GError) error = session_fixture_open (f, made);
  g_assert_no_error (error);
  session_fixture_play (f);
  session_fixture_wait (lw_engine_get_frame_time (f->engine) > LW_SECOND / 5);
  pin_one (f, "heard");
  g_assert_cmpint (session_fixture_note (f, 0)->start, >, LW_SECOND / 5);
  g_assert_cmpuint (f->n_failures, ==, 0);
}

static void
test_what_is_no_lesson_is_told_once_and_not_remembered (LwSessionFixture *f, gconstpointer data)
{
  static const char *const names[] = {"text.mp4", "empty.mp4", "cut-off.mp4"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->media, names[i], NULL);
    g_clear_error (&f->failure);
    f->n_failures = 0;
    g_autoptr (GError) error = session_fixture_open (f, path);
    g_assert_nonnull (error);
    g_test_message ("%s: %s", names[i], error->message);
    g_assert_cmpint (error->domain, ==, LW_ENGINE_ERROR);
    session_fixture_pass_time (200);
    g_assert_cmpuint (f->n_failures, ==, 1);
    g_assert_null (lw_session_get_track (f->session));
  }
  g_assert_cmpuint (count_lessons (f), ==, 0);
}

static void
test_a_file_that_is_not_there_is_told_once (LwSessionFixture *f, gconstpointer data)
{
  g_autofree char *path = beside (f, "nowhere.mp4");
  g_autoptr (GError) error = session_fixture_open (f, path);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "nowhere.mp4"));
  session_fixture_pass_time (300);
  g_assert_cmpuint (f->n_failures, ==, 1);
  g_clear_error (&error);
  error = session_fixture_open (f, f->folder);
  g_assert_nonnull (error);
  g_assert_cmpuint (count_lessons (f), ==, 0);
}

static void
test_a_file_that_vanishes_while_it_plays_loses_no_pin (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  pin_one (f, "before");
  g_assert_cmpint (g_unlink (f->lesson), ==, 0);
  pin_one (f, "after");
  session_fixture_reopen (f);
  g_autoptr (GError) error = session_fixture_open (f, f->lesson);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_autofree char *made = g_build_filename (f->media, "lesson.mp4", NULL);
  session_fixture_copy (made, f->lesson);
  session_fixture_open_lesson (f);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 2);
}

static void
test_without_a_sandbox_it_plays_and_pins_and_says_what_is_missing (LwSessionFixture *f,
                                                                   gconstpointer data)
{
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autofree char *unsandboxed = g_strdup (g_getenv ("LESSONWALK_UNSANDBOXED"));
  g_setenv ("PATH", f->folder, TRUE); /* no bwrap in there */
  g_unsetenv ("LESSONWALK_UNSANDBOXED");
  g_autoptr (GError) error = session_fixture_open (f, f->lesson);
  session_fixture_wait (f->messages->len > 0);
  g_setenv ("PATH", path, TRUE);
  if (unsandboxed != NULL)
    g_setenv ("LESSONWALK_UNSANDBOXED", unsandboxed, TRUE);
  g_assert_no_error (error);
  g_assert_true (session_fixture_was_told (f, "bubblewrap"));
  g_assert_true (session_fixture_was_told (f, "pin notes"));
  g_assert_null (lw_session_get_probe (f->session));
  session_fixture_wait (lw_engine_get_frame_time (f->engine) != LW_TIME_NONE);
  pin_one (f, "all the same");
  /* The length came from the player. */
  session_fixture_wait (lw_session_get_segment (f->session)->duration != LW_TIME_NONE);
  g_assert_cmpuint (f->n_failures, ==, 0);
}

static void
test_opening_can_be_given_up (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GFile) file = g_file_new_for_path (f->lesson);
  lw_session_open_async (f->session, file, cancellable, NULL, NULL);
  g_cancellable_cancel (cancellable);
  session_fixture_wait (lw_session_get_file (f->session) == NULL);
  session_fixture_pass_time (300);
  g_assert_cmpuint (f->n_failures, ==, 0);
  g_assert_cmpuint (count_lessons (f), ==, 0);
  /* Nor does a second opening suffer from the first. */
  lw_session_open_async (f->session, file, NULL, NULL, NULL);
  session_fixture_open_lesson (f);
  g_assert_cmpuint (count_lessons (f), ==, 1);
}

static void
test_two_sessions_on_one_store_see_each_others_notes (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  LwSessionFixture other = {0};
  other.store = lw_store_open (f->store_path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  other.engine = lw_engine_new (NULL);
  lw_engine_set_silent (other.engine, TRUE);
  other.session = lw_session_new (other.store, other.engine, "Ana");
  other.lesson = f->lesson;
  session_fixture_open_lesson (&other);
  pin_one (f, "here");
  pin_one (&other, "there");
  session_fixture_wait (session_fixture_n_notes (f) == 2);
  session_fixture_wait (session_fixture_n_notes (&other) == 2);
  lw_session_close (other.session);
  session_fixture_pass_time (20);
  g_object_unref (other.session);
  g_object_unref (other.engine);
  lw_store_close (other.store);
  g_object_unref (other.store);
}

static void
test_an_address_has_notes_of_its_own (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *script = "import http.server, sys, os\n"
                       "os.chdir(sys.argv[1])\n"
                       "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), "
                       "http.server.SimpleHTTPRequestHandler)\n"
                       "print('%05d' % s.server_address[1], flush=True)\n"
                       "s.serve_forever()\n";
  g_autoptr (GSubprocess) server =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        "python3", "-c", script, f->media, NULL);
  g_assert_no_error (error);
  char port[6] = {0};
  gsize count;
  g_assert_true (g_input_stream_read_all (g_subprocess_get_stdout_pipe (server), port, 5, &count,
                                          NULL, &error));
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%d/lesson.mp4", atoi (port));
  error = session_fixture_open (f, address);
  g_assert_no_error (error);
  session_fixture_wait (lw_engine_get_frame_time (f->engine) != LW_TIME_NONE);
  pin_one (f, "from afar");
  g_assert_cmpstr (lw_session_get_title (f->session), ==, "lesson");
  session_fixture_reopen (f);
  g_autofree char *same = g_strdup_printf ("HTTP://user@127.0.0.1:%d/lesson.mp4#t=3", atoi (port));
  error = session_fixture_open (f, same);
  g_assert_no_error (error);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_subprocess_force_exit (server);
}

static void
test_addresses_are_one_in_all_their_spellings (void)
{
  LwContentHash a;
  LwContentHash b;
  g_assert_true (lw_session_hash_address ("https://Example.org:443/a?x=1", &a));
  g_assert_true (lw_session_hash_address ("https://u:p@example.ORG/a?x=1#t=5", &b));
  g_assert_true (lw_content_hash_equal (&a, &b));
  g_assert_true (lw_session_hash_address ("https://example.org/a?x=2", &b));
  g_assert_false (lw_content_hash_equal (&a, &b));
  g_assert_true (lw_session_hash_address ("http://example.org/a?x=1", &b));
  g_assert_false (lw_content_hash_equal (&a, &b));
  g_assert_false (lw_session_hash_address ("file:///a", NULL));
  g_assert_false (lw_session_hash_address ("lesson.mp4", NULL));
  g_assert_false (lw_session_hash_address ("https://", NULL));
}

/* ---- a folder that cannot be written: as somebody who is not root ---- */

static int
watch_as_nobody (const char *store_path, const char *lesson)
{
  g_assert_cmpint (g_access (lesson, R_OK), ==, 0);
  g_autofree char *folder = g_path_get_dirname (lesson);
  g_assert_cmpint (g_access (folder, W_OK), !=, 0);
  LwSessionFixture f = {0};
  g_autoptr (GError) error = NULL;
  f.store = lw_store_open (store_path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  f.engine = lw_engine_new (NULL);
  lw_engine_set_silent (f.engine, TRUE);
  f.session = lw_session_new (f.store, f.engine, "Ana");
  error = session_fixture_open (&f, lesson);
  g_assert_no_error (error);
  session_fixture_wait (lw_engine_get_frame_time (f.engine) != LW_TIME_NONE);
  pin_one (&f, "read only");
  lw_session_close (f.session);
  session_fixture_pass_time (50);
  g_object_unref (f.session);
  g_object_unref (f.engine);
  lw_store_close (f.store);
  g_object_unref (f.store);
  return 0;
}

/* Whether another user may come to it through the folders above. */
static gboolean
is_open_to_others (const char *path)
{
  g_autofree char *at = g_path_get_dirname (path);

  while (!g_str_equal (at, "/")) {
    g_autofree char *above = g_path_get_dirname (at);
    GStatBuf info;

    if (g_stat (at, &info) != 0 || (info.st_mode & S_IXOTH) == 0)
      return FALSE;
    g_free (at);
    at = g_steal_pointer (&above);
  }
  return TRUE;
}

static void
test_a_lesson_in_a_folder_without_write_permission_works (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *locked = beside (f, "locked");
  g_autofree char *home = beside (f, "home");
  g_autofree char *lesson = g_build_filename (locked, "lesson.mp4", NULL);
  g_autofree char *store = g_build_filename (home, "notes.db", NULL);
  if (geteuid () == 0 && (!is_open_to_others (g_test_get_filename (G_TEST_BUILT, "x", NULL)) ||
                          !is_open_to_others (f->folder))) {
    g_test_skip ("the build, or the temporary folder, is closed to all but root");
    return;
  }
  g_mkdir (locked, 0755);
  g_mkdir (home, 0700);
  g_assert_cmpint (g_rename (f->lesson, lesson), ==, 0);
  g_chmod (lesson, 0444);
  g_chmod (f->folder, 0755);
  if (geteuid () == 0)
    g_assert_cmpint (chown (home, NOBODY, NOBODY), ==, 0);
  g_chmod (locked, 0555);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_setenv (launcher, "HOME", home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", home, TRUE);
  g_autoptr (GSubprocess) child = g_subprocess_launcher_spawn (
      launcher, &error, g_test_get_filename (G_TEST_BUILT, "test-session-files", NULL),
      "--watch-as-nobody", store, lesson, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);
  g_chmod (locked, 0755);
}

static void
set_up (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_set_up (f);
}

static void
tear_down (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_tear_down (f);
}

#define ADD(name) \
  g_test_add ("/session-files/" #name, LwSessionFixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--watch-as-nobody") == 0) {
    if (geteuid () == 0 && (setgid (NOBODY) != 0 || setuid (NOBODY) != 0))
      return 1;
    return watch_as_nobody (argv[2], argv[3]);
  }
  /* Not by the desktop's proxy: the address is on this machine. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  session_fixture_init (&argc, &argv);
  ADD (a_renamed_and_moved_file_finds_its_notes);
  ADD (another_file_at_the_same_path_is_another_lesson);
  ADD (a_file_that_has_grown_keeps_its_notes);
  ADD (a_longer_file_that_begins_otherwise_is_another_lesson);
  ADD (the_new_lesson_has_its_name_and_length_and_pictures);
  ADD (sound_alone_can_be_pinned_to);
  ADD (what_is_no_lesson_is_told_once_and_not_remembered);
  ADD (a_file_that_is_not_there_is_told_once);
  ADD (a_file_that_vanishes_while_it_plays_loses_no_pin);
  ADD (without_a_sandbox_it_plays_and_pins_and_says_what_is_missing);
  ADD (opening_can_be_given_up);
  ADD (two_sessions_on_one_store_see_each_others_notes);
  ADD (an_address_has_notes_of_its_own);
  g_test_add_func ("/session-files/addresses_are_one_in_all_their_spellings",
                   test_addresses_are_one_in_all_their_spellings);
  ADD (a_lesson_in_a_folder_without_write_permission_works);
  return session_fixture_run ();
}
