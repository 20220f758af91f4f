/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shapes that --json promises. Members are added, never renamed or removed. */
#include "lw-command.h"

json_object *
lw_json_string (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  return json_object_new_string (valid);
}

json_object *
lw_json_id (const LwId *id)
{
  if (lw_id_is_none (id))
    return NULL;
  char text[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (id, text);
  return json_object_new_string (text);
}

json_object *
lw_json_time (LwTime time)
{
  return time == LW_TIME_NONE ? NULL : json_object_new_int64 (time);
}

static json_object *
json_utc (gint64 utc_us)
{
  if (utc_us == 0)
    return NULL;
  g_autofree char *text = lw_utc_format (utc_us);
  return json_object_new_string (text);
}

static json_object *
json_time_text (LwTime time)
{
  if (!LW_TIME_IS_MOMENT (time))
    return NULL;
  g_autofree char *text = lw_time_format_ms (time);
  return json_object_new_string (text);
}

static json_object *
json_strings (const char *const *strings)
{
  json_object *array = json_object_new_array ();
  for (gsize i = 0; strings != NULL && strings[i] != NULL; i++)
    json_object_array_add (array, lw_json_string (strings[i]));
  return array;
}

static json_object *
json_region (const LwRegion *region)
{
  if (lw_region_is_none (region))
    return NULL;
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "x", json_object_new_int (region->x));
  json_object_object_add (object, "y", json_object_new_int (region->y));
  json_object_object_add (object, "width", json_object_new_int (region->width));
  json_object_object_add (object, "height", json_object_new_int (region->height));
  return object;
}

/* {"id": …, "name": …}, or null. */
static json_object *
json_named (LwCommandLine *line, LwEntityKind kind, const LwId *id)
{
  if (lw_id_is_none (id))
    return NULL;
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "id", lw_json_id (id));
  json_object_object_add (object, "name", lw_json_string (lw_command_name (line, kind, id)));
  return object;
}

json_object *
lw_json_note (LwCommandLine *line, const LwNote *note)
{
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "id", lw_json_id (&note->id));
  json_object_object_add (object, "lesson", lw_json_id (&note->segment_id));
  json_object_object_add (object, "track", lw_json_id (&note->track_id));
  json_object_object_add (object, "author", json_named (line, LW_ENTITY_PERSON, &note->author_id));
  json_object_object_add (object, "kind",
                          json_object_new_string (lw_note_kind_to_string (note->kind)));
  json_object_object_add (object, "start_ns", lw_json_time (note->start));
  json_object_object_add (object, "end_ns", lw_json_time (note->end));
  json_object_object_add (object, "start", json_time_text (note->start));
  json_object_object_add (object, "end", json_time_text (note->end));
  json_object_object_add (object, "text", lw_json_string (note->text));
  json_object_object_add (object, "tags", json_strings (note->tags));
  json_object_object_add (object, "pass", json_object_new_int64 (note->pass));
  json_object_object_add (object, "on_focus", json_object_new_boolean (note->on_focus));
  json_object_object_add (object, "lens", json_named (line, LW_ENTITY_LENS, &note->lens_id));
  json_object_object_add (object, "region", json_region (&note->region));
  json_object_object_add (object, "reply_to", lw_json_id (&note->reply_to));
  json_object_object_add (object, "created", json_utc (note->created_utc_us));
  json_object_object_add (object, "edited", json_utc (note->edited_utc_us));
  return object;
}

json_object *
lw_json_lesson (LwCommandLine *line, const LwSegment *lesson)
{
  char media[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  lw_content_hash_format (&lesson->media, media);
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "id", lw_json_id (&lesson->id));
  json_object_object_add (object, "title", lw_json_string (lesson->title));
  json_object_object_add (object, "duration_ns", lw_json_time (lesson->duration));
  json_object_object_add (object, "duration", json_time_text (lesson->duration));
  json_object_object_add (object, "started", json_utc (lesson->started_utc_us));
  json_object_object_add (object, "media", json_object_new_string (media));
  json_object_object_add (object, "visit", lw_json_id (&lesson->visit_id));
  return object;
}

json_object *
lw_json_walk (LwCommandLine *line, const LwWalk *walk)
{
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "id", lw_json_id (&walk->id));
  json_object_object_add (object, "title", lw_json_string (walk->title));
  json_object_object_add (object, "focus", lw_json_string (walk->focus));
  json_object_object_add (object, "inquiry", lw_json_string (walk->inquiry));
  json_object_object_add (object, "pd_session", lw_json_string (walk->pd_session));
  json_object_object_add (object, "watch_for", json_strings (walk->watch_for));
  json_object_object_add (object, "teacher",
                          json_named (line, LW_ENTITY_PERSON, &walk->focus_owner_id));
  return object;
}
