/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-entity.h"

#include <string.h>

#include "lw-board.h"
#include "lw-text.h"

#define ID(Type, member, number, required)                               \
  {                                                                      \
#member, number, LW_FIELD_ID, offsetof(Type, member), required, 0, 0 \
  }
#define TEXT(Type, member, number)                                      \
  {                                                                     \
#member, number, LW_FIELD_TEXT, offsetof(Type, member), FALSE, 0, 0 \
  }
#define TEXTS(Type, member, number)                                      \
  {                                                                      \
#member, number, LW_FIELD_TEXTS, offsetof(Type, member), FALSE, 0, 0 \
  }
#define NUMBER(Type, member, number, min, max)                                \
  {                                                                           \
#member, number, LW_FIELD_NUMBER, offsetof(Type, member), FALSE, min, max \
  }
#define LONG(Type, member, number, min, max)                                \
  {                                                                         \
#member, number, LW_FIELD_LONG, offsetof(Type, member), FALSE, min, max \
  }
#define HASH(Type, member, number)                                      \
  {                                                                     \
#member, number, LW_FIELD_HASH, offsetof(Type, member), FALSE, 0, 0 \
  }
#define END \
  {         \
    NULL    \
  }

static const LwField place_fields[] = {
    NUMBER (LwPlace, kind, 1, 0, LW_PLACE_N_KINDS - 1),
    ID (LwPlace, parent_id, 2, FALSE),
    TEXT (LwPlace, name, 3),
    END,
};

static const LwField person_fields[] = {
    TEXT (LwPerson, name, 1),
    END,
};

static const LwField lens_fields[] = {
    TEXT (LwLens, name, 1),
    TEXT (LwLens, description, 2),
    END,
};

static const LwField walk_fields[] = {
    TEXT (LwWalk, title, 1),
    TEXT (LwWalk, protocol, 2),
    ID (LwWalk, focus_owner_id, 3, FALSE),
    TEXT (LwWalk, focus, 4),
    TEXT (LwWalk, inquiry, 5),
    TEXT (LwWalk, pd_session, 6),
    TEXTS (LwWalk, watch_for, 7),
    ID (LwWalk, previous_id, 8, FALSE),
    TEXT (LwWalk, phase, 9),
    NUMBER (LwWalk, round, 10, 0, 1000000),
    TEXT (LwWalk, step, 11),
    NUMBER (LwWalk, shuffle, 12, 0, 1000000),
    ID (LwWalk, practice_id, 13, FALSE),
    END,
};

static const LwField visit_fields[] = {
    ID (LwVisit, walk_id, 1, TRUE),
    ID (LwVisit, classroom_id, 2, FALSE),
    NUMBER (LwVisit, order, 3, 1, 1000000),
    LONG (LwVisit, planned_utc_us, 4, G_MININT64, G_MAXINT64),
    LONG (LwVisit, duration_ms, 5, 0, LW_TIME_MAX / LW_MSECOND),
    ID (LwVisit, host_id, 6, FALSE),
    NUMBER (LwVisit, removed, 7, 0, 1),
    END,
};

static const LwField segment_fields[] = {
    ID (LwSegment, visit_id, 1, FALSE),
    HASH (LwSegment, media, 2),
    TEXT (LwSegment, title, 3),
    LONG (LwSegment, duration, 4, LW_TIME_NONE, LW_TIME_MAX),
    LONG (LwSegment, started_utc_us, 5, G_MININT64, G_MAXINT64),
    LONG (LwSegment, anchor_utc_ns, 6, 0, G_MAXINT64),
    NUMBER (LwSegment, anchor_by, 7, 0, LW_ANCHOR_N_KINDS - 1),
    END,
};

static const LwField track_fields[] = {
    ID (LwTrack, segment_id, 1, TRUE),
    ID (LwTrack, person_id, 2, TRUE),
    ID (LwTrack, lens_id, 3, FALSE),
    TEXT (LwTrack, intention, 4),
    ID (LwTrack, pinned_on_id, 5, FALSE),
    LONG (LwTrack, shift, 6, -LW_TRACK_SHIFT_MAX, LW_TRACK_SHIFT_MAX),
    LONG (LwTrack, drift_ppb, 7, -LW_TRACK_DRIFT_MAX_PPB, LW_TRACK_DRIFT_MAX_PPB),
    LONG (LwTrack, pinned_anchor_utc_ns, 8, 0, G_MAXINT64),
    END,
};

static const LwField member_fields[] = {
    ID (LwMember, walk_id, 1, TRUE),
    ID (LwMember, person_id, 2, TRUE),
    NUMBER (LwMember, roles, 3, 0, (1 << LW_N_ROLES) - 1),
    LONG (LwMember, norms_utc_us, 4, 0, G_MAXINT64),
    ID (LwMember, lens_id, 5, FALSE),
    TEXT (LwMember, intention, 6),
    ID (LwMember, offered_lens_id, 7, FALSE),
    END,
};

static const LwField protocol_fields[] = {
    TEXT (LwProtocolText, name, 1),
    TEXT (LwProtocolText, json, 2),
    END,
};

/* What every LwItem has. */
#define ITEM(Type) ITEM_BELOW (Type, TRUE)
#define ITEM_BELOW(Type, required)                                             \
  {"walk_id", 1, LW_FIELD_ID, offsetof (Type, item.walk_id), required, 0, 0},  \
      {"by_id", 2, LW_FIELD_ID, offsetof (Type, item.by_id), FALSE, 0, 0},     \
      {"edited_utc_us", 3, LW_FIELD_LONG, offsetof (Type, item.edited_utc_us), \
       FALSE,           0, G_MAXINT64},                                        \
  {                                                                            \
    "gone", 4, LW_FIELD_NUMBER, offsetof (Type, item.gone), FALSE, 0, 1        \
  }

static const LwField group_fields[] = {
    ITEM (LwGroup),
    TEXT (LwGroup, title, 5),
    LONG (LwGroup, position, 6, -LW_ITEM_POSITION_MAX, LW_ITEM_POSITION_MAX),
    END,
};

static const LwField card_fields[] = {
    ITEM (LwCard),
    ID (LwCard, note_id, 5, TRUE),
    ID (LwCard, group_id, 6, FALSE),
    LONG (LwCard, position, 7, -LW_ITEM_POSITION_MAX, LW_ITEM_POSITION_MAX),
    TEXT (LwCard, about, 8),
    END,
};

static const LwField outcome_fields[] = {
    ITEM (LwOutcome),
    NUMBER (LwOutcome, kind, 5, 0, LW_OUTCOME_N_KINDS - 1),
    TEXT (LwOutcome, text, 6),
    TEXTS (LwOutcome, cites, 7),
    LONG (LwOutcome, position, 8, -LW_ITEM_POSITION_MAX, LW_ITEM_POSITION_MAX),
    END,
};

static const LwField step_fields[] = {
    ITEM (LwStep),
    TEXT (LwStep, level, 5),
    TEXT (LwStep, text, 6),
    ID (LwStep, owner_id, 7, FALSE),
    TEXT (LwStep, owner, 8),
    TEXT (LwStep, due, 9),
    ID (LwStep, outcome_id, 10, FALSE),
    ID (LwStep, agreed_by_id, 11, FALSE),
    ID (LwStep, from_id, 12, FALSE),
    END,
};

static const LwField follow_up_fields[] = {
    ITEM (LwFollowUp),
    ID (LwFollowUp, step_id, 5, TRUE),
    NUMBER (LwFollowUp, state, 6, 0, LW_FOLLOW_UP_N_STATES - 1),
    TEXT (LwFollowUp, text, 7),
    TEXT (LwFollowUp, on, 8),
    END,
};

static const LwField message_fields[] = {
    ITEM (LwMessage),
    ID (LwMessage, reply_to, 5, FALSE),
    TEXT (LwMessage, text, 6),
    LONG (LwMessage, created_utc_us, 7, 0, G_MAXINT64),
    END,
};

static const LwField trial_fields[] = {
    ITEM (LwTrial),
    NUMBER (LwTrial, cycle, 5, 1, 1000000),
    TEXT (LwTrial, change, 6),
    TEXT (LwTrial, prediction, 7),
    LONG (LwTrial, predicted_utc_us, 8, 0, G_MAXINT64),
    LONG (LwTrial, fixed_utc_us, 9, 0, G_MAXINT64),
    TEXT (LwTrial, remark, 10),
    TEXT (LwTrial, measure, 11),
    ID (LwTrial, before.segment_id, 12, FALSE),
    LONG (LwTrial, before.start, 13, 0, LW_TIME_MAX),
    LONG (LwTrial, before.end, 14, 0, LW_TIME_MAX),
    ID (LwTrial, after.segment_id, 15, FALSE),
    LONG (LwTrial, after.start, 16, 0, LW_TIME_MAX),
    LONG (LwTrial, after.end, 17, 0, LW_TIME_MAX),
    TEXT (LwTrial, found, 18),
    TEXT (LwTrial, compared, 19),
    NUMBER (LwTrial, decision, 20, 0, LW_DECISION_N - 1),
    TEXT (LwTrial, why, 21),
    TEXT (LwTrial, on, 22),
    ID (LwTrial, from_id, 23, FALSE),
    END,
};

static const LwField timer_fields[] = {
    ITEM (LwTimer),
    ID (LwTimer, visit_id, 5, FALSE),
    TEXT (LwTimer, phase, 6),
    TEXT (LwTimer, step, 7),
    NUMBER (LwTimer, round, 8, 0, 1000000),
    LONG (LwTimer, length_ms, 9, 0, LW_TIMER_MAX_MS),
    LONG (LwTimer, left_ms, 10, 0, LW_TIMER_MAX_MS),
    LONG (LwTimer, begun_utc_us, 11, 0, G_MAXINT64),
    LONG (LwTimer, turn_ms, 12, 0, LW_TIMER_MAX_MS),
    LONG (LwTimer, after_ms, 13, 0, LW_TIMER_MAX_MS),
    NUMBER (LwTimer, writing, 14, 0, 1),
    END,
};

static const LwField practice_fields[] = {
    ITEM_BELOW (LwPractice, FALSE),
    TEXT (LwPractice, title, 5),
    TEXT (LwPractice, about, 6),
    NUMBER (LwPractice, decision, 7, 0, LW_COURSE_N_KINDS - 1),
    TEXT (LwPractice, why, 8),
    TEXT (LwPractice, on, 9),
    END,
};

static const LwField trend_fields[] = {
    ITEM (LwTrend),
    NUMBER (LwTrend, kind, 5, 0, LW_OUTCOME_NEED),
    TEXT (LwTrend, text, 6),
    TEXTS (LwTrend, cites, 7),
    LONG (LwTrend, position, 8, -LW_ITEM_POSITION_MAX, LW_ITEM_POSITION_MAX),
    END,
};

#define ITEM_CLASS(name, Type, fields)                         \
  {                                                            \
    name, sizeof (Type), fields, offsetof (Type, item.walk_id) \
  }

static const LwEntityClass classes[LW_ENTITY_N_KINDS] = {
    [LW_ENTITY_PLACE] = {"place", sizeof (LwPlace), place_fields, offsetof (LwPlace, parent_id)},
    [LW_ENTITY_PERSON] = {"person", sizeof (LwPerson), person_fields, -1},
    [LW_ENTITY_LENS] = {"lens", sizeof (LwLens), lens_fields, -1},
    [LW_ENTITY_WALK] = {"walk", sizeof (LwWalk), walk_fields, -1},
    [LW_ENTITY_VISIT] = {"visit", sizeof (LwVisit), visit_fields, offsetof (LwVisit, walk_id)},
    [LW_ENTITY_SEGMENT] = {"segment", sizeof (LwSegment), segment_fields,
                           offsetof (LwSegment, visit_id)},
    [LW_ENTITY_TRACK] = {"track", sizeof (LwTrack), track_fields, offsetof (LwTrack, segment_id)},
    [LW_ENTITY_MEMBER] = {"member", sizeof (LwMember), member_fields, offsetof (LwMember, walk_id)},
    [LW_ENTITY_PROTOCOL] = {"protocol", sizeof (LwProtocolText), protocol_fields, -1},
    [LW_ENTITY_GROUP] = ITEM_CLASS ("group", LwGroup, group_fields),
    [LW_ENTITY_CARD] = ITEM_CLASS ("card", LwCard, card_fields),
    [LW_ENTITY_OUTCOME] = ITEM_CLASS ("outcome", LwOutcome, outcome_fields),
    [LW_ENTITY_STEP] = ITEM_CLASS ("step", LwStep, step_fields),
    [LW_ENTITY_FOLLOW_UP] = ITEM_CLASS ("follow-up", LwFollowUp, follow_up_fields),
    [LW_ENTITY_MESSAGE] = ITEM_CLASS ("message", LwMessage, message_fields),
    [LW_ENTITY_TRIAL] = ITEM_CLASS ("test", LwTrial, trial_fields),
    [LW_ENTITY_TIMER] = ITEM_CLASS ("timer", LwTimer, timer_fields),
    [LW_ENTITY_PRACTICE] = ITEM_CLASS ("practice", LwPractice, practice_fields),
    [LW_ENTITY_TREND] = ITEM_CLASS ("trend", LwTrend, trend_fields),
};

const LwEntityClass *
lw_entity_get_class (LwEntityKind kind)
{
  g_return_val_if_fail ((guint)kind < LW_ENTITY_N_KINDS, NULL);
  return &classes[kind];
}

static gboolean
fail (LwWalkError code, const LwEntityClass *class, const LwField *field, GError **error)
{
  g_set_error (error, LW_WALK_ERROR, (int)code,
               code == LW_WALK_ERROR_TEXT ? "The %s’s %s is not readable text, or is too long."
                                          : "The %s’s %s is missing or not possible.",
               class->name, field->name);
  return FALSE;
}

/* Replaces the borrowed string by an owned one; FALSE leaves NULL. */
static gboolean
own_text (const char **text)
{
  const char *given = *text;

  *text = NULL;
  if (given == NULL) {
    *text = g_strdup ("");
    return TRUE;
  }
  if (strlen (given) > LW_ENTITY_TEXT_MAX_BYTES || !g_utf8_validate (given, -1, NULL))
    return FALSE;
  *text = lw_text_clean (given, FALSE);
  return strlen (*text) <= LW_ENTITY_TEXT_MAX_BYTES;
}

static gboolean
own_texts (const char *const **texts)
{
  const char *const *given = *texts;
  guint n = given != NULL ? g_strv_length ((char **)given) : 0;
  const char **owned;

  *texts = NULL;
  if (n > LW_ENTITY_LIST_MAX)
    return FALSE;
  owned = g_new0 (const char *, n + 1);
  *texts = (const char *const *)owned;
  for (guint i = 0; i < n; i++) {
    owned[i] = given[i];
    if (!own_text (&owned[i]))
      return FALSE;
  }
  return TRUE;
}

/* Checks one field of @entity, which still borrows it, and makes it the entity's own. */
static gboolean
own_field (const LwEntityClass *class, const LwField *field, gpointer entity, GError **error)
{
  gpointer member = G_STRUCT_MEMBER_P (entity, field->offset);
  gint64 number;

  switch (field->type) {
  case LW_FIELD_ID:
    if (field->required && lw_id_is_none (member))
      return fail (LW_WALK_ERROR_FIELD, class, field, error);
    return TRUE;
  case LW_FIELD_HASH:
    if (field->required && lw_content_hash_is_none (member))
      return fail (LW_WALK_ERROR_FIELD, class, field, error);
    return TRUE;
  case LW_FIELD_TEXT:
    return own_text (member) || fail (LW_WALK_ERROR_TEXT, class, field, error);
  case LW_FIELD_TEXTS:
    return own_texts (member) || fail (LW_WALK_ERROR_TEXT, class, field, error);
  case LW_FIELD_NUMBER:
  case LW_FIELD_LONG:
    number = field->type == LW_FIELD_NUMBER ? (gint64) * (guint *)member : *(gint64 *)member;
    if (number < field->min || number > field->max)
      return fail (LW_WALK_ERROR_FIELD, class, field, error);
    return TRUE;
  default:
    g_return_val_if_reached (FALSE);
  }
}

static void
clear_fields (const LwEntityClass *class, gpointer entity)
{
  for (const LwField *field = class->fields; field->name != NULL; field++) {
    gpointer member = G_STRUCT_MEMBER_P (entity, field->offset);

    if (field->type == LW_FIELD_TEXT)
      g_clear_pointer ((char **)member, g_free);
    else if (field->type == LW_FIELD_TEXTS)
      g_clear_pointer ((char ***)member, g_strfreev);
  }
}

/* Forgets what the copy borrows from @field on, so that clearing frees only what is owned. */
static void
drop_borrowed (const LwField *field, gpointer entity)
{
  for (; field->name != NULL; field++) {
    if (field->type == LW_FIELD_TEXT || field->type == LW_FIELD_TEXTS)
      G_STRUCT_MEMBER (gpointer, entity, field->offset) = NULL;
  }
}

gpointer
lw_entity_new (LwEntityKind kind, gconstpointer fields, GError **error)
{
  const LwEntityClass *class = lw_entity_get_class (kind);
  gpointer entity;

  g_return_val_if_fail (class != NULL && fields != NULL, NULL);
  entity = g_atomic_rc_box_dup (class->size, (gpointer)fields);
  if (lw_id_is_none (entity))
    *(LwId *)entity = lw_id_new ();
  for (const LwField *field = class->fields; field->name != NULL; field++) {
    if (!own_field (class, field, entity, error)) {
      drop_borrowed (field + 1, entity);
      lw_entity_unref (kind, entity);
      return NULL;
    }
  }
  return entity;
}

gpointer
lw_entity_ref (gconstpointer entity)
{
  g_return_val_if_fail (entity != NULL, NULL);
  return g_atomic_rc_box_acquire ((gpointer)entity);
}

#define CLEAR(kind, name)                    \
  static void name##_clear (gpointer entity) \
  {                                          \
    clear_fields (&classes[kind], entity);   \
  }

CLEAR (LW_ENTITY_PLACE, place)
CLEAR (LW_ENTITY_PERSON, person)
CLEAR (LW_ENTITY_LENS, lens)
CLEAR (LW_ENTITY_WALK, walk)
CLEAR (LW_ENTITY_VISIT, visit)
CLEAR (LW_ENTITY_SEGMENT, segment)
CLEAR (LW_ENTITY_TRACK, track)
CLEAR (LW_ENTITY_MEMBER, member)
CLEAR (LW_ENTITY_PROTOCOL, protocol)
CLEAR (LW_ENTITY_GROUP, group)
CLEAR (LW_ENTITY_CARD, card)
CLEAR (LW_ENTITY_OUTCOME, outcome)
CLEAR (LW_ENTITY_STEP, step)
CLEAR (LW_ENTITY_FOLLOW_UP, follow_up)
CLEAR (LW_ENTITY_MESSAGE, message)
CLEAR (LW_ENTITY_TRIAL, trial)
CLEAR (LW_ENTITY_TIMER, timer)
CLEAR (LW_ENTITY_PRACTICE, practice)
CLEAR (LW_ENTITY_TREND, trend)

void
lw_entity_unref (LwEntityKind kind, gpointer entity)
{
  static const GDestroyNotify clears[LW_ENTITY_N_KINDS] = {
      place_clear,   person_clear,  lens_clear,     walk_clear,      visit_clear,
      segment_clear, track_clear,   member_clear,   protocol_clear,  group_clear,
      card_clear,    outcome_clear, step_clear,     follow_up_clear, message_clear,
      trial_clear,   timer_clear,   practice_clear, trend_clear,
  };

  g_return_if_fail (entity != NULL && (guint)kind < LW_ENTITY_N_KINDS);
  g_atomic_rc_box_release_full (entity, clears[kind]);
}

GDestroyNotify
lw_entity_get_unref (LwEntityKind kind)
{
  static const GDestroyNotify unrefs[LW_ENTITY_N_KINDS] = {
      (GDestroyNotify)lw_place_unref,         (GDestroyNotify)lw_person_unref,
      (GDestroyNotify)lw_lens_unref,          (GDestroyNotify)lw_walk_unref,
      (GDestroyNotify)lw_visit_unref,         (GDestroyNotify)lw_segment_unref,
      (GDestroyNotify)lw_track_unref,         (GDestroyNotify)lw_member_unref,
      (GDestroyNotify)lw_protocol_text_unref, (GDestroyNotify)lw_group_unref,
      (GDestroyNotify)lw_card_unref,          (GDestroyNotify)lw_outcome_unref,
      (GDestroyNotify)lw_step_unref,          (GDestroyNotify)lw_follow_up_unref,
      (GDestroyNotify)lw_message_unref,       (GDestroyNotify)lw_trial_unref,
      (GDestroyNotify)lw_timer_unref,         (GDestroyNotify)lw_practice_unref,
      (GDestroyNotify)lw_trend_unref,
  };

  g_return_val_if_fail ((guint)kind < LW_ENTITY_N_KINDS, NULL);
  return unrefs[kind];
}

static int
compare_texts (const char *const *a, const char *const *b)
{
  for (gsize i = 0;; i++) {
    int order;

    if (a[i] == NULL || b[i] == NULL)
      return (a[i] != NULL) - (b[i] != NULL);
    order = strcmp (a[i], b[i]);
    if (order != 0)
      return order;
  }
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int
field_compare (const LwField *field, gconstpointer a, gconstpointer b)
{
  gconstpointer left = (const guint8 *)a + field->offset;
  gconstpointer right = (const guint8 *)b + field->offset;

  switch (field->type) {
  case LW_FIELD_ID:
    return lw_id_compare (left, right);
  case LW_FIELD_HASH:
    return memcmp (left, right, sizeof (LwContentHash));
  case LW_FIELD_TEXT:
    return strcmp (*(const char *const *)left, *(const char *const *)right);
  case LW_FIELD_TEXTS:
    return compare_texts (*(const char *const *const *)left, *(const char *const *const *)right);
  case LW_FIELD_NUMBER:
    return COMPARE (*(const guint *)left, *(const guint *)right);
  case LW_FIELD_LONG:
    return COMPARE (*(const gint64 *)left, *(const gint64 *)right);
  default:
    g_return_val_if_reached (0);
  }
}

int
lw_entity_compare (LwEntityKind kind, gconstpointer a, gconstpointer b)
{
  const LwEntityClass *class = lw_entity_get_class (kind);
  int order;

  g_return_val_if_fail (class != NULL && a != NULL && b != NULL, 0);
  if (a == b)
    return 0;
  order = lw_id_compare (a, b);
  for (const LwField *field = class->fields; order == 0 && field->name != NULL; field++)
    order = field_compare (field, a, b);
  return order;
}

gboolean
lw_entity_equal (LwEntityKind kind, gconstpointer a, gconstpointer b)
{
  return lw_entity_compare (kind, a, b) == 0;
}
