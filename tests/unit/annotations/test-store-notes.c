/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static void
test_a_note_is_there_after_reopening (Fixture *fixture, gconstpointer data)
{
  const char *const tags[] = {"board", "talk", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) added = NULL;
  g_autoptr (LwNote) read = NULL;
  LwNote fields = {.track_id = fixture->track_id,
                   .lens_id = lw_id_new (),
                   .kind = LW_NOTE_WONDERING,
                   .on_focus = TRUE,
                   .pass = 2,
                   .start = 247033333333,
                   .end = 251 * LW_SECOND,
                   .region = {100, 200, 9000, 9800},
                   .text = "Who answers?\n学生",
                   .tags = tags};

  lw_store_add_note (fixture->store, &fields, &added, &error);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&added->segment_id, &fixture->segment_id));
  g_assert_true (lw_id_equal (&added->author_id, &fixture->person_id));
  fixture_reopen (fixture);
  read = lw_store_get_note (fixture->store, &added->id, &error);
  g_assert_no_error (error);
  g_assert_true (lw_note_equal (added, read));
  g_assert_cmpint (read->start, ==, 247033333333);
  assert_verifies (fixture->store);
}

static void
test_a_megabyte_of_text_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_malloc (LW_NOTE_TEXT_MAX_BYTES + 1);
  LwId id;

  for (guint i = 0; i < LW_NOTE_TEXT_MAX_BYTES; i++)
    text[i] = i % 7 == 6 ? ' ' : (char)('a' + i * 31 % 26);
  text[LW_NOTE_TEXT_MAX_BYTES] = '\0';
  id = add_text (fixture->store, &fixture->track_id, 0, text);
  assert_text (fixture->store, &id, text);
  g_assert_cmpuint (count_matches (fixture->store, "nothing"), ==, 0);
  assert_verifies (fixture->store);
}

static void
test_a_note_needs_its_track (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwNote fields = {.track_id = lw_id_new (), .text = "nowhere"};

  g_assert_false (lw_store_add_note (fixture->store, &fields, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_an_id_is_given_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwNote fields = {.track_id = fixture->track_id};

  fields.id = add_text (fixture->store, &fixture->track_id, 0, "first");
  fields.text = "second";
  g_assert_false (lw_store_add_note (fixture->store, &fields, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  assert_text (fixture->store, &fields.id, "first");
}

static void
test_many_notes_are_added_all_or_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);

  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (notes, lw_note_new (&(LwNote){.track_id = fixture->track_id}, NULL));
  g_ptr_array_add (notes, lw_note_new (&(LwNote){.track_id = lw_id_new ()}, NULL));
  g_assert_false (lw_store_add_notes (fixture->store, notes, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_notes (fixture->store), ==, 0);
  g_clear_error (&error);
  g_ptr_array_set_size (notes, 10);
  lw_store_add_notes (fixture->store, notes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_notes (fixture->store), ==, 10);
}

static void
test_a_thread_does_not_answer_itself (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) reply = NULL;
  g_autoptr (GPtrArray) answers = NULL;
  LwId root = add_text (fixture->store, &fixture->track_id, 0, "root");
  LwNote fields = {.track_id = fixture->track_id, .kind = LW_NOTE_REPLY, .reply_to = root};
  LwNote turned;

  lw_store_add_note (fixture->store, &fields, &reply, &error);
  g_assert_no_error (error);
  answers = lw_store_query (fixture->store, &(LwNoteQuery){.reply_to = &root}, &error);
  g_assert_cmpuint (answers->len, ==, 1);
  turned = (LwNote){
      .id = root, .track_id = fixture->track_id, .kind = LW_NOTE_REPLY, .reply_to = reply->id};
  g_assert_false (lw_store_edit_note (fixture->store, &turned, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  fields.reply_to = lw_id_new ();
  g_assert_false (lw_store_add_note (fixture->store, &fields, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_delete_beats_edit_until_restored (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 5, "one");
  g_autoptr (LwNote) before = lw_store_get_note (fixture->store, &id, &error);
  g_autoptr (LwNote) after = NULL;

  g_assert_true (lw_store_delete_note (fixture->store, &id, &error));
  assert_gone (fixture->store, &id);
  g_assert_false (lw_store_edit_note (fixture->store, before, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (lw_store_delete_note (fixture->store, &id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_restore_note (fixture->store, &id, &error));
  after = lw_store_get_note (fixture->store, &id, &error);
  g_assert_true (lw_note_equal (before, after));
  assert_verifies (fixture->store);
}

static void
test_a_deleted_note_still_tells_its_track (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Rowan");
  LwId id = add_text (fixture->store, &other->id, 5, "Rowan's");
  LwId unknown = lw_id_new ();
  LwId found;

  g_assert_true (lw_store_get_track_of_note (fixture->store, &id, &found, &error));
  g_assert_true (lw_id_equal (&found, &other->id));
  g_assert_true (lw_store_delete_note (fixture->store, &id, &error));
  found = (LwId){0};
  g_assert_true (lw_store_get_track_of_note (fixture->store, &id, &found, &error));
  g_assert_true (lw_id_equal (&found, &other->id));
  g_assert_false (lw_store_get_track_of_note (fixture->store, &unknown, &found, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A track or a person is no note, though logs name them as well. */
  g_assert_false (lw_store_get_track_of_note (fixture->store, &other->id, &found, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_false (lw_store_get_track_of_note (fixture->store, &id, &found, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_many_are_looked_up_at_their_places (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  LwId ids[] = {add_text (fixture->store, &fixture->track_id, 1, "here"), lw_id_new (),
                add_text (fixture->store, &fixture->track_id, 2, "deleted"), fixture->track_id};
  gboolean known[G_N_ELEMENTS (ids)];

  g_assert_true (lw_store_delete_note (fixture->store, &ids[2], &error));
  notes = lw_store_get_notes (fixture->store, ids, G_N_ELEMENTS (ids), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, G_N_ELEMENTS (ids));
  g_assert_cmpstr (((const LwNote *)notes->pdata[0])->text, ==, "here");
  for (guint i = 1; i < notes->len; i++)
    g_assert_null (notes->pdata[i]);
  g_assert_true (lw_store_are_known (fixture->store, ids, G_N_ELEMENTS (ids), known, &error));
  g_assert_true (known[0] && !known[1] && known[2] && known[3]);
}

static void
test_an_edit_is_newer_also_when_the_clock_was_set_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) future = NULL;
  g_autoptr (LwNote) edited = NULL;
  LwNote fields = {.track_id = fixture->track_id,
                   .created_utc_us = g_get_real_time () + G_GINT64_CONSTANT (3600000000)};

  /* As if it had been written before the clock went back by an hour. */
  lw_store_add_note (fixture->store, &fields, &future, &error);
  g_assert_no_error (error);
  fields = *future;
  fields.text = "later all the same";
  fields.created_utc_us = 77;
  lw_store_edit_note (fixture->store, &fields, &edited, &error);
  g_assert_no_error (error);
  g_assert_cmpint (edited->edited_utc_us, >, future->edited_utc_us);
  g_assert_cmpint (edited->created_utc_us, ==, future->created_utc_us);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-notes/note-reopened", test_a_note_is_there_after_reopening);
  TEST ("/store-notes/megabyte", test_a_megabyte_of_text_is_kept);
  TEST ("/store-notes/no-track", test_a_note_needs_its_track);
  TEST ("/store-notes/same-id", test_an_id_is_given_once);
  TEST ("/store-notes/all-or-none", test_many_notes_are_added_all_or_none);
  TEST ("/store-notes/threads-of-replies", test_a_thread_does_not_answer_itself);
  TEST ("/store-notes/delete-beats-edit", test_delete_beats_edit_until_restored);
  TEST ("/store-notes/track-of-deleted", test_a_deleted_note_still_tells_its_track);
  TEST ("/store-notes/many-at-once", test_many_are_looked_up_at_their_places);
  TEST ("/store-notes/clock-back", test_an_edit_is_newer_also_when_the_clock_was_set_back);
  return g_test_run ();
}
