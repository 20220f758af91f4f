/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"
#include "lw-standing.h"

G_BEGIN_DECLS

/*
 * The forms of a routine. What is in them are notes (LW_NOTE_ANSWER) on the writer's own track,
 * seen by whoever may see notes; a note's tags say to what it is an answer, and on what it rests.
 * Thread: any.
 */

typedef struct {
  char *id, *title, *hint; /* the hint may be "" */
  LwNoteKind prefill; /* begins with the writer's own notes of this kind; ANSWER: with nothing */
  gboolean required;
  gboolean cites; /* an answer rests on a moment, or on a note of the writer's own */
} LwFormField;

typedef struct {
  char *id, *title, *hint;
  guint roles;       /* bits 1 << LwRole: those who fill it in */
  GPtrArray *fields; /* of LwFormField */
} LwForm;

/* @json: a routine's file. (transfer full) (element-type LwForm) */
GPtrArray *lw_forms_read (const char *json);
/* (transfer none) (nullable) */
const LwForm *lw_forms_find (GPtrArray *forms, const char *id);
/* Whether one of the @roles fills it in. */
gboolean lw_forms_is_for (const LwForm *form, guint roles);
/* The form that one with these roles fills in now, or filled in last; NULL if none yet.
 * @roles: 0: anybody's */
const LwForm *lw_forms_find_current (GPtrArray *forms, const LwStanding *standing, guint roles);

/* "observation/noticings": the tag of an answer. (transfer full) */
char *lw_form_field_to_tag (const LwForm *form, const LwFormField *field);

/* What one person answered: sets of "FORM/FIELD". */
typedef struct {
  GHashTable *answered;
  GHashTable *rested; /* of these, what says on which moment or which own note it rests */
} LwFormAnswers;

/* Whether there is an answer for each field that is required, and whether every answer to a field
 * that cites does so. */
gboolean lw_forms_is_complete (const LwForm *form, const LwFormAnswers *answers);

/* Whether an answer rests on a moment of the lesson, or on a note of the writer's that is still
 * there. Reads the store. */
gboolean lw_forms_rests (LwStore *store, const LwNote *answer);

/* LwId * of a person -> LwFormAnswers, of what was answered on a lesson in a round, as far as it is
 * here. (transfer full) */
GHashTable *lw_forms_read_answers (LwStore *store, const LwId *segment_id, guint round);

G_END_DECLS
