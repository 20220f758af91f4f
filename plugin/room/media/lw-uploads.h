/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-content-hash.h"
#include "lw-ledger.h"

G_BEGIN_DECLS

/*
 * What is on its way in, as the ledger has it. How much of an upload has come is what the ledger
 * says, and it says so only of bytes that are on the disk; the file may be longer after a crash.
 *
 * Thread: any; all block on disk. Errors are of #LwStoreError.
 */
typedef enum {
  LW_UPLOAD_RECEIVING,
  LW_UPLOAD_CHECKING, /* whole; what it is, is being looked into */
  LW_UPLOAD_MAKING,   /* a lesson; what browsers need is being made */
  LW_UPLOAD_READY,
  LW_UPLOAD_REFUSED, /* not what it should be; deleted, and the message says why */
  LW_UPLOAD_FAILED,  /* kept, but browsers cannot play it; the message says why */
} LwUploadState;

typedef enum { LW_UPLOAD_LESSON, LW_UPLOAD_WORK, LW_UPLOAD_CAPTIONS } LwUploadPurpose;

typedef struct {
  LwId id;
  LwId person_id;
  LwId walk_id;
  LwId visit_id;   /* of a lesson */
  LwId segment_id; /* what work belongs to, or what was made of a lesson */
  LwUploadPurpose purpose;
  char *title;
  LwTime at; /* of work: its moment; LW_TIME_NONE: the whole lesson */
  gint64 length_bytes, received_bytes;
  char *metadata;
  LwUploadState state;
  char *message;
  LwContentHash media;
  gint64 changed_utc_us;
} LwUpload;

void lw_upload_free (LwUpload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwUpload, lw_upload_free)

const char *lw_upload_state_to_string (LwUploadState state);
const char *lw_upload_purpose_to_string (LwUploadPurpose purpose);
gboolean lw_upload_purpose_parse (const char *text, LwUploadPurpose *ret_purpose);

gboolean lw_uploads_add (LwLedger *ledger, const LwUpload *upload, GError **error);
/* NOT_FOUND if there is none. */
LwUpload *lw_uploads_get (LwLedger *ledger, const LwId *id, GError **error);
/* Oldest first; of #LwUpload. */
GPtrArray *lw_uploads_list (LwLedger *ledger, const LwId *walk_id, GError **error);
/* The one that has been in @state for longest; NULL without error if none is. */
LwUpload *lw_uploads_next (LwLedger *ledger, LwUploadState state, GError **error);
/* One that was given up before that time. */
LwUpload *lw_uploads_stale (LwLedger *ledger, gint64 before_utc_us, GError **error);
guint lw_uploads_count_receiving (LwLedger *ledger, const LwId *person_id);
/* With the last byte it becomes LW_UPLOAD_CHECKING. */
gboolean lw_uploads_set_received (LwLedger *ledger,
                                  const LwId *id,
                                  gint64 received_bytes,
                                  LwUploadState *ret_state,
                                  GError **error);
/* @segment_id, @media: (nullable): as it was */
gboolean lw_uploads_set_state (LwLedger *ledger,
                               const LwId *id,
                               LwUploadState state,
                               const char *message,
                               const LwId *segment_id,
                               const LwContentHash *media,
                               GError **error);
gboolean lw_uploads_remove (LwLedger *ledger, const LwId *id, GError **error);

G_END_DECLS
