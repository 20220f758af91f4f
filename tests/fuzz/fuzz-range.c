/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any text as a Range or an If-None-Match: an answer within the file, and one that its own words
 * give again. */

#include "fuzz.h"

#include "lw-range.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  static const guint64 sizes[] = {0, 1, 1000, (guint64)5 << 30, G_MAXINT64};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint64 first = 0, last = 0, first_again, last_again;
    g_autofree char *same = NULL;

    if (lw_range_parse (text, sizes[i], &first, &last) != LW_RANGE_PART)
      continue;
    g_assert_cmpuint (first, <=, last);
    g_assert_cmpuint (last, <, sizes[i]);
    same = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, first, last);
    g_assert_cmpint (lw_range_parse (same, sizes[i], &first_again, &last_again), ==, LW_RANGE_PART);
    g_assert_cmpuint (first, ==, first_again);
    g_assert_cmpuint (last, ==, last_again);
  }
  lw_etag_list_contains (text, "\"a\"");
  return 0;
}
