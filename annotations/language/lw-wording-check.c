/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules over a text. plugin/panel/js/wording.js does the same, step by step: change both. */
#include "lw-wording-tokens.h"

#include <string.h>

typedef struct {
  guint from; /* tokens */
  guint to;
  guint rule;
  guint sentence;
} Candidate;

#define NEAR 3 /* words */

typedef struct {
  const LwWording *rules;
  const LwToken *tokens;
  guint n_tokens;
  LwSentence *sentence; /* the one that is looked at */
  guint start;          /* the token that the pattern begins at */
  guint from;           /* of what matched, what counts */
  guint to;
  guint32 failed[LW_PATTERN_ITEMS]; /* 1 << (token - start): tried in vain */
  int *cover[LW_WORDING_N_KINDS];   /* how many allowances begin less how many end, by token */
  GArray *candidates;
} Check;

/* ---- one pattern at one place ---- */

static gboolean
is_spoken_word (const LwToken *token)
{
  return (token->flags & (LW_TOKEN_MARK | LW_TOKEN_QUOTE)) == 0;
}

static gboolean
passes (const Check *self, const LwItem *item, const LwToken *token)
{
  return ((token->flags & item->flags) != 0 ||
          lw_wording_passes (self->rules, token->entry, item->test)) &&
         (item->but == LW_TEST_NONE || !lw_wording_passes (self->rules, token->entry, item->but));
}

/* An optional word is rather there than not, a gap rather short than long. Whatever failed once at
 * a place is not tried there again, so the time is bounded by items times words. */
static gboolean
match (Check *self, const LwPattern *pattern, guint i, guint at)
{
  const LwItem *item = &pattern->items[i];
  gboolean inside = at < self->sentence->end;
  const LwToken *token = inside ? &self->tokens[at] : NULL;
  gboolean done = FALSE;

  if (i == pattern->n_items) {
    self->to = at;
    return TRUE;
  }
  if ((self->failed[i] >> (at - self->start) & 1) != 0)
    return FALSE;
  switch (item->type) {
  case LW_ITEM_WORD:
    done = inside && passes (self, item, token) && match (self, pattern, i + 1, at + 1);
    if (!done && item->optional)
      done = match (self, pattern, i + 1, at);
    break;
  case LW_ITEM_OTHER:
    done = inside && is_spoken_word (token) && !passes (self, item, token) &&
           match (self, pattern, i + 1, at + 1);
    break;
  case LW_ITEM_GAP:
    for (guint n = 0; !done && n <= item->gap; n++) {
      done = match (self, pattern, i + 1, at + n);
      if (at + n >= self->sentence->end || !is_spoken_word (&self->tokens[at + n]))
        break;
    }
    break;
  case LW_ITEM_BEGIN:
    done = (at == self->sentence->first ||
            (self->tokens[at - 1].flags & (LW_TOKEN_MARK | LW_TOKEN_COMMA)) == LW_TOKEN_MARK) &&
           match (self, pattern, i + 1, at);
    break;
  case LW_ITEM_END:
    done = (!inside || (token->flags & LW_TOKEN_MARK) != 0) && match (self, pattern, i + 1, at);
    break;
  case LW_ITEM_OPEN:
    done = match (self, pattern, i + 1, at);
    if (done)
      self->from = at;
    break;
  case LW_ITEM_CLOSE:
    done = match (self, pattern, i + 1, at);
    if (done)
      self->to = at;
    break;
  case LW_ITEM_REST:
    self->to = self->sentence->end;
    return TRUE;
  case LW_ITEM_REST_OF_LINE:
    self->to = self->sentence->line_end;
    return TRUE;
  }
  if (!done)
    self->failed[i] |= 1u << (at - self->start);
  return done;
}

static void
try_pattern (Check *self, guint index, guint at)
{
  const LwPattern *pattern = &g_array_index (self->rules->patterns, LwPattern, index);

  memset (self->failed, 0, sizeof (self->failed[0]) * pattern->n_items);
  self->start = self->from = at;
  if (!match (self, pattern, 0, at) || self->from >= self->to)
    return;
  switch (pattern->use) {
  case LW_PATTERN_CONTEXT:
    self->sentence->contexts |= pattern->context;
    break;
  case LW_PATTERN_ALLOW:
    for (guint kind = 0; kind < LW_WORDING_N_KINDS; kind++) {
      if ((pattern->kinds >> kind & 1) != 0) {
        self->cover[kind][self->from]++;
        self->cover[kind][self->to]--;
      }
    }
    break;
  case LW_PATTERN_RULE: {
    Candidate candidate = {self->from, self->to, pattern->rule, self->sentence->first};

    g_array_append_val (self->candidates, candidate);
    break;
  }
  }
}

static void
try_list (Check *self, const GArray *list, guint at)
{
  for (guint i = 0; list != NULL && i < list->len; i++)
    try_pattern (self, g_array_index (list, guint, i), at);
}

static void
try_token (Check *self, guint at)
{
  const LwWording *rules = self->rules;
  guint entry = self->tokens[at].entry;

  if (self->tokens[at].flags != 0)
    try_list (self, rules->by_flags, at);
  for (guint k = 0; entry != 0 && k < rules->entry_size; k++) {
    guint32 bits = g_array_index (rules->entries, guint32, entry * rules->entry_size + k);

    for (; bits != 0; bits &= bits - 1)
      try_list (self, g_ptr_array_index (rules->by_first, k * 32 + (guint)__builtin_ctz (bits)),
                at);
  }
}

/* ---- what is said in the end ---- */

/* The rule that stands first in the file comes first. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;

  if (one->rule != other->rule)
    return one->rule < other->rule ? -1 : 1;
  if (one->from != other->from)
    return one->from < other->from ? -1 : 1;
  return one->to == other->to ? 0 : one->to > other->to ? -1 : 1;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;

  return one->from < other->from ? -1 : one->from > other->from;
}

static gboolean
is_free (const Check *self, const Candidate *candidate, guint kind, const guint8 *taken)
{
  for (guint i = candidate->from; i < candidate->to; i++) {
    if (self->cover[kind][i] > 0 || taken[i] != 0)
      return FALSE;
  }
  return TRUE;
}

/* A few words between two of one kind: one mark is enough for her who reads them. */
static void
join_neighbours (const Check *self, GArray *kept)
{
  guint n = 0;

  g_array_sort (kept, compare_places);
  for (guint i = 0; i < kept->len; i++) {
    const Candidate *next = &g_array_index (kept, Candidate, i);
    Candidate *last = n > 0 ? &g_array_index (kept, Candidate, n - 1) : NULL;

    if (last != NULL && last->sentence == next->sentence && next->from - last->to <= NEAR &&
        g_array_index (self->rules->rules, LwRule, last->rule).kind ==
            g_array_index (self->rules->rules, LwRule, next->rule).kind)
      last->to = next->to;
    else
      g_array_index (kept, Candidate, n++) = *next;
  }
  g_array_set_size (kept, n);
}

static void
add_mark (const Check *self, const Candidate *candidate, GArray *marks)
{
  const LwRule *rule = &g_array_index (self->rules->rules, LwRule, candidate->rule);
  const LwKindWords *words = &self->rules->kinds[rule->kind];
  LwWordingMark mark = {
      .start = self->tokens[candidate->from].start,
      .end = self->tokens[candidate->to - 1].end,
      .kind = lw_wording_kinds[rule->kind],
      .name = words->name,
      .reason = rule->reason != NULL ? rule->reason : words->reason,
      .instead = rule->instead != NULL ? rule->instead : words->instead,
      .rule = rule->id,
  };

  g_array_append_val (marks, mark);
}

/* The contexts of each token's sentence, to ask for them by token. */
static void
choose_marks (Check *self, const guint *contexts, GArray *marks)
{
  g_autofree guint8 *taken = g_new0 (guint8, self->n_tokens + 1);
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (guint kind = 0; kind < LW_WORDING_N_KINDS; kind++) {
    for (guint i = 1; i <= self->n_tokens; i++)
      self->cover[kind][i] += self->cover[kind][i - 1];
  }
  g_array_sort (self->candidates, compare_candidates);
  for (guint i = 0; i < self->candidates->len; i++) {
    const Candidate *candidate = &g_array_index (self->candidates, Candidate, i);
    const LwRule *rule = &g_array_index (self->rules->rules, LwRule, candidate->rule);

    if ((contexts[candidate->from] & rule->unless) != 0 ||
        !is_free (self, candidate, rule->kind, taken))
      continue;
    memset (taken + candidate->from, 1, candidate->to - candidate->from);
    g_array_append_val (kept, *candidate);
  }
  join_neighbours (self, kept);
  for (guint i = 0; i < kept->len; i++)
    add_mark (self, &g_array_index (kept, Candidate, i), marks);
}

GArray *
lw_wording_check (LwWording *self, const char *text)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (LwWordingMark));
  g_auto (LwTokens) tokens = {0};
  g_autofree guint *contexts = NULL;
  g_autofree int *cover = NULL;
  Check check = {.rules = self};

  g_return_val_if_fail (self != NULL && text != NULL && g_utf8_validate (text, -1, NULL), marks);
  lw_tokens_read (&tokens, self, text);
  check.tokens = (const LwToken *)tokens.tokens->data;
  check.n_tokens = tokens.tokens->len;
  cover = g_new0 (int, (gsize)LW_WORDING_N_KINDS *(check.n_tokens + 1));
  for (guint kind = 0; kind < LW_WORDING_N_KINDS; kind++)
    check.cover[kind] = cover + (gsize)kind * (check.n_tokens + 1);
  check.candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  contexts = g_new0 (guint, check.n_tokens + 1);
  for (guint i = 0; i < tokens.sentences->len; i++) {
    check.sentence = &g_array_index (tokens.sentences, LwSentence, i);
    for (guint at = check.sentence->first; at < check.sentence->end; at++)
      try_token (&check, at);
    for (guint at = check.sentence->first; at < check.sentence->end; at++)
      contexts[at] = check.sentence->contexts;
  }
  choose_marks (&check, contexts, marks);
  g_array_unref (check.candidates);
  return marks;
}
