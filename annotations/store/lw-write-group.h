/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwWriteGroup:
 *
 * Threads that each want one durable write, and share a commit: the first takes the lead, and those
 * who come while it is under way go together into the next. A lone thread notices nothing of it.
 *
 * Thread: any.
 */
typedef struct {
  GMutex mutex;
  GCond done;
  GPtrArray *waiting; /* under mutex */
  gboolean led;       /* under mutex: one thread commits, the others wait for it */
} LwWriteGroup;

/* The first member of what a caller hands in. */
typedef struct {
  gboolean done; /* under the group's mutex */
} LwGroupMember;

void lw_write_group_init (LwWriteGroup *group);
void lw_write_group_clear (LwWriteGroup *group);

/* @members: of LwGroupMember, at least one: do them all, whatever becomes of each. */
typedef void (*LwGroupCommit) (GPtrArray *members, gpointer data);

/* Returns when @commit has been called with @member among its members, by this thread or another.
 * @commit: the same for every caller. */
void lw_write_group_run (LwWriteGroup *group,
                         LwGroupMember *member,
                         LwGroupCommit commit,
                         gpointer data);
/* As above for @n members at once, at least one, which share a commit. */
void lw_write_group_run_many (LwWriteGroup *group,
                              LwGroupMember *const *members,
                              guint n,
                              LwGroupCommit commit,
                              gpointer data);

G_END_DECLS
