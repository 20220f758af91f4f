/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What somebody pushes to nginx with libnginx-mod-rtmp, which has asked the room for the key: it is
 * pulled from there. libavformat's own listener takes any key, and one client that says nothing
 * keeps it busy.
 */

#include "lw-source.h"

static void
receive (const char *address, LwSink *sink, GError **error)
{
  AVDictionary *options = NULL;
  LwSourceReading job = {.address = address};

  av_dict_set (&options, "protocol_whitelist", "rtmp,tcp", 0);
  av_dict_set (&options, "rtmp_live", "live", 0);
  /* The less of it is held back, the sooner it is seen. */
  av_dict_set (&options, "rtmp_buffer", "0", 0);
  job.options = options;
  lw_source_read (&job, sink, error);
  av_dict_free (&options);
}

const LwSourceKind lw_source_rtmp = {.name = "rtmp", .receive = receive, .late_ms = 2000};
