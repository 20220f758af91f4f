/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-agreement.h"

#include <float.h>

static void
finish (LwKappa *kappa)
{
  kappa->has_kappa = 1.0 - kappa->expected > DBL_EPSILON * 16;
  kappa->kappa =
      kappa->has_kappa ? (kappa->observed - kappa->expected) / (1.0 - kappa->expected) : 0;
}

gboolean
lw_kappa_from_table (const guint64 *counts, guint n, LwKappa *ret_kappa)
{
  guint64 total = 0, same = 0;

  g_return_val_if_fail (counts != NULL && ret_kappa != NULL, FALSE);
  *ret_kappa = (LwKappa){0};
  for (guint i = 0; i < n * n; i++)
    total += counts[i];
  if (total == 0)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    guint64 row = 0, column = 0;

    for (guint k = 0; k < n; k++) {
      row += counts[i * n + k];
      column += counts[k * n + i];
    }
    same += counts[i * n + i];
    ret_kappa->expected += (double)row / (double)total * ((double)column / (double)total);
  }
  ret_kappa->observed = (double)same / (double)total;
  finish (ret_kappa);
  return ret_kappa->has_kappa;
}

gboolean
lw_agreement_fits (LwTime length, LwTime window)
{
  return length > 0 && window > 0 && (length - 1) / window < LW_AGREEMENT_WINDOWS_MAX;
}

/* A bit for each code in each window. */
static guint64 *
mark (const LwAgreement *self, const LwCodedStretch *stretches, guint n)
{
  guint64 *marks = g_new0 (guint64, self->n_windows);

  for (guint i = 0; i < n; i++) {
    const LwCodedStretch *one = &stretches[i];
    LwTime first, last;

    if (one->code >= self->n_codes || one->end < one->start || one->start > self->length)
      continue;
    /* What ends where a window begins does not touch it; the very end belongs to the last. */
    first = CLAMP (one->start / self->window, 0, self->n_windows - 1);
    last = one->end > one->start ? (one->end - 1) / self->window : first;
    last = CLAMP (last, first, self->n_windows - 1);
    for (LwTime w = first; w <= last; w++)
      marks[w] |= G_GUINT64_CONSTANT (1) << one->code;
  }
  return marks;
}

static void
add_difference (LwAgreement *self, guint code, gboolean by_a, guint from, guint to)
{
  LwCodeDifference one = {.code = code, .by_a = by_a, .start = (LwTime)from * self->window};

  one.end = MIN ((LwTime)to * self->window, self->length);
  g_array_append_val (self->differences, one);
}

static void
compare_code (LwAgreement *self, guint code, const guint64 *a, const guint64 *b)
{
  LwCodeAgreement *found = &self->codes[code];
  guint64 bit = G_GUINT64_CONSTANT (1) << code;
  guint from = 0;
  int run = 0; /* 1: a alone, -1: b alone */

  for (guint w = 0; w <= self->n_windows; w++) {
    gboolean in_a = w < self->n_windows && (a[w] & bit) != 0;
    gboolean in_b = w < self->n_windows && (b[w] & bit) != 0;
    int who = (int)in_a - (int)in_b;

    if (who != run) {
      if (run != 0)
        add_difference (self, code, run > 0, from, w);
      from = w;
      run = who;
    }
    if (w == self->n_windows)
      break;
    found->both += in_a && in_b;
    found->only_a += in_a && !in_b;
    found->only_b += !in_a && in_b;
    found->neither += !in_a && !in_b;
  }
  lw_kappa_from_table ((const guint64[]){found->both, found->only_a, found->only_b, found->neither},
                       2, &found->kappa);
}

static void
count_instead (LwAgreement *self, guint64 a, guint64 b)
{
  for (guint i = 0; i < self->n_codes; i++) {
    if (((a & ~b) >> i & 1) == 0)
      continue;
    for (guint k = 0; k < self->n_codes; k++)
      self->instead[i * self->n_codes + k] += (b & ~a) >> k & 1;
  }
}

static void
pool (LwAgreement *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_codes; i++) {
    const LwCodeAgreement *one = &self->codes[i];

    if (one->both + one->only_a + one->only_b == 0)
      continue;
    self->pooled.observed += one->kappa.observed;
    self->pooled.expected += one->kappa.expected;
    n++;
  }
  if (n == 0)
    return;
  self->pooled.observed /= n;
  self->pooled.expected /= n;
  finish (&self->pooled);
}

static int
compare_differences (gconstpointer a, gconstpointer b)
{
  const LwCodeDifference *left = a, *right = b;

  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return (left->code > right->code) - (left->code < right->code);
}

LwAgreement *
lw_agreement_new (const LwCodedStretch *a,
                  guint n_a,
                  const LwCodedStretch *b,
                  guint n_b,
                  guint n_codes,
                  LwTime length,
                  LwTime window)
{
  g_autofree guint64 *marks_a = NULL, *marks_b = NULL;
  LwAgreement *self;

  g_return_val_if_fail (n_codes <= LW_AGREEMENT_CODES_MAX, NULL);
  g_return_val_if_fail (lw_agreement_fits (length, window), NULL);
  self = g_new0 (LwAgreement, 1);
  self->n_codes = n_codes;
  self->length = length;
  self->window = window;
  self->n_windows = (guint)((length - 1) / window + 1);
  self->codes = g_new0 (LwCodeAgreement, n_codes);
  self->instead = g_new0 (guint64, (gsize)n_codes * n_codes);
  self->differences = g_array_new (FALSE, FALSE, sizeof (LwCodeDifference));
  marks_a = mark (self, a, n_a);
  marks_b = mark (self, b, n_b);
  for (guint code = 0; code < n_codes; code++)
    compare_code (self, code, marks_a, marks_b);
  for (guint w = 0; w < self->n_windows; w++)
    count_instead (self, marks_a[w], marks_b[w]);
  pool (self);
  g_array_sort (self->differences, compare_differences);
  return self;
}

void
lw_agreement_free (LwAgreement *self)
{
  if (self == NULL)
    return;
  g_free (self->codes);
  g_free (self->instead);
  g_array_unref (self->differences);
  g_free (self);
}
