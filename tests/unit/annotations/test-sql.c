/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-db.h"
#include "lw-sql.h"
#include "store-fixture.h"

static void
test_every_statement_prepares (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwDb) db = lw_db_open (fixture->path, LW_DB_WRITER, NULL, &error);
  g_autofree const char **names = lw_sql_list_names ();
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (LwStatement) statement = NULL;

    /* The pieces of note-query.sql are put together first: see below. */
    if (g_str_has_prefix (names[i], "query-"))
      continue;
    g_test_message ("%s", names[i]);
    statement = lw_db_get (db, names[i], &error);
    g_assert_no_error (error);
    g_assert_nonnull (statement);
    n++;
  }
  g_assert_cmpuint (n, >, 50);
}

/* Every way in, every order, counted and listed. */
static void
test_every_question_prepares (Fixture *fixture, gconstpointer data)
{
  LwId *segment = &fixture->segment_id, *track = &fixture->track_id;
  LwId *person = &fixture->person_id;
  LwNoteQuery queries[] = {
      {0},
      {.segment_id = segment},
      {.segment_id = segment, .has_window = TRUE, .window_end = 5},
      {.has_window = TRUE, .window_end = 5},
      {.track_id = track},
      {.author_id = person},
      {.walk_id = person},
      {.reply_to = person},
      {.tag = "x"},
      {.text = "word"},
      {.text = "👍"},
      {.text = "word 👍", .segment_id = segment, .pass = 1, .on_focus = TRUE, .kinds = 3},
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    for (guint order = 0; order < 3; order++) {
      for (guint limit = 0; limit < 2; limit++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GPtrArray) notes = NULL;
        guint64 n;

        queries[i].order = (LwOrder)order;
        queries[i].limit = limit * 50;
        notes = lw_store_query (fixture->store, &queries[i], &error);
        g_assert_no_error (error);
        g_assert_true (lw_store_count (fixture->store, &queries[i], &n, &error));
        g_assert_no_error (error);
      }
    }
  }
}

static void
assert_pragma (LwDb *db, const char *pragma, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = g_strconcat ("PRAGMA ", pragma, NULL);
  gint64 number;

  lw_db_get_number (db, sql, &number, &error);
  g_assert_no_error (error);
  g_test_message ("%s", pragma);
  g_assert_cmpint (number, ==, expected);
}

static void
test_connections_are_set_as_promised (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwDb) writer = lw_db_open (fixture->path, LW_DB_WRITER, NULL, &error);
  g_autoptr (LwDb) reader = lw_db_open (fixture->path, LW_DB_READER, NULL, &error);
  g_autoptr (LwStatement) mode = lw_db_get_sql (writer, "PRAGMA journal_mode", &error);
  gboolean row;

  g_assert_true (lw_step (writer, mode, &row, &error));
  g_assert_cmpstr ((const char *)sqlite3_column_text (mode, 0), ==, "wal");
  assert_pragma (writer, "application_id", LW_APPLICATION_ID);
  assert_pragma (writer, "user_version", LW_SCHEMA_VERSION);
  assert_pragma (writer, "synchronous", 2);
  assert_pragma (writer, "foreign_keys", 1);
  assert_pragma (writer, "secure_delete", 1);
  assert_pragma (writer, "busy_timeout", 2000);
  assert_pragma (reader, "query_only", 1);
  g_assert_false (lw_db_exec (reader, "DELETE FROM note", &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY);
}

/* Reading every note of a lesson to answer for a few seconds is what version 2 is there to avoid.
 */
static void
test_hot_questions_use_their_index (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *from;
    const char *index;
  } cases[] = {
      {"query-from-window", "note_by_segment (segment_key=? AND length_class=? AND start_ns>?"},
      {"query-from-segment", "note_by_segment (segment_key=?"},
      {"query-from-track", "note_by_track (track_key=?"},
      {"query-from-newest", "note_by_recency"},
      {"query-from-reply", "note_by_reply (reply_to=?"},
      {"query-from-words", "note_by_recency (recency=?"},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (LwDb) db = lw_db_open (fixture->path, LW_DB_READER, NULL, &error);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *sql = g_strdup_printf (
        "EXPLAIN QUERY PLAN %s\n%s\n%s\n%s", lw_sql_get ("query-columns"),
        lw_sql_get (cases[i].from), lw_sql_get ("query-joins"), lw_sql_get ("query-where"));
    g_autoptr (LwStatement) plan = lw_db_get_sql (db, sql, &error);
    g_autoptr (GString) steps = g_string_new (NULL);
    gboolean row;

    g_assert_no_error (error);
    while (lw_step (db, plan, &row, &error) && row)
      g_string_append_printf (steps, "%s\n", (const char *)sqlite3_column_text (plan, 3));
    g_test_message ("%s", steps->str);
    g_assert_nonnull (strstr (steps->str, cases[i].index));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/sql/statements", test_every_statement_prepares);
  TEST ("/sql/questions", test_every_question_prepares);
  TEST ("/sql/pragmas", test_connections_are_set_as_promised);
  TEST ("/sql/indexes", test_hot_questions_use_their_index);
  return g_test_run ();
}
