/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "doctor": looks at everything that a room needs, changes nothing, and says what to do. */

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lw-audit.h"
#include "lw-clips.h"
#include "lw-room-commands.h"

#define SPACE_MIN_BYTES (G_GUINT64_CONSTANT (2) << 30)

typedef struct {
  LwRoom room; /* with store and ledger alone */
  guint troubles;
} Doctor;

static void well (const char *format, ...) G_GNUC_PRINTF (1, 2);
static void trouble (Doctor *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
well (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("  ok  %s\n", text);
}

static void
trouble (Doctor *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("  !!  %s\n", text);
  self->troubles++;
}

static void
check_config (Doctor *self)
{
  g_auto (GStrv) findings = lw_room_config_check (self->room.config);

  for (guint i = 0; findings[i] != NULL; i++)
    trouble (self, "%s", findings[i]);
  if (findings[0] == NULL)
    well ("The settings fit together.");
}

static gboolean
check_folder (Doctor *self)
{
  const char *data = self->room.config->data;
  struct stat facts;
  struct statvfs space;

  if (g_stat (data, &facts) != 0 || !S_ISDIR (facts.st_mode)) {
    trouble (self, "There is no data folder %s. “lessonwalk-room setup” makes it.", data);
    return FALSE;
  }
  if (facts.st_mode & (S_IRWXO | S_IWGRP))
    trouble (self, "Others can look into %s. Run: chmod 0700 %s", data, data);
  else
    well ("The data folder %s is closed to others.", data);
  if (access (data, W_OK) != 0)
    trouble (self, "%s cannot be written by this user. Give it to the room's user with chown.",
             data);
  if (statvfs (data, &space) == 0) {
    guint64 left = (guint64)space.f_bavail * space.f_frsize;
    g_autofree char *size = g_format_size (left);

    if (left < SPACE_MIN_BYTES)
      trouble (self, "Only %s are left on the disk. Free some space, or move the data folder.",
               size);
    else
      well ("%s are left on the disk.", size);
  }
  return TRUE;
}

static void
check_store (Doctor *self)
{
  g_autofree char *path = lw_room_path (&self->room, "walks.db");
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;

  self->room.store = lw_store_open (path, LW_STORE_OPEN_READ_ONLY, &error);
  if (self->room.store == NULL || !lw_store_verify (self->room.store, &findings, &error)) {
    trouble (self, "The walks: %s", error->message);
    return;
  }
  for (guint i = 0; findings[i] != NULL; i++)
    trouble (self, "The walks: %s", findings[i]);
  if (findings[0] == NULL)
    well ("The walks are whole: every change fits to the one before.");
}

/* ---- the ledger ---- */

static gboolean
check_newest (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  g_autoptr (LwStatement) newest = lw_ledger_get (ledger, db, "doctor-newest", error);
  gboolean row;

  if (newest == NULL || !lw_step (db, newest, &row, error))
    return FALSE;
  if (row && lw_column_int (newest, 0) > g_get_real_time ())
    trouble (data,
             "This machine's clock is behind what was done here already. Set the clock; links "
             "and tickets live by it.");
  else
    well ("The clock is not behind what was done here.");
  return TRUE;
}

static void
check_file (Doctor *self, const char *name, gint64 size, guint *missing)
{
  g_autofree char *path = lw_room_path (&self->room, name);
  struct stat facts;

  if (g_stat (path, &facts) == 0 && facts.st_size == size)
    return;
  ++*missing;
  trouble (self, "%s is missing or cut short. Restore that file from a backup.", path);
}

static gboolean
check_media (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Doctor *self = data;
  g_autoptr (LwStatement) media = lw_ledger_get (ledger, db, "doctor-media", error);
  g_autoptr (LwStatement) clips = lw_ledger_get (ledger, db, "doctor-clips", error);
  guint missing = 0, files = 0;
  gboolean row;

  if (media == NULL || clips == NULL)
    return FALSE;
  for (; lw_step (db, media, &row, error) && row; files++) {
    gsize length;
    gconstpointer bytes = lw_column_blob (media, 0, &length);
    g_autofree char *original = lw_column_text (media, 1);
    g_autofree char *name = NULL;
    LwContentHash hash = {0};
    char text[LW_CONTENT_HASH_TEXT_LENGTH + 1];

    memcpy (hash.bytes, bytes, MIN (length, sizeof hash.bytes));
    lw_content_hash_format (&hash, text);
    name = g_build_filename ("media", text, original, NULL);
    check_file (self, name, lw_column_int (media, 2), &missing);
  }
  for (; lw_step (db, clips, &row, error) && row; files++) {
    LwId id = lw_column_id (clips, 0);
    g_autofree char *text = lw_id_to_string (&id);
    g_autofree char *name = g_strconcat ("clips/", text, ".mp4", NULL);

    check_file (self, name, lw_column_int (clips, 1), &missing);
  }
  if (missing == 0)
    well ("All %u files of lessons, student work and clips are there.", files);
  return *error == NULL;
}

static void
check_audit (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  LwAuditState state;

  if (!lw_audit_verify (self->room.ledger, &state, &error)) {
    trouble (self, "The audit log: %s", error->message);
    return;
  }
  if (state.broken_at != 0) {
    trouble (self,
             "The audit log was changed by other means than the room: row %" G_GINT64_FORMAT
             " does not fit to those before. Keep this folder as it is, and compare with a backup "
             "and with the hashes in the journal.",
             state.broken_at);
    return;
  }
  well ("The audit log is whole: %" G_GINT64_FORMAT " rows.", state.rows);
}

static void
check_ledger (Doctor *self)
{
  g_autofree char *path = lw_room_path (&self->room, "ledger.db");
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    trouble (self, "There is no ledger in the data folder. Run “lessonwalk-room setup”.");
    return;
  }
  self->room.ledger = lw_ledger_open (path, &error);
  if (self->room.ledger == NULL) {
    trouble (self, "The ledger: %s", error->message);
    return;
  }
  check_audit (self);
  if (!lw_ledger_read (self->room.ledger, check_newest, self, &error) ||
      !lw_ledger_read (self->room.ledger, check_media, self, &error))
    trouble (self, "The ledger: %s", error->message);
}

static void
check_program (Doctor *self, const char *const *argv, const char *what, const char *otherwise)
{
  g_autofree char *found = g_find_program_in_path (argv[0]);
  int status = -1;

  if (found != NULL &&
      g_spawn_sync (NULL, (char **)argv, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL) &&
      status == 0)
    well ("%s works.", what);
  else
    trouble (self, "%s %s %s", what, found == NULL ? "is missing." : "does not work.", otherwise);
}

int
lw_room_doctor (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  static const char *const bwrap[] = {"bwrap", "--unshare-all", "--ro-bind", "/",
                                      "/",     "true",          NULL};
  static const char *const ffmpeg[] = {"ffmpeg", "-hide_banner", "-version", NULL};
  Doctor self = {.room = {.config = config}};

  check_config (&self);
  if (check_folder (&self)) {
    check_store (&self);
    check_ledger (&self);
  }
  check_program (
      &self, bwrap, "bubblewrap",
      "Install the package “bubblewrap”, and see that users may make namespaces; without "
      "it no lesson is taken in.");
  check_program (&self, ffmpeg, "ffmpeg", "Install the package “ffmpeg”; it makes clips.");
  lw_ledger_close (self.room.ledger);
  g_clear_object (&self.room.store);
  lw_room_config_free (config);
  if (self.troubles == 0)
    g_print ("All is well.\n");
  else
    g_print ("%u thing(s) need you.\n", self.troubles);
  return self.troubles == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
