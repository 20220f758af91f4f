/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note-key.h"

int
lw_note_key_compare (const LwNoteKey *a, const LwNoteKey *b)
{
  if (a->thread_start != b->thread_start)
    return a->thread_start < b->thread_start ? -1 : 1;
  int order = lw_id_compare (&a->thread_id, &b->thread_id);
  if (order != 0)
    return order;
  if (a->is_reply != b->is_reply)
    return a->is_reply ? 1 : -1;
  if (a->created_utc_us != b->created_utc_us)
    return a->created_utc_us < b->created_utc_us ? -1 : 1;
  return lw_id_compare (&a->id, &b->id);
}

LwNoteKey
lw_note_key_make (const LwNote *note, const LwTime *thread_start)
{
  LwNoteKey key = {.thread_start = note->start,
                   .thread_id = note->id,
                   .created_utc_us = note->created_utc_us,
                   .id = note->id};
  if (note->kind == LW_NOTE_REPLY && !lw_id_is_none (&note->reply_to)) {
    key.is_reply = TRUE;
    key.thread_id = note->reply_to;
    if (thread_start != NULL)
      key.thread_start = *thread_start;
  }
  return key;
}
