/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-access.h"
#include "lw-store.h"

G_BEGIN_DECLS

/*
 * One walk as one person stands in it: what lw_access_allows() is asked with, and where the walk
 * can go on to. Thread: any.
 */

/* What counts of a person in a walk, whose entries may be several. */
typedef struct {
  guint roles; /* bits 1 << LwRole */
  LwBefore done;
} LwWalkPerson;

typedef struct {
  LwStore *store;
  LwWalk *walk;
  LwProtocol *protocol;
  GHashTable *people; /* LwId * -> LwWalkPerson */
  LwAccess access;    /* is_own and is_host_of: FALSE until asked for */
  LwId person_id;
} LwStanding;

/* LwId * -> LwWalkPerson, empty. (transfer full) */
GHashTable *lw_standing_people_new (void);
/* Adds what one entry says of a person. */
void lw_standing_add_member (GHashTable *people, const LwMember *member);

/**
 * lw_standing_load:
 * @self: (out): what was read; to be cleared
 * @is_alone: the walk is this person's own, kept on this machine: whoever walks alone is everybody
 *   in it, and has read what is to be read
 *
 * Errors: those of reading, and of lw_protocol_find_in().
 */
gboolean lw_standing_load (LwStanding *self,
                           LwStore *store,
                           const LwId *walk_id,
                           const LwId *person_id,
                           gboolean is_alone,
                           GError **error);
void lw_standing_clear (LwStanding *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwStanding, lw_standing_clear)

/* lw_access_allows() of what is, or is not, the person's own. */
gboolean lw_standing_allows (const LwStanding *self, LwAct act, gboolean is_own);
/* Whether any of the walk's people is a teacher whose lesson it visits. */
gboolean lw_standing_has_teacher (const LwStanding *self);
/* The person's roles on a visit: in her own lesson a teacher is the host, whatever else she does.
 */
guint lw_standing_get_roles_on (const LwStanding *self, const LwVisit *visit);

/* ---- where it can go on to ---- */

typedef struct {
  const LwPhase *phase;
  const LwPhaseStep *step; /* NULL: the phase has none */
  gboolean next_round;     /* the routine begins anew */
} LwWay;

#define LW_WAYS_MAX 2

/* The next step; or else another round, and the next phase. Returns how many there are. */
guint lw_standing_list_ways (const LwStanding *self, LwWay ways[LW_WAYS_MAX]);

/**
 * lw_standing_find_obstacle:
 * @ret_code: (out): for programs: "no-focus", "gate", "evidence", "no-next-step"
 *
 * What stands against going @way, whoever leads: focus and inquiry, what the routine asks for,
 * evidence before implications, a next step at every level.
 *
 * Returns: (transfer full) (nullable): a sentence on what comes first; NULL without @error if
 *   nothing does
 */
char *lw_standing_find_obstacle (const LwStanding *self,
                                 const LwWay *way,
                                 const char **ret_code,
                                 GError **error);

/* The walk as it is when it has gone there. (transfer full) */
LwWalk *lw_standing_go (const LwStanding *self, const LwWay *way, GError **error);

G_END_DECLS
