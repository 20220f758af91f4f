/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What people change of their notes: one by one, or those of many in one commit. What is allowed is
 * asked for each.
 */

#include "lw-note-changes.h"

#include "lw-audit.h"
#include "lw-change.h"
#include "lw-codes.h"
#include "lw-json.h"
#include "lw-store-puts.h"

#define CHANGES_MAX 500

typedef struct {
  LwRoom *room;
  LwWalkFacts *facts;
} Changing;

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       "That is not open to you in this part of the walk, so "
                       "the room did not keep "
                       "it. It is still in this browser.");
  return FALSE;
}

/* @missing: what is to be done before; 0: it is just not open. */
static gboolean
refuse_for (LwBefore missing, GError **error)
{
  g_autofree char *sentence = NULL;

  if (missing == 0)
    return refuse (error);
  sentence = lw_before_to_sentence (missing);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, sentence);
  return FALSE;
}

/* Whether the track is the caller's and belongs to this walk.
 * @ret_segment: the lesson it is about */
static gboolean
check_track (Changing *changing, const LwId *track_id, LwId *ret_segment, GError **error)
{
  LwTrackPlace place;

  if (!lw_walk_cache_find_track (changing->room->walks, track_id, &place, error))
    return FALSE;
  if (!lw_id_equal (&place.walk_id, &changing->facts->walk->id) ||
      !lw_id_equal (&place.person_id, &changing->facts->person_id))
    return refuse (error);
  *ret_segment = place.segment_id;
  return TRUE;
}

/* Whether the note, if there ever was one of that id (@ret_known), is the
 * track's; deleted ones count. An id that was seen in the debrief must not open
 * somebody's note to anybody else. */
static gboolean
check_note (Changing *changing,
            const LwId *note_id,
            const LwId *track_id,
            gboolean *ret_known,
            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  LwId found;

  *ret_known = lw_store_get_track_of_note (changing->room->store, note_id, &found, &local_error);
  if (*ret_known)
    return lw_id_equal (&found, track_id) || refuse (error);
  if (g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static LwAct
act_for (const LwNote *note)
{
  switch (note->kind) {
  case LW_NOTE_REPLY:
    return LW_ACT_REPLY;
  case LW_NOTE_PROGRESS:
    return LW_ACT_MARK_PROGRESS;
  default:
    return LW_ACT_WRITE_NOTE;
  }
}

/* An answer goes to a note of this walk that its writer can read. */
static gboolean
check_answered (Changing *changing, const LwNote *note, GError **error)
{
  g_autoptr (LwNote) answered = NULL;
  g_autoptr (LwWalk) walk = NULL;

  if (note->kind != LW_NOTE_REPLY)
    return TRUE;
  answered = lw_store_get_note (changing->room->store, &note->reply_to, error);
  if (answered == NULL)
    return FALSE;
  walk = lw_store_get_walk_of_segment (changing->room->store, &answered->segment_id, error);
  if (walk == NULL)
    return FALSE;
  if (!lw_id_equal (&walk->id, &changing->facts->walk->id) ||
      !lw_walk_facts_allow_note (changing->facts, answered))
    return refuse (error);
  return TRUE;
}

/* The walk's log is the durable record of it; the audit log follows within a moment. */
static void
audit_note (Changing *changing, LwAuditAction action, const LwId *note_id, const LwId *segment_id)
{
  LwAuditEvent event = {.action = action,
                        .person_id = changing->facts->person_id,
                        .walk_id = changing->facts->walk->id,
                        .segment_id = *segment_id,
                        .target_id = *note_id};

  lw_audit_add_soon (changing->room, &event);
}

/* A note that may be put, and what it is put by. */
typedef struct {
  LwNote *note;
  GPtrArray *notes; /* of it alone */
  LwStoreBatch batch;
  LwId segment_id;
  gboolean was_there;
} Put;

static void
put_clear (Put *put)
{
  g_clear_pointer (&put->notes, g_ptr_array_unref);
  g_clear_pointer (&put->note, lw_note_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Put, put_clear)

/* Its track was brought to another recording, or taken back, of which the sender did not know yet.
 * @fields: where the track stands now */
static void
move_along (Changing *changing, const LwNote *sent, LwNote *fields)
{
  LwStore *store = changing->room->store;
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwNote) there = NULL;
  LwTime length = sent->end - sent->start;

  if (lw_id_equal (&sent->segment_id, &fields->segment_id) || lw_id_is_none (&sent->segment_id))
    return;
  track = lw_store_get_track (store, &sent->track_id, NULL);
  if (track != NULL && lw_id_equal (&track->pinned_on_id, &sent->segment_id)) {
    fields->start = lw_track_to_here (track, sent->start, sent->wall_utc_ns, length);
  } else {
    /* Where it stands is known better here. */
    there = lw_store_get_note (store, &sent->id, NULL);
    if (there == NULL || !lw_id_equal (&there->track_id, &sent->track_id))
      return;
    fields->start = MIN (there->start, LW_TIME_MAX - length);
  }
  fields->end = fields->start + length;
}

static gboolean
read_put (Changing *changing, json_object *change, Put *put, GError **error)
{
  g_autoptr (LwNote) sent = NULL;
  LwNote fields;
  json_object *member;

  if (!json_object_object_get_ex (change, "note", &member) ||
      !json_object_is_type (member, json_type_object))
    return refuse (error);
  sent = lw_json_to_note (member, error);
  if (sent == NULL)
    return FALSE;
  /* Which lesson it is about follows from its track: the sender's word is not asked. */
  fields = *sent;
  if (!check_track (changing, &sent->track_id, &fields.segment_id, error))
    return FALSE;
  put->segment_id = fields.segment_id;
  if (!lw_id_equal (&sent->segment_id, &fields.segment_id))
    move_along (changing, sent, &fields);
  /* A clock that goes ahead must not win for good. */
  fields.edited_utc_us = MIN (fields.edited_utc_us, g_get_real_time ());
  put->note = lw_note_new (&fields, error);
  return put->note != NULL;
}

/* @is_known: whether there ever was anything of its id */
static gboolean
check_put (Changing *changing, Put *put, gboolean is_known, GError **error)
{
  g_autoptr (LwNote) there = NULL;
  LwBefore missing;

  if ((is_known &&
       !check_note (changing, &put->note->id, &put->note->track_id, &is_known, error)) ||
      !check_answered (changing, put->note, error))
    return FALSE;
  if (is_known)
    there = lw_store_get_note (changing->room->store, &put->note->id, NULL);
  put->was_there = there != NULL;
  if (!lw_walk_facts_allow_on (changing->facts, changing->room,
                               there != NULL && there->kind == put->note->kind
                                   ? LW_ACT_CHANGE_NOTE
                                   : act_for (put->note),
                               &put->segment_id, &missing))
    return refuse_for (missing, error);
  if (put->note->kind == LW_NOTE_CODE &&
      !lw_codes_check (changing->room, changing->facts, put->note, error))
    return FALSE;
  put->notes = g_ptr_array_new ();
  g_ptr_array_add (put->notes, put->note);
  put->batch.notes = put->notes;
  return TRUE;
}

/* Somebody else's of that id may come between the look before and the commit: it stays theirs. */
static LwStorePut
make_write (const Put *put)
{
  return (LwStorePut){.batch = &put->batch, .on_own_track = TRUE};
}

static gboolean
finish_put (Changing *changing,
            const Put *put,
            const guint64 counts[LW_BATCH_N_OUTCOMES],
            GError **error)
{
  if (counts[LW_BATCH_ELSEWHERE] > 0)
    return refuse (error);
  if (counts[LW_BATCH_DELETED] > 0) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                         "The note was deleted meanwhile, so this change was not kept.");
    return FALSE;
  }
  if (counts[LW_BATCH_ADDED] + counts[LW_BATCH_EDITED] > 0)
    audit_note (changing, put->was_there ? LW_AUDIT_CHANGED_NOTE : LW_AUDIT_PINNED, &put->note->id,
                &put->segment_id);
  return TRUE;
}

static gboolean
put_note (Changing *changing, json_object *change, GError **error)
{
  g_auto (Put) put = {0};
  LwStorePut write;

  if (!read_put (changing, change, &put, error) || !check_put (changing, &put, TRUE, error))
    return FALSE;
  write = make_write (&put);
  lw_store_put_batches (changing->room->store, &write, 1);
  if (write.error != NULL) {
    g_propagate_error (error, write.error);
    return FALSE;
  }
  return finish_put (changing, &put, write.counts, error);
}

static gboolean
delete_or_restore (Changing *changing, json_object *change, gboolean restore, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  LwStore *store = changing->room->store;
  LwId id, track_id, segment_id;
  gboolean is_known, ok;

  if (!lw_json_get_id (change, "id", &id) || !lw_json_get_id (change, "track", &track_id))
    return refuse (error);
  if (!check_track (changing, &track_id, &segment_id, error) ||
      !check_note (changing, &id, &track_id, &is_known, error))
    return FALSE;
  if (!lw_walk_facts_allow (changing->facts, LW_ACT_CHANGE_NOTE, TRUE))
    return refuse (error);
  {
    g_autoptr (LwNote) there = lw_store_get_note (store, &id, NULL);

    /* Twice is once. */
    if ((there != NULL) == restore)
      return TRUE;
  }
  ok = restore ? lw_store_restore_note (store, &id, &local_error)
               : lw_store_delete_note (store, &id, &local_error);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    audit_note (changing, restore ? LW_AUDIT_RESTORED_NOTE : LW_AUDIT_DELETED_NOTE, &id,
                &segment_id);
  return ok;
}

static gboolean
apply (Changing *changing, json_object *change, GError **error)
{
  const char *op =
      json_object_is_type (change, json_type_object) ? lw_json_get_text (change, "op") : NULL;

  if (g_strcmp0 (op, "put") == 0)
    return put_note (changing, change, error);
  if (g_strcmp0 (op, "delete") == 0)
    return delete_or_restore (changing, change, FALSE, error);
  if (g_strcmp0 (op, "restore") == 0)
    return delete_or_restore (changing, change, TRUE, error);
  g_set_error_literal (error, LW_NOTE_ERROR, LW_NOTE_ERROR_KIND,
                       "The change could not be read, so it was not kept.");
  return FALSE;
}

json_object *
lw_note_changes_apply (LwRoom *room, LwWalkFacts *facts, json_object *changes)
{
  Changing changing = {.room = room, .facts = facts};
  json_object *results;

  if (!json_object_is_type (changes, json_type_array) ||
      json_object_array_length (changes) > CHANGES_MAX)
    return NULL;
  results = json_object_new_array ();
  for (gsize i = 0; i < json_object_array_length (changes); i++) {
    g_autoptr (GError) error = NULL;

    apply (&changing, json_object_array_get_idx (changes, i), &error);
    json_object_array_add (results, lw_change_tell (json_object_new_object (), error));
  }
  return results;
}

/* ---- many people's at once ---- */

gboolean
lw_note_changes_is_put (json_object *changes)
{
  json_object *change =
      json_object_is_type (changes, json_type_array) && json_object_array_length (changes) == 1
          ? json_object_array_get_idx (changes, 0)
          : NULL;

  return json_object_is_type (change, json_type_object) &&
         g_strcmp0 (lw_json_get_text (change, "op"), "put") == 0;
}

/* One of those that are put together. */
typedef struct {
  Put put;
  GError *error; /* why not */
} Candidate;

/* Asks the store about all of them at once: nearly always they are new to it. */
static void
check_puts (LwRoom *room, const LwNotePut *puts, Candidate *candidates, guint n)
{
  g_autofree LwId *ids = g_new0 (LwId, n);
  g_autofree gboolean *known = g_new0 (gboolean, n);

  for (guint i = 0; i < n; i++)
    if (candidates[i].put.note != NULL)
      ids[i] = candidates[i].put.note->id;
  /* Where that cannot be told, each is asked for alone, and says why. */
  if (!lw_store_are_known (room->store, ids, n, known, NULL))
    for (guint i = 0; i < n; i++)
      known[i] = TRUE;
  for (guint i = 0; i < n; i++) {
    Changing changing = {room, puts[i].facts};

    if (candidates[i].error == NULL)
      check_put (&changing, &candidates[i].put, known[i], &candidates[i].error);
  }
}

void
lw_note_changes_put_many (LwRoom *room, LwNotePut *puts, guint n)
{
  g_autofree Candidate *candidates = g_new0 (Candidate, n);
  g_autofree LwStorePut *writes = g_new0 (LwStorePut, n);
  guint n_writes = 0;

  for (guint i = 0; i < n; i++) {
    Changing changing = {room, puts[i].facts};

    read_put (&changing, json_object_array_get_idx (puts[i].changes, 0), &candidates[i].put,
              &candidates[i].error);
  }
  check_puts (room, puts, candidates, n);
  for (guint i = 0; i < n; i++)
    if (candidates[i].error == NULL)
      writes[n_writes++] = make_write (&candidates[i].put);
  if (n_writes > 0)
    lw_store_put_batches (room->store, writes, n_writes);
  n_writes = 0;
  for (guint i = 0; i < n; i++) {
    Changing changing = {room, puts[i].facts};
    g_autoptr (GError) error = g_steal_pointer (&candidates[i].error);

    if (error == NULL) {
      const LwStorePut *write = &writes[n_writes++];

      error = write->error;
      if (error == NULL)
        finish_put (&changing, &candidates[i].put, write->counts, &error);
    }
    puts[i].result = lw_change_tell (json_object_new_object (), error);
    put_clear (&candidates[i].put);
  }
}
