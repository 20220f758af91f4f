/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-by-clock.h"

#include "lw-room-time.h"

/* How long before now a visit can have begun. */
#define BEGUN_MAX_NS (24 * 3600 * LW_SECOND)
#define PLANNED_MAX_NS (3 * 3600 * LW_SECOND)
/* How far a note may lie outside of a recording that it belongs to. */
#define OUTSIDE_MAX_NS (120 * LW_SECOND)

/* One at a time, so that two who begin a visit at once begin it with one anchor. */
static GMutex one_at_a_time;

static gboolean
is_lately (gint64 utc_ns, gint64 now_ns, gint64 max_ns)
{
  return utc_ns <= now_ns && utc_ns >= now_ns - max_ns;
}

/* When the visit began, as far as it is known: its time 0. */
static gint64
guess_begin (const LwVisit *visit, gint64 begun_utc_ns)
{
  gint64 now_ns = lw_room_time_us () * LW_USECOND, planned_ns = visit->planned_utc_us * LW_USECOND;
  gint64 begin_ns = now_ns;

  if (is_lately (begun_utc_ns, now_ns, BEGUN_MAX_NS))
    begin_ns = begun_utc_ns;
  if (is_lately (planned_ns, begin_ns, PLANNED_MAX_NS))
    begin_ns = planned_ns;
  return begin_ns;
}

/* NULL without @error: there is none. */
static LwSegment *
find (LwRoom *room, const LwId *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  LwSegment *segment = lw_store_get_segment (room->store, id, &local_error);

  if (segment == NULL && !g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return segment;
}

static LwSegment *
begin (LwRoom *room, const LwVisit *visit, gint64 begun_utc_ns, GError **error)
{
  LwSegment fields = {
      .id = lw_segment_clock_id (&visit->id), .visit_id = visit->id, .duration = LW_TIME_NONE};
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwSegment) there = find (room, &fields.id, &local_error);
  g_autoptr (LwSegment) made = NULL;

  if (local_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  if (there != NULL && there->anchor_utc_ns != 0)
    return g_steal_pointer (&there);
  if (there != NULL)
    fields = *there;
  fields.anchor_utc_ns = guess_begin (visit, begun_utc_ns);
  fields.anchor_by = LW_ANCHOR_VISIT;
  made = lw_segment_new (&fields, error);
  if (made == NULL || !lw_store_put_segment (room->store, made, error))
    return NULL;
  /* Of one that was erased nothing comes back. */
  return lw_store_get_segment (room->store, &fields.id, error);
}

LwSegment *
lw_by_clock_begin (LwRoom *room, const LwVisit *visit, gint64 begun_utc_ns, GError **error)
{
  LwSegment *segment;

  g_mutex_lock (&one_at_a_time);
  segment = begin (room, visit, begun_utc_ns, error);
  g_mutex_unlock (&one_at_a_time);
  return segment;
}

/* ---- a recording comes ---- */

static guint
count_within (GPtrArray *notes, gint64 from_ns, gint64 to_ns)
{
  guint n = 0;

  for (guint i = 0; i < notes->len; i++) {
    gint64 wall_ns = ((const LwNote *)notes->pdata[i])->wall_utc_ns;

    n += wall_ns != 0 && wall_ns >= from_ns - OUTSIDE_MAX_NS && wall_ns <= to_ns + OUTSIDE_MAX_NS;
  }
  return n;
}

/* A camera writes down when it began or, some, when it ended; and its clock may be wrong by hours.
 * The notes by the clock tell: most of them lie within their recording. */
static gboolean
anchor_by_file (LwRoom *room, LwSegment *fields, GError **error)
{
  g_autoptr (GPtrArray) notes =
      lw_store_query (room->store, &(LwNoteQuery){.segment_id = &fields->id}, error);
  gint64 said_ns = fields->started_utc_us * LW_USECOND, long_ns = MAX (fields->duration, 0);
  guint n_begun, n_ended, n = 0;

  if (notes == NULL)
    return FALSE;
  if (fields->started_utc_us <= 0 || fields->started_utc_us > G_MAXINT64 / LW_USECOND)
    return TRUE;
  for (guint i = 0; i < notes->len; i++)
    n += ((const LwNote *)notes->pdata[i])->wall_utc_ns != 0;
  n_begun = count_within (notes, said_ns, said_ns + long_ns);
  n_ended = count_within (notes, said_ns - long_ns, said_ns);
  if (2 * MAX (n_begun, n_ended) < n)
    return TRUE;
  fields->anchor_utc_ns = n_ended > n_begun ? said_ns - long_ns : said_ns;
  fields->anchor_by = LW_ANCHOR_FILE;
  return TRUE;
}

static gboolean
take_media (LwRoom *room, LwSegment *fields, GError **error)
{
  LwId id = lw_segment_clock_id (&fields->visit_id);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwSegment) there = find (room, &id, &local_error);

  if (local_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  /* A visit may have several recordings: that one is another's. */
  if (there == NULL || !lw_content_hash_is_none (&there->media))
    return TRUE;
  fields->id = id;
  fields->anchor_utc_ns = there->anchor_utc_ns;
  fields->anchor_by = there->anchor_by;
  return there->anchor_by == LW_ANCHOR_PERSON || anchor_by_file (room, fields, error);
}

gboolean
lw_by_clock_take_media (LwRoom *room, LwSegment *fields, GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = take_media (room, fields, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}
