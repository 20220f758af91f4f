/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include <string.h>

static void
test_words_are_found_whatever_their_case_and_accents (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text, *found[4], *missed[4];
  } cases[] = {
      {"Students point at the board",
       {"students", "BOARD stud", "\"at the\"", "po"},
       {"\"the at\"", "oint", "chalk", "board chalk"}},
      {"Élève très étonnée",
       {"eleve", "TRÈS", "etonn", "e\xcc\x81leve"},
       {"leve", "elevex", "x", "tres x"}},
      {"Größe straße Ümlaut", {"grosse x", "ümlaut", "UMLAUT", "große"}, {"rosse", "", "", ""}},
      {"学生在黑板上写字",
       {"黑板", "学生 写字", "\"板上\"", "字"},
       {"板黑", "先生", "\"学写\"", "黒"}},
      {"生徒がノートに書いた", {"ノート", "書い", "がノ", "た"}, {"トーノ", "先", "\"生た\"", "x"}},
      {"นักเรียนยกมือขึ้น", {"ยกมือ", "เรียน", "นักเรียน", "มือ"}, {"มืด", "ครู", "กาแฟ", "x"}},
      {"학생이 손을 들었다", {"학생", "손을", "들었", "학"}, {"생이x", "선생", "x", "을손"}},
      {"छात्र हाथ उठाता है", {"छात्र", "हाथ", "उठा", "है"}, {"हथ", "शिक्षक", "x", "y"}},
      {"Ученик поднял руку", {"ученик", "РУКУ", "подн", "рук"}, {"учитель", "нял", "x", "y"}},
      {"الطالب يرفع يده", {"الطالب", "يرفع", "يد", "الط"}, {"معلم", "x", "y", "z"}},
      {"well done 👍 team-work C++",
       {"👍", "team work", "c++", "team-work"},
       {"👎", "teamworks", "x", "y"}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LwId id = add_text (fixture->store, &fixture->track_id, (LwTime)i, cases[i].text);
    g_autoptr (GError) error = NULL;

    for (guint k = 0; k < 4; k++) {
      /* "grosse" is not how ß is folded; it stands here to be missed. */
      gboolean missed = strcmp (cases[i].found[k], "grosse x") == 0;

      g_test_message ("“%s” in “%s”", cases[i].found[k], cases[i].text);
      g_assert_cmpuint (count_matches (fixture->store, cases[i].found[k]), ==, missed ? 0 : 1);
      if (*cases[i].missed[k] != '\0') {
        g_test_message ("“%s” not in “%s”", cases[i].missed[k], cases[i].text);
        g_assert_cmpuint (count_matches (fixture->store, cases[i].missed[k]), ==, 0);
      }
    }
    lw_store_delete_note (fixture->store, &id, &error);
    g_assert_no_error (error);
  }
}

/* The two ways of looking, by the index and note by note, must agree for every question. */
static void
test_the_index_and_the_scan_agree (Fixture *fixture, gconstpointer data)
{
  static const char *const words[] = {"the",     "then", "board", "Boards", "élan",
                                      "学生",    "学",   "生字",  "มือ",     "👍",
                                      "o'clock", "a-b",  "हिन्दी", "ノート", "x1"};
  static const char *const forms[] = {"%s", "%s %s", "\"%s %s\"", "\"%s", "%s\" %s"};
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (GError) error = NULL;
  guint hits = 0;

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GString) text = g_string_new (NULL);

    for (gint n = g_rand_int_range (random, 1, 6); n > 0; n--)
      g_string_append_printf (text, "%s%s",
                              words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                              n % 2 ? " " : "");
    add_text (fixture->store, &fixture->track_id, (LwTime)i, text->str);
  }
  for (guint i = 0; i < 300; i++) {
    const char *form = forms[g_rand_int_range (random, 0, G_N_ELEMENTS (forms))];
    g_autoptr (GString) text = g_string_new (NULL);
    guint64 by_index, by_scan;

    for (const char *p = form; *p != '\0'; p++) {
      if (*p == '%' && p[1] == 's') {
        const char *word = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];
        gint length = (gint)g_utf8_strlen (word, -1);
        g_autofree char *part =
            g_utf8_substring (word, 0, g_rand_int_range (random, 1, length + 1));

        g_string_append (text, part);
        p++;
      } else {
        g_string_append_c (text, *p);
      }
    }
    lw_store_count (fixture->store, &(LwNoteQuery){.text = text->str}, &by_index, &error);
    g_assert_no_error (error);
    lw_store_count (fixture->store,
                    &(LwNoteQuery){.text = text->str, .track_id = &fixture->track_id}, &by_scan,
                    &error);
    g_assert_no_error (error);
    g_test_message ("“%s”: %" G_GUINT64_FORMAT, text->str, by_index);
    g_assert_cmpuint (by_index, ==, by_scan);
    hits += by_index > 0;
  }
  g_assert_cmpuint (hits, >, 100);
}

static void
test_any_bytes_are_a_harmless_question (Fixture *fixture, gconstpointer data)
{
  static const char *const questions[] = {
      "\"",
      "\"\"",
      "*",
      "a*",
      "^a",
      "a AND",
      "NOT a",
      "NEAR(a b)",
      "{text}: a",
      "text:a",
      "a + b",
      "(",
      ")",
      "'; DROP TABLE note; --",
      "\xff\xfe",
      "\xc3",
      "-a",
      "a OR b",
      "\\",
      "%",
      "_",
      "\t\n",
      "\"a",
      "a\"b",
      "rank",
      "\xe2\x80\x8b",
      "\xef\xbb\xbf z",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GError) error = NULL;

  add_text (fixture->store, &fixture->track_id, 0, "a note");
  for (guint i = 0; i < 500; i++) {
    char noise[12];
    LwNoteQuery query = {.order = (LwOrder)(i % 3), .limit = i % 2 ? 50 : 0};
    g_autoptr (GPtrArray) found = NULL;

    for (guint k = 0; k < sizeof noise - 1; k++)
      noise[k] = (char)g_rand_int_range (random, 1, 256);
    noise[sizeof noise - 1] = '\0';
    query.text = i < G_N_ELEMENTS (questions) ? questions[i] : noise;
    found = lw_store_query (fixture->store, &query, &error);
    g_assert_no_error (error);
    g_assert_nonnull (found);
  }
  g_assert_cmpuint (count_notes (fixture->store), ==, 1);
}

static void
test_blank_is_no_question (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, 0, "a note");
  g_assert_cmpuint (count_matches (fixture->store, ""), ==, 1);
  g_assert_cmpuint (count_matches (fixture->store, " \t\xc2\xa0"), ==, 1);
  g_assert_cmpuint (count_matches (fixture->store, "\"\""), ==, 1);
}

static void
test_a_pin_is_found_at_once_and_an_edit_by_its_new_words_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "alpha");

  g_assert_cmpuint (count_matches (fixture->store, "alpha"), ==, 1);
  edit_text (fixture->store, &id, "beta");
  g_assert_cmpuint (count_matches (fixture->store, "alpha"), ==, 0);
  g_assert_cmpuint (count_matches (fixture->store, "beta"), ==, 1);
  lw_store_undo (fixture->store, &fixture->track_id, NULL, &error);
  g_assert_cmpuint (count_matches (fixture->store, "alpha"), ==, 1);
  g_assert_cmpuint (count_matches (fixture->store, "beta"), ==, 0);
  lw_store_delete_note (fixture->store, &id, &error);
  g_assert_cmpuint (count_matches (fixture->store, "alpha"), ==, 0);
  lw_store_restore_note (fixture->store, &id, &error);
  g_assert_no_error (error);
  fixture_reopen (fixture);
  g_assert_cmpuint (count_matches (fixture->store, "alpha"), ==, 1);
  assert_verifies (fixture->store);
}

static void
assert_newest_first (GPtrArray *notes)
{
  for (guint i = 1; i < notes->len; i++)
    g_assert_cmpint (((LwNote *)notes->pdata[i - 1])->edited_utc_us, >=,
                     ((LwNote *)notes->pdata[i])->edited_utc_us);
}

/* Notes come in any order (as in an import); the newest come first all the same. */
static void
test_the_newest_come_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GError) error = NULL;
  guint pages = 0;

  for (guint i = 0; i < 3000; i++)
    g_ptr_array_add (notes,
                     lw_note_new (&(LwNote){.track_id = fixture->track_id,
                                            .created_utc_us = g_rand_int_range (random, 1, 5000),
                                            .text = i % 100 == 0 ? "common rare" : "common"},
                                  NULL));
  lw_store_add_notes (fixture->store, notes, &error);
  g_assert_no_error (error);
  for (guint offset = 0; offset < 3000; offset += 600, pages++) {
    static const char *const texts[] = {"common", "com", "rare", "rare common", NULL};

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      LwNoteQuery query = {
          .text = texts[i], .order = LW_ORDER_NEWEST, .limit = 50, .offset = offset};
      g_autoptr (GPtrArray) all = NULL;
      g_autoptr (GPtrArray) page = lw_store_query (fixture->store, &query, &error);
      guint expected;

      g_assert_no_error (error);
      query.limit = query.offset = 0;
      all = lw_store_query (fixture->store, &query, &error);
      g_assert_cmpuint (all->len, ==, i == 2 || i == 3 ? 30 : 3000);
      assert_newest_first (all);
      expected = all->len > offset ? MIN (50, all->len - offset) : 0;
      g_assert_cmpuint (page->len, ==, expected);
      for (guint k = 0; k < page->len; k++)
        g_assert_true (lw_note_equal (page->pdata[k], all->pdata[offset + k]));
    }
  }
  g_assert_cmpuint (pages, ==, 5);
}

/* More in one microsecond than there are numbers for it. */
static void
test_thousands_of_one_moment_are_all_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5000; i++)
    g_ptr_array_add (notes, lw_note_new (&(LwNote){.track_id = fixture->track_id,
                                                   .created_utc_us = i < 4990 ? 1000 : 1001,
                                                   .text = "same"},
                                         NULL));
  lw_store_add_notes (fixture->store, notes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_matches (fixture->store, "same"), ==, 5000);
  assert_verifies (fixture->store);
}

static void
test_the_best_match_comes_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;

  add_text (fixture->store, &fixture->track_id, 0, "evidence");
  for (guint i = 0; i < 20; i++)
    add_text (fixture->store, &fixture->track_id, 1,
              "one passing word of evidence among a great many others that say other things");
  found = lw_store_query (fixture->store,
                          &(LwNoteQuery){.text = "evidence", .order = LW_ORDER_RANK, .limit = 5},
                          &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 5);
  g_assert_cmpstr (((LwNote *)found->pdata[0])->text, ==, "evidence");
}

/* To weigh all of a million would take seconds. */
static void
test_of_a_great_many_matches_the_newest_are_ranked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) all = NULL;
  LwId old, recent;

  old = add_text (fixture->store, &fixture->track_id, 0, "evidence");
  for (guint i = 0; i < 4100; i++) {
    LwNote fields = {.track_id = fixture->track_id,
                     .text = "one passing word of evidence among others that say other things"};

    if (i == 100) {
      g_assert_true (lw_store_add_notes (fixture->store, many, &error));
      g_ptr_array_set_size (many, 0);
      recent = add_text (fixture->store, &fixture->track_id, 0, "evidence");
    }
    g_ptr_array_add (many, lw_note_new (&fields, NULL));
  }
  g_ptr_array_set_size (many, 3999);
  g_assert_true (lw_store_add_notes (fixture->store, many, &error));
  found = lw_store_query (fixture->store,
                          &(LwNoteQuery){.text = "evidence", .order = LW_ORDER_RANK, .limit = 2},
                          &error);
  g_assert_no_error (error);
  g_assert_true (lw_id_equal (&((LwNote *)found->pdata[0])->id, &recent));
  g_assert_false (lw_id_equal (&((LwNote *)found->pdata[1])->id, &old));
  all = lw_store_query (fixture->store, &(LwNoteQuery){.text = "evidence", .order = LW_ORDER_RANK},
                        &error);
  g_assert_cmpuint (all->len, ==, 4101);
  g_assert_true (lw_id_equal (&((LwNote *)all->pdata[1])->id, &old));
}

/* When nothing can be written, what is not indexed yet is looked through instead. */
static void
test_a_reader_finds_what_is_not_indexed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) reader = NULL;
  g_autoptr (GPtrArray) found = NULL;

  add_text (fixture->store, &fixture->track_id, 0, "indexed words");
  g_assert_cmpuint (count_matches (fixture->store, "words"), ==, 1);
  add_text (fixture->store, &fixture->track_id, 1, "fresh words");
  reader = lw_store_open (fixture->path, LW_STORE_OPEN_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_matches (reader, "words"), ==, 2);
  for (guint order = 0; order < 3; order++) {
    g_clear_pointer (&found, g_ptr_array_unref);
    found = lw_store_query (
        reader, &(LwNoteQuery){.text = "words", .order = (LwOrder)order, .limit = 1, .offset = 1},
        &error);
    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/search/words", test_words_are_found_whatever_their_case_and_accents);
  TEST ("/search/agree", test_the_index_and_the_scan_agree);
  TEST ("/search/any-bytes", test_any_bytes_are_a_harmless_question);
  TEST ("/search/blank", test_blank_is_no_question);
  TEST ("/search/at-once", test_a_pin_is_found_at_once_and_an_edit_by_its_new_words_only);
  TEST ("/search/newest", test_the_newest_come_first);
  TEST ("/search/one-moment", test_thousands_of_one_moment_are_all_kept);
  TEST ("/search/rank", test_the_best_match_comes_first);
  TEST ("/search/rank-many", test_of_a_great_many_matches_the_newest_are_ranked);
  TEST ("/search/reader", test_a_reader_finds_what_is_not_indexed);
  return g_test_run ();
}
