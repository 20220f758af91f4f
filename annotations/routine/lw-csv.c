/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-csv.h"

#include <string.h>

/* Spreadsheets take a cell that begins so for a formula and run it, even from a file that somebody
 * else wrote. An apostrophe in front makes it text. White space in front does not keep them from
 * it. */
static gboolean
looks_like_formula (const char *cell)
{
  static const gunichar wide[] = {0xff0b, 0xff0d, 0xff1d, 0xff20};
  gunichar first;

  while (*cell == ' ')
    cell++;
  first = g_utf8_get_char (cell);
  for (guint i = 0; i < G_N_ELEMENTS (wide); i++) {
    if (first == wide[i])
      return TRUE;
  }
  return *cell != '\0' && strchr ("=+-@\t\r\n|%", *cell) != NULL;
}

static void
add_cell (GString *table, const char *cell)
{
  g_string_append_c (table, '"');
  if (looks_like_formula (cell))
    g_string_append_c (table, '\'');
  for (const char *p = cell; *p != '\0'; p++) {
    if (*p == '"')
      g_string_append_c (table, '"');
    g_string_append_c (table, *p);
  }
  g_string_append_c (table, '"');
}

void
lw_csv_add_row (GString *table, const char *const *cells, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (table, ',');
    add_cell (table, cells[i] != NULL ? cells[i] : "");
  }
  g_string_append (table, "\r\n");
}

GString *
lw_csv_new (const char *const *heads, guint n)
{
  GString *table = g_string_new ("\xef\xbb\xbf");

  lw_csv_add_row (table, heads, n);
  return table;
}
