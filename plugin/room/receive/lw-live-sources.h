/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-ledger.h"
#include "lw-receiver-protocol.h"

G_BEGIN_DECLS

/*
 * Where live lessons come from, and their clocks, as the ledger has them.
 * Thread: any; all block on disk. Errors are of #LwStoreError.
 */
typedef enum {
  LW_LIVE_OPEN,  /* a receiver waits for it or takes it in */
  LW_LIVE_ENDED, /* what came is to become an ordinary lesson */
  LW_LIVE_KEPT,  /* it has */
} LwLiveStage;

typedef struct {
  LwId id;
  LwId walk_id;
  LwId visit_id;
  LwId segment_id; /* none: nothing has come yet */
  LwId person_id;  /* who opened it */
  char *kind;      /* "rtmp", "rtsp", "srt", "hls" */
  char *title;
  char *address;   /* where it comes from, with its passwords; "": it is pushed, or over */
  LwLiveStage stage;
  gint64 origin_us; /* wall clock of media time 0, µs since 1970; 0: nothing has come yet */
  gint64 created_utc_us;
} LwLiveSource;

void lw_live_source_free (LwLiveSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwLiveSource, lw_live_source_free)

/* @key: what opens it to who sends the lesson: 128 random bits, kept as a hash. */
gboolean
lw_live_sources_add (LwLedger *ledger, const LwLiveSource *source, const char *key, GError **error);
/* NOT_FOUND if there is none. */
LwLiveSource *lw_live_sources_get (LwLedger *ledger, const LwId *id, GError **error);
/* NULL without error for a key that opens nothing, or nothing any more. */
LwLiveSource *lw_live_sources_find (LwLedger *ledger, const char *key, GError **error);
/* All that are not kept; of #LwLiveSource. */
GPtrArray *lw_live_sources_list (LwLedger *ledger, GError **error);
/* The one before opens nothing any more. */
gboolean lw_live_sources_set_key (
    LwLedger *ledger, const LwId *id, const char *key, const char *address, GError **error);
gboolean lw_live_sources_set_begun (
    LwLedger *ledger, const LwId *id, const LwId *segment_id, gint64 origin_us, GError **error);
gboolean
lw_live_sources_set_stage (LwLedger *ledger, const LwId *id, LwLiveStage stage, GError **error);
gboolean lw_live_sources_remove (LwLedger *ledger, const LwId *id, GError **error);

/* ---- clocks ---- */

typedef struct {
  LwTime media;
  gint64 utc_us;
  LwClockMethod method;
  guint uncertainty_ms;
} LwClockRecord;

const char *lw_clock_method_to_string (LwClockMethod method);
gboolean lw_clock_records_add (LwLedger *ledger,
                               const LwId *segment_id,
                               const LwClockRecord *record,
                               GError **error);
/* In order; of #LwClockRecord. */
GArray *lw_clock_records_list (LwLedger *ledger, const LwId *segment_id, GError **error);

G_END_DECLS
