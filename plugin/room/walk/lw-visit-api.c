/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A walk's visits, and the lenses that one looks through. */

#include <string.h>

#include "lw-audit.h"
#include "lw-json.h"
#include "lw-members.h"
#include "lw-receive.h"
#include "lw-walk-json.h"

#define VISITS_MAX 200
#define LENS_NAME_MAX 200 /* characters */
#define PLACE_NAME_MAX 200
#define DURATION_MAX_MS (24 * 60 * 60 * 1000)

/* One at a time, so that two visits do not get one place in the order. */
static GMutex one_at_a_time;

/* ---- where ---- */

/* A place of that name within @parent; made if there is none. */
static gboolean
find_or_make_place (LwRoom *room,
                    LwPlaceKind kind,
                    const char *name,
                    const LwId *parent,
                    LwId *ret_id,
                    GError **error)
{
  g_autoptr (GPtrArray) places = lw_store_list (room->store, LW_ENTITY_PLACE, NULL, error);
  g_autoptr (LwPlace) made = NULL;

  if (places == NULL)
    return FALSE;
  for (guint i = 0; i < places->len; i++) {
    const LwPlace *place = places->pdata[i];

    if (place->kind == kind && lw_id_equal (&place->parent_id, parent) &&
        g_str_equal (place->name, name)) {
      *ret_id = place->id;
      return TRUE;
    }
  }
  made = lw_place_new (&(LwPlace){.kind = kind, .parent_id = *parent, .name = name}, error);
  if (made == NULL || !lw_store_put_place (room->store, made, error))
    return FALSE;
  *ret_id = made->id;
  return TRUE;
}

/* NULL for what is not there or says nothing; FALSE for what is too long. */
static gboolean
take_name (json_object *body, const char *member, char **ret_name)
{
  const char *text = lw_json_get_text (body, member);
  g_autofree char *name = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  if (name != NULL && g_utf8_strlen (name, -1) > PLACE_NAME_MAX)
    return FALSE;
  *ret_name = name != NULL && *name != '\0' ? g_steal_pointer (&name) : NULL;
  return TRUE;
}

/* ---- one visit ---- */

/* What is asked for; nothing is written before all of a request is in order. */
typedef struct {
  LwVisit fields;
  char *classroom, *school, *district; /* names, or NULL */
  gboolean has_host;
} Wanted;

static void
wanted_clear (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->classroom);
  g_free (wanted->school);
  g_free (wanted->district);
}

static gboolean
is_member (GPtrArray *members, const LwId *person_id)
{
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member->roles != 0 && lw_id_equal (&member->person_id, person_id))
      return TRUE;
  }
  return FALSE;
}

/* Whose lesson is visited is one of the walk's people. Returns what is wrong, for people, or NULL.
 */
static const char *
read_visit (json_object *body, GPtrArray *members, Wanted *wanted)
{
  LwVisit *fields = &wanted->fields;
  const char *planned = lw_json_get_text (body, "planned");

  if (!json_object_is_type (body, json_type_object))
    return "Say which visits there are. Nothing was changed.";
  if (json_object_object_get_ex (body, "planned", NULL) &&
      (planned == NULL || !lw_utc_parse (planned, &fields->planned_utc_us)))
    return "The time of the visit could not be read. Nothing was changed.";
  if (json_object_object_get_ex (body, "duration_ms", NULL) &&
      (!lw_json_get_int (body, "duration_ms", &fields->duration_ms) || fields->duration_ms < 0 ||
       fields->duration_ms > DURATION_MAX_MS))
    return "The length of the visit could not be read. Nothing was changed.";
  if (!take_name (body, "classroom", &wanted->classroom) ||
      !take_name (body, "school", &wanted->school) ||
      !take_name (body, "district", &wanted->district))
    return "The name of the classroom, the school or the district is too long. Nothing was "
           "changed.";
  wanted->has_host = json_object_object_get_ex (body, "host", NULL);
  if (wanted->has_host &&
      (!lw_json_get_id (body, "host", &fields->host_id) || !is_member (members, &fields->host_id)))
    return "The host is not among this walk’s people. Invite the teacher first; nothing was "
           "changed.";
  return NULL;
}

/* Its place, and the host's role in the walk. */
static gboolean
settle (LwRoom *room, LwHttpCall *call, Wanted *wanted, GError **error)
{
  LwVisit *fields = &wanted->fields;
  LwId district_id = LW_ID_NONE, school_id = LW_ID_NONE;

  if (wanted->classroom != NULL && wanted->school != NULL && wanted->district != NULL &&
      !find_or_make_place (room, LW_PLACE_DISTRICT, wanted->district, &LW_ID_NONE, &district_id,
                           error))
    return FALSE;
  if (wanted->classroom != NULL && wanted->school != NULL &&
      !find_or_make_place (room, LW_PLACE_SCHOOL, wanted->school, &district_id, &school_id, error))
    return FALSE;
  if (wanted->classroom != NULL && !find_or_make_place (room, LW_PLACE_CLASSROOM, wanted->classroom,
                                                        &school_id, &fields->classroom_id, error))
    return FALSE;
  return !wanted->has_host ||
         lw_members_add (room, &fields->walk_id, &fields->host_id, 1u << LW_ROLE_HOST,
                         &lw_http_call_caller (call)->person_id, error);
}

static gboolean
put_visit (LwRoom *room, const LwVisit *fields, GError **error)
{
  g_autoptr (LwVisit) visit = lw_visit_new (fields, error);

  return visit != NULL && lw_store_put_visit (room->store, visit, error);
}

static void
reply_not_possible (LwHttpCall *call, const char *why)
{
  lw_http_call_reply_error (call, 422, "visit", why);
}

/* ---- made ---- */

/* Whose class is visited is for the facilitator to say; of her own, a teacher may, as she may
 * upload its lesson. */
static LwAct
act_of (LwHttpCall *call, json_object *body)
{
  LwId host;

  return !json_object_object_get_ex (body, "visits", NULL) &&
                 lw_json_get_id (body, "host", &host) &&
                 lw_id_equal (&host, &lw_http_call_caller (call)->person_id)
             ? LW_ACT_UPLOAD
             : LW_ACT_LEAD;
}

static gboolean
put_all (LwRoom *room, LwHttpCall *call, const LwWalkFacts *facts, GArray *all, GError **error)
{
  g_autoptr (GPtrArray) visits =
      lw_store_list (room->store, LW_ENTITY_VISIT, &facts->walk->id, error);
  guint order = 0;

  if (visits == NULL)
    return FALSE;
  if (visits->len + all->len > VISITS_MAX) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                         "This walk has as many visits as it can. Begin another walk.");
    return FALSE;
  }
  for (guint i = 0; i < visits->len; i++)
    order = MAX (order, ((const LwVisit *)visits->pdata[i])->order);
  for (guint i = 0; i < all->len; i++) {
    Wanted *wanted = &g_array_index (all, Wanted, i);

    wanted->fields.walk_id = facts->walk->id;
    wanted->fields.order = ++order;
    if (!settle (room, call, wanted, error) || !put_visit (room, &wanted->fields, error))
      return FALSE;
  }
  return TRUE;
}

/* One visit is the body itself; several are its "visits". */
static void
post_visits (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (Wanted));
  json_object *body = lw_http_call_json (call), *list = NULL;
  gsize n = 1;
  gboolean ok;

  g_array_set_clear_func (all, wanted_clear);
  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, act_of (call, body)))
    return;
  members = lw_store_list (room->store, LW_ENTITY_MEMBER, &facts.walk->id, &error);
  if (members == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (json_object_object_get_ex (body, "visits", &list)) {
    n = json_object_is_type (list, json_type_array) ? json_object_array_length (list) : 0;
    if (n == 0 || n > VISITS_MAX) {
      reply_not_possible (call, "Say which visits there are. Nothing was changed.");
      return;
    }
  }
  g_array_set_size (all, (guint)n);
  for (guint i = 0; i < n; i++) {
    json_object *one = list != NULL ? json_object_array_get_idx (list, i) : body;
    const char *wrong = read_visit (one, members, &g_array_index (all, Wanted, i));

    if (wrong != NULL) {
      reply_not_possible (call, wrong);
      return;
    }
  }
  g_mutex_lock (&one_at_a_time);
  ok = put_all (room, call, &facts, all, &error);
  g_mutex_unlock (&one_at_a_time);
  if (!ok)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, &facts);
}

/* ---- changed ---- */

static void
patch_visit (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (LwVisit) visit = NULL;
  json_object *body = lw_http_call_json (call);
  Wanted wanted = {0};
  const char *wrong;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD) ||
      (visit = lw_walk_facts_load_visit (&facts, room, call, TRUE)) == NULL)
    return;
  members = lw_store_list (room->store, LW_ENTITY_MEMBER, &facts.walk->id, &error);
  wanted.fields = *visit;
  wrong = members != NULL ? read_visit (body, members, &wanted) : NULL;
  if (wrong != NULL)
    reply_not_possible (call, wrong);
  else if (members == NULL || !settle (room, call, &wanted, &error) ||
           !put_visit (room, &wanted.fields, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, &facts);
  wanted_clear (&wanted);
}

/* ---- taken out, and put back ---- */

/* What it has, for people; NULL: nothing. Notes need a lesson, also by the clock. */
static char *
contents_of (LwRoom *room, const LwId *visit_id, GError **error)
{
  g_autoptr (GPtrArray) segments = lw_store_list (room->store, LW_ENTITY_SEGMENT, visit_id, error);
  guint64 notes = 0;

  for (guint i = 0; segments != NULL && i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];
    guint64 n = 0;

    if (!lw_store_count (room->store, &(LwNoteQuery){.segment_id = &segment->id}, &n, error))
      return NULL;
    notes += n;
  }
  if (segments == NULL)
    return NULL;
  if (segments->len == 0) {
    json_object *live = lw_receive_describe_visit (room->receive, visit_id);

    if (live == NULL)
      return NULL;
    json_object_put (live);
    return g_strdup ("A live lesson is expected in this visit, so it stays in the walk. End that "
                     "one first.");
  }
  return g_strdup_printf ("This visit has %s with %" G_GUINT64_FORMAT
                          " %s, so it stays in the walk. Whose lesson it is "
                          "can erase the lesson first.",
                          segments->len == 1 ? "a lesson" : "lessons", notes,
                          notes == 1 ? "note" : "notes");
}

/* DELETE takes an empty one out of the walk; POST …/restore puts it back where it was. */
static void
set_removed (LwHttpCall *call, LwRoom *room, gboolean removed)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwVisit) visit = NULL;
  g_autofree char *contents = NULL;
  LwVisit fields;

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD) ||
      (visit = lw_walk_facts_load_visit (&facts, room, call, TRUE)) == NULL)
    return;
  if (removed)
    contents = contents_of (room, &visit->id, &error);
  fields = *visit;
  fields.removed = removed;
  if (contents != NULL)
    lw_http_call_reply_error (call, 409, "not-empty", contents);
  else if (error != NULL || !put_visit (room, &fields, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else {
    lw_audit_add_soon (
        room, &(LwAuditEvent){.action = removed ? LW_AUDIT_VISIT_REMOVED : LW_AUDIT_VISIT_RESTORED,
                              .person_id = facts.person_id,
                              .walk_id = facts.walk->id,
                              .target_id = visit->id});
    lw_walk_reply_anew (room, call, &facts);
  }
}

static void
delete_visit (LwHttpCall *call, gpointer data)
{
  set_removed (call, data, TRUE);
}

static void
restore_visit (LwHttpCall *call, gpointer data)
{
  set_removed (call, data, FALSE);
}

/* ---- lenses ---- */

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
      {"PATCH", "/api/walks/:walk/visits/:visit", patch_visit, 0, 0},
      {"DELETE", "/api/walks/:walk/visits/:visit", delete_visit, 0, 0},
      {"POST", "/api/walks/:walk/visits/:visit/restore", restore_visit, 0, 0},
      {"POST", "/api/lenses", post_lenses, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
