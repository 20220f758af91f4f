/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-format.h"
#include "lw-json-scan.h"

G_BEGIN_DECLS

/*
 * The model's own kinds of values as members of a JSON object, read with a message that says where
 * and written as lessonwalk-notes.schema.json has them.
 */

/* FALSE with @error; when the member may be missing and is, @ret keeps what it had. */
gboolean lw_value_get_id (
    const LwJsonItem *item, const char *member, gboolean needed, LwId *ret_id, GError **error);
gboolean lw_json_get_utc (const LwJsonItem *item,
                          const char *member,
                          gboolean needed,
                          gint64 *ret_utc_us,
                          GError **error);
/* Nanoseconds since 1970; @ret keeps what it had where the member is missing. */
gboolean lw_json_get_utc_ns (const LwJsonItem *item,
                             const char *member,
                             gint64 *ret_utc_ns,
                             GError **error);
/* Adds the texts, which stay the object's, and a NULL behind them. */
gboolean
lw_value_get_texts (const LwJsonItem *item, const char *member, GPtrArray *texts, GError **error);

/* Tells of each member that is not in @known. @list: "a note". */
void lw_json_report_strangers (LwExchangeReport *report,
                               const LwJsonItem *item,
                               const char *list,
                               const char *const *known);
/* What the model said against it, with the place in the file. FALSE. */
gboolean lw_json_fail_by_model (const LwJsonItem *item, const GError *cause, GError **error);

void lw_value_add_text (json_object *object, const char *member, const char *text);
void lw_json_add_texts (json_object *object, const char *member, const char *const *texts);
/* Nothing, if it is none. */
void lw_value_add_id (json_object *object, const char *member, const LwId *id);
void lw_value_add_utc (json_object *object, const char *member, gint64 utc_us);
/* Nothing, if it is 0. */
void lw_value_add_utc_ns (json_object *object, const char *member, gint64 utc_ns);

G_END_DECLS
