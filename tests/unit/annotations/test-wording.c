/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include "lw-wording.h"

/* A text that takes more than its share of time is a finding too. */
#define WATCHDOG_S 120

#define KIND(name) "\"" name "\":{\"name\":\"N\",\"reason\":\"R\",\"instead\":\"I\"}"
#define FILE_OF(rest)                                                                                        \
  "{\"language\":\"xx\",\"version\":1,\"title\":\"X\",\"quotes\":[\"“”\",\"\\\"\\\"\","                  \
  "\"''\",\"‘’\"],\"clitics\":[\"'s\",\"l'\"],\"abbreviations\":[\"mr\"],\"kinds\":{" KIND (                 \
      "prai"                                                                                                 \
      "se") "," KIND ("correction") "," KIND ("prescription") "," KIND ("judgement") "," KIND ("i"           \
                                                                                               "n"           \
                                                                                               "f"           \
                                                                                               "e"           \
                                                                                               "r"           \
                                                                                               "e"           \
                                                                                               "n"           \
                                                                                               "c"           \
                                                                                               "e") "}"      \
                                                                                                    "," rest \
                                                                                                    "}"
#define RULES(rules) FILE_OF ("\"classes\":{\"often\":\"the\"},\"rules\":[" rules "]")
#define RULE(id, kind, patterns) \
  "{\"id\":\"" id "\",\"kind\":\"" kind "\",\"patterns\":[" patterns "]}"

static LwWording *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  LwWording *wording = lw_wording_parse (json, strlen (json), &error);

  g_assert_no_error (error);
  return wording;
}

/* What is marked, between bars: "great|should". */
static char *
marked (LwWording *wording, const char *text)
{
  g_autoptr (GArray) marks = lw_wording_check (wording, text);
  GString *words = g_string_new (NULL);
  gsize before = 0;

  for (guint i = 0; i < marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (marks, LwWordingMark, i);

    g_assert_cmpuint (mark->start, >=, before);
    g_assert_cmpuint (mark->start, <, mark->end);
    g_assert_cmpuint (mark->end, <=, strlen (text));
    before = mark->end;
    g_string_append_printf (words, "%s%.*s", i > 0 ? "|" : "", (int)(mark->end - mark->start),
                            text + mark->start);
  }
  return g_string_free (words, FALSE);
}

static void
assert_marked (LwWording *wording, const char *text, const char *expected)
{
  g_autofree char *words = marked (wording, text);

  g_assert_cmpstr (words, ==, expected);
}

static void
assert_pattern (const char *pattern, const char *text, const char *expected)
{
  g_autofree char *json = g_strdup_printf (RULES (RULE ("r", "praise", "\"%s\"")), pattern);
  g_autoptr (LwWording) wording = parse (json);

  assert_marked (wording, text, expected);
}

static void
test_a_pattern_finds_words_gaps_and_places (void)
{
  assert_pattern ("good|great job", "Good job. great  JOB; good. Job", "Good job|great  JOB");
  assert_pattern ("very ?very good", "very very good. very good", "very very good|very good");
  assert_pattern ("^ ?what ?a good", "Good. What a good. is a good. so: a good",
                  "Good|What a good|a good");
  assert_pattern ("was *2 good", "it was the most good, it was a b c good", "was the most good");
  assert_pattern ("was *2 good", "it was, good", "");
  assert_pattern ("was [not|never] good", "it was never good", "never");
  assert_pattern ("asks !good", "asks good. asks why", "asks why");
  assert_pattern ("^ use", "Use it. We use it\nthat: use it, use it", "Use|use");
  assert_pattern ("good $", "good. good one good", "good|good");
  assert_pattern ("praise*", "praised. praises. prais", "praised|praises");
  assert_pattern ("praise*!praises", "praised praises", "praised");
  assert_pattern ("^ @capital!note :", "Ana: x\nNote: y\nbob: z", "Ana:");
  assert_pattern ("@number of", "4 of 5", "4 of");
  assert_pattern ("said @quote", "she said “go on” and", "said “go on”");
  assert_pattern ("a|b *2 c", "a a a c", "a a a c");
  assert_pattern ("good", "good, so good x y z v good", "good, so good|good");
}

static void
test_words_are_found_however_they_are_written (void)
{
  assert_pattern ("deberia", "Debería. DEBERI\u0301A. deb\u00ADeria",
                  "Debería|DEBERI\u0301A|deb\u00ADeria");
  assert_pattern ("well behaved", "well-behaved. well behaved. well – behaved",
                  "well-behaved|well behaved");
  assert_pattern ("don't", "don’t. don't. dont", "don’t|don't");
  assert_pattern ("she 's", "She’s", "She’s");
  assert_pattern ("teacher", "the teacher's", "teacher");
  assert_pattern ("eleve", "l’élève", "élève");
  assert_pattern ("很 好", "老师很好。", "很好");
  assert_pattern ("👍", "ok👍ok", "👍");
  assert_pattern ("mr lee", "I saw Mr. Lee. Lee", "Mr. Lee");
}

static void
test_what_is_quoted_is_left_alone (void)
{
  static const char *const quoted[] = {
      "\"great\"",
      "“great”",
      "‘great’",
      "'great'",
      "he said \"this is\tgreat",
      "“so great. Great! Great?” he",
      "'it's the students great job'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (quoted); i++)
    assert_pattern ("great", quoted[i], "");
  assert_pattern ("great", "“so” great. “so” great", "great|great");
  assert_pattern ("great", "a 5\" great 6\" line", "great");
  assert_pattern ("great", "the students' great work, class' end", "great");
  assert_pattern ("great", "\"open\ngreat", "great");
}

static void
test_speech_allowances_and_contexts_keep_rules_silent (void)
{
  g_autoptr (LwWording) wording = parse (FILE_OF (
      "\"classes\":{\"often\":\"the\",\"say\":\"says said\"},"
      "\"contexts\":{\"wondering\":[\"i wonder\"],\"speech\":[\", she said $\"]},"
      "\"speech\":[\"^ t : [~~]\",\"@say [~]\"],"
      "\"allow\":[{\"patterns\":[\"good morning\"]},{\"kinds\":[\"praise\"],\"patterns\":[\"too "
      "[good]\"]}],"
      "\"rules\":[{\"id\":\"a\",\"kind\":\"praise\",\"patterns\":[\"good\"],\"unless\":["
      "\"question\",\"wondering\"]},{\"id\":\"b\",\"kind\":\"judgement\",\"patterns\":[\"too "
      "good\",\"good morning\"]}]"));

  assert_marked (wording, "It was good. T: good. Good", "good");
  assert_marked (wording, "T: good. Good\ngood", "good");
  assert_marked (wording, "She said good things, good. Good", "Good");
  assert_marked (wording, "Good things, she said. Good", "Good");
  assert_marked (wording, "Good morning", "");
  assert_marked (wording, "Too good", "Too good");
  assert_marked (wording, "Is it good? Is it good?! I wonder if it is good. good", "good");
}

static void
test_the_rule_that_stands_first_marks (void)
{
  g_autoptr (LwWording) wording = parse (RULES (
      RULE ("one", "praise", "\"b c\"") "," RULE ("other", "inference", "\"a b\",\"c d\",\"d\"")));
  g_autoptr (GArray) marks = lw_wording_check (wording, "a b c d");

  g_assert_cmpuint (marks->len, ==, 2);
  g_assert_cmpstr (g_array_index (marks, LwWordingMark, 0).rule, ==, "one");
  g_assert_cmpstr (g_array_index (marks, LwWordingMark, 0).kind, ==, "praise");
  g_assert_cmpstr (g_array_index (marks, LwWordingMark, 1).rule, ==, "other");
  g_assert_cmpstr (g_array_index (marks, LwWordingMark, 1).reason, ==, "R");
}

static void
test_a_file_that_is_none_is_refused_with_a_sentence (void)
{
  static const char *const bad[] = {
      "",
      "[]",
      "{",
      FILE_OF ("\"rules\":[]"),
      RULES ("7"),
      RULES (RULE ("r", "rating", "\"a\"")),
      RULES (RULE ("r", "praise", "7")),
      RULES (RULE ("r", "praise", "\"\"")),
      RULES (RULE ("r", "praise", "\"?a\"")),
      RULES (RULE ("r", "praise", "\"*2 b\"")),
      RULES (RULE ("r", "praise", "\"a *9 b\"")),
      RULES (RULE ("r", "praise", "\"a *8 *8 *8 *8 b\"")),
      RULES (RULE ("r", "praise", "\"a ~\"")),
      RULES (RULE ("r", "praise", "\"a [b\"")),
      RULES (RULE ("r", "praise", "\"a ] [ b\"")),
      RULES (RULE ("r", "praise", "\"@none\"")),
      RULES (RULE ("r", "praise", "\"well-behaved\"")),
      RULES (RULE ("r", "praise", "\"it's\"")),
      RULES (RULE ("r", "praise", "\"a b c d e f g h i j k l m n o p q r s t u v w x y\"")),
      FILE_OF ("\"classes\":{\"often\":\"a\"},\"rules\":[{\"id\":\"r\",\"kind\":\"praise\","
               "\"patterns\":[\"a\"],\"unless\":[\"never\"]}]"),
      FILE_OF ("\"classes\":{\"often\":\"@later\",\"later\":\"a\"}"),
      FILE_OF ("\"classes\":{\"often\":\"a\",\"quote\":\"a\"}"),
      FILE_OF ("\"classes\":{\"often\":\"a\"},\"speech\":[\"a ~ b\"]"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (lw_wording_parse (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, LW_WORDING_ERROR, LW_WORDING_ERROR_SYNTAX);
    g_assert_cmpuint (strlen (error->message), >, 40);
  }
}

static void
test_a_language_is_found_by_its_name_and_by_its_words (void)
{
  static const char *const spanish[] = {"es_MX.UTF-8", "en", NULL};
  static const char *const unknown[] = {"xx", "C", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWording) a = lw_wording_find ("EN-us", &error);
  g_autoptr (LwWording) b = lw_wording_choose ("", spanish);
  g_autoptr (LwWording) c = lw_wording_choose ("", unknown);
  g_autoptr (LwWording) d =
      lw_wording_choose ("The students were at the table with their cards", spanish);
  g_autoptr (LwWording) e =
      lw_wording_choose ("Los alumnos estaban en la mesa con sus tarjetas", NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (lw_wording_get_language (a), ==, "en");
  g_assert_cmpstr (lw_wording_get_language (b), ==, "es");
  g_assert_cmpstr (lw_wording_get_language (c), ==, "en");
  g_assert_true (d == a);
  g_assert_true (e == b);
  g_assert_null (lw_wording_find ("../en", &error));
  g_assert_error (error, LW_WORDING_ERROR, LW_WORDING_ERROR_UNKNOWN);
}

/* The promises of the English rules, one of each kind; how well they keep them is measured. */
static void
test_english_marks_each_kind_and_leaves_acts_and_speech_alone (void)
{
  g_autoptr (LwWording) wording = lw_wording_find ("en", NULL);
  static const char *const plain[] = {
      "T: Great job, everyone. You should check it.",
      "The teacher praised two students and moved to the next table.",
      "She told them to check their work, and that they must sign it.",
      "Mateo said the lesson was boring.",
      "“You were excellent today,” Ms. Alder said.",
      "Excellent work, she said.",
      "I wonder what would happen if students should disagree?",
      "4 of 20 students raised a hand.",
  };

  assert_marked (wording, "Excellent lesson. The teacher should wait.",
                 "Excellent|teacher should wait");
  assert_marked (wording, "Students were bored.", "Students were bored");
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    assert_marked (wording, plain[i], "");
}

/* 1 MB of what would be slow for whoever tries every way: here it has to be done before the
 * watchdog. */
static void
test_a_hostile_megabyte_is_read_in_bounded_time (void)
{
  static const char *const pieces[] = {
      "should ",          "said ",       "T: ",    "\"",    "' ", " '",   "“",
      "the teacher was ", "a",           "'",      "é'",    "?!", "\n",   "very ",
      "I wonder ",        ", she said ", "good. ", "no'l'", "❤",  "not ",
  };
  g_autoptr (LwWording) wording = lw_wording_find ("en", NULL);

  alarm (WATCHDOG_S);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *words = NULL;

    while (text->len < 1000000)
      g_string_append (text, pieces[i]);
    words = marked (wording, text->str);
  }
  alarm (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wording/patterns", test_a_pattern_finds_words_gaps_and_places);
  g_test_add_func ("/wording/words", test_words_are_found_however_they_are_written);
  g_test_add_func ("/wording/quoted", test_what_is_quoted_is_left_alone);
  g_test_add_func ("/wording/silent", test_speech_allowances_and_contexts_keep_rules_silent);
  g_test_add_func ("/wording/first", test_the_rule_that_stands_first_marks);
  g_test_add_func ("/wording/bad", test_a_file_that_is_none_is_refused_with_a_sentence);
  g_test_add_func ("/wording/language", test_a_language_is_found_by_its_name_and_by_its_words);
  g_test_add_func ("/wording/english",
                   test_english_marks_each_kind_and_leaves_acts_and_speech_alone);
  g_test_add_func ("/wording/hostile", test_a_hostile_megabyte_is_read_in_bounded_time);
  return g_test_run ();
}
