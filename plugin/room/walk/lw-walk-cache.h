/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-standing.h"

G_BEGIN_DECLS

/**
 * LwWalkCache:
 *
 * Walks as every request needs them: the walk, its protocol, who has which roles, and where a track
 * belongs. Read once, and again when the store's structure has changed: a request that begins after
 * a change was acknowledged always sees it (lw_store_get_structure_count()).
 *
 * Thread: any.
 */
typedef struct _LwWalkCache LwWalkCache;

LwWalkCache *lw_walk_cache_new (LwStore *store);
void lw_walk_cache_free (LwWalkCache *self);

/* One at a time: whoever reads a walk and writes what was read, changed, holds this from before the
 * reading on, so that nobody's change is undone by another's. Thread: any but the main loop's. */
GMutexLocker *lw_walk_cache_begin_change (LwWalkCache *self);

/* One walk as it was at one moment. Immutable and reference-counted. */
typedef struct {
  LwWalk *walk;
  LwProtocol *protocol;
  const LwPhase *phase;    /* where it stands; one that the protocol does not have: its first */
  const LwPhaseStep *step; /* of that phase; NULL: it has none */
  GHashTable *people;      /* LwId * -> LwWalkPerson */
} LwWalkSnapshot;

/* (transfer full); NOT_FOUND, and those of reading and of lw_protocol_find(). */
LwWalkSnapshot *lw_walk_cache_get (LwWalkCache *self, const LwId *walk_id, GError **error);
/* All walks, oldest first, read together with what lw_walk_cache_get() answers about each of them:
 * for who goes through thousands. (transfer full) (element-type LwWalk); not to be changed. */
GPtrArray *lw_walk_cache_list (LwWalkCache *self, GError **error);
LwWalkSnapshot *lw_walk_snapshot_ref (LwWalkSnapshot *snapshot);
void lw_walk_snapshot_unref (LwWalkSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWalkSnapshot, lw_walk_snapshot_unref)

/* Where a track belongs. */
typedef struct {
  LwId segment_id, person_id;
  LwId walk_id;
} LwTrackPlace;

/* NOT_FOUND also for a track of a lesson that is in no walk. */
gboolean lw_walk_cache_find_track (LwWalkCache *self,
                                   const LwId *track_id,
                                   LwTrackPlace *ret_place,
                                   GError **error);

G_END_DECLS
