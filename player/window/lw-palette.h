/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-note.h"

G_BEGIN_DECLS

/*
 * How tracks and kinds look. A track has a colour (Okabe and Ito's, which people with any colour
 * vision tell apart) *and* a shape; a noticing is filled, a wondering is hollow. Nothing is told by
 * colour alone.
 */

#define LW_PALETTE_N 8

void lw_palette_get_color (guint track, GdkRGBA *ret_color);
/* For people who do not see the shape: "circle", "square" … (translated). */
const char *lw_palette_get_shape_name (guint track);

/* @radius: of the circle around the shape. @outline: what stands out from the background. */
void lw_palette_draw_mark (cairo_t *cr,
                           guint track,
                           LwNoteKind kind,
                           double x,
                           double y,
                           double radius,
                           const GdkRGBA *outline);

const char *lw_note_kind_icon (LwNoteKind kind);
const char *lw_note_kind_word (LwNoteKind kind); /* "Noticing" (translated) */

/* A small widget that shows a mark. */
#define LW_TYPE_MARK (lw_mark_get_type ())
G_DECLARE_FINAL_TYPE (LwMark, lw_mark, LW, MARK, GtkWidget)
GtkWidget *lw_mark_new (void);
void lw_mark_set (LwMark *self, guint track, LwNoteKind kind);

G_END_DECLS
