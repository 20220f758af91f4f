/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Random schedules of everything that changes a note, on several devices of the same authors, with
 * wild clocks, files that go back to a backup of their own or of another, drafts, and merges in any
 * order, held against an oracle (log-oracle.h) after each step.
 *
 * Which schedules are run: run_schedules() in log-steps.h.
 */

#include "log-steps.h"

#define N_SCHEDULES 150

static void
step_merge (Schedule *self, guint into)
{
  guint from = schedule_choose (self, self->n_devices);
  guint forks = 99, forked = oracle_count_forks (&self->oracle, into);
  g_autoptr (GError) error = NULL;

  if (from == into)
    return;
  schedule_trace (self, "device %u takes in device %u", into, from);
  MUST (self, lw_store_merge (self->stores[into], self->paths[from], &forks, &error), "%s",
        error->message);
  oracle_merge (&self->oracle, into, from);
  forked = oracle_count_forks (&self->oracle, into) - forked;
  MUST (self, forks == forked, "%u forks instead of %u", forks, forked);
  for (guint t = 0; t < N_TRACKS; t++)
    self->track_erased[into][t] = self->track_erased[into][t] || self->track_erased[from][t];
}

static void
take_random_step (Schedule *self)
{
  guint device = schedule_choose (self, self->n_devices);
  guint note = self->n_notes > 0 ? schedule_choose (self, self->n_notes) : 0;
  guint what = self->n_notes > 0 ? schedule_choose (self, 100) : 0;

  turn_clock (self);
  if (what < 22)
    step_add (self, device);
  else if (what < 37)
    step_edit (self, device, note);
  else if (what < 45)
    step_delete (self, device, note);
  else if (what < 50)
    step_restore (self, device, note);
  else if (what < 63)
    step_undo (self, device, LW_OP_UNDO);
  else if (what < 70)
    step_undo (self, device, LW_OP_REDO);
  else if (what < 75)
    schedule_step_draft (self, device);
  else if (what < 78)
    schedule_step_backup (self, device);
  else if (what < 81)
    schedule_step_go_back (self, device);
  else if (what < 94)
    step_merge (self, device);
  else if (what < 97)
    step_erase (self, device, note);
  else if (what < 98)
    step_erase_track (self, device);
  else
    step_reopen (self, device);
}

/* Everybody takes in everybody, in random order, until all know all: then all show the same. */
static void
merge_all (Schedule *self)
{
  for (guint round = 0; round < 2; round++)
    for (guint k = 0; k < self->n_devices * self->n_devices; k++)
      step_merge (self, k % self->n_devices);
  for (guint into = 0; into < self->n_devices; into++)
    for (guint from = 0; from < self->n_devices; from++) {
      if (into == from)
        continue;
      MUST (self, lw_store_merge (self->stores[into], self->paths[from], NULL, NULL), "%u into %u",
            from, into);
      oracle_merge (&self->oracle, into, from);
    }
  oracle_merge (&self->oracle, 0, self->n_devices - 1);
}

static void
run_schedule (guint32 seed)
{
  Schedule schedule;
  Schedule *self = &schedule;

  schedule_init (self, seed);
  for (self->step = 0; self->step < N_STEPS; self->step++) {
    take_random_step (self);
    for (guint d = 0; d < self->n_devices; d++) {
      schedule_check_notes (self, d);
      schedule_check_drafts (self, d);
    }
  }
  merge_all (self);
  for (guint d = 0; d < self->n_devices; d++) {
    schedule_check_rebuilt (self, d);
    schedule_check_drafts (self, d);
    step_undo (self, d, LW_OP_UNDO);
    schedule_check_notes (self, d);
  }
  schedule_clear (self);
}

static void
test_every_schedule_shows_what_the_oracle_says (void)
{
  run_schedules (run_schedule, N_SCHEDULES, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  chance_install ();
  g_test_add_func ("/log/properties/every-schedule-shows-what-the-oracle-says",
                   test_every_schedule_shows_what_the_oracle_says);
  return g_test_run ();
}
