/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formats alone: bytes to bundle and bundle to bytes, without a store. */

#include <string.h>

#include "lw-format.h"

static LwBundle *
read_text (
    const LwFormat *format, const char *text, gssize length, char ***ret_said, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, length, NULL);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  LwReadHints hints = {.segment_id = {{1}}, .person_id = {{2}}};
  LwBundle *bundle = format->read (in, &hints, report, NULL, error);

  if (ret_said != NULL) {
    g_ptr_array_add (report->omitted, NULL);
    *ret_said = g_strdupv ((char **)report->omitted->pdata);
    g_ptr_array_set_size (report->omitted, report->omitted->len - 1);
  }
  return bundle;
}

static char *
write_text (const LwFormat *format, const LwBundle *bundle, char **ret_said)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (format->write (bundle, out, report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (out, "", 1, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  if (ret_said != NULL) {
    g_ptr_array_add (report->omitted, NULL);
    *ret_said = g_strjoinv ("\n", (char **)report->omitted->pdata);
  }
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (out));
}

static LwId
id_of (guint8 n)
{
  LwId id = {{0x01, 0x92, 0xd3, 0xa4, 0x6b, 0x1c, 0x7d, 0xef, 0x81, 0x23, 0, 0, 0, 0, 0, n}};

  return id;
}

/* One segment with everything that a note can have, and texts that are hard on a format. */
static LwBundle *
make_bundle (void)
{
  static const char *const texts[] = {
      "Two students build on each other's idea.",
      "",
      "\n",
      "a\n\n\nb\n",
      "-->",
      "<v Ana>not a voice</v> & <b>not bold &amp; not an entity</b>",
      "00:00:01.000 --> 00:00:02.000\nNOTE lessonwalk {}",
      "\xc2\xbfPor qu\xc3\xa9? \xd9\x84\xd9\x85\xd8\xa7\xd8\xb0\xd8\xa7 "
      "\xf0\x9f\x91\xa9\xe2\x80\x8d"
      "\xf0\x9f\x8f\xab \xe6\x9d\xbf",
      "=HYPERLINK(\"http://example.org\")",
      "tab\there, \"quoted\", back\\slash /slash",
      "\xe2\x80\xa8line and paragraph\xe2\x80\xa9",
  };
  static const char *const tags[] = {"evidence", "student talk", "-->", "=1+1", NULL};
  LwSegment segment = {
      .id = id_of (1),
      .title = "Fractions \"in\" period 3",
      .duration = 720 * LW_SECOND,
      .started_utc_us = 1700000000000001,
      .anchor_utc_ns = 1700000000123456789,
      .anchor_by = LW_ANCHOR_PERSON,
  };
  LwLens lens = {.id = id_of (2), .name = "Emergent multilingual learners"};
  LwPerson people[] = {{.id = id_of (3), .name = "Ana Ruiz & <Ko>"},
                       {.id = id_of (4), .name = "\xe6\x9d\x8e"}};
  LwBundle *bundle = lw_bundle_new ();

  memset (&segment.media, 0xab, sizeof segment.media);
  bundle->segment = lw_segment_new (&segment, NULL);
  g_ptr_array_add (bundle->lenses, lw_lens_new (&lens, NULL));
  for (guint i = 0; i < 2; i++) {
    LwTrack track = {
        .id = id_of (5 + i),
        .segment_id = segment.id,
        .person_id = people[i].id,
        .lens_id = i == 0 ? lens.id : LW_ID_NONE,
        .intention = i == 0 ? "listen for reasons" : "",
    };

    g_ptr_array_add (bundle->people, lw_person_new (&people[i], NULL));
    g_ptr_array_add (bundle->tracks, lw_track_new (&track, NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const LwTrack *track = bundle->tracks->pdata[i % 2];
    LwNote note = {
        .id = id_of (100 + i),
        .track_id = track->id,
        .segment_id = track->segment_id,
        .kind = i == 3       ? LW_NOTE_REPLY
                : i % 2 == 0 ? LW_NOTE_NOTICING
                             : LW_NOTE_WONDERING,
        .reply_to = i == 3 ? id_of (102) : LW_ID_NONE,
        .lens_id = i == 4 ? lens.id : LW_ID_NONE,
        .on_focus = i % 3 == 0,
        .pass = 1 + i % 2,
        .start = (LwTime)i * 1233333333,
        .end = (LwTime)i * 1233333333 + (i % 4 == 0 ? 0 : 2000000001),
        .region = i == 5 ? (LwRegion){0, 2500, 10000, 7500} : (LwRegion){0},
        .wall_utc_ns = i == 7 ? 1700000008756789120 : 0,
        .wall_uncertainty_ns = i == 7 ? 12345678 : 0,
        .created_utc_us = 1700000000000000 + i,
        .edited_utc_us = 1700000000000000 + 2 * i,
        .text = texts[i],
        .tags = i == 6 ? tags : NULL,
    };
    g_autoptr (GError) error = NULL;
    LwNote *made = lw_note_new (&note, &error);

    g_assert_no_error (error);
    g_ptr_array_add (bundle->notes, made);
  }
  return bundle;
}

static void
test_json_gives_back_every_field_byte_for_byte (void)
{
  g_autoptr (LwBundle) bundle = make_bundle ();
  g_autofree char *text = write_text (&lw_format_json, bundle, NULL);
  g_auto (GStrv) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) again = read_text (&lw_format_json, text, -1, &said, &error);
  g_autofree char *twice = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (said), ==, 0);
  g_assert_true (lw_segment_equal (again->segment, bundle->segment));
  g_assert_cmpuint (again->notes->len, ==, bundle->notes->len);
  for (guint i = 0; i < bundle->notes->len; i++)
    g_assert_true (lw_note_equal (again->notes->pdata[i], bundle->notes->pdata[i]));
  for (guint i = 0; i < bundle->tracks->len; i++)
    g_assert_true (lw_track_equal (again->tracks->pdata[i], bundle->tracks->pdata[i]));
  for (guint i = 0; i < bundle->people->len; i++)
    g_assert_true (lw_person_equal (again->people->pdata[i], bundle->people->pdata[i]));
  g_assert_true (lw_lens_equal (again->lenses->pdata[0], bundle->lenses->pdata[0]));
  twice = write_text (&lw_format_json, again, NULL);
  g_assert_cmpstr (text, ==, twice);
}

#define HASH "abababababababababababababababababababababababababababababababab"
#define A_NOTE(more)                                                                   \
  "{\"format\":\"lessonwalk-notes\",\"version\":1,"                                    \
  "\"segment\":{\"id\":\"0192d3a4-6b1c-7def-8123-000000000001\",\"title\":\"t\","      \
  "\"media\":\"" HASH "\"},\n"                                                         \
  "\"people\":[{\"id\":\"0192d3a4-6b1c-7def-8123-000000000003\",\"name\":\"Ana\"}],\n" \
  "\"tracks\":[{\"id\":\"0192d3a4-6b1c-7def-8123-000000000005\","                      \
  "\"person\":\"0192d3a4-6b1c-7def-8123-000000000003\"}],\n"                           \
  "\"notes\":[\n{\"id\":\"0192d3a4-6b1c-7def-8123-000000000064\","                     \
  "\"track\":\"0192d3a4-6b1c-7def-8123-000000000005\"," more "}]}"
#define PLAIN "\"kind\":\"noticing\",\"text\":\"x\",\"created\":\"2026-11-22T06:00:00Z\""

static void
test_json_says_where_it_is_wrong (void)
{
  static const struct {
    const char *text;
    LwExchangeError code;
    const char *says;
  } cases[] = {
      {"", LW_EXCHANGE_ERROR_SYNTAX, "Line 1: "},
      {"[]", LW_EXCHANGE_ERROR_SYNTAX, "Line 1: "},
      {"{\n\n\"format\"", LW_EXCHANGE_ERROR_SYNTAX, "Line 3: "},
      {"{}", LW_EXCHANGE_ERROR_SYNTAX, "\"format\" should be"},
      {"{\"format\":\"lessonwalk-notes\",\"version\":2}", LW_EXCHANGE_ERROR_VERSION, "version 2"},
      {"{\"format\":\"lessonwalk-notes\"}", LW_EXCHANGE_ERROR_VERSION, "unknown"},
      {"{\"format\":\"lessonwalk-notes\",\"version\":1}", LW_EXCHANGE_ERROR_SYNTAX, "segment: "},
      {"{\"format\":1} x", LW_EXCHANGE_ERROR_SYNTAX, "something follows"},
      {"{\"format\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", LW_EXCHANGE_ERROR_LIMIT, "inside each"},
      {"{\"a\":\"\xff\"}", LW_EXCHANGE_ERROR_SYNTAX, "not UTF-8"},
      {A_NOTE (PLAIN), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].start: is missing"},
      {A_NOTE (PLAIN ",\"start\":-1"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].start: should be"},
      {A_NOTE (PLAIN ",\"start\":1.5"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].start: should be"},
      {A_NOTE (PLAIN ",\"start\":NaN"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].start: should be"},
      {A_NOTE (PLAIN ",\"start\":'1'"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0]: this is not JSON"},
      {A_NOTE (PLAIN ",\"start\":3600000000000001"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].start: "},
      {A_NOTE (PLAIN ",\"start\":99999999999999999999"), LW_EXCHANGE_ERROR_SYNTAX,
       "notes[0].start: "},
      {A_NOTE (PLAIN ",\"start\":2,\"end\":1"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].end: "},
      {A_NOTE (PLAIN ",\"start\":1,\"tags\":[1]"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].tags: "},
      {A_NOTE (PLAIN ",\"start\":1,\"tags\":[\"\"]"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0]: A tag"},
      {A_NOTE (PLAIN ",\"start\":1,\"lens\":\"0192d3a4-6b1c-7def-8123-000000000009\""),
       LW_EXCHANGE_ERROR_SYNTAX, "notes[0].lens: is not the id of anything in \"lenses\""},
      {A_NOTE (PLAIN ",\"start\":1,\"region\":{\"x\":9000,\"y\":0,\"width\":1001,\"height\":1}"),
       LW_EXCHANGE_ERROR_SYNTAX, "notes[0].region.width: reaches out"},
      {A_NOTE (PLAIN ",\"start\":1,\"edited\":\"2026-11-22T05:00:00Z\""), LW_EXCHANGE_ERROR_SYNTAX,
       "notes[0].edited: is before"},
      {A_NOTE (PLAIN ",\"start\":1,\"pass\":0"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].pass: "},
      {A_NOTE ("\"kind\":\"praise\",\"start\":1"), LW_EXCHANGE_ERROR_SYNTAX, "notes[0].kind: "},
      {A_NOTE ("\"kind\":\"reply\",\"start\":1,\"text\":\"\",\"created\":\"2026-11-22T06:00:00Z\""),
       LW_EXCHANGE_ERROR_SYNTAX, "notes[0]: A reply must answer a note"},
      {A_NOTE ("\"kind\":\"noticing\",\"start\":1,\"text\":\"\",\"created\":\"today\""),
       LW_EXCHANGE_ERROR_SYNTAX, "notes[0].created: "},
      {A_NOTE ("\"kind\":\"noticing\",\"start\":1,\"text\":\"a\\u0000b\","
               "\"created\":\"2026-11-22T06:00:00Z\""),
       LW_EXCHANGE_ERROR_SYNTAX, "notes[0].text: "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (LwBundle) bundle = read_text (&lw_format_json, cases[i].text, -1, NULL, &error);

    g_assert_null (bundle);
    g_test_message ("%s", error->message);
    g_assert_error (error, LW_EXCHANGE_ERROR, (int)cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].says));
  }
}

static void
test_json_says_which_members_it_does_not_know (void)
{
  g_auto (GStrv) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) bundle = read_text (
      &lw_format_json, A_NOTE (PLAIN ",\"start\":1,\"mood\":\"good\""), -1, &said, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bundle->notes->len, ==, 1);
  g_assert_cmpuint (g_strv_length (said), ==, 1);
  g_assert_nonnull (strstr (said[0], "\"mood\" of a note"));
}

static void
test_webvtt_gives_back_all_that_it_can_carry (void)
{
  g_autoptr (LwBundle) bundle = make_bundle ();
  g_autofree char *said = NULL;
  g_autofree char *text = write_text (&lw_format_webvtt, bundle, &said);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) again = read_text (&lw_format_webvtt, text, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (said, "milliseconds"));
  g_assert_nonnull (strstr (said, "in the picture"));
  g_assert_nonnull (strstr (said, "lenses of single notes"));
  g_assert_nonnull (strstr (said, "lenses and intentions of tracks"));
  g_assert_cmpuint (again->notes->len, ==, bundle->notes->len);
  for (guint i = 0; i < bundle->notes->len; i++) {
    const LwNote *a = bundle->notes->pdata[i];
    const LwNote *b = again->notes->pdata[i];

    g_assert_true (lw_id_equal (&a->id, &b->id));
    g_assert_true (lw_id_equal (&a->reply_to, &b->reply_to));
    g_assert_true (lw_id_equal (&lw_bundle_find_author (bundle, a)->id, &b->author_id));
    g_assert_cmpstr (lw_bundle_find_author (bundle, a)->name, ==,
                     lw_bundle_find_author (again, b)->name);
    g_assert_cmpint (a->kind, ==, b->kind);
    g_assert_cmpuint (a->pass, ==, b->pass);
    g_assert_cmpint (a->on_focus, ==, b->on_focus);
    g_assert_cmpstr (a->text, ==, b->text);
    g_assert_true (g_strv_equal (a->tags, b->tags));
    g_assert_cmpint (a->created_utc_us, ==, b->created_utc_us);
    g_assert_cmpint (a->edited_utc_us, ==, b->edited_utc_us);
    g_assert_cmpint (lw_note_is_range (a), ==, lw_note_is_range (b));
    /* Never before the frame, and less than a millisecond after its start. */
    g_assert_cmpint (b->start, >=, a->start);
    g_assert_cmpint (b->start, <, a->start + LW_MSECOND);
    g_assert_cmpint (b->end, >=, a->end);
    g_assert_cmpint (b->end, <, a->end + LW_MSECOND);
  }
}

static const LwNote *
note_at (const LwBundle *bundle, guint i)
{
  g_assert_cmpuint (i, <, bundle->notes->len);
  return bundle->notes->pdata[i];
}

static void
test_captions_become_noticings_of_the_importer (void)
{
  const char *text = "\xef\xbb\xbfWEBVTT - captions\r\nKind: captions\r\n\r\n"
                     "STYLE\r\n::cue { color: red }\r\n\r\nNOTE two\r\nlines\r\n\r\n"
                     "intro\r\n00:01.000 --> 00:02.500 align:start\r\n"
                     "<v Teacher>Why <i>do</i> you <c.y>think</c> so?</v>\r\n- &lt;so&gt;\r\n\r\n"
                     "100:00:00.000 --> 100:00:01.000\rlate\r\r"
                     "00:01.500 --> 00:01.500\noverlapping, no length";
  LwId me = {{2}};
  g_auto (GStrv) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) bundle = read_text (&lw_format_webvtt, text, -1, &said, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bundle->notes->len, ==, 3);
  g_assert_cmpstr (note_at (bundle, 0)->text, ==, "Teacher: Why do you think so?\n- <so>");
  g_assert_cmpint (note_at (bundle, 0)->start, ==, LW_SECOND);
  g_assert_cmpint (note_at (bundle, 0)->end, ==, 2500 * LW_MSECOND);
  g_assert_cmpint (note_at (bundle, 0)->kind, ==, LW_NOTE_NOTICING);
  g_assert_true (lw_id_equal (&note_at (bundle, 0)->author_id, &me));
  g_assert_cmpint (note_at (bundle, 1)->start, ==, 360000 * LW_SECOND);
  g_assert_cmpstr (note_at (bundle, 1)->text, ==, "late");
  g_assert_false (lw_note_is_range (note_at (bundle, 2)));
  g_assert_cmpuint (g_strv_length (said), ==, 1);
  g_assert_nonnull (strstr (said[0], "Styles"));
}

static void
test_the_same_captions_have_the_same_ids (void)
{
  const char *text = "WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n\n"
                     "00:01.000 --> 00:02.000\nYes.\n\n00:01.000 --> 00:02.000\nNo.\n";
  g_autoptr (LwBundle) a = read_text (&lw_format_webvtt, text, -1, NULL, NULL);
  g_autoptr (LwBundle) b = read_text (&lw_format_webvtt, text, -1, NULL, NULL);

  g_assert_cmpuint (a->notes->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (lw_id_equal (&note_at (a, i)->id, &note_at (b, i)->id));
    g_assert_true (g_hash_table_contains (a->made_ids, &note_at (a, i)->id));
    for (guint j = 0; j < i; j++)
      g_assert_false (lw_id_equal (&note_at (a, i)->id, &note_at (a, j)->id));
  }
}

static void
test_cues_that_cannot_be_read_are_counted (void)
{
  const char *text = "WEBVTT\n\n00:61.000 --> 00:62.000\na\n\n1:2 --> 3\nb\n\n-->\n\n"
                     "1001:00:00.000 --> 1001:00:01.000\nc\n\n"
                     "00:05.000 --> 00:04.000\nbackwards\n\n"
                     "999999999999999999999:00:00.000 --> 00:04.000\nhuge\n\n"
                     "-00:05.000 --> 00:06.000\nnegative\n\n"
                     "00:05.000-->00:06.000\ntight\nnot a time --> at all\n"
                     "00:07.000 --> 00:08.000\nafter it";
  g_auto (GStrv) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) bundle = read_text (&lw_format_webvtt, text, -1, &said, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bundle->notes->len, ==, 2);
  g_assert_cmpstr (note_at (bundle, 0)->text, ==, "tight");
  g_assert_cmpstr (note_at (bundle, 1)->text, ==, "after it");
  g_assert_cmpuint (g_strv_length (said), ==, 1);
  g_assert_nonnull (strstr (said[0], ": 8, the first at line 3."));
}

static void
test_what_is_no_webvtt_is_refused (void)
{
  static const struct {
    const char *text;
    gssize length;
    const char *says;
  } cases[] = {
      {"", 0, "Line 1: "},
      {"WEBVTTX\n\n", -1, "Line 1: "},
      {"1\n00:00:01,000 --> 00:00:02,000\nsrt\n", -1, "Line 1: "},
      {"WEBVTT\n\n00:01.000 --> 00:02.000\ncaf\xe9\n", -1, "Line 4: this is not UTF-8"},
      {"\xff\xfeW\0E\0B\0", 8, "not UTF-8"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (read_text (&lw_format_webvtt, cases[i].text, cases[i].length, NULL, &error));
    g_assert_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX);
    g_assert_nonnull (strstr (error->message, cases[i].says));
  }
}

static void
test_nul_in_captions_becomes_the_replacement_character (void)
{
  const char text[] = "WEBVTT\n\n00:01.000 --> 00:02.000\na\0b";
  g_autoptr (LwBundle) bundle = read_text (&lw_format_webvtt, text, sizeof text - 1, NULL, NULL);

  g_assert_cmpstr (note_at (bundle, 0)->text, ==,
                   "a\xef\xbf\xbd"
                   "b");
}

static void
test_a_cue_longer_than_a_note_is_left_out_and_said (void)
{
  g_autoptr (GString) text = g_string_new ("WEBVTT\n\n00:01.000 --> 00:02.000\n");
  g_auto (GStrv) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBundle) bundle = NULL;

  for (gsize i = 0; i <= LW_NOTE_TEXT_MAX_BYTES; i++)
    g_string_append_c (text, 'a');
  g_string_append (text, "\n\n00:01.000 --> 00:02.000\nshort\n");
  bundle = read_text (&lw_format_webvtt, text->str, text->len, &said, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bundle->notes->len, ==, 1);
  g_assert_cmpuint (g_strv_length (said), ==, 1);
  g_assert_nonnull (strstr (said[0], "the first at line 3."));
}

static void
test_a_hundred_thousand_alike_cues_do_not_take_the_square_of_it (void)
{
  g_autoptr (GString) text = g_string_new ("WEBVTT\n\n");
  g_autoptr (LwBundle) bundle = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "00:01.000 --> 00:02.000\n\n");
  bundle = read_text (&lw_format_webvtt, text->str, text->len, NULL, NULL);
  g_assert_cmpuint (bundle->notes->len, ==, 100000);
}

static void
test_csv_runs_no_formula_and_quotes_everything (void)
{
  g_autoptr (LwBundle) bundle = make_bundle ();
  g_autofree char *said = NULL;
  g_autofree char *text = write_text (&lw_format_csv, bundle, &said);

  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf\"start\",\"end\",\"kind\",\"author\","));
  g_assert_nonnull (strstr (said, "apostrophe"));
  g_assert_nonnull (strstr (text, "\"'=HYPERLINK(\"\"http://example.org\"\")\""));
  g_assert_nonnull (strstr (text, "\"'-->\""));
  g_assert_nonnull (strstr (text, "\"a\n\n\nb\n\""));
  g_assert_null (strstr (text, "\"="));
  g_assert_null (lw_format_csv.read);
}

static void
test_formats_are_found_by_name_and_by_path (void)
{
  guint n = 0;

  for (const LwFormatInfo *const *info = lw_formats (); *info != NULL; info++, n++) {
    g_autofree char *path = g_strconcat ("/tmp/a.b/notes.", (*info)->extension, NULL);
    const LwFormat *format = lw_format_from_info (*info);

    g_assert_true (lw_format_by_name ((*info)->name) == *info);
    g_assert_true (lw_format_for_path (path) == *info);
    g_assert_cmpint (((*info)->abilities & LW_FORMAT_CAN_READ) != 0, ==, format->read != NULL);
    g_assert_cmpint (((*info)->abilities & LW_FORMAT_CAN_WRITE) != 0, ==, format->write != NULL);
  }
  g_assert_cmpuint (n, >=, 3);
  g_assert_true (lw_format_for_path ("NOTES.VTT") == lw_format_by_name ("webvtt"));
  g_assert_null (lw_format_for_path ("/tmp/a.vtt/notes"));
  g_assert_null (lw_format_for_path (".."));
  g_assert_null (lw_format_by_name (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/exchange/formats/" #name, test_##name)
  ADD (json_gives_back_every_field_byte_for_byte);
  ADD (json_says_where_it_is_wrong);
  ADD (json_says_which_members_it_does_not_know);
  ADD (webvtt_gives_back_all_that_it_can_carry);
  ADD (captions_become_noticings_of_the_importer);
  ADD (the_same_captions_have_the_same_ids);
  ADD (cues_that_cannot_be_read_are_counted);
  ADD (what_is_no_webvtt_is_refused);
  ADD (nul_in_captions_becomes_the_replacement_character);
  ADD (a_cue_longer_than_a_note_is_left_out_and_said);
  ADD (a_hundred_thousand_alike_cues_do_not_take_the_square_of_it);
  ADD (csv_runs_no_formula_and_quotes_everything);
  ADD (formats_are_found_by_name_and_by_path);
  return g_test_run ();
}
