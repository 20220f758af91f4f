/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a walk's people put on the board. Of two versions of one thing the later stands, whichever
 * came first.
 */

#include "lw-board-check.h"

#include <string.h>

#include "lw-levels.h"

#define OF_A_KIND_MAX 2000 /* in one walk; cards are as many as notes */
#define TITLE_MAX 200      /* characters */
#define ABOUT_MAX 40
#define TEXT_MAX 4000

typedef struct {
  const LwStanding *standing;
  LwBoardDraft *draft;
  LwBoardCheckTrial check_trial;
  gpointer data;
  gpointer there; /* the version that stands, or NULL */
} Changing;

LwAct
lw_board_act_to_see (LwEntityKind kind)
{
  switch (kind) {
  case LW_ENTITY_MESSAGE:
    return LW_ACT_READ_TALK;
  case LW_ENTITY_TRIAL:
    return LW_ACT_SEE_TESTS;
  case LW_ENTITY_TIMER:
    return LW_ACT_SEE_WALK;
  default:
    return LW_ACT_SEE_BOARD;
  }
}

gboolean
lw_board_is_day (const char *text)
{
  guint parts[3] = {0};
  guint part = 0;

  if (strlen (text) != 10)
    return FALSE;
  for (guint i = 0; i < 10; i++) {
    if (i == 4 || i == 7) {
      if (text[i] != '-')
        return FALSE;
      part++;
    } else if (g_ascii_isdigit (text[i])) {
      parts[part] = parts[part] * 10 + (guint)g_ascii_digit_value (text[i]);
    } else {
      return FALSE;
    }
  }
  return g_date_valid_dmy ((GDateDay)parts[2], (GDateMonth)parts[1], (GDateYear)parts[0]);
}

void
lw_board_draft_clear (LwBoardDraft *draft)
{
  g_clear_pointer (&draft->cites, g_strfreev);
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       "That is not open to you in this part of the walk, so nothing was changed.");
  return FALSE;
}

static gboolean
refuse_words (GError **error, const char *message)
{
  g_set_error_literal (error, LW_WALK_ERROR, LW_WALK_ERROR_FIELD, message);
  return FALSE;
}

static gboolean
allow (Changing *changing, LwAct act, gboolean is_own, GError **error)
{
  return lw_standing_allows (changing->standing, act, is_own) || refuse (error);
}

static gboolean
is_length (const char *text, glong least, glong most)
{
  glong length = g_utf8_strlen (text, -1);

  return length >= least && length <= most;
}

/* Whether @text has anything to read in it. */
static gboolean
has_words (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return *stripped != '\0';
}

static gboolean
is_open (const LwStanding *standing, const LwNote *note)
{
  return lw_standing_allows (standing, LW_ACT_SEE_NOTE,
                             lw_id_equal (&note->author_id, &standing->person_id));
}

/* A note of this walk that the person can read. */
static gboolean
is_open_note (Changing *changing, const LwId *note_id)
{
  LwStore *store = changing->standing->store;
  g_autoptr (LwNote) note = lw_store_get_note (store, note_id, NULL);
  g_autoptr (LwWalk) walk = NULL;

  if (note != NULL)
    walk = lw_store_get_walk_of_segment (store, &note->segment_id, NULL);
  return walk != NULL && lw_id_equal (&walk->id, &changing->standing->walk->id) &&
         is_open (changing->standing, note);
}

/* Whether @id is of that kind, and of this walk or of the one before. */
static gboolean
is_item (Changing *changing, const LwId *id, LwEntityKind kind, gboolean or_before)
{
  LwEntityKind found;
  LwItem *item = lw_store_get_item (changing->standing->store, id, &found, NULL);
  gboolean ok;

  if (item == NULL)
    return FALSE;
  ok = found == kind &&
       (lw_id_equal (&item->walk_id, &changing->standing->walk->id) ||
        (or_before && lw_id_equal (&item->walk_id, &changing->standing->walk->previous_id)));
  lw_item_unref (found, item);
  return ok;
}

/* ---- each kind ---- */

static gboolean
check_group (Changing *changing, GError **error)
{
  const LwGroup *group = &changing->draft->fields.group;

  if (!allow (changing, LW_ACT_ARRANGE, FALSE, error))
    return FALSE;
  return (group->item.gone || has_words (group->title)) && is_length (group->title, 0, TITLE_MAX)
             ? TRUE
             : refuse_words (error, "Give the group a short title.");
}

static gboolean
check_card (Changing *changing, GError **error)
{
  LwCard *card = &changing->draft->fields.card;

  if (!allow (changing, LW_ACT_ARRANGE, FALSE, error))
    return FALSE;
  if (!is_open_note (changing, &card->note_id))
    return refuse_words (error, "That note is not on this board any more.");
  if (!lw_id_is_none (&card->group_id) &&
      !is_item (changing, &card->group_id, LW_ENTITY_GROUP, FALSE))
    return refuse_words (error, "That group is not on this board any more.");
  if (!is_length (card->about, 0, ABOUT_MAX))
    return refuse_words (error, "Say in a word who is spoken of.");
  return TRUE;
}

/* Leaves what it cites that is not here, or not for the caller to see: neither becomes known. */
static void
sift_cites (Changing *changing, GPtrArray *kept)
{
  for (guint i = 0; changing->draft->cites != NULL && changing->draft->cites[i] != NULL; i++) {
    const char *text = changing->draft->cites[i];
    LwId id;

    if (kept->len < LW_ENTITY_LIST_MAX && lw_id_parse (text, &id) &&
        !g_ptr_array_find_with_equal_func (kept, text, g_str_equal, NULL) &&
        is_open_note (changing, &id))
      g_ptr_array_add (kept, g_strdup (text));
  }
  g_ptr_array_add (kept, NULL);
  g_strfreev (changing->draft->cites);
  changing->draft->cites = (GStrv)g_ptr_array_steal (kept, NULL);
  changing->draft->fields.outcome.cites = (const char *const *)changing->draft->cites;
}

/* Whether it is only too early: what students did comes first. */
static gboolean
allow_after_evidence (Changing *changing, LwAct act, GError **error)
{
  LwAccess later = changing->standing->access;

  if (lw_standing_allows (changing->standing, act, FALSE))
    return TRUE;
  later.step = NULL;
  if (!lw_access_allows (act, &later))
    return refuse (error);
  g_set_error (error, LW_WALK_ERROR, LW_WALK_ERROR_FIELD,
               "First comes what students did (“%s”); what it means comes after. Keep your words, "
               "and write this when whoever leads the walk moves on.",
               changing->standing->access.step->title);
  return FALSE;
}

/* What says that something is missing, or open, is an implication: also what it was before. */
static gboolean
is_implication (Changing *changing)
{
  const LwOutcome *there = changing->there;

  return changing->draft->fields.outcome.kind != LW_OUTCOME_ASSET ||
         (there != NULL && there->kind != LW_OUTCOME_ASSET);
}

static gboolean
check_outcome (Changing *changing, GError **error)
{
  const LwOutcome *outcome = &changing->draft->fields.outcome;
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);

  if (!allow (changing, LW_ACT_ARRANGE, FALSE, error) ||
      (is_implication (changing) && !allow_after_evidence (changing, LW_ACT_CONCLUDE, error)))
    return FALSE;
  if (!is_length (outcome->text, 0, TEXT_MAX) ||
      (!outcome->item.gone && !has_words (outcome->text)))
    return refuse_words (error, "Write what you have agreed on, in a few sentences.");
  sift_cites (changing, kept);
  /* One whose cards were taken away meanwhile can still be mended, or go. */
  if (*outcome->cites == NULL && !outcome->item.gone && changing->there == NULL)
    return refuse_words (error, "It rests on evidence: choose at least one card that shows it.");
  return TRUE;
}

static gboolean
is_member (Changing *changing, const LwId *person_id)
{
  const LwWalkPerson *person = g_hash_table_lookup (changing->standing->people, person_id);

  return lw_id_is_none (person_id) || (person != NULL && person->roles != 0);
}

/* Hers are the words: others' changes to them need her word again. */
static void
set_agreed (Changing *changing, const LwLevel *level)
{
  LwStep *step = &changing->draft->fields.step;
  const LwStep *there = changing->there;

  step->agreed_by_id = LW_ID_NONE;
  if (!level->is_agreed)
    return;
  if (lw_standing_allows (changing->standing, LW_ACT_AGREE, FALSE))
    step->agreed_by_id = changing->standing->person_id;
  else if (there != NULL && g_str_equal (there->text, step->text) &&
           g_str_equal (there->level, step->level) && there->item.gone == step->item.gone)
    step->agreed_by_id = there->agreed_by_id;
}

static gboolean
check_step (Changing *changing, GError **error)
{
  const LwStep *step = &changing->draft->fields.step;
  g_autoptr (LwLevel) level = NULL;

  if (!allow_after_evidence (changing, LW_ACT_PLAN, error))
    return FALSE;
  level = lw_levels_find (changing->standing->protocol, step->level);
  if (level == NULL)
    return refuse_words (error, "This walk’s routine has no such level.");
  if (!is_length (step->text, 0, TEXT_MAX) || (!step->item.gone && !has_words (step->text)))
    return refuse_words (error, "Write what will be done, in a few sentences.");
  if (*step->due != '\0' && !lw_board_is_day (step->due))
    return refuse_words (error, "The day could not be read. Choose it again.");
  if (!is_member (changing, &step->owner_id) || !is_length (step->owner, 0, TITLE_MAX))
    return refuse_words (error, "Whoever will do it is not among this walk’s people. Write the "
                                "name instead.");
  if (!lw_id_is_none (&step->outcome_id) &&
      !is_item (changing, &step->outcome_id, LW_ENTITY_OUTCOME, TRUE))
    return refuse_words (error, "The outcome that it answers is not here any more.");
  if (!lw_id_is_none (&step->from_id) && !is_item (changing, &step->from_id, LW_ENTITY_STEP, TRUE))
    return refuse_words (error, "The step that it goes on with is not here any more.");
  set_agreed (changing, level);
  return TRUE;
}

static gboolean
is_own_step (Changing *changing, const LwId *step_id)
{
  LwEntityKind kind;
  LwStep *step = lw_store_get_item (changing->standing->store, step_id, &kind, NULL);
  gboolean is_own = step != NULL && kind == LW_ENTITY_STEP &&
                    lw_id_equal (&step->owner_id, &changing->standing->person_id);

  if (step != NULL)
    lw_item_unref (kind, step);
  return is_own;
}

/* What somebody wrote stays theirs to change. */
static gboolean
check_own_words (Changing *changing, GError **error)
{
  const LwItem *there = changing->there;

  return there == NULL || lw_id_equal (&there->by_id, &changing->standing->person_id) ||
         refuse (error);
}

static gboolean
check_follow_up (Changing *changing, GError **error)
{
  const LwFollowUp *follow_up = &changing->draft->fields.follow_up;

  if (!is_item (changing, &follow_up->step_id, LW_ENTITY_STEP, FALSE))
    return refuse_words (error, "That step is not here any more.");
  if (!allow (changing, LW_ACT_FOLLOW_UP, is_own_step (changing, &follow_up->step_id), error) ||
      !check_own_words (changing, error))
    return FALSE;
  if (!lw_board_is_day (follow_up->on))
    return refuse_words (error, "The day could not be read. Choose it again.");
  return is_length (follow_up->text, 0, TEXT_MAX) ||
         refuse_words (error, "Say it in a few sentences.");
}

static gboolean
check_message (Changing *changing, GError **error)
{
  LwMessage *message = &changing->draft->fields.message;
  const LwMessage *there = changing->there;

  if (!allow (changing, LW_ACT_TALK, FALSE, error) || !check_own_words (changing, error))
    return FALSE;
  if (!is_length (message->text, 0, TEXT_MAX) ||
      (!message->item.gone && !has_words (message->text)))
    return refuse_words (error, "Write a few words first.");
  if (!lw_id_is_none (&message->reply_to) &&
      !is_item (changing, &message->reply_to, LW_ENTITY_MESSAGE, FALSE))
    return refuse_words (error, "What this answers is not here any more.");
  message->created_utc_us = there != NULL ? there->created_utc_us : message->item.edited_utc_us;
  return TRUE;
}

static gboolean
ask_trial (Changing *changing, GError **error)
{
  if (changing->check_trial == NULL)
    return refuse (error);
  return changing->check_trial (changing->data, &changing->draft->fields.trial, changing->there,
                                error);
}

/* ---- one change ---- */

/* @ret_standing: what the board has after it */
static gboolean
put (Changing *changing, gpointer *ret_standing, GError **error)
{
  static gboolean (*const checks[]) (Changing * changing, GError * *error) = {
      check_group, check_card, check_outcome, check_step, check_follow_up, check_message, ask_trial,
  };
  LwEntityKind kind = changing->draft->kind;

  return checks[kind - LW_ENTITY_GROUP](changing, error) &&
         lw_store_put_item (changing->standing->store, kind, &changing->draft->fields, ret_standing,
                            error);
}

/* The teacher's word on a step as it stands. */
static gboolean
agree (Changing *changing, gpointer *ret_standing, GError **error)
{
  const LwStep *there = changing->there;
  g_autoptr (LwLevel) level = NULL;
  LwStep fields;

  if (changing->draft->kind != LW_ENTITY_STEP || there == NULL || there->item.gone)
    return refuse_words (error, "That step is not here any more.");
  /* To these words, and no others that came meanwhile. */
  if (!g_str_equal (there->text, changing->draft->fields.step.text))
    return refuse_words (error, "The step was changed meanwhile. Read it once more, then agree.");
  if (!allow (changing, LW_ACT_AGREE, FALSE, error))
    return FALSE;
  level = lw_levels_find (changing->standing->protocol, there->level);
  if (level == NULL || !level->is_agreed)
    return refuse_words (error, "A step of this level needs nobody’s agreement.");
  fields = *there;
  fields.item.by_id = changing->standing->person_id;
  fields.item.edited_utc_us = MAX (g_get_real_time (), there->item.edited_utc_us + 1);
  fields.agreed_by_id = changing->standing->person_id;
  return lw_store_put_item (changing->standing->store, LW_ENTITY_STEP, &fields, ret_standing,
                            error);
}

/* Whether the id is free, or that of an earlier version; and how many there are of the kind. */
static gboolean
find_there (Changing *changing, GError **error)
{
  g_autoptr (GError) cause = NULL;
  const LwId *walk_id = &changing->standing->walk->id;
  LwItem *item = &changing->draft->fields.item;
  g_autoptr (GPtrArray) all = NULL;
  LwEntityKind kind;

  if (changing->draft->kind == LW_ENTITY_CARD)
    item->id = lw_card_id (walk_id, &changing->draft->fields.card.note_id);
  item->walk_id = *walk_id;
  item->by_id = changing->standing->person_id;
  changing->there = lw_store_get_item (changing->standing->store, &item->id, &kind, &cause);
  if (changing->there != NULL) {
    if (kind == changing->draft->kind &&
        lw_id_equal (&((const LwItem *)changing->there)->walk_id, walk_id))
      return TRUE;
    lw_item_unref (kind, g_steal_pointer (&changing->there));
    return refuse (error);
  }
  if (!g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (changing->draft->kind == LW_ENTITY_CARD)
    return TRUE;
  all = lw_store_list (changing->standing->store, changing->draft->kind, walk_id, error);
  if (all == NULL)
    return FALSE;
  return all->len < OF_A_KIND_MAX ||
         refuse_words (error, "There are as many of these as a walk can hold.");
}

gboolean
lw_board_put (const LwStanding *standing,
              LwBoardDraft *draft,
              gboolean is_agreement,
              LwBoardCheckTrial check_trial,
              gpointer data,
              gpointer *ret_standing,
              GError **error)
{
  Changing changing = {standing, draft, check_trial, data, NULL};
  gboolean ok;

  *ret_standing = NULL;
  /* Who may not see the board learns nothing of what is there. */
  if (!lw_standing_allows (standing, lw_board_act_to_see (draft->kind), FALSE))
    return refuse (error);
  ok = find_there (&changing, error) && (is_agreement ? agree (&changing, ret_standing, error)
                                                      : put (&changing, ret_standing, error));
  if (changing.there != NULL)
    lw_item_unref (draft->kind, changing.there);
  return ok;
}
