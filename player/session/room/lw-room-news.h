/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-rooms.h"

G_BEGIN_DECLS

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

/* The one line that tells what is kept here and what has reached the room. (transfer full) */
char *lw_room_news_to_sentence (const LwRoomNews *news);

G_END_DECLS
