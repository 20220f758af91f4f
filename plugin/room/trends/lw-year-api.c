/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A practice's year: its rounds in order, with what was counted and what was planned in each. */

#include "lw-json.h"
#include "lw-trend-api.h"

#define PLAN_FIELD "/plan" /* of a routine's form: what a round means to do */

static gboolean
is_plan (const LwNote *note)
{
  for (gsize i = 0; note->tags[i] != NULL; i++) {
    if (g_str_has_suffix (note->tags[i], PLAN_FIELD))
      return TRUE;
  }
  return FALSE;
}

static void
add_line (
    json_object *list, const char *from, const LwId *step, const LwId *before, const char *text)
{
  json_object *json = json_object_new_object ();

  lw_json_add_text (json, "type", from);
  lw_json_add_id (json, "id", step);
  if (before != NULL)
    lw_json_add_id (json, "from", before);
  lw_json_add_text (json, "text", text);
  json_object_array_add (list, json);
}

/* The round's next steps, the changes that it tests, and what was written in a form's field for the
 * plan. */
static json_object *
plan_to_json (const LwOpenWalks *open, const LwId *walk_id, GError **error)
{
  LwStore *store = open->room->store;
  LwNoteQuery query = {.walk_id = walk_id, .kinds = 1u << LW_NOTE_ANSWER};
  g_autoptr (GPtrArray) steps = lw_store_list (store, LW_ENTITY_STEP, walk_id, error);
  g_autoptr (GPtrArray) tests = lw_store_list (store, LW_ENTITY_TRIAL, walk_id, error);
  g_autoptr (GPtrArray) answers = NULL;
  json_object *list;

  if (steps == NULL || tests == NULL || (answers = lw_store_query (store, &query, error)) == NULL)
    return NULL;
  list = json_object_new_array ();
  for (guint i = 0; i < steps->len; i++) {
    const LwStep *step = steps->pdata[i];

    if (!step->item.gone)
      add_line (list, "step", &step->item.id, &step->from_id, step->text);
  }
  for (guint i = 0; i < tests->len; i++) {
    const LwTrial *test = tests->pdata[i];

    if (!test->item.gone && *test->change != '\0')
      add_line (list, "test", &test->item.id, &test->from_id, test->change);
  }
  for (guint i = 0; i < answers->len; i++) {
    const LwNote *answer = answers->pdata[i];

    if (is_plan (answer) && *answer->text != '\0')
      add_line (list, "answer", &answer->id, NULL, answer->text);
  }
  return list;
}

static gint64
first_day (LwStore *store, const LwId *walk_id)
{
  g_autoptr (GPtrArray) visits = lw_store_list (store, LW_ENTITY_VISIT, walk_id, NULL);
  gint64 first = 0;

  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    gint64 planned = ((const LwVisit *)visits->pdata[i])->planned_utc_us;

    if (planned > 0 && (first == 0 || planned < first))
      first = planned;
  }
  return first;
}

static gboolean
add_round (const LwOpenWalks *open, const LwWalk *walk, json_object *list, GError **error)
{
  LwTrendQuery query = {.walk_ids = &walk->id, .n_walk_ids = 1};
  g_autoptr (LwTrendBoard) board = lw_store_count_trends (open->room->store, &query, error);
  json_object *json, *plan;
  gint64 when;

  if (board == NULL || (plan = plan_to_json (open, &walk->id, error)) == NULL)
    return FALSE;
  json = json_object_new_object ();
  when = first_day (open->room->store, &walk->id);
  lw_json_add_id (json, "walk", &walk->id);
  lw_json_add_text (json, "title", walk->title);
  lw_json_add_id (json, "previous", &walk->previous_id);
  if (when > 0)
    lw_json_add_utc (json, "when", when);
  lw_trend_add_counts (json, board->visits, &board->notes);
  json_object_object_add (json, "lenses", lw_trend_lenses_to_json (open->room, board->lenses));
  json_object_object_add (json, "plan", plan);
  json_object_array_add (list, json);
  return TRUE;
}

static void
get_year (LwHttpCall *call, gpointer data)
{
  g_auto (LwOpenWalks) open = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rounds = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *list = json_object_new_array ();
  LwEntityKind kind;
  LwItem *practice;
  LwId id;
  gboolean ok = TRUE;

  json_object_object_add (json, "rounds", list);
  if (!lw_http_call_part_id (call, "practice", &id))
    return;
  practice = lw_store_get_item (((LwRoom *)data)->store, &id, &kind, NULL);
  if (practice != NULL && kind == LW_ENTITY_PRACTICE && !practice->gone &&
      lw_open_walks_load (&open, data, lw_http_call_caller (call), &id, NULL, &error) &&
      lw_practice_is_for (&open, &id))
    json_object_object_add (json, "practice", lw_practice_to_json (&open, (LwPractice *)practice));
  else
    ok = FALSE;
  if (practice != NULL)
    lw_item_unref (kind, practice);
  if (ok)
    rounds = lw_open_walks_in_order (&open, &id);
  for (guint i = 0; ok && i < rounds->len; i++)
    ok = add_round (&open, rounds->pdata[i], list, &error);
  if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (!ok)
    lw_http_call_reply_not_found (call);
  else
    lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

void
lw_room_add_year (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/practices/:practice/year", get_year, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
