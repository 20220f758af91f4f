/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cohen's kappa against published examples, and the agreement of two coders against an oracle that
 * looks at each window and each code by itself.
 */

#include <math.h>
#include <string.h>

#include "lw-agreement.h"

#define ROUNDS 400

static void
assert_kappa (const guint64 *counts, guint n, double expected, double precision)
{
  LwKappa kappa;

  g_assert_true (lw_kappa_from_table (counts, n, &kappa));
  g_assert_true (kappa.has_kappa);
  g_assert_cmpfloat_with_epsilon (kappa.kappa, expected, precision);
}

static void
test_published_examples_come_out (void)
{
  /* The skin condition data of the SAS/STAT User's Guide (The FREQ Procedure, Agreement Study). */
  assert_kappa ((const guint64[]){10, 4, 1, 0, 5, 10, 12, 2, 2, 4, 12, 5, 0, 2, 6, 13}, 4, 0.3449,
                5e-5);
  /* The grant proposals and the two tables of equal observed agreement that textbooks and the
   * encyclopedias use: kappa differs where the margins do. */
  assert_kappa ((const guint64[]){20, 5, 10, 15}, 2, 0.4, 1e-12);
  assert_kappa ((const guint64[]){45, 15, 25, 15}, 2, 0.1304, 5e-5);
  assert_kappa ((const guint64[]){25, 35, 5, 35}, 2, 0.2593, 5e-5);
}

static void
test_kappa_is_one_for_the_same_and_below_zero_for_the_opposite (void)
{
  assert_kappa ((const guint64[]){7, 0, 0, 0, 5, 0, 0, 0, 1}, 3, 1, 1e-12);
  assert_kappa ((const guint64[]){0, 10, 10, 0}, 2, -1, 1e-12);
}

static void
test_where_chance_alone_would_agree_there_is_no_kappa (void)
{
  LwKappa kappa;

  g_assert_false (lw_kappa_from_table ((const guint64[]){0, 0, 0, 12}, 2, &kappa));
  g_assert_cmpfloat (kappa.observed, ==, 1);
  g_assert_cmpfloat (kappa.expected, ==, 1);
  g_assert_false (kappa.has_kappa);
  g_assert_false (lw_kappa_from_table ((const guint64[]){0, 0, 0, 0}, 2, &kappa));
  g_assert_false (kappa.has_kappa);
}

/* ---- windows ---- */

static void
test_a_code_is_put_in_each_window_that_it_touches (void)
{
  const LwCodedStretch a[] = {{0, 0, 0}, {0, 9, 11}, {1, 20, 30}, {0, 49, 49}, {1, 50, 50}};
  const LwCodedStretch b[] = {{0, 1, 1}, {0, 10, 20}};
  /* Windows of ten: 0-9, 10-19, 20-29, 30-39, 40-49 and the last, of one. */
  g_autoptr (LwAgreement) found = lw_agreement_new (a, 5, b, 2, 2, 51, 10);
  const LwCodeDifference *differences = (const LwCodeDifference *)found->differences->data;

  g_assert_cmpuint (found->n_windows, ==, 6);
  g_assert_cmpuint (found->codes[0].both, ==, 2);
  g_assert_cmpuint (found->codes[0].only_a, ==, 1);
  g_assert_cmpuint (found->codes[0].neither, ==, 3);
  g_assert_cmpuint (found->codes[1].only_a, ==, 2);
  g_assert_cmpuint (found->differences->len, ==, 3);
  g_assert_cmpint (differences[0].start, ==, 20);
  g_assert_cmpuint (differences[0].code, ==, 1);
  g_assert_cmpint (differences[1].start, ==, 40);
  g_assert_cmpint (differences[2].start, ==, 50);
  g_assert_cmpint (differences[2].end, ==, 51);
  g_assert_true (differences[2].by_a);
}

static void
test_what_one_put_where_the_other_put_something_else_is_told (void)
{
  const LwCodedStretch a[] = {{0, 0, 30}, {2, 5, 5}};
  const LwCodedStretch b[] = {{1, 0, 20}, {2, 7, 7}};
  g_autoptr (LwAgreement) found = lw_agreement_new (a, 2, b, 2, 3, 40, 10);

  g_assert_cmpuint (found->instead[0 * 3 + 1], ==, 2);
  g_assert_cmpuint (found->instead[1 * 3 + 0], ==, 0);
  g_assert_cmpuint (found->instead[2 * 3 + 1], ==, 0);
}

static void
test_codes_that_neither_put_say_nothing_of_the_whole (void)
{
  const LwCodedStretch a[] = {{0, 0, 0}, {0, 10, 10}};
  const LwCodedStretch b[] = {{0, 0, 0}, {0, 20, 20}};
  g_autoptr (LwAgreement) few = lw_agreement_new (a, 2, b, 2, 1, 40, 10);
  g_autoptr (LwAgreement) many = lw_agreement_new (a, 2, b, 2, 8, 40, 10);
  g_autoptr (LwAgreement) none = lw_agreement_new (NULL, 0, NULL, 0, 8, 40, 10);

  g_assert_true (few->pooled.has_kappa);
  g_assert_cmpfloat (few->pooled.kappa, ==, few->codes[0].kappa.kappa);
  g_assert_cmpfloat (few->pooled.kappa, ==, many->pooled.kappa);
  g_assert_false (none->pooled.has_kappa);
  g_assert_cmpuint (none->differences->len, ==, 0);
}

static void
test_a_lesson_in_too_many_windows_does_not_fit (void)
{
  g_assert_true (lw_agreement_fits (LW_AGREEMENT_WINDOWS_MAX, 1));
  g_assert_false (lw_agreement_fits (LW_AGREEMENT_WINDOWS_MAX + 1, 1));
  g_assert_false (lw_agreement_fits (0, 1));
  g_assert_false (lw_agreement_fits (1, 0));
  g_assert_true (lw_agreement_fits (LW_TIME_MAX, LW_TIME_MAX));
}

/* ---- the oracle ---- */

static gboolean
touches (const LwCodedStretch *one, guint code, LwTime from, LwTime to, gboolean is_last)
{
  if (one->code != code)
    return FALSE;
  if (one->start == one->end)
    return (one->start >= from && one->start < to) || (is_last && one->start >= to);
  return one->start < to && one->end > from;
}

static gboolean
is_put (const LwCodedStretch *all, guint n, guint code, LwTime from, LwTime to, gboolean is_last)
{
  for (guint i = 0; i < n; i++) {
    if (touches (&all[i], code, from, to, is_last))
      return TRUE;
  }
  return FALSE;
}

static guint
make_codes (GRand *random, LwCodedStretch *codes, guint n_codes, LwTime length)
{
  guint n = (guint)g_rand_int_range (random, 0, 40);

  for (guint i = 0; i < n; i++) {
    codes[i].code = (guint)g_rand_int_range (random, 0, (gint32)n_codes);
    codes[i].start = g_rand_int_range (random, 0, (gint32)length);
    codes[i].end = codes[i].start;
    if (g_rand_boolean (random))
      codes[i].end += g_rand_int_range (random, 0, (gint32)length);
    codes[i].end = MIN (codes[i].end, length);
  }
  return n;
}

static double
naive_kappa (const guint64 t[4])
{
  double n = (double)(t[0] + t[1] + t[2] + t[3]);
  double a = (double)(t[0] + t[1]) / n, b = (double)(t[0] + t[2]) / n;
  double expected = a * b + (1 - a) * (1 - b);

  return ((double)(t[0] + t[3]) / n - expected) / (1 - expected);
}

static void
test_two_coders_agree_as_far_as_a_look_at_each_window_says (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260301);
  guint defined = 0;

  for (guint round = 0; round < ROUNDS; round++) {
    guint n_codes = (guint)g_rand_int_range (random, 1, 7);
    LwTime length = g_rand_int_range (random, 1, 400), window = g_rand_int_range (random, 1, 60);
    LwCodedStretch a[40], b[40];
    guint n_a = make_codes (random, a, n_codes, length);
    guint n_b = make_codes (random, b, n_codes, length);
    g_autoptr (LwAgreement) found = lw_agreement_new (a, n_a, b, n_b, n_codes, length, window);
    guint64 differing = 0, told = 0;

    for (guint code = 0; code < n_codes; code++) {
      guint64 t[4] = {0};
      const LwCodeAgreement *one = &found->codes[code];

      for (guint w = 0; w < found->n_windows; w++) {
        LwTime from = w * window, to = MIN (from + window, length);
        gboolean is_last = w == found->n_windows - 1;
        gboolean in_a = is_put (a, n_a, code, from, to, is_last);
        gboolean in_b = is_put (b, n_b, code, from, to, is_last);

        t[(in_a ? 0 : 2) + (in_b ? 0 : 1)]++;
        differing += in_a != in_b;
      }
      g_assert_cmpuint (one->both, ==, t[0]);
      g_assert_cmpuint (one->only_a, ==, t[1]);
      g_assert_cmpuint (one->only_b, ==, t[2]);
      g_assert_cmpuint (one->neither, ==, t[3]);
      g_assert_cmpint (one->kappa.has_kappa, ==, !isnan (naive_kappa (t)));
      if (one->kappa.has_kappa) {
        g_assert_cmpfloat_with_epsilon (one->kappa.kappa, naive_kappa (t), 1e-9);
        defined++;
      }
    }
    for (guint i = 0; i < found->differences->len; i++) {
      const LwCodeDifference *one = &g_array_index (found->differences, LwCodeDifference, i);

      told += (guint64)((one->end - one->start + window - 1) / window);
    }
    g_assert_cmpuint (told, ==, differing);
  }
  g_assert_cmpuint (defined, >, ROUNDS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agreement/published", test_published_examples_come_out);
  g_test_add_func ("/agreement/ends",
                   test_kappa_is_one_for_the_same_and_below_zero_for_the_opposite);
  g_test_add_func ("/agreement/chance", test_where_chance_alone_would_agree_there_is_no_kappa);
  g_test_add_func ("/agreement/windows", test_a_code_is_put_in_each_window_that_it_touches);
  g_test_add_func ("/agreement/instead",
                   test_what_one_put_where_the_other_put_something_else_is_told);
  g_test_add_func ("/agreement/pooled", test_codes_that_neither_put_say_nothing_of_the_whole);
  g_test_add_func ("/agreement/fits", test_a_lesson_in_too_many_windows_does_not_fit);
  g_test_add_func ("/agreement/oracle", test_two_coders_agree_as_far_as_a_look_at_each_window_says);
  return g_test_run ();
}
