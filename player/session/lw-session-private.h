/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-draft.h"
#include "lw-note-list.h"
#include "lw-session.h"

#include "lw-config.h"

#include <glib/gi18n-lib.h>

G_BEGIN_DECLS

/* How long a keystroke may stay off the disk. The promise is a quarter of a second. */
#define LW_SESSION_AUTOSAVE_MS 200

#define LW_SESSION_HOLD_KEY "hold-while-typing" /* a setting of the store */

typedef struct _LwOpening LwOpening;

typedef enum {
  LW_HOLD_NONE,
  LW_HOLD_ASKED, /* the engine was told to pause */
  LW_HOLD_HELD,  /* and has: if it plays now, then by hand */
} LwHold;

struct _LwSession {
  GObject parent_instance;

  LwStore *store;
  LwEngine *engine;
  char *local_name;
  LwSegment *expected; /* nullable: of the next opening */
  LwNoteList *notes;

  /* what is open */
  LwOpening *opening; /* the opening under way; NULL when it is over */
  GFile *file;
  char *title;
  LwPerson *person;
  LwSegment *segment;
  LwTrack *track;
  LwWalk *walk;
  LwProbe *probe;
  LwFilmstrip *filmstrip;
  LwWaveform *waveform;
  GCancellable *background;  /* ends filmstrip and waveform */
  double filmstrip_fraction; /* 1 when done or not wanted */
  double waveform_fraction;

  /* what is being written */
  LwDraft *draft;
  GPtrArray *parked; /* of LwDraft: put away, the last one last */
  LwDraft *next; /* begun while @draft has words in it; opens when that is dealt with. In memory */
  guint autosave_id;
  gboolean autosave_failed; /* told already */
  LwTime mark_in;
  LwTime mark_out;
  gboolean hold;
  LwHold held;

  guint pass;
  guint n_passes;
  gboolean can_undo;
  gboolean can_redo;
};

enum {
  LW_SESSION_PROP_FILE = 1,
  LW_SESSION_PROP_SEGMENT,
  LW_SESSION_PROP_TRACK,
  LW_SESSION_PROP_WALK,
  LW_SESSION_PROP_PROBE,
  LW_SESSION_PROP_FILMSTRIP,
  LW_SESSION_PROP_WAVEFORM,
  LW_SESSION_PROP_DRAFT,
  LW_SESSION_PROP_PASS,
  LW_SESSION_PROP_TITLE,
  LW_SESSION_PROP_PREPARING,
  LW_SESSION_PROP_CAN_UNDO,
  LW_SESSION_PROP_CAN_REDO,
  LW_SESSION_N_PROPS
};

/* lw-session.c */
void lw_session_notify (LwSession *self, int property);
void lw_session_emit_opened (LwSession *self);
void lw_session_emit_failed (LwSession *self, const GError *error);
void lw_session_emit_kept (LwSession *self, const LwNote *note);
void lw_session_message (LwSession *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* After a write of our own: it can be undone, and nothing can be redone. */
void lw_session_wrote (LwSession *self, const LwId *note_id);
gboolean lw_session_require_open (LwSession *self, GError **error);
LwNote *lw_session_get_own_note (LwSession *self, const LwId *note_id, GError **error);
/* What the user must hear of a failed write, with what was kept and what to do. Takes @error. */
void lw_session_explain_write (GError **error, GError *cause);

/* lw-session-address.c */
gboolean lw_session_is_address (const char *uri);
/* Scheme and host in lower case, without the default port, user, password and fragment. */
char *lw_session_normalise_address (const char *uri, GError **error);
char *lw_session_title_of (GFile *file);

/* lw-session-open.c */
gboolean lw_session_is_opening (LwSession *self);
void lw_session_cancel_opening (LwSession *self);
void lw_session_opening_engine_changed (LwSession *self);
void lw_session_opening_engine_failed (LwSession *self, const GError *error);

/* lw-session-marks.c */
LwTime lw_session_frame_start (LwSession *self, LwTime time);
/* Where the frame after the one at @time starts; @time itself when not known. */
LwTime lw_session_frame_end (LwSession *self, LwTime time);

/* lw-session-follow.c */
void lw_session_init_follow (LwSession *self);

/* lw-session-background.c */
void lw_session_start_background (LwSession *self);
void lw_session_stop_background (LwSession *self);

/* lw-session-draft.c */
void lw_session_load_drafts (LwSession *self);
/* Within a quarter of a second; not put off by further calls. */
void lw_session_schedule_autosave (LwSession *self);
/* Writes the drafts now that the disk does not have. */
gboolean lw_session_flush_drafts (LwSession *self, GError **error);
void lw_session_forget_draft (LwSession *self);  /* the open one, in memory only */
void lw_session_forget_drafts (LwSession *self); /* those put away, too */
void lw_session_forget_next (LwSession *self);
/* The draft is dealt with: opens the note that waits behind it, or gives playback back. */
void lw_session_go_on (LwSession *self);
/* The frame index came: a moment taken without it is brought to its frame's start. */
void lw_session_reframe_draft (LwSession *self);

/* The open draft, which there must be, as a note; lent until it changes. */
const LwNote *lw_session_get_draft_note (LwSession *self, GError **error);
gboolean lw_session_take_moment (LwSession *self, LwTime *ret_time, GError **error);
gboolean lw_session_is_blank (const char *text);

/* lw-session-hold.c */
void lw_session_take_hold (LwSession *self);
void lw_session_release_hold (LwSession *self); /* gives playback back if it was held */
void lw_session_hold_engine_changed (LwSession *self, LwEngineState state);

/* lw-session-pass.c */
void lw_session_load_passes (LwSession *self);

G_END_DECLS
