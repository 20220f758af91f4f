/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store of a million notes: a thousand segments with a thousand notes each, by ten people. How
 * long questions take, beside the same number of rows read by their row number from the same file
 * by bare SQLite.
 *
 * LESSONWALK_BENCH_NOTES=n makes n of them; LESSONWALK_BENCH_STORE=path keeps the store there and
 * uses it again.
 */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "bench-figures.h"
#include "lw-store.h"

#define NOTES_PER_SEGMENT 1000
#define N_PEOPLE 10
#define N_ASKED 2000
#define N_OPENED 100

static const char *const words[] = {
    "students",  "teacher",  "compare",     "rectangle", "fraction", "because", "evidence",
    "partner",   "explains", "board",       "writes",    "counts",   "quarter", "half",
    "whole",     "draws",    "asks",        "repeats",   "listens",  "turns",   "shows",
    "numerator", "agrees",   "wonders",     "language",  "pointing", "silence", "together",
    "strategy",  "notebook", "denominator", "why",
};

static LwNote *
make_note (GRand *rand, const LwId *track_id, guint i)
{
  static const char *const tags[] = {"talk", NULL};
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 6 + (guint)g_rand_int_range (rand, 0, 10);
  LwTime start = g_rand_int_range (rand, 0, 720000) * LW_MSECOND;
  LwNote fields = {
      .track_id = *track_id,
      .kind = i % 3 == 0 ? LW_NOTE_WONDERING : LW_NOTE_NOTICING,
      .on_focus = i % 4 == 0,
      .pass = 1 + i % 2,
      .start = start,
      .end = start + (i % 5 == 0 ? g_rand_int_range (rand, 1, 30000) * LW_MSECOND : 0),
      .tags = i % 6 == 0 ? tags : NULL,
  };

  for (guint w = 0; w < n; w++)
    g_string_append_printf (text, "%s%s", w > 0 ? " " : "",
                            words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
  /* One word in ten thousand, for the search that finds few. */
  if (g_rand_int_range (rand, 0, 10000) == 0)
    g_string_append (text, " kaleidoscope");
  fields.text = text->str;
  return lw_note_new (&fields, NULL);
}

static void
fill_segment (LwStore *store, GRand *rand, guint number, const LwId people[N_PEOPLE])
{
  LwSegment fields = {.title = "A lesson", .duration = 720 * LW_SECOND};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GError) error = NULL;
  LwId tracks[N_PEOPLE];

  fields.media.bytes[0] = 1;
  memcpy (fields.media.bytes + 1, &number, sizeof number);
  segment = lw_segment_new (&fields, NULL);
  g_assert_true (lw_store_put_segment (store, segment, NULL));
  for (guint p = 0; p < N_PEOPLE; p++) {
    g_autoptr (LwTrack) track = lw_store_ensure_track (store, &segment->id, &people[p], &error);

    g_assert_no_error (error);
    tracks[p] = track->id;
  }
  for (guint i = 0; i < NOTES_PER_SEGMENT; i++)
    g_ptr_array_add (notes, make_note (rand, &tracks[i % N_PEOPLE], i));
  lw_store_add_notes (store, notes, &error);
  g_assert_no_error (error);
}

static void
fill (const char *path, guint n_notes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  LwNoteQuery search = {.text = "kaleidoscope", .limit = 1, .order = LW_ORDER_NEWEST};
  g_autoptr (GPtrArray) found = NULL;
  LwId people[N_PEOPLE];
  gint64 begin = figures_now ();

  g_assert_no_error (error);
  for (guint p = 0; p < N_PEOPLE; p++) {
    LwPerson fields = {.name = "Somebody"};
    g_autoptr (LwPerson) person = lw_person_new (&fields, NULL);

    g_assert_true (lw_store_put_person (store, person, NULL));
    people[p] = person->id;
  }
  for (guint i = 0; i < n_notes / NOTES_PER_SEGMENT; i++)
    fill_segment (store, rand, i, people);
  g_print ("made in %.1f s", (double)(figures_now () - begin) / 1e9);
  begin = figures_now ();
  found = lw_store_query (store, &search, &error);
  g_assert_no_error (error);
  g_print (", first search %.1f s after that\n", (double)(figures_now () - begin) / 1e9);
}

/* ---- the floor: rows by number ---- */

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *select;
  gint64 greatest;
} Bare;

static void
bare_init (Bare *self, const char *path)
{
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (self->db, "SELECT max (note_key) FROM note", -1, &statement, NULL), ==,
      SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  self->greatest = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_prepare_v2 (self->db, "SELECT * FROM note WHERE note_key = ?1", -1,
                                       &self->select, NULL),
                   ==, SQLITE_OK);
}

static void
bare_clear (Bare *self)
{
  sqlite3_finalize (self->select);
  sqlite3_close (self->db);
}

/* @n rows that stand together, as a segment's do, and their texts. */
static void
bare_read (Bare *self, GRand *rand, guint n)
{
  gint64 key = 1 + (gint64)(g_rand_double (rand) * (double)(self->greatest - n));

  sqlite3_exec (self->db, "BEGIN", NULL, NULL, NULL);
  for (guint i = 0; i < n; i++) {
    sqlite3_bind_int64 (self->select, 1, key + i);
    if (sqlite3_step (self->select) == SQLITE_ROW)
      g_free (g_strdup ((const char *)sqlite3_column_text (self->select, 16)));
    sqlite3_reset (self->select);
  }
  sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);
}

/* ---- the questions ---- */

static void
ask (LwStore *store,
     Bare *bare,
     GRand *rand,
     const LwNoteQuery *query,
     guint at_least,
     Figures *ours,
     Figures *floor)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = figures_now ();
  g_autoptr (GPtrArray) notes = lw_store_query (store, query, &error);

  figures_add (ours, begin);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, >=, at_least);
  begin = figures_now ();
  bare_read (bare, rand, MAX (notes->len, 1));
  figures_add (floor, begin);
}

static void
measure_windows (LwStore *store, Bare *bare, GRand *rand, GPtrArray *segments)
{
  Figures ours, floor;

  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < N_ASKED; i++) {
    const LwSegment *segment = segments->pdata[g_rand_int_range (rand, 0, (gint32)segments->len)];
    LwNoteQuery query = {.segment_id = &segment->id, .has_window = TRUE};

    query.window_start = g_rand_int_range (rand, 0, 690) * LW_SECOND;
    query.window_end = query.window_start + 30 * LW_SECOND;
    ask (store, bare, rand, &query, 0, &ours, &floor);
  }
  figures_print ("a window of 30 s", &ours, "as many rows by number", &floor, "p99 at most 2 ms");
  figures_clear (&ours);
  figures_clear (&floor);
}

static void
measure_search (LwStore *store, Bare *bare, GRand *rand, const char *text, LwOrder order)
{
  g_autofree char *what =
      g_strdup_printf ("50 %s, \"%s\"", order == LW_ORDER_NEWEST ? "newest" : "best", text);
  Figures ours, floor;

  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < (order == LW_ORDER_RANK ? 5 : 200); i++) {
    LwNoteQuery query = {.text = text, .order = order, .limit = 50};

    ask (store, bare, rand, &query, 1, &ours, &floor);
  }
  figures_print (what, &ours, "as many rows by number", &floor,
                 order == LW_ORDER_NEWEST ? "at most 5 ms" : NULL);
  figures_clear (&ours);
  figures_clear (&floor);
}

static void
measure_opening (const char *path, Bare *bare, GRand *rand, GPtrArray *segments)
{
  Figures ours, floor;

  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < N_OPENED; i++) {
    const LwSegment *segment = segments->pdata[g_rand_int_range (rand, 0, (gint32)segments->len)];
    LwNoteQuery query = {.segment_id = &segment->id};
    gint64 begin = figures_now ();
    g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, NULL);
    g_autoptr (GPtrArray) notes = lw_store_query (store, &query, NULL);

    figures_add (&ours, begin);
    g_assert_cmpuint (notes->len, ==, NOTES_PER_SEGMENT);
    begin = figures_now ();
    bare_read (bare, rand, notes->len);
    figures_add (&floor, begin);
  }
  figures_print ("open, and a segment's 1,000 notes", &ours, "as many rows by number", &floor,
                 "at most 10 ms");
  figures_clear (&ours);
  figures_clear (&floor);
}

/* A backup writes as many bytes as the file has. A note of its own, so that a store that is kept
 * stays as it is. */
static void
measure_erasing (const char *path, LwStore *store)
{
  g_autofree char *copy = g_strconcat (path, "-copy", NULL);
  g_autoptr (GPtrArray) tracks = lw_store_list (store, LW_ENTITY_TRACK, NULL, NULL);
  Figures ours, floor;

  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < 3; i++) {
    const LwTrack *track = tracks->pdata[0];
    LwNote fields = {.track_id = track->id, .text = "to be erased"};
    g_autoptr (LwNote) note = NULL;
    gint64 begin;

    g_assert_true (lw_store_add_note (store, &fields, &note, NULL));
    begin = figures_now ();
    g_assert_true (lw_store_erase_note (store, &note->id, NULL));
    figures_add (&ours, begin);
    begin = figures_now ();
    g_assert_true (lw_store_backup (store, copy, NULL));
    figures_add (&floor, begin);
    g_unlink (copy);
  }
  figures_print ("erasing one note for good", &ours, "a backup", &floor, NULL);
  figures_clear (&ours);
  figures_clear (&floor);
}

int
main (int argc, char **argv)
{
  const char *number = g_getenv ("LESSONWALK_BENCH_NOTES");
  const char *kept = g_getenv ("LESSONWALK_BENCH_STORE");
  guint n_notes = number != NULL ? (guint)g_ascii_strtoull (number, NULL, 10) : 1000000;
  g_autofree char *dir = kept == NULL ? g_dir_make_tmp ("lw-bench-XXXXXX", NULL) : NULL;
  g_autofree char *path =
      kept != NULL ? g_strdup (kept) : g_build_filename (dir, "million.db", NULL);
  static const char *const endings[] = {"", "-wal", "-shm"};
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autoptr (LwStore) store = NULL;
  g_autoptr (GPtrArray) segments = NULL;
  GStatBuf info;
  LwStoreStats stats;
  Bare bare;

  if (g_stat (path, &info) != 0)
    fill (path, n_notes);
  store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, NULL);
  g_assert_nonnull (store);
  g_assert_true (lw_store_stats (store, &stats, NULL));
  segments = lw_store_list (store, LW_ENTITY_SEGMENT, NULL, NULL);
  bare_init (&bare, path);
  g_print ("%" G_GUINT64_FORMAT " notes, %.0f bytes each\n  aim: at most 900 bytes\n", stats.notes,
           (double)stats.bytes / (double)stats.notes);
  measure_windows (store, &bare, rand, segments);
  measure_search (store, &bare, rand, "kaleidoscope", LW_ORDER_NEWEST);
  measure_search (store, &bare, rand, "rectangle", LW_ORDER_NEWEST);
  measure_search (store, &bare, rand, "rectangle denominator evidence", LW_ORDER_NEWEST);
  measure_search (store, &bare, rand, "denom", LW_ORDER_NEWEST);
  measure_search (store, &bare, rand, "rectangle", LW_ORDER_RANK);
  measure_erasing (path, store);
  g_clear_object (&store);
  measure_opening (path, &bare, rand, segments);
  bare_clear (&bare);
  for (guint i = 0; kept == NULL && i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
  if (kept == NULL)
    g_rmdir (dir);
  return 0;
}
