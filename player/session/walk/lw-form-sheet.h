/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-forms.h"
#include "lw-walking.h"

G_BEGIN_DECLS

/* The form of the routine as one person fills it in on one lesson. Thread: any, each call for
 * itself. */

typedef enum {
  LW_LACK_NOTHING,
  LW_LACK_WORDS,    /* it has to be answered */
  LW_LACK_EVIDENCE, /* the answer has to rest on a note of the writer's, or on a moment */
} LwLack;

typedef struct {
  const LwFormField *field;
  char *tag;      /* "observation/noticings" */
  LwNote *answer; /* (nullable): what was kept */
  LwNote *draft;  /* (nullable): what is being written, and not kept yet */
  char *text;     /* the draft, or the answer; where there is none yet, what her own notes say */
  GStrv cites;    /* notes on which it rests, as ids; likewise */
  LwTime moment;  /* on which it rests; LW_TIME_NONE: on none */
  LwLack lack;    /* as it is kept */
} LwFormPart;

typedef struct {
  GPtrArray *forms; /* what the next is lent by */
  const LwForm *form;
  LwVisit *visit;
  LwSegment *segment;
  GPtrArray *parts; /* of LwFormPart */
  GPtrArray *pins;  /* of LwNote: her noticings and wonderings on the lesson, by time */
  gboolean is_handed_in;
} LwFormSheet;

/**
 * lw_form_sheets_load:
 *
 * Returns: (transfer full) (element-type LwFormSheet): one for each lesson on which the person
 * fills in a form now, or filled it in last, in the order of the visits
 */
GPtrArray *lw_form_sheets_load (const LwWalking *walking, GError **error);
void lw_form_sheet_free (LwFormSheet *sheet);

/* Whether words wait on this machine that were not handed in: also of a form that was. */
gboolean lw_form_sheet_has_drafts (const LwFormSheet *sheet);

/* As many notes as an answer can rest on. */
#define LW_FORM_CITES_MAX 29

/* Puts what is being written on this machine's disk: in no log, and for nobody else. */
gboolean lw_form_sheet_save_draft (const LwWalking *walking,
                                   const LwFormSheet *sheet,
                                   LwFormPart *part,
                                   const char *text,
                                   const char *const *cites,
                                   LwTime moment,
                                   GError **error);

/**
 * lw_form_sheet_answer:
 * @text: what is answered; without words it takes an answer back
 * @cites: (nullable): ids of notes as text; beyond LW_FORM_CITES_MAX they are left out
 *
 * Keeps the answer here; of a walk that was joined it goes to the room as her notes do. Errors:
 * PERMISSION_DENIED (#GIOError) where the phase does not let her write, and those of the store.
 */
gboolean lw_form_sheet_answer (const LwWalking *walking,
                               const LwFormSheet *sheet,
                               const LwFormPart *part,
                               const char *text,
                               const char *const *cites,
                               LwTime moment,
                               GError **error);

G_END_DECLS
