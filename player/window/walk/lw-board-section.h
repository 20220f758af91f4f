/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-board-view.h"

G_BEGIN_DECLS

/**
 * LwBoardSection:
 *
 * The debrief board beside the lesson: cards in their groups, each plays its moment, moved by
 * dragging or by its menu; and below them what the walk's people take from it.
 *
 * Signals:
 *   "play" (const LwNote *)
 *   "failed" (GError *)
 *   "changed" ()            something was put: what is shown is old
 */
#define LW_TYPE_BOARD_SECTION (lw_board_section_get_type ())
G_DECLARE_FINAL_TYPE (LwBoardSection, lw_board_section, LW, BOARD_SECTION, GtkBox)

GtkWidget *lw_board_section_new (LwStore *store);
/* @view: (transfer full) (nullable): NULL: it is not open to her now */
void lw_board_section_set_view (LwBoardSection *self, const LwWalking *walking, LwBoardView *view);

G_END_DECLS
