/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-files.h"

G_BEGIN_DECLS

/* Below media/HASH/, each made once. */
#define LW_PLAYABLE_NAME "playable.mp4"
#define LW_POSTER_NAME "poster.jpg"
#define LW_FILMSTRIP_NAME "filmstrip.jpg"
#define LW_FILMSTRIP_FACTS_NAME "filmstrip.json"
#define LW_WAVEFORM_NAME "waveform.json"
#define LW_FRAMES_NAME "frames.json"

/**
 * lw_media_make:
 * @progress: 0 … 1, in the calling thread
 *
 * Makes what is still missing of a lesson: a form that browsers play, then poster, filmstrip,
 * waveform and the times of its frames. Of those, one that cannot be made is done without. Takes up to as long as the lesson.
 *
 * Errors: any; FALSE only where browsers cannot play it. G_IO_ERROR_CANCELLED.
 */
gboolean lw_media_make (LwRoom *room,
                        const LwContentHash *hash,
                        void (*progress) (double fraction, gpointer data),
                        gpointer data,
                        GCancellable *cancellable,
                        GError **error);

G_END_DECLS
