/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walking.h"

#include "lw-config.h"
#include "lw-rooms-private.h"
#include "lw-walking-json.h"

#include <glib/gi18n-lib.h>

gboolean
lw_walking_load (
    LwWalking *self, LwStore *store, const LwId *walk_id, const char *name_if_new, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwJoined) joined = lw_rooms_find (store, walk_id, &cause);
  g_autoptr (LwPerson) person = NULL;

  *self = (LwWalking){0};
  if (cause == NULL && joined == NULL)
    person = lw_store_ensure_local_person (store, name_if_new, &cause);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (!lw_standing_load (&self->standing, store, walk_id,
                         joined != NULL ? &joined->person_id : &person->id, joined == NULL, error))
    return FALSE;
  self->joined = g_steal_pointer (&joined);
  return TRUE;
}

void
lw_walking_clear (LwWalking *self)
{
  lw_standing_clear (&self->standing);
  g_clear_pointer (&self->joined, lw_joined_unref);
}

gboolean
lw_walking_sees_board (const LwWalking *self)
{
  return lw_standing_allows (&self->standing, LW_ACT_SEE_BOARD, FALSE);
}

GStrv
lw_walking_list_norms (const LwWalking *self)
{
  g_autoptr (json_object) routine =
      json_tokener_parse (lw_protocol_get_json (self->standing.protocol));
  g_autoptr (GPtrArray) norms = g_ptr_array_new ();
  json_object *list = NULL;

  json_object_object_get_ex (routine, "norms", &list);
  for (gsize i = 0;
       json_object_is_type (list, json_type_array) && i < json_object_array_length (list); i++)
    g_ptr_array_add (norms,
                     g_strdup (json_object_get_string (json_object_array_get_idx (list, i))));
  g_ptr_array_add (norms, NULL);
  return (GStrv)g_ptr_array_steal (norms, NULL);
}

/* ---- beginning one alone ---- */

static gboolean
is_free (LwStore *store, const LwSegment *segment, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (store, &segment->id, &cause);

  if (walk != NULL)
    g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                 _ ("“%s” belongs to the walk “%s” already. A lesson is in one walk; nothing was "
                    "changed."),
                 segment->title, walk->title);
  else if (!g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    return TRUE;
  return FALSE;
}

/* A copy of a film is the same lesson: it has one segment, which can stand in one visit alone. */
static gboolean
is_once (GPtrArray *segments, guint at, GError **error)
{
  const LwSegment *segment = segments->pdata[at];

  for (guint i = 0; i < at; i++) {
    if (lw_id_equal (&segment->id, &((const LwSegment *)segments->pdata[i])->id)) {
      g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                   _ ("“%s” is named twice, perhaps as a copy. Name each lesson once; nothing was "
                      "changed."),
                   segment->title);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
add_visit (LwStore *store, const LwWalk *walk, const LwSegment *lesson, guint order, GError **error)
{
  LwVisit fields = {.walk_id = walk->id, .order = order, .host_id = walk->focus_owner_id};
  g_autoptr (LwVisit) visit = lw_visit_new (&fields, error);
  LwSegment changed = *lesson;
  g_autoptr (LwSegment) segment = NULL;

  if (visit == NULL || !lw_store_put_visit (store, visit, error))
    return FALSE;
  changed.visit_id = visit->id;
  segment = lw_segment_new (&changed, error);
  return segment != NULL && lw_store_put_segment (store, segment, error);
}

LwWalk *
lw_walking_begin (LwStore *store, const LwWalk *fields, GPtrArray *segments, GError **error)
{
  g_autoptr (LwProtocol) protocol = lw_protocol_find_in (store, fields->protocol, error);
  g_autoptr (LwWalk) walk = NULL;
  LwWalk whole = *fields;

  if (protocol == NULL)
    return NULL;
  for (guint i = 0; i < segments->len; i++) {
    if (!is_once (segments, i, error) || !is_free (store, segments->pdata[i], error))
      return NULL;
  }
  whole.protocol = lw_protocol_get_name (protocol);
  walk = lw_walk_new (&whole, error);
  if (walk == NULL || !lw_store_put_walk (store, walk, error))
    return NULL;
  for (guint i = 0; i < segments->len; i++) {
    if (!add_visit (store, walk, segments->pdata[i], i + 1, error))
      return NULL;
  }
  return g_steal_pointer (&walk);
}

/* ---- in the room ---- */

/* What is kept in the room alone cannot wait here. Takes @cause. */
static gboolean
fail_in_room (const LwJoined *joined, GError *cause, GError **error)
{
  if (g_error_matches (cause, LW_ROOMS_ERROR, LW_ROOMS_ERROR_UNREACHABLE)) {
    g_set_error (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_UNREACHABLE,
                 _ ("The room at %s cannot be reached, and this is changed there, so nothing was "
                    "changed. Try again when it answers. Your notes and forms are kept here."),
                 joined->url);
    g_error_free (cause);
  } else {
    g_propagate_error (error, cause);
  }
  return FALSE;
}

static json_object *
ask_room (const LwJoined *joined,
          const LwId *walk_id,
          const char *rest,
          json_object *body,
          GCancellable *cancellable,
          GError **error)
{
  g_auto (LwRoomsHttp) http = {0};
  g_autofree char *path = lw_rooms_path ("/api/walks/", walk_id, rest);
  GError *cause = NULL;
  json_object *answer;

  lw_rooms_http_init (&http, joined->url, joined->token, cancellable);
  answer = lw_rooms_http_json (&http, "POST", path, body, &cause);
  if (answer == NULL)
    fail_in_room (joined, cause, error);
  return answer;
}

/* What the room has now comes here as well; if it does not come now, it comes with the next sync.
 */
static void
fetch (const LwWalking *self, GCancellable *cancellable)
{
  g_auto (LwSyncDone) done = {0};

  lw_rooms_sync (self->standing.store, self->joined, &done, cancellable, NULL);
}

/* ---- going on ---- */

static gboolean
go_alone (const LwWalking *self, const LwWay *way, GError **error)
{
  const LwStanding *standing = &self->standing;
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwWalk) walk = NULL;
  const char *code;
  g_autofree char *obstacle = lw_standing_find_obstacle (standing, way, &code, &cause);

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (obstacle != NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, obstacle);
    return FALSE;
  }
  walk = lw_standing_go (standing, way, error);
  return walk != NULL && lw_store_put_walk (standing->store, walk, error);
}

static json_object *
place_to_json (const LwPhase *phase, const LwPhaseStep *step)
{
  json_object *json = json_object_new_object ();

  json_object_object_add (json, "phase", json_object_new_string (phase->id));
  if (step != NULL)
    json_object_object_add (json, "step", json_object_new_string (step->id));
  return json;
}

gboolean
lw_walking_go (const LwWalking *self, const LwWay *way, GCancellable *cancellable, GError **error)
{
  const LwAccess *now = &self->standing.access;
  g_autoptr (json_object) answer = NULL;
  json_object *body, *expected;

  if (!lw_standing_allows (&self->standing, LW_ACT_LEAD, FALSE)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         _ ("Whoever leads this walk opens its phases. Nothing was changed."));
    return FALSE;
  }
  if (self->joined == NULL)
    return go_alone (self, way, error);
  body = place_to_json (way->phase, way->step);
  expected = place_to_json (now->phase, now->step);
  json_object_object_add (expected, "round",
                          json_object_new_int64 ((gint64)self->standing.walk->round + 1));
  json_object_object_add (body, "expected", expected);
  if (way->next_round)
    json_object_object_add (body, "next_round", json_object_new_boolean (TRUE));
  answer = ask_room (self->joined, &self->standing.walk->id, "/phase", body, cancellable, error);
  fetch (self, cancellable);
  return answer != NULL;
}

/* ---- the board ---- */

static gboolean
put_alone (const LwWalking *self, LwBoardDraft *draft, gboolean is_agreement, GError **error)
{
  gpointer standing = NULL;
  gboolean ok = lw_board_put (&self->standing, draft, is_agreement, NULL, NULL, &standing, error);

  if (standing != NULL)
    lw_item_unref (draft->kind, standing);
  return ok;
}

static gboolean
put_in_room (const LwWalking *self,
             const LwBoardDraft *draft,
             gboolean is_agreement,
             GCancellable *cancellable,
             GError **error)
{
  json_object *body = json_object_new_object ();
  json_object *changes = json_object_new_array ();
  g_autoptr (json_object) answer = NULL;
  json_object *results = NULL, *first = NULL;
  const char *message;

  json_object_array_add (changes, lw_walking_draft_to_json (draft, is_agreement));
  json_object_object_add (body, "changes", changes);
  answer = ask_room (self->joined, &self->standing.walk->id, "/board", body, cancellable, error);
  if (answer == NULL)
    return FALSE;
  if (json_object_object_get_ex (answer, "results", &results) &&
      json_object_is_type (results, json_type_array))
    first = json_object_array_get_idx (results, 0);
  if (g_strcmp0 (lw_rooms_get_text (first, "status"), "kept") != 0) {
    message = lw_rooms_get_text (first, "message");
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_REFUSED,
                         message != NULL ? message : _ ("The room did not take this."));
    return FALSE;
  }
  fetch (self, cancellable);
  return TRUE;
}

gboolean
lw_walking_put (const LwWalking *self,
                LwBoardDraft *draft,
                gboolean is_agreement,
                LwId *ret_id,
                GCancellable *cancellable,
                GError **error)
{
  if (lw_id_is_none (&draft->fields.item.id))
    draft->fields.item.id = draft->kind == LW_ENTITY_CARD
                                ? lw_card_id (&self->standing.walk->id, &draft->fields.card.note_id)
                                : lw_id_new ();
  draft->fields.item.edited_utc_us = g_get_real_time ();
  if (self->joined != NULL ? !put_in_room (self, draft, is_agreement, cancellable, error)
                           : !put_alone (self, draft, is_agreement, error))
    return FALSE;
  if (ret_id != NULL)
    *ret_id = draft->fields.item.id;
  return TRUE;
}
