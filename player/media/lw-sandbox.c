/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sandbox.h"

#include <string.h>
#include <unistd.h>

#include "lw-guard.h"
#include "lw-media-i18n.h"
#include "lw-sanitizer.h"
#include "lw-worker-protocol.h"

#define SWITCH "LESSONWALK_UNSANDBOXED"

/* Whether this very program lies in the build folder: an installed one must not look there, where
 * somebody else might put a program one day. */
static gboolean
runs_from_build (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  return self != NULL && g_str_has_prefix (self, LW_BUILD_ROOT "/");
}

char *
lw_sandbox_find_program (const char *name,
                         const char *folder,
                         const char *build_folder,
                         GError **error)
{
  const char *folders[] = {folder, runs_from_build () ? build_folder : NULL, LIBEXECDIR};

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = NULL;
    g_autofree char *absolute = NULL;

    if (folders[i] == NULL || *folders[i] == '\0')
      continue;
    path = g_build_filename (folders[i], name, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) || g_file_test (path, G_FILE_TEST_IS_DIR))
      continue;
    absolute = g_canonicalize_filename (path, NULL);
    return g_steal_pointer (&absolute);
  }
  g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER,
               _ ("The part of Lessonwalk that reads media files (%s) is missing. Your file was "
                  "not opened. Install Lessonwalk again."),
               name);
  return NULL;
}

char *
lw_sandbox_find_worker (GError **error)
{
  return lw_sandbox_find_program (LW_WORKER_PROGRAM, g_getenv ("LESSONWALK_WORKER_DIR"),
                                  LW_WORKER_BUILD_DIR, error);
}

void
lw_sandbox_set_error (GError **error, const char *detail)
{
  g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_SANDBOX,
               _ ("Lessonwalk reads media files only in a sandbox, and none can be had here (%s). "
                  "The file was not opened. Install the package “bubblewrap”; or, for files that "
                  "you trust, set " SWITCH "=1 to read them without the sandbox."),
               detail);
}

static void add (GPtrArray *argv, const char *first, ...) G_GNUC_NULL_TERMINATED;

static void
add (GPtrArray *argv, const char *first, ...)
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
  static const char *const folders[] = {
      "/lib",       "/lib32",     "/lib64",      "/libx32",        "/usr/lib",
      "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local/lib",
  };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *link = g_file_read_link (folders[i], NULL);

    if (link != NULL)
      add (argv, "--symlink", link, folders[i], NULL);
    else if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
      add (argv, "--ro-bind", folders[i], folders[i], NULL);
  }
  add (argv, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", NULL);
  /* Debian leads liblapack and the like through here. */
  add (argv, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", NULL);
}

char **
lw_sandbox_wrap (const char *worker,
                 const char *const *arguments,
                 gboolean *ret_sandboxed,
                 GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bwrap = NULL;
  gboolean sandboxed = g_strcmp0 (g_getenv (SWITCH), "1") != 0;

  if (!lw_guard_add (argv, error))
    return NULL;
  if (sandboxed) {
    bwrap = g_find_program_in_path ("bwrap");
    if (bwrap == NULL) {
      lw_sandbox_set_error (error, _ ("the program “bwrap” is not installed"));
      return NULL;
    }
    add (argv, bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
         "--clearenv", "--setenv", "LC_ALL", "C.UTF-8", "--hostname", "lessonwalk", NULL);
    add_libraries (argv);
    /* The sanitizers read their own memory map; nothing else needs a /proc. */
    if (LW_HAS_ASAN)
      add (argv, "--proc", "/proc", NULL);
    add (argv, "--ro-bind", worker, "/" LW_WORKER_PROGRAM, "--remount-ro", "/", "--chdir", "/",
         "--", "/" LW_WORKER_PROGRAM, NULL);
  } else {
    add (argv, worker, NULL);
  }
  for (guint i = 0; arguments[i] != NULL; i++)
    add (argv, arguments[i], NULL);
  g_ptr_array_add (argv, NULL);
  *ret_sandboxed = sandboxed;
  return (char **)g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}
