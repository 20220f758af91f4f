/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-standing.h"

/* Everybody but a guest, who leaves. */
#define ALL_ROLES (((1u << LW_N_ROLES) - 1) & ~(1u << LW_ROLE_GUEST))
#define ALL_DONE (LW_BEFORE_NORMS | LW_BEFORE_LENS | LW_BEFORE_INTENTION)

GHashTable *
lw_standing_people_new (void)
{
  return g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
}

static LwBefore
done_of (const LwMember *member)
{
  return (member->norms_utc_us != 0 ? LW_BEFORE_NORMS : 0) |
         (!lw_id_is_none (&member->lens_id) ? LW_BEFORE_LENS : 0) |
         (*member->intention != '\0' ? LW_BEFORE_INTENTION : 0);
}

static LwWalkPerson *
ensure_person (GHashTable *people, const LwId *id)
{
  LwWalkPerson *person = g_hash_table_lookup (people, id);

  if (person == NULL) {
    person = g_new0 (LwWalkPerson, 1);
    g_hash_table_insert (people, g_memdup2 (id, sizeof *id), person);
  }
  return person;
}

void
lw_standing_add_member (GHashTable *people, const LwMember *member)
{
  LwWalkPerson *person = ensure_person (people, &member->person_id);

  person->roles |= member->roles;
  person->done |= done_of (member);
}

/* People come by a room alone. Where there are any, the walk is theirs too: also after the person
 * left the room, and what came here of it is not open to whoever sits at this machine. */
static gboolean
has_others (const LwStanding *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (!lw_id_equal (id, &self->person_id))
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_people (LwStanding *self, gboolean is_alone, GError **error)
{
  g_autoptr (GPtrArray) members =
      lw_store_list (self->store, LW_ENTITY_MEMBER, &self->walk->id, error);
  const LwWalkPerson *person;

  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++)
    lw_standing_add_member (self->people, members->pdata[i]);
  if (is_alone && !has_others (self)) {
    LwWalkPerson *alone = ensure_person (self->people, &self->person_id);

    alone->roles |= ALL_ROLES;
    alone->done |= ALL_DONE;
  }
  person = g_hash_table_lookup (self->people, &self->person_id);
  self->access.roles = person != NULL ? person->roles : 0;
  self->access.done = person != NULL ? person->done : 0;
  return TRUE;
}

gboolean
lw_standing_load (LwStanding *self,
                  LwStore *store,
                  const LwId *walk_id,
                  const LwId *person_id,
                  gboolean is_alone,
                  GError **error)
{
  g_auto (LwStanding) read = {.store = g_object_ref (store), .person_id = *person_id};

  *self = (LwStanding){0};
  read.people = lw_standing_people_new ();
  read.walk = lw_store_get_walk (store, walk_id, error);
  if (read.walk == NULL)
    return FALSE;
  read.protocol = lw_protocol_find_in (store, read.walk->protocol, error);
  if (read.protocol == NULL || !read_people (&read, is_alone, error))
    return FALSE;
  read.access.phase = lw_protocol_find_phase (read.protocol, read.walk->phase);
  if (read.access.phase == NULL)
    read.access.phase = lw_protocol_get_phase (read.protocol, 0);
  read.access.step = lw_phase_find_step (read.access.phase, read.walk->step);
  *self = read;
  read = (LwStanding){0};
  return TRUE;
}

void
lw_standing_clear (LwStanding *self)
{
  g_clear_object (&self->store);
  g_clear_pointer (&self->walk, lw_walk_unref);
  g_clear_pointer (&self->protocol, lw_protocol_unref);
  g_clear_pointer (&self->people, g_hash_table_unref);
  *self = (LwStanding){0};
}

gboolean
lw_standing_allows (const LwStanding *self, LwAct act, gboolean is_own)
{
  LwAccess access = self->access;

  access.is_own = is_own;
  return lw_access_allows (act, &access);
}

gboolean
lw_standing_has_teacher (const LwStanding *self)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &person)) {
    if (((const LwWalkPerson *)person)->roles & 1u << LW_ROLE_HOST)
      return TRUE;
  }
  return FALSE;
}

guint
lw_standing_get_roles_on (const LwStanding *self, const LwVisit *visit)
{
  if (self->access.roles != 0 && lw_id_equal (&visit->host_id, &self->person_id))
    return 1u << LW_ROLE_HOST;
  return self->access.roles;
}
