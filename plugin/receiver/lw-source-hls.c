/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A stream that is on the web already, as HLS: seconds old when it comes, and in bursts. When it
 * was filmed stands in the playlist, if anywhere. libavformat does not look for it, so each
 * playlist that it reads is read a second time here.
 */

#include <string.h>

#include "lw-playlist.h"
#include "lw-source.h"

#define PLAYLIST_MOST (1024 * 1024)
/* Encoders write the date when they begin a segment, or when they have ended it. */
#define UNCERTAIN_MS 3000
#define SILENCE_LEAST_US (8 * G_USEC_PER_SEC)
#define SILENCE_MOST_US (30 * G_USEC_PER_SEC)

typedef int (*Open) (AVFormatContext *, AVIOContext **, const char *, int, AVDictionary **);

typedef struct {
  LwSourceReading job;
  AVFormatContext *input;
  Open open;
  LwPlaylist *playlist; /* nullable: the newest that has dates */
  gboolean begun;       /* a packet has come */
  gboolean is_over;     /* it was before it began: this is no live stream */
  gint64 wall_us;       /* of the segment that was opened last, until it is told; 0 */
} Web;

static gboolean
is_playlist (const Web *web, const char *address)
{
  const char *end = strpbrk (address, "?#");
  g_autofree char *path =
      end != NULL ? g_strndup (address, (gsize)(end - address)) : g_strdup (address);

  return g_str_equal (address, web->job.address) || g_str_has_suffix (path, ".m3u8") ||
         g_str_has_suffix (path, ".m3u");
}

static char *
fetch (AVFormatContext *input, Web *web, const char *address, AVDictionary *const *options)
{
  g_autoptr (GString) text = g_string_new (NULL);
  AVDictionary *copy = NULL;
  AVIOContext *io = NULL;
  guint8 piece[4096];
  int n = 0;

  if (options != NULL)
    av_dict_copy (&copy, *options, 0);
  if (web->open (input, &io, address, AVIO_FLAG_READ, &copy) >= 0)
    while (text->len < PLAYLIST_MOST && (n = avio_read (io, piece, sizeof piece)) > 0)
      g_string_append_len (text, (const char *)piece, n);
  av_dict_free (&copy);
  avio_close (io);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
read_playlist (AVFormatContext *input, Web *web, const char *address, AVDictionary *const *options)
{
  g_autofree char *text = fetch (input, web, address, options);
  g_autoptr (LwPlaylist) playlist = lw_playlist_new (text);

  web->is_over = !web->begun && lw_playlist_is_over (playlist);
  if (!lw_playlist_has_segments (playlist))
    return;
  web->job.silence_us =
      CLAMP (3 * lw_playlist_get_target_us (playlist), SILENCE_LEAST_US, SILENCE_MOST_US);
  g_clear_pointer (&web->playlist, lw_playlist_free);
  web->playlist = g_steal_pointer (&playlist);
}

static int
open_address (AVFormatContext *input,
              AVIOContext **ret_io,
              const char *address,
              int flags,
              AVDictionary **options)
{
  Web *web = input->opaque;
  gint64 wall_us;
  int code;

  /* libavformat hands it on to none of the requests after the first. */
  if (options != NULL)
    av_dict_set (options, "tls_verify", "1", 0);
  if (!is_playlist (web, address)) {
    wall_us = web->playlist != NULL ? lw_playlist_find (web->playlist, address) : 0;
    web->wall_us = wall_us != 0 ? wall_us : web->wall_us;
    return web->open (input, ret_io, address, flags, options);
  }
  code = web->open (input, ret_io, address, flags, options);
  /* After it was asked for, so that what is read here is not older than what is there. */
  if (code >= 0)
    read_playlist (input, web, address, options);
  if (web->is_over) {
    avio_closep (ret_io);
    return AVERROR (ENODATA);
  }
  return code;
}

static void
prepare (AVFormatContext *input, gpointer data)
{
  Web *web = data;

  web->input = input;
  web->open = input->io_open;
  input->opaque = web;
  input->io_open = open_address;
}

static gboolean
has_video (const Web *web)
{
  for (guint i = 0; i < web->input->nb_streams; i++) {
    const AVStream *stream = web->input->streams[i];

    if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && stream->discard != AVDISCARD_ALL)
      return TRUE;
  }
  return FALSE;
}

/* Of a segment's date the first picture in it is: what comes before it is the last segment's. */
static void
take (const AVPacket *packet, const AVStream *stream, LwTime time, LwSink *sink, gpointer data)
{
  Web *web = data;
  gboolean is_video = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;

  web->begun = TRUE;
  if (web->wall_us == 0 || is_video != has_video (web) || (packet->flags & AV_PKT_FLAG_KEY) == 0)
    return;
  lw_sink_set_wall (sink, time, web->wall_us, LW_CLOCK_PROGRAM_DATE_TIME, UNCERTAIN_MS);
  web->wall_us = 0;
}

static void
receive (const char *address, LwSink *sink, GError **error)
{
  AVDictionary *options = NULL;
  Web web = {.job = {.address = address,
                     .format = "hls",
                     .is_expected = TRUE,
                     .silence_us = SILENCE_MOST_US,
                     .prepare = prepare,
                     .take = take}};

  av_dict_set (&options, "protocol_whitelist", "http,https,tls,tcp,crypto", 0);
  av_dict_set (&options, "tls_verify", "1", 0);
  /* From the newest segment on: what was there before the lesson was opened is none of it. */
  av_dict_set (&options, "live_start_index", "-1", 0);
  /* Each is asked for by itself, and so passes open_address(). */
  av_dict_set (&options, "http_persistent", "0", 0);
  av_dict_set (&options, "http_multiple", "0", 0);
  av_dict_set_int (&options, "rw_timeout", SILENCE_LEAST_US, 0);
  web.job.options = options;
  web.job.data = &web;
  lw_source_read (&web.job, sink, error);
  if (web.is_over && error != NULL) {
    g_clear_error (error);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "nothing is live there");
  }
  lw_playlist_free (web.playlist);
  av_dict_free (&options);
}

const LwSourceKind lw_source_hls = {.name = "hls",
                                    .is_fetched = TRUE,
                                    .receive = receive,
                                    .late_ms = 15000,
                                    .needs_certificates = TRUE};
