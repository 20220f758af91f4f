/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-json.h"
#include "lw-room.h"
#include "lw-sync.h"

G_BEGIN_DECLS

/* A room in a thread of this program, with two walks, and two walkers of the first whose stores
 * talk with it over its port. */

typedef struct {
  LwId person;
  char *token;
  LwStore *store; /* on a machine of its own */
  LwTrack *track;
} Walker;

typedef struct {
  char *folder;
  LwRoom *room;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  gboolean ready;
  SoupSession *http;
  LwWalk *walk, *other_walk;
  LwSegment *segment, *other_segment;
  Walker ada, ben;
} SyncFixture;

void set_up (SyncFixture *fixture, gconstpointer data);
void tear_down (SyncFixture *fixture, gconstpointer data);
void set_phase (SyncFixture *fixture, const char *phase);

/* Sends a request and waits. @body: (nullable). (transfer full) */
GBytes *ask (SyncFixture *fixture,
             const Walker *walker,
             const char *method,
             const char *path,
             GByteArray *body,
             guint *ret_status);
/* The first walk's path + @rest. (transfer full) */
char *walk_path (SyncFixture *fixture, const char *rest);
/* Takes @bytes. */
void add_line (GByteArray *lines, GBytes *bytes);
/* Takes what the room gives now, with what was wanted. */
void pull (SyncFixture *fixture, Walker *walker);
/* Makes the walker's track, here and in the room. */
void begin_track (SyncFixture *fixture, Walker *walker);
/* On the walker's machine alone. (transfer full) */
LwNote *pin (Walker *walker, const char *text);
/* All that the walker's machine has of @logs, as one batch. (transfer full) */
LwSyncBatch *own_ops (const Walker *walker, LwSyncLogs logs);
/* The room's answer, which must be 200. (transfer full) */
json_object *push_lines (SyncFixture *fixture, const Walker *walker, GByteArray *lines);
json_object *push (SyncFixture *fixture, const Walker *walker, const LwSyncBatch *batch);

G_END_DECLS
