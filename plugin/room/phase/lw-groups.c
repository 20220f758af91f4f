/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pairs, threes and small groups: proposed by chance, the same for everybody who looks. */

#include "lw-groups.h"

#include <string.h>

#define SMALL_GROUP 4

typedef struct {
  LwId id;
  char *place; /* a hash that follows from seed and id: in its order people are put together */
} Placed;

static void
clear_placed (gpointer data)
{
  g_free (((Placed *)data)->place);
}

static int
compare_placed (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Placed *)a)->place, ((const Placed *)b)->place);
}

static void
clear_group (gpointer group)
{
  g_array_unref (group);
}

GPtrArray *
lw_groups_make (GArray *people, guint size, const char *seed)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (Placed));
  GPtrArray *groups = g_ptr_array_new_with_free_func (clear_group);
  guint n_groups;

  g_return_val_if_fail (size > 1, groups);
  g_array_set_clear_func (order, clear_placed);
  for (guint i = 0; i < people->len; i++) {
    Placed one = {.id = g_array_index (people, LwId, i)};
    char id[LW_ID_TEXT_LENGTH + 1];
    g_autofree char *text = NULL;

    lw_id_format (&one.id, id);
    text = g_strconcat (seed, " ", id, NULL);
    one.place = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
    g_array_append_val (order, one);
  }
  g_array_sort (order, compare_placed);
  /* As many groups as are full, and whoever is over goes round them. */
  n_groups = order->len > 0 ? MAX (order->len / size, 1) : 0;
  /* Of threes and more, two who are over are a group of their own. */
  if (size > 2 && order->len > size && order->len % size >= 2)
    n_groups++;
  for (guint i = 0; i < n_groups; i++)
    g_ptr_array_add (groups, g_array_new (FALSE, FALSE, sizeof (LwId)));
  for (guint i = 0; i < order->len; i++)
    g_array_append_val (groups->pdata[i % n_groups], g_array_index (order, Placed, i).id);
  return groups;
}

/* ---- of a walk ---- */

static guint
size_of (LwGrouping grouping)
{
  return grouping == LW_GROUPING_PAIR          ? 2
         : grouping == LW_GROUPING_TRIO        ? 3
         : grouping == LW_GROUPING_SMALL_GROUP ? SMALL_GROUP
                                               : 0;
}

/* Those who have something to do in the phase. */
static GArray *
find_people (const LwWalkFacts *facts)
{
  const LwPhase *phase = facts->access.phase;
  guint taking_part = phase->watch | phase->see_notes | phase->write_notes | phase->reply;
  GArray *people = g_array_new (FALSE, FALSE, sizeof (LwId));
  GHashTableIter iter;
  gpointer id, person;

  g_hash_table_iter_init (&iter, facts->snapshot->people);
  while (g_hash_table_iter_next (&iter, &id, &person)) {
    LwAccess access = {.roles = ((LwWalkPerson *)person)->roles, .phase = phase};

    if ((access.roles & taking_part) != 0 && !lw_access_is_out (&access))
      g_array_append_vals (people, id, 1);
  }
  return people;
}

json_object *
lw_groups_to_json (const LwWalkFacts *facts)
{
  const LwPhaseStep *step = facts->access.step;
  guint size =
      size_of (step != NULL && step->grouping != LW_GROUPING_NONE ? step->grouping
                                                                  : facts->access.phase->grouping);
  g_autoptr (GArray) people = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *seed = NULL;
  char id[LW_ID_TEXT_LENGTH + 1];
  json_object *list;

  if (size == 0 || !lw_walk_facts_allow (facts, LW_ACT_SEE_PHASE, FALSE))
    return NULL;
  people = find_people (facts);
  if (people->len < 2)
    return NULL;
  lw_id_format (&facts->walk->id, id);
  seed = g_strdup_printf ("%s %s %s %u %u", id, facts->access.phase->id,
                          step != NULL ? step->id : "", facts->walk->round, facts->walk->shuffle);
  groups = lw_groups_make (people, size, seed);
  list = json_object_new_array ();
  for (guint i = 0; i < groups->len; i++) {
    GArray *group = groups->pdata[i];
    json_object *one = json_object_new_array ();

    for (guint k = 0; k < group->len; k++) {
      lw_id_format (&g_array_index (group, LwId, k), id);
      json_object_array_add (one, json_object_new_string (id));
    }
    json_object_array_add (list, one);
  }
  return list;
}
