/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note-list.h"

struct _LwNoteItem {
  GObject parent_instance;
  LwNote *note;
  char
      *author; /* interned by reference count: the same few names stand beside thousands of notes */
  char *lens;
  guint track_number;
  guint n_replies;
  gboolean is_own;
};

G_DEFINE_FINAL_TYPE (LwNoteItem, lw_note_item, G_TYPE_OBJECT)

static void
lw_note_item_finalize (GObject *object)
{
  LwNoteItem *self = LW_NOTE_ITEM (object);
  g_clear_pointer (&self->note, lw_note_unref);
  g_clear_pointer (&self->author, g_ref_string_release);
  g_clear_pointer (&self->lens, g_ref_string_release);
  G_OBJECT_CLASS (lw_note_item_parent_class)->finalize (object);
}

static void
lw_note_item_class_init (LwNoteItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lw_note_item_finalize;
}

static void
lw_note_item_init (LwNoteItem *self)
{
}

LwNoteItem *
lw_note_item_new (const LwNote *note,
                  const char *author,
                  const char *lens,
                  guint track_number,
                  gboolean is_own,
                  guint n_replies)
{
  LwNoteItem *self = g_object_new (LW_TYPE_NOTE_ITEM, NULL);
  self->note = lw_note_ref (note);
  self->author = g_ref_string_new_intern (author);
  self->lens = g_ref_string_new_intern (lens);
  self->track_number = track_number;
  self->is_own = is_own;
  self->n_replies = n_replies;
  return self;
}

const LwNote *
lw_note_item_get_note (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), NULL);
  return self->note;
}

const char *
lw_note_item_get_author (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), "");
  return self->author;
}

const char *
lw_note_item_get_lens (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), "");
  return self->lens;
}

guint
lw_note_item_get_track_number (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), 0);
  return self->track_number;
}

gboolean
lw_note_item_get_is_own (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), FALSE);
  return self->is_own;
}

guint
lw_note_item_get_n_replies (LwNoteItem *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ITEM (self), 0);
  return self->n_replies;
}
