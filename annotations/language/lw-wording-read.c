/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A language's file, read. wording.schema.json says what it may hold. */
#include "lw-wording-read.h"

#include <json-c/json.h>
#include <string.h>

#define DEPTH_MAX 8
#define CONTEXTS_MAX 16
#define PATTERNS_MAX 4000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

const char *const lw_wording_kinds[LW_WORDING_N_KINDS] = {"praise", "correction", "prescription",
                                                          "judgement", "inference"};

typedef struct {
  LwWordingMaker maker;
  GHashTable *contexts; /* name -> bit */
} File;

/* (transfer none) (nullable) */
static const char *
get_text (json_object *object, const char *member)
{
  json_object *value;

  if (!json_object_object_get_ex (object, member, &value) ||
      !json_object_is_type (value, json_type_string) || json_object_get_string_len (value) == 0)
    return NULL;
  return json_object_get_string (value);
}

/* (transfer none): an empty one if it is not there; NULL if it is something else. */
static json_object *
get_list (json_object *object, const char *member, json_object *empty)
{
  json_object *value;

  if (!json_object_object_get_ex (object, member, &value))
    return empty;
  return json_object_is_type (value, json_type_array) ? value : NULL;
}

static gboolean
read_kind (const char *text, guint *ret_kind, GError **error)
{
  for (guint i = 0; text != NULL && i < LW_WORDING_N_KINDS; i++) {
    if (g_str_equal (text, lw_wording_kinds[i])) {
      *ret_kind = i;
      return TRUE;
    }
  }
  return lw_wording_fail (error, text != NULL ? text : "kind", "is no kind of mark");
}

static gboolean
read_set (json_object *root, const char *member, GHashTable *set, GError **error)
{
  g_autoptr (json_object) empty = json_object_new_array ();
  json_object *list = get_list (root, member, empty);

  if (list == NULL)
    return lw_wording_fail (error, member, "must be a list of words");
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);

    if (!json_object_is_type (item, json_type_string))
      return lw_wording_fail (error, member, "must be a list of words");
    g_hash_table_add (set, g_strdup (json_object_get_string (item)));
  }
  return TRUE;
}

static gboolean
read_quotes (LwWording *rules, json_object *root, GError **error)
{
  g_autoptr (json_object) empty = json_object_new_array ();
  json_object *list = get_list (root, "quotes", empty);

  if (list == NULL || json_object_array_length (list) > 32)
    return lw_wording_fail (error, "quotes", "must be a list of pairs");
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);
    const char *pair =
        json_object_is_type (item, json_type_string) ? json_object_get_string (item) : "";
    LwQuotes quotes;

    if (g_utf8_strlen (pair, -1) != 2)
      return lw_wording_fail (error, "quotes", "must each be two characters");
    quotes.open = g_utf8_get_char (pair);
    quotes.close = g_utf8_get_char (g_utf8_next_char (pair));
    g_array_append_val (rules->quotes, quotes);
  }
  return TRUE;
}

static gboolean
read_kinds (LwWording *rules, json_object *root, GError **error)
{
  json_object *kinds, *kind;

  if (!json_object_object_get_ex (root, "kinds", &kinds) ||
      !json_object_is_type (kinds, json_type_object))
    return lw_wording_fail (error, "kinds", "is missing");
  for (guint i = 0; i < LW_WORDING_N_KINDS; i++) {
    if (!json_object_object_get_ex (kinds, lw_wording_kinds[i], &kind) ||
        !json_object_is_type (kind, json_type_object) || get_text (kind, "name") == NULL ||
        get_text (kind, "reason") == NULL || get_text (kind, "instead") == NULL)
      return lw_wording_fail (error, lw_wording_kinds[i], "has no name, reason and instead");
    rules->kinds[i].name = g_strdup (get_text (kind, "name"));
    rules->kinds[i].reason = g_strdup (get_text (kind, "reason"));
    rules->kinds[i].instead = g_strdup (get_text (kind, "instead"));
  }
  return TRUE;
}

static gboolean
read_classes (File *self, json_object *root, GError **error)
{
  json_object *classes;
  LwTokenFlags flags;
  guint test;

  if (!json_object_object_get_ex (root, "classes", &classes) ||
      !json_object_is_type (classes, json_type_object))
    return lw_wording_fail (error, "classes", "is missing");
  json_object_object_foreach (classes, name, words)
  {
    if (!json_object_is_type (words, json_type_string) ||
        !lw_wording_maker_add_class (&self->maker, name, json_object_get_string (words), error)) {
      if (error != NULL && *error == NULL)
        lw_wording_fail (error, name, "must be words");
      return FALSE;
    }
  }
  /* The first test of all: LW_TEST_OFTEN. */
  return lw_wording_maker_add_test (&self->maker, "@often", &test, &flags, error);
}

static gboolean
read_patterns (File *self, const LwPattern *like, json_object *list, GError **error)
{
  if (list == NULL || !json_object_is_type (list, json_type_array))
    return lw_wording_fail (error, "patterns", "must be a list");
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);

    if (!json_object_is_type (item, json_type_string))
      return lw_wording_fail (error, "patterns", "must be texts");
    if (self->maker.rules->patterns->len >= PATTERNS_MAX)
      return lw_wording_fail (error, "patterns", "are more than 4,000");
    if (!lw_wording_maker_add_pattern (&self->maker, like, json_object_get_string (item), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_contexts (File *self, json_object *root, GError **error)
{
  LwPattern like = {.use = LW_PATTERN_CONTEXT, .context = LW_CONTEXT_QUESTION};
  json_object *contexts;

  g_hash_table_insert (self->contexts, g_strdup ("question"), GUINT_TO_POINTER (like.context));
  if (!json_object_object_get_ex (root, "contexts", &contexts))
    return TRUE;
  if (!json_object_is_type (contexts, json_type_object) ||
      json_object_object_length (contexts) > CONTEXTS_MAX)
    return lw_wording_fail (error, "contexts", "must be an object of at most 16");
  json_object_object_foreach (contexts, name, patterns)
  {
    like.context <<= 1;
    g_hash_table_insert (self->contexts, g_strdup (name), GUINT_TO_POINTER (like.context));
    if (!read_patterns (self, &like, patterns, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_allow (File *self, json_object *root, GError **error)
{
  LwPattern like = {.use = LW_PATTERN_ALLOW, .kinds = (1u << LW_WORDING_N_KINDS) - 1};
  g_autoptr (json_object) empty = json_object_new_array ();
  json_object *speech = get_list (root, "speech", empty);
  json_object *allow = get_list (root, "allow", empty);

  if (speech == NULL || allow == NULL)
    return lw_wording_fail (error, "speech, allow", "must be lists");
  if (!read_patterns (self, &like, speech, error))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (allow); i++) {
    json_object *item = json_object_array_get_idx (allow, i), *patterns = NULL;
    json_object *kinds = get_list (item, "kinds", empty);
    guint kind;

    if (!json_object_is_type (item, json_type_object) || kinds == NULL)
      return lw_wording_fail (error, "allow", "must be objects with a list of kinds");
    like.kinds = 0;
    for (gsize k = 0; k < json_object_array_length (kinds); k++) {
      if (!read_kind (json_object_get_string (json_object_array_get_idx (kinds, k)), &kind, error))
        return FALSE;
      like.kinds |= 1u << kind;
    }
    if (like.kinds == 0)
      like.kinds = (1u << LW_WORDING_N_KINDS) - 1;
    json_object_object_get_ex (item, "patterns", &patterns);
    if (!read_patterns (self, &like, patterns, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_rule (File *self, json_object *item, GError **error)
{
  LwWording *rules = self->maker.rules;
  LwPattern like = {.use = LW_PATTERN_RULE, .rule = rules->rules->len};
  g_autoptr (json_object) empty = json_object_new_array ();
  json_object *unless, *patterns = NULL;
  LwRule rule = {0};
  const char *id;

  if (!json_object_is_type (item, json_type_object) || (id = get_text (item, "id")) == NULL)
    return lw_wording_fail (error, "rules", "must be objects with an id");
  if (!read_kind (get_text (item, "kind"), &rule.kind, error))
    return FALSE;
  unless = get_list (item, "unless", empty);
  if (unless == NULL)
    return lw_wording_fail (error, id, "must have a list in “unless”");
  for (gsize i = 0; i < json_object_array_length (unless); i++) {
    const char *name = json_object_get_string (json_object_array_get_idx (unless, i));
    gpointer bit = name != NULL ? g_hash_table_lookup (self->contexts, name) : NULL;

    if (bit == NULL)
      return lw_wording_fail (error, id, "names a context that there is not");
    rule.unless |= GPOINTER_TO_UINT (bit);
  }
  /* What is told as somebody's words is left alone by every rule. */
  rule.unless |= GPOINTER_TO_UINT (g_hash_table_lookup (self->contexts, "speech"));
  rule.id = g_strdup (id);
  rule.reason = g_strdup (get_text (item, "reason"));
  rule.instead = g_strdup (get_text (item, "instead"));
  g_array_append_val (rules->rules, rule);
  json_object_object_get_ex (item, "patterns", &patterns);
  return read_patterns (self, &like, patterns, error);
}

static gboolean
read_file (File *self, json_object *root, GError **error)
{
  LwWording *rules = self->maker.rules;
  g_autoptr (json_object) empty = json_object_new_array ();
  const char *language = get_text (root, "language");
  json_object *list = get_list (root, "rules", empty);

  if (language == NULL || strspn (language, "abcdefghijklmnopqrstuvwxyz") != strlen (language) ||
      strlen (language) > 8)
    return lw_wording_fail (error, "language", "must be small letters, as “en”");
  if (list == NULL)
    return lw_wording_fail (error, "rules", "must be a list");
  rules->language = g_strdup (language);
  rules->keep_accents = g_strcmp0 (get_text (root, "accents"), "keep") == 0;
  if (!read_set (root, "clitics", rules->clitics, error) ||
      !read_set (root, "abbreviations", rules->abbreviations, error) ||
      !read_quotes (rules, root, error) || !read_kinds (rules, root, error) ||
      !read_classes (self, root, error) || !read_contexts (self, root, error) ||
      !read_allow (self, root, error))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    if (!read_rule (self, json_object_array_get_idx (list, i), error))
      return FALSE;
  }
  lw_wording_maker_finish (&self->maker);
  return TRUE;
}

gboolean
lw_wording_read (LwWording *rules, const char *json, gsize length, GError **error)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (DEPTH_MAX);
  g_autoptr (json_object) root = NULL;
  File file = {.contexts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)};
  gboolean done;

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  root = json_tokener_parse_ex (tokener, json, (int)length);
  lw_wording_maker_init (&file.maker, rules);
  if (root == NULL || !json_object_is_type (root, json_type_object))
    done = lw_wording_fail (error, "the file", "is no JSON object");
  else
    done = read_file (&file, root, error);
  lw_wording_maker_clear (&file.maker);
  g_hash_table_unref (file.contexts);
  return done;
}
