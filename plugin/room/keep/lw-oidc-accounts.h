/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-accounts.h"

G_BEGIN_DECLS

/* Accounts of people whom a sign-in provider knows, by its issuer and its subject and nothing else:
 * an e-mail address changes hands. Thread: any. */

/* NOT_FOUND if there is none, or it is closed. */
gboolean lw_oidc_accounts_find (
    LwLedger *ledger, const char *issuer, const char *subject, LwId *ret_person_id, GError **error);
/* CONFLICT if there is one already. */
gboolean lw_oidc_accounts_add (LwLedger *ledger,
                               const char *issuer,
                               const char *subject,
                               const LwAccount *account,
                               GError **error);
/* Whether there is one, closed or not. */
gboolean lw_oidc_accounts_is_known (LwLedger *ledger, const char *issuer, const char *subject);

G_END_DECLS
