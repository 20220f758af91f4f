/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The .sql files of annotations/sql, which the library carries. Thread: any. */

#define LW_SCHEMA_VERSION 7
#define LW_SCHEMA_WITH_COUNTS 5 /* whose tables a migration to it has to fill */

/* The statement after "-- :name NAME" in one of the files; an unknown name is a programming error.
 * (transfer none) */
const char *lw_sql_get (const char *name);

/* The script that brings a file from version - 1 to @version. (transfer full) */
char *lw_sql_get_migration (guint version);

/* The statements by name in every file below @root whose name begins with a letter; for a library
 * that has .sql files of its own. Statements of one name twice end the program. (transfer full)
 * (element-type utf8 utf8) */
GHashTable *lw_sql_read_statements (GResource *resource, const char *root);
/* The text of @root/@file. (transfer full) */
char *lw_sql_read_file (GResource *resource, const char *root, const char *file);

/* Every name there is, for the test that prepares them all. (transfer container) */
const char **lw_sql_list_names (void);

G_END_DECLS
