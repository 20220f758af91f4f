/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-board.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

/**
 * lw_trial_check:
 * @trial: what is about to be put, its item filled in; what is the room's to say is filled in here
 * @there: (nullable): the version that stands
 *
 * Whether a small test of change may be put so: who may, what it leans on, and that what was
 * predicted stays once the change is tried. Errors: with a sentence for people. Blocks on disk.
 */
gboolean lw_trial_check (
    LwRoom *room, const LwWalkFacts *facts, LwTrial *trial, const LwTrial *there, GError **error);

/* The walk goes into a phase in which changes are tried: from now on predictions stay. */
gboolean lw_trials_fix (LwRoom *room, const LwWalkFacts *facts, GError **error);

G_END_DECLS
