/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"
#include "lw-session.h"

G_BEGIN_DECLS

/* How the window says things. All (transfer full), translated. */

/* Keeps clock times and the like in order from left to right inside a line of Arabic or Hebrew.
 * @text: (transfer full) */
char *lw_phrase_isolate (char *text);
/* "4:07", or "4:07 – 4:19" for a range. */
char *lw_phrase_when (const LwNote *note);
/* "First viewing", "Second viewing" … "7th viewing" */
char *lw_phrase_pass (guint pass);
/* What a screen reader says of a note. */
char *lw_phrase_note (LwNoteItem *item);

G_END_DECLS
