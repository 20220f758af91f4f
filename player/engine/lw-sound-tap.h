/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Stands before an audio decoder. An exact seek begins at the video's key frame, which can be ten
 * seconds before the target; sound that ends well before the segment is not decoded. A quarter of a
 * second of it still is, from which any decoder finds its state again: Opus asks for 80 ms, MP3
 * refers back by at most nine frames, AAC and Vorbis by one.
 *
 * Thread: any. Lives as long as the decoder.
 */
void lw_sound_tap_attach (GstElement *decoder);

G_END_DECLS
