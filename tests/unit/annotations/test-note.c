/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note.h"

#include <string.h>

static LwNote *
make (const LwNote *fields)
{
  g_autoptr (GError) error = NULL;
  LwNote *note = lw_note_new (fields, &error);

  g_assert_no_error (error);
  return note;
}

static void
assert_refused (const LwNote *fields, LwNoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lw_note_new (fields, &error));
  g_assert_error (error, LW_NOTE_ERROR, (int)code);
}

static void
test_an_empty_template_is_a_noticing_at_the_start (void)
{
  g_autoptr (LwNote) note = make (&(LwNote){0});

  g_assert_false (lw_id_is_none (&note->id));
  g_assert_cmpint (note->kind, ==, LW_NOTE_NOTICING);
  g_assert_cmpstr (note->text, ==, "");
  g_assert_nonnull (note->tags);
  g_assert_null (note->tags[0]);
  g_assert_cmpuint (note->pass, ==, 1);
  g_assert_cmpint (note->created_utc_us, >, 0);
  g_assert_cmpint (note->edited_utc_us, ==, note->created_utc_us);
  g_assert_false (lw_note_is_range (note));
}

static void
test_kinds_go_by_name (void)
{
  LwNoteKind kind = LW_NOTE_N_KINDS;

  for (guint i = 0; i < LW_NOTE_N_KINDS; i++) {
    g_assert_true (lw_note_kind_parse (lw_note_kind_to_string (i), &kind));
    g_assert_cmpint (kind, ==, i);
  }
  g_assert_false (lw_note_kind_parse ("Noticing", &kind));
  g_assert_false (lw_note_kind_parse (NULL, &kind));
  assert_refused (&(LwNote){.kind = LW_NOTE_N_KINDS}, LW_NOTE_ERROR_KIND);
}

static void
test_only_a_reply_answers_a_note (void)
{
  LwId other = lw_id_new ();
  g_autoptr (LwNote) reply = make (&(LwNote){.kind = LW_NOTE_REPLY, .reply_to = other});

  g_assert_true (lw_id_equal (&reply->reply_to, &other));
  assert_refused (&(LwNote){.kind = LW_NOTE_REPLY}, LW_NOTE_ERROR_KIND);
  assert_refused (&(LwNote){.reply_to = other}, LW_NOTE_ERROR_KIND);
  assert_refused (&(LwNote){.id = other, .kind = LW_NOTE_REPLY, .reply_to = other},
                  LW_NOTE_ERROR_KIND);
}

static void
test_times_are_moments_in_order (void)
{
  g_autoptr (LwNote) last = make (&(LwNote){.start = LW_TIME_MAX, .end = LW_TIME_MAX});

  g_assert_cmpint (last->start, ==, LW_TIME_MAX);
  assert_refused (&(LwNote){.start = LW_TIME_NONE, .end = LW_TIME_NONE}, LW_NOTE_ERROR_TIME);
  assert_refused (&(LwNote){.start = 5, .end = 4}, LW_NOTE_ERROR_TIME);
  assert_refused (&(LwNote){.start = 0, .end = LW_TIME_MAX + 1}, LW_NOTE_ERROR_TIME);
}

static void
test_a_region_lies_within_the_picture (void)
{
  g_autoptr (LwNote) whole = make (&(LwNote){.region = {0, 0, LW_REGION_SCALE, LW_REGION_SCALE}});

  g_assert_false (lw_region_is_none (&whole->region));
  assert_refused (&(LwNote){.region = {1, 0, LW_REGION_SCALE, 1}}, LW_NOTE_ERROR_TIME);
  assert_refused (&(LwNote){.region = {5, 5, 0, 5}}, LW_NOTE_ERROR_TIME);
}

static void
test_control_characters_are_replaced (void)
{
  g_autoptr (LwNote) note = make (&(LwNote){.text = "a\r\nb\tc\x01"
                                                    "d\x7f"
                                                    "e\xc2\x85"
                                                    "f\r"});

  g_assert_cmpstr (note->text, ==,
                   "a\nb\tc\xef\xbf\xbd"
                   "d\xef\xbf\xbd"
                   "e\xef\xbf\xbd"
                   "f\xef\xbf\xbd");
}

static void
test_every_script_is_kept_byte_for_byte (void)
{
  static const char *const texts[] = {
      "Élève, größer, ľúbiť", "学生在黑板上写字",
      "生徒が手を挙げた",     "학생이 손을 든다",
      "นักเรียนยกมือ",           "الطالب يرفع يده",
      "התלמיד מרים יד",       "छात्र हाथ उठाता है",
      "ученик поднял руку",   "👩🏽‍🏫 👨‍👩‍👧",
      "\xe2\x80\xaertl",      "z\xcc\x8c\xcc\x81\xcc\xa3",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (LwNote) note = make (&(LwNote){.text = texts[i]});

    g_assert_cmpstr (note->text, ==, texts[i]);
  }
}

static void
test_a_megabyte_is_kept_and_one_byte_more_is_not (void)
{
  g_autofree char *text = g_malloc (LW_NOTE_TEXT_MAX_BYTES + 2);
  g_autoptr (LwNote) note = NULL;

  memset (text, 'a', LW_NOTE_TEXT_MAX_BYTES + 1);
  text[LW_NOTE_TEXT_MAX_BYTES + 1] = '\0';
  assert_refused (&(LwNote){.text = text}, LW_NOTE_ERROR_TEXT);
  text[LW_NOTE_TEXT_MAX_BYTES] = '\0';
  note = make (&(LwNote){.text = text});
  g_assert_cmpstr (note->text, ==, text);
  /* A control character takes three bytes once replaced. */
  text[0] = '\x01';
  assert_refused (&(LwNote){.text = text}, LW_NOTE_ERROR_TEXT);
}

static void
test_text_that_is_no_utf8_is_refused (void)
{
  assert_refused (&(LwNote){.text = "\xff"}, LW_NOTE_ERROR_TEXT);
  assert_refused (&(LwNote){.text = "\xed\xa0\x80"}, LW_NOTE_ERROR_TEXT);
  assert_refused (&(LwNote){.tags = (const char *const[]){"\xc3", NULL}}, LW_NOTE_ERROR_TAG);
}

static void
test_tags_are_sorted_stripped_and_once_each (void)
{
  const char *const tags[] = {" talk\xc2\xa0", "board", "talk", "a\nb", NULL};
  g_autoptr (LwNote) note = make (&(LwNote){.tags = tags});

  g_assert_cmpuint (g_strv_length ((char **)note->tags), ==, 3);
  g_assert_cmpstr (note->tags[0], ==, "a b");
  g_assert_cmpstr (note->tags[1], ==, "board");
  g_assert_cmpstr (note->tags[2], ==, "talk");
}

static void
test_too_many_or_empty_tags_are_refused (void)
{
  const char *const empty[] = {"  ", NULL};
  g_autofree char *endless = g_strnfill (LW_NOTE_TAG_MAX_BYTES + 1, 'x');
  const char *const too_long[] = {endless, NULL};
  g_auto (GStrv) many = g_new0 (char *, LW_NOTE_TAGS_MAX + 2);

  for (guint i = 0; i <= LW_NOTE_TAGS_MAX; i++)
    many[i] = g_strdup_printf ("tag %u", i);
  assert_refused (&(LwNote){.tags = empty}, LW_NOTE_ERROR_TAG);
  assert_refused (&(LwNote){.tags = too_long}, LW_NOTE_ERROR_TAG);
  assert_refused (&(LwNote){.tags = (const char *const *)many}, LW_NOTE_ERROR_TAG);
  g_clear_pointer (&many[LW_NOTE_TAGS_MAX], g_free);
  lw_note_unref (make (&(LwNote){.tags = (const char *const *)many}));
}

static void
test_equality_sees_every_field (void)
{
  const char *const tags[] = {"x", NULL};
  LwNote base = {.id = lw_id_new (), .created_utc_us = 5, .text = "t", .end = 10};
  g_autoptr (LwNote) note = make (&base);
  g_autoptr (LwNote) same = make (&base);
  LwNote altered[10];

  for (guint i = 0; i < G_N_ELEMENTS (altered); i++)
    altered[i] = base;
  altered[0].id = lw_id_new ();
  altered[1].track_id = lw_id_new ();
  altered[2].lens_id = lw_id_new ();
  altered[3].kind = LW_NOTE_WONDERING;
  altered[4].on_focus = TRUE;
  altered[5].pass = 2;
  altered[6].start = 1;
  altered[7].region = (LwRegion){1, 1, 1, 1};
  altered[8].text = "T";
  altered[9].tags = tags;
  g_assert_true (lw_note_equal (note, same));
  for (guint i = 0; i < G_N_ELEMENTS (altered); i++) {
    g_autoptr (LwNote) other = make (&altered[i]);

    g_assert_false (lw_note_equal (note, other));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/note/empty", test_an_empty_template_is_a_noticing_at_the_start);
  g_test_add_func ("/note/kinds", test_kinds_go_by_name);
  g_test_add_func ("/note/reply", test_only_a_reply_answers_a_note);
  g_test_add_func ("/note/times", test_times_are_moments_in_order);
  g_test_add_func ("/note/region", test_a_region_lies_within_the_picture);
  g_test_add_func ("/note/control", test_control_characters_are_replaced);
  g_test_add_func ("/note/scripts", test_every_script_is_kept_byte_for_byte);
  g_test_add_func ("/note/megabyte", test_a_megabyte_is_kept_and_one_byte_more_is_not);
  g_test_add_func ("/note/utf8", test_text_that_is_no_utf8_is_refused);
  g_test_add_func ("/note/tags", test_tags_are_sorted_stripped_and_once_each);
  g_test_add_func ("/note/bad-tags", test_too_many_or_empty_tags_are_refused);
  g_test_add_func ("/note/equal", test_equality_sees_every_field);
  return g_test_run ();
}
