/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tracks of one recording, on another. */

#include "lw-align-private.h"

#include "lw-json.h"
#include "lw-live-sources.h"

/* One at a time, so that no two bring the same track. */
static GMutex one_at_a_time;

static gboolean
put (LwRoom *room, const LwTrack *fields, GError **error)
{
  g_autoptr (LwTrack) track = lw_track_new (fields, error);

  return track != NULL && lw_store_put_track (room->store, track, error);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

gint64
lw_align_origin (LwRoom *room, const LwId *segment_id)
{
  g_autoptr (GArray) records = lw_clock_records_list (room->ledger, segment_id, NULL);
  g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; records != NULL && i < records->len; i++) {
    const LwClockRecord *record = &g_array_index (records, LwClockRecord, i);
    gint64 origin = record->utc_us * LW_USECOND - record->media;

    g_array_append_val (origins, origin);
  }
  if (origins->len == 0)
    return 0;
  g_array_sort (origins, compare_times);
  return g_array_index (origins, gint64, origins->len / 2);
}

/* @track: of @from, perhaps brought there from a third */
static LwTrack
brought (const LwTrack *track,
         const LwSegment *segment,
         const LwSegment *from,
         LwTime shift,
         gint64 drift_ppb)
{
  LwTrack fields = *track;

  fields.segment_id = segment->id;
  if (lw_id_equal (&track->pinned_on_id, &segment->id)) {
    /* It is where it was pinned again. */
    fields.pinned_on_id = LW_ID_NONE;
    fields.shift = fields.drift_ppb = fields.pinned_anchor_utc_ns = 0;
    return fields;
  }
  if (lw_id_is_none (&track->pinned_on_id)) {
    fields.pinned_on_id = from->id;
    fields.shift = shift;
    fields.drift_ppb = drift_ppb;
    fields.pinned_anchor_utc_ns = from->anchor_utc_ns != 0 ? from->anchor_utc_ns - shift : 0;
    return fields;
  }
  /* The second clock's drift counts from the first one's zero on. */
  fields.shift += shift + track->shift / 1000 * drift_ppb / 1000000;
  fields.drift_ppb += drift_ppb;
  if (fields.pinned_anchor_utc_ns != 0)
    fields.pinned_anchor_utc_ns -= shift;
  return fields;
}

static gboolean
bring_tracks (LwRoom *room,
              const LwSegment *segment,
              const LwSegment *from,
              LwTime shift,
              gint64 drift_ppb,
              GError **error)
{
  g_autoptr (GPtrArray) there = lw_store_list (room->store, LW_ENTITY_TRACK, &from->id, error);
  g_autoptr (GPtrArray) here =
      there != NULL ? lw_store_list (room->store, LW_ENTITY_TRACK, &segment->id, error) : NULL;

  if (here == NULL)
    return FALSE;
  for (guint i = 0; i < there->len; i++) {
    LwTrack fields = brought (there->pdata[i], segment, from, shift, drift_ppb);

    if (!put (room, &fields, error))
      return FALSE;
  }
  for (guint i = 0; i < here->len; i++) {
    LwTrack fields = *(const LwTrack *)here->pdata[i];

    if (!lw_id_equal (&fields.pinned_on_id, &from->id))
      continue;
    fields.pinned_on_id = LW_ID_NONE;
    fields = brought (&fields, segment, from, shift, drift_ppb);
    if (!put (room, &fields, error))
      return FALSE;
  }
  return TRUE;
}

/* Whether its anchor is what an earlier bringing made of it. */
static gboolean
is_anchored_by (LwRoom *room, const LwSegment *segment, const LwSegment *from, gint64 origin_ns)
{
  g_autoptr (GPtrArray) here = lw_store_list (room->store, LW_ENTITY_TRACK, &segment->id, NULL);

  for (guint i = 0; here != NULL && i < here->len; i++) {
    const LwTrack *track = here->pdata[i];

    if (lw_id_equal (&track->pinned_on_id, &from->id) &&
        segment->anchor_utc_ns == origin_ns - track->shift)
      return TRUE;
  }
  return FALSE;
}

/* What was pinned by the clock, and waits for somebody to say when this recording began, is told by
 * the live recording's clock. */
static gboolean
anchor_too (
    LwRoom *room, const LwSegment *segment, const LwSegment *from, LwTime shift, GError **error)
{
  gint64 origin_ns = lw_align_origin (room, &from->id);
  g_autoptr (LwSegment) anchored = NULL;
  LwSegment fields = *segment;

  if (segment->anchor_utc_ns == 0 || origin_ns == 0 ||
      (segment->anchor_by == LW_ANCHOR_PERSON && !is_anchored_by (room, segment, from, origin_ns)))
    return TRUE;
  fields.anchor_utc_ns = origin_ns - shift;
  fields.anchor_by = LW_ANCHOR_PERSON;
  anchored = lw_segment_new (&fields, error);
  return anchored != NULL && lw_store_put_segment (room->store, anchored, error);
}

gboolean
lw_align_bring (LwRoom *room,
                const LwSegment *segment,
                const LwSegment *from,
                LwTime shift,
                gint64 drift_ppb,
                GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = anchor_too (room, segment, from, shift, error) &&
       bring_tracks (room, segment, from, shift, drift_ppb, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}

static gboolean
take_back (LwRoom *room, const LwSegment *segment, const LwSegment *from, GError **error)
{
  g_autoptr (GPtrArray) here = lw_store_list (room->store, LW_ENTITY_TRACK, &segment->id, error);

  for (guint i = 0; here != NULL && i < here->len; i++) {
    LwTrack fields = *(const LwTrack *)here->pdata[i];

    if (!lw_id_equal (&fields.pinned_on_id, &from->id))
      continue;
    fields.segment_id = from->id;
    fields.pinned_on_id = LW_ID_NONE;
    fields.shift = fields.drift_ppb = fields.pinned_anchor_utc_ns = 0;
    if (!put (room, &fields, error))
      return FALSE;
  }
  return here != NULL;
}

gboolean
lw_align_take_back (LwRoom *room, const LwSegment *segment, const LwSegment *from, GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = take_back (room, segment, from, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}

gboolean
lw_align_take_all_back (LwRoom *room, const LwSegment *segment, GError **error)
{
  g_autoptr (GPtrArray) here = NULL;
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  here = lw_store_list (room->store, LW_ENTITY_TRACK, &segment->id, error);
  ok = here != NULL;
  for (guint i = 0; ok && i < here->len; i++) {
    const LwTrack *track = here->pdata[i];
    g_autoptr (LwSegment) from = NULL;

    if (!lw_id_is_none (&track->pinned_on_id))
      from = lw_store_get_segment (room->store, &track->pinned_on_id, NULL);
    ok = from == NULL || take_back (room, segment, from, error);
  }
  g_mutex_unlock (&one_at_a_time);
  return ok;
}
