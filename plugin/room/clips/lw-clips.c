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

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "That is not here, or it is not open to you. Ask whoever invited you.");
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

typedef struct {
  const char *statement;
  const LwId *id; /* nullable */
  GPtrArray *clips;
} Reading;

static gboolean
read_clips (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autoptr (LwStatement) rows = lw_ledger_get (ledger, db, reading->statement, error);
  gboolean row;

  if (rows == NULL)
    return FALSE;
  if (reading->id != NULL)
    lw_bind_id (rows, 1, reading->id);
  for (;;) {
    g_autofree char *state = NULL;
    LwClip *clip;

    if (!lw_step (db, rows, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    state = lw_column_text (rows, 6);
    clip = g_new0 (LwClip, 1);
    clip->id = lw_column_id (rows, 0);
    clip->segment_id = lw_column_id (rows, 1);
    clip->person_id = lw_column_id (rows, 2);
    clip->title = lw_column_text (rows, 3);
    clip->start = lw_column_int (rows, 4);
    clip->end = lw_column_int (rows, 5);
    clip->state = parse_state (state);
    clip->message = lw_column_text (rows, 7);
    clip->with_notes = lw_column_int (rows, 8) != 0;
    clip->created_utc_us = lw_column_int (rows, 9);
    g_ptr_array_add (reading->clips, clip);
  }
}

static GPtrArray *
read_some (LwLedger *ledger, const char *statement, const LwId *id, GError **error)
{
  g_autoptr (GPtrArray) clips = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_clip_free);
  Reading reading = {statement, id, clips};

  if (!lw_ledger_read (ledger, read_clips, &reading, error))
    return NULL;
  return g_steal_pointer (&clips);
}

LwClip *
lw_clips_get (LwLedger *ledger, const LwId *id, GError **error)
{
  g_autoptr (GPtrArray) clips = read_some (ledger, "clip-get", id, error);

  if (clips == NULL)
    return NULL;
  if (clips->len == 0) {
    fail_not_found (error);
    return NULL;
  }
  return g_ptr_array_steal_index (clips, 0);
}

GPtrArray *
lw_clips_list (LwLedger *ledger, const LwId *segment_id, GError **error)
{
  return read_some (ledger, segment_id != NULL ? "clip-list" : "clip-unmade", segment_id, error);
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
