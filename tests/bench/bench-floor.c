/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The floor under exact seeks for engine_against_mpv.py: libav alone, without sound, clock or
 * screen. usage: bench-floor FILE THREADS
 * Answers each "exact N" with the milliseconds until the frame N is decoded, pictures that no other
 * refers to left out before it.
 */
#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  AVFormatContext *format;
  AVCodecContext *codec;
  AVStream *stream;
  AVPacket *packet;
  AVFrame *frame;
  GArray *starts; /* of int64_t, ns, from the first packet of the file */
} Floor;

static void
fail (const char *what)
{
  fprintf (stderr, "%s\n", what);
  exit (1);
}

static void
read_index (Floor *self, const char *path)
{
  g_autofree char *name = g_strconcat (path, ".frames", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  self->starts = g_array_new (FALSE, FALSE, sizeof (int64_t));
  if (!g_file_get_contents (name, &text, NULL, NULL))
    fail ("no list of frames");
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    int64_t start = g_ascii_strtoll (lines[i], NULL, 10);

    g_array_append_val (self->starts, start);
  }
}

static void
open_file (Floor *self, const char *path, int n_threads)
{
  const AVCodec *decoder;
  int i;

  if (avformat_open_input (&self->format, path, NULL, NULL) < 0 ||
      avformat_find_stream_info (self->format, NULL) < 0)
    fail ("cannot open");
  i = av_find_best_stream (self->format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (i < 0)
    fail ("no video");
  self->stream = self->format->streams[i];
  for (unsigned k = 0; k < self->format->nb_streams; k++)
    if ((int)k != i)
      self->format->streams[k]->discard = AVDISCARD_ALL;
  self->codec = avcodec_alloc_context3 (decoder);
  avcodec_parameters_to_context (self->codec, self->stream->codecpar);
  self->codec->pkt_timebase = self->stream->time_base;
  self->codec->thread_count = n_threads;
  if (avcodec_open2 (self->codec, decoder, NULL) < 0)
    fail ("no decoder");
  self->packet = av_packet_alloc ();
  self->frame = av_frame_alloc ();
}

/* Whether it is there. */
static gboolean
receive (Floor *self, int64_t wanted)
{
  while (avcodec_receive_frame (self->codec, self->frame) == 0) {
    int64_t time = self->frame->best_effort_timestamp;

    if (time >= wanted)
      return TRUE;
  }
  return FALSE;
}

static void
seek (Floor *self, guint n)
{
  const AVRational ns = {1, 1000000000};
  gint64 since_us = g_get_monotonic_time ();
  int64_t origin = self->format->start_time * 1000;
  /* Half a frame before: units round. */
  int64_t wanted = av_rescale_q (g_array_index (self->starts, int64_t, n) + origin - 10000000, ns,
                                 self->stream->time_base);
  gboolean found = FALSE;
  int n_packets = 0;

  if (av_seek_frame (self->format, self->stream->index, MAX (wanted, 0), AVSEEK_FLAG_BACKWARD) < 0)
    fail ("cannot seek");
  avcodec_flush_buffers (self->codec);
  while (!found && av_read_frame (self->format, self->packet) >= 0) {
    if (self->packet->stream_index == self->stream->index) {
      self->codec->skip_frame = self->packet->pts < wanted ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
      n_packets++;
      avcodec_send_packet (self->codec, self->packet);
      found = receive (self, wanted);
    }
    av_packet_unref (self->packet);
  }
  if (!found) {
    avcodec_send_packet (self->codec, NULL);
    found = receive (self, wanted);
  }
  if (!found)
    fail ("the frame is not there");
  printf ("%.3f\n", (double)(g_get_monotonic_time () - since_us) / 1000.0);
}

int
main (int argc, char *argv[])
{
  Floor self = {0};
  char word[8];
  int n;

  if (argc != 3)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  read_index (&self, argv[1]);
  open_file (&self, argv[1], atoi (argv[2]));
  printf ("first\n");
  while (scanf ("%7s %d", word, &n) == 2)
    if (n >= 0 && (guint)n < self.starts->len)
      seek (&self, (guint)n);
  av_packet_free (&self.packet);
  av_frame_free (&self.frame);
  avcodec_free_context (&self.codec);
  avformat_close_input (&self.format);
  g_array_unref (self.starts);
  return 0;
}
