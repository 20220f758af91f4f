/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-clips.h"

#include <errno.h>
#include <glib/gstdio.h>

void
lw_clip_free (LwClip *clip)
{
  g_free (clip->title);
  g_free (clip->message);
  g_free (clip);
}

const char *
lw_clip_state_to_string (LwClipState state)
{
  static const char *const names[] = {"making", "ready", "failed"};

  return names[state];
}

static LwClipState
parse_state (const char *text)
{
  return g_str_equal (text, "ready")    ? LW_CLIP_READY
         : g_str_equal (text, "failed") ? LW_CLIP_FAILED
                                        : LW_CLIP_MAKING;
}

#define NOT_HERE "That is not here, or it is not open to you. Ask whoever invited you."

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND, NOT_HERE);
  return FALSE;
}

/* ---- adding and reading ---- */

static gboolean
add_clip (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwClip *clip = data;
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "clip-add", error);

  if (add == NULL)
    return FALSE;
  lw_bind_id (add, 1, &clip->id);
  lw_bind_id (add, 2, &clip->segment_id);
  lw_bind_id (add, 3, &clip->person_id);
  lw_bind_text (add, 4, clip->title);
  lw_bind_int (add, 5, clip->start);
  lw_bind_int (add, 6, clip->end);
  lw_bind_int (add, 7, clip->with_notes);
  lw_bind_int (add, 8, clip->created_utc_us);
  return lw_run (db, add, error);
}

gboolean
lw_clips_add (LwLedger *ledger, const LwClip *clip, GError **error)
{
  return lw_ledger_write (ledger, add_clip, (gpointer)clip, error);
}

static gpointer
read_row (LwStatement *row)
{
  g_autofree char *state = lw_column_text (row, 6);
  LwClip *clip = g_new0 (LwClip, 1);

  clip->id = lw_column_id (row, 0);
  clip->segment_id = lw_column_id (row, 1);
  clip->person_id = lw_column_id (row, 2);
  clip->title = lw_column_text (row, 3);
  clip->start = lw_column_int (row, 4);
  clip->end = lw_column_int (row, 5);
  clip->state = parse_state (state);
  clip->message = lw_column_text (row, 7);
  clip->with_notes = lw_column_int (row, 8) != 0;
  clip->created_utc_us = lw_column_int (row, 9);
  return clip;
}

LwClip *
lw_clips_get (LwLedger *ledger, const LwId *id, GError **error)
{
  return lw_ledger_find (ledger, &(LwLedgerQuery){"clip-get", .id = id}, read_row,
                         (GDestroyNotify)lw_clip_free, NOT_HERE, error);
}

GPtrArray *
lw_clips_list (LwLedger *ledger, const LwId *segment_id, GError **error)
{
  const char *statement = segment_id != NULL ? "clip-list" : "clip-unmade";

  return lw_ledger_list (ledger, &(LwLedgerQuery){statement, .id = segment_id}, read_row,
                         (GDestroyNotify)lw_clip_free, error);
}

/* ---- changing ---- */

typedef struct {
  const LwId *id;
  LwClipState state;
  const char *message;
  gint64 size_bytes;
} Setting;

static gboolean
set_state (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;
  g_autoptr (LwStatement) set = lw_ledger_get (ledger, db, "clip-set-state", error);
  gboolean row;

  if (set == NULL)
    return FALSE;
  lw_bind_id (set, 1, setting->id);
  lw_bind_text (set, 2, lw_clip_state_to_string (setting->state));
  lw_bind_text (set, 3, setting->message);
  lw_bind_text (set, 4, setting->state == LW_CLIP_READY ? "video/mp4" : "");
  lw_bind_int (set, 5, setting->size_bytes);
  if (!lw_step (db, set, &row, error))
    return FALSE;
  return row || fail_not_found (error);
}

gboolean
lw_clips_set_state (LwLedger *ledger,
                    const LwId *id,
                    LwClipState state,
                    const char *message,
                    gint64 size_bytes,
                    GError **error)
{
  Setting setting = {id, state, message, size_bytes};

  return lw_ledger_write (ledger, set_state, &setting, error);
}

static gboolean
delete_clip (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) delete = lw_ledger_get (ledger, db, "clip-delete", error);

  if (delete == NULL)
    return FALSE;
  lw_bind_id (delete, 1, data);
  return lw_run (db, delete, error);
}

gboolean
lw_clips_delete (LwRoom *room, const LwId *id, GError **error)
{
  g_autofree char *path = lw_clips_path (room, id);

  if (!lw_ledger_write (room->ledger, delete_clip, (gpointer)id, error))
    return FALSE;
  if (room->clips != NULL)
    lw_clip_maker_drop (room->clips, id);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY,
               "The clip opens nothing any more, but its file could not be deleted: %s.",
               g_strerror (errno));
  return FALSE;
}

char *
lw_clips_path (LwRoom *room, const LwId *id)
{
  g_autofree char *text = lw_id_to_string (id);
  g_autofree char *name = g_strconcat ("clips/", text, ".mp4", NULL);

  return lw_room_path (room, name);
}

void
lw_room_add_clips (LwRoom *self)
{
  self->clips = lw_clip_maker_new (self);
  lw_clips_add_teacher_routes (self);
  lw_clips_add_shared_routes (self);
}
