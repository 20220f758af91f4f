/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-clock.h"
#include "lw-crypto.h"
#include "lw-id.h"

G_BEGIN_DECLS

/* What an op does to its target. The numbers are on disk and in hashes: they never change. */
typedef enum {
  LW_OP_ADD_NOTE = 1,  /* body: the note */
  LW_OP_EDIT_NOTE = 2, /* body: the note as it is from now on */
  LW_OP_DELETE_NOTE = 3,
  LW_OP_RESTORE_NOTE = 4,
  LW_OP_PUT_ENTITY = 5, /* body: the entity; only in authority logs */
  LW_OP_ERASE = 6,      /* the target, and all below it, for good; only in authority logs */
} LwOpKind;

/* Whether the op was a change of its own, or takes one back, or brings it back again. */
typedef enum {
  LW_OP_DO = 0,
  LW_OP_UNDO = 1,
  LW_OP_REDO = 2,
} LwOpRole;

/**
 * LwOp:
 *
 * One link of a log. (log_id, seq, hash) names it for good. Its body and the body's salt are kept
 * apart: when they are destroyed, the chain still verifies and nothing can be guessed from the
 * commitment, because the salt is gone too.
 */
typedef struct {
  LwId log_id;
  guint64 seq; /* 1, 2, 3 … within the log */
  LwClock clock;
  LwOpKind kind;
  LwOpRole role;
  LwId target;                         /* the note or entity */
  guint8 previous[LW_DIGEST_LENGTH];   /* hash of seq - 1; zero for the first */
  guint8 commitment[LW_DIGEST_LENGTH]; /* to the body; zero if the op has none */
  guint8 hash[LW_DIGEST_LENGTH];       /* of all above, see lw_op_encode() */
} LwOp;

/**
 * lw_op_encode:
 *
 * The canonical bytes of an op, version 1; integers big-endian:
 *
 *   offset  bytes
 *        0      4  "LWOP"
 *        4      1  version: 1
 *        5      1  kind
 *        6      1  role
 *        7      1  zero
 *        8     16  log id
 *       24      8  seq
 *       32      8  clock
 *       40     16  target
 *       56     32  previous hash
 *       88     32  commitment
 *
 * hash = BLAKE2b-256 (these 120 bytes), unkeyed.
 */
#define LW_OP_ENCODED_LENGTH 120
void lw_op_encode (const LwOp *op, guint8 ret_bytes[LW_OP_ENCODED_LENGTH]);

/* FALSE if the bytes are no op of version 1; fills in the hash. */
gboolean lw_op_decode (const guint8 bytes[LW_OP_ENCODED_LENGTH], LwOp *ret_op);

/* Computes @op's hash from its other fields. */
void lw_op_seal (LwOp *op);

gboolean lw_op_has_body (LwOpKind kind);
gboolean lw_op_is_about_note (LwOpKind kind);

/* commitment = BLAKE2b-256 (body), keyed with the body's own random salt. */
#define LW_SALT_LENGTH 16
void lw_op_commit (const guint8 salt[LW_SALT_LENGTH],
                   gconstpointer body,
                   gsize length,
                   guint8 ret_commitment[LW_DIGEST_LENGTH]);

/* Whether @a comes before @b in the one order that all stores agree on: clock, log id, hash. */
int lw_op_compare (const LwOp *a, const LwOp *b);

G_END_DECLS
