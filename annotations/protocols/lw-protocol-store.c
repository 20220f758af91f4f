/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Protocols of a district's own, kept in a store's logs with the walks that follow them. */

#include <string.h>

#include "lw-protocol-private.h"
#include "lw-store.h"

/* The same file has the same id everywhere, so that taking it in twice, or on two machines that
 * meet later, is taking it in once. */
static LwId
id_of (const char *json)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  LwId id;

  g_checksum_update (checksum, (const guchar *)"lessonwalk protocol", -1);
  g_checksum_update (checksum, (const guchar *)json, -1);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (id.bytes, digest, sizeof id.bytes);
  return id;
}

/* "name@version+1f3a9c2b": two districts' files of one name and version stay apart. */
static void
name_own (LwProtocol *self, const LwId *id)
{
  g_autofree char *plain = self->name;

  self->name = g_strdup_printf ("%s+%02x%02x%02x%02x", plain, id->bytes[0], id->bytes[1],
                                id->bytes[2], id->bytes[3]);
}

/* NULL for one that cannot be read: it came by a merge from a newer Lessonwalk. */
static LwProtocol *
read_own (const LwProtocolText *text, GError **error)
{
  LwProtocol *self = lw_protocol_parse (text->json, strlen (text->json), error);

  if (self != NULL)
    name_own (self, &text->id);
  return self;
}

LwProtocol *
lw_protocol_find_in (LwStore *store, const char *name, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;

  g_return_val_if_fail (LW_IS_STORE (store) && name != NULL, NULL);
  if (strchr (name, '+') == NULL)
    return lw_protocol_find (name, error);
  all = lw_store_list (store, LW_ENTITY_PROTOCOL, NULL, error);
  if (all == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++) {
    const LwProtocolText *text = all->pdata[i];

    if (g_str_equal (text->name, name))
      return read_own (text, error);
  }
  g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_UNKNOWN,
               "The routine “%s” is not in these notes. Take its file in, then try again.", name);
  return NULL;
}

GPtrArray *
lw_protocol_list_in (LwStore *store, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;
  GPtrArray *found;

  g_return_val_if_fail (LW_IS_STORE (store), NULL);
  all = lw_store_list (store, LW_ENTITY_PROTOCOL, NULL, error);
  if (all == NULL)
    return NULL;
  found = lw_protocol_list ();
  for (guint i = 0; i < all->len; i++) {
    LwProtocol *own = read_own (all->pdata[i], NULL);

    if (own != NULL)
      g_ptr_array_add (found, own);
  }
  return found;
}

/* Whether nothing else goes by the name and version that @self has. */
static gboolean
check_free (LwStore *store, LwProtocol *self, const LwId *id, GError **error)
{
  g_autoptr (LwProtocol) ours = lw_protocol_find (self->name, NULL);
  g_autofree char *prefix = g_strconcat (self->name, "+", NULL);
  g_autoptr (GPtrArray) all = lw_store_list (store, LW_ENTITY_PROTOCOL, NULL, error);
  gboolean is_taken = ours != NULL;

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    const LwProtocolText *text = all->pdata[i];

    is_taken |= g_str_has_prefix (text->name, prefix) && !lw_id_equal (&text->id, id);
  }
  if (!is_taken)
    return TRUE;
  g_set_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_EXISTS,
               "Another routine is “%s” already, and walks may follow it. Nothing was taken in. "
               "Give the file a name of its own (“protocol”) or raise its “version”, then try "
               "again.",
               self->name);
  return FALSE;
}

LwProtocol *
lw_protocol_take_in (LwStore *store, const char *json, gsize length, GError **error)
{
  g_autoptr (LwProtocol) self = NULL;
  LwId id;

  g_return_val_if_fail (LW_IS_STORE (store), NULL);
  self = lw_protocol_parse (json, length, error);
  if (self == NULL)
    return NULL;
  id = id_of (self->json);
  if (!check_free (store, self, &id, error))
    return NULL;
  name_own (self, &id);
  if (!lw_store_put_protocol_text (
          store, &(LwProtocolText){.id = id, .name = self->name, .json = self->json}, error))
    return NULL;
  return g_steal_pointer (&self);
}
