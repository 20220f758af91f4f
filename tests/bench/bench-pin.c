/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a durable pin costs, beside the least that a durable write can cost on the same disk in the
 * same minute: overwriting 4 KiB of a file and fdatasync. In turn, so that both meet the same disk.
 */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench-figures.h"
#include "lw-store.h"

#define N_PINS 1500
#define FLOOR_FILE_BYTES (4096 * 1024)

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

static int
open_floor (const char *path)
{
  g_autofree char *zeros = g_malloc0 (FLOOR_FILE_BYTES);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, zeros, FLOOR_FILE_BYTES), ==, FLOOR_FILE_BYTES);
  g_assert_cmpint (fsync (fd), ==, 0);
  return fd;
}

static void
overwrite (int fd, guint i, Figures *figures)
{
  static char page[4096];
  gint64 begin = figures_now ();

  page[0] = (char)i;
  g_assert_cmpint (pwrite (fd, page, sizeof page, (i % 1024) * 4096), ==, sizeof page);
  g_assert_cmpint (fdatasync (fd), ==, 0);
  figures_add (figures, begin);
}

static void
pin (LwStore *store, const LwId *track_id, guint i, Figures *figures)
{
  LwNote fields = {
      .track_id = *track_id,
      .kind = i % 3 == 0 ? LW_NOTE_WONDERING : LW_NOTE_NOTICING,
      .start = i * LW_MSECOND,
      .end = i * LW_MSECOND,
      .text = "Two students turn to each other and compare how they cut the rectangle.",
  };
  gint64 begin = figures_now ();
  g_autoptr (LwNote) note = lw_note_new (&fields, NULL);
  g_autoptr (GError) error = NULL;

  lw_store_add_note (store, note, NULL, &error);
  figures_add (figures, begin);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  const char *where = g_getenv ("LESSONWALK_BENCH_DIR");
  g_autofree char *pattern =
      g_build_filename (where != NULL ? where : g_get_tmp_dir (), "lw-bench-XXXXXX", NULL);
  g_autofree char *store_path = NULL;
  g_autofree char *floor_path = NULL;
  g_autoptr (LwStore) store = NULL;
  static const char *const endings[] = {"", "-wal", "-shm"};
  Figures ours, floor;
  LwId track_id;
  int fd;

  g_assert_nonnull (g_mkdtemp (pattern));
  store_path = g_build_filename (pattern, "bench.db", NULL);
  floor_path = g_build_filename (pattern, "floor", NULL);
  store = lw_store_open (store_path, LW_STORE_OPEN_DEFAULT, NULL);
  g_assert_nonnull (store);
  track_id = make_track (store);
  fd = open_floor (floor_path);
  figures_init (&ours);
  figures_init (&floor);
  for (guint i = 0; i < N_PINS; i++) {
    overwrite (fd, i, &floor);
    pin (store, &track_id, i, &ours);
    /* Nobody pins faster; what the store does between two pins has its time. */
    g_usleep (1000);
  }
  g_print ("%d pins in %s\n", N_PINS, pattern);
  figures_print ("durable pin", &ours, "4 KiB overwrite + fdatasync", &floor,
                 "p50 at most 3 x, p99 at most 5 x");
  figures_clear (&ours);
  figures_clear (&floor);
  close (fd);
  g_clear_object (&store);
  g_unlink (floor_path);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (store_path, endings[i], NULL);

    g_unlink (name);
  }
  g_rmdir (pattern);
  return 0;
}
