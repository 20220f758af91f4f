/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-wording-rules.h"

G_BEGIN_DECLS

typedef struct {
  gsize start; /* bytes of the text */
  gsize end;
  guint entry; /* 0: a word that no rule names */
  LwTokenFlags flags;
} LwToken;

typedef struct {
  guint first; /* tokens */
  guint end;
  guint line_end;
  guint contexts; /* bits */
} LwSentence;

/* A text in tokens and sentences, as the rules see it. */
typedef struct {
  GArray *tokens;
  GArray *sentences;
} LwTokens;

/* @text: valid UTF-8. Time and memory in proportion to it. */
void lw_tokens_read (LwTokens *self, const LwWording *rules, const char *text);
void lw_tokens_clear (LwTokens *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwTokens, lw_tokens_clear)

/* As words are compared: small letters, taken apart, without accents unless they are kept. Appends.
 */
void lw_tokens_fold (GString *word, gunichar c, gboolean keep_accents);

G_END_DECLS
