/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Ranges that teachers share, as the ledger has them. A clip is a file of its own, clips/ID.mp4 in
 * the data folder; a share is a link to it for one audience.
 *
 * Thread: any; all block on disk. Errors are of #LwStoreError.
 */

typedef enum { LW_CLIP_MAKING, LW_CLIP_READY, LW_CLIP_FAILED } LwClipState;

typedef struct {
  LwId id;
  LwId segment_id;
  LwId person_id; /* the teacher who made it */
  char *title;
  LwTime start, end; /* in the lesson; end exclusive */
  LwClipState state;
  char *message; /* why it failed */
  gboolean with_notes;
  gint64 created_utc_us;
} LwClip;

void lw_clip_free (LwClip *clip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwClip, lw_clip_free)

const char *lw_clip_state_to_string (LwClipState state);

gboolean lw_clips_add (LwLedger *ledger, const LwClip *clip, GError **error);
/* NOT_FOUND if there is none. */
LwClip *lw_clips_get (LwLedger *ledger, const LwId *id, GError **error);
/* Oldest first, of #LwClip. @segment_id: (nullable): %NULL: those that are still to be made. */
GPtrArray *lw_clips_list (LwLedger *ledger, const LwId *segment_id, GError **error);
/* NOT_FOUND where it was deleted meanwhile. */
gboolean lw_clips_set_state (LwLedger *ledger,
                             const LwId *id,
                             LwClipState state,
                             const char *message,
                             gint64 size_bytes,
                             GError **error);
/* Its row, shares, views, replies and file. */
gboolean lw_clips_delete (LwRoom *room, const LwId *id, GError **error);
/* (transfer full): data/clips/ID.mp4 */
char *lw_clips_path (LwRoom *room, const LwId *id);

/* ---- shares ---- */

/* @views: 0: any number. (transfer full): the token, which is kept nowhere */
char *lw_shares_add (LwLedger *ledger,
                     const LwId *clip_id,
                     const char *audience,
                     gint64 expires_utc_us,
                     gint64 views,
                     LwId *ret_id,
                     GError **error);
/* Which clip it is of. NOT_FOUND. */
gboolean lw_shares_find_clip (LwLedger *ledger, const LwId *id, LwId *ret_clip_id, GError **error);
/* Whether it is ready, and a link to it was given that was not taken back; FALSE on an error, too. */
gboolean lw_shares_has_any (LwLedger *ledger, const LwId *clip_id);
gboolean lw_shares_revoke (LwLedger *ledger, const LwId *id, GError **error);

typedef struct {
  LwId share_id, clip_id;
  char *audience;
  char *ticket; /* opens the file for as long as this view lasts */
} LwShareView;

void lw_share_view_clear (LwShareView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwShareView, lw_share_view_clear)

/* Counts a view and keeps who says to have seen it, in the audit log too. NOT_FOUND for a token
 * that opens nothing, whatever the reason. */
gboolean lw_shares_open (
    LwLedger *ledger, const char *token, const char *viewer, LwShareView *ret_view, GError **error);
/* The clip that a view's ticket opens now. NOT_FOUND. */
gboolean
lw_shares_check_ticket (LwLedger *ledger, const char *ticket, LwId *ret_clip_id, GError **error);

typedef struct {
  const char *ticket, *token; /* either; the other is NULL */
  const char *name, *text;
  LwTime at; /* in the clip; LW_TIME_NONE */
} LwShareReply;

/* NOT_FOUND as above; CONFLICT when a share has very many. */
gboolean lw_shares_reply (LwLedger *ledger, const LwShareReply *reply, GError **error);

/* As the API tells them. (transfer full) */
json_object *lw_shares_list_json (LwLedger *ledger, const LwId *clip_id, GError **error);
json_object *lw_shares_replies_json (LwLedger *ledger, const LwId *share_id, GError **error);
/* The list above, each with its "viewed" and "replies". */
json_object *lw_shares_views_json (LwLedger *ledger, const LwId *clip_id, GError **error);

/* ---- making ---- */

/**
 * LwClipMaker:
 *
 * Cuts clips with ffmpeg in a sandbox, one after the other; what was under way when a room ended is
 * begun again. Thread: made and freed in the main loop's; lw_clip_maker_make() from any.
 */
typedef struct _LwClipMaker LwClipMaker;

LwClipMaker *lw_clip_maker_new (LwRoom *room);
void lw_clip_maker_free (LwClipMaker *self);
void lw_clip_maker_make (LwClipMaker *self, const LwId *clip_id);
/* 0 … 1 of the making of that clip; 0 if it waits. Thread: any. */
double lw_clip_maker_progress (LwClipMaker *self, const LwId *clip_id);
/* Ends the making of a clip whose row is gone; when this returns, nothing of it is on the disk. */
void lw_clip_maker_drop (LwClipMaker *self, const LwId *clip_id);

/* ---- the routes ---- */

void lw_clips_add_teacher_routes (LwRoom *room);
void lw_clips_add_shared_routes (LwRoom *room);

G_END_DECLS
