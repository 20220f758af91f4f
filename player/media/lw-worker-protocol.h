/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What the worker writes to its standard output, and the client believes only after checking.
 * Lines of text, each ended by "\n":
 *
 *   lessonwalk-media-worker 1     first of all: the sandbox stands and the worker runs
 *   progress N                    0 … 1000
 *   data N                        followed by N bytes of the result; may come several times
 *   error NAME                    a name of #LwWorkerFault; ends the talk
 *   done                          the result is whole; ends the talk
 *
 * The worker never sends a sentence: what people read is made by the client.
 */
#define LW_WORKER_HELLO "lessonwalk-media-worker 1"
#define LW_WORKER_PROGRAM "lessonwalk-media-worker"
/* The file descriptor on which the worker finds the media file, open for reading. */
#define LW_WORKER_MEDIA_FD 3
/* And the one that it is held against, for "align". */
#define LW_WORKER_OTHER_FD 4
/* The result of "align": whether they are of one lesson (0 or 1), where the other's time is at time
 * 0 of the one (ns), drift (billionths), windows that agree, windows compared. */
#define LW_WORKER_ALIGNMENT "%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u"

typedef enum {
  LW_WORKER_FAULT_NONE,
  LW_WORKER_FAULT_NOT_MEDIA,
  LW_WORKER_FAULT_EMPTY,
  LW_WORKER_FAULT_NO_INDEX, /* an MP4 whose recorder never wrote the index */
  LW_WORKER_FAULT_DAMAGED,
  LW_WORKER_FAULT_NO_VIDEO,
  LW_WORKER_FAULT_NO_AUDIO,
  LW_WORKER_FAULT_NO_DECODER,
  LW_WORKER_FAULT_MEMORY,
  LW_WORKER_FAULT_TIME,
  LW_WORKER_FAULT_READ, /* the disk failed under the file */
  LW_WORKER_FAULT_USAGE,
  LW_WORKER_FAULT_CRASHED, /* never sent: the client's own finding */
} LwWorkerFault;

/* In the order of #LwWorkerFault. */
#define LW_WORKER_FAULT_NAMES                                                                  \
  {                                                                                            \
    "none", "not-media", "empty", "no-index", "damaged", "no-video", "no-audio", "no-decoder", \
        "memory", "time", "read", "usage"                                                      \
  }

/* Bounds that the worker keeps and lw_probe_from_json() holds it to. */
#define LW_MEDIA_MAX_STREAMS 64
#define LW_MEDIA_MAX_CHAPTERS 10000
#define LW_MEDIA_MAX_CAPTIONS 200000
#define LW_MEDIA_MAX_FRAMES 2000000
#define LW_MEDIA_MAX_TEXT 4096 /* bytes of one title or caption */
#define LW_MEDIA_MAX_SIDE 32768
#define LW_MEDIA_MAX_PEAKS 8000000
/* All caption texts of a file together. */
#define LW_MEDIA_MAX_CAPTION_BYTES (16 * 1024 * 1024)

G_END_DECLS
