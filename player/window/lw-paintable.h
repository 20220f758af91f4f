/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LwPaintable:
 *
 * The picture of the lesson: what LwPaintableSink hands over and a widget paints. Holds one frame,
 * the newest; a frame that was overtaken before it could be painted is never seen.
 *
 * Thread: lw_paintable_push() from any thread, the rest from the one that made it.
 */
#define LW_TYPE_PAINTABLE (lw_paintable_get_type ())
G_DECLARE_FINAL_TYPE (LwPaintable, lw_paintable, LW, PAINTABLE, GObject)

typedef struct _LwFrameSlot LwFrameSlot;

LwPaintable *lw_paintable_new (void);

/* The way in for a sink: outlives the paintable, so that neither waits for the other at the end. */
LwFrameSlot *lw_paintable_get_slot (LwPaintable *self); /* (transfer none) */
LwFrameSlot *lw_frame_slot_ref (LwFrameSlot *slot);
void lw_frame_slot_unref (LwFrameSlot *slot);

/**
 * lw_frame_slot_push:
 * @pixels: (transfer full): BGRA, opaque, rows of @stride bytes
 * @aspect: width / height as it shall look
 *
 * Thread: any; never waits for the main thread. The newest frame replaces one not yet taken.
 */
void lw_frame_slot_push (
    LwFrameSlot *slot, GBytes *pixels, guint width, guint height, gsize stride, double aspect);

/* Drops the picture: the paintable is empty until the next frame. */
void lw_paintable_clear (LwPaintable *self);
gboolean lw_paintable_has_picture (LwPaintable *self);

/* How often a new frame was really painted, as opposed to handed over. */
guint64 lw_paintable_get_frames_painted (LwPaintable *self);

G_END_DECLS
