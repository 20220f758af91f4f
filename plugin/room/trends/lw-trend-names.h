/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-open-walks.h"
#include "lw-trends.h"

G_BEGIN_DECLS

/*
 * What classrooms are called: by their names, or, where teachers shall not be known by them,
 * "Classroom A", "Classroom B"…, the same in every answer as long as no classroom is added before.
 * (In the order of their ids, which says nothing of their names.) Thread: any.
 */
typedef struct {
  gboolean hidden;
  LwStore *store;
  GHashTable *letters; /* LwId * -> number from 1; only if hidden */
} LwTrendNames;

/* Hidden when the query's "names" is "false", or a routine wants it. */
gboolean
lw_trend_names_init (LwTrendNames *self, const LwOpenWalks *open, LwHttpCall *call, GError **error);
void lw_trend_names_clear (LwTrendNames *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwTrendNames, lw_trend_names_clear)

/* (transfer full); "" for none. */
char *lw_trend_names_of_place (const LwTrendNames *self, const LwPlace *place);
char *lw_trend_names_of_classroom (const LwTrendNames *self, const LwId *classroom_id);

G_END_DECLS
