/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-wording-tokens.h"

#include <string.h>

/* plugin/panel/js/wording.js does the same, step by step: change both. */

typedef struct {
  const LwWording *rules;
  const char *text;
  const char *end;
  LwTokens *out;
  GString *word;    /* folded */
  gsize word_start; /* bytes of the text */
  gsize word_end;
  gsize first_split; /* after the first apostrophe: where in the text, and in the folded word */
  gsize first_folded;
  gsize last_split; /* before the last one */
  gsize last_folded;
  LwTokenFlags flags;
  gboolean in_word;
  guint sentence;  /* its first token */
  guint line;      /* its first sentence */
  gsize *unclosed; /* for each pair of quotes: up to where no closing one comes */
} Reader;

/* ---- characters ---- */

static gboolean
is_word (gunichar c)
{
  if (c < 128)
    return g_ascii_isalnum (c);
  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019 || c == 0x02BC;
}

static gboolean
is_newline (gunichar c)
{
  return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static gboolean
is_space (gunichar c)
{
  return c == ' ' || c == '\t' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F || c == 0x3000 || is_newline (c);
}

/* Neither seen nor meant: soft hyphens, joiners, marks of direction. */
static gboolean
is_ignored (gunichar c)
{
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

/* Scripts that put no spaces between words: each letter is a word. */
static gboolean
stands_alone (gunichar c)
{
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
         (c >= 0x1780 && c <= 0x17FF) || (c >= 0x3040 && c <= 0x30FF) ||
         (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* A thumb that points up says as much as a word. */
static gboolean
is_symbol (gunichar c)
{
  return (c >= 0x2190 && c <= 0x2BFF) || (c >= 0x1F000 && c <= 0x1FAFF);
}

static gboolean
ends_sentence (gunichar c)
{
  return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xFF01 ||
         c == 0xFF1F || c == 0x061F || c == 0x06D4 || c == 0x0964;
}

static gboolean
is_question (gunichar c)
{
  return c == '?' || c == 0xFF1F || c == 0x061F;
}

/* As which of , ; : - ( ) it counts; 0: as none. */
static char
mark_of (gunichar c)
{
  switch (c) {
  case ',':
  case 0x060C:
  case 0x3001:
  case 0xFF0C:
    return ',';
  case ';':
  case 0x061B:
  case 0xFF1B:
    return ';';
  case ':':
  case 0xFF1A:
    return ':';
  case '(':
  case '[':
  case '{':
    return '(';
  case ')':
  case ']':
  case '}':
    return ')';
  case '-':
  case 0x2010:
  case 0x2011:
  case 0x2013:
  case 0x2014:
    return '-';
  default:
    return 0;
  }
}

void
lw_tokens_fold (GString *word, gunichar c, gboolean keep_accents)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n;

  if (c < 128) {
    g_string_append_c (word, g_ascii_tolower ((char)c));
    return;
  }
  if (is_apostrophe (c)) {
    g_string_append_c (word, '\'');
    return;
  }
  n = g_unichar_fully_decompose (g_unichar_tolower (c), FALSE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n; i++) {
    if (keep_accents || parts[i] < 0x300 || parts[i] > 0x36F)
      g_string_append_unichar (word, parts[i]);
  }
}

/* ---- tokens ---- */

/* The entry of the word itself, or else that of the longest stem it begins with: an entry passes
 * what the shorter ones pass. */
static guint
find_entry (const LwWording *rules, char *word, gsize length)
{
  guint entry = GPOINTER_TO_UINT (g_hash_table_lookup (rules->words, word));

  for (gsize n = MIN (length, 63); entry == 0 && n > 0; n--) {
    if ((rules->stem_lengths >> n & 1) != 0) {
      char after = word[n];

      word[n] = '\0';
      entry = GPOINTER_TO_UINT (g_hash_table_lookup (rules->stems, word));
      word[n] = after;
    }
  }
  return entry;
}

static void
add_token (Reader *self, char *word, gsize length, gsize start, gsize end, LwTokenFlags flags)
{
  LwToken token = {start, end, find_entry (self->rules, word, length), flags};

  g_array_append_val (self->out->tokens, token);
}

static void
add_mark (Reader *self, char mark, gsize start, gsize end, LwTokenFlags flags)
{
  char word[2] = {mark, '\0'};

  add_token (self, word, 1, start, end, flags);
}

/* The word that was read, in up to three parts: "l'", "élève", "'s". */
static void
end_word (Reader *self)
{
  gsize from = 0, to = self->word->len, start = self->word_start, end = self->word_end;
  char *word = self->word->str;
  gboolean tail = FALSE;

  if (!self->in_word)
    return;
  self->in_word = FALSE;
  if (self->first_folded > 0) {
    char after = word[self->first_folded];

    word[self->first_folded] = '\0';
    if (g_hash_table_contains (self->rules->clitics, word)) {
      add_token (self, word, self->first_folded, start, self->first_split, self->flags);
      from = self->first_folded;
      start = self->first_split;
    }
    word[self->first_folded] = after;
    tail = self->last_folded > from &&
           g_hash_table_contains (self->rules->clitics, word + self->last_folded);
  }
  if (tail) {
    g_autofree char *clitic = g_strdup (word + self->last_folded);

    word[self->last_folded] = '\0';
    add_token (self, word + from, self->last_folded - from, start, self->last_split, self->flags);
    add_token (self, clitic, strlen (clitic), self->last_split, end, 0);
  } else {
    add_token (self, word + from, to - from, start, end, self->flags);
  }
}

static void
begin_word (Reader *self, gsize at, gunichar c)
{
  self->in_word = TRUE;
  self->word_start = at;
  self->first_folded = self->last_folded = 0;
  g_string_truncate (self->word, 0);
  self->flags = g_unichar_isupper (c) ? LW_TOKEN_CAPITAL : 0;
  if (g_unichar_type (c) == G_UNICODE_DECIMAL_NUMBER ||
      g_unichar_type (c) == G_UNICODE_LETTER_NUMBER || g_unichar_type (c) == G_UNICODE_OTHER_NUMBER)
    self->flags |= LW_TOKEN_NUMBER;
}

static void
end_sentence (Reader *self, gboolean question)
{
  LwSentence sentence = {self->sentence, self->out->tokens->len, 0,
                         question ? LW_CONTEXT_QUESTION : 0};

  if (sentence.end == sentence.first) {
    /* "!?" */
    if (question && self->out->sentences->len > self->line)
      g_array_index (self->out->sentences, LwSentence, self->out->sentences->len - 1).contexts |=
          LW_CONTEXT_QUESTION;
    return;
  }
  g_array_append_val (self->out->sentences, sentence);
  self->sentence = sentence.end;
}

static void
end_line (Reader *self)
{
  end_sentence (self, FALSE);
  for (guint i = self->line; i < self->out->sentences->len; i++)
    g_array_index (self->out->sentences, LwSentence, i).line_end = self->out->tokens->len;
  self->line = self->out->sentences->len;
}

/* ---- what is quoted ---- */

static gunichar
char_at (const Reader *self, const char *at)
{
  return at < self->end ? g_utf8_get_char (at) : '\n';
}

static gunichar
char_before (const Reader *self, const char *at)
{
  return at > self->text ? g_utf8_get_char (g_utf8_prev_char (at)) : '\n';
}

static gboolean
is_single (gunichar c)
{
  return is_apostrophe (c);
}

/* Where the closing one of @pair stands; NULL: none in this line. @ret_line_end: where that ends.
 */
static const char *
find_close (Reader *self, guint pair, const char *at, const char **ret_line_end)
{
  gunichar close = g_array_index (self->rules->quotes, LwQuotes, pair).close;

  *ret_line_end = self->text + self->unclosed[pair];
  if (at < *ret_line_end)
    return NULL;
  for (; at < self->end; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (is_newline (c))
      break;
    /* An apostrophe closes only where no word goes on. */
    if (c == close && (!is_single (close) || (!is_space (char_before (self, at)) &&
                                              !is_word (char_at (self, g_utf8_next_char (at))))))
      return at;
  }
  *ret_line_end = at;
  self->unclosed[pair] = at - self->text;
  return NULL;
}

/* If a quotation begins at @at: adds it as one token. Returns where it ends, or NULL. */
static const char *
read_quoted (Reader *self, const char *at)
{
  gunichar c = g_utf8_get_char (at);
  const char *next = g_utf8_next_char (at);

  for (guint i = 0; i < self->rules->quotes->len; i++) {
    LwQuotes *quotes = &g_array_index (self->rules->quotes, LwQuotes, i);
    const char *close, *line_end;

    if (c != quotes->open)
      continue;
    /* The same on both sides tells by what stands beside it: 5" opens nothing. */
    if (quotes->open == quotes->close &&
        (is_word (char_before (self, at)) || is_space (char_at (self, next))))
      continue;
    close = find_close (self, i, next, &line_end);
    if (close == NULL && is_single (quotes->close))
      continue;
    /* One that is still open goes to the end of the line: she is writing it. */
    close = close != NULL ? g_utf8_next_char (close) : line_end;
    end_word (self);
    add_mark (self, '"', at - self->text, close - self->text, LW_TOKEN_QUOTE);
    return close;
  }
  return NULL;
}

/* ---- reading ---- */

static gboolean
is_abbreviation (Reader *self, gunichar c)
{
  return c == '.' && self->in_word &&
         g_hash_table_contains (self->rules->abbreviations, self->word->str);
}

static void
read_word_char (Reader *self, const char *at, gunichar c)
{
  gsize offset = at - self->text, after = g_utf8_next_char (at) - self->text;

  if (stands_alone (c) && !g_unichar_ismark (c)) {
    end_word (self);
    begin_word (self, offset, c);
    lw_tokens_fold (self->word, c, self->rules->keep_accents);
    self->word_end = after;
    end_word (self);
    return;
  }
  if (!self->in_word)
    begin_word (self, offset, c);
  lw_tokens_fold (self->word, c, self->rules->keep_accents);
  self->word_end = after;
}

/* In the midst of a word. */
static void
read_apostrophe (Reader *self, const char *at, gunichar c)
{
  self->last_split = at - self->text;
  self->last_folded = self->word->len;
  g_string_append_c (self->word, '\'');
  if (self->first_folded == 0) {
    self->first_split = g_utf8_next_char (at) - self->text;
    self->first_folded = self->word->len;
  }
}

/* Returns where to go on. */
static const char *
read_char (Reader *self, const char *at)
{
  gunichar c = g_utf8_get_char (at);
  const char *next = g_utf8_next_char (at), *close;
  gunichar after = char_at (self, next);
  char mark = mark_of (c);

  if (is_word (c)) {
    read_word_char (self, at, c);
  } else if (is_ignored (c)) {
    /* as if it were not there */
  } else if (is_apostrophe (c) && self->in_word && is_word (after)) {
    read_apostrophe (self, at, c);
  } else if ((close = read_quoted (self, at)) != NULL) {
    return close;
  } else if (ends_sentence (c)) {
    gboolean inside = c == '.' && (is_word (after) || is_abbreviation (self, c));

    end_word (self);
    if (!inside)
      end_sentence (self, is_question (c));
  } else if (is_newline (c)) {
    end_word (self);
    end_line (self);
  } else {
    gboolean hyphen = mark == '-' && c < 0x2013 && self->in_word && is_word (after);

    end_word (self);
    if (mark != 0 && !hyphen)
      add_mark (self, mark, at - self->text, next - self->text,
                mark == ',' ? LW_TOKEN_MARK | LW_TOKEN_COMMA : LW_TOKEN_MARK);
    else if (is_symbol (c)) {
      begin_word (self, at - self->text, c);
      lw_tokens_fold (self->word, c, TRUE);
      self->word_end = next - self->text;
      end_word (self);
    }
  }
  return next;
}

void
lw_tokens_read (LwTokens *self, const LwWording *rules, const char *text)
{
  gsize length = strlen (text);
  g_autofree gsize *unclosed = g_new0 (gsize, rules->quotes->len + 1);
  Reader reader = {
      .rules = rules,
      .text = text,
      .end = text + length,
      .out = self,
      .word = g_string_new (NULL),
      .unclosed = unclosed,
  };

  self->tokens = g_array_sized_new (FALSE, FALSE, sizeof (LwToken), MIN (length / 5 + 8, 4096));
  self->sentences = g_array_new (FALSE, FALSE, sizeof (LwSentence));
  for (const char *at = text; at < reader.end;)
    at = read_char (&reader, at);
  end_word (&reader);
  end_line (&reader);
  g_string_free (reader.word, TRUE);
}

void
lw_tokens_clear (LwTokens *self)
{
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->sentences, g_array_unref);
}
