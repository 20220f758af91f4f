/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-probe-private.h"

#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "lw-worker-protocol.h"

/* Units are in the names: _ns, _us. A moment that is not known is left out. */
#define FORMAT_VERSION 1

typedef struct json_object JsonValue;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JsonValue, json_object_put)
typedef struct json_tokener JsonTokener;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JsonTokener, json_tokener_free)

static const char *const kind_names[] = {"video", "audio", "captions", "other"};

/* ---- writing ---- */

static void
add_int (JsonValue *object, const char *key, gint64 value)
{
  json_object_object_add (object, key, json_object_new_int64 (value));
}

static void
add_moment (JsonValue *object, const char *key, LwTime value)
{
  if (value != LW_TIME_NONE)
    add_int (object, key, value);
}

static void
add_text (JsonValue *object, const char *key, const char *text)
{
  json_object_object_add (object, key, json_object_new_string (text != NULL ? text : ""));
}

static void
add_flag (JsonValue *object, const char *key, gboolean value)
{
  json_object_object_add (object, key, json_object_new_boolean (value));
}

static JsonValue *
stream_to_json (const LwStreamInfo *info)
{
  JsonValue *object = json_object_new_object ();

  add_text (object, "kind", kind_names[info->kind]);
  add_int (object, "index", info->index);
  add_text (object, "codec", info->codec);
  add_text (object, "profile", info->profile);
  add_text (object, "language", info->language);
  add_text (object, "title", info->title);
  add_flag (object, "default", info->is_default);
  add_moment (object, "start_ns", info->start);
  add_moment (object, "duration_ns", info->duration);
  if (info->kind == LW_STREAM_VIDEO) {
    add_int (object, "width", info->width);
    add_int (object, "height", info->height);
    add_int (object, "par_num", info->par_num);
    add_int (object, "par_den", info->par_den);
    add_int (object, "fps_num", info->fps_num);
    add_int (object, "fps_den", info->fps_den);
    add_flag (object, "vfr", info->is_vfr);
    add_int (object, "rotation", info->rotation);
  }
  if (info->kind == LW_STREAM_AUDIO) {
    add_int (object, "sample_rate", info->sample_rate);
    add_int (object, "channels", info->channels);
  }
  return object;
}

static JsonValue *
span_to_json (LwTime start, LwTime end, const char *key, const char *text)
{
  JsonValue *object = json_object_new_object ();

  add_moment (object, "start_ns", start);
  add_moment (object, "end_ns", end);
  add_text (object, key, text);
  return object;
}

static JsonValue *
times_to_json (const GArray *times)
{
  JsonValue *array = json_object_new_array_ext ((int)times->len);

  for (guint i = 0; i < times->len; i++)
    json_object_array_add (array, json_object_new_int64 (g_array_index (times, LwTime, i)));
  return array;
}

char *
lw_probe_to_json (const LwProbe *probe)
{
  g_autoptr (JsonValue) root = NULL;
  JsonValue *array;

  g_return_val_if_fail (probe != NULL, NULL);
  root = json_object_new_object ();
  add_int (root, "version", FORMAT_VERSION);
  add_text (root, "container", probe->container);
  add_moment (root, "duration_ns", probe->duration);
  add_moment (root, "start_ns", probe->start);
  if (probe->created_utc_us != 0)
    add_int (root, "created_utc_us", probe->created_utc_us);
  add_flag (root, "truncated", probe->is_truncated);

  array = json_object_new_array ();
  for (guint i = 0; i < probe->streams->len; i++)
    json_object_array_add (array, stream_to_json (g_ptr_array_index (probe->streams, i)));
  json_object_object_add (root, "streams", array);

  array = json_object_new_array ();
  for (guint i = 0; i < probe->chapters->len; i++) {
    const LwChapter *chapter = g_ptr_array_index (probe->chapters, i);

    json_object_array_add (array,
                           span_to_json (chapter->start, chapter->end, "title", chapter->title));
  }
  json_object_object_add (root, "chapters", array);

  array = json_object_new_array ();
  for (guint i = 0; i < probe->captions->len; i++) {
    const LwCaption *caption = g_ptr_array_index (probe->captions, i);

    json_object_array_add (array,
                           span_to_json (caption->start, caption->end, "text", caption->text));
  }
  json_object_object_add (root, "captions", array);

  json_object_object_add (root, "keyframes_ns", times_to_json (probe->keyframes));
  json_object_object_add (root, "frames_ns", times_to_json (probe->frames));
  return g_strdup (json_object_to_json_string_ext (root, JSON_C_TO_STRING_PLAIN));
}

/* ---- reading: nothing of what the worker says is believed before it was checked ---- */

static gboolean
refuse (GError **error, const char *key)
{
  g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER,
               "The description of the media is not valid: “%s” is missing or wrong.", key);
  return FALSE;
}

/* An absent key keeps what is in @ret_value. */
static gboolean
get_int (JsonValue *object,
         const char *key,
         gint64 least,
         gint64 most,
         gint64 *ret_value,
         GError **error)
{
  JsonValue *value = NULL;
  gint64 number;

  if (!json_object_object_get_ex (object, key, &value))
    return TRUE;
  if (!json_object_is_type (value, json_type_int))
    return refuse (error, key);
  number = json_object_get_int64 (value);
  if (number < least || number > most)
    return refuse (error, key);
  *ret_value = number;
  return TRUE;
}

static gboolean
get_uint (
    JsonValue *object, const char *key, guint least, guint most, guint *ret_value, GError **error)
{
  gint64 value = *ret_value;

  if (!get_int (object, key, least, most, &value, error))
    return FALSE;
  *ret_value = (guint)value;
  return TRUE;
}

static gboolean
get_moment (JsonValue *object, const char *key, LwTime *ret_value, GError **error)
{
  return get_int (object, key, 0, LW_TIME_MAX, ret_value, error);
}

static gboolean
get_flag (JsonValue *object, const char *key, gboolean *ret_value, GError **error)
{
  JsonValue *value = NULL;

  if (!json_object_object_get_ex (object, key, &value))
    return TRUE;
  if (!json_object_is_type (value, json_type_boolean))
    return refuse (error, key);
  *ret_value = json_object_get_boolean (value) ? TRUE : FALSE;
  return TRUE;
}

/* (transfer full) in @ret_text; must be there. */
static gboolean
get_text (JsonValue *object, const char *key, char **ret_text, GError **error)
{
  JsonValue *value = NULL;
  const char *text;
  gsize length;

  if (!json_object_object_get_ex (object, key, &value) ||
      !json_object_is_type (value, json_type_string))
    return refuse (error, key);
  text = json_object_get_string (value);
  length = (gsize)json_object_get_string_len (value);
  if (length > LW_MEDIA_MAX_TEXT || strlen (text) != length ||
      !g_utf8_validate (text, (gssize)length, NULL))
    return refuse (error, key);
  *ret_text = g_strdup (text);
  return TRUE;
}

/* Must be there. */
static gboolean
get_array (JsonValue *object, const char *key, gsize most, JsonValue **ret_array, GError **error)
{
  JsonValue *value = NULL;

  if (!json_object_object_get_ex (object, key, &value) ||
      !json_object_is_type (value, json_type_array) || json_object_array_length (value) > most)
    return refuse (error, key);
  *ret_array = value;
  return TRUE;
}

static gboolean
read_kind (JsonValue *object, LwStreamKind *ret_kind, GError **error)
{
  g_autofree char *name = NULL;

  if (!get_text (object, "kind", &name, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++) {
    if (g_str_equal (name, kind_names[i])) {
      *ret_kind = (LwStreamKind)i;
      return TRUE;
    }
  }
  return refuse (error, "kind");
}

static gboolean
read_stream (JsonValue *object, LwStreamInfo *info, GError **error)
{
  gint64 rotation = 0;

  if (!json_object_is_type (object, json_type_object))
    return refuse (error, "streams");
  if (!read_kind (object, &info->kind, error) ||
      !get_uint (object, "index", 0, 10000, &info->index, error) ||
      !get_text (object, "codec", &info->codec, error) ||
      !get_text (object, "profile", &info->profile, error) ||
      !get_text (object, "language", &info->language, error) ||
      !get_text (object, "title", &info->title, error) ||
      !get_flag (object, "default", &info->is_default, error) ||
      !get_moment (object, "start_ns", &info->start, error) ||
      !get_moment (object, "duration_ns", &info->duration, error) ||
      !get_uint (object, "width", 0, LW_MEDIA_MAX_SIDE, &info->width, error) ||
      !get_uint (object, "height", 0, LW_MEDIA_MAX_SIDE, &info->height, error) ||
      !get_uint (object, "par_num", 1, INT_MAX, &info->par_num, error) ||
      !get_uint (object, "par_den", 1, INT_MAX, &info->par_den, error) ||
      !get_uint (object, "fps_num", 0, INT_MAX, &info->fps_num, error) ||
      !get_uint (object, "fps_den", 1, INT_MAX, &info->fps_den, error) ||
      !get_flag (object, "vfr", &info->is_vfr, error) ||
      !get_int (object, "rotation", 0, 270, &rotation, error) ||
      !get_uint (object, "sample_rate", 0, INT_MAX, &info->sample_rate, error) ||
      !get_uint (object, "channels", 0, 65535, &info->channels, error))
    return FALSE;
  if (rotation % 90 != 0)
    return refuse (error, "rotation");
  info->rotation = (int)rotation;
  return TRUE;
}

static gboolean
read_streams (JsonValue *root, LwProbe *probe, GError **error)
{
  JsonValue *array;

  if (!get_array (root, "streams", LW_MEDIA_MAX_STREAMS, &array, error))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (array); i++) {
    LwStreamInfo *info = lw_stream_info_new ();

    g_ptr_array_add (probe->streams, info);
    if (!read_stream (json_object_array_get_idx (array, i), info, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_span (JsonValue *object,
           const char *key,
           LwTime *ret_start,
           LwTime *ret_end,
           char **ret_text,
           GError **error)
{
  *ret_start = *ret_end = LW_TIME_NONE;
  if (!json_object_is_type (object, json_type_object))
    return refuse (error, key);
  if (!get_moment (object, "start_ns", ret_start, error) ||
      !get_moment (object, "end_ns", ret_end, error))
    return FALSE;
  if (*ret_start == LW_TIME_NONE || *ret_end < *ret_start)
    return refuse (error, "end_ns");
  return get_text (object, key, ret_text, error);
}

static gboolean
read_spans (JsonValue *root, LwProbe *probe, GError **error)
{
  JsonValue *chapters;
  JsonValue *captions;

  if (!get_array (root, "chapters", LW_MEDIA_MAX_CHAPTERS, &chapters, error) ||
      !get_array (root, "captions", LW_MEDIA_MAX_CAPTIONS, &captions, error))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (chapters); i++) {
    g_autofree char *text = NULL;
    LwTime start, end;

    if (!read_span (json_object_array_get_idx (chapters, i), "title", &start, &end, &text, error))
      return FALSE;
    g_ptr_array_add (probe->chapters, lw_chapter_new (start, end, text));
  }
  for (gsize i = 0; i < json_object_array_length (captions); i++) {
    g_autofree char *text = NULL;
    LwTime start, end;

    if (!read_span (json_object_array_get_idx (captions, i), "text", &start, &end, &text, error))
      return FALSE;
    g_ptr_array_add (probe->captions, lw_caption_new (start, end, text));
  }
  return TRUE;
}

static gboolean
read_times (JsonValue *root, const char *key, GArray *times, GError **error)
{
  JsonValue *array;
  LwTime last = -1;

  if (!get_array (root, key, LW_MEDIA_MAX_FRAMES, &array, error))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (array); i++) {
    JsonValue *value = json_object_array_get_idx (array, i);
    LwTime time;

    if (!json_object_is_type (value, json_type_int))
      return refuse (error, key);
    time = json_object_get_int64 (value);
    if (time <= last || time > LW_TIME_MAX)
      return refuse (error, key);
    g_array_append_val (times, time);
    last = time;
  }
  return TRUE;
}

static JsonValue *
parse (const char *json, gsize length, GError **error)
{
  g_autoptr (JsonTokener) tokener = NULL;
  g_autoptr (JsonValue) root = NULL;

  if (length == 0 || length > INT_MAX) {
    refuse (error, "json");
    return NULL;
  }
  tokener = json_tokener_new_ex (8);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  root = json_tokener_parse_ex (tokener, json, (int)length);
  if (root == NULL || json_tokener_get_error (tokener) != json_tokener_success ||
      json_tokener_get_parse_end (tokener) != length ||
      !json_object_is_type (root, json_type_object)) {
    refuse (error, "json");
    return NULL;
  }
  return g_steal_pointer (&root);
}

LwProbe *
lw_probe_from_json (const char *json, gsize length, GError **error)
{
  g_autoptr (JsonValue) root = NULL;
  g_autoptr (LwProbe) probe = NULL;
  gint64 version = 0;

  g_return_val_if_fail (json != NULL, NULL);
  root = parse (json, length, error);
  if (root == NULL)
    return NULL;
  if (!get_int (root, "version", 0, G_MAXINT64, &version, error))
    return NULL;
  if (version != FORMAT_VERSION) {
    refuse (error, "version");
    return NULL;
  }
  probe = lw_probe_new ();
  if (!get_text (root, "container", &probe->container, error) ||
      !get_moment (root, "duration_ns", &probe->duration, error) ||
      !get_moment (root, "start_ns", &probe->start, error) ||
      !get_int (root, "created_utc_us", G_MININT64 / 2, G_MAXINT64 / 2, &probe->created_utc_us,
                error) ||
      !get_flag (root, "truncated", &probe->is_truncated, error) ||
      !read_streams (root, probe, error) || !read_spans (root, probe, error) ||
      !read_times (root, "keyframes_ns", probe->keyframes, error) ||
      !read_times (root, "frames_ns", probe->frames, error))
    return NULL;
  return g_steal_pointer (&probe);
}
