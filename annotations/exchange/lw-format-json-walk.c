/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The walk that a segment belongs to: the teacher's focus, and the visit that was filmed. */

#include "lw-format-json.h"
#include "lw-json-values.h"

#define VISIT_ORDER_MAX 1000000

json_object *
lw_json_from_walk (const LwWalk *walk, const LwVisit *visit, LwExchangeReport *report)
{
  json_object *object = json_object_new_object ();
  json_object *child = json_object_new_object ();

  lw_value_add_id (object, "id", &walk->id);
  lw_value_add_text (object, "title", walk->title);
  lw_value_add_id (object, "teacher", &walk->focus_owner_id);
  lw_value_add_text (object, "pd_session", walk->pd_session);
  lw_value_add_text (object, "focus", walk->focus);
  lw_value_add_text (object, "inquiry", walk->inquiry);
  lw_json_add_texts (object, "watch_for", walk->watch_for);
  if (*walk->protocol != '\0')
    lw_value_add_text (object, "protocol", walk->protocol);
  lw_value_add_id (child, "id", &visit->id);
  json_object_object_add (child, "order", json_object_new_int64 (visit->order));
  if (visit->planned_utc_us > 0)
    lw_value_add_utc (child, "planned", visit->planned_utc_us);
  if (visit->duration_ms > 0)
    json_object_object_add (child, "planned_ms", json_object_new_int64 (visit->duration_ms));
  json_object_object_add (object, "visit", child);
  if (!lw_id_is_none (&visit->classroom_id) || !lw_id_is_none (&visit->host_id) ||
      !lw_id_is_none (&walk->previous_id))
    lw_exchange_report_omit (report, "The classroom, the host of the visit and the walk of the "
                                     "cycle before are not part of a segment's notes, and were "
                                     "left out.");
  return object;
}

static gboolean
read_visit (const LwJsonItem *walk, LwBundle *bundle, LwExchangeReport *report, GError **error)
{
  static const char *const known[] = {"id", "order", "planned", "planned_ms", NULL};
  g_autoptr (GError) cause = NULL;
  LwJsonItem item = {.path = "walk.visit"};
  LwVisit fields = {.walk_id = bundle->walk->id};
  gint64 order = 1;

  if (!lw_json_get_typed (walk, "visit", json_type_object, &item.object, error))
    return FALSE;
  if (item.object == NULL) {
    lw_json_set_error (error, walk, "visit", "is missing");
    return FALSE;
  }
  if (!lw_value_get_id (&item, "id", TRUE, &fields.id, error) ||
      !lw_value_get_int (&item, "order", FALSE, 1, VISIT_ORDER_MAX, &order, error) ||
      !lw_json_get_utc (&item, "planned", FALSE, &fields.planned_utc_us, error) ||
      !lw_value_get_int (&item, "planned_ms", FALSE, 0, LW_TIME_MAX / LW_MSECOND,
                         &fields.duration_ms, error))
    return FALSE;
  lw_json_report_strangers (report, &item, "the visit", known);
  fields.order = (guint)order;
  bundle->visit = lw_visit_new (&fields, &cause);
  return bundle->visit != NULL || lw_json_fail_by_model (&item, cause, error);
}

/* Values never change: the segment becomes another one, of the same id. */
static gboolean
put_segment_into_visit (LwBundle *bundle, const LwJsonItem *item, GError **error)
{
  g_autoptr (GError) cause = NULL;
  LwSegment fields = *bundle->segment;
  LwSegment *segment;

  fields.visit_id = bundle->visit->id;
  segment = lw_segment_new (&fields, &cause);
  if (segment == NULL)
    return lw_json_fail_by_model (item, cause, error);
  lw_segment_unref (bundle->segment);
  bundle->segment = segment;
  return TRUE;
}

gboolean
lw_json_read_walk (const LwJsonItem *item,
                   LwBundle *bundle,
                   LwExchangeReport *report,
                   GError **error)
{
  static const char *const known[] = {"id",      "title",     "teacher",  "pd_session", "focus",
                                      "inquiry", "watch_for", "protocol", "visit",      NULL};
  g_autoptr (GPtrArray) watch_for = g_ptr_array_new ();
  g_autoptr (GError) cause = NULL;
  LwWalk fields = {.title = ""};

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !lw_value_get_text (item, "title", TRUE, &fields.title, error) ||
      !lw_value_get_id (item, "teacher", FALSE, &fields.focus_owner_id, error) ||
      !lw_value_get_text (item, "pd_session", FALSE, &fields.pd_session, error) ||
      !lw_value_get_text (item, "focus", FALSE, &fields.focus, error) ||
      !lw_value_get_text (item, "inquiry", FALSE, &fields.inquiry, error) ||
      !lw_value_get_text (item, "protocol", FALSE, &fields.protocol, error) ||
      !lw_value_get_texts (item, "watch_for", watch_for, error))
    return FALSE;
  if (!lw_id_is_none (&fields.focus_owner_id) &&
      lw_bundle_find_person (bundle, &fields.focus_owner_id) == NULL) {
    lw_json_set_error (error, item, "teacher", "is not the id of anything in \"people\"");
    return FALSE;
  }
  lw_json_report_strangers (report, item, "the walk", known);
  fields.watch_for = (const char *const *)watch_for->pdata;
  bundle->walk = lw_walk_new (&fields, &cause);
  if (bundle->walk == NULL)
    return lw_json_fail_by_model (item, cause, error);
  return read_visit (item, bundle, report, error) && put_segment_into_visit (bundle, item, error);
}
