/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The walk's phases with their steps: `phases`. (transfer full) */
json_object *lw_phases_to_json (LwProtocol *protocol);

/* Adds where the walk stands (phase, step, round), who works with whom, the timers, and whether the
 * phase is for the others. */
void lw_phase_add_to_json (json_object *json, LwRoom *room, const LwWalkFacts *facts);

G_END_DECLS
