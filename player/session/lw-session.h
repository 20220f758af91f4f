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
 * Properties (notify): "file" "segment" "track" "walk" "probe" "filmstrip" "waveform" "draft" "pass"
 *                      "title" "can-undo" "can-redo"
 * Signals:
 *   "opened" ()               the segment and its notes are there (the picture may still come)
 *   "failed" (GError *)       could not be opened, or playback failed; in the user's words
 *   "kept" (LwNote *)         a note is on disk
 *   "message" (char *)        something to tell in passing
 */
#define LW_TYPE_SESSION (lw_session_get_type ())
G_DECLARE_FINAL_TYPE (LwSession, lw_session, LW, SESSION, GObject)

#define LW_TYPE_NOTE_ITEM (lw_note_item_get_type ())
G_DECLARE_FINAL_TYPE (LwNoteItem, lw_note_item, LW, NOTE_ITEM, GObject)
/* An item of lw_session_get_notes(): a note and what a list shows beside it. */
const LwNote *lw_note_item_get_note (LwNoteItem *self);          /* (transfer none) */
const char *lw_note_item_get_author (LwNoteItem *self);          /* the person's name */
const char *lw_note_item_get_lens (LwNoteItem *self);            /* "" if none */
guint lw_note_item_get_track_number (LwNoteItem *self);          /* 0 … : chooses colour and shape */
gboolean lw_note_item_get_is_own (LwNoteItem *self);             /* written by the local person */
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
 * one, loads notes and draft, then filmstrip and waveform in the background.
 */
void lw_session_open_async (LwSession *self, GFile *file, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean lw_session_open_finish (LwSession *self, GAsyncResult *result, GError **error);
void lw_session_close (LwSession *self); /* keeps the draft */

const LwSegment *lw_session_get_segment (LwSession *self); /* NULL before "opened" */
const LwTrack *lw_session_get_track (LwSession *self);
const LwPerson *lw_session_get_person (LwSession *self);
const LwWalk *lw_session_get_walk (LwSession *self);       /* NULL: the segment is of no walk */
const LwProbe *lw_session_get_probe (LwSession *self);
LwFilmstrip *lw_session_get_filmstrip (LwSession *self);   /* NULL until made */
LwWaveform *lw_session_get_waveform (LwSession *self);

/* ---- what is listed: filtered notes of the segment, by time ---- */

/* (transfer none) (element-type LwNoteItem); stays the same object for the session's life. */
GListModel *lw_session_get_notes (LwSession *self);
/* Only its kinds, author, lens, tag, pass, on_focus and text are used. NULL: all. Copied. */
void lw_session_set_filter (LwSession *self, const LwNoteQuery *filter);
/* Index in lw_session_get_notes() of the last note that starts at or before @time; -1 if none. */
int lw_session_find_note_at (LwSession *self, LwTime time);

/* ---- pinning ---- */

/**
 * lw_session_begin_note:
 * @kind: noticing or wondering
 *
 * The gesture: takes the frame on screen now, or the marked range, and opens a draft that is on
 * disk when this returns. If a draft is open already, its text is kept and its kind changed.
 * May hold playback (lw_session_set_hold()).
 */
gboolean lw_session_begin_note (LwSession *self, LwNoteKind kind, GError **error);
gboolean lw_session_begin_reply (LwSession *self, const LwId *note_id, GError **error);
gboolean lw_session_begin_edit (LwSession *self, const LwId *note_id, GError **error);

/* The open draft, NULL if none. (transfer none) */
const LwNote *lw_session_get_draft (LwSession *self);
/* The note being edited, none if the draft is a new note. */
LwId lw_session_get_editing (LwSession *self);
/* Called as she types; saved to disk within a quarter of a second. */
void lw_session_set_draft_text (LwSession *self, const char *text);
void lw_session_set_draft_tags (LwSession *self, const char *const *tags);
void lw_session_set_draft_kind (LwSession *self, LwNoteKind kind);
void lw_session_set_draft_on_focus (LwSession *self, gboolean on_focus);
void lw_session_set_draft_region (LwSession *self, const LwRegion *region);
void lw_session_set_draft_range (LwSession *self, LwTime start, LwTime end);
/* Puts the draft away, kept (Escape); begin_note of the same kind opens it again. */
void lw_session_park_draft (LwSession *self);
void lw_session_discard_draft (LwSession *self);
/* The draft becomes a note; gives playback back if it was held. (transfer full) */
LwNote *lw_session_keep_draft (LwSession *self, GError **error);
/* begin, text and keep in one, at the frame on screen. (transfer full) */
LwNote *lw_session_pin (LwSession *self, LwNoteKind kind, const char *text, GError **error);

void lw_session_mark_in (LwSession *self);
void lw_session_mark_out (LwSession *self);
void lw_session_clear_marks (LwSession *self);
/* LW_TIME_NONE where unset. */
void lw_session_get_marks (LwSession *self, LwTime *ret_in, LwTime *ret_out);

gboolean lw_session_delete_note (LwSession *self, const LwId *note_id, GError **error);
gboolean lw_session_undo (LwSession *self, GError **error);
gboolean lw_session_redo (LwSession *self, GError **error);
gboolean lw_session_set_note_on_focus (LwSession *self, const LwId *note_id, gboolean on_focus,
                                       GError **error);

/* Whether typing holds playback; remembered in the store. */
void lw_session_set_hold (LwSession *self, gboolean hold);
gboolean lw_session_get_hold (LwSession *self);

/* ---- passes ---- */

guint lw_session_get_pass (LwSession *self);   /* 1 = first viewing */
guint lw_session_get_n_passes (LwSession *self);
gboolean lw_session_begin_pass (LwSession *self, GError **error); /* the next one; from the start */
gboolean lw_session_set_pass (LwSession *self, guint pass, GError **error);

G_END_DECLS
