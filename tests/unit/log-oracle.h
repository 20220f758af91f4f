/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-op.h"

G_BEGIN_DECLS

/*
 * What the rules of the logs come to, told a second time and as simply as possible: a list of all
 * changes that were ever made, and for each device the set of those it knows. Nothing is stored,
 * indexed or remembered between two questions.
 *
 *  - A note is there if its add is known and of all its known adds, deletes and restores the latest
 * is no delete.
 *  - It holds what the latest of its known adds and edits says.
 *  - "Latest" goes by clock, then by log, then by hash.
 *  - A note that is known to be erased, or whose track is, is gone for good.
 *  - Undo takes the latest change on a track that no other undo took and that shows; redo likewise
 *    of the undos, but none before a change of its own.
 */

#define ORACLE_DEVICES_MAX 4
#define ORACLE_OPS_MAX 512
#define ORACLE_NONE G_MAXUINT

/* What a note holds, in a form that is easily compared. */
typedef struct {
  guint serial; /* its text says it */
  guint kind, pass, tag, start_s, length_s;
  gboolean on_focus;
} OracleContent;

typedef struct {
  LwOpKind kind;
  guint device, track;
  guint note; /* ORACLE_NONE: the erasure of a whole track */
  LwOpRole role;
  LwId log_id;
  guint64 seq;
  LwClock clock;
  guint8 hash[LW_DIGEST_LENGTH];
  OracleContent content; /* of adds and edits */
} OracleOp;

typedef struct {
  OracleOp ops[ORACLE_OPS_MAX];
  guint n_ops;
  gboolean knows[ORACLE_DEVICES_MAX][ORACLE_OPS_MAX];
  /* Of what it knows: what was withheld from it. A note whose latest content is hidden is not
   * shown.
   */
  gboolean hidden[ORACLE_DEVICES_MAX][ORACLE_OPS_MAX];
} Oracle;

/* Adds @op, which its own device knows at once. Returns its number. The very same change made
 * twice, on two copies of one file, is one. */
guint oracle_add (Oracle *self, const OracleOp *op);
void oracle_merge (Oracle *self, guint into, guint from);

gboolean oracle_is_erased (const Oracle *self, guint device, guint note);
/* What @device shows of @note; NULL: nothing. */
const OracleContent *oracle_get (const Oracle *self, guint device, guint note);
/* Whether @note was added as far as @device knows, whatever became of it. */
gboolean oracle_knows (const Oracle *self, guint device, guint note);
/* What the note held before op number @n, as far as @device knows and may see; NULL: nothing. */
const OracleContent *oracle_get_before (const Oracle *self, guint device, guint n);
/* The number of the op that undo (redo) would take back on @track; ORACLE_NONE: none. */
guint oracle_find_step (const Oracle *self, guint device, guint track, LwOpRole role);
/* What takes back an op of @kind. */
LwOpKind oracle_opposite (LwOpKind kind);
/* How many logs @device knows to be forked: two changes under one number. */
guint oracle_count_forks (const Oracle *self, guint device);
/* The greatest clock that @device knows. */
LwClock oracle_clock (const Oracle *self, guint device);

G_END_DECLS
