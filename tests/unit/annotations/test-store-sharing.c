/* SPDX-License-Identifier: LGPL-2.1-or-later */
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
  TEST ("/store-sharing/threads", test_threads_write_and_read_at_once);
  TEST ("/store-sharing/closed", test_a_closed_store_says_so);
  return g_test_run ();
}
