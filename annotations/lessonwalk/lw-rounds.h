/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rounds, counted as in LwWalk: 0 is the first. A note of a later one has the tag "round:2",
 * "round:3" … as people count. Pure. Thread: any. */

guint lw_rounds_of_tags (const char *const *tags);

G_END_DECLS
