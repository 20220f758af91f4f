/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk-cache.h"

/* More than any room has open at once; beyond it, everything is read anew. */
#define WALKS_MAX 16384
#define TRACKS_MAX 20000

struct _LwWalkCache {
  LwStore *store;
  GMutex changing;
  GMutex mutex;
  guint64 count;      /* under mutex: the structure that what follows was read from */
  GHashTable *walks;  /* under mutex: LwId * -> LwWalkSnapshot */
  GHashTable *tracks; /* under mutex: LwId * -> LwTrackPlace */
  GPtrArray *all;     /* under mutex: LwWalk: all there are, oldest first; NULL: not read yet */
};

static void
clear_snapshot (gpointer data)
{
  LwWalkSnapshot *snapshot = data;

  g_clear_pointer (&snapshot->walk, lw_walk_unref);
  g_clear_pointer (&snapshot->protocol, lw_protocol_unref);
  g_clear_pointer (&snapshot->people, g_hash_table_unref);
}

LwWalkSnapshot *
lw_walk_snapshot_ref (LwWalkSnapshot *snapshot)
{
  return g_atomic_rc_box_acquire (snapshot);
}

void
lw_walk_snapshot_unref (LwWalkSnapshot *snapshot)
{
  g_atomic_rc_box_release_full (snapshot, clear_snapshot);
}

LwWalkCache *
lw_walk_cache_new (LwStore *store)
{
  LwWalkCache *self = g_new0 (LwWalkCache, 1);

  self->store = g_object_ref (store);
  g_mutex_init (&self->changing);
  g_mutex_init (&self->mutex);
  self->walks = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free,
                                       (GDestroyNotify)lw_walk_snapshot_unref);
  self->tracks = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
  return self;
}

void
lw_walk_cache_free (LwWalkCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->walks);
  g_hash_table_unref (self->tracks);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_mutex_clear (&self->changing);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->store);
  g_free (self);
}

GMutexLocker *
lw_walk_cache_begin_change (LwWalkCache *self)
{
  return g_mutex_locker_new (&self->changing);
}

/* Under the mutex: forgets what an older structure told. FALSE if @count is older itself. */
static gboolean
agree (LwWalkCache *self, guint64 count)
{
  if (count < self->count)
    return FALSE;
  if (count > self->count) {
    g_hash_table_remove_all (self->walks);
    g_hash_table_remove_all (self->tracks);
    g_clear_pointer (&self->all, g_ptr_array_unref);
    self->count = count;
  }
  return TRUE;
}

/* ---- walks ---- */

/* Without its people yet. */
static LwWalkSnapshot *
make_snapshot (LwWalk *walk, LwProtocol *protocol)
{
  LwWalkSnapshot *snapshot = g_atomic_rc_box_new0 (LwWalkSnapshot);

  snapshot->people = lw_standing_people_new ();
  snapshot->walk = lw_walk_ref (walk);
  snapshot->protocol = lw_protocol_ref (protocol);
  snapshot->phase = lw_protocol_find_phase (protocol, walk->phase);
  if (snapshot->phase == NULL)
    snapshot->phase = lw_protocol_get_phase (protocol, 0);
  snapshot->step = lw_phase_find_step (snapshot->phase, walk->step);
  return snapshot;
}

static LwWalkSnapshot *
read_walk (LwWalkCache *self, const LwId *walk_id, GError **error)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk (self->store, walk_id, error);
  g_autoptr (LwProtocol) protocol =
      walk != NULL ? lw_protocol_find_in (self->store, walk->protocol, error) : NULL;
  g_autoptr (GPtrArray) members =
      protocol != NULL ? lw_store_list (self->store, LW_ENTITY_MEMBER, walk_id, error) : NULL;
  LwWalkSnapshot *snapshot;

  if (members == NULL)
    return NULL;
  snapshot = make_snapshot (walk, protocol);
  for (guint i = 0; i < members->len; i++)
    lw_standing_add_member (snapshot->people, members->pdata[i]);
  return snapshot;
}

/* ---- all of them ---- */

/* A walk whose routine cannot be found is left out: it answers for itself when it is asked for. */
static GHashTable *
read_all (LwWalkCache *self, GPtrArray *walks, GError **error)
{
  g_autoptr (GPtrArray) members = lw_store_list (self->store, LW_ENTITY_MEMBER, NULL, error);
  g_autoptr (GHashTable) protocols =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)lw_protocol_unref);
  GHashTable *found;

  if (members == NULL)
    return NULL;
  found =
      g_hash_table_new_full (lw_id_hash, lw_id_equal, NULL, (GDestroyNotify)lw_walk_snapshot_unref);
  for (guint i = 0; i < walks->len; i++) {
    LwWalk *walk = walks->pdata[i];
    LwProtocol *protocol = g_hash_table_lookup (protocols, walk->protocol);

    if (protocol == NULL) {
      protocol = lw_protocol_find_in (self->store, walk->protocol, NULL);
      if (protocol == NULL)
        continue;
      g_hash_table_insert (protocols, (char *)walk->protocol, protocol);
    }
    g_hash_table_insert (found, &walk->id, make_snapshot (walk, protocol));
  }
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];
    LwWalkSnapshot *snapshot = g_hash_table_lookup (found, &member->walk_id);

    if (snapshot != NULL)
      lw_standing_add_member (snapshot->people, member);
  }
  return found;
}

/* Under the mutex. */
static void
keep_all (LwWalkCache *self, GPtrArray *walks, GHashTable *found)
{
  GHashTableIter iter;
  gpointer id, snapshot;

  g_clear_pointer (&self->all, g_ptr_array_unref);
  self->all = g_ptr_array_ref (walks);
  if (walks->len > WALKS_MAX)
    return;
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &id, &snapshot)) {
    if (!g_hash_table_contains (self->walks, id))
      g_hash_table_insert (self->walks, g_memdup2 (id, sizeof (LwId)),
                           lw_walk_snapshot_ref (snapshot));
  }
}

GPtrArray *
lw_walk_cache_list (LwWalkCache *self, GError **error)
{
  guint64 count = lw_store_get_structure_count (self->store);
  g_autoptr (GHashTable) found = NULL;
  GPtrArray *walks = NULL;

  g_mutex_lock (&self->mutex);
  if (agree (self, count) && self->all != NULL)
    walks = g_ptr_array_ref (self->all);
  g_mutex_unlock (&self->mutex);
  if (walks != NULL)
    return walks;
  walks = lw_store_list (self->store, LW_ENTITY_WALK, NULL, error);
  if (walks == NULL)
    return NULL;
  found = read_all (self, walks, error);
  if (found == NULL) {
    g_ptr_array_unref (walks);
    return NULL;
  }
  g_mutex_lock (&self->mutex);
  if (agree (self, count))
    keep_all (self, walks, found);
  g_mutex_unlock (&self->mutex);
  return walks;
}

/* ---- one of them ---- */

LwWalkSnapshot *
lw_walk_cache_get (LwWalkCache *self, const LwId *walk_id, GError **error)
{
  /* Asked for before reading: what changes meanwhile makes the count greater, never less. */
  guint64 count = lw_store_get_structure_count (self->store);
  LwWalkSnapshot *snapshot = NULL;

  g_mutex_lock (&self->mutex);
  if (agree (self, count)) {
    snapshot = g_hash_table_lookup (self->walks, walk_id);
    if (snapshot != NULL)
      lw_walk_snapshot_ref (snapshot);
  }
  g_mutex_unlock (&self->mutex);
  if (snapshot != NULL)
    return snapshot;
  snapshot = read_walk (self, walk_id, error);
  if (snapshot == NULL)
    return NULL;
  g_mutex_lock (&self->mutex);
  if (agree (self, count)) {
    if (g_hash_table_size (self->walks) >= WALKS_MAX)
      g_hash_table_remove_all (self->walks);
    g_hash_table_insert (self->walks, g_memdup2 (walk_id, sizeof (LwId)),
                         lw_walk_snapshot_ref (snapshot));
  }
  g_mutex_unlock (&self->mutex);
  return snapshot;
}

/* ---- tracks ---- */

static gboolean
read_track (LwWalkCache *self, const LwId *track_id, LwTrackPlace *place, GError **error)
{
  g_autoptr (LwTrack) track = lw_store_get_track (self->store, track_id, error);
  g_autoptr (LwWalk) walk = NULL;

  if (track == NULL)
    return FALSE;
  walk = lw_store_get_walk_of_segment (self->store, &track->segment_id, error);
  if (walk == NULL)
    return FALSE;
  *place = (LwTrackPlace){track->segment_id, track->person_id, walk->id};
  return TRUE;
}

gboolean
lw_walk_cache_find_track (LwWalkCache *self,
                          const LwId *track_id,
                          LwTrackPlace *ret_place,
                          GError **error)
{
  guint64 count = lw_store_get_structure_count (self->store);
  const LwTrackPlace *known = NULL;
  LwTrackPlace place;

  g_mutex_lock (&self->mutex);
  if (agree (self, count))
    known = g_hash_table_lookup (self->tracks, track_id);
  if (known != NULL)
    place = *known;
  g_mutex_unlock (&self->mutex);
  if (known == NULL) {
    if (!read_track (self, track_id, &place, error))
      return FALSE;
    g_mutex_lock (&self->mutex);
    if (agree (self, count)) {
      if (g_hash_table_size (self->tracks) >= TRACKS_MAX)
        g_hash_table_remove_all (self->tracks);
      g_hash_table_insert (self->tracks, g_memdup2 (track_id, sizeof (LwId)),
                           g_memdup2 (&place, sizeof place));
    }
    g_mutex_unlock (&self->mutex);
  }
  *ret_place = place;
  return TRUE;
}
