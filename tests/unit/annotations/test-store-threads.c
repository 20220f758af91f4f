/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many threads write to one store at once, and share its commits. */
#include <glib/gstdio.h>

#include "store-fixture.h"

#define THREADS 8
#define WRITES 40

typedef struct {
  Fixture *fixture;
  LwId taken; /* an id that is in use already */
  guint kept;
  guint refused;
} Walker;

static gpointer
write_many (gpointer data)
{
  Walker *walker = data;

  for (guint i = 0; i < WRITES; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (LwNote) read = NULL;
    gboolean twin = i % 5 == 4;
    LwNote fields = {.id = twin ? walker->taken : lw_id_new (),
                     .track_id = walker->fixture->track_id,
                     .start = i * LW_SECOND,
                     .end = i * LW_SECOND,
                     .text = twin ? "a twin" : "one of many"};

    if (!lw_store_add_note (walker->fixture->store, &fields, NULL, &error)) {
      g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
      walker->refused++;
      continue;
    }
    read = lw_store_get_note (walker->fixture->store, &fields.id, &error);
    g_assert_no_error (error);
    walker->kept++;
  }
  return NULL;
}

static void
test_a_refused_write_spoils_none_beside_it (Fixture *fixture, gconstpointer data)
{
  LwId taken = add_text (fixture->store, &fixture->track_id, 0, "there first");
  Walker walkers[THREADS];
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++) {
    walkers[i] = (Walker){fixture, taken, 0, 0};
    threads[i] = g_thread_new ("walker", write_many, &walkers[i]);
  }
  for (guint i = 0; i < THREADS; i++) {
    g_thread_join (threads[i]);
    g_assert_cmpuint (walkers[i].kept, ==, WRITES - WRITES / 5);
    g_assert_cmpuint (walkers[i].refused, ==, WRITES / 5);
  }
  g_assert_cmpuint (count_notes (fixture->store), ==, THREADS * (WRITES - WRITES / 5) + 1);
  assert_text (fixture->store, &taken, "there first");
  assert_verifies (fixture->store);
  fixture_reopen (fixture);
  g_assert_cmpuint (count_notes (fixture->store), ==, THREADS * (WRITES - WRITES / 5) + 1);
}

static gint64
file_size (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

/* No loop turns here, so that no housekeeping comes in between; and each note fills pages. */
static void
test_a_log_that_grows_moves_into_the_file_beside_those_who_write (Fixture *fixture,
                                                                  gconstpointer data)
{
  g_autofree char *text = g_strnfill (60000, 'a');
  const gint64 before = file_size (fixture->path);
  const gint64 watchdog_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  LwId first = add_text (fixture->store, &fixture->track_id, 0, text);
  guint n = 1;

  while (file_size (fixture->path) < before + 4000000 && g_get_monotonic_time () < watchdog_us) {
    for (guint i = 0; i < 20; i++, n++)
      add_text (fixture->store, &fixture->track_id, n * LW_SECOND, text);
  }
  g_assert_cmpint (file_size (fixture->path), >=, before + 4000000);
  /* An erasure empties the log, whoever moves it just now. */
  g_assert_true (lw_store_erase_note (fixture->store, &first, NULL));
  fixture_reopen (fixture);
  g_assert_cmpuint (count_notes (fixture->store), ==, n - 1);
  assert_verifies (fixture->store);
}

/* How often the log began anew: SQLite's file format, 4.1, the write-ahead log's header. */
static guint32
read_log_turn (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  FILE *file = g_fopen (wal, "rb");
  guint32 header[4] = {0};

  g_assert_nonnull (file);
  g_assert_cmpuint (fread (header, sizeof header, 1, file), ==, 1);
  fclose (file);
  return GUINT32_FROM_BE (header[3]);
}

typedef struct {
  Fixture *fixture;
  const char *text;
  guint32 turn;
  int n_written; /* by all, atomic */
} Crowd;

static gpointer
write_until_log_begins_anew (gpointer data)
{
  Crowd *crowd = data;

  while (read_log_turn (crowd->fixture->path) == crowd->turn) {
    guint n = (guint)g_atomic_int_add (&crowd->n_written, 1);

    /* A fifth of that is enough; twice as much, where nobody who commits moves what is left. */
    g_assert_cmpuint (n, <, 250);
    add_text (crowd->fixture->store, &crowd->fixture->track_id, n * LW_SECOND, crowd->text);
  }
  return NULL;
}

static void
test_a_log_begins_anew_while_a_crowd_writes_without_a_pause (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (60000, 'a');
  LwId first = add_text (fixture->store, &fixture->track_id, 0, text);
  Crowd crowd = {fixture, text, read_log_turn (fixture->path), 0};
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("walker", write_until_log_begins_anew, &crowd);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  fixture_reopen (fixture);
  assert_text (fixture->store, &first, text);
  g_assert_cmpuint (count_notes (fixture->store), ==, (guint)crowd.n_written + 1);
  assert_verifies (fixture->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/threads/refused", test_a_refused_write_spoils_none_beside_it);
  TEST ("/threads/log", test_a_log_that_grows_moves_into_the_file_beside_those_who_write);
  TEST ("/threads/log-anew", test_a_log_begins_anew_while_a_crowd_writes_without_a_pause);
  return g_test_run ();
}
