/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-access.h"
#include "lw-room.h"
#include "lw-walk-cache.h"

G_BEGIN_DECLS

/*
 * What lw_access_allows() needs to know, read from the store for one caller and one walk.
 * Thread: any.
 */
typedef struct {
  LwWalkSnapshot *snapshot; /* what the next two are lent by */
  LwWalk *walk;
  LwProtocol *protocol;
  LwAccess access; /* is_own and is_host_of: FALSE until asked for */
  LwId person_id;
} LwWalkFacts;

/* FALSE with NOT_FOUND also where the walk is there but none of the caller's business. */
gboolean lw_walk_facts_load (
    LwWalkFacts *facts, LwRoom *room, const LwCaller *caller, const LwId *walk_id, GError **error);
void lw_walk_facts_clear (LwWalkFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwWalkFacts, lw_walk_facts_clear)

/* The same for what a player asks, too; lent, and not to be cleared. */
LwStanding lw_walk_facts_lend (const LwWalkFacts *facts, LwRoom *room);
/* Of the walk that the segment belongs to, with is_host_of filled in. */
gboolean lw_walk_facts_load_for_segment (LwWalkFacts *facts,
                                         LwRoom *room,
                                         const LwCaller *caller,
                                         const LwId *segment_id,
                                         LwSegment **ret_segment,
                                         GError **error);
/* Whether @segment_id is a lesson of the caller's. */
gboolean lw_walk_facts_is_host_of (const LwWalkFacts *facts, LwRoom *room, const LwId *segment_id);

/* lw_access_allows() with these facts. */
gboolean lw_walk_facts_allow (const LwWalkFacts *facts, LwAct act, gboolean is_own);
/* The same of an own note on @segment_id. @ret_missing: if that alone stands against it, what the
 * caller has still to do before. */
gboolean lw_walk_facts_allow_on (const LwWalkFacts *facts,
                                 LwRoom *room,
                                 LwAct act,
                                 const LwId *segment_id,
                                 LwBefore *ret_missing);
/* Whether the caller may read @note. */
gboolean lw_walk_facts_allow_note (const LwWalkFacts *facts, const LwNote *note);

/* Loads the walk of the path's ":walk" and asks for @act; answers the call itself, and returns
 * FALSE, if that is not allowed. */
gboolean lw_walk_facts_for_call (LwWalkFacts *facts, LwRoom *room, LwHttpCall *call, LwAct act);
/* The visit of the path's ":visit", of that walk; answers the call itself, and returns NULL, if
 * there is none. @or_removed: also one that was taken out of the walk. (transfer full) */
LwVisit *lw_walk_facts_load_visit (const LwWalkFacts *facts,
                                   LwRoom *room,
                                   LwHttpCall *call,
                                   gboolean or_removed);
/* The answer to what a caller may see but not do. */
void lw_walk_reply_not_allowed (LwHttpCall *call);
/* The same where LW_ACT_WATCH was asked for: perhaps it is only something to do before. */
void lw_walk_reply_not_to_watch (LwHttpCall *call, const LwWalkFacts *facts);

G_END_DECLS
