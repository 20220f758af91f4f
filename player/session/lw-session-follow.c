/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What others change in the file while a lesson is open: its title, its walk and their focus. The
 * list of notes follows by itself. */
#include "lw-session-private.h"

static void
follow_segment (LwSession *self)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (self->store, &self->segment->id, NULL);
  /* Not there, or not to be read just now: what is known stays. */
  if (segment == NULL || lw_segment_equal (segment, self->segment))
    return;
  g_clear_pointer (&self->segment, lw_segment_unref);
  self->segment = g_steal_pointer (&segment);
  lw_session_notify (self, LW_SESSION_PROP_SEGMENT);
  lw_session_notify (self, LW_SESSION_PROP_TITLE);
}

static void
follow_walk (LwSession *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (self->store, &self->segment->id, &error);
  if (walk == NULL && !g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return;
  if (walk == self->walk ||
      (walk != NULL && self->walk != NULL && lw_walk_equal (walk, self->walk)))
    return;
  g_clear_pointer (&self->walk, lw_walk_unref);
  self->walk = g_steal_pointer (&walk);
  lw_session_notify (self, LW_SESSION_PROP_WALK);
}

static void
on_changed (LwStore *store,
            const LwId *segment_id,
            const LwId *target_id,
            LwStoreChange what,
            LwSession *self)
{
  if (what == LW_STORE_CHANGE_NOTE || what == LW_STORE_CHANGE_ITEM || self->segment == NULL)
    return;
  follow_segment (self);
  follow_walk (self);
}

void
lw_session_init_follow (LwSession *self)
{
  g_signal_connect_object (self->store, "changed", G_CALLBACK (on_changed), self, 0);
}
