/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What commands say of rooms that keep something as well. */
#include "lw-command.h"
#include "lw-output.h"

#include <glib/gi18n-lib.h>

/* What cannot be erased from here, and who can. */
static const char *
words_of_kept (LwEntityKind kind)
{
  switch (kind) {
  case LW_ENTITY_SEGMENT:
    return _ (
        "The room at %s still keeps the lesson and what others wrote on it. The teacher whose "
        "lesson it is can erase it there, and so can those who run the room: ask them.");
  case LW_ENTITY_PERSON:
    return _ ("The room at %s still keeps the name and the notes. Those who run the room can erase "
              "them there: ask them.");
  default:
    return _ ("The room at %s still keeps it. Only who wrote it can erase it there: ask them.");
  }
}

static char *
tell_one (LwCommandLine *line, const LwRoomErasing *erasing, gboolean *ret_erased)
{
  g_autoptr (GError) error = NULL;
  g_auto (LwSyncDone) done = {0};

  *ret_erased = erasing->told && lw_rooms_sync (line->store, erasing->joined, &done, NULL, &error);
  if (!erasing->told)
    return NULL;
  if (*ret_erased)
    return g_strdup_printf (_ ("Your notes are erased in the room at %s, too."),
                            erasing->joined->url);
  return g_strdup_printf (
      _ ("The room at %s still keeps your notes: %s They are erased there as soon as “lessonwalk "
         "sync”, or the window, reaches it."),
      erasing->joined->url, error->message);
}

json_object *
lw_command_tell_rooms_erased (LwCommandLine *line, GPtrArray *rooms, LwEntityKind kind)
{
  json_object *array = json_object_new_array ();

  for (guint i = 0; i < rooms->len; i++) {
    const LwRoomErasing *erasing = rooms->pdata[i];
    json_object *object = json_object_new_object ();
    g_autofree char *kept =
        erasing->keeps ? g_strdup_printf (words_of_kept (kind), erasing->joined->url) : NULL;
    gboolean erased;
    g_autofree char *own = tell_one (line, erasing, &erased);
    g_autofree char *message = own != NULL && kept != NULL ? g_strconcat (own, " ", kept, NULL)
                                                           : g_strdup (own != NULL ? own : kept);

    json_object_object_add (object, "url", lw_json_string (erasing->joined->url));
    json_object_object_add (object, "own_notes_erased", json_object_new_boolean (erased));
    json_object_object_add (object, "keeps_more", json_object_new_boolean (erasing->keeps));
    json_object_object_add (object, "message", lw_json_string (message));
    json_object_array_add (array, object);
    if (!line->json)
      lw_print ("%s\n", message);
  }
  return array;
}

LwJoined *
lw_command_find_room (LwCommandLine *line, const LwId *segment_id)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (line->store, segment_id, NULL);

  return walk != NULL ? lw_rooms_find (line->store, &walk->id, NULL) : NULL;
}
