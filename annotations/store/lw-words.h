/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-db.h"

G_BEGIN_DECLS

/**
 * LwWords:
 *
 * What someone looks for, taken apart: words and "phrases", each as the tokens that the full-text
 * index keeps; the last word may be a beginning. What has no token at all (an emoji) is looked for
 * as it stands. All must occur.
 *
 * It asks in two ways that agree: as an expression for the index, and note by note.
 */
typedef struct _LwWords LwWords;

/* Gives @db its tokenizer and the SQL function lw_matches (words, text). */
gboolean lw_words_attach (LwDb *db, GError **error);
void lw_words_detach (LwDb *db);

/* @text: any bytes. (transfer full) (nullable): %NULL if there is nothing to look for */
LwWords *lw_words_parse (LwDb *db, const char *text);
void lw_words_free (LwWords *words);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWords, lw_words_free)

/* Whether @text, a note's, holds them all. */
gboolean lw_words_match (LwDb *db, const LwWords *words, const char *text);

/* Whether the index cannot answer for some of it. */
gboolean lw_words_need_scan (const LwWords *words);

/* @ret_expression: (transfer full) (nullable): for MATCH; %NULL if no word has a token */
gboolean
lw_words_to_expression (LwDb *db, const LwWords *words, char **ret_expression, GError **error);

/* What the index must hold for a note, as a sum over its words: equal sums, equal words. */
guint64 lw_words_sum_text (LwDb *db, gint64 recency, const char *text);
guint64 lw_words_sum_word (gint64 recency, guint offset, const char *word, gsize length);

/* The pointer type under which lw_matches() takes an LwWords. */
#define LW_WORDS_POINTER "LwWords"

G_END_DECLS
