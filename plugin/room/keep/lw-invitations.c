/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-invitations.h"

#include "lw-audit.h"

#define ANY_NUMBER (-1)

void
lw_invitation_free (LwInvitation *self)
{
  g_free (self->label);
  g_free (self);
}

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "This link does not open anything, or not any more. Ask whoever sent it for "
                       "a new one.");
  return FALSE;
}

/* ---- making ---- */

typedef struct {
  LwInvitation *invitation;
  guint8 hash[LW_SECRET_HASH_BYTES];
} Making;

static gboolean
add_invitation (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Making *making = data;
  const LwInvitation *invitation = making->invitation;
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "add-invitation", error);
  g_autofree char *roles = lw_audit_roles (invitation->roles);
  LwAuditEvent event = {.action = LW_AUDIT_INVITED,
                        .person_id = invitation->created_by,
                        .walk_id = invitation->walk_id,
                        .target_id = invitation->id,
                        .detail = roles};

  if (add == NULL)
    return FALSE;
  lw_bind_blob (add, 1, making->hash, sizeof making->hash);
  lw_bind_id (add, 2, &invitation->id);
  lw_bind_id (add, 3, &invitation->walk_id);
  lw_bind_int (add, 4, invitation->roles);
  lw_bind_text (add, 5, invitation->label != NULL ? invitation->label : "");
  if (invitation->uses_left != ANY_NUMBER)
    lw_bind_int (add, 6, invitation->uses_left);
  lw_bind_id (add, 7, &invitation->created_by);
  lw_bind_int (add, 8, g_get_real_time ());
  lw_bind_int (add, 9, invitation->expires_utc_us);
  return lw_run (db, add, error) && lw_audit_add_in (ledger, db, &event, error);
}

char *
lw_invitations_make (LwLedger *ledger, LwInvitation *invitation, GError **error)
{
  g_autofree char *code = lw_secret_new ();
  Making making = {.invitation = invitation};

  invitation->id = lw_id_new ();
  lw_secret_hash (code, making.hash);
  if (!lw_ledger_write (ledger, add_invitation, &making, error))
    return NULL;
  return g_steal_pointer (&code);
}

/* ---- reading ---- */

typedef struct {
  const char *statement;
  const LwId *id; /* nullable: by hash */
  guint8 hash[LW_SECRET_HASH_BYTES];
  gboolean only_open;
  GPtrArray *found;
} Reading;

static LwInvitation *
from_row (LwStatement *row)
{
  LwInvitation *invitation = g_new0 (LwInvitation, 1);

  invitation->id = lw_column_id (row, 0);
  invitation->walk_id = lw_column_id (row, 1);
  invitation->created_by = lw_column_id (row, 2);
  invitation->roles = (guint)lw_column_int (row, 3);
  invitation->label = lw_column_text (row, 4);
  invitation->expires_utc_us = lw_column_int (row, 5);
  invitation->uses_left = lw_column_is_null (row, 6) ? ANY_NUMBER : lw_column_int (row, 6);
  return invitation;
}

static gboolean
read_invitations (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, reading->statement, error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  if (reading->id != NULL)
    lw_bind_id (find, 1, reading->id);
  else
    lw_bind_blob (find, 1, reading->hash, sizeof reading->hash);
  if (reading->only_open)
    lw_bind_int (find, 2, g_get_real_time ());
  do {
    if (!lw_step (db, find, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (reading->found, from_row (find));
  } while (row);
  return TRUE;
}

static GPtrArray *
read_all (LwLedger *ledger, Reading *reading, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_invitation_free);

  reading->found = found;
  if (!lw_ledger_read (ledger, read_invitations, reading, error))
    return NULL;
  return g_steal_pointer (&found);
}

static LwInvitation *
read_one (LwLedger *ledger, Reading *reading, GError **error)
{
  g_autoptr (GPtrArray) found = read_all (ledger, reading, error);

  if (found == NULL)
    return NULL;
  if (found->len == 0) {
    fail_not_found (error);
    return NULL;
  }
  return g_ptr_array_steal_index (found, 0);
}

GPtrArray *
lw_invitations_list (LwLedger *ledger, const LwId *walk_id, GError **error)
{
  Reading reading = {.statement = "list-invitations", .id = walk_id, .only_open = TRUE};

  return read_all (ledger, &reading, error);
}

LwInvitation *
lw_invitations_find (LwLedger *ledger, const char *code, GError **error)
{
  Reading reading = {.statement = "find-invitation", .only_open = TRUE};

  lw_secret_hash (code, reading.hash);
  return read_one (ledger, &reading, error);
}

LwInvitation *
lw_invitations_get (LwLedger *ledger, const LwId *id, GError **error)
{
  Reading reading = {.statement = "get-invitation", .id = id};

  return read_one (ledger, &reading, error);
}

/* ---- using and revoking ---- */

typedef struct {
  const LwId *id, *by;
} Revoking;

static gboolean
revoke_invitation (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Revoking *revoking = data;
  g_autoptr (LwStatement) revoke = lw_ledger_get (ledger, db, "revoke-invitation", error);
  LwAuditEvent event = {
      .action = LW_AUDIT_UNINVITED, .person_id = *revoking->by, .target_id = *revoking->id};
  gboolean row;

  if (revoke == NULL)
    return FALSE;
  lw_bind_id (revoke, 1, revoking->id);
  if (!lw_step (db, revoke, &row, error))
    return FALSE;
  /* It was revoked before: that stands in the log already. */
  if (!row)
    return TRUE;
  event.walk_id = lw_column_id (revoke, 0);
  g_clear_pointer (&revoke, lw_statement_release);
  return lw_audit_add_in (ledger, db, &event, error);
}

gboolean
lw_invitations_revoke (LwLedger *ledger, const LwId *id, const LwId *by, GError **error)
{
  Revoking revoking = {id, by};

  return lw_ledger_write (ledger, revoke_invitation, &revoking, error);
}

typedef struct {
  guint8 hash[LW_SECRET_HASH_BYTES];
  const LwId *person_id;
  const LwAccount *account; /* nullable */
} Using;

static gboolean
use_invitation (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Using *using = data;
  g_autoptr (LwStatement) use = lw_ledger_get (ledger, db, "use-invitation", error);
  LwAuditEvent event = {.action = LW_AUDIT_JOINED, .person_id = *using->person_id};
  gboolean row;

  if (use == NULL)
    return FALSE;
  lw_bind_blob (use, 1, using->hash, sizeof using->hash);
  lw_bind_int (use, 2, g_get_real_time ());
  if (!lw_step (db, use, &row, error))
    return FALSE;
  if (!row)
    return fail_not_found (error);
  event.walk_id = lw_column_id (use, 0);
  event.target_id = lw_column_id (use, 1);
  g_clear_pointer (&use, lw_statement_release);
  return (using->account == NULL || lw_account_insert (ledger, db, using->account, error)) &&
         lw_audit_add_in (ledger, db, &event, error);
}

gboolean
lw_invitations_use (LwLedger *ledger,
                    const char *code,
                    const LwId *person_id,
                    const LwAccount *account,
                    GError **error)
{
  Using using = {.person_id = person_id, .account = account};

  lw_secret_hash (code, using.hash);
  return lw_ledger_write (ledger, use_invitation, &using, error);
}
