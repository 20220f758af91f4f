/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static void
test_a_backup_is_whole_and_overwrites_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = fixture_file (fixture, "backup.db");
  g_autoptr (LwStore) backup = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "worth keeping");

  g_assert_true (lw_store_backup (fixture->store, path, &error));
  g_assert_no_error (error);
  g_assert_false (lw_store_backup (fixture->store, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  backup = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  assert_text (backup, &id, "worth keeping");
  assert_verifies (backup);
}

static void
test_rebuilding_changes_nothing_to_be_seen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  for (guint i = 0; i < 30; i++) {
    LwId id = add_range (fixture->store, &fixture->track_id, i, i + i % 4, "some words");

    if (i % 3 == 0)
      edit_text (fixture->store, &id, "other words");
    if (i % 5 == 0)
      lw_store_delete_note (fixture->store, &id, &error);
    if (i % 10 == 0)
      lw_store_undo (fixture->store, &fixture->track_id, NULL, &error);
  }
  g_assert_no_error (error);
  before = lw_store_query (fixture->store, &(LwNoteQuery){0}, &error);
  g_assert_true (lw_store_rebuild (fixture->store, &error));
  after = lw_store_query (fixture->store, &(LwNoteQuery){0}, &error);
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint i = 0; i < before->len; i++)
    g_assert_true (lw_note_equal (before->pdata[i], after->pdata[i]));
  assert_verifies (fixture->store);
  g_assert_cmpuint (count_matches (fixture->store, "words"), ==, before->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-keep/backup", test_a_backup_is_whole_and_overwrites_nothing);
  TEST ("/store-keep/rebuild", test_rebuilding_changes_nothing_to_be_seen);
  return g_test_run ();
}
