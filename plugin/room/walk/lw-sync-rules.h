/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-sync.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

/*
 * What a store that speaks for one person may take from the room, and bring to it, op by op: the
 * facts of each op, put to lw_access_allows().
 */

/* ---- out ---- */

/* Who in this walk has a name, and where it takes place: nothing of other walks goes out. */
typedef struct _LwSyncViewer LwSyncViewer;

/* @facts is lent, and must outlive it. */
LwSyncViewer *lw_sync_viewer_new (LwRoom *room, const LwWalkFacts *facts, GError **error);
void lw_sync_viewer_free (LwSyncViewer *viewer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncViewer, lw_sync_viewer_free)

/* An #LwSyncMaySee. @viewer: an LwSyncViewer. Of others' notes only what they say now: neither what
 * was deleted nor what an edit took back. */
gboolean lw_sync_viewer_may_see (const LwSyncOpInfo *info, gpointer viewer);

/* ---- in ---- */

typedef enum {
  LW_SYNC_ALLOWED,
  LW_SYNC_NOT_NOW,    /* not in this phase: the same without its body goes through */
  LW_SYNC_NOT_READY,  /* the same, until the person has done what the phase asks for before */
  LW_SYNC_NOT_YOURS,  /* another person's track, another walk's, another device's log */
  LW_SYNC_STRUCTURE,  /* what only the room writes */
  LW_SYNC_UNREADABLE, /* a body that is no note */
  LW_SYNC_N_VERDICTS
} LwSyncVerdict;

typedef struct {
  LwRoom *room;
  const LwWalkFacts *facts;
  LwId room_device;
  GHashTable *coming; /* LwId -> its LwNoteKind: notes that came earlier in this request */
} LwSyncJudge;

gboolean
lw_sync_judge_init (LwSyncJudge *judge, LwRoom *room, const LwWalkFacts *facts, GError **error);
void lw_sync_judge_clear (LwSyncJudge *judge);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwSyncJudge, lw_sync_judge_clear)

/* In the order of a batch: a change may lean on a note that stands before it. */
LwSyncVerdict lw_sync_judge (LwSyncJudge *judge, const LwSyncOpInfo *info, LwSyncBody state);

/* For programs and for people. */
const char *lw_sync_verdict_code (LwSyncVerdict verdict);
const char *lw_sync_verdict_message (LwSyncVerdict verdict);

G_END_DECLS
