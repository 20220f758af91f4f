/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static char *
own_folder (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  return self != NULL ? g_path_get_dirname (self) : NULL;
}

char *
lw_command_find_program (const char *name)
{
  /* It becomes part of a path. */
  for (const char *p = name; *p != '\0'; p++) {
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && *p != '-')
      return NULL;
  }
  g_autofree char *program = g_strconcat ("lessonwalk-", name, NULL);
  g_autofree char *folder = own_folder ();
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  if (folder != NULL) {
    g_ptr_array_add (places, g_build_filename (folder, program, NULL));
    /* In the build tree each program lies in the folder of its room. */
    if (g_str_has_suffix (folder, "/player/command"))
      g_ptr_array_add (places, g_build_filename (folder, "..", name, program, NULL));
  }
  g_ptr_array_add (places, g_build_filename (LIBEXECDIR, program, NULL));
  for (guint i = 0; i < places->len; i++) {
    const char *path = g_ptr_array_index (places, i);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return g_strdup (path);
  }
  return NULL;
}

gboolean
lw_command_run_program (const char *path, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_ptr_array_add (words, (gpointer)path);
  for (char **word = arguments; *word != NULL; word++)
    g_ptr_array_add (words, *word);
  g_ptr_array_add (words, NULL);
  execv (path, (char **)words->pdata);
  int saved = errno;
  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (saved),
               _ ("%s could not be started: %s"), path, g_strerror (saved));
  return FALSE;
}
