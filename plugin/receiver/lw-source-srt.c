/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An encoder that sends by SRT: to a port of the room's, or asked for it. The address says which,
 * and has the passphrase. Who sends has to have the same: libsrt turns all others away before they
 * are connected.
 */

#include <dlfcn.h>
#include <string.h>
#include <syslog.h>

#include "lw-source.h"

/* How long what was lost on the way is waited for. */
#define LATENCY_US 200000

/* It writes a line for each that it turns away: anybody could fill the journal. */
static void
be_quiet (void)
{
  void (*set_level) (int) = (void (*) (int))dlsym (RTLD_DEFAULT, "srt_setloglevel");

  if (set_level != NULL)
    set_level (LOG_CRIT);
}

static void
receive (const char *address, LwSink *sink, GError **error)
{
  AVDictionary *options = NULL;
  LwSourceReading job = {.address = address,
                         .format = "mpegts",
                         .is_expected = strstr (address, "mode=caller") != NULL};

  be_quiet ();
  av_dict_set (&options, "protocol_whitelist", "srt", 0);
  av_dict_set_int (&options, "latency", LATENCY_US, 0);
  av_dict_set_int (&options, "connect_timeout", 3000, 0);
  av_dict_set (&options, "transtype", "live", 0);
  job.options = options;
  lw_source_read (&job, sink, error);
  av_dict_free (&options);
}

const LwSourceKind lw_source_srt = {.name = "srt", .receive = receive, .late_ms = 2000};
