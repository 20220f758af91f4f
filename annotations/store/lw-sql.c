/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sql.h"

#include <gio/gio.h>
#include <string.h>

#define ROOT "/lessonwalk/sql"
#define NAME_MARK "-- :name "

/* From the generated resource: calling it also keeps the linker from leaving the resource out. */
GResource *lw_sql_get_resource (void);

char *
lw_sql_read_file (GResource *resource, const char *root, const char *file)
{
  g_autofree char *path = g_build_path ("/", root, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

  if (bytes == NULL)
    g_error ("%s is not in this library: %s", path, error->message);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
take_statements (GHashTable *statements, char *text)
{
  char *section = strstr (text, NAME_MARK);

  while (section != NULL) {
    char *name = section + strlen (NAME_MARK);
    char *body = strchr (name, '\n');
    char *next;

    g_assert (body != NULL);
    *body++ = '\0';
    next = strstr (body, NAME_MARK);
    if (next != NULL)
      *next = '\0';
    if (!g_hash_table_insert (statements, g_strdup (name), g_strdup (g_strstrip (body))))
      g_error ("The statement “%s” is there twice", name);
    section = next;
  }
}

GHashTable *
lw_sql_read_statements (GResource *resource, const char *root)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) files =
      g_resource_enumerate_children (resource, root, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; files != NULL && files[i] != NULL; i++) {
    if (!g_ascii_isdigit (files[i][0])) {
      g_autofree char *text = lw_sql_read_file (resource, root, files[i]);

      take_statements (table, text);
    }
  }
  return table;
}

static GHashTable *
get_statements (void)
{
  static gsize ready = 0;
  static GHashTable *statements;

  if (g_once_init_enter (&ready)) {
    statements = lw_sql_read_statements (lw_sql_get_resource (), ROOT);
    g_once_init_leave (&ready, 1);
  }
  return statements;
}

const char *
lw_sql_get (const char *name)
{
  const char *sql = g_hash_table_lookup (get_statements (), name);

  if (sql == NULL)
    g_error ("There is no statement “%s”", name);
  return sql;
}

char *
lw_sql_get_migration (guint version)
{
  static const char *const files[LW_SCHEMA_VERSION] = {
      "001_first.sql",  "002_ranges_by_length.sql", "003_missing_bodies.sql", "004_more_drafts.sql",
      "005_counts.sql", "006_wall_clock.sql",       "007_brought_tracks.sql",
  };

  g_return_val_if_fail (version >= 1 && version <= LW_SCHEMA_VERSION, NULL);
  return lw_sql_read_file (lw_sql_get_resource (), ROOT, files[version - 1]);
}

const char **
lw_sql_list_names (void)
{
  return (const char **)g_hash_table_get_keys_as_array (get_statements (), NULL);
}
