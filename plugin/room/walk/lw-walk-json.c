/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walks as the panel sees them: one answer holds all of a walk's structure. */

#include "lw-walk-json.h"

#include "lw-align.h"
#include "lw-forms-json.h"
#include "lw-json.h"
#include "lw-phase-json.h"
#include "lw-receive.h"
#include "lw-room-time.h"

static json_object *
names_to_json (guint bits, const char *const *names)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; names[i] != NULL; i++) {
    if (bits & 1u << i)
      json_object_array_add (list, json_object_new_string (names[i]));
  }
  return list;
}

json_object *
lw_walk_to_json (const LwWalkFacts *facts)
{
  const LwWalk *walk = facts->walk;
  json_object *json = json_object_new_object ();
  json_object *watch_for = json_object_new_array ();

  lw_json_add_id (json, "id", &walk->id);
  lw_json_add_text (json, "title", walk->title);
  lw_json_add_text (json, "protocol", lw_protocol_get_name (facts->protocol));
  lw_json_add_text (json, "phase", facts->access.phase->id);
  lw_json_add_text (json, "phase_title", facts->access.phase->title);
  lw_json_add_id (json, "previous", &walk->previous_id);
  lw_json_add_id (json, "practice", &walk->practice_id);
  lw_json_add_text (json, "focus", walk->focus);
  lw_json_add_text (json, "inquiry", walk->inquiry);
  lw_json_add_text (json, "pd_session", walk->pd_session);
  lw_json_add_id (json, "focus_owner", &walk->focus_owner_id);
  for (gsize i = 0; walk->watch_for[i] != NULL; i++)
    json_object_array_add (watch_for, json_object_new_string (walk->watch_for[i]));
  json_object_object_add (json, "watch_for", watch_for);
  lw_json_add_roles (json, "my_roles", facts->access.roles);
  return json;
}

/* What the caller may do now, so that the panel shows no button that answers "no". */
static json_object *
may_to_json (const LwWalkFacts *facts)
{
  static const struct {
    const char *name;
    LwAct act;
  } acts[] = {
      {"watch", LW_ACT_WATCH}, {"see_notes", LW_ACT_SEE_NOTE},     {"write", LW_ACT_WRITE_NOTE},
      {"reply", LW_ACT_REPLY}, {"progress", LW_ACT_MARK_PROGRESS}, {"set_focus", LW_ACT_SET_FOCUS},
      {"lead", LW_ACT_LEAD},   {"upload", LW_ACT_UPLOAD},          {"keep_time", LW_ACT_KEEP_TIME},
  };
  json_object *json = json_object_new_object ();

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    lw_json_add_flag (json, acts[i].name,
                      lw_walk_facts_allow (facts, acts[i].act, acts[i].act != LW_ACT_SEE_NOTE));
  return json;
}

static json_object *
before_to_json (LwBefore before)
{
  static const char *const names[] = {"norms", "lens", "intention", NULL};

  return names_to_json (before, names);
}

/* What the caller has prepared, what the routine asks for in some phase, and what is missing now.
 */
static json_object *
me_to_json (const LwWalkFacts *facts, GPtrArray *members)
{
  json_object *json = json_object_new_object ();
  LwBefore asks = 0;

  for (guint i = 0; i < lw_protocol_get_n_phases (facts->protocol); i++)
    asks |= lw_protocol_get_phase (facts->protocol, i)->before_watching;
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member->roles == 0 || !lw_id_equal (&member->person_id, &facts->person_id))
      continue;
    if (member->norms_utc_us != 0)
      lw_json_add_utc (json, "norms", member->norms_utc_us);
    lw_json_add_id (json, "lens", &member->lens_id);
    lw_json_add_id (json, "offered_lens", &member->offered_lens_id);
    lw_json_add_text (json, "intention", member->intention);
    break;
  }
  json_object_object_add (json, "asked", before_to_json (asks));
  json_object_object_add (json, "to_do", before_to_json (asks & ~facts->access.done));
  json_object_object_add (json, "missing", before_to_json (lw_access_get_missing (&facts->access)));
  return json;
}

static json_object *
members_to_json (LwRoom *room, const LwWalkFacts *facts, GPtrArray *members)
{
  gboolean leads = lw_walk_facts_allow (facts, LW_ACT_LEAD, FALSE);
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];
    g_autoptr (LwPerson) person = lw_store_get_person (room->store, &member->person_id, NULL);
    json_object *item;

    if (member->roles == 0)
      continue;
    item = json_object_new_object ();
    lw_json_add_id (item, "person", &member->person_id);
    lw_json_add_text (item, "name", person != NULL ? person->name : "");
    lw_json_add_roles (item, "roles", member->roles);
    lw_json_add_id (item, "lens", &member->lens_id);
    if (leads) {
      lw_json_add_id (item, "offered_lens", &member->offered_lens_id);
      lw_json_add_flag (item, "norms", member->norms_utc_us != 0);
    }
    json_object_array_add (list, item);
  }
  return list;
}

static json_object *
tracks_to_json (LwRoom *room, const LwId *segment_id)
{
  g_autoptr (GPtrArray) tracks = lw_store_list (room->store, LW_ENTITY_TRACK, segment_id, NULL);
  json_object *list = json_object_new_array ();

  for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
    const LwTrack *track = tracks->pdata[i];
    json_object *item = json_object_new_object ();

    lw_json_add_id (item, "id", &track->id);
    lw_json_add_id (item, "person", &track->person_id);
    lw_json_add_id (item, "lens", &track->lens_id);
    lw_json_add_text (item, "intention", track->intention);
    if (!lw_id_is_none (&track->pinned_on_id)) {
      lw_json_add_id (item, "pinned_on", &track->pinned_on_id);
      lw_json_add_int (item, "shift", track->shift);
      lw_json_add_int (item, "drift_ppb", track->drift_ppb);
    }
    json_object_array_add (list, item);
  }
  return list;
}

static json_object *
segments_to_json (LwRoom *room, const LwWalkFacts *facts, const LwId *visit_id)
{
  g_autoptr (GPtrArray) segments = lw_store_list (room->store, LW_ENTITY_SEGMENT, visit_id, NULL);
  json_object *list = json_object_new_array ();

  for (guint i = 0; segments != NULL && i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];
    json_object *item = json_object_new_object ();
    LwWalkFacts of_segment = *facts;
    const LwId clock_id = lw_segment_clock_id (visit_id);

    lw_json_add_id (item, "id", &segment->id);
    lw_json_add_text (item, "title", segment->title);
    if (segment->duration != LW_TIME_NONE)
      lw_json_add_int (item, "duration", segment->duration);
    /* A live lesson has no medium yet either, and is watched all the same. */
    if (lw_id_equal (&segment->id, &clock_id) && lw_content_hash_is_none (&segment->media))
      lw_json_add_flag (item, "by_clock", TRUE);
    lw_json_add_wall (item, "anchor", segment->anchor_utc_ns);
    if (segment->anchor_utc_ns != 0)
      lw_json_add_text (item, "anchor_by", lw_anchor_to_string (segment->anchor_by));
    of_segment.access.is_host_of = lw_walk_facts_is_host_of (facts, room, &segment->id);
    lw_json_add_flag (item, "is_mine", of_segment.access.is_host_of);
    lw_json_add_flag (item, "may_watch", lw_walk_facts_allow (&of_segment, LW_ACT_WATCH, FALSE));
    lw_json_add_flag (item, "may_write",
                      lw_walk_facts_allow (&of_segment, LW_ACT_WRITE_NOTE, TRUE));
    json_object_object_add (item, "tracks", tracks_to_json (room, &segment->id));
    if (lw_walk_facts_allow (facts, LW_ACT_UPLOAD, FALSE))
      lw_align_add_to_json (room, item, &segment->id);
    json_object_array_add (list, item);
  }
  return list;
}

static void
add_classroom (LwRoom *room, json_object *item, const LwId *classroom_id)
{
  g_autoptr (LwPlace) classroom =
      lw_id_is_none (classroom_id) ? NULL : lw_store_get_place (room->store, classroom_id, NULL);
  g_autoptr (LwPlace) school = NULL;
  g_autoptr (LwPlace) district = NULL;

  if (classroom == NULL)
    return;
  lw_json_add_text (item, "classroom", classroom->name);
  if (!lw_id_is_none (&classroom->parent_id))
    school = lw_store_get_place (room->store, &classroom->parent_id, NULL);
  if (school != NULL)
    lw_json_add_text (item, "school", school->name);
  if (school != NULL && !lw_id_is_none (&school->parent_id))
    district = lw_store_get_place (room->store, &school->parent_id, NULL);
  if (district != NULL)
    lw_json_add_text (item, "district", district->name);
}

static json_object *
visits_to_json (LwRoom *room, const LwWalkFacts *facts, GPtrArray *visits)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    json_object *item = json_object_new_object (), *segments, *live;

    lw_json_add_id (item, "id", &visit->id);
    lw_json_add_int (item, "order", visit->order);
    lw_json_add_id (item, "host", &visit->host_id);
    add_classroom (room, item, &visit->classroom_id);
    if (visit->planned_utc_us != 0)
      lw_json_add_utc (item, "planned", visit->planned_utc_us);
    if (visit->duration_ms != 0)
      lw_json_add_int (item, "duration_ms", visit->duration_ms);
    segments = segments_to_json (room, facts, &visit->id);
    live = lw_receive_describe_visit (room->receive, &visit->id);
    /* By the clock it is pinned where nothing comes in. */
    if (json_object_array_length (segments) == 0 && live == NULL) {
      LwId clock_id = lw_segment_clock_id (&visit->id);

      if (!lw_store_is_erased (room->store, &clock_id))
        lw_json_add_id (item, "clock", &clock_id);
    }
    json_object_object_add (item, "segments", segments);
    if (live != NULL)
      json_object_object_add (item, "live", live);
    json_object_array_add (list, item);
  }
  return list;
}

static json_object *
lenses_to_json (LwRoom *room)
{
  g_autoptr (GPtrArray) lenses = lw_store_list (room->store, LW_ENTITY_LENS, NULL, NULL);
  json_object *list = json_object_new_array ();

  for (guint i = 0; lenses != NULL && i < lenses->len; i++) {
    const LwLens *lens = lenses->pdata[i];
    json_object *item = json_object_new_object ();

    lw_json_add_id (item, "id", &lens->id);
    lw_json_add_text (item, "name", lens->name);
    lw_json_add_text (item, "description", lens->description);
    json_object_array_add (list, item);
  }
  return list;
}

void
lw_walk_reply (LwRoom *room, LwHttpCall *call, const LwWalkFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GPtrArray) visits = NULL;
  json_object *json, *forms;

  members = lw_store_list (room->store, LW_ENTITY_MEMBER, &facts->walk->id, &error);
  if (members != NULL)
    visits = lw_store_list (room->store, LW_ENTITY_VISIT, &facts->walk->id, &error);
  if (visits == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = lw_walk_to_json (facts);
  lw_json_add_utc (json, "now", lw_room_time_us ());
  json_object_object_add (json, "phases", lw_phases_to_json (facts->protocol));
  lw_phase_add_to_json (json, room, facts);
  json_object_object_add (json, "may", may_to_json (facts));
  json_object_object_add (json, "members", members_to_json (room, facts, members));
  json_object_object_add (json, "me", me_to_json (facts, members));
  json_object_object_add (json, "visits", visits_to_json (room, facts, visits));
  json_object_object_add (json, "lenses", lenses_to_json (room));
  if (lw_walk_facts_allow (facts, LW_ACT_LEAD, FALSE) &&
      (forms = lw_forms_count_to_json (room, facts)) != NULL)
    json_object_object_add (json, "forms", forms);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_walk_reply_anew (LwRoom *room, LwHttpCall *call, LwWalkFacts *facts)
{
  g_autoptr (GError) error = NULL;
  LwId walk_id = facts->walk->id;

  lw_walk_facts_clear (facts);
  if (!lw_walk_facts_load (facts, room, lw_http_call_caller (call), &walk_id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply (room, call, facts);
}
