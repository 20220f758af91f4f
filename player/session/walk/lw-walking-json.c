/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walking-json.h"

static void
add_text (json_object *json, const char *member, const char *text)
{
  json_object_object_add (json, member, json_object_new_string (text != NULL ? text : ""));
}

static void
add_id (json_object *json, const char *member, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  if (lw_id_is_none (id))
    return;
  lw_id_format (id, text);
  add_text (json, member, text);
}

static void
add_outcome (json_object *json, const LwOutcome *outcome, GStrv cites)
{
  json_object *list = json_object_new_array ();

  add_text (json, "kind", lw_outcome_kind_to_string (outcome->kind));
  add_text (json, "text", outcome->text);
  for (gsize i = 0; cites != NULL && cites[i] != NULL; i++)
    json_object_array_add (list, json_object_new_string (cites[i]));
  json_object_object_add (json, "cites", list);
  json_object_object_add (json, "position", json_object_new_int64 (outcome->position));
}

static void
add_step (json_object *json, const LwStep *step)
{
  add_text (json, "level", step->level);
  add_text (json, "text", step->text);
  add_text (json, "owner_name", step->owner);
  add_text (json, "due", step->due);
  add_id (json, "owner", &step->owner_id);
  add_id (json, "outcome", &step->outcome_id);
  add_id (json, "from", &step->from_id);
}

json_object *
lw_walking_draft_to_json (const LwBoardDraft *draft, gboolean is_agreement)
{
  json_object *json = json_object_new_object ();
  const char *type = "";

  switch (draft->kind) {
  case LW_ENTITY_GROUP:
    type = "group";
    add_text (json, "title", draft->fields.group.title);
    json_object_object_add (json, "position", json_object_new_int64 (draft->fields.group.position));
    break;
  case LW_ENTITY_CARD:
    type = "card";
    add_id (json, "note", &draft->fields.card.note_id);
    add_id (json, "group", &draft->fields.card.group_id);
    add_text (json, "about", draft->fields.card.about);
    json_object_object_add (json, "position", json_object_new_int64 (draft->fields.card.position));
    break;
  case LW_ENTITY_OUTCOME:
    type = "outcome";
    add_outcome (json, &draft->fields.outcome, draft->cites);
    break;
  case LW_ENTITY_STEP:
    type = "step";
    add_step (json, &draft->fields.step);
    break;
  case LW_ENTITY_FOLLOW_UP:
    type = "follow-up";
    add_id (json, "step", &draft->fields.follow_up.step_id);
    add_text (json, "state", lw_follow_up_state_to_string (draft->fields.follow_up.state));
    add_text (json, "text", draft->fields.follow_up.text);
    add_text (json, "on", draft->fields.follow_up.on);
    break;
  case LW_ENTITY_MESSAGE:
    type = "message";
    add_text (json, "text", draft->fields.message.text);
    add_id (json, "reply_to", &draft->fields.message.reply_to);
    break;
  default:
    g_warn_if_reached ();
    break;
  }
  add_text (json, "type", type);
  add_id (json, "id", &draft->fields.item.id);
  if (draft->fields.item.gone)
    json_object_object_add (json, "gone", json_object_new_boolean (TRUE));
  if (is_agreement)
    json_object_object_add (json, "agree", json_object_new_boolean (TRUE));
  return json;
}
