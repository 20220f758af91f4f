/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-json.h"

#include <string.h>

/* ---- writing ---- */

void
lw_json_add_text (json_object *object, const char *member, const char *text)
{
  json_object_object_add (object, member, json_object_new_string (text));
}

void
lw_json_add_id (json_object *object, const char *member, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  if (lw_id_is_none (id))
    return;
  lw_id_format (id, text);
  lw_json_add_text (object, member, text);
}

void
lw_json_add_int (json_object *object, const char *member, gint64 number)
{
  json_object_object_add (object, member, json_object_new_int64 (number));
}

void
lw_json_add_flag (json_object *object, const char *member, gboolean flag)
{
  json_object_object_add (object, member, json_object_new_boolean (flag));
}

void
lw_json_add_utc (json_object *object, const char *member, gint64 utc_us)
{
  g_autofree char *text = lw_utc_format (utc_us);

  lw_json_add_text (object, member, text);
}

void
lw_json_add_wall (json_object *object, const char *member, gint64 utc_ns)
{
  g_autofree char *text = utc_ns != 0 ? lw_utc_format_ns (utc_ns) : NULL;

  if (text != NULL)
    lw_json_add_text (object, member, text);
}

void
lw_json_add_roles (json_object *object, const char *member, guint roles)
{
  json_object *list = json_object_new_array ();

  for (guint role = 0; role < LW_N_ROLES; role++) {
    if (roles & 1u << role)
      json_object_array_add (list, json_object_new_string (lw_role_to_string (role)));
  }
  json_object_object_add (object, member, list);
}

/* ---- reading ---- */

static json_object *
get (json_object *object, const char *member, json_type type)
{
  json_object *value;

  if (!json_object_object_get_ex (object, member, &value) || !json_object_is_type (value, type))
    return NULL;
  return value;
}

const char *
lw_json_get_text (json_object *object, const char *member)
{
  json_object *value = get (object, member, json_type_string);
  const char *text = value != NULL ? json_object_get_string (value) : NULL;

  /* A NUL inside would cut what a person wrote without a word. */
  if (text != NULL && strlen (text) != (gsize)json_object_get_string_len (value))
    return NULL;
  return text;
}

gboolean
lw_json_get_id (json_object *object, const char *member, LwId *ret_id)
{
  const char *text = lw_json_get_text (object, member);

  return text != NULL && lw_id_parse (text, ret_id);
}

gboolean
lw_json_get_int (json_object *object, const char *member, gint64 *ret_number)
{
  json_object *value = get (object, member, json_type_int);

  if (value == NULL)
    return FALSE;
  *ret_number = json_object_get_int64 (value);
  return TRUE;
}

gboolean
lw_json_get_flag (json_object *object, const char *member, gboolean *ret_flag)
{
  json_object *value = get (object, member, json_type_boolean);

  if (value == NULL)
    return FALSE;
  *ret_flag = json_object_get_boolean (value);
  return TRUE;
}

gboolean
lw_json_get_until (json_object *object, const char *member, guint days_max, gint64 *ret_utc_us)
{
  const char *text = lw_json_get_text (object, member);
  gint64 now = g_get_real_time ();

  if (!json_object_object_get_ex (object, member, NULL))
    return TRUE;
  return text != NULL && lw_utc_parse (text, ret_utc_us) && *ret_utc_us > now &&
         *ret_utc_us - now <= (gint64)days_max * G_TIME_SPAN_DAY;
}

GStrv
lw_json_get_texts (json_object *object, const char *member)
{
  json_object *list = get (object, member, json_type_array);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  if (list == NULL || json_object_array_length (list) > 1000)
    return NULL;
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);

    if (!json_object_is_type (item, json_type_string))
      return NULL;
    g_strv_builder_add (texts, json_object_get_string (item));
  }
  return g_strv_builder_end (texts);
}

gboolean
lw_json_get_roles (json_object *object, const char *member, guint *ret_roles)
{
  g_auto (GStrv) names = lw_json_get_texts (object, member);
  guint roles = 0;

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    LwRole role;

    if (!lw_role_parse (names[i], &role))
      return FALSE;
    roles |= 1u << role;
  }
  if (names == NULL)
    return FALSE;
  *ret_roles = roles;
  return TRUE;
}

/* ---- notes ---- */

static json_object *
from_region (const LwRegion *region)
{
  json_object *object = json_object_new_object ();

  lw_json_add_int (object, "x", region->x);
  lw_json_add_int (object, "y", region->y);
  lw_json_add_int (object, "width", region->width);
  lw_json_add_int (object, "height", region->height);
  return object;
}

json_object *
lw_json_from_note (const LwNote *note)
{
  json_object *object = json_object_new_object ();
  json_object *tags = json_object_new_array ();

  lw_json_add_id (object, "id", &note->id);
  lw_json_add_id (object, "track", &note->track_id);
  lw_json_add_id (object, "segment", &note->segment_id);
  lw_json_add_id (object, "author", &note->author_id);
  lw_json_add_text (object, "kind", lw_note_kind_to_string (note->kind));
  lw_json_add_int (object, "start", note->start);
  lw_json_add_int (object, "end", note->end);
  lw_json_add_text (object, "text", note->text);
  for (gsize i = 0; note->tags[i] != NULL; i++)
    json_object_array_add (tags, json_object_new_string (note->tags[i]));
  json_object_object_add (object, "tags", tags);
  lw_json_add_int (object, "pass", note->pass);
  lw_json_add_flag (object, "on_focus", note->on_focus);
  if (!lw_region_is_none (&note->region))
    json_object_object_add (object, "region", from_region (&note->region));
  lw_json_add_id (object, "lens", &note->lens_id);
  lw_json_add_id (object, "reply_to", &note->reply_to);
  lw_json_add_wall (object, "wall", note->wall_utc_ns);
  if (note->wall_uncertainty_ns != 0)
    lw_json_add_int (object, "wall_uncertainty", note->wall_uncertainty_ns);
  lw_json_add_utc (object, "created", note->created_utc_us);
  lw_json_add_utc (object, "edited", note->edited_utc_us);
  return object;
}

static gboolean
read_region (json_object *object, LwRegion *region)
{
  json_object *value;
  gint64 x, y, width, height;

  if (!json_object_object_get_ex (object, "region", &value) || value == NULL)
    return TRUE;
  if (!json_object_is_type (value, json_type_object) || !lw_json_get_int (value, "x", &x) ||
      !lw_json_get_int (value, "y", &y) || !lw_json_get_int (value, "width", &width) ||
      !lw_json_get_int (value, "height", &height) || x < 0 || y < 0 || width < 1 || height < 1 ||
      x + width > LW_REGION_SCALE || y + height > LW_REGION_SCALE)
    return FALSE;
  *region = (LwRegion){(guint16)x, (guint16)y, (guint16)width, (guint16)height};
  return TRUE;
}

static gboolean
read_times (json_object *object, LwNote *fields)
{
  const char *created = lw_json_get_text (object, "created");
  const char *edited = lw_json_get_text (object, "edited");
  const char *wall = lw_json_get_text (object, "wall");
  gint64 start = 0, end, pass = 1;

  lw_json_get_int (object, "start", &start);
  end = start;
  lw_json_get_int (object, "end", &end);
  lw_json_get_int (object, "pass", &pass);
  lw_json_get_int (object, "wall_uncertainty", &fields->wall_uncertainty_ns);
  fields->start = start;
  fields->end = end;
  fields->pass = (guint)CLAMP (pass, 1, G_MAXINT);
  return (wall == NULL || lw_utc_parse_ns (wall, &fields->wall_utc_ns)) &&
         (created == NULL || lw_utc_parse (created, &fields->created_utc_us)) &&
         (edited == NULL || lw_utc_parse (edited, &fields->edited_utc_us));
}

LwNote *
lw_json_to_note (json_object *object, GError **error)
{
  g_auto (GStrv) tags = lw_json_get_texts (object, "tags");
  const char *kind = lw_json_get_text (object, "kind");
  LwNote fields = {.text = lw_json_get_text (object, "text"), .tags = (const char *const *)tags};

  if (kind == NULL || !lw_note_kind_parse (kind, &fields.kind) ||
      !lw_json_get_id (object, "track", &fields.track_id) ||
      !read_region (object, &fields.region) || !read_times (object, &fields)) {
    g_set_error_literal (error, LW_NOTE_ERROR, LW_NOTE_ERROR_KIND,
                         "The note could not be read, so it was not kept.");
    return NULL;
  }
  lw_json_get_id (object, "id", &fields.id);
  lw_json_get_id (object, "segment", &fields.segment_id);
  lw_json_get_id (object, "lens", &fields.lens_id);
  lw_json_get_id (object, "reply_to", &fields.reply_to);
  lw_json_get_flag (object, "on_focus", &fields.on_focus);
  return lw_note_new (&fields, error);
}
