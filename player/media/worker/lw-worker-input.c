/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-input.h"

#include <errno.h>
#include <libavutil/avstring.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lw-worker-matroska.h"

#define IO_BUFFER (64 * 1024)
#define TS_PACKET 188
#define MAX_TS_PACKETS 5000
#define PROBE_BYTES (8 * 1024 * 1024)

/* What a teacher may have. Playlists and scripts, which name other files, are not among them. */
static const char formats[] =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,wav,w64,mp3,aac,flac,avi,mpegts,mpeg,asf,flv,"
    "aiff,caf,amr,dv";

gint64
lw_worker_cpu_ms (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
    return 0;
  return (gint64)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
read_bytes (void *opaque, uint8_t *buffer, int length)
{
  LwWorkerInput *input = opaque;
  gint64 left = input->size - input->position;
  ssize_t n;

  if (length <= 0 || left <= 0)
    return AVERROR_EOF;
  if (length > left)
    length = (int)left;
  if (input->fd < 0) {
    memcpy (buffer, input->memory + input->position, (gsize)length);
    n = length;
  } else {
    do
      n = pread (input->fd, buffer, (size_t)length, input->position);
    while (n < 0 && errno == EINTR);
  }
  if (n < 0) {
    input->read_failed = TRUE;
    return AVERROR (EIO);
  }
  if (n == 0) {
    input->fell_short = TRUE;
    return AVERROR_EOF;
  }
  input->position += n;
  return (int)n;
}

static int64_t
seek_bytes (void *opaque, int64_t offset, int whence)
{
  LwWorkerInput *input = opaque;
  gint64 base = 0;

  switch (whence & ~AVSEEK_FORCE) {
  case AVSEEK_SIZE:
    return input->size;
  case SEEK_SET:
    break;
  case SEEK_CUR:
    base = input->position;
    break;
  case SEEK_END:
    base = input->size;
    break;
  default:
    return AVERROR (EINVAL);
  }
  if (__builtin_add_overflow (base, offset, &base) || base < 0)
    return AVERROR (EINVAL);
  input->position = base;
  return base;
}

/* A media file that asks for another file gets none. */
static int
refuse_open (
    AVFormatContext *format, AVIOContext **io, const char *url, int flags, AVDictionary **options)
{
  return AVERROR (EPERM);
}

static int
interrupted (void *opaque)
{
  const LwWorkerInput *input = opaque;

  return input->cpu_limit_ms > 0 && lw_worker_cpu_ms () > input->cpu_limit_ms;
}

LwWorkerFault
lw_worker_input_fault (const LwWorkerInput *input, int av_error)
{
  if (input->read_failed)
    return LW_WORKER_FAULT_READ;
  switch (av_error) {
  case AVERROR (ENOMEM):
    return LW_WORKER_FAULT_MEMORY;
  case AVERROR_EXIT:
    return LW_WORKER_FAULT_TIME;
  default:
    return LW_WORKER_FAULT_DAMAGED;
  }
}

static gboolean
make_io (LwWorkerInput *input)
{
  guint8 *buffer = av_malloc (IO_BUFFER);

  if (buffer == NULL)
    return FALSE;
  input->io = avio_alloc_context (buffer, IO_BUFFER, 0, input, read_bytes, NULL, seek_bytes);
  if (input->io == NULL)
    av_free (buffer);
  return input->io != NULL;
}

/* Which of the known formats the first bytes are; NULL and @ret_fault if none. */
static const AVInputFormat *
recognize (LwWorkerInput *input, LwWorkerFault *ret_fault)
{
  const AVInputFormat *found = NULL;
  int score;

  score = av_probe_input_buffer2 (input->io, &found, "", NULL, 0, 1024 * 1024);
  if (score < 0 || found == NULL) {
    *ret_fault = input->read_failed ? LW_WORKER_FAULT_READ : LW_WORKER_FAULT_NOT_MEDIA;
    return NULL;
  }
  if (!av_match_list (found->name, formats, ',')) {
    *ret_fault = LW_WORKER_FAULT_NOT_MEDIA;
    return NULL;
  }
  return found;
}

static AVFormatContext *
make_format (LwWorkerInput *input)
{
  AVFormatContext *format = avformat_alloc_context ();

  if (format == NULL)
    return NULL;
  format->pb = input->io;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_open;
  format->interrupt_callback.callback = interrupted;
  format->interrupt_callback.opaque = input;
  format->probesize = PROBE_BYTES;
  format->max_analyze_duration = 5 * AV_TIME_BASE;
  format->max_streams = LW_MEDIA_MAX_STREAMS;
  format->format_whitelist = av_strdup (formats);
  /* No protocol at all: libav's own openers are never asked, and would be refused. */
  format->protocol_whitelist = av_strdup ("none");
  return format;
}

static gboolean
is_usable (const AVStream *stream)
{
  const AVCodecParameters *codec = stream->codecpar;

  if (codec->codec_id == AV_CODEC_ID_NONE)
    return FALSE;
  if (codec->codec_type == AVMEDIA_TYPE_VIDEO)
    return codec->width > 0 && codec->height > 0 && codec->width <= LW_MEDIA_MAX_SIDE &&
           codec->height <= LW_MEDIA_MAX_SIDE &&
           !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC);
  return codec->codec_type == AVMEDIA_TYPE_AUDIO && codec->sample_rate > 0;
}

/* The first clock reference of an MPEG transport stream, in its units of 1/90000 s; -1: none. */
static gint64
first_clock (LwWorkerInput *input)
{
  guint8 bytes[TS_PACKET];
  gint64 back = avio_tell (input->io);
  gint64 clock = -1;

  if (avio_seek (input->io, 0, SEEK_SET) < 0)
    return -1;
  for (guint i = 0; i < MAX_TS_PACKETS && clock < 0; i++) {
    /* Camcorders put four bytes before each packet: find the sync byte. */
    guint skipped = 0;

    while (avio_r8 (input->io) != 0x47 && skipped < TS_PACKET && !avio_feof (input->io))
      skipped++;
    if (avio_read (input->io, bytes + 1, TS_PACKET - 1) < TS_PACKET - 1)
      break;
    /* With an adaptation field that is long enough and has a clock in it. */
    if ((bytes[3] & 0x20) != 0 && bytes[4] >= 7 && (bytes[5] & 0x10) != 0)
      clock = (gint64)AV_RB32 (bytes + 6) << 1 | bytes[10] >> 7;
  }
  avio_seek (input->io, back, SEEK_SET);
  return clock;
}

/*
 * What GStreamer shows as 0: the container's own 0 in MP4 (after edit lists, which libav has
 * applied too) and Flash; the first block in Matroska; the first clock reference in a transport
 * stream; the first timestamp in the others.
 */
static void
find_origin (LwWorkerInput *input)
{
  const char *name = input->format->iformat->name;
  gint64 start_us = input->format->start_time;
  gint64 clock;

  if (strstr (name, "mp4") != NULL || g_str_equal (name, "flv") || g_str_equal (name, "mpeg"))
    return;
  if (strstr (name, "matroska") != NULL)
    input->origin = lw_worker_matroska_origin (input);
  else if (g_str_equal (name, "mpegts") && (clock = first_clock (input)) >= 0)
    input->origin = av_rescale (clock, LW_SECOND, 90000);
  else if (start_us != AV_NOPTS_VALUE && ABS (start_us) < LW_TIME_MAX / 1000)
    input->origin = start_us * 1000;
}

static gboolean
open_header (LwWorkerInput *input, gboolean raw, LwWorkerFault *ret_fault)
{
  const AVInputFormat *kind = recognize (input, ret_fault);
  AVDictionary *options = NULL;
  int result;

  if (kind == NULL)
    return FALSE;
  if (raw)
    av_dict_set (&options, "ignore_editlist", "1", 0);
  input->format = make_format (input);
  result = input->format != NULL ? avformat_open_input (&input->format, "", kind, &options)
                                 : AVERROR (ENOMEM);
  av_dict_free (&options);
  if (result >= 0)
    return TRUE;
  *ret_fault = lw_worker_input_fault (input, result);
  if (strstr (kind->name, "mp4") != NULL && *ret_fault == LW_WORKER_FAULT_DAMAGED)
    *ret_fault = LW_WORKER_FAULT_NO_INDEX;
  return FALSE;
}

static gboolean
look_into_streams (LwWorkerInput *input, LwWorkerFault *ret_fault)
{
  gboolean usable = FALSE;
  int result = avformat_find_stream_info (input->format, NULL);

  for (guint i = 0; i < input->format->nb_streams; i++)
    usable = usable || is_usable (input->format->streams[i]);
  if (usable) {
    find_origin (input);
    return TRUE;
  }
  if (result < 0)
    *ret_fault = lw_worker_input_fault (input, result);
  else if (input->format->nb_streams > 0)
    *ret_fault = LW_WORKER_FAULT_DAMAGED;
  else if (strstr (input->format->iformat->name, "mp4") != NULL)
    *ret_fault = LW_WORKER_FAULT_NO_INDEX;
  else
    *ret_fault = LW_WORKER_FAULT_NOT_MEDIA;
  return FALSE;
}

static LwWorkerInput *
input_open (int fd, const guint8 *memory, gsize size, gboolean raw, LwWorkerFault *ret_fault)
{
  g_autoptr (LwWorkerInput) input = g_new0 (LwWorkerInput, 1);
  struct stat info;

  input->fd = fd;
  input->memory = memory;
  input->size = (gint64)size;
  /* Five seconds for the facts; the frame index sets its own. */
  input->cpu_limit_ms = lw_worker_cpu_ms () + 5000;
  if (fd >= 0) {
    if (fstat (fd, &info) != 0) {
      *ret_fault = LW_WORKER_FAULT_READ;
      return NULL;
    }
    input->size = info.st_size;
  }
  if (input->size == 0) {
    *ret_fault = LW_WORKER_FAULT_EMPTY;
    return NULL;
  }
  if (!make_io (input)) {
    *ret_fault = LW_WORKER_FAULT_MEMORY;
    return NULL;
  }
  if (!open_header (input, raw, ret_fault))
    return NULL;
  if (!raw && !look_into_streams (input, ret_fault))
    return NULL;
  return g_steal_pointer (&input);
}

LwWorkerInput *
lw_worker_input_open (int fd, const guint8 *memory, gsize size, LwWorkerFault *ret_fault)
{
  return input_open (fd, memory, size, FALSE, ret_fault);
}

LwWorkerInput *
lw_worker_input_open_raw (int fd, const guint8 *memory, gsize size, LwWorkerFault *ret_fault)
{
  return input_open (fd, memory, size, TRUE, ret_fault);
}

void
lw_worker_input_free (LwWorkerInput *input)
{
  if (input == NULL)
    return;
  avformat_close_input (&input->format);
  if (input->io != NULL) {
    av_freep (&input->io->buffer);
    avio_context_free (&input->io);
  }
  g_free (input);
}

int
lw_worker_input_find (const LwWorkerInput *input, enum AVMediaType type)
{
  for (guint i = 0; i < input->format->nb_streams; i++) {
    const AVStream *stream = input->format->streams[i];

    if (stream->codecpar->codec_type == type && is_usable (stream))
      return (int)i;
  }
  return -1;
}

void
lw_worker_input_keep_only (LwWorkerInput *input, int index)
{
  for (guint i = 0; i < input->format->nb_streams; i++)
    input->format->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
}

gboolean
lw_worker_input_to_time (const LwWorkerInput *input,
                         const AVStream *stream,
                         gint64 timestamp,
                         LwTime *ret_time)
{
  const AVRational ns = {1, (int)LW_SECOND};
  gint64 time;

  if (timestamp == AV_NOPTS_VALUE || stream->time_base.num <= 0 || stream->time_base.den <= 0)
    return FALSE;
  time = av_rescale_q_rnd (timestamp, stream->time_base, ns, AV_ROUND_DOWN);
  if (time == INT64_MIN || time > LW_TIME_MAX || time < -LW_TIME_MAX)
    return FALSE;
  *ret_time = time - input->origin;
  return *ret_time <= LW_TIME_MAX;
}

gint64
lw_worker_input_from_time (const LwWorkerInput *input, const AVStream *stream, LwTime time)
{
  const AVRational ns = {1, (int)LW_SECOND};

  return av_rescale_q_rnd (time + input->origin, ns, stream->time_base, AV_ROUND_UP);
}

LwTime
lw_worker_input_duration (const LwWorkerInput *input)
{
  const char *name = input->format->iformat->name;
  gint64 duration = input->format->duration;
  gint64 start_us = input->format->start_time;

  if (duration == AV_NOPTS_VALUE || duration <= 0 || duration > LW_TIME_MAX / 1000)
    return LW_TIME_NONE;
  duration *= 1000;
  /* Matroska tells the last time, which counts from its own 0, not from the first block. */
  if (strstr (name, "matroska") != NULL && duration > input->origin)
    duration -= input->origin;
  if (g_str_equal (name, "mpegts") && start_us != AV_NOPTS_VALUE &&
      ABS (start_us) < LW_TIME_MAX / 1000 && start_us * 1000 > input->origin)
    duration += start_us * 1000 - input->origin;
  return MIN (duration, LW_TIME_MAX);
}

const guint8 *
lw_worker_side_data (const AVStream *stream, enum AVPacketSideDataType type, gsize *ret_size)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData *data = av_packet_side_data_get (
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);

  *ret_size = data != NULL ? data->size : 0;
  return data != NULL ? data->data : NULL;
#else
  size_t size = 0;
  const guint8 *data = av_stream_get_side_data (stream, type, &size);

  *ret_size = size;
  return data;
#endif
}
