/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* The levels at which next steps are written, as the walk's routine has them. Thread: any. */

typedef struct {
  gboolean is_agreed;    /* its steps are written or agreed to by the teacher */
  gboolean may_be_empty; /* the walk closes without one */
} LwLevel;

/* Whether the routine has that level; one without any takes steps of the level "". */
gboolean lw_levels_find (LwProtocol *protocol, const char *id, LwLevel *ret_level);
/* The routine's own list. (transfer full) */
json_object *lw_levels_to_json (LwProtocol *protocol);
/* Whether what leaves the room for paper or spreadsheets goes without names. */
gboolean lw_levels_hide_names (LwProtocol *protocol);

/* What keeps the walk from closing: a sentence for people that names the levels which lack a step,
 * or one that the teacher has agreed to; NULL if nothing does. FALSE with an error of the store.
 * @ret_missing: (transfer full) */
gboolean
lw_levels_check (LwRoom *room, const LwWalkFacts *facts, char **ret_missing, GError **error);

G_END_DECLS
