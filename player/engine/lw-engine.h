/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwEngine:
 *
 * Plays one media file or stream. GStreamer runs on a thread and main context of the engine's own;
 * every function here only posts a message to it and returns at once, and every signal comes back
 * in the thread-default main context in which the engine was made. Knows nothing of walks.
 *
 * Thread: functions from any thread; lw_engine_get_frame_time(), _get_position() and
 *         lw_engine_take_picture() read a snapshot under a lock and never wait for the pipeline.
 *
 * Signals (all in the owner's context):
 *   "state-changed" (LwEngineState)
 *   "media-info" ()                 duration, tracks or size became known or changed
 *   "frame" (gint64 time)           a frame was shown; newest only, at most one an iteration
 *   "seek-done" (gint64 time)       the newest seek settled on the frame that starts at @time
 *   "rate-changed" (double)
 *   "buffering" (int percent)       network streams; 100 = done
 *   "ended" ()                      end of the stream, and no loop is set
 *   "failed" (GError *)             playback stopped; the message is a sentence for a teacher
 *   "warning" (char *)              playback goes on ("there is no sound device …")
 */
#define LW_TYPE_ENGINE (lw_engine_get_type ())
G_DECLARE_FINAL_TYPE (LwEngine, lw_engine, LW, ENGINE, GObject)

typedef enum {
  LW_ENGINE_EMPTY,   /* nothing opened, or closed */
  LW_ENGINE_OPENING, /* until the first frame is ready */
  LW_ENGINE_PAUSED,
  LW_ENGINE_PLAYING,
  LW_ENGINE_ENDED, /* the last frame stays; play begins again from the start */
  LW_ENGINE_FAILED,
} LwEngineState;

#define LW_ENGINE_ERROR (lw_engine_error_quark ())
GQuark lw_engine_error_quark (void);

typedef enum {
  LW_ENGINE_ERROR_NOT_FOUND, /* the file is not there, or vanished */
  LW_ENGINE_ERROR_PERMISSION,
  LW_ENGINE_ERROR_NOT_MEDIA, /* nothing in it to play */
  LW_ENGINE_ERROR_DAMAGED,
  LW_ENGINE_ERROR_MISSING_DECODER, /* the message names the Debian package */
  LW_ENGINE_ERROR_NETWORK,
  LW_ENGINE_ERROR_STALLED, /* the watchdog: no progress where there must be some */
  LW_ENGINE_ERROR_INTERNAL,
} LwEngineError;

typedef enum {
  LW_SEEK_EXACT, /* the frame that covers the time */
  LW_SEEK_SCRUB, /* a key frame near by, at once; an exact one should follow */
} LwSeekMode;

typedef enum { LW_ENGINE_AUDIO, LW_ENGINE_CAPTIONS } LwEngineTrackKind;

#define LW_RATE_MIN 0.25
#define LW_RATE_MAX 4.0

/**
 * lw_engine_new:
 * @video_sink: (nullable) (transfer floating): where frames go; %NULL: they are decoded and counted
 *   only, for work without a screen
 */
LwEngine *lw_engine_new (GstElement *video_sink);

/* For tests and machines without sound: no sound device is opened, playback keeps its clock. */
void lw_engine_set_silent (LwEngine *self, gboolean silent); /* before _open */

/* @uri: file:, http: or https:. Ends in PAUSED with the first frame shown, or FAILED. */
void lw_engine_open (LwEngine *self, const char *uri);
void lw_engine_close (LwEngine *self);

/**
 * lw_engine_set_frame_index:
 * @starts: (array length=n_starts): start of every video frame, rising, as the probe gives them
 *
 * With it, the engine's times are those of frames as the container has them; without it, those of
 * the decoder, which after an exact seek may be clipped to the target. Copied.
 */
void lw_engine_set_frame_index (LwEngine *self, const LwTime *starts, gsize n_starts);

void lw_engine_play (LwEngine *self);
void lw_engine_pause (LwEngine *self);

/* Newest wins: one seek is under way at a time, and of those that wait only the newest is made and
 * told of by "seek-done". @time is brought into the file's range. */
void lw_engine_seek (LwEngine *self, LwTime time, LwSeekMode mode);
/* Pauses, and shows the @n-th frame after (before, if negative) the one on screen. Exact; stays at
 * the first or last frame. One step is under way at a time, and each is seen: steps are not summed
 * up. Newest wins here too: a step of another @n, or a seek, takes the place of the steps that
 * wait, of which there are three at most. So quick presses of a key count all, and a key that is
 * held on a slow machine does not run on for long when it is let go. */
void lw_engine_step (LwEngine *self, int n);
/* Makes none of the steps that wait; one that is under way is taken back, so that @frame, what
 * lw_engine_get_frame_time() said at a gesture, is on screen again. Does nothing while playing. */
void lw_engine_stay (LwEngine *self, LwTime frame);

/* LW_RATE_MIN … LW_RATE_MAX; pitch is kept. What comes from a server that gives it only from its
 * beginning to its end keeps the speed that was set when it was opened: then "warning" says so, and
 * "rate-changed" that it is back. Nor are seeks made in it; "seek-done" tells where it is. */
void lw_engine_set_rate (LwEngine *self, double rate);
/* Plays from @a to @b (exclusive) again and again; LW_TIME_NONE twice: no loop. */
void lw_engine_set_loop (LwEngine *self, LwTime a, LwTime b);
/* Cubic: 0 … 1, as a slider stands. */
void lw_engine_set_volume (LwEngine *self, double volume);
void lw_engine_set_muted (LwEngine *self, gboolean muted);

/* @index of the kind, from 0; -1: none. */
void lw_engine_select_track (LwEngine *self, LwEngineTrackKind kind, int index);
/* @uri: a WebVTT or SRT file beside the media, selected at once; NULL: none. Seeks back to now. */
void lw_engine_set_external_captions (LwEngine *self, const char *uri);

LwEngineState lw_engine_get_state (LwEngine *self);
double lw_engine_get_rate (LwEngine *self);
LwTime lw_engine_get_duration (LwEngine *self); /* LW_TIME_NONE until known */
/* Where playback is, for a clock that runs smoothly; not for pins. */
LwTime lw_engine_get_position (LwEngine *self);

/**
 * lw_engine_get_frame_time:
 *
 * The stream time at which the frame on screen *now* starts: what a pin takes. For media without
 * video, the position. LW_TIME_NONE while nothing has been shown.
 */
LwTime lw_engine_get_frame_time (LwEngine *self);

guint lw_engine_get_n_tracks (LwEngine *self, LwEngineTrackKind kind);
int lw_engine_get_selected_track (LwEngine *self, LwEngineTrackKind kind);
/* "English", "English (2)", "Track 2". (transfer full) */
char *lw_engine_get_track_name (LwEngine *self, LwEngineTrackKind kind, guint index);

/* The picture on screen, upright, with its time: RGB, 8 bits each, rows of width * 3 bytes.
 * NULL if there is none. (transfer full) */
GBytes *
lw_engine_take_picture (LwEngine *self, guint *ret_width, guint *ret_height, LwTime *ret_time);

typedef struct {
  guint64 frames_shown;
  guint64 frames_dropped;
  guint64 seeks_asked;
  guint64 seeks_made; /* the rest were overtaken by newer ones */
} LwEngineStats;

void lw_engine_get_stats (LwEngine *self, LwEngineStats *ret_stats);

G_END_DECLS
