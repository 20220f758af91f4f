/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-protocol.h"

G_BEGIN_DECLS

/*
 * The one place where it is decided who may do what, in the room and in a player. Pure: facts in,
 * yes or no out; what the phases open is data of the protocol. tests/unit/room holds it against a
 * second opinion for every role, phase and endpoint.
 */

typedef enum {
  LW_ACT_SEE_WALK, /* focus, inquiry, people, visits */
  LW_ACT_WATCH,    /* a lesson, its pictures, student work */
  LW_ACT_SEE_NOTE,
  LW_ACT_WRITE_NOTE, /* a noticing or wondering on an own track */
  LW_ACT_REPLY,      /* also needs LW_ACT_SEE_NOTE of what is answered */
  LW_ACT_MARK_PROGRESS,
  LW_ACT_CHANGE_NOTE, /* edit, delete, restore */
  LW_ACT_ERASE_NOTE,  /* for good */
  LW_ACT_SET_FOCUS,   /* focus, inquiry, what to watch for */
  LW_ACT_LEAD,        /* phases, visits, members, invitations */
  LW_ACT_UPLOAD,
  LW_ACT_REMOVE_WORK, /* a sample of student work; is_own: they attached it */
  LW_ACT_SHARE_CLIP,
  LW_ACT_SEE_VIEWS, /* who saw a lesson: its audit log */
  LW_ACT_ERASE_SEGMENT,
  LW_ACT_SEE_BOARD, /* the debrief board, outcomes and next steps: where all notes are open */
  LW_ACT_ARRANGE,   /* move its cards, write outcomes of what is working */
  LW_ACT_CONCLUDE,  /* write implications: needs, and wonderings for the teacher */
  LW_ACT_PLAN,      /* write next steps */
  LW_ACT_FOLLOW_UP, /* tell what became of one; is_own: it is theirs to do */
  LW_ACT_AGREE,     /* to a step of the teacher's level */
  LW_ACT_READ_TALK, /* of coach and teacher, about the whole walk */
  LW_ACT_TALK,
  LW_ACT_SEE_TESTS, /* small tests of change: everybody's business in every phase */
  LW_ACT_PUT_TEST,
  LW_ACT_SEE_PHASE,   /* who is here and where they are, and who works with whom */
  LW_ACT_KEEP_TIME,   /* the timer that all look at */
  LW_ACT_WRITE_TREND, /* what is seen across walks, of which this is one */
  LW_N_ACTS
} LwAct;

typedef struct {
  guint roles;             /* in this walk: bits 1 << LwRole; 0: none of its people */
  const LwPhase *phase;    /* where the walk stands */
  const LwPhaseStep *step; /* of the phase; NULL: it has none */
  gboolean is_guest;       /* theirs is an account of this one walk, by an invitation */
  gboolean is_own;         /* the note, or the track it goes to, is theirs */
  gboolean is_host_of;     /* the lesson in question is theirs */
  gboolean is_admin;       /* of the room; no key to anybody's notes */
  LwBefore done;           /* what they have done of what a phase may ask before one watches */
} LwAccess;

gboolean lw_access_allows (LwAct act, const LwAccess *access);

/* Whether the phase is for the others: theirs is a lesson of this walk, and they are back with the
 * next. What is their own stays open to them, and who leads goes on leading. */
gboolean lw_access_is_out (const LwAccess *access);

/* What they have still to do before they watch and pin in this phase; nothing for the teacher whose
 * lesson it is. */
LwBefore lw_access_get_missing (const LwAccess *access);
/* The same as a sentence on what to do. (transfer full) */
char *lw_before_to_sentence (LwBefore missing);

G_END_DECLS
