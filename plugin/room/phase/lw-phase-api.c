/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which part of the routine is open: phases, their steps, rounds, and who works with whom. */

#include <string.h>

#include "lw-audit.h"
#include "lw-json.h"
#include "lw-trial.h"
#include "lw-walk-json.h"

#define COUNT_MAX 1000000 /* of rounds, and of times that people are put together anew */

static gboolean
refuse (LwHttpCall *call, guint status, const char *code, const char *message)
{
  lw_http_call_reply_error (call, status, code, message);
  return FALSE;
}

/* ---- what stands against it ---- */

/* Two who lead may press at once: the second has not seen what the first did. */
static gboolean
check_expected (LwHttpCall *call, const LwWalkFacts *facts, json_object *body)
{
  const LwAccess *access = &facts->access;
  json_object *expected;
  const char *phase, *step;
  gint64 round = facts->walk->round + 1;
  g_autofree char *message = NULL;

  if (!json_object_object_get_ex (body, "expected", &expected))
    return TRUE;
  phase = lw_json_get_text (expected, "phase");
  step = lw_json_get_text (expected, "step");
  lw_json_get_int (expected, "round", &round);
  if ((phase == NULL || g_str_equal (phase, access->phase->id)) &&
      (step == NULL || access->step == NULL || g_str_equal (step, access->step->id)) &&
      round == (gint64)facts->walk->round + 1)
    return TRUE;
  message = g_strdup_printf ("Somebody else has moved this walk on meanwhile: it is at “%s” now. "
                             "Nothing else was changed. Look where it stands, then go on.",
                             access->step != NULL ? access->step->title : access->phase->title);
  return refuse (call, 409, "moved", message);
}

static gboolean
check_target (LwRoom *room, LwHttpCall *call, const LwWalkFacts *facts, const LwWay *target)
{
  LwStanding standing = lw_walk_facts_lend (facts, room);
  g_autoptr (GError) error = NULL;
  const char *code;
  g_autofree char *obstacle = lw_standing_find_obstacle (&standing, target, &code, &error);

  if (error != NULL) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  return obstacle == NULL || refuse (call, 409, code, obstacle);
}

/* ---- reading the request ---- */

static gboolean
read_step (LwHttpCall *call, json_object *body, LwWay *target)
{
  const char *id = lw_json_get_text (body, "step");

  target->step = lw_phase_find_step (target->phase, id != NULL ? id : "");
  return id == NULL || (target->step != NULL && g_str_equal (target->step->id, id)) ||
         refuse (call, 422, "no-such-step", "That phase has no such step. Nothing was changed.");
}

static gboolean
read_target (LwHttpCall *call, const LwWalkFacts *facts, json_object *body, LwWay *target)
{
  const LwPhase *now = facts->access.phase;
  const char *id = lw_json_get_text (body, "phase");

  *target = (LwWay){0};
  if (id != NULL && *id != '\0')
    target->phase = lw_protocol_find_phase (facts->protocol, id);
  if (target->phase == NULL)
    return refuse (call, 422, "no-such-phase", "This walk has no such phase. Nothing was changed.");
  lw_json_get_flag (body, "next_round", &target->next_round);
  if (target->next_round && (!now->begins_round || !g_str_equal (now->again, target->phase->id) ||
                             facts->walk->round >= COUNT_MAX))
    return refuse (
        call, 409, "no-round",
        "Another round does not begin from this phase. Nothing was changed; go on to the "
        "phase that ends the round, then begin the next.");
  return read_step (call, body, target);
}

/* ---- doing it ---- */

/* "debrief/implications 2": ids of the routine, and the round where it is not the first. */
static char *
describe (const LwWay *target, guint round)
{
  char *text = g_strdup_printf ("%s%s%s", target->phase->id, target->step != NULL ? "/" : "",
                                target->step != NULL ? target->step->id : "");

  if (round > 0) {
    g_autofree char *phase = text;

    text = g_strdup_printf ("%s %u", phase, round + 1);
  }
  /* A row of the audit log has room for less than 64 bytes. */
  if (strlen (text) > 63)
    text[63] = '\0';
  return text;
}

static void
put_and_reply (LwRoom *room, LwHttpCall *call, LwWalkFacts *facts, const LwWalk *walk)
{
  g_autoptr (GError) error = NULL;

  if (!lw_store_put_walk (room->store, walk, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    lw_walk_reply_anew (room, call, facts);
}

static void
post_phase (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GMutexLocker) changing = lw_walk_cache_begin_change (room->walks);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;
  g_autoptr (LwWalk) walk = NULL;
  LwStanding standing;
  LwAuditEvent event;
  LwWay target;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD) ||
      !read_target (call, &facts, body, &target) || !check_expected (call, &facts, body) ||
      !check_target (room, call, &facts, &target))
    return;
  if (target.phase->tries && !lw_trials_fix (room, &facts, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  standing = lw_walk_facts_lend (&facts, room);
  walk = lw_standing_go (&standing, &target, &error);
  detail = describe (&target, facts.walk->round + (target.next_round ? 1 : 0));
  event = (LwAuditEvent){.action = LW_AUDIT_PHASE_OPENED,
                         .person_id = facts.person_id,
                         .walk_id = facts.walk->id,
                         .detail = detail};
  if (walk == NULL || !lw_audit_add (room, &event, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  put_and_reply (room, call, &facts, walk);
}

/* Other pairs, threes or small groups than those that chance proposed. */
static void
post_groups (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GMutexLocker) changing = lw_walk_cache_begin_change (room->walks);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = NULL;
  LwWalk fields;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_LEAD) ||
      !check_expected (call, &facts, body))
    return;
  fields = *facts.walk;
  fields.shuffle = (fields.shuffle + 1) % COUNT_MAX;
  lw_audit_add_soon (room, &(LwAuditEvent){.action = LW_AUDIT_GROUPS_CHANGED,
                                           .person_id = facts.person_id,
                                           .walk_id = facts.walk->id});
  walk = lw_walk_new (&fields, &error);
  if (walk == NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    put_and_reply (room, call, &facts, walk);
}

void
lw_room_add_phases (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/phase", post_phase, 0, 0},
      {"POST", "/api/walks/:walk/groups", post_groups, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
