/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-worker-input.h"

G_BEGIN_DECLS

/*
 * The edit list of one track of an MP4 or MOV file. libav applies it too, but moves the whole track
 * so that a frame the list cuts into starts at 0; GStreamer keeps the frames where they are and
 * cuts that one short. Pins are in GStreamer's time, so the index is made from the list itself.
 */
typedef struct {
  LwTime time;        /* stream time at which the part begins */
  LwTime media_start; /* container time that it shows first */
  LwTime duration;    /* LW_TIME_NONE: to the end */
} LwWorkerEdit;

/* (element-type LwWorkerEdit) (transfer full): without empty parts; NULL if the track has no list,
 * or none that can be followed. @input must be the file of @stream, opened with its edit lists
 * ignored; @shift is added to media times, in the stream's units. */
GArray *lw_worker_edits_read (LwWorkerInput *input, const AVStream *stream, gint64 shift);

/* (transfer full): when frames that start at @starts (rising, container time) are shown: rising,
 * without doubles. Without @edits (nullable), as they are, cut at 0. */
GArray *lw_worker_edits_apply (const GArray *edits, const GArray *starts);

G_END_DECLS
