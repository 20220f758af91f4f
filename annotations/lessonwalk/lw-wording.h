/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LwWording:
 *
 * The wording nudge of one language: where a note praises, corrects, prescribes, judges or infers
 * instead of saying what was seen and heard. It is a hint for her who writes, while she writes: its
 * answers are for no store, no count and nobody else's eyes.
 *
 * The rules are data: annotations/language/NAME.json, described by wording.schema.json beside it
 * and read by plugin/panel/js/wording.js as well, which gives the same marks. What is quoted or
 * told as somebody's words is left alone. Immutable and reference-counted.
 *
 * Thread: any. Time: in proportion to the text, whatever it says.
 */
typedef struct _LwWording LwWording;

/* The strings belong to the LwWording. */
typedef struct {
  gsize start; /* bytes of the text, at the beginning of a character */
  gsize end;
  const char *kind;    /* "praise", "correction", "prescription", "judgement", "inference" */
  const char *name;    /* "Praise": for people */
  const char *reason;  /* a sentence */
  const char *instead; /* a sentence: another way to say it */
  const char *rule;    /* its id in the file, for those who write one */
} LwWordingMark;

#define LW_WORDING_ERROR (lw_wording_error_quark ())
GQuark lw_wording_error_quark (void);

typedef enum {
  LW_WORDING_ERROR_SYNTAX,  /* not of the schema; the message says where */
  LW_WORDING_ERROR_UNKNOWN, /* no rules for that language come with Lessonwalk */
} LwWordingError;

/**
 * lw_wording_find:
 * @language: "en", "es_MX.UTF-8", "es-MX": what stands before the first mark counts
 *
 * Returns: (transfer full): UNKNOWN if there is none
 */
LwWording *lw_wording_find (const char *language, GError **error);

/**
 * lw_wording_choose:
 * @text: valid UTF-8
 * @languages: (nullable): those that she reads, the best first, as from g_get_language_names()
 *
 * Which language a note is written in shows in the small words that are in every sentence. Where
 * they do not tell, it is the first of @languages that there are rules for, or else English.
 *
 * Returns: (transfer full)
 */
LwWording *lw_wording_choose (const char *text, const char *const *languages);

/* SYNTAX. (transfer full) */
LwWording *lw_wording_parse (const char *json, gsize length, GError **error);

LwWording *lw_wording_ref (LwWording *self);
void lw_wording_unref (LwWording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWording, lw_wording_unref)

const char *lw_wording_get_language (LwWording *self); /* "en" */

/**
 * lw_wording_check:
 * @text: valid UTF-8
 *
 * Returns: (transfer full) (element-type LwWordingMark): in the order of the text, none over
 * another
 */
GArray *lw_wording_check (LwWording *self, const char *text);

G_END_DECLS
