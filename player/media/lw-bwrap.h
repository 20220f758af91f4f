/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words of a bubblewrap's command line that all workers have in common. Thread: any. */

/* In the environment, with the value 1: no sandbox. */
#define LW_BWRAP_SWITCH "LESSONWALK_UNSANDBOXED"

gboolean lw_bwrap_is_wanted (void);
void lw_bwrap_add (GPtrArray *argv, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* No network, no home folder, no environment; of the system only what programs need to start. */
void lw_bwrap_begin (GPtrArray *argv, const char *bwrap);

G_END_DECLS
