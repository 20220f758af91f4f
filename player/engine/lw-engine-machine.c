/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-engine-machine.h"

/* What a quick finger can be ahead of a slow machine; a key that is held is ahead by seconds. */
#define MAX_STEPS_WAITING 3

static gboolean
is_loaded (const LwMachine *m)
{
  return m->phase != LW_PHASE_EMPTY && m->phase != LW_PHASE_FAILED;
}

static gboolean
is_idle (const LwMachine *m)
{
  return m->phase == LW_PHASE_STEADY || m->phase == LW_PHASE_ENDED;
}

LwEngineState
lw_machine_get_state (const LwMachine *m)
{
  switch (m->phase) {
  case LW_PHASE_EMPTY:
    return LW_ENGINE_EMPTY;
  case LW_PHASE_OPENING:
    return LW_ENGINE_OPENING;
  case LW_PHASE_ENDED:
    return LW_ENGINE_ENDED;
  case LW_PHASE_FAILED:
    return LW_ENGINE_FAILED;
  case LW_PHASE_STEADY:
  case LW_PHASE_PAUSING:
  case LW_PHASE_SEEKING:
  case LW_PHASE_STEPPING:
    break;
  }
  return m->want_play ? LW_ENGINE_PLAYING : LW_ENGINE_PAUSED;
}

gboolean
lw_machine_is_busy (const LwMachine *m)
{
  return m->phase == LW_PHASE_OPENING || m->phase == LW_PHASE_PAUSING ||
         m->phase == LW_PHASE_SEEKING || m->phase == LW_PHASE_STEPPING;
}

static LwActions
halt (LwMachine *m)
{
  if (!m->running)
    return 0;
  m->running = FALSE;
  return LW_ACTION_HALT;
}

/* Nothing is under way: take up what waits, newest seek first, then steps, then play or pause. */
static LwActions
take_up (LwMachine *m)
{
  if (m->wanted.kind == LW_WORK_NONE && m->steps == 0 && m->want_play && m->stale)
    m->wanted = (LwWork){.kind = LW_WORK_REFRESH, .time = LW_TIME_NONE};

  if (m->wanted.kind != LW_WORK_NONE) {
    m->flight = m->wanted;
    m->wanted = (LwWork){.kind = LW_WORK_NONE};
    /* A scrub while paused reads key frames only, which is no way to play on. */
    m->stale = m->flight.kind == LW_WORK_SCRUB && !m->want_play;
    m->loop_due = FALSE;
    m->phase = LW_PHASE_SEEKING;
    return LW_ACTION_SEEK;
  }
  if (m->steps != 0) {
    if (m->running) {
      m->phase = LW_PHASE_PAUSING;
      return halt (m);
    }
    m->steps_flight = m->steps;
    m->n_steps--;
    if (m->n_steps == 0)
      m->steps = 0;
    m->stale = TRUE;
    m->phase = LW_PHASE_STEPPING;
    return LW_ACTION_STEP;
  }

  m->phase = LW_PHASE_STEADY;
  if (m->want_play && !m->starved && !m->running) {
    m->running = TRUE;
    return LW_ACTION_RUN;
  }
  if (m->running && (!m->want_play || m->starved)) {
    m->phase = LW_PHASE_PAUSING;
    return halt (m);
  }
  return 0;
}

static LwActions
settle (LwMachine *m)
{
  LwActions actions = 0;

  switch (m->phase) {
  case LW_PHASE_SEEKING:
    if (m->flight.kind != LW_WORK_REFRESH && m->wanted.kind == LW_WORK_NONE)
      actions |= LW_ACTION_TELL_SEEK;
    m->flight = (LwWork){.kind = LW_WORK_NONE};
    if (m->loop_due && m->wanted.kind == LW_WORK_NONE)
      actions |= LW_ACTION_LOOP;
    m->loop_due = FALSE;
    break;
  case LW_PHASE_STEPPING:
    m->steps_flight = 0;
    break;
  case LW_PHASE_OPENING:
  case LW_PHASE_PAUSING:
    break;
  case LW_PHASE_EMPTY:
  case LW_PHASE_STEADY:
  case LW_PHASE_ENDED:
  case LW_PHASE_FAILED:
    return 0;
  }
  return actions | take_up (m);
}

static LwActions
end (LwMachine *m, const LwEvent *event)
{
  /* During a seek it is the end of what was before; while paused there is nothing to end. */
  if (m->phase != LW_PHASE_STEADY || !m->running)
    return 0;
  if (event->looping) {
    m->wanted = (LwWork){.kind = LW_WORK_EXACT, .time = event->time};
    return take_up (m);
  }
  m->phase = LW_PHASE_ENDED;
  m->want_play = FALSE;
  return halt (m) | LW_ACTION_TELL_ENDED;
}

static LwActions
segment_done (LwMachine *m)
{
  switch (m->phase) {
  case LW_PHASE_SEEKING:
    m->loop_due = TRUE;
    return 0;
  case LW_PHASE_STEADY:
  case LW_PHASE_PAUSING:
  case LW_PHASE_STEPPING:
    /* When stale, a refresh sets the loop up again before anything plays. */
    return m->stale ? 0 : LW_ACTION_LOOP;
  default:
    return 0;
  }
}

static LwActions
play (LwMachine *m, const LwEvent *event)
{
  if (!is_loaded (m))
    return 0;
  m->want_play = TRUE;
  if (m->phase == LW_PHASE_ENDED && m->wanted.kind == LW_WORK_NONE)
    m->wanted = (LwWork){.kind = LW_WORK_EXACT, .time = event->time};
  return is_idle (m) ? take_up (m) : 0;
}

static LwActions
stop (LwMachine *m)
{
  m->want_play = FALSE;
  if (m->phase == LW_PHASE_STEADY)
    return take_up (m);
  /* Do not let a seek under way play on for a moment when it settles. */
  return m->phase == LW_PHASE_SEEKING ? halt (m) : 0;
}

static LwActions
seek (LwMachine *m, const LwEvent *event)
{
  if (!is_loaded (m))
    return 0;
  m->wanted = (LwWork){
      .kind = event->mode == LW_SEEK_SCRUB ? LW_WORK_SCRUB : LW_WORK_EXACT,
      .time = event->time,
  };
  m->steps = 0;
  m->n_steps = 0;
  return is_idle (m) ? take_up (m) : 0;
}

static LwActions
step (LwMachine *m, const LwEvent *event)
{
  LwActions actions = 0;

  if (!is_loaded (m))
    return 0;
  m->want_play = FALSE;
  /* Never summed up: a key held on a slow machine would leap over frames, and go on when let go. */
  m->n_steps = event->n == m->steps ? MIN (m->n_steps + 1, MAX_STEPS_WAITING) : 1;
  m->steps = CLAMP (event->n, -G_MAXSHORT, G_MAXSHORT);
  if (m->steps == 0)
    m->n_steps = 0;
  if (m->phase == LW_PHASE_SEEKING)
    actions |= halt (m);
  return actions | (is_idle (m) ? take_up (m) : 0);
}

/* Steps that wait are not made, and one that is under way is taken back. */
static LwActions
stay (LwMachine *m, const LwEvent *event)
{
  m->steps = 0;
  m->n_steps = 0;
  if (m->phase == LW_PHASE_STEPPING && m->wanted.kind == LW_WORK_NONE &&
      event->time != LW_TIME_NONE)
    m->wanted = (LwWork){.kind = LW_WORK_EXACT, .time = event->time};
  return 0;
}

static LwActions
retune (LwMachine *m)
{
  if (!is_loaded (m))
    return 0;
  m->stale = TRUE;
  return m->phase == LW_PHASE_STEADY && m->want_play ? take_up (m) : 0;
}

static LwActions
load (LwMachine *m, const LwEvent *event)
{
  LwMachine fresh = LW_MACHINE_INIT;
  LwActions actions = m->phase == LW_PHASE_EMPTY ? 0 : LW_ACTION_UNLOAD;

  if (event->type == LW_EVENT_RELOAD) {
    if (!is_loaded (m))
      return 0;
    fresh.want_play = m->want_play;
    fresh.wanted = m->wanted;
    if (fresh.wanted.kind == LW_WORK_NONE && event->time != LW_TIME_NONE)
      fresh.wanted = (LwWork){.kind = LW_WORK_EXACT, .time = event->time};
  }
  *m = fresh;
  m->phase = LW_PHASE_OPENING;
  return actions | LW_ACTION_LOAD;
}

static LwActions
fail (LwMachine *m)
{
  if (!is_loaded (m))
    return 0;
  *m = (LwMachine){.phase = LW_PHASE_FAILED};
  return LW_ACTION_UNLOAD | LW_ACTION_TELL_FAILED;
}

static LwActions
set_starved (LwMachine *m, gboolean starved)
{
  m->starved = starved;
  return m->phase == LW_PHASE_STEADY ? take_up (m) : 0;
}

LwMachine
lw_machine_next (LwMachine m, const LwEvent *event, LwActions *ret_actions)
{
  LwEngineState before = lw_machine_get_state (&m);
  LwActions actions = 0;

  switch (event->type) {
  case LW_EVENT_OPEN:
  case LW_EVENT_RELOAD:
    actions = load (&m, event);
    break;
  case LW_EVENT_CLOSE:
    actions = m.phase == LW_PHASE_EMPTY ? 0 : LW_ACTION_UNLOAD;
    m = LW_MACHINE_INIT;
    break;
  case LW_EVENT_PLAY:
    actions = play (&m, event);
    break;
  case LW_EVENT_PAUSE:
    actions = stop (&m);
    break;
  case LW_EVENT_SEEK:
    actions = seek (&m, event);
    break;
  case LW_EVENT_STEP:
    actions = step (&m, event);
    break;
  case LW_EVENT_STAY:
    actions = stay (&m, event);
    break;
  case LW_EVENT_RETUNE:
    actions = retune (&m);
    break;
  case LW_EVENT_SETTLED:
    actions = settle (&m);
    break;
  case LW_EVENT_EOS:
    actions = end (&m, event);
    break;
  case LW_EVENT_SEGMENT_DONE:
    actions = segment_done (&m);
    break;
  case LW_EVENT_STARVED:
  case LW_EVENT_FED:
    actions = set_starved (&m, event->type == LW_EVENT_STARVED);
    break;
  case LW_EVENT_ERROR:
    actions = fail (&m);
    break;
  }

  if (lw_machine_get_state (&m) != before)
    actions |= LW_ACTION_TELL_STATE;
  *ret_actions = actions;
  return m;
}
