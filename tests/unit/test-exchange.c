/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Export and import with real stores on disk. */

#include <string.h>

#include "exchange-fixture.h"

typedef struct {
  char *dir;
  LwStore *store; /* with one segment, two people, and their notes */
  LwStore *other; /* empty */
  LwId segment_id, ana_id, ko_id;
  LwId track_ids[2];
} Fixture;

static LwId
put_person (LwStore *store, const char *name)
{
  LwPerson fields = {.name = name};
  g_autoptr (LwPerson) person = lw_person_new (&fields, NULL);

  g_assert_true (lw_store_put_person (store, person, NULL));
  return person->id;
}

static LwId
put_segment (LwStore *store, guint8 media, const char *title)
{
  LwSegment fields = {.title = title, .duration = 720 * LW_SECOND};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GError) error = NULL;

  memset (&fields.media, media, sizeof fields.media);
  segment = lw_segment_new (&fields, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_put_segment (store, segment, NULL));
  return segment->id;
}

static LwNote *
add_note (LwStore *store, const LwNote *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_note_new (fields, &error);
  LwNote *stored = NULL;

  g_assert_no_error (error);
  lw_store_add_note (store, note, &stored, &error);
  g_assert_no_error (error);
  return stored;
}

static void
setup (Fixture *f, gconstpointer data)
{
  static const char *const tags[] = {"evidence", "talk", NULL};
  g_autoptr (LwTrack) ana = NULL;
  g_autoptr (LwTrack) ko = NULL;
  g_autoptr (LwNote) first = NULL;

  f->dir = g_dir_make_tmp ("lw-exchange-XXXXXX", NULL);
  f->store = open_store (f->dir, "a.db");
  f->other = open_store (f->dir, "b.db");
  f->segment_id = put_segment (f->store, 0xab, "Fractions, period 3");
  f->ana_id = put_person (f->store, "Ana Ruiz");
  f->ko_id = put_person (f->store, "Ko");
  ana = lw_store_ensure_track (f->store, &f->segment_id, &f->ana_id, NULL);
  ko = lw_store_ensure_track (f->store, &f->segment_id, &f->ko_id, NULL);
  f->track_ids[0] = ana->id;
  f->track_ids[1] = ko->id;
  first = add_note (f->store, &(LwNote){.track_id = ana->id,
                                        .kind = LW_NOTE_NOTICING,
                                        .start = 1233333333,
                                        .end = 4000000000,
                                        .pass = 2,
                                        .on_focus = TRUE,
                                        .region = {1, 2, 30, 40},
                                        .created_utc_us = 1700000000000001,
                                        .text = "They turn to each other.\n\n-->",
                                        .tags = tags});
  for (guint i = 0; i < 3; i++) {
    g_autoptr (LwNote) note =
        add_note (f->store, &(LwNote){.track_id = f->track_ids[i % 2],
                                      .kind = LW_NOTE_WONDERING,
                                      .start = (i + 2) * LW_SECOND,
                                      .end = (i + 2) * LW_SECOND,
                                      .created_utc_us = 1700000000000002 + i,
                                      .text = i == 0 ? "" : "What did they mean?"});

    g_assert_cmpint (note->kind, ==, LW_NOTE_WONDERING);
  }
}

static void
teardown (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->store);
  g_clear_object (&f->other);
  remove_dir (f->dir);
  g_free (f->dir);
}

static guint64
count_notes (LwStore *store)
{
  LwNoteQuery all = {0};
  guint64 count = 0;

  g_assert_true (lw_store_count (store, &all, &count, NULL));
  return count;
}

static void
test_json_into_an_empty_store_and_out_again_is_the_same_file (Fixture *f, gconstpointer data)
{
  g_autoptr (LwExchangeReport) written = lw_exchange_report_new ();
  g_autoptr (LwExchangeReport) read = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, written);
  g_autofree char *again = NULL;

  g_assert_cmpuint (written->notes, ==, 4);
  g_assert_cmpuint (written->omitted->len, ==, 0);
  g_assert_true (import_text (f->other, "json", text, NULL, NULL, read, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (read->notes, ==, 4);
  g_assert_cmpuint (read->unchanged, ==, 0);
  again = export_text (f->other, "json", &f->segment_id, NULL);
  g_assert_cmpstr (text, ==, again);
  assert_sound (f->other);
}

static void
test_importing_twice_is_importing_once (Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"json", "webvtt"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text = export_text (f->store, names[i], &f->segment_id, NULL);
    guint64 ops = count_ops (f->store);
    g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
    g_autoptr (GError) error = NULL;

    g_assert_true (
        import_text (f->store, names[i], text, &f->segment_id, &f->ana_id, report, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (report->notes, ==, 0);
    g_assert_cmpuint (report->unchanged, ==, 4);
    g_assert_cmpuint (count_ops (f->store), ==, ops);
  }
}

static void
test_plain_captions_twice_are_there_once (Fixture *f, gconstpointer data)
{
  const char *text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Teacher>Why?\n\n"
                     "00:03.000 --> 00:04.000\nBecause.\n";

  for (guint i = 0; i < 2; i++) {
    g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
    g_autoptr (GError) error = NULL;

    g_assert_true (
        import_text (f->store, "webvtt", text, &f->segment_id, &f->ko_id, report, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (report->notes, ==, i == 0 ? 2 : 0);
    g_assert_cmpuint (report->unchanged, ==, i == 0 ? 0 : 2);
  }
  g_assert_cmpuint (count_notes (f->store), ==, 6);
  assert_sound (f->store);
}

static void
test_a_bad_note_at_the_end_leaves_the_store_as_it_was (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  char *last = g_strrstr (text, "\"kind\":\"wondering\"");
  guint64 ops = count_ops (f->other);
  g_autoptr (GError) error = NULL;

  memcpy (last, "\"kind\":\"wandering\"", strlen ("\"kind\":\"wandering\""));
  g_assert_false (import_text (f->other, "json", text, NULL, NULL, NULL, &error));
  g_assert_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "notes[3].kind"));
  g_assert_cmpuint (count_ops (f->other), ==, ops);
  g_assert_cmpuint (count_notes (f->other), ==, 0);
}

static void
test_notes_find_the_segment_of_the_same_media (Fixture *f, gconstpointer data)
{
  LwId mine = put_segment (f->other, 0xab, "my own name for it");
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  LwNoteQuery query = {.segment_id = &mine};
  g_autoptr (GPtrArray) segments = NULL;
  guint64 count = 0;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (import_text (f->other, "json", text, NULL, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (lw_store_count (f->other, &query, &count, NULL));
    g_assert_cmpuint (count, ==, 4);
  }
  segments = lw_store_list (f->other, LW_ENTITY_SEGMENT, NULL, NULL);
  g_assert_cmpuint (segments->len, ==, 1);
  assert_sound (f->other);
}

static void
test_another_video_is_said (Fixture *f, gconstpointer data)
{
  LwId mine = put_segment (f->other, 0xcd, "another");
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (import_text (f->other, "json", text, &mine, NULL, report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report->notes, ==, 4);
  g_assert_cmpuint (report->omitted->len, ==, 1);
  g_assert_nonnull (strstr (report->omitted->pdata[0], "another video file"));
}

/* The store's first note, with its text and edited time changed by @after_us. */
static LwNote *
edit_first (LwStore *store, const char *text, gint64 after_us)
{
  LwNoteQuery all = {.limit = 1};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &all, NULL);
  LwNote fields = *(const LwNote *)notes->pdata[0];
  g_autoptr (LwNote) changed = NULL;
  g_autoptr (GError) error = NULL;
  LwNote *stored = NULL;

  fields.text = text;
  fields.edited_utc_us += after_us;
  changed = lw_note_new (&fields, NULL);
  lw_store_edit_note (store, changed, &stored, &error);
  g_assert_no_error (error);
  return stored;
}

static void
test_a_newer_note_is_an_edit_and_an_older_one_is_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *before = export_text (f->store, "json", &f->segment_id, NULL);
  g_autofree char *after = NULL;
  g_autoptr (LwNote) edited = NULL;
  g_autoptr (LwNote) there = NULL;
  g_autoptr (LwExchangeReport) newer = lw_exchange_report_new ();
  g_autoptr (LwExchangeReport) older = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (import_text (f->other, "json", before, NULL, NULL, NULL, &error));
  edited = edit_first (f->store, "Three students.", LW_SECOND / 1000);
  after = export_text (f->store, "json", &f->segment_id, NULL);

  g_assert_true (import_text (f->other, "json", after, NULL, NULL, newer, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (newer->notes, ==, 1);
  g_assert_cmpuint (newer->unchanged, ==, 3);
  there = lw_store_get_note (f->other, &edited->id, NULL);
  g_assert_true (lw_note_equal (there, edited));

  g_assert_true (import_text (f->other, "json", before, NULL, NULL, older, &error));
  g_assert_cmpuint (older->notes, ==, 0);
  g_assert_cmpuint (older->unchanged, ==, 4);
  g_assert_cmpuint (older->omitted->len, ==, 1);
  g_assert_nonnull (strstr (older->omitted->pdata[0], "kept as they are: 1"));
  assert_sound (f->other);
}

static void
test_a_deleted_note_stays_deleted (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  LwNoteQuery all = {0};
  g_autoptr (GPtrArray) notes = lw_store_query (f->store, &all, NULL);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_store_delete_note (f->store, notes->pdata[1], NULL));
  g_assert_true (lw_store_erase_note (f->store, notes->pdata[2], NULL));
  g_assert_true (import_text (f->store, "json", text, NULL, NULL, report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report->notes, ==, 0);
  g_assert_cmpuint (report->omitted->len, ==, 1);
  g_assert_nonnull (strstr (report->omitted->pdata[0], "stay deleted: 2"));
  g_assert_cmpuint (count_notes (f->store), ==, 2);
  assert_sound (f->store);
}

#define REST                                                                        \
  ",\"track\":\"0192d3a4-6b1c-7def-8123-000000000005\",\"start\":1,\"text\":\"x\"," \
  "\"created\":\"2026-11-22T06:00:00Z\"}"

static void
test_replies_find_their_note_in_any_order_or_are_said (Fixture *f, gconstpointer data)
{
  const char *text =
      "{\"format\":\"lessonwalk-notes\",\"version\":1,"
      "\"segment\":{\"id\":\"0192d3a4-6b1c-7def-8123-000000000001\",\"title\":\"t\",\"media\":"
      "\"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\"},"
      "\"people\":[{\"id\":\"0192d3a4-6b1c-7def-8123-000000000003\",\"name\":\"Ana\"}],"
      "\"tracks\":[{\"id\":\"0192d3a4-6b1c-7def-8123-000000000005\","
      "\"person\":\"0192d3a4-6b1c-7def-8123-000000000003\"}],"
      "\"notes\":["
      "{\"id\":\"0192d3a4-6b1c-7def-8123-000000000011\",\"reply_to\":"
      "\"0192d3a4-6b1c-7def-8123-000000000012\",\"kind\":\"reply\"" REST ","
      "{\"id\":\"0192d3a4-6b1c-7def-8123-000000000012\",\"kind\":\"noticing\"" REST ","
      "{\"id\":\"0192d3a4-6b1c-7def-8123-000000000013\",\"reply_to\":"
      "\"0192d3a4-6b1c-7def-8123-0000000000ff\",\"kind\":\"reply\"" REST ","
      "{\"id\":\"0192d3a4-6b1c-7def-8123-000000000014\",\"reply_to\":"
      "\"0192d3a4-6b1c-7def-8123-000000000015\",\"kind\":\"reply\"" REST ","
      "{\"id\":\"0192d3a4-6b1c-7def-8123-000000000015\",\"reply_to\":"
      "\"0192d3a4-6b1c-7def-8123-000000000014\",\"kind\":\"reply\"" REST "]}";
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (import_text (f->other, "json", text, NULL, NULL, report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report->notes, ==, 2);
  g_assert_cmpuint (report->omitted->len, ==, 1);
  g_assert_nonnull (strstr (report->omitted->pdata[0], "nor here: 3"));
  assert_sound (f->other);
}

static void
test_webvtt_needs_a_segment (Fixture *f, gconstpointer data)
{
  LwId nobody = lw_id_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (import_text (f->store, "webvtt", "WEBVTT\n", NULL, &f->ana_id, NULL, &error));
  g_assert_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (import_text (f->store, "webvtt", "WEBVTT\n\n00:01.000 --> 00:02.000\na\n",
                               &f->segment_id, &nobody, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
}

static void
test_no_local_path_is_ever_written (Fixture *f, gconstpointer data)
{
  LwContentHash media;

  memset (&media, 0xab, sizeof media);
  g_assert_true (
      lw_store_remember_media (f->store, &media, "/home/ana/secret-folder/lesson.mp4", 1, 1, NULL));
  for (const LwFormatInfo *const *info = lw_formats (); *info != NULL; info++) {
    g_autofree char *text = NULL;

    if (((*info)->abilities & LW_FORMAT_CAN_WRITE) == 0)
      continue;
    text = export_text (f->store, (*info)->name, &f->segment_id, NULL);
    g_assert_null (strstr (text, "secret-folder"));
    g_assert_null (strstr (text, "/home"));
  }
}

static void
test_a_query_chooses_and_nobody_else_is_named (Fixture *f, gconstpointer data)
{
  LwNoteQuery query = {.author_id = &f->ana_id};
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;
  const char *text;

  g_assert_true (lw_export (f->store, lw_format_by_name ("json"), &f->segment_id, &query, out,
                            report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (out, "", 1, NULL, NULL, NULL));
  text = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out));
  g_assert_cmpuint (report->notes, ==, 3);
  g_assert_nonnull (strstr (text, "\"Ana Ruiz\""));
  g_assert_null (strstr (text, "\"Ko\""));
}

static void
test_the_exported_json_meets_its_schema (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);

  assert_meets_schema (f->dir, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/exchange/" #name, Fixture, NULL, setup, test_##name, teardown)
  ADD (json_into_an_empty_store_and_out_again_is_the_same_file);
  ADD (importing_twice_is_importing_once);
  ADD (plain_captions_twice_are_there_once);
  ADD (a_bad_note_at_the_end_leaves_the_store_as_it_was);
  ADD (notes_find_the_segment_of_the_same_media);
  ADD (another_video_is_said);
  ADD (a_newer_note_is_an_edit_and_an_older_one_is_kept);
  ADD (a_deleted_note_stays_deleted);
  ADD (replies_find_their_note_in_any_order_or_are_said);
  ADD (webvtt_needs_a_segment);
  ADD (no_local_path_is_ever_written);
  ADD (a_query_chooses_and_nobody_else_is_named);
  ADD (the_exported_json_meets_its_schema);
  return g_test_run ();
}
