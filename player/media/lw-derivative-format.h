/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

G_BEGIN_DECLS

/*
 * Filmstrips and waveforms as bytes, from the worker and in the cache; both are of this machine,
 * so numbers are in its own order.
 *
 *   filmstrip: LwFilmstripHead, count times (gint64), count pictures of width * height * 4 bytes
 *   waveform:  LwWaveformHead, 2 * count bytes
 */
typedef struct {
  guint32 count, width, height, unused;
} LwFilmstripHead;

typedef struct {
  gint64 step;
  guint32 count, unused;
} LwWaveformHead;

/* (transfer full), or NULL with LW_MEDIA_ERROR_WORKER: sizes are checked against what was asked. */
LwFilmstrip *lw_filmstrip_from_bytes (GBytes *bytes, guint count, guint height, GError **error);
LwWaveform *lw_waveform_from_bytes (GBytes *bytes, LwTime step, GError **error);

/* What a strip is at most, for an output's bound. */
#define LW_FILMSTRIP_MAX_ASPECT 4

G_END_DECLS
