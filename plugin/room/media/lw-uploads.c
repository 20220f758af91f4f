/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-uploads.h"

#include <string.h>

static const char *const state_names[] = {"receiving", "checking", "making",
                                          "ready",     "refused",  "failed"};
static const char *const purpose_names[] = {"lesson", "work", "captions"};

void
lw_upload_free (LwUpload *upload)
{
  g_free (upload->title);
  g_free (upload->metadata);
  g_free (upload->message);
  g_free (upload);
}

const char *
lw_upload_state_to_string (LwUploadState state)
{
  return state_names[state];
}

const char *
lw_upload_purpose_to_string (LwUploadPurpose purpose)
{
  return purpose_names[purpose];
}

static gboolean
find_name (const char *const *names, guint count, const char *text, guint *ret_index)
{
  for (guint i = 0; i < count; i++) {
    if (g_strcmp0 (names[i], text) == 0) {
      *ret_index = i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
lw_upload_purpose_parse (const char *text, LwUploadPurpose *ret_purpose)
{
  guint index;

  if (!find_name (purpose_names, G_N_ELEMENTS (purpose_names), text, &index))
    return FALSE;
  *ret_purpose = (LwUploadPurpose)index;
  return TRUE;
}

static gpointer
read_row (LwStatement *row)
{
  LwUpload *upload = g_new0 (LwUpload, 1);
  g_autofree char *purpose = lw_column_text (row, 5);
  g_autofree char *state = lw_column_text (row, 11);
  guint index = LW_UPLOAD_FAILED;
  gsize length;
  gconstpointer media;

  upload->id = lw_column_id (row, 0);
  upload->person_id = lw_column_id (row, 1);
  upload->walk_id = lw_column_id (row, 2);
  upload->visit_id = lw_column_id (row, 3);
  upload->segment_id = lw_column_id (row, 4);
  lw_upload_purpose_parse (purpose, &upload->purpose);
  upload->title = lw_column_text (row, 6);
  upload->at = lw_column_int (row, 7);
  upload->length_bytes = lw_column_int (row, 8);
  upload->received_bytes = lw_column_int (row, 9);
  upload->metadata = lw_column_text (row, 10);
  find_name (state_names, G_N_ELEMENTS (state_names), state, &index);
  upload->state = (LwUploadState)index;
  upload->message = lw_column_text (row, 12);
  media = lw_column_blob (row, 13, &length);
  if (length == sizeof upload->media.bytes)
    memcpy (upload->media.bytes, media, length);
  upload->changed_utc_us = lw_column_int (row, 14);
  return upload;
}

/* ---- asking ---- */

static LwUpload *
find (LwLedger *ledger, const LwLedgerQuery *query, const char *missing, GError **error)
{
  return lw_ledger_find (ledger, query, read_row, (GDestroyNotify)lw_upload_free, missing, error);
}

LwUpload *
lw_uploads_get (LwLedger *ledger, const LwId *id, GError **error)
{
  return find (ledger, &(LwLedgerQuery){"get-upload", .id = id},
               "This upload is not here any more. Begin it again.", error);
}

GPtrArray *
lw_uploads_list (LwLedger *ledger, const LwId *walk_id, GError **error)
{
  return lw_ledger_list (ledger, &(LwLedgerQuery){"list-uploads", .id = walk_id}, read_row,
                         (GDestroyNotify)lw_upload_free, error);
}

LwUpload *
lw_uploads_next (LwLedger *ledger, LwUploadState state, GError **error)
{
  return find (ledger, &(LwLedgerQuery){"next-upload", .text = state_names[state]}, NULL, error);
}

LwUpload *
lw_uploads_stale (LwLedger *ledger, gint64 before_utc_us, GError **error)
{
  return find (ledger, &(LwLedgerQuery){"stale-upload", .number = &before_utc_us}, NULL, error);
}

typedef struct {
  const LwId *id;
  guint count;
} Counting;

static gboolean
count_receiving (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Counting *counting = data;
  g_autoptr (LwStatement) statement = lw_ledger_get (ledger, db, "count-uploads-of", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  lw_bind_id (statement, 1, counting->id);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  counting->count = row ? (guint)lw_column_int (statement, 0) : 0;
  return TRUE;
}

guint
lw_uploads_count_receiving (LwLedger *ledger, const LwId *person_id)
{
  Counting counting = {person_id, 0};

  lw_ledger_read (ledger, count_receiving, &counting, NULL);
  return counting.count;
}

/* ---- changing ---- */

static gboolean
add (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwUpload *upload = data;
  g_autoptr (LwStatement) insert = lw_ledger_get (ledger, db, "add-upload", error);

  if (insert == NULL)
    return FALSE;
  lw_bind_id (insert, 1, &upload->id);
  lw_bind_id (insert, 2, &upload->person_id);
  lw_bind_id (insert, 3, &upload->walk_id);
  lw_bind_id (insert, 4, &upload->visit_id);
  lw_bind_id (insert, 5, &upload->segment_id);
  lw_bind_text (insert, 6, purpose_names[upload->purpose]);
  lw_bind_text (insert, 7, upload->title);
  lw_bind_int (insert, 8, upload->at);
  lw_bind_int (insert, 9, upload->length_bytes);
  lw_bind_text (insert, 10, upload->metadata);
  lw_bind_int (insert, 11, g_get_real_time ());
  return lw_run (db, insert, error);
}

gboolean
lw_uploads_add (LwLedger *ledger, const LwUpload *upload, GError **error)
{
  return lw_ledger_write (ledger, add, (gpointer)upload, error);
}

typedef struct {
  const LwId *id;
  gint64 received_bytes;
  guint state;
} Receiving;

static gboolean
set_received (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Receiving *receiving = data;
  g_autoptr (LwStatement) update = lw_ledger_get (ledger, db, "set-upload-received", error);
  g_autofree char *state = NULL;
  gboolean row;

  if (update == NULL)
    return FALSE;
  lw_bind_id (update, 1, receiving->id);
  lw_bind_int (update, 2, receiving->received_bytes);
  lw_bind_int (update, 3, g_get_real_time ());
  if (!lw_step (db, update, &row, error))
    return FALSE;
  if (!row) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "This upload is not here any more. Begin it again.");
    return FALSE;
  }
  state = lw_column_text (update, 0);
  find_name (state_names, G_N_ELEMENTS (state_names), state, &receiving->state);
  return TRUE;
}

gboolean
lw_uploads_set_received (LwLedger *ledger,
                         const LwId *id,
                         gint64 received_bytes,
                         LwUploadState *ret_state,
                         GError **error)
{
  Receiving receiving = {id, received_bytes, LW_UPLOAD_RECEIVING};

  if (!lw_ledger_write (ledger, set_received, &receiving, error))
    return FALSE;
  *ret_state = (LwUploadState)receiving.state;
  return TRUE;
}

typedef struct {
  const LwId *id;
  LwUploadState state;
  const char *message;
  const LwId *segment_id;
  const LwContentHash *media;
} Stating;

static gboolean
set_state (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Stating *stating = data;
  g_autoptr (LwStatement) update = lw_ledger_get (ledger, db, "set-upload-state", error);

  if (update == NULL)
    return FALSE;
  lw_bind_id (update, 1, stating->id);
  lw_bind_text (update, 2, state_names[stating->state]);
  lw_bind_text (update, 3, stating->message);
  if (stating->segment_id != NULL)
    lw_bind_id (update, 4, stating->segment_id);
  if (stating->media != NULL)
    lw_bind_blob (update, 5, stating->media->bytes, sizeof stating->media->bytes);
  lw_bind_int (update, 6, g_get_real_time ());
  return lw_run (db, update, error);
}

gboolean
lw_uploads_set_state (LwLedger *ledger,
                      const LwId *id,
                      LwUploadState state,
                      const char *message,
                      const LwId *segment_id,
                      const LwContentHash *media,
                      GError **error)
{
  Stating stating = {id, state, message, segment_id, media};

  return lw_ledger_write (ledger, set_state, &stating, error);
}

static gboolean
remove_one (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) statement = lw_ledger_get (ledger, db, "remove-upload", error);

  if (statement == NULL)
    return FALSE;
  lw_bind_id (statement, 1, data);
  return lw_run (db, statement, error);
}

gboolean
lw_uploads_remove (LwLedger *ledger, const LwId *id, GError **error)
{
  return lw_ledger_write (ledger, remove_one, (gpointer)id, error);
}
