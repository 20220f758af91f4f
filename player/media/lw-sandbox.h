/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

G_BEGIN_DECLS

/* Where a program of ours is: in @folder, which may be NULL; in @build_folder, for a program that
 * runs from the build; in the installed place. (transfer full); LW_MEDIA_ERROR_WORKER if it is in
 * none. */
char *lw_sandbox_find_program (const char *name,
                               const char *folder,
                               const char *build_folder,
                               GError **error);

/* Where the worker is: $LESSONWALK_WORKER_DIR, the build folder for a program that runs from it,
 * the installed place. (transfer full); LW_MEDIA_ERROR_WORKER if it is in none. */
char *lw_sandbox_find_worker (GError **error);

/**
 * lw_sandbox_wrap:
 * @worker: the program
 * @arguments: of the worker, NULL-terminated
 * @ret_sandboxed: (out): FALSE only where the user has switched the sandbox off
 *
 * Returns: (transfer full): the command line that runs @worker with no network, no home folder,
 *   nothing to write to and no other process in sight, under a guard
 * Errors: LW_MEDIA_ERROR_SANDBOX without bubblewrap, LW_MEDIA_ERROR_WORKER without the guard
 */
char **lw_sandbox_wrap (const char *worker,
                        const char *const *arguments,
                        gboolean *ret_sandboxed,
                        GError **error);

/* The sentence for a sandbox that cannot be had, with the switch in it. */
void lw_sandbox_set_error (GError **error, const char *detail);

G_END_DECLS
