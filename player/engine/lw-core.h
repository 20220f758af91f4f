/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-engine.h"

G_BEGIN_DECLS

/**
 * LwCore:
 *
 * The part of the engine that lives on the engine's thread: the pipeline, its bus, the machine that
 * decides and the watchdogs. LwEngine is its face in the owner's main context.
 *
 * Thread: the functions here from any thread; none waits for the pipeline, but lw_core_quit(),
 *         which waits for a bounded time.
 */
typedef struct _LwCore LwCore;

typedef enum {
  LW_NOTICE_STATE,
  LW_NOTICE_MEDIA_INFO,
  LW_NOTICE_FRAME,
  LW_NOTICE_SEEK_DONE,
  LW_NOTICE_RATE,
  LW_NOTICE_BUFFERING,
  LW_NOTICE_ENDED,
  LW_NOTICE_FAILED,
  LW_NOTICE_WARNING,
} LwNoticeType;

typedef struct {
  LwNoticeType type;
  int number; /* state, percent */
  LwTime time;
  double rate;
  const char *text;
  const GError *error;
} LwNotice;

/* From the engine's thread or a streaming thread: hand over, do not act. */
typedef void (*LwNoticeFunc) (const LwNotice *notice, gpointer user_data);

/* On the engine's thread. */
typedef void (*LwCoreFunc) (LwCore *self, gpointer data);

LwCore *
lw_core_new (GstElement *video_sink, LwNoticeFunc func, gpointer user_data, GDestroyNotify destroy);
LwCore *lw_core_ref (LwCore *self);
void lw_core_unref (LwCore *self);
/* Takes the pipeline down and ends the thread. A pipeline that does not let go within @bound_ms is
 * left to end by itself. Returns whether it ended. */
gboolean lw_core_quit (LwCore *self, guint bound_ms);

void lw_core_invoke (LwCore *self, LwCoreFunc func, gpointer data, GDestroyNotify destroy);

/* What the engine's functions do, each to be invoked; @data is what its name says. */
void lw_core_open (LwCore *self, gpointer uri);
void lw_core_close (LwCore *self, gpointer unused);
void lw_core_play (LwCore *self, gpointer unused);
void lw_core_pause (LwCore *self, gpointer unused);
void lw_core_set_silent (LwCore *self, gpointer silent);
void lw_core_set_muted (LwCore *self, gpointer muted);
void lw_core_step (LwCore *self, gpointer n);
void lw_core_set_captions (LwCore *self, gpointer uri);
void lw_core_set_patience (LwCore *self, gpointer ms);

typedef struct {
  LwTime time;
  LwSeekMode mode;
} LwSeekData;
void lw_core_seek (LwCore *self, gpointer seek_data);
void lw_core_stay (LwCore *self, gpointer time_ptr);

typedef struct {
  LwTime a, b;
} LwLoopData;
void lw_core_set_loop (LwCore *self, gpointer loop_data);

void lw_core_set_rate (LwCore *self, gpointer rate_ptr);
void lw_core_set_volume (LwCore *self, gpointer volume_ptr);

typedef struct {
  LwEngineTrackKind kind;
  int index;
} LwTrackData;
void lw_core_select_track (LwCore *self, gpointer track_data);

void lw_core_set_frame_index (LwCore *self, const LwTime *starts, gsize n_starts);

/* ---- what is known now ---- */

LwEngineState lw_core_get_state (LwCore *self);
double lw_core_get_rate (LwCore *self);
LwTime lw_core_get_duration (LwCore *self);
LwTime lw_core_get_position (LwCore *self);
LwTime lw_core_get_frame_time (LwCore *self);
guint lw_core_get_n_tracks (LwCore *self, LwEngineTrackKind kind);
int lw_core_get_selected_track (LwCore *self, LwEngineTrackKind kind);
char *lw_core_get_track_name (LwCore *self, LwEngineTrackKind kind, guint index);
GBytes *lw_core_take_picture (LwCore *self, guint *ret_width, guint *ret_height, LwTime *ret_time);
void lw_core_get_stats (LwCore *self, LwEngineStats *ret_stats);
/* For how long the engine's thread has been inside one call, 0 if it waits for work. */
gint64 lw_core_get_stuck_us (LwCore *self);

G_END_DECLS
