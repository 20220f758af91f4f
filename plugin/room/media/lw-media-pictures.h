/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-files.h"

G_BEGIN_DECLS

/* A lesson at a glance. Each blocks on a sandboxed worker; @source is the media file, @folder one
 * to write to. Errors: any. */

gboolean lw_media_make_poster (const char *source,
                               const char *folder,
                               LwTime duration,
                               GCancellable *cancellable,
                               GError **error);
/* Pictures at even distances as one JPEG, and where each one is as JSON. */
gboolean lw_media_make_filmstrip (LwRoom *room,
                                  const LwContentHash *hash,
                                  const char *source,
                                  const char *folder,
                                  LwTime duration,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean lw_media_make_waveform (LwRoom *room,
                                 const LwContentHash *hash,
                                 const char *source,
                                 LwTime duration,
                                 GCancellable *cancellable,
                                 GError **error);
/* @frames: of LwTime, rising: where each begins, of the form that browsers play. */
gboolean lw_media_write_frames (LwRoom *room,
                                const LwContentHash *hash,
                                const GArray *frames,
                                GError **error);

G_END_DECLS
