/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-bwrap.h"

gboolean
lw_bwrap_is_wanted (void)
{
  return g_strcmp0 (g_getenv (LW_BWRAP_SWITCH), "1") != 0;
}

void
lw_bwrap_add (GPtrArray *argv, const char *first, ...)
{
  va_list args;

  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (argv, g_strdup (word));
  va_end (args);
}

/* The shared libraries and what finds them: no programs, no settings, no data of anybody. */
static void
add_libraries (GPtrArray *argv)
{
  static const char *const folders[] = {"/lib",       "/lib32",      "/lib64",
                                        "/libx32",    "/usr/lib",    "/usr/lib32",
                                        "/usr/lib64", "/usr/libx32", "/usr/local/lib"};

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *link = g_file_read_link (folders[i], NULL);

    if (link != NULL)
      lw_bwrap_add (argv, "--symlink", link, folders[i], NULL);
    else if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
      lw_bwrap_add (argv, "--ro-bind", folders[i], folders[i], NULL);
  }
  lw_bwrap_add (argv, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", NULL);
  /* Debian leads liblapack and the like through here. */
  lw_bwrap_add (argv, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", NULL);
}

void
lw_bwrap_begin (GPtrArray *argv, const char *bwrap)
{
  lw_bwrap_add (argv, bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop",
                "ALL", "--clearenv", "--setenv", "LC_ALL", "C.UTF-8", "--hostname", "lessonwalk",
                NULL);
  add_libraries (argv);
}
