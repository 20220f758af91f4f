/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-ledger.h"

G_BEGIN_DECLS

/**
 * LwPasswords:
 *
 * Passwords as Argon2id (19 MiB, two passes). An unknown login costs the same work as a wrong
 * password, and gets the same answer. Only a few are worked on at once, so that many tries fill
 * neither the memory nor all the room's workers.
 *
 * Thread: any; takes tens of milliseconds. Errors are of #LwStoreError: NOT_FOUND for what does not
 * fit, CONFLICT for a login that somebody has, BUSY when too many wait.
 */
typedef struct _LwPasswords LwPasswords;

LwPasswords *lw_passwords_new (LwLedger *ledger);
void lw_passwords_free (LwPasswords *self);

/* Bytes of UTF-8; and of a login: a-z, A-Z, 0-9 and ".-_@+". */
#define LW_PASSWORD_MIN 10
#define LW_PASSWORD_MAX 1024
#define LW_LOGIN_MIN 3
#define LW_LOGIN_MAX 64
gboolean lw_passwords_is_login (const char *text);

/* @login: (nullable): keeps the one that is; CONFLICT if there is none. */
gboolean lw_passwords_set (LwPasswords *self,
                           const LwId *person_id,
                           const char *login,
                           const char *password,
                           GError **error);
gboolean lw_passwords_check (LwPasswords *self,
                             const char *login,
                             const char *password,
                             LwId *ret_person_id,
                             GError **error);
/* Whether it is that person's; also no for one who has none. */
gboolean lw_passwords_check_person (LwPasswords *self,
                                    const LwId *person_id,
                                    const char *password,
                                    GError **error);
/* How often the work was done: what a test of the two answers' cost counts. */
guint lw_passwords_get_n_worked (LwPasswords *self);

G_END_DECLS
