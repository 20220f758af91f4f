/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Who saw and did what: rows that are only ever added, in the ledger's table "audit". Each row's
 * hash covers the row before it and all of its own fields, so that none can be changed or taken out
 * unseen; the newest hash also goes to the journal each day. A row holds ids, times and one of the
 * words below, and no name, no address and nothing that anybody wrote.
 */

typedef enum {
  LW_AUDIT_SIGNED_IN,        /* target: the session; detail: "link", "password", "invitation" */
  LW_AUDIT_CAME_BY_PROVIDER, /* its link, which opens within a minute, is the sign-in */
  LW_AUDIT_SIGNED_OUT,       /* target: the session; detail: "everywhere", or nothing */
  LW_AUDIT_ACCOUNT_MADE,     /* target: the person */
  LW_AUDIT_PASSWORD_SET,     /* target: the person */
  LW_AUDIT_JOINED,           /* walk; target: the invitation */
  LW_AUDIT_INVITED,          /* walk; target: the invitation; detail: the roles */
  LW_AUDIT_UNINVITED,        /* walk; target: the invitation */
  LW_AUDIT_MEMBER_CHANGED,   /* walk; target: the person; detail: the roles, or "none" */
  LW_AUDIT_WALK_MADE,        /* walk */
  LW_AUDIT_WALK_CHANGED,     /* walk: focus, inquiry, title */
  LW_AUDIT_PHASE_OPENED,     /* walk; detail: the phase's id in the protocol */
  LW_AUDIT_UPLOADED,         /* walk, segment; target: the upload */
  LW_AUDIT_WATCHED,          /* walk, segment: a media ticket was given */
  LW_AUDIT_TOOK_ORIGINAL,    /* walk, segment: the file as it was uploaded */
  LW_AUDIT_SAW_WORK,         /* walk, segment; target: the sample of student work */
  LW_AUDIT_REMOVED_WORK,     /* walk, segment; target: the sample, whose bytes are gone */
  LW_AUDIT_PINNED,           /* walk, segment; target: the note, of whatever kind */
  LW_AUDIT_CHANGED_NOTE,     /* walk, segment; target: the note */
  LW_AUDIT_DELETED_NOTE,     /* walk, segment; target: the note */
  LW_AUDIT_RESTORED_NOTE,    /* walk, segment; target: the note */
  LW_AUDIT_SYNCED,           /* walk: a store pulled or pushed; detail: "pull" or "push" */
  LW_AUDIT_CLIP_MADE,        /* walk, segment; target: the clip */
  LW_AUDIT_CLIP_DELETED,     /* walk, segment; target: the clip */
  LW_AUDIT_SHARED,           /* walk, segment; target: the share */
  LW_AUDIT_UNSHARED,         /* walk, segment; target: the share */
  LW_AUDIT_OPENED_SHARE,     /* segment; target: the share; nobody is signed in */
  LW_AUDIT_REPLIED_SHARE,    /* segment; target: the share; nobody is signed in */
  LW_AUDIT_ERASED_NOTE,      /* walk, segment; target: the note */
  LW_AUDIT_ERASED_TRACK,     /* walk, segment; target: the track */
  LW_AUDIT_ERASED_SEGMENT,   /* walk, segment */
  LW_AUDIT_ERASED_PERSON,    /* target: the person */
  LW_AUDIT_HELD,             /* walk, segment */
  LW_AUDIT_RELEASED,         /* walk, segment */
  LW_AUDIT_RETENTION_ERASED, /* walk, segment; by the room itself */
  LW_AUDIT_LIVE_OPENED,      /* walk; target: the live source */
  LW_AUDIT_LIVE_KEY,         /* walk; target: the live source, which has a new key */
  LW_AUDIT_LIVE_ENDED,       /* walk; target: the live source */
  LW_AUDIT_ANCHORED,         /* walk, segment: when its recording began was said */
  LW_AUDIT_BOARD_CHANGED,    /* walk; target: the item; detail: "card", "step gone" … */
  LW_AUDIT_TIMER_CHANGED,    /* walk; target: the timer; detail: "start" … */
  LW_AUDIT_CLOCK_CHANGED,    /* walk; target: the visit that it stands at; detail: "move" … */
  LW_AUDIT_GROUPS_CHANGED,   /* walk: its people were put together anew */
  LW_AUDIT_TREND_CHANGED,    /* target: the item; detail: "practice", "trend gone" … */
  LW_AUDIT_VISIT_REMOVED,    /* walk; target: the visit, which was empty */
  LW_AUDIT_VISIT_RESTORED,   /* walk; target: the visit */
  LW_AUDIT_N_ACTIONS
} LwAuditAction;

/* "watched", "phase-opened" … as in the ledger and the API. */
const char *lw_audit_action_name (LwAuditAction action);

struct _LwAuditEvent {
  LwAuditAction action;
  LwId person_id; /* none: the room itself, or somebody by a shared link */
  LwId walk_id;
  LwId segment_id;
  LwId target_id;
  const char *detail; /* (nullable): a word of the program's, never of a person's; < 64 bytes */
};

/**
 * lw_audit_add:
 *
 * Adds a row, durably; those who come together share a commit. For views: call it before the first
 * byte is shown, and show nothing if it fails. Thread: any but the main loop's; blocks on disk.
 */
gboolean lw_audit_add (LwRoom *room, const LwAuditEvent *event, GError **error);

/* The same inside of a write of the caller's own, so that both are kept or neither. */
gboolean lw_audit_add_in (LwLedger *ledger, LwDb *db, const LwAuditEvent *event, GError **error);

/* Roles as a detail: "host,walker"; "none". (transfer full) */
char *lw_audit_roles (guint roles);

/**
 * lw_audit_add_soon:
 *
 * For writes of which the walks' logs are the durable record (pins, edits, phases): returns at
 * once. The row goes before all that is written to the ledger later, with the next commit of
 * anybody or within a quarter of a second; what a killed room still had to write is missing here,
 * not there. Waits when thousands are under way already. Thread: any but the main loop's.
 */
void lw_audit_add_soon (LwRoom *room, const LwAuditEvent *event);

/* Writes what is under way now, for somebody who reads the log. Thread: as lw_audit_add(). */
gboolean lw_audit_catch_up (LwRoom *room, GError **error);

/* The thread of lw_audit_add_soon(). Freeing it first writes what is under way. */
typedef struct _LwAuditQueue LwAuditQueue;

LwAuditQueue *lw_audit_queue_new (LwLedger *ledger);
void lw_audit_queue_free (LwAuditQueue *self);

#define LW_AUDIT_HASH_BYTES 32

typedef struct {
  gint64 rows;
  guint8 head[LW_AUDIT_HASH_BYTES]; /* the newest hash; zero if there is none */
  gint64 broken_at;                 /* the first row that does not fit; 0: none */
} LwAuditState;

/* Goes through the whole chain. FALSE only if it could not be read. */
gboolean lw_audit_verify (LwLedger *ledger, LwAuditState *ret_state, GError **error);

G_END_DECLS
