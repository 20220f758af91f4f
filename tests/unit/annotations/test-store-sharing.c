/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "lw-store-puts.h"
#include "store-fixture.h"

typedef struct {
  LwId segment, target;
  guint all, notes;
} News;

static void
take_news (LwStore *store, const LwId *segment, const LwId *target, int what, News *news)
{
  news->segment = *segment;
  news->target = *target;
  if (what == LW_STORE_CHANGE_ALL)
    news->all++;
  if (what == LW_STORE_CHANGE_NOTE)
    news->notes++;
}

static void
test_changes_are_told (Fixture *fixture, gconstpointer data)
{
  News news = {0};
  LwId id;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (fixture->store, "changed", G_CALLBACK (take_news), &news);
  id = add_text (fixture->store, &fixture->track_id, 0, "news");
  while (news.notes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lw_id_equal (&news.target, &id));
  g_assert_true (lw_id_equal (&news.segment, &fixture->segment_id));
  g_assert_cmpuint (news.all, ==, 0);
}

static void
test_changes_of_another_program_are_told_and_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) other = NULL;
  News news = {0};
  LwId id;
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  /* At once after opening: nothing may slip through before the first look. */
  g_signal_connect (fixture->store, "changed", G_CALLBACK (take_news), &news);
  other = lw_store_open (fixture->path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  id = add_text (other, &fixture->track_id, 0, "from elsewhere");
  assert_text (fixture->store, &id, "from elsewhere");
  while (news.all == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (news.all, >=, 1);
}

static void
rename_person (LwStore *store, const LwId *id, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.id = *id, .name = name}, &error);

  lw_store_put_person (store, person, &error);
  g_assert_no_error (error);
}

static void
test_the_structure_counts_when_more_than_notes_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 count = lw_store_get_structure_count (fixture->store);
  LwId person = lw_id_new (), note;

  g_assert_cmpuint (count, >=, 1);
  note = add_text (fixture->store, &fixture->track_id, 0, "a note");
  lw_store_delete_note (fixture->store, &note, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lw_store_get_structure_count (fixture->store), ==, count);
  rename_person (fixture->store, &person, "Ines");
  g_assert_cmpuint (lw_store_get_structure_count (fixture->store), >, count);
  count = lw_store_get_structure_count (fixture->store);
  lw_store_erase_person (fixture->store, &person, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lw_store_get_structure_count (fixture->store), >, count);
}

static void
test_the_structure_counts_what_a_merge_brings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strconcat (fixture->path, "-other", NULL);
  g_autoptr (LwStore) other = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  guint64 count = lw_store_get_structure_count (fixture->store);
  LwId person = lw_id_new ();
  guint forks;

  g_assert_no_error (error);
  rename_person (other, &person, "Ines");
  lw_store_close (other);
  lw_store_merge (fixture->store, path, &forks, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lw_store_get_structure_count (fixture->store), >, count);
  g_unlink (path);
}

/* The loop does not turn here: whoever writes learns of another program's writing by itself. */
static void
test_who_writes_counts_what_another_program_wrote (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) other = lw_store_open (fixture->path, LW_STORE_OPEN_DEFAULT, &error);
  guint64 count = lw_store_get_structure_count (fixture->store);
  LwId person = lw_id_new ();

  g_assert_no_error (error);
  rename_person (other, &person, "Ines");
  add_text (fixture->store, &fixture->track_id, 0, "a note");
  g_assert_cmpuint (lw_store_get_structure_count (fixture->store), >, count);
}

static void
test_puts_that_share_a_commit_are_each_judged_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) others = fixture_add_track (fixture->store, &fixture->segment_id, "Henrik");
  LwId there = add_text (fixture->store, &fixture->track_id, 0, "there already");
  const LwNote notes[] = {
      {.id = lw_id_new (), .track_id = fixture->track_id, .text = "new"},
      {.id = there,
       .track_id = others->id,
       .text = "somebody else's word",
       .edited_utc_us = G_MAXINT64 / 2},
      {.id = lw_id_new (), .track_id = others->id, .text = "also new"},
      {.id = lw_id_new (), .track_id = lw_id_new (), .text = "on no track"},
  };
  const LwBatchOutcome outcomes[] = {LW_BATCH_ADDED, LW_BATCH_ELSEWHERE, LW_BATCH_ADDED,
                                     LW_BATCH_DELETED};
  LwStoreBatch batches[G_N_ELEMENTS (notes)] = {0};
  LwStorePut puts[G_N_ELEMENTS (notes)] = {0};

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    LwNote fields = notes[i];

    fields.kind = LW_NOTE_NOTICING;
    fields.segment_id = fixture->segment_id;
    batches[i].notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
    g_ptr_array_add (batches[i].notes, lw_note_new (&fields, &error));
    g_assert_no_error (error);
    puts[i] = (LwStorePut){.batch = &batches[i], .on_own_track = TRUE};
  }
  lw_store_put_batches (fixture->store, puts, G_N_ELEMENTS (notes));
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    g_assert_no_error (puts[i].error);
    for (guint j = 0; j < LW_BATCH_N_OUTCOMES; j++)
      g_assert_cmpuint (puts[i].counts[j], ==, j == outcomes[i] ? 1 : 0);
  }
  assert_text (fixture->store, &there, "there already");
  g_assert_cmpuint (count_notes (fixture->store), ==, 3);
  assert_verifies (fixture->store);
  lw_store_close (fixture->store);
  lw_store_put_batches (fixture->store, puts, G_N_ELEMENTS (notes));
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    g_assert_error (puts[i].error, LW_STORE_ERROR, LW_STORE_ERROR_IO);
    g_clear_error (&puts[i].error);
    g_ptr_array_unref (batches[i].notes);
  }
}

#define THREADS 4
#define NOTES_EACH 50

static gpointer
add_from_thread (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < NOTES_EACH; i++) {
    LwId id = add_text (fixture->store, &fixture->track_id, i, "from a thread");

    assert_text (fixture->store, &id, "from a thread");
    if (i % 10 == 0)
      g_assert_cmpuint (count_matches (fixture->store, "thread"), >, i);
  }
  return NULL;
}

static void
test_threads_write_and_read_at_once (Fixture *fixture, gconstpointer data)
{
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("writer", add_from_thread, fixture);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_notes (fixture->store), ==, THREADS * NOTES_EACH);
  assert_verifies (fixture->store);
}

static void
test_a_closed_store_says_so (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  lw_store_close (fixture->store);
  lw_store_close (fixture->store);
  g_assert_null (lw_store_query (fixture->store, &(LwNoteQuery){0}, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (lw_store_set_setting (fixture->store, "a", "b", &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-sharing/changed", test_changes_are_told);
  TEST ("/store-sharing/changed-elsewhere", test_changes_of_another_program_are_told_and_read);
  TEST ("/store-sharing/structure", test_the_structure_counts_when_more_than_notes_changed);
  TEST ("/store-sharing/structure-merged", test_the_structure_counts_what_a_merge_brings);
  TEST ("/store-sharing/structure-elsewhere", test_who_writes_counts_what_another_program_wrote);
  TEST ("/store-sharing/puts", test_puts_that_share_a_commit_are_each_judged_alone);
  TEST ("/store-sharing/threads", test_threads_write_and_read_at_once);
  TEST ("/store-sharing/closed", test_a_closed_store_says_so);
  return g_test_run ();
}
