/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-standing.h"

G_BEGIN_DECLS

/* The levels at which next steps are written, as the walk's routine has them. Thread: any. */

typedef struct {
  char *id;
  char *title;
  gboolean is_agreed;    /* its steps are written or agreed to by the teacher */
  gboolean may_be_empty; /* the walk closes without one */
} LwLevel;

void lw_level_free (LwLevel *level);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwLevel, lw_level_free)

/* In the routine's order. (transfer full) (element-type LwLevel) */
GPtrArray *lw_levels_list (LwProtocol *protocol);
/* NULL if the routine has no such level; one without any takes steps of the level "". */
LwLevel *lw_levels_find (LwProtocol *protocol, const char *id);
/* Whether what leaves the room for paper or spreadsheets goes without names. */
gboolean lw_levels_hide_names (LwProtocol *protocol);

/* What keeps the walk from closing: a sentence for people that names the levels which lack a step,
 * or one that the teacher has agreed to; NULL if nothing does. FALSE with an error of the store.
 * @ret_missing: (transfer full) */
gboolean lw_levels_check (const LwStanding *standing, char **ret_missing, GError **error);

G_END_DECLS
