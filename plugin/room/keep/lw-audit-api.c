/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the audit log holds of a lesson, for the teacher whose lesson it is. */

#include "lw-audit.h"
#include "lw-json.h"
#include "lw-walk-facts.h"

#define VIEWS_MAX 500

typedef struct {
  LwRoom *room;
  const LwId *segment_id, *walk_id;
  gint64 before;
  gint64 limit;
  json_object *list;
} Reading;

static json_object *
row_to_json (LwRoom *room, LwStatement *row)
{
  g_autofree char *action = lw_column_text (row, 3);
  g_autofree char *detail = lw_column_text (row, 4);
  LwId person_id = lw_column_id (row, 2);
  json_object *json = json_object_new_object ();

  lw_json_add_int (json, "seq", lw_column_int (row, 0));
  lw_json_add_utc (json, "at", lw_column_int (row, 1));
  lw_json_add_text (json, "action", action);
  lw_json_add_id (json, "person", &person_id);
  if (*detail != '\0')
    lw_json_add_text (json, "detail", detail);
  return json;
}

static gboolean
read_rows (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autoptr (LwStatement) rows = lw_ledger_get (ledger, db, "audit-of-segment", error);
  gboolean row;

  if (rows == NULL)
    return FALSE;
  lw_bind_id (rows, 1, reading->segment_id);
  lw_bind_id (rows, 2, reading->walk_id);
  lw_bind_int (rows, 3, reading->before);
  lw_bind_int (rows, 4, reading->limit);
  for (;;) {
    if (!lw_step (db, rows, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    json_object_array_add (reading->list, row_to_json (reading->room, rows));
  }
}

/* Names as they are now; of somebody who was erased there is none. */
static void
add_names (LwRoom *room, json_object *list)
{
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);
    g_autoptr (LwPerson) person = NULL;
    LwId id;

    if (lw_json_get_id (item, "person", &id))
      person = lw_store_get_person (room->store, &id, NULL);
    if (person != NULL)
      lw_json_add_text (item, "name", person->name);
  }
}

static gint64
take_number (LwHttpCall *call, const char *name, gint64 otherwise)
{
  const char *text = lw_http_call_query (call, name);
  gint64 number;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &number, NULL))
    return otherwise;
  return number;
}

static void
get_views (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  LwId segment_id;
  Reading reading = {.room = room, .segment_id = &segment_id};
  json_object *json;

  if (!lw_http_call_part_id (call, "segment", &segment_id))
    return;
  if (!lw_walk_facts_load_for_segment (&facts, room, lw_http_call_caller (call), &segment_id, NULL,
                                       &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (!lw_walk_facts_allow (&facts, LW_ACT_SEE_VIEWS, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  reading.walk_id = &facts.walk->id;
  reading.before = take_number (call, "before", G_MAXINT64);
  reading.limit = MIN (take_number (call, "limit", VIEWS_MAX), VIEWS_MAX);
  reading.list = json_object_new_array ();
  if (!lw_audit_catch_up (room, &error) ||
      !lw_ledger_read (room->ledger, read_rows, &reading, &error)) {
    json_object_put (reading.list);
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  add_names (room, reading.list);
  json = json_object_new_object ();
  json_object_object_add (json, "views", reading.list);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_room_add_audit (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/segments/:segment/views", get_views, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
