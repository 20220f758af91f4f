/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a person goes into a walk: the room is told, and tells what is still to do. */

#include "lw-rooms-private.h"

static GStrv
read_missing (json_object *walk)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  json_object *me = NULL, *list = NULL;

  if (json_object_object_get_ex (walk, "me", &me))
    json_object_object_get_ex (me, "missing", &list);
  for (gsize i = 0;
       json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++)
    g_ptr_array_add (missing,
                     g_strdup (json_object_get_string (json_object_array_get_idx (list, i))));
  g_ptr_array_add (missing, NULL);
  return (GStrv)g_ptr_array_steal (missing, NULL);
}

GStrv
lw_rooms_prepare (const LwJoined *joined,
                  gboolean has_read_norms,
                  const char *lens,
                  const char *intention,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (LwRoomsHttp) http = {0};
  g_autofree char *path = lw_rooms_path ("/api/walks/", &joined->walk_id, "/me");
  g_autoptr (json_object) walk = NULL;
  json_object *body = json_object_new_object ();

  if (has_read_norms)
    json_object_object_add (body, "norms", json_object_new_boolean (TRUE));
  if (lens != NULL)
    json_object_object_add (body, "lens_name", json_object_new_string (lens));
  if (intention != NULL)
    json_object_object_add (body, "intention", json_object_new_string (intention));
  lw_rooms_http_init (&http, joined->url, joined->token, cancellable);
  walk = lw_rooms_http_json (&http, "PUT", path, body, error);
  return walk != NULL ? read_missing (walk) : NULL;
}
