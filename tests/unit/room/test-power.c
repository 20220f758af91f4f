/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Power cuts while a room's store and ledger are written from several threads: from some step on
 * nothing reaches the disk, and of what was written but not synced a random half is taken back.
 * Whatever was acknowledged before is there afterwards, and both files are whole. A few dozen cuts,
 * or with LESSONWALK_LONG a thousand; LESSONWALK_SEED repeats a run.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "fault-vfs.h"
#include "lw-audit.h"
#include "lw-store.h"

#define CUTS 40
#define CUTS_LONG 1000
/* Then new files: verifying old ones again and again would be most of the time. */
#define CUTS_A_FILE 20
#define WRITERS 3
/* Of each thread and cut; the steps of all that lie below the latest step of a cut. */
#define WRITES 8
#define LATEST_STEP 160

typedef struct {
  char *folder, *walks, *ledger;
  LwId track_id;
  GPtrArray *notes, *rows; /* of LwId: acknowledged */
  GMutex mutex;
} Place;

typedef struct {
  Place *place;
  LwStore *store;
  LwLedger *ledger;
  guint kept_notes, kept_rows;
} Writer;

static void
keep_id (Place *place, GPtrArray *list, const LwId *id)
{
  g_mutex_lock (&place->mutex);
  g_ptr_array_add (list, g_memdup2 (id, sizeof *id));
  g_mutex_unlock (&place->mutex);
}

/* ---- writing ---- */

static gboolean
add_row (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_audit_add_in (ledger, db, data, error);
}

static gpointer
write_some (gpointer data)
{
  Writer *writer = data;

  for (guint i = 0; i < WRITES; i++) {
    LwAuditEvent event = {.action = LW_AUDIT_WATCHED, .target_id = lw_id_new ()};
    LwNote fields = {.track_id = writer->place->track_id, .text = "What the children say"};
    g_autoptr (LwNote) note = NULL;

    if (lw_store_add_note (writer->store, &fields, &note, NULL)) {
      keep_id (writer->place, writer->place->notes, &note->id);
      writer->kept_notes++;
    }
    if (lw_ledger_write (writer->ledger, add_row, &event, NULL)) {
      keep_id (writer->place, writer->place->rows, &event.target_id);
      writer->kept_rows++;
    }
  }
  return NULL;
}

static LwStore *
open_store (Place *place)
{
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (place->walks, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  return store;
}

static LwLedger *
open_ledger (Place *place)
{
  g_autoptr (GError) error = NULL;
  LwLedger *ledger = lw_ledger_open (place->ledger, &error);

  g_assert_no_error (error);
  return ledger;
}

/* How many writes were acknowledged. */
static guint
write_until_the_cut (Place *place, GRand *chance)
{
  g_autoptr (LwStore) store = open_store (place);
  LwLedger *ledger = open_ledger (place);
  Writer writers[WRITERS];
  GThread *threads[WRITERS];
  guint kept = 0;

  fault_vfs_begin_power_record ();
  fault_vfs_arm ((guint)g_rand_int_range (chance, 1, LATEST_STEP), FAULT_POWER, TRUE);
  for (guint i = 0; i < WRITERS; i++) {
    writers[i] = (Writer){.place = place, .store = store, .ledger = ledger};
    threads[i] = g_thread_new ("writing", write_some, &writers[i]);
  }
  for (guint i = 0; i < WRITERS; i++) {
    g_thread_join (threads[i]);
    kept += writers[i].kept_notes + writers[i].kept_rows;
  }
  /* Whatever closing would write still falls under the cut; by then it has struck for certain. */
  g_clear_object (&store);
  lw_ledger_close (ledger);
  fault_vfs_disarm ();
  fault_vfs_cut_power (g_rand_int (chance));
  return kept;
}

/* ---- afterwards ---- */

static gboolean
check_whole (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) check = lw_db_get_sql (db, "PRAGMA integrity_check", error);
  g_autofree char *found = NULL;
  gboolean row;

  g_assert_true (check != NULL && lw_step (db, check, &row, error) && row);
  found = lw_column_text (check, 0);
  g_assert_cmpstr (found, ==, "ok");
  return TRUE;
}

static gboolean
find_rows (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (LwStatement) find =
        lw_db_get_sql (db, "SELECT 1 FROM audit WHERE target_id = ?1", error);
    gboolean row;

    lw_bind_id (find, 1, rows->pdata[i]);
    g_assert_true (lw_step (db, find, &row, error));
    g_assert_true (row);
  }
  return TRUE;
}

static void
assert_nothing_lost (Place *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = open_store (place);
  LwLedger *ledger = open_ledger (place);
  g_auto (GStrv) findings = NULL;
  LwAuditState state;

  for (guint i = 0; i < place->notes->len; i++) {
    g_autoptr (LwNote) note = lw_store_get_note (store, place->notes->pdata[i], &error);

    g_assert_no_error (error);
  }
  /* With SQLite's own integrity_check. */
  g_assert_true (lw_store_verify (store, &findings, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (findings[0], ==, NULL);
  lw_ledger_read (ledger, check_whole, NULL, &error);
  g_assert_no_error (error);
  lw_ledger_read (ledger, find_rows, place->rows, &error);
  g_assert_no_error (error);
  g_assert_true (lw_audit_verify (ledger, &state, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state.broken_at, ==, 0);
  g_assert_cmpint (state.rows, >=, place->rows->len);
  lw_ledger_close (ledger);
}

/* ---- places ---- */

static void
place_init (Place *place)
{
  const char *memory = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwPerson) person = NULL;
  g_autoptr (LwTrack) track = NULL;

  *place = (Place){.folder = g_build_filename (memory, "lw-power-XXXXXX", NULL),
                   .notes = g_ptr_array_new_with_free_func (g_free),
                   .rows = g_ptr_array_new_with_free_func (g_free)};
  g_mutex_init (&place->mutex);
  g_assert_nonnull (g_mkdtemp (place->folder));
  place->walks = g_build_filename (place->folder, "walks.db", NULL);
  place->ledger = g_build_filename (place->folder, "ledger.db", NULL);
  store = open_store (place);
  segment = lw_segment_new (
      &(LwSegment){.media = {{7}}, .title = "Fractions", .duration = 60 * LW_SECOND}, &error);
  g_assert_no_error (error);
  lw_store_put_segment (store, segment, &error);
  g_assert_no_error (error);
  person = lw_person_new (&(LwPerson){.name = "Ana"}, &error);
  g_assert_no_error (error);
  lw_store_put_person (store, person, &error);
  g_assert_no_error (error);
  track = lw_store_ensure_track (store, &segment->id, &person->id, &error);
  g_assert_no_error (error);
  place->track_id = track->id;
}

static void
place_clear (Place *place)
{
  g_autoptr (GDir) folder = g_dir_open (place->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (place->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (place->folder);
  g_ptr_array_unref (place->notes);
  g_ptr_array_unref (place->rows);
  g_mutex_clear (&place->mutex);
  g_free (place->walks);
  g_free (place->ledger);
  g_free (place->folder);
}

static void
test_no_power_cut_takes_what_was_acknowledged (void)
{
  const char *given = g_getenv ("LESSONWALK_SEED");
  guint32 seed = given != NULL ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  guint cuts = g_getenv ("LESSONWALK_LONG") != NULL ? CUTS_LONG : CUTS;
  guint kept = 0, in_the_midst = 0;

  g_test_message ("LESSONWALK_SEED=%u", seed);
  for (guint begun = 0; begun < cuts; begun += CUTS_A_FILE) {
    Place place;

    place_init (&place);
    for (guint i = 0; i < CUTS_A_FILE; i++) {
      guint now = write_until_the_cut (&place, chance);

      kept += now;
      in_the_midst += now > 0 && now < WRITERS * WRITES * 2;
      assert_nothing_lost (&place);
    }
    place_clear (&place);
  }
  g_test_message ("%u cuts, %u of them in the midst of writing; %u writes acknowledged, none lost",
                  cuts, in_the_midst, kept);
  g_assert_cmpuint (in_the_midst, >, cuts / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  g_test_add_func ("/room-power/cuts", test_no_power_cut_takes_what_was_acknowledged);
  return g_test_run ();
}
