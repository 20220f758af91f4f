/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Range requests, RFC 9110 section 14. Pure. Thread: any. */

typedef enum {
  LW_RANGE_WHOLE,         /* no range, several, or nonsense: the whole is the answer */
  LW_RANGE_PART,          /* 206 */
  LW_RANGE_UNSATISFIABLE, /* 416 */
} LwRangeKind;

/**
 * lw_range_parse:
 * @header: (nullable): the value of "Range"
 * @size: of the whole, in bytes
 * @ret_first: (out): first byte of the part; set for LW_RANGE_PART only
 * @ret_last: (out): its last byte, below @size
 */
LwRangeKind
lw_range_parse (const char *header, guint64 size, guint64 *ret_first, guint64 *ret_last);

/* Whether a list of entity tags ("If-None-Match") names @etag, which has its quotes. Weak ones
 * count, as that header wants. */
gboolean lw_etag_list_contains (const char *list, const char *etag);

G_END_DECLS
