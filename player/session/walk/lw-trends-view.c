/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-trends-view.h"

#include "lw-rooms-private.h"

#define MINUTES_MAX 240
#define MINUTE (60 * LW_SECOND)

static void
trend_line_free (gpointer data)
{
  LwTrendLine *line = data;

  g_free (line->text);
  g_free (line->from);
  g_ptr_array_unref (line->evidence);
  g_free (line);
}

static void
lens_minutes_free (gpointer data)
{
  LwLensMinutes *lens = data;

  g_free (lens->lens);
  g_free (lens->minutes);
  g_free (lens);
}

static void
coverage_free (gpointer data)
{
  LwCoverage *coverage = data;

  lw_walk_unref (coverage->walk);
  lw_segment_unref (coverage->segment);
  g_ptr_array_unref (coverage->lenses);
  g_array_unref (coverage->empty);
  g_free (coverage);
}

void
lw_trends_view_free (LwTrendsView *self)
{
  g_clear_pointer (&self->board, lw_trend_board_free);
  g_ptr_array_unref (self->walks);
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->coverage);
  g_ptr_array_unref (self->away);
  g_free (self);
}

/* ---- what was seen ---- */

static LwTrendLine *
add_line (LwTrendsView *self, LwOutcomeKind kind, const char *text, const char *from)
{
  LwTrendLine *line = g_new0 (LwTrendLine, 1);

  line->kind = kind;
  line->text = g_strdup (text);
  line->from = g_strdup (from);
  line->evidence = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_ptr_array_add (self->lines, line);
  return line;
}

static void
add_evidence (LwStore *store, LwTrendLine *line, const char *id_text)
{
  g_autoptr (LwNote) note = NULL;
  LwId id;

  if (lw_id_parse (id_text, &id))
    note = lw_store_get_note (store, &id, NULL);
  if (note != NULL)
    g_ptr_array_add (line->evidence, g_steal_pointer (&note));
}

static void
count_visits (LwStore *store, LwTrendLine *line)
{
  g_autoptr (GHashTable) visits = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);

  for (guint i = 0; i < line->evidence->len; i++) {
    const LwNote *note = line->evidence->pdata[i];
    g_autoptr (LwSegment) segment = lw_store_get_segment (store, &note->segment_id, NULL);

    if (segment != NULL)
      g_hash_table_add (visits, g_memdup2 (&segment->visit_id, sizeof (LwId)));
  }
  line->visits = g_hash_table_size (visits);
}

static gboolean
add_outcomes (LwTrendsView *self, LwStore *store, const LwWalk *walk, GError **error)
{
  g_autoptr (GPtrArray) outcomes = lw_store_list (store, LW_ENTITY_OUTCOME, &walk->id, error);

  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++) {
    const LwOutcome *outcome = outcomes->pdata[i];
    LwTrendLine *line;

    if (outcome->item.gone || outcome->kind == LW_OUTCOME_WONDERING)
      continue;
    line = add_line (self, outcome->kind, outcome->text, walk->title);
    for (gsize k = 0; outcome->cites[k] != NULL; k++)
      add_evidence (store, line, outcome->cites[k]);
    count_visits (store, line);
  }
  return outcomes != NULL;
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const LwTrendLine *first = *(LwTrendLine *const *)a, *second = *(LwTrendLine *const *)b;

  if (first->visits != second->visits)
    return first->visits > second->visits ? -1 : 1;
  return first->kind != second->kind ? (int)first->kind - (int)second->kind
                                     : strcmp (first->text, second->text);
}

/* ---- where nobody looked ---- */

static LwLensMinutes *
ensure_lens (LwCoverage *self, GHashTable *known, LwStore *store, const LwId *id)
{
  LwLensMinutes *lens = g_hash_table_lookup (known, id);
  g_autoptr (LwLens) named = NULL;

  if (lens != NULL)
    return lens;
  if (!lw_id_is_none (id))
    named = lw_store_get_lens (store, id, NULL);
  lens = g_new0 (LwLensMinutes, 1);
  lens->lens = g_strdup (named != NULL ? named->name : "");
  lens->minutes = g_new0 (guint, MAX (self->n_minutes, 1));
  g_ptr_array_add (self->lenses, lens);
  g_hash_table_insert (known, g_memdup2 (id, sizeof *id), lens);
  return lens;
}

static int
compare_lenses (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(LwLensMinutes *const *)a)->lens, (*(LwLensMinutes *const *)b)->lens);
}

static void
find_empty (LwCoverage *self)
{
  for (guint minute = 0; minute < self->n_minutes; minute++) {
    guint notes = 0;

    for (guint i = 0; i < self->lenses->len; i++)
      notes += ((const LwLensMinutes *)self->lenses->pdata[i])->minutes[minute];
    if (notes == 0)
      g_array_append_val (self->empty, minute);
  }
}

static gboolean
add_lesson (LwTrendsView *view, LwStore *store, LwWalk *walk, LwSegment *segment, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  g_autoptr (GArray) counts = lw_store_count_minutes (store, &segment->id, error);
  g_autoptr (GPtrArray) members =
      counts != NULL ? lw_store_list (store, LW_ENTITY_MEMBER, &walk->id, error) : NULL;
  LwCoverage *self;

  if (members == NULL)
    return FALSE;
  self = g_new0 (LwCoverage, 1);
  self->walk = lw_walk_ref (walk);
  self->segment = lw_segment_ref (segment);
  self->lenses = g_ptr_array_new_with_free_func (lens_minutes_free);
  self->empty = g_array_new (FALSE, FALSE, sizeof (guint));
  if (segment->duration > 0)
    self->n_minutes = (guint)MIN ((segment->duration + MINUTE - 1) / MINUTE, MINUTES_MAX);
  for (guint i = 0; i < counts->len; i++) {
    guint minute = g_array_index (counts, LwMinuteCount, i).minute;

    if (minute < MINUTES_MAX)
      self->n_minutes = MAX (self->n_minutes, minute + 1);
  }
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member->roles != 0 && !lw_id_is_none (&member->lens_id))
      ensure_lens (self, known, store, &member->lens_id);
  }
  for (guint i = 0; i < counts->len; i++) {
    const LwMinuteCount *count = &g_array_index (counts, LwMinuteCount, i);

    if (count->minute < MINUTES_MAX)
      ensure_lens (self, known, store, &count->lens_id)->minutes[count->minute] += count->notes;
  }
  g_ptr_array_sort (self->lenses, compare_lenses);
  find_empty (self);
  g_ptr_array_add (view->coverage, self);
  return TRUE;
}

static gboolean
add_coverage (LwTrendsView *self, LwStore *store, LwWalk *walk, GError **error)
{
  g_autoptr (GPtrArray) visits = lw_store_list (store, LW_ENTITY_VISIT, &walk->id, error);

  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments =
        visit->removed ? g_ptr_array_new ()
                       : lw_store_list (store, LW_ENTITY_SEGMENT, &visit->id, error);

    if (segments == NULL)
      return FALSE;
    for (guint k = 0; k < segments->len; k++) {
      if (!add_lesson (self, store, walk, segments->pdata[k], error))
        return FALSE;
    }
  }
  return visits != NULL;
}

/* ---- what rooms keep of practices ---- */

static void
take_trend (LwTrendsView *self, LwStore *store, json_object *trend, const char *practice)
{
  const char *text = lw_rooms_get_text (trend, "text");
  json_object *evidence = NULL, *visits = NULL;
  LwOutcomeKind kind;
  LwTrendLine *line;

  if (text == NULL || !lw_outcome_kind_parse (lw_rooms_get_text (trend, "kind"), &kind))
    return;
  line = add_line (self, kind, text, practice);
  if (json_object_object_get_ex (trend, "evidence", &evidence) &&
      json_object_is_type (evidence, json_type_array)) {
    for (gsize i = 0; i < json_object_array_length (evidence); i++) {
      const char *id = lw_rooms_get_text (json_object_array_get_idx (evidence, i), "id");

      if (id != NULL)
        add_evidence (store, line, id);
    }
  }
  count_visits (store, line);
  if (json_object_object_get_ex (trend, "visits", &visits))
    line->visits = MAX (line->visits, (guint)MAX (json_object_get_int (visits), 0));
}

static json_object *
get_list (json_object *object, const char *member, gsize *ret_n)
{
  json_object *list = NULL;

  *ret_n = json_object_object_get_ex (object, member, &list) &&
                   json_object_is_type (list, json_type_array)
               ? json_object_array_length (list)
               : 0;
  return list;
}

/* @ret_let_in: whether it is of no use to ask the room again, with the token of another walk. */
static gboolean
ask_room (LwTrendsView *self,
          LwStore *store,
          const LwJoined *joined,
          GCancellable *cancellable,
          gboolean *ret_let_in)
{
  g_autoptr (GError) error = NULL;
  g_auto (LwRoomsHttp) http = {0};
  g_autoptr (json_object) answer = NULL;
  json_object *practices;
  gsize n;

  lw_rooms_http_init (&http, joined->url, joined->token, cancellable);
  answer = lw_rooms_http_json (&http, "GET", "/api/practices", NULL, &error);
  *ret_let_in = !g_error_matches (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_SIGNED_OUT) &&
                !g_error_matches (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_GONE);
  practices = get_list (answer, "practices", &n);
  for (gsize i = 0; i < n; i++) {
    json_object *practice = json_object_array_get_idx (practices, i);
    const char *title = lw_rooms_get_text (practice, "title");
    g_autoptr (json_object) trends = NULL;
    g_autofree char *path = NULL;
    json_object *list;
    gsize n_trends;
    LwId id;

    if (!lw_rooms_get_id (practice, "id", &id))
      continue;
    path = lw_rooms_path ("/api/trends?limit=0&practice=", &id, "");
    trends = lw_rooms_http_json (&http, "GET", path, NULL, NULL);
    if (trends == NULL)
      return FALSE;
    list = get_list (trends, "trends", &n_trends);
    for (gsize k = 0; k < n_trends; k++)
      take_trend (self, store, json_object_array_get_idx (list, k), title != NULL ? title : "");
  }
  return answer != NULL;
}

static gboolean
ask_all_rooms (LwTrendsView *self, LwStore *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rooms = lw_rooms_list (store, error);
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) answered = g_hash_table_new (g_str_hash, g_str_equal);

  /* Several walks may be in one room: the first whose token is good speaks for all. */
  for (guint i = 0; rooms != NULL && i < rooms->len; i++) {
    const LwJoined *joined = rooms->pdata[i];
    gboolean is_let_in = FALSE;

    if (*joined->token == '\0' || g_hash_table_contains (asked, joined->url))
      continue;
    if (ask_room (self, store, joined, cancellable, &is_let_in))
      g_hash_table_add (answered, (gpointer)joined->url);
    if (is_let_in)
      g_hash_table_add (asked, (gpointer)joined->url);
  }
  for (guint i = 0; rooms != NULL && i < rooms->len; i++) {
    const LwJoined *joined = rooms->pdata[i];

    if (g_hash_table_add (answered, (gpointer)joined->url))
      g_ptr_array_add (self->away, g_strdup (joined->url));
  }
  return rooms != NULL;
}

/* ---- all of it ---- */

static gboolean
take_walk (LwTrendsView *self, LwStore *store, LwWalk *walk, const char *name, GError **error)
{
  g_auto (LwWalking) walking = {0};

  if (!lw_walking_load (&walking, store, &walk->id, name, error))
    return FALSE;
  if (!lw_walking_sees_board (&walking)) {
    self->n_closed_to_me++;
    return TRUE;
  }
  g_ptr_array_add (self->walks, lw_walk_ref (walk));
  return add_outcomes (self, store, walk, error) && add_coverage (self, store, walk, error);
}

static gboolean
count (LwTrendsView *self, LwStore *store, LwPlaceKind level, GError **error)
{
  g_autofree LwId *ids = g_new0 (LwId, self->walks->len + 1);
  LwTrendQuery query = {
      .walk_ids = ids, .n_walk_ids = self->walks->len, .level = level, .limit = 500};

  for (guint i = 0; i < self->walks->len; i++)
    ids[i] = ((const LwWalk *)self->walks->pdata[i])->id;
  self->board = lw_store_count_trends (store, &query, error);
  return self->board != NULL;
}

LwTrendsView *
lw_trends_view_load (LwStore *store,
                     LwPlaceKind level,
                     const char *name_if_new,
                     gboolean ask_rooms,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (LwTrendsView) self = g_new0 (LwTrendsView, 1);
  g_autoptr (GPtrArray) walks = NULL;

  self->walks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_walk_unref);
  self->lines = g_ptr_array_new_with_free_func (trend_line_free);
  self->coverage = g_ptr_array_new_with_free_func (coverage_free);
  self->away = g_ptr_array_new_with_free_func (g_free);
  walks = lw_store_list (store, LW_ENTITY_WALK, NULL, error);
  if (walks == NULL)
    return NULL;
  for (guint i = 0; i < walks->len; i++) {
    if (!take_walk (self, store, walks->pdata[i], name_if_new, error))
      return NULL;
  }
  if (!count (self, store, level, error) ||
      (ask_rooms && !ask_all_rooms (self, store, cancellable, error)))
    return NULL;
  g_ptr_array_sort (self->lines, compare_lines);
  return g_steal_pointer (&self);
}
