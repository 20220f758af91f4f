/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Notes as the panel reads and writes them. A panel keeps no log of its own: the room is the device
 * that writes its person's track. Each change names the note by an id that the panel made, so one
 * that is sent twice, after a lost answer or from an offline queue, is kept once.
 */

#include "lw-change.h"
#include "lw-json.h"
#include "lw-members.h"
#include "lw-note-changes.h"
#include "lw-store-puts.h"

#define NOTES_MAX 5000
#define OWN_TRACKS_MAX 32 /* of one person on one lesson */

/* ---- reading ---- */

static gboolean
take_id (LwHttpCall *call, const char *name, LwId *id, const LwId **ret_id)
{
  const char *text = lw_http_call_query (call, name);

  if (text == NULL)
    return TRUE;
  if (!lw_id_parse (text, id)) {
    lw_http_call_reply_not_found (call);
    return FALSE;
  }
  *ret_id = id;
  return TRUE;
}

static guint
take_number (LwHttpCall *call, const char *name, guint otherwise, guint max)
{
  const char *text = lw_http_call_query (call, name);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL))
    return otherwise;
  return (guint)number;
}

static void
get_notes (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  LwId segment, author, lens;
  LwNoteQuery query = {.text = lw_http_call_query (call, "text")};
  const char *kind = lw_http_call_query (call, "kind");
  LwNoteKind parsed;
  json_object *json, *list;

  if (!lw_walk_facts_for_call (&facts, room, call, LW_ACT_SEE_WALK) ||
      !take_id (call, "segment", &segment, &query.segment_id) ||
      !take_id (call, "author", &author, &query.author_id) ||
      !take_id (call, "lens", &lens, &query.lens_id))
    return;
  query.walk_id = &facts.walk->id;
  query.on_focus = g_strcmp0 (lw_http_call_query (call, "focus"), "true") == 0;
  if (kind != NULL && lw_note_kind_parse (kind, &parsed))
    query.kinds = 1u << parsed;
  query.limit = take_number (call, "limit", NOTES_MAX, NOTES_MAX);
  query.offset = take_number (call, "offset", 0, G_MAXINT);
  /* Where others' notes are closed, only the caller's own are looked for at all. */
  if (!lw_walk_facts_allow (&facts, LW_ACT_SEE_NOTE, FALSE)) {
    if (query.author_id != NULL && !lw_id_equal (query.author_id, &facts.person_id))
      notes = g_ptr_array_new ();
    query.author_id = &facts.person_id;
  }
  if (notes == NULL)
    notes = lw_store_query (room->store, &query, &error);
  if (notes == NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  list = json_object_new_array ();
  for (guint i = 0; i < notes->len; i++) {
    if (lw_walk_facts_allow_note (&facts, notes->pdata[i]))
      json_object_array_add (list, lw_json_from_note (notes->pdata[i]));
  }
  json_object_object_add (json, "notes", list);
  lw_http_call_reply_json (call, 200, json);
}

/* ---- writing ---- */

static void
post_changes (LwHttpCall *call, gpointer data)
{
  lw_change_post (call, data, lw_note_changes_apply);
}

/* A track that a store made while nobody could be asked: it keeps its id, which the store's log
 * follows from. An id that is here as anything else stays what it is. */
static LwTrack *
put_track (LwRoom *room, const LwTrack *fields, GError **error)
{
  g_autoptr (GPtrArray) there =
      lw_store_list (room->store, LW_ENTITY_TRACK, &fields->segment_id, error);
  g_autoptr (GPtrArray) tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_track_unref);
  g_autoptr (LwTrack) kept = NULL;
  LwTrack *track = there != NULL ? lw_track_new (fields, error) : NULL;
  LwStoreBatch batch = {.tracks = tracks};
  guint64 counts[LW_BATCH_N_OUTCOMES];
  guint n = 0;

  if (track == NULL)
    return NULL;
  g_ptr_array_add (tracks, track);
  for (guint i = 0; i < there->len; i++)
    n += lw_id_equal (&((const LwTrack *)there->pdata[i])->person_id, &fields->person_id);
  if (n < OWN_TRACKS_MAX && !lw_store_put_batch (room->store, &batch, counts, error))
    return NULL;
  kept = lw_store_get_track (room->store, &fields->id, NULL);
  /* It may have been brought to another recording, of which its store does not know yet. */
  if (kept != NULL &&
      (lw_id_equal (&kept->segment_id, &fields->segment_id) ||
       lw_id_equal (&kept->pinned_on_id, &fields->segment_id)) &&
      lw_id_equal (&kept->person_id, &fields->person_id))
    return g_steal_pointer (&kept);
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                       "This track cannot be taken into the walk. Nothing was "
                       "changed; its notes "
                       "are still on your machine.");
  return NULL;
}

/* A track that says nothing of it gets the lens and the intention that its person goes in with. */
static gboolean
take_preparation (LwRoom *room, const LwWalkFacts *facts, LwTrack **track, GError **error)
{
  g_autoptr (LwMember) member = NULL;
  g_autoptr (LwTrack) changed = NULL;
  LwTrack fields = **track;

  if (!lw_id_is_none (&fields.lens_id) || *fields.intention != '\0')
    return TRUE;
  member = lw_members_get (room, &facts->walk->id, &facts->person_id, NULL);
  if (member == NULL || (lw_id_is_none (&member->lens_id) && *member->intention == '\0'))
    return TRUE;
  fields.lens_id = member->lens_id;
  fields.intention = member->intention;
  changed = lw_track_new (&fields, error);
  if (changed == NULL || !lw_store_put_track (room->store, changed, error))
    return FALSE;
  lw_track_unref (*track);
  *track = g_steal_pointer (&changed);
  return TRUE;
}

/* The caller's own track on a segment: found, or made. */
static void
post_track (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) track = NULL;
  json_object *json, *body = NULL;
  LwTrack fields = {0};
  LwId segment_id;

  if (!lw_http_call_part_id (call, "segment", &segment_id))
    return;
  if (g_bytes_get_size (lw_http_call_body (call)) > 0) {
    body = lw_http_call_json (call);
    if (body == NULL)
      return;
  }
  if (!lw_walk_facts_load_for_segment (&facts, room, lw_http_call_caller (call), &segment_id, NULL,
                                       &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  if (!lw_walk_facts_allow (&facts, LW_ACT_CHANGE_NOTE, TRUE)) {
    lw_walk_reply_not_allowed (call);
    return;
  }
  if (body != NULL && lw_json_get_id (body, "id", &fields.id)) {
    fields.segment_id = segment_id;
    fields.person_id = facts.person_id;
    lw_json_get_id (body, "lens", &fields.lens_id);
    fields.intention = lw_json_get_text (body, "intention");
    track = put_track (room, &fields, &error);
  } else {
    track = lw_store_ensure_track (room->store, &segment_id, &facts.person_id, &error);
  }
  if (track == NULL || !take_preparation (room, &facts, &track, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  lw_json_add_id (json, "id", &track->id);
  lw_http_call_reply_json (call, 200, json);
}

void
lw_room_add_notes (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/api/walks/:walk/notes", get_notes, 0, 0},
      {"POST", "/api/walks/:walk/changes", post_changes, 0, 8 * 1024 * 1024},
      {"POST", "/api/segments/:segment/track", post_track, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
