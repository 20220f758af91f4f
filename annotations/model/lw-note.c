/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note.h"

#include <string.h>

#include "lw-text.h"

G_DEFINE_BOXED_TYPE (LwNote, lw_note, lw_note_ref, lw_note_unref)
G_DEFINE_QUARK (lw - note - error - quark, lw_note_error)

static const char *const no_tags[] = {NULL};

static const char *const kind_names[LW_NOTE_N_KINDS] = {
    [LW_NOTE_NOTICING] = "noticing", [LW_NOTE_WONDERING] = "wondering", [LW_NOTE_REPLY] = "reply",
    [LW_NOTE_PROGRESS] = "progress", [LW_NOTE_ANSWER] = "answer",       [LW_NOTE_CODE] = "code",
};

const char *
lw_note_kind_to_string (LwNoteKind kind)
{
  g_return_val_if_fail ((guint)kind < LW_NOTE_N_KINDS, NULL);
  return kind_names[kind];
}

gboolean
lw_note_kind_parse (const char *text, LwNoteKind *ret_kind)
{
  g_return_val_if_fail (ret_kind != NULL, FALSE);
  for (guint i = 0; text != NULL && i < LW_NOTE_N_KINDS; i++) {
    if (strcmp (text, kind_names[i]) == 0) {
      *ret_kind = (LwNoteKind)i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
lw_region_is_none (const LwRegion *region)
{
  g_return_val_if_fail (region != NULL, TRUE);
  return region->x == 0 && region->y == 0 && region->width == 0 && region->height == 0;
}

static gboolean
fail (LwNoteError code, const char *message, GError **error)
{
  g_set_error_literal (error, LW_NOTE_ERROR, (int)code, message);
  return FALSE;
}

static gboolean
check_kind (const LwNote *fields, GError **error)
{
  if ((guint)fields->kind >= LW_NOTE_N_KINDS)
    return fail (LW_NOTE_ERROR_KIND, "There is no such kind of note.", error);
  if ((fields->kind == LW_NOTE_REPLY) == lw_id_is_none (&fields->reply_to))
    return fail (LW_NOTE_ERROR_KIND, "A reply must answer a note, and only a reply may.", error);
  if (fields->kind == LW_NOTE_REPLY && lw_id_equal (&fields->reply_to, &fields->id))
    return fail (LW_NOTE_ERROR_KIND, "A reply cannot answer itself.", error);
  return TRUE;
}

static gboolean
check_place (const LwNote *fields, GError **error)
{
  const LwRegion *region = &fields->region;

  if (!LW_TIME_IS_MOMENT (fields->start) || !LW_TIME_IS_MOMENT (fields->end))
    return fail (LW_NOTE_ERROR_TIME, "The time is not a moment of a recording.", error);
  if (fields->end < fields->start)
    return fail (LW_NOTE_ERROR_TIME, "The range ends before it starts.", error);
  if (fields->wall_utc_ns < 0 || fields->wall_uncertainty_ns < 0 ||
      fields->wall_uncertainty_ns > LW_TIME_MAX ||
      (fields->wall_utc_ns == 0 && fields->wall_uncertainty_ns != 0))
    return fail (LW_NOTE_ERROR_TIME, "The time of day is not one that a note can have.", error);
  if (!lw_region_is_none (region) &&
      (region->width == 0 || region->height == 0 || region->x + region->width > LW_REGION_SCALE ||
       region->y + region->height > LW_REGION_SCALE))
    return fail (LW_NOTE_ERROR_TIME, "The region does not lie within the picture.", error);
  return TRUE;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* NULL with @error, or a sorted vector in which each tag is once. */
static char **
clean_tags (const char *const *tags, GError **error)
{
  g_autoptr (GPtrArray) clean = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++) {
    g_autofree char *line = NULL;
    char *tag;

    /* Far more than may be kept: what counts is how many differ, but not without end. */
    if (i >= 64 * LW_NOTE_TAGS_MAX || strlen (tags[i]) > 16 * LW_NOTE_TAG_MAX_BYTES ||
        !g_utf8_validate (tags[i], -1, NULL)) {
      fail (LW_NOTE_ERROR_TAG, "A tag is not readable text, or is too long.", error);
      return NULL;
    }
    line = lw_text_clean (tags[i], TRUE);
    tag = lw_text_strip (line);
    g_ptr_array_add (clean, tag);
    if (*tag == '\0' || strlen (tag) > LW_NOTE_TAG_MAX_BYTES) {
      fail (LW_NOTE_ERROR_TAG, "A tag is empty or too long.", error);
      return NULL;
    }
  }
  g_ptr_array_sort (clean, compare_strings);
  for (guint i = 1; i < clean->len;) {
    if (strcmp (clean->pdata[i - 1], clean->pdata[i]) == 0)
      g_ptr_array_remove_index (clean, i);
    else
      i++;
  }
  if (clean->len > LW_NOTE_TAGS_MAX) {
    fail (LW_NOTE_ERROR_TAG, "A note can have no more than 32 tags.", error);
    return NULL;
  }
  g_ptr_array_add (clean, NULL);
  return (char **)g_ptr_array_steal (clean, NULL);
}

static char *
clean_text (const char *text, GError **error)
{
  g_autofree char *clean = NULL;

  if (text == NULL)
    return g_strdup ("");
  if (strlen (text) > LW_NOTE_TEXT_MAX_BYTES || !g_utf8_validate (text, -1, NULL)) {
    fail (LW_NOTE_ERROR_TEXT, "The text is not readable, or is longer than one megabyte.", error);
    return NULL;
  }
  clean = lw_text_clean (text, FALSE);
  if (strlen (clean) > LW_NOTE_TEXT_MAX_BYTES) {
    fail (LW_NOTE_ERROR_TEXT, "The text is longer than one megabyte.", error);
    return NULL;
  }
  return g_steal_pointer (&clean);
}

LwNote *
lw_note_new (const LwNote *fields, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) tags = NULL;
  LwNote *note;

  g_return_val_if_fail (fields != NULL, NULL);
  if (!check_kind (fields, error) || !check_place (fields, error))
    return NULL;
  text = clean_text (fields->text, error);
  if (text == NULL)
    return NULL;
  tags = clean_tags (fields->tags, error);
  if (tags == NULL)
    return NULL;

  note = g_atomic_rc_box_dup (sizeof *note, (gpointer)fields);
  if (lw_id_is_none (&note->id))
    note->id = lw_id_new ();
  note->on_focus = fields->on_focus != FALSE;
  if (note->pass == 0)
    note->pass = 1;
  if (note->created_utc_us == 0)
    note->created_utc_us = g_get_real_time ();
  if (note->edited_utc_us < note->created_utc_us)
    note->edited_utc_us = note->created_utc_us;
  note->text = g_steal_pointer (&text);
  /* Most notes have no tags, and there may be a million of them. */
  note->tags = tags[0] == NULL ? no_tags : (const char *const *)g_steal_pointer (&tags);
  return note;
}

LwNote *
lw_note_ref (const LwNote *note)
{
  g_return_val_if_fail (note != NULL, NULL);
  return g_atomic_rc_box_acquire ((LwNote *)note);
}

static void
note_clear (gpointer data)
{
  LwNote *note = data;

  g_free ((char *)note->text);
  if (note->tags != no_tags)
    g_strfreev ((char **)note->tags);
}

void
lw_note_unref (LwNote *note)
{
  g_return_if_fail (note != NULL);
  g_atomic_rc_box_release_full (note, note_clear);
}

gboolean
lw_note_is_range (const LwNote *note)
{
  g_return_val_if_fail (note != NULL, FALSE);
  return note->end > note->start;
}

gboolean
lw_note_equal (const LwNote *a, const LwNote *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);
  return a == b ||
         (lw_id_equal (&a->id, &b->id) && lw_id_equal (&a->track_id, &b->track_id) &&
          lw_id_equal (&a->segment_id, &b->segment_id) &&
          lw_id_equal (&a->author_id, &b->author_id) && lw_id_equal (&a->reply_to, &b->reply_to) &&
          lw_id_equal (&a->lens_id, &b->lens_id) && a->kind == b->kind &&
          a->on_focus == b->on_focus && a->pass == b->pass && a->start == b->start &&
          a->end == b->end && memcmp (&a->region, &b->region, sizeof a->region) == 0 &&
          a->wall_utc_ns == b->wall_utc_ns && a->wall_uncertainty_ns == b->wall_uncertainty_ns &&
          a->created_utc_us == b->created_utc_us && a->edited_utc_us == b->edited_utc_us &&
          strcmp (a->text, b->text) == 0 && g_strv_equal (a->tags, b->tags));
}
