/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-db.h"

G_BEGIN_DECLS

/**
 * LwLedger:
 *
 * What a room keeps beside the walks' logs, in a SQLite file of its own: accounts, sessions, links,
 * uploads, clips and their shares, and the audit log. It is never exchanged with anybody. Secrets
 * are in it as hashes only.
 *
 * SQL is in plugin/room/sql/NAME.sql, statements after "-- :name"; lw_ledger_get() lends one.
 * Errors are of #LwStoreError.
 *
 * Thread: any; blocks on disk. Reads and writes of one ledger take turns.
 */
typedef struct _LwLedger LwLedger;

#define LW_LEDGER_VERSION 4

/* Makes the file, or brings it up to date. NEWER for one of a newer Lessonwalk. */
LwLedger *lw_ledger_open (const char *path, GError **error);
void lw_ledger_close (LwLedger *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwLedger, lw_ledger_close)

typedef gboolean (*LwLedgerFunc) (LwLedger *ledger, LwDb *db, gpointer data, GError **error);

/* Calls @func in a transaction; kept, durably, if it returns TRUE and this does. Those who come
 * while another commits share the next commit, so @func may run in another thread than its
 * caller's. */
gboolean lw_ledger_write (LwLedger *self, LwLedgerFunc func, gpointer data, GError **error);
/* Has @first called before all others in each transaction, and @done, with whether it was kept,
 * after it. NULL: none. @first must not wait for anybody who may be in lw_ledger_write(). */
typedef void (*LwLedgerDoneFunc) (gboolean kept, gpointer data);
void lw_ledger_set_first (LwLedger *self, LwLedgerFunc first, LwLedgerDoneFunc done, gpointer data);
/* The same for what changes nothing. */
gboolean lw_ledger_read (LwLedger *self, LwLedgerFunc func, gpointer data, GError **error);

/* The statement of that name, for use in a LwLedgerFunc: g_autoptr (LwStatement). */
LwStatement *lw_ledger_get (LwLedger *self, LwDb *db, const char *name, GError **error);

/* A statement that reads, and the value of its one parameter: the first of these that is given. */
typedef struct {
  const char *statement;
  const LwId *id;
  const char *text;
  gconstpointer blob;
  gsize length; /* of the blob */
  const gint64 *number;
} LwLedgerQuery;

/* Makes something of the row that the statement stands on. (transfer full) */
typedef gpointer (*LwLedgerRowFunc) (LwStatement *row);

/* All of its rows, in their order. (transfer full) */
GPtrArray *lw_ledger_list (LwLedger *self,
                           const LwLedgerQuery *query,
                           LwLedgerRowFunc read_row,
                           GDestroyNotify free_row,
                           GError **error);
/* The first one. @missing: the sentence of NOT_FOUND; NULL: where there is none, that is NULL
 * without @error. (transfer full) */
gpointer lw_ledger_find (LwLedger *self,
                         const LwLedgerQuery *query,
                         LwLedgerRowFunc read_row,
                         GDestroyNotify free_row,
                         const char *missing,
                         GError **error);

/* A consistent copy, while others write. Refuses to overwrite. */
gboolean lw_ledger_backup (LwLedger *self, const char *path, GError **error);
/* Leaves no byte of what was deleted in the file or its WAL. */
gboolean lw_ledger_scrub (LwLedger *self, GError **error);

/* ---- columns of the row that a statement stands on ---- */

gint64 lw_column_int (LwStatement *statement, int column);
gboolean lw_column_is_null (LwStatement *statement, int column);
/* (transfer full) (nullable) */
char *lw_column_text (LwStatement *statement, int column);
/* (transfer none): until the next step; NULL if there is none. */
gconstpointer lw_column_blob (LwStatement *statement, int column, gsize *ret_length);

G_END_DECLS
