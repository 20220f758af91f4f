/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-levels.h"
#include "lw-note.h"
#include "lw-walking.h"

G_BEGIN_DECLS

/* The debrief board and the next steps of one walk, as the person may see them now: put together
 * from what is kept here. Thread: any, each call for itself. */

typedef struct {
  LwNote *note;
  LwCard *card;       /* (nullable): where it was put */
  LwSegment *segment; /* the lesson that it is on */
  const char *about;  /* of whom it speaks, said of it or by its tags: "student"; "" */
} LwBoardCard;

typedef struct {
  LwGroup *group;   /* NULL: not grouped yet, the last of them */
  GPtrArray *cards; /* of LwBoardCard, as they were put; those that never were, by time */
} LwBoardGroup;

typedef struct {
  LwStep *step;
  GPtrArray *follow_ups; /* of LwFollowUp, by day */
} LwBoardStep;

typedef struct {
  LwLevel *level;
  GPtrArray *steps; /* of LwBoardStep */
} LwBoardLevel;

typedef struct {
  GPtrArray *groups;                       /* of LwBoardGroup */
  GPtrArray *outcomes[LW_OUTCOME_N_KINDS]; /* of LwOutcome */
  GPtrArray *levels;                       /* of LwBoardLevel; one without a title where the
                                            * routine has none */
} LwBoardView;

/* Errors: PERMISSION_DENIED (#GIOError) where the phase does not open the board to her, with a
 * sentence; and those of reading. (transfer full) */
LwBoardView *lw_board_view_load (const LwWalking *walking, GError **error);
void lw_board_view_free (LwBoardView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwBoardView, lw_board_view_free)

/* Where a card or group comes to lie between two; room for forty more between any two.
 * @before, @after: (nullable): their positions */
gint64 lw_board_position_between (const gint64 *before, const gint64 *after);

/* What keeps the steps of a level from counting: a sentence, or NULL. Only said of what the walk
 * needs to close. (transfer none) */
const char *lw_board_level_get_lack (const LwWalking *walking, const LwBoardLevel *level);

G_END_DECLS
