/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * How far two people who coded the same minutes by the same sheet put the same codes. It says how
 * clear the codes are, and nothing about either of the two. Pure. Thread: any.
 *
 * Cohen's kappa (J. Cohen, A coefficient of agreement for nominal scales, Educational and
 * Psychological Measurement 20, 1960): of n things that both sorted into categories,
 *
 *   kappa = (observed - expected) / (1 - expected)
 *
 * where observed is the share that both put into the same category, and expected is what chance
 * would give two people who use the categories as often as these two did: the sum over the
 * categories of the product of the shares. It has no value where expected is 1 (both used one
 * category alone, as a code that nobody put), or where nothing was sorted.
 */
typedef struct {
  double observed; /* 0 to 1; 0 where nothing was sorted */
  double expected;
  double kappa;       /* if it is defined */
  gboolean has_kappa; /* whether it is */
} LwKappa;

/* @counts: @n times @n, row by row: how often the first said the row and the second the column.
 * Returns: whether it is defined */
gboolean lw_kappa_from_table (const guint64 *counts, guint n, LwKappa *ret_kappa);

/* One code put by one person. */
typedef struct {
  guint code;   /* below LwAgreement.n_codes */
  LwTime start; /* of what is outside the lesson, the part that is inside counts */
  LwTime end;   /* exclusive; == start for a moment */
} LwCodedStretch;

/* Of one code over all windows: in how many both put it, and so on. */
typedef struct {
  guint64 both;
  guint64 only_a;
  guint64 only_b;
  guint64 neither;
  LwKappa kappa; /* of put and not put */
} LwCodeAgreement;

/* Windows one after the other in which one put a code and the other did not. */
typedef struct {
  guint code;
  gboolean by_a; /* else by the other */
  LwTime start;
  LwTime end;
} LwCodeDifference;

typedef struct {
  guint n_codes;
  LwTime length;
  LwTime window;
  guint n_windows; /* of equal length; the last may be cut short by the end of the lesson */
  LwCodeAgreement *codes;
  /* Over all codes: the means of what was observed and expected, and their kappa (H. de Vries and
   * others, Using pooled kappa to summarize interrater agreement across many items, Field Methods
   * 20, 2008). Codes that neither put tell nothing of it and are left out. */
  LwKappa pooled;
  /* @n_codes times @n_codes: windows in which a put the row and not the column, and b put the
   * column and not the row. */
  guint64 *instead;
  GArray *differences; /* of LwCodeDifference, by start, then code */
} LwAgreement;

#define LW_AGREEMENT_CODES_MAX 64
#define LW_AGREEMENT_WINDOWS_MAX 200000

/**
 * lw_agreement_new:
 * @a: (array length=n_a): what the first put, in any order
 * @b: (array length=n_b): what the second put
 * @n_codes: at most %LW_AGREEMENT_CODES_MAX
 * @length: of the lesson, above 0
 * @window: above 0; see lw_agreement_fits()
 *
 * A code is put in a window if it touches it at all.
 */
LwAgreement *lw_agreement_new (const LwCodedStretch *a,
                               guint n_a,
                               const LwCodedStretch *b,
                               guint n_b,
                               guint n_codes,
                               LwTime length,
                               LwTime window);
/* Whether a lesson has no more than %LW_AGREEMENT_WINDOWS_MAX of them. */
gboolean lw_agreement_fits (LwTime length, LwTime window);
void lw_agreement_free (LwAgreement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwAgreement, lw_agreement_free)

G_END_DECLS
