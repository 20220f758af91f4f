/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-command.h"
#include "lw-output.h"
#include "lw-walking.h"

G_BEGIN_DECLS

/* The verbs of "lessonwalk walk", one file each. */
extern const LwCommand lw_walk_begin;
extern const LwCommand lw_walk_list;
extern const LwCommand lw_walk_show;
extern const LwCommand lw_walk_phase;
extern const LwCommand lw_walk_form;
extern const LwCommand lw_walk_board;
extern const LwCommand lw_walk_steps;
extern const LwCommand lw_walk_trends;

/* ---- lw-walk-verbs.c: what they share ---- */

/* Opens the store, and the walk that the first argument names: by id, by the end of it, or by its
 * title. Without one, the only walk that is not closed. */
gboolean lw_walk_open (LwCommandLine *line, LwStoreUse use, LwWalking *ret_walking, GError **error);
/* The name that the person at this machine gets where she has none yet. (transfer full) */
char *lw_walk_own_name (void);
/* "title: text", safe for a terminal; nothing, if @text is "". */
void lw_walk_print (const char *title, const char *text);
/* The end of an id, as people name it. (transfer full) */
char *lw_walk_short_id (const LwId *id);
/* Whether @name is the id, or the end of it. */
gboolean lw_walk_is_id (const LwId *id, const char *name);
/* "0:24.480", or the time of day where there was no media. (transfer full) */
char *lw_walk_moment (const LwNote *note);
json_object *lw_walk_strings (const char *const *texts);
void lw_walk_fail_not_found (GError **error, const char *format, const char *name)
    G_GNUC_PRINTF (2, 0);
/* Where the walk stands: "Debrief, What it means". (transfer full) */
char *lw_walk_place (const LwStanding *standing);
/* Whose changes wait for the room, and until when: said beside the answer. */
void lw_walk_warn_joined (const LwWalking *walking);

G_END_DECLS
