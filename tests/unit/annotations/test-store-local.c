/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static void
test_media_is_found_by_its_content (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = lw_store_get_segment (fixture->store, &fixture->segment_id, NULL);
  g_autoptr (LwSegment) other = fixture_add_segment (fixture->store, "Other");
  g_autoptr (GPtrArray) found = lw_store_find_segments (fixture->store, &segment->media, &error);
  g_autoptr (GPtrArray) recent = NULL;
  g_auto (GStrv) paths = NULL;
  LwContentHash hash;

  g_assert_cmpuint (found->len, ==, 1);
  lw_store_remember_media (fixture->store, &segment->media, "/a/\xff.mp4", 10, 20, &error);
  lw_store_remember_media (fixture->store, &other->media, "/o.mp4", 10, 20, &error);
  lw_store_remember_media (fixture->store, &segment->media, "/moved.mp4", 10, 20, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_recall_hash (fixture->store, "/a/\xff.mp4", 10, 20, &hash, &error));
  g_assert_true (lw_content_hash_equal (&hash, &segment->media));
  g_assert_false (lw_store_recall_hash (fixture->store, "/a/\xff.mp4", 11, 20, &hash, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (lw_store_recall_hash (fixture->store, "/a/\xff.mp4", 10, 21, &hash, NULL));
  paths = lw_store_media_paths (fixture->store, &segment->media, &error);
  g_assert_cmpstr (paths[0], ==, "/moved.mp4");
  g_assert_cmpstr (paths[1], ==, "/a/\xff.mp4");
  g_assert_null (paths[2]);
  recent = lw_store_recent_segments (fixture->store, 10, &error);
  g_assert_cmpuint (recent->len, ==, 2);
  g_assert_true (lw_id_equal (&((LwSegment *)recent->pdata[0])->id, &segment->id));
}

static void
test_a_draft_outlives_the_session_and_ends_in_a_note (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) draft = NULL;
  g_autoptr (GPtrArray) open = NULL;
  const LwNote *loaded;

  draft = lw_note_new (&(LwNote){.track_id = fixture->track_id, .text = "half a sen"}, &error);
  g_assert_true (lw_store_save_draft (fixture->store, draft, FALSE, &error));
  g_assert_cmpuint (count_notes (fixture->store), ==, 0);
  fixture_reopen (fixture);
  g_assert_true (lw_store_load_drafts (fixture->store, &fixture->track_id, &open, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (open->len, ==, 1);
  loaded = open->pdata[0];
  g_assert_cmpstr (loaded->text, ==, "half a sen");
  g_assert_true (lw_id_equal (&loaded->id, &draft->id));
  g_assert_true (lw_store_add_note_from_draft (fixture->store, loaded, &draft->id, NULL, &error));
  assert_drafts (fixture->store, &fixture->track_id, NULL, NULL);
  g_assert_cmpuint (count_notes (fixture->store), ==, 1);
}

/* What was put away stays while others are written, and each ends by itself. */
static void
test_each_half_written_note_has_a_draft_of_its_own (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {"one", "two", "three"};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  LwNote *drafts[3];

  for (guint i = 0; i < 3; i++) {
    drafts[i] = lw_note_new (&(LwNote){.track_id = fixture->track_id, .text = texts[i]}, &error);
    g_assert_true (lw_store_save_draft (fixture->store, drafts[i], i < 2, &error));
  }
  assert_drafts (fixture->store, &other->id, NULL, NULL);
  assert_drafts (fixture->store, &fixture->track_id, "three", "one two");
  /* The one that was saved last comes last. */
  g_assert_true (lw_store_save_draft (fixture->store, drafts[0], TRUE, &error));
  fixture_reopen (fixture);
  assert_drafts (fixture->store, &fixture->track_id, "three", "two one");
  g_assert_true (lw_store_drop_draft (fixture->store, &drafts[1]->id, &error));
  g_assert_true (lw_store_drop_draft (fixture->store, &drafts[1]->id, &error));
  assert_drafts (fixture->store, &fixture->track_id, "three", "one");
  g_assert_true (
      lw_store_add_note_from_draft (fixture->store, drafts[2], &drafts[2]->id, NULL, &error));
  assert_drafts (fixture->store, &fixture->track_id, NULL, "one");
  g_assert_true (lw_store_save_draft (fixture->store, drafts[0], FALSE, &error));
  assert_drafts (fixture->store, &fixture->track_id, "one", NULL);
  /* They go with what they belong to. */
  g_assert_true (lw_store_erase_track (fixture->store, &fixture->track_id, &error));
  g_assert_no_error (error);
  fixture_reopen (fixture);
  g_assert_false (files_hold (fixture->path, "three"));
  for (guint i = 0; i < 3; i++)
    lw_note_unref (drafts[i]);
}

static void
test_settings_are_kept_and_unset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  g_assert_true (lw_store_set_setting (fixture->store, "volume", "0.4", &error));
  g_assert_true (lw_store_set_setting (fixture->store, "volume", "0.5", &error));
  fixture_reopen (fixture);
  value = lw_store_get_setting (fixture->store, "volume", &error);
  g_assert_cmpstr (value, ==, "0.5");
  g_assert_true (lw_store_set_setting (fixture->store, "volume", NULL, &error));
  g_assert_null (lw_store_get_setting (fixture->store, "volume", &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-local/media", test_media_is_found_by_its_content);
  TEST ("/store-local/draft", test_a_draft_outlives_the_session_and_ends_in_a_note);
  TEST ("/store-local/drafts", test_each_half_written_note_has_a_draft_of_its_own);
  TEST ("/store-local/settings", test_settings_are_kept_and_unset);
  return g_test_run ();
}
