/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-walking.h"

G_BEGIN_DECLS

/**
 * LwNowSection:
 *
 * Where the walk stands: its phase and step with their time, what is done now and what is still to
 * do, the norms; and for who leads, the way on, or what comes first.
 *
 * Signals:
 *   "failed" (GError *)
 *   "changed" ()
 */
#define LW_TYPE_NOW_SECTION (lw_now_section_get_type ())
G_DECLARE_FINAL_TYPE (LwNowSection, lw_now_section, LW, NOW_SECTION, GtkBox)

GtkWidget *lw_now_section_new (LwStore *store);
void lw_now_section_set_walking (LwNowSection *self, const LwWalking *walking);

G_END_DECLS
