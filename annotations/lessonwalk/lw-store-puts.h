/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store.h"

G_BEGIN_DECLS

/* What many people put at the same time. */
typedef struct {
  const LwStoreBatch *batch;
  gboolean on_own_track; /* a note that is there on another track is LW_BATCH_ELSEWHERE */
  guint64 counts[LW_BATCH_N_OUTCOMES]; /* out: as of lw_store_put_batch(), if it was kept */
  GError *error;                       /* out: (transfer full), NULL if it was kept */
} LwStorePut;

/**
 * lw_store_put_batches:
 * @n: at least one
 *
 * Each as by lw_store_put_batch(), kept or not by itself, in one durable commit for all. Later ones
 * see what those before them did. Errors: of each put; those of lw_store_put_batch().
 */
void lw_store_put_batches (LwStore *self, LwStorePut *puts, guint n);

G_END_DECLS
