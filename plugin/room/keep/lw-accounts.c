/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-accounts.h"

#include <sodium.h>
#include <string.h>

#include "lw-audit.h"

#define SECRET_BYTES 16
#define SESSIONS_REMEMBERED 20000

typedef struct {
  LwCaller caller;
  gint64 expires_utc_us;
} Session;

struct _LwAccounts {
  LwLedger *ledger;
  GMutex mutex;
  GHashTable *sessions; /* under mutex: GBytes, a token's hash -> Session */
};

/* ---- secrets ---- */

char *
lw_secret_new (void)
{
  guint8 bytes[SECRET_BYTES];
  char text[sodium_base64_ENCODED_LEN (SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (text, sizeof text, bytes, sizeof bytes,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (text);
}

void
lw_secret_hash (const char *secret, guint8 ret_hash[LW_SECRET_HASH_BYTES])
{
  crypto_generichash (ret_hash, LW_SECRET_HASH_BYTES, (const guint8 *)secret, strlen (secret), NULL,
                      0);
}

static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "This link does not open anything, or not any more. Ask whoever sent it for "
                       "a new one.");
  return FALSE;
}

/* ---- making and ending ---- */

LwAccounts *
lw_accounts_new (LwLedger *ledger)
{
  LwAccounts *self = g_new0 (LwAccounts, 1);

  self->ledger = ledger;
  g_mutex_init (&self->mutex);
  self->sessions =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
  return self;
}

void
lw_accounts_free (LwAccounts *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->sessions);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
lw_account_free (LwAccount *account)
{
  g_free (account->login);
  g_free (account->name);
  g_free (account);
}

/* ---- accounts ---- */

gboolean
lw_account_insert (LwLedger *ledger, LwDb *db, const LwAccount *account, GError **error)
{
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, "add-account", error);
  LwAuditEvent event = {.action = LW_AUDIT_ACCOUNT_MADE, .target_id = account->person_id};
  gboolean row;

  if (add == NULL)
    return FALSE;
  lw_bind_id (add, 1, &account->person_id);
  if (account->login != NULL)
    lw_bind_text (add, 2, account->login);
  lw_bind_text (add, 3, account->name);
  lw_bind_int (add, 4, account->may_create);
  lw_bind_int (add, 5, account->is_admin);
  lw_bind_id (add, 6, &account->guest_of);
  lw_bind_int (add, 7, g_get_real_time ());
  if (!lw_step (db, add, &row, error))
    return FALSE;
  if (row) {
    g_clear_pointer (&add, lw_statement_release);
    return lw_audit_add_in (ledger, db, &event, error);
  }
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                       "There is an account of that name already. Nothing was changed.");
  return FALSE;
}

static gboolean
add_account (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  return lw_account_insert (ledger, db, data, error);
}

gboolean
lw_accounts_add (LwAccounts *self, const LwAccount *account, GError **error)
{
  return lw_ledger_write (self->ledger, add_account, (gpointer)account, error);
}

typedef struct {
  const LwId *person_id;
  LwAccount *account;
} Getting;

static gboolean
get_account (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Getting *getting = data;
  g_autoptr (LwStatement) get = lw_ledger_get (ledger, db, "get-account", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, getting->person_id);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (!row) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "There is no such account.");
    return FALSE;
  }
  getting->account = g_new0 (LwAccount, 1);
  getting->account->person_id = *getting->person_id;
  getting->account->login = lw_column_text (get, 0);
  getting->account->name = lw_column_text (get, 1);
  getting->account->may_create = lw_column_int (get, 2) != 0;
  getting->account->is_admin = lw_column_int (get, 3) != 0;
  getting->account->guest_of = lw_column_id (get, 4);
  return TRUE;
}

LwAccount *
lw_accounts_get (LwAccounts *self, const LwId *person_id, GError **error)
{
  Getting getting = {person_id, NULL};

  lw_ledger_read (self->ledger, get_account, &getting, error);
  return getting.account;
}

typedef struct {
  const char *text;
  LwId id;
  GPtrArray *found;
} Seeking;

static gboolean
find_accounts (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Seeking *seeking = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "find-accounts", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_text (find, 1, seeking->text);
  lw_bind_id (find, 2, &seeking->id);
  do {
    if (!lw_step (db, find, &row, error))
      return FALSE;
    if (row) {
      LwAccount *account = g_new0 (LwAccount, 1);

      account->person_id = lw_column_id (find, 0);
      account->login = lw_column_text (find, 1);
      account->name = lw_column_text (find, 2);
      g_ptr_array_add (seeking->found, account);
    }
  } while (row);
  return TRUE;
}

GPtrArray *
lw_accounts_find (LwAccounts *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_account_free);
  Seeking seeking = {.text = text, .found = found};

  if (!lw_id_parse (text, &seeking.id))
    seeking.id = (LwId){0};
  if (!lw_ledger_read (self->ledger, find_accounts, &seeking, error))
    return NULL;
  return g_steal_pointer (&found);
}

/* ---- links ---- */

typedef struct {
  const char *statement;
  const LwId *person_id;
  gint64 lifetime_s;
  guint8 hash[LW_SECRET_HASH_BYTES];
  LwId id; /* of the link, or the session */
  LwId found;
  const LwAuditEvent *event; /* nullable */
} Handing;

static gboolean
add_handed (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Handing *handing = data;
  g_autoptr (LwStatement) add = lw_ledger_get (ledger, db, handing->statement, error);
  gint64 now = g_get_real_time ();

  if (add == NULL)
    return FALSE;
  lw_bind_blob (add, 1, handing->hash, sizeof handing->hash);
  lw_bind_id (add, 2, &handing->id);
  lw_bind_id (add, 3, handing->person_id);
  lw_bind_int (add, 4, now);
  lw_bind_int (add, 5, now + handing->lifetime_s * G_USEC_PER_SEC);
  return lw_run (db, add, error) &&
         (handing->event == NULL || lw_audit_add_in (ledger, db, handing->event, error));
}

/* A secret, of which the ledger keeps the hash. (transfer full) */
static char *
hand_out (LwAccounts *self, Handing *handing, GError **error)
{
  g_autofree char *secret = lw_secret_new ();

  lw_secret_hash (secret, handing->hash);
  if (!lw_ledger_write (self->ledger, add_handed, handing, error))
    return NULL;
  return g_steal_pointer (&secret);
}

char *
lw_accounts_make_sign_in (LwAccounts *self,
                          const LwId *person_id,
                          gint64 lifetime_s,
                          const LwAuditEvent *event,
                          GError **error)
{
  Handing handing = {.statement = "add-sign-in",
                     .person_id = person_id,
                     .lifetime_s = lifetime_s,
                     .id = lw_id_new (),
                     .event = event};

  return hand_out (self, &handing, error);
}

static gboolean
use_sign_in (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Handing *handing = data;
  g_autoptr (LwStatement) use = lw_ledger_get (ledger, db, "use-sign-in", error);
  gboolean row;

  if (use == NULL)
    return FALSE;
  lw_bind_blob (use, 1, handing->hash, sizeof handing->hash);
  lw_bind_int (use, 2, g_get_real_time ());
  if (!lw_step (db, use, &row, error))
    return FALSE;
  if (!row)
    return fail_not_found (error);
  handing->found = lw_column_id (use, 0);
  return TRUE;
}

gboolean
lw_accounts_use_sign_in (LwAccounts *self, const char *code, LwId *ret_person_id, GError **error)
{
  Handing handing = {0};

  lw_secret_hash (code, handing.hash);
  if (!lw_ledger_write (self->ledger, use_sign_in, &handing, error))
    return FALSE;
  *ret_person_id = handing.found;
  return TRUE;
}

/* ---- sessions ---- */

char *
lw_accounts_begin_session (
    LwAccounts *self, const LwId *person_id, gint64 lifetime_s, const char *way, GError **error)
{
  Handing handing = {.statement = "add-session",
                     .person_id = person_id,
                     .lifetime_s = lifetime_s,
                     .id = lw_id_new ()};
  LwAuditEvent event = {.action = LW_AUDIT_SIGNED_IN,
                        .person_id = *person_id,
                        .target_id = handing.id,
                        .detail = way};

  handing.event = &event;
  return hand_out (self, &handing, error);
}

typedef struct {
  const guint8 *hash;
  Session *session; /* nullable */
} Finding;

static gboolean
find_session (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Finding *finding = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "find-session", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_blob (find, 1, finding->hash, LW_SECRET_HASH_BYTES);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  finding->session = g_new0 (Session, 1);
  finding->session->caller.person_id = lw_column_id (find, 0);
  finding->session->caller.session_id = lw_column_id (find, 1);
  finding->session->expires_utc_us = lw_column_int (find, 2);
  finding->session->caller.may_create = lw_column_int (find, 3) != 0;
  finding->session->caller.is_admin = lw_column_int (find, 4) != 0;
  finding->session->caller.walk_id = lw_column_id (find, 5);
  return TRUE;
}

void
lw_accounts_identify (const char *token, LwCaller *ret_caller, gpointer data)
{
  LwAccounts *self = data;
  guint8 hash[LW_SECRET_HASH_BYTES];
  g_autoptr (GBytes) key = NULL;
  const Session *session;

  *ret_caller = (LwCaller){0};
  lw_secret_hash (token, hash);
  key = g_bytes_new (hash, sizeof hash);
  g_mutex_lock (&self->mutex);
  session = g_hash_table_lookup (self->sessions, key);
  if (session == NULL) {
    Finding finding = {hash, NULL};

    lw_ledger_read (self->ledger, find_session, &finding, NULL);
    if (finding.session != NULL) {
      if (g_hash_table_size (self->sessions) >= SESSIONS_REMEMBERED)
        g_hash_table_remove_all (self->sessions);
      g_hash_table_insert (self->sessions, g_bytes_ref (key), finding.session);
      session = finding.session;
    }
  }
  if (session != NULL && session->expires_utc_us > g_get_real_time ())
    *ret_caller = session->caller;
  g_mutex_unlock (&self->mutex);
}

typedef struct {
  const LwId *session_id;
  gboolean lasts;
} Asking;

static gboolean
ask_session (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Asking *asking = data;
  g_autoptr (LwStatement) ask = lw_ledger_get (ledger, db, "session-lasts", error);

  if (ask == NULL)
    return FALSE;
  lw_bind_id (ask, 1, asking->session_id);
  lw_bind_int (ask, 2, g_get_real_time ());
  return lw_step (db, ask, &asking->lasts, error);
}

gboolean
lw_accounts_session_lasts (LwAccounts *self, const LwId *session_id)
{
  Asking asking = {session_id, FALSE};

  /* A disk that cannot be read just now is no reason to send somebody away. */
  return !lw_ledger_read (self->ledger, ask_session, &asking, NULL) || asking.lasts;
}

typedef struct {
  const char *statement;
  const LwId *id;
  const LwId *but; /* nullable */
} Ending;

static gboolean
end_by_id (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Ending *ending = data;
  g_autoptr (LwStatement) end = lw_ledger_get (ledger, db, ending->statement, error);

  if (end == NULL)
    return FALSE;
  lw_bind_id (end, 1, ending->id);
  if (ending->but != NULL)
    lw_bind_id (end, 2, ending->but);
  return lw_run (db, end, error);
}

gboolean
lw_accounts_end_by (LwAccounts *self, LwLedgerFunc end, gpointer data, GError **error)
{
  gboolean ok;

  /* Under the mutex to the end, so that nobody remembers one that is just being ended. */
  g_mutex_lock (&self->mutex);
  ok = lw_ledger_write (self->ledger, end, data, error);
  g_hash_table_remove_all (self->sessions);
  g_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
end_sessions (
    LwAccounts *self, const char *statement, const LwId *id, const LwId *but, GError **error)
{
  Ending ending = {statement, id, but};

  return lw_accounts_end_by (self, end_by_id, &ending, error);
}

gboolean
lw_accounts_end_sessions (LwAccounts *self, const LwId *person_id, GError **error)
{
  return end_sessions (self, "end-sessions", person_id, NULL, error);
}

gboolean
lw_accounts_end_other_sessions (LwAccounts *self,
                                const LwId *person_id,
                                const LwId *but_session_id,
                                GError **error)
{
  return end_sessions (self, "end-other-sessions", person_id, but_session_id, error);
}

typedef struct {
  const LwId *session_id;
  gint64 created_utc_us;
} Aging;

static gboolean
find_created (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Aging *aging = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "session-created", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, aging->session_id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (!row)
    return fail_not_found (error);
  aging->created_utc_us = lw_column_int (find, 0);
  return TRUE;
}

gboolean
lw_accounts_get_session_age (LwAccounts *self,
                             const LwId *session_id,
                             gint64 *ret_age_us,
                             GError **error)
{
  Aging aging = {.session_id = session_id};

  if (!lw_ledger_read (self->ledger, find_created, &aging, error))
    return FALSE;
  *ret_age_us = g_get_real_time () - aging.created_utc_us;
  return TRUE;
}
