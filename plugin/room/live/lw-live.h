/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/**
 * LwLive:
 *
 * News to everybody who has a walk open: what changed in the store goes out as soon as it is on
 * disk, to each what he or she may see. The messages are in plugin/room/API.md.
 *
 * A client acknowledges what it has taken in. One that does not is not sent more than a window of
 * messages; when it comes back it is told to fetch everything anew, so that a stalled reader costs
 * a window and not a queue.
 *
 * Thread: made and freed in the main loop's; reading and deciding happen in a thread of its own,
 * the sockets stay in the main loop's.
 */
typedef struct _LwLive LwLive;

LwLive *lw_live_new (LwRoom *room);
/* Says goodbye to everybody. */
void lw_live_free (LwLive *self);

typedef struct {
  guint clients;
  guint64 sent;    /* messages */
  guint64 stalled; /* times that a client's window was full */
} LwLiveCounts;

void lw_live_get_counts (LwLive *self, LwLiveCounts *ret_counts);

/* Somebody signed out, or lost an account: sockets of ended sessions close soon. Thread: any. */
void lw_live_check_sessions (LwLive *self);

/* What a walk's people may do or see changed, though not in the store: they fetch it anew. none:
 * every walk. Main loop's thread. */
void lw_live_tell_walk (LwLive *self, const LwId *walk_id);

G_END_DECLS
