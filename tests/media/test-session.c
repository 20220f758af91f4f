/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pinning, holding, undo and passes, on the real engine and a real store. */
#include "session-fixture.h"

#include <unistd.h>

/* ---- pins ---- */

static void
test_a_pin_takes_the_exact_frame_on_screen (LwSessionFixture *f, gconstpointer data)
{
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  for (int i = 0; i < 12; i++) {
    session_fixture_seek (f, g_test_rand_int_range (0, 9900) * LW_MSECOND);
    g_autoptr (GError) error = NULL;
    g_autoptr (LwNote) note = lw_session_pin (f->session, LW_NOTE_NOTICING, "here", &error);
    g_assert_no_error (error);
    g_assert_cmpint (note->start, ==, session_fixture_start_on_screen (f));
    g_assert_cmpint (note->end, ==, note->start);
  }
  lw_engine_step (f->engine, -1);
  session_fixture_pass_time (300);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_session_pin (f->session, LW_NOTE_WONDERING, "a step back", &error);
  g_assert_no_error (error);
  g_assert_cmpint (note->start, ==, session_fixture_start_on_screen (f));
  g_assert_cmpuint (f->n_kept, ==, 13);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 13);
}

static void
test_a_pin_while_playing_is_a_frame_and_that_of_the_gesture (LwSessionFixture *f,
                                                             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  lw_session_set_hold (f->session, FALSE);
  session_fixture_play (f);
  session_fixture_pass_time (400);
  LwTime before = lw_engine_get_frame_time (f->engine);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  LwTime after = lw_engine_get_frame_time (f->engine);
  session_fixture_pass_time (400); /* she types */
  lw_session_set_draft_text (f->session, "typed while it plays on");
  g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (note->start, >=, before);
  g_assert_cmpint (note->start, <=, after);
  g_assert_cmpint (lw_engine_get_frame_time (f->engine), >, note->start);
  gboolean is_frame = FALSE;
  for (guint i = 0; i < f->frames->len; i++)
    is_frame |= ABS (session_fixture_frame_start (f, i) - note->start) <= LW_USECOND;
  g_assert_true (is_frame);
}

static void
test_nothing_on_screen_is_said_and_nothing_is_pinned (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OPEN);
  g_clear_error (&error);
  g_autoptr (GFile) file = g_file_new_for_path (f->lesson);
  lw_session_open_async (f->session, file, NULL, NULL, NULL);
  g_assert_false (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOTHING_SHOWN);
  g_assert_null (lw_session_get_draft (f->session));
}

static void
test_a_note_begun_before_the_lesson_is_open_is_kept_after (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  /* So long that its picture is there well before its hash: zeros behind the film. */
  g_assert_cmpint (truncate (f->lesson, 512 * 1024 * 1024), ==, 0);
  g_autoptr (GFile) file = g_file_new_for_path (f->lesson);
  lw_session_open_async (f->session, file, NULL, NULL, NULL);
  session_fixture_wait (lw_session_begin_note (f->session, LW_NOTE_WONDERING, NULL));
  g_assert_null (lw_session_get_track (f->session));
  g_assert_null (lw_session_keep_draft (f->session, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OPEN);
  g_clear_error (&error);
  lw_session_set_draft_text (f->session, "quick");
  session_fixture_wait (lw_session_get_track (f->session) != NULL);
  g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (note->text, ==, "quick");
  g_assert_true (lw_id_equal (&note->track_id, &lw_session_get_track (f->session)->id));
}

static void
test_a_range_takes_its_last_frame_in (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  session_fixture_pause (f);
  session_fixture_seek (f, 2 * LW_SECOND);
  guint first = session_fixture_frame_number (f);
  lw_session_mark_in (f->session);
  session_fixture_seek (f, 3 * LW_SECOND);
  guint last = session_fixture_frame_number (f);
  GArray *frames = lw_session_get_probe (f->session)->frames;
  lw_session_mark_out (f->session);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  lw_session_set_draft_text (f->session, "a range");
  g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (note->start, ==, g_array_index (frames, LwTime, first));
  g_assert_cmpint (note->end, ==, g_array_index (frames, LwTime, last + 1));
  LwTime in;
  LwTime out;
  lw_session_get_marks (f->session, &in, &out);
  g_assert_cmpint (in, ==, LW_TIME_NONE);
  g_assert_cmpint (out, ==, LW_TIME_NONE);
  /* A mark on the wrong side of the other one removes that. */
  lw_session_mark_out (f->session);
  session_fixture_seek (f, 4 * LW_SECOND);
  lw_session_mark_in (f->session);
  lw_session_get_marks (f->session, &in, &out);
  g_assert_cmpint (in, !=, LW_TIME_NONE);
  g_assert_cmpint (out, ==, LW_TIME_NONE);
}

/* ---- holding ---- */

static void
test_typing_holds_playback_and_gives_it_back (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  lw_session_set_hold (f->session, TRUE);
  session_fixture_play (f);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PAUSED);
  lw_session_set_draft_text (f->session, "held");
  lw_session_park_draft (f->session);
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PLAYING);
  g_assert_true (lw_session_resume_draft (f->session, NULL, &error));
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PAUSED);
  G_GNUC_UNUSED g_autoptr (LwNote) note = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PLAYING);
  /* What was not playing is not started. */
  session_fixture_pause (f);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  lw_session_discard_draft (f->session);
  session_fixture_pass_time (300);
  g_assert_cmpint (lw_engine_get_state (f->engine), ==, LW_ENGINE_PAUSED);
  /* Nor what she paused herself, after having let it play while the note was open. */
  session_fixture_play (f);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  session_fixture_wait (lw_engine_get_state (f->engine) == LW_ENGINE_PAUSED);
  session_fixture_pass_time (50);
  session_fixture_play (f);
  session_fixture_pass_time (50);
  session_fixture_pause (f);
  session_fixture_pass_time (50);
  lw_session_discard_draft (f->session);
  session_fixture_pass_time (300);
  g_assert_cmpint (lw_engine_get_state (f->engine), ==, LW_ENGINE_PAUSED);
}

static void
test_the_choice_to_hold_is_remembered (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  lw_session_set_hold (f->session, FALSE);
  session_fixture_reopen (f);
  g_assert_false (lw_session_get_hold (f->session));
  session_fixture_open_lesson (f);
  session_fixture_play (f);
  g_assert_true (lw_session_begin_note (f->session, LW_NOTE_NOTICING, &error));
  session_fixture_pass_time (200);
  g_assert_cmpint (lw_engine_get_state (f->engine), ==, LW_ENGINE_PLAYING);
}

/* ---- notes that are there ---- */

static void
test_what_another_program_changes_of_the_lesson_is_followed (LwSessionFixture *f,
                                                             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_autoptr (LwStore) other = lw_store_open (f->store_path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  LwSegment fields = *lw_session_get_segment (f->session);
  fields.title = "Fractions on the number line";
  g_autoptr (LwSegment) segment = lw_segment_new (&fields, &error);
  g_assert_true (lw_store_put_segment (other, segment, &error));
  for (int i = 0; i < 500 && g_strcmp0 (lw_session_get_title (f->session), fields.title) != 0; i++)
    session_fixture_pass_time (20);
  g_assert_cmpstr (lw_session_get_title (f->session), ==, "Fractions on the number line");
}

static void
test_undo_reaches_back_into_yesterday (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_autoptr (LwNote) one = lw_session_pin (f->session, LW_NOTE_NOTICING, "one", &error);
  G_GNUC_UNUSED g_autoptr (LwNote) two =
      lw_session_pin (f->session, LW_NOTE_NOTICING, "two", &error);
  g_assert_true (lw_session_delete_note (f->session, &one->id, &error));
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_true (lw_session_undo (f->session, &error));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 2);
  g_assert_true (lw_session_undo (f->session, &error));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_cmpstr (session_fixture_note (f, 0)->text, ==, "one");
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  g_assert_true (lw_session_redo (f->session, &error));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 2);
  g_assert_true (lw_session_undo (f->session, &error));
  g_assert_true (lw_session_undo (f->session, &error));
  g_assert_true (lw_session_get_can_undo (f->session));
  g_assert_false (lw_session_undo (f->session, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  g_assert_false (lw_session_get_can_undo (f->session));
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 0);
}

static void
test_an_edit_keeps_the_note_and_its_moment (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_autoptr (LwNote) note = lw_session_pin (f->session, LW_NOTE_NOTICING, "befor", &error);
  g_assert_no_error (error);
  session_fixture_seek (f, 6 * LW_SECOND);
  g_assert_true (lw_session_begin_edit (f->session, &note->id, &error));
  LwId editing = lw_session_get_editing (f->session);
  g_assert_true (lw_id_equal (&editing, &note->id));
  lw_session_set_draft_text (f->session, "before");
  const char *tags[] = {"words", NULL};
  lw_session_set_draft_tags (f->session, tags);
  /* Another note is not begun over this one. */
  g_assert_false (lw_session_begin_reply (f->session, &note->id, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_DRAFT_OPEN);
  g_clear_error (&error);
  /* Not even by a crash between the two. */
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  editing = lw_session_get_editing (f->session);
  g_assert_true (lw_id_equal (&editing, &note->id));
  g_autoptr (LwNote) kept = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&kept->id, &note->id));
  g_assert_cmpint (kept->start, ==, note->start);
  g_assert_cmpstr (kept->text, ==, "before");
  g_assert_cmpstr (kept->tags[0], ==, "words");
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_true (lw_session_set_note_on_focus (f->session, &note->id, TRUE, &error));
  g_assert_true (session_fixture_note (f, 0)->on_focus);
}

static void
test_an_edit_of_a_note_that_was_deleted_is_not_lost (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_autoptr (LwNote) note = lw_session_pin (f->session, LW_NOTE_NOTICING, "first", &error);
  g_assert_true (lw_session_begin_edit (f->session, &note->id, &error));
  lw_session_set_draft_text (f->session, "much more");
  g_assert_true (lw_store_delete_note (f->store, &note->id, &error));
  g_assert_null (lw_session_keep_draft (f->session, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_autoptr (LwNote) kept = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept->text, ==, "much more");
  g_assert_false (lw_id_equal (&kept->id, &note->id));
}

static void
test_a_reply_answers_the_thread_and_only_authors_change_notes (LwSessionFixture *f,
                                                               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  LwPerson fields = {.name = "Bo"};
  g_autoptr (LwPerson) bo = lw_person_new (&fields, &error);
  g_assert_true (lw_store_put_person (f->store, bo, &error));
  const LwSegment *segment = lw_session_get_segment (f->session);
  g_autoptr (LwTrack) track = lw_store_ensure_track (f->store, &segment->id, &bo->id, &error);
  LwNote note_fields = {.track_id = track->id,
                        .kind = LW_NOTE_WONDERING,
                        .pass = 1,
                        .start = LW_SECOND,
                        .end = LW_SECOND,
                        .text = "theirs"};
  g_autoptr (LwNote) theirs = lw_note_new (&note_fields, &error);
  g_assert_true (lw_store_add_note (f->store, theirs, NULL, &error));
  session_fixture_wait (session_fixture_n_notes (f) == 1);
  g_assert_false (lw_session_begin_edit (f->session, &theirs->id, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OWN);
  g_clear_error (&error);
  g_assert_false (lw_session_delete_note (f->session, &theirs->id, &error));
  g_assert_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OWN);
  g_clear_error (&error);
  g_assert_true (lw_session_begin_reply (f->session, &theirs->id, &error));
  lw_session_set_draft_text (f->session, "mine");
  g_autoptr (LwNote) reply = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (reply->start, ==, LW_SECOND);
  g_assert_true (lw_session_begin_reply (f->session, &reply->id, &error));
  lw_session_set_draft_text (f->session, "more");
  g_autoptr (LwNote) second = lw_session_keep_draft (f->session, &error);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&second->reply_to, &theirs->id));
  g_assert_cmpstr (session_fixture_note (f, 0)->text, ==, "theirs");
  g_assert_cmpstr (session_fixture_note (f, 1)->text, ==, "mine");
  g_assert_cmpstr (session_fixture_note (f, 2)->text, ==, "more");
}

static void
test_passes_are_kept_apart (LwSessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  session_fixture_open_lesson (f);
  g_autoptr (LwNote) one = lw_session_pin (f->session, LW_NOTE_NOTICING, "first", &error);
  g_assert_true (lw_session_begin_pass (f->session, &error));
  g_assert_cmpuint (lw_session_get_pass (f->session), ==, 2);
  g_autoptr (LwNote) two = lw_session_pin (f->session, LW_NOTE_NOTICING, "second", &error);
  g_assert_cmpuint (one->pass, ==, 1);
  g_assert_cmpuint (two->pass, ==, 2);
  session_fixture_reopen (f);
  session_fixture_open_lesson (f);
  g_assert_cmpuint (lw_session_get_pass (f->session), ==, 2);
  g_assert_cmpuint (lw_session_get_n_passes (f->session), ==, 2);
  LwNoteQuery filter = {.pass = 1};
  lw_session_set_filter (f->session, &filter);
  g_assert_cmpuint (session_fixture_n_notes (f), ==, 1);
  g_assert_cmpstr (session_fixture_note (f, 0)->text, ==, "first");
  g_assert_true (lw_session_set_pass (f->session, 1, &error));
  g_autoptr (LwNote) three = lw_session_pin (f->session, LW_NOTE_NOTICING, "again", &error);
  g_assert_cmpuint (three->pass, ==, 1);
}

#define ADD(name) \
  g_test_add ("/session/" #name, LwSessionFixture, NULL, set_up, test_##name, tear_down)

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
  session_fixture_init (&argc, &argv);
  ADD (a_pin_takes_the_exact_frame_on_screen);
  ADD (a_pin_while_playing_is_a_frame_and_that_of_the_gesture);
  ADD (nothing_on_screen_is_said_and_nothing_is_pinned);
  ADD (a_note_begun_before_the_lesson_is_open_is_kept_after);
  ADD (a_range_takes_its_last_frame_in);
  ADD (what_another_program_changes_of_the_lesson_is_followed);
  ADD (typing_holds_playback_and_gives_it_back);
  ADD (the_choice_to_hold_is_remembered);
  ADD (undo_reaches_back_into_yesterday);
  ADD (an_edit_keeps_the_note_and_its_moment);
  ADD (an_edit_of_a_note_that_was_deleted_is_not_lost);
  ADD (a_reply_answers_the_thread_and_only_authors_change_notes);
  ADD (passes_are_kept_apart);
  return session_fixture_run ();
}
