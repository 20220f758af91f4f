/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-board-check.h"
#include "lw-rooms.h"
#include "lw-standing.h"

G_BEGIN_DECLS

/*
 * A walk as the person at this machine takes part in it. One that was joined is read from what is
 * kept here, and changed in its room; one that is nobody else's is read and changed here, by the
 * same rules.
 *
 * Thread: any, each call for itself. What changes a joined walk blocks until its room answers.
 */
typedef struct {
  LwStanding standing;
  LwJoined *joined; /* NULL: the walk is kept here alone */
} LwWalking;

/**
 * lw_walking_load:
 * @name_if_new: the name of the person at this machine, where she has none yet
 *
 * Errors: #LwStoreError.
 */
gboolean lw_walking_load (
    LwWalking *self, LwStore *store, const LwId *walk_id, const char *name_if_new, GError **error);
void lw_walking_clear (LwWalking *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwWalking, lw_walking_clear)

/* What the routine says that everybody agrees on. (transfer full) */
GStrv lw_walking_list_norms (const LwWalking *self);

/* Whether her notes and the board of others are open to her now. */
gboolean lw_walking_sees_board (const LwWalking *self);

/**
 * lw_walking_begin:
 * @fields: of the walk; its protocol is one of lw_protocol_list_in(), or ""
 * @segments: (element-type LwSegment): the lessons, a visit each, in this order; one that is in a
 *   walk already, or is named twice, is refused
 *
 * Begins a walk that is kept here alone. Errors: CONFLICT, and those of writing.
 */
LwWalk *
lw_walking_begin (LwStore *store, const LwWalk *fields, GPtrArray *segments, GError **error);

/**
 * lw_walking_go:
 *
 * Opens another phase, step or round. Errors: PERMISSION_DENIED (#GIOError) for who does not lead;
 * FAILED with the sentence on what comes first; #LwRoomsError, and those of the store. Then nothing
 * was changed.
 */
gboolean
lw_walking_go (const LwWalking *self, const LwWay *way, GCancellable *cancellable, GError **error);

/**
 * lw_walking_put:
 * @draft: its item's id is made if there is none
 * @is_agreement: the teacher's word on a step as it stands
 *
 * Puts one thing on the board. Errors: as above; in words for people. @ret_id: (out) (optional)
 */
gboolean lw_walking_put (const LwWalking *self,
                         LwBoardDraft *draft,
                         gboolean is_agreement,
                         LwId *ret_id,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
