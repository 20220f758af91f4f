/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static gboolean
undo (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (lw_store_undo (fixture->store, &fixture->track_id, NULL, &error))
    return TRUE;
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  return FALSE;
}

static gboolean
redo (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (lw_store_redo (fixture->store, &fixture->track_id, NULL, &error))
    return TRUE;
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  return FALSE;
}

static void
test_nothing_done_is_nothing_to_undo (Fixture *fixture, gconstpointer data)
{
  g_assert_false (undo (fixture));
  g_assert_false (redo (fixture));
}

static void
test_all_steps_are_walked_back_and_forth_across_sessions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) first = NULL;
  g_autoptr (LwNote) again = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 7, "one");

  first = lw_store_get_note (fixture->store, &id, &error);
  edit_text (fixture->store, &id, "two");
  edit_text (fixture->store, &id, "three");
  lw_store_delete_note (fixture->store, &id, &error);
  lw_store_restore_note (fixture->store, &id, &error);
  g_assert_no_error (error);
  fixture_reopen (fixture);

  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &id);
  g_assert_true (undo (fixture));
  assert_text (fixture->store, &id, "three");
  g_assert_true (undo (fixture));
  assert_text (fixture->store, &id, "two");
  fixture_reopen (fixture);
  g_assert_true (undo (fixture));
  again = lw_store_get_note (fixture->store, &id, &error);
  g_assert_true (lw_note_equal (first, again));
  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &id);
  g_assert_false (undo (fixture));

  fixture_reopen (fixture);
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &id, "one");
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &id, "two");
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &id, "three");
  g_assert_true (redo (fixture));
  assert_gone (fixture->store, &id);
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &id, "three");
  g_assert_false (redo (fixture));
  assert_verifies (fixture->store);
}

static void
test_a_new_change_empties_the_redo_side (Fixture *fixture, gconstpointer data)
{
  LwId a = add_text (fixture->store, &fixture->track_id, 1, "a");
  LwId b;

  g_assert_true (undo (fixture));
  b = add_text (fixture->store, &fixture->track_id, 2, "b");
  g_assert_false (redo (fixture));
  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &b);
  g_assert_false (undo (fixture));
  assert_gone (fixture->store, &a);
}

static void
test_what_was_erased_is_passed_over (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId a = add_text (fixture->store, &fixture->track_id, 1, "a");
  LwId b = add_text (fixture->store, &fixture->track_id, 2, "b");

  edit_text (fixture->store, &b, "b two");
  g_assert_true (undo (fixture));
  g_assert_true (lw_store_erase_note (fixture->store, &b, &error));
  g_assert_no_error (error);
  g_assert_false (redo (fixture));
  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &a);
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &a, "a");
  assert_gone (fixture->store, &b);
  assert_verifies (fixture->store);
}

static void
test_tracks_are_undone_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  LwId mine = add_text (fixture->store, &fixture->track_id, 1, "mine");
  LwId theirs = add_text (fixture->store, &other->id, 2, "theirs");

  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &mine);
  assert_text (fixture->store, &theirs, "theirs");
  g_assert_false (undo (fixture));
}

/* No list of notes shows answers of a form: an undo of one would take words unseen. */
static void
test_answers_of_a_form_are_passed_over (Fixture *fixture, gconstpointer data)
{
  LwId pin = add_text (fixture->store, &fixture->track_id, 1, "pin");
  LwNote fields = {.track_id = fixture->track_id, .kind = LW_NOTE_ANSWER, .text = "answer"};
  g_autoptr (LwNote) answer = lw_note_new (&fields, NULL);

  g_assert_true (lw_store_add_note (fixture->store, answer, NULL, NULL));
  edit_text (fixture->store, &answer->id, "answer two");
  g_assert_true (undo (fixture));
  assert_gone (fixture->store, &pin);
  assert_text (fixture->store, &answer->id, "answer two");
  g_assert_false (undo (fixture));
  g_assert_true (redo (fixture));
  assert_text (fixture->store, &pin, "pin");
  assert_text (fixture->store, &answer->id, "answer two");
  g_assert_false (redo (fixture));
  assert_verifies (fixture->store);
}

/* Random steps against a stack that is kept as an editor would. */
static void
test_random_steps_agree_with_two_stacks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "0");
  guint at = 0;

  g_ptr_array_add (states, g_strdup ("0"));
  for (guint i = 1; i < 300; i++) {
    guint dice = (guint)g_rand_int_range (random, 0, 5);

    if (dice < 2) {
      char *text = g_strdup_printf ("%u", i);

      edit_text (fixture->store, &id, text);
      g_ptr_array_set_size (states, (int)at + 1);
      g_ptr_array_add (states, text);
      at++;
    } else if (dice < 4) {
      if (at > 0) {
        g_assert_true (undo (fixture));
        at--;
      }
    } else if (at + 1 < states->len) {
      g_assert_true (redo (fixture));
      at++;
    } else {
      g_assert_false (redo (fixture));
    }
    assert_text (fixture->store, &id, states->pdata[at]);
  }
  assert_verifies (fixture->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/undo/nothing", test_nothing_done_is_nothing_to_undo);
  TEST ("/undo/sessions", test_all_steps_are_walked_back_and_forth_across_sessions);
  TEST ("/undo/redo-emptied", test_a_new_change_empties_the_redo_side);
  TEST ("/undo/erased", test_what_was_erased_is_passed_over);
  TEST ("/undo/tracks", test_tracks_are_undone_apart);
  TEST ("/undo/answers", test_answers_of_a_form_are_passed_over);
  TEST ("/undo/stacks", test_random_steps_agree_with_two_stacks);
  return g_test_run ();
}
