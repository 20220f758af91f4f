/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Stands around qtdemux, which reads a file from a server that gives parts of it. After a seek
 * beyond the end of a track qtdemux (1.22) begins no segment for that track and sends its packets
 * all the same: what comes after it then takes them for a mistake, and the player never gets to the
 * end. This begins the segment in its place, so that the track has nothing but an end.
 *
 * Thread: any. Lives as long as the demuxer.
 */
void lw_lost_segment_attach (GstElement *demuxer);

G_END_DECLS
