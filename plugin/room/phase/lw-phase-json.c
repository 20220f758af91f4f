/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-phase-json.h"

#include "lw-board-json.h"
#include "lw-groups.h"
#include "lw-json.h"

static void
add_grouping (json_object *json, LwGrouping grouping)
{
  if (grouping != LW_GROUPING_NONE)
    lw_json_add_text (json, "grouping", lw_grouping_to_string (grouping));
}

static json_object *
steps_to_json (const LwPhase *phase)
{
  static const char *const kinds[] = {
      [LW_STEP_EVIDENCE] = "evidence", [LW_STEP_IMPLICATIONS] = "implications"};
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < phase->n_steps; i++) {
    const LwPhaseStep *step = &phase->steps[i];
    json_object *item = json_object_new_object ();

    lw_json_add_text (item, "id", step->id);
    lw_json_add_text (item, "title", step->title);
    lw_json_add_text (item, "hint", step->hint);
    if (step->kind != LW_STEP_OTHER)
      lw_json_add_text (item, "kind", kinds[step->kind]);
    if (step->minutes != 0)
      lw_json_add_int (item, "minutes", step->minutes);
    add_grouping (item, step->grouping);
    json_object_array_add (list, item);
  }
  return list;
}

static json_object *
gates_to_json (LwGates gates)
{
  static const char *const names[] = {"focus", "inquiry", "pd-session", "watch-for"};
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (gates & 1u << i)
      json_object_array_add (list, json_object_new_string (names[i]));
  }
  return list;
}

json_object *
lw_phases_to_json (LwProtocol *protocol)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < lw_protocol_get_n_phases (protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (protocol, i);
    json_object *item = json_object_new_object ();

    lw_json_add_text (item, "id", phase->id);
    lw_json_add_text (item, "title", phase->title);
    lw_json_add_text (item, "hint", phase->hint);
    json_object_object_add (item, "gates", gates_to_json (phase->gates));
    if (*phase->form != '\0')
      lw_json_add_text (item, "form", phase->form);
    if (phase->minutes != 0)
      lw_json_add_int (item, "minutes", phase->minutes);
    add_grouping (item, phase->grouping);
    if (phase->n_steps > 0)
      json_object_object_add (item, "steps", steps_to_json (phase));
    if (phase->begins_round)
      lw_json_add_text (item, "next_round", phase->again);
    if (phase->host_leaves)
      lw_json_add_flag (item, "host_leaves", TRUE);
    json_object_array_add (list, item);
  }
  return list;
}

void
lw_phase_add_to_json (json_object *json, LwRoom *room, const LwWalkFacts *facts)
{
  const LwAccess *access = &facts->access;
  g_autoptr (GPtrArray) timers =
      lw_store_list (room->store, LW_ENTITY_TIMER, &facts->walk->id, NULL);
  json_object *groups = lw_groups_to_json (facts), *list = json_object_new_array ();

  lw_json_add_int (json, "round", facts->walk->round + 1);
  if (access->step != NULL)
    lw_json_add_text (json, "step", access->step->id);
  if (lw_access_is_out (access))
    lw_json_add_flag (json, "is_out", TRUE);
  if (groups != NULL)
    json_object_object_add (json, "groups", groups);
  for (guint i = 0; timers != NULL && i < timers->len; i++)
    json_object_array_add (list, lw_board_item_to_json (LW_ENTITY_TIMER, timers->pdata[i]));
  json_object_object_add (json, "timers", list);
}
