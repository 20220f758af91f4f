/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "lw-accounts.h"
#include "lw-guesses.h"
#include "lw-passwords.h"

typedef struct {
  char *folder;
  LwLedger *ledger;
  LwAccounts *accounts;
  LwPasswords *passwords;
  LwId alder, oak;
} Fixture;

static LwId
add_account (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  LwAccount account = {.person_id = lw_id_new (), .name = (char *)name};

  lw_accounts_add (fixture->accounts, &account, &error);
  g_assert_no_error (error);
  return account.person_id;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->folder = g_dir_make_tmp ("lw-passwords-XXXXXX", &error);
  path = g_build_filename (fixture->folder, "ledger.db", NULL);
  fixture->ledger = lw_ledger_open (path, &error);
  g_assert_no_error (error);
  fixture->accounts = lw_accounts_new (fixture->ledger);
  fixture->passwords = lw_passwords_new (fixture->ledger);
  fixture->alder = add_account (fixture, "Ms. Alder");
  fixture->oak = add_account (fixture, "Mr. Oak");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm"};

  lw_passwords_free (fixture->passwords);
  lw_accounts_free (fixture->accounts);
  lw_ledger_close (fixture->ledger);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static void
test_an_unknown_name_costs_as_much_as_a_wrong_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) none = NULL;
  guint before;
  LwId found;

  g_assert_true (
      lw_passwords_set (fixture->passwords, &fixture->alder, "alder", "correct horse", &error));
  before = lw_passwords_get_n_worked (fixture->passwords);
  g_assert_false (lw_passwords_check (fixture->passwords, "alder", "wrong horse", &found, &wrong));
  g_assert_cmpuint (lw_passwords_get_n_worked (fixture->passwords), ==, before + 1);
  g_assert_false (lw_passwords_check (fixture->passwords, "oak", "wrong horse", &found, &unknown));
  g_assert_cmpuint (lw_passwords_get_n_worked (fixture->passwords), ==, before + 2);
  g_assert_false (
      lw_passwords_check_person (fixture->passwords, &fixture->oak, "wrong horse", &none));
  g_assert_cmpuint (lw_passwords_get_n_worked (fixture->passwords), ==, before + 3);
  g_assert_error (wrong, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_error (unknown, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_error (none, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_cmpstr (wrong->message, ==, unknown->message);
  g_assert_true (lw_passwords_check (fixture->passwords, "ALDER", "correct horse", &found, &error));
  g_assert_true (lw_id_equal (&found, &fixture->alder));
}

static void
test_a_name_belongs_to_one_person (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      lw_passwords_set (fixture->passwords, &fixture->oak, NULL, "correct horse", &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  lw_passwords_set (fixture->passwords, &fixture->alder, "walks", "correct horse", &error);
  g_assert_no_error (error);
  g_assert_false (
      lw_passwords_set (fixture->passwords, &fixture->oak, "Walks", "battery staple", &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  /* The next password keeps the name. */
  lw_passwords_set (fixture->passwords, &fixture->alder, NULL, "battery staple", &error);
  g_assert_no_error (error);
  g_assert_true (
      lw_passwords_check (fixture->passwords, "walks", "battery staple", &fixture->oak, &error));
}

static gpointer
check_in_thread (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;
  LwId found;

  lw_passwords_check (fixture->passwords, "nobody", "any password", &found, &error);
  g_assert_nonnull (error);
  return GINT_TO_POINTER (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY));
}

static void
test_many_at_once_wait_or_are_told_to_come_again (Fixture *fixture, gconstpointer data)
{
  GThread *threads[64];
  guint told = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("sign-in", check_in_thread, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    told += GPOINTER_TO_INT (g_thread_join (threads[i])) != 0;
  g_assert_cmpuint (lw_passwords_get_n_worked (fixture->passwords) + told, ==, 64);
}

/* ---- guesses ---- */

static const LwGuessLimits limits = {
    .at_once = 3, .refill_s = 10, .all_at_once = 8, .all_refill_ms = 1000, .keys_max = 4};

static void
test_guesses_fill_up_with_time_and_right_ones_cost_nothing (void)
{
  g_autoptr (LwGuesses) guesses = lw_guesses_new (&limits);
  gint64 now = 1000 * G_USEC_PER_SEC;

  for (guint i = 0; i < 100; i++) {
    g_assert_true (lw_guesses_take (guesses, "10.0.0.1", now));
    lw_guesses_give_back (guesses, "10.0.0.1");
  }
  for (guint i = 0; i < 3; i++)
    g_assert_true (lw_guesses_take (guesses, "10.0.0.1", now));
  g_assert_false (lw_guesses_take (guesses, "10.0.0.1", now + 9 * G_USEC_PER_SEC));
  g_assert_true (lw_guesses_take (guesses, "10.0.0.2", now + 9 * G_USEC_PER_SEC));
  g_assert_true (lw_guesses_take (guesses, "10.0.0.1", now + 10 * G_USEC_PER_SEC));
  g_assert_false (lw_guesses_take (guesses, "10.0.0.1", now + 10 * G_USEC_PER_SEC));
}

static void
test_many_addresses_share_the_limit_over_all (void)
{
  g_autoptr (LwGuesses) guesses = lw_guesses_new (&limits);
  gint64 now = 1000 * G_USEC_PER_SEC;
  guint taken = 0;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *address = g_strdup_printf ("10.0.%u.%u", i / 250, i % 250);

    taken += lw_guesses_take (guesses, address, now);
  }
  g_assert_cmpuint (taken, <=, 8);
  g_assert_cmpuint (taken, >=, 4);
  g_assert_cmpuint (lw_guesses_get_n_keys (guesses), <=, 4);
  /* An hour later nobody is remembered for it. */
  g_assert_true (lw_guesses_take (guesses, "10.9.9.9", now + 3600 * G_TIME_SPAN_SECOND));
  g_assert_cmpuint (lw_guesses_get_n_keys (guesses), ==, 1);
}

static void
test_a_household_of_ipv6_addresses_is_one (void)
{
  g_autoptr (LwGuesses) guesses = lw_guesses_new (&limits);
  gint64 now = 1000 * G_USEC_PER_SEC;

  g_assert_true (lw_guesses_take (guesses, "2001:db8:1:2::1", now));
  g_assert_true (lw_guesses_take (guesses, "2001:db8:1:2::2", now));
  g_assert_true (lw_guesses_take (guesses, "2001:db8:1:2:ffff:ffff:ffff:ffff", now));
  g_assert_false (lw_guesses_take (guesses, "2001:db8:1:2:a::", now));
  g_assert_true (lw_guesses_take (guesses, "2001:db8:1:3::1", now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  TEST ("/passwords/unknown-costs-as-much", test_an_unknown_name_costs_as_much_as_a_wrong_password);
  TEST ("/passwords/one-name-one-person", test_a_name_belongs_to_one_person);
  TEST ("/passwords/many-at-once", test_many_at_once_wait_or_are_told_to_come_again);
  g_test_add_func ("/guesses/refill", test_guesses_fill_up_with_time_and_right_ones_cost_nothing);
  g_test_add_func ("/guesses/over-all", test_many_addresses_share_the_limit_over_all);
  g_test_add_func ("/guesses/ipv6", test_a_household_of_ipv6_addresses_is_one);
  return g_test_run ();
}
