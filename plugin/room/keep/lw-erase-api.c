/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "lw-erase.h"
#include "lw-json.h"
#include "lw-sync.h"
#include "lw-walk-facts.h"

#define REASON_MAX_BYTES 2000

static gboolean
may_erase_note (LwRoom *room, LwHttpCall *call, const LwId *note_id)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwTrack) track = NULL;
  LwId track_id;

  if (lw_store_find_track_of_note (room->store, note_id, &track_id, NULL))
    track = lw_store_get_track (room->store, &track_id, NULL);
  /* Also of an own note elsewhere than in this walk's people: one answer for all that is not. */
  if (track == NULL || !lw_walk_facts_load_for_segment (&facts, room, lw_http_call_caller (call),
                                                        &track->segment_id, NULL, NULL)) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  if (lw_walk_facts_allow (&facts, LW_ACT_ERASE_NOTE,
                           lw_id_equal (&track->person_id, &facts.person_id)))
    return TRUE;
  lw_http_call_reply_not_found (call);
  return FALSE;
}

static gboolean
may_erase_segment (LwRoom *room, LwHttpCall *call, const LwId *segment_id)
{
  g_auto (LwWalkFacts) facts = {0};

  /* Those who run the room erase on request, also in walks they are not in. */
  if (lw_http_call_caller (call)->is_admin)
    return TRUE;
  if (!lw_walk_facts_load_for_segment (&facts, room, lw_http_call_caller (call), segment_id, NULL,
                                       NULL)) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  if (lw_walk_facts_allow (&facts, LW_ACT_ERASE_SEGMENT, FALSE))
    return TRUE;
  lw_http_call_reply_error (
      call, 403, "not-yours",
      "Only the teacher whose lesson it is can erase it. Nothing was erased.");
  return FALSE;
}

static gboolean
may_erase_person (LwHttpCall *call, const LwId *person_id)
{
  const LwCaller *caller = lw_http_call_caller (call);

  if (caller->is_admin || lw_id_equal (&caller->person_id, person_id))
    return TRUE;
  lw_http_call_reply_not_found (call);
  return FALSE;
}

static void
reply_erased (LwHttpCall *call, const LwErasure *erasure)
{
  json_object *json = json_object_new_object ();

  lw_json_add_int (json, "lessons", erasure->lessons);
  lw_json_add_int (json, "clips", erasure->clips);
  lw_json_add_int (json, "files", erasure->files);
  lw_json_add_text (json, "message",
                    "It is erased here for good. Copies on other machines and in backups are not "
                    "reached from here; ask those who run the room how long backups are kept.");
  lw_http_call_reply_json (call, 200, json);
}

static void
post_erase (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GError) error = NULL;
  LwErasure erasure = {.by = lw_http_call_caller (call)->person_id};
  LwId id;
  gboolean ok;

  if (body == NULL)
    return;
  if (lw_json_get_id (body, "note", &id)) {
    if (!may_erase_note (room, call, &id))
      return;
    ok = lw_erase_note (room, &id, &erasure, &error);
  } else if (lw_json_get_id (body, "segment", &id)) {
    if (!may_erase_segment (room, call, &id))
      return;
    ok = lw_erase_segment (room, &id, &erasure, &error);
  } else if (lw_json_get_id (body, "person", &id)) {
    if (!may_erase_person (call, &id))
      return;
    ok = lw_erase_person (room, &id, &erasure, &error);
  } else {
    lw_http_call_reply_error (call, 422, "nothing-named",
                              "It was not said what to erase, so nothing was.");
    return;
  }
  if (ok)
    reply_erased (call, &erasure);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

/* ---- holds ---- */

static gboolean
load_for_hold (LwRoom *room, LwHttpCall *call, LwId *ret_id)
{
  g_autoptr (LwSegment) segment = NULL;

  if (!lw_http_call_part_id (call, "segment", ret_id))
    return FALSE;
  if (!lw_http_call_caller (call)->is_admin) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  segment = lw_store_get_segment (room->store, ret_id, NULL);
  if (segment == NULL)
    lw_http_call_reply_not_found (call);
  return segment != NULL;
}

static void
put_hold (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GError) error = NULL;
  const char *reason;
  LwId id;

  if (body == NULL || !load_for_hold (room, call, &id))
    return;
  reason = lw_json_get_text (body, "reason");
  if (reason == NULL || *reason == '\0' || strlen (reason) > REASON_MAX_BYTES) {
    lw_http_call_reply_error (call, 422, "no-reason", "Say why the lesson must be kept.");
    return;
  }
  if (lw_holds_put (room, &id, reason, &lw_http_call_caller (call)->person_id, &error))
    lw_http_call_reply_empty (call, 204);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

static void
delete_hold (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  LwId id;

  if (!load_for_hold (room, call, &id))
    return;
  if (lw_holds_drop (room, &id, &lw_http_call_caller (call)->person_id, &error))
    lw_http_call_reply_empty (call, 204);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

void
lw_room_add_erase (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/erase", post_erase, 0, 4096},
      {"PUT", "/api/segments/:segment/hold", put_hold, 0, 16384},
      {"DELETE", "/api/segments/:segment/hold", delete_hold, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
