/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwWindow:
 *
 * The window: the start page, the lesson with its notes, or what went wrong and what to do.
 *
 * Signals: "open" (GFile *) she wants to watch this
 */
#define LW_TYPE_WINDOW (lw_window_get_type ())
G_DECLARE_FINAL_TYPE (LwWindow, lw_window, LW, WINDOW, AdwApplicationWindow)

GtkWindow *lw_window_new (GtkApplication *application,
                          LwSession *session,
                          GdkPaintable *picture,
                          GstElement *sink);

/* Where playback shall begin in the next lesson; LW_TIME_NONE: where she left it. */
void lw_window_set_start_time (LwWindow *self, LwTime time);
/* To be called before another lesson is opened: stores where she was in this one. */
void lw_window_leave_lesson (LwWindow *self);
/* The lesson could not be opened. */
void lw_window_show_problem (LwWindow *self, const GError *error);
void lw_window_tell (LwWindow *self, const char *sentence);

G_END_DECLS
