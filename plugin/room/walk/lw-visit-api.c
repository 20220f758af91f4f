/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A walk's visits, and the lenses that one looks through. */

#include <string.h>

#include "lw-json.h"
#include "lw-members.h"
#include "lw-walk-json.h"

#define VISITS_MAX 200
#define LENS_NAME_MAX 200 /* characters */

/* One at a time, so that two visits do not get one place in the order. */
static GMutex one_at_a_time;

static gboolean
read_visit (LwHttpCall *call, json_object *body, LwVisit *fields)
{
  const char *planned = lw_json_get_text (body, "planned");

  if (json_object_object_get_ex (body, "planned", NULL) &&
      (planned == NULL || !lw_utc_parse (planned, &fields->planned_utc_us))) {
    lw_http_call_reply_error (call, 422, "planned",
                              "The time of the visit could not be read. Nothing was made.");
    return FALSE;
  }
  if (json_object_object_get_ex (body, "duration_ms", NULL) &&
      (!lw_json_get_int (body, "duration_ms", &fields->duration_ms) || fields->duration_ms < 0)) {
    lw_http_call_reply_error (call, 422, "duration",
                              "The length of the visit could not be read. Nothing was made.");
    return FALSE;
  }
  return TRUE;
}

/* Whose lesson is visited is one of the walk's people, and its host by that. */
static gboolean
take_host (LwHttpCall *call, LwRoom *room, json_object *body, LwVisit *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = NULL;
  gboolean found = FALSE;

  if (!json_object_object_get_ex (body, "host", NULL))
    return TRUE;
  if (lw_json_get_id (body, "host", &fields->host_id))
    members = lw_store_list (room->store, LW_ENTITY_MEMBER, &fields->walk_id, NULL);
  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    found = found || (member->roles != 0 && lw_id_equal (&member->person_id, &fields->host_id));
  }
  if (!found) {
    lw_http_call_reply_error (call, 422, "host",
                              "The host is not among this walk's people. Invite the teacher first; "
                              "nothing was made.");
    return FALSE;
  }
  if (lw_members_add (room, &fields->walk_id, &fields->host_id, 1u << LW_ROLE_HOST,
                      &lw_http_call_caller (call)->person_id, &error))
    return TRUE;
  lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  return FALSE;
}

static gboolean
put_visit (LwRoom *room, LwVisit *fields, GError **error)
{
  g_autoptr (GPtrArray) visits =
      lw_store_list (room->store, LW_ENTITY_VISIT, &fields->walk_id, error);
  g_autoptr (LwVisit) visit = NULL;

  if (visits == NULL)
    return FALSE;
  if (visits->len >= VISITS_MAX) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                         "This walk has as many visits as it can. Begin another walk.");
    return FALSE;
  }
  fields->order = 1;
  for (guint i = 0; i < visits->len; i++)
    fields->order = MAX (fields->order, ((const LwVisit *)visits->pdata[i])->order + 1);
  visit = lw_visit_new (fields, error);
  return visit != NULL && lw_store_put_visit (room->store, visit, error);
}

/* Whose class is visited is for the facilitator to say; of her own, a teacher may, as she may
 * upload its lesson. */
static LwAct
act_of (LwHttpCall *call, json_object *body)
{
  LwId host;

  return lw_json_get_id (body, "host", &host) &&
                 lw_id_equal (&host, &lw_http_call_caller (call)->person_id)
             ? LW_ACT_UPLOAD
             : LW_ACT_LEAD;
}

static void
post_visits (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  json_object *body = lw_http_call_json (call);
  LwVisit fields = {0};
  gboolean ok;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, act_of (call, body)))
    return;
  fields.walk_id = facts.walk->id;
  if (!read_visit (call, body, &fields) || !take_host (call, room, body, &fields))
    return;
  g_mutex_lock (&one_at_a_time);
  ok = put_visit (room, &fields, &error);
  g_mutex_unlock (&one_at_a_time);
  if (!ok)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, &facts);
}

static void
post_lenses (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwLens) lens = NULL;
  json_object *body = lw_http_call_json (call);
  LwLens fields = {0};
  json_object *json;

  if (body == NULL)
    return;
  /* Lenses are the whole room's, and guests are of one walk. */
  if (!lw_id_is_none (&lw_http_call_caller (call)->walk_id)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  fields.name = lw_json_get_text (body, "name");
  fields.description = lw_json_get_text (body, "description");
  if (fields.name == NULL || *fields.name == '\0' ||
      g_utf8_strlen (fields.name, -1) > LENS_NAME_MAX) {
    lw_http_call_reply_error (call, 422, "no-name", "Give the lens a short name.");
    return;
  }
  lens = lw_lens_new (&fields, &error);
  if (lens == NULL || !lw_store_put_lens (room->store, lens, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_id (json, "id", &lens->id);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_room_add_visits (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/visits", post_visits, 0, 0},
      {"POST", "/api/lenses", post_lenses, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
