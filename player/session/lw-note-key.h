/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"

G_BEGIN_DECLS

/* Where a note stands: its thread's place on the timeline first, so that answers follow their
 * question wherever it is moved to. */
typedef struct {
  LwTime thread_start;
  LwId thread_id;
  gboolean is_reply;
  gint64 created_utc_us;
  LwId id;
} LwNoteKey;

int lw_note_key_compare (const LwNoteKey *a, const LwNoteKey *b);
/* @thread_start: (nullable): where the note that a reply answers is listed; %NULL if it is not. */
LwNoteKey lw_note_key_make (const LwNote *note, const LwTime *thread_start);

G_END_DECLS
