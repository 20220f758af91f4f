/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A disk that really is full: a small file system in memory, which bubblewrap makes for this
 * program alone. The pin that does not fit is refused as such, what was kept can be read and is
 * sound, and after some space was freed the next pin is kept.
 */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lw-store.h"

#define DISK_BYTES "6000000"
#define INSIDE "LESSONWALK_TEST_SMALL_DISK"

static char *disk; /* where the small file system is */

static guint64
count_notes (LwStore *store)
{
  LwNoteQuery all = {0};
  guint64 count = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_store_count (store, &all, &count, &error));
  g_assert_no_error (error);
  return count;
}

static void
assert_sound (LwStore *store)
{
  g_auto (GStrv) findings = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_store_verify (store, &findings, &error));
  g_assert_no_error (error);
  if (findings[0] != NULL)
    g_error ("%s", findings[0]);
}

static gboolean
pin (LwStore *store, const LwId *track_id, gsize length, GError **error)
{
  g_autofree char *text = g_strnfill (length, 'a');
  LwNote fields = {.track_id = *track_id, .text = text};
  g_autoptr (LwNote) note = lw_note_new (&fields, NULL);

  return lw_store_add_note (store, note, NULL, error);
}

/* Fills the disk with a file of its own until nothing fits. */
static void
fill_disk (const char *path)
{
  static const char zeros[4096];
  int fd = g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, sizeof zeros) > 0)
    ;
  close (fd);
}

static LwStore *
open_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  return store;
}

static LwId
make_track (LwStore *store)
{
  LwSegment segment = {.title = "A lesson", .media = {{7}}};
  g_autoptr (LwSegment) made = lw_segment_new (&segment, NULL);
  g_autoptr (LwPerson) person = NULL;
  g_autoptr (LwTrack) track = NULL;

  g_assert_true (lw_store_put_segment (store, made, NULL));
  person = lw_store_ensure_local_person (store, "Ana", NULL);
  track = lw_store_ensure_track (store, &made->id, &person->id, NULL);
  return track->id;
}

static void
test_a_full_disk_refuses_the_pin_and_loses_nothing (void)
{
  g_autofree char *path = g_build_filename (disk, "full.db", NULL);
  g_autofree char *filler = g_build_filename (disk, "filler", NULL);
  g_autoptr (LwStore) store = open_store (path);
  g_autoptr (GError) error = NULL;
  LwId track_id = make_track (store);
  guint64 kept = 0;

  g_assert_true (pin (store, &track_id, 100, &error));
  kept++;
  fill_disk (filler);
  /* What SQLite has in reserve may still hold a few. */
  while (kept < 100000 && pin (store, &track_id, 20000, &error))
    kept++;
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_FULL);
  g_test_message ("%s", error->message);
  g_clear_error (&error);
  g_assert_cmpuint (count_notes (store), ==, kept);
  assert_sound (store);
  for (guint i = 0; i < 20; i++) {
    g_assert_false (pin (store, &track_id, 20000, &error));
    g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_FULL);
    g_clear_error (&error);
  }
  g_assert_cmpuint (count_notes (store), ==, kept);

  g_assert_cmpint (g_unlink (filler), ==, 0);
  g_assert_true (pin (store, &track_id, 20000, &error));
  g_assert_no_error (error);
  kept++;
  g_clear_object (&store);
  store = open_store (path);
  g_assert_cmpuint (count_notes (store), ==, kept);
  assert_sound (store);
}

static void
test_a_store_that_was_closed_on_a_full_disk_is_whole (void)
{
  g_autofree char *path = g_build_filename (disk, "closed.db", NULL);
  g_autofree char *filler = g_build_filename (disk, "filler", NULL);
  LwStore *store = open_store (path);
  g_autoptr (GError) error = NULL;
  LwId track_id = make_track (store);
  guint64 kept = 0;

  while (kept < 50 && pin (store, &track_id, 2000, NULL))
    kept++;
  fill_disk (filler);
  while (pin (store, &track_id, 2000, NULL))
    kept++;
  g_clear_object (&store);
  /* Opening may need some room itself; then it says so. */
  store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  if (store == NULL) {
    g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_FULL);
    g_test_message ("%s", error->message);
  } else {
    g_assert_cmpuint (count_notes (store), ==, kept);
  }
  g_clear_object (&store);
  g_assert_cmpint (g_unlink (filler), ==, 0);
  store = open_store (path);
  g_assert_cmpuint (count_notes (store), ==, kept);
  assert_sound (store);
  g_clear_object (&store);
}

/* Starts this program again where @disk is a small file system. FALSE: it cannot be had. */
static gboolean
run_inside (char **argv, int *ret_status)
{
  const char *start[] = {"bwrap",   "--dev-bind", "/",        "/",    "--size", DISK_BYTES,
                         "--tmpfs", disk,         "--setenv", INSIDE, disk,     NULL};
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autofree char *probe = NULL;
  int status = 1;

  for (guint i = 0; start[i] != NULL; i++)
    g_ptr_array_add (args, (gpointer)start[i]);
  g_ptr_array_add (args, (gpointer) "/bin/true");
  g_ptr_array_add (args, NULL);
  if (!g_spawn_sync (NULL, (char **)args->pdata, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &probe, NULL,
                     &status, NULL) ||
      status != 0)
    return FALSE;
  g_ptr_array_set_size (args, args->len - 2);
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (args, argv[i]);
  g_ptr_array_add (args, NULL);
  return g_spawn_sync (NULL, (char **)args->pdata, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                       ret_status, NULL);
}

int
main (int argc, char **argv)
{
  disk = g_strdup (g_getenv (INSIDE));
  if (disk == NULL) {
    int status = 0;
    gboolean ran;

    disk = g_dir_make_tmp ("lw-full-XXXXXX", NULL);
    ran = run_inside (argv, &status);
    g_rmdir (disk);
    if (!ran) {
      g_print ("1..0 # SKIP bubblewrap cannot make a small file system here\n");
      return 0;
    }
    return g_spawn_check_wait_status (status, NULL) ? 0 : 1;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/full-disk/refuses-the-pin-and-loses-nothing",
                   test_a_full_disk_refuses_the_pin_and_loses_nothing);
  g_test_add_func ("/store/full-disk/a-store-closed-on-it-is-whole",
                   test_a_store_that_was_closed_on_a_full_disk_is_whole);
  return g_test_run ();
}
