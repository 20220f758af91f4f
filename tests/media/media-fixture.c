/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-fixture.h"

#include <string.h>
#include <unistd.h>

static char *folder;

gboolean
media_fixture_has_sandbox (void)
{
  static int known = -1;

  if (known < 0)
    known = system ("bwrap --unshare-all --ro-bind / / true >/dev/null 2>&1") == 0;
  return known == 1;
}

void
media_fixture_init (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (argc, argv, NULL);
  folder = g_dir_make_tmp ("lw-media-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  if (!media_fixture_has_sandbox ()) {
    g_test_message ("no sandbox on this machine: the worker runs without");
    g_setenv ("LESSONWALK_UNSANDBOXED", "1", TRUE);
  }
}

char *
media_fixture_path (const char *name)
{
  const char *media = g_getenv ("LESSONWALK_TEST_MEDIA");

  g_assert_nonnull (media);
  return g_build_filename (media, name, NULL);
}

gboolean
media_fixture_exists (const char *name)
{
  g_autofree char *path = media_fixture_path (name);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_test_skip ("this ffmpeg has no encoder for it");
  return FALSE;
}

const char *
media_fixture_folder (void)
{
  return folder;
}

char *
media_fixture_write (const char *name, const void *bytes, gsize length)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, (gssize)length, &error);
  g_assert_no_error (error);
  return path;
}

GBytes *
media_fixture_read (const char *name)
{
  g_autofree char *path = media_fixture_path (name);
  g_autoptr (GError) error = NULL;
  char *content = NULL;
  gsize length = 0;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  if (dir != NULL)
    rmdir (path);
  else
    unlink (path);
}

int
media_fixture_finish (int result)
{
  remove_tree (folder);
  g_free (folder);
  return result;
}

static gboolean
has_open (const char *pid, const char *path)
{
  g_autofree char *fds = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (fds, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *link = g_build_filename (fds, name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    if (g_strcmp0 (target, path) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_open_elsewhere (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  g_autofree char *self = g_strdup_printf ("%d", getpid ());
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    if (g_ascii_isdigit (*name) && !g_str_equal (name, self) && has_open (name, path))
      return TRUE;
  }
  return FALSE;
}

gboolean
media_fixture_comes_free (const char *path)
{
  /* bubblewrap answers a moment before the kernel has ended all that was within; a child that lives
     on sleeps for minutes. */
  for (guint i = 0; i < 2000; i++) {
    if (!is_open_elsewhere (path))
      return TRUE;
    g_usleep (10000);
  }
  return FALSE;
}
