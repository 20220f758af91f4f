/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-engine.h"

G_BEGIN_DECLS

/* What GStreamer reports, in sentences for a teacher: what happened, and what to do next. */

/* @uri: what was opened. @missing: (nullable): the last message of a missing plugin. @opened:
 * whether playback had begun. (transfer full) */
GError *lw_engine_error_from_message (GstMessage *message,
                                      const char *uri,
                                      GstMessage *missing,
                                      gboolean opened);

/* Looks before GStreamer does, where that can say more: NULL if @uri may be opened. */
GError *lw_engine_error_check_uri (const char *uri);

GError *lw_engine_error_stalled (const char *uri);
GError *lw_engine_error_stuck (void);
GError *lw_engine_error_damaged (const char *uri);

/* "The picture cannot be shown: …" (transfer full) */
char *lw_engine_missing_warning (GstMessage *missing);

/* Its server refused to give a part of it. (transfer full) */
char *lw_engine_one_way_warning (const char *uri, gboolean begins_anew);

/* The file stopped before its own length. (transfer full) */
char *lw_engine_early_end_warning (const char *uri);

/* The Debian package that has what @detail asks for ("decoder-video/x-h264, …"). */
const char *lw_engine_package_for (const char *detail);

G_END_DECLS
