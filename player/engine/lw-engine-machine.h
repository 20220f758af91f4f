/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-engine.h"

G_BEGIN_DECLS

/*
 * What the engine decides, apart from how it is done: one pure function from a state and an event
 * to the next state and the actions to perform. Nothing here knows of GStreamer objects, threads
 * or clocks, so that a table can test all of it.
 */

typedef enum {
  LW_PHASE_EMPTY,
  LW_PHASE_OPENING,  /* until the pipeline settles for the first time */
  LW_PHASE_STEADY,   /* nothing under way; playing or paused */
  LW_PHASE_PAUSING,  /* told to pause, not yet settled */
  LW_PHASE_SEEKING,  /* .flight is under way */
  LW_PHASE_STEPPING, /* .steps_flight is under way */
  LW_PHASE_ENDED,
  LW_PHASE_FAILED,
} LwPhase;

typedef enum {
  LW_WORK_NONE,
  LW_WORK_REFRESH, /* seek to the frame on screen, to make the pipeline fit to play from it */
  LW_WORK_SCRUB,
  LW_WORK_EXACT,
} LwWorkKind;

typedef struct {
  LwWorkKind kind;
  LwTime time; /* of SCRUB and EXACT */
} LwWork;

typedef struct {
  LwPhase phase;
  gboolean want_play; /* what the person asked for last */
  gboolean running;   /* what the pipeline was told last */
  gboolean starved;   /* the network is behind: hold until it has caught up */
  gboolean stale;     /* scrubbed, stepped or changed in rate: refresh before playing */
  gboolean loop_due;  /* the loop's end was read before its beginning was shown */
  LwWork wanted;      /* the newest seek, waiting */
  LwWork flight;      /* the seek under way */
  int steps;          /* the newest step, waiting */
  guint n_steps;      /* how many times it is to be made, one after the other */
  int steps_flight;
} LwMachine;

typedef enum {
  LW_EVENT_OPEN,
  LW_EVENT_CLOSE,
  LW_EVENT_RELOAD, /* .time: where to go on; LW_TIME_NONE: at the start */
  LW_EVENT_PLAY,   /* .time: where a play from the end begins */
  LW_EVENT_PAUSE,
  LW_EVENT_SEEK,   /* .time, .mode */
  LW_EVENT_STEP,   /* .n */
  LW_EVENT_STAY,   /* .time: the frame to come back to from a step under way; LW_TIME_NONE: none */
  LW_EVENT_RETUNE, /* rate or loop changed: playback has to be set up anew */
  LW_EVENT_SETTLED,
  LW_EVENT_EOS,          /* .looping, .time: where the loop begins */
  LW_EVENT_SEGMENT_DONE, /* the loop's end was reached */
  LW_EVENT_STARVED,
  LW_EVENT_FED,
  LW_EVENT_ERROR,
} LwEventType;

typedef struct {
  LwEventType type;
  LwTime time;
  LwSeekMode mode;
  int n;
  gboolean looping;
} LwEvent;

/* Performed in this order. */
typedef enum {
  LW_ACTION_UNLOAD = 1 << 0,
  LW_ACTION_LOAD = 1 << 1,
  LW_ACTION_HALT = 1 << 2,
  LW_ACTION_SEEK = 1 << 3, /* machine.flight */
  LW_ACTION_STEP = 1 << 4, /* machine.steps_flight */
  LW_ACTION_LOOP = 1 << 5, /* back to the loop's beginning without a gap */
  LW_ACTION_RUN = 1 << 6,
  LW_ACTION_TELL_SEEK = 1 << 7, /* the newest seek settled */
  LW_ACTION_TELL_STATE = 1 << 8,
  LW_ACTION_TELL_ENDED = 1 << 9,
  LW_ACTION_TELL_FAILED = 1 << 10,
} LwActions;

#define LW_MACHINE_INIT ((LwMachine){.phase = LW_PHASE_EMPTY})

LwEngineState lw_machine_get_state (const LwMachine *machine);

/* Whether work is under way that must settle within a bound. */
gboolean lw_machine_is_busy (const LwMachine *machine);

/* Pure. */
LwMachine lw_machine_next (LwMachine machine, const LwEvent *event, LwActions *ret_actions);

G_END_DECLS
