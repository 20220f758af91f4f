/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-worker-input.h"

G_BEGIN_DECLS

/* Makes small upright pictures of one video stream. One thread at a time. */
typedef struct LwWorkerPicture LwWorkerPicture;

/* @input: borrowed. @width, @height: of the upright picture. NULL without a decoder. */
LwWorkerPicture *lw_worker_picture_new (LwWorkerInput *input, int index, guint width, guint height);
void lw_worker_picture_free (LwWorkerPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWorkerPicture, lw_worker_picture_free)

/* Width of an upright picture of @height with the stream's display aspect. */
guint lw_worker_picture_width (const AVStream *stream, guint height);

/**
 * lw_worker_picture_at:
 *
 * The picture of the key frame at or before @time.
 *
 * Returns: (transfer none): width * height * 4 bytes of RGBA, good until the next call; NULL if
 *   nothing can be decoded there
 */
const guint8 *lw_worker_picture_at (LwWorkerPicture *self, LwTime time);

G_END_DECLS
