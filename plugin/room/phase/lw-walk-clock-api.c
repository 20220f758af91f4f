/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The walk's clock, which takes everybody from visit to visit. It is one entity in the room's log;
 * where it stands follows from it and from the time (lw-turn.h), so the room has nothing to do when
 * a visit is over.
 */

#include "lw-audit.h"
#include "lw-board-json.h"
#include "lw-json.h"
#include "lw-room-time.h"
#include "lw-turn.h"
#include "lw-walk-facts.h"

#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define MINUTES_MAX 600

typedef struct {
  LwRoom *room;
  LwWalkFacts *facts;
  GPtrArray *visits; /* of LwVisit, in order */
  LwTimer fields;
  LwTimer *there; /* (nullable) */
  gboolean is_on; /* for what the walk does now, and at one of its visits */
  LwTurn turn;    /* where it stands, if it is on */
  /* what was asked for: */
  int target; /* index of a visit; -1: none was named */
  gint64 minutes, after;
  gboolean writing;
} Keeping;

/* ---- what can be done with it; FALSE: it is so already, or there is nothing to do it with ---- */

/* From now on at that visit, or in the time after it. */
static void
stand_at (Keeping *keeping, guint index, gboolean writing)
{
  LwTimer *fields = &keeping->fields;
  const LwVisit *visit = keeping->visits->pdata[index];

  fields->visit_id = visit->id;
  fields->writing = writing;
  fields->length_ms = fields->left_ms =
      writing ? fields->after_ms : lw_turn_length_ms (fields, visit);
  fields->begun_utc_us = fields->item.edited_utc_us;
}

/* What the time made of it becomes what is kept. */
static void
keep_turn (Keeping *keeping, gint64 left_ms)
{
  LwTimer *fields = &keeping->fields;
  const LwVisit *visit = keeping->visits->pdata[keeping->turn.visit];

  if (!lw_id_equal (&fields->visit_id, &visit->id) ||
      (fields->writing != 0) != keeping->turn.writing)
    stand_at (keeping, keeping->turn.visit, keeping->turn.writing);
  fields->left_ms = left_ms;
}

static gboolean
start (Keeping *keeping)
{
  const LwAccess *access = &keeping->facts->access;
  LwTimer *fields = &keeping->fields;
  gint64 minutes = keeping->minutes != 0 ? keeping->minutes : access->phase->minutes;

  /* Two who press at once mean the same. */
  if ((keeping->is_on && !keeping->turn.over) || minutes == 0 || keeping->visits->len == 0)
    return FALSE;
  fields->phase = access->phase->id;
  fields->step = "";
  fields->round = keeping->facts->walk->round;
  fields->turn_ms = minutes * MINUTE_MS;
  fields->after_ms = keeping->after * MINUTE_MS;
  stand_at (keeping, (guint)MAX (keeping->target, 0), FALSE);
  return TRUE;
}

static gboolean
move (Keeping *keeping)
{
  const LwTurn *turn = &keeping->turn;
  gboolean writing = keeping->writing && keeping->fields.after_ms > 0;

  if (!keeping->is_on || keeping->target < 0 ||
      (!turn->over && turn->visit == (guint)keeping->target && turn->writing == writing))
    return FALSE;
  stand_at (keeping, (guint)keeping->target, writing);
  return TRUE;
}

static gboolean
pause_it (Keeping *keeping)
{
  if (!keeping->is_on || keeping->turn.over || keeping->there->begun_utc_us == 0)
    return FALSE;
  keep_turn (keeping, keeping->turn.left_ms);
  keeping->fields.begun_utc_us = 0;
  return TRUE;
}

static gboolean
go_on (Keeping *keeping)
{
  if (!keeping->is_on || keeping->there->begun_utc_us != 0)
    return FALSE;
  keeping->fields.begun_utc_us = keeping->fields.item.edited_utc_us;
  return TRUE;
}

static gboolean
extend (Keeping *keeping)
{
  LwTimer *fields = &keeping->fields;
  gint64 more_ms = keeping->minutes * MINUTE_MS;
  gboolean is_running = fields->begun_utc_us != 0;

  if (!keeping->is_on || more_ms == 0)
    return FALSE;
  keep_turn (keeping, MIN (keeping->turn.left_ms + more_ms, LW_TIMER_MAX_MS));
  fields->length_ms = MIN (fields->length_ms + more_ms, LW_TIMER_MAX_MS);
  fields->begun_utc_us = is_running ? fields->item.edited_utc_us : 0;
  return TRUE;
}

static gboolean
end (Keeping *keeping)
{
  if (!keeping->is_on)
    return FALSE;
  keeping->fields.item.gone = 1;
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*act) (Keeping *keeping);
} acts[] = {
    {"start", start}, {"move", move},     {"pause", pause_it},
    {"go-on", go_on}, {"extend", extend}, {"end", end},
};

/* ---- the request ---- */

static gboolean
load (Keeping *keeping, GError **error)
{
  const LwWalkFacts *facts = keeping->facts;
  LwStore *store = keeping->room->store;
  LwId id = lw_timer_id (&facts->walk->id, &facts->walk->id);
  g_autoptr (GPtrArray) all = NULL;
  gint64 now_us = lw_room_time_us ();

  keeping->visits = lw_store_list (store, LW_ENTITY_VISIT, &facts->walk->id, error);
  if (keeping->visits != NULL)
    all = lw_store_list (store, LW_ENTITY_TIMER, &facts->walk->id, error);
  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    if (lw_id_equal (&((LwTimer *)all->pdata[i])->item.id, &id))
      keeping->there = lw_timer_ref (all->pdata[i]);
  }
  if (keeping->there != NULL) {
    const LwTimer *there = keeping->there;

    keeping->fields = *there;
    /* It is the last that counts, also where the clock was set back. */
    now_us = MAX (now_us, there->item.edited_utc_us + 1);
    keeping->is_on = !there->item.gone && there->round == facts->walk->round &&
                     g_str_equal (there->phase, facts->access.phase->id) &&
                     lw_turn_at (there, keeping->visits, now_us, &keeping->turn);
  }
  keeping->fields.item = (LwItem){
      .id = id, .walk_id = facts->walk->id, .by_id = facts->person_id, .edited_utc_us = now_us};
  return TRUE;
}

/* FALSE: a visit was named that is not in the walk. */
static gboolean
find_target (Keeping *keeping, json_object *body)
{
  LwId id;

  keeping->target = -1;
  if (!json_object_object_get_ex (body, "visit", NULL))
    return TRUE;
  for (guint i = 0; lw_json_get_id (body, "visit", &id) && i < keeping->visits->len; i++) {
    if (lw_id_equal (&((const LwVisit *)keeping->visits->pdata[i])->id, &id))
      keeping->target = (int)i;
  }
  return keeping->target >= 0;
}

static int
find_act (json_object *body)
{
  const char *name = lw_json_get_text (body, "act");

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    if (g_strcmp0 (acts[i].name, name) == 0)
      return (int)i;
  }
  return -1;
}

static void
reply (LwHttpCall *call, const LwTimer *clock)
{
  json_object *json = json_object_new_object ();

  if (clock != NULL)
    json_object_object_add (json, "clock", lw_board_item_to_json (LW_ENTITY_TIMER, clock));
  lw_http_call_reply_json (call, 200, json);
}

static void
keep (Keeping *keeping, LwHttpCall *call, guint act)
{
  g_autoptr (GError) error = NULL;
  gpointer standing = NULL;

  if (acts[act].act (keeping))
    lw_store_put_item (keeping->room->store, LW_ENTITY_TIMER, &keeping->fields, &standing, &error);
  if (standing != NULL)
    lw_audit_add_soon (keeping->room, &(LwAuditEvent){.action = LW_AUDIT_CLOCK_CHANGED,
                                                      .person_id = keeping->facts->person_id,
                                                      .walk_id = keeping->facts->walk->id,
                                                      .target_id = keeping->fields.visit_id,
                                                      .detail = acts[act].name});
  if (error != NULL)
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else
    reply (call, standing != NULL ? standing : keeping->there);
  g_clear_pointer ((LwTimer **)&standing, lw_timer_unref);
}

static void
post_clock (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GMutexLocker) changing = lw_walk_cache_begin_change (room->walks);
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  Keeping keeping = {.room = room, .facts = &facts};
  int act;

  if (body == NULL || !lw_walk_facts_for_call (&facts, room, call, LW_ACT_KEEP_TIME))
    return;
  lw_json_get_int (body, "minutes", &keeping.minutes);
  lw_json_get_int (body, "after", &keeping.after);
  lw_json_get_flag (body, "writing", &keeping.writing);
  act = find_act (body);
  if (act < 0 || keeping.minutes < 0 || keeping.minutes > MINUTES_MAX || keeping.after < 0 ||
      keeping.after > MINUTES_MAX)
    lw_http_call_reply_error (call, 422, "no-such-time",
                              "A visit takes 1 to 600 minutes. The walk’s clock was not changed.");
  else if (!load (&keeping, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else if (!find_target (&keeping, body))
    lw_http_call_reply_error (
        call, 422, "no-such-visit",
        "That visit is not in this walk any more. The walk’s clock was not changed.");
  else
    keep (&keeping, call, (guint)act);
  g_clear_pointer (&keeping.there, lw_timer_unref);
  g_clear_pointer (&keeping.visits, g_ptr_array_unref);
}

void
lw_room_add_walk_clock (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/clock", post_clock, 0, 4096},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
