/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-note.h"

G_BEGIN_DECLS

/**
 * LwVideoView:
 *
 * The picture, fitted on black, with the marked place of a note on it. While a place is being
 * marked, dragging draws it.
 *
 * Signals:
 *   "clicked" ()           the picture was clicked once
 *   "double-clicked" ()
 *   "region" (LwRegion *)  a place was drawn; all zero: taken away
 *   "resized" (uint, uint) the picture's area, in device pixels
 */
#define LW_TYPE_VIDEO_VIEW (lw_video_view_get_type ())
G_DECLARE_FINAL_TYPE (LwVideoView, lw_video_view, LW, VIDEO_VIEW, GtkWidget)

GtkWidget *lw_video_view_new (GdkPaintable *paintable);
void lw_video_view_set_marking (LwVideoView *self, gboolean marking);
gboolean lw_video_view_get_marking (LwVideoView *self);
/* NULL: none. Copied. */
void lw_video_view_set_region (LwVideoView *self, const LwRegion *region, guint track);
/* Shown where there is no picture; NULL: nothing. */
void lw_video_view_set_placeholder (LwVideoView *self, const char *icon_name, const char *text);
void lw_video_view_set_busy (LwVideoView *self, gboolean busy);

G_END_DECLS
