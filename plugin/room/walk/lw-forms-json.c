/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-forms-json.h"

#include "lw-forms.h"
#include "lw-json.h"

static json_object *
count_lesson (LwRoom *room,
              const LwWalkFacts *facts,
              const LwForm *form,
              const LwVisit *visit,
              const LwId *segment_id)
{
  g_autoptr (GHashTable) answers =
      lw_forms_read_answers (room->store, segment_id, facts->walk->round);
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
  LwStanding standing = lw_walk_facts_lend (facts, room);
  g_autoptr (GPtrArray) forms = lw_forms_read (lw_protocol_get_json (facts->protocol));
  const LwForm *form = lw_forms_find_current (forms, &standing, 0);
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
  lw_json_add_text (json, "form", form->id);
  lw_json_add_text (json, "title", form->title);
  json_object_object_add (json, "lessons", lessons);
  return json;
}
