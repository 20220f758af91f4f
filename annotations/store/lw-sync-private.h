/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-log-rows.h"
#include "lw-sync.h"

G_BEGIN_DECLS

/* What the files of syncing share. */

/* How far one log is here. */
typedef struct {
  gint64 key;
  LwId device_id;
  LwId track_id;
  LwSyncMark mark;
} LwSyncHead;

/* (element-type LwSyncHead); structure before notes. */
gboolean
lw_sync_list_heads (LwDb *db, const LwSyncScope *scope, GArray **ret_heads, GError **error);
/* A hash of a row; CORRUPT if it is none. */
gboolean
lw_sync_copy_hash (LwStatement *row, int column, guint8 hash[LW_DIGEST_LENGTH], GError **error);

/* As lw_store_describe(), by a connection that is at hand. */
gboolean lw_sync_describe (LwDb *db, const LwSyncBatch *batch, GArray **ret_infos, GError **error);

G_END_DECLS
