/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-board-view.h"

G_BEGIN_DECLS

/**
 * LwStepsSection:
 *
 * Next steps, level by level, with what became of each.
 *
 * Signals:
 *   "failed" (GError *)
 *   "changed" ()            something was put: what is shown is old
 */
#define LW_TYPE_STEPS_SECTION (lw_steps_section_get_type ())
G_DECLARE_FINAL_TYPE (LwStepsSection, lw_steps_section, LW, STEPS_SECTION, GtkBox)

GtkWidget *lw_steps_section_new (LwStore *store);
/* @view: (nullable): lent to the call; NULL: they are not open to her now */
void
lw_steps_section_set_view (LwStepsSection *self, const LwWalking *walking, const LwBoardView *view);

G_END_DECLS
