/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A person says that two recordings are of one lesson, or that they are not. */

#include "lw-align.h"
#include "lw-audit.h"
#include "lw-json.h"
#include "lw-walk-facts.h"
#include "lw-walk-json.h"

/* The path's ":segment" and ":from", two of one visit, for who may upload to its walk; answers
 * itself if not. */
static gboolean
load (LwRoom *room,
      LwHttpCall *call,
      LwWalkFacts *facts,
      LwSegment **ret_segment,
      LwSegment **ret_from)
{
  g_autoptr (GError) error = NULL;
  LwId id, from_id;

  if (!lw_http_call_part_id (call, "segment", &id) ||
      !lw_http_call_part_id (call, "from", &from_id))
    return FALSE;
  if (!lw_walk_facts_load_for_segment (facts, room, lw_http_call_caller (call), &id, ret_segment,
                                       &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  if (!lw_walk_facts_allow (facts, LW_ACT_UPLOAD, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return FALSE;
  }
  *ret_from = lw_store_get_segment (room->store, &from_id, NULL);
  if (*ret_from == NULL || lw_id_equal (&id, &from_id) ||
      !lw_id_equal (&(*ret_from)->visit_id, &(*ret_segment)->visit_id)) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  return TRUE;
}

static void
settle (LwRoom *room,
        LwHttpCall *call,
        LwWalkFacts *facts,
        const LwSegment *segment,
        const LwSegment *from,
        const char *what)
{
  lw_audit_add_soon (room, &(LwAuditEvent){.action = LW_AUDIT_ANCHORED,
                                           .person_id = facts->person_id,
                                           .walk_id = facts->walk->id,
                                           .segment_id = segment->id,
                                           .target_id = from->id,
                                           .detail = what});
  lw_walk_reply_anew (room, call, facts);
}

static gboolean
read_number (json_object *body, const char *name, gint64 most, gint64 *ret_number)
{
  json_object *member;

  *ret_number = 0;
  if (!json_object_object_get_ex (body, name, &member))
    return FALSE;
  *ret_number = json_object_get_int64 (member);
  return json_object_is_type (member, json_type_int) && *ret_number >= -most && *ret_number <= most;
}

static void
put_brought (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwSegment) from = NULL;
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  gint64 shift, drift_ppb;

  if (body == NULL || !load (room, call, &facts, &segment, &from))
    return;
  if (!read_number (body, "shift", LW_TRACK_SHIFT_MAX, &shift) ||
      (!read_number (body, "drift_ppb", LW_TRACK_DRIFT_MAX_PPB / 2, &drift_ppb) &&
       json_object_object_get_ex (body, "drift_ppb", NULL))) {
    lw_http_call_reply_error (call, 422, "shift",
                              "Say by how much the notes move. Nothing was changed.");
    return;
  }
  if (!lw_align_bring (room, segment, from, shift, drift_ppb, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    settle (room, call, &facts, segment, from, "brought");
}

static void
delete_brought (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwSegment) from = NULL;
  g_autoptr (GError) error = NULL;

  if (!load (room, call, &facts, &segment, &from))
    return;
  if (!lw_align_take_back (room, segment, from, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    settle (room, call, &facts, segment, from, "taken-back");
}

static void
delete_offer (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwSegment) from = NULL;
  g_autoptr (GError) error = NULL;

  if (!load (room, call, &facts, &segment, &from))
    return;
  if (!lw_align_refuse (room, &segment->id, &from->id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    settle (room, call, &facts, segment, from, "refused");
}

void
lw_room_add_align (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"PUT", "/api/segments/:segment/brought/:from", put_brought, 0, 4096},
      {"DELETE", "/api/segments/:segment/brought/:from", delete_brought, 0, 0},
      {"DELETE", "/api/segments/:segment/offers/:from", delete_offer, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
