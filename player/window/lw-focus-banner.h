/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-walk.h"

G_BEGIN_DECLS

/* The teacher's focus and inquiry: on screen at every moment of watching a walk's lesson. */
#define LW_TYPE_FOCUS_BANNER (lw_focus_banner_get_type ())
G_DECLARE_FINAL_TYPE (LwFocusBanner, lw_focus_banner, LW, FOCUS_BANNER, GtkWidget)

GtkWidget *lw_focus_banner_new (void);
/* NULL, or a walk without a focus: not shown. */
void lw_focus_banner_set_walk (LwFocusBanner *self, const LwWalk *walk);

G_END_DECLS
