/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-sync.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* Two stores that talk without a wire between them. */

#define ANY_BYTES G_MAXSIZE

LwSyncVector *get_vector (LwStore *store);
LwSyncOrder compare (LwStore *a, LwStore *b);
/* All that @to lacks of @from, in batches of @max_bytes. (element-type LwSyncBatch) */
GPtrArray *
read_batches (LwStore *from, LwStore *to, gsize max_bytes, LwSyncMaySee may_see, gpointer data);
/* Withholds the notes of the author whose id @user_data is. */
gboolean see_none_of (const LwSyncOpInfo *info, gpointer user_data);
/* One result a batch. (element-type LwSyncResult) */
GPtrArray *apply (LwStore *to, GPtrArray *batches);
/* Each batch must be taken, and @to verify. Returns how many ops were new. */
guint apply_well (LwStore *to, GPtrArray *batches);
guint pull (LwStore *to, LwStore *from);

G_END_DECLS
