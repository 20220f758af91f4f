/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text for terminals and pipes: always UTF-8, whatever the locale. What people wrote is never
 * sent raw: a note must not be able to move the cursor or to turn a line round.
 */

void lw_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void lw_print_error (const char *format, ...) G_GNUC_PRINTF (1, 2);

gboolean lw_output_is_terminal (void);
/* Columns of the terminal; 0 when standard output is none. */
guint lw_output_width (void);

/* Control characters and those that change the direction of text become visible escapes; invalid
 * UTF-8 becomes U+FFFD. @keep_lines: line breaks stay, otherwise they become " / ". */
char *lw_text_make_safe (const char *text, gboolean keep_lines);
/* Columns that @text takes: two for wide characters, none for combining ones. */
guint lw_text_width (const char *text);
/* Cut at a character to at most @width columns, with "…" if something was cut. */
char *lw_text_cut (const char *text, guint width);

typedef struct _LwTable LwTable;

/* @titles: of the columns, NULL-terminated; the last column takes what room is left. */
LwTable *lw_table_new (const char *const *titles);
/* As many cells as there are columns. */
void lw_table_add (LwTable *table, const char *const *cells);
guint lw_table_get_n_rows (LwTable *table);
void lw_table_print (LwTable *table);
void lw_table_free (LwTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwTable, lw_table_free)

G_END_DECLS
