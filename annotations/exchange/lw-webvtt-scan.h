/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * The grammar of WebVTT (https://www.w3.org/TR/webvtt1/), as its parser section reads it: lines
 * ended by CR LF, CR or LF; blocks apart by empty lines; a line with "-->" begins a cue wherever
 * it stands. Knows nothing of notes.
 */

typedef struct {
  char *text; /* UTF-8; the whole file, lines ended by LF */
  const char *at;
  guint line; /* of @at, from 1 */
} LwVttScanner;

typedef enum { LW_VTT_END, LW_VTT_CUE, LW_VTT_NOTE, LW_VTT_OTHER } LwVttBlockKind;

typedef struct {
  LwVttBlockKind kind;
  guint line;         /* where it begins, from 1 */
  gboolean has_times; /* of a cue: its times could be read */
  LwTime start, end;  /* of a cue */
  char *id;           /* of a cue; "" if none */
  char *payload;      /* of a cue: its text as it stands; of a note: what follows "NOTE " */
} LwVttBlock;

void lw_vtt_block_clear (LwVttBlock *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwVttBlock, lw_vtt_block_clear)

/* @bytes: (transfer full). FALSE with %LW_EXCHANGE_ERROR_SYNTAX if they are no WebVTT. */
gboolean lw_vtt_scanner_init (LwVttScanner *scanner, char *bytes, gsize length, GError **error);
void lw_vtt_scanner_clear (LwVttScanner *scanner);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwVttScanner, lw_vtt_scanner_clear)

/* The next block; LW_VTT_END after the last. @ret_block needs no clearing before. */
void lw_vtt_scanner_next (LwVttScanner *scanner, LwVttBlock *ret_block);

/* ---- cue text ---- */

/* The voice span in which the cue's text begins. */
typedef struct {
  char *name;     /* "" if there is none */
  char **classes; /* of "<v.noticing.loud Ana>": noticing, loud; never NULL */
} LwVttVoice;

void lw_vtt_voice_clear (LwVttVoice *voice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwVttVoice, lw_vtt_voice_clear)

/**
 * lw_vtt_cue_text:
 * @payload: of a cue
 * @name_voices: put "Name: " before each voice span, as it is shown to people
 * @ret_voice: (out) (optional): the first voice
 *
 * Returns: (transfer full): what a reader of the captions sees: no tags, no character references
 */
char *lw_vtt_cue_text (const char *payload, gboolean name_voices, LwVttVoice *ret_voice);

/* Appends @text so that lw_vtt_cue_text() gives it back byte for byte, whatever is in it: "-->",
 * tags, empty lines. */
void lw_vtt_append_escaped (GString *out, const char *text);

G_END_DECLS
