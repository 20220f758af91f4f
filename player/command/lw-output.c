/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_WIDTH_LEAST 16
#define COLUMN_WIDTH_LEAST 6
#define WIDTH_IF_UNKNOWN 80

void
lw_print (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fputs (text, stdout);
}

void
lw_print_error (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
  fputs (text, stderr);
}

gboolean
lw_output_is_terminal (void)
{
  return isatty (STDOUT_FILENO);
}

guint
lw_output_width (void)
{
  if (!lw_output_is_terminal ())
    return 0;
  struct winsize size;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  const char *columns = g_getenv ("COLUMNS");
  guint64 width;
  if (columns != NULL && g_ascii_string_to_unsigned (columns, 10, 20, 1000, &width, NULL))
    return (guint)width;
  return WIDTH_IF_UNKNOWN;
}

/* ---- what people wrote ---- */

/* Marks, embeddings, overrides and isolates, and separators that some terminals break lines at. */
static gboolean
is_direction_or_break (gunichar c)
{
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

char *
lw_text_make_safe (const char *text, gboolean keep_lines)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *safe = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c == '\n')
      g_string_append (safe, keep_lines ? "\n" : " / ");
    else if (c == '\t')
      g_string_append_c (safe, ' ');
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
      g_string_append_printf (safe, "\\x%02X", c);
    else if (is_direction_or_break (c))
      g_string_append_printf (safe, "\\u%04X", c);
    else
      g_string_append_unichar (safe, c);
  }
  return g_string_free (safe, FALSE);
}

static guint
char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
lw_text_width (const char *text)
{
  guint width = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += char_width (g_utf8_get_char (p));
  return width;
}

char *
lw_text_cut (const char *text, guint width)
{
  guint used = 0;
  const char *fits = text; /* as far as there is room left for the "…" */
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    used += char_width (g_utf8_get_char (p));
    if (used > width)
      return g_strdup_printf ("%.*s…", (int)(fits - text), text);
    if (used + 1 <= width)
      fits = g_utf8_next_char (p);
  }
  return g_strdup (text);
}

/* A terminal that knows right-to-left text turns the whole line round because of it: the cell is
 * shut in, so that the columns beside it stay where they are. */
static gboolean
is_right_to_left (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    switch (g_unichar_get_script (g_utf8_get_char (p))) {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_ADLAM:
    case G_UNICODE_SCRIPT_MANDAIC:
    case G_UNICODE_SCRIPT_SAMARITAN:
    case G_UNICODE_SCRIPT_HANIFI_ROHINGYA:
      return TRUE;
    default:
      break;
    }
  }
  return FALSE;
}

/* ---- tables ---- */

struct _LwTable {
  guint n_columns;
  GPtrArray *rows; /* of char **, made safe; the first holds the titles */
};

LwTable *
lw_table_new (const char *const *titles)
{
  LwTable *table = g_new0 (LwTable, 1);
  table->n_columns = g_strv_length ((char **)titles);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  lw_table_add (table, titles);
  return table;
}

void
lw_table_add (LwTable *table, const char *const *cells)
{
  char **row = g_new0 (char *, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    row[i] = lw_text_make_safe (cells[i], FALSE);
  g_ptr_array_add (table->rows, row);
}

guint
lw_table_get_n_rows (LwTable *table)
{
  return table->rows->len - 1;
}

static void
print_cell (const char *cell, guint width, gboolean is_last)
{
  gboolean shut_in = lw_output_is_terminal () && is_right_to_left (cell);
  fputs (shut_in ? "\u2068" : "", stdout);
  fputs (cell, stdout);
  fputs (shut_in ? "\u2069" : "", stdout);
  if (!is_last)
    printf ("%*s", (int)(width - lw_text_width (cell)) + 2, "");
}

/* Narrows the widest columns until all fit into @room, the last one with room to read. */
static guint
fit_columns (guint *widths, guint n_columns, guint room)
{
  guint used = 0;
  for (guint c = 0; c + 1 < n_columns; c++)
    used += widths[c] + 2;
  while (used + TEXT_WIDTH_LEAST > room) {
    guint widest = 0;
    for (guint c = 1; c + 1 < n_columns; c++) {
      if (widths[c] > widths[widest] || widest == 0)
        widest = c;
    }
    if (widest == 0 || widths[widest] <= COLUMN_WIDTH_LEAST)
      break; /* too narrow for any table: the last column gives way */
    widths[widest]--;
    used--;
  }
  return room > used ? room - used : 1;
}

void
lw_table_print (LwTable *table)
{
  g_autofree guint *widths = g_new0 (guint, table->n_columns);
  for (guint r = 0; r < table->rows->len; r++) {
    char **row = g_ptr_array_index (table->rows, r);
    for (guint c = 0; c + 1 < table->n_columns; c++)
      widths[c] = MAX (widths[c], lw_text_width (row[c]));
  }
  guint room = lw_output_width ();
  /* No name may push the text off the screen. */
  for (guint c = 0; room > 0 && c + 1 < table->n_columns; c++)
    widths[c] = MIN (widths[c], MAX (room / 3, COLUMN_WIDTH_LEAST));
  guint last = room > 0 ? fit_columns (widths, table->n_columns, room) : 0;

  for (guint r = 0; r < table->rows->len; r++) {
    char **row = g_ptr_array_index (table->rows, r);
    for (guint c = 0; c < table->n_columns; c++) {
      gboolean is_last = c + 1 == table->n_columns;
      guint width = is_last ? last : widths[c];
      g_autofree char *cut = room > 0 ? lw_text_cut (row[c], width) : NULL;
      print_cell (cut != NULL ? cut : row[c], width, is_last);
    }
    fputc ('\n', stdout);
  }
}

void
lw_table_free (LwTable *table)
{
  g_ptr_array_unref (table->rows);
  g_free (table);
}
