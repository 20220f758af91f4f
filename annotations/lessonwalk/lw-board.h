/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk.h"

G_BEGIN_DECLS

/*
 * What a walk's people put together after the visits: the debrief board (groups of cards, and what
 * comes of them), next steps with what became of each, the conversation of coach and teacher, and
 * small tests of change; and the timer that they all look at. Beyond one walk: the practices that a
 * district works on, and what it sees of them.
 *
 * Entities like those of lw-walk.h, with the same promises. Each begins with an #LwItem. Of two
 * versions of one thing the one that was edited later stands, whichever reached the log first:
 * lw_store_put_item().
 */

/* What they all begin with. */
typedef struct {
  LwId id;
  LwId walk_id;         /* of a trend the practice that it belongs to; of a practice none */
  LwId by_id;           /* the person who made this version */
  gint64 edited_utc_us; /* when; 0: never */
  guint gone;           /* 1: taken away; a later edit brings it back */
} LwItem;

#define LW_ITEM_POSITION_MAX (G_GINT64_CONSTANT (1) << 52) /* and its negative: a JSON number */

/* A heap of cards that belong together. */
typedef struct {
  LwItem item;
  const char *title;
  gint64 position; /* among the groups; equal ones go by id */
} LwGroup;

/* Where a note lies on the board. Its id follows from walk and note (lw_card_id()), so that two who
 * move the same note at once speak of one card. */
typedef struct {
  LwItem item;
  LwId note_id;
  LwId group_id;     /* none: not grouped */
  gint64 position;   /* within the group */
  const char *about; /* who is spoken of, as the walk's people agreed: "student"; "": not said */
} LwCard;

typedef enum {
  LW_OUTCOME_ASSET,     /* what is working */
  LW_OUTCOME_NEED,      /* what is missing yet */
  LW_OUTCOME_WONDERING, /* a question for the teacher */
  LW_OUTCOME_N_KINDS
} LwOutcomeKind;

/* What a debrief came to, written together. */
typedef struct {
  LwItem item;
  LwOutcomeKind kind;
  const char *text;
  const char *const *cites; /* the notes that it rests on: ids as text */
  gint64 position;
} LwOutcome;

/* What somebody will do. Of persons, it holds what they do next, and no judgement. */
typedef struct {
  LwItem item;
  const char *level; /* an id of the routine's levels */
  const char *text;
  LwId owner_id;     /* who will do it: one of the walk's people, or none */
  const char *owner; /* their name, where they are not */
  const char *due;   /* "2026-12-01"; "": open */
  LwId outcome_id;   /* what it answers; or none */
  LwId agreed_by_id; /* the teacher who wrote it, or agreed to these words; or none */
  LwId from_id;      /* the step of the walk before that it goes on with; or none */
} LwStep;

typedef enum {
  LW_FOLLOW_UP_PLANNED,
  LW_FOLLOW_UP_TRYING,
  LW_FOLLOW_UP_ADAPTED,
  LW_FOLLOW_UP_ADOPTED,
  LW_FOLLOW_UP_ABANDONED,
  LW_FOLLOW_UP_N_STATES
} LwFollowUpState;

/* What became of a step, so far. */
typedef struct {
  LwItem item;
  LwId step_id;
  LwFollowUpState state;
  const char *text;
  const char *on; /* the day: "2026-12-01" */
} LwFollowUp;

/* One turn of the conversation between coach and teacher about the whole walk. */
typedef struct {
  LwItem item;
  LwId reply_to; /* another message, or none */
  const char *text;
  gint64 created_utc_us;
} LwMessage;

typedef enum {
  LW_DECISION_OPEN, /* not decided yet */
  LW_DECISION_ADOPT,
  LW_DECISION_ADAPT,
  LW_DECISION_ABANDON,
  LW_DECISION_N
} LwDecision;

/* Part of a lesson. */
typedef struct {
  LwId segment_id; /* none: not chosen */
  LwTime start;
  LwTime end; /* exclusive, later than start */
} LwStretch;

/* A small test of change: plan, do, study, act. What was predicted stays as it was once the change
 * is being tried: what is thought of it later is the remark. */
typedef struct {
  LwItem item;
  guint cycle; /* from 1, through all walks that go on with each other */
  const char *change;
  const char *prediction;
  gint64 predicted_utc_us; /* when these words were written; 0: there are none */
  gint64 fixed_utc_us;     /* from when on they stay; 0: not yet */
  const char *remark;
  const char *measure; /* the code that shows it: "SHEET/CODE"; "": none named */
  LwStretch before;
  LwStretch after;
  const char *found;
  const char *compared; /* with the prediction */
  LwDecision decision;
  const char *why;
  const char *on; /* the day of the decision: "2026-12-01"; "": none */
  LwId from_id;   /* the test that it goes on with, also of the walk before; or none */
} LwTrial;

/* The time that the walk's people have for what they do now: it says how long, and ends nothing. It
 * runs by the clock of the room that keeps it, whatever anybody's own clock says. */
typedef struct {
  LwItem item;
  LwId visit_id;       /* a visit in its turn; or none: a phase, or a step of it */
  const char *phase;   /* which the walk was in when it began */
  const char *step;    /* of the phase; or "" */
  guint round;         /* of the walk */
  gint64 length_ms;    /* with what was added since */
  gint64 left_ms;      /* at begun_utc_us; or, while it stands, now */
  gint64 begun_utc_us; /* since when it runs; 0: it stands */
  /* Of the walk's clock alone (lw-turn.h): */
  gint64 turn_ms;  /* how long a visit is that has no planned length; 0: it is no walk's clock */
  gint64 after_ms; /* between two visits, to write down what was seen */
  guint writing;   /* 1: left_ms is of the time after the visit */
} LwTimer;

#define LW_TIMER_MAX_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

typedef enum {
  LW_COURSE_OPEN, /* none yet */
  LW_COURSE_KEEP,
  LW_COURSE_STRENGTHEN,
  LW_COURSE_ABANDON,
  LW_COURSE_N_KINDS
} LwCourse;

/* What a district works on over a year, in several walks: a way of teaching, never a teacher. */
typedef struct {
  LwItem item;
  const char *title;
  const char *about;
  LwCourse decision; /* what becomes of the practice */
  const char *why;
  const char *on; /* the day of the decision: "2026-12-01" */
} LwPractice;

/* What is seen again and again in a practice's visits. Only with evidence of at least two of them
 * is it more than one class's day; whoever takes it in, or shows it, counts. */
typedef struct {
  LwItem item;
  LwOutcomeKind kind; /* an asset or a need */
  const char *text;
  const char *const *cites; /* the notes and outcomes that it rests on: ids as text */
  gint64 position;
} LwTrend;

/* Stored by number, exchanged by name. */
const char *lw_decision_to_string (LwDecision decision); /* "" while it is open */
gboolean lw_decision_parse (const char *text, LwDecision *ret_decision);
const char *lw_course_to_string (LwCourse course);
gboolean lw_course_parse (const char *text, LwCourse *ret_course);
const char *lw_outcome_kind_to_string (LwOutcomeKind kind);
gboolean lw_outcome_kind_parse (const char *text, LwOutcomeKind *ret_kind);
const char *lw_follow_up_state_to_string (LwFollowUpState state);
gboolean lw_follow_up_state_parse (const char *text, LwFollowUpState *ret_state);

LW_DECLARE_ENTITY (LwGroup, lw_group)
LW_DECLARE_ENTITY (LwCard, lw_card)
LW_DECLARE_ENTITY (LwOutcome, lw_outcome)
LW_DECLARE_ENTITY (LwStep, lw_step)
LW_DECLARE_ENTITY (LwFollowUp, lw_follow_up)
LW_DECLARE_ENTITY (LwMessage, lw_message)
LW_DECLARE_ENTITY (LwTrial, lw_trial)
LW_DECLARE_ENTITY (LwTimer, lw_timer)
LW_DECLARE_ENTITY (LwPractice, lw_practice)
LW_DECLARE_ENTITY (LwTrend, lw_trend)

/* Whether entities of @kind begin with an LwItem. */
gboolean lw_item_is (LwEntityKind kind);
/* Whether they do, and belong to one walk. */
gboolean lw_item_is_of_walk (LwEntityKind kind);
/* As of the type that @kind says. */
gpointer lw_item_new (LwEntityKind kind, gconstpointer fields, GError **error);
void lw_item_unref (LwEntityKind kind, gpointer item);

/**
 * lw_item_beats:
 * @kind: of both, which are versions of one thing
 *
 * Returns: whether @a stands rather than @b: the one that was edited later; of two that were edited
 *   at the same microsecond always the same one. An order: a thing never beats itself.
 */
gboolean lw_item_beats (LwEntityKind kind, gconstpointer a, gconstpointer b);

/* The card of @note_id on the board of @walk_id. Thread: any. */
LwId lw_card_id (const LwId *walk_id, const LwId *note_id);
/* The timer of @walk_id for a visit; with none, the one for its phases; with the walk's own id in
 * its place, the walk's clock. Thread: any. */
LwId lw_timer_id (const LwId *walk_id, const LwId *visit_id);
/* What is left at @now_utc_us: not less than 0, and, where that clock was set back, not more than
 * there was when it began. Thread: any. */
gint64 lw_timer_get_left_ms (const LwTimer *self, gint64 now_utc_us);

G_END_DECLS
