/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-bundle.h"

LwBundle *
lw_bundle_new (void)
{
  LwBundle *bundle = g_new0 (LwBundle, 1);

  bundle->people = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_person_unref);
  bundle->lenses = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_lens_unref);
  bundle->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_track_unref);
  bundle->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  bundle->made_ids = g_hash_table_new (lw_id_hash, lw_id_equal);
  return bundle;
}

void
lw_bundle_free (LwBundle *bundle)
{
  if (bundle == NULL)
    return;
  g_clear_pointer (&bundle->segment, lw_segment_unref);
  g_clear_pointer (&bundle->walk, lw_walk_unref);
  g_clear_pointer (&bundle->visit, lw_visit_unref);
  g_hash_table_unref (bundle->made_ids);
  g_ptr_array_unref (bundle->people);
  g_ptr_array_unref (bundle->lenses);
  g_ptr_array_unref (bundle->tracks);
  g_ptr_array_unref (bundle->notes);
  g_free (bundle);
}

/* Every entity begins with its id, and a bundle has few of them: people, not notes. */
static gconstpointer
find (GPtrArray *entities, const LwId *id)
{
  for (guint i = 0; i < entities->len; i++)
    if (lw_id_equal (entities->pdata[i], id))
      return entities->pdata[i];
  return NULL;
}

G_STATIC_ASSERT (G_STRUCT_OFFSET (LwPerson, id) == 0);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LwLens, id) == 0);
G_STATIC_ASSERT (G_STRUCT_OFFSET (LwTrack, id) == 0);

const LwPerson *
lw_bundle_find_person (const LwBundle *bundle, const LwId *id)
{
  return find (bundle->people, id);
}

const LwLens *
lw_bundle_find_lens (const LwBundle *bundle, const LwId *id)
{
  return find (bundle->lenses, id);
}

const LwTrack *
lw_bundle_find_track (const LwBundle *bundle, const LwId *id)
{
  return find (bundle->tracks, id);
}

const LwPerson *
lw_bundle_find_author (const LwBundle *bundle, const LwNote *note)
{
  const LwTrack *track = lw_bundle_find_track (bundle, &note->track_id);

  return track != NULL ? lw_bundle_find_person (bundle, &track->person_id) : NULL;
}
