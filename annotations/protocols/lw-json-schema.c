/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-json-schema.h"

#include <string.h>

typedef struct {
  json_object *root;
  GString *path;        /* of what is looked at: "phases[2].minutes" */
  GHashTable *patterns; /* pattern -> GRegex */
  char *breach;
} Check;

static gboolean check (Check *self, json_object *schema, json_object *value);

static gboolean G_GNUC_PRINTF (2, 3) breach (Check *self, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  self->breach = g_strdup_printf ("%s %s", self->path->len > 0 ? self->path->str : "it", what);
  return FALSE;
}

static json_object *
member (json_object *object, const char *name)
{
  json_object *value = NULL;

  json_object_object_get_ex (object, name, &value);
  return value;
}

static gboolean
check_at (Check *self, json_object *schema, json_object *value, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* As check(), a step further along the path. */
static gboolean
check_at (Check *self, json_object *schema, json_object *value, const char *format, ...)
{
  gsize before = self->path->len;
  va_list arguments;
  gboolean ok;

  va_start (arguments, format);
  g_string_append_vprintf (self->path, format, arguments);
  va_end (arguments);
  ok = check (self, schema, value);
  g_string_truncate (self->path, before);
  return ok;
}

static gboolean
check_type (Check *self, json_object *wanted, json_object *value)
{
  static const struct {
    const char *name;
    json_type type;
    const char *said;
  } types[] = {
      {"object", json_type_object, "must be an object"},
      {"array", json_type_array, "must be a list"},
      {"string", json_type_string, "must be a text"},
      {"integer", json_type_int, "must be a whole number"},
      {"boolean", json_type_boolean, "must be true or false"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (json_object_get_string (wanted), types[i].name))
      return json_object_is_type (value, types[i].type) || breach (self, "%s", types[i].said);
  }
  g_error ("The schema names a type that is not known: %s", json_object_get_string (wanted));
}

static gboolean
check_enum (Check *self, json_object *words, json_object *value)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (gsize i = 0; i < json_object_array_length (words); i++) {
    json_object *word = json_object_array_get_idx (words, i);

    if (json_object_equal (word, value))
      return TRUE;
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", json_object_get_string (word));
  }
  return breach (self, "must be one of: %s", all->str);
}

static gboolean
check_number (Check *self, json_object *schema, gint64 number)
{
  json_object *minimum = member (schema, "minimum"), *maximum = member (schema, "maximum");

  if (minimum != NULL && number < json_object_get_int64 (minimum))
    return breach (self, "must be %" G_GINT64_FORMAT " at least", json_object_get_int64 (minimum));
  if (maximum != NULL && number > json_object_get_int64 (maximum))
    return breach (self, "must be %" G_GINT64_FORMAT " at most", json_object_get_int64 (maximum));
  return TRUE;
}

static gboolean
matches (Check *self, const char *pattern, const char *text)
{
  GRegex *regex = g_hash_table_lookup (self->patterns, pattern);

  if (regex == NULL) {
    /* "$" is the very end here, as in JSON Schema, and not also before a last newline. */
    regex = g_regex_new (pattern, G_REGEX_DOLLAR_ENDONLY, 0, NULL);
    g_assert (regex != NULL);
    g_hash_table_insert (self->patterns, g_strdup (pattern), regex);
  }
  return g_regex_match (regex, text, 0, NULL);
}

static gboolean
check_text (Check *self, json_object *schema, const char *text, gsize length)
{
  json_object *shortest = member (schema, "minLength"), *longest = member (schema, "maxLength");
  json_object *pattern = member (schema, "pattern");
  gint64 characters = g_utf8_strlen (text, (gssize)length);

  /* What comes after it would be lost in C. */
  if (memchr (text, '\0', length) != NULL)
    return breach (self, "holds a character that no text may hold (NUL)");
  if (shortest != NULL && characters < json_object_get_int64 (shortest))
    return breach (self, "must not be empty");
  if (longest != NULL && characters > json_object_get_int64 (longest))
    return breach (self, "must have %" G_GINT64_FORMAT " characters at most",
                   json_object_get_int64 (longest));
  if (pattern != NULL && !matches (self, json_object_get_string (pattern), text))
    return breach (self, "must be written like this: %s", json_object_get_string (pattern));
  return TRUE;
}

static gboolean
check_list (Check *self, json_object *schema, json_object *value)
{
  json_object *fewest = member (schema, "minItems"), *most = member (schema, "maxItems");
  json_object *items = member (schema, "items");
  gsize n = json_object_array_length (value);

  if (fewest != NULL && n < (gsize)json_object_get_int64 (fewest))
    return breach (self, "must have %" G_GINT64_FORMAT " entry or more",
                   json_object_get_int64 (fewest));
  if (most != NULL && n > (gsize)json_object_get_int64 (most))
    return breach (self, "must have %" G_GINT64_FORMAT " entries at most",
                   json_object_get_int64 (most));
  for (gsize i = 0; items != NULL && i < n; i++) {
    if (!check_at (self, items, json_object_array_get_idx (value, i), "[%" G_GSIZE_FORMAT "]", i))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_members (Check *self, json_object *schema, json_object *value)
{
  json_object *required = member (schema, "required"), *properties = member (schema, "properties");
  json_object *others = member (schema, "additionalProperties");
  const char *dot = self->path->len > 0 ? "." : "";

  for (gsize i = 0; required != NULL && i < json_object_array_length (required); i++) {
    const char *name = json_object_get_string (json_object_array_get_idx (required, i));

    if (!json_object_object_get_ex (value, name, NULL))
      return breach (self, "has no “%s”", name);
  }
  json_object_object_foreach (value, name, entry)
  {
    json_object *described = properties != NULL ? member (properties, name) : NULL;

    if (described != NULL && !check_at (self, described, entry, "%s%s", dot, name))
      return FALSE;
    if (described == NULL && others != NULL && !json_object_get_boolean (others))
      return breach (self, "has a “%.64s”, which is not known here", name);
  }
  return TRUE;
}

static void
refuse_unknown_words (json_object *schema)
{
  static const char *const known[] = {
      "$schema",     "$id",      "$comment", "$defs",     "$ref",       "title",
      "description", "type",     "enum",     "required",  "properties", "additionalProperties",
      "items",       "minItems", "maxItems", "minLength", "maxLength",  "pattern",
      "minimum",     "maximum",  NULL,
  };

  json_object_object_foreach (schema, word, value)
  {
    (void)value;
    if (!g_strv_contains (known, word))
      g_error ("The schema uses a word that is not known: %s", word);
  }
}

static json_object *
follow (Check *self, const char *reference)
{
  json_object *definition;

  g_assert (g_str_has_prefix (reference, "#/$defs/"));
  definition = member (member (self->root, "$defs"), reference + strlen ("#/$defs/"));
  g_assert (definition != NULL);
  return definition;
}

static gboolean
check (Check *self, json_object *schema, json_object *value)
{
  json_object *reference = member (schema, "$ref"), *type = member (schema, "type");
  json_object *words = member (schema, "enum");

  refuse_unknown_words (schema);
  if (reference != NULL && !check (self, follow (self, json_object_get_string (reference)), value))
    return FALSE;
  if (type != NULL && !check_type (self, type, value))
    return FALSE;
  if (words != NULL && !check_enum (self, words, value))
    return FALSE;
  switch (json_object_get_type (value)) {
  case json_type_int:
    return check_number (self, schema, json_object_get_int64 (value));
  case json_type_string:
    return check_text (self, schema, json_object_get_string (value),
                       (gsize)json_object_get_string_len (value));
  case json_type_array:
    return check_list (self, schema, value);
  case json_type_object:
    return check_members (self, schema, value);
  default:
    return TRUE;
  }
}

gboolean
lw_json_schema_check (json_object *schema, json_object *value, char **ret_breach)
{
  Check self = {.root = schema, .path = g_string_new (NULL)};
  gboolean ok;

  self.patterns =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_regex_unref);
  ok = check (&self, schema, value);
  g_string_free (self.path, TRUE);
  g_hash_table_unref (self.patterns);
  *ret_breach = self.breach;
  return ok;
}
