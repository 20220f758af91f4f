/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a form counts as handed in, and for whom it is. */

#include "lw-forms.h"

static const char routine[] =
    "{\"forms\": [{\"id\": \"seen\", \"for\": [\"walker\", \"coach\"], \"fields\": ["
    "{\"id\": \"a\", \"required\": true}, {\"id\": \"b\"}, {\"id\": \"c\", \"required\": true}]},"
    "{\"id\": \"rests\", \"for\": [\"walker\"], \"fields\": ["
    "{\"id\": \"a\", \"required\": true, \"cites\": true}, {\"id\": \"b\", \"cites\": true}]},"
    "{\"id\": \"free\", \"for\": [\"host\"], \"fields\": [{\"id\": \"a\"}]}]}";

static void
test_a_form_is_complete_when_all_that_it_requires_is_answered (void)
{
  static const char *const tags[] = {"seen/a", "seen/b", "seen/c", "free/a"};
  g_autoptr (GPtrArray) forms = lw_forms_read (routine);
  const LwForm *seen = lw_forms_find (forms, "seen"), *free_one = lw_forms_find (forms, "free");

  g_assert_nonnull (seen);
  g_assert_null (lw_forms_find (forms, "other"));
  for (guint bits = 0; bits < 16; bits++) {
    g_autoptr (GHashTable) answered = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GHashTable) rested = g_hash_table_new (g_str_hash, g_str_equal);
    LwFormAnswers answers = {answered, rested};

    for (guint i = 0; i < 4; i++) {
      if (bits & 1u << i)
        g_hash_table_add (answered, (gpointer)tags[i]);
    }
    g_assert_cmpint (lw_forms_is_complete (seen, &answers), ==, (bits & 5) == 5);
    g_assert_cmpint (lw_forms_is_complete (free_one, &answers), ==, (bits & 8) != 0);
  }
}

/* Answered or not, rested or not, for a field that is required and one that is not. */
static void
test_what_has_to_cite_does_so_before_it_counts (void)
{
  static const char *const tags[] = {"rests/a", "rests/b"};
  g_autoptr (GPtrArray) forms = lw_forms_read (routine);
  const LwForm *form = lw_forms_find (forms, "rests");
  guint n_complete = 0;

  for (guint bits = 0; bits < 16; bits++) {
    g_autoptr (GHashTable) answered = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GHashTable) rested = g_hash_table_new (g_str_hash, g_str_equal);
    LwFormAnswers answers = {answered, rested};

    for (guint i = 0; i < 2; i++) {
      if (bits & 1u << i)
        g_hash_table_add (answered, (gpointer)tags[i]);
      if (bits & 4u << i)
        g_hash_table_add (rested, (gpointer)tags[i]);
    }
    g_assert_cmpint (lw_forms_is_complete (form, &answers), ==,
                     (bits & 5) == 5 && ((bits & 2) == 0 || (bits & 8) != 0));
    n_complete += lw_forms_is_complete (form, &answers);
  }
  g_assert_cmpuint (n_complete, ==, 3);
}

static void
test_a_form_is_for_the_roles_that_it_names (void)
{
  g_autoptr (GPtrArray) forms = lw_forms_read (routine);
  const LwForm *seen = lw_forms_find (forms, "seen");

  for (guint roles = 0; roles < 1u << LW_N_ROLES; roles++)
    g_assert_cmpint (lw_forms_is_for (seen, roles), ==,
                     (roles & (1u << LW_ROLE_WALKER | 1u << LW_ROLE_COACH)) != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forms/complete",
                   test_a_form_is_complete_when_all_that_it_requires_is_answered);
  g_test_add_func ("/forms/cites", test_what_has_to_cite_does_so_before_it_counts);
  g_test_add_func ("/forms/for", test_a_form_is_for_the_roles_that_it_names);
  return g_test_run ();
}
