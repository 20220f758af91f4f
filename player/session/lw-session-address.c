/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in for the content of a lesson that lives at an address. */
#include "lw-session-private.h"

#include <string.h>

gboolean
lw_session_is_address (const char *uri)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  return scheme != NULL &&
         (g_ascii_strcasecmp (scheme, "http") == 0 || g_ascii_strcasecmp (scheme, "https") == 0);
}

char *
lw_session_normalise_address (const char *uri, GError **error)
{
  g_autoptr (GUri) parsed =
      g_uri_parse (uri, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, error);
  if (parsed == NULL)
    return NULL;
  if (g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0') {
    g_set_error_literal (error, G_URI_ERROR, G_URI_ERROR_BAD_HOST, _ ("No host is named."));
    return NULL;
  }
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (parsed), -1);
  /* No user and password: they are how one gets in, not what is there. No fragment: it is a place
   * in the same thing. */
  return g_uri_join (G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, g_uri_get_scheme (parsed),
                     NULL, host, g_uri_get_port (parsed),
                     *g_uri_get_path (parsed) != '\0' ? g_uri_get_path (parsed) : "/",
                     g_uri_get_query (parsed), NULL);
}

gboolean
lw_session_hash_address (const char *uri, LwContentHash *ret_hash)
{
  g_return_val_if_fail (uri != NULL, FALSE);
  if (!lw_session_is_address (uri))
    return FALSE;
  g_autofree char *address = lw_session_normalise_address (uri, NULL);
  if (address == NULL)
    return FALSE;
  if (ret_hash == NULL)
    return TRUE;
  /* SHA-256, not the BLAKE2b of files, and with a prefix: never the hash of any file. */
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *)"lessonwalk address\n", -1);
  g_checksum_update (checksum, (const guchar *)address, -1);
  gsize length = sizeof ret_hash->bytes;
  g_checksum_get_digest (checksum, ret_hash->bytes, &length);
  return TRUE;
}

char *
lw_session_title_of (GFile *file)
{
  g_autofree char *name = NULL;
  g_autofree char *path = g_file_get_path (file);
  if (path != NULL) {
    name = g_filename_display_basename (path);
  } else {
    g_autofree char *uri = g_file_get_uri (file);
    g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
    if (parsed == NULL)
      return g_steal_pointer (&uri);
    g_autofree char *base = g_path_get_basename (g_uri_get_path (parsed));
    name = g_uri_unescape_string (base, "/");
    if (name == NULL || *name == '\0' || strcmp (name, "/") == 0 || strcmp (name, ".") == 0)
      return g_strdup (g_uri_get_host (parsed));
  }
  char *dot = strrchr (name, '.');
  if (dot != NULL && dot > name && strlen (dot) <= 5)
    *dot = '\0';
  return g_utf8_make_valid (name, -1);
}
