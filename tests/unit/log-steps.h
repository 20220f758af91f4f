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
void step_reopen (Schedule *self, guint device);

/* Stores with the same structure, which each schedule copies. */
void make_templates (void);
void remove_templates (void);
void schedule_init (Schedule *self, guint32 seed);
void schedule_clear (Schedule *self);

guint number_from_environment (const char *name, guint otherwise);

G_END_DECLS
