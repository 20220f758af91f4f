/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Who is in a walk, changed one at a time: two who change the same person do not both win, and the
 * last who leads a walk cannot leave it without a lead.
 *
 * Thread: any; blocks on disk. Errors are of #LwStoreError: NOT_FOUND for a person the store does
 * not have, CONFLICT where the walk would be left without a facilitator.
 */

/* @roles: bits 1 << LwRole, in place of those before; 0: leaves.
 * @by: (nullable): who changes it, for the audit log; NULL where another row tells of it. */
gboolean lw_members_set (LwRoom *room,
                         const LwId *walk_id,
                         const LwId *person_id,
                         guint roles,
                         const LwId *by,
                         GError **error);
/* @roles: beside those before. */
gboolean lw_members_add (LwRoom *room,
                         const LwId *walk_id,
                         const LwId *person_id,
                         guint roles,
                         const LwId *by,
                         GError **error);

/* How a person goes into a walk. What is NULL stays as it is. */
typedef struct {
  gboolean norms; /* TRUE: has read them, now unless already */
  const LwId *lens_id;
  const char *intention;
  const LwId *offered_lens_id;
} LwMemberPreparing;

/* NOT_FOUND for one who is none of the walk's people. */
gboolean lw_members_prepare (LwRoom *room,
                             const LwId *walk_id,
                             const LwId *person_id,
                             const LwMemberPreparing *preparing,
                             GError **error);
/* The entry that counts of a person; NULL with NOT_FOUND for none of the people. (transfer full) */
LwMember *lw_members_get (LwRoom *room, const LwId *walk_id, const LwId *person_id, GError **error);

G_END_DECLS
