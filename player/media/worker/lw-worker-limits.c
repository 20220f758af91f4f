/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-limits.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "../lw-sanitizer.h"

#define MAX_MEMORY ((rlim_t)1024 * 1024 * 1024)
#define MAX_DESCRIPTORS 16

static gboolean
limit (int resource, rlim_t soft, rlim_t hard)
{
  const struct rlimit bound = {soft, hard};

  return setrlimit ((__rlimit_resource_t)resource, &bound) == 0;
}

gboolean
lw_worker_limits_apply (guint cpu_s)
{
  gboolean held = TRUE;

  if (!LW_HAS_ASAN)
    held = limit (RLIMIT_AS, MAX_MEMORY, MAX_MEMORY) && held;
  /* The signal of the first limit tells the client what it was; the second one cannot be caught. */
  held = limit (RLIMIT_CPU, cpu_s, cpu_s + 2) && held;
  held = limit (RLIMIT_FSIZE, 0, 0) && held;
  held = limit (RLIMIT_CORE, 0, 0) && held;
  held = limit (RLIMIT_NOFILE, MAX_DESCRIPTORS, MAX_DESCRIPTORS) && held;
  held = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && held;
  return held;
}
