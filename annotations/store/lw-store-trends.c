/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"
#include "lw-trends.h"

/* With more walks than this everything is read once, in the order in which it lies in the file. */
#define FEW_WALKS 32
#define LEVELS_MAX 8 /* of places in places; a circle ends, too */

typedef struct {
  int kind;
  gint64 parent_key;
} Place;

/* Visits of one place on the level that is asked for. */
typedef struct {
  guint visits;
  LwNoteCounts notes;
} Tally;

typedef struct {
  LwTrendCount count;
  gint64 key;
} Lens;

typedef struct {
  Tally *place; /* or NULL */
  guint walk;   /* index */
  guint lessons;
  gboolean seen;
} Visit;

typedef struct {
  gint64 segment_key;
  Visit *visit;
} Lesson;

typedef struct {
  LwDb *db;
  const LwTrendQuery *query;
  gint64 below_key; /* of query->place_id; 0: anywhere; -1: not here */
  LwTrendBoard *board;
  GHashTable *walks;      /* LwId * -> index + 1 */
  GHashTable *places;     /* gint64 * -> Place */
  GHashTable *visits;     /* gint64 * -> Visit */
  GHashTable *tallies;    /* gint64 * -> Tally */
  GHashTable *classrooms; /* gint64 * */
  GHashTable *lenses;     /* gint64 * -> Lens */
  GHashTable *met;        /* "visit lens", where a visit has several lessons */
  GArray *lessons;        /* of Lesson */
} Counting;

static gint64 *
copy_key (gint64 key)
{
  return g_memdup2 (&key, sizeof key);
}

static GHashTable *
new_by_key (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static void
add_counts (LwNoteCounts *sum, const LwNoteCounts *more)
{
  sum->noticings += more->noticings;
  sum->wonderings += more->wonderings;
  sum->progress += more->progress;
}

/* ---- places ---- */

static void
take_place (Counting *self, LwStatement *row, gint64 key, int first)
{
  Place place = {sqlite3_column_int (row, first), sqlite3_column_int64 (row, first + 1)};

  g_hash_table_replace (self->places, copy_key (key), g_memdup2 (&place, sizeof place));
}

static gboolean
load_places (Counting *self, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (self->db, "list-places-filed", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  for (;;) {
    if (!lw_step (self->db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    take_place (self, list, sqlite3_column_int64 (list, 0), 1);
  }
}

/* @ret_place: NULL for one that is only named by another so far. */
static gboolean
find_place (Counting *self, gint64 key, const Place **ret_place, GError **error)
{
  g_autoptr (LwStatement) get = NULL;
  gboolean row;

  *ret_place = g_hash_table_lookup (self->places, &key);
  if (*ret_place != NULL || self->query->n_walk_ids > FEW_WALKS)
    return TRUE;
  get = lw_db_get (self->db, "place-filed", error);
  if (get == NULL)
    return FALSE;
  lw_bind_int (get, 1, key);
  if (!lw_step (self->db, get, &row, error))
    return FALSE;
  if (row)
    take_place (self, get, key, 0);
  *ret_place = g_hash_table_lookup (self->places, &key);
  return TRUE;
}

/* From a classroom up. @ret_at: the place on the level that is listed; 0: none. */
static gboolean
climb (Counting *self, gint64 classroom_key, gint64 *ret_at, gboolean *ret_is_below, GError **error)
{
  gint64 key = classroom_key;

  *ret_at = 0;
  *ret_is_below = self->below_key == 0;
  for (guint level = 0; key != 0 && level < LEVELS_MAX; level++) {
    const Place *place;

    if (!find_place (self, key, &place, error))
      return FALSE;
    if (place == NULL)
      break;
    if (key == self->below_key)
      *ret_is_below = TRUE;
    if (*ret_at == 0 && place->kind == (int)self->query->level)
      *ret_at = key;
    key = place->parent_key;
  }
  return TRUE;
}

/* ---- visits and lessons ---- */

static gboolean
take_visit (Counting *self, gint64 visit_key, guint walk, gint64 classroom_key, GError **error)
{
  LwTrendBoard *board = self->board;
  Visit *visit;
  gint64 at;
  gboolean is_below;

  if (!climb (self, classroom_key, &at, &is_below, error))
    return FALSE;
  if (!is_below)
    return TRUE;
  visit = g_new0 (Visit, 1);
  visit->walk = walk;
  board->visits++;
  g_array_index (board->walks, LwTrendCount, walk).visits++;
  if (classroom_key != 0 && g_hash_table_add (self->classrooms, copy_key (classroom_key)))
    board->classrooms++;
  if (at != 0) {
    visit->place = g_hash_table_lookup (self->tallies, &at);
    if (visit->place == NULL) {
      visit->place = g_new0 (Tally, 1);
      g_hash_table_insert (self->tallies, copy_key (at), visit->place);
    }
    visit->place->visits++;
  }
  g_hash_table_insert (self->visits, copy_key (visit_key), visit);
  return TRUE;
}

static void
take_lesson (Counting *self, gint64 segment_key, Visit *visit)
{
  Lesson lesson = {segment_key, visit};

  visit->lessons++;
  g_array_append_val (self->lessons, lesson);
}

static gboolean
load_all_visits (Counting *self, GError **error)
{
  g_autoptr (LwStatement) visits = lw_db_get (self->db, "list-visits-filed", error);
  g_autoptr (LwStatement) lessons = lw_db_get (self->db, "list-lessons-filed", error);
  gboolean row;

  if (visits == NULL || lessons == NULL)
    return FALSE;
  for (;;) {
    LwId walk_id;
    guint walk;

    if (!lw_step (self->db, visits, &row, error))
      return FALSE;
    if (!row)
      break;
    walk_id = lw_column_id (visits, 1);
    walk = GPOINTER_TO_UINT (g_hash_table_lookup (self->walks, &walk_id));
    if (walk != 0 && !take_visit (self, sqlite3_column_int64 (visits, 0), walk - 1,
                                  sqlite3_column_int64 (visits, 2), error))
      return FALSE;
  }
  for (;;) {
    Visit *visit;
    gint64 visit_key;

    if (!lw_step (self->db, lessons, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    visit_key = sqlite3_column_int64 (lessons, 1);
    visit = g_hash_table_lookup (self->visits, &visit_key);
    if (visit != NULL)
      take_lesson (self, sqlite3_column_int64 (lessons, 0), visit);
  }
}

static gboolean
load_lessons_of (Counting *self, gint64 visit_key, GError **error)
{
  g_autoptr (LwStatement) lessons = NULL;
  Visit *visit = g_hash_table_lookup (self->visits, &visit_key);
  gboolean row;

  if (visit == NULL)
    return TRUE;
  lessons = lw_db_get (self->db, "lessons-of-visit", error);
  if (lessons == NULL)
    return FALSE;
  lw_bind_int (lessons, 1, visit_key);
  for (;;) {
    if (!lw_step (self->db, lessons, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    take_lesson (self, sqlite3_column_int64 (lessons, 0), visit);
  }
}

static gboolean
load_visits_of (Counting *self, const LwId *walk_id, guint walk, GError **error)
{
  g_autoptr (LwStatement) visits = lw_db_get (self->db, "list-visits-of-walk", error);
  gboolean row;

  if (visits == NULL)
    return FALSE;
  lw_bind_id (visits, 1, walk_id);
  for (;;) {
    gint64 key;

    if (!lw_step (self->db, visits, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    key = sqlite3_column_int64 (visits, 0);
    if (!take_visit (self, key, walk, sqlite3_column_int64 (visits, 1), error) ||
        !load_lessons_of (self, key, error))
      return FALSE;
  }
}

/* ---- notes ---- */

/* A visit of several lessons counts once for a lens. */
static gboolean
is_first (Counting *self, const Visit *visit, gint64 lens_key)
{
  if (visit->lessons < 2)
    return TRUE;
  return g_hash_table_add (self->met, g_strdup_printf ("%p %" G_GINT64_FORMAT, visit, lens_key));
}

static void
take_counts (Counting *self, Visit *visit, gint64 lens_key, const LwNoteCounts *notes)
{
  LwTrendBoard *board = self->board;
  Lens *lens;

  if (notes->noticings + notes->wonderings + notes->progress == 0)
    return;
  lens = g_hash_table_lookup (self->lenses, &lens_key);
  if (lens == NULL) {
    lens = g_new0 (Lens, 1);
    lens->key = lens_key;
    g_hash_table_insert (self->lenses, copy_key (lens_key), lens);
  }
  if (!visit->seen)
    board->seen++;
  visit->seen = TRUE;
  if (is_first (self, visit, lens_key))
    lens->count.visits++;
  add_counts (&lens->count.notes, notes);
  add_counts (&board->notes, notes);
  add_counts (&g_array_index (board->walks, LwTrendCount, visit->walk).notes, notes);
  if (visit->place != NULL)
    add_counts (&visit->place->notes, notes);
}

static LwNoteCounts
counts_of_row (LwStatement *row, int first)
{
  return (LwNoteCounts){(guint64)sqlite3_column_int64 (row, first),
                        (guint64)sqlite3_column_int64 (row, first + 1),
                        (guint64)sqlite3_column_int64 (row, first + 2)};
}

/* Both in the order of segments: side by side, without looking anything up. */
static gboolean
count_all (Counting *self, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (self->db, "list-lens-counts", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  for (guint i = 0;;) {
    gint64 segment_key;
    LwNoteCounts notes;

    if (!lw_step (self->db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    segment_key = sqlite3_column_int64 (list, 0);
    while (i < self->lessons->len &&
           g_array_index (self->lessons, Lesson, i).segment_key < segment_key)
      i++;
    if (i == self->lessons->len)
      return TRUE;
    if (g_array_index (self->lessons, Lesson, i).segment_key > segment_key)
      continue;
    notes = counts_of_row (list, 2);
    take_counts (self, g_array_index (self->lessons, Lesson, i).visit,
                 sqlite3_column_int64 (list, 1), &notes);
  }
}

static gboolean
count_lesson (Counting *self, const Lesson *lesson, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (self->db, "lens-counts-of-segment", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  lw_bind_int (list, 1, lesson->segment_key);
  for (;;) {
    LwNoteCounts notes;

    if (!lw_step (self->db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    notes = counts_of_row (list, 1);
    take_counts (self, lesson->visit, sqlite3_column_int64 (list, 0), &notes);
  }
}

/* ---- what is told ---- */

static gboolean
read_entity (LwDb *db, gint64 key, LwId *ret_id, GBytes **ret_body, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "entity-of-key", error);
  gboolean row;

  *ret_id = LW_ID_NONE;
  if (get == NULL)
    return FALSE;
  lw_bind_int (get, 1, key);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (row)
    *ret_id = lw_column_id (get, 0);
  if (row && ret_body != NULL)
    *ret_body = g_bytes_new (sqlite3_column_blob (get, 1), (gsize)sqlite3_column_bytes (get, 1));
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return lw_id_compare (&((const LwTrendCount *)a)->id, &((const LwTrendCount *)b)->id);
}

static gboolean
tell_lenses (Counting *self, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lenses);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Lens *lens = value;

    if (lens->key != 0 && !read_entity (self->db, lens->key, &lens->count.id, NULL, error))
      return FALSE;
    g_array_append_val (self->board->lenses, lens->count);
  }
  g_array_sort (self->board->lenses, compare_ids);
  return TRUE;
}

static gboolean
tell_place (Counting *self, gint64 key, const Tally *tally, GError **error)
{
  g_autoptr (GBytes) body = NULL;
  LwPlaceCount *told;
  gpointer place;
  gsize length;
  LwId id;

  if (!read_entity (self->db, key, &id, &body, error))
    return FALSE;
  place = body != NULL ? lw_body_to_entity (g_bytes_get_data (body, &length),
                                            g_bytes_get_size (body), &id, NULL)
                       : NULL;
  if (place == NULL)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                          "Something in the notes cannot be read. Run “lessonwalk verify”.", error);
  told = g_new0 (LwPlaceCount, 1);
  *told = (LwPlaceCount){place, tally->visits, tally->notes};
  g_ptr_array_add (self->board->places, told);
  return TRUE;
}

static gboolean
tell_places (Counting *self, GError **error)
{
  g_autoptr (LwStatement) names = lw_db_get (self->db, "places-by-name", error);
  gboolean row;

  self->board->n_places = g_hash_table_size (self->tallies);
  if (names == NULL)
    return FALSE;
  lw_bind_int (names, 1, self->query->level);
  for (guint at = 0; self->board->places->len < self->query->limit;) {
    const Tally *tally;
    gint64 key;

    if (!lw_step (self->db, names, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    key = sqlite3_column_int64 (names, 0);
    tally = g_hash_table_lookup (self->tallies, &key);
    if (tally != NULL && at++ >= self->query->offset && !tell_place (self, key, tally, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- all of it ---- */

static void
free_place_count (gpointer data)
{
  LwPlaceCount *self = data;

  lw_place_unref (self->place);
  g_free (self);
}

void
lw_trend_board_free (LwTrendBoard *board)
{
  if (board == NULL)
    return;
  g_array_unref (board->walks);
  g_array_unref (board->lenses);
  g_ptr_array_unref (board->places);
  g_free (board);
}

static void
begin (Counting *self)
{
  const LwTrendQuery *query = self->query;
  LwTrendBoard *board = g_new0 (LwTrendBoard, 1);

  board->walks = g_array_sized_new (FALSE, TRUE, sizeof (LwTrendCount), query->n_walk_ids);
  board->lenses = g_array_new (FALSE, TRUE, sizeof (LwTrendCount));
  board->places = g_ptr_array_new_with_free_func (free_place_count);
  g_array_set_size (board->walks, query->n_walk_ids);
  self->board = board;
  self->walks = g_hash_table_new (lw_id_hash, lw_id_equal);
  self->places = new_by_key ();
  self->visits = new_by_key ();
  self->tallies = new_by_key ();
  self->classrooms = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->lenses = new_by_key ();
  self->met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lessons = g_array_new (FALSE, FALSE, sizeof (Lesson));
  for (guint i = 0; i < query->n_walk_ids; i++) {
    g_array_index (board->walks, LwTrendCount, i).id = query->walk_ids[i];
    if (!g_hash_table_contains (self->walks, &query->walk_ids[i]))
      g_hash_table_insert (self->walks, (gpointer)&query->walk_ids[i], GUINT_TO_POINTER (i + 1));
  }
}

static void
counting_clear (Counting *self)
{
  GHashTable *const tables[] = {self->walks,      self->places, self->visits, self->tallies,
                                self->classrooms, self->lenses, self->met};

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_hash_table_unref (tables[i]);
  g_array_unref (self->lessons);
}

static gboolean
find_below (Counting *self, GError **error)
{
  if (self->query->place_id == NULL)
    return TRUE;
  if (!lw_entity_find_key (self->db, self->query->place_id, FALSE, &self->below_key, error))
    return FALSE;
  if (self->below_key == 0)
    self->below_key = -1;
  return TRUE;
}

static gboolean
count_few (Counting *self, GError **error)
{
  for (guint i = 0; i < self->query->n_walk_ids; i++) {
    const LwId *walk_id = &self->query->walk_ids[i];
    guint at = GPOINTER_TO_UINT (g_hash_table_lookup (self->walks, walk_id));

    if (at == i + 1 && !load_visits_of (self, walk_id, i, error))
      return FALSE;
  }
  for (guint i = 0; i < self->lessons->len; i++) {
    if (!count_lesson (self, &g_array_index (self->lessons, Lesson, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
count_trends (Counting *self, GError **error)
{
  if (!lw_db_begin_read (self->db, error) || !find_below (self, error))
    return FALSE;
  if (self->query->n_walk_ids <= FEW_WALKS
          ? !count_few (self, error)
          : !load_places (self, error) || !load_all_visits (self, error) ||
                !count_all (self, error))
    return FALSE;
  return tell_lenses (self, error) && tell_places (self, error);
}

LwTrendBoard *
lw_store_count_trends (LwStore *self, const LwTrendQuery *query, GError **error)
{
  Counting counting = {.query = query};
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (self) && query != NULL, NULL);
  counting.db = lw_store_borrow (self, error);
  if (counting.db == NULL)
    return NULL;
  begin (&counting);
  ok = count_trends (&counting, error);
  lw_store_give_back (self, counting.db);
  counting_clear (&counting);
  if (!ok)
    g_clear_pointer (&counting.board, lw_trend_board_free);
  return counting.board;
}
