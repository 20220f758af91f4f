/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/*
 * What stands behind every answer about trends: the walks whose phase opens everybody's notes to
 * the caller, by lw_access_allows() and nothing else. Nothing of another walk is ever counted,
 * shown or cited. Thread: any.
 */
typedef struct {
  LwRoom *room;
  const LwCaller *caller;
  GPtrArray *walks;    /* of LwWalk: open to the caller, oldest first */
  GHashTable *by_id;   /* LwId * -> LwWalk of those */
  GHashTable *writing; /* LwId * of practices that the caller may write trends of */
  GHashTable *leading; /* LwId * of practices of which the caller leads a walk */
  gboolean hide_names; /* the routine of one of them names nobody */
} LwOpenWalks;

/* @practice_id, @walk_id: (nullable): only walks of that practice, only that walk; both are asked
 * for before what they open is. */
gboolean lw_open_walks_load (LwOpenWalks *self,
                             LwRoom *room,
                             const LwCaller *caller,
                             const LwId *practice_id,
                             const LwId *walk_id,
                             GError **error);
void lw_open_walks_clear (LwOpenWalks *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwOpenWalks, lw_open_walks_clear)

/* Their ids, in their order. (transfer full) (element-type LwId) */
GArray *lw_open_walks_ids (const LwOpenWalks *self);
/* The open walk of a segment, or NULL. (transfer none) */
const LwWalk *lw_open_walks_find (const LwOpenWalks *self, const LwId *segment_id);
/* The walks of @practice_id as the year has them: each after the one that it goes on with, else the
 * older first. (transfer full) (element-type LwWalk, borrowed) */
GPtrArray *lw_open_walks_in_order (const LwOpenWalks *self, const LwId *practice_id);

G_END_DECLS
