/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-board-json.h"

#include <string.h>

#include "lw-json.h"
#include "lw-room-time.h"

static const char *const type_names[] = {"group",     "card",    "outcome", "step",
                                         "follow-up", "message", "test",    "timer"};

const char *
lw_board_type_name (LwEntityKind kind)
{
  g_return_val_if_fail (lw_item_is (kind), "");
  return type_names[kind - LW_ENTITY_GROUP];
}

gboolean
lw_board_may_see (const LwWalkFacts *facts, LwEntityKind kind)
{
  return lw_walk_facts_allow (facts, lw_board_act_to_see (kind), FALSE);
}

/* ---- writing ---- */

static void
add_step (json_object *json, const LwStep *step)
{
  lw_json_add_text (json, "level", step->level);
  lw_json_add_text (json, "text", step->text);
  lw_json_add_id (json, "owner", &step->owner_id);
  lw_json_add_text (json, "owner_name", step->owner);
  lw_json_add_text (json, "due", step->due);
  lw_json_add_id (json, "outcome", &step->outcome_id);
  lw_json_add_id (json, "agreed_by", &step->agreed_by_id);
  lw_json_add_id (json, "from", &step->from_id);
}

static void
add_outcome (json_object *json, const LwOutcome *outcome)
{
  json_object *cites = json_object_new_array ();

  lw_json_add_text (json, "kind", lw_outcome_kind_to_string (outcome->kind));
  lw_json_add_text (json, "text", outcome->text);
  for (gsize i = 0; outcome->cites[i] != NULL; i++)
    json_object_array_add (cites, json_object_new_string (outcome->cites[i]));
  json_object_object_add (json, "cites", cites);
  lw_json_add_int (json, "position", outcome->position);
}

/* What is left is told, and not when it ends: no clock but the room's has to be right. */
static void
add_timer (json_object *json, const LwTimer *timer)
{
  lw_json_add_id (json, "visit", &timer->visit_id);
  lw_json_add_text (json, "phase", timer->phase);
  lw_json_add_text (json, "step", timer->step);
  lw_json_add_int (json, "round", timer->round + 1);
  lw_json_add_int (json, "length_ms", timer->length_ms);
  lw_json_add_flag (json, "running", timer->begun_utc_us != 0);
  if (timer->turn_ms == 0) {
    lw_json_add_int (json, "left_ms", lw_timer_get_left_ms (timer, lw_room_time_us ()));
    return;
  }
  /* Which visits follow is told with the walk: what is counted from is how long it runs. */
  lw_json_add_int (json, "left_ms", timer->left_ms);
  lw_json_add_int (
      json, "ran_ms",
      timer->begun_utc_us != 0 ? MAX (lw_room_time_us () - timer->begun_utc_us, 0) / 1000 : 0);
  lw_json_add_int (json, "turn_ms", timer->turn_ms);
  lw_json_add_int (json, "after_ms", timer->after_ms);
  lw_json_add_flag (json, "writing", timer->writing != 0);
}

static void
add_stretch (json_object *json, const char *member, const LwStretch *stretch)
{
  json_object *part;

  if (lw_id_is_none (&stretch->segment_id))
    return;
  part = json_object_new_object ();
  lw_json_add_id (part, "segment", &stretch->segment_id);
  lw_json_add_int (part, "start", stretch->start);
  lw_json_add_int (part, "end", stretch->end);
  json_object_object_add (json, member, part);
}

static void
add_trial (json_object *json, const LwTrial *trial)
{
  lw_json_add_int (json, "cycle", trial->cycle);
  lw_json_add_text (json, "change", trial->change);
  lw_json_add_text (json, "prediction", trial->prediction);
  if (trial->predicted_utc_us > 0)
    lw_json_add_utc (json, "predicted", trial->predicted_utc_us);
  if (trial->fixed_utc_us > 0)
    lw_json_add_utc (json, "fixed", trial->fixed_utc_us);
  lw_json_add_text (json, "remark", trial->remark);
  lw_json_add_text (json, "measure", trial->measure);
  add_stretch (json, "before", &trial->before);
  add_stretch (json, "after", &trial->after);
  lw_json_add_text (json, "found", trial->found);
  lw_json_add_text (json, "compared", trial->compared);
  lw_json_add_text (json, "decision", lw_decision_to_string (trial->decision));
  lw_json_add_text (json, "why", trial->why);
  lw_json_add_text (json, "on", trial->on);
  lw_json_add_id (json, "from", &trial->from_id);
}

static void
add_fields (json_object *json, LwEntityKind kind, gconstpointer item)
{
  switch (kind) {
  case LW_ENTITY_GROUP:
    lw_json_add_text (json, "title", ((const LwGroup *)item)->title);
    lw_json_add_int (json, "position", ((const LwGroup *)item)->position);
    break;
  case LW_ENTITY_CARD:
    lw_json_add_id (json, "note", &((const LwCard *)item)->note_id);
    lw_json_add_id (json, "group", &((const LwCard *)item)->group_id);
    lw_json_add_int (json, "position", ((const LwCard *)item)->position);
    lw_json_add_text (json, "about", ((const LwCard *)item)->about);
    break;
  case LW_ENTITY_OUTCOME:
    add_outcome (json, item);
    break;
  case LW_ENTITY_STEP:
    add_step (json, item);
    break;
  case LW_ENTITY_FOLLOW_UP:
    lw_json_add_id (json, "step", &((const LwFollowUp *)item)->step_id);
    lw_json_add_text (json, "state",
                      lw_follow_up_state_to_string (((const LwFollowUp *)item)->state));
    lw_json_add_text (json, "text", ((const LwFollowUp *)item)->text);
    lw_json_add_text (json, "on", ((const LwFollowUp *)item)->on);
    break;
  case LW_ENTITY_MESSAGE:
    lw_json_add_id (json, "reply_to", &((const LwMessage *)item)->reply_to);
    lw_json_add_text (json, "text", ((const LwMessage *)item)->text);
    lw_json_add_utc (json, "created", ((const LwMessage *)item)->created_utc_us);
    break;
  case LW_ENTITY_TRIAL:
    add_trial (json, item);
    break;
  case LW_ENTITY_TIMER:
    add_timer (json, item);
    break;
  default:
    g_return_if_reached ();
  }
}

json_object *
lw_board_item_to_json (LwEntityKind kind, gconstpointer item)
{
  const LwItem *head = item;
  json_object *json = json_object_new_object ();

  lw_json_add_text (json, "type", type_names[kind - LW_ENTITY_GROUP]);
  lw_json_add_id (json, "id", &head->id);
  lw_json_add_id (json, "by", &head->by_id);
  lw_json_add_utc (json, "edited", head->edited_utc_us);
  /* Of what was taken away, the words go nowhere. */
  if (head->gone)
    lw_json_add_flag (json, "gone", TRUE);
  else
    add_fields (json, kind, item);
  return json;
}

/* ---- reading ---- */

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, LW_NOTE_ERROR, LW_NOTE_ERROR_KIND,
                       "The change could not be read, so it was not kept.");
  return FALSE;
}

static const char *
text_or_empty (json_object *json, const char *member)
{
  const char *text = lw_json_get_text (json, member);

  return text != NULL ? text : "";
}

/* @edited: of RFC 3339; a clock that goes ahead must not win for good. */
static gboolean
read_times (json_object *json, LwItem *item)
{
  const char *edited = lw_json_get_text (json, "edited");
  gint64 now_us = g_get_real_time ();

  item->edited_utc_us = now_us;
  if (edited == NULL)
    return !json_object_object_get_ex (json, "edited", NULL);
  if (!lw_utc_parse (edited, &item->edited_utc_us) || item->edited_utc_us < 0)
    return FALSE;
  item->edited_utc_us = MIN (item->edited_utc_us, now_us);
  return TRUE;
}

static gboolean
read_step (json_object *json, LwStep *step)
{
  step->level = text_or_empty (json, "level");
  step->text = text_or_empty (json, "text");
  step->owner = text_or_empty (json, "owner_name");
  step->due = text_or_empty (json, "due");
  lw_json_get_id (json, "owner", &step->owner_id);
  lw_json_get_id (json, "outcome", &step->outcome_id);
  lw_json_get_id (json, "from", &step->from_id);
  return TRUE;
}

/* What is not there is none; what is there is whole. */
static gboolean
read_stretch (json_object *json, const char *member, LwStretch *stretch)
{
  json_object *part;

  if (!json_object_object_get_ex (json, member, &part) || part == NULL)
    return TRUE;
  return json_object_is_type (part, json_type_object) &&
         lw_json_get_id (part, "segment", &stretch->segment_id) &&
         lw_json_get_int (part, "start", &stretch->start) &&
         lw_json_get_int (part, "end", &stretch->end);
}

static gboolean
read_trial (json_object *json, LwTrial *trial)
{
  gint64 cycle = 1;

  lw_json_get_int (json, "cycle", &cycle);
  trial->cycle = (guint)CLAMP (cycle, 0, G_MAXINT);
  trial->change = text_or_empty (json, "change");
  trial->prediction = text_or_empty (json, "prediction");
  trial->remark = text_or_empty (json, "remark");
  trial->measure = text_or_empty (json, "measure");
  trial->found = text_or_empty (json, "found");
  trial->compared = text_or_empty (json, "compared");
  trial->why = text_or_empty (json, "why");
  trial->on = text_or_empty (json, "on");
  lw_json_get_id (json, "from", &trial->from_id);
  return read_stretch (json, "before", &trial->before) &&
         read_stretch (json, "after", &trial->after) &&
         lw_decision_parse (text_or_empty (json, "decision"), &trial->decision);
}

static gboolean
read_fields (LwBoardDraft *draft, json_object *json)
{
  LwFollowUp *follow_up = &draft->fields.follow_up;
  LwMessage *message = &draft->fields.message;
  LwCard *card = &draft->fields.card;

  switch (draft->kind) {
  case LW_ENTITY_GROUP:
    draft->fields.group.title = text_or_empty (json, "title");
    lw_json_get_int (json, "position", &draft->fields.group.position);
    return TRUE;
  case LW_ENTITY_CARD:
    card->about = text_or_empty (json, "about");
    lw_json_get_int (json, "position", &card->position);
    lw_json_get_id (json, "group", &card->group_id);
    return lw_json_get_id (json, "note", &card->note_id);
  case LW_ENTITY_OUTCOME:
    draft->fields.outcome.text = text_or_empty (json, "text");
    draft->cites = lw_json_get_texts (json, "cites");
    draft->fields.outcome.cites = (const char *const *)draft->cites;
    lw_json_get_int (json, "position", &draft->fields.outcome.position);
    return lw_outcome_kind_parse (lw_json_get_text (json, "kind"), &draft->fields.outcome.kind);
  case LW_ENTITY_STEP:
    return read_step (json, &draft->fields.step);
  case LW_ENTITY_FOLLOW_UP:
    follow_up->text = text_or_empty (json, "text");
    follow_up->on = text_or_empty (json, "on");
    return lw_json_get_id (json, "step", &follow_up->step_id) &&
           lw_follow_up_state_parse (lw_json_get_text (json, "state"), &follow_up->state);
  case LW_ENTITY_MESSAGE:
    message->text = text_or_empty (json, "text");
    lw_json_get_id (json, "reply_to", &message->reply_to);
    return TRUE;
  case LW_ENTITY_TRIAL:
    return read_trial (json, &draft->fields.trial);
  default:
    return FALSE;
  }
}

gboolean
lw_board_draft_read (LwBoardDraft *draft, json_object *json, GError **error)
{
  gboolean gone = FALSE;
  const char *type;

  *draft = (LwBoardDraft){.kind = LW_ENTITY_N_KINDS};
  if (!json_object_is_type (json, json_type_object))
    return fail (error);
  type = lw_json_get_text (json, "type");
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (type_names); i++) {
    if (g_str_equal (type, type_names[i]))
      draft->kind = LW_ENTITY_GROUP + i;
  }
  if (!lw_item_is (draft->kind) || !read_times (json, &draft->fields.item) ||
      !read_fields (draft, json))
    return fail (error);
  /* A card's id follows from its note. */
  if (draft->kind != LW_ENTITY_CARD && !lw_json_get_id (json, "id", &draft->fields.item.id))
    return fail (error);
  lw_json_get_flag (json, "gone", &gone);
  draft->fields.item.gone = gone;
  return TRUE;
}
