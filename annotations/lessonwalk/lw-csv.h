/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tables for spreadsheets: RFC 4180, UTF-8 with its mark. Thread: any. */

/* With the mark, and the row of its heads. */
GString *lw_csv_new (const char *const *heads, guint n);
/* @cells: as many as there are columns; NULL: empty. None of them is run as a formula. */
void lw_csv_add_row (GString *table, const char *const *cells, guint n);

G_END_DECLS
