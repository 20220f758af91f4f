/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Lets an opened playbin read three seconds of its file ahead of what is decoded: pictures that are
 * late must not keep the sound behind them waiting. On the engine's thread. */
void lw_read_ahead_set (GstElement *playbin);

G_END_DECLS
