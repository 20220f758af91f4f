/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-core.h"
#include "lw-decoder-tap.h"
#include "lw-engine-machine.h"
#include "lw-first-rate.h"
#include "lw-screen.h"

G_BEGIN_DECLS

/* Handed out under the lock. */
typedef struct {
  LwEngineState state;
  double rate;
  LwTime duration;
  LwTime position;    /* at .position_us */
  gint64 position_us; /* monotonic; 0: it does not move */
  gboolean has_video;
  GPtrArray *names[2]; /* by LwEngineTrackKind */
  int selected[2];
  guint64 seeks_asked, seeks_made, dropped;
  guint64 skipped_before; /* packets of earlier files */
} LwSnapshot;

struct _LwCore {
  /* Set once. */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  LwNoticeFunc func;
  gpointer func_data;
  GDestroyNotify func_destroy;
  GstElement *video_sink;
  LwFrameClock *clock;
  LwScreen *screen;
  LwDecoderTap *tap;

  /* The engine's thread alone. */
  LwMachine machine;
  GQueue events; /* of LwEvent */
  gboolean dispatching;
  char *uri, *captions;
  gboolean silent, soundless, muted;
  double rate, volume;
  LwTime loop_a, loop_b;
  int selected[2];

  GstElement *playbin;
  GSource *bus_source;
  GWeakRef subtitle_parser; /* of external captions */
  GstMessage *missing;
  GError *error; /* what the next LW_EVENT_ERROR tells */
  gboolean opened;
  gboolean one_way;        /* its server gives it from its beginning to its end only */
  gboolean told_one_way;   /* and that was said */
  LwFirstRate *first_rate; /* of what comes from a server; else NULL */
  gboolean trick;          /* the segment under way has key frames only */
  LwTime segment_stop;     /* LW_TIME_NONE: the end of the file */
  LwTime expected;         /* start of the frame that the work under way must show */
  LwTime target;           /* the time that was asked for; LW_TIME_NONE if by step or scrub */
  gboolean undecided;      /* settled but for that, see lw_pipeline_is_undecided() */
  guint attempts, mismatches;
  guint64 n_shown; /* frames that were told of */
  guint32 seqnum;  /* of the newest seek */

  GSource *tick;
  guint openings; /* how often this file was opened again because nothing came */
  guint patience_ms;
  gint64 busy_since_us;
  guint settled_ticks;
  guint64 last_activity;
  gint64 last_activity_us;

  GMutex lock;
  LwSnapshot snapshot;
  GCond ended_cond;
  gboolean ended;
  gint64 entered_us; /* when the thread began its present work; 0: it waits */
};

/* lw-core.c */
void lw_core_tell (LwCore *self, const LwNotice *notice);
void lw_core_post_event (LwCore *self, const LwEvent *event); /* on the engine's thread */
/* What was under way is done: tells of the frame on screen, and goes on. */
void lw_core_tell_settled (LwCore *self);
/* Around everything that the thread does: a call that does not come back is seen from outside. */
void lw_core_set_entered (LwCore *self, gboolean is_inside);
void lw_core_take_error (LwCore *self, GError *error); /* (transfer full), and fail */

/* lw-core-pipeline.c */
void lw_pipeline_load (LwCore *self);
void lw_pipeline_unload (LwCore *self);
void lw_pipeline_apply_tracks (LwCore *self);
void lw_pipeline_apply_volume (LwCore *self);
void lw_pipeline_read_info (LwCore *self);

/* lw-core-seek.c */
void lw_pipeline_seek (LwCore *self, const LwWork *work);
void lw_pipeline_loop (LwCore *self);
/* Whether it is settled already. */
gboolean lw_pipeline_step (LwCore *self, int n);
/* Whether the work under way shows what it must; else it has been tried again. */
gboolean lw_pipeline_verify (LwCore *self);
/* Whether a seek to the end has settled on a gap: whether a frame follows is not known before it
 * comes, or the end does. */
gboolean lw_pipeline_is_undecided (LwCore *self);
LwTime lw_pipeline_where (LwCore *self); /* the frame on screen, or the position without video */

/* lw-core-one-way.c */
void lw_one_way_look (LwCore *self); /* once it is opened */
/* What is asked for cannot be had: says so, once, and that the speed is the one of the beginning.
 */
void lw_one_way_refuse (LwCore *self);
/* Whether @message was that a seek is refused: then it begins anew. */
gboolean lw_one_way_take_error (LwCore *self, GstMessage *message);

/* lw-core-watch.c */
void lw_core_update_tick (LwCore *self);
void lw_core_note_work (LwCore *self); /* work was begun that must settle */
void lw_core_update_position (LwCore *self);

G_END_DECLS
