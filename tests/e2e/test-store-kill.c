/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A program that pins as fast as it can and says each id that was acknowledged is killed at random
 * moments, two hundred times. No note that it told of is missing, and the file stays sound.
 */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lw-store.h"

#define N_KILLS 200
#define LIVES_AT_MOST_MS 60

/* ---- the one that pins ---- */

static int
pin_for_ever (const char *path, const char *track)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  LwId track_id;

  if (store == NULL || !lw_id_parse (track, &track_id)) {
    g_printerr ("%s\n", error != NULL ? error->message : "no such track");
    return 1;
  }
  for (guint i = 0;; i++) {
    g_autofree char *text = g_strdup_printf ("note %u of process %d", i, (int)getpid ());
    LwNote fields = {
        .track_id = track_id,
        .start = i * LW_MSECOND,
        .end = i * LW_MSECOND,
        .text = text,
    };
    g_autoptr (LwNote) note = lw_note_new (&fields, NULL);
    char line[LW_ID_TEXT_LENGTH + 2];

    if (!lw_store_add_note (store, note, NULL, &error)) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
    lw_id_format (&note->id, line);
    line[LW_ID_TEXT_LENGTH] = '\n';
    if (write (STDOUT_FILENO, line, LW_ID_TEXT_LENGTH + 1) != LW_ID_TEXT_LENGTH + 1)
      return 1;
  }
}

/* ---- the one that kills ---- */

static void
make_store (const char *path, char *ret_track)
{
  LwSegment segment = {.title = "A lesson", .media = {{7}}};
  g_autoptr (LwSegment) made = lw_segment_new (&segment, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autoptr (LwPerson) person = NULL;
  g_autoptr (LwTrack) track = NULL;

  g_assert_no_error (error);
  g_assert_true (lw_store_put_segment (store, made, NULL));
  person = lw_store_ensure_local_person (store, "Ana", NULL);
  track = lw_store_ensure_track (store, &made->id, &person->id, NULL);
  lw_id_format (&track->id, ret_track);
}

/* Runs the pinner for a moment; adds the ids that it told of to @told. */
static void
run_and_kill (const char *self, const char *path, const char *track, GRand *rand, GHashTable *told)
{
  const char *argv[] = {self, "--pin", path, track, NULL};
  g_autoptr (GError) error = NULL;
  char line[LW_ID_TEXT_LENGTH + 1];
  gsize filled = 0;
  GPid pid;
  int out = -1, status = 0;
  gboolean killed = FALSE;

  g_spawn_async_with_pipes (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (;;) {
    gssize n = read (out, line + filled, sizeof line - filled);

    g_assert_cmpint (n, >=, 0);
    if (n == 0)
      break;
    /* From its first word on, so that every life gets to pin. */
    if (!killed) {
      g_usleep ((gulong)g_rand_int_range (rand, 0, LIVES_AT_MOST_MS * 1000));
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      killed = TRUE;
    }
    filled += (gsize)n;
    if (filled == sizeof line) {
      LwId id;

      line[LW_ID_TEXT_LENGTH] = '\0';
      g_assert_true (lw_id_parse (line, &id));
      g_hash_table_add (told, g_memdup2 (&id, sizeof id));
      filled = 0;
    }
  }
  close (out);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

static void
check_all_there (const char *path, GHashTable *told, guint lives)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  LwNoteQuery all = {0};
  g_auto (GStrv) findings = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  guint found = 0;

  g_assert_no_error (error);
  notes = lw_store_query (store, &all, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < notes->len; i++)
    found += g_hash_table_contains (told, notes->pdata[i]);
  g_assert_cmpuint (found, ==, g_hash_table_size (told));
  /* At most the one that each life was about to tell of. */
  g_assert_cmpuint (notes->len, <=, found + lives);
  g_assert_true (lw_store_verify (store, &findings, &error));
  g_assert_no_error (error);
  if (findings[0] != NULL)
    g_error ("after %u lives: %s", lives, findings[0]);
}

static const char *self_path;

static void
test_no_acknowledged_note_is_lost_to_a_kill (void)
{
  guint32 seed = g_getenv ("LESSONWALK_SEED") != NULL
                     ? (guint32)g_ascii_strtoull (g_getenv ("LESSONWALK_SEED"), NULL, 10)
                     : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GHashTable) told = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  g_autofree char *dir = g_dir_make_tmp ("lw-kill-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "kill.db", NULL);
  char track[LW_ID_TEXT_LENGTH + 1];
  const char *const endings[] = {"", "-wal", "-shm", "-journal"};

  g_test_message ("LESSONWALK_SEED=%u", seed);
  make_store (path, track);
  for (guint i = 1; i <= N_KILLS; i++) {
    run_and_kill (self_path, path, track, rand, told);
    if (i % 10 == 0)
      check_all_there (path, told, i);
  }
  g_test_message ("%u notes were told of in %u lives", g_hash_table_size (told), N_KILLS);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--pin") == 0)
    return pin_for_ever (argv[2], argv[3]);
  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/kill/no-acknowledged-note-is-lost-to-a-kill",
                   test_no_acknowledged_note_is_lost_to_a_kill);
  return g_test_run ();
}
