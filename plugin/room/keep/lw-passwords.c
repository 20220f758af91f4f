/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-passwords.h"

#include <sodium.h>
#include <string.h>

#include "lw-audit.h"

#define PASSES 2
#define MEMORY_BYTES (19 * 1024 * 1024)
#define AT_ONCE 4
#define WAITING_MAX 16

struct _LwPasswords {
  LwLedger *ledger;
  GMutex mutex;
  GCond cond;
  guint working, waiting, worked; /* under mutex */
  char nobodys[crypto_pwhash_STRBYTES];
};

LwPasswords *
lw_passwords_new (LwLedger *ledger)
{
  LwPasswords *self = g_new0 (LwPasswords, 1);
  guint8 nobody_knows[32];

  self->ledger = ledger;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  randombytes_buf (nobody_knows, sizeof nobody_knows);
  if (crypto_pwhash_str (self->nobodys, (const char *)nobody_knows, sizeof nobody_knows, PASSES,
                         MEMORY_BYTES) != 0)
    g_error ("There is no memory for a password's hash");
  return self;
}

void
lw_passwords_free (LwPasswords *self)
{
  if (self == NULL)
    return;
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
lw_passwords_is_login (const char *text)
{
  gsize length = strlen (text);

  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr (".-_@+", *c) == NULL)
      return FALSE;
  }
  return length >= LW_LOGIN_MIN && length <= LW_LOGIN_MAX;
}

/* ---- the work, a few at once ---- */

static gboolean
begin_work (LwPasswords *self, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = self->waiting < WAITING_MAX;
  if (ok) {
    self->waiting++;
    while (self->working >= AT_ONCE)
      g_cond_wait (&self->cond, &self->mutex);
    self->waiting--;
    self->working++;
    self->worked++;
  }
  g_mutex_unlock (&self->mutex);
  if (!ok)
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY,
                         "Many people are signing in at this moment. Try again in a minute.");
  return ok;
}

static void
end_work (LwPasswords *self)
{
  g_mutex_lock (&self->mutex);
  self->working--;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

guint
lw_passwords_get_n_worked (LwPasswords *self)
{
  guint worked;

  g_mutex_lock (&self->mutex);
  worked = self->worked;
  g_mutex_unlock (&self->mutex);
  return worked;
}

/* ---- setting ---- */

typedef struct {
  const LwId *person_id;
  const char *login;
  char hash[crypto_pwhash_STRBYTES];
} Setting;

static gboolean
set_password (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;
  g_autoptr (LwStatement) set = lw_ledger_get (ledger, db, "set-password", error);
  LwAuditEvent event = {.action = LW_AUDIT_PASSWORD_SET,
                        .person_id = *setting->person_id,
                        .target_id = *setting->person_id};
  gboolean row;

  if (set == NULL)
    return FALSE;
  lw_bind_id (set, 1, setting->person_id);
  if (setting->login != NULL)
    lw_bind_text (set, 2, setting->login);
  lw_bind_text (set, 3, setting->hash);
  if (!lw_step (db, set, &row, error))
    return FALSE;
  if (row) {
    g_clear_pointer (&set, lw_statement_release);
    return lw_audit_add_in (ledger, db, &event, error);
  }
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT,
                       setting->login != NULL
                           ? "Somebody has that sign-in name already. Choose another; nothing was "
                             "changed."
                           : "Choose a sign-in name as well; nothing was changed.");
  return FALSE;
}

gboolean
lw_passwords_set (LwPasswords *self,
                  const LwId *person_id,
                  const char *login,
                  const char *password,
                  GError **error)
{
  Setting setting = {.person_id = person_id, .login = login};
  gboolean ok;

  if (!begin_work (self, error))
    return FALSE;
  ok = crypto_pwhash_str (setting.hash, password, strlen (password), PASSES, MEMORY_BYTES) == 0;
  end_work (self);
  if (!ok) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY,
                         "The room has too little memory at this moment. Try again in a minute.");
    return FALSE;
  }
  return lw_ledger_write (self->ledger, set_password, &setting, error);
}

/* ---- checking ---- */

typedef struct {
  const char *statement;
  const char *login;     /* nullable */
  const LwId *person_id; /* nullable */
  LwId found;
  char *hash; /* nullable */
} Finding;

static gboolean
find_password (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Finding *finding = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, finding->statement, error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  if (finding->login != NULL)
    lw_bind_text (find, 1, finding->login);
  else
    lw_bind_id (find, 1, finding->person_id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row) {
    finding->found = lw_column_id (find, 0);
    finding->hash = lw_column_text (find, 1);
  }
  return TRUE;
}

static gboolean
check (LwPasswords *self, Finding *finding, const char *password, GError **error)
{
  g_autofree char *hash = NULL;
  gboolean ok;

  if (!lw_ledger_read (self->ledger, find_password, finding, error) || !begin_work (self, error))
    return FALSE;
  hash = g_steal_pointer (&finding->hash);
  ok = crypto_pwhash_str_verify (hash != NULL ? hash : self->nobodys, password,
                                 strlen (password)) == 0;
  end_work (self);
  if (ok && hash != NULL)
    return TRUE;
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                       "The sign-in name and the password do not go together.");
  return FALSE;
}

gboolean
lw_passwords_check (
    LwPasswords *self, const char *login, const char *password, LwId *ret_person_id, GError **error)
{
  Finding finding = {.statement = "password-of-login", .login = login};

  if (!check (self, &finding, password, error))
    return FALSE;
  *ret_person_id = finding.found;
  return TRUE;
}

gboolean
lw_passwords_check_person (LwPasswords *self,
                           const LwId *person_id,
                           const char *password,
                           GError **error)
{
  Finding finding = {.statement = "password-of-person", .person_id = person_id};

  return check (self, &finding, password, error);
}
