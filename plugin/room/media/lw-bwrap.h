/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words of a bubblewrap's command line that all of the room's have in common. Thread: any. */

/* Unless LESSONWALK_UNSANDBOXED=1 is set: the one switch, as in player/media. */
gboolean lw_bwrap_is_wanted (void);
void lw_bwrap_add (GPtrArray *argv, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* No network, no home folder, no environment; of the system only what programs need to start. */
void lw_bwrap_begin (GPtrArray *argv, const char *bwrap);

G_END_DECLS
