/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "log-schedule.h"

G_BEGIN_DECLS

/*
 * What a schedule is made of, whichever way its stores come together: a clock and a chance that the
 * seed sets, stores to begin with, and the changes that a device can make. Each step does its
 * change to the store and to the oracle, and holds what the one answers against what the other
 * says.
 */

/* Once a program: the kernel's randomness gives way to the seed's. */
void chance_install (void);
/* Forward a little, mostly; else stopped, set back, or set far forward. */
void turn_clock (Schedule *self);

/* Adds the op that @op's device wrote last to the oracle. */
void told (Schedule *self, OracleOp op);
void step_add (Schedule *self, guint device);
void step_edit (Schedule *self, guint device, guint n);
void step_delete (Schedule *self, guint device, guint n);
void step_restore (Schedule *self, guint device, guint n);
void step_erase (Schedule *self, guint device, guint n);
void step_erase_track (Schedule *self, guint device);
/* Undo or redo, on a track of chance. */
void step_undo (Schedule *self, guint device, LwOpRole role);
void step_reopen (Schedule *self, guint device);

/* A schedule begins with stores of the same structure, copied from templates. */
void remove_templates (void);
void schedule_init (Schedule *self, guint32 seed);
void schedule_clear (Schedule *self);

/*
 * Runs @n_schedules, with seeds from 1, by @run_schedule, which ends the program when one fails.
 *
 * LESSONWALK_SEED=n runs the one schedule n, LESSONWALK_SCHEDULES=n all up to n,
 * LESSONWALK_LONG=1 @long_factor times as many; LESSONWALK_FIRST_SEED=n begins with that one, and
 * LESSONWALK_HALF=0 or 1 leaves out the odd or the even ones. The files are in memory, or in the
 * folder LESSONWALK_SCHEDULES_IN.
 */
void run_schedules (void (*run_schedule) (guint32 seed), guint n_schedules, guint long_factor);

G_END_DECLS
