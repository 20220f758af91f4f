/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The debrief board, next steps and the conversation about a walk, over HTTP. */

#include "lw-board-changes.h"
#include "lw-board-csv.h"
#include "lw-change.h"
#include "lw-json.h"
#include "lw-levels.h"

static const LwEntityKind kinds[] = {LW_ENTITY_GROUP, LW_ENTITY_CARD,      LW_ENTITY_OUTCOME,
                                     LW_ENTITY_STEP,  LW_ENTITY_FOLLOW_UP, LW_ENTITY_MESSAGE};

/* ---- reading ---- */

/* LwId of every note of the walk that the caller can read. */
static GHashTable *
find_open_notes (LwRoom *room, const LwWalkFacts *facts, GError **error)
{
  LwNoteQuery query = {.walk_id = &facts->walk->id};
  g_autoptr (GPtrArray) notes = lw_store_query (room->store, &query, error);
  GHashTable *open;

  if (notes == NULL)
    return NULL;
  open = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];

    if (lw_walk_facts_allow_note (facts, note))
      g_hash_table_add (open, g_memdup2 (&note->id, sizeof note->id));
  }
  return open;
}

static gboolean
add_items (LwRoom *room,
           const LwWalkFacts *facts,
           LwEntityKind kind,
           GHashTable *open_notes,
           json_object *list,
           GError **error)
{
  g_autoptr (GPtrArray) items = NULL;

  if (!lw_board_may_see (facts, kind))
    return TRUE;
  items = lw_store_list (room->store, kind, &facts->walk->id, error);
  if (items == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++) {
    const LwItem *item = items->pdata[i];

    /* Of what was taken away, the words go nowhere. A card is there where its note is. */
    if (item->gone || (kind == LW_ENTITY_CARD &&
                       !g_hash_table_contains (open_notes, &((const LwCard *)item)->note_id)))
      continue;
    json_object_array_add (list, lw_board_item_to_json (kind, item));
  }
  return TRUE;
}

static json_object *
may_to_json (const LwWalkFacts *facts)
{
  static const struct {
    const char *name;
    LwAct act;
  } acts[] = {{"arrange", LW_ACT_ARRANGE},     {"conclude", LW_ACT_CONCLUDE}, {"plan", LW_ACT_PLAN},
              {"follow_up", LW_ACT_FOLLOW_UP}, {"agree", LW_ACT_AGREE},       {"talk", LW_ACT_TALK},
              {"read_talk", LW_ACT_READ_TALK}};
  json_object *json = json_object_new_object ();

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    lw_json_add_flag (json, acts[i].name, lw_walk_facts_allow (facts, acts[i].act, FALSE));
  return json;
}

/* The routine's own list. */
static json_object *
levels_to_json (LwProtocol *protocol)
{
  g_autoptr (json_object) whole = json_tokener_parse (lw_protocol_get_json (protocol));
  json_object *levels = NULL;

  if (json_object_object_get_ex (whole, "levels", &levels))
    return json_object_get (levels);
  return json_object_new_array ();
}

static void
get_board (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) open_notes = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *list = json_object_new_array ();

  json_object_object_add (json, "items", list);
  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_BOARD))
    return;
  open_notes = find_open_notes (room, &facts, &error);
  for (guint i = 0; open_notes != NULL && error == NULL && i < G_N_ELEMENTS (kinds); i++)
    add_items (room, &facts, kinds[i], open_notes, list, &error);
  if (error != NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json_object_object_add (json, "may", may_to_json (&facts));
  json_object_object_add (json, "levels", levels_to_json (facts.protocol));
  lw_json_add_flag (json, "hide_names", lw_levels_hide_names (facts.protocol));
  lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

static void
get_table (LwHttpCall *call, gpointer data)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) table = NULL;
  LwStanding standing;
  gboolean names;

  if (!lw_walk_facts_for_call (&facts, data, call, LW_ACT_SEE_BOARD))
    return;
  names = g_strcmp0 (lw_http_call_query (call, "names"), "false") != 0 &&
          !lw_levels_hide_names (facts.protocol);
  standing = lw_walk_facts_lend (&facts, data);
  table = lw_board_csv (&standing, names, &error);
  if (table == NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_bytes (call, 200, "text/csv; charset=utf-8", table);
}

/* ---- writing ---- */

static void
post_board (LwHttpCall *call, gpointer data)
{
  lw_change_post (call, data, lw_board_changes_apply);
}

void
lw_room_add_board (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks/:walk/board", get_board, 0, 0},
      {"POST", "/api/walks/:walk/board", post_board, 0, 4 * 1024 * 1024},
      {"GET", "/api/walks/:walk/board.csv", get_table, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
