/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Erasing for good: the words and times in the walks' logs, the rows of the ledger, the video and
 * all that was made of it, clips, uploads under way; then both files are written anew and their
 * WALs emptied, so that no byte stays in a free page. Ids and actions stay in the audit log.
 *
 * Each can be called again, and then finishes what a failure or a killed room left.
 *
 * Thread: any but the main loop's; blocks on disk, for seconds. Errors are of #LwStoreError:
 * CONFLICT for what is under a legal hold, NOT_FOUND.
 */

typedef struct {
  LwId by;       /* who wants it; none: the room itself, for its age */
  guint lessons; /* erased in this call */
  guint clips;
  guint files;
} LwErasure;

gboolean lw_erase_note (LwRoom *room, const LwId *note_id, LwErasure *erasure, GError **error);
gboolean
lw_erase_segment (LwRoom *room, const LwId *segment_id, LwErasure *erasure, GError **error);
/* All that somebody wrote on a lesson. */
gboolean lw_erase_track (LwRoom *room, const LwId *track_id, LwErasure *erasure, GError **error);
/* A sample of student work: its file, title and upload. */
gboolean lw_erase_work (LwRoom *room, const LwId *work_id, LwErasure *erasure, GError **error);
/* Notes and name, account, and the lessons that he or she taught. */
gboolean lw_erase_person (LwRoom *room, const LwId *person_id, LwErasure *erasure, GError **error);

/* ---- legal holds ---- */

/* FALSE with CONFLICT where it is held. */
gboolean lw_holds_check (LwRoom *room, const LwId *segment_id, GError **error);
gboolean lw_holds_put (
    LwRoom *room, const LwId *segment_id, const char *reason, const LwId *by, GError **error);
/* NOT_FOUND if there is none. */
gboolean lw_holds_drop (LwRoom *room, const LwId *segment_id, const LwId *by, GError **error);

/* ---- retention ---- */

/**
 * LwRetention:
 *
 * A thread that once a day, and at the start, erases lessons older than the setting
 * "retention-days", and tells the journal the newest hash of the audit log.
 */
typedef struct _LwRetention LwRetention;

LwRetention *lw_retention_new (LwRoom *room);
/* Waits for what is under way. */
void lw_retention_free (LwRetention *self);

G_END_DECLS
