/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns as people write them, "?@very [good|great] *2 job", and the tests they are made of. */
#include "lw-wording-tokens.h"

#include <string.h>

#define MARKS ",;:-()"
#define TESTS_MAX 4096
#define GAP_MAX 8

static const struct {
  const char *name;
  LwTokenFlags flags;
} built_in[] = {
    {"mark", LW_TOKEN_MARK},
    {"quote", LW_TOKEN_QUOTE},
    {"capital", LW_TOKEN_CAPITAL},
    {"number", LW_TOKEN_NUMBER},
};

gboolean
lw_wording_fail (GError **error, const char *where, const char *what)
{
  g_set_error (error, LW_WORDING_ERROR, LW_WORDING_ERROR_SYNTAX,
               "These are no rules that Lessonwalk can use: “%s” %s.", where, what);
  return FALSE;
}

static void
free_list (gpointer list)
{
  if (list != NULL)
    g_array_unref (list);
}

void
lw_wording_maker_init (LwWordingMaker *self, LwWording *rules)
{
  self->rules = rules;
  self->classes =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->tests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->passed = g_ptr_array_new_with_free_func (free_list);
  g_ptr_array_add (self->passed, NULL);
}

void
lw_wording_maker_clear (LwWordingMaker *self)
{
  g_clear_pointer (&self->classes, g_hash_table_unref);
  g_clear_pointer (&self->tests, g_hash_table_unref);
  g_clear_pointer (&self->passed, g_ptr_array_unref);
}

/* ---- words ---- */

/* Whether a note can hold @word as one token: a rule that never speaks would be a trap. */
static gboolean
is_one_token (LwWordingMaker *self, const char *word)
{
  g_auto (LwTokens) tokens = {0};

  if (g_hash_table_contains (self->rules->clitics, word) ||
      (strlen (word) == 1 && strchr (MARKS, word[0]) != NULL))
    return TRUE;
  lw_tokens_read (&tokens, self->rules, word);
  return tokens.tokens->len == 1 &&
         (g_array_index (tokens.tokens, LwToken, 0).flags & (LW_TOKEN_MARK | LW_TOKEN_QUOTE)) ==
             0 &&
         g_array_index (tokens.tokens, LwToken, 0).end == strlen (word);
}

/* (transfer full): folded, with its "*"; NULL if it is not one. */
static char *
read_word (LwWordingMaker *self, const char *word, GError **error)
{
  g_autoptr (GString) folded = g_string_new (NULL);
  gsize length = strlen (word);
  gboolean stem = length > 1 && word[length - 1] == '*';
  g_autofree char *plain = g_strndup (word, stem ? length - 1 : length);

  for (const char *at = plain; *at != '\0'; at = g_utf8_next_char (at))
    lw_tokens_fold (folded, g_utf8_get_char (at), self->rules->keep_accents);
  if (folded->len == 0 || folded->len > 63 || !is_one_token (self, plain)) {
    lw_wording_fail (error, word, "is not one word");
    return NULL;
  }
  if (stem)
    g_string_append_c (folded, '*');
  return g_strdup (folded->str);
}

/* Splits at @by, with classes put in. @ret_flags: of the built-in ones. (transfer full) */
static GPtrArray *
read_words (
    LwWordingMaker *self, const char *text, const char *by, LwTokenFlags *ret_flags, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (text, by, -1);

  for (char **part = parts; *part != NULL; part++) {
    GPtrArray *members = NULL;
    char *word;

    if (**part == '\0')
      continue;
    if (**part == '@') {
      members = g_hash_table_lookup (self->classes, *part + 1);
      for (guint i = 0; members == NULL && i < G_N_ELEMENTS (built_in); i++) {
        if (g_str_equal (*part + 1, built_in[i].name)) {
          *ret_flags |= built_in[i].flags;
          break;
        }
        if (i == G_N_ELEMENTS (built_in) - 1) {
          lw_wording_fail (error, *part, "is no class that stands above");
          return NULL;
        }
      }
      for (guint i = 0; members != NULL && i < members->len; i++)
        g_ptr_array_add (words, g_strdup (g_ptr_array_index (members, i)));
      continue;
    }
    word = read_word (self, *part, error);
    if (word == NULL)
      return NULL;
    g_ptr_array_add (words, word);
  }
  return g_steal_pointer (&words);
}

gboolean
lw_wording_maker_add_class (LwWordingMaker *self,
                            const char *name,
                            const char *words,
                            GError **error)
{
  LwTokenFlags flags = 0;
  g_autoptr (GPtrArray) list = read_words (self, words, " ", &flags, error);

  if (list == NULL)
    return FALSE;
  if (flags != 0 || g_hash_table_contains (self->classes, name))
    return lw_wording_fail (error, name, "holds more than words, or is there twice");
  for (guint i = 0; i < G_N_ELEMENTS (built_in); i++) {
    if (g_str_equal (name, built_in[i].name))
      return lw_wording_fail (error, name, "is the name of a class that is built in");
  }
  g_hash_table_insert (self->classes, g_strdup (name), g_steal_pointer (&list));
  return TRUE;
}

/* ---- tests ---- */

static void
let_pass (LwWordingMaker *self, const char *word, guint test)
{
  gsize length = strlen (word);
  gboolean stem = word[length - 1] == '*';
  g_autofree char *plain = g_strndup (word, stem ? length - 1 : length);
  GHashTable *table = stem ? self->rules->stems : self->rules->words;
  guint entry = GPOINTER_TO_UINT (g_hash_table_lookup (table, plain));

  if (entry == 0) {
    entry = self->passed->len;
    g_ptr_array_add (self->passed, g_array_new (FALSE, FALSE, sizeof (guint)));
    if (stem)
      self->rules->stem_lengths |= G_GUINT64_CONSTANT (1) << strlen (plain);
    g_hash_table_insert (table, g_steal_pointer (&plain), GUINT_TO_POINTER (entry));
  }
  g_array_append_val (g_ptr_array_index (self->passed, entry), test);
}

gboolean
lw_wording_maker_add_test (LwWordingMaker *self,
                           const char *alternatives,
                           guint *ret_test,
                           LwTokenFlags *ret_flags,
                           GError **error)
{
  g_autoptr (GPtrArray) words = NULL;
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->tests, alternatives));

  *ret_flags = 0;
  words = read_words (self, alternatives, "|", ret_flags, error);
  if (words == NULL)
    return FALSE;
  if (words->len == 0 && *ret_flags == 0 && !g_str_equal (alternatives, "@often"))
    return lw_wording_fail (error, alternatives, "names no word");
  if (known == 0) {
    known = g_hash_table_size (self->tests) + 1;
    if (known > TESTS_MAX)
      return lw_wording_fail (error, alternatives, "is one too many");
    g_hash_table_insert (self->tests, g_strdup (alternatives), GUINT_TO_POINTER (known));
    for (guint i = 0; i < words->len; i++)
      let_pass (self, g_ptr_array_index (words, i), known - 1);
  }
  *ret_test = known - 1;
  return TRUE;
}

/* ---- patterns ---- */

/* "good|great", or "good*!goods": all but. */
static gboolean
read_test (LwWordingMaker *self, const char *text, LwItem *item, GError **error)
{
  const char *but = strchr (text, '!');
  g_autofree char *alternatives = but != NULL ? g_strndup (text, but - text) : g_strdup (text);
  LwTokenFlags flags = 0;

  item->but = LW_TEST_NONE;
  if (but != NULL && !lw_wording_maker_add_test (self, but + 1, &item->but, &flags, error))
    return FALSE;
  if (flags != 0)
    return lw_wording_fail (error, text, "leaves out more than words");
  return lw_wording_maker_add_test (self, alternatives, &item->test, &item->flags, error);
}

static gboolean
read_item (LwWordingMaker *self, const char *text, LwItem *item, GError **error)
{
  static const struct {
    const char *text;
    LwItemType type;
  } fixed[] = {{"^", LW_ITEM_BEGIN}, {"$", LW_ITEM_END},  {"[", LW_ITEM_OPEN},
               {"]", LW_ITEM_CLOSE}, {"~", LW_ITEM_REST}, {"~~", LW_ITEM_REST_OF_LINE}};

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++) {
    if (g_str_equal (text, fixed[i].text)) {
      item->type = fixed[i].type;
      return TRUE;
    }
  }
  if (text[0] == '*') {
    item->type = LW_ITEM_GAP;
    item->gap = (guint)(text[1] - '0');
    if (item->gap < 1 || item->gap > GAP_MAX || text[2] != '\0')
      return lw_wording_fail (error, text, "is no gap of 1 to 8 words");
    return TRUE;
  }
  item->type = text[0] == '!' ? LW_ITEM_OTHER : LW_ITEM_WORD;
  item->optional = text[0] == '?';
  return read_test (self, text + (text[0] == '!' || text[0] == '?'), item, error);
}

/* "[good" is "[" and "good". (transfer full) */
static GPtrArray *
split_pattern (const char *text)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  for (char **part = parts; *part != NULL; part++) {
    char *at = *part;
    gsize length = strlen (at);
    gboolean closes = length > 1 && at[length - 1] == ']';

    if (length > 1 && at[0] == '[') {
      g_ptr_array_add (items, g_strdup ("["));
      at++;
    }
    if (closes)
      at[strlen (at) - 1] = '\0';
    if (*at != '\0')
      g_ptr_array_add (items, g_strdup (at));
    if (closes)
      g_ptr_array_add (items, g_strdup ("]"));
  }
  return items;
}

/* What begins with something certain can be found by it. */
static gboolean
check_pattern (const LwPattern *pattern, const char *text, GError **error)
{
  guint n_words = 0, n_open = 0, n_close = 0, first = 0;

  while (first < pattern->n_items &&
         (pattern->items[first].type == LW_ITEM_BEGIN ||
          pattern->items[first].type == LW_ITEM_OPEN || pattern->items[first].optional))
    first++;
  if (first == pattern->n_items || pattern->items[first].type != LW_ITEM_WORD)
    return lw_wording_fail (error, text, "does not begin with a word");
  for (guint i = 0; i < pattern->n_items; i++) {
    const LwItem *item = &pattern->items[i];

    n_words += item->type == LW_ITEM_GAP ? item->gap : item->type <= LW_ITEM_OTHER;
    n_open += item->type == LW_ITEM_OPEN;
    n_close += item->type == LW_ITEM_CLOSE;
    if (n_close > n_open || n_open > 1 || n_close > 1)
      return lw_wording_fail (error, text, "has brackets that do not fit");
    if ((item->type == LW_ITEM_REST || item->type == LW_ITEM_REST_OF_LINE) &&
        (pattern->use == LW_PATTERN_RULE || i + 1 + (n_open > n_close) < pattern->n_items))
      return lw_wording_fail (error, text, "goes on to the end, which no mark may");
  }
  if (n_open != n_close)
    return lw_wording_fail (error, text, "has brackets that do not fit");
  if (n_words > LW_PATTERN_WORDS)
    return lw_wording_fail (error, text, "spans more than 31 words");
  return TRUE;
}

gboolean
lw_wording_maker_add_pattern (LwWordingMaker *self,
                              const LwPattern *like,
                              const char *text,
                              GError **error)
{
  g_autoptr (GPtrArray) parts = split_pattern (text);
  LwPattern pattern = *like;

  if (parts->len > LW_PATTERN_ITEMS)
    return lw_wording_fail (error, text, "has more than 24 parts");
  for (guint i = 0; i < parts->len; i++) {
    if (!read_item (self, g_ptr_array_index (parts, i), &pattern.items[pattern.n_items], error))
      return FALSE;
    pattern.n_items++;
  }
  if (!check_pattern (&pattern, text, error))
    return FALSE;
  g_array_append_val (self->rules->patterns, pattern);
  return TRUE;
}

/* ---- making ready ---- */

static void
set_bits (LwWordingMaker *self, guint entry, guint of)
{
  GArray *tests = g_ptr_array_index (self->passed, of);

  for (guint i = 0; i < tests->len; i++) {
    guint test = g_array_index (tests, guint, i);

    g_array_index (self->rules->entries, guint32, entry * self->rules->entry_size + test / 32) |=
        1u << (test % 32);
  }
}

/* Each entry of @table passes what it is listed for, and what the stems that begin it are. */
static void
fill_entries (LwWordingMaker *self, GHashTable *table)
{
  GHashTableIter iter;
  gpointer word, entry;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &word, &entry)) {
    g_autofree char *stem = g_strdup (word);

    set_bits (self, GPOINTER_TO_UINT (entry), GPOINTER_TO_UINT (entry));
    for (gsize n = strlen (stem); n > 0; n--) {
      guint of;

      stem[n] = '\0';
      of = GPOINTER_TO_UINT (g_hash_table_lookup (self->rules->stems, stem));
      if (of != 0)
        set_bits (self, GPOINTER_TO_UINT (entry), of);
    }
  }
}

void
lw_wording_maker_finish (LwWordingMaker *self)
{
  LwWording *rules = self->rules;
  guint n_tests = g_hash_table_size (self->tests);

  rules->entry_size = n_tests / 32 + 1;
  rules->entries =
      g_array_sized_new (FALSE, TRUE, sizeof (guint32), self->passed->len * rules->entry_size);
  g_array_set_size (rules->entries, self->passed->len * rules->entry_size);
  fill_entries (self, rules->words);
  fill_entries (self, rules->stems);
  rules->by_first = g_ptr_array_new_with_free_func (free_list);
  g_ptr_array_set_size (rules->by_first, (int)n_tests);
  rules->by_flags = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < rules->patterns->len; i++) {
    const LwItem *first = g_array_index (rules->patterns, LwPattern, i).items;

    /* What may be left out at the beginning is one way to begin. */
    for (gboolean more = TRUE; more; first++) {
      gpointer *list = &rules->by_first->pdata[first->test];

      if (first->type != LW_ITEM_WORD)
        continue;
      if (*list == NULL)
        *list = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_val ((GArray *)*list, i);
      if (first->flags != 0)
        g_array_append_val (rules->by_flags, i);
      more = first->optional;
    }
  }
}
