/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A camera on the network, asked by RTSP. Pictures and sound come over the connection itself: they
 * pass every firewall that lets the question through, and nothing is lost on the way. The camera's
 * reports say when a picture was taken, by its own clock.
 */

#include "lw-source.h"

/* What its clock and its reports may be wrong by, if it is set by the network. */
#define UNCERTAIN_MS 100
/* A camera whose clock is further off was never told what time it is. */
#define CLOCK_OFF_MOST_US (10 * G_USEC_PER_SEC)

static void
take (const AVPacket *packet, const AVStream *stream, LwTime time, LwSink *sink, gpointer data)
{
  size_t length = 0;
  const AVProducerReferenceTime *taken =
      (gconstpointer)av_packet_get_side_data (packet, AV_PKT_DATA_PRFT, &length);

  if (taken != NULL && length >= sizeof *taken &&
      ABS (taken->wallclock - g_get_real_time ()) < CLOCK_OFF_MOST_US)
    lw_sink_set_wall (sink, time, taken->wallclock, LW_CLOCK_RTCP_SR, UNCERTAIN_MS);
}

static void
receive (const char *address, LwSink *sink, GError **error)
{
  AVDictionary *options = NULL;
  LwSourceReading job = {.address = address, .format = "rtsp", .is_expected = TRUE, .take = take};

  av_dict_set (&options, "rtsp_transport", "tcp", 0);
  av_dict_set (&options, "protocol_whitelist", "tcp", 0);
  av_dict_set (&options, "allowed_media_types", "video+audio", 0);
  av_dict_set_int (&options, "timeout", LW_SOURCE_SILENCE_US, 0);
  job.options = options;
  lw_source_read (&job, sink, error);
  av_dict_free (&options);
}

const LwSourceKind lw_source_rtsp = {
    .name = "rtsp", .is_fetched = TRUE, .receive = receive, .late_ms = 1000};
