/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* (element-type LwTime), sorted: the stream time of every video frame that GStreamer's own player
 * chain delivers for the file. NULL if it cannot play it. */
GArray *frame_oracle (const char *path, gboolean after_seek);
