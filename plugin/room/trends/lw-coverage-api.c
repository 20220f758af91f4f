/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which minutes of the visits, and whose learning, nobody looked at. Of lenses, never of walkers.
 */

#include "lw-evidence.h"
#include "lw-json.h"
#include "lw-trend-api.h"

#define VISITS 20
#define VISITS_MAX 60
#define MINUTES_MAX 180 /* that a grid shows */

/* As the board's cards have it: who is spoken of. */
static const char *const abouts[] = {"student", "group", "class", "teacher", "task"};

typedef struct {
  LwTrendAsked *asked;
  GHashTable *cards; /* LwId * of a note -> LwCard, of the walk at hand */
} Covering;

static gboolean
is_below (LwStore *store, const LwId *classroom_id, const LwId *place_id)
{
  LwId at = *classroom_id;

  for (guint level = 0; level < LW_PLACE_N_KINDS && !lw_id_is_none (&at); level++) {
    g_autoptr (LwPlace) place = NULL;

    if (lw_id_equal (&at, place_id))
      return TRUE;
    place = lw_store_get_place (store, &at, NULL);
    at = place != NULL ? place->parent_id : LW_ID_NONE;
  }
  return FALSE;
}

/* ---- one visit ---- */

/* The lenses that somebody of the walk has taken up, so that one without a note is seen too. */
static gboolean
add_lenses_of_walk (LwStore *store, const LwId *walk_id, GHashTable *rows, GError **error)
{
  g_autoptr (GPtrArray) members = lw_store_list (store, LW_ENTITY_MEMBER, walk_id, error);

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member->roles != 0 && !lw_id_is_none (&member->lens_id) &&
        !g_hash_table_contains (rows, &member->lens_id))
      g_hash_table_insert (rows, g_memdup2 (&member->lens_id, sizeof (LwId)),
                           g_new0 (guint, MINUTES_MAX));
  }
  return members != NULL;
}

static guint
take_minutes (const GArray *minutes, GHashTable *rows)
{
  guint last = 0;

  for (guint i = 0; i < minutes->len; i++) {
    const LwMinuteCount *minute = &g_array_index (minutes, LwMinuteCount, i);
    guint *row = g_hash_table_lookup (rows, &minute->lens_id);

    if (minute->minute >= MINUTES_MAX)
      continue;
    if (row == NULL) {
      row = g_new0 (guint, MINUTES_MAX);
      g_hash_table_insert (rows, g_memdup2 (&minute->lens_id, sizeof (LwId)), row);
    }
    row[minute->minute] += minute->notes;
    last = MAX (last, minute->minute + 1);
  }
  return last;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (lw_json_get_text (*(json_object *const *)a, "name"),
                    lw_json_get_text (*(json_object *const *)b, "name"));
}

static json_object *
rows_to_json (LwStore *store, GHashTable *rows, guint n_minutes)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  json_object *list = json_object_new_array ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const LwId *id = key;
    g_autoptr (LwLens) lens = lw_id_is_none (id) ? NULL : lw_store_get_lens (store, id, NULL);
    json_object *json = json_object_new_object ();
    json_object *minutes = json_object_new_array ();

    lw_json_add_id (json, "lens", id);
    lw_json_add_text (json, "name", lens != NULL ? lens->name : "");
    for (guint i = 0; i < n_minutes; i++)
      json_object_array_add (minutes, json_object_new_int64 (((const guint *)value)[i]));
    json_object_object_add (json, "minutes", minutes);
    g_ptr_array_add (sorted, json);
  }
  g_ptr_array_sort (sorted, compare_names);
  for (guint i = 0; i < sorted->len; i++)
    json_object_array_add (list, sorted->pdata[i]);
  return list;
}

static gboolean
count_abouts (Covering *self, const LwId *segment_id, guint counts[], GError **error)
{
  LwNoteQuery query = {.segment_id = segment_id,
                       .kinds = 1u << LW_NOTE_NOTICING | 1u << LW_NOTE_WONDERING |
                                1u << LW_NOTE_PROGRESS};
  g_autoptr (GPtrArray) notes = lw_store_query (self->asked->open.room->store, &query, error);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    const LwCard *card = g_hash_table_lookup (self->cards, &note->id);
    const char *about = lw_evidence_get_about (card != NULL ? card->about : "", note->tags);

    for (guint k = 0; k < G_N_ELEMENTS (abouts); k++)
      counts[k] += g_str_equal (about, abouts[k]);
  }
  return notes != NULL;
}

static json_object *
visit_to_json (Covering *self, const LwWalk *walk, const LwVisit *visit, GError **error)
{
  LwStore *store = self->asked->open.room->store;
  g_autoptr (GHashTable) rows = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
  g_autoptr (GPtrArray) segments = lw_store_list (store, LW_ENTITY_SEGMENT, &visit->id, error);
  g_autofree char *classroom = NULL;
  guint counts[G_N_ELEMENTS (abouts)] = {0};
  gint64 n_minutes = 0, n_noted = 0;
  json_object *json, *about;

  if (segments == NULL || !add_lenses_of_walk (store, &walk->id, rows, error))
    return NULL;
  json = json_object_new_object ();
  for (guint i = 0; i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];
    g_autoptr (GArray) minutes = lw_store_count_minutes (store, &segment->id, error);
    gint64 noted;

    if (minutes == NULL || !count_abouts (self, &segment->id, counts, error)) {
      json_object_put (json);
      return NULL;
    }
    if (i == 0)
      lw_json_add_id (json, "segment", &segment->id);
    noted = take_minutes (minutes, rows);
    n_noted = MAX (n_noted, noted);
    if (segment->duration > 0)
      n_minutes = MAX (n_minutes, (segment->duration + 60 * LW_SECOND - 1) / (60 * LW_SECOND));
  }
  /* What was planned is a guess; what was recorded is what there was to see. */
  if (n_minutes == 0)
    n_minutes = (visit->duration_ms + 59999) / 60000;
  n_minutes = MIN (MAX (n_minutes, n_noted), MINUTES_MAX);
  classroom = lw_trend_names_of_classroom (&self->asked->names, &visit->classroom_id);
  lw_json_add_id (json, "id", &visit->id);
  lw_json_add_id (json, "walk", &walk->id);
  lw_json_add_text (json, "walk_title", walk->title);
  lw_json_add_text (json, "classroom", classroom);
  lw_json_add_int (json, "minutes", n_minutes);
  json_object_object_add (json, "lenses", rows_to_json (store, rows, (guint)n_minutes));
  about = json_object_new_object ();
  for (guint i = 0; i < G_N_ELEMENTS (abouts); i++)
    lw_json_add_int (about, abouts[i], counts[i]);
  json_object_object_add (json, "about", about);
  return json;
}

/* ---- all of them ---- */

/* FALSE with @ret_more when the page is full. */
static gboolean
add_walk (Covering *self,
          const LwWalk *walk,
          json_object *list,
          guint *at,
          gboolean *ret_more,
          GError **error)
{
  LwTrendAsked *asked = self->asked;
  LwStore *store = asked->open.room->store;
  g_autoptr (GPtrArray) visits = lw_store_list (store, LW_ENTITY_VISIT, &walk->id, error);
  g_autoptr (GPtrArray) cards = NULL;

  if (visits == NULL)
    return FALSE;
  g_hash_table_remove_all (self->cards);
  for (guint i = 0; i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    json_object *json;

    if (!lw_id_is_none (&asked->place_id) &&
        !is_below (store, &visit->classroom_id, &asked->place_id))
      continue;
    if ((*at)++ < asked->offset)
      continue;
    if (json_object_array_length (list) >= asked->limit) {
      *ret_more = TRUE;
      return FALSE;
    }
    if (cards == NULL) {
      cards = lw_store_list (store, LW_ENTITY_CARD, &walk->id, error);
      for (guint k = 0; cards != NULL && k < cards->len; k++) {
        LwCard *card = cards->pdata[k];

        if (!card->item.gone)
          g_hash_table_insert (self->cards, &card->note_id, card);
      }
    }
    json = cards != NULL ? visit_to_json (self, walk, visit, error) : NULL;
    if (json == NULL)
      break;
    json_object_array_add (list, json);
  }
  g_hash_table_remove_all (self->cards);
  return error == NULL || *error == NULL;
}

static void
get_coverage (LwHttpCall *call, gpointer data)
{
  g_auto (LwTrendAsked) asked = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) cards = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *list = json_object_new_array ();
  Covering covering = {&asked, cards};
  gboolean more = FALSE;
  guint at = 0;

  json_object_object_add (json, "visits", list);
  if (!lw_trend_asked_load (&asked, data, call))
    return;
  asked.limit = lw_http_call_query (call, "limit") == NULL ? VISITS : MIN (asked.limit, VISITS_MAX);
  for (guint i = 0; i < asked.open.walks->len; i++) {
    if (!add_walk (&covering, asked.open.walks->pdata[i], list, &at, &more, &error))
      break;
  }
  if (error != NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_json_add_flag (json, "more", more);
  lw_http_call_reply_json (call, 200, g_steal_pointer (&json));
}

void
lw_room_add_coverage (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/trends/coverage", get_coverage, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
