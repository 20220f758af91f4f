/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The code sheets of a routine, and what is put by them. Thread: any. */

typedef struct {
  char *id;
  char *title;
  gboolean lasts; /* has a length; else it is counted */
} LwCode;

typedef struct {
  char *id;
  char *title;
  GPtrArray *codes; /* of LwCode, in the order of the sheet */
} LwCodeSheet;

/* (transfer full) (element-type LwCodeSheet): perhaps empty */
GPtrArray *lw_codes_read (LwProtocol *protocol);
/* (transfer none) (nullable) */
const LwCodeSheet *lw_codes_find_sheet (GPtrArray *sheets, const char *id);
/* @name: "SHEET/CODE", as the tag of a code and the measure of a test. FALSE if there is none. */
gboolean lw_codes_find (GPtrArray *sheets,
                        const char *name,
                        const LwCodeSheet **ret_sheet,
                        guint *ret_index);
/* The sheet and code that @note was put by. FALSE for what is no code of these sheets. */
gboolean lw_codes_find_of (GPtrArray *sheets,
                           const LwNote *note,
                           const LwCodeSheet **ret_sheet,
                           guint *ret_index);

/**
 * lw_codes_check:
 * @note: a LW_NOTE_CODE that is about to be put, its segment filled in
 *
 * Whether it is of a sheet of the walk's routine and lies within the lesson, and there is room for
 * it. Errors: #LwNoteError, with a sentence for people. Blocks on disk.
 */
gboolean
lw_codes_check (LwRoom *room, const LwWalkFacts *facts, const LwNote *note, GError **error);

/* Players differ in where a lesson ends: a code may lie that far behind it. */
#define LW_CODES_SLACK LW_SECOND

G_END_DECLS
