/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-form-sheet.h"

#include "lw-config.h"
#include "lw-rounds.h"

#include <glib/gi18n-lib.h>

#define CITES "cites:"
#define AT "at:"

static void
form_part_free (gpointer data)
{
  LwFormPart *part = data;

  g_free (part->tag);
  g_clear_pointer (&part->answer, lw_note_unref);
  g_clear_pointer (&part->draft, lw_note_unref);
  g_free (part->text);
  g_strfreev (part->cites);
  g_free (part);
}

void
lw_form_sheet_free (LwFormSheet *sheet)
{
  g_clear_pointer (&sheet->parts, g_ptr_array_unref);
  g_clear_pointer (&sheet->pins, g_ptr_array_unref);
  g_clear_pointer (&sheet->forms, g_ptr_array_unref);
  g_clear_pointer (&sheet->visit, lw_visit_unref);
  g_clear_pointer (&sheet->segment, lw_segment_unref);
  g_free (sheet);
}

/* ---- reading ---- */

static LwNote *
find_answer (GPtrArray *answers, const char *tag, guint round)
{
  for (guint i = 0; i < answers->len; i++) {
    LwNote *note = answers->pdata[i];

    if (g_strv_contains (note->tags, tag) && lw_rounds_of_tags (note->tags) == round)
      return lw_note_ref (note);
  }
  return NULL;
}

static void
take_note (LwFormPart *part, const LwNote *note)
{
  g_autoptr (GPtrArray) cites = g_ptr_array_new ();

  for (gsize i = 0; note->tags[i] != NULL; i++) {
    const char *tag = note->tags[i];
    guint64 time;

    if (g_str_has_prefix (tag, CITES))
      g_ptr_array_add (cites, g_strdup (tag + strlen (CITES)));
    else if (g_str_has_prefix (tag, AT) &&
             g_ascii_string_to_unsigned (tag + strlen (AT), 10, 0, G_MAXINT64, &time, NULL))
      part->moment = (LwTime)time;
  }
  g_ptr_array_add (cites, NULL);
  part->cites = (GStrv)g_ptr_array_steal (cites, NULL);
  part->text = g_strdup (note->text);
}

/* With her own notes of the field's kind. */
static void
prefill (LwFormPart *part, GPtrArray *pins)
{
  g_autoptr (GString) text = g_string_new ("");
  g_autoptr (GPtrArray) cites = g_ptr_array_new ();

  for (guint i = 0; part->field->prefill != LW_NOTE_ANSWER && i < pins->len; i++) {
    const LwNote *pin = pins->pdata[i];
    char id[LW_ID_TEXT_LENGTH + 1];

    if (pin->kind != part->field->prefill)
      continue;
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", pin->text);
    lw_id_format (&pin->id, id);
    if (part->field->cites && cites->len < LW_FORM_CITES_MAX)
      g_ptr_array_add (cites, g_strdup (id));
  }
  g_ptr_array_add (cites, NULL);
  part->cites = (GStrv)g_ptr_array_steal (cites, NULL);
  part->text = g_string_free (g_steal_pointer (&text), FALSE);
}

static LwLack
lack_of (LwStore *store, const LwFormPart *part)
{
  if (part->answer == NULL || *part->answer->text == '\0')
    return part->field->required ? LW_LACK_WORDS : LW_LACK_NOTHING;
  return part->field->cites && !lw_forms_rests (store, part->answer) ? LW_LACK_EVIDENCE
                                                                     : LW_LACK_NOTHING;
}

/* What she was writing in forms of this lesson. (transfer full) */
static GPtrArray *
read_drafts (const LwWalking *walking, const LwId *segment_id, GError **error)
{
  LwStore *store = walking->standing.store;
  g_autoptr (GPtrArray) tracks = lw_store_list (store, LW_ENTITY_TRACK, segment_id, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);

  for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
    const LwTrack *track = tracks->pdata[i];
    g_autoptr (GPtrArray) away = NULL;

    if (!lw_id_equal (&track->person_id, &walking->standing.person_id))
      continue;
    if (!lw_store_load_drafts (store, &track->id, NULL, &away, error))
      return NULL;
    for (guint k = 0; k < away->len; k++) {
      LwNote *note = away->pdata[k];

      if (note->kind == LW_NOTE_ANSWER)
        g_ptr_array_add (found, lw_note_ref (note));
    }
  }
  return tracks != NULL ? g_steal_pointer (&found) : NULL;
}

static gboolean
read_parts (const LwWalking *walking, LwFormSheet *sheet, GError **error)
{
  LwStore *store = walking->standing.store;
  guint round = walking->standing.walk->round;
  LwNoteQuery query = {.segment_id = &sheet->segment->id,
                       .author_id = &walking->standing.person_id,
                       .kinds = 1u << LW_NOTE_ANSWER};
  g_autoptr (GPtrArray) answers = lw_store_query (store, &query, error);
  g_autoptr (GPtrArray) drafts =
      answers != NULL ? read_drafts (walking, &sheet->segment->id, error) : NULL;
  gboolean is_answered = FALSE;

  query.kinds = 1u << LW_NOTE_NOTICING | 1u << LW_NOTE_WONDERING;
  sheet->pins = drafts != NULL ? lw_store_query (store, &query, error) : NULL;
  if (sheet->pins == NULL)
    return FALSE;
  sheet->parts = g_ptr_array_new_with_free_func (form_part_free);
  sheet->is_handed_in = TRUE;
  for (guint i = 0; i < sheet->form->fields->len; i++) {
    LwFormPart *part = g_new0 (LwFormPart, 1);

    g_ptr_array_add (sheet->parts, part);
    part->field = sheet->form->fields->pdata[i];
    part->tag = lw_form_field_to_tag (sheet->form, part->field);
    part->moment = LW_TIME_NONE;
    part->answer = find_answer (answers, part->tag, round);
    part->draft = find_answer (drafts, part->tag, round);
    if (part->draft != NULL || part->answer != NULL)
      take_note (part, part->draft != NULL ? part->draft : part->answer);
    else
      prefill (part, sheet->pins);
    part->lack = lack_of (store, part);
    sheet->is_handed_in &= part->lack == LW_LACK_NOTHING;
    is_answered |= part->answer != NULL && *part->answer->text != '\0';
  }
  sheet->is_handed_in &= is_answered;
  return TRUE;
}

/* Whether what is saved of @part is other than what was kept. */
static gboolean
is_changed (const LwFormPart *part)
{
  if (part->draft == NULL)
    return FALSE;
  if (part->answer == NULL)
    return *part->draft->text != '\0';
  return !g_str_equal (part->draft->text, part->answer->text) ||
         !g_strv_equal (part->draft->tags, part->answer->tags);
}

gboolean
lw_form_sheet_has_drafts (const LwFormSheet *sheet)
{
  for (guint i = 0; i < sheet->parts->len; i++) {
    if (is_changed (sheet->parts->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_sheets (const LwWalking *walking, LwVisit *visit, GPtrArray *sheets, GError **error)
{
  guint roles = lw_standing_get_roles_on (&walking->standing, visit);
  g_autoptr (GPtrArray) segments =
      lw_store_list (walking->standing.store, LW_ENTITY_SEGMENT, &visit->id, error);

  if (walking->joined == NULL)
    roles = walking->standing.access.roles;
  for (guint i = 0; segments != NULL && i < segments->len; i++) {
    LwFormSheet *sheet = g_new0 (LwFormSheet, 1);

    sheet->forms = lw_forms_read (lw_protocol_get_json (walking->standing.protocol));
    sheet->form = lw_forms_find_current (sheet->forms, &walking->standing, roles);
    sheet->visit = lw_visit_ref (visit);
    sheet->segment = lw_segment_ref (segments->pdata[i]);
    if (roles == 0 || sheet->form == NULL) {
      lw_form_sheet_free (sheet);
      continue;
    }
    g_ptr_array_add (sheets, sheet);
    if (!read_parts (walking, sheet, error))
      return FALSE;
  }
  return segments != NULL;
}

GPtrArray *
lw_form_sheets_load (const LwWalking *walking, GError **error)
{
  g_autoptr (GPtrArray) sheets =
      g_ptr_array_new_with_free_func ((GDestroyNotify)lw_form_sheet_free);
  g_autoptr (GPtrArray) visits =
      lw_store_list (walking->standing.store, LW_ENTITY_VISIT, &walking->standing.walk->id, error);

  if (visits == NULL)
    return NULL;
  for (guint i = 0; i < visits->len; i++) {
    LwVisit *visit = visits->pdata[i];

    if (!visit->removed && !add_sheets (walking, visit, sheets, error))
      return NULL;
  }
  return g_steal_pointer (&sheets);
}

/* ---- answering ---- */

static GStrv
make_tags (const LwWalking *walking,
           const LwFormPart *part,
           const char *const *cites,
           LwTime moment)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();
  guint round = walking->standing.walk->round;

  g_ptr_array_add (tags, g_strdup (part->tag));
  if (round > 0)
    g_ptr_array_add (tags, g_strdup_printf ("round:%u", round + 1));
  for (guint i = 0; cites != NULL && cites[i] != NULL && i < LW_FORM_CITES_MAX; i++)
    g_ptr_array_add (tags, g_strconcat (CITES, cites[i], NULL));
  if (LW_TIME_IS_MOMENT (moment))
    g_ptr_array_add (tags, g_strdup_printf (AT "%" G_GINT64_FORMAT, moment));
  g_ptr_array_add (tags, NULL);
  return (GStrv)g_ptr_array_steal (tags, NULL);
}

/* What is to be done before one writes, a room asks for when the answer reaches it. */
static gboolean
may_write (const LwWalking *walking, const LwFormPart *part, GError **error)
{
  LwAccess access = walking->standing.access;

  access.is_own = TRUE;
  access.done = ~0u;
  if (lw_access_allows (part->answer != NULL ? LW_ACT_CHANGE_NOTE : LW_ACT_WRITE_NOTE, &access))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       _ ("This form is not filled in during this part of the walk. Nothing was "
                          "changed."));
  return FALSE;
}

/* The answer as it would be kept, or as it is saved meanwhile. */
static LwNote *
make_note (const LwWalking *walking,
           const LwFormSheet *sheet,
           const LwFormPart *part,
           const char *text,
           const char *const *cites,
           LwTime moment,
           GError **error)
{
  g_auto (GStrv) tags = make_tags (walking, part, cites, moment);
  LwNote fields = {.kind = LW_NOTE_ANSWER, .pass = 1};
  g_autoptr (LwTrack) track = NULL;

  if (part->answer != NULL) {
    fields = *part->answer;
    fields.edited_utc_us = 0;
  } else {
    track = lw_store_ensure_track (walking->standing.store, &sheet->segment->id,
                                   &walking->standing.person_id, error);
    if (track == NULL)
      return NULL;
    fields.track_id = track->id;
    if (part->draft != NULL)
      fields.id = part->draft->id;
  }
  fields.text = text;
  fields.tags = (const char *const *)tags;
  return lw_note_new (&fields, error);
}

gboolean
lw_form_sheet_save_draft (const LwWalking *walking,
                          const LwFormSheet *sheet,
                          LwFormPart *part,
                          const char *text,
                          const char *const *cites,
                          LwTime moment,
                          GError **error)
{
  g_autoptr (LwNote) note = make_note (walking, sheet, part, text, cites, moment, error);

  if (note == NULL || !lw_store_save_draft (walking->standing.store, note, TRUE, error))
    return FALSE;
  g_clear_pointer (&part->draft, lw_note_unref);
  part->draft = g_steal_pointer (&note);
  return TRUE;
}

/* Adds @note, and its draft is gone with it in one step. */
static gboolean
add_answer (LwStore *store, const LwNote *note, const LwNote *draft, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwNote) kept = NULL, anew = NULL;
  LwNote fields = *note;

  if (draft == NULL)
    return lw_store_add_note (store, note, NULL, error);
  if (lw_store_add_note_from_draft (store, note, &draft->id, NULL, &cause))
    return TRUE;
  if (!g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  /* That id was there once. Either it still is, since this sheet was read, and is changed; or it is
   * gone, and the draft was of an answer that was deleted meanwhile. */
  kept = lw_store_get_note (store, &note->id, NULL);
  if (kept != NULL)
    return lw_store_edit_note (store, note, NULL, error) &&
           lw_store_drop_draft (store, &draft->id, error);
  fields.id = lw_id_new ();
  anew = lw_note_new (&fields, error);
  return anew != NULL && lw_store_add_note_from_draft (store, anew, &draft->id, NULL, error);
}

gboolean
lw_form_sheet_answer (const LwWalking *walking,
                      const LwFormSheet *sheet,
                      const LwFormPart *part,
                      const char *text,
                      const char *const *cites,
                      LwTime moment,
                      GError **error)
{
  LwStore *store = walking->standing.store;
  g_autofree char *words = g_strstrip (g_strdup (text));
  g_autoptr (LwNote) note = NULL;

  if (!may_write (walking, part, error))
    return FALSE;
  if (part->answer != NULL || *words != '\0') {
    note = make_note (walking, sheet, part, words, cites, moment, error);
    if (note == NULL)
      return FALSE;
    if (part->answer == NULL)
      return add_answer (store, note, part->draft, error);
    if (!lw_store_edit_note (store, note, NULL, error))
      return FALSE;
  }
  return part->draft == NULL || lw_store_drop_draft (store, &part->draft->id, error);
}
