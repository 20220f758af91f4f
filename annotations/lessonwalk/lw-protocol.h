/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "lw-store.h"
#include "lw-walk.h"

G_BEGIN_DECLS

/**
 * LwProtocol:
 *
 * The routine of a walk as data: its phases in order, and what each lets whom do. Immutable and
 * reference-counted. The format is described by annotations/protocols/protocol.schema.json.
 *
 * Thread: any.
 */
typedef struct _LwProtocol LwProtocol;

/* What a walk must have before a phase of it opens. */
typedef enum {
  LW_GATE_FOCUS = 1 << 0,
  LW_GATE_INQUIRY = 1 << 1,
  LW_GATE_PD_SESSION = 1 << 2,
  LW_GATE_WATCH_FOR = 1 << 3,
} LwGates;

/* What each person does before she watches. */
typedef enum {
  LW_BEFORE_NORMS = 1 << 0,     /* has read the norms, and said so */
  LW_BEFORE_LENS = 1 << 1,      /* has chosen the angle from which she looks */
  LW_BEFORE_INTENTION = 1 << 2, /* has written what she sets out to look for */
} LwBefore;

/* How many people look at something together. */
typedef enum {
  LW_GROUPING_NONE, /* not said */
  LW_GROUPING_ALONE,
  LW_GROUPING_PAIR,
  LW_GROUPING_TRIO,
  LW_GROUPING_SMALL_GROUP,
  LW_GROUPING_WHOLE_GROUP,
} LwGrouping;

typedef enum {
  LW_STEP_OTHER,
  LW_STEP_EVIDENCE,     /* what students said, did and made */
  LW_STEP_IMPLICATIONS, /* what it means; never before the evidence */
} LwStepKind;

/* A part of a phase. Whoever leads moves from one to the next. */
typedef struct {
  const char *id; /* within its phase */
  const char *title;
  const char *hint;
  guint minutes;
  LwGrouping grouping;
  LwStepKind kind;
  /* So many cards of what students did are on the board before the next step. */
  guint student_cards;
} LwPhaseStep;

/* Role bits are 1 << LwRole: those who may, while the phase lasts. Strings that are not given are
 * "". What only people read (prompts, the forms' fields, code sheets) is in the JSON. */
typedef struct {
  const char *id;    /* "debrief": for programs, and in LwWalk.phase */
  const char *title; /* "Debrief": for people */
  const char *hint;  /* one sentence on what is done now */
  guint watch;       /* see and hear the lesson */
  guint see_notes;   /* read what others wrote */
  guint write_notes; /* noticings and wonderings of their own */
  guint reply;
  guint mark_progress;
  guint minutes; /* planned; 0: as long as it takes */
  LwGrouping grouping;
  LwGates gates;            /* of the whole walk; those of focus and inquiry hold from the second
                             * phase on, whatever the file says */
  LwBefore before_watching; /* of each person who is not the lesson's teacher */
  const char *form;         /* the id of the form that is filled in now */
  const char *again;        /* the id of an earlier phase that may follow this one once more */
  gboolean tries;           /* changes are tried now: predictions stay as they were written */
  gboolean begins_round;    /* and with it another round begins, not only another visit */
  gboolean host_leaves;     /* for the others: the teacher whose lesson it is has no part in it */
  const LwPhaseStep *steps; /* in their order */
  guint n_steps;            /* 0: the phase is of one piece */
  gboolean closed;          /* the walk is over: guests leave, nothing is written any more */
} LwPhase;

#define LW_PROTOCOL_ERROR (lw_protocol_error_quark ())
GQuark lw_protocol_error_quark (void);

#define LW_PROTOCOL_MAX_BYTES (64 * 1024) /* of a file */

typedef enum {
  LW_PROTOCOL_ERROR_SYNTAX,  /* not of the schema, or no walk can follow it; says where and why */
  LW_PROTOCOL_ERROR_UNKNOWN, /* no protocol of that name and version is there */
  LW_PROTOCOL_ERROR_EXISTS,  /* another one goes by that name and version */
} LwProtocolError;

/**
 * lw_protocol_find:
 * @name: "name@version", as in LwWalk.protocol; "": the one that is used where none was chosen
 *
 * Returns: (transfer full): one that comes with Lessonwalk, or came with an earlier one; UNKNOWN if
 *   there is none
 */
LwProtocol *lw_protocol_find (const char *name, GError **error);

/**
 * lw_protocol_parse:
 *
 * Reads a stranger's file: everything that the schema says is checked, and that each form, phase
 * and role that it names is there.
 *
 * Returns: (transfer full): NULL with SYNTAX
 */
LwProtocol *lw_protocol_parse (const char *json, gsize length, GError **error);

LwProtocol *lw_protocol_ref (LwProtocol *self);
void lw_protocol_unref (LwProtocol *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwProtocol, lw_protocol_unref)

const char *lw_protocol_get_name (LwProtocol *self); /* "name@version" */
const char *lw_protocol_get_title (LwProtocol *self);
const char *lw_protocol_get_about (LwProtocol *self); /* what it is for; "" */
/* The whole file, without the white space between its parts. */
const char *lw_protocol_get_json (LwProtocol *self);
guint lw_protocol_get_n_phases (LwProtocol *self); /* at least one */
/* (transfer none) */
const LwPhase *lw_protocol_get_phase (LwProtocol *self, guint index);
/* Whether the routine offers a lens of that name. @ret_description: (transfer none): "" if none */
gboolean lw_protocol_find_lens (LwProtocol *self, const char *name, const char **ret_description);

/* ---- a district's own ----
 *
 * A copy, changed in plain JSON, is taken into a store and goes with its logs. It is named
 * "name@version+1f3a9c2b", after its content, so that a walk keeps the routine that it began with
 * whatever else comes by that name. Errors also of #LwStoreError. Thread: any.
 */

/**
 * lw_protocol_take_in:
 *
 * The very same again changes nothing.
 *
 * Returns: (transfer full): it, with its name for LwWalk.protocol; NULL with SYNTAX or EXISTS
 */
LwProtocol *lw_protocol_take_in (LwStore *store, const char *json, gsize length, GError **error);

/* As lw_protocol_find(), also among those in @store. */
LwProtocol *lw_protocol_find_in (LwStore *store, const char *name, GError **error);
/* As lw_protocol_list(), and then those in @store. NULL if they cannot be read. */
GPtrArray *lw_protocol_list_in (LwStore *store, GError **error);

/* Those that come with Lessonwalk, by title. (transfer container) (element-type LwProtocol) */
GPtrArray *lw_protocol_list (void);
/* By id; "" is the first phase. (transfer none) (nullable) */
const LwPhase *lw_protocol_find_phase (LwProtocol *self, const char *id);
/* By id; "", or an id that it does not have: its first. NULL if it has none. (transfer none) */
const LwPhaseStep *lw_phase_find_step (const LwPhase *self, const char *id);
/* "pair", as in the file; NULL where nothing is said. */
const char *lw_grouping_to_string (LwGrouping grouping);

G_END_DECLS
