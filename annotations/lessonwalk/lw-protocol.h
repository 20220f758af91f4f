/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

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

/* Role bits are 1 << LwRole: those who may, while the phase lasts. */
typedef struct {
  const char *id;    /* "debrief": for programs, and in LwWalk.phase */
  const char *title; /* "Debrief": for people */
  const char *hint;  /* one sentence on what is done now */
  guint watch;       /* see and hear the lesson */
  guint see_notes;   /* read what others wrote */
  guint write_notes; /* noticings and wonderings of their own */
  guint reply;
  guint mark_progress;
  gboolean closed; /* the walk is over: guests leave, nothing is written any more */
} LwPhase;

#define LW_PROTOCOL_ERROR (lw_protocol_error_quark ())
GQuark lw_protocol_error_quark (void);

typedef enum {
  LW_PROTOCOL_ERROR_SYNTAX,  /* not of the schema; the message says where */
  LW_PROTOCOL_ERROR_UNKNOWN, /* no protocol of that name and version comes with Lessonwalk */
} LwProtocolError;

#define LW_PROTOCOL_DEFAULT "recorded-walk@1"

/**
 * lw_protocol_find:
 * @name: "name@version", as in LwWalk.protocol; "": the default
 *
 * Returns: (transfer full): one that comes with Lessonwalk; UNKNOWN if there is none
 */
LwProtocol *lw_protocol_find (const char *name, GError **error);

/* SYNTAX. (transfer full) */
LwProtocol *lw_protocol_parse (const char *json, gsize length, GError **error);

LwProtocol *lw_protocol_ref (LwProtocol *self);
void lw_protocol_unref (LwProtocol *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwProtocol, lw_protocol_unref)

const char *lw_protocol_get_name (LwProtocol *self); /* "name@version" */
const char *lw_protocol_get_title (LwProtocol *self);
guint lw_protocol_get_n_phases (LwProtocol *self); /* at least one */
/* (transfer none) */
const LwPhase *lw_protocol_get_phase (LwProtocol *self, guint index);
/* By id; "" is the first phase. (transfer none) (nullable) */
const LwPhase *lw_protocol_find_phase (LwProtocol *self, const char *id);

G_END_DECLS
