/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-media.h"
#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwTimeline:
 *
 * The lesson from left to right: chapters, pictures, sound, and every pin and range in a lane for
 * each track. What does not move is kept as render nodes; only the playhead is drawn anew for a
 * frame. Time runs left to right in every language, as it does on every player.
 *
 * Signals:
 *   "seek" (gint64 time, gboolean scrub)   she points at a moment; @scrub while she drags
 */
#define LW_TYPE_TIMELINE (lw_timeline_get_type ())
G_DECLARE_FINAL_TYPE (LwTimeline, lw_timeline, LW, TIMELINE, GtkWidget)

GtkWidget *lw_timeline_new (void);

/* @notes: (element-type LwNoteItem), by time */
void lw_timeline_set_notes (LwTimeline *self, GListModel *notes);
void lw_timeline_set_duration (LwTimeline *self, LwTime duration);
void lw_timeline_set_position (LwTimeline *self, LwTime position);
/* @probe, @filmstrip, @waveform: (nullable) */
void lw_timeline_set_probe (LwTimeline *self, LwProbe *probe);
void lw_timeline_set_filmstrip (LwTimeline *self, LwFilmstrip *filmstrip);
void lw_timeline_set_waveform (LwTimeline *self, LwWaveform *waveform);
/* LW_TIME_NONE where unset. */
void lw_timeline_set_marks (LwTimeline *self, LwTime in, LwTime out);
void lw_timeline_set_loop (LwTimeline *self, LwTime a, LwTime b);

/* Around the playhead. @factor > 1: in; 0: the whole lesson. */
void lw_timeline_zoom (LwTimeline *self, double factor);

/* The picture of the filmstrip nearest to @time; NULL if there is none. (transfer none) */
GdkTexture *lw_timeline_get_thumbnail (LwTimeline *self, LwTime time);

G_END_DECLS
