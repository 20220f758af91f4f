/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typing may hold playback, and gives it back. */
#include "lw-session-private.h"

void
lw_session_take_hold (LwSession *self)
{
  if (!self->hold || lw_engine_get_state (self->engine) != LW_ENGINE_PLAYING)
    return;
  self->held = LW_HOLD_ASKED;
  lw_engine_pause (self->engine);
}

void
lw_session_release_hold (LwSession *self)
{
  LwHold held = self->held;
  self->held = LW_HOLD_NONE;
  if (held == LW_HOLD_ASKED ||
      (held == LW_HOLD_HELD && lw_engine_get_state (self->engine) == LW_ENGINE_PAUSED))
    lw_engine_play (self->engine);
}

void
lw_session_hold_engine_changed (LwSession *self, LwEngineState state)
{
  if (self->held == LW_HOLD_ASKED && state == LW_ENGINE_PAUSED)
    self->held = LW_HOLD_HELD;
  else if (self->held == LW_HOLD_HELD && state != LW_ENGINE_PAUSED)
    self->held = LW_HOLD_NONE; /* played by hand: from here on playback is the walker's own */
}

void
lw_session_set_hold (LwSession *self, gboolean hold)
{
  g_return_if_fail (LW_IS_SESSION (self));
  self->hold = !!hold;
  g_autoptr (GError) error = NULL;
  if (!lw_store_set_setting (self->store, LW_SESSION_HOLD_KEY, hold ? "1" : "0", &error))
    lw_session_message (self, _ ("The choice holds until you close: %s"), error->message);
}

gboolean
lw_session_get_hold (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  return self->hold;
}
