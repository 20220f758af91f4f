/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-rooms.h"

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

typedef enum {
  LW_ROOM_ASKING,  /* not heard of since this program began */
  LW_ROOM_REACHED, /* as of the last time */
  LW_ROOM_SENDING, /* notes are on their way */
  LW_ROOM_AWAY,    /* does not answer */
  LW_ROOM_CLOSED,  /* signed out, or not open to this person any more */
} LwRoomReach;

/* How one walk stands. */
typedef struct {
  LwJoined *joined;
  LwRoomReach reach;
  gint64 since_utc_us; /* of AWAY and CLOSED: since when; else 0 */
  gboolean is_live;    /* the room tells of news by itself */
  guint notes, here, held;
  char *trouble; /* (nullable): what went wrong, in words for people */
  char *refused; /* (nullable): what the room will not take, and why */
} LwRoomNews;

void lw_room_news_free (LwRoomNews *news);

/* (transfer full) (element-type LwRoomNews) */
GPtrArray *lw_rooms_keeper_list (LwRoomsKeeper *self);

/* The one line that tells what is kept here and what has reached the room. (transfer full) */
char *lw_room_news_to_sentence (const LwRoomNews *news);

G_END_DECLS
