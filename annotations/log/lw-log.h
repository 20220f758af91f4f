/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-op.h"

G_BEGIN_DECLS

/**
 * lw_log_id_for:
 * @device: the device that writes it
 * @track: the track; none: the device's authority log, which holds structure and erasures
 *
 * A log has one writer, so its id follows from who writes what: BLAKE2b-256 of "LWLOG", version 1,
 * device and track, cut to 16 bytes. Two copies of one store that both go on writing therefore
 * write the same log, and the fork is seen when they meet.
 */
LwId lw_log_id_for (const LwId *device, const LwId *track);

typedef enum {
  LW_LINK_GOOD,
  LW_LINK_HASH,  /* the op is not what its hash says */
  LW_LINK_CHAIN, /* it does not follow the op before it */
  LW_LINK_SEQ,   /* numbers are missing or out of order */
  LW_LINK_CLOCK, /* its clock is not greater than the one before */
  LW_LINK_KIND,  /* an op of a kind that this log cannot hold */
} LwLink;

/**
 * lw_log_check_link:
 * @previous: (nullable): the op that @op follows; %NULL if it is the first
 * @authority: whether the log is an authority log
 *
 * Checks one op of a chain against its own hash and against the op before.
 */
LwLink lw_log_check_link (const LwOp *previous, const LwOp *op, gboolean authority);

/* A few words on a broken link: "does not follow the change before it". */
const char *lw_link_to_string (LwLink link);

/* Checks a whole chain, from seq 1. @ret_seq (optional): the number of the first broken link. */
LwLink lw_log_verify (const LwOp *ops, gsize n_ops, gboolean authority, guint64 *ret_seq);

G_END_DECLS
