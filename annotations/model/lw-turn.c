/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-turn.h"

static gboolean
find (GPtrArray *visits, const LwId *id, guint *ret_index)
{
  for (guint i = 0; i < visits->len; i++) {
    if (lw_id_equal (&((const LwVisit *)visits->pdata[i])->id, id)) {
      *ret_index = i;
      return TRUE;
    }
  }
  return FALSE;
}

gint64
lw_turn_length_ms (const LwTimer *clock, const LwVisit *visit)
{
  g_return_val_if_fail (clock != NULL && visit != NULL, 0);
  return visit->duration_ms > 0 ? visit->duration_ms : clock->turn_ms;
}

gboolean
lw_turn_at (const LwTimer *clock, GPtrArray *visits, gint64 now_utc_us, LwTurn *ret_turn)
{
  LwTurn turn = {0};

  g_return_val_if_fail (clock != NULL && visits != NULL && ret_turn != NULL, FALSE);
  if (!find (visits, &clock->visit_id, &turn.visit))
    return FALSE;
  turn.writing = clock->writing != 0;
  turn.left_ms = clock->left_ms;
  if (clock->begun_utc_us != 0)
    turn.left_ms -= MAX (now_utc_us - clock->begun_utc_us, 0) / 1000;
  while (turn.left_ms <= 0 && !turn.over) {
    if (!turn.writing && clock->after_ms > 0) {
      turn.writing = TRUE;
      turn.left_ms += clock->after_ms;
    } else if (turn.visit + 1 < visits->len) {
      turn.visit++;
      turn.writing = FALSE;
      turn.left_ms += lw_turn_length_ms (clock, visits->pdata[turn.visit]);
    } else {
      turn.over = TRUE;
      turn.left_ms = 0;
    }
  }
  *ret_turn = turn;
  return TRUE;
}
