/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-oidc-accounts.h"

typedef struct {
  const char *issuer, *subject;
  const LwAccount *account; /* nullable */
  LwId found;
  gboolean known, disabled;
} Naming;

static gboolean
find (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Naming *naming = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "find-oidc", error);

  if (find == NULL)
    return FALSE;
  lw_bind_text (find, 1, naming->issuer);
  lw_bind_text (find, 2, naming->subject);
  if (!lw_step (db, find, &naming->known, error))
    return FALSE;
  if (naming->known) {
    naming->found = lw_column_id (find, 0);
    naming->disabled = lw_column_int (find, 1) != 0;
  }
  return TRUE;
}

gboolean
lw_oidc_accounts_find (
    LwLedger *ledger, const char *issuer, const char *subject, LwId *ret_person_id, GError **error)
{
  Naming naming = {.issuer = issuer, .subject = subject};

  if (!lw_ledger_read (ledger, find, &naming, error))
    return FALSE;
  if (naming.known && !naming.disabled) {
    *ret_person_id = naming.found;
    return TRUE;
  }
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "There is no such account.");
  return FALSE;
}

gboolean
lw_oidc_accounts_is_known (LwLedger *ledger, const char *issuer, const char *subject)
{
  Naming naming = {.issuer = issuer, .subject = subject};

  return lw_ledger_read (ledger, find, &naming, NULL) && naming.known;
}

static gboolean
add (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Naming *naming = data;
  g_autoptr (LwStatement) set = NULL;
  gboolean row;

  if (!lw_account_insert (ledger, db, naming->account, error))
    return FALSE;
  set = lw_ledger_get (ledger, db, "set-oidc", error);
  if (set == NULL)
    return FALSE;
  lw_bind_id (set, 1, &naming->account->person_id);
  lw_bind_text (set, 2, naming->issuer);
  lw_bind_text (set, 3, naming->subject);
  if (!lw_step (db, set, &row, error))
    return FALSE;
  if (row)
    return TRUE;
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                       "There is such an account already.");
  return FALSE;
}

gboolean
lw_oidc_accounts_add (LwLedger *ledger,
                      const char *issuer,
                      const char *subject,
                      const LwAccount *account,
                      GError **error)
{
  Naming naming = {.issuer = issuer, .subject = subject, .account = account};

  return lw_ledger_write (ledger, add, &naming, error);
}
