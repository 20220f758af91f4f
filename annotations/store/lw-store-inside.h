/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store-private.h"
#include "lw-write-group.h"

G_BEGIN_DECLS

/* What lw-store.c, lw-store-write.c and lw-store-rest.c alone share. */

#define LW_STORE_HOUSEKEEPING_MS 1000

struct _LwStore {
  GObject parent_instance;

  char *path;
  char *vfs;
  LwStoreOpenFlags flags;
  GMainContext *context;

  LwWriteGroup group;

  GMutex write_mutex;
  LwDb *writer;        /* under write_mutex; NULL when read-only or closed */
  LwDb *watcher;       /* under write_mutex; of a read-only store */
  gint64 data_version; /* under write_mutex */

  GMutex mutex;
  gboolean closed;       /* under mutex */
  guint64 structure;     /* under mutex: changes that were not of notes alone */
  GQueue readers;        /* under mutex: LwDb that nobody uses */
  GArray *changes;       /* under mutex: LwChange to be told */
  GSource *tell_source;  /* under mutex */
  GSource *watch_source; /* under mutex */
  GSource *rest_source;  /* under mutex: housekeeping to come */
  gboolean moving;       /* under mutex: the write-ahead log into the file */
  int n_moved;           /* under mutex: pages of that log that are in the file already */
  GCond moved;
};

gboolean lw_store_fail_closed (GError **error);
/* What a write that was kept has changed, to be told from the store's loop. */
void lw_store_queue_changes (LwStore *self, const LwChange *changes, guint n);
/* Under write_mutex: tells if another program has written since the last look.
 */
void lw_store_look_for_others (LwStore *self, LwDb *db);

/* A source of the store's loop whose @data knows the store weakly. Under mutex, as is dropping it.
 */
GSource *lw_store_attach (LwStore *self, GSource *source, GSourceFunc func);
LwStore *lw_store_of_source (gpointer data); /* (transfer full) (nullable) */
void lw_store_drop_source (GSource **source);

/* lw-store-rest.c */
void lw_store_request_rest (LwStore *self, guint after_ms);
/* Has the writer's log moved into the file when it is long. */
void lw_store_watch_wal (LwStore *self);
/* Under mutex, which it lets go of, once the store is closed to others. */
void lw_store_wait_moved (LwStore *self);

G_END_DECLS
