/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes in the rooms of what is erased here. */
#include "lw-rooms-private.h"

#include <string.h>

/* Ids of tracks, in a setting of the walk's. Erasing destroys settings that name what is erased, so
 * they stand here without dashes. */
#define ERASING "erasing"

static void
erasing_free (gpointer data)
{
  LwRoomErasing *erasing = data;

  lw_joined_unref ((LwJoined *)erasing->joined);
  g_free (erasing);
}

/* ---- before ---- */

typedef struct {
  LwStore *store;
  GPtrArray *rooms;
} Ahead;

static LwRoomErasing *
add_room (Ahead *ahead, LwJoined *joined)
{
  LwRoomErasing *erasing = g_new0 (LwRoomErasing, 1);

  erasing->joined = joined;
  g_ptr_array_add (ahead->rooms, erasing);
  return erasing;
}

/* (nullable) (transfer none): NULL where the segment's walk was not joined */
static LwRoomErasing *
room_of_segment (Ahead *ahead, const LwId *segment_id)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (ahead->store, segment_id, NULL);
  LwJoined *joined;

  if (walk == NULL)
    return NULL;
  for (guint i = 0; i < ahead->rooms->len; i++) {
    LwRoomErasing *erasing = ahead->rooms->pdata[i];

    if (lw_id_equal (&erasing->joined->walk_id, &walk->id))
      return erasing;
  }
  joined = lw_rooms_find (ahead->store, &walk->id, NULL);
  return joined != NULL ? add_room (ahead, joined) : NULL;
}

static gboolean
remember (LwStore *store, const LwJoined *joined, const LwId *track_id, GError **error)
{
  g_autofree char *before = lw_rooms_get (store, &joined->walk_id, ERASING, NULL);
  g_autoptr (GString) text = g_string_new (before);

  if (text->len > 0)
    g_string_append_c (text, ',');
  for (guint i = 0; i < sizeof track_id->bytes; i++)
    g_string_append_printf (text, "%02x", track_id->bytes[i]);
  return lw_rooms_set (store, &joined->walk_id, ERASING, text->str, error);
}

static gboolean
add_track (Ahead *ahead, const LwTrack *track, GError **error)
{
  LwRoomErasing *erasing = room_of_segment (ahead, &track->segment_id);

  if (erasing == NULL)
    return TRUE;
  if (!lw_id_equal (&track->person_id, &erasing->joined->person_id)) {
    erasing->keeps = TRUE;
    return TRUE;
  }
  erasing->told = TRUE;
  return remember (ahead->store, erasing->joined, &track->id, error);
}

static gboolean
add_note (Ahead *ahead, const LwId *note_id, GError **error)
{
  g_autoptr (LwTrack) track = NULL;
  LwRoomErasing *erasing = NULL;
  LwId track_id;

  if (!lw_store_find_track_of_note (ahead->store, note_id, &track_id, error))
    return FALSE;
  track = lw_store_get_track (ahead->store, &track_id, error);
  if (track == NULL)
    return FALSE;
  erasing = room_of_segment (ahead, &track->segment_id);
  if (erasing == NULL)
    return TRUE;
  /* That a note of one's own was erased stands in this device's log, and is told from there. */
  erasing->told = lw_id_equal (&track->person_id, &erasing->joined->person_id);
  erasing->keeps = !erasing->told;
  return TRUE;
}

static gboolean
add_segment (Ahead *ahead, const LwId *segment_id, GError **error)
{
  LwRoomErasing *erasing = room_of_segment (ahead, segment_id);
  g_autoptr (GPtrArray) tracks = lw_store_list (ahead->store, LW_ENTITY_TRACK, segment_id, error);

  for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
    if (!add_track (ahead, tracks->pdata[i], error))
      return FALSE;
  }
  if (erasing != NULL)
    erasing->keeps = TRUE;
  return tracks != NULL;
}

/* Whose notes they are can be told to no room: what is known of it goes with the person. */
static gboolean
add_person (Ahead *ahead, const LwId *person_id, GError **error)
{
  g_autoptr (GPtrArray) joined = lw_rooms_list (ahead->store, error);
  g_autoptr (GPtrArray) tracks = lw_store_list (ahead->store, LW_ENTITY_TRACK, NULL, error);

  if (joined == NULL || tracks == NULL)
    return FALSE;
  for (guint i = 0; i < joined->len; i++) {
    LwJoined *one = joined->pdata[i];

    if (lw_id_equal (&one->person_id, person_id))
      add_room (ahead, lw_joined_ref (one))->keeps = TRUE;
  }
  for (guint i = 0; i < tracks->len; i++) {
    const LwTrack *track = tracks->pdata[i];
    LwRoomErasing *erasing = lw_id_equal (&track->person_id, person_id)
                                 ? room_of_segment (ahead, &track->segment_id)
                                 : NULL;

    if (erasing != NULL)
      erasing->keeps = TRUE;
  }
  return TRUE;
}

GPtrArray *
lw_rooms_before_erasing (LwStore *store, LwEntityKind kind, const LwId *id, GError **error)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (erasing_free);
  Ahead ahead = {store, rooms};
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (store) && id != NULL, NULL);
  if (kind == LW_ENTITY_TRACK) {
    g_autoptr (LwTrack) track = lw_store_get_track (store, id, error);

    ok = track != NULL && add_track (&ahead, track, error);
  } else if (kind == LW_ENTITY_SEGMENT) {
    ok = add_segment (&ahead, id, error);
  } else if (kind == LW_ENTITY_PERSON) {
    ok = add_person (&ahead, id, error);
  } else {
    ok = add_note (&ahead, id, error);
  }
  return ok ? g_steal_pointer (&rooms) : NULL;
}

/* ---- at the next talk ---- */

static gboolean
parse_plain_id (const char *text, LwId *ret_id)
{
  if (strlen (text) != 2 * sizeof ret_id->bytes)
    return FALSE;
  for (guint i = 0; i < sizeof ret_id->bytes; i++) {
    int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

    if (high < 0 || low < 0)
      return FALSE;
    ret_id->bytes[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

char *
lw_rooms_read_erasing (LwStore *store, const LwId *walk_id, json_object **ret_tracks)
{
  g_autofree char *text = lw_rooms_get (store, walk_id, ERASING, NULL);
  g_auto (GStrv) words = text != NULL ? g_strsplit (text, ",", -1) : NULL;
  json_object *tracks;

  if (text == NULL || *text == '\0')
    return NULL;
  tracks = json_object_new_array ();
  for (guint i = 0; words[i] != NULL; i++) {
    char id_text[LW_ID_TEXT_LENGTH + 1];
    LwId id;

    if (!parse_plain_id (words[i], &id))
      continue;
    lw_id_format (&id, id_text);
    json_object_array_add (tracks, json_object_new_string (id_text));
  }
  *ret_tracks = tracks;
  return g_steal_pointer (&text);
}

gboolean
lw_rooms_forget_erasing (LwStore *store, const LwId *walk_id, const char *told, GError **error)
{
  g_autofree char *now = lw_rooms_get (store, walk_id, ERASING, NULL);
  const char *rest = now != NULL && g_str_has_prefix (now, told) ? now + strlen (told) : "";

  return lw_rooms_set (store, walk_id, ERASING, *rest == ',' ? rest + 1 : rest, error);
}
