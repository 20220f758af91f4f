/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-rooms-keeper.h"

G_BEGIN_DECLS

/* The walks that were joined: how each stands, its phase, and its lessons to open.
 * Signals: "open" (LwJoined *, LwSegment *): both as pointers, lent to the handler
 *          "prepare" (LwJoined *): likewise */
#define LW_TYPE_WALK_LIST (lw_walk_list_get_type ())
G_DECLARE_FINAL_TYPE (LwWalkList, lw_walk_list, LW, WALK_LIST, GtkBox)

GtkWidget *lw_walk_list_new (LwStore *store, LwRoomsKeeper *rooms);

/* "Visit": the title of the phase in which the walk stands; "" if it is not known. */
char *lw_walk_list_phase_of (LwStore *store, const LwWalk *walk);

G_END_DECLS
