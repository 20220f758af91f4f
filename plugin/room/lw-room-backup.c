/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "backup" while the room goes on, and "restore" into an empty data folder. */

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lw-audit.h"
#include "lw-room-commands.h"

#define MARK "lessonwalk-backup"

static int
fail (const char *message)
{
  g_printerr ("lessonwalk-room: %s\n", message);
  return EXIT_FAILURE;
}

/* A file that never changes once it is there need not be there twice on one disk. */
static gboolean
copy_file (const char *from, const char *to, gboolean may_link, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  if (may_link && link (from, to) == 0)
    return TRUE;
  return g_file_copy (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error);
}

static gboolean
copy_folder (const char *from, const char *to, gboolean may_link, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (from, 0, NULL);
  const char *name;

  if (folder == NULL)
    return TRUE;
  if (g_mkdir_with_parents (to, 0700) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be made: %s", to,
                 g_strerror (errno));
    return FALSE;
  }
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autoptr (GError) local_error = NULL;
    gboolean ok = g_file_test (source, G_FILE_TEST_IS_DIR)
                      ? copy_folder (source, target, may_link, &local_error)
                      : copy_file (source, target, may_link, &local_error);

    /* Erased, or finished and renamed, since the folder was read. */
    if (!ok && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
copy_files (const char *from, const char *to, GError **error)
{
  static const struct {
    const char *name;
    gboolean may_link;
  } folders[] = {{"media", TRUE}, {"clips", TRUE}, {"uploads", FALSE}, {"live", FALSE}};
  g_autofree char *key = g_build_filename (from, "ticket.key", NULL);
  g_autofree char *key_copy = g_build_filename (to, "ticket.key", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *source = g_build_filename (from, folders[i].name, NULL);
    g_autofree char *target = g_build_filename (to, folders[i].name, NULL);

    if (!copy_folder (source, target, folders[i].may_link, error))
      return FALSE;
  }
  return !g_file_test (key, G_FILE_TEST_EXISTS) || copy_file (key, key_copy, FALSE, error);
}

static gboolean
is_empty (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  return folder == NULL || g_dir_read_name (folder) == NULL;
}

/* The databases first: every file they speak of was there before. */
static gboolean
back_up (LwRoomConfig *config, const char *to, GError **error)
{
  g_autofree char *walks = g_build_filename (config->data, "walks.db", NULL);
  g_autofree char *ledger = g_build_filename (config->data, "ledger.db", NULL);
  g_autofree char *walks_copy = g_build_filename (to, "walks.db", NULL);
  g_autofree char *ledger_copy = g_build_filename (to, "ledger.db", NULL);
  g_autofree char *mark = g_build_filename (to, MARK, NULL);
  g_autoptr (LwStore) store = NULL;
  g_autoptr (LwLedger) open = NULL;

  if (!g_file_test (walks, G_FILE_TEST_EXISTS) || !g_file_test (ledger, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no room in %s.", config->data);
    return FALSE;
  }
  store = lw_store_open (walks, LW_STORE_OPEN_DEFAULT, error);
  open = store != NULL ? lw_ledger_open (ledger, error) : NULL;
  /* The mark comes last: a backup without it was cut short. */
  return open != NULL && lw_ledger_backup (open, ledger_copy, error) &&
         g_chmod (ledger_copy, 0600) == 0 && lw_store_backup (store, walks_copy, error) &&
         g_chmod (walks_copy, 0600) == 0 && copy_files (config->data, to, error) &&
         g_file_set_contents (mark, "1\n", -1, error);
}

int
lw_room_backup (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  const char *to =
      arguments->rest != NULL && arguments->rest[0] != NULL ? arguments->rest[1] : NULL;
  int status = EXIT_SUCCESS;

  if (to == NULL)
    status = fail ("Say where to: lessonwalk-room backup FOLDER.");
  else if (!is_empty (to))
    status = fail ("That folder is not empty. Nothing was written; name a new one.");
  else if (g_mkdir_with_parents (to, 0700) != 0)
    status = fail ("That folder cannot be made. Nothing was written.");
  else if (!back_up (config, to, &error))
    status = fail (error != NULL ? error->message : "The backup cannot be written there.");
  else
    g_print ("The room is backed up in %s. What is erased from now on is still in it.\n", to);
  lw_room_config_free (config);
  return status;
}

/* What came back must be whole before anybody relies on it. */
static gboolean
check_restored (LwRoomConfig *config, GError **error)
{
  g_autofree char *walks = g_build_filename (config->data, "walks.db", NULL);
  g_autofree char *path = g_build_filename (config->data, "ledger.db", NULL);
  g_autoptr (LwStore) store = lw_store_open (walks, LW_STORE_OPEN_DEFAULT, error);
  g_autoptr (LwLedger) ledger = store != NULL ? lw_ledger_open (path, error) : NULL;
  g_auto (GStrv) findings = NULL;
  LwAuditState state;

  if (ledger == NULL || !lw_store_verify (store, &findings, error) ||
      !lw_audit_verify (ledger, &state, error))
    return FALSE;
  if (findings[0] == NULL && state.broken_at == 0)
    return TRUE;
  g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT,
                       "The backup was restored, but it is damaged. Run “lessonwalk-room doctor” "
                       "and try an older backup in another folder.");
  return FALSE;
}

static gboolean
restore (LwRoomConfig *config, const char *from, GError **error)
{
  static const char *const names[] = {"walks.db", "ledger.db"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *source = g_build_filename (from, names[i], NULL);
    g_autofree char *target = g_build_filename (config->data, names[i], NULL);

    if (!copy_file (source, target, FALSE, error))
      return FALSE;
  }
  return copy_files (from, config->data, error) && check_restored (config, error);
}

int
lw_room_restore (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  const char *from =
      arguments->rest != NULL && arguments->rest[0] != NULL ? arguments->rest[1] : NULL;
  g_autofree char *mark = from != NULL ? g_build_filename (from, MARK, NULL) : NULL;
  int status = EXIT_SUCCESS;

  if (from == NULL)
    status = fail ("Say from where: lessonwalk-room restore FOLDER.");
  else if (!g_file_test (mark, G_FILE_TEST_EXISTS))
    status = fail ("That folder holds no whole backup. Nothing was changed.");
  else if (!is_empty (config->data))
    status = fail ("The data folder is not empty. Nothing was changed; stop the room and move its "
                   "folder away, or name another with --set data=FOLDER.");
  else if (g_mkdir_with_parents (config->data, 0700) != 0)
    status = fail ("The data folder cannot be made. Nothing was changed.");
  else if (!restore (config, from, &error))
    status = fail (error->message);
  else
    g_print ("The room is restored to %s, and it is whole. Start it as before.\n", config->data);
  lw_room_config_free (config);
  return status;
}
