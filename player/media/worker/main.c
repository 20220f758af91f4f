/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lessonwalk-media-worker: one errand over one media file, which is on descriptor 3.
 *
 *   lessonwalk-media-worker probe
 *   lessonwalk-media-worker filmstrip COUNT HEIGHT
 *   lessonwalk-media-worker waveform STEP_NS
 *   lessonwalk-media-worker align               against another file, on descriptor 4
 *
 * Started by player/media in a sandbox; of no use by hand.
 */
#include <libavutil/log.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "lw-worker-align.h"
#include "lw-worker-filmstrip.h"
#include "lw-worker-limits.h"
#include "lw-worker-lock.h"
#include "lw-worker-output.h"
#include "lw-worker-probe.h"
#include "lw-worker-waveform.h"

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

static LwWorkerFault
run_filmstrip (int argc, char **argv)
{
  guint64 count, height;

  if (argc != 4 || !g_ascii_string_to_unsigned (argv[2], 10, 1, 1000, &count, NULL) ||
      !g_ascii_string_to_unsigned (argv[3], 10, 16, 360, &height, NULL))
    return LW_WORKER_FAULT_USAGE;
  return lw_worker_filmstrip (LW_WORKER_MEDIA_FD, (guint)count, (guint)height);
}

static LwWorkerFault
run_waveform (int argc, char **argv)
{
  guint64 step;

  if (argc != 3 ||
      !g_ascii_string_to_unsigned (argv[2], 10, LW_MSECOND, 10 * LW_SECOND, &step, NULL))
    return LW_WORKER_FAULT_USAGE;
  return lw_worker_waveform (LW_WORKER_MEDIA_FD, (LwTime)step);
}

static LwWorkerFault
run_align (int argc, char **argv)
{
  return argc == 2 ? lw_worker_align (LW_WORKER_MEDIA_FD, LW_WORKER_OTHER_FD)
                   : LW_WORKER_FAULT_USAGE;
}

static const struct {
  const char *name;
  guint cpu_limit_s;
  LwWorkerFault (*run) (int argc, char **argv);
} errands[] = {
    {"probe", 60, run_probe},
    /* Hundreds of pictures of a 4K file take their time. */
    {"filmstrip", 300, run_filmstrip},
    {"waveform", 300, run_waveform},
    {"align", 300, run_align},
};

int
main (int argc, char **argv)
{
  LwWorkerFault fault = LW_WORKER_FAULT_USAGE;

  av_log_set_level (AV_LOG_QUIET);
  /* An arena a thread would use up the address space without being used itself. */
  mallopt (M_ARENA_MAX, 2);
  lw_worker_say_hello ();
  for (guint i = 0; i < G_N_ELEMENTS (errands) && argc > 1; i++) {
    if (!g_str_equal (argv[1], errands[i].name))
      continue;
    if (!lw_worker_limits_apply (errands[i].cpu_limit_s) || !lw_worker_lock ())
      return 1;
    fault = errands[i].run (argc, argv);
    break;
  }
  if (fault == LW_WORKER_FAULT_NONE)
    lw_worker_say_done ();
  else
    lw_worker_say_fault (fault);
  /* The system takes everything back faster than we could free it. */
  _exit (0);
}
