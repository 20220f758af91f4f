/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a person goes into a walk: the room is told, and tells what is still to do. */

#include "lw-protocol.h"
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

/* ---- what the routine says ---- */

/* @member: (nullable): of each of @list; NULL: they are text themselves */
static GStrv
read_texts (json_object *protocol, const char *list, const char *member)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  json_object *lines = NULL;

  json_object_object_get_ex (protocol, list, &lines);
  for (gsize i = 0;
       json_object_is_type (lines, json_type_array) && i < json_object_array_length (lines); i++) {
    json_object *line = json_object_array_get_idx (lines, i);

    if (member == NULL || json_object_object_get_ex (line, member, &line))
      g_ptr_array_add (texts, g_strdup (json_object_get_string (line)));
  }
  g_ptr_array_add (texts, NULL);
  return (GStrv)g_ptr_array_steal (texts, NULL);
}

static void
read_own (LwStore *store, const LwJoined *joined, LwRoomsRoutine *routine)
{
  g_autoptr (GPtrArray) members = lw_store_list (store, LW_ENTITY_MEMBER, &joined->walk_id, NULL);

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];
    g_autoptr (LwLens) lens = NULL;

    if (member->roles == 0 || !lw_id_equal (&member->person_id, &joined->person_id))
      continue;
    if (!lw_id_is_none (&member->lens_id))
      lens = lw_store_get_lens (store, &member->lens_id, NULL);
    routine->has_read_norms = member->norms_utc_us != 0;
    routine->lens = g_strdup (lens != NULL ? lens->name : "");
    routine->intention = g_strdup (member->intention);
    return;
  }
  routine->lens = g_strdup ("");
  routine->intention = g_strdup ("");
}

LwRoomsRoutine *
lw_rooms_load_routine (LwStore *store, const LwJoined *joined, GError **error)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk (store, &joined->walk_id, error);
  g_autoptr (LwProtocol) protocol =
      walk != NULL ? lw_protocol_find_in (store, walk->protocol, error) : NULL;
  json_object *json;
  LwRoomsRoutine *routine;

  if (protocol == NULL)
    return NULL;
  json = json_tokener_parse (lw_protocol_get_json (protocol));
  routine = g_new0 (LwRoomsRoutine, 1);
  routine->norms = read_texts (json, "norms", NULL);
  routine->lenses = read_texts (json, "lenses", "name");
  json_object_put (json);
  read_own (store, joined, routine);
  if (*routine->lens != '\0' &&
      !g_strv_contains ((const char *const *)routine->lenses, routine->lens)) {
    guint n = g_strv_length (routine->lenses);

    routine->lenses = g_renew (char *, routine->lenses, n + 2);
    routine->lenses[n] = g_strdup (routine->lens);
    routine->lenses[n + 1] = NULL;
  }
  return routine;
}

void
lw_rooms_routine_free (LwRoomsRoutine *self)
{
  g_strfreev (self->norms);
  g_strfreev (self->lenses);
  g_free (self->lens);
  g_free (self->intention);
  g_free (self);
}
