/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room-news.h"

G_BEGIN_DECLS

/**
 * LwRoomsKeeper:
 *
 * Keeps the walks that were joined up to date by itself, in a thread of its own: what is written
 * here goes to the room as soon as it can be reached, what others write comes as soon as the room
 * tells. A room that does not answer is asked again after a second, then ever more rarely, at most
 * every two minutes, for days if need be.
 *
 * Thread: that of the main context in which it was made; the same context as the store's.
 *
 * Signals:
 *   "changed" ()   lw_rooms_keeper_list() tells something else now
 */
#define LW_TYPE_ROOMS_KEEPER (lw_rooms_keeper_get_type ())
G_DECLARE_FINAL_TYPE (LwRoomsKeeper, lw_rooms_keeper, LW, ROOMS_KEEPER, GObject)

/* @store: (transfer none), kept by reference */
LwRoomsKeeper *lw_rooms_keeper_new (LwStore *store);
/* Ends what is under way; idempotent. Waits for at most one write to the store. */
void lw_rooms_keeper_stop (LwRoomsKeeper *self);
/* A walk was joined or left, or somebody does not want to wait: asks all rooms now. */
void lw_rooms_keeper_wake (LwRoomsKeeper *self);

/* (transfer full) (element-type LwRoomNews) */
GPtrArray *lw_rooms_keeper_list (LwRoomsKeeper *self);

G_END_DECLS
