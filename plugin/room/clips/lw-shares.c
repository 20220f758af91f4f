/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Links to a clip, what opened them, and what was answered. */

#include "lw-audit.h"
#include "lw-clips.h"
#include "lw-json.h"

/* How long the file of a clip that was opened can be played. */
#define VIEW_US (G_GINT64_CONSTANT (12) * 60 * 60 * G_USEC_PER_SEC)

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "This link does not open anything, or not any more. Ask whoever sent it for "
                       "a new one.");
  return FALSE;
}

static void
bind_hash (LwStatement *statement, int index, const char *secret, guint8 *buffer)
{
  lw_secret_hash (secret, buffer);
  lw_bind_blob (statement, index, buffer, LW_SECRET_HASH_BYTES);
}

/* ---- making and ending ---- */

typedef struct {
  LwId id;
  const char *token;
  const LwId *clip_id;
  const char *audience;
  gint64 expires_utc_us, views;
} Adding;

static gboolean
add_share (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Adding *adding = data;
  guint8 hash[LW_SECRET_HASH_BYTES];
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "share-add", error);

  if (add == NULL)
    return FALSE;
  lw_bind_id (add, 1, &adding->id);
  bind_hash (add, 2, adding->token, hash);
  lw_bind_id (add, 3, adding->clip_id);
  lw_bind_text (add, 4, adding->audience);
  lw_bind_int (add, 5, g_get_real_time ());
  lw_bind_int (add, 6, adding->expires_utc_us);
  if (adding->views > 0)
    lw_bind_int (add, 7, adding->views);
  return lw_run (db, add, error);
}

char *
lw_shares_add (LwLedger *ledger,
               const LwId *clip_id,
               const char *audience,
               gint64 expires_utc_us,
               gint64 views,
               LwId *ret_id,
               GError **error)
{
  g_autofree char *token = lw_secret_new ();
  Adding adding = {lw_id_new (), token, clip_id, audience, expires_utc_us, views};

  if (!lw_ledger_write (ledger, add_share, &adding, error))
    return NULL;
  *ret_id = adding.id;
  return g_steal_pointer (&token);
}

typedef struct {
  const LwId *id;
  LwId clip_id;
} Finding;

static gboolean
find_clip (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Finding *finding = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "share-clip", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, finding->id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row)
    finding->clip_id = lw_column_id (find, 0);
  return row || fail_not_found (error);
}

gboolean
lw_shares_find_clip (LwLedger *ledger, const LwId *id, LwId *ret_clip_id, GError **error)
{
  Finding finding = {.id = id};
  gboolean ok = lw_ledger_read (ledger, find_clip, &finding, error);

  *ret_clip_id = finding.clip_id;
  return ok;
}

typedef struct {
  const LwId *clip_id;
  gboolean found;
} Asking;

static gboolean
ask_shared (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Asking *asking = data;
  g_autoptr (LwStatement) get = lw_ledger_get (ledger, db, "clip-is-shared", error);

  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, asking->clip_id);
  return lw_step (db, get, &asking->found, error);
}

gboolean
lw_shares_has_any (LwLedger *ledger, const LwId *clip_id)
{
  Asking asking = {.clip_id = clip_id};
  g_autoptr (GError) error = NULL;

  return lw_ledger_read (ledger, ask_shared, &asking, &error) && asking.found;
}

static gboolean
revoke_share (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) revoke = lw_ledger_get (ledger, db, "share-revoke", error);

  if (revoke == NULL)
    return FALSE;
  lw_bind_id (revoke, 1, data);
  return lw_run (db, revoke, error);
}

gboolean
lw_shares_revoke (LwLedger *ledger, const LwId *id, GError **error)
{
  return lw_ledger_write (ledger, revoke_share, (gpointer)id, error);
}

/* ---- opening ---- */

void
lw_share_view_clear (LwShareView *view)
{
  g_clear_pointer (&view->audience, g_free);
  g_clear_pointer (&view->ticket, g_free);
}

typedef struct {
  const char *token, *viewer;
  LwShareView *view;
} Opening;

static gboolean
add_view (LwLedger *ledger, LwDb *db, const Opening *opening, GError **error)
{
  guint8 hash[LW_SECRET_HASH_BYTES];
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "share-view-add", error);

  if (add == NULL)
    return FALSE;
  bind_hash (add, 1, opening->view->ticket, hash);
  lw_bind_id (add, 2, &opening->view->share_id);
  lw_bind_int (add, 3, g_get_real_time ());
  lw_bind_text (add, 4, opening->viewer);
  return lw_run (db, add, error);
}

static gboolean
audit_share (LwLedger *ledger,
             LwDb *db,
             LwAuditAction action,
             const LwId *share_id,
             const LwId *segment_id,
             GError **error)
{
  LwAuditEvent event = {.action = action, .target_id = *share_id, .segment_id = *segment_id};

  return lw_audit_add_in (ledger, db, &event, error);
}

static gboolean
find_segment (LwLedger *ledger, LwDb *db, const LwId *clip_id, LwId *ret_id, GError **error)
{
  g_autoptr (LwStatement) get = lw_ledger_get (ledger, db, "clip-get", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, clip_id);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  *ret_id = row ? lw_column_id (get, 1) : LW_ID_NONE;
  return TRUE;
}

static gboolean
open_share (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Opening *opening = data;
  LwShareView *view = opening->view;
  guint8 hash[LW_SECRET_HASH_BYTES];
  g_autoptr (LwStatement) open = lw_ledger_get (ledger, db, "share-open", error);
  LwId segment_id;
  gboolean row;

  if (open == NULL)
    return FALSE;
  bind_hash (open, 1, opening->token, hash);
  lw_bind_int (open, 2, g_get_real_time ());
  if (!lw_step (db, open, &row, error))
    return FALSE;
  if (!row)
    return fail_not_found (error);
  view->share_id = lw_column_id (open, 0);
  view->clip_id = lw_column_id (open, 1);
  view->audience = lw_column_text (open, 2);
  view->ticket = lw_secret_new ();
  return add_view (ledger, db, opening, error) &&
         find_segment (ledger, db, &view->clip_id, &segment_id, error) &&
         audit_share (ledger, db, LW_AUDIT_OPENED_SHARE, &view->share_id, &segment_id, error);
}

gboolean
lw_shares_open (
    LwLedger *ledger, const char *token, const char *viewer, LwShareView *ret_view, GError **error)
{
  Opening opening = {token, viewer, ret_view};

  *ret_view = (LwShareView){0};
  if (lw_ledger_write (ledger, open_share, &opening, error))
    return TRUE;
  lw_share_view_clear (ret_view);
  return FALSE;
}

typedef struct {
  const char *ticket;
  LwId clip_id;
} Checking;

static gboolean
check_ticket (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Checking *checking = data;
  guint8 hash[LW_SECRET_HASH_BYTES];
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "share-by-ticket", error);
  gint64 now = g_get_real_time ();
  gboolean row;

  if (find == NULL)
    return FALSE;
  bind_hash (find, 1, checking->ticket, hash);
  lw_bind_int (find, 2, now);
  lw_bind_int (find, 3, now - VIEW_US);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row)
    checking->clip_id = lw_column_id (find, 2);
  return row || fail_not_found (error);
}

gboolean
lw_shares_check_ticket (LwLedger *ledger, const char *ticket, LwId *ret_clip_id, GError **error)
{
  Checking checking = {.ticket = ticket};
  gboolean ok = lw_ledger_read (ledger, check_ticket, &checking, error);

  *ret_clip_id = checking.clip_id;
  return ok;
}

/* ---- answering ---- */

static gboolean
find_share (LwLedger *ledger,
            LwDb *db,
            const LwShareReply *reply,
            LwId *ret_share_id,
            LwId *ret_segment_id,
            GError **error)
{
  guint8 hash[LW_SECRET_HASH_BYTES];
  gint64 now = g_get_real_time ();
  g_autoptr (LwStatement) find = lw_ledger_get (
      ledger, db, reply->ticket != NULL ? "share-by-ticket" : "share-by-token", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  bind_hash (find, 1, reply->ticket != NULL ? reply->ticket : reply->token, hash);
  lw_bind_int (find, 2, now);
  if (reply->ticket != NULL)
    lw_bind_int (find, 3, now - VIEW_US);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (!row)
    return fail_not_found (error);
  *ret_share_id = lw_column_id (find, 0);
  *ret_segment_id = lw_column_id (find, 1);
  return TRUE;
}

static gboolean
add_reply (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwShareReply *reply = data;
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "share-reply-add", error);
  LwId id = lw_id_new (), share_id, segment_id;
  gboolean row;

  if (add == NULL || !find_share (ledger, db, reply, &share_id, &segment_id, error))
    return FALSE;
  lw_bind_id (add, 1, &id);
  lw_bind_id (add, 2, &share_id);
  lw_bind_text (add, 3, reply->name);
  lw_bind_text (add, 4, reply->text);
  if (reply->at != LW_TIME_NONE)
    lw_bind_int (add, 5, reply->at);
  lw_bind_int (add, 6, g_get_real_time ());
  if (!lw_step (db, add, &row, error))
    return FALSE;
  if (!row) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                         "There are very many answers already, so this one was not kept. Tell the "
                         "teacher in another way.");
    return FALSE;
  }
  return audit_share (ledger, db, LW_AUDIT_REPLIED_SHARE, &share_id, &segment_id, error);
}

gboolean
lw_shares_reply (LwLedger *ledger, const LwShareReply *reply, GError **error)
{
  return lw_ledger_write (ledger, add_reply, (gpointer)reply, error);
}

/* ---- as the API tells them ---- */

typedef struct {
  const char *statement;
  const LwId *id;
  void (*add) (json_object *list, LwStatement *row);
  json_object *list;
} Listing;

static gboolean
list_rows (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Listing *listing = data;
  g_autoptr (LwStatement) rows = lw_ledger_get (ledger, db, listing->statement, error);
  gboolean row;

  if (rows == NULL)
    return FALSE;
  lw_bind_id (rows, 1, listing->id);
  for (;;) {
    if (!lw_step (db, rows, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    listing->add (listing->list, rows);
  }
}

static json_object *
list_json (LwLedger *ledger,
           const char *statement,
           const LwId *id,
           void (*add) (json_object *list, LwStatement *row),
           GError **error)
{
  g_autoptr (json_object) list = json_object_new_array ();
  Listing listing = {statement, id, add, list};

  if (!lw_ledger_read (ledger, list_rows, &listing, error))
    return NULL;
  return g_steal_pointer (&list);
}

static void
add_share_json (json_object *list, LwStatement *row)
{
  json_object *json = json_object_new_object ();
  g_autofree char *audience = lw_column_text (row, 1);
  LwId id = lw_column_id (row, 0);

  lw_json_add_id (json, "id", &id);
  lw_json_add_text (json, "audience", audience);
  lw_json_add_utc (json, "created", lw_column_int (row, 2));
  lw_json_add_utc (json, "expires", lw_column_int (row, 3));
  if (sqlite3_column_type (row, 4) != SQLITE_NULL)
    lw_json_add_int (json, "views_left", lw_column_int (row, 4));
  lw_json_add_flag (json, "revoked", lw_column_int (row, 5) != 0);
  lw_json_add_int (json, "views", lw_column_int (row, 6));
  json_object_array_add (list, json);
}

static void
add_reply_json (json_object *list, LwStatement *row)
{
  json_object *json = json_object_new_object ();
  g_autofree char *name = lw_column_text (row, 0);
  g_autofree char *text = lw_column_text (row, 1);

  lw_json_add_text (json, "name", name);
  lw_json_add_text (json, "text", text);
  if (sqlite3_column_type (row, 2) != SQLITE_NULL)
    lw_json_add_int (json, "at", lw_column_int (row, 2));
  lw_json_add_utc (json, "written", lw_column_int (row, 3));
  json_object_array_add (list, json);
}

static void
add_view_json (json_object *list, LwStatement *row)
{
  json_object *json = json_object_new_object ();
  g_autofree char *viewer = lw_column_text (row, 1);

  lw_json_add_utc (json, "at", lw_column_int (row, 0));
  lw_json_add_text (json, "name", viewer);
  json_object_array_add (list, json);
}

json_object *
lw_shares_list_json (LwLedger *ledger, const LwId *clip_id, GError **error)
{
  return list_json (ledger, "share-list", clip_id, add_share_json, error);
}

json_object *
lw_shares_replies_json (LwLedger *ledger, const LwId *share_id, GError **error)
{
  return list_json (ledger, "share-replies", share_id, add_reply_json, error);
}

json_object *
lw_shares_views_json (LwLedger *ledger, const LwId *clip_id, GError **error)
{
  g_autoptr (json_object) shares = lw_shares_list_json (ledger, clip_id, error);

  for (gsize i = 0; shares != NULL && i < json_object_array_length (shares); i++) {
    json_object *share = json_object_array_get_idx (shares, i);
    json_object *viewed, *replies;
    LwId id;

    if (!lw_json_get_id (share, "id", &id))
      continue;
    viewed = list_json (ledger, "share-views", &id, add_view_json, error);
    if (viewed == NULL)
      return NULL;
    json_object_object_add (share, "viewed", viewed);
    replies = lw_shares_replies_json (ledger, &id, error);
    if (replies == NULL)
      return NULL;
    json_object_object_add (share, "replies", replies);
  }
  return g_steal_pointer (&shares);
}
