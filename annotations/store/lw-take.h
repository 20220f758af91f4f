/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-log-rows.h"

G_BEGIN_DECLS

/* Why what comes in was refused; else it is the file's or the disk's failure. */
typedef enum {
  LW_TAKE_FINE,
  LW_TAKE_DAMAGED,
  LW_TAKE_GAP, /* what an op follows is not here: see expected_seq */
} LwTakeRefusal;

/**
 * LwTake:
 *
 * Ops of other stores on their way in, whichever way they came: between lw_take_begin() and
 * lw_take_finish(), within one write, log by log and each log by seq. All or nothing: when one call
 * fails, the write must be undone.
 */
typedef struct {
  LwWriter *writer;
  LwId own_device;
  guint forks;          /* logs that were seen to fork */
  guint n_new, n_known; /* ops */
  guint n_bodies;       /* that were waited for */
  gboolean scrub;       /* an erasure came in: lw_store_scrub() after the write */
  gboolean structure;   /* an entity or an erasure came in */
  gboolean device_lost; /* another file writes under this one's name */
  LwClock greatest;         /* of what came in */
  gint64 seen, seen_before; /* the greatest here, and what of that was remembered */
  GHashTable *touched;  /* LwId: targets of ops that came in */
  GHashTable *erasures; /* LwId */
  /* ---- the log that is being taken ---- */
  LwLogRow log;
  guint64 last_seq; /* of what was here before */
  gboolean forked;
  LwOpRow parent; /* the op that came last */
  /* ---- when a call failed ---- */
  LwTakeRefusal refusal;
  guint64 expected_seq; /* of a gap: from where to send that log; 1: the histories differ */
} LwTake;

gboolean lw_take_begin (LwTake *take, LwWriter *writer, GError **error);
void lw_take_clear (LwTake *take);

/* @device_id, @track_id: whose log the next ops are of. */
gboolean
lw_take_begin_log (LwTake *take, const LwId *device_id, const LwId *track_id, GError **error);

/**
 * lw_take_op:
 * @op: the next op of this log, previous and hash filled in; one that is here already is passed
 * over
 * @body: (nullable): not there if it was erased or withheld where it comes from
 * @missing: why
 *
 * Checks the op's hash, that it follows one that is here, and its body against its commitment. One that
 * is here already gives its body if that was missing.
 *
 * Errors: CORRUPT, and those of writing.
 */
gboolean lw_take_op (LwTake *take,
                     const LwOp *op,
                     const LwSealedBody *body,
                     LwMissing missing,
                     GError **error);
gboolean lw_take_end_log (LwTake *take, GError **error);

/* Carries out the erasures and projects what came in. To tell of it is the caller's. */
gboolean lw_take_finish (LwTake *take, GError **error);

G_END_DECLS
