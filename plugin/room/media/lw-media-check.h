/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-files.h"
#include "lw-media.h"
#include "lw-uploads.h"

G_BEGIN_DECLS

/*
 * What an upload is, once it has come whole: refused with a sentence for the teacher who sent it,
 * or kept and registered. May be done again after a crash at any point of it.
 *
 * Thread: any; blocks for as long as hashing and probing take.
 */
typedef enum {
  LW_CHECK_DONE,  /* the ledger says what became of it */
  LW_CHECK_LATER, /* not the file's fault: try again later */
} LwCheckResult;

/* @keeping: held while it is registered, and to be held while something is erased: what was erased
 * in the meantime is not kept. */
LwCheckResult lw_media_check (LwRoom *room,
                              const LwUpload *upload,
                              GMutex *keeping,
                              GCancellable *cancellable);

/* Whether browsers play it as it is; their media type then, else NULL. */
const char *lw_media_playable_type (const LwProbe *probe, const char *path);
/* Whether they would play that stream inside an MP4. */
gboolean lw_media_playable_video (const LwStreamInfo *video);
gboolean lw_media_playable_audio (const LwStreamInfo *audio);

G_END_DECLS
