/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The board of trends over 10,000 classrooms and a million notes: how long the store takes for its
 * first page, beside bare SQLite that steps over the same rows and adds nothing up, and beside
 * counting the notes themselves.
 *
 * LESSONWALK_BENCH_CLASSROOMS=n makes n of them; LESSONWALK_BENCH_STORE=path keeps the store there
 * and uses it again.
 */

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "bench-figures.h"
#include "lw-trends.h"

#define PER_SCHOOL 50
#define PER_DISTRICT 20 /* schools */
#define PER_WALK 3      /* visits */
#define N_WALKERS 5     /* each with a lens of their own */
#define NOTES_PER_VISIT 100
#define PER_BATCH 90 /* visits; whole walks */
#define PAGE 50
#define ROUNDS 50

static gpointer
keep (GPtrArray *array, gpointer entity)
{
  g_ptr_array_add (array, entity);
  return entity;
}

static LwId
put_place (LwStore *store, LwPlaceKind kind, LwId parent, const char *what, guint number)
{
  g_autofree char *name = g_strdup_printf ("%s %u", what, number + 1);
  g_autoptr (LwPlace) place =
      lw_place_new (&(LwPlace){.kind = kind, .parent_id = parent, .name = name}, NULL);

  g_assert_true (lw_store_put_place (store, place, NULL));
  return place->id;
}

static void
add_visit (LwStoreBatch *batch, GRand *rand, LwWalk *walk, LwId classroom, guint number)
{
  LwVisit visit_fields = {.walk_id = walk->id, .classroom_id = classroom, .order = 1};
  LwVisit *visit = keep (batch->visits, lw_visit_new (&visit_fields, NULL));
  LwSegment fields = {.visit_id = visit->id, .title = "A lesson", .duration = 900 * LW_SECOND};
  LwSegment *segment;

  fields.media.bytes[0] = 1;
  memcpy (fields.media.bytes + 1, &number, sizeof number);
  segment = keep (batch->segments, lw_segment_new (&fields, NULL));
  for (guint w = 0; w < N_WALKERS; w++) {
    LwTrack track_fields = {.segment_id = segment->id,
                            .person_id = ((LwPerson *)batch->people->pdata[w])->id,
                            .lens_id = ((LwLens *)batch->lenses->pdata[w])->id};
    LwTrack *track = keep (batch->tracks, lw_track_new (&track_fields, NULL));

    for (guint i = 0; i < NOTES_PER_VISIT / N_WALKERS; i++) {
      LwTime at = g_rand_int_range (rand, 0, 900000) * LW_MSECOND;
      LwNote note = {.track_id = track->id,
                     .kind = i % 3 == 0 ? LW_NOTE_WONDERING : LW_NOTE_NOTICING,
                     .start = at,
                     .end = at,
                     .text = "Two students compare the halves of a sheet of paper."};

      keep (batch->notes, lw_note_new (&note, NULL));
    }
  }
}

static void
fill (LwStore *store, guint n_classrooms)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  g_autoptr (GPtrArray) lenses = g_ptr_array_new ();
  LwId district = LW_ID_NONE, school = LW_ID_NONE;
  gint64 begin = figures_now ();

  for (guint i = 0; i < N_WALKERS; i++) {
    g_autofree char *name = g_strdup_printf ("Lens %u", i + 1);

    keep (people, lw_person_new (&(LwPerson){.name = "Somebody"}, NULL));
    keep (lenses, lw_lens_new (&(LwLens){.name = name}, NULL));
  }
  for (guint first = 0; first < n_classrooms; first += PER_BATCH) {
    g_autoptr (GPtrArray) walks = g_ptr_array_new ();
    g_autoptr (GPtrArray) visits = g_ptr_array_new ();
    g_autoptr (GPtrArray) segments = g_ptr_array_new ();
    g_autoptr (GPtrArray) tracks = g_ptr_array_new ();
    g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
    LwStoreBatch batch = {people, lenses, walks, visits, segments, tracks, notes, NULL};
    guint64 counts[LW_BATCH_N_OUTCOMES];
    LwWalk *walk = NULL;

    for (guint i = first; i < MIN (first + PER_BATCH, n_classrooms); i++) {
      if (i % (PER_SCHOOL * PER_DISTRICT) == 0)
        district = put_place (store, LW_PLACE_DISTRICT, LW_ID_NONE, "District", i);
      if (i % PER_SCHOOL == 0)
        school = put_place (store, LW_PLACE_SCHOOL, district, "School", i / PER_SCHOOL);
      if (i % PER_WALK == 0)
        walk = keep (walks, lw_walk_new (&(LwWalk){.title = "A walk"}, NULL));
      add_visit (&batch, rand, walk, put_place (store, LW_PLACE_CLASSROOM, school, "Room", i), i);
    }
    g_assert_true (lw_store_put_batch (store, &batch, counts, NULL));
    g_ptr_array_foreach (walks, (GFunc)(GCallback)lw_walk_unref, NULL);
    g_ptr_array_foreach (visits, (GFunc)(GCallback)lw_visit_unref, NULL);
    g_ptr_array_foreach (segments, (GFunc)(GCallback)lw_segment_unref, NULL);
    g_ptr_array_foreach (tracks, (GFunc)(GCallback)lw_track_unref, NULL);
  }
  g_ptr_array_foreach (people, (GFunc)(GCallback)lw_person_unref, NULL);
  g_ptr_array_foreach (lenses, (GFunc)(GCallback)lw_lens_unref, NULL);
  g_print ("made in %.1f s\n", (double)(figures_now () - begin) / 1e9);
}

static void
run_bare (sqlite3 *db, const char *const *queries)
{
  for (guint i = 0; queries[i] != NULL; i++) {
    sqlite3_stmt *statement;

    g_assert_cmpint (sqlite3_prepare_v2 (db, queries[i], -1, &statement, NULL), ==, SQLITE_OK);
    while (sqlite3_step (statement) == SQLITE_ROW)
      ;
    sqlite3_finalize (statement);
  }
}

static void
measure (LwStore *store, sqlite3 *db, const char *what, const LwTrendQuery *query)
{
  static const char *const rows[] = {"SELECT * FROM place", "SELECT * FROM visit",
                                     "SELECT * FROM lesson", "SELECT * FROM lens_count", NULL};
  Figures ours, floor;

  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < ROUNDS; i++) {
    gint64 begin = figures_now ();
    g_autoptr (LwTrendBoard) board = lw_store_count_trends (store, query, NULL);

    figures_add (&ours, begin);
    g_assert_cmpuint (board->visits, >, 0);
    begin = figures_now ();
    run_bare (db, rows);
    figures_add (&floor, begin);
  }
  figures_print (what, &ours, "  bare SQLite over the same rows", &floor,
                 "first page at most 50 ms");
  figures_clear (&ours);
  figures_clear (&floor);
}

static void
measure_counting_notes (sqlite3 *db)
{
  static const char *const all[] = {
      "SELECT n.segment_key, coalesce (n.lens_key, t.lens_key), n.kind, count (*) FROM note n "
      "JOIN track t ON t.track_key = n.track_key GROUP BY 1, 2, 3",
      NULL};
  gint64 begin = figures_now ();

  run_bare (db, all);
  g_print ("counting the notes themselves, once    %9.1f ms\n",
           (double)(figures_now () - begin) / 1e6);
}

int
main (int argc, char **argv)
{
  static const char *const endings[] = {"", "-wal", "-shm"};
  const char *number = g_getenv ("LESSONWALK_BENCH_CLASSROOMS");
  const char *kept = g_getenv ("LESSONWALK_BENCH_STORE");
  guint n = number != NULL ? (guint)g_ascii_strtoull (number, NULL, 10) : 10000;
  g_autofree char *dir = kept == NULL ? g_dir_make_tmp ("lw-bench-XXXXXX", NULL) : NULL;
  g_autofree char *path =
      kept != NULL ? g_strdup (kept) : g_build_filename (dir, "trends.db", NULL);
  g_autoptr (LwStore) store = NULL;
  g_autoptr (GPtrArray) walks = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (LwId));
  LwTrendQuery query = {.limit = PAGE};
  gboolean is_new = !g_file_test (path, G_FILE_TEST_EXISTS);
  sqlite3 *db;

  store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, NULL);
  g_assert_nonnull (store);
  if (is_new)
    fill (store, n);
  walks = lw_store_list (store, LW_ENTITY_WALK, NULL, NULL);
  for (guint i = 0; i < walks->len; i++)
    g_array_append_val (ids, ((LwWalk *)walks->pdata[i])->id);
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  query.walk_ids = (const LwId *)ids->data;
  query.n_walk_ids = ids->len;
  query.level = LW_PLACE_SCHOOL;
  measure (store, db, "all, by school", &query);
  query.level = LW_PLACE_CLASSROOM;
  measure (store, db, "all, by classroom", &query);
  query.offset = n / 2;
  measure (store, db, "all, a page in the middle", &query);
  query.offset = 0;
  query.n_walk_ids = MIN (6, ids->len);
  measure (store, db, "a practice of 6 walks", &query);
  measure_counting_notes (db);
  sqlite3_close (db);
  g_clear_object (&store);
  for (guint i = 0; kept == NULL && i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
  if (kept == NULL)
    g_rmdir (dir);
  return 0;
}
