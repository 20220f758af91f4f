/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "../lw-worker-protocol.h"
#include "lw-time.h"

G_BEGIN_DECLS

/*
 * A stranger's file, opened by libavformat over a reader of our own: it can reach this one file
 * and nothing else, whatever the file says.
 *
 * Thread: one at a time; several inputs may read the same descriptor at once (pread).
 */
typedef struct {
  AVFormatContext *format;
  AVIOContext *io;
  int fd; /* -1: from memory */
  const guint8 *memory;
  gint64 size; /* as it was when opened: a file that grows does not grow under us */
  gint64 position;
  gboolean read_failed; /* the disk, not the file's end */
  gboolean fell_short;  /* bytes below @size were no longer there */
  gint64 cpu_limit_ms;  /* of the whole process; 0: none. libav is interrupted past it */
  LwTime origin;        /* container time at stream time 0 */
} LwWorkerInput;

/**
 * lw_worker_input_open:
 * @fd: borrowed, or -1 to read @memory (borrowed) instead
 * @size: of @memory; ignored with @fd
 * @ret_fault: why not; untouched on success
 *
 * Opens and looks into the streams; _raw only reads the header, and ignores edit lists.
 */
LwWorkerInput *
lw_worker_input_open_raw (int fd, const guint8 *memory, gsize size, LwWorkerFault *ret_fault);
LwWorkerInput *
lw_worker_input_open (int fd, const guint8 *memory, gsize size, LwWorkerFault *ret_fault);
void lw_worker_input_free (LwWorkerInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWorkerInput, lw_worker_input_free)

/* Of the stream that a player would show or play first; -1 if there is none. */
int lw_worker_input_find (const LwWorkerInput *input, enum AVMediaType type);

/* Only packets of stream @index come from now on. */
void lw_worker_input_keep_only (LwWorkerInput *input, int index);

/* Stream time of @timestamp in @stream's units, rounded down as GStreamer does; may be negative.
 * FALSE if it is unknown or beyond LW_TIME_MAX on either side. */
gboolean lw_worker_input_to_time (const LwWorkerInput *input,
                                  const AVStream *stream,
                                  gint64 timestamp,
                                  LwTime *ret_time);
/* The other way round. */
gint64 lw_worker_input_from_time (const LwWorkerInput *input, const AVStream *stream, LwTime time);

/* Length of the media in stream time; LW_TIME_NONE if the file does not say. */
LwTime lw_worker_input_duration (const LwWorkerInput *input);

/* What a libav error means for the whole job. */
LwWorkerFault lw_worker_input_fault (const LwWorkerInput *input, int av_error);

gint64 lw_worker_cpu_ms (void);

/* (transfer none): libav's side data of a stream, wherever this libav keeps it; or NULL. */
const guint8 *
lw_worker_side_data (const AVStream *stream, enum AVPacketSideDataType type, gsize *ret_size);

G_END_DECLS
