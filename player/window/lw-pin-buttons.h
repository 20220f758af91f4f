/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * "Noticing" and "Wondering", for hands that hold a mouse or touch the screen: what N and W do.
 * With words where they have room, else with their icons alone.
 */
GtkWidget *lw_pin_buttons_new (void);

G_END_DECLS
