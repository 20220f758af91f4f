/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-words.h"

#include <string.h>

#include "lw-search-text.h"

/* Beyond this many words with one beginning the index merges them by itself, which reads all of
 * their entries; below, each is walked only as far as needed. */
#define EXPANSIONS_MAX 32
#define TERMS_MAX 64

typedef struct _LwTokenizer {
  fts5_tokenizer class;
  Fts5Tokenizer *instance;
} LwTokenizer;

/* Tokens one after the other: token i is bytes[ends[i - 1]] up to bytes[ends[i]]. */
typedef struct {
  GString *bytes;
  GArray *ends;
} Tokens;

typedef struct {
  Tokens tokens;
  gboolean is_prefix; /* the last token may go on */
  char *literal;      /* if there are no tokens */
} Term;

struct _LwWords {
  GArray *terms;
};

static Tokens
tokens_new (void)
{
  return (Tokens){g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (gsize))};
}

static void
tokens_clear (Tokens *tokens)
{
  g_string_free (tokens->bytes, TRUE);
  g_array_unref (tokens->ends);
}

static const char *
token_at (const Tokens *tokens, guint i, gsize *ret_length)
{
  gsize start = i > 0 ? g_array_index (tokens->ends, gsize, i - 1) : 0;

  *ret_length = g_array_index (tokens->ends, gsize, i) - start;
  return tokens->bytes->str + start;
}

static int
take_token (void *data, int flags, const char *token, int length, int start, int end)
{
  Tokens *tokens = data;
  gsize token_end;

  g_string_append_len (tokens->bytes, token, length);
  token_end = tokens->bytes->len;
  g_array_append_val (tokens->ends, token_end);
  return SQLITE_OK;
}

static void
tokenize (LwDb *db, const char *text, Tokens *tokens)
{
  g_autofree char *folded = lw_search_text_fold (text);
  const char *given = folded != NULL ? folded : text;

  if (db->tokenizer->class.xTokenize (db->tokenizer->instance, tokens, FTS5_TOKENIZE_QUERY, given,
                                      (int)strlen (given), take_token) != SQLITE_OK)
    g_error ("Out of memory");
}

static gboolean
matches_at (const Tokens *text, guint at, const Term *term)
{
  guint n = term->tokens.ends->len;

  for (guint i = 0; i < n; i++) {
    gsize length, wanted_length;
    const char *token = token_at (text, at + i, &length);
    const char *wanted = token_at (&term->tokens, i, &wanted_length);
    gboolean may_go_on = term->is_prefix && i == n - 1;

    if (length < wanted_length || (length > wanted_length && !may_go_on) ||
        memcmp (token, wanted, wanted_length) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
term_matches (const Term *term, const Tokens *tokens, const char *text)
{
  guint n = term->tokens.ends->len;

  if (term->literal != NULL)
    return strstr (text, term->literal) != NULL;
  for (guint at = 0; at + n <= tokens->ends->len; at++) {
    if (matches_at (tokens, at, term))
      return TRUE;
  }
  return FALSE;
}

gboolean
lw_words_match (LwDb *db, const LwWords *words, const char *text)
{
  Tokens tokens = tokens_new ();
  gboolean all = TRUE;

  tokenize (db, text, &tokens);
  for (guint i = 0; all && i < words->terms->len; i++)
    all = term_matches (&g_array_index (words->terms, Term, i), &tokens, text);
  tokens_clear (&tokens);
  return all;
}

static void
matches_function (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  LwDb *db = sqlite3_user_data (context);
  const LwWords *words = sqlite3_value_pointer (values[0], LW_WORDS_POINTER);
  const char *text = (const char *)sqlite3_value_text (values[1]);

  sqlite3_result_int (context, words == NULL || (text != NULL && lw_words_match (db, words, text)));
}

static fts5_api *
get_fts5 (LwDb *db)
{
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;

  if (sqlite3_prepare_v2 (db->handle, "SELECT fts5 (?1)", -1, &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step (statement);
  }
  sqlite3_finalize (statement);
  return api;
}

gboolean
lw_words_attach (LwDb *db, GError **error)
{
  /* As in the schema. */
  const char *arguments[] = {"remove_diacritics", "2", "categories", "L* N* M* Co"};
  fts5_api *api = get_fts5 (db);
  void *context;
  int code;

  db->tokenizer = g_new0 (LwTokenizer, 1);
  if (api == NULL ||
      api->xFindTokenizer (api, "unicode61", &context, &db->tokenizer->class) != SQLITE_OK ||
      db->tokenizer->class.xCreate (context, arguments, G_N_ELEMENTS (arguments),
                                    &db->tokenizer->instance) != SQLITE_OK) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_IO,
                         "This system’s SQLite was built without full-text search (FTS5).");
    return FALSE;
  }
  code = sqlite3_create_function (db->handle, "lw_matches", 2,
                                  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, db,
                                  matches_function, NULL, NULL);
  return code == SQLITE_OK || lw_db_fail (db, code, error);
}

void
lw_words_detach (LwDb *db)
{
  if (db->tokenizer != NULL && db->tokenizer->instance != NULL)
    db->tokenizer->class.xDelete (db->tokenizer->instance);
  g_clear_pointer (&db->tokenizer, g_free);
}

static void
term_clear (gpointer data)
{
  Term *term = data;

  tokens_clear (&term->tokens);
  g_free (term->literal);
}

static void
add_term (LwDb *db, LwWords *words, const char *text, gboolean is_prefix)
{
  g_autofree char *bare = lw_search_text_fold (text);
  Term term = {.tokens = tokens_new (), .is_prefix = is_prefix};

  tokenize (db, text, &term.tokens);
  /* Letters with their marks are one token there, so that a part of a word may end inside one. */
  if (lw_search_text_ends_unspaced (bare != NULL ? bare : text))
    term.is_prefix = TRUE;
  if (term.tokens.ends->len == 0)
    term.literal = g_strdup (text);
  g_array_append_val (words->terms, term);
}

LwWords *
lw_words_parse (LwDb *db, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
  g_autoptr (LwWords) words = g_new0 (LwWords, 1);
  const char *p = valid;

  words->terms = g_array_new (FALSE, FALSE, sizeof (Term));
  g_array_set_clear_func (words->terms, term_clear);
  while (words->terms->len < TERMS_MAX) {
    g_autofree char *term = NULL;
    gboolean quoted;
    const char *end;

    while (*p != '\0' && g_unichar_isspace (g_utf8_get_char (p)))
      p = g_utf8_next_char (p);
    if (*p == '\0')
      break;
    quoted = *p == '"';
    if (quoted)
      p++;
    end = p;
    while (*end != '\0' && *end != '"' && (quoted || !g_unichar_isspace (g_utf8_get_char (end))))
      end = g_utf8_next_char (end);
    term = g_strndup (p, (gsize)(end - p));
    /* A phrase that is still being typed may end in a beginning too. */
    if (strspn (term, " \t\n") < strlen (term))
      add_term (db, words, term, *end == '\0');
    p = quoted && *end == '"' ? end + 1 : end;
  }
  return words->terms->len > 0 ? g_steal_pointer (&words) : NULL;
}

void
lw_words_free (LwWords *words)
{
  if (words == NULL)
    return;
  g_array_unref (words->terms);
  g_free (words);
}

gboolean
lw_words_need_scan (const LwWords *words)
{
  for (guint i = 0; i < words->terms->len; i++) {
    if (g_array_index (words->terms, Term, i).literal != NULL)
      return TRUE;
  }
  return FALSE;
}

/* The words in the index that begin with @prefix; %NULL in @ret_words if there are too many. */
static gboolean
expand (LwDb *db, const char *prefix, gsize length, GPtrArray **ret_words, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) from = g_string_new_len (prefix, (gssize)length);

  *ret_words = NULL;
  while (found->len <= EXPANSIONS_MAX) {
    g_autoptr (LwStatement) next = lw_db_get (db, "next-word", error);
    const char *word;
    gboolean row;

    if (next == NULL)
      return FALSE;
    sqlite3_bind_text (next, 1, from->str, (int)from->len, SQLITE_STATIC);
    if (!lw_step (db, next, &row, error))
      return FALSE;
    word = row ? (const char *)sqlite3_column_text (next, 0) : NULL;
    if (word == NULL || strncmp (word, prefix, length) != 0) {
      *ret_words = g_steal_pointer (&found);
      return TRUE;
    }
    g_ptr_array_add (found, g_strdup (word));
    /* The least string after the word is the word and one NUL. */
    g_string_assign (from, word);
    g_string_append_c (from, '\0');
  }
  return TRUE;
}

/* Tokens hold no quotes and no operators: what stands between quotes is safe. */
static void
append_phrase (GString *out, const Term *term, const char *last)
{
  guint n = term->tokens.ends->len;

  g_string_append_c (out, '"');
  for (guint i = 0; i < n; i++) {
    gsize length;
    const char *token = token_at (&term->tokens, i, &length);

    if (i > 0)
      g_string_append_c (out, ' ');
    if (i == n - 1 && last != NULL)
      g_string_append (out, last);
    else
      g_string_append_len (out, token, (gssize)length);
  }
  g_string_append_c (out, '"');
}

static gboolean
append_term (LwDb *db, GString *out, const Term *term, GError **error)
{
  g_autoptr (GPtrArray) expansions = NULL;
  const char *last;
  gsize length;

  if (!term->is_prefix) {
    append_phrase (out, term, NULL);
    return TRUE;
  }
  last = token_at (&term->tokens, term->tokens.ends->len - 1, &length);
  if (!expand (db, last, length, &expansions, error))
    return FALSE;
  if (expansions == NULL || expansions->len == 0) {
    append_phrase (out, term, NULL);
    g_string_append (out, " *");
    return TRUE;
  }
  g_string_append_c (out, '(');
  for (guint i = 0; i < expansions->len; i++) {
    if (i > 0)
      g_string_append (out, " OR ");
    append_phrase (out, term, expansions->pdata[i]);
  }
  g_string_append_c (out, ')');
  return TRUE;
}

gboolean
lw_words_to_expression (LwDb *db, const LwWords *words, char **ret_expression, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < words->terms->len; i++) {
    const Term *term = &g_array_index (words->terms, Term, i);

    if (term->literal != NULL)
      continue;
    if (out->len > 0)
      g_string_append (out, " AND ");
    if (!append_term (db, out, term, error))
      return FALSE;
  }
  *ret_expression = out->len > 0 ? g_strdup (out->str) : NULL;
  return TRUE;
}

guint64
lw_words_sum_word (gint64 recency, guint offset, const char *word, gsize length)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  /* FNV-1a over all three: enough against damage, which is all that this is for. */
  for (guint i = 0; i < 8; i++)
    hash = (hash ^ (guint8)((guint64)recency >> 8 * i)) * G_GUINT64_CONSTANT (1099511628211);
  for (guint i = 0; i < 4; i++)
    hash = (hash ^ (guint8)(offset >> 8 * i)) * G_GUINT64_CONSTANT (1099511628211);
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8)word[i]) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

guint64
lw_words_sum_text (LwDb *db, gint64 recency, const char *text)
{
  Tokens tokens = tokens_new ();
  guint64 sum = 0;

  tokenize (db, text, &tokens);
  for (guint i = 0; i < tokens.ends->len; i++) {
    gsize length;
    const char *token = token_at (&tokens, i, &length);

    sum += lw_words_sum_word (recency, i, token, length);
  }
  tokens_clear (&tokens);
  return sum;
}
