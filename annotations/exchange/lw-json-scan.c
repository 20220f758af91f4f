/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-json-scan.h"

#include <string.h>

#include "lw-exchange.h"

guint
lw_json_line (const char *whole, const char *at)
{
  guint line = 1;

  for (const char *p = whole; p < at && (p = memchr (p, '\n', at - p)) != NULL; p++)
    line++;
  return line;
}

static void
skip_space (LwJsonCursor *cursor)
{
  while (cursor->at < cursor->end && strchr (" \t\n\r", *cursor->at) != NULL && *cursor->at != '\0')
    cursor->at++;
}

static gboolean
fail (const LwJsonCursor *cursor, const char *what, GError **error)
{
  g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
               "Line %u: this is not JSON (%s). Nothing was imported.",
               lw_json_line (cursor->start, cursor->at), what);
  return FALSE;
}

gboolean
lw_json_cursor_init (
    LwJsonCursor *cursor, const char *whole, LwJsonSlice slice, char open, GError **error)
{
  cursor->start = whole;
  cursor->at = slice.text;
  cursor->end = slice.text + slice.length;
  cursor->close = open == '{' ? '}' : ']';
  cursor->begun = FALSE;
  skip_space (cursor);
  if (cursor->at == cursor->end || *cursor->at != open)
    return fail (cursor, open == '{' ? "a \"{\" should be here" : "a \"[\" should be here", error);
  cursor->at++;
  return TRUE;
}

/* Past the closing quote; json-c checks what is between. */
static gboolean
skip_string (LwJsonCursor *cursor, GError **error)
{
  const char *opening = cursor->at;

  for (cursor->at++; cursor->at < cursor->end; cursor->at++) {
    if (*cursor->at == '"') {
      cursor->at++;
      return TRUE;
    }
    if (*cursor->at == '\\')
      cursor->at++;
  }
  cursor->at = opening;
  return fail (cursor, "a text has no closing quote", error);
}

/* Past one value of any kind. Looks only at quotes and brackets: where it ends, not what it is. */
static gboolean
skip_value (LwJsonCursor *cursor, LwJsonSlice *ret_value, GError **error)
{
  const char *begin = cursor->at;
  guint depth = 0;

  while (cursor->at < cursor->end) {
    char c = *cursor->at;

    if (c == '"') {
      if (!skip_string (cursor, error))
        return FALSE;
      continue;
    }
    if (c == '{' || c == '[') {
      if (++depth > LW_JSON_DEPTH_MAX) {
        g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_LIMIT,
                     "Line %u: more than %d brackets inside each other. Nothing was imported.",
                     lw_json_line (cursor->start, cursor->at), LW_JSON_DEPTH_MAX);
        return FALSE;
      }
    } else if (c == '}' || c == ']') {
      if (depth == 0)
        break;
      depth--;
    } else if (c == ',' && depth == 0) {
      break;
    }
    cursor->at++;
  }
  if (depth > 0 || cursor->at == cursor->end)
    return fail (cursor, "it ends too early", error);
  ret_value->text = begin;
  ret_value->length = cursor->at - begin;
  while (ret_value->length > 0 && strchr (" \t\n\r", begin[ret_value->length - 1]) != NULL)
    ret_value->length--;
  if (ret_value->length == 0)
    return fail (cursor, "a value is missing", error);
  return TRUE;
}

static gboolean
read_key (LwJsonCursor *cursor, char **ret_key, GError **error)
{
  LwJsonSlice slice = {.text = cursor->at};
  g_autoptr (json_object) key = NULL;

  if (cursor->at == cursor->end || *cursor->at != '"')
    return fail (cursor, "a member's name should be here", error);
  if (!skip_string (cursor, error))
    return FALSE;
  slice.length = cursor->at - slice.text;
  if (!lw_json_parse_slice (slice, "a member's name", &key, error))
    return FALSE;
  skip_space (cursor);
  if (cursor->at == cursor->end || *cursor->at != ':')
    return fail (cursor, "a \":\" should be here", error);
  cursor->at++;
  skip_space (cursor);
  *ret_key = g_strdup (json_object_get_string (key));
  return TRUE;
}

gboolean
lw_json_cursor_next (LwJsonCursor *cursor,
                     char **ret_key,
                     LwJsonSlice *ret_value,
                     gboolean *ret_done,
                     GError **error)
{
  g_autofree char *key = NULL;

  *ret_done = FALSE;
  skip_space (cursor);
  if (cursor->at < cursor->end && *cursor->at == cursor->close) {
    cursor->at++;
    *ret_done = TRUE;
    return TRUE;
  }
  if (cursor->begun) {
    if (cursor->at == cursor->end)
      return fail (cursor, "it ends too early", error);
    if (*cursor->at != ',')
      return fail (cursor, "a \",\" should be here", error);
    cursor->at++;
    skip_space (cursor);
  }
  cursor->begun = TRUE;
  if (cursor->close == '}' && !read_key (cursor, &key, error))
    return FALSE;
  if (!skip_value (cursor, ret_value, error))
    return FALSE;
  if (ret_key != NULL)
    *ret_key = g_steal_pointer (&key);
  return TRUE;
}

gboolean
lw_json_cursor_is_last (const LwJsonCursor *cursor)
{
  LwJsonCursor rest = *cursor;

  skip_space (&rest);
  return rest.at == rest.end;
}

gboolean
lw_json_parse_slice (LwJsonSlice slice, const char *path, json_object **ret_value, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (json_object) value = NULL;
  enum json_tokener_error result;
  json_tokener *tokener;

  if (slice.length > LW_JSON_VALUE_MAX_BYTES) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_LIMIT,
                 "%s: is longer than %d MiB. Nothing was imported.", path,
                 LW_JSON_VALUE_MAX_BYTES / (1024 * 1024));
    return FALSE;
  }
  text = g_strndup (slice.text, slice.length);
  tokener = json_tokener_new_ex (LW_JSON_DEPTH_MAX + 1);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  /* With the NUL, so that a bare number knows that it ended. */
  value = json_tokener_parse_ex (tokener, text, (int)slice.length + 1);
  result = json_tokener_get_error (tokener);
  json_tokener_free (tokener);
  if (result != json_tokener_success) {
    g_set_error (
        error, LW_EXCHANGE_ERROR,
        result == json_tokener_error_depth ? LW_EXCHANGE_ERROR_LIMIT : LW_EXCHANGE_ERROR_SYNTAX,
        "%s: this is not JSON (%s). Nothing was imported.", path, json_tokener_error_desc (result));
    return FALSE;
  }
  *ret_value = g_steal_pointer (&value);
  return TRUE;
}

void
lw_json_set_error (
    GError **error, const LwJsonItem *item, const char *member, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
               "%s%s%s: %s. Nothing was imported.", item->path,
               *item->path != '\0' && *member != '\0' ? "." : "", member, what);
}

static const char *
type_for_people (json_type type)
{
  switch (type) {
  case json_type_string:
    return "a text";
  case json_type_int:
    return "a whole number";
  case json_type_boolean:
    return "true or false";
  case json_type_array:
    return "a list";
  case json_type_object:
    return "an object";
  default:
    return "a value";
  }
}

gboolean
lw_json_get_typed (const LwJsonItem *item,
                   const char *member,
                   json_type type,
                   json_object **ret_value,
                   GError **error)
{
  json_object *value = NULL;

  if (json_object_object_get_ex (item->object, member, &value) && value != NULL &&
      !json_object_is_type (value, type)) {
    lw_json_set_error (error, item, member, "should be %s", type_for_people (type));
    return FALSE;
  }
  *ret_value = value;
  return TRUE;
}

static gboolean
get_needed (const LwJsonItem *item,
            const char *member,
            gboolean needed,
            json_type type,
            json_object **ret_value,
            GError **error)
{
  if (!lw_json_get_typed (item, member, type, ret_value, error))
    return FALSE;
  if (*ret_value == NULL && needed) {
    lw_json_set_error (error, item, member, "is missing, and should be %s", type_for_people (type));
    return FALSE;
  }
  return TRUE;
}

gboolean
lw_value_get_text (const LwJsonItem *item,
                   const char *member,
                   gboolean needed,
                   const char **ret_value,
                   GError **error)
{
  json_object *value;
  const char *text;

  if (!get_needed (item, member, needed, json_type_string, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;
  text = json_object_get_string (value);
  if (strlen (text) != (gsize)json_object_get_string_len (value) ||
      !g_utf8_validate (text, -1, NULL)) {
    lw_json_set_error (error, item, member, "has a character that no text may have (NUL)");
    return FALSE;
  }
  *ret_value = text;
  return TRUE;
}

gboolean
lw_value_get_int (const LwJsonItem *item,
                  const char *member,
                  gboolean needed,
                  gint64 least,
                  gint64 most,
                  gint64 *ret_value,
                  GError **error)
{
  json_object *value;
  gint64 number;

  if (!get_needed (item, member, needed, json_type_int, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;
  /* json-c gives the nearest gint64 for what does not fit: outside every range asked for here. */
  number = json_object_get_int64 (value);
  if (number < least || number > most) {
    lw_json_set_error (error, item, member,
                       "should be between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, least, most);
    return FALSE;
  }
  *ret_value = number;
  return TRUE;
}

gboolean
lw_json_get_boolean (const LwJsonItem *item,
                     const char *member,
                     gboolean *ret_value,
                     GError **error)
{
  json_object *value;

  if (!lw_json_get_typed (item, member, json_type_boolean, &value, error))
    return FALSE;
  if (value != NULL)
    *ret_value = json_object_get_boolean (value);
  return TRUE;
}
