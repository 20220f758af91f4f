/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any text as Upload-Metadata: refused, or pairs of good UTF-8 that survive being written again. */

#include "fuzz.h"

#include <string.h>

#include "lw-tus-metadata.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GHashTable) pairs = lw_tus_metadata_parse (text);
  g_autoptr (GHashTable) again = NULL;
  g_autoptr (GString) written = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key, value;

  if (pairs == NULL)
    return 0;
  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    g_autofree char *coded = g_base64_encode (value, strlen (value));

    g_assert_true (g_utf8_validate (value, -1, NULL));
    g_string_append_printf (written, "%s%s %s", written->len > 0 ? "," : "", (char *)key, coded);
  }
  again = lw_tus_metadata_parse (written->str);
  if (written->len > LW_TUS_METADATA_MAX)
    return 0;
  g_assert_nonnull (again);
  g_assert_cmpuint (g_hash_table_size (again), ==, g_hash_table_size (pairs));
  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_cmpstr (g_hash_table_lookup (again, key), ==, value);
  return 0;
}
