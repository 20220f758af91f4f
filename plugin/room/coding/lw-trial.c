/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-trial.h"

#include "lw-board-json.h"
#include "lw-codes.h"

#define TEXT_MAX 4000 /* characters */
#define CHAIN_MAX 64  /* walks before */

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, LW_WALK_ERROR, LW_WALK_ERROR_FIELD, message);
  return FALSE;
}

static gboolean
has_words (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return *stripped != '\0';
}

static gboolean
check_texts (const LwTrial *trial, GError **error)
{
  const char *texts[] = {trial->change,   trial->prediction, trial->remark,
                         trial->compared, trial->found,      trial->why};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (g_utf8_strlen (texts[i], -1) > TEXT_MAX)
      return refuse (error, "Say it in a few sentences; this is too long to be kept.");
  }
  return has_words (trial->change) || refuse (error, "Write which change you try.");
}

static gboolean
check_measure (const LwWalkFacts *facts, const LwTrial *trial, GError **error)
{
  g_autoptr (GPtrArray) sheets = lw_codes_read (facts->protocol);
  const LwCodeSheet *sheet;
  guint index;

  return *trial->measure == '\0' || lw_codes_find (sheets, trial->measure, &sheet, &index) ||
         refuse (error, "This walk’s routine has no such code. Choose one of its code sheets.");
}

/* Of this walk, or of one that it goes on with. */
static gboolean
is_of_chain (LwRoom *room, const LwWalkFacts *facts, const LwId *walk_id)
{
  LwId previous = facts->walk->previous_id;

  if (lw_id_equal (walk_id, &facts->walk->id))
    return TRUE;
  for (guint i = 0; i < CHAIN_MAX && !lw_id_is_none (&previous); i++) {
    g_autoptr (LwWalk) walk = NULL;

    if (lw_id_equal (walk_id, &previous))
      return TRUE;
    walk = lw_store_get_walk (room->store, &previous, NULL);
    previous = walk != NULL ? walk->previous_id : LW_ID_NONE;
  }
  return FALSE;
}

static gboolean
is_same (const LwStretch *a, const LwStretch *b)
{
  return lw_id_equal (&a->segment_id, &b->segment_id) && a->start == b->start && a->end == b->end;
}

/* @there: what stands, which may have lost its lesson since */
static gboolean
check_stretch (LwRoom *room,
               const LwWalkFacts *facts,
               LwStretch *stretch,
               const LwStretch *there,
               GError **error)
{
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwWalk) walk = NULL;

  if (lw_id_is_none (&stretch->segment_id)) {
    *stretch = (LwStretch){0};
    return TRUE;
  }
  if (there != NULL && is_same (stretch, there))
    return TRUE;
  segment = lw_store_get_segment (room->store, &stretch->segment_id, NULL);
  if (segment != NULL)
    walk = lw_store_get_walk_of_segment (room->store, &stretch->segment_id, NULL);
  if (walk == NULL || !is_of_chain (room, facts, &walk->id))
    return refuse (error, "That lesson is not part of this walk, nor of those before it.");
  if (stretch->start < 0 || stretch->end <= stretch->start)
    return refuse (error, "A clip ends after it begins. Mark its beginning and its end again.");
  if (stretch->end > LW_TIME_MAX ||
      (segment->duration > 0 && stretch->end > segment->duration + LW_CODES_SLACK))
    return refuse (error, "That clip lies behind the end of the lesson. Mark it again.");
  return TRUE;
}

static gboolean
check_decision (const LwTrial *trial, GError **error)
{
  if (trial->decision == LW_DECISION_OPEN)
    return *trial->on == '\0' ||
           refuse (error, "Choose first what you decided: adopt, adapt or abandon.");
  if (!has_words (trial->why))
    return refuse (error, "Write why you decided so.");
  return lw_board_is_day (trial->on) ||
         refuse (error, "The day could not be read. Choose it again.");
}

static gboolean
check_from (LwRoom *room, const LwWalkFacts *facts, const LwTrial *trial, GError **error)
{
  LwEntityKind kind = LW_ENTITY_N_KINDS;
  LwTrial *from;
  gboolean ok;

  if (lw_id_is_none (&trial->from_id))
    return TRUE;
  from = lw_store_get_item (room->store, &trial->from_id, &kind, NULL);
  ok = from != NULL && kind == LW_ENTITY_TRIAL && !lw_id_equal (&trial->from_id, &trial->item.id) &&
       is_of_chain (room, facts, &from->item.walk_id);
  if (from != NULL)
    lw_item_unref (kind, from);
  return ok || refuse (error, "The test that it goes on with is not here any more.");
}

/* A prediction that is changed after the fact is none. */
static gboolean
keep_prediction (LwTrial *trial, const LwTrial *there, GError **error)
{
  gboolean is_same_text = there != NULL && g_str_equal (there->prediction, trial->prediction);
  gint64 now_us = trial->item.edited_utc_us;

  trial->fixed_utc_us = there != NULL ? there->fixed_utc_us : 0;
  if (trial->fixed_utc_us > 0 && !is_same_text)
    return refuse (error,
                   "The prediction stays as it was written before the change was tried. Write "
                   "what you think of it now beside it.");
  trial->predicted_utc_us = is_same_text                    ? there->predicted_utc_us
                            : has_words (trial->prediction) ? now_us
                                                            : 0;
  if (trial->fixed_utc_us == 0 && (has_words (trial->found) || trial->decision != LW_DECISION_OPEN))
    trial->fixed_utc_us = now_us;
  return TRUE;
}

gboolean
lw_trial_check (
    LwRoom *room, const LwWalkFacts *facts, LwTrial *trial, const LwTrial *there, GError **error)
{
  if (!lw_walk_facts_allow (facts, LW_ACT_PUT_TEST, FALSE)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         "Tests are written together, while everybody’s notes are open. Nothing "
                         "was changed.");
    return FALSE;
  }
  if (trial->item.gone) {
    /* Its words go with it, and it can come back by a later edit. */
    LwItem item = trial->item;

    *trial = there != NULL ? *there : (LwTrial){.cycle = 1};
    trial->item = item;
    return TRUE;
  }
  if (trial->cycle < 1 || trial->cycle > 1000)
    return refuse (error, "Cycles are counted from 1.");
  return check_texts (trial, error) && check_measure (facts, trial, error) &&
         check_stretch (room, facts, &trial->before, there != NULL ? &there->before : NULL,
                        error) &&
         check_stretch (room, facts, &trial->after, there != NULL ? &there->after : NULL, error) &&
         check_decision (trial, error) && check_from (room, facts, trial, error) &&
         keep_prediction (trial, there, error);
}

gboolean
lw_trials_fix (LwRoom *room, const LwWalkFacts *facts, GError **error)
{
  g_autoptr (GPtrArray) trials =
      lw_store_list (room->store, LW_ENTITY_TRIAL, &facts->walk->id, error);

  for (guint i = 0; trials != NULL && i < trials->len; i++) {
    LwTrial fixed = *(const LwTrial *)trials->pdata[i];
    gpointer standing = NULL;

    if (fixed.fixed_utc_us > 0 || fixed.item.gone)
      continue;
    fixed.fixed_utc_us = g_get_real_time ();
    fixed.item.edited_utc_us = MAX (fixed.fixed_utc_us, fixed.item.edited_utc_us + 1);
    if (!lw_store_put_item (room->store, LW_ENTITY_TRIAL, &fixed, &standing, error))
      return FALSE;
    lw_item_unref (LW_ENTITY_TRIAL, standing);
  }
  return trials != NULL;
}
