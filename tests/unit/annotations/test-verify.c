/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "store-fixture.h"

/* Each is something done to the file behind the store's back, and what verify must say of it. */
static const struct {
  const char *sql;
  const char *finding;
} damages[] = {
    {"UPDATE op SET clock = clock + 1 WHERE kind = 1", "not what its hash says"},
    {"UPDATE op SET hash = zeroblob (32) WHERE op_key = 2", "not what its hash says"},
    {"UPDATE op SET target_id = zeroblob (16) WHERE kind = 3", "not what its hash says"},
    {"DELETE FROM op WHERE kind = 3", "a change is missing"},
    {"DELETE FROM body WHERE op_key = (SELECT op_key FROM op WHERE kind = 2)",
     "has lost its contents"},
    {"UPDATE body SET salt = zeroblob (16) WHERE op_key = 1", "not what was written"},
    {"UPDATE body SET bytes = CAST (replace (CAST (bytes AS TEXT), 'first', 'fIrst') AS BLOB) "
     "WHERE op_key IN (SELECT op_key FROM op WHERE kind = 1)",
     "not what was written"},
    {"UPDATE log SET device_id = randomblob (16) WHERE track_id IS NULL",
     "does not belong to its writer"},
    {"UPDATE note SET text = 'forged'", "not what its history says"},
    {"UPDATE note SET start_ns = 1", "not what its history says"},
    {"UPDATE note SET length_class = 3", "would not be found"},
    {"UPDATE note SET recency = 5 WHERE rowid = (SELECT min (note_key) FROM note)",
     "would not be found"},
    {"DELETE FROM note", "not in the table of notes"},
    {"UPDATE entity SET body = x'11' WHERE kind = 1", "not what its history says"},
    {"UPDATE entity SET parent_id = randomblob (16) WHERE kind = 6", "not what its history says"},
    {"DELETE FROM entity WHERE kind = 1", "not what its history says"},
    {"UPDATE track SET person_key = segment_key", "not filed under"},
    {"INSERT INTO note SELECT note_key + 100, randomblob (16), recency + 1, track_key, "
     "segment_key, "
     "lens_key, kind, on_focus, pass, start_ns, end_ns, region, reply_to, created_utc_us, "
     "edited_utc_us, tags, text, length_class, NULL, NULL, NULL FROM note LIMIT 1",
     "but the history has"},
    {"INSERT INTO search (search) VALUES ('delete-all')", "index for searching"},
    {"INSERT INTO search (rowid, text) VALUES (77, 'ghost')", "index for searching"},
};

static void
test_each_damage_is_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sound = fixture_file (fixture, "sound.db");
  LwId first = add_text (fixture->store, &fixture->track_id, 5, "first words");
  LwId second = add_range (fixture->store, &fixture->track_id, 6, 70, "second");

  edit_text (fixture->store, &first, "edited words");
  lw_store_delete_note (fixture->store, &second, &error);
  lw_store_restore_note (fixture->store, &second, &error);
  g_assert_cmpuint (count_matches (fixture->store, "words"), ==, 1);
  assert_verifies (fixture->store);
  lw_store_backup (fixture->store, sound, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    g_autofree char *name = g_strdup_printf ("damaged-%u.db", i);
    g_autofree char *path = fixture_file (fixture, name);
    g_autoptr (LwStore) store = NULL;
    g_autofree char *content = NULL;
    g_autofree char *findings = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (sound, &content, &length, NULL));
    g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
    run_sql (path, damages[i].sql);
    store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
    g_assert_no_error (error);
    findings = read_findings (store);
    g_test_message ("%s\n→ %s", damages[i].sql, findings);
    g_assert_nonnull (strstr (findings, damages[i].finding));
  }
}

/* What only the tables had wrong, rebuilding puts right. */
static void
test_rebuilding_mends_the_tables (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 5, "true words");

  g_assert_cmpuint (count_matches (fixture->store, "true"), ==, 1);
  g_clear_object (&fixture->store);
  run_sql (fixture->path, "UPDATE note SET text = 'forged', length_class = 9; DELETE FROM track;"
                          "UPDATE entity SET body = x'00', kind = 2;"
                          "INSERT INTO search (search) VALUES ('delete-all')");
  fixture_reopen (fixture);
  g_assert_true (lw_store_rebuild (fixture->store, &error));
  g_assert_no_error (error);
  assert_verifies (fixture->store);
  assert_text (fixture->store, &id, "true words");
  g_assert_cmpuint (count_matches (fixture->store, "true"), ==, 1);
}

static void
test_a_corrupt_page_is_told_not_trusted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  g_autofree char *findings = NULL;
  gsize length;

  for (guint i = 0; i < 300; i++)
    add_text (fixture->store, &fixture->track_id, i, "a page full of notes, one after the other");
  g_clear_object (&fixture->store);
  g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
  /* All but the first pages, with the schema on them. */
  for (gsize page = 30; page * 4096 < length; page += 2)
    memset (content + page * 4096, 0x5a, 1024);
  g_assert_true (g_file_set_contents (fixture->path, content, (gssize)length, NULL));
  fixture->store = lw_store_open (fixture->path, LW_STORE_OPEN_DEFAULT, &error);
  if (fixture->store == NULL) {
    g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT);
    return;
  }
  findings = read_findings (fixture->store);
  g_assert_nonnull (strstr (findings, "damaged"));
  g_assert_null (lw_store_query (fixture->store, &(LwNoteQuery){0}, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/verify/damages", test_each_damage_is_found);
  TEST ("/verify/rebuild", test_rebuilding_mends_the_tables);
  TEST ("/verify/corrupt-page", test_a_corrupt_page_is_told_not_trusted);
  return g_test_run ();
}
