/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which minutes of a lesson were noted, through which lens. */

#include "lw-store-private.h"
#include "lw-trends.h"

static int
compare_minutes (gconstpointer a, gconstpointer b)
{
  const LwMinuteCount *left = a, *right = b;
  int order = lw_id_compare (&left->lens_id, &right->lens_id);

  return order != 0 ? order : (left->minute > right->minute) - (left->minute < right->minute);
}

/* Sorted, each once: equal neighbours become one. */
static void
join_minutes (GArray *minutes)
{
  guint kept = 0;

  g_array_sort (minutes, compare_minutes);
  for (guint i = 0; i < minutes->len; i++) {
    LwMinuteCount *last = kept > 0 ? &g_array_index (minutes, LwMinuteCount, kept - 1) : NULL;
    LwMinuteCount minute = g_array_index (minutes, LwMinuteCount, i);

    if (last != NULL && compare_minutes (last, &minute) == 0)
      last->notes++;
    else
      g_array_index (minutes, LwMinuteCount, kept++) = minute;
  }
  g_array_set_size (minutes, kept);
}

static gboolean
read_minutes (LwDb *db, const LwId *segment_id, GArray *minutes, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (db, "minutes-of-segment", error);
  gint64 key;
  gboolean row;

  if (list == NULL || !lw_entity_find_key (db, segment_id, FALSE, &key, error))
    return FALSE;
  lw_bind_int (list, 1, key);
  for (;;) {
    LwMinuteCount count = {.notes = 1};
    LwTime start, end;

    if (!lw_step (db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    count.lens_id = lw_column_id (list, 0);
    start = sqlite3_column_int64 (list, 1) / (60 * LW_SECOND);
    end =
        MAX (sqlite3_column_int64 (list, 2) - 1, sqlite3_column_int64 (list, 1)) / (60 * LW_SECOND);
    for (LwTime at = start; at <= MIN (end, LW_TREND_MINUTES_MAX - 1); at++) {
      count.minute = (guint)at;
      g_array_append_val (minutes, count);
    }
  }
}

GArray *
lw_store_count_minutes (LwStore *self, const LwId *segment_id, GError **error)
{
  g_autoptr (GArray) minutes = g_array_new (FALSE, FALSE, sizeof (LwMinuteCount));
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && segment_id != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = read_minutes (db, segment_id, minutes, error);
  lw_store_give_back (self, db);
  if (!ok)
    return NULL;
  join_minutes (minutes);
  return g_steal_pointer (&minutes);
}
