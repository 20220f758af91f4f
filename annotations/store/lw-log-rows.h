/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store-private.h"

G_BEGIN_DECLS

/* Logs, ops and bodies as rows of a file: found, listed, added, read in order. */

typedef struct {
  gint64 key; /* in the file that it was read from; 0: not there */
  LwId id;
  LwId device_id;
  LwId track_id; /* none: an authority log */
  gboolean frozen;
} LwLogRow;

/* The log of @device_id on @track_id; not an error if it is not there. */
gboolean lw_log_row_find (
    LwDb *db, const LwId *device_id, const LwId *track_id, LwLogRow *ret_log, GError **error);
/* Fills in its key. */
gboolean lw_log_row_add (LwDb *db, LwLogRow *log, GError **error);
/* Whether its id follows from its writer and track. */
gboolean lw_log_row_is_right (const LwLogRow *log);

/* FALSE ends the walk, with @error. */
typedef gboolean (*LwLogRowFunc) (const LwLogRow *log, gpointer data, GError **error);
gboolean lw_log_rows_foreach (LwDb *db, LwLogRowFunc func, gpointer data, GError **error);

typedef struct {
  LwOp op;
  gint64 op_key;
  gint64 branch; /* 0, but for the further sides of a fork; a number of this file alone */
} LwOpRow;

/* Adds @row->op on @row->branch. */
gboolean lw_op_row_add (LwDb *db,
                        const LwLogRow *log,
                        const LwOpRow *row,
                        gint64 parent_branch,
                        gint64 *ret_op_key,
                        GError **error);

/* What an op holds, with the salt of its commitment; lent. */
typedef struct {
  const guint8 *salt; /* LW_SALT_LENGTH bytes */
  gconstpointer bytes;
  gsize length;
} LwSealedBody;

gboolean lw_body_row_add (LwDb *db, gint64 op_key, const LwSealedBody *body, GError **error);
/* Whether it is what @op committed to. */
gboolean lw_sealed_body_is_of (const LwSealedBody *body, const LwOp *op);

/* ---- lw-log-reader.c ---- */

/* Why a body is not here: as in 003_missing_bodies.sql. */
typedef enum {
  LW_MISSING_NO = 0, /* it is here; or it was erased here; or the op has none */
  LW_MISSING_WITHHELD = 1,
  LW_MISSING_ERASED = 2, /* where the op came from; the erasure itself is still to come */
} LwMissing;

/* One op as it is read. All of it is lent until the next one. */
typedef struct {
  const LwOpRow *row;    /* its op's previous: filled in from @parent */
  const LwOpRow *parent; /* nullable: the op that it follows */
  LwLink link;           /* what is wrong with it */
  gboolean has_body;     /* whether there is one, well-formed or not */
  LwSealedBody body;     /* salt: NULL if it has not the right length */
  LwMissing missing;     /* why there is none */
} LwLogEntry;

/* FALSE ends the walk, with @error. */
typedef gboolean (*LwLogEntryFunc) (const LwLogEntry *entry, gpointer data, GError **error);

/* Reads a log's ops one after the other by seq and branch, each with the op that it follows: the
 * sides of a fork make a log a tree. Every link is checked; what to do about it is @func's. */
gboolean
lw_log_read (LwDb *db, const LwLogRow *log, LwLogEntryFunc func, gpointer data, GError **error);

G_END_DECLS
