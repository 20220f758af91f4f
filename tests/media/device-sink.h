/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * A sound device that nobody hears: it takes samples as fast as one plays them, keeps the clock as
 * one does, and where there are none it plays silence and notes for how long. An engine that is not
 * silent opens it, once it is offered.
 */

/* Offers it above all others; after gst_init(). */
void device_sink_offer (void);
/* For the next film; nobody watches it. */
void device_sink_reset (void);
/* Called in the device's own thread for all that it is given to play, before it plays it. @silent:
 * that is nothing but silence. Not while something plays. */
typedef void (*DeviceSinkFunc) (GstElement *sink, gboolean silent, gpointer user_data);
void device_sink_watch (DeviceSinkFunc func, gpointer user_data);

/* How much was played since the first sound, silences with it. */
LwTime device_sink_get_played (void);
/* The longest silence between two sounds. */
LwTime device_sink_get_longest_gap (void);

G_END_DECLS
