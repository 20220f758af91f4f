/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-command.h"

G_BEGIN_DECLS

typedef struct {
  LwTime from; /* LW_TIME_NONE: the start */
  LwTime to;   /* LW_TIME_NONE: the end */
  double rate;
  guint steps; /* 0: play */
  LwTime wall; /* on the clock; 0: no limit */
  gboolean headless;
  gboolean silent;
} LwPlayOptions;

/* Plays what @name names until it is over, and gives the exit code. */
int lw_play (LwCommandLine *line, const char *name, const LwPlayOptions *options);

typedef struct _LwTerminal LwTerminal;

/* One run of lw_play(). */
typedef struct {
  LwCommandLine *line;
  const LwPlayOptions *options;
  GMainLoop *loop;
  LwEngine *engine;
  LwSession *session;
  LwTerminal *terminal; /* NULL: headless */
  LwTime passed;        /* notes up to here were shown */
  guint steps_left;
  gint64 step_deadline_us; /* monotonic; after it there is no further frame */
  guint waiting_id;        /* bounds a wait that the engine may never end */
  guint limit_id;          /* of options->wall, once it is open; or 0 */
  gboolean is_opened;
  gboolean is_informed; /* the probe came, or will not */
  gboolean is_begun;
  gboolean is_over;
  int code;
} LwPlay;

void lw_play_end (LwPlay *play, int code);

/* ---- lw-play-print.c: what is said of it, as lines for people or as JSON events ---- */

void lw_play_print_opened (LwPlay *play);
void lw_play_print_frame (LwPlay *play, LwTime time);
void lw_play_print_message (LwPlay *play, const char *text);
void lw_play_print_end (LwPlay *play);
/* The notes that start after what was passed, up to @time. */
void lw_play_print_passed (LwPlay *play, LwTime time);

/* ---- lw-terminal.c ---- */

LwTerminal *lw_terminal_new (LwPlay *play);
void lw_terminal_free (LwTerminal *terminal); /* gives the terminal back as it was */
/* A line above the status line. */
void lw_terminal_say (LwTerminal *terminal, const char *text);
void lw_terminal_redraw (LwTerminal *terminal);

G_END_DECLS
