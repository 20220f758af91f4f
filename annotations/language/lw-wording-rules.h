/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-wording.h"

G_BEGIN_DECLS

/*
 * The rules of a language, read and made ready.
 *
 * A pattern is a row of items, and most items test one word. Each distinct test
 * ("good|great|@fine") has a number, and each word that any test names has an entry with a bit for
 * every test it passes. So a word of a note is looked up once, and from then on a test is one bit.
 */

#define LW_PATTERN_ITEMS 24 /* as written, brackets too */
#define LW_PATTERN_WORDS 31 /* that one may span; a failure is a bit of 32 */

typedef enum {
  LW_ITEM_WORD,         /* one word that passes the test */
  LW_ITEM_OTHER,        /* one word that does not */
  LW_ITEM_GAP,          /* up to @gap words */
  LW_ITEM_BEGIN,        /* of a sentence, or of what comes after : ; - ( */
  LW_ITEM_END,          /* of a sentence, or before any such mark */
  LW_ITEM_OPEN,         /* what counts begins */
  LW_ITEM_CLOSE,        /* … and ends */
  LW_ITEM_REST,         /* all to the end of the sentence */
  LW_ITEM_REST_OF_LINE, /* all to the end of the line */
} LwItemType;

/* What a token is beside its word. */
typedef enum {
  LW_TOKEN_MARK = 1 << 0,    /* , ; : - ( ) */
  LW_TOKEN_QUOTE = 1 << 1,   /* all of what is quoted, as one token */
  LW_TOKEN_CAPITAL = 1 << 2, /* begins with one */
  LW_TOKEN_NUMBER = 1 << 3,
  LW_TOKEN_COMMA = 1 << 4, /* a mark that begins nothing */
} LwTokenFlags;

typedef struct {
  LwItemType type;
  gboolean optional;
  guint gap;
  guint test;         /* number of the test */
  guint but;          /* number of one that must not be passed, or LW_TEST_NONE */
  LwTokenFlags flags; /* pass as well */
} LwItem;

typedef enum { LW_PATTERN_ALLOW, LW_PATTERN_CONTEXT, LW_PATTERN_RULE } LwPatternUse;

typedef struct {
  LwPatternUse use;
  LwItem items[LW_PATTERN_ITEMS];
  guint n_items;
  guint kinds;   /* ALLOW: 1 << kind */
  guint context; /* CONTEXT: its bit */
  guint rule;    /* RULE: its index */
} LwPattern;

typedef struct {
  char *id;
  guint kind;
  guint unless; /* bits of contexts */
  char *reason; /* (nullable): the kind's */
  char *instead;
} LwRule;

typedef struct {
  char *name;
  char *reason;
  char *instead;
} LwKindWords;

#define LW_WORDING_N_KINDS 5
extern const char *const lw_wording_kinds[LW_WORDING_N_KINDS];

#define LW_CONTEXT_QUESTION 1u /* the sentence ends in a question mark */
#define LW_TEST_NONE G_MAXUINT
#define LW_TEST_OFTEN 0 /* of the class "often": tells languages apart */

typedef struct {
  gunichar open;
  gunichar close;
} LwQuotes;

struct _LwWording {
  char *language;
  gboolean keep_accents;
  GHashTable *clitics;       /* set of what is split off: "'s", "l'" */
  GHashTable *abbreviations; /* set of words whose full stop ends nothing */
  GArray *quotes;            /* LwQuotes */
  LwKindWords kinds[LW_WORDING_N_KINDS];
  GArray *rules;        /* LwRule */
  GArray *patterns;     /* LwPattern */
  GHashTable *words;    /* word -> number of its entry, from 1 */
  GHashTable *stems;    /* what stands before "*" -> number of its entry */
  guint64 stem_lengths; /* 1 << length in bytes */
  GArray *entries;      /* guint32, @entry_size for each; entry 0 passes no test */
  guint entry_size;     /* words of 32 tests */
  GPtrArray *by_first;  /* of GArray of guint: patterns by the first test */
  GArray *by_flags;     /* guint: patterns whose first item asks for flags */
};

static inline gboolean
lw_wording_passes (const LwWording *self, guint entry, guint test)
{
  guint32 bits = g_array_index (self->entries, guint32, entry * self->entry_size + test / 32);

  return (bits >> (test % 32) & 1) != 0;
}

/* ---- lw-wording-patterns.c: while a file is read ---- */

typedef struct {
  LwWording *rules;
  GHashTable *classes; /* name -> GPtrArray of words, some with a "*" at the end */
  GHashTable *tests;   /* alternatives as written -> number + 1 */
  GPtrArray *passed;   /* entry -> GArray of the tests it passes; index 0 unused */
} LwWordingMaker;

void lw_wording_maker_init (LwWordingMaker *self, LwWording *rules);
void lw_wording_maker_clear (LwWordingMaker *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwWordingMaker, lw_wording_maker_clear)

/* @words: separated by spaces. SYNTAX */
gboolean lw_wording_maker_add_class (LwWordingMaker *self,
                                     const char *name,
                                     const char *words,
                                     GError **error);
/* The number of a test, as "good|great|@fine". SYNTAX */
gboolean lw_wording_maker_add_test (LwWordingMaker *self,
                                    const char *alternatives,
                                    guint *ret_test,
                                    LwTokenFlags *ret_flags,
                                    GError **error);
/* Reads @text into a copy of @like, and adds it. SYNTAX */
gboolean lw_wording_maker_add_pattern (LwWordingMaker *self,
                                       const LwPattern *like,
                                       const char *text,
                                       GError **error);
/* When all are added: fills the entries. */
void lw_wording_maker_finish (LwWordingMaker *self);

gboolean lw_wording_fail (GError **error, const char *where, const char *what);

G_END_DECLS
