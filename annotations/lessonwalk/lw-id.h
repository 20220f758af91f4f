/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwId:
 *
 * 128 bits that name one thing for good, in every store that it ever reaches: a UUID version 7
 * (RFC 9562), whose leading bits grow with time so that new rows land beside each other on disk.
 * A plain value: copy it by assignment. All zero is "none".
 */
typedef struct {
  guint8 bytes[16];
} LwId;

#define LW_ID_TEXT_LENGTH 36 /* without the closing NUL */
#define LW_ID_NONE ((LwId){ { 0 } })

/* A fresh id, from the kernel's randomness. Thread: any. */
LwId lw_id_new (void);

gboolean lw_id_is_none (const LwId *id);
gboolean lw_id_equal (gconstpointer a, gconstpointer b); /* GEqualFunc over LwId * */
guint lw_id_hash (gconstpointer id);                     /* GHashFunc over LwId * */
int lw_id_compare (gconstpointer a, gconstpointer b);    /* bytewise; GCompareFunc over LwId * */

/* "0192d3a4-…": lower case with hyphens. @text holds LW_ID_TEXT_LENGTH + 1 bytes. */
void lw_id_format (const LwId *id, char *text);
/* (transfer full) */
char *lw_id_to_string (const LwId *id);
/* Upper or lower case, with hyphens. @ret_id is untouched on failure. */
gboolean lw_id_parse (const char *text, LwId *ret_id);

G_END_DECLS
