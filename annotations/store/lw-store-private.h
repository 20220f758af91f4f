/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-body.h"
#include "lw-db.h"
#include "lw-log.h"

G_BEGIN_DECLS

/* What the files of this room share. */

#define LW_META_DEVICE "device_id"
#define LW_META_SEEN_CLOCK "seen_clock"
#define LW_META_SEARCH_UPTO "search_upto"
#define LW_META_LOCAL_PERSON "local_person"
#define LW_META_SCRUB_DUE "scrub_due"

/* As lw_store_open(), over the file layer that SQLite knows as @vfs. For tests of faults. */
LwStore *
lw_store_open_with_vfs (const char *path, LwStoreOpenFlags flags, const char *vfs, GError **error);

/* ---- lw-store.c: the connections ---- */

/**
 * LwWriter:
 *
 * A write under way: the one writing connection, inside a transaction, and what to tell after it.
 */
typedef struct {
  LwStore *store;
  LwDb *db;
  GArray *changes; /* LwChange */
} LwWriter;

typedef struct {
  LwId segment_id;
  LwId target_id;
  LwStoreChange what;
} LwChange;

/* One write. What it did is kept if it returns TRUE and the commit succeeds; else undone. */
typedef gboolean (*LwWriteFunc) (LwWriter *writer, gpointer data, GError **error);

gboolean lw_store_write (LwStore *self, LwWriteFunc func, gpointer data, GError **error);
/* Many at once, each kept or undone by itself, in one commit. */
typedef struct {
  gpointer data;
  gboolean ok;
  GError *error; /* (transfer full) of one that was not kept */
} LwWrite;
void lw_store_write_many (LwStore *self, LwWriteFunc func, LwWrite *writes, guint n);
/* As above without a transaction, for what cannot run in one. */
gboolean lw_store_write_bare (LwStore *self, LwWriteFunc func, gpointer data, GError **error);
void lw_writer_tell (LwWriter *writer,
                     const LwId *segment_id,
                     const LwId *target_id,
                     LwStoreChange what);

/* A reading connection from the pool; NULL with @error if the store is closed. */
LwDb *lw_store_borrow (LwStore *self, GError **error);
void lw_store_give_back (LwStore *self, LwDb *db);

gboolean lw_store_is_read_only (LwStore *self);
const char *lw_store_get_vfs (LwStore *self);

gboolean lw_store_fail (LwStoreError code, const char *message, GError **error);

/* ---- lw-migrate.c: the file ---- */

/* Makes a new store at @path, whole or not at all; one that is there already is left alone. */
gboolean lw_store_create_file (const char *path, const char *vfs, GError **error);
/* Looks at a file without changing it. @ret_version: its schema version. */
gboolean
lw_store_inspect_file (const char *path, const char *vfs, guint *ret_version, GError **error);
/* Up to the current version, after a copy beside it. */
gboolean lw_store_migrate_file (const char *path, const char *vfs, GError **error);
/* Asks for SQLite's write-ahead log, and checks that it is to be had. */
gboolean lw_store_use_wal (LwDb *db, GError **error);
/* A consistent copy of what @db reads. Refuses to overwrite. */
gboolean lw_store_copy_file (LwDb *db, const char *path, gboolean without_secrets, GError **error);
/* The copies that migrations left beside @path. (transfer full), NULL-terminated */
char **lw_store_list_copies (const char *path);

/* ---- lw-meta.c: facts of this file ---- */

/* 0 or none if it was never set. */
gboolean lw_meta_get_int (LwDb *db, const char *name, gint64 *ret_number, GError **error);
gboolean lw_meta_set_int (LwDb *db, const char *name, gint64 number, GError **error);
gboolean lw_meta_get_id (LwDb *db, const char *name, LwId *ret_id, GError **error);
gboolean lw_meta_set_id (LwDb *db, const char *name, const LwId *id, GError **error);

/* ---- lw-append.c: this device's logs ---- */

typedef struct {
  LwId track_id; /* whose log; none: the authority log */
  LwOpKind kind;
  LwOpRole role;
  LwId target;
  GBytes *body; /* nullable */
} LwChangeOp;

/* Appends one op to this device's log, within a write. @ret_op_key, @ret_clock: (optional). */
gboolean lw_append (LwWriter *writer,
                    const LwChangeOp *change,
                    gint64 *ret_op_key,
                    LwClock *ret_clock,
                    GError **error);

/* ---- lw-anchors.c: notes by the wall clock ---- */

/* Where a note stands: what it says itself, or by the wall clock and its segment's anchor, or by
 * where its track was brought from. */
gboolean lw_anchors_find_start (LwDb *db,
                                const LwNote *note,
                                gint64 segment_key,
                                LwTime *ret_start,
                                gboolean *ret_brought,
                                GError **error);
/* What a note says itself that stands where @note does. (transfer full) */
LwNote *lw_anchors_to_pinned (LwDb *db, const LwNote *note, GError **error);
gboolean lw_anchors_is_brought (LwDb *db, gint64 track_key, gboolean *ret_brought, GError **error);
/* After its row is written: its notes stand where it was brought to, or where they did before. */
gboolean lw_anchors_bring (
    LwDb *db, gint64 track_key, gboolean was_brought, gboolean is_brought, GError **error);
/* After a segment's anchor, or the segment of a track, has become another. */
gboolean lw_anchors_apply (LwDb *db, gint64 segment_key, GError **error);
gboolean lw_anchors_apply_to (LwDb *db, const LwId *segment_id, GError **error);

/* ---- lw-project.c: the tables ---- */

/* A note's own fields and the rows that they go by. */
gboolean lw_project_insert_note (LwDb *db, const LwNote *note, GError **error);
gboolean
lw_project_remove_note (LwDb *db, const LwId *note_id, gboolean *ret_there, GError **error);

/* Makes the row of one target anew from its whole history. */
gboolean lw_project_target (LwDb *db, const LwId *target, GError **error);
gboolean lw_project_everything (LwDb *db, GError **error);

/* What the history of one target comes to: a note, an entity, or nothing. */
typedef struct {
  LwNote *note; /* without segment and author */
  gpointer entity;
  LwEntityKind kind;
  LwClock added_clock;
  GBytes *body; /* the entity's */
} LwProjected;

void lw_projected_clear (LwProjected *projected);
/* @statement: stands on the first row of ops-of-target or ops-by-target and is moved past the last
 * row of that target. @ret_more: whether it stands on a row then. */
gboolean lw_project_history (LwDb *db,
                             LwStatement *statement,
                             const LwId *target,
                             LwProjected *ret_projected,
                             gboolean *ret_more,
                             GError **error);

gboolean lw_project_put_entity (LwDb *db,
                                LwEntityKind kind,
                                gconstpointer entity,
                                GBytes *body,
                                LwClock added_clock,
                                GError **error);
/* The row of an id; made, if @make, for one that is not known yet. 0: none. */
gboolean
lw_entity_find_key (LwDb *db, const LwId *id, gboolean make, gint64 *ret_key, GError **error);
/* (transfer full): the entity as it stands; NULL with NOT_FOUND. */
gpointer lw_entity_load (LwDb *db, LwEntityKind kind, const LwId *id, GError **error);
gboolean lw_is_erased (LwDb *db, const LwId *id, gboolean *ret_erased, GError **error);
/* Whether @target was, or the track it is on. */
gboolean lw_is_erased_on (
    LwDb *db, const LwId *target, const LwId *track_id, gboolean *ret_erased, GError **error);
/* A track's segment and person. NOT_FOUND. */
gboolean lw_track_lookup (
    LwDb *db, const LwId *track_id, LwId *ret_segment, LwId *ret_person, GError **error);

/* A note from a row of "query-columns". */
LwNote *lw_note_from_row (LwStatement *row);
/* The note of @id; NULL without error if it is not there. */
gboolean lw_note_load (LwDb *db, const LwId *id, LwNote **ret_note, GError **error);
/* The length class of 002_ranges_by_length.sql. */
guint lw_length_class (LwTime length);

/* ---- lw-counts.c: how many notes there are, of what, and where; see 005_counts.sql ---- */

/* The note is in its table and its track is filed. @note_key: its row. */
gboolean lw_counts_add_note (LwDb *db, gint64 note_key, GError **error);
/* Before it leaves the table. */
gboolean lw_counts_take_note (LwDb *db, gint64 note_key, GError **error);
/* All notes of a track, before (@add FALSE) and after (TRUE) it is filed elsewhere. */
gboolean lw_counts_move_track (LwDb *db, gint64 track_key, gboolean add, GError **error);
/* Where a place, a visit or a segment belongs; other kinds: nothing. */
gboolean lw_counts_file_entity (LwDb *db, LwEntityKind kind, gconstpointer entity, GError **error);
/* Of whatever kind it was. */
gboolean lw_counts_drop_entity (LwDb *db, const LwId *id, GError **error);
/* Whether its row says so. */
gboolean lw_counts_is_filed (
    LwDb *db, LwEntityKind kind, gconstpointer entity, gboolean *ret_filed, GError **error);
/* Files every entity, and counts every note, within a migration. */
gboolean lw_counts_fill (LwDb *db, GError **error);
/* Places compare by this as people sort names. (transfer full) */
char *lw_counts_sort_key (const char *name);

/* ---- lw-catch-up.c: the full-text index ---- */

gboolean lw_search_add (LwDb *db, gint64 recency, const char *text, GError **error);
gboolean lw_search_drop (LwDb *db, gint64 recency, const char *text, GError **error);
/* Indexes up to @max notes; within a write. @ret_done: whether none is left. */
gboolean lw_search_catch_up (LwDb *db, guint max, gboolean *ret_done, GError **error);
/* Whether some notes are not indexed yet. */
gboolean lw_search_is_behind (LwDb *db, gboolean *ret_behind, GError **error);
/* Until all are; FALSE without @error if the file cannot be written now. */
gboolean lw_store_catch_up_search (LwStore *self, gboolean *ret_complete, GError **error);

/* ---- lw-store-erase.c ---- */

/* Destroys what the logs and tables hold of @target, and of a track's notes. */
gboolean lw_erase_target (LwWriter *writer, const LwId *target, GError **error);
/* Erases tracks whose segment or person was erased, here or elsewhere. */
gboolean lw_erase_orphans (LwWriter *writer, GError **error);
/* Rewrites the index and empties the WAL, so that no old byte stays. */
gboolean lw_store_scrub (LwStore *self, GError **error);

G_END_DECLS
