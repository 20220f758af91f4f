/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lessonwalk-media-worker: one errand over one media file, which is on descriptor 3.
 *
 *   lessonwalk-media-worker probe
 *
 * Started by player/media in a sandbox; of no use by hand.
 */
#include <libavutil/log.h>
#include <string.h>
#include <unistd.h>

#include "lw-worker-limits.h"
#include "lw-worker-output.h"
#include "lw-worker-probe.h"

#define CPU_LIMIT_S 60

static LwWorkerFault
run_probe (int argc, char **argv)
{
  LwWorkerFault fault = LW_WORKER_FAULT_DAMAGED;
  g_autoptr (LwProbe) probe = NULL;
  g_autofree char *json = NULL;

  if (argc != 2)
    return LW_WORKER_FAULT_USAGE;
  probe = lw_worker_probe (LW_WORKER_MEDIA_FD, NULL, 0, lw_worker_say_progress, NULL, &fault);
  if (probe == NULL)
    return fault;
  json = lw_probe_to_json (probe);
  lw_worker_say_data (json, strlen (json));
  return LW_WORKER_FAULT_NONE;
}

static const struct {
  const char *name;
  LwWorkerFault (*run) (int argc, char **argv);
} errands[] = {
    {"probe", run_probe},
};

int
main (int argc, char **argv)
{
  LwWorkerFault fault = LW_WORKER_FAULT_USAGE;

  if (!lw_worker_limits_apply (CPU_LIMIT_S))
    return 1;
  av_log_set_level (AV_LOG_QUIET);
  lw_worker_say_hello ();
  for (guint i = 0; i < G_N_ELEMENTS (errands) && argc > 1; i++) {
    if (g_str_equal (argv[1], errands[i].name))
      fault = errands[i].run (argc, argv);
  }
  if (fault == LW_WORKER_FAULT_NONE)
    lw_worker_say_done ();
  else
    lw_worker_say_fault (fault);
  /* The system takes everything back faster than we could free it. */
  _exit (0);
}
