/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-forms.h"

#include <string.h>

#include "lw-json.h"
#include "lw-rounds.h"

/* An empty list where there is none. */
static gsize
get_list (json_object *object, const char *member, json_object **ret_list)
{
  *ret_list = NULL;
  return json_object_object_get_ex (object, member, ret_list) ? json_object_array_length (*ret_list)
                                                              : 0;
}

json_object *
lw_forms_find (json_object *protocol, const char *id)
{
  json_object *forms;
  gsize n = get_list (protocol, "forms", &forms);

  for (gsize i = 0; i < n; i++) {
    json_object *form = json_object_array_get_idx (forms, i);

    if (g_strcmp0 (lw_json_get_text (form, "id"), id) == 0)
      return form;
  }
  return NULL;
}

gboolean
lw_forms_is_for (json_object *form, guint roles)
{
  guint wanted = 0;

  return lw_json_get_roles (form, "for", &wanted) && (wanted & roles) != 0;
}

gboolean
lw_forms_is_complete (json_object *form, const LwFormAnswers *answers)
{
  json_object *fields;
  gsize n = get_list (form, "fields", &fields);
  guint n_needed = 0, n_answered = 0;

  for (gsize i = 0; i < n; i++) {
    json_object *field = json_object_array_get_idx (fields, i);
    g_autofree char *tag =
        g_strdup_printf ("%s/%s", lw_json_get_text (form, "id"), lw_json_get_text (field, "id"));
    gboolean is_answered = g_hash_table_contains (answers->answered, tag);
    gboolean is_required = FALSE, cites = FALSE;

    lw_json_get_flag (field, "required", &is_required);
    lw_json_get_flag (field, "cites", &cites);
    if ((is_required && !is_answered) ||
        (is_answered && cites && !g_hash_table_contains (answers->rested, tag)))
      return FALSE;
    n_answered += is_answered;
    n_needed += is_required;
  }
  /* Where nothing is required, something of it is there all the same. */
  return n_needed > 0 || n_answered > 0;
}

/* ---- counting ---- */

/* The form of the phase, or of the last one before it that had one. */
static const char *
find_current (const LwWalkFacts *facts)
{
  const char *current = "";

  for (guint i = 0; i < lw_protocol_get_n_phases (facts->protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (facts->protocol, i);

    if (*phase->form != '\0')
      current = phase->form;
    if (phase == facts->access.phase)
      return current;
  }
  return "";
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

/* On a moment of the lesson, or on a pin of the writer's that is still there. */
static gboolean
rests (LwRoom *room, const LwNote *answer)
{
  for (gsize i = 0; answer->tags[i] != NULL; i++) {
    g_autoptr (LwNote) note = NULL;
    guint64 time;
    LwId id;

    if (g_str_has_prefix (answer->tags[i], "at:") &&
        g_ascii_string_to_unsigned (answer->tags[i] + 3, 10, 0, G_MAXINT64, &time, NULL))
      return TRUE;
    if (g_str_has_prefix (answer->tags[i], "cites:") && lw_id_parse (answer->tags[i] + 6, &id))
      note = lw_store_get_note (room->store, &id, NULL);
    if (note != NULL && note->kind != LW_NOTE_ANSWER &&
        lw_id_equal (&note->author_id, &answer->author_id))
      return TRUE;
  }
  return FALSE;
}

/* Person -> what they answered on the lesson in this round. */
static GHashTable *
read_answers (LwRoom *room, const LwId *segment_id, guint round)
{
  LwNoteQuery query = {.segment_id = segment_id, .kinds = 1u << LW_NOTE_ANSWER};
  g_autoptr (GPtrArray) notes = lw_store_query (room->store, &query, NULL);
  GHashTable *all = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, form_answers_free);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    LwFormAnswers *answers;
    gboolean is_rested;

    if (*note->text == '\0' || lw_rounds_of_tags (note->tags) != round)
      continue;
    answers = answers_of (all, &note->author_id);
    is_rested = rests (room, note);
    for (gsize k = 0; note->tags[k] != NULL; k++) {
      g_hash_table_add (answers->answered, g_strdup (note->tags[k]));
      if (is_rested)
        g_hash_table_add (answers->rested, g_strdup (note->tags[k]));
    }
  }
  return all;
}

static json_object *
count_lesson (LwRoom *room,
              const LwWalkFacts *facts,
              json_object *form,
              const LwVisit *visit,
              const LwId *segment_id)
{
  g_autoptr (GHashTable) answers = read_answers (room, segment_id, facts->walk->round);
  json_object *json = json_object_new_object ();
  guint handed_in = 0, of = 0;
  GHashTableIter people;
  gpointer id, person;

  g_hash_table_iter_init (&people, facts->snapshot->people);
  while (g_hash_table_iter_next (&people, &id, &person)) {
    const LwFormAnswers *hers = g_hash_table_lookup (answers, id);
    guint roles = ((LwWalkPerson *)person)->roles;

    /* In her own lesson a teacher is the host, whatever else she does in the walk. */
    if (roles != 0 && lw_id_equal (id, &visit->host_id))
      roles = 1u << LW_ROLE_HOST;
    if (!lw_forms_is_for (form, roles))
      continue;
    of++;
    handed_in += hers != NULL && lw_forms_is_complete (form, hers);
  }
  lw_json_add_id (json, "segment", segment_id);
  lw_json_add_int (json, "handed_in", handed_in);
  lw_json_add_int (json, "of", of);
  return json;
}

json_object *
lw_forms_count_to_json (LwRoom *room, const LwWalkFacts *facts)
{
  const char *id = find_current (facts);
  g_autoptr (json_object) protocol =
      *id != '\0' ? json_tokener_parse (lw_protocol_get_json (facts->protocol)) : NULL;
  json_object *form = protocol != NULL ? lw_forms_find (protocol, id) : NULL;
  g_autoptr (GPtrArray) visits = NULL;
  json_object *json, *lessons;

  if (form == NULL)
    return NULL;
  json = json_object_new_object ();
  lessons = json_object_new_array ();
  visits = lw_store_list (room->store, LW_ENTITY_VISIT, &facts->walk->id, NULL);
  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments =
        lw_store_list (room->store, LW_ENTITY_SEGMENT, &visit->id, NULL);

    for (guint k = 0; segments != NULL && k < segments->len; k++)
      json_object_array_add (lessons, count_lesson (room, facts, form, visit,
                                                    &((const LwSegment *)segments->pdata[k])->id));
  }
  lw_json_add_text (json, "form", id);
  lw_json_add_text (json, "title", lw_json_get_text (form, "title"));
  json_object_object_add (json, "lessons", lessons);
  return json;
}
