/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Random schedules of devices that change notes and take changes back, with wild clocks and files
 * that go back to a backup of their own or of another, and of what they and a hub say to each other
 * over a wire that loses, repeats, swaps and cuts messages, with tracks that not everybody may see,
 * held against an oracle (log-oracle.h) after each step. In the end the wire is whole and all is
 * open: then all know all.
 *
 * Which schedules are run: run_schedules() in log-steps.h.
 */

#include <sqlite3.h>
#include <string.h>

#include "log-steps.h"
#include "lw-sync.h"

#define N_SCHEDULES 100
#define HUB 0
/* Enough for every message of a schedule; a store that still lacks something lacks it for good. */
#define ROUNDS_MAX 4

typedef struct {
  Schedule *schedule;
  gboolean open[ORACLE_DEVICES_MAX][N_TRACKS]; /* what a device may see */
  gboolean faulty;
} Wire;

/* ---- what is known where: asked of the file itself ---- */

static void
learn (Schedule *self, guint device)
{
  Oracle *oracle = &self->oracle;
  sqlite3 *db = NULL;
  sqlite3_stmt *ops = NULL;

  MUST (self,
        sqlite3_open_v2 (self->paths[device], &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
            sqlite3_prepare_v2 (db,
                                "SELECT hash, m.op_key IS NOT NULL FROM op "
                                "LEFT JOIN missing_body m USING (op_key)",
                                -1, &ops, NULL) == SQLITE_OK,
        "%s", sqlite3_errmsg (db));
  while (sqlite3_step (ops) == SQLITE_ROW) {
    for (guint n = 0; n < oracle->n_ops; n++) {
      const OracleOp *op = &oracle->ops[n];

      if (memcmp (sqlite3_column_blob (ops, 0), op->hash, sizeof op->hash) != 0)
        continue;
      oracle->knows[device][n] = TRUE;
      oracle->hidden[device][n] = sqlite3_column_int (ops, 1) != 0;
      if (op->kind == LW_OP_ERASE && op->note == ORACLE_NONE)
        self->track_erased[device][op->track] = TRUE;
    }
  }
  sqlite3_finalize (ops);
  sqlite3_close (db);
}

/* ---- the wire ---- */

typedef struct {
  Wire *wire;
  guint device;
} Viewer;

static gboolean
may_see (const LwSyncOpInfo *info, gpointer user_data)
{
  const Viewer *viewer = user_data;

  for (guint t = 0; info->about_note && t < N_TRACKS; t++) {
    if (lw_id_equal (&info->track_id, &viewer->wire->schedule->track_ids[t]))
      return viewer->wire->open[viewer->device][t];
  }
  return TRUE;
}

/* Nothing that @to may not see has left @from. */
static void
check_withheld (Wire *wire, const LwSyncBatch *batch, guint to)
{
  Schedule *self = wire->schedule;

  for (guint i = 0; i < batch->n_runs; i++) {
    for (guint t = 0; t < N_TRACKS; t++) {
      if (!lw_id_equal (&batch->runs[i].track_id, &self->track_ids[t]) || wire->open[to][t])
        continue;
      for (guint k = 0; k < batch->runs[i].n_ops; k++)
        MUST (self, batch->runs[i].ops[k].state != LW_SYNC_BODY_HERE, "device %u is shown track %u",
              to, t);
    }
  }
}

/* What arrives of @batch: NULL if it was cut. */
static LwSyncBatch *
transmit (Wire *wire, const LwSyncBatch *batch)
{
  Schedule *self = wire->schedule;
  g_autoptr (GBytes) bytes = lw_sync_batch_write (batch);
  g_autoptr (LwSyncMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gsize length, whole;
  const char *text = g_bytes_get_data (bytes, &whole);

  length = wire->faulty && schedule_choose (self, 8) == 0
               ? schedule_choose (self, (guint)MIN (whole, G_MAXINT32))
               : whole;
  message = lw_sync_message_read (text, length, &error);
  MUST (self, (message != NULL) == (length == whole), "%s",
        error != NULL ? error->message : "a part was taken for the whole");
  return message != NULL ? g_steal_pointer (&message->batch) : NULL;
}

static void
send_all (Wire *wire, LwSyncReader *reader, guint to, GPtrArray *arrived)
{
  Schedule *self = wire->schedule;
  gsize max_bytes = schedule_choose (self, 2) == 0 ? 1500 : 100000;
  g_autoptr (GError) error = NULL;

  for (;;) {
    g_autoptr (LwSyncBatch) batch = NULL;
    LwSyncBatch *received;
    guint times = 1;

    MUST (self, lw_sync_reader_next (reader, max_bytes, &batch, &error), "%s", error->message);
    if (batch == NULL)
      return;
    check_withheld (wire, batch, to);
    if (wire->faulty)
      times = (const guint[]){0, 1, 1, 1, 2}[schedule_choose (self, 5)];
    for (guint i = 0; i < times; i++) {
      received = transmit (wire, batch);
      if (received != NULL)
        g_ptr_array_insert (arrived,
                            wire->faulty && schedule_choose (self, 4) == 0 ? 0 : (int)arrived->len,
                            received);
    }
  }
}

static void
take_in (Wire *wire, guint into, GPtrArray *arrived)
{
  Schedule *self = wire->schedule;
  guint forks = 0, forked = oracle_count_forks (&self->oracle, into);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  MUST (self,
        lw_store_apply (self->stores[into], (const LwSyncBatch *const *)arrived->pdata,
                        arrived->len, &results, &error),
        "%s", error->message);
  for (guint i = 0; i < results->len; i++) {
    const LwSyncResult *result = results->pdata[i];

    schedule_trace (self, "device %u takes in %u ops, knew %u, %u bodies: %s", into, result->n_new,
                    result->n_known, result->n_bodies,
                    result->error != NULL ? result->error->message : "ok");
    MUST (self,
          result->error == NULL ||
              (wire->faulty && g_error_matches (result->error, LW_SYNC_ERROR, LW_SYNC_ERROR_GAP)),
          "%s", result->error->message);
    forks += result->forks->len;
  }
  learn (self, into);
  forked = oracle_count_forks (&self->oracle, into) - forked;
  MUST (self, forks == forked, "device %u is told of %u forks instead of %u", into, forks, forked);
}

/* What @into lacks of @from; and, of what it was not shown, what it may see by now. */
static void
ask (Wire *wire, guint into, guint from, GPtrArray *arrived)
{
  Schedule *self = wire->schedule;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncVector) since = lw_store_get_vector (self->stores[into], NULL, &error);
  g_autoptr (LwSyncReader) reader = NULL;
  g_autoptr (LwSyncReader) bodies = NULL;
  g_autoptr (GArray) wanted = NULL;
  Viewer viewer = {wire, into};

  MUST (self, since != NULL, "%s", error->message);
  schedule_trace (self, "device %u asks device %u", into, from);
  reader = lw_store_read_since (self->stores[from], since, NULL, may_see, &viewer, &error);
  MUST (self, reader != NULL, "%s", error->message);
  send_all (wire, reader, into, arrived);
  MUST (self, lw_store_list_wanted (self->stores[into], NULL, 100, &wanted, &error), "%s",
        error->message);
  bodies = lw_store_read_wanted (self->stores[from], (const LwSyncRange *)wanted->data, wanted->len,
                                 may_see, &viewer, &error);
  MUST (self, bodies != NULL, "%s", error->message);
  send_all (wire, bodies, into, arrived);
}

static void
pull (Wire *wire, guint into, guint from)
{
  g_autoptr (GPtrArray) arrived =
      g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);

  ask (wire, into, from, arrived);
  take_in (wire, into, arrived);
}

/* All devices at once: one commit. */
static void
push_all (Wire *wire)
{
  g_autoptr (GPtrArray) arrived =
      g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);

  for (guint d = 1; d < wire->schedule->n_devices; d++)
    ask (wire, HUB, d, arrived);
  take_in (wire, HUB, arrived);
}

/* ---- the schedule ---- */

/* And writes on at once, so that two files come to write under one name. */
static void
step_go_back (Schedule *self, guint device)
{
  if (!self->has_backup)
    return;
  schedule_step_go_back (self, device);
  step_add (self, device);
}

static void
take_random_step (Wire *wire)
{
  Schedule *self = wire->schedule;
  guint device = schedule_choose (self, self->n_devices);
  guint note = self->n_notes > 0 ? schedule_choose (self, self->n_notes) : 0;
  guint what = self->n_notes > 0 ? schedule_choose (self, 100) : 0;
  guint track = schedule_choose (self, N_TRACKS);

  turn_clock (self);
  if (what < 18)
    step_add (self, device);
  else if (what < 30)
    step_edit (self, device, note);
  else if (what < 35)
    step_delete (self, device, note);
  else if (what < 38)
    step_restore (self, device, note);
  else if (what < 44)
    step_undo (self, device, LW_OP_UNDO);
  else if (what < 47)
    step_undo (self, device, LW_OP_REDO);
  else if (what < 51)
    schedule_step_backup (self, device);
  else if (what < 57)
    step_go_back (self, device);
  else if (what < 74 && device != HUB)
    pull (wire, device, HUB);
  else if (what < 87)
    push_all (wire);
  else if (what < 93 && device != HUB)
    wire->open[device][track] = !wire->open[device][track];
  else if (what < 96)
    step_erase (self, device, note);
  else if (what < 97)
    step_erase_track (self, device);
  else
    step_reopen (self, device);
}

static void
come_together (Wire *wire)
{
  Schedule *self = wire->schedule;

  wire->faulty = FALSE;
  for (guint d = 0; d < self->n_devices; d++)
    for (guint t = 0; t < N_TRACKS; t++)
      wire->open[d][t] = TRUE;
  for (guint round = 0; round < ROUNDS_MAX; round++) {
    push_all (wire);
    for (guint d = 1; d < self->n_devices; d++)
      pull (wire, d, HUB);
  }
}

/* Also where nobody remembers the erasure any more, as the one who made it went back to a backup:
 * who was told that a body is destroyed does not ask for it again. */
static gboolean
was_erased (const Oracle *oracle, guint n)
{
  for (guint i = 0; i < oracle->n_ops; i++) {
    const OracleOp *op = &oracle->ops[i];

    if (op->kind == LW_OP_ERASE && (op->note == oracle->ops[n].note ||
                                    (op->note == ORACLE_NONE && op->track == oracle->ops[n].track)))
      return TRUE;
  }
  return FALSE;
}

/* What somebody still has. A change that only one had who then went back to a backup is gone, and
 * so may be a body that no other was shown. */
typedef struct {
  gboolean ops[ORACLE_OPS_MAX], bodies[ORACLE_OPS_MAX];
  gboolean misses_bodies;
} Left;

static void
find_left (const Schedule *self, Left *left)
{
  const Oracle *oracle = &self->oracle;

  *left = (Left){0};
  for (guint n = 0; n < oracle->n_ops; n++) {
    for (guint d = 0; d < self->n_devices; d++) {
      left->ops[n] = left->ops[n] || oracle->knows[d][n];
      left->bodies[n] = left->bodies[n] || (oracle->knows[d][n] && !oracle->hidden[d][n]);
    }
    left->misses_bodies = left->misses_bodies || (left->ops[n] && !left->bodies[n]);
  }
}

static void
check_together (Schedule *self, const Left *left)
{
  g_autoptr (LwSyncVector) hub = lw_store_get_vector (self->stores[HUB], NULL, NULL);

  for (guint d = 0; d < self->n_devices; d++) {
    g_autoptr (LwSyncVector) vector = lw_store_get_vector (self->stores[d], NULL, NULL);
    g_autoptr (GArray) wanted = NULL;

    MUST (self, lw_sync_vector_compare (vector, hub) == LW_SYNC_SAME, "device %u", d);
    MUST (self, lw_store_list_wanted (self->stores[d], NULL, 1, &wanted, NULL), "device %u", d);
    MUST (self, wanted->len == 0 || left->misses_bodies, "device %u still waits for something", d);
    for (guint n = 0; n < self->oracle.n_ops; n++)
      MUST (self,
            self->oracle.knows[d][n] == left->ops[n] &&
                (!self->oracle.hidden[d][n] || !left->bodies[n] || was_erased (&self->oracle, n)),
            "device %u never heard of op %u", d, n);
  }
}

static void
run_schedule (guint32 seed)
{
  Schedule schedule;
  Schedule *self = &schedule;
  Wire wire = {.schedule = self, .faulty = TRUE};
  Left left;

  schedule_init (self, seed);
  for (guint d = 0; d < self->n_devices; d++)
    for (guint t = 0; t < N_TRACKS; t++)
      wire.open[d][t] = d == HUB || schedule_choose (self, 2) == 0;
  for (self->step = 0; self->step < N_STEPS; self->step++) {
    take_random_step (&wire);
    for (guint d = 0; d < self->n_devices; d++)
      schedule_check_notes (self, d);
  }
  for (guint d = 0; d < self->n_devices; d++)
    schedule_check_sound (self, d);
  find_left (self, &left);
  come_together (&wire);
  check_together (self, &left);
  for (guint d = 0; d < self->n_devices; d++) {
    schedule_check_rebuilt (self, d);
  }
  schedule_clear (self);
}

static void
test_every_schedule_comes_together (void)
{
  run_schedules (run_schedule, N_SCHEDULES, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  chance_install ();
  g_test_add_func ("/sync/properties/every-schedule-comes-together",
                   test_every_schedule_comes_together);
  return g_test_run ();
}
