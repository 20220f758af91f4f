/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sandbox.h"

#include <string.h>
#include <unistd.h>

#include "lw-bwrap.h"
#include "lw-guard.h"
#include "lw-media-i18n.h"
#include "lw-sanitizer.h"
#include "lw-worker-protocol.h"

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
                  "you trust, set " LW_BWRAP_SWITCH "=1 to read them without the sandbox."),
               detail);
}

char **
lw_sandbox_wrap (const char *worker,
                 const char *const *arguments,
                 gboolean *ret_sandboxed,
                 GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bwrap = NULL;
  gboolean sandboxed = lw_bwrap_is_wanted ();

  if (!lw_guard_add (argv, error))
    return NULL;
  if (sandboxed) {
    bwrap = g_find_program_in_path ("bwrap");
    if (bwrap == NULL) {
      lw_sandbox_set_error (error, _ ("the program “bwrap” is not installed"));
      return NULL;
    }
    lw_bwrap_begin (argv, bwrap);
    /* The sanitizers read their own memory map; nothing else needs a /proc. */
    if (LW_HAS_ASAN)
      lw_bwrap_add (argv, "--proc", "/proc", NULL);
    lw_bwrap_add (argv, "--ro-bind", worker, "/" LW_WORKER_PROGRAM, "--remount-ro", "/", "--chdir",
                  "/", "--", "/" LW_WORKER_PROGRAM, NULL);
  } else {
    lw_bwrap_add (argv, worker, NULL);
  }
  for (guint i = 0; arguments[i] != NULL; i++)
    lw_bwrap_add (argv, arguments[i], NULL);
  g_ptr_array_add (argv, NULL);
  *ret_sandboxed = sandboxed;
  return (char **)g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}
