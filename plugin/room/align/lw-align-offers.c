/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finding where recordings of one visit lie in each other, and remembering it. */

#include "lw-align-private.h"

#include "lw-json.h"
#include "lw-media-files.h"
#include "lw-media.h"

static const char *const states[] = {"found", "unlike", "refused"};

/* ---- the ledger ---- */

static gboolean
put_offer (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwAlignOffer *offer = data;
  g_autoptr (LwStatement) insert = lw_ledger_get (ledger, db, "put-alignment", error);

  if (insert == NULL)
    return FALSE;
  lw_bind_id (insert, 1, &offer->segment_id);
  lw_bind_id (insert, 2, &offer->from_id);
  lw_bind_text (insert, 3, offer->by_clock ? "clock" : "sound");
  lw_bind_text (insert, 4, states[offer->state]);
  lw_bind_int (insert, 5, offer->shift);
  lw_bind_int (insert, 6, offer->drift_ppb);
  lw_bind_int (insert, 7, offer->agreed);
  lw_bind_int (insert, 8, offer->compared);
  return lw_run (db, insert, error);
}

static gboolean
drop_offer (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwAlignOffer *offer = data;
  g_autoptr (LwStatement) drop = lw_ledger_get (ledger, db, "drop-alignment", error);

  if (drop == NULL)
    return FALSE;
  lw_bind_id (drop, 1, &offer->segment_id);
  lw_bind_id (drop, 2, &offer->from_id);
  return lw_run (db, drop, error);
}

static gpointer
read_offer (LwStatement *row)
{
  LwAlignOffer *offer = g_new0 (LwAlignOffer, 1);
  g_autofree char *method = lw_column_text (row, 2);
  g_autofree char *state = lw_column_text (row, 3);

  offer->segment_id = lw_column_id (row, 0);
  offer->from_id = lw_column_id (row, 1);
  offer->by_clock = g_strcmp0 (method, "clock") == 0;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (state, states[i]) == 0)
      offer->state = (LwAlignState)i;
  offer->shift = lw_column_int (row, 4);
  offer->drift_ppb = lw_column_int (row, 5);
  offer->agreed = (guint)lw_column_int (row, 6);
  offer->compared = (guint)lw_column_int (row, 7);
  return offer;
}

GPtrArray *
lw_align_list (LwRoom *room, const LwId *segment_id, GError **error)
{
  return lw_ledger_list (room->ledger, &(LwLedgerQuery){"list-alignments", .id = segment_id},
                         read_offer, g_free, error);
}

typedef struct {
  const LwId *segment_id, *from_id;
} Pair;

static gboolean
refuse_offer (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Pair *pair = data;
  g_autoptr (LwStatement) refuse = lw_ledger_get (ledger, db, "refuse-alignment", error);
  gboolean row;

  if (refuse == NULL)
    return FALSE;
  lw_bind_id (refuse, 1, pair->segment_id);
  lw_bind_id (refuse, 2, pair->from_id);
  if (!lw_step (db, refuse, &row, error))
    return FALSE;
  if (!row)
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "Nothing of these two recordings was found. Nothing was changed.");
  return row;
}

gboolean
lw_align_refuse (LwRoom *room, const LwId *segment_id, const LwId *from_id, GError **error)
{
  Pair pair = {segment_id, from_id};

  return lw_ledger_write (room->ledger, refuse_offer, &pair, error);
}

void
lw_align_add_to_json (LwRoom *room, json_object *segment, const LwId *segment_id)
{
  g_autoptr (GPtrArray) offers = lw_align_list (room, segment_id, NULL);
  json_object *list;

  if (offers == NULL || offers->len == 0)
    return;
  list = json_object_new_array ();
  for (guint i = 0; i < offers->len; i++) {
    const LwAlignOffer *offer = offers->pdata[i];
    json_object *item = json_object_new_object ();

    lw_json_add_id (item, "from", &offer->from_id);
    lw_json_add_text (item, "by", offer->by_clock ? "clock" : "sound");
    lw_json_add_text (item, "state", states[offer->state]);
    lw_json_add_int (item, "shift", offer->shift);
    lw_json_add_int (item, "drift_ppb", offer->drift_ppb);
    lw_json_add_int (item, "agreed", offer->agreed);
    lw_json_add_int (item, "compared", offer->compared);
    json_object_array_add (list, item);
  }
  json_object_object_add (segment, "offers", list);
}

/* ---- finding ---- */

static gpointer
read_nothing (LwStatement *row)
{
  return g_strdup ("");
}

static gboolean
was_live (LwRoom *room, const LwId *segment_id)
{
  g_autofree char *row =
      lw_ledger_find (room->ledger, &(LwLedgerQuery){"was-live", .id = segment_id}, read_nothing,
                      g_free, NULL, NULL);

  return row != NULL;
}

static char *
path_of (LwRoom *room, const LwSegment *segment)
{
  g_autoptr (LwMediaFile) file = lw_media_file_get (room->ledger, &segment->media, NULL);

  return file != NULL ? lw_media_path (room, &segment->media, file->original) : NULL;
}

static gboolean
is_there (LwRoom *room, const LwId *segment_id)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, segment_id, NULL);

  return segment != NULL;
}

/* Nothing stays of a lesson that was erased while it was listened to. */
static void
keep (LwRoom *room, LwAlignOffer *offer)
{
  g_autoptr (GError) error = NULL;

  if (!lw_ledger_write (room->ledger, put_offer, offer, &error))
    g_warning ("What was found of two recordings is not kept: %s", error->message);
  else if (!is_there (room, &offer->segment_id) || !is_there (room, &offer->from_id))
    lw_ledger_write (room->ledger, drop_offer, offer, NULL);
}

static gboolean
listen (LwRoom *room, const LwSegment *live, const LwSegment *other, GCancellable *cancellable)
{
  g_autofree char *path = path_of (room, live);
  g_autofree char *other_path = path_of (room, other);
  g_autoptr (GError) error = NULL;
  LwAlignOffer offer = {.segment_id = other->id, .from_id = live->id};
  LwAlignment found;

  if (path == NULL || other_path == NULL)
    return TRUE;
  if (!lw_media_align (path, other_path, &found, cancellable, &error)) {
    /* Without sound there is nothing to hear. */
    if (!g_error_matches (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA))
      g_message ("Two recordings of a visit could not be compared: %s", error->message);
    return !g_cancellable_is_cancelled (cancellable);
  }
  offer.state = found.is_same ? LW_ALIGN_FOUND : LW_ALIGN_UNLIKE;
  offer.shift = found.offset;
  offer.drift_ppb = found.drift_ppb;
  offer.agreed = found.n_agreed;
  offer.compared = found.n_compared;
  keep (room, &offer);
  return TRUE;
}

/* Notes by the clock, pinned before or beside what came live. */
static void
look_at_clock (LwRoom *room, const LwSegment *live, const LwSegment *by_clock)
{
  LwAlignOffer offer = {.segment_id = live->id, .from_id = by_clock->id, .by_clock = TRUE};
  gint64 origin_ns = lw_align_origin (room, &live->id);

  if (by_clock->anchor_utc_ns == 0 || origin_ns == 0 ||
      ABS (by_clock->anchor_utc_ns - origin_ns) > LW_TRACK_SHIFT_MAX)
    return;
  offer.shift = by_clock->anchor_utc_ns - origin_ns;
  keep (room, &offer);
}

gboolean
lw_align_find (LwRoom *room, const LwId *segment_id, GCancellable *cancellable)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, segment_id, NULL);
  g_autoptr (GPtrArray) others = NULL;
  gboolean is_live, ok = TRUE;

  if (segment == NULL || lw_id_is_none (&segment->visit_id) ||
      lw_content_hash_is_none (&segment->media))
    return TRUE;
  is_live = was_live (room, &segment->id);
  others = lw_store_list (room->store, LW_ENTITY_SEGMENT, &segment->visit_id, NULL);
  for (guint i = 0; ok && others != NULL && i < others->len; i++) {
    const LwSegment *other = others->pdata[i];

    if (lw_id_equal (&other->id, &segment->id))
      continue;
    if (lw_content_hash_is_none (&other->media)) {
      if (is_live)
        look_at_clock (room, segment, other);
    } else if (was_live (room, &other->id) != is_live) {
      ok = listen (room, is_live ? segment : other, is_live ? other : segment, cancellable);
    }
  }
  return ok;
}
