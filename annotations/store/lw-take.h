/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-log-rows.h"

G_BEGIN_DECLS

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
  gboolean scrub;       /* an erasure came in: lw_store_scrub() after the write */
  gboolean device_lost; /* another file writes under this one's name */
  LwClock greatest;
  GHashTable *touched;  /* LwId: targets of ops that came in */
  GHashTable *erasures; /* LwId */
  /* ---- the log that is being taken ---- */
  LwLogRow log;
  guint64 last_seq; /* of what was here before */
  gboolean forked;
  LwOpRow parent; /* the op that came last */
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
 * @body: (nullable): not there if it was erased where it comes from
 *
 * Checks the op's hash, that it follows one that is here, and its body against its commitment.
 *
 * Errors: CORRUPT, and those of writing.
 */
gboolean lw_take_op (LwTake *take, const LwOp *op, const LwSealedBody *body, GError **error);
gboolean lw_take_end_log (LwTake *take, GError **error);

/* Carries out the erasures and projects what came in. */
gboolean lw_take_finish (LwTake *take, GError **error);

G_END_DECLS
