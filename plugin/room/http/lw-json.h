/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-note.h"
#include "lw-walk.h"

G_BEGIN_DECLS

/* Small readers and writers of the API's JSON. Ids are text; times are nanoseconds as whole
 * numbers; wall-clock times are RFC 3339 text. Readers return FALSE or NULL for what is not there
 * or not of that type. Thread: any. */

void lw_json_add_text (json_object *object, const char *member, const char *text);
/* Nothing is added for none. */
void lw_json_add_id (json_object *object, const char *member, const LwId *id);
void lw_json_add_int (json_object *object, const char *member, gint64 number);
void lw_json_add_flag (json_object *object, const char *member, gboolean flag);
void lw_json_add_utc (json_object *object, const char *member, gint64 utc_us);
/* Nanoseconds since 1970; nothing, if it is 0. */
void lw_json_add_wall (json_object *object, const char *member, gint64 utc_ns);
/* As ["facilitator", …]. */
void lw_json_add_roles (json_object *object, const char *member, guint roles);

/* (transfer none) */
const char *lw_json_get_text (json_object *object, const char *member);
gboolean lw_json_get_id (json_object *object, const char *member, LwId *ret_id);
gboolean lw_json_get_int (json_object *object, const char *member, gint64 *ret_number);
gboolean lw_json_get_flag (json_object *object, const char *member, gboolean *ret_flag);
gboolean lw_json_get_roles (json_object *object, const char *member, guint *ret_roles);
/* A time that lies ahead, by @days_max at most. What is not there leaves it as it is; FALSE for
 * anything else: it is a limit that somebody relies on. */
gboolean
lw_json_get_until (json_object *object, const char *member, guint days_max, gint64 *ret_utc_us);
/* NULL-terminated; (transfer full) (nullable) */
GStrv lw_json_get_texts (json_object *object, const char *member);

/* A note with the member names of annotations/exchange/lessonwalk-notes.schema.json, and its
 * segment and author. (transfer full) */
json_object *lw_json_from_note (const LwNote *note);
/* The same members; what is left out is as in an empty note. #LwNoteError. (transfer full) */
LwNote *lw_json_to_note (json_object *object, GError **error);

G_END_DECLS
