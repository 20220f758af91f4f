/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-engine.h"

G_BEGIN_DECLS

/* The names of @playbin's tracks of a kind: "English", "English (2)", "Track 2"; of captions
 * from the file at @captions (an address, nullable) that do not name themselves, the language in
 * that file's name ("lesson.de.vtt"), or else its name.
 * (transfer full) (element-type utf8) */
GPtrArray *
lw_engine_list_tracks (GstElement *playbin, LwEngineTrackKind kind, const char *captions);

G_END_DECLS
