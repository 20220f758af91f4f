/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwWalkPane:
 *
 * The walk of the open lesson, beside it: what is done now and what comes first, the form after the
 * visit, the debrief board and the next steps. What is kept here is shown without any network.
 *
 * Signals:
 *   "play" (const LwNote *)   a card's moment; perhaps of another lesson
 *   "failed" (GError *)
 *   "told" (const char *)
 */
#define LW_TYPE_WALK_PANE (lw_walk_pane_get_type ())
G_DECLARE_FINAL_TYPE (LwWalkPane, lw_walk_pane, LW, WALK_PANE, GtkBox)

GtkWidget *lw_walk_pane_new (LwSession *session);

G_END_DECLS
