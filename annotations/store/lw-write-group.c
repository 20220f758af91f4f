/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-write-group.h"

void
lw_write_group_init (LwWriteGroup *group)
{
  g_mutex_init (&group->mutex);
  g_cond_init (&group->done);
  group->waiting = g_ptr_array_new ();
  group->led = FALSE;
}

void
lw_write_group_clear (LwWriteGroup *group)
{
  g_ptr_array_unref (group->waiting);
  g_cond_clear (&group->done);
  g_mutex_clear (&group->mutex);
}

/* Under the mutex, which it lets go of while it commits. */
static void
lead (LwWriteGroup *group, LwGroupCommit commit, gpointer data)
{
  g_autoptr (GPtrArray) members = group->waiting;

  group->waiting = g_ptr_array_new ();
  group->led = TRUE;
  g_mutex_unlock (&group->mutex);
  commit (members, data);
  g_mutex_lock (&group->mutex);
  for (guint i = 0; i < members->len; i++)
    ((LwGroupMember *)members->pdata[i])->done = TRUE;
  group->led = FALSE;
  g_cond_broadcast (&group->done);
}

void
lw_write_group_run_many (LwWriteGroup *group,
                         LwGroupMember *const *members,
                         guint n,
                         LwGroupCommit commit,
                         gpointer data)
{
  const LwGroupMember *first = members[0];

  g_mutex_lock (&group->mutex);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (group->waiting, members[i]);
  /* Who leads takes all that wait: these are done together. */
  while (!first->done && group->led)
    g_cond_wait (&group->done, &group->mutex);
  if (!first->done)
    lead (group, commit, data);
  g_mutex_unlock (&group->mutex);
}

void
lw_write_group_run (LwWriteGroup *group, LwGroupMember *member, LwGroupCommit commit, gpointer data)
{
  lw_write_group_run_many (group, &member, 1, commit, data);
}
