/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwWhipSession:
 *
 * One who sends by WebRTC, from the offer to the end: webrtcbin answers, and what comes is handed
 * over picture by picture as it was encoded.
 *
 * Thread: one, which may block; what comes is queued by GStreamer's own.
 */
typedef struct _LwWhipSession LwWhipSession;

typedef enum { LW_WHIP_VIDEO, LW_WHIP_AUDIO, LW_WHIP_N_TRACKS } LwWhipTrack;

typedef struct {
  LwWhipTrack track;
  GstSample *sample; /* video/x-vp8, video/x-h264 (avc, a picture each) or audio/x-opus */
  gint64 arrival_us; /* wall clock */
} LwWhipPiece;

void lw_whip_piece_free (LwWhipPiece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWhipPiece, lw_whip_piece_free)

/* Loads all that it needs of GStreamer: afterwards no file needs to be opened. G_IO_ERROR. */
gboolean lw_whip_prepare (GError **error);

/**
 * lw_whip_session_new:
 * @offer: SDP
 * @settings: words with spaces between: "listen=ADDRESS", of this machine (more than once; without
 *   any, all that it has but its own for itself), "ports=FROM-UNTIL" (UDP)
 * @ret_answer: (out) (transfer full): SDP
 *
 * Returns: NULL with G_IO_ERROR and a sentence for whoever offered
 */
LwWhipSession *
lw_whip_session_new (const char *offer, const char *settings, char **ret_answer, GError **error);
void lw_whip_session_free (LwWhipSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWhipSession, lw_whip_session_free)

gboolean lw_whip_session_expects (LwWhipSession *self, LwWhipTrack track);
/* Waits for so long; NULL: nothing came. (transfer full) */
LwWhipPiece *lw_whip_session_take (LwWhipSession *self, guint64 wait_us);
/* Since when nothing at all has come: monotonic, µs. 0: nothing ever has. */
gint64 lw_whip_session_get_heard (LwWhipSession *self);
/* Whether it is closed, or broken. */
gboolean lw_whip_session_is_gone (LwWhipSession *self);
/* When what has @ret_time (as in the pieces) was filmed, by the sender's clock; µs since 1970.
 * FALSE: not known yet. */
gboolean lw_whip_session_get_wall (LwWhipSession *self, LwTime *ret_time, gint64 *ret_wall_us);
/* Asks for a picture that can be decoded by itself. */
void lw_whip_session_ask_key (LwWhipSession *self);

G_END_DECLS
