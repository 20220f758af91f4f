/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-board.h"
#include "store-fixture.h"

#define SECRET "xylophonesecret"

static void
assert_wiped (Fixture *fixture, const char *word)
{
  /* Both while the store is open, with its WAL, and when all is closed. */
  g_assert_false (files_hold (fixture->path, word));
  fixture_reopen (fixture);
  g_assert_false (files_hold (fixture->path, word));
  assert_verifies (fixture->store);
}

static void
test_an_erased_note_is_nowhere_in_the_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) draft = NULL;
  LwStoreStats stats;
  LwId id, other;

  /* Among others, edited both ways, undone, indexed, drafted. */
  for (guint i = 0; i < 200; i++)
    add_text (fixture->store, &fixture->track_id, i, "an ordinary note among many others");
  id = add_text (fixture->store, &fixture->track_id, 1, SECRET " first");
  other = add_text (fixture->store, &fixture->track_id, 2, "stays");
  g_assert_cmpuint (count_matches (fixture->store, SECRET), ==, 1);
  edit_text (fixture->store, &id, "second " SECRET);
  edit_text (fixture->store, &id, "harmless");
  g_assert_true (lw_store_undo (fixture->store, &fixture->track_id, NULL, &error));
  g_assert_true (lw_store_redo (fixture->store, &fixture->track_id, NULL, &error));
  draft = lw_note_new (&(LwNote){.id = id, .track_id = fixture->track_id, .text = SECRET " draft"},
                       NULL);
  g_assert_true (lw_store_save_draft (fixture->store, draft, FALSE, &error));
  g_assert_cmpuint (count_matches (fixture->store, "harmless"), ==, 1);
  g_assert_true (files_hold (fixture->path, SECRET));

  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, SECRET);
  assert_gone (fixture->store, &id);
  assert_text (fixture->store, &other, "stays");
  g_assert_cmpuint (count_matches (fixture->store, "harmless"), ==, 0);
  g_assert_cmpuint (count_matches (fixture->store, "ordinary"), ==, 200);
  assert_drafts (fixture->store, &fixture->track_id, NULL, NULL);
  lw_store_stats (fixture->store, &stats, &error);
  g_assert_cmpuint (stats.bodies_erased, ==, 5);
  g_assert_true (lw_store_rebuild (fixture->store, &error));
  assert_gone (fixture->store, &id);
}

/* Live notes move from page to page as others go; no page may keep a copy of what moved. */
static void
test_no_page_keeps_what_once_lay_on_it (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autoptr (GError) error = NULL;
  LwId ids[400];
  guint erased = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *filler = g_strnfill ((gsize)g_rand_int_range (random, 1, 1500), 'f');
    g_autofree char *text = g_strdup_printf (SECRET "%03u %s", i, filler);

    ids[i] = add_text (fixture->store, &fixture->track_id, i, text);
  }
  g_assert_cmpuint (count_matches (fixture->store, "f"), ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    if (g_rand_int_range (random, 0, 3) > 0)
      lw_store_delete_note (fixture->store, &ids[i], &error);
    else if (i % 5 == 0)
      edit_text (fixture->store, &ids[i], "now with other words");
  }
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i += 37, erased++) {
    g_autofree char *word = g_strdup_printf (SECRET "%03u", i);

    g_assert_true (lw_store_erase_note (fixture->store, &ids[i], &error));
    g_assert_no_error (error);
    g_assert_false (files_hold (fixture->path, word));
  }
  g_assert_cmpuint (erased, >, 5);
  g_assert_true (files_hold (fixture->path, SECRET "001"));
  assert_verifies (fixture->store);
}

/* SQLite overwrites what the store deletes. A program that does not ask for that leaves the bytes
 * in free pages, and only writing the file anew is rid of them. */
static void
test_free_pages_keep_nothing_of_what_was_erased (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, SECRET);

  run_sql (fixture->path,
           "PRAGMA secure_delete = OFF;"
           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
           " INSERT INTO setting (key, value)"
           " SELECT 'slack' || i, '" SECRET "' || hex (zeroblob (1500)) FROM n;"
           "DELETE FROM setting WHERE key LIKE 'slack%';"
           "PRAGMA wal_checkpoint (TRUNCATE);");
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, SECRET);
}

static void
test_a_megabyte_and_its_words_are_erased (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  LwId id;

  while (text->len < 1000000)
    g_string_append_printf (text, SECRET "%u ", (guint)text->len);
  id = add_text (fixture->store, &fixture->track_id, 0, text->str);
  g_assert_cmpuint (count_matches (fixture->store, SECRET "0"), ==, 1);
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, "xylophone");
}

static void
test_an_erased_track_takes_its_notes_and_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  g_autoptr (GError) error = NULL;
  g_autofree char *track = lw_id_to_string (&fixture->track_id);
  g_autofree char *key = g_strconcat ("pass:", track, NULL);
  LwId theirs = add_text (fixture->store, &other->id, 0, "theirs");
  LwId id = add_text (fixture->store, &fixture->track_id, 0, SECRET);
  LwNote late = {.track_id = fixture->track_id};

  lw_store_set_setting (fixture->store, key, SECRET, &error);
  edit_text (fixture->store, &id, SECRET " again");
  lw_store_delete_note (fixture->store, &id, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_erase_track (fixture->store, &fixture->track_id, &error));
  assert_wiped (fixture, SECRET);
  assert_text (fixture->store, &theirs, "theirs");
  g_assert_false (lw_store_add_note (fixture->store, &late, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (lw_store_restore_note (fixture->store, &id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_an_erased_lesson_takes_its_tracks_and_where_it_lay (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = fixture_add_segment (fixture->store, SECRET);
  g_autoptr (LwTrack) track = fixture_add_track (fixture->store, &segment->id, "Bo");
  g_autoptr (GPtrArray) tracks = NULL;

  add_text (fixture->store, &track->id, 0, SECRET " note");
  lw_store_remember_media (fixture->store, &segment->media, "/home/" SECRET ".mp4", 1, 1, &error);
  g_assert_true (lw_store_erase_segment (fixture->store, &segment->id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, SECRET);
  g_assert_null (lw_store_get_segment (fixture->store, &segment->id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  tracks = lw_store_list (fixture->store, LW_ENTITY_TRACK, NULL, NULL);
  g_assert_cmpuint (tracks->len, ==, 1);
}

static void
test_an_erased_person_leaves_no_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) track = fixture_add_track (fixture->store, &fixture->segment_id, SECRET);
  g_autoptr (LwPerson) renamed = lw_person_new (&(LwPerson){track->person_id, "Bo"}, NULL);

  add_text (fixture->store, &track->id, 0, "hers, " SECRET);
  g_assert_true (lw_store_put_person (fixture->store, renamed, &error));
  g_assert_true (lw_store_erase_person (fixture->store, &track->person_id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, SECRET);
  g_assert_cmpuint (count_notes (fixture->store), ==, 0);
  g_assert_false (lw_store_put_person (fixture->store, renamed, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
}

static void
put_item (LwStore *store, LwEntityKind kind, gconstpointer fields)
{
  g_autoptr (GError) error = NULL;
  gpointer item = lw_item_new (kind, fields, &error);

  g_assert_no_error (error);
  g_assert_true (lw_store_put_item (store, kind, item, NULL, &error));
  g_assert_no_error (error);
  lw_item_unref (kind, item);
}

static guint
count_items (LwStore *store, LwEntityKind kind, const LwId *walk)
{
  g_autoptr (GPtrArray) items = lw_store_list (store, kind, walk, NULL);

  return items->len;
}

static void
test_an_erased_persons_words_in_walks_go_and_those_of_all_stay (Fixture *fixture,
                                                                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) track = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.title = "A walk"}, &error);
  g_autoptr (LwMember) member = NULL;
  LwItem hers = {.by_id = track->person_id}, theirs = {.by_id = fixture->person_id};
  LwStep step;

  g_assert_true (lw_store_put_walk (fixture->store, walk, &error));
  member = lw_member_new (&(LwMember){.walk_id = walk->id,
                                      .person_id = track->person_id,
                                      .roles = 1 << LW_ROLE_COACH,
                                      .intention = "To listen for a " SECRET},
                          &error);
  g_assert_true (lw_store_put_member (fixture->store, member, &error));
  g_assert_no_error (error);
  hers.walk_id = theirs.walk_id = walk->id;
  hers.edited_utc_us = theirs.edited_utc_us = 1000;
  step = (LwStep){.item = theirs, .level = "teacher", .text = "Ask, and wait"};
  step.item.id = lw_id_new ();
  put_item (fixture->store, LW_ENTITY_STEP, &step);
  put_item (
      fixture->store, LW_ENTITY_FOLLOW_UP,
      &(LwFollowUp){
          .item = hers, .step_id = step.item.id, .text = "I tried " SECRET, .on = "2026-12-01"});
  put_item (fixture->store, LW_ENTITY_MESSAGE,
            &(LwMessage){.item = hers, .text = "Between us: " SECRET, .created_utc_us = 1000});
  put_item (fixture->store, LW_ENTITY_MESSAGE,
            &(LwMessage){.item = theirs, .text = "My answer", .created_utc_us = 1001});

  g_assert_true (lw_store_erase_person (fixture->store, &track->person_id, &error));
  g_assert_no_error (error);
  assert_wiped (fixture, SECRET);
  g_assert_cmpuint (count_items (fixture->store, LW_ENTITY_MEMBER, &walk->id), ==, 0);
  g_assert_cmpuint (count_items (fixture->store, LW_ENTITY_FOLLOW_UP, &walk->id), ==, 0);
  g_assert_cmpuint (count_items (fixture->store, LW_ENTITY_MESSAGE, &walk->id), ==, 1);
  g_assert_cmpuint (count_items (fixture->store, LW_ENTITY_STEP, &walk->id), ==, 1);
}

static void
test_erasing_the_local_person_makes_room_for_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) next = NULL;

  g_assert_true (lw_store_erase_person (fixture->store, &fixture->person_id, &error));
  next = lw_store_ensure_local_person (fixture->store, "Next", &error);
  g_assert_no_error (error);
  g_assert_false (lw_id_equal (&next->id, &fixture->person_id));
}

static void
test_what_is_not_there_cannot_be_erased (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId nothing = lw_id_new ();

  g_assert_false (lw_store_erase_note (fixture->store, &nothing, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A person is no track. */
  g_assert_false (lw_store_erase_track (fixture->store, &fixture->person_id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/erase/note", test_an_erased_note_is_nowhere_in_the_files);
  TEST ("/erase/pages", test_no_page_keeps_what_once_lay_on_it);
  TEST ("/erase/free-pages", test_free_pages_keep_nothing_of_what_was_erased);
  TEST ("/erase/megabyte", test_a_megabyte_and_its_words_are_erased);
  TEST ("/erase/track", test_an_erased_track_takes_its_notes_and_settings);
  TEST ("/erase/segment", test_an_erased_lesson_takes_its_tracks_and_where_it_lay);
  TEST ("/erase/person", test_an_erased_person_leaves_no_name);
  TEST ("/erase/persons-words", test_an_erased_persons_words_in_walks_go_and_those_of_all_stay);
  TEST ("/erase/local-person", test_erasing_the_local_person_makes_room_for_another);
  TEST ("/erase/nothing", test_what_is_not_there_cannot_be_erased);
  return g_test_run ();
}
