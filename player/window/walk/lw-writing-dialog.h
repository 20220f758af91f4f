/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-board-view.h"

G_BEGIN_DECLS

/**
 * LwWritingDialog:
 *
 * Where an outcome, a next step or what became of one is written. Its words are saved on this
 * computer while they are written, and stand there again when it is opened again, until they are
 * kept in the walk. The day, the owner and what was ticked are not.
 *
 * Signals:
 *   "told" ()   it was kept
 */
#define LW_TYPE_WRITING_DIALOG (lw_writing_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LwWritingDialog, lw_writing_dialog, LW, WRITING_DIALOG, AdwWindow)

GtkWindow *lw_writing_dialog_new_outcome (LwStore *store,
                                          const LwId *walk_id,
                                          const LwBoardView *view,
                                          LwOutcomeKind kind,
                                          GtkWindow *parent);
GtkWindow *lw_writing_dialog_new_step (LwStore *store,
                                       const LwId *walk_id,
                                       const LwLevel *level,
                                       GtkWindow *parent);
GtkWindow *lw_writing_dialog_new_follow_up (LwStore *store,
                                            const LwId *walk_id,
                                            const LwStep *step,
                                            GtkWindow *parent);

/* What became of a step, in words. */
const char *lw_follow_up_words (LwFollowUpState state);

G_END_DECLS
