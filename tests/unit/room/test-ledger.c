/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "lw-audit.h"
#include "lw-sql.h"

GResource *lw_room_sql_get_resource (void);

typedef struct {
  char *folder, *path;
  LwLedger *ledger;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("lw-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "ledger.db", NULL);
  fixture->ledger = lw_ledger_open (fixture->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (fixture->path, "-shm", NULL);

  lw_ledger_close (fixture->ledger);
  g_unlink (wal);
  g_unlink (shm);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* ---- SQL ---- */

static gboolean
prepare_all (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (GHashTable) statements =
      lw_sql_read_statements (lw_room_sql_get_resource (), "/lessonwalk/room/sql");
  GHashTableIter iter;
  gpointer name, sql;

  g_hash_table_iter_init (&iter, statements);
  while (g_hash_table_iter_next (&iter, &name, &sql)) {
    g_autoptr (LwStatement) statement = NULL;

    g_test_message ("%s", (const char *)name);
    statement = lw_db_get_sql (db, sql, error);
    if (statement == NULL)
      return FALSE;
  }
  *(guint *)data = g_hash_table_size (statements);
  return TRUE;
}

static void
test_every_statement_prepares (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  lw_ledger_read (fixture->ledger, prepare_all, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, >=, 13);
}

static gboolean
run_script (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_db_exec (db, data, error);
}

static void
test_a_newer_ledger_is_left_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gsize before_length, after_length;
  LwLedger *again;

  g_assert_true (
      lw_ledger_read (fixture->ledger, run_script, (gpointer) "PRAGMA user_version = 99", &error));
  g_clear_pointer (&fixture->ledger, lw_ledger_close);
  g_file_get_contents (fixture->path, &before, &before_length, &error);
  g_assert_no_error (error);
  again = lw_ledger_open (fixture->path, &error);
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NEWER);
  g_assert_null (again);
  g_clear_error (&error);
  g_file_get_contents (fixture->path, &after, &after_length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (before, before_length, after, after_length);
}

/* ---- the audit log ---- */

static gboolean
add_row (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_audit_add_in (ledger, db, data, error);
}

static void
add_rows (LwLedger *ledger, guint n)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    LwAuditEvent event = {.action = i % LW_AUDIT_N_ACTIONS,
                          .person_id = lw_id_new (),
                          .segment_id = i % 2 ? lw_id_new () : LW_ID_NONE,
                          .detail = i % 3 ? NULL : "observe"};

    g_assert_true (lw_ledger_write (ledger, add_row, &event, &error));
    g_assert_no_error (error);
  }
}

static LwAuditState
verify (LwLedger *ledger)
{
  g_autoptr (GError) error = NULL;
  LwAuditState state;

  g_assert_true (lw_audit_verify (ledger, &state, &error));
  g_assert_no_error (error);
  return state;
}

static void
test_a_whole_chain_verifies (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (verify (fixture->ledger).rows, ==, 0);
  /* Every action has its word, and more than one piece is read. */
  add_rows (fixture->ledger, 40);
  g_assert_cmpint (verify (fixture->ledger).rows, ==, 40);
  g_assert_cmpint (verify (fixture->ledger).broken_at, ==, 0);
}

static void
test_no_row_changes_unseen (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *script;
    gint64 found_at;
  } breaches[] = {
      {"UPDATE audit SET utc_us = utc_us + 1 WHERE seq = 7", 7},
      {"UPDATE audit SET action = 'watched' WHERE seq = 7", 7},
      {"UPDATE audit SET person_id = NULL WHERE seq = 7", 7},
      {"UPDATE audit SET person_id = zeroblob (15) || x'01' WHERE seq = 7", 7},
      {"UPDATE audit SET segment_id = walk_id, walk_id = segment_id WHERE seq = 8", 8},
      {"UPDATE audit SET target_id = segment_id, segment_id = NULL WHERE seq = 8", 8},
      {"UPDATE audit SET detail = detail || 'x' WHERE seq = 7", 7},
      {"UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 6) WHERE seq = 7", 7},
      {"DELETE FROM audit WHERE seq = 7", 8},
      {"DELETE FROM audit WHERE seq = 1", 2},
      {"DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = seq - 1 WHERE seq > 7", 7},
      {"UPDATE audit SET seq = -7 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; "
       "UPDATE audit SET seq = 8 WHERE seq = -7",
       7},
  };

  add_rows (fixture->ledger, 12);
  for (guint i = 0; i < G_N_ELEMENTS (breaches); i++) {
    g_autofree char *script = g_strconcat ("SAVEPOINT breach; ", breaches[i].script, NULL);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", breaches[i].script);
    lw_ledger_read (fixture->ledger, run_script, script, &error);
    g_assert_no_error (error);
    g_assert_cmpint (verify (fixture->ledger).broken_at, ==, breaches[i].found_at);
    lw_ledger_read (fixture->ledger, run_script, (gpointer) "ROLLBACK TO breach; RELEASE breach",
                    &error);
    g_assert_no_error (error);
    g_assert_cmpint (verify (fixture->ledger).rows, ==, 12);
  }
}

static gpointer
add_in_thread (gpointer data)
{
  add_rows (data, 50);
  return NULL;
}

static void
test_rows_of_many_threads_make_one_chain (Fixture *fixture, gconstpointer data)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("adding", add_in_thread, fixture->ledger);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (verify (fixture->ledger).rows, ==, 400);
}

static void
test_what_is_to_come_soon_is_there_at_the_end (Fixture *fixture, gconstpointer data)
{
  LwRoom room = {.ledger = fixture->ledger, .audit = lw_audit_queue_new (fixture->ledger)};

  for (guint i = 0; i < 10000; i++)
    lw_audit_add_soon (&room,
                       &(LwAuditEvent){.action = LW_AUDIT_PINNED, .target_id = lw_id_new ()});
  lw_audit_queue_free (room.audit);
  g_assert_cmpint (verify (fixture->ledger).rows, ==, 10000);
}

/* All rows' actions, oldest first: "pinned shared". */
static gboolean
read_actions (LwLedger *ledger G_GNUC_UNUSED, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) all = lw_db_get_sql (
      db, "SELECT group_concat (action, ' ') FROM (SELECT action FROM audit ORDER BY seq)", error);
  gboolean row;

  if (all == NULL || !lw_step (db, all, &row, error))
    return FALSE;
  *(char **)data = lw_column_text (all, 0);
  return TRUE;
}

static char *
get_actions (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *actions = NULL;

  lw_ledger_read (fixture->ledger, read_actions, &actions, &error);
  g_assert_no_error (error);
  return actions;
}

static void
test_rows_stand_in_the_order_of_what_happened (Fixture *fixture, gconstpointer data)
{
  LwRoom room = {.ledger = fixture->ledger, .audit = lw_audit_queue_new (fixture->ledger)};
  g_autoptr (GError) error = NULL;
  g_autofree char *actions = NULL;

  lw_audit_add_soon (&room, &(LwAuditEvent){.action = LW_AUDIT_PINNED});
  lw_audit_add (&room, &(LwAuditEvent){.action = LW_AUDIT_SHARED}, &error);
  g_assert_no_error (error);
  lw_audit_add_soon (&room, &(LwAuditEvent){.action = LW_AUDIT_DELETED_NOTE});
  lw_audit_catch_up (&room, &error);
  g_assert_no_error (error);
  actions = get_actions (fixture);
  g_assert_cmpstr (actions, ==, "pinned shared deleted-note");
  lw_audit_queue_free (room.audit);
}

static void
test_rows_that_could_not_be_kept_wait_on_at_the_head (Fixture *fixture, gconstpointer data)
{
  LwRoom room = {.ledger = fixture->ledger, .audit = lw_audit_queue_new (fixture->ledger)};
  g_autoptr (GError) error = NULL;
  g_autofree char *blocked = NULL;
  g_autofree char *freed = NULL;

  lw_ledger_read (fixture->ledger, run_script,
                  (gpointer) "CREATE TEMP TRIGGER blocked BEFORE INSERT ON main.audit "
                             "WHEN NEW.action = 'pinned' BEGIN SELECT RAISE (ABORT, 'no'); END",
                  &error);
  g_assert_no_error (error);
  lw_audit_add_soon (&room, &(LwAuditEvent){.action = LW_AUDIT_PINNED});
  /* What others write meanwhile is kept. */
  lw_audit_add (&room, &(LwAuditEvent){.action = LW_AUDIT_SHARED}, &error);
  g_assert_no_error (error);
  blocked = get_actions (fixture);
  g_assert_cmpstr (blocked, ==, "shared");
  lw_ledger_read (fixture->ledger, run_script, (gpointer) "DROP TRIGGER blocked", &error);
  g_assert_no_error (error);
  lw_audit_add (&room, &(LwAuditEvent){.action = LW_AUDIT_UNSHARED}, &error);
  g_assert_no_error (error);
  lw_audit_queue_free (room.audit);
  freed = get_actions (fixture);
  g_assert_cmpstr (freed, ==, "shared pinned unshared");
  g_assert_cmpint (verify (fixture->ledger).broken_at, ==, 0);
}

#define TEST(name, test) g_test_add (name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/ledger/statements", test_every_statement_prepares);
  TEST ("/ledger/newer", test_a_newer_ledger_is_left_alone);
  TEST ("/ledger/audit/whole", test_a_whole_chain_verifies);
  TEST ("/ledger/audit/breaches", test_no_row_changes_unseen);
  TEST ("/ledger/audit/threads", test_rows_of_many_threads_make_one_chain);
  TEST ("/ledger/audit/soon", test_what_is_to_come_soon_is_there_at_the_end);
  TEST ("/ledger/audit/order", test_rows_stand_in_the_order_of_what_happened);
  TEST ("/ledger/audit/again", test_rows_that_could_not_be_kept_wait_on_at_the_head);
  return g_test_run ();
}
