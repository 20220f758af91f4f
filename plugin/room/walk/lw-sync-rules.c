/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sync-rules.h"

#include "lw-board-json.h"

/* A classroom is in a school, a school in a district. */
#define PLACE_LEVELS_MAX 8

/* ---- out ---- */

struct _LwSyncViewer {
  LwRoom *room;
  const LwWalkFacts *facts;
  GHashTable *people; /* LwId */
  GHashTable *places; /* LwId */
};

static void
add (GHashTable *ids, const LwId *id)
{
  if (!lw_id_is_none (id))
    g_hash_table_add (ids, g_memdup2 (id, sizeof *id));
}

static void
add_place (LwSyncViewer *self, const LwId *id)
{
  LwId at = *id;

  for (guint level = 0; level < PLACE_LEVELS_MAX && !lw_id_is_none (&at); level++) {
    g_autoptr (LwPlace) place = lw_store_get_place (self->room->store, &at, NULL);

    add (self->places, &at);
    at = place != NULL ? place->parent_id : LW_ID_NONE;
  }
}

static gboolean
add_visit (LwSyncViewer *self, const LwVisit *visit, GError **error)
{
  LwStore *store = self->room->store;
  g_autoptr (GPtrArray) segments = lw_store_list (store, LW_ENTITY_SEGMENT, &visit->id, error);

  add (self->people, &visit->host_id);
  add_place (self, &visit->classroom_id);
  for (guint i = 0; segments != NULL && i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];
    g_autoptr (GPtrArray) tracks = lw_store_list (store, LW_ENTITY_TRACK, &segment->id, error);

    if (tracks == NULL)
      return FALSE;
    for (guint k = 0; k < tracks->len; k++)
      add (self->people, &((const LwTrack *)tracks->pdata[k])->person_id);
  }
  return segments != NULL;
}

LwSyncViewer *
lw_sync_viewer_new (LwRoom *room, const LwWalkFacts *facts, GError **error)
{
  g_autoptr (LwSyncViewer) self = g_new0 (LwSyncViewer, 1);
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GPtrArray) visits = NULL;

  self->room = room;
  self->facts = facts;
  self->people = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  self->places = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  members = lw_store_list (room->store, LW_ENTITY_MEMBER, &facts->walk->id, error);
  if (members == NULL)
    return NULL;
  visits = lw_store_list (room->store, LW_ENTITY_VISIT, &facts->walk->id, error);
  if (visits == NULL)
    return NULL;
  add (self->people, &facts->person_id);
  add (self->people, &facts->walk->focus_owner_id);
  for (guint i = 0; i < members->len; i++)
    add (self->people, &((const LwMember *)members->pdata[i])->person_id);
  for (guint i = 0; i < visits->len; i++) {
    if (!add_visit (self, visits->pdata[i], error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
lw_sync_viewer_free (LwSyncViewer *self)
{
  g_clear_pointer (&self->people, g_hash_table_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_free (self);
}

static gboolean
may_see_note (LwSyncViewer *self, const LwSyncOpInfo *info)
{
  g_autoptr (LwNote) now = NULL;
  LwNote here;

  if (info->note == NULL || !lw_id_equal (&info->walk_id, &self->facts->walk->id) ||
      !lw_walk_facts_allow_note (self->facts, info->note))
    return FALSE;
  if (lw_id_equal (&info->author_id, &self->facts->person_id))
    return TRUE;
  now = lw_store_get_note (self->room->store, &info->target_id, NULL);
  if (now == NULL)
    return FALSE;
  /* What it says itself: by its track, or the wall clock, it may stand elsewhere. */
  here = *info->note;
  here.segment_id = now->segment_id;
  here.start = now->start;
  here.end = now->start + (info->note->end - info->note->start);
  return lw_note_equal (now, &here);
}

/* Of what was put on the board, too, only what stands now. */
static gboolean
may_see_item (LwSyncViewer *self, const LwSyncOpInfo *info)
{
  LwEntityKind kind;
  gpointer now;
  gboolean stands;

  if (info->entity == NULL || !lw_id_equal (&info->walk_id, &self->facts->walk->id) ||
      !lw_board_may_see (self->facts, info->entity_kind))
    return FALSE;
  now = lw_store_get_item (self->room->store, &info->target_id, &kind, NULL);
  if (now == NULL)
    return FALSE;
  stands = kind == info->entity_kind && !lw_item_beats (kind, now, info->entity) &&
           !lw_item_beats (kind, info->entity, now);
  lw_item_unref (kind, now);
  return stands;
}

gboolean
lw_sync_viewer_may_see (const LwSyncOpInfo *info, gpointer viewer)
{
  LwSyncViewer *self = viewer;

  if (info->about_note)
    return may_see_note (self, info);
  switch (info->entity_kind) {
  case LW_ENTITY_PERSON:
    return g_hash_table_contains (self->people, &info->target_id);
  case LW_ENTITY_PLACE:
    return g_hash_table_contains (self->places, &info->target_id);
  case LW_ENTITY_LENS:
  case LW_ENTITY_PROTOCOL:
    return TRUE;
  case LW_ENTITY_WALK:
  case LW_ENTITY_VISIT:
  case LW_ENTITY_SEGMENT:
  case LW_ENTITY_TRACK:
  case LW_ENTITY_MEMBER:
    return lw_id_equal (&info->walk_id, &self->facts->walk->id);
  case LW_ENTITY_GROUP:
  case LW_ENTITY_CARD:
  case LW_ENTITY_OUTCOME:
  case LW_ENTITY_STEP:
  case LW_ENTITY_FOLLOW_UP:
  case LW_ENTITY_MESSAGE:
  case LW_ENTITY_TRIAL:
  case LW_ENTITY_TIMER:
    return may_see_item (self, info);
  case LW_ENTITY_PRACTICE: /* they speak of other walks, too: the room alone keeps them */
  case LW_ENTITY_TREND:
  case LW_ENTITY_N_KINDS:
    break;
  }
  return FALSE;
}

/* ---- in ---- */

gboolean
lw_sync_judge_init (LwSyncJudge *judge, LwRoom *room, const LwWalkFacts *facts, GError **error)
{
  *judge = (LwSyncJudge){.room = room, .facts = facts};
  judge->coming = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  return lw_store_get_device (room->store, &judge->room_device, error);
}

void
lw_sync_judge_clear (LwSyncJudge *judge)
{
  g_clear_pointer (&judge->coming, g_hash_table_unref);
}

static LwAct
act_for (LwNoteKind kind)
{
  switch (kind) {
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
may_answer (LwSyncJudge *judge, const LwNote *note)
{
  g_autoptr (LwNote) answered = NULL;
  g_autoptr (LwWalk) walk = NULL;

  if (note->kind != LW_NOTE_REPLY || g_hash_table_contains (judge->coming, &note->reply_to))
    return TRUE;
  answered = lw_store_get_note (judge->room->store, &note->reply_to, NULL);
  if (answered != NULL)
    walk = lw_store_get_walk_of_segment (judge->room->store, &answered->segment_id, NULL);
  return walk != NULL && lw_id_equal (&walk->id, &judge->facts->walk->id) &&
         lw_walk_facts_allow_note (judge->facts, answered);
}

static LwSyncVerdict
judge_text (LwSyncJudge *judge, const LwNote *note)
{
  g_autoptr (LwNote) there = lw_store_get_note (judge->room->store, &note->id, NULL);
  gpointer kind;
  gboolean is_change = there != NULL && there->kind == note->kind;
  LwBefore missing;

  if (there == NULL && g_hash_table_lookup_extended (judge->coming, &note->id, NULL, &kind))
    is_change = GPOINTER_TO_UINT (kind) == (guint)note->kind;
  if (!lw_walk_facts_allow_on (judge->facts, judge->room,
                               is_change ? LW_ACT_CHANGE_NOTE : act_for (note->kind),
                               &note->segment_id, &missing))
    return missing != 0 ? LW_SYNC_NOT_READY : LW_SYNC_NOT_NOW;
  if (!may_answer (judge, note))
    return LW_SYNC_NOT_NOW;
  g_hash_table_insert (judge->coming, g_memdup2 (&note->id, sizeof note->id),
                       GUINT_TO_POINTER (note->kind));
  return LW_SYNC_ALLOWED;
}

LwSyncVerdict
lw_sync_judge (LwSyncJudge *judge, const LwSyncOpInfo *info, LwSyncBody state)
{
  if (lw_id_is_none (&info->track_id) || info->kind == LW_SYNC_PUT_ENTITY ||
      info->kind == LW_SYNC_ERASE)
    return LW_SYNC_STRUCTURE;
  /* What the panel writes for this person goes into the room's own log, which has one writer. */
  if (info->is_foreign || lw_id_equal (&info->device_id, &judge->room_device) ||
      !lw_id_equal (&info->author_id, &judge->facts->person_id) ||
      !lw_id_equal (&info->walk_id, &judge->facts->walk->id))
    return LW_SYNC_NOT_YOURS;
  if (state == LW_SYNC_BODY_HERE)
    return info->note != NULL ? judge_text (judge, info->note) : LW_SYNC_UNREADABLE;
  /* A link says nothing, and what follows it needs it. */
  if (info->is_here || state != LW_SYNC_BODY_NONE)
    return LW_SYNC_ALLOWED;
  return lw_walk_facts_allow (judge->facts, LW_ACT_CHANGE_NOTE, TRUE) ? LW_SYNC_ALLOWED
                                                                      : LW_SYNC_NOT_NOW;
}

const char *
lw_sync_verdict_code (LwSyncVerdict verdict)
{
  static const char *const codes[] = {"kept",      "not-now",   "prepare",
                                      "not-yours", "structure", "unreadable"};

  g_return_val_if_fail (verdict < LW_SYNC_N_VERDICTS, NULL);
  return codes[verdict];
}

const char *
lw_sync_verdict_message (LwSyncVerdict verdict)
{
  static const char *const messages[] = {
      "Kept.",
      "Some of these notes are not open to you in this part of the walk, so the room took none of "
      "them. They are still on your machine.",
      "This walk asks everybody for something before they pin: its norms, a lens or an intention. "
      "Press “Prepare…” beside its title, or open its page in the browser, and do that; your notes "
      "are on your machine, and the room takes them then.",
      "These changes are not of your own notes in this walk. The room took none of them.",
      "People, lessons and the walk itself are changed in the room, not sent to it. The room took "
      "none of these changes.",
      "These changes hold something that is no note. The room took none of them.",
  };

  g_return_val_if_fail (verdict < LW_SYNC_N_VERDICTS, NULL);
  return messages[verdict];
}
