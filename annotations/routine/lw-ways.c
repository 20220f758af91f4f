/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a walk can go on to, and what stands against it. */

#include "lw-evidence.h"
#include "lw-levels.h"
#include "lw-standing.h"

guint
lw_standing_list_ways (const LwStanding *self, LwWay ways[LW_WAYS_MAX])
{
  const LwPhase *now = self->access.phase;
  guint n_phases = lw_protocol_get_n_phases (self->protocol);
  guint n = 0;

  for (guint i = 0; self->access.step != NULL && i + 1 < now->n_steps; i++) {
    if (&now->steps[i] == self->access.step) {
      ways[0] = (LwWay){now, &now->steps[i + 1], FALSE};
      return 1;
    }
  }
  if (now->begins_round) {
    const LwPhase *first = lw_protocol_find_phase (self->protocol, now->again);

    ways[n++] = (LwWay){first, lw_phase_find_step (first, ""), TRUE};
  }
  for (guint i = 0; i + 1 < n_phases; i++) {
    const LwPhase *next = lw_protocol_get_phase (self->protocol, i + 1);

    if (lw_protocol_get_phase (self->protocol, i) == now)
      ways[n++] = (LwWay){next, lw_phase_find_step (next, ""), FALSE};
  }
  return n;
}

/* What keeps the phase from opening; NULL if nothing does. */
static const char *
find_closed_gate (const LwWalk *walk, const LwPhase *phase, const char **ret_code)
{
  *ret_code = "no-focus";
  if ((phase->gates & LW_GATE_FOCUS && *walk->focus == '\0') ||
      (phase->gates & LW_GATE_INQUIRY && *walk->inquiry == '\0'))
    return "A walk opens when the teacher has set the focus and the inquiry. Write both, then open "
           "this phase.";
  *ret_code = "gate";
  if (phase->gates & LW_GATE_PD_SESSION && *walk->pd_session == '\0')
    return "This phase opens when the focus names the professional development that it belongs "
           "to. Write that, then open it.";
  if (phase->gates & LW_GATE_WATCH_FOR && walk->watch_for[0] == NULL)
    return "This phase opens when the teachers have written what to watch for. Write that, then "
           "open it.";
  return NULL;
}

char *
lw_standing_find_obstacle (const LwStanding *self,
                           const LwWay *way,
                           const char **ret_code,
                           GError **error)
{
  const char *gate = find_closed_gate (self->walk, way->phase, ret_code);
  char *missing = NULL;

  if (gate != NULL)
    return g_strdup (gate);
  *ret_code = "evidence";
  if (!way->next_round &&
      (!lw_evidence_check (self, way->phase, way->step, &missing, error) || missing != NULL))
    return missing;
  /* Accountability runs both ways: a walk closes when every level has said what it will do. */
  *ret_code = "no-next-step";
  if (way->phase->closed && !self->access.phase->closed)
    lw_levels_check (self, &missing, error);
  return missing;
}

LwWalk *
lw_standing_go (const LwStanding *self, const LwWay *way, GError **error)
{
  LwWalk fields = *self->walk;

  fields.phase = way->phase->id;
  fields.step = way->step != NULL ? way->step->id : "";
  fields.round += way->next_round ? 1 : 0;
  fields.shuffle = 0;
  return lw_walk_new (&fields, error);
}
