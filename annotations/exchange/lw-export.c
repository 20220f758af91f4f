/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the store to a bundle, and by a format to a stream. */

#include "lw-exchange.h"
#include "lw-format.h"

static gboolean
add_lens (LwStore *store, LwBundle *bundle, const LwId *id, GHashTable *seen, GError **error)
{
  LwLens *lens;

  if (lw_id_is_none (id) || g_hash_table_contains (seen, id))
    return TRUE;
  lens = lw_store_get_lens (store, id, error);
  if (lens == NULL)
    return FALSE;
  g_ptr_array_add (bundle->lenses, lens);
  g_hash_table_add (seen, &lens->id);
  return TRUE;
}

static gboolean
add_person (LwStore *store, LwBundle *bundle, const LwId *id, GHashTable *seen, GError **error)
{
  LwPerson *person;

  if (g_hash_table_contains (seen, id))
    return TRUE;
  person = lw_store_get_person (store, id, error);
  if (person == NULL)
    return FALSE;
  g_ptr_array_add (bundle->people, person);
  g_hash_table_add (seen, &person->id);
  return TRUE;
}

static gboolean
add_track (LwStore *store, LwBundle *bundle, const LwId *id, GHashTable *seen, GError **error)
{
  LwTrack *track;

  if (g_hash_table_contains (seen, id))
    return TRUE;
  track = lw_store_get_track (store, id, error);
  if (track == NULL)
    return FALSE;
  g_ptr_array_add (bundle->tracks, track);
  g_hash_table_add (seen, &track->id);
  return add_lens (store, bundle, &track->lens_id, seen, error) &&
         add_person (store, bundle, &track->person_id, seen, error);
}

/* A teacher who was erased is nobody any more; the focus stays. */
static gboolean
add_teacher (LwStore *store, LwBundle *bundle, GHashTable *seen, GError **error)
{
  GError *local_error = NULL;
  LwWalk fields = *bundle->walk;
  LwWalk *ownerless;

  if (lw_id_is_none (&fields.focus_owner_id) ||
      add_person (store, bundle, &fields.focus_owner_id, seen, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  g_error_free (local_error);
  fields.focus_owner_id = LW_ID_NONE;
  ownerless = lw_walk_new (&fields, error);
  if (ownerless == NULL)
    return FALSE;
  lw_walk_unref (bundle->walk);
  bundle->walk = ownerless;
  return TRUE;
}

static gboolean
add_walk (LwStore *store, LwBundle *bundle, GHashTable *seen, GError **error)
{
  if (lw_id_is_none (&bundle->segment->visit_id))
    return TRUE;
  bundle->visit = lw_store_get_visit (store, &bundle->segment->visit_id, error);
  if (bundle->visit == NULL)
    return FALSE;
  bundle->walk = lw_store_get_walk (store, &bundle->visit->walk_id, error);
  return bundle->walk != NULL && add_teacher (store, bundle, seen, error);
}

/* Only what the chosen notes lean on: a track without notes here stays out. */
static LwBundle *
gather (LwStore *store, const LwNoteQuery *query, GError **error)
{
  g_autoptr (LwBundle) bundle = lw_bundle_new ();
  /* Ids are unique over all kinds, so that one set does for all. */
  g_autoptr (GHashTable) seen = g_hash_table_new (lw_id_hash, lw_id_equal);
  GPtrArray *notes;

  bundle->segment = lw_store_get_segment (store, query->segment_id, error);
  if (bundle->segment == NULL)
    return NULL;
  if (!add_walk (store, bundle, seen, error))
    return NULL;
  notes = lw_store_query (store, query, error);
  if (notes == NULL)
    return NULL;
  g_ptr_array_unref (bundle->notes);
  bundle->notes = notes;
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];

    if (!add_track (store, bundle, &note->track_id, seen, error) ||
        !add_lens (store, bundle, &note->lens_id, seen, error))
      return NULL;
  }
  return g_steal_pointer (&bundle);
}

gboolean
lw_export (LwStore *store,
           const LwFormatInfo *info,
           const LwId *segment_id,
           const LwNoteQuery *query,
           GOutputStream *out,
           LwExchangeReport *report,
           GCancellable *cancellable,
           GError **error)
{
  const LwFormat *format = lw_format_from_info (info);
  LwNoteQuery of_segment = query != NULL ? *query : (LwNoteQuery){0};
  g_autoptr (LwBundle) bundle = NULL;

  g_return_val_if_fail (LW_IS_STORE (store), FALSE);
  g_return_val_if_fail (segment_id != NULL, FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (out), FALSE);

  if (format == NULL || format->write == NULL) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_UNSUPPORTED,
                 "Lessonwalk cannot write %s. Nothing was written.",
                 format != NULL ? info->title : "this format");
    return FALSE;
  }
  of_segment.segment_id = segment_id;
  bundle = gather (store, &of_segment, error);
  if (bundle == NULL || !format->write (bundle, out, report, cancellable, error) ||
      !g_output_stream_flush (out, cancellable, error))
    return FALSE;
  if (report != NULL)
    report->notes = bundle->notes->len;
  return TRUE;
}
