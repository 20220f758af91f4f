/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lessonwalk's own format, which carries everything that belongs to a segment's notes. It is
 * described by lessonwalk-notes.schema.json, beside this file. Reading is in
 * lw-format-json-read.c.
 */

#include "lw-format-json.h"

#include "lw-json-values.h"

static json_object *
segment_to_json (const LwSegment *segment)
{
  json_object *object = json_object_new_object ();
  char hash[LW_CONTENT_HASH_TEXT_LENGTH + 1];

  lw_value_add_id (object, "id", &segment->id);
  if (!lw_content_hash_is_none (&segment->media)) {
    lw_content_hash_format (&segment->media, hash);
    lw_value_add_text (object, "media", hash);
  }
  lw_value_add_text (object, "title", segment->title);
  if (segment->duration != LW_TIME_NONE)
    json_object_object_add (object, "duration", json_object_new_int64 (segment->duration));
  if (segment->started_utc_us != 0)
    lw_value_add_utc (object, "started", segment->started_utc_us);
  lw_value_add_utc_ns (object, "anchor", segment->anchor_utc_ns);
  if (segment->anchor_utc_ns != 0)
    lw_value_add_text (object, "anchor_by", lw_anchor_to_string (segment->anchor_by));
  return object;
}

static json_object *
person_to_json (const LwPerson *person)
{
  json_object *object = json_object_new_object ();

  lw_value_add_id (object, "id", &person->id);
  lw_value_add_text (object, "name", person->name);
  return object;
}

static json_object *
lens_to_json (const LwLens *lens)
{
  json_object *object = json_object_new_object ();

  lw_value_add_id (object, "id", &lens->id);
  lw_value_add_text (object, "name", lens->name);
  lw_value_add_text (object, "description", lens->description);
  return object;
}

static json_object *
track_to_json (const LwTrack *track)
{
  json_object *object = json_object_new_object ();

  lw_value_add_id (object, "id", &track->id);
  lw_value_add_id (object, "person", &track->person_id);
  lw_value_add_id (object, "lens", &track->lens_id);
  lw_value_add_text (object, "intention", track->intention);
  return object;
}

static json_object *
region_to_json (const LwRegion *region)
{
  json_object *object = json_object_new_object ();

  json_object_object_add (object, "x", json_object_new_int (region->x));
  json_object_object_add (object, "y", json_object_new_int (region->y));
  json_object_object_add (object, "width", json_object_new_int (region->width));
  json_object_object_add (object, "height", json_object_new_int (region->height));
  return object;
}

static json_object *
note_to_json (const LwNote *note)
{
  json_object *object = json_object_new_object ();

  lw_value_add_id (object, "id", &note->id);
  lw_value_add_id (object, "track", &note->track_id);
  lw_value_add_text (object, "kind", lw_note_kind_to_string (note->kind));
  json_object_object_add (object, "start", json_object_new_int64 (note->start));
  json_object_object_add (object, "end", json_object_new_int64 (note->end));
  lw_value_add_text (object, "text", note->text);
  lw_json_add_texts (object, "tags", note->tags);
  json_object_object_add (object, "pass", json_object_new_int64 (note->pass));
  json_object_object_add (object, "on_focus", json_object_new_boolean (note->on_focus));
  if (!lw_region_is_none (&note->region))
    json_object_object_add (object, "region", region_to_json (&note->region));
  lw_value_add_id (object, "lens", &note->lens_id);
  lw_value_add_id (object, "reply_to", &note->reply_to);
  lw_value_add_utc_ns (object, "wall", note->wall_utc_ns);
  if (note->wall_uncertainty_ns != 0)
    json_object_object_add (object, "wall_uncertainty",
                            json_object_new_int64 (note->wall_uncertainty_ns));
  lw_value_add_utc (object, "created", note->created_utc_us);
  lw_value_add_utc (object, "edited", note->edited_utc_us);
  return object;
}

/* One element a line: small differences between two exports are small to a diff, too. */
static gboolean
write_array (const char *name,
             GPtrArray *elements,
             json_object *(*to_json) (gconstpointer),
             GOutputStream *out,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, ",\n\"%s\": [", name);
  for (guint i = 0; i < elements->len; i++) {
    g_autoptr (json_object) object = to_json (elements->pdata[i]);
    size_t length;
    const char *line = json_object_to_json_string_length (
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);

    g_string_append (text, i == 0 ? "\n" : ",\n");
    g_string_append_len (text, line, length);
    if (text->len > 64 * 1024 && !lw_exchange_flush (text, out, cancellable, error))
      return FALSE;
  }
  g_string_append (text, elements->len > 0 ? "\n]" : "]");
  return lw_exchange_flush (text, out, cancellable, error);
}

static gboolean
json_write (const LwBundle *bundle,
            GOutputStream *out,
            LwExchangeReport *report,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (json_object) segment = segment_to_json (bundle->segment);

  g_string_append_printf (text, "{\"format\": \"%s\", \"version\": %d,\n\"segment\": %s",
                          LW_JSON_FORMAT_NAME, LW_JSON_FORMAT_VERSION,
                          json_object_to_json_string_ext (
                              segment, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  if (bundle->walk != NULL && bundle->visit != NULL) {
    g_autoptr (json_object) walk = lw_json_from_walk (bundle->walk, bundle->visit, report);

    g_string_append_printf (text, ",\n\"walk\": %s",
                            json_object_to_json_string_ext (
                                walk, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  }
  if (!lw_exchange_flush (text, out, cancellable, error) ||
      !write_array ("people", bundle->people, (gpointer)person_to_json, out, cancellable, error) ||
      !write_array ("lenses", bundle->lenses, (gpointer)lens_to_json, out, cancellable, error) ||
      !write_array ("tracks", bundle->tracks, (gpointer)track_to_json, out, cancellable, error) ||
      !write_array ("notes", bundle->notes, (gpointer)note_to_json, out, cancellable, error))
    return FALSE;
  g_string_append (text, "}\n");
  return lw_exchange_flush (text, out, cancellable, error);
}

const LwFormat lw_format_json = {
    .info =
        {
            .name = "json",
            .title = "Lessonwalk notes",
            .extension = "json",
            .media_type = "application/json",
            .abilities = LW_FORMAT_CAN_READ | LW_FORMAT_CAN_WRITE,
        },
    .write = json_write,
    .read = lw_format_json_read,
};
