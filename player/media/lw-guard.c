/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-guard.h"

#include <unistd.h>

#include "lw-sandbox.h"

gboolean
lw_guard_add (GPtrArray *argv, GError **error)
{
  char *guard = lw_sandbox_find_program ("lessonwalk-guard", NULL, LW_GUARD_BUILD_DIR, error);

  if (guard == NULL)
    return FALSE;
  g_ptr_array_add (argv, guard);
  g_ptr_array_add (argv, g_strdup_printf ("%d", (int)getpid ()));
  return TRUE;
}
