/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes that are being written: put away, waiting, and through a crash or a full disk. */
#include "session-fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The words of those that are put away, by moment, with a bar between. (transfer full) */
static char *
parked (LwSessionFixture *f)
{
  g_autoptr (GPtrArray) drafts = lw_session_get_parked_drafts (f->session);
  g_autoptr (GString) words = g_string_new (NULL);
  for (guint i = 0; i < drafts->len; i++) {
    const LwNote *note = drafts->pdata[i];
    g_string_append_printf (words, "%s%s", i > 0 ? "|" : "", note->text);
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
assert_parked (LwSessionFixture *f, const char *wanted)
{
  g_autofree char *words = parked (f);
  g_assert_cmpstr (words, ==, wanted);
}

/* The words of the draft on disk that is open, NULL if none is. (transfer full) */
static char *
stored_draft (LwSessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) open = NULL;
  lw_store_load_drafts (f->store, &lw_session_get_track (f->session)->id, &open, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (open->len, <=, 1);
  return open->len > 0 ? g_strdup (((const LwNote *)open->pdata[0])->text) : NULL;
}

static void
begin (LwSessionFixture *f, LwNoteKind kind, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (lw_session_begin_note (f->session, kind, &error));
  g_assert_no_error (error);
  if (text != NULL)
    lw_session_set_draft_text (f->session, text);
}

static void
test_a_parked_draft_comes_back_and_an_empty_one_goes (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  begin (f, LW_NOTE_NOTICING, NULL);
  lw_session_park_draft (f->session);
  assert_parked (f, "");
  g_assert_null (stored_draft (f));

  begin (f, LW_NOTE_NOTICING, "half a thou");
  LwTime moment = lw_session_get_draft (f->session)->start;
  lw_session_park_draft (f->session);
  g_assert_null (lw_session_get_draft (f->session));
  assert_parked (f, "half a thou");
  g_assert_null (lw_session_keep_draft (f->session, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NO_DRAFT);
  g_clear_error (&error);
  /* At its moment it goes on, as the kind that was asked for. */
  session_fixture_seek (f, moment);
  begin (f, LW_NOTE_WONDERING, NULL);
  g_assert_cmpstr (lw_session_get_draft (f->session)->text, ==, "half a thou");
  g_assert_cmpint (lw_session_get_draft (f->session)->kind, ==, LW_NOTE_WONDERING);
  assert_parked (f, "");

  lw_session_set_draft_text (f->session, " \n ");
  g_assert_null (lw_session_keep_draft (f->session, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_EMPTY);
  g_assert_nonnull (lw_session_get_draft (f->session));
  lw_session_discard_draft (f->session);
  g_assert_null (lw_session_get_draft (f->session));
}

static void
test_parked_drafts_stay_while_others_are_begun (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  session_fixture_seek (f, 5 * LW_SECOND);
  begin (f, LW_NOTE_NOTICING, "late");
  LwId late = lw_session_get_draft (f->session)->id;
  LwTime moment = lw_session_get_draft (f->session)->start;
  lw_session_park_draft (f->session);
  session_fixture_seek (f, 2 * LW_SECOND);
  begin (f, LW_NOTE_WONDERING, "early");
  g_assert_cmpint (lw_session_get_draft (f->session)->start, <, moment);
  lw_session_park_draft (f->session);
  assert_parked (f, "early|late");
  session_fixture_seek (f, 7 * LW_SECOND);
  begin (f, LW_NOTE_NOTICING, "kept");
  g_autoptr (LwNote) kept = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_null (lw_session_get_draft (f->session));
  assert_parked (f, "early|late");

  /* They are put away still in the next session, and one that was open then is open. */
  begin (f, LW_NOTE_WONDERING, "open at the end");
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  assert_parked (f, "early|late");
  g_assert_cmpstr (lw_session_get_draft (f->session)->text, ==, "open at the end");
  /* One is opened for the other, and nothing is lost by it. */
  g_assert_true (lw_session_resume_draft (f->session, &late, &error));
  g_assert_cmpint (lw_session_get_draft (f->session)->start, ==, moment);
  assert_parked (f, "early|open at the end");
  g_autoptr (LwNote) later = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&later->id, &late));
  g_assert_cmpint (later->start, ==, moment);
  g_assert_true (lw_session_resume_draft (f->session, NULL, &error));
  g_assert_cmpstr (lw_session_get_draft (f->session)->text, ==, "open at the end");
  lw_session_discard_draft (f->session);
  g_assert_false (lw_session_resume_draft (f->session, &late, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NO_DRAFT);
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  assert_parked (f, "early");
  g_assert_null (lw_session_get_draft (f->session));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 2);
}

static void
test_a_gesture_beside_an_open_draft_waits_for_it (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  begin (f, LW_NOTE_NOTICING, "first");
  session_fixture_seek (f, 5 * LW_SECOND);
  begin (f, LW_NOTE_WONDERING, NULL);
  LwTime moment = lw_session_get_next_note (f->session)->start;
  g_assert_cmpint (moment, >, 4 * LW_SECOND);
  g_assert_cmpstr (lw_session_get_draft (f->session)->text, ==, "first");
  g_assert_cmpint (lw_session_get_draft (f->session)->kind, ==, LW_NOTE_NOTICING);
  session_fixture_seek (f, 2 * LW_SECOND); /* wherever she looks until then */
  g_autoptr (LwNote) first = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (first->start, <, moment);
  g_assert_null (lw_session_get_next_note (f->session));
  const LwNote *draft = lw_session_get_draft (f->session);
  g_assert_cmpint (draft->start, ==, moment);
  g_assert_cmpint (draft->kind, ==, LW_NOTE_WONDERING);
  g_assert_cmpstr (draft->text, ==, "");
  g_autofree char *stored = stored_draft (f);
  g_assert_cmpstr (stored, ==, "");
  lw_session_set_draft_text (f->session, "second");
  g_autoptr (LwNote) second = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (second->start, ==, moment);
  g_assert_null (lw_session_get_draft (f->session));
  /* Who puts the note away puts away what waits behind it. */
  begin (f, LW_NOTE_NOTICING, "third");
  session_fixture_seek (f, 7 * LW_SECOND);
  begin (f, LW_NOTE_NOTICING, NULL);
  g_assert_nonnull (lw_session_get_next_note (f->session));
  lw_session_park_draft (f->session);
  g_assert_null (lw_session_get_next_note (f->session));
  assert_parked (f, "third");
}

/* Keys that step are faster than a busy machine: what counts is what was shown at the gesture. */
static void
test_a_note_among_steps_is_of_the_frame_on_screen (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  for (int i = 0; i < 10; i++) {
    guint frame = (guint)g_test_rand_int_range (0, (gint32)f->frames->len - 10);
    LwTime start = g_array_index (lw_session_get_probe (f->session)->frames, LwTime, frame);
    session_fixture_seek (f, start + LW_MSECOND);
    /* What was just told to be done may be the way back to the frame of the gesture before. */
    session_fixture_wait (session_fixture_start_on_screen (f) == start);
    for (int n = 0; n < 3; n++)
      lw_engine_step (f->engine, 1);
    for (int n = g_test_rand_int_range (0, 4); n > 0; n--)
      session_fixture_pass_time (5);
    LwTime before = session_fixture_start_on_screen (f);
    begin (f, LW_NOTE_NOTICING, NULL);
    LwTime after = session_fixture_start_on_screen (f);
    g_assert_cmpint (lw_session_get_draft (f->session)->start, >=, before);
    g_assert_cmpint (lw_session_get_draft (f->session)->start, <=, after);
    /* The steps that were still to be made are not: she sees what she writes about. */
    session_fixture_pass_time (100);
    session_fixture_wait (session_fixture_start_on_screen (f) ==
                          lw_session_get_draft (f->session)->start);
    lw_session_discard_draft (f->session);
  }
}

static void
test_a_keystroke_is_on_disk_without_being_asked_for (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  /* Typing that never stops does not put it off: the disk is never a quarter of a second behind,
   * told in steps of the loop, as a clock on a busy machine tells nothing. */
  for (int i = 0; i < 30; i++) {
    g_autofree char *text = g_strdup_printf ("%d", i);
    lw_session_set_draft_text (f->session, text);
    session_fixture_pass_time (20);
  }
  g_autofree char *stored = stored_draft (f);
  g_assert_cmpint (atoi (stored), >, 10);
  session_fixture_pass_time (250);
  g_autofree char *later = stored_draft (f);
  g_assert_cmpstr (later, ==, "29");
}

static void
test_a_draft_survives_sigkill (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *arguments[] = {g_test_get_filename (G_TEST_BUILT, "test-session-drafts", NULL),
                             "--type-and-hang", f->store_path, f->lesson, NULL};
  g_autoptr (GSubprocess) child =
      g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  char line[64] = {0};
  gsize count = 0;
  GInputStream *out = g_subprocess_get_stdout_pipe (child);
  g_input_stream_read_all (out, line, 6, &count, NULL, &error);
  g_assert_cmpstr (line, ==, "typed\n");
  g_subprocess_force_exit (child);
  g_assert_true (g_subprocess_wait (child, NULL, &error));
  g_assert_true (g_subprocess_get_if_signaled (child));

  session_fixture_open_lesson (f);
  const LwNote *draft = lw_session_get_draft (f->session);
  g_assert_nonnull (draft);
  g_assert_cmpstr (draft->text, ==, "the last thing I typ");
  g_assert_cmpint (draft->kind, ==, LW_NOTE_WONDERING);
  LwTime moment = draft->start;
  g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (note->start, ==, moment);
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  g_assert_null (lw_session_get_draft (f->session));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
}

/* The child of the test above. */
G_NORETURN static void
type_and_hang (const char *store_path, const char *lesson)
{
  LwSessionFixture f = {0};
  f.store = lw_store_open (store_path, LW_STORE_OPEN_DEFAULT, NULL);
  f.engine = lw_engine_new (NULL);
  lw_engine_set_silent (f.engine, TRUE);
  f.session = lw_session_new (f.store, f.engine, "Ana");
  g_autoptr (GError) error = session_fixture_open (&f, lesson);
  g_assert_no_error (error);
  session_fixture_wait (lw_session_begin_note (f.session, LW_NOTE_WONDERING, NULL));
  lw_session_set_draft_text (f.session, "the last thing I typ");
  /* Only the loop turns: nobody asks for a save. */
  session_fixture_pass_time (250);
  g_print ("typed\n");
  fflush (stdout);
  for (;;)
    pause ();
}

static void
test_a_full_disk_keeps_the_draft_and_keeping_again_works (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  session_fixture_wait (lw_session_get_preparing (f->session) >= 1);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  /* No file may grow from here on: what a full disk does, to this process alone. */
  struct rlimit before;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  lw_session_set_draft_text (f->session, "not lost");
  session_fixture_pass_time (400);
  g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  guint n_messages = f->messages->len;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_null (note);
  g_assert_cmpint (error->domain, ==, LW_STORE_ERROR);
  g_test_message ("said: %s", error->message);
  g_assert_nonnull (strstr (error->message, "still here"));
  g_assert_cmpuint (n_messages, ==, 1); /* the autosave told it, once */
  g_assert_cmpstr (lw_session_get_draft (f->session)->text, ==, "not lost");
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 0);
  g_clear_error (&error);
  note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_null (lw_session_get_draft (f->session));
}

#define ADD(name) \
  g_test_add ("/session-drafts/" #name, LwSessionFixture, NULL, set_up, test_##name, tear_down)

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

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--type-and-hang") == 0)
    type_and_hang (argv[2], argv[3]);
  session_fixture_init (&argc, &argv);
  ADD (a_parked_draft_comes_back_and_an_empty_one_goes);
  ADD (parked_drafts_stay_while_others_are_begun);
  ADD (a_gesture_beside_an_open_draft_waits_for_it);
  ADD (a_note_among_steps_is_of_the_frame_on_screen);
  ADD (a_keystroke_is_on_disk_without_being_asked_for);
  ADD (a_draft_survives_sigkill);
  ADD (a_full_disk_keeps_the_draft_and_keeping_again_works);
  return session_fixture_run ();
}
