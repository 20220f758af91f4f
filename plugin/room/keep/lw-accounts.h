/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-http.h"
#include "lw-ledger.h"

G_BEGIN_DECLS

/**
 * LwAccounts:
 *
 * Who may sign in, the links that let them, and the sessions that follow. A secret (a link's code,
 * a session's token) is 128 random bits, handed out once and kept as a hash. Sessions are
 * remembered in memory, so that a request does not wait for the ledger.
 *
 * Thread: any. Errors are of #LwStoreError; NOT_FOUND for a code or token that does not (or no
 * longer) open anything, whatever the reason.
 */
typedef struct _LwAccounts LwAccounts;
typedef struct _LwAuditEvent LwAuditEvent;

LwAccounts *lw_accounts_new (LwLedger *ledger);
void lw_accounts_free (LwAccounts *self);

typedef struct {
  LwId person_id;
  char *login; /* nullable: a guest, or by link or provider only */
  char *name;
  LwId guest_of; /* the one walk of a guest; or none */
  gboolean may_create;
  gboolean is_admin;
} LwAccount;

void lw_account_free (LwAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwAccount, lw_account_free)

/* CONFLICT if the login or the person has an account already. It stands in the audit log. */
gboolean lw_accounts_add (LwAccounts *self, const LwAccount *account, GError **error);
/* The same, inside a LwLedgerFunc of one's own. */
gboolean lw_account_insert (LwLedger *ledger, LwDb *db, const LwAccount *account, GError **error);
LwAccount *lw_accounts_get (LwAccounts *self, const LwId *person_id, GError **error);

/* Those of that login, name or id, twenty at most. (transfer full) (element-type LwAccount) */
GPtrArray *lw_accounts_find (LwAccounts *self, const char *text, GError **error);

/* A sign-in link that opens once. @event: (nullable): kept in the same commit.
 * (transfer full): the code */
char *lw_accounts_make_sign_in (LwAccounts *self,
                                const LwId *person_id,
                                gint64 lifetime_s,
                                const LwAuditEvent *event,
                                GError **error);
/* Uses it up. */
gboolean
lw_accounts_use_sign_in (LwAccounts *self, const char *code, LwId *ret_person_id, GError **error);

/* @way: how they signed in, for the audit log; kept in the same commit.
 * (transfer full): the token of a new session */
char *lw_accounts_begin_session (
    LwAccounts *self, const LwId *person_id, gint64 lifetime_s, const char *way, GError **error);
/* An #LwHttpIdentify: nobody unless the token is of a session that lasts. @data: the accounts. */
void lw_accounts_identify (const char *token, LwCaller *ret_caller, gpointer data);
/* Whether it has neither ended nor run out. */
gboolean lw_accounts_session_lasts (LwAccounts *self, const LwId *session_id);
gboolean lw_accounts_end_other_sessions (LwAccounts *self,
                                         const LwId *person_id,
                                         const LwId *but_session_id,
                                         GError **error);
/* How long ago it began, in microseconds. */
gboolean lw_accounts_get_session_age (LwAccounts *self,
                                      const LwId *session_id,
                                      gint64 *ret_age_us,
                                      GError **error);
/* All of a person's. */
gboolean lw_accounts_end_sessions (LwAccounts *self, const LwId *person_id, GError **error);
/* Ends what @end deletes, in one commit with what else it writes. */
gboolean lw_accounts_end_by (LwAccounts *self, LwLedgerFunc end, gpointer data, GError **error);

/* 128 random bits as URL-safe text, and the hash that the ledger keeps of such a text. */
#define LW_SECRET_HASH_BYTES 32
char *lw_secret_new (void);
void lw_secret_hash (const char *secret, guint8 ret_hash[LW_SECRET_HASH_BYTES]);

G_END_DECLS
