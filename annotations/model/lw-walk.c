/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk.h"

#include "lw-crypto.h"
#include "lw-entity.h"

G_DEFINE_QUARK (lw - walk - error - quark, lw_walk_error)

LW_DEFINE_ENTITY (LwPlace, lw_place, LW_ENTITY_PLACE)
LW_DEFINE_ENTITY (LwPerson, lw_person, LW_ENTITY_PERSON)
LW_DEFINE_ENTITY (LwLens, lw_lens, LW_ENTITY_LENS)
LW_DEFINE_ENTITY (LwWalk, lw_walk, LW_ENTITY_WALK)
LW_DEFINE_ENTITY (LwVisit, lw_visit, LW_ENTITY_VISIT)
LW_DEFINE_ENTITY (LwSegment, lw_segment, LW_ENTITY_SEGMENT)
LW_DEFINE_ENTITY (LwTrack, lw_track, LW_ENTITY_TRACK)
LW_DEFINE_ENTITY (LwMember, lw_member, LW_ENTITY_MEMBER)
LW_DEFINE_ENTITY (LwProtocolText, lw_protocol_text, LW_ENTITY_PROTOCOL)

static const char *const role_names[LW_N_ROLES] = {
    [LW_ROLE_FACILITATOR] = "facilitator", [LW_ROLE_HOST] = "host",
    [LW_ROLE_WALKER] = "walker",           [LW_ROLE_COACH] = "coach",
    [LW_ROLE_TIMEKEEPER] = "timekeeper",   [LW_ROLE_GUEST] = "guest",
};

const char *
lw_role_to_string (LwRole role)
{
  g_return_val_if_fail ((guint)role < LW_N_ROLES, NULL);
  return role_names[role];
}

gboolean
lw_role_parse (const char *text, LwRole *ret_role)
{
  g_return_val_if_fail (text != NULL && ret_role != NULL, FALSE);
  for (guint i = 0; i < LW_N_ROLES; i++) {
    if (g_str_equal (text, role_names[i])) {
      *ret_role = (LwRole)i;
      return TRUE;
    }
  }
  return FALSE;
}

static const char *const anchor_names[LW_ANCHOR_N_KINDS] = {"visit", "file", "person"};

const char *
lw_anchor_to_string (LwAnchor anchor)
{
  g_return_val_if_fail ((guint)anchor < LW_ANCHOR_N_KINDS, NULL);
  return anchor_names[anchor];
}

gboolean
lw_anchor_parse (const char *text, LwAnchor *ret_anchor)
{
  for (guint i = 0; text != NULL && i < LW_ANCHOR_N_KINDS; i++) {
    if (g_str_equal (text, anchor_names[i])) {
      *ret_anchor = (LwAnchor)i;
      return TRUE;
    }
  }
  return FALSE;
}

LwId
lw_segment_clock_id (const LwId *visit_id)
{
  g_return_val_if_fail (visit_id != NULL, LW_ID_NONE);
  return lw_crypto_id ("lessonwalk segment by the clock", visit_id, visit_id);
}

static LwTime
drift_at (const LwTrack *self, LwTime time)
{
  return time / 1000 * self->drift_ppb / 1000000;
}

LwTime
lw_track_to_here (const LwTrack *self, LwTime time, gint64 wall_utc_ns, LwTime length)
{
  LwTime here = time + self->shift + drift_at (self, time);

  if (wall_utc_ns != 0 && self->pinned_anchor_utc_ns != 0)
    here = wall_utc_ns - self->pinned_anchor_utc_ns;
  return CLAMP (here, 0, LW_TIME_MAX - length);
}

LwTime
lw_track_to_pinned (const LwTrack *self, LwTime time)
{
  LwTime pinned = time - self->shift;

  /* What the drift is at a time differs the less, the nearer one comes. */
  for (guint i = 0; i < 3; i++)
    pinned = time - self->shift - drift_at (self, pinned);
  return CLAMP (pinned, 0, LW_TIME_MAX);
}
