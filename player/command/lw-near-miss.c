/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-near-miss.h"

#include <string.h>

#define LENGTH_MAX 32

static guint
distance (const char *a, const char *b)
{
  guint table[LENGTH_MAX + 1][LENGTH_MAX + 1];
  guint n = (guint)strlen (a);
  guint m = (guint)strlen (b);
  if (n > LENGTH_MAX || m > LENGTH_MAX)
    return G_MAXUINT;
  for (guint i = 0; i <= n; i++)
    table[i][0] = i;
  for (guint j = 0; j <= m; j++)
    table[0][j] = j;
  for (guint i = 1; i <= n; i++) {
    for (guint j = 1; j <= m; j++) {
      guint best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      best = MIN (best, table[i - 1][j] + 1);
      best = MIN (best, table[i][j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = MIN (best, table[i - 2][j - 2] + 1);
      table[i][j] = best;
    }
  }
  return table[n][m];
}

const char *
lw_near_miss (const char *typed, const char *const *candidates)
{
  const char *best = NULL;
  guint least = MAX (1, (guint)strlen (typed) / 3) + 1;
  for (gsize i = 0; candidates[i] != NULL; i++) {
    guint slips = distance (typed, candidates[i]);
    /* "ver" for "verify": what was typed may be a beginning. */
    if (strlen (typed) >= 3 && g_str_has_prefix (candidates[i], typed))
      slips = MIN (slips, 1);
    if (slips < least) {
      least = slips;
      best = candidates[i];
    }
  }
  return best;
}
