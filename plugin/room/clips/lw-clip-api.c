/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clips and their shares, for the teacher whose lesson it is. */

#include <string.h>

#include "lw-audit.h"
#include "lw-clips.h"
#include "lw-json.h"
#include "lw-media-service.h"
#include "lw-walk-facts.h"

#define TITLE_MAX 500
#define CLIPS_MAX 500
#define VIEWS_MAX 1000000
#define SHARE_DAYS_MAX 366
#define SHORTEST (LW_SECOND / 10)

/* Answers the call, and returns FALSE, unless the lesson is the caller's own. */
static gboolean
load_own (LwRoom *room,
          LwHttpCall *call,
          const LwId *segment_id,
          LwWalkFacts *facts,
          LwSegment **ret_segment)
{
  g_autoptr (GError) error = NULL;

  if (!lw_walk_facts_load_for_segment (facts, room, lw_http_call_caller (call), segment_id,
                                       ret_segment, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  if (lw_walk_facts_allow (facts, LW_ACT_SHARE_CLIP, FALSE))
    return TRUE;
  lw_http_call_reply_error (call, 403, "not-yours",
                            "Only the teacher whose lesson it is can share a part of it.");
  return FALSE;
}

static LwClip *
load_own_clip (LwRoom *room, LwHttpCall *call, const LwId *clip_id, LwWalkFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwClip) clip = lw_clips_get (room->ledger, clip_id, &error);

  if (clip == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return NULL;
  }
  return load_own (room, call, &clip->segment_id, facts, NULL) ? g_steal_pointer (&clip) : NULL;
}

static gboolean
audit (LwRoom *room,
       LwHttpCall *call,
       LwAuditAction action,
       const LwWalkFacts *facts,
       const LwId *segment_id,
       const LwId *target_id)
{
  g_autoptr (GError) error = NULL;
  LwAuditEvent event = {.action = action,
                        .person_id = facts->person_id,
                        .walk_id = facts->walk->id,
                        .segment_id = *segment_id,
                        .target_id = *target_id};

  if (lw_audit_add (room, &event, &error))
    return TRUE;
  lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  return FALSE;
}

static json_object *
clip_to_json (gconstpointer item, gpointer data)
{
  const LwClip *clip = item;
  LwRoom *room = data;
  json_object *json = json_object_new_object ();
  json_object *shares = lw_shares_list_json (room->ledger, &clip->id, NULL);

  lw_json_add_id (json, "id", &clip->id);
  lw_json_add_text (json, "title", clip->title);
  lw_json_add_int (json, "start", clip->start);
  lw_json_add_int (json, "end", clip->end);
  lw_json_add_text (json, "state", lw_clip_state_to_string (clip->state));
  if (clip->state == LW_CLIP_MAKING)
    json_object_object_add (
        json, "progress", json_object_new_double (lw_clip_maker_progress (room->clips, &clip->id)));
  if (*clip->message != '\0')
    lw_json_add_text (json, "message", clip->message);
  lw_json_add_flag (json, "with_notes", clip->with_notes);
  lw_json_add_utc (json, "created", clip->created_utc_us);
  json_object_object_add (json, "shares", shares != NULL ? shares : json_object_new_array ());
  return json;
}

/* ---- clips ---- */

static gboolean
check_range (LwHttpCall *call, json_object *body, const LwSegment *segment, LwClip *clip)
{
  if (lw_json_get_int (body, "start", &clip->start) && lw_json_get_int (body, "end", &clip->end) &&
      clip->start >= 0 && clip->end > clip->start && clip->end - clip->start >= SHORTEST &&
      (segment->duration == LW_TIME_NONE || clip->start < segment->duration)) {
    if (segment->duration != LW_TIME_NONE)
      clip->end = MIN (clip->end, segment->duration);
    return TRUE;
  }
  lw_http_call_reply_error (call, 422, "no-range",
                            "Choose a start, and an end behind it, within the lesson.");
  return FALSE;
}

static gboolean
check_count (LwRoom *room, LwHttpCall *call, const LwId *segment_id)
{
  g_autoptr (GPtrArray) clips = lw_clips_list (room->ledger, segment_id, NULL);

  if (clips != NULL && clips->len < CLIPS_MAX)
    return TRUE;
  lw_http_call_reply_error (call, 409, "too-many",
                            "There are very many clips of this lesson. Delete some first.");
  return FALSE;
}

/* While the lesson is there: an erasure that is under way would not see the clip any more, and
 * leave its title. Answers itself if the lesson is gone. */
static gboolean
add_clip (LwRoom *room, LwHttpCall *call, const LwClip *clip)
{
  g_autoptr (LwSegment) still = NULL;
  g_autoptr (GError) error = NULL;

  lw_media_jobs_hold (room->media->jobs);
  still = lw_store_get_segment (room->store, &clip->segment_id, &error);
  if (still != NULL)
    lw_clips_add (room->ledger, clip, &error);
  lw_media_jobs_go_on (room->media->jobs);
  if (error == NULL)
    return TRUE;
  if (still == NULL && g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    lw_http_call_reply_not_found (call);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  return FALSE;
}

static void
post_clip (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;
  json_object *body = lw_http_call_json (call);
  LwClip clip = {.id = lw_id_new (), .message = (char *)"", .with_notes = TRUE};

  if (body == NULL || !lw_http_call_part_id (call, "segment", &clip.segment_id) ||
      !load_own (room, call, &clip.segment_id, &facts, &segment) ||
      !check_range (call, body, segment, &clip) || !check_count (room, call, &clip.segment_id))
    return;
  clip.title = (char *)lw_json_get_text (body, "title");
  if (clip.title == NULL || *clip.title == '\0' || strlen (clip.title) > TITLE_MAX) {
    lw_http_call_reply_error (call, 422, "no-title",
                              "Give the clip a title; those who open it will see it.");
    return;
  }
  lw_json_get_flag (body, "with_notes", &clip.with_notes);
  clip.person_id = facts.person_id;
  clip.created_utc_us = g_get_real_time ();
  if (!add_clip (room, call, &clip))
    return;
  if (!audit (room, call, LW_AUDIT_CLIP_MADE, &facts, &clip.segment_id, &clip.id))
    return;
  lw_clip_maker_make (room->clips, &clip.id);
  lw_http_call_reply_json (call, 201, clip_to_json (&clip, room));
}

static void
get_clips (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clips = NULL;
  json_object *json;
  LwId segment_id;

  if (!lw_http_call_part_id (call, "segment", &segment_id) ||
      !load_own (room, call, &segment_id, &facts, NULL))
    return;
  clips = lw_clips_list (room->ledger, &segment_id, &error);
  json = json_object_new_object ();
  lw_json_add_int (json, "days", room->config->clip_days);
  lw_http_call_reply_list (call, "clips", clips, clip_to_json, room, json,
                           g_steal_pointer (&error));
}

static void
delete_clip (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "clip", &id))
    return;
  clip = load_own_clip (room, call, &id, &facts);
  if (clip == NULL || !audit (room, call, LW_AUDIT_CLIP_DELETED, &facts, &clip->segment_id, &id))
    return;
  if (!lw_clips_delete (room, &id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

/* ---- shares ---- */

/* As long as she said, or as long as the room's settings say. */
static gboolean
take_expiry (LwRoom *room, LwHttpCall *call, json_object *body, gint64 *ret_utc_us)
{
  *ret_utc_us = g_get_real_time () + room->config->clip_days * G_TIME_SPAN_DAY;
  if (lw_json_get_until (body, "expires", SHARE_DAYS_MAX, ret_utc_us))
    return TRUE;
  lw_http_call_reply_error (call, 422, "no-expiry",
                            "Choose a day within a year on which the link stops.");
  return FALSE;
}

static void
post_share (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  g_autofree char *url = NULL;
  json_object *body = lw_http_call_json (call), *json;
  const char *audience;
  gint64 expires, views = 0;
  LwId id, share_id;

  if (body == NULL || !lw_http_call_part_id (call, "clip", &id))
    return;
  clip = load_own_clip (room, call, &id, &facts);
  if (clip == NULL || !take_expiry (room, call, body, &expires))
    return;
  audience = lw_json_get_text (body, "audience");
  if (audience == NULL || *audience == '\0' || strlen (audience) > TITLE_MAX) {
    lw_http_call_reply_error (call, 422, "no-audience", "Say whom the link is for.");
    return;
  }
  if (lw_json_get_int (body, "views", &views) && (views < 1 || views > VIEWS_MAX)) {
    lw_http_call_reply_error (call, 422, "no-views", "A link opens at least once.");
    return;
  }
  token = lw_shares_add (room->ledger, &id, audience, expires, views, &share_id, &error);
  if (token == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (!audit (room, call, LW_AUDIT_SHARED, &facts, &clip->segment_id, &share_id))
    return;
  url = lw_room_link (room, "clip.html#", token);
  json = json_object_new_object ();
  lw_json_add_id (json, "id", &share_id);
  lw_json_add_text (json, "url", url);
  lw_json_add_utc (json, "expires", expires);
  lw_http_call_reply_json (call, 201, json);
}

static void
delete_share (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  LwId id, clip_id;

  if (!lw_http_call_part_id (call, "share", &id))
    return;
  if (!lw_shares_find_clip (room->ledger, &id, &clip_id, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  clip = load_own_clip (room, call, &clip_id, &facts);
  if (clip == NULL)
    return;
  if (!lw_shares_revoke (room->ledger, &id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (audit (room, call, LW_AUDIT_UNSHARED, &facts, &clip->segment_id, &id))
    lw_http_call_reply_empty (call, 204);
}

static void
get_views (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  json_object *json, *shares;
  LwId id;

  if (!lw_http_call_part_id (call, "clip", &id))
    return;
  clip = load_own_clip (room, call, &id, &facts);
  if (clip == NULL)
    return;
  shares = lw_shares_views_json (room->ledger, &id, &error);
  if (shares == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  json_object_object_add (json, "shares", shares);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_clips_add_teacher_routes (LwRoom *room)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/segments/:segment/clips", post_clip, 0, 16384},
      {"GET", "/api/segments/:segment/clips", get_clips, 0, 0},
      {"DELETE", "/api/clips/:clip", delete_clip, 0, 0},
      {"POST", "/api/clips/:clip/shares", post_share, 0, 16384},
      {"GET", "/api/clips/:clip/views", get_views, 0, 0},
      {"DELETE", "/api/shares/:share", delete_share, 0, 0},
      {NULL},
  };

  lw_http_add_routes (room->http, routes, room);
}
