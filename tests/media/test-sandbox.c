/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the sandbox holds back, tried by a worker that means harm (misbehaving/worker.c). Each
 * attempt is also made without the sandbox where that can be done, to see that it could succeed.
 */
#include "media-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lw-sandbox.h"
#include "lw-sanitizer.h"
#include "lw-worker-job.h"

#define ESCAPED "no pictures" /* of the sentence for "error no-video" */
#define HELD "is empty"       /* of that for "error empty" */

static GError *
try_order (const char *order, guint wall_limit_ms)
{
  static const char *const arguments[] = {"probe", NULL};
  g_autofree char *path = media_fixture_write ("order", order, strlen (order));
  const LwWorkerJob job = {
      .arguments = arguments,
      .path = path,
      .max_output = 100000,
      .wall_limit_ms = wall_limit_ms,
  };
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  bytes = lw_worker_run (&job, NULL, &error);
  g_assert_null (bytes);
  g_assert_nonnull (error);
  g_test_message ("%s: %s", order, error->message);
  g_assert_true (media_fixture_comes_free (path));
  return error;
}

/* Held in the sandbox, and a real danger without it. */
static void
assert_held (const char *order, gboolean try_without)
{
  g_autoptr (GError) inside = NULL;
  g_autoptr (GError) outside = NULL;

  if (!media_fixture_has_sandbox ()) {
    g_test_skip ("no sandbox on this machine");
    return;
  }
  inside = try_order (order, 20000);
  g_assert_nonnull (strstr (inside->message, HELD));
  if (!try_without)
    return;
  g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  outside = try_order (order, 20000);
  g_unsetenv ("LESSONWALK_UNSANDBOXED");
  g_assert_nonnull (strstr (outside->message, ESCAPED));
}

static void
test_no_network (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *order = g_strdup_printf ("connect %u", port);

  g_assert_cmpuint (port, !=, 0);
  assert_held (order, TRUE);
}

static void
test_no_files_of_the_user_or_the_system (void)
{
  g_autofree char *secret = media_fixture_write ("secret", "s", 1);
  g_autofree char *order = g_strconcat ("read ", secret, NULL);

  assert_held (order, TRUE);
  assert_held ("read /etc/passwd", TRUE);
  assert_held ("read /etc/hostname", FALSE);
  assert_held ("read /usr/bin/env", TRUE);
}

static void
test_the_other_files_of_the_folder_stay_unseen (void)
{
  g_autofree char *neighbour = media_fixture_path ("plain.mp4");
  g_autofree char *order = g_strconcat ("read ", neighbour, NULL);

  assert_held (order, TRUE);
}

static void
test_nothing_can_be_written (void)
{
  g_autofree char *path = g_build_filename (media_fixture_folder (), "written", NULL);
  g_autofree char *order = g_strconcat ("write ", path, NULL);

  assert_held (order, TRUE);
  assert_held ("write /written", FALSE);
  assert_held ("write /tmp/written-by-the-worker", FALSE);
  assert_held ("write /usr/lib/written-by-the-worker", FALSE);
  assert_held ("write written-by-the-worker", FALSE);
}

static void
test_the_media_file_itself_cannot_be_changed (void)
{
  assert_held ("change-media now", FALSE);
}

static void
test_other_processes_are_out_of_sight (void)
{
  g_autofree char *order = g_strdup_printf ("sees-process %d", getpid ());

  assert_held (order, TRUE);
}

static void
test_the_environment_is_empty (void)
{
  g_setenv ("LESSONWALK_SECRET", "s", TRUE);
  assert_held ("variable LESSONWALK_SECRET", FALSE);
  assert_held ("variable PATH", FALSE);
  assert_held ("variable HOME", FALSE);
  g_unsetenv ("LESSONWALK_SECRET");
}

static void
test_without_the_sandbox_no_file_grows_and_the_environment_is_cleared (void)
{
  g_autofree char *path = g_build_filename (media_fixture_folder (), "grown", NULL);
  g_autofree char *order = g_strconcat ("grow ", path, NULL);
  g_autoptr (GError) grown = NULL;
  g_autoptr (GError) variable = NULL;

  g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  grown = try_order (order, 20000);
  variable = try_order ("variable HOME", 20000);
  if (media_fixture_has_sandbox ())
    g_unsetenv ("LESSONWALK_UNSANDBOXED");
  g_assert_nonnull (strstr (grown->message, HELD));
  g_assert_nonnull (strstr (variable->message, HELD));
}

/* The second wall: what the worker has given up for good holds where there is no first one. */
static void
test_a_locked_worker_is_held_even_without_the_sandbox (void)
{
  g_autofree char *secret = media_fixture_write ("secret", "s", 1);
  g_autofree char *read = g_strconcat ("locked-read ", secret, NULL);
  const char *orders[] = {read, "locked-socket now", "locked-fork now", "locked-exec now"};

  if (LW_HAS_ASAN) {
    g_test_skip ("AddressSanitizer opens files of its own");
    return;
  }
  g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autoptr (GError) locked = try_order (orders[i], 20000);
    g_autoptr (GError) open = try_order (orders[i] + strlen ("locked-"), 20000);

    g_assert_nonnull (strstr (locked->message, HELD));
    g_assert_nonnull (strstr (open->message, ESCAPED));
  }
  if (media_fixture_has_sandbox ())
    g_unsetenv ("LESSONWALK_UNSANDBOXED");
}

static void
test_memory_ends (void)
{
  g_autoptr (GError) modest = NULL;
  g_autoptr (GError) greedy = NULL;

  if (LW_HAS_ASAN) {
    g_test_skip ("AddressSanitizer needs the address space");
    return;
  }
  modest = try_order ("allocate 256", 20000);
  greedy = try_order ("allocate 2000", 20000);

  g_assert_nonnull (strstr (modest->message, ESCAPED));
  g_assert_nonnull (strstr (greedy->message, HELD));
}

static void
test_processor_time_ends (void)
{
  /* Its limit is one second; the watchdog of the client is far away. */
  g_autoptr (GError) error = try_order ("spin", 60000);

  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_LIMIT);
}

static void
test_waiting_ends (void)
{
  g_autoptr (GError) error = try_order ("sleep", 500);

  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_LIMIT);
}

static void
test_a_worker_that_dies_or_talks_nonsense_is_one_clear_error (gconstpointer data)
{
  g_autoptr (GError) error = try_order (data, 20000);

  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER);
}

static void
test_a_lie_is_not_believed (void)
{
  g_autofree char *path = media_fixture_write ("order", "lie", 3);
  g_autoptr (GError) error = NULL;

  g_assert_null (lw_media_probe (path, NULL, &error));
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER);
}

static void
test_no_child_of_the_worker_outlives_it (void)
{
  g_autoptr (GError) error = NULL;

  if (!media_fixture_has_sandbox ()) {
    g_test_skip ("no sandbox on this machine");
    return;
  }
  error = try_order ("offspring", 2000); /* checks that nobody has the file open */
}

static void
test_without_bubblewrap_nothing_is_opened (void)
{
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = media_fixture_path ("plain.mp4");
  g_autoptr (GError) error = NULL;

  g_unsetenv ("LESSONWALK_UNSANDBOXED");
  g_setenv ("PATH", media_fixture_folder (), TRUE);
  g_assert_null (lw_media_probe (path, NULL, &error));
  g_setenv ("PATH", old_path, TRUE);
  if (!media_fixture_has_sandbox ())
    g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_SANDBOX);
  g_assert_nonnull (strstr (error->message, "LESSONWALK_UNSANDBOXED=1"));
}

static void
test_a_bubblewrap_that_refuses_is_told_as_it_says (void)
{
  static const char script[] = "#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1\n";
  g_autofree char *fake = media_fixture_write ("bwrap", script, strlen (script));
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));
  g_autofree char *new_path = g_strconcat (media_fixture_folder (), ":", old_path, NULL);
  g_autoptr (GError) error = NULL;

  g_chmod (fake, 0755);
  g_unsetenv ("LESSONWALK_UNSANDBOXED");
  g_setenv ("PATH", new_path, TRUE);
  error = try_order ("sleep", 20000);
  g_setenv ("PATH", old_path, TRUE);
  g_unlink (fake);
  if (!media_fixture_has_sandbox ())
    g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_SANDBOX);
  g_assert_nonnull (strstr (error->message, "No permissions"));
}

int
main (int argc, char **argv)
{
  static const char *const nonsense[] = {"die",        "crash",  "flood",        "flood-line",
                                         "stop-early", "silent", "nothing known"};

  media_fixture_init (&argc, &argv);
  g_test_add_func ("/sandbox/network", test_no_network);
  g_test_add_func ("/sandbox/files", test_no_files_of_the_user_or_the_system);
  g_test_add_func ("/sandbox/folder", test_the_other_files_of_the_folder_stay_unseen);
  g_test_add_func ("/sandbox/write", test_nothing_can_be_written);
  g_test_add_func ("/sandbox/media", test_the_media_file_itself_cannot_be_changed);
  g_test_add_func ("/sandbox/processes", test_other_processes_are_out_of_sight);
  g_test_add_func ("/sandbox/environment", test_the_environment_is_empty);
  g_test_add_func ("/sandbox/without",
                   test_without_the_sandbox_no_file_grows_and_the_environment_is_cleared);
  g_test_add_func ("/sandbox/locked", test_a_locked_worker_is_held_even_without_the_sandbox);
  g_test_add_func ("/sandbox/memory", test_memory_ends);
  g_test_add_func ("/sandbox/cpu", test_processor_time_ends);
  g_test_add_func ("/sandbox/wall", test_waiting_ends);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    g_autofree char *name = g_strconcat ("/sandbox/nonsense/", nonsense[i], NULL);

    g_test_add_data_func (name, nonsense[i],
                          test_a_worker_that_dies_or_talks_nonsense_is_one_clear_error);
  }
  g_test_add_func ("/sandbox/lie", test_a_lie_is_not_believed);
  g_test_add_func ("/sandbox/offspring", test_no_child_of_the_worker_outlives_it);
  g_test_add_func ("/sandbox/missing", test_without_bubblewrap_nothing_is_opened);
  g_test_add_func ("/sandbox/refusing", test_a_bubblewrap_that_refuses_is_told_as_it_says);
  return media_fixture_finish (g_test_run ());
}
