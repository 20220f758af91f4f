/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/**
 * LwReceive:
 *
 * Live lessons: each source that a visit has open is taken in by a process of its own
 * (lw-receiver-process.h), recorded (lw-recording.h), shown to those who watch (lw-watch.c), and
 * becomes an ordinary lesson when it is over (lw-receive-finish.c). One thread a source hears its
 * receiver and starts it again when it dies.
 *
 * The lesson has its place in the walk, and its pins, from the first picture on: a segment without
 * media, whose media is what was recorded. Media time is the recording's own.
 *
 * Thread: made, started, stopped and freed in the main loop's; the other functions are for any.
 */
typedef struct _LwReceive LwReceive;

/* Adds its routes: before those of lw_media_service_new(), which would take its paths. */
LwReceive *lw_receive_new (LwRoom *room, GError **error);
/* Goes on with what is open. */
void lw_receive_start (LwReceive *self);
/* Ends what runs, without ending the lessons: the next start goes on with them. */
void lw_receive_stop (LwReceive *self);
/* After the port is closed. */
void lw_receive_free (LwReceive *self);

/* {"id", "kind", "state", "since", "segment"?, "trouble"?, "missing"}: the newest source of a visit
 * that is not an ordinary lesson yet; NULL if there is none. (transfer full) */
json_object *lw_receive_describe_visit (LwReceive *self, const LwId *visit_id);
/* Whether it is not an ordinary lesson yet. */
gboolean lw_receive_is_live (LwReceive *self, const LwId *segment_id);
/* Ends the receiver of a lesson that is erased, and leaves no byte of what it recorded. TRUE if
 * there was none. */
gboolean lw_receive_erase (LwReceive *self, const LwId *segment_id, guint *files, GError **error);

G_END_DECLS
