/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-store.h"

G_BEGIN_DECLS

/**
 * LwTrendsWindow:
 *
 * What the walks on this computer show together, as a list: what was seen with the notes that show
 * it, how much was noted through which lens, and the minutes that nobody looked at.
 *
 * Signals:
 *   "play" (const LwNote *)   the evidence that was chosen
 */
#define LW_TYPE_TRENDS_WINDOW (lw_trends_window_get_type ())
G_DECLARE_FINAL_TYPE (LwTrendsWindow, lw_trends_window, LW, TRENDS_WINDOW, AdwWindow)

GtkWindow *lw_trends_window_new (LwStore *store, GtkWindow *parent);

G_END_DECLS
