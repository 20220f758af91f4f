/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-engine.h"

G_BEGIN_DECLS

/**
 * LwTransport:
 *
 * The row of controls under the picture. Shows what the engine does; what is pressed goes through
 * the window's actions, so that keys, menus and buttons are one thing.
 */
#define LW_TYPE_TRANSPORT (lw_transport_get_type ())
G_DECLARE_FINAL_TYPE (LwTransport, lw_transport, LW, TRANSPORT, GtkWidget)

GtkWidget *lw_transport_new (LwEngine *engine);
void lw_transport_set_position (LwTransport *self, LwTime position);
void lw_transport_set_fullscreen (LwTransport *self, gboolean fullscreen);
/* As sliders stand: 0 … 1. Told to the engine too. */
void lw_transport_set_volume (LwTransport *self, double volume, gboolean muted);
double lw_transport_get_volume (LwTransport *self);
gboolean lw_transport_get_muted (LwTransport *self);

/* "0.75×", with the locale's decimal mark. (transfer full) */
char *lw_rate_to_text (double rate);

G_END_DECLS
