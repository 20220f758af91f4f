/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

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

static LwNoteQuery
window (Fixture *fixture, LwTime start, LwTime end)
{
  return (LwNoteQuery){.segment_id = &fixture->segment_id,
                       .has_window = TRUE,
                       .window_start = start,
                       .window_end = end};
}

static guint
count_window (Fixture *fixture, LwTime start, LwTime end)
{
  g_autoptr (GError) error = NULL;
  LwNoteQuery query = window (fixture, start, end);
  g_autoptr (GPtrArray) notes = lw_store_query (fixture->store, &query, &error);
  guint64 n;

  g_assert_no_error (error);
  lw_store_count (fixture->store, &query, &n, &error);
  g_assert_cmpuint (n, ==, notes->len);
  return notes->len;
}

static void
test_windows_have_a_first_and_no_last_moment (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, 10, "point");
  g_assert_cmpuint (count_window (fixture, 10, 11), ==, 1);
  g_assert_cmpuint (count_window (fixture, 9, 10), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 12), ==, 0);
  g_assert_cmpuint (count_window (fixture, 10, 10), ==, 0);
  add_range (fixture->store, &fixture->track_id, 20, 30, "range");
  g_assert_cmpuint (count_window (fixture, 29, 99), ==, 1);
  g_assert_cmpuint (count_window (fixture, 30, 99), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 20), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 21), ==, 1);
  g_assert_cmpuint (count_window (fixture, 24, 25), ==, 1);
}

static void
test_a_note_at_the_very_end_is_found (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, LW_TIME_MAX, "end");
  add_range (fixture->store, &fixture->track_id, 0, LW_TIME_MAX, "all of it");
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX, LW_TIME_MAX + 1), ==, 1);
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX - 1, LW_TIME_MAX), ==, 1);
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX - 1, LW_TIME_MAX + 1), ==, 2);
}

/* Against looking at every note, over lengths of all sizes. */
static void
test_windows_find_exactly_what_touches_them (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1500; i++) {
    LwTime start = g_rand_int_range (random, 0, 1000000);
    LwTime length = i % 3 == 0 ? 0 : (LwTime)1 << g_rand_int_range (random, 0, 22);

    start *= 1000;
    length *= i % 2 == 0 ? 999 : 1000;
    g_ptr_array_add (
        notes,
        lw_note_new (
            &(LwNote){.track_id = fixture->track_id, .start = start, .end = start + length}, NULL));
  }
  lw_store_add_notes (fixture->store, notes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 300; i++) {
    LwTime start = (LwTime)g_rand_int_range (random, 0, 1000000) * 1000;
    LwTime end = start + ((LwTime)1 << g_rand_int_range (random, 0, 30));
    guint expected = 0;

    for (guint k = 0; k < notes->len; k++) {
      const LwNote *note = notes->pdata[k];

      if (note->start < end && (note->start >= start || note->end > start))
        expected++;
    }
    g_assert_cmpuint (count_window (fixture, start, end), ==, expected);
  }
  assert_verifies (fixture->store);
}

static void
test_each_filter_narrows (Fixture *fixture, gconstpointer data)
{
  const char *const tags[] = {"talk", NULL};
  const char *const longer[] = {"talking", "small talk", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  LwId lens = lw_id_new ();
  LwNote wanted = {.track_id = fixture->track_id,
                   .lens_id = lens,
                   .kind = LW_NOTE_WONDERING,
                   .on_focus = TRUE,
                   .pass = 2,
                   .start = 5,
                   .end = 5,
                   .text = "wanted",
                   .tags = tags};
  LwNote unwanted = {.track_id = other->id, .start = 99, .end = 99, .text = "x", .tags = longer};
  const LwNoteQuery queries[] = {
      {.track_id = &fixture->track_id},
      {.author_id = &fixture->person_id},
      {.lens_id = &lens},
      {.kinds = 1 << LW_NOTE_WONDERING},
      {.tag = "talk"},
      {.pass = 2},
      {.on_focus = TRUE},
      {.has_window = TRUE, .window_start = 5, .window_end = 6},
      {.text = "wanted"},
      {.segment_id = &fixture->segment_id, .tag = "talk", .text = "want", .pass = 2},
      {.order = LW_ORDER_NEWEST, .limit = 1, .offset = 1},
      {.order = LW_ORDER_TIME, .limit = 1},
      {.order = LW_ORDER_RANK, .text = "wanted"},
  };

  lw_store_add_note (fixture->store, &wanted, NULL, &error);
  g_assert_no_error (error);
  lw_store_add_note (fixture->store, &unwanted, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autoptr (GPtrArray) found = lw_store_query (fixture->store, &queries[i], &error);

    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 1);
    g_assert_cmpstr (((LwNote *)found->pdata[0])->text, ==, "wanted");
  }
  g_assert_cmpuint (count_notes (fixture->store), ==, 2);
}

static void
test_a_lens_of_the_track_counts_for_its_notes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwId lens = lw_id_new (), own = lw_id_new ();
  guint64 n;

  add_text (fixture->store, &fixture->track_id, 0, "by the track's lens");
  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .lens_id = own}, NULL,
                     &error);
  g_assert_no_error (error);
  track = lw_store_get_track (fixture->store, &fixture->track_id, &error);
  lw_store_put_track (fixture->store,
                      &(LwTrack){.id = track->id,
                                 .segment_id = track->segment_id,
                                 .person_id = track->person_id,
                                 .lens_id = lens},
                      &error);
  g_assert_no_error (error);
  lw_store_count (fixture->store, &(LwNoteQuery){.lens_id = &lens}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  lw_store_count (fixture->store, &(LwNoteQuery){.lens_id = &own}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_structure_is_kept_and_listed (Fixture *fixture, gconstpointer data)
{
  const char *const watch_for[] = {"wait time", NULL};
  g_autoptr (GError) error = NULL;
  LwWalk walk = {.id = lw_id_new (), .title = "Fall", .watch_for = watch_for};
  LwVisit second = {.id = lw_id_new (), .walk_id = walk.id, .order = 2};
  LwVisit first = {.id = lw_id_new (), .walk_id = walk.id, .order = 1};
  LwSegment segment = {.id = fixture->segment_id, .visit_id = first.id, .media = {{4}}};
  g_autoptr (LwWalk) found = NULL;
  g_autoptr (GPtrArray) visits = NULL;
  g_autoptr (GPtrArray) tracks = NULL;
  guint64 n;

  g_assert_false (lw_store_put_visit (fixture->store, &second, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_put_walk (fixture->store, &walk, &error));
  g_assert_true (lw_store_put_visit (fixture->store, &second, &error));
  g_assert_true (lw_store_put_visit (fixture->store, &first, &error));
  g_assert_null (lw_store_get_walk_of_segment (fixture->store, &fixture->segment_id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_put_segment (fixture->store, &segment, &error));
  found = lw_store_get_walk_of_segment (fixture->store, &fixture->segment_id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->watch_for[0], ==, "wait time");
  visits = lw_store_list (fixture->store, LW_ENTITY_VISIT, &walk.id, &error);
  g_assert_cmpuint (visits->len, ==, 2);
  g_assert_cmpuint (((LwVisit *)visits->pdata[0])->order, ==, 1);
  tracks = lw_store_list (fixture->store, LW_ENTITY_TRACK, &fixture->segment_id, &error);
  g_assert_cmpuint (tracks->len, ==, 1);
  add_text (fixture->store, &fixture->track_id, 0, "on the walk");
  lw_store_count (fixture->store, &(LwNoteQuery){.walk_id = &walk.id}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  assert_verifies (fixture->store);
}

static void
test_the_same_again_writes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = lw_store_get_person (fixture->store, &fixture->person_id, &error);
  g_autoptr (LwPerson) again = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwStoreStats before, after;

  lw_store_stats (fixture->store, &before, &error);
  g_assert_true (lw_store_put_person (fixture->store, person, &error));
  again = lw_store_ensure_local_person (fixture->store, "Somebody else", &error);
  g_assert_true (lw_person_equal (person, again));
  track = lw_store_ensure_track (fixture->store, &fixture->segment_id, &fixture->person_id, &error);
  g_assert_true (lw_id_equal (&track->id, &fixture->track_id));
  lw_store_stats (fixture->store, &after, &error);
  g_assert_cmpuint (before.ops, ==, after.ops);
}

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
  g_autoptr (LwNote) loaded = NULL;

  draft = lw_note_new (&(LwNote){.track_id = fixture->track_id, .text = "half a sen"}, &error);
  g_assert_true (lw_store_save_draft (fixture->store, draft, &error));
  g_assert_cmpuint (count_notes (fixture->store), ==, 0);
  fixture_reopen (fixture);
  loaded = lw_store_load_draft (fixture->store, &fixture->track_id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (loaded->text, ==, "half a sen");
  g_assert_true (lw_id_equal (&loaded->id, &draft->id));
  g_assert_true (lw_store_add_note_from_draft (fixture->store, loaded, NULL, &error));
  g_assert_null (lw_store_load_draft (fixture->store, &fixture->track_id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_notes (fixture->store), ==, 1);
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

static void
test_tags_are_listed_once_and_sorted (Fixture *fixture, gconstpointer data)
{
  const char *const one[] = {"b", "a", NULL}, *const two[] = {"b", "c", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) here = NULL;
  g_auto (GStrv) anywhere = NULL;
  g_autofree char *joined = NULL;
  LwId elsewhere = lw_id_new ();

  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .tags = one}, NULL,
                     &error);
  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .tags = two}, NULL,
                     &error);
  anywhere = lw_store_tags (fixture->store, NULL, &error);
  joined = g_strjoinv (",", anywhere);
  g_assert_cmpstr (joined, ==, "a,b,c");
  here = lw_store_tags (fixture->store, &elsewhere, &error);
  g_assert_cmpuint (g_strv_length (here), ==, 0);
}

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
  TEST ("/store/note-reopened", test_a_note_is_there_after_reopening);
  TEST ("/store/megabyte", test_a_megabyte_of_text_is_kept);
  TEST ("/store/no-track", test_a_note_needs_its_track);
  TEST ("/store/same-id", test_an_id_is_given_once);
  TEST ("/store/all-or-none", test_many_notes_are_added_all_or_none);
  TEST ("/store/threads-of-replies", test_a_thread_does_not_answer_itself);
  TEST ("/store/delete-beats-edit", test_delete_beats_edit_until_restored);
  TEST ("/store/clock-back", test_an_edit_is_newer_also_when_the_clock_was_set_back);
  TEST ("/store/window-edges", test_windows_have_a_first_and_no_last_moment);
  TEST ("/store/window-end", test_a_note_at_the_very_end_is_found);
  TEST ("/store/window-oracle", test_windows_find_exactly_what_touches_them);
  TEST ("/store/filters", test_each_filter_narrows);
  TEST ("/store/lens-of-track", test_a_lens_of_the_track_counts_for_its_notes);
  TEST ("/store/structure", test_structure_is_kept_and_listed);
  TEST ("/store/same-again", test_the_same_again_writes_nothing);
  TEST ("/store/media", test_media_is_found_by_its_content);
  TEST ("/store/draft", test_a_draft_outlives_the_session_and_ends_in_a_note);
  TEST ("/store/settings", test_settings_are_kept_and_unset);
  TEST ("/store/tags", test_tags_are_listed_once_and_sorted);
  TEST ("/store/changed", test_changes_are_told);
  TEST ("/store/changed-elsewhere", test_changes_of_another_program_are_told_and_read);
  TEST ("/store/threads", test_threads_write_and_read_at_once);
  TEST ("/store/closed", test_a_closed_store_says_so);
  TEST ("/store/backup", test_a_backup_is_whole_and_overwrites_nothing);
  TEST ("/store/rebuild", test_rebuilding_changes_nothing_to_be_seen);
  return g_test_run ();
}
