/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "log-steps.h"

/* ---- a clock that the test sets ---- */

static gint64 now_us;

/* Stands before GLib's for everything that is linked into this program. */
gint64
g_get_real_time (void)
{
  return now_us;
}

/* ---- and chance, so that a seed gives the same ids, and with them the same order, again ---- */

static GRand *chance;

static const char *
chance_name (void)
{
  return "chance";
}

static uint32_t
chance_random (void)
{
  return g_rand_int (chance);
}

static void
chance_fill (void *buffer, size_t length)
{
  for (size_t i = 0; i < length; i++)
    ((guint8 *)buffer)[i] = (guint8)g_rand_int (chance);
}

void
chance_install (void)
{
  static randombytes_implementation implementation = {
      .implementation_name = chance_name,
      .random = chance_random,
      .buf = chance_fill,
  };

  chance = g_rand_new_with_seed (0);
  g_assert_cmpint (randombytes_set_implementation (&implementation), ==, 0);
}

/* ---- the clock's moods ---- */

/* Forward a little, mostly; else stopped, set back, or set far forward. */
void
turn_clock (Schedule *self)
{
  switch (schedule_choose (self, 8)) {
  case 0:
    now_us -= g_rand_int_range (self->rand, 0, 86400) * G_TIME_SPAN_SECOND;
    break;
  case 1:
    now_us += g_rand_int_range (self->rand, 0, 86400) * G_TIME_SPAN_SECOND;
    break;
  case 2:
    break;
  default:
    now_us += g_rand_int_range (self->rand, 0, 3000);
    break;
  }
}

/* ---- what the store wrote ---- */

/* The op that device @device wrote last, as its file has it. */
static void
peek_newest_op (Schedule *self, guint device, OracleOp *op)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  MUST (self,
        sqlite3_open_v2 (self->paths[device], &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
            sqlite3_prepare_v2 (db,
                                "SELECT clock, log_id, seq, hash FROM op JOIN log USING (log_key) "
                                "ORDER BY op_key DESC LIMIT 1",
                                -1, &statement, NULL) == SQLITE_OK &&
            sqlite3_step (statement) == SQLITE_ROW,
        "%s", sqlite3_errmsg (db));
  op->clock = (LwClock)sqlite3_column_int64 (statement, 0);
  memcpy (op->log_id.bytes, sqlite3_column_blob (statement, 1), sizeof op->log_id);
  op->seq = (guint64)sqlite3_column_int64 (statement, 2);
  memcpy (op->hash, sqlite3_column_blob (statement, 3), sizeof op->hash);
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

void
told (Schedule *self, OracleOp op)
{
  LwClock before = oracle_clock (&self->oracle, op.device);

  peek_newest_op (self, op.device, &op);
  MUST (self, op.clock > before, "device %u: the clock went back", op.device);
  oracle_add (&self->oracle, &op);
}

/* ---- the steps ---- */

void
step_add (Schedule *self, guint device)
{
  guint track = schedule_choose (self, N_TRACKS);
  guint n = self->n_notes;
  OracleContent content;
  g_autoptr (LwNote) note = NULL;
  g_autoptr (GError) error = NULL;
  ScheduleDraft *draft;
  gboolean added;

  self->note_ids[n] = lw_id_new ();
  self->note_tracks[n] = track;
  content = schedule_make_content (self);
  note = schedule_make_note (self, n, &content);
  draft = schedule_choose_draft (self, device, track);
  if (schedule_choose (self, 2) == 0)
    draft = NULL;
  added = draft != NULL
              ? lw_store_add_note_from_draft (self->stores[device], note, &draft->id, NULL, &error)
              : lw_store_add_note (self->stores[device], note, NULL, &error);
  schedule_trace (self, "device %u adds note %u (serial%u) to track %u: %s", device, n,
                  content.serial, track, added ? "ok" : error->message);
  MUST (self, added != self->track_erased[device][track], "device %u, track %u", device, track);
  if (!added)
    return;
  self->n_notes++;
  if (draft != NULL)
    draft->is_there = FALSE;
  told (self, (OracleOp){LW_OP_ADD_NOTE, device, track, n, .content = content});
}

void
step_edit (Schedule *self, guint device, guint n)
{
  gboolean is_there = oracle_get (&self->oracle, device, n) != NULL;
  OracleContent content = schedule_make_content (self);
  g_autoptr (LwNote) note = schedule_make_note (self, n, &content);
  g_autoptr (GError) error = NULL;
  gboolean edited = lw_store_edit_note (self->stores[device], note, NULL, &error);

  schedule_trace (self, "device %u edits note %u to serial%u: %s", device, n, content.serial,
                  edited ? "ok" : error->message);
  MUST (self, edited == is_there, "device %u, note %u", device, n);
  if (edited)
    told (self, (OracleOp){LW_OP_EDIT_NOTE, device, self->note_tracks[n], n, .content = content});
  else
    MUST (self, g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND), "%s",
          error->message);
}

void
step_delete (Schedule *self, guint device, guint n)
{
  gboolean is_there = oracle_get (&self->oracle, device, n) != NULL;
  g_autoptr (GError) error = NULL;
  gboolean deleted = lw_store_delete_note (self->stores[device], &self->note_ids[n], &error);

  schedule_trace (self, "device %u deletes note %u: %s", device, n,
                  deleted ? "ok" : error->message);
  MUST (self, deleted == is_there, "device %u, note %u", device, n);
  if (deleted)
    told (self, (OracleOp){LW_OP_DELETE_NOTE, device, self->note_tracks[n], n});
}

void
step_restore (Schedule *self, guint device, guint n)
{
  gboolean is_there = oracle_get (&self->oracle, device, n) != NULL;
  gboolean can = !is_there && oracle_knows (&self->oracle, device, n) &&
                 !oracle_is_erased (&self->oracle, device, n);
  g_autoptr (GError) error = NULL;
  gboolean restored = lw_store_restore_note (self->stores[device], &self->note_ids[n], &error);

  schedule_trace (self, "device %u restores note %u: %s", device, n,
                  restored ? "ok" : error->message);
  MUST (self, restored == can, "device %u, note %u", device, n);
  if (restored)
    told (self, (OracleOp){LW_OP_RESTORE_NOTE, device, self->note_tracks[n], n});
}

void
step_erase (Schedule *self, guint device, guint n)
{
  gboolean can = oracle_knows (&self->oracle, device, n);
  g_autoptr (GError) error = NULL;
  gboolean erased;

  if (oracle_is_erased (&self->oracle, device, n))
    return;
  erased = lw_store_erase_note (self->stores[device], &self->note_ids[n], &error);
  schedule_trace (self, "device %u erases note %u: %s", device, n, erased ? "ok" : error->message);
  MUST (self, erased == can, "device %u, note %u", device, n);
  if (erased)
    told (self, (OracleOp){LW_OP_ERASE, device, self->note_tracks[n], n});
}

void
step_erase_track (Schedule *self, guint device)
{
  guint track = schedule_choose (self, N_TRACKS);
  g_autoptr (GError) error = NULL;

  if (self->track_erased[device][track])
    return;
  schedule_trace (self, "device %u erases track %u", device, track);
  MUST (self, lw_store_erase_track (self->stores[device], &self->track_ids[track], &error), "%s",
        error->message);
  told (self, (OracleOp){LW_OP_ERASE, device, track, ORACLE_NONE});
  self->track_erased[device][track] = TRUE;
}

void
step_reopen (Schedule *self, guint device)
{
  g_autoptr (GError) error = NULL;

  schedule_trace (self, "device %u is closed and opened", device);
  g_clear_object (&self->stores[device]);
  self->stores[device] = lw_store_open (self->paths[device], LW_STORE_OPEN_DEFAULT, &error);
  MUST (self, self->stores[device] != NULL, "%s", error->message);
}

void
step_undo (Schedule *self, guint device, LwOpRole role)
{
  guint track = schedule_choose (self, N_TRACKS);
  guint n = oracle_find_step (&self->oracle, device, track, role);
  OracleOp opposite = {.device = device, .track = track, .role = role};
  const LwId *track_id = &self->track_ids[track];
  LwId touched = LW_ID_NONE;
  g_autoptr (GError) error = NULL;
  gboolean done, can = n != ORACLE_NONE && !self->track_erased[device][track];

  done = role == LW_OP_REDO ? lw_store_redo (self->stores[device], track_id, &touched, &error)
                            : lw_store_undo (self->stores[device], track_id, &touched, &error);
  schedule_trace (self, "device %u %s track %u: %s", device,
                  role == LW_OP_REDO ? "redoes" : "undoes", track, done ? "ok" : error->message);
  MUST (self, done == can, "device %u, track %u, op %u", device, track, n);
  if (!done) {
    MUST (self,
          self->track_erased[device][track] ||
              g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT),
          "%s", error->message);
    return;
  }
  opposite.note = self->oracle.ops[n].note;
  MUST (self, lw_id_equal (&touched, &self->note_ids[opposite.note]), "note %u", opposite.note);
  opposite.kind = oracle_opposite (self->oracle.ops[n].kind);
  if (opposite.kind == LW_OP_EDIT_NOTE)
    opposite.content = *oracle_get_before (&self->oracle, device, n);
  told (self, opposite);
}

/* ---- setting up: the same stores for every schedule, as files to copy ---- */

static char *templates_dir;
static LwId template_segment, template_people[N_TRACKS], template_tracks[N_TRACKS];

static LwStore *
open_or_die (const char *path)
{
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  if (store == NULL)
    g_error ("%s: %s", path, error->message);
  return store;
}

static char *
device_path (const char *dir, guint device)
{
  g_autofree char *name = g_strdup_printf ("device-%u.db", device);

  return g_build_filename (dir, name, NULL);
}

static void
put_structure (LwStore *store)
{
  LwSegment segment = {.title = "A lesson", .media = {{7}}, .duration = 60 * LW_SECOND};
  g_autoptr (LwSegment) made = lw_segment_new (&segment, NULL);

  g_assert_true (lw_store_put_segment (store, made, NULL));
  template_segment = made->id;
  for (guint i = 0; i < N_TRACKS; i++) {
    LwPerson fields = {.name = "Somebody"};
    g_autoptr (LwPerson) person = lw_person_new (&fields, NULL);
    g_autoptr (LwTrack) track = NULL;

    g_assert_true (lw_store_put_person (store, person, NULL));
    track = lw_store_ensure_track (store, &made->id, &person->id, NULL);
    template_people[i] = person->id;
    template_tracks[i] = track->id;
  }
}

static void
make_templates (void)
{
  const char *given = g_getenv ("LESSONWALK_SCHEDULES_IN");
  const char *memory = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *pattern =
      g_build_filename (given != NULL ? given : memory, "lw-properties-XXXXXX", NULL);
  g_autofree char *first = NULL;

  now_us = 1700000000 * G_TIME_SPAN_SECOND;
  templates_dir = g_mkdtemp (g_steal_pointer (&pattern));
  g_assert_nonnull (templates_dir);
  first = device_path (templates_dir, 0);
  for (guint i = 0; i < ORACLE_DEVICES_MAX; i++) {
    g_autofree char *path = device_path (templates_dir, i);
    g_autoptr (LwStore) store = open_or_die (path);

    if (i == 0)
      put_structure (store);
    else
      g_assert_true (lw_store_merge (store, first, NULL, NULL));
  }
}

void
schedule_init (Schedule *self, guint32 seed)
{
  memset (self, 0, sizeof *self);
  self->seed = seed;
  self->rand = g_rand_new_with_seed (seed);
  g_rand_set_seed (chance, seed);
  self->trace = g_string_new (NULL);
  self->n_devices = 2 + schedule_choose (self, ORACLE_DEVICES_MAX - 1);
  self->dir = g_strdup (templates_dir);
  self->backup_path = g_strdup_printf ("%s/backup.db", self->dir);
  self->segment_id = template_segment;
  now_us = 1700000000 * G_TIME_SPAN_SECOND + seed % 1000;
  for (guint t = 0; t < N_TRACKS; t++) {
    self->person_ids[t] = template_people[t];
    self->track_ids[t] = template_tracks[t];
  }
  for (guint d = 0; d < self->n_devices; d++) {
    g_autofree char *template = device_path (templates_dir, d);

    self->paths[d] = g_strdup_printf ("%s/run-%u.db", self->dir, d);
    schedule_copy_file (template, self->paths[d]);
    self->stores[d] = open_or_die (self->paths[d]);
  }
}

void
schedule_clear (Schedule *self)
{
  for (guint d = 0; d < self->n_devices; d++) {
    g_clear_object (&self->stores[d]);
    schedule_remove_store (self->paths[d]);
    g_free (self->paths[d]);
  }
  schedule_remove_store (self->backup_path);
  g_free (self->backup_path);
  g_rand_free (self->rand);
  g_string_free (self->trace, TRUE);
  g_free (self->dir);
}

void
remove_templates (void)
{
  for (guint i = 0; i < ORACLE_DEVICES_MAX; i++) {
    g_autofree char *path = device_path (templates_dir, i);

    schedule_remove_store (path);
  }
  g_rmdir (templates_dir);
  g_free (templates_dir);
}

/* ---- the schedules ---- */

static guint
number_from_environment (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static guint32 running_seed;

/* Also of a schedule that ends in a crash, the seed is to be known. Its files stay. */
static void
tell_seed (int signal)
{
  char text[64];
  int length = g_snprintf (text, sizeof text, "# crashed: LESSONWALK_SEED=%u\n", running_seed);

  if (write (STDOUT_FILENO, text, (size_t)length) == length)
    fsync (STDOUT_FILENO);
  raise (signal);
}

void
run_schedules (void (*run_schedule) (guint32 seed), guint n_schedules, guint long_factor)
{
  guint one = number_from_environment ("LESSONWALK_SEED", 0);
  guint first = number_from_environment ("LESSONWALK_FIRST_SEED", 1);
  guint half = number_from_environment ("LESSONWALK_HALF", 2), n_run = 0;
  guint last = number_from_environment ("LESSONWALK_SCHEDULES", n_schedules);
  struct sigaction action = {.sa_handler = tell_seed, .sa_flags = (int)SA_RESETHAND};

  sigaction (SIGABRT, &action, NULL);
  sigaction (SIGSEGV, &action, NULL);
  sigaction (SIGTRAP, &action, NULL);
  if (g_getenv ("LESSONWALK_LONG") != NULL)
    last *= long_factor;
  if (one != 0)
    first = last = one;
  make_templates ();
  for (guint seed = first; seed <= last; seed++) {
    if (half < 2 && seed % 2 != half && one == 0)
      continue;
    running_seed = seed;
    run_schedule (seed);
    n_run++;
  }
  remove_templates ();
  g_test_message ("%u schedules", n_run);
  g_assert_cmpuint (n_run, >, 0);
}
