/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-board.h"
#include "lw-note.h"
#include "lw-walk.h"

G_BEGIN_DECLS

/**
 * LwStore:
 *
 * The one file in which a machine keeps its walks: op logs (what must last) and tables projected
 * from them (what can be rebuilt). When a function that writes returns success, what it wrote is
 * on disk and survives a power cut; when it fails, nothing of it was stored.
 *
 * Thread: every function may be called from any thread; writes are put in order. Functions that
 *         read see every write that returned before they began. All block on disk.
 *
 * Signals:
 *   "changed" (const LwId *segment_id, const LwId *target_id, LwStoreChange what): after a write,
 *   in the thread-default main context in which the store was opened, from its loop and never
 *   inside the call that wrote. Also emitted, with none as both ids and LW_STORE_CHANGE_ALL, when
 *   another program has changed the file, and in place of a great many single ones.
 *   (In a marshaller's terms: two G_TYPE_POINTER, lent to the handler, and a G_TYPE_INT.)
 */
#define LW_TYPE_STORE (lw_store_get_type ())
G_DECLARE_FINAL_TYPE (LwStore, lw_store, LW, STORE, GObject)

#define LW_STORE_ERROR (lw_store_error_quark ())
GQuark lw_store_error_quark (void);

typedef enum {
  LW_STORE_ERROR_BUSY,      /* another program holds the file: try again */
  LW_STORE_ERROR_FULL,      /* the disk is full: nothing was stored; free space, try again */
  LW_STORE_ERROR_READ_ONLY, /* the file or its folder cannot be written */
  LW_STORE_ERROR_CORRUPT,   /* the file is damaged: verify, then restore a backup */
  LW_STORE_ERROR_NEWER,     /* made by a newer Lessonwalk: the file was not touched */
  LW_STORE_ERROR_NOT_STORE, /* a file of some other kind: not touched */
  LW_STORE_ERROR_NOT_FOUND, /* no such note, track, segment … */
  LW_STORE_ERROR_CONFLICT,  /* not possible as things stand: a note of an erased track, a reply
                               to a reply's own thread, nothing to undo */
  LW_STORE_ERROR_IO,        /* the disk answered with an error */
} LwStoreError;

typedef enum {
  LW_STORE_OPEN_DEFAULT = 0,
  LW_STORE_OPEN_READ_ONLY = 1 << 0, /* works in a folder without write permission */
} LwStoreOpenFlags;

typedef enum {
  LW_STORE_CHANGE_NOTE,
  LW_STORE_CHANGE_ENTITY,
  LW_STORE_CHANGE_ITEM, /* of lw-board.h: no other structure stands on it */
  LW_STORE_CHANGE_ALL,
} LwStoreChange;

/* ---- open and close ---- */

/**
 * lw_store_open:
 * @path: where the file is or shall be, in the file system's encoding; its folder is made
 *
 * Opens, making or migrating as needed; before a migration the old file is copied beside it.
 *
 * Errors: BUSY, FULL, READ_ONLY, CORRUPT, NEWER, NOT_STORE, IO.
 */
LwStore *lw_store_open (const char *path, LwStoreOpenFlags flags, GError **error);

/* "$XDG_DATA_HOME/lessonwalk/lessonwalk.db". (transfer full) */
char *lw_store_default_path (void);

/* Ends the connection now; every later call fails with IO. Idempotent; dispose calls it. */
void lw_store_close (LwStore *self);

const char *lw_store_get_path (LwStore *self);

/* ---- structure: who, where, what was recorded ---- */

/* Adds the entity, or replaces the one of the same id (last writer wins). The very same again
 * writes nothing. NOT_FOUND if what it belongs to is not there (a place's parent, a visit's walk, a
 * segment's visit, a track's segment and person, a
 * member's walk and person); CONFLICT if it was erased. */
gboolean lw_store_put_place (LwStore *self, const LwPlace *place, GError **error);
gboolean lw_store_put_person (LwStore *self, const LwPerson *person, GError **error);
gboolean lw_store_put_lens (LwStore *self, const LwLens *lens, GError **error);
gboolean lw_store_put_walk (LwStore *self, const LwWalk *walk, GError **error);
gboolean lw_store_put_visit (LwStore *self, const LwVisit *visit, GError **error);
gboolean lw_store_put_segment (LwStore *self, const LwSegment *segment, GError **error);
gboolean lw_store_put_track (LwStore *self, const LwTrack *track, GError **error);
gboolean lw_store_put_member (LwStore *self, const LwMember *member, GError **error);
/* lw_protocol_take_in() checks it first. */
gboolean lw_store_put_protocol_text (LwStore *self, const LwProtocolText *text, GError **error);

/**
 * lw_store_put_item:
 * @kind: of those in lw-board.h
 * @ret_standing: (out) (optional) (transfer full): what stands now: @item, or the version that
 *   beats it (lw_item_beats()), and then nothing was written
 *
 * In whatever order versions come, the same one stands in the end. Errors as above.
 */
gboolean lw_store_put_item (
    LwStore *self, LwEntityKind kind, gconstpointer item, gpointer *ret_standing, GError **error);
/* (transfer full): of whatever kind in lw-board.h; NOT_FOUND if there is none. */
gpointer lw_store_get_item (LwStore *self, const LwId *id, LwEntityKind *ret_kind, GError **error);

/* (transfer full); NOT_FOUND if there is none. */
LwPlace *lw_store_get_place (LwStore *self, const LwId *id, GError **error);
LwPerson *lw_store_get_person (LwStore *self, const LwId *id, GError **error);
LwLens *lw_store_get_lens (LwStore *self, const LwId *id, GError **error);
LwWalk *lw_store_get_walk (LwStore *self, const LwId *id, GError **error);
LwVisit *lw_store_get_visit (LwStore *self, const LwId *id, GError **error);
LwSegment *lw_store_get_segment (LwStore *self, const LwId *id, GError **error);
LwTrack *lw_store_get_track (LwStore *self, const LwId *id, GError **error);
LwMember *lw_store_get_member (LwStore *self, const LwId *id, GError **error);
LwProtocolText *lw_store_get_protocol_text (LwStore *self, const LwId *id, GError **error);

/**
 * lw_store_list:
 * @kind: which entities
 * @parent: (nullable): only those below this one (a place's places, a walk's visits or members, a
 * visit's segments, a segment's tracks); %NULL: all
 *
 * Returns: (transfer full) (element-type of @kind): a #GPtrArray that unrefs its elements,
 *   oldest first (visits: by their order)
 */
GPtrArray *lw_store_list (LwStore *self, LwEntityKind kind, const LwId *parent, GError **error);

/* A number that grows with every change that may concern more than notes and what is in
 * lw-board.h: before the call that made it returns, and within half a second of one by another
 * program (that needs the main loop of the thread that opened the store). What was read of the
 * structure after asking for it holds while it stays. From 1; of this object only. Waits for
 * nothing. Thread: any. */
guint64 lw_store_get_structure_count (LwStore *self);

/* The walk that a segment belongs to by its visit. NOT_FOUND if to none. */
LwWalk *lw_store_get_walk_of_segment (LwStore *self, const LwId *segment_id, GError **error);

/* The person at this machine: made on first use, named @name_if_new. */
LwPerson *lw_store_ensure_local_person (LwStore *self, const char *name_if_new, GError **error);

/* The track of @person_id on @segment_id: found, or made. */
LwTrack *lw_store_ensure_track (LwStore *self,
                                const LwId *segment_id,
                                const LwId *person_id,
                                GError **error);

/* ---- media: found by content ---- */

/* Newest first. An empty array if no segment has this media. */
GPtrArray *lw_store_find_segments (LwStore *self, const LwContentHash *media, GError **error);

/* Remembers that @media is (also) at @path, an absolute path. @size in bytes, @mtime_us of the
 * file: lw_store_recall_hash() gives the hash back without reading while both still hold. Stays on
 * this machine: never part of a log, never exported. */
gboolean lw_store_remember_media (LwStore *self,
                                  const LwContentHash *media,
                                  const char *path,
                                  guint64 size,
                                  gint64 mtime_us,
                                  GError **error);
/* NOT_FOUND unless path, size and mtime all agree with what was remembered. */
gboolean lw_store_recall_hash (LwStore *self,
                               const char *path,
                               guint64 size,
                               gint64 mtime_us,
                               LwContentHash *ret_media,
                               GError **error);
/* What was at @path when it was remembered last, and how large it was, whatever is there now.
 * NOT_FOUND if nothing was. */
gboolean lw_store_recall_place (
    LwStore *self, const char *path, LwContentHash *ret_media, guint64 *ret_size, GError **error);
/* Absolute paths at which the media was seen, newest first. (transfer full), NULL-terminated. */
char **lw_store_media_paths (LwStore *self, const LwContentHash *media, GError **error);

/* Segments in the order they were last opened with remember_media, newest first. */
GPtrArray *lw_store_recent_segments (LwStore *self, guint limit, GError **error);

/* ---- notes ---- */

/**
 * lw_store_add_note:
 * @note: (transfer none): what to add
 * @ret_note: (out) (optional) (transfer full): as stored, with segment and author filled in
 *
 * Errors: BUSY, FULL, READ_ONLY, NOT_FOUND (no such track, or no such note to reply to), CONFLICT
 *         (that id is there already), CORRUPT, IO.
 */
gboolean lw_store_add_note (LwStore *self, const LwNote *note, LwNote **ret_note, GError **error);

/* As many at once, in one durable transaction: all or none. @notes: of LwNote. */
gboolean lw_store_add_notes (LwStore *self, GPtrArray *notes, GError **error);

/* @note: an altered copy, with the id of the note to change; its track cannot change, nor when it
 * was created. One that changes nothing writes nothing.
 * NOT_FOUND for a deleted note: delete beats edit. */
gboolean lw_store_edit_note (LwStore *self, const LwNote *note, LwNote **ret_note, GError **error);

/* Takes the note away; lw_store_restore_note() brings it back as it was. NOT_FOUND if it is not
 * there (or was erased); restoring one that is there: CONFLICT. */
gboolean lw_store_delete_note (LwStore *self, const LwId *note_id, GError **error);
gboolean lw_store_restore_note (LwStore *self, const LwId *note_id, GError **error);

/* (transfer full); NOT_FOUND also for a deleted note. */
LwNote *lw_store_get_note (LwStore *self, const LwId *note_id, GError **error);
/* Those of @note_ids in one look: (transfer full) (element-type LwNote): at the same places, NULL
 * where there is none. */
GPtrArray *lw_store_get_notes (LwStore *self, const LwId *note_ids, guint n_ids, GError **error);
/* Whether any change was ever made to each of @ids, in one look. @ret_known: @n_ids of them. */
gboolean lw_store_are_known (
    LwStore *self, const LwId *ids, guint n_ids, gboolean *ret_known, GError **error);
/* The track that a note was made on, also of a deleted note. NOT_FOUND if there never was one, or
 * if it or its track was erased. */
gboolean
lw_store_get_track_of_note (LwStore *self, const LwId *note_id, LwId *ret_track_id, GError **error);

/**
 * lw_store_undo:
 * @track_id: whose last change to take back
 * @ret_note_id: (out) (optional): the note that was touched
 *
 * Takes back the newest add, edit, delete or restore on the track that is not undone yet, by
 * appending the opposite op to this device's log of the track: whether it was made in this or an
 * earlier session, with this store or on another of the author's devices, whose ops came in by
 * lw_store_merge(). A new change, wherever made, empties the redo side. Passed over are answers of a
 * form (no list shows them), what was erased, and what would be seen to do nothing (an edit that a
 * later one of another device hides). So two stores of the same logs undo the same.
 *
 * Errors: CONFLICT (nothing left to undo), and those of writing.
 */
gboolean lw_store_undo (LwStore *self, const LwId *track_id, LwId *ret_note_id, GError **error);
gboolean lw_store_redo (LwStore *self, const LwId *track_id, LwId *ret_note_id, GError **error);

/* ---- many things at once, from a file ---- */

/* What became of each note of a batch. */
typedef enum {
  LW_BATCH_ADDED,
  LW_BATCH_EDITED,    /* there already, with other content, and edited earlier than this one */
  LW_BATCH_SAME,      /* there already, the same */
  LW_BATCH_KEPT,      /* there already, with other content, and as new or newer: left as it was */
  LW_BATCH_DELETED,   /* deleted or erased here, or what it is on or answers is: stays so */
  LW_BATCH_ELSEWHERE, /* there already, on another segment: left there */
  LW_BATCH_N_OUTCOMES
} LwBatchOutcome;

/* Arrays of entities are nullable; each is put only where its id is not here yet. A segment that is
 * here and has no visit takes the visit of the one given, and nothing else of it. */
typedef struct {
  GPtrArray *people, *lenses, *walks, *visits, *segments, *tracks;
  GPtrArray *notes; /* of LwNote; an answer stands behind what it answers */
  /* (nullable) of LwId *: notes that count as the same if they are there */
  GHashTable *same_if_there;
} LwStoreBatch;

/**
 * lw_store_put_batch:
 * @batch: (transfer none): what to put
 * @counts: (out): how many notes each #LwBatchOutcome befell; untouched on error
 *
 * Takes in a file's people, walk, tracks and notes in one durable transaction: all or none, and
 * twice is once. Notes keep their ids and their created and edited times.
 *
 * Errors: those of lw_store_add_note().
 */
gboolean lw_store_put_batch (LwStore *self,
                             const LwStoreBatch *batch,
                             guint64 counts[LW_BATCH_N_OUTCOMES],
                             GError **error);

/* ---- asking ---- */

typedef enum {
  LW_ORDER_TIME,   /* by start, then id */
  LW_ORDER_NEWEST, /* by last edit, newest first */
  LW_ORDER_RANK,   /* best match first (BM25); only with text. With a limit, and more matches than
                      4,000, the newest 4,000 are ranked */
} LwOrder;

/**
 * LwNoteQuery:
 *
 * A note must meet every member that is set; an all-zero query means every note there is, by time.
 * Lent to the call only.
 */
typedef struct {
  const LwId *segment_id; /* nullable */
  const LwId *track_id;   /* nullable */
  const LwId *author_id;  /* nullable */
  const LwId *lens_id;    /* nullable: the note's lens, or if it names none its track's */
  const LwId *walk_id;    /* nullable */
  const LwId *reply_to;   /* nullable: answers to this note */
  guint kinds;            /* bits 1 << LwNoteKind; 0: all kinds */
  const char *tag;        /* nullable: exactly this tag */
  guint pass;             /* 0: every pass */
  gboolean on_focus;      /* only those linked to the focus */
  gboolean has_window;    /* only notes that touch window_start <= t < window_end */
  LwTime window_start;
  LwTime window_end;
  const char *text; /* nullable: full-text words, all must occur; the last may be a
                       beginning; "…" for a phrase; case and accents do not matter. Any
                       bytes are safe: there is no query syntax to break */
  LwOrder order;
  guint limit; /* 0: no limit */
  guint offset;
} LwNoteQuery;

/* (transfer full) (element-type LwNote) */
GPtrArray *lw_store_query (LwStore *self, const LwNoteQuery *query, GError **error);
/* How many lw_store_query() would give, limit and offset aside. */
gboolean
lw_store_count (LwStore *self, const LwNoteQuery *query, guint64 *ret_count, GError **error);
/* Every tag in use on the segment (NULL: anywhere), sorted. (transfer full) */
char **lw_store_tags (LwStore *self, const LwId *segment_id, GError **error);

/* ---- drafts: what is being typed, kept here only, in no log ---- */

/* One draft a note, replaced at each call. Durable like a note.
 * @put_away: it was left for something else, and is not being written. */
gboolean
lw_store_save_draft (LwStore *self, const LwNote *draft, gboolean put_away, GError **error);
/* Those of a track, each list in the order in which they were last saved; one that cannot be read
 * is left out, and left alone. @ret_open, @ret_put_away: (transfer full) (element-type LwNote)
 * (nullable) */
gboolean lw_store_load_drafts (LwStore *self,
                               const LwId *track_id,
                               GPtrArray **ret_open,
                               GPtrArray **ret_put_away,
                               GError **error);
/* TRUE also if there is none. */
gboolean lw_store_drop_draft (LwStore *self, const LwId *note_id, GError **error);
/* Adds @note and drops the draft that was kept as @draft_id, in one transaction. */
gboolean lw_store_add_note_from_draft (
    LwStore *self, const LwNote *note, const LwId *draft_id, LwNote **ret_note, GError **error);

/* ---- small settings of this machine ("pass:<track>", "volume"); in no log ---- */

/* What begins with this is in no backup: what opens something to whoever has it. */
#define LW_SETTING_SECRET "secret:"

gboolean lw_store_set_setting (LwStore *self, const char *key, const char *value, GError **error);
/* (transfer full); NULL without @error when unset */
char *lw_store_get_setting (LwStore *self, const char *key, GError **error);

/* ---- keeping ---- */

typedef struct {
  guint64 logs;
  guint64 ops;
  guint64 bodies_erased;
  guint64 notes;
  guint64 segments;
  guint64 people;
  guint64 tracks;
  guint64 bytes; /* of the database file and its WAL */
  guint schema_version;
} LwStoreStats;

gboolean lw_store_stats (LwStore *self, LwStoreStats *ret_stats, GError **error);

/**
 * lw_store_verify:
 * @ret_findings: (out) (transfer full): one sentence a finding, NULL-terminated; empty: all is well
 *
 * Checks SQLite's own integrity, every log's chain of hashes, every body against its commitment,
 * and every projected row against a fresh projection of the logs. Changes nothing.
 *
 * Returns: whether the check could be made (not: whether all is well)
 */
gboolean lw_store_verify (LwStore *self, char ***ret_findings, GError **error);

/* Drops the projections and makes them anew from the logs, in one transaction. */
gboolean lw_store_rebuild (LwStore *self, GError **error);

/* A consistent copy at @path while others write, but for settings that are secret; refuses to
 * overwrite (G_IO_ERROR_EXISTS). */
gboolean lw_store_backup (LwStore *self, const char *path, GError **error);

/**
 * lw_store_erase_note, lw_store_erase_track, lw_store_erase_segment, lw_store_erase_person:
 *
 * For good: destroys the text, tags, times and salt of every version in the logs, the tables, the
 * full-text index, the WAL and the drafts; the chain still verifies, the erased op stays as an
 * empty link. A segment takes its tracks along; a person his or her tracks, name, intentions, and
 * messages and follow-ups of walks. (Outcomes, groups, steps and tests are written together: they
 * stay, and name nobody.) Media files are not touched: they are not in the store.
 *
 * Blocks:  longer than a write: the index is merged, the file written anew and the WAL truncated
 *          (many seconds at a million notes; needs as much free space as the file has).
 * Errors:  BUSY when another program still reads an old snapshot: the text is gone from the logs
 *          and tables, but the WAL may still hold it; call again to finish. (Left alone, the store
 *          finishes by itself within a few seconds, or when next opened with a main loop.)
 */
gboolean lw_store_erase_note (LwStore *self, const LwId *note_id, GError **error);
/* Whether what had that id was erased: nothing can have it again. FALSE also if that cannot be
 * read. */
gboolean lw_store_is_erased (LwStore *self, const LwId *id);
gboolean lw_store_erase_track (LwStore *self, const LwId *track_id, GError **error);
gboolean lw_store_erase_segment (LwStore *self, const LwId *segment_id, GError **error);
gboolean lw_store_erase_person (LwStore *self, const LwId *person_id, GError **error);

/* The whole copies of this file that migrations left beside it. They still hold what was erased
 * since: whoever erases should be told of them, and asked whether to delete them.
 * (transfer full), NULL-terminated */
char **lw_store_old_copies (LwStore *self);

/* Takes in the logs of another store file: a union, so twice is once, in any order. A fork (same
 * log and number, another hash) freezes that log, keeps both, and is told in @ret_forks, once.
 * The other file is not changed, of whatever version it is. NOT_FOUND if it is not there, CORRUPT
 * if its logs do not verify: then nothing is taken in. */
gboolean lw_store_merge (LwStore *self, const char *other_path, guint *ret_forks, GError **error);

G_END_DECLS
