/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Notes that were pinned by the wall clock stand where their segment's anchor puts them. Note,
 * track and segment come in any order, and an anchor may be said anew: each of the three leads to
 * the same times.
 */

#include "lw-store-private.h"

gboolean
lw_anchors_find_start (
    LwDb *db, const LwNote *note, gint64 segment_key, LwTime *ret_start, GError **error)
{
  g_autoptr (LwStatement) anchor = NULL;
  gboolean row;

  *ret_start = note->start;
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
