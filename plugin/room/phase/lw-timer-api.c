/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The timer that a walk's people look at: how long a phase, a step or a visit is given. It is kept
 * in the room's log, so that it goes on where the room was started anew, and tells what is left by
 * the room's time. When it comes to its end nothing closes.
 */

#include "lw-audit.h"
#include "lw-board-json.h"
#include "lw-json.h"
#include "lw-room-time.h"
#include "lw-walk-facts.h"

#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define MINUTES_MAX 600

typedef struct {
  LwRoom *room;
  LwWalkFacts *facts;
  LwTimer fields;
  LwTimer *there; /* (owned) (nullable) */
  gint64 now_us;
  gint64 minutes; /* 0: not said */
} Timing;

/* For what the walk does now: an older one stands for something else. */
static gboolean
is_current (const Timing *timing)
{
  const LwTimer *there = timing->there;
  const LwAccess *access = &timing->facts->access;

  if (there == NULL || there->item.gone)
    return FALSE;
  return !lw_id_is_none (&there->visit_id) ||
         (g_str_equal (there->phase, access->phase->id) &&
          there->round == timing->facts->walk->round &&
          g_str_equal (there->step, access->step != NULL ? access->step->id : ""));
}

static gint64
left_ms (const Timing *timing)
{
  return lw_timer_get_left_ms (timing->there, timing->now_us);
}

/* ---- what can be done with it; FALSE: it is so already, or there is nothing to do it with ---- */

static gboolean
start (Timing *timing)
{
  const LwAccess *access = &timing->facts->access;
  gint64 minutes = timing->minutes;
  LwTimer *fields = &timing->fields;

  /* Two who press at once mean the same. */
  if (is_current (timing) && timing->there->begun_utc_us != 0 && left_ms (timing) > 0)
    return FALSE;
  if (minutes == 0)
    minutes = access->step != NULL && access->step->minutes != 0 ? access->step->minutes
                                                                 : access->phase->minutes;
  if (minutes == 0)
    return FALSE;
  fields->phase = access->phase->id;
  fields->step = access->step != NULL ? access->step->id : "";
  fields->round = timing->facts->walk->round;
  fields->length_ms = fields->left_ms = minutes * MINUTE_MS;
  fields->begun_utc_us = timing->now_us;
  return TRUE;
}

static gboolean
pause_it (Timing *timing)
{
  if (!is_current (timing) || timing->there->begun_utc_us == 0)
    return FALSE;
  timing->fields.left_ms = left_ms (timing);
  timing->fields.begun_utc_us = 0;
  return TRUE;
}

static gboolean
go_on (Timing *timing)
{
  if (!is_current (timing) || timing->there->begun_utc_us != 0 || timing->there->left_ms == 0)
    return FALSE;
  timing->fields.begun_utc_us = timing->now_us;
  return TRUE;
}

/* From now on, also where it had come to its end. */
static gboolean
extend (Timing *timing)
{
  LwTimer *fields = &timing->fields;
  gint64 more_ms = timing->minutes * MINUTE_MS;

  if (!is_current (timing) || more_ms == 0)
    return FALSE;
  fields->left_ms = MIN (left_ms (timing) + more_ms, LW_TIMER_MAX_MS);
  fields->length_ms = MIN (fields->length_ms + more_ms, LW_TIMER_MAX_MS);
  if (timing->there->begun_utc_us != 0 || left_ms (timing) == 0)
    fields->begun_utc_us = timing->now_us;
  return TRUE;
}

static gboolean
end (Timing *timing)
{
  if (!is_current (timing))
    return FALSE;
  timing->fields.item.gone = 1;
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*act) (Timing *timing);
} acts[] = {
    {"start", start}, {"pause", pause_it}, {"go-on", go_on}, {"extend", extend}, {"end", end},
};

/* ---- the request ---- */

static gboolean
find_visit (Timing *timing, LwHttpCall *call, json_object *body, LwId *ret_visit_id)
{
  g_autoptr (LwVisit) visit = NULL;

  *ret_visit_id = LW_ID_NONE;
  if (!json_object_object_get_ex (body, "visit", NULL))
    return TRUE;
  if (lw_json_get_id (body, "visit", ret_visit_id))
    visit = lw_store_get_visit (timing->room->store, ret_visit_id, NULL);
  if (visit != NULL && lw_id_equal (&visit->walk_id, &timing->facts->walk->id))
    return TRUE;
  lw_http_call_reply_error (call, 422, "no-such-visit",
                            "That visit is not in this walk any more. The timer was not changed.");
  return FALSE;
}

static gboolean
load (Timing *timing, const LwId *visit_id, GError **error)
{
  const LwId *walk_id = &timing->facts->walk->id;
  LwId id = lw_timer_id (walk_id, visit_id);
  g_autoptr (GPtrArray) all = lw_store_list (timing->room->store, LW_ENTITY_TIMER, walk_id, error);

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    if (lw_id_equal (&((LwTimer *)all->pdata[i])->item.id, &id))
      timing->there = lw_timer_ref (all->pdata[i]);
  }
  timing->now_us = lw_room_time_us ();
  timing->fields = timing->there != NULL ? *timing->there : (LwTimer){0};
  timing->fields.visit_id = *visit_id;
  timing->fields.item = (LwItem){
      .id = id,
      .walk_id = *walk_id,
      .by_id = timing->facts->person_id,
      /* It is the last that counts, also where the clock was set back. */
      .edited_utc_us =
          MAX (timing->now_us, timing->there != NULL ? timing->there->item.edited_utc_us + 1 : 0),
  };
  return TRUE;
}

static void
reply (LwHttpCall *call, const LwTimer *timer)
{
  json_object *json = json_object_new_object ();

  if (timer != NULL)
    json_object_object_add (json, "timer", lw_board_item_to_json (LW_ENTITY_TIMER, timer));
  lw_http_call_reply_json (call, 200, json);
}

static void
post_timer (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GMutexLocker) changing = lw_walk_cache_begin_change (room->walks);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  Timing timing = {.room = room, .facts = &facts};
  const char *name = body != NULL ? lw_json_get_text (body, "act") : NULL;
  gpointer standing = NULL;
  LwId visit_id;
  guint i = 0;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_KEEP_TIME) ||
      !find_visit (&timing, call, body, &visit_id))
    return;
  lw_json_get_int (body, "minutes", &timing.minutes);
  while (i < G_N_ELEMENTS (acts) && g_strcmp0 (acts[i].name, name) != 0)
    i++;
  if (i == G_N_ELEMENTS (acts) || timing.minutes < 0 || timing.minutes > MINUTES_MAX) {
    lw_http_call_reply_error (call, 422, "no-such-time",
                              "A timer runs for 1 to 600 minutes. It was not changed.");
    return;
  }
  if (load (&timing, &visit_id, &error) && acts[i].act (&timing))
    lw_store_put_item (room->store, LW_ENTITY_TIMER, &timing.fields, &standing, &error);
  if (standing != NULL)
    lw_audit_add_soon (room, &(LwAuditEvent){.action = LW_AUDIT_TIMER_CHANGED,
                                             .person_id = facts.person_id,
                                             .walk_id = facts.walk->id,
                                             .target_id = timing.fields.item.id,
                                             .detail = acts[i].name});
  if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply (call, standing != NULL ? standing : timing.there);
  g_clear_pointer (&timing.there, lw_timer_unref);
  g_clear_pointer ((LwTimer **)&standing, lw_timer_unref);
}

void
lw_room_add_timers (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/timer", post_timer, 0, 4096},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
