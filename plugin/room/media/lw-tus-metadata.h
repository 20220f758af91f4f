/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Upload-Metadata of tus 1.0 (https://tus.io/protocols/resumable-upload#upload-metadata):
 * "key base64,key base64,key". Thread: any. */

#define LW_TUS_METADATA_MAX 8192 /* bytes of the header */

/* (transfer full): key -> text. NULL if it is malformed, too long, not UTF-8, or names a key twice;
 * empty for a header that is not there. */
GHashTable *lw_tus_metadata_parse (const char *header);

G_END_DECLS
