/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An encoder that sends by SRT: to a port of the room's, or asked for it. The address says which,
 * and has the passphrase. Who sends has to have the same: libsrt turns all others away before they
 * are connected.
 */

#include "lw-source.h"

/* How long what was lost on the way is waited for. */
#define LATENCY_US 200000

static void
receive (const char *address, LwSink *sink, GError **error)
{
  AVDictionary *options = NULL;
  LwSourceReading job = {.address = address, .format = "mpegts"};

  av_dict_set (&options, "protocol_whitelist", "srt", 0);
  av_dict_set_int (&options, "latency", LATENCY_US, 0);
  av_dict_set_int (&options, "connect_timeout", 3000, 0);
  av_dict_set (&options, "transtype", "live", 0);
  job.options = options;
  lw_source_read (&job, sink, error);
  av_dict_free (&options);
}

const LwSourceKind lw_source_srt = {.name = "srt", .receive = receive, .late_ms = 2000};
