/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwCatchUp:
 *
 * Decides which packets are not decoded where a machine is too slow for the film: sound and time go
 * on, and the picture follows as well as it can. Late by little, packets that no other one needs
 * are left out. Late by much, and not about to catch up, everything is, until a key frame whose
 * time is still to come. A short hold-up is caught up with and leaves nothing out.
 *
 * How late it is, only the sink knows: from it comes what time it is in the stream, and while it
 * says nothing (before it plays, after a seek), nothing is left out.
 *
 * Thread: any.
 */
typedef struct _LwCatchUp LwCatchUp;

LwCatchUp *lw_catch_up_new (void);
void lw_catch_up_free (LwCatchUp *self);

/* The frame that was due at the running time @due came @late at the sink, which is @at_us,
 * monotonic. */
void lw_catch_up_note (LwCatchUp *self, LwTime due, LwTime late, gint64 at_us);
/* Nothing is known any more, and what comes next can be decoded: after a flush, or another film. */
void lw_catch_up_reset (LwCatchUp *self);
/* While it is not running, nothing begins to be left out. Returns whether a key frame is still
 * being waited for, so that no picture may come for long. */
gboolean lw_catch_up_set_running (LwCatchUp *self, gboolean is_running);

typedef struct {
  LwTime running; /* when it has to be on screen; LW_TIME_NONE: never, later ones need it */
  LwTime time;    /* its timestamp */
  gboolean is_key;
  gboolean is_disposable; /* no other one is decoded from it */
} LwCatchUpPacket;

/* Whether the packet is to be left out. */
gboolean lw_catch_up_takes (LwCatchUp *self, const LwCatchUpPacket *packet, gint64 at_us);

guint64 lw_catch_up_get_n_taken (LwCatchUp *self);
/* Whether any packet was left out since the newest flush. */
gboolean lw_catch_up_has_gaps (LwCatchUp *self);

G_END_DECLS
