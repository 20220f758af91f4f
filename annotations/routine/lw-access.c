/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-access.h"

#define BIT(role) (1u << (role))
/* Those between whom the conversation about a walk stays. */
#define TALKERS (BIT (LW_ROLE_HOST) | BIT (LW_ROLE_COACH) | BIT (LW_ROLE_FACILITATOR))

/* Guests are of one walk, and leave when it closes: those who are here as guests, and whoever came
 * by an invitation without an account of their own, whatever they did in the walk. */
static guint
roles_in (const LwAccess *access)
{
  if (!access->phase->closed)
    return access->roles;
  return access->is_guest ? 0 : access->roles & ~BIT (LW_ROLE_GUEST);
}

LwBefore
lw_access_get_missing (const LwAccess *access)
{
  return access->is_host_of ? 0 : access->phase->before_watching & ~access->done;
}

gboolean
lw_access_is_out (const LwAccess *access)
{
  return access->phase->host_leaves && (access->roles & BIT (LW_ROLE_HOST)) != 0;
}

/* What does not belong to the phase, and is there whoever is in it. */
static gboolean
is_apart_from_the_phase (LwAct act, const LwAccess *access)
{
  switch (act) {
  case LW_ACT_WATCH:
    return access->is_host_of;
  case LW_ACT_SEE_NOTE:
    return access->is_own;
  case LW_ACT_WRITE_NOTE:
  case LW_ACT_REPLY:
  case LW_ACT_MARK_PROGRESS:
  case LW_ACT_SEE_BOARD:
  case LW_ACT_ARRANGE:
  case LW_ACT_CONCLUDE:
  case LW_ACT_PLAN:
  case LW_ACT_FOLLOW_UP:
  case LW_ACT_AGREE:
  case LW_ACT_READ_TALK:
  case LW_ACT_TALK:
  case LW_ACT_PUT_TEST:
  case LW_ACT_SEE_PHASE:
  case LW_ACT_WRITE_TREND:
  case LW_N_ACTS:
    return FALSE;
  case LW_ACT_SEE_WALK:
  case LW_ACT_CHANGE_NOTE:
  case LW_ACT_ERASE_NOTE:
  case LW_ACT_SET_FOCUS:
  case LW_ACT_LEAD:
  case LW_ACT_UPLOAD:
  case LW_ACT_REMOVE_WORK:
  case LW_ACT_SHARE_CLIP:
  case LW_ACT_SEE_VIEWS:
  case LW_ACT_ERASE_SEGMENT:
  case LW_ACT_SEE_TESTS:
  case LW_ACT_KEEP_TIME:
    return TRUE;
  }
  return FALSE;
}

/* Evidence is considered first, and implications after. */
static gboolean
is_time_for_implications (const LwAccess *access)
{
  return access->step == NULL || access->step->kind != LW_STEP_EVIDENCE;
}

char *
lw_before_to_sentence (LwBefore missing)
{
  static const struct {
    LwBefore one;
    const char *words;
  } steps[] = {
      {LW_BEFORE_NORMS, "read the norms and say so"},
      {LW_BEFORE_LENS, "choose your lens"},
      {LW_BEFORE_INTENTION, "write your intention"},
  };
  g_autoptr (GString) list = g_string_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    if ((missing & steps[i].one) == 0)
      continue;
    if (list->len > 0)
      g_string_append (list, (missing >> i) > 1 ? ", " : " and ");
    g_string_append (list, steps[i].words);
  }
  return g_strdup_printf (
      "Before you watch and pin in this walk, %s. Its page in the browser asks "
      "you for it, and so does “Prepare…” in the player; nothing that you wrote "
      "is lost.",
      list->str);
}

gboolean
lw_access_allows (LwAct act, const LwAccess *access)
{
  const LwPhase *phase = access->phase;
  guint roles = roles_in (access);
  gboolean open = !phase->closed;
  gboolean is_ready = lw_access_get_missing (access) == 0;

  if (lw_access_is_out (access) && !is_apart_from_the_phase (act, access))
    return FALSE;
  switch (act) {
  case LW_ACT_SEE_WALK:
  case LW_ACT_SEE_TESTS:
    return roles != 0;
  case LW_ACT_WATCH:
    return (is_ready && (roles & phase->watch) != 0) || (roles != 0 && access->is_host_of);
  case LW_ACT_SEE_NOTE:
    return roles != 0 && (access->is_own || (roles & phase->see_notes) != 0);
  case LW_ACT_WRITE_NOTE:
    return open && is_ready && access->is_own && (roles & phase->write_notes) != 0;
  case LW_ACT_REPLY:
    return open && access->is_own && (roles & phase->reply) != 0;
  case LW_ACT_MARK_PROGRESS:
    return open && is_ready && access->is_own && (roles & phase->mark_progress) != 0;
  case LW_ACT_CHANGE_NOTE:
    return open && roles != 0 && access->is_own;
  case LW_ACT_ERASE_NOTE:
    return roles != 0 && access->is_own;
  case LW_ACT_SET_FOCUS:
    return open && (roles & (BIT (LW_ROLE_HOST) | BIT (LW_ROLE_FACILITATOR))) != 0;
  case LW_ACT_LEAD:
    return (roles & BIT (LW_ROLE_FACILITATOR)) != 0;
  case LW_ACT_UPLOAD:
    return open && (roles & (BIT (LW_ROLE_HOST) | BIT (LW_ROLE_FACILITATOR))) != 0;
  /* Also when the walk is closed: what shows children goes whenever that is asked for. */
  case LW_ACT_REMOVE_WORK:
    return (roles & BIT (LW_ROLE_FACILITATOR)) != 0 ||
           (roles != 0 && (access->is_host_of || access->is_own));
  case LW_ACT_SHARE_CLIP:
  case LW_ACT_SEE_VIEWS:
    return roles != 0 && access->is_host_of;
  case LW_ACT_ERASE_SEGMENT:
    return (roles != 0 && access->is_host_of) || access->is_admin;
  case LW_ACT_SEE_BOARD:
    return (roles & phase->see_notes) != 0;
  case LW_ACT_ARRANGE:
  case LW_ACT_PUT_TEST:
    return open && (roles & phase->see_notes & phase->reply) != 0;
  case LW_ACT_CONCLUDE:
    return open && is_time_for_implications (access) &&
           (roles & phase->see_notes & phase->reply) != 0;
  /* Every level writes its own, also those who only listen by then. */
  case LW_ACT_PLAN:
    return open && is_time_for_implications (access) && phase->reply != 0 &&
           (roles & phase->see_notes) != 0;
  /* What is tried shows weeks later, when the walk is long closed. */
  case LW_ACT_FOLLOW_UP:
    return (roles & phase->see_notes) != 0 && (access->is_own || (roles & TALKERS) != 0);
  case LW_ACT_AGREE:
    return open && phase->reply != 0 && (roles & phase->see_notes & BIT (LW_ROLE_HOST)) != 0;
  case LW_ACT_READ_TALK:
    return (roles & phase->see_notes & TALKERS) != 0;
  case LW_ACT_TALK:
    return open && (roles & phase->see_notes & phase->reply & TALKERS) != 0;
  case LW_ACT_SEE_PHASE:
    return roles != 0;
  case LW_ACT_KEEP_TIME:
    return open && (roles & (BIT (LW_ROLE_FACILITATOR) | BIT (LW_ROLE_TIMEKEEPER))) != 0;
  /* Trends are written when the walks are long closed. */
  case LW_ACT_WRITE_TREND:
    return (roles & phase->see_notes & TALKERS) != 0;
  case LW_N_ACTS:
    break;
  }
  g_return_val_if_reached (FALSE);
}
