/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-members.h"

#include "lw-audit.h"

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

/* Before it is done, as with all that the walk's own log is the record of. */
static gboolean
tell (LwRoom *room,
      const LwId *walk_id,
      const LwId *person_id,
      guint roles,
      const LwId *by,
      GError **error)
{
  g_autofree char *detail = lw_audit_roles (roles);
  LwAuditEvent event = {.action = LW_AUDIT_MEMBER_CHANGED,
                        .person_id = *by,
                        .walk_id = *walk_id,
                        .target_id = *person_id,
                        .detail = detail};

  return lw_audit_add (room, &event, error);
}

/* Another device may have written a second entry of the same person: all count together. */
static gboolean
change_roles (LwRoom *room,
              const LwId *walk_id,
              const LwId *person_id,
              guint kept,
              guint added,
              const LwId *by,
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
  if (by != NULL && roles != ((roles & kept) | added) &&
      !tell (room, walk_id, person_id, (roles & kept) | added, by, error))
    return FALSE;
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
lw_members_set (LwRoom *room,
                const LwId *walk_id,
                const LwId *person_id,
                guint roles,
                const LwId *by,
                GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = change_roles (room, walk_id, person_id, 0, roles, by, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}

gboolean
lw_members_add (LwRoom *room,
                const LwId *walk_id,
                const LwId *person_id,
                guint roles,
                const LwId *by,
                GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = change_roles (room, walk_id, person_id, ~0u, roles, by, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}

/* ---- how they go into the walk ---- */

/* The entry that counts for what a person has prepared: the first that still has roles. */
static const LwMember *
find_entry (GPtrArray *members, const LwId *person_id)
{
  for (guint i = 0; i < members->len; i++) {
    const LwMember *member = members->pdata[i];

    if (member->roles != 0 && lw_id_equal (&member->person_id, person_id))
      return member;
  }
  return NULL;
}

LwMember *
lw_members_get (LwRoom *room, const LwId *walk_id, const LwId *person_id, GError **error)
{
  g_autoptr (GPtrArray) members = lw_store_list (room->store, LW_ENTITY_MEMBER, walk_id, error);
  const LwMember *member = members != NULL ? find_entry (members, person_id) : NULL;

  if (members != NULL && member == NULL)
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "That is none of this walk’s people. Nothing was changed.");
  return member != NULL ? lw_member_ref (member) : NULL;
}

static gboolean
prepare (LwRoom *room,
         const LwId *walk_id,
         const LwId *person_id,
         const LwMemberPreparing *preparing,
         GError **error)
{
  g_autoptr (LwMember) member = lw_members_get (room, walk_id, person_id, error);
  g_autoptr (LwMember) changed = NULL;
  LwMember fields;

  if (member == NULL)
    return FALSE;
  fields = *member;
  if (preparing->norms && fields.norms_utc_us == 0)
    fields.norms_utc_us = g_get_real_time ();
  if (preparing->lens_id != NULL)
    fields.lens_id = *preparing->lens_id;
  if (preparing->intention != NULL)
    fields.intention = preparing->intention;
  if (preparing->offered_lens_id != NULL)
    fields.offered_lens_id = *preparing->offered_lens_id;
  changed = lw_member_new (&fields, error);
  return changed != NULL &&
         (lw_member_equal (changed, member) || lw_store_put_member (room->store, changed, error));
}

gboolean
lw_members_prepare (LwRoom *room,
                    const LwId *walk_id,
                    const LwId *person_id,
                    const LwMemberPreparing *preparing,
                    GError **error)
{
  gboolean ok;

  g_mutex_lock (&one_at_a_time);
  ok = prepare (room, walk_id, person_id, preparing, error);
  g_mutex_unlock (&one_at_a_time);
  return ok;
}
