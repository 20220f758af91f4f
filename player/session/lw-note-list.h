/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-session.h"

G_BEGIN_DECLS

/*
 * LwNoteList: the notes of one segment as a GListModel of LwNoteItem, filtered, in the order that
 * lw_session_get_notes() promises. Follows the store's "changed" by the least steps: a note that
 * comes, changes or goes is one insertion, replacement or removal at its place.
 *
 * Thread: the one in whose main context the store was opened.
 */
#define LW_TYPE_NOTE_LIST (lw_note_list_get_type ())
G_DECLARE_FINAL_TYPE (LwNoteList, lw_note_list, LW, NOTE_LIST, GObject)

LwNoteList *lw_note_list_new (LwStore *store);
/* @segment_id, @person_id: nullable; no segment: empty. */
gboolean lw_note_list_set_segment (LwNoteList *self,
                                   const LwId *segment_id,
                                   const LwId *person_id,
                                   GError **error);
/* @filter: nullable; copied. */
gboolean lw_note_list_set_filter (LwNoteList *self, const LwNoteQuery *filter, GError **error);
/* Brings one note up to date at once, without waiting for the store's signal. */
void lw_note_list_refresh_note (LwNoteList *self, const LwId *note_id);
int lw_note_list_find_at (LwNoteList *self, LwTime time);

/* Made by the list only. */
LwNoteItem *lw_note_item_new (const LwNote *note,
                              const char *author,
                              const char *lens,
                              guint track_number,
                              gboolean is_own,
                              guint n_replies);

G_END_DECLS
