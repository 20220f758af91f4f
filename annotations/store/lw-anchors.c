/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Notes that were pinned by the wall clock stand where their segment's anchor puts them. Note,
 * track and segment come in any order, and an anchor may be said anew: each of the three leads to
 * the same times.
 */

#include "lw-store-private.h"

/* @ret_track: how its notes stand, if they were brought from elsewhere. */
static gboolean
load_brought (
    LwDb *db, const LwId *track_id, LwTrack *ret_track, gboolean *ret_brought, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "is-track-brought", error);
  gint64 key;

  *ret_brought = FALSE;
  if (find == NULL || !lw_entity_find_key (db, track_id, FALSE, &key, error))
    return FALSE;
  lw_bind_int (find, 1, key);
  if (!lw_step (db, find, ret_brought, error))
    return FALSE;
  if (*ret_brought)
    *ret_track = (LwTrack){.shift = sqlite3_column_int64 (find, 0),
                           .drift_ppb = sqlite3_column_int64 (find, 1),
                           .pinned_anchor_utc_ns = sqlite3_column_int64 (find, 2)};
  return TRUE;
}

gboolean
lw_anchors_find_start (LwDb *db,
                       const LwNote *note,
                       gint64 segment_key,
                       LwTime *ret_start,
                       gboolean *ret_brought,
                       GError **error)
{
  g_autoptr (LwStatement) anchor = NULL;
  LwTrack track;
  gboolean row;

  *ret_start = note->start;
  if (!load_brought (db, &note->track_id, &track, ret_brought, error))
    return FALSE;
  if (*ret_brought) {
    *ret_start = lw_track_to_here (&track, note->start, note->wall_utc_ns, note->end - note->start);
    return TRUE;
  }
  if (note->wall_utc_ns == 0)
    return TRUE;
  anchor = lw_db_get (db, "anchor-of-segment", error);
  if (anchor == NULL)
    return FALSE;
  lw_bind_int (anchor, 1, segment_key);
  if (!lw_step (db, anchor, &row, error))
    return FALSE;
  if (row)
    *ret_start = lw_time_from_wall (note->wall_utc_ns, sqlite3_column_int64 (anchor, 0),
                                    note->end - note->start);
  return TRUE;
}

LwNote *
lw_anchors_to_pinned (LwDb *db, const LwNote *note, GError **error)
{
  LwNote fields = *note;
  g_autoptr (LwStatement) find = NULL;
  LwTrack track;
  gboolean brought, stays;

  if (!load_brought (db, &note->track_id, &track, &brought, error))
    return NULL;
  if (!brought)
    return lw_note_ref ((LwNote *)note);
  find = lw_db_get (db, "pinned-of-note", error);
  if (find == NULL)
    return NULL;
  lw_bind_id (find, 1, &note->id);
  lw_bind_int (find, 2, note->start);
  if (!lw_step (db, find, &stays, error))
    return NULL;
  /* One that is not moved keeps what it said to the nanosecond, also where it stands at the edge.
   */
  fields.start = stays ? sqlite3_column_int64 (find, 0) : lw_track_to_pinned (&track, note->start);
  fields.start = MIN (fields.start, LW_TIME_MAX - (note->end - note->start));
  fields.end = fields.start + (note->end - note->start);
  return lw_note_new (&fields, error);
}

/* Runs the statement of that name for one track. */
static gboolean
run_on_track (LwDb *db, const char *name, gint64 track_key, gboolean with_most, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get (db, name, error);

  if (statement == NULL)
    return FALSE;
  lw_bind_int (statement, 1, track_key);
  if (with_most)
    lw_bind_int (statement, 2, LW_TIME_MAX);
  return lw_run (db, statement, error);
}

gboolean
lw_anchors_is_brought (LwDb *db, gint64 track_key, gboolean *ret_brought, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "is-track-brought", error);

  if (find == NULL)
    return FALSE;
  lw_bind_int (find, 1, track_key);
  return lw_step (db, find, ret_brought, error);
}

gboolean
lw_anchors_bring (
    LwDb *db, gint64 track_key, gboolean was_brought, gboolean is_brought, GError **error)
{
  if (is_brought)
    return run_on_track (db, "remember-pinned", track_key, FALSE, error) &&
           run_on_track (db, "bring-notes", track_key, TRUE, error);
  return !was_brought || run_on_track (db, "take-notes-back", track_key, FALSE, error);
}

gboolean
lw_anchors_apply (LwDb *db, gint64 segment_key, GError **error)
{
  g_autoptr (LwStatement) anchor = lw_db_get (db, "anchor-notes", error);

  if (anchor == NULL)
    return FALSE;
  lw_bind_int (anchor, 1, segment_key);
  lw_bind_int (anchor, 2, LW_TIME_MAX);
  return lw_run (db, anchor, error);
}

gboolean
lw_anchors_apply_to (LwDb *db, const LwId *segment_id, GError **error)
{
  gint64 key;

  return lw_entity_find_key (db, segment_id, FALSE, &key, error) &&
         lw_anchors_apply (db, key, error);
}
