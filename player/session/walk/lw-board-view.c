/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-board-view.h"

#include "lw-config.h"
#include "lw-evidence.h"

#include <glib/gi18n-lib.h>

#define GAP (G_GINT64_CONSTANT (1) << 40)

static void
board_card_free (gpointer data)
{
  LwBoardCard *card = data;

  g_clear_pointer (&card->note, lw_note_unref);
  g_clear_pointer (&card->card, lw_card_unref);
  g_clear_pointer (&card->segment, lw_segment_unref);
  g_free (card);
}

static void
board_group_free (gpointer data)
{
  LwBoardGroup *group = data;

  g_clear_pointer (&group->group, lw_group_unref);
  g_ptr_array_unref (group->cards);
  g_free (group);
}

static void
board_step_free (gpointer data)
{
  LwBoardStep *step = data;

  g_clear_pointer (&step->step, lw_step_unref);
  g_ptr_array_unref (step->follow_ups);
  g_free (step);
}

static void
board_level_free (gpointer data)
{
  LwBoardLevel *level = data;

  g_clear_pointer (&level->level, lw_level_free);
  g_ptr_array_unref (level->steps);
  g_free (level);
}

void
lw_board_view_free (LwBoardView *self)
{
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  for (guint i = 0; i < LW_OUTCOME_N_KINDS; i++)
    g_clear_pointer (&self->outcomes[i], g_ptr_array_unref);
  g_clear_pointer (&self->levels, g_ptr_array_unref);
  g_free (self);
}

/* ---- cards in groups ---- */

static LwBoardGroup *
add_group (LwBoardView *self, LwGroup *group)
{
  LwBoardGroup *view = g_new0 (LwBoardGroup, 1);

  view->group = group != NULL ? lw_group_ref (group) : NULL;
  view->cards = g_ptr_array_new_with_free_func (board_card_free);
  g_ptr_array_add (self->groups, view);
  return view;
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const LwGroup *first = *(LwGroup *const *)a, *second = *(LwGroup *const *)b;

  if (first->position != second->position)
    return first->position < second->position ? -1 : 1;
  return lw_id_compare (&first->item.id, &second->item.id);
}

static int
compare_cards (gconstpointer a, gconstpointer b)
{
  const LwBoardCard *first = *(LwBoardCard *const *)a, *second = *(LwBoardCard *const *)b;
  gint64 at = first->card != NULL ? first->card->position : 0;
  gint64 other = second->card != NULL ? second->card->position : 0;

  if (at != other)
    return at < other ? -1 : 1;
  if (first->note->start != second->note->start)
    return first->note->start < second->note->start ? -1 : 1;
  return lw_id_compare (&first->note->id, &second->note->id);
}

static LwBoardGroup *
find_group (LwBoardView *self, const LwCard *card)
{
  for (guint i = 0; card != NULL && i + 1 < self->groups->len; i++) {
    LwBoardGroup *group = self->groups->pdata[i];

    if (lw_id_equal (&group->group->item.id, &card->group_id))
      return group;
  }
  return self->groups->pdata[self->groups->len - 1];
}

static gboolean
add_cards (LwBoardView *self, const LwWalking *walking, GPtrArray *cards, GError **error)
{
  const LwStanding *standing = &walking->standing;
  LwNoteQuery query = {.walk_id = &standing->walk->id,
                       .kinds = 1u << LW_NOTE_NOTICING | 1u << LW_NOTE_WONDERING |
                                1u << LW_NOTE_PROGRESS};
  g_autoptr (GPtrArray) notes = lw_store_query (standing->store, &query, error);
  g_autoptr (GHashTable) placed = g_hash_table_new (lw_id_hash, lw_id_equal);

  for (guint i = 0; i < cards->len; i++) {
    LwCard *card = cards->pdata[i];

    if (!card->item.gone)
      g_hash_table_insert (placed, &card->note_id, card);
  }
  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    LwNote *note = notes->pdata[i];
    LwCard *card = g_hash_table_lookup (placed, &note->id);
    LwBoardCard *view = g_new0 (LwBoardCard, 1);

    view->note = lw_note_ref (note);
    view->card = card != NULL ? lw_card_ref (card) : NULL;
    view->segment = lw_store_get_segment (standing->store, &note->segment_id, NULL);
    view->about = lw_evidence_get_about (card != NULL ? card->about : "", note->tags);
    g_ptr_array_add (find_group (self, card)->cards, view);
  }
  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_sort (((LwBoardGroup *)self->groups->pdata[i])->cards, compare_cards);
  return notes != NULL;
}

static gboolean
read_groups (LwBoardView *self, const LwWalking *walking, GError **error)
{
  const LwId *walk_id = &walking->standing.walk->id;
  LwStore *store = walking->standing.store;
  g_autoptr (GPtrArray) groups = lw_store_list (store, LW_ENTITY_GROUP, walk_id, error);
  g_autoptr (GPtrArray) cards =
      groups != NULL ? lw_store_list (store, LW_ENTITY_CARD, walk_id, error) : NULL;

  if (cards == NULL)
    return FALSE;
  g_ptr_array_sort (groups, compare_groups);
  for (guint i = 0; i < groups->len; i++) {
    LwGroup *group = groups->pdata[i];

    if (!group->item.gone)
      add_group (self, group);
  }
  add_group (self, NULL);
  return add_cards (self, walking, cards, error);
}

/* ---- what came of it ---- */

static gboolean
read_outcomes (LwBoardView *self, const LwWalking *walking, GError **error)
{
  g_autoptr (GPtrArray) outcomes = lw_store_list (walking->standing.store, LW_ENTITY_OUTCOME,
                                                  &walking->standing.walk->id, error);

  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++) {
    LwOutcome *outcome = outcomes->pdata[i];

    if (!outcome->item.gone)
      g_ptr_array_add (self->outcomes[outcome->kind], lw_outcome_ref (outcome));
  }
  return outcomes != NULL;
}

static int
compare_follow_ups (gconstpointer a, gconstpointer b)
{
  const LwFollowUp *first = *(LwFollowUp *const *)a, *second = *(LwFollowUp *const *)b;
  int order = strcmp (first->on, second->on);

  return order != 0 ? order : lw_id_compare (&first->item.id, &second->item.id);
}

static void
add_step (LwBoardLevel *level, LwStep *step, GPtrArray *follow_ups)
{
  LwBoardStep *view = g_new0 (LwBoardStep, 1);

  view->step = lw_step_ref (step);
  view->follow_ups = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_follow_up_unref);
  for (guint i = 0; i < follow_ups->len; i++) {
    LwFollowUp *follow_up = follow_ups->pdata[i];

    if (!follow_up->item.gone && lw_id_equal (&follow_up->step_id, &step->item.id))
      g_ptr_array_add (view->follow_ups, lw_follow_up_ref (follow_up));
  }
  g_ptr_array_sort (view->follow_ups, compare_follow_ups);
  g_ptr_array_add (level->steps, view);
}

static gboolean
read_levels (LwBoardView *self, const LwWalking *walking, GError **error)
{
  const LwId *walk_id = &walking->standing.walk->id;
  LwStore *store = walking->standing.store;
  g_autoptr (GPtrArray) levels = lw_levels_list (walking->standing.protocol);
  g_autoptr (GPtrArray) steps = lw_store_list (store, LW_ENTITY_STEP, walk_id, error);
  g_autoptr (GPtrArray) follow_ups =
      steps != NULL ? lw_store_list (store, LW_ENTITY_FOLLOW_UP, walk_id, error) : NULL;

  if (follow_ups == NULL)
    return FALSE;
  if (levels->len == 0)
    g_ptr_array_add (levels, lw_levels_find (walking->standing.protocol, ""));
  g_ptr_array_set_free_func (levels, NULL);
  for (guint i = 0; i < levels->len; i++) {
    LwBoardLevel *level = g_new0 (LwBoardLevel, 1);

    level->level = levels->pdata[i];
    level->steps = g_ptr_array_new_with_free_func (board_step_free);
    g_ptr_array_add (self->levels, level);
    for (guint k = 0; k < steps->len; k++) {
      LwStep *step = steps->pdata[k];

      if (!step->item.gone && g_str_equal (step->level, level->level->id))
        add_step (level, step, follow_ups);
    }
  }
  return TRUE;
}

LwBoardView *
lw_board_view_load (const LwWalking *walking, GError **error)
{
  g_autoptr (LwBoardView) self = NULL;

  if (!lw_walking_sees_board (walking)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         _ ("The board opens when the phase opens everybody’s notes. Until then "
                            "each sees their own alone."));
    return NULL;
  }
  self = g_new0 (LwBoardView, 1);
  self->groups = g_ptr_array_new_with_free_func (board_group_free);
  for (guint i = 0; i < LW_OUTCOME_N_KINDS; i++)
    self->outcomes[i] = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_outcome_unref);
  self->levels = g_ptr_array_new_with_free_func (board_level_free);
  if (!read_groups (self, walking, error) || !read_outcomes (self, walking, error) ||
      !read_levels (self, walking, error))
    return NULL;
  return g_steal_pointer (&self);
}

gint64
lw_board_position_between (const gint64 *before, const gint64 *after)
{
  if (before == NULL)
    return after == NULL ? 0 : *after - GAP;
  return after == NULL ? *before + GAP : *before + (*after - *before) / 2;
}

const char *
lw_board_level_get_lack (const LwWalking *walking, const LwBoardLevel *level)
{
  gboolean is_agreed = FALSE;

  if (level->level->may_be_empty || *level->level->title == '\0')
    return NULL;
  if (level->steps->len == 0)
    return _ ("Nothing yet. The walk closes when every level has a step.");
  for (guint i = 0; i < level->steps->len; i++)
    is_agreed |=
        !lw_id_is_none (&((const LwBoardStep *)level->steps->pdata[i])->step->agreed_by_id);
  if (level->level->is_agreed && !is_agreed && lw_standing_has_teacher (&walking->standing))
    return _ ("Waits for the teacher’s word.");
  return NULL;
}
