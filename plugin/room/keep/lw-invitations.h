/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-accounts.h"

G_BEGIN_DECLS

/*
 * Invitations to one walk: a code that whoever has it may use until it expires, is used up, is
 * revoked, or the walk closes. The code is handed out once and kept as a hash.
 *
 * Each of these changes stands in the audit log, in the same commit.
 *
 * Thread: any. Errors are of #LwStoreError; NOT_FOUND is the one answer to a code that opens
 * nothing, whatever the reason.
 */
typedef struct {
  LwId id;
  LwId walk_id;
  LwId created_by; /* or none: an administrator, at the machine */
  guint roles;     /* bits 1 << LwRole that it gives */
  char *label;     /* whom it is meant for, in the inviter's words */
  gint64 expires_utc_us;
  gint64 uses_left; /* -1: any number */
} LwInvitation;

void lw_invitation_free (LwInvitation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwInvitation, lw_invitation_free)

/* @invitation: its id is filled in. (transfer full): the code */
char *lw_invitations_make (LwLedger *ledger, LwInvitation *invitation, GError **error);
/* Those of a walk that still open, newest first. (transfer full) (element-type LwInvitation) */
GPtrArray *lw_invitations_list (LwLedger *ledger, const LwId *walk_id, GError **error);
/* Without using it. (transfer full) */
LwInvitation *lw_invitations_find (LwLedger *ledger, const char *code, GError **error);
/* By its id, also where it no longer opens. (transfer full) */
LwInvitation *lw_invitations_get (LwLedger *ledger, const LwId *id, GError **error);
gboolean lw_invitations_revoke (LwLedger *ledger, const LwId *id, const LwId *by, GError **error);
/* @person_id uses it once, and with it gets @account where there is one: both or neither. */
gboolean lw_invitations_use (LwLedger *ledger,
                             const char *code,
                             const LwId *person_id,
                             const LwAccount *account,
                             GError **error);

G_END_DECLS
