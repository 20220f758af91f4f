/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-files.h"
#include "lw-uploads.h"

G_BEGIN_DECLS

/**
 * LwMediaService:
 *
 * The room's media: uploads coming in, what is made of them in the background, and their delivery.
 *
 * Thread: made and freed in the main loop's thread; the functions are for any thread.
 */
typedef struct _LwMediaService LwMediaService;
typedef struct _LwMediaJobs LwMediaJobs;
typedef struct _LwMediaTickets LwMediaTickets;
typedef struct _LwUploadLocks LwUploadLocks;

struct _LwMediaService {
  LwRoom *room;
  LwMediaJobs *jobs;
  LwMediaTickets *tickets;
  LwUploadLocks *locks;
};

/* Adds the routes and begins the jobs. NULL if its folders cannot be made. */
LwMediaService *lw_media_service_new (LwRoom *room, GError **error);
/* After the port is closed. What is being made begins anew at the next start. */
void lw_media_service_free (LwMediaService *self);

void lw_media_add_uploads (LwMediaService *self);  /* lw-upload-api.c: tus */
void lw_media_add_segments (LwMediaService *self); /* lw-segment-api.c */
void lw_media_add_delivery (LwMediaService *self); /* lw-delivery.c: /media/ */

/* ---- lw-upload-locks.c: one PATCH at a time for an upload ---- */

LwUploadLocks *lw_upload_locks_new (void);
void lw_upload_locks_free (LwUploadLocks *self);
/* Whoever has it, loses it: its connection is ended, as it is likely dead already, and what it
 * brought is kept first. Waits for that; FALSE if it takes too long. @call: (nullable): who has it
 * from now on. */
gboolean lw_upload_locks_take (LwUploadLocks *self, const LwId *id, LwHttpCall *call);
void lw_upload_locks_release (LwUploadLocks *self, const LwId *id);

/* ---- lw-media-jobs.c ---- */

LwMediaJobs *lw_media_jobs_new (LwRoom *room, LwUploadLocks *locks);
/* Stops what is under way. */
void lw_media_jobs_free (LwMediaJobs *self);
/* There is something to do. */
void lw_media_jobs_wake (LwMediaJobs *self);
/* Between these two nothing that came is registered as kept: for erasures. In the same thread. */
void lw_media_jobs_hold (LwMediaJobs *self);
void lw_media_jobs_go_on (LwMediaJobs *self);
/* After its row is deleted: ends looking into it. */
void lw_media_jobs_drop_upload (LwMediaJobs *self, const LwId *upload_id);
/* After its row is deleted: nothing is made of it any more when this returns. Waits for that. */
void lw_media_jobs_drop_media (LwMediaJobs *self, const LwContentHash *media);
/* 0 … 1 of the making of that upload; 0 if it waits. */
double lw_media_jobs_progress (LwMediaJobs *self, const LwId *upload_id);

/* ---- lw-media-tickets.c ---- */

/* The key is kept in data/ticket.key, so that a restart stops nobody's video. */
LwMediaTickets *lw_media_tickets_new (LwRoom *room, GError **error);
void lw_media_tickets_free (LwMediaTickets *self);
/* For 12 hours, while the session lasts. (transfer full) */
char *lw_media_tickets_issue (LwMediaTickets *self, const LwId *session_id, const LwId *segment_id);
/* FALSE for one that is forged, of another segment, too old, or whose session has ended. */
gboolean lw_media_tickets_check (LwMediaTickets *self,
                                 const char *ticket,
                                 const LwId *segment_id,
                                 LwCaller *ret_caller);

G_END_DECLS
