/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a media file, read by the worker's own code in this process: a fault, or a probe
 * that the client believes. */

#include "fuzz.h"

#include <libavutil/log.h>
#include <string.h>

#include "lw-worker-probe.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  LwWorkerFault fault = LW_WORKER_FAULT_NONE;
  g_autoptr (LwProbe) probe = NULL;
  g_autoptr (LwProbe) believed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  av_log_set_level (AV_LOG_QUIET);
  probe = lw_worker_probe (-1, data, size, NULL, NULL, &fault);
  g_assert_true ((probe == NULL) == (fault != LW_WORKER_FAULT_NONE));
  if (probe == NULL)
    return 0;
  json = lw_probe_to_json (probe);
  believed = lw_probe_from_json (json, strlen (json), &error);
  g_assert_no_error (error);
  return 0;
}
