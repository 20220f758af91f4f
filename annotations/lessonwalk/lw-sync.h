/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-store.h"

G_BEGIN_DECLS

/*
 * Two stores that talk: what has each of them, what does the other lack, take this in.
 *
 * Ops travel in batches. A batch holds runs, a run holds ops of one log in a row, each as the bytes
 * that its hash is of, with its body or without: a link of the chain says that there was a change,
 * its body what it was. A body that the receiver may not see is withheld; it can be supplied later,
 * by sending the same ops again with their bodies. The bytes of a batch on the wire are the same in
 * an HTTP body and in a WebSocket message: annotations/exchange/SYNC.md.
 *
 * Thread: values never change and may be shared; functions on a store as in lw-store.h.
 */

#define LW_SYNC_ERROR (lw_sync_error_quark ())
GQuark lw_sync_error_quark (void);

typedef enum {
  LW_SYNC_ERROR_GAP,     /* what these ops follow is not here: send from expected_seq on */
  LW_SYNC_ERROR_DAMAGED, /* a hash, a link or a body is not what it claims to be: do not send again
                          */
} LwSyncError;

#define LW_SYNC_LINK_LENGTH 120 /* an op as in annotations/log/lw-op.h, version 1 */
#define LW_SYNC_HASH_LENGTH 32
#define LW_SYNC_SALT_LENGTH 16

/* ---- the version vector: how far a store is in each log ---- */

typedef struct {
  LwId log_id;
  guint64 seq; /* the highest; from 1 */
  /* The hash of that op. Of a log with several ends: BLAKE2b-256 of their hashes, sorted. */
  guint8 head[LW_SYNC_HASH_LENGTH];
  gboolean frozen; /* it forked: see lw_store_merge() */
} LwSyncMark;

typedef struct {
  const LwSyncMark *marks; /* by log id, each once */
  guint n_marks;
} LwSyncVector;

/* @marks: (element-type LwSyncMark) (transfer none). NULL if a log is named twice. */
LwSyncVector *lw_sync_vector_new (const GArray *marks);
void lw_sync_vector_free (LwSyncVector *vector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncVector, lw_sync_vector_free)
/* (nullable) (transfer none) */
const LwSyncMark *lw_sync_vector_find (const LwSyncVector *vector, const LwId *log_id);

typedef enum {
  LW_SYNC_SAME,
  LW_SYNC_BEHIND, /* the first lacks something, the second nothing */
  LW_SYNC_AHEAD,  /* the other way round */
  LW_SYNC_APART,  /* each may lack something */
} LwSyncOrder;

LwSyncOrder lw_sync_vector_compare (const LwSyncVector *first, const LwSyncVector *second);

typedef enum {
  LW_SYNC_LOGS_ALL,
  LW_SYNC_LOGS_OF_TRACKS,    /* notes */
  LW_SYNC_LOGS_OF_AUTHORITY, /* structure and erasures */
} LwSyncLogs;

/* Which logs. Members that are set must all hold; NULL or all zero: every log. */
typedef struct {
  const LwId *walk_id;   /* nullable: tracks on the segments of this walk, and all authority logs
                            (which may tell of other walks: withhold what is not this one's) */
  const LwId *device_id; /* nullable: only logs that this device writes */
  const LwId *log_ids;   /* nullable: only these */
  guint n_log_ids;
  LwSyncLogs logs;
} LwSyncScope;

/* Blocks: on reading: microseconds for each log in scope. */
LwSyncVector *lw_store_get_vector (LwStore *self, const LwSyncScope *scope, GError **error);

/* A number that grows when ops come in, by whatever way, and stays while none do. O(1): whoever
 * remembers it with a vector need not ask for the vector again. Of this file only. */
gboolean lw_store_get_position (LwStore *self, guint64 *ret_position, GError **error);

/* Under which name this file writes. It takes a new one when it learns that a copy of it writes
 * under the old. */
gboolean lw_store_get_device (LwStore *self, LwId *ret_device, GError **error);

/* ---- batches ---- */

typedef enum {
  LW_SYNC_BODY_NONE, /* this kind of change has none */
  LW_SYNC_BODY_HERE,
  LW_SYNC_BODY_WITHHELD, /* the sender has none to give: not for this receiver, or not held */
  LW_SYNC_BODY_ERASED,   /* destroyed for good */
} LwSyncBody;

typedef struct {
  guint8 link[LW_SYNC_LINK_LENGTH];
  LwSyncBody state;
  GBytes *sealed; /* HERE: the salt, then the body; else NULL */
} LwSyncOp;

/* Ops of one log, each following the one before. */
typedef struct {
  LwId log_id;
  LwId device_id;
  LwId track_id;  /* none: the device's authority log */
  LwId author_id; /* whose track the sender takes it for; none: not known. A hint, never a proof */
  guint8 head[LW_SYNC_HASH_LENGTH]; /* the hash of the last op */
  const LwSyncOp *ops;
  guint n_ops; /* > 0 */
} LwSyncRun;

/* Immutable and reference-counted. */
typedef struct {
  const LwSyncRun *runs;
  guint n_runs;
} LwSyncBatch;

/* The number of an op in its log; 0 for bytes that are no op. */
guint64 lw_sync_link_get_seq (const guint8 link[LW_SYNC_LINK_LENGTH]);

LwSyncBatch *lw_sync_batch_ref (const LwSyncBatch *batch);
void lw_sync_batch_unref (LwSyncBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncBatch, lw_sync_batch_unref)
guint lw_sync_batch_count_ops (const LwSyncBatch *batch);

/* For readers of the wire: copies what it is given, bodies by reference. */
typedef struct _LwSyncBatchBuilder LwSyncBatchBuilder;
LwSyncBatchBuilder *lw_sync_batch_builder_new (void);
void lw_sync_batch_builder_free (LwSyncBatchBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncBatchBuilder, lw_sync_batch_builder_free)
/* Begins a run; @run's ops are not looked at. */
void lw_sync_batch_builder_add_run (LwSyncBatchBuilder *builder, const LwSyncRun *run);
/* To the run begun last. */
void lw_sync_batch_builder_add_op (LwSyncBatchBuilder *builder, const LwSyncOp *op);
/* Frees @builder. Runs without ops are left out. */
LwSyncBatch *lw_sync_batch_builder_end (LwSyncBatchBuilder *builder);

/* ---- what an op would do ---- */

/* The numbers are those of annotations/log/lw-op.h. */
typedef enum {
  LW_SYNC_ADD_NOTE = 1,
  LW_SYNC_EDIT_NOTE = 2,
  LW_SYNC_DELETE_NOTE = 3,
  LW_SYNC_RESTORE_NOTE = 4,
  LW_SYNC_PUT_ENTITY = 5,
  LW_SYNC_ERASE = 6,
} LwSyncKind;

typedef struct {
  LwId log_id;
  LwId device_id;
  LwId track_id; /* whose log it is in; none: an authority log */
  guint64 seq;
  gint64 clock_utc_ms; /* what the writer's clock claims */
  LwSyncKind kind;
  LwId target_id;
  gboolean is_here;         /* the store has it already: taking it in again changes nothing */
  gboolean about_note;      /* what is changed or erased is a note */
  /* A change of a note, though the store has its target as something else: an entity, or a note of
   * another track. No store writes that by itself. */
  gboolean is_foreign;
  LwEntityKind entity_kind; /* of the entity that is put or erased; LW_ENTITY_N_KINDS: none, or not
                               known */
  /* Where the target belongs: as the store has it, and only if that does not know it as the batch
   * says; none where neither does. (A note's track is that of its log. An erased target's are told
   * as long as the store still has it.) */
  LwId author_id; /* of the track */
  LwId segment_id;
  LwId walk_id;
  /* What the body says, decoded; NULL where there is none or it cannot be read. */
  LwNote *note;    /* of add and edit; with track, segment and author filled in */
  gpointer entity; /* of put: of entity_kind */
} LwSyncOpInfo;

/**
 * lw_store_describe:
 * @ret_infos: (out) (transfer full) (element-type LwSyncOpInfo): one an op, run after run
 *
 * Tells what the ops of @batch would do, without doing it: what a permission is asked for by.
 * Nothing is verified; lw_store_apply() does that.
 *
 * Errors: %LW_SYNC_ERROR_DAMAGED for bytes that are no op, and those of reading.
 */
gboolean
lw_store_describe (LwStore *self, const LwSyncBatch *batch, GArray **ret_infos, GError **error);

/* The track that a note was added on, also of one that was deleted since. NOT_FOUND if no such note
 * was ever here. */
gboolean lw_store_find_track_of_note (LwStore *self,
                                      const LwId *note_id,
                                      LwId *ret_track_id,
                                      GError **error);

/* Whether a receiver may see an op's body. Called once for each op that has one; lent. */
typedef gboolean (*LwSyncMaySee) (const LwSyncOpInfo *info, gpointer user_data);

/* @batch with the bodies withheld that @may_see refuses; @infos as lw_store_describe() told them.
 * For many receivers of one batch: it is described once and reads no store. (transfer full) */
LwSyncBatch *lw_sync_batch_withhold (const LwSyncBatch *batch,
                                     const GArray *infos,
                                     LwSyncMaySee may_see,
                                     gpointer user_data);

/* ---- reading what another store lacks ---- */

/* Ops by number within one log, both ends included. */
typedef struct {
  LwId log_id;
  guint64 first;
  guint64 last;
} LwSyncRange;

/**
 * LwSyncReader:
 *
 * A reading under way: what to send was settled when it was made; what came in since is for the
 * next one. Holds no lock and no transaction between calls.
 *
 * Thread: one at a time.
 */
typedef struct _LwSyncReader LwSyncReader;

/**
 * lw_store_read_since:
 * @since: (nullable): what the receiver has; %NULL: nothing
 * @scope: (nullable):
 * @may_see: (nullable): whose bodies to send; %NULL: all
 *
 * Ops that the receiver lacks, log by log. A log of which both have different changes under one
 * number is sent whole, so that the receiver sees the fork.
 */
LwSyncReader *lw_store_read_since (LwStore *self,
                                   const LwSyncVector *since,
                                   const LwSyncScope *scope,
                                   LwSyncMaySee may_see,
                                   gpointer user_data,
                                   GError **error);

/* Ops of these ranges again that have bodies which @may_see allows: what the receiver asked for by
 * lw_store_list_wanted(). Logs and numbers that are not here are passed over. */
LwSyncReader *lw_store_read_wanted (LwStore *self,
                                    const LwSyncRange *ranges,
                                    guint n_ranges,
                                    LwSyncMaySee may_see,
                                    gpointer user_data,
                                    GError **error);

/**
 * lw_sync_reader_next:
 * @max_bytes: about how large the batch may get on the wire; one op always fits
 * @ret_batch: (out) (transfer full) (nullable): %NULL at the end
 */
gboolean lw_sync_reader_next (LwSyncReader *reader,
                              gsize max_bytes,
                              LwSyncBatch **ret_batch,
                              GError **error);
void lw_sync_reader_free (LwSyncReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncReader, lw_sync_reader_free)

/* Bodies that this store lacks and that were not erased, as ranges, at most @max of them.
 * @ret_ranges: (transfer full) (element-type LwSyncRange) */
gboolean lw_store_list_wanted (
    LwStore *self, const LwSyncScope *scope, guint max, GArray **ret_ranges, GError **error);

/* ---- taking in ---- */

typedef struct {
  LwId target_id;  /* a note, or an entity */
  LwId segment_id; /* of a note; or the segment itself; else none */
  gboolean is_note;
} LwSyncTouched;

/* What became of one batch. */
typedef struct {
  GError *error;        /* of LW_SYNC_ERROR; NULL: it was taken in. Else nothing of it was */
  LwId gap_log;         /* of a GAP: which log, */
  guint64 expected_seq; /* and from where to send again. 1: our histories differ */
  guint n_new;          /* ops that were not here */
  guint n_known;        /* ops that were */
  guint n_bodies;       /* bodies that this store had been waiting for */
  GArray *touched;      /* LwSyncTouched: what may look different now, each once */
  GArray *forks;        /* LwId: logs that turned out to have forked, told once; they are frozen */
  gboolean
      erased; /* an erasure came in: what it destroys is gone from logs, tables and drafts; the
                 file is written anew by housekeeping soon after, as in lw_store_erase_note() */
} LwSyncResult;

void lw_sync_result_free (LwSyncResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncResult, lw_sync_result_free)

/**
 * lw_store_apply:
 * @batches: (array length=n_batches): from as many senders, in this order
 * @ret_results: (out) (transfer full) (element-type LwSyncResult): one for each
 *
 * Takes in the batches, each whole or not at all, in one transaction: when this returns %TRUE, what
 * the results call taken is on disk. An op that is here already is passed over, and gives its body
 * if that was missing. Under the same number, another op is a fork: that log is frozen, both sides
 * are kept. Permission is the caller's to decide, before: lw_store_describe().
 *
 * May append to this device's own authority log: a track that comes in after its person or segment
 * was erased is erased as well.
 *
 * Errors: those of writing: then nothing was taken in of any batch, and all may be sent again.
 */
gboolean lw_store_apply (LwStore *self,
                         const LwSyncBatch *const *batches,
                         guint n_batches,
                         GPtrArray **ret_results,
                         GError **error);

/* ---- on the wire: annotations/exchange/SYNC.md, lessonwalk-sync.schema.json ---- */

#define LW_SYNC_MESSAGE_MAX_BYTES (8 * 1024 * 1024)
#define LW_SYNC_BATCH_MAX_OPS 20000
#define LW_SYNC_VECTOR_MAX_LOGS 50000 /* also the most ranges of one request for bodies */

typedef enum {
  LW_SYNC_MESSAGE_VECTOR,
  LW_SYNC_MESSAGE_OPS,
  LW_SYNC_MESSAGE_WANTED,
} LwSyncMessageType;

typedef struct {
  LwSyncMessageType type;
  LwSyncVector *vector; /* each: of its own type only, else NULL */
  LwSyncBatch *batch;
  GArray *wanted; /* LwSyncRange */
} LwSyncMessage;

/**
 * lw_sync_message_read:
 *
 * Reads one message strictly: of this version, without unknown or double members, within the limits
 * above. Memory stays within a few times @length.
 *
 * Returns: (transfer full): or %NULL with an error of #LwExchangeError (lw-exchange.h)
 */
LwSyncMessage *lw_sync_message_read (const char *text, gsize length, GError **error);
void lw_sync_message_free (LwSyncMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwSyncMessage, lw_sync_message_free)

/* One line without the newline, in ASCII. (transfer full) */
GBytes *lw_sync_vector_write (const LwSyncVector *vector);
GBytes *lw_sync_batch_write (const LwSyncBatch *batch);
GBytes *lw_sync_wanted_write (const GArray *ranges);

G_END_DECLS
