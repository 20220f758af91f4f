/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-recording.h"

G_BEGIN_DECLS

/**
 * LwHls:
 *
 * A recording as HTTP Live Streaming (RFC 8216) tells it to players without MediaSource: pieces of
 * about a key frame's distance, of the recording's own bytes, and a list of them that only grows
 * (EVENT), so that one can go back to the beginning. What is listed never changes: where a piece
 * ends follows from the fragments alone, but for one that an interruption cut off.
 *
 * In such a list time goes on without gaps; where one is in the lesson, lw_hls_list_runs() says so.
 *
 * Thread: any.
 */
typedef struct _LwHls LwHls;

/* @recording: outlives it. */
LwHls *lw_hls_new (LwRecording *recording);
void lw_hls_free (LwHls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwHls, lw_hls_free)

/**
 * lw_hls_to_playlist:
 * @origin_us: wall clock of media time 0, µs since 1970
 * @is_whole: nothing comes any more for the time being: what there is of a last piece is listed
 * @is_over: nor ever
 *
 * Its addresses are "init-PART.mp4" and "NUMBER.m4s".
 *
 * Returns: (transfer full) (nullable): NULL while there is no piece yet
 */
char *lw_hls_to_playlist (LwHls *self, gint64 origin_us, gboolean is_whole, gboolean is_over);

/* @ret_piece: a fragment with the bounds of the whole piece. FALSE if there is no such piece. */
gboolean lw_hls_get_piece (LwHls *self, guint number, LwRecordedFragment *ret_piece);

/* From @at of the list's time on it plays what lies between @start and @end of media time. */
typedef struct {
  LwTime at, start, end;
} LwHlsRun;

/* What is listed, in stretches without a gap. (transfer full) (element-type LwHlsRun) */
GArray *lw_hls_list_runs (LwHls *self);

G_END_DECLS
