/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * Facts and pictures of a media file, by short-lived workers: each job is a process of its own
 * (lessonwalk-media-worker, libavformat) in bubblewrap, with no network, no home folder, a limit
 * on memory and a limit on time. This library itself never parses media and links no libav.
 *
 * Thread: the _async functions report in the caller's thread-default main context.
 */

#define LW_MEDIA_ERROR (lw_media_error_quark ())
GQuark lw_media_error_quark (void);

typedef enum {
  LW_MEDIA_ERROR_NOT_MEDIA,  /* no video or audio in it that libav knows */
  LW_MEDIA_ERROR_DAMAGED,    /* it began like media, then broke */
  LW_MEDIA_ERROR_LIMIT,      /* took too much memory or time */
  LW_MEDIA_ERROR_SANDBOX,    /* bubblewrap is missing or refused: nothing was opened. The message
                                names the switch LESSONWALK_UNSANDBOXED=1 */
  LW_MEDIA_ERROR_NOT_FOUND,  /* no such file */
  LW_MEDIA_ERROR_PERMISSION, /* the file may not be read */
  LW_MEDIA_ERROR_WORKER,     /* the worker is missing or crashed */
} LwMediaError;

typedef enum { LW_STREAM_VIDEO, LW_STREAM_AUDIO, LW_STREAM_CAPTIONS, LW_STREAM_OTHER } LwStreamKind;

typedef struct {
  LwStreamKind kind;
  guint index;    /* in the container */
  char *codec;    /* libav's short name: "h264" */
  char *profile;  /* "" if unknown */
  char *language; /* BCP 47 or ISO 639 as the file has it; "" if none */
  char *title;
  gboolean is_default;
  LwTime start; /* first timestamp; LW_TIME_NONE if unknown */
  LwTime duration;
  /* video */
  guint width, height; /* coded; before rotation */
  guint par_num, par_den;
  guint fps_num, fps_den; /* average; 0/1 if unknown */
  gboolean is_vfr;        /* frame durations differ by more than the time base explains */
  int rotation;           /* degrees clockwise that a player turns it: 0, 90, 180, 270 */
  /* audio */
  guint sample_rate, channels;
} LwStreamInfo;

typedef struct {
  LwTime start, end;
  char *title;
} LwChapter;

typedef struct {
  LwTime start, end;
  char *text;
} LwCaption;

/* Immutable once made. */
typedef struct {
  char *container;       /* "mov,mp4,m4a,3gp,3g2,mj2" */
  LwTime duration;       /* LW_TIME_NONE if unknown */
  LwTime start;          /* of the earliest stream */
  gint64 created_utc_us; /* the file's own creation time; 0 if none */
  GPtrArray *streams;    /* of LwStreamInfo */
  GPtrArray *chapters;   /* of LwChapter */
  GPtrArray *captions;   /* of LwCaption: the first embedded text captions, read in full */
  GArray *keyframes;     /* of LwTime, rising: the main video's; empty without video */
  GArray *frames;        /* of LwTime, rising: start of every frame of the main video */
  gboolean is_truncated; /* the file ends before its index says, or packets were damaged */
} LwProbe;

GType lw_probe_get_type (void);
LwProbe *lw_probe_ref (LwProbe *probe);
void lw_probe_unref (LwProbe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwProbe, lw_probe_unref)

/* The first video (audio) stream that a player would choose; NULL if none. (transfer none) */
const LwStreamInfo *lw_probe_get_video (const LwProbe *probe);
const LwStreamInfo *lw_probe_get_audio (const LwProbe *probe);

/* (transfer full): the probe as JSON text, for the command and the cache; _from_json checks all. */
char *lw_probe_to_json (const LwProbe *probe);
LwProbe *lw_probe_from_json (const char *json, gsize length, GError **error);

/**
 * lw_media_probe:
 * @path: a local file
 *
 * Blocks: on the worker; at most 5 s of its CPU for the facts and 60 s with the frame index.
 * Errors: all of #LwMediaError; G_IO_ERROR_CANCELLED.
 */
LwProbe *lw_media_probe (const char *path, GCancellable *cancellable, GError **error);
void lw_media_probe_async (const char *path,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
LwProbe *lw_media_probe_finish (GAsyncResult *result, GError **error);

/* ---- filmstrip and waveform: in the background, cached by content hash ---- */

/* Small pictures at even distances. Pixels: RGBA, 8 bits each, rows of width * 4 bytes. */
typedef struct {
  guint count;
  guint width, height; /* of one picture, upright */
  LwTime *times;       /* of each, rising */
  GBytes *pixels;      /* count pictures one after another */
} LwFilmstrip;

/* Peaks: for each step the least and the greatest sample, of all channels, -128 … 127. */
typedef struct {
  LwTime step;
  guint count;
  gint8 *min_max; /* 2 * count */
} LwWaveform;

LwFilmstrip *lw_filmstrip_ref (LwFilmstrip *self);
void lw_filmstrip_unref (LwFilmstrip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFilmstrip, lw_filmstrip_unref)
LwWaveform *lw_waveform_ref (LwWaveform *self);
void lw_waveform_unref (LwWaveform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWaveform, lw_waveform_unref)

/* @fraction 0 … 1, in the main context of the caller of the _async function. */
typedef void (*LwMediaProgress) (double fraction, gpointer user_data);

/**
 * lw_media_filmstrip_async:
 * @path: a local file
 * @cache_key: (nullable): the content hash's text; %NULL: nothing is cached
 * @count: how many pictures, 1 … 1000
 * @height: of each, 16 … 360 pixels; the width follows the display aspect
 *
 * A file without video gives LW_MEDIA_ERROR_NOT_MEDIA. Cached below
 * "$XDG_CACHE_HOME/lessonwalk/media/", readable by its owner only; a damaged cache file is made
 * anew. Cancelling ends the worker.
 */
void lw_media_filmstrip_async (const char *path,
                               const char *cache_key,
                               guint count,
                               guint height,
                               LwMediaProgress progress,
                               gpointer progress_data,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
LwFilmstrip *lw_media_filmstrip_finish (GAsyncResult *result, GError **error);

/* @step: of a peak, 1 ms … 10 s. A file without sound gives LW_MEDIA_ERROR_NOT_MEDIA. */
void lw_media_waveform_async (const char *path,
                              const char *cache_key,
                              LwTime step,
                              LwMediaProgress progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
LwWaveform *lw_media_waveform_finish (GAsyncResult *result, GError **error);

/* ---- where one recording lies in another ---- */

/* Of two recordings of one lesson: by what is heard in both (worker/lw-sound-match.h). */
typedef struct {
  gboolean is_same; /* FALSE: not the same lesson, or too little of it is in both */
  LwTime offset;    /* time in the second at time 0 of the first; may be negative */
  gint64 drift_ppb; /* what the second's clock gains on the first's, in billionths; ±100,000 */
  guint n_compared; /* windows of sound, spread over what both have */
  guint n_agreed;   /* of these, those in which the same is heard within 8 ms of one line; it is
                     * the same lesson from five, and half of them, on */
} LwAlignment;

/* Blocks: on the worker; seconds for lessons of an hour. Of longer ones the first three hours are
 * heard. A file without sound gives LW_MEDIA_ERROR_NOT_MEDIA. Thread: any. */
gboolean lw_media_align (const char *path,
                         const char *other_path,
                         LwAlignment *ret_alignment,
                         GCancellable *cancellable,
                         GError **error);

/* Removes every cached derivative of the media, for erasing. */
gboolean lw_media_forget (const char *cache_key, GError **error);

G_END_DECLS
