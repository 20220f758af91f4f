/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-format.h"
#include "lw-json-scan.h"

G_BEGIN_DECLS

#define LW_JSON_FORMAT_NAME "lessonwalk-notes"
#define LW_JSON_FORMAT_VERSION 1

#define LW_JSON_FILE_MAX_BYTES (256 * 1024 * 1024)
#define LW_JSON_NOTES_MAX 2000000
#define LW_JSON_ENTITIES_MAX 10000 /* of each kind */

LwBundle *lw_format_json_read (GInputStream *in,
                               const LwReadHints *hints,
                               LwExchangeReport *report,
                               GCancellable *cancellable,
                               GError **error);

/* ---- lw-format-json-walk.c ---- */

/* (transfer full). What the format does not carry goes to @report. */
json_object *lw_json_from_walk (const LwWalk *walk, const LwVisit *visit, LwExchangeReport *report);

/* Into @bundle, whose segment then belongs to the visit; its people are there already. */
gboolean lw_json_read_walk (const LwJsonItem *item,
                            LwBundle *bundle,
                            LwExchangeReport *report,
                            GError **error);

G_END_DECLS
