/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-trend-json.h"

#include "lw-json.h"

/* ---- evidence ---- */

/* The visit that a note is of, if it is of this practice. */
static gboolean
find_visit (const LwOpenWalks *open,
            const LwId *segment_id,
            const LwId *practice_id,
            LwId *ret_visit,
            LwId *ret_walk)
{
  LwStore *store = open->room->store;
  g_autoptr (LwSegment) segment = lw_store_get_segment (store, segment_id, NULL);
  g_autoptr (LwVisit) visit = NULL;
  g_autoptr (LwWalk) walk = NULL;

  if (segment != NULL)
    visit = lw_store_get_visit (store, &segment->visit_id, NULL);
  if (visit != NULL)
    walk = lw_store_get_walk (store, &visit->walk_id, NULL);
  if (walk == NULL || !lw_id_equal (&walk->practice_id, practice_id))
    return FALSE;
  *ret_visit = visit->id;
  *ret_walk = walk->id;
  return TRUE;
}

typedef struct {
  LwTrendEvidence *evidence;
  const LwOpenWalks *open;
  const LwId *practice_id;
  GHashTable *met; /* LwId * of notes: two outcomes may cite one */
} Finding;

static void
take_note (Finding *self, const LwId *id)
{
  g_autoptr (LwNote) note = NULL;
  LwId visit, walk;

  if (!g_hash_table_add (self->met, g_memdup2 (id, sizeof *id)))
    return;
  note = lw_store_get_note (self->open->room->store, id, NULL);
  if (note == NULL || !find_visit (self->open, &note->segment_id, self->practice_id, &visit, &walk))
    return;
  g_hash_table_add (self->evidence->visits, g_memdup2 (&visit, sizeof visit));
  if (g_hash_table_contains (self->open->by_id, &walk))
    g_ptr_array_add (self->evidence->notes, g_steal_pointer (&note));
  else
    self->evidence->closed++;
}

static void
take_cites (Finding *self, const char *const *cites, gboolean or_outcomes)
{
  for (gsize i = 0; cites[i] != NULL; i++) {
    LwEntityKind kind;
    gpointer item;
    LwId id;

    if (!lw_id_parse (cites[i], &id))
      continue;
    item = or_outcomes ? lw_store_get_item (self->open->room->store, &id, &kind, NULL) : NULL;
    if (item == NULL) {
      take_note (self, &id);
      continue;
    }
    if (kind == LW_ENTITY_OUTCOME && !((LwItem *)item)->gone)
      take_cites (self, ((LwOutcome *)item)->cites, FALSE);
    lw_item_unref (kind, item);
  }
}

void
lw_trend_evidence_find (LwTrendEvidence *self,
                        const LwOpenWalks *open,
                        const LwId *practice_id,
                        const char *const *cites)
{
  g_autoptr (GHashTable) met = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  Finding finding = {self, open, practice_id, met};

  *self = (LwTrendEvidence){0};
  self->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  self->visits = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  take_cites (&finding, cites, TRUE);
}

void
lw_trend_evidence_clear (LwTrendEvidence *self)
{
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->visits, g_hash_table_unref);
}

LwVisit *
lw_trend_get_visit (LwStore *store, const LwNote *note)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (store, &note->segment_id, NULL);

  return segment != NULL ? lw_store_get_visit (store, &segment->visit_id, NULL) : NULL;
}

static json_object *
note_to_json (const LwOpenWalks *open, const LwTrendNames *names, const LwNote *note)
{
  json_object *json = json_object_new_object ();
  g_autoptr (LwVisit) visit = lw_trend_get_visit (open->room->store, note);

  lw_json_add_id (json, "id", &note->id);
  lw_json_add_id (json, "segment", &note->segment_id);
  lw_json_add_text (json, "kind", lw_note_kind_to_string (note->kind));
  lw_json_add_int (json, "start", note->start);
  lw_json_add_text (json, "text", note->text);
  if (visit != NULL) {
    g_autofree char *classroom = lw_trend_names_of_classroom (names, &visit->classroom_id);
    const LwWalk *walk = g_hash_table_lookup (open->by_id, &visit->walk_id);

    lw_json_add_id (json, "visit", &visit->id);
    lw_json_add_id (json, "walk", &visit->walk_id);
    if (walk != NULL)
      lw_json_add_text (json, "walk_title", walk->title);
    lw_json_add_text (json, "classroom", classroom);
  }
  return json;
}

/* ---- items ---- */

gboolean
lw_practice_may_change (const LwOpenWalks *open, const LwId *practice_id)
{
  return open->caller->may_create || g_hash_table_contains (open->leading, practice_id);
}

gboolean
lw_practice_is_for (const LwOpenWalks *open, const LwId *practice_id)
{
  if (lw_practice_may_change (open, practice_id))
    return TRUE;
  for (guint i = 0; i < open->walks->len; i++) {
    if (lw_id_equal (&((const LwWalk *)open->walks->pdata[i])->practice_id, practice_id))
      return TRUE;
  }
  return FALSE;
}

static json_object *
head_to_json (const LwItem *item, const char *type)
{
  json_object *json = json_object_new_object ();

  lw_json_add_text (json, "type", type);
  lw_json_add_id (json, "id", &item->id);
  lw_json_add_utc (json, "edited", item->edited_utc_us);
  if (item->gone)
    lw_json_add_flag (json, "gone", TRUE);
  return json;
}

json_object *
lw_practice_to_json (const LwOpenWalks *open, const LwPractice *practice)
{
  json_object *json = head_to_json (&practice->item, "practice");
  json_object *may = json_object_new_object ();
  const LwId *id = &practice->item.id;

  if (!practice->item.gone) {
    lw_json_add_text (json, "title", practice->title);
    lw_json_add_text (json, "about", practice->about);
    lw_json_add_text (json, "decision", lw_course_to_string (practice->decision));
    lw_json_add_text (json, "why", practice->why);
    lw_json_add_text (json, "on", practice->on);
  }
  lw_json_add_flag (may, "change", lw_practice_may_change (open, id));
  lw_json_add_flag (may, "write_trends", g_hash_table_contains (open->writing, id));
  json_object_object_add (json, "may", may);
  return json;
}

json_object *
lw_trend_to_json (const LwOpenWalks *open, const LwTrendNames *names, const LwTrend *trend)
{
  json_object *json = head_to_json (&trend->item, "trend");
  json_object *list = json_object_new_array ();
  json_object *cites = json_object_new_array ();
  g_auto (LwTrendEvidence) evidence = {0};

  lw_json_add_id (json, "practice", &trend->item.walk_id);
  json_object_object_add (json, "evidence", list);
  json_object_object_add (json, "cites", cites);
  if (trend->item.gone)
    return json;
  lw_trend_evidence_find (&evidence, open, &trend->item.walk_id, trend->cites);
  lw_json_add_text (json, "kind", lw_outcome_kind_to_string (trend->kind));
  lw_json_add_text (json, "text", trend->text);
  lw_json_add_int (json, "position", trend->position);
  for (gsize i = 0; trend->cites[i] != NULL; i++)
    json_object_array_add (cites, json_object_new_string (trend->cites[i]));
  for (guint i = 0; i < evidence.notes->len; i++)
    json_object_array_add (list, note_to_json (open, names, evidence.notes->pdata[i]));
  lw_json_add_int (json, "visits", g_hash_table_size (evidence.visits));
  lw_json_add_int (json, "not_open", evidence.closed);
  lw_json_add_flag (json, "needs_evidence",
                    g_hash_table_size (evidence.visits) < LW_TREND_VISITS_MIN);
  return json;
}
