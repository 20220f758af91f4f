/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pinning by the clock where there is no media, and saying when the recording of it began. */

#include "lw-audit.h"
#include "lw-by-clock.h"
#include "lw-json.h"
#include "lw-walk-json.h"

/* Asked for by a panel before it sends the first note, which says when it was. */
static void
post_clock (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwVisit) visit = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call), *json;
  gint64 begun_utc_ns = 0;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK))
    return;
  visit = lw_walk_facts_load_visit (&facts, room, call, FALSE);
  if (visit == NULL)
    return;
  if (!lw_walk_facts_allow (&facts, LW_ACT_CHANGE_NOTE, TRUE)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  lw_utc_parse_ns (lw_json_get_text (body, "wall"), &begun_utc_ns);
  segment = lw_by_clock_begin (room, visit, begun_utc_ns, &error);
  if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    lw_http_call_reply_error (call, 409, "erased",
                              "The lesson of this visit was erased, with what belonged to it. To "
                              "pin anew, ask who leads the walk to add the visit again.");
    return;
  }
  if (segment == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_id (json, "segment", &segment->id);
  lw_json_add_wall (json, "anchor", segment->anchor_utc_ns);
  lw_http_call_reply_json (call, 200, json);
}

/* When the recording began is for the teacher whose lesson it is to say, or for who leads. */
static void
put_anchor (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwSegment) changed = NULL;
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  LwSegment fields;
  LwId id;

  if (body == NULL || !lw_http_call_part_id (call, "segment", &id))
    return;
  if (!lw_walk_facts_load_for_segment (&facts, room, lw_http_call_caller (call), &id, &segment,
                                       &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (!lw_walk_facts_allow (&facts, LW_ACT_LEAD, FALSE) && !facts.access.is_host_of) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  fields = *segment;
  fields.anchor_by = LW_ANCHOR_PERSON;
  if (!lw_utc_parse_ns (lw_json_get_text (body, "began"), &fields.anchor_utc_ns) ||
      fields.anchor_utc_ns == 0) {
    lw_http_call_reply_error (call, 422, "began",
                              "Say on which day and at what time the recording began, to the "
                              "second. Nothing was changed.");
    return;
  }
  changed = lw_segment_new (&fields, &error);
  if (changed == NULL || !lw_store_put_segment (room->store, changed, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_audit_add_soon (room, &(LwAuditEvent){.action = LW_AUDIT_ANCHORED,
                                           .person_id = facts.person_id,
                                           .walk_id = facts.walk->id,
                                           .segment_id = segment->id});
  lw_walk_reply_anew (room, call, &facts);
}

void
lw_room_add_clock (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/visits/:visit/clock", post_clock, 0, 0},
      {"PUT", "/api/segments/:segment/anchor", put_anchor, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
