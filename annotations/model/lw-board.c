/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-board.h"

#include <string.h>

#include "lw-crypto.h"
#include "lw-entity.h"

LW_DEFINE_ENTITY (LwGroup, lw_group, LW_ENTITY_GROUP)
LW_DEFINE_ENTITY (LwCard, lw_card, LW_ENTITY_CARD)
LW_DEFINE_ENTITY (LwOutcome, lw_outcome, LW_ENTITY_OUTCOME)
LW_DEFINE_ENTITY (LwStep, lw_step, LW_ENTITY_STEP)
LW_DEFINE_ENTITY (LwFollowUp, lw_follow_up, LW_ENTITY_FOLLOW_UP)
LW_DEFINE_ENTITY (LwMessage, lw_message, LW_ENTITY_MESSAGE)
LW_DEFINE_ENTITY (LwTrial, lw_trial, LW_ENTITY_TRIAL)
LW_DEFINE_ENTITY (LwTimer, lw_timer, LW_ENTITY_TIMER)
LW_DEFINE_ENTITY (LwPractice, lw_practice, LW_ENTITY_PRACTICE)
LW_DEFINE_ENTITY (LwTrend, lw_trend, LW_ENTITY_TREND)

static const char *const outcome_kinds[LW_OUTCOME_N_KINDS] = {"asset", "need", "wondering"};
static const char *const states[LW_FOLLOW_UP_N_STATES] = {"planned", "trying", "adapted", "adopted",
                                                          "abandoned"};
static const char *const decisions[LW_DECISION_N] = {"", "adopt", "adapt", "abandon"};
static const char *const courses[LW_COURSE_N_KINDS] = {"none", "keep", "strengthen", "abandon"};

static gboolean
find_name (const char *const *names, guint n, const char *text, guint *ret_index)
{
  for (guint i = 0; text != NULL && i < n; i++) {
    if (g_str_equal (names[i], text)) {
      *ret_index = i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
lw_outcome_kind_to_string (LwOutcomeKind kind)
{
  g_return_val_if_fail ((guint)kind < LW_OUTCOME_N_KINDS, NULL);
  return outcome_kinds[kind];
}

gboolean
lw_outcome_kind_parse (const char *text, LwOutcomeKind *ret_kind)
{
  return find_name (outcome_kinds, LW_OUTCOME_N_KINDS, text, ret_kind);
}

const char *
lw_follow_up_state_to_string (LwFollowUpState state)
{
  g_return_val_if_fail ((guint)state < LW_FOLLOW_UP_N_STATES, NULL);
  return states[state];
}

gboolean
lw_follow_up_state_parse (const char *text, LwFollowUpState *ret_state)
{
  return find_name (states, LW_FOLLOW_UP_N_STATES, text, ret_state);
}

const char *
lw_decision_to_string (LwDecision decision)
{
  g_return_val_if_fail ((guint)decision < LW_DECISION_N, NULL);
  return decisions[decision];
}

gboolean
lw_decision_parse (const char *text, LwDecision *ret_decision)
{
  return find_name (decisions, LW_DECISION_N, text, ret_decision);
}

const char *
lw_course_to_string (LwCourse course)
{
  g_return_val_if_fail ((guint)course < LW_COURSE_N_KINDS, NULL);
  return courses[course];
}

gboolean
lw_course_parse (const char *text, LwCourse *ret_course)
{
  return find_name (courses, LW_COURSE_N_KINDS, text, ret_course);
}

gboolean
lw_item_is (LwEntityKind kind)
{
  return kind >= LW_ENTITY_GROUP && kind <= LW_ENTITY_TREND;
}

gboolean
lw_item_is_of_walk (LwEntityKind kind)
{
  return kind >= LW_ENTITY_GROUP && kind <= LW_ENTITY_TIMER;
}

gpointer
lw_item_new (LwEntityKind kind, gconstpointer fields, GError **error)
{
  g_return_val_if_fail (lw_item_is (kind) && fields != NULL, NULL);
  return lw_entity_new (kind, fields, error);
}

void
lw_item_unref (LwEntityKind kind, gpointer item)
{
  g_return_if_fail (lw_item_is (kind));
  lw_entity_unref (kind, item);
}

gboolean
lw_item_beats (LwEntityKind kind, gconstpointer a, gconstpointer b)
{
  const LwItem *left = a, *right = b;

  g_return_val_if_fail (lw_item_is (kind) && a != NULL && b != NULL, FALSE);
  if (left->edited_utc_us != right->edited_utc_us)
    return left->edited_utc_us > right->edited_utc_us;
  return lw_entity_compare (kind, a, b) > 0;
}

LwId
lw_card_id (const LwId *walk_id, const LwId *note_id)
{
  g_return_val_if_fail (walk_id != NULL && note_id != NULL, LW_ID_NONE);
  return lw_crypto_id ("lessonwalk card", walk_id, note_id);
}

LwId
lw_timer_id (const LwId *walk_id, const LwId *visit_id)
{
  g_return_val_if_fail (walk_id != NULL && visit_id != NULL, LW_ID_NONE);
  return lw_crypto_id ("lessonwalk timer", walk_id, visit_id);
}

gint64
lw_timer_get_left_ms (const LwTimer *self, gint64 now_utc_us)
{
  gint64 gone_ms = 0;

  g_return_val_if_fail (self != NULL, 0);
  if (self->begun_utc_us != 0)
    gone_ms = MAX (now_utc_us - self->begun_utc_us, 0) / 1000;
  return MAX (self->left_ms - gone_ms, 0);
}
