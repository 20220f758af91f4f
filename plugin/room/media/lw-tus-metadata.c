/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-tus-metadata.h"

#include <string.h>

/* GLib's own reader skips what is not base64; here it is a mistake. */
static char *
decode (const char *text)
{
  gsize length = strlen (text), size;
  gsize letters = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  g_autofree guchar *bytes = NULL;

  if (length % 4 != 0 || length - letters > 2 || strspn (text + letters, "=") != length - letters)
    return NULL;
  if (length == 0)
    return g_strdup ("");
  bytes = g_base64_decode (text, &size);
  /* A NUL inside would cut a title without a word. */
  if (!g_utf8_validate_len ((const char *)bytes, size, NULL) || memchr (bytes, 0, size) != NULL)
    return NULL;
  return g_strndup ((const char *)bytes, size);
}

static gboolean
take_pair (GHashTable *pairs, char *pair)
{
  char *space = strchr (g_strstrip (pair), ' ');
  g_autofree char *value = NULL;

  if (space != NULL)
    *space = '\0';
  value = decode (space != NULL ? space + 1 : "");
  if (*pair == '\0' || value == NULL || g_hash_table_contains (pairs, pair))
    return FALSE;
  g_hash_table_insert (pairs, g_strdup (pair), g_steal_pointer (&value));
  return TRUE;
}

GHashTable *
lw_tus_metadata_parse (const char *header)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) parts = NULL;

  if (header == NULL || *header == '\0')
    return g_steal_pointer (&pairs);
  if (strlen (header) > LW_TUS_METADATA_MAX)
    return NULL;
  parts = g_strsplit (header, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    if (!take_pair (pairs, parts[i]))
      return NULL;
  }
  return g_steal_pointer (&pairs);
}
