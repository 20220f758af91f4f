/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

LwStore *
open_store (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  return store;
}

void
remove_dir (const char *dir)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (open)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);

    g_unlink (path);
  }
  g_rmdir (dir);
}

char *
export_text (LwStore *store, const char *format, const LwId *segment_id, LwExchangeReport *report)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  lw_export (store, lw_format_by_name (format), segment_id, NULL, out, report, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (out, "", 1, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (out));
}

gboolean
import_text (LwStore *store,
             const char *format,
             const char *text,
             const LwId *segment_id,
             const LwId *person_id,
             LwExchangeReport *report,
             GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, strlen (text), NULL);

  return lw_import (store, lw_format_by_name (format), in, segment_id, person_id, report, NULL,
                    error);
}

guint64
count_ops (LwStore *store)
{
  LwStoreStats stats;

  g_assert_true (lw_store_stats (store, &stats, NULL));
  return stats.ops;
}

void
assert_sound (LwStore *store)
{
  g_auto (GStrv) findings = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_store_verify (store, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (findings), ==, 0);
}

void
assert_meets_schema (const char *dir, const char *text)
{
  const char *root = g_getenv ("LESSONWALK_SOURCE_ROOT");
  g_autofree char *file = g_build_filename (dir, "notes.json", NULL);
  g_autofree char *script = NULL;
  g_autofree char *schema = NULL;
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_nonnull (root);
  script = g_build_filename (root, "tests/unit/json_schema.py", NULL);
  schema = g_build_filename (root, "annotations/exchange/lessonwalk-notes.schema.json", NULL);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  g_spawn_sync (NULL, (char *[]){(char *)"python3", script, schema, file, NULL}, NULL,
                G_SPAWN_SEARCH_PATH, NULL, NULL, &said, NULL, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s", said);
  g_assert_cmpint (status, ==, 0);
}
