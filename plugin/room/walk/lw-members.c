/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-members.h"

#define LEADS (1u << LW_ROLE_FACILITATOR)

static GMutex one_at_a_time;

static gboolean
put_roles (LwRoom *room, const LwMember *member, guint roles, GError **error)
{
  g_autoptr (LwMember) changed = NULL;
  LwMember fields = *member;

  if (member->roles == roles && !lw_id_is_none (&member->id))
    return TRUE;
  fields.roles = roles;
  changed = lw_member_new (&fields, error);
  return changed != NULL && lw_store_put_member (room->store, changed, error);
}

/* Another device may have written a second entry of the same person: all count together. */
static gboolean
change_roles (LwRoom *room,
              const LwId *walk_id,
              const LwId *person_id,
              guint kept,
              guint added,
              GError **error)
{
  g_autoptr (GPtrArray) members = lw_store_list (room->store, LW_ENTITY_MEMBER, walk_id, error);
  LwMember fresh = {.walk_id = *walk_id, .person_id = *person_id};
  const LwMember *first = NULL;
  guint roles = 0, led_by_others = 0;

  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (!lw_id_equal (&member->person_id, person_id)) {
      led_by_others |= member->roles & LEADS;
      continue;
    }
    first = first != NULL ? first : member;
    roles |= member->roles;
  }
  if ((roles & LEADS) != 0 && (((roles & kept) | added) & LEADS) == 0 && led_by_others == 0) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                         "Nobody else leads this walk, so nothing was changed. Make somebody else "
                         "facilitator first.");
    return FALSE;
  }
  /* What is given goes first: a failure half-way takes nothing from anybody. */
  if (!put_roles (room, first != NULL ? first : &fresh, (roles & kept) | added, error))
    return FALSE;
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member != first && lw_id_equal (&member->person_id, person_id) &&
        !put_roles (room, member, 0, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
lw_members_set (
    LwRoom *room, const LwId *walk_id, const LwId *person_id, guint roles, GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = change_roles (room, walk_id, person_id, 0, roles, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}

gboolean
lw_members_add (
    LwRoom *room, const LwId *walk_id, const LwId *person_id, guint roles, GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = change_roles (room, walk_id, person_id, ~0u, roles, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}
