/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-op.h"

G_BEGIN_DECLS

/*
 * What the rules of the logs come to, told a second time and as simply as possible: a list of all
 * changes that were ever made, and for each device the set of those it knows. Nothing is stored,
 * indexed or remembered between two questions.
 *
 *  - A note is there if of all its known adds, deletes and restores the latest is no delete.
 *  - It holds what the latest of its known adds and edits says.
 *  - "Latest" goes by clock, then by log.
 *  - A note that is known to be erased, or whose track is, is gone for good.
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
  LwId log_id;
  LwClock clock;
  OracleContent content; /* of adds and edits */
  gboolean is_undo;      /* an undo or redo */
} OracleOp;

typedef struct {
  OracleOp ops[ORACLE_OPS_MAX];
  guint n_ops;
  gboolean knows[ORACLE_DEVICES_MAX][ORACLE_OPS_MAX];
} Oracle;

/* Adds @op, which its own device knows at once. Returns its number. */
guint oracle_add (Oracle *self, const OracleOp *op);
void oracle_merge (Oracle *self, guint into, guint from);

gboolean oracle_is_erased (const Oracle *self, guint device, guint note);
/* What @device shows of @note; NULL: nothing. */
const OracleContent *oracle_get (const Oracle *self, guint device, guint note);
/* Whether @note was added as far as @device knows, whatever became of it. */
gboolean oracle_knows (const Oracle *self, guint device, guint note);
/* What the note held before op number @n, as far as @device knows. */
const OracleContent *oracle_get_before (const Oracle *self, guint device, guint n);
/* The greatest clock that @device knows. */
LwClock oracle_clock (const Oracle *self, guint device);

G_END_DECLS
