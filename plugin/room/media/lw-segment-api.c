/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What there is to know of a lesson before it is watched, and the ticket to watch it with. */

#include "lw-audit.h"
#include "lw-captions.h"
#include "lw-erase.h"
#include "lw-json.h"
#include "lw-media-make.h"
#include "lw-media-service.h"
#include "lw-receive.h"
#include "lw-walk-facts.h"

/* Loads the segment of the path, and its walk, for one of the walk's people; answers itself if not.
 */
static LwSegment *
load (LwMediaService *self, LwHttpCall *call, LwWalkFacts *facts)
{
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GError) error = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "segment", &id))
    return NULL;
  if (!lw_walk_facts_load_for_segment (facts, self->room, lw_http_call_caller (call), &id, &segment,
                                       &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return NULL;
  }
  return g_steal_pointer (&segment);
}

/* The same for a caller who may watch it. */
static LwSegment *
watchable (LwMediaService *self, LwHttpCall *call, LwWalkFacts *facts)
{
  g_autoptr (LwSegment) segment = load (self, call, facts);

  if (segment == NULL || lw_walk_facts_allow (facts, LW_ACT_WATCH, FALSE))
    return g_steal_pointer (&segment);
  lw_walk_reply_not_to_watch (call, facts);
  return NULL;
}

/* Whether the caller may remove that sample; by the facts of its lesson. */
static gboolean
may_remove (const LwWalkFacts *facts, const LwWork *work)
{
  return lw_walk_facts_allow (facts, LW_ACT_REMOVE_WORK,
                              lw_id_equal (&work->added_by, &facts->person_id));
}

static json_object *
work_to_json (const LwWalkFacts *facts, GPtrArray *samples)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < samples->len; i++) {
    const LwWork *work = samples->pdata[i];
    json_object *item = json_object_new_object ();

    lw_json_add_id (item, "id", &work->id);
    lw_json_add_text (item, "title", work->title);
    lw_json_add_text (item, "type", work->media_type);
    lw_json_add_int (item, "size", work->size_bytes);
    if (work->at != LW_TIME_NONE)
      lw_json_add_int (item, "at", work->at);
    lw_json_add_flag (item, "may_remove", may_remove (facts, work));
    json_object_array_add (list, item);
  }
  return list;
}

/* What of a lesson at a glance is there, so that the panel asks for nothing that is not. */
static void
add_pictures (LwMediaService *self, json_object *json, const LwContentHash *hash)
{
  static const struct {
    const char *member, *name;
  } pictures[] = {{"poster", LW_POSTER_NAME},
                  {"filmstrip", LW_FILMSTRIP_FACTS_NAME},
                  {"waveform", LW_WAVEFORM_NAME},
                  {"frames", LW_FRAMES_NAME},
                  {"captions", LW_CAPTIONS_NAME}};

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree char *path = lw_media_path (self->room, hash, pictures[i].name);

    lw_json_add_flag (json, pictures[i].member, g_file_test (path, G_FILE_TEST_EXISTS));
  }
}

static void
get_segment (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = watchable (self, call, &facts);
  g_autoptr (LwMediaFile) file = NULL;
  g_autoptr (GPtrArray) samples = NULL;
  g_autoptr (GError) error = NULL;
  json_object *json;

  if (segment == NULL)
    return;
  samples = lw_work_list (self->room->ledger, &segment->id, &error);
  if (samples == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  /* A lesson that came by sync has notes here, but its video may not have come. */
  file = lw_media_file_get (self->room->ledger, &segment->media, NULL);
  json = json_object_new_object ();
  lw_json_add_id (json, "id", &segment->id);
  lw_json_add_text (json, "title", segment->title);
  if (segment->duration != LW_TIME_NONE)
    lw_json_add_int (json, "duration", segment->duration);
  lw_json_add_flag (json, "ready", file != NULL && *file->playable != '\0');
  lw_json_add_flag (json, "live", lw_receive_is_live (self->room->receive, &segment->id));
  if (file != NULL) {
    lw_json_add_text (json, "type", file->playable_type);
    lw_json_add_int (json, "width", file->width);
    lw_json_add_int (json, "height", file->height);
  }
  add_pictures (self, json, &segment->media);
  json_object_object_add (json, "work", work_to_json (&facts, samples));
  lw_http_call_reply_json (call, 200, json);
}

static void
post_ticket (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  const LwCaller *caller = lw_http_call_caller (call);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = watchable (self, call, &facts);
  g_autoptr (GError) error = NULL;
  g_autofree char *ticket = NULL;
  json_object *json;

  if (segment == NULL)
    return;
  if (!lw_audit_add (self->room,
                     &(LwAuditEvent){.action = LW_AUDIT_WATCHED,
                                     .person_id = caller->person_id,
                                     .walk_id = facts.walk->id,
                                     .segment_id = segment->id},
                     &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  ticket =
      lw_media_tickets_issue (self->tickets, &lw_http_call_caller (call)->session_id, &segment->id);
  json = json_object_new_object ();
  lw_json_add_text (json, "ticket", ticket);
  lw_http_call_reply_json (call, 200, json);
}

static void
delete_work (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = load (self, call, &facts);
  g_autoptr (LwWork) work = NULL;
  g_autoptr (GError) error = NULL;
  LwErasure erasure = {.by = facts.person_id};
  LwId id;

  if (segment == NULL || !lw_http_call_part_id (call, "work", &id))
    return;
  work = lw_work_get (self->room->ledger, &id, &error);
  if (work == NULL && !g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (work == NULL || !lw_id_equal (&work->segment_id, &segment->id))
    lw_http_call_reply_not_found (call);
  else if (!may_remove (&facts, work))
    lw_http_call_reply_error (
        call, 403, "not-yours",
        "Only the teacher, the facilitator and whoever attached it can remove "
        "a sample of student work. It is as it was.");
  else if (lw_erase_work (self->room, &id, &erasure, &error))
    lw_http_call_reply_empty (call, 204);
  else
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
}

void
lw_media_add_segments (LwMediaService *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/segments/:segment", get_segment, 0, 0},
      {"POST", "/api/segments/:segment/ticket", post_ticket, 0, 4096},
      {"DELETE", "/api/segments/:segment/work/:work", delete_work, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
