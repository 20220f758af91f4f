/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>

#include "lw-store.h"

G_BEGIN_DECLS

#define LW_APPLICATION_ID 0x4c57616b /* "LWak" */

/**
 * LwDb:
 *
 * One connection to a store file, with its prepared statements. Errors are of #LwStoreError.
 *
 * Thread: one at a time.
 */
typedef struct {
  sqlite3 *handle;
  GHashTable *statements; /* SQL's address -> sqlite3_stmt */
  GHashTable *composed;   /* SQL's text -> sqlite3_stmt */
  struct _LwTokenizer *tokenizer;
} LwDb;

typedef enum {
  LW_DB_WRITER,
  LW_DB_READER,    /* of a file that this process may write; changes nothing by itself */
  LW_DB_READ_ONLY, /* of a file that it may not */
} LwDbMode;

/* @vfs: (nullable): SQLite's name of the file layer to use. The file must be there. */
LwDb *lw_db_open (const char *path, LwDbMode mode, const char *vfs, GError **error);
void lw_db_close (LwDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwDb, lw_db_close)

/* Sets @error from the connection's last failure, @code. Always FALSE. */
gboolean lw_db_fail (LwDb *db, int code, GError **error);

/* Runs a script without results. */
gboolean lw_db_exec (LwDb *db, const char *sql, GError **error);
/* One statement without results, kept prepared. @sql: as lw_db_get_static() takes it */
gboolean lw_db_exec_static (LwDb *db, const char *sql, GError **error);

/* A pragma's one number. */
gboolean lw_db_get_number (LwDb *db, const char *sql, gint64 *ret_number, GError **error);

/* ---- transactions ---- */

/* The one place where a write begins: IMMEDIATE, so that it never fails half-way for a lock. */
gboolean lw_db_begin (LwDb *db, GError **error);
/* On failure everything is rolled back. */
gboolean lw_db_commit (LwDb *db, GError **error);
void lw_db_rollback (LwDb *db);
/* Whether a transaction is open: SQLite ends one by itself when the disk is full, for one. */
gboolean lw_db_is_writing (LwDb *db);
/* For several reads of one state. */
gboolean lw_db_begin_read (LwDb *db, GError **error);

/* ---- statements ---- */

/**
 * LwStatement:
 *
 * A prepared statement, lent by the connection: g_autoptr (LwStatement) resets it and clears what
 * was bound. It must not be asked for again before that.
 */
typedef struct sqlite3_stmt LwStatement;

LwStatement *lw_db_get (LwDb *db, const char *name, GError **error);
/* @sql: stays where it is, and as it is, for as long as the connection is open. */
LwStatement *lw_db_get_static (LwDb *db, const char *sql, GError **error);
/* The same for a text that was put together; it is also the key that it is kept under. */
LwStatement *lw_db_get_sql (LwDb *db, const char *sql, GError **error);
void lw_statement_release (LwStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwStatement, lw_statement_release)

/* What is bound is borrowed until the statement is released. */
void lw_bind_int (LwStatement *statement, int index, gint64 number);
void lw_bind_id (LwStatement *statement, int index, const LwId *id); /* none: NULL */
void lw_bind_text (LwStatement *statement, int index, const char *text);
void lw_bind_blob (LwStatement *statement, int index, gconstpointer data, gsize length);
void lw_bind_bytes (LwStatement *statement, int index, GBytes *bytes);

/* @ret_row: whether there is a row. FALSE on error only. */
gboolean lw_step (LwDb *db, LwStatement *statement, gboolean *ret_row, GError **error);
/* For a statement without rows. */
gboolean lw_run (LwDb *db, LwStatement *statement, GError **error);

LwId lw_column_id (LwStatement *statement, int column); /* NULL, or no id: none */

G_END_DECLS
