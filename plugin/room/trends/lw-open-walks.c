/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-open-walks.h"

#include "lw-levels.h"

static void
note_practice (GHashTable *practices, const LwId *id)
{
  if (!lw_id_is_none (id))
    g_hash_table_add (practices, g_memdup2 (id, sizeof *id));
}

static void
take_walk (LwOpenWalks *self, LwWalk *walk, GHashTable *routines)
{
  g_auto (LwWalkFacts) facts = {0};
  const char *name;
  gpointer hides;

  if (!lw_walk_facts_load (&facts, self->room, self->caller, &walk->id, NULL))
    return;
  if (lw_walk_facts_allow (&facts, LW_ACT_LEAD, FALSE))
    note_practice (self->leading, &walk->practice_id);
  if (!lw_walk_facts_allow (&facts, LW_ACT_SEE_BOARD, FALSE))
    return;
  if (lw_walk_facts_allow (&facts, LW_ACT_WRITE_TREND, FALSE))
    note_practice (self->writing, &walk->practice_id);
  g_ptr_array_add (self->walks, lw_walk_ref (walk));
  g_hash_table_insert (self->by_id, &walk->id, walk);
  /* A routine's file is read once for all the walks that follow it. */
  name = lw_protocol_get_name (facts.protocol);
  if (!g_hash_table_lookup_extended (routines, name, NULL, &hides)) {
    hides = GINT_TO_POINTER (lw_levels_hide_names (facts.protocol));
    g_hash_table_insert (routines, g_strdup (name), hides);
  }
  self->hide_names |= hides != NULL;
}

gboolean
lw_open_walks_load (LwOpenWalks *self,
                    LwRoom *room,
                    const LwCaller *caller,
                    const LwId *practice_id,
                    const LwId *walk_id,
                    GError **error)
{
  g_autoptr (GHashTable) routines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) all = lw_walk_cache_list (room->walks, error);

  *self = (LwOpenWalks){.room = room, .caller = caller};
  self->walks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_walk_unref);
  self->by_id = g_hash_table_new (lw_id_hash, lw_id_equal);
  self->writing = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  self->leading = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  for (guint i = 0; all != NULL && i < all->len; i++) {
    LwWalk *walk = all->pdata[i];

    if ((practice_id == NULL || lw_id_equal (&walk->practice_id, practice_id)) &&
        (walk_id == NULL || lw_id_equal (&walk->id, walk_id)))
      take_walk (self, walk, routines);
  }
  return all != NULL;
}

void
lw_open_walks_clear (LwOpenWalks *self)
{
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->walks, g_ptr_array_unref);
  g_clear_pointer (&self->writing, g_hash_table_unref);
  g_clear_pointer (&self->leading, g_hash_table_unref);
}

GArray *
lw_open_walks_ids (const LwOpenWalks *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (LwId));

  for (guint i = 0; i < self->walks->len; i++)
    g_array_append_val (ids, ((const LwWalk *)self->walks->pdata[i])->id);
  return ids;
}

const LwWalk *
lw_open_walks_find (const LwOpenWalks *self, const LwId *segment_id)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (self->room->store, segment_id, NULL);

  return walk != NULL ? g_hash_table_lookup (self->by_id, &walk->id) : NULL;
}

GPtrArray *
lw_open_walks_in_order (const LwOpenWalks *self, const LwId *practice_id)
{
  g_autoptr (GHashTable) left = g_hash_table_new (lw_id_hash, lw_id_equal);
  GPtrArray *order = g_ptr_array_new ();

  for (guint i = 0; i < self->walks->len; i++) {
    LwWalk *walk = self->walks->pdata[i];

    if (lw_id_equal (&walk->practice_id, practice_id))
      g_hash_table_add (left, &walk->id);
  }
  /* Walks that go on with each other in a circle, which nobody makes by hand, end too. */
  for (gboolean is_circle = FALSE; g_hash_table_size (left) > 0;) {
    guint before = order->len;

    for (guint i = 0; i < self->walks->len; i++) {
      LwWalk *walk = self->walks->pdata[i];

      if (g_hash_table_contains (left, &walk->id) &&
          (is_circle || !g_hash_table_contains (left, &walk->previous_id))) {
        g_hash_table_remove (left, &walk->id);
        g_ptr_array_add (order, walk);
        break;
      }
    }
    is_circle = order->len == before;
  }
  return order;
}
