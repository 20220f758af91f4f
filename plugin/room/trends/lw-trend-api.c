/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What many walks show together, over HTTP: practices, trends, and counts by place. */

#include "lw-trend-api.h"
#include "lw-csv.h"
#include "lw-json.h"
#include "lw-trend-changes.h"

#define PAGE 50
#define PAGE_MAX 500

/* ---- what is asked for ---- */

static guint
number_of (LwHttpCall *call, const char *name, guint otherwise, guint most)
{
  const char *text = lw_http_call_query (call, name);
  guint64 number = otherwise;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL))
    number = otherwise;
  return (guint)MIN (number, most);
}

/* FALSE for one that is there and cannot be read. */
static gboolean
id_of (LwHttpCall *call, const char *name, LwId *ret_id)
{
  const char *text = lw_http_call_query (call, name);

  *ret_id = LW_ID_NONE;
  return text == NULL || *text == '\0' || lw_id_parse (text, ret_id);
}

static LwPlaceKind
level_of (LwHttpCall *call)
{
  const char *level = lw_http_call_query (call, "level");

  if (g_strcmp0 (level, "district") == 0)
    return LW_PLACE_DISTRICT;
  return g_strcmp0 (level, "school") == 0 ? LW_PLACE_SCHOOL : LW_PLACE_CLASSROOM;
}

static const LwId *
or_null (const LwId *id)
{
  return lw_id_is_none (id) ? NULL : id;
}

gboolean
lw_trend_asked_load (LwTrendAsked *self, LwRoom *room, LwHttpCall *call)
{
  g_autoptr (GError) error = NULL;

  *self = (LwTrendAsked){0};
  if (!id_of (call, "practice", &self->practice_id) || !id_of (call, "cycle", &self->walk_id) ||
      !id_of (call, "place", &self->place_id)) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  self->offset = number_of (call, "offset", 0, G_MAXUINT / 2);
  self->limit = number_of (call, "limit", PAGE, PAGE_MAX);
  if (!lw_open_walks_load (&self->open, room, lw_http_call_caller (call),
                           or_null (&self->practice_id), or_null (&self->walk_id), &error) ||
      !lw_trend_names_init (&self->names, &self->open, call, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  return TRUE;
}

void
lw_trend_asked_clear (LwTrendAsked *self)
{
  lw_trend_names_clear (&self->names);
  lw_open_walks_clear (&self->open);
}

static LwTrendBoard *
count (LwTrendAsked *asked, LwHttpCall *call, guint limit, GError **error)
{
  g_autoptr (GArray) ids = lw_open_walks_ids (&asked->open);
  LwTrendQuery query = {.walk_ids = (const LwId *)ids->data,
                        .n_walk_ids = ids->len,
                        .place_id = or_null (&asked->place_id),
                        .level = level_of (call),
                        .offset = asked->offset,
                        .limit = limit};

  return lw_store_count_trends (asked->open.room->store, &query, error);
}

/* ---- the board ---- */

void
lw_trend_add_counts (json_object *json, guint visits, const LwNoteCounts *notes)
{
  lw_json_add_int (json, "visits", visits);
  lw_json_add_int (json, "noticings", (gint64)notes->noticings);
  lw_json_add_int (json, "wonderings", (gint64)notes->wonderings);
  lw_json_add_int (json, "progress", (gint64)notes->progress);
}

json_object *
lw_trend_lenses_to_json (LwRoom *room, const GArray *lenses)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < lenses->len; i++) {
    const LwTrendCount *count = &g_array_index (lenses, LwTrendCount, i);
    g_autoptr (LwLens) lens = NULL;
    json_object *json = json_object_new_object ();

    if (!lw_id_is_none (&count->id))
      lens = lw_store_get_lens (room->store, &count->id, NULL);
    lw_json_add_id (json, "lens", &count->id);
    lw_json_add_text (json, "name", lens != NULL ? lens->name : "");
    lw_trend_add_counts (json, count->visits, &count->notes);
    json_object_array_add (list, json);
  }
  return list;
}

static const char *
level_name (LwPlaceKind kind)
{
  static const char *const names[LW_PLACE_N_KINDS] = {"district", "school", "classroom"};

  return names[kind];
}

static json_object *
places_to_json (const LwTrendNames *names, const GPtrArray *places)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < places->len; i++) {
    const LwPlaceCount *count = places->pdata[i];
    g_autofree char *name = lw_trend_names_of_place (names, count->place);
    json_object *json = json_object_new_object ();

    lw_json_add_id (json, "id", &count->place->id);
    lw_json_add_text (json, "name", name);
    lw_json_add_text (json, "level", level_name (count->place->kind));
    lw_trend_add_counts (json, count->visits, &count->notes);
    json_object_array_add (list, json);
  }
  return list;
}

static json_object *
walks_to_json (const LwOpenWalks *open, const GArray *counts)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < counts->len && i < PAGE_MAX; i++) {
    const LwTrendCount *count = &g_array_index (counts, LwTrendCount, i);
    const LwWalk *walk = open->walks->pdata[i];
    json_object *json = json_object_new_object ();

    lw_json_add_id (json, "id", &walk->id);
    lw_json_add_text (json, "title", walk->title);
    lw_json_add_id (json, "practice", &walk->practice_id);
    lw_trend_add_counts (json, count->visits, &count->notes);
    json_object_array_add (list, json);
  }
  return list;
}

static gboolean
add_trends (LwTrendAsked *asked, json_object *list, GError **error)
{
  g_autoptr (GPtrArray) trends = NULL;

  /* Who sees none of the practice's walks sees nothing of what they showed. */
  if (lw_id_is_none (&asked->practice_id) || asked->open.walks->len == 0)
    return TRUE;
  trends = lw_store_list (asked->open.room->store, LW_ENTITY_TREND, &asked->practice_id, error);
  for (guint i = 0; trends != NULL && i < trends->len; i++) {
    if (!((LwItem *)trends->pdata[i])->gone)
      json_object_array_add (list,
                             lw_trend_to_json (&asked->open, &asked->names, trends->pdata[i]));
  }
  return trends != NULL;
}

static void
get_trends (LwHttpCall *call, gpointer data)
{
  g_auto (LwTrendAsked) asked = {0};
  g_autoptr (LwTrendBoard) board = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *trends = json_object_new_array ();

  json_object_object_add (json, "trends", trends);
  if (!lw_trend_asked_load (&asked, data, call))
    return;
  board = count (&asked, call, asked.limit, &error);
  if (board == NULL || !add_trends (&asked, trends, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_trend_add_counts (json, board->visits, &board->notes);
  lw_json_add_int (json, "seen", board->seen);
  lw_json_add_int (json, "classrooms", board->classrooms);
  lw_json_add_flag (json, "hidden", asked.names.hidden);
  lw_json_add_flag (json, "must_hide", asked.open.hide_names);
  json_object_object_add (json, "lenses", lw_trend_lenses_to_json (data, board->lenses));
  json_object_object_add (json, "places", places_to_json (&asked.names, board->places));
  lw_json_add_int (json, "n_places", board->n_places);
  json_object_object_add (json, "walks", walks_to_json (&asked.open, board->walks));
  lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

/* ---- as a table ---- */

enum { WHAT, NAME, VISITS, NOTICINGS, WONDERINGS, PROGRESS, TEXT, COLUMNS };

static void
add_count_row (
    GString *table, const char *what, const char *name, guint visits, const LwNoteCounts *notes)
{
  const guint64 numbers[] = {visits, notes->noticings, notes->wonderings, notes->progress};
  g_auto (GStrv) texts = g_new0 (char *, G_N_ELEMENTS (numbers) + 1);
  const char *cells[COLUMNS] = {[WHAT] = what, [NAME] = name};

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    texts[i] = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i]);
    cells[VISITS + i] = texts[i];
  }
  lw_csv_add_row (table, cells, COLUMNS);
}

static void
add_trend_rows (LwTrendAsked *asked, GString *table, const LwTrend *trend)
{
  const char *cells[COLUMNS] = {
      [WHAT] = lw_outcome_kind_to_string (trend->kind), [TEXT] = trend->text};
  g_auto (LwTrendEvidence) evidence = {0};

  lw_trend_evidence_find (&evidence, &asked->open, &trend->item.walk_id, trend->cites);
  lw_csv_add_row (table, cells, COLUMNS);
  for (guint i = 0; i < evidence.notes->len; i++) {
    const LwNote *note = evidence.notes->pdata[i];
    g_autoptr (LwVisit) visit = lw_trend_get_visit (asked->open.room->store, note);
    g_autofree char *name = lw_trend_names_of_classroom (
        &asked->names, visit != NULL ? &visit->classroom_id : &LW_ID_NONE);
    const char *rests[COLUMNS] = {[WHAT] = "rests on", [NAME] = name, [TEXT] = note->text};

    lw_csv_add_row (table, rests, COLUMNS);
  }
}

static void
get_table (LwHttpCall *call, gpointer data)
{
  static const char *const heads[COLUMNS] = {"what",       "name",     "visits", "noticings",
                                             "wonderings", "progress", "text"};
  g_auto (LwTrendAsked) asked = {0};
  g_autoptr (LwTrendBoard) board = NULL;
  g_autoptr (GPtrArray) trends = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) table = lw_csv_new (heads, COLUMNS);
  g_autoptr (GBytes) bytes = NULL;

  if (!lw_trend_asked_load (&asked, data, call))
    return;
  board = count (&asked, call, G_MAXUINT, &error);
  if (board != NULL && asked.open.walks->len > 0 && !lw_id_is_none (&asked.practice_id))
    trends = lw_store_list (((LwRoom *)data)->store, LW_ENTITY_TREND, &asked.practice_id, &error);
  if (error != NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  add_count_row (table, "all", "", board->visits, &board->notes);
  for (guint i = 0; i < board->places->len; i++) {
    const LwPlaceCount *place = board->places->pdata[i];
    g_autofree char *name = lw_trend_names_of_place (&asked.names, place->place);

    add_count_row (table, level_name (place->place->kind), name, place->visits, &place->notes);
  }
  for (guint i = 0; trends != NULL && i < trends->len; i++) {
    if (!((LwItem *)trends->pdata[i])->gone)
      add_trend_rows (&asked, table, trends->pdata[i]);
  }
  bytes = g_bytes_new (table->str, table->len);
  lw_http_call_reply_bytes (call, 200, "text/csv; charset=utf-8", bytes);
}

/* ---- practices ---- */

static void
get_practices (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwOpenWalks) open = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = lw_store_list (room->store, LW_ENTITY_PRACTICE, NULL, &error);
  json_object *json, *list;

  if (all == NULL ||
      !lw_open_walks_load (&open, room, lw_http_call_caller (call), NULL, NULL, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  list = json_object_new_array ();
  for (guint i = 0; i < all->len; i++) {
    const LwPractice *practice = all->pdata[i];

    if (!practice->item.gone && lw_practice_is_for (&open, &practice->item.id))
      json_object_array_add (list, lw_practice_to_json (&open, practice));
  }
  json_object_object_add (json, "practices", list);
  lw_json_add_flag (json, "may_begin", open.caller->may_create);
  lw_http_call_reply_json (call, 200, json);
}

static void
post_trends (LwHttpCall *call, gpointer data)
{
  json_object *body = lw_http_call_json (call);
  json_object *changes = NULL, *results, *json;
  g_autoptr (GError) error = NULL;

  if (body == NULL)
    return;
  json_object_object_get_ex (body, "changes", &changes);
  results = lw_trend_changes_apply (data, lw_http_call_caller (call), changes, &error);
  if (results == NULL) {
    if (error->domain == LW_WALK_ERROR)
      lw_http_call_reply_error (call, 422, "not-changes", error->message);
    else
      lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  json_object_object_add (json, "results", results);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_room_add_trends (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/practices", get_practices, 0, 0},
      {"GET", "/api/trends", get_trends, 0, 0},
      {"GET", "/api/trends.csv", get_table, 0, 0},
      {"POST", "/api/trends", post_trends, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
