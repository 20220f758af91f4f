/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-engine.h"
#include "lw-exchange.h"
#include "lw-media.h"
#include "lw-store.h"

G_BEGIN_DECLS

/**
 * LwSession:
 *
 * One person watching one lesson: the engine that plays it, the store that keeps what she notices,
 * and between them the rule that a pin takes the frame on screen at the gesture. The window and the
 * command are two faces of this.
 *
 * Thread: the one whose main context it was made in. Store writes happen in the calling thread:
 *         a durable pin takes under a millisecond on an ordinary disk.
 *
 * Properties (read-only, notify): "file" "segment" "track" "walk" "probe" "filmstrip" "waveform"
 *                      "draft" "pass" "title" "preparing" "can-undo" "can-redo"
 *   "draft" is notified when it opens or is put away and when anything of it but its text changes:
 *   an editor that calls lw_session_set_draft_text() is not told what it just said.
 * Signals:
 *   "opened" ()               the segment and its notes are there (the picture may still come)
 *   "failed" (GError *)       could not be opened, or playback failed; in the user's words
 *   "kept" (LwNote *)         a note is on disk
 *   "message" (char *)        something to tell in passing
 */
#define LW_TYPE_SESSION (lw_session_get_type ())
G_DECLARE_FINAL_TYPE (LwSession, lw_session, LW, SESSION, GObject)

#define LW_SESSION_ERROR (lw_session_error_quark ())
GQuark lw_session_error_quark (void);

typedef enum {
  LW_SESSION_ERROR_NOTHING_SHOWN, /* no frame is on screen yet: nothing to pin to; try again */
  LW_SESSION_ERROR_NOT_OPEN,      /* no lesson is open, or it is still being opened: try again */
  LW_SESSION_ERROR_NO_DRAFT,      /* there is no open draft */
  LW_SESSION_ERROR_DRAFT_OPEN,    /* another note is being written: keep or discard it first */
  LW_SESSION_ERROR_EMPTY,         /* nothing was written in the note: it stays open */
  LW_SESSION_ERROR_NOT_OWN,       /* another person's note: reply to it instead */
  LW_SESSION_ERROR_ADDRESS,       /* neither a local file nor an http(s) address */
} LwSessionError;

#define LW_TYPE_NOTE_ITEM (lw_note_item_get_type ())
G_DECLARE_FINAL_TYPE (LwNoteItem, lw_note_item, LW, NOTE_ITEM, GObject)
/* An item of lw_session_get_notes(): a note and what a list shows beside it. Never changes: a note
 * that is edited, answered or gets another name beside it is a new item at its place. */
const LwNote *lw_note_item_get_note (LwNoteItem *self); /* (transfer none) */
const char *lw_note_item_get_author (LwNoteItem *self); /* the person's name */
const char *lw_note_item_get_lens (LwNoteItem *self);   /* "" if none */
guint lw_note_item_get_track_number (LwNoteItem *self); /* 0 … : chooses colour and shape */
gboolean lw_note_item_get_is_own (LwNoteItem *self);    /* written by the local person */
guint lw_note_item_get_n_replies (LwNoteItem *self);

/* @store, @engine: (transfer none), both kept by reference. */
LwSession *lw_session_new (LwStore *store, LwEngine *engine, const char *local_name);
LwStore *lw_session_get_store (LwSession *self);
LwEngine *lw_session_get_engine (LwSession *self);

/**
 * lw_session_open_async:
 * @file: a local file, or an http(s) address (its notes belong to the hash of the address)
 *
 * Starts playback at once and, beside it: hashes, probes, finds the segment by content or makes
 * one, loads notes and drafts, then filmstrip and waveform in the background. A draft that was open
 * when an earlier session ended is open again ("draft") when this finishes. A note can be begun
 * before this finishes, as soon as a frame is on screen; it can be kept after.
 *
 * Succeeds for a lesson whose notes are known though it cannot be played ("failed" tells).
 * A file that cannot be probed is opened all the same; "message" says what will be missing.
 *
 * Errors: #LwSessionError, #LwEngineError, #LwStoreError, #GIOErrorEnum. Playback goes on if it
 * can.
 */
void lw_session_open_async (LwSession *self,
                            GFile *file,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* The file or address that is opened next plays this lesson, of a walk that was joined: where both
 * are of the same content, or the file is an address, the notes are this segment's. */
void lw_session_expect_lesson (LwSession *self, const LwSegment *segment);
gboolean lw_session_open_finish (LwSession *self, GAsyncResult *result, GError **error);
void lw_session_close (LwSession *self); /* keeps the draft */

GFile *lw_session_get_file (LwSession *self);              /* NULL if nothing is open */
const char *lw_session_get_title (LwSession *self);        /* never NULL */
const LwSegment *lw_session_get_segment (LwSession *self); /* NULL before "opened" */
const LwTrack *lw_session_get_track (LwSession *self);
const LwPerson *lw_session_get_person (LwSession *self);
const LwWalk *lw_session_get_walk (LwSession *self); /* NULL: the segment is of no walk */
const LwProbe *lw_session_get_probe (LwSession *self);
LwFilmstrip *lw_session_get_filmstrip (LwSession *self); /* NULL until made */
LwWaveform *lw_session_get_waveform (LwSession *self);
/* How much of filmstrip and waveform is made: 0 … 1; 1 too when none is being made. */
double lw_session_get_preparing (LwSession *self);

/* ---- what is listed: filtered notes of the segment, by time ---- */

/* (transfer none) (element-type LwNoteItem); stays the same object for the session's life. By
 * start, then id. Replies stand right after the note that they answer, oldest first, wherever it
 * moves to; one whose note is filtered out stands alone at its own time. */
GListModel *lw_session_get_notes (LwSession *self);
/* Only its kinds, author, lens, tag, pass, on_focus and text are used. NULL: all. Copied. */
void lw_session_set_filter (LwSession *self, const LwNoteQuery *filter);
/* Index in lw_session_get_notes() of the last note (not a reply, unless it stands alone) that
 * starts at or before @time; -1 if none. */
int lw_session_find_note_at (LwSession *self, LwTime time);

/* ---- pinning ---- */

/**
 * lw_session_begin_note:
 * @kind: noticing or wondering
 *
 * The gesture: takes the frame on screen now, or the marked range, and opens a draft that is on
 * disk when this returns. If a draft is open already, that one is kept: at the same moment, or with
 * nothing in it, its kind is changed (unless it is an edit or a reply); at another moment it stays
 * as it is, and this gesture waits behind it (lw_session_get_next_note()). A new note that was put
 * away at this very moment is opened again, as this kind; those at others stay where they are.
 * Steps that were still to be made are not: the frame of the gesture stays on screen. May hold
 * playback (lw_session_set_hold()).
 *
 * Errors: NOTHING_SHOWN, NOT_OPEN. When only the disk failed the draft is open in memory, TRUE is
 *         returned, and "message" tells.
 */
gboolean lw_session_begin_note (LwSession *self, LwNoteKind kind, GError **error);
gboolean lw_session_begin_reply (LwSession *self, const LwId *note_id, GError **error);
gboolean lw_session_begin_edit (LwSession *self, const LwId *note_id, GError **error);
/* A reply to a reply answers the note that began the thread. Both fail with DRAFT_OPEN while
 * another note with text in it is open; _begin_edit with NOT_OWN for others' notes. */

/* The open draft, NULL if none. (transfer none) */
const LwNote *lw_session_get_draft (LwSession *self);
/* The gesture made while that draft was there: opens as the draft when it is kept or discarded, and
 * is forgotten when it is parked or the lesson closed. NULL if none. "draft" is notified with it.
 * (transfer none) */
const LwNote *lw_session_get_next_note (LwSession *self);
/* The note being edited, none if the draft is a new note. */
LwId lw_session_get_editing (LwSession *self);
/* Called as she types; saved to disk within a quarter of a second. */
void lw_session_set_draft_text (LwSession *self, const char *text);
void lw_session_set_draft_tags (LwSession *self, const char *const *tags);
void lw_session_set_draft_kind (LwSession *self, LwNoteKind kind);
void lw_session_set_draft_on_focus (LwSession *self, gboolean on_focus);
void lw_session_set_draft_region (LwSession *self, const LwRegion *region);
void lw_session_set_draft_range (LwSession *self, LwTime start, LwTime end);
/* Puts the draft away, kept (Escape); _begin_note() at its moment or _resume_draft() opens it
 * again. A new note in which nothing was written is dropped. */
void lw_session_park_draft (LwSession *self);
/* What was put away on this track, by moment. "draft" is notified with it. (transfer full)
 * (element-type LwNote) */
GPtrArray *lw_session_get_parked_drafts (LwSession *self);
/* @note_id: NULL: the one that was put away last. One that is open is put away. NO_DRAFT if it is
 * not there. */
gboolean lw_session_resume_draft (LwSession *self, const LwId *note_id, GError **error);
void lw_session_discard_draft (LwSession *self);
/* The draft becomes a note, on disk; gives playback back if it was held. On error the draft stays
 * open with its text, in memory if need be: call again. (transfer full) */
LwNote *lw_session_keep_draft (LwSession *self, GError **error);
/* begin, text and keep in one, at the frame on screen. (transfer full) */
LwNote *lw_session_pin (LwSession *self, LwNoteKind kind, const char *text, GError **error);

/* At the frame on screen. The range takes that frame in: its end is where the next one starts. A
 * mark on the wrong side of the other one removes that. Kept notes use the marks up. */
void lw_session_mark_in (LwSession *self);
void lw_session_mark_out (LwSession *self);
void lw_session_clear_marks (LwSession *self);
/* LW_TIME_NONE where unset. */
void lw_session_get_marks (LwSession *self, LwTime *ret_in, LwTime *ret_out);

/* Own notes only (NOT_OWN). */
gboolean lw_session_delete_note (LwSession *self, const LwId *note_id, GError **error);
gboolean lw_session_undo (LwSession *self, GError **error);
gboolean lw_session_redo (LwSession *self, GError **error);
/* FALSE once the store has said that nothing is left. */
gboolean lw_session_get_can_undo (LwSession *self);
gboolean lw_session_get_can_redo (LwSession *self);
gboolean lw_session_set_note_on_focus (LwSession *self,
                                       const LwId *note_id,
                                       gboolean on_focus,
                                       GError **error);

/* Whether typing holds playback; remembered in the store. */
void lw_session_set_hold (LwSession *self, gboolean hold);
gboolean lw_session_get_hold (LwSession *self);

/* ---- passes ---- */

guint lw_session_get_pass (LwSession *self); /* 1 = first viewing */
guint lw_session_get_n_passes (LwSession *self);
gboolean lw_session_begin_pass (LwSession *self, GError **error); /* the next one; from the start */
gboolean lw_session_set_pass (LwSession *self, guint pass, GError **error);

/* ---- lessons by content ---- */

/**
 * lw_session_add_lesson:
 * @fields: a template without id; its media is what counts
 *
 * Makes the segment of a video that is simply opened. Its id is derived from the content, so that
 * two machines that open the same file mean the same lesson, and merging their stores brings the
 * notes together. (Where that id was erased it gets a fresh one.)
 *
 * Thread: any. Blocks: on disk.
 * Returns: (transfer full)
 */
LwSegment *lw_session_add_lesson (LwStore *store, const LwSegment *fields, GError **error);

/* What stands in for the content hash of a lesson at an http(s) address: a hash of the address
 * without user, password, default port and fragment. @ret_hash: nullable.
 * FALSE, and @ret_hash untouched, if @uri is no such address. */
gboolean lw_session_hash_address (const char *uri, LwContentHash *ret_hash);

G_END_DECLS
