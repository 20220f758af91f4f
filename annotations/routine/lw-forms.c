/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-forms.h"

#include "lw-rounds.h"
#include "lw-routine-json.h"

/* ---- what the routine has ---- */

static void
field_free (gpointer data)
{
  LwFormField *field = data;

  g_free (field->id);
  g_free (field->title);
  g_free (field->hint);
  g_free (field);
}

static void
form_free (gpointer data)
{
  LwForm *form = data;

  g_free (form->id);
  g_free (form->title);
  g_free (form->hint);
  g_ptr_array_unref (form->fields);
  g_free (form);
}

static LwFormField *
read_field (json_object *json)
{
  LwFormField *field = g_new0 (LwFormField, 1);

  field->id = g_strdup (lw_routine_get_text (json, "id"));
  field->title = g_strdup (lw_routine_get_text (json, "title"));
  field->hint = g_strdup (lw_routine_get_text (json, "hint"));
  if (!lw_note_kind_parse (lw_routine_get_text (json, "prefill"), &field->prefill))
    field->prefill = LW_NOTE_ANSWER;
  field->required = lw_routine_get_flag (json, "required");
  field->cites = lw_routine_get_flag (json, "cites");
  return field;
}

static LwForm *
read_form (json_object *json)
{
  LwForm *form = g_new0 (LwForm, 1);
  json_object *list;
  gsize n = lw_routine_get_list (json, "for", &list);

  form->id = g_strdup (lw_routine_get_text (json, "id"));
  form->title = g_strdup (lw_routine_get_text (json, "title"));
  form->hint = g_strdup (lw_routine_get_text (json, "hint"));
  form->fields = g_ptr_array_new_with_free_func (field_free);
  for (gsize i = 0; i < n; i++) {
    LwRole role;

    if (lw_role_parse (json_object_get_string (json_object_array_get_idx (list, i)), &role))
      form->roles |= 1u << role;
  }
  n = lw_routine_get_list (json, "fields", &list);
  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (form->fields, read_field (json_object_array_get_idx (list, i)));
  return form;
}

GPtrArray *
lw_forms_read (const char *json)
{
  g_autoptr (json_object) protocol = json_tokener_parse (json);
  GPtrArray *forms = g_ptr_array_new_with_free_func (form_free);
  json_object *list;
  gsize n = lw_routine_get_list (protocol, "forms", &list);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (forms, read_form (json_object_array_get_idx (list, i)));
  return forms;
}

const LwForm *
lw_forms_find (GPtrArray *forms, const char *id)
{
  for (guint i = 0; i < forms->len; i++) {
    if (g_strcmp0 (((const LwForm *)forms->pdata[i])->id, id) == 0)
      return forms->pdata[i];
  }
  return NULL;
}

gboolean
lw_forms_is_for (const LwForm *form, guint roles)
{
  return (form->roles & roles) != 0;
}

const LwForm *
lw_forms_find_current (GPtrArray *forms, const LwStanding *standing, guint roles)
{
  const LwForm *current = NULL;

  for (guint i = 0; i < lw_protocol_get_n_phases (standing->protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (standing->protocol, i);
    const LwForm *form = *phase->form != '\0' ? lw_forms_find (forms, phase->form) : NULL;

    if (form != NULL && (roles == 0 || lw_forms_is_for (form, roles)))
      current = form;
    if (phase == standing->access.phase)
      return current;
  }
  return NULL;
}

char *
lw_form_field_to_tag (const LwForm *form, const LwFormField *field)
{
  return g_strdup_printf ("%s/%s", form->id, field->id);
}

/* ---- what was answered ---- */

gboolean
lw_forms_is_complete (const LwForm *form, const LwFormAnswers *answers)
{
  guint n_needed = 0, n_answered = 0;

  for (guint i = 0; i < form->fields->len; i++) {
    const LwFormField *field = form->fields->pdata[i];
    g_autofree char *tag = lw_form_field_to_tag (form, field);
    gboolean is_answered = g_hash_table_contains (answers->answered, tag);

    if ((field->required && !is_answered) ||
        (is_answered && field->cites && !g_hash_table_contains (answers->rested, tag)))
      return FALSE;
    n_answered += is_answered;
    n_needed += field->required;
  }
  /* Where nothing is required, something of it is there all the same. */
  return n_needed > 0 || n_answered > 0;
}

static void
form_answers_free (gpointer data)
{
  LwFormAnswers *answers = data;

  g_hash_table_unref (answers->answered);
  g_hash_table_unref (answers->rested);
  g_free (answers);
}

static LwFormAnswers *
answers_of (GHashTable *all, const LwId *person_id)
{
  LwFormAnswers *answers = g_hash_table_lookup (all, person_id);

  if (answers == NULL) {
    answers = g_new (LwFormAnswers, 1);
    answers->answered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    answers->rested = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (all, g_memdup2 (person_id, sizeof (LwId)), answers);
  }
  return answers;
}

gboolean
lw_forms_rests (LwStore *store, const LwNote *answer)
{
  for (gsize i = 0; answer->tags[i] != NULL; i++) {
    g_autoptr (LwNote) note = NULL;
    guint64 time;
    LwId id;

    if (g_str_has_prefix (answer->tags[i], "at:") &&
        g_ascii_string_to_unsigned (answer->tags[i] + 3, 10, 0, G_MAXINT64, &time, NULL))
      return TRUE;
    if (g_str_has_prefix (answer->tags[i], "cites:") && lw_id_parse (answer->tags[i] + 6, &id))
      note = lw_store_get_note (store, &id, NULL);
    if (note != NULL && note->kind != LW_NOTE_ANSWER &&
        lw_id_equal (&note->author_id, &answer->author_id))
      return TRUE;
  }
  return FALSE;
}

GHashTable *
lw_forms_read_answers (LwStore *store, const LwId *segment_id, guint round)
{
  LwNoteQuery query = {.segment_id = segment_id, .kinds = 1u << LW_NOTE_ANSWER};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &query, NULL);
  GHashTable *all = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, form_answers_free);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    LwFormAnswers *answers;
    gboolean is_rested;

    if (*note->text == '\0' || lw_rounds_of_tags (note->tags) != round)
      continue;
    answers = answers_of (all, &note->author_id);
    is_rested = lw_forms_rests (store, note);
    for (gsize k = 0; note->tags[k] != NULL; k++) {
      g_hash_table_add (answers->answered, g_strdup (note->tags[k]));
      if (is_rested)
        g_hash_table_add (answers->rested, g_strdup (note->tags[k]));
    }
  }
  return all;
}
