/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-probe.h"

#include <string.h>

#include "lw-worker-captions.h"
#include "lw-worker-edits.h"
#include "lw-worker-frames.h"
#include "lw-worker-matroska.h"

/* Below the 60 s at which the system would kill the process. */
#define PACKETS_CPU_MS 50000
#define RIFF 0x52494646

/* Where the container says it ends, or -1. */
static gint64
declared_end (LwWorkerInput *input)
{
  const char *name = input->format->iformat->name;
  gint64 back = avio_tell (input->io);
  guint32 magic, size;

  if (strstr (name, "matroska") != NULL)
    return lw_worker_matroska_end (input);
  if (!g_str_equal (name, "avi") && !g_str_equal (name, "wav"))
    return -1;
  if (avio_seek (input->io, 0, SEEK_SET) < 0)
    return -1;
  magic = avio_rb32 (input->io);
  size = avio_rl32 (input->io);
  avio_seek (input->io, back, SEEK_SET);
  /* 0 and all ones are written by recorders that never came to the end. */
  return magic == RIFF && size != 0 && size != G_MAXUINT32 ? (gint64)size + 8 : -1;
}

static gboolean
index_reaches_beyond (const LwWorkerInput *input)
{
  for (guint i = 0; i < input->format->nb_streams; i++) {
    AVStream *stream = input->format->streams[i];
    int count = avformat_index_get_entries_count (stream);

    for (int k = 0; k < count; k++) {
      const AVIndexEntry *entry = avformat_index_get_entry (stream, k);

      if (entry->size > 0 && entry->pos > input->size - entry->size)
        return TRUE;
    }
  }
  return FALSE;
}

typedef struct {
  LwWorkerFrames *frames;     /* (nullable) */
  LwWorkerCaptions *captions; /* (nullable) */
  int video;                  /* the stream that @frames is of */
  LwTime last_end;            /* of any packet: for a file that does not say how long it is */
  gboolean is_corrupt;
  LwWorkerProgress progress;
  gpointer progress_data;
} Pass;

static void
take_packet (Pass *pass, const LwWorkerInput *input, const AVPacket *packet, LwProbe *probe)
{
  const AVStream *stream = input->format->streams[packet->stream_index];
  gint64 end;
  LwTime time;

  if (stream->discard == AVDISCARD_ALL)
    return;
  if (packet->flags & AV_PKT_FLAG_CORRUPT)
    pass->is_corrupt = TRUE;
  if (pass->frames != NULL && packet->stream_index == pass->video)
    lw_worker_frames_take (pass->frames, stream, packet);
  else if (pass->captions != NULL &&
           packet->stream_index == lw_worker_captions_get_index (pass->captions))
    lw_worker_captions_take (pass->captions, input, packet, probe);
  if (packet->pts != AV_NOPTS_VALUE &&
      !__builtin_add_overflow (packet->pts, MAX (packet->duration, 0), &end) &&
      lw_worker_input_to_time (input, stream, end, &time))
    pass->last_end = MAX (pass->last_end, time);
}

/* TRUE if the file was read to its end. */
static gboolean
read_all (Pass *pass, LwWorkerInput *input, LwProbe *probe)
{
  AVPacket *packet = av_packet_alloc ();
  guint last_progress = 0;
  int result = packet != NULL ? 0 : AVERROR (ENOMEM);

  input->cpu_limit_ms = lw_worker_cpu_ms () + PACKETS_CPU_MS;
  while (result >= 0) {
    guint per_mille;

    result = av_read_frame (input->format, packet);
    if (result < 0)
      break;
    take_packet (pass, input, packet, probe);
    av_packet_unref (packet);
    per_mille = (guint)((double)MIN (input->position, input->size) * 1000.0 / (double)input->size);
    if (pass->progress != NULL && per_mille >= last_progress + 20) {
      pass->progress (per_mille, pass->progress_data);
      last_progress = per_mille;
    }
    if (lw_worker_cpu_ms () > input->cpu_limit_ms)
      result = AVERROR_EXIT;
  }
  av_packet_free (&packet);
  pass->is_corrupt = pass->is_corrupt || input->fell_short;
  if (result == AVERROR_EXIT || result == AVERROR (ENOMEM))
    return FALSE;
  if (result != AVERROR_EOF)
    pass->is_corrupt = TRUE;
  return TRUE;
}

/* The same file without its edit lists, for an index in GStreamer's way; NULL where there are
 * none, or where the streams are not the same ones. */
static LwWorkerInput *
open_unedited (const LwWorkerInput *input, int index)
{
  const AVStream *stream = input->format->streams[index];
  LwWorkerFault ignored = LW_WORKER_FAULT_NONE;
  g_autoptr (LwWorkerInput) raw = NULL;

  if (strstr (input->format->iformat->name, "mp4") == NULL)
    return NULL;
  raw = lw_worker_input_open_raw (input->fd, input->memory, (gsize)input->size, &ignored);
  if (raw == NULL || (guint)index >= raw->format->nb_streams ||
      raw->format->streams[index]->id != stream->id ||
      raw->format->streams[index]->codecpar->codec_id != stream->codecpar->codec_id)
    return NULL;
  raw->format->flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN;
  return g_steal_pointer (&raw);
}

static void
keep_streams (LwWorkerInput *input, const Pass *pass, gboolean everything)
{
  for (guint i = 0; i < input->format->nb_streams; i++) {
    gboolean wanted = (pass->frames != NULL && (int)i == pass->video) ||
                      (int)i == lw_worker_captions_get_index (pass->captions);

    input->format->streams[i]->discard = wanted || everything ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

/* The frame index from a reading of its own; FALSE where the one reading must do for all. */
static gboolean
index_unedited (LwWorkerInput *input, LwProbe *probe, Pass *pass, LwStreamInfo *info)
{
  g_autoptr (LwWorkerInput) raw = open_unedited (input, pass->video);
  g_autoptr (GArray) edits = NULL;
  const AVStream *stream;

  if (raw == NULL)
    return FALSE;
  stream = raw->format->streams[pass->video];
  lw_worker_input_keep_only (raw, pass->video);
  if (!read_all (pass, raw, probe))
    return TRUE;
  edits = lw_worker_edits_read (raw, stream, lw_worker_frames_shift (pass->frames));
  lw_worker_frames_finish (pass->frames, raw, stream, edits, probe, info);
  return TRUE;
}

void
lw_worker_read_packets (LwWorkerInput *input,
                        LwProbe *probe,
                        LwWorkerProgress progress,
                        gpointer progress_data)
{
  g_autoptr (LwWorkerCaptions) captions = lw_worker_captions_new (input);
  g_auto (LwWorkerFrames) frames;
  Pass pass = {.last_end = LW_TIME_NONE, .progress = progress, .progress_data = progress_data};
  gboolean has_duration = probe->duration != LW_TIME_NONE;
  LwStreamInfo *info = NULL;

  lw_worker_frames_init (&frames);
  pass.video = lw_worker_input_find (input, AVMEDIA_TYPE_VIDEO);
  if (pass.video >= 0 && (guint)pass.video < probe->streams->len) {
    info = g_ptr_array_index (probe->streams, (guint)pass.video);
    pass.frames = &frames;
    if (index_unedited (input, probe, &pass, info)) {
      pass.frames = NULL;
      pass.progress = NULL;
      pass.last_end = LW_TIME_NONE;
    }
  }
  pass.captions = captions;
  if (pass.frames != NULL || captions != NULL || !has_duration) {
    /* Without a length in the header, and no pictures, the last packet of anything tells it. */
    keep_streams (input, &pass, !has_duration && info == NULL);
    if (read_all (&pass, input, probe) && pass.frames != NULL)
      lw_worker_frames_finish (&frames, input, input->format->streams[pass.video], NULL, probe,
                               info);
  }
  if (probe->duration == LW_TIME_NONE && pass.last_end > 0)
    probe->duration = pass.last_end;
  lw_worker_captions_finish (probe);
  probe->is_truncated =
      pass.is_corrupt || index_reaches_beyond (input) || declared_end (input) > input->size;
}

LwTime
lw_worker_measure_duration (LwWorkerInput *input, int index)
{
  Pass pass = {.last_end = LW_TIME_NONE};
  LwTime duration = lw_worker_input_duration (input);

  lw_worker_input_keep_only (input, index);
  if (duration != LW_TIME_NONE)
    return duration;
  read_all (&pass, input, NULL);
  if (avformat_seek_file (input->format, index, INT64_MIN, INT64_MIN + 1, INT64_MAX, 0) < 0)
    avformat_seek_file (input->format, -1, INT64_MIN, 0, 0, AVSEEK_FLAG_BYTE);
  return pass.last_end > 0 ? pass.last_end : LW_TIME_NONE;
}

LwProbe *
lw_worker_probe (int fd,
                 const guint8 *memory,
                 gsize size,
                 LwWorkerProgress progress,
                 gpointer progress_data,
                 LwWorkerFault *ret_fault)
{
  g_autoptr (LwWorkerInput) input = lw_worker_input_open (fd, memory, size, ret_fault);
  g_autoptr (LwProbe) probe = NULL;

  if (input == NULL)
    return NULL;
  probe = lw_probe_new ();
  lw_worker_read_facts (input, probe);
  /* A probe of nothing but stills or an empty shell is none. */
  if (lw_probe_get_video (probe) == NULL && lw_probe_get_audio (probe) == NULL) {
    *ret_fault = LW_WORKER_FAULT_NOT_MEDIA;
    return NULL;
  }
  lw_worker_read_packets (input, probe, progress, progress_data);
  if (input->read_failed) {
    *ret_fault = LW_WORKER_FAULT_READ;
    return NULL;
  }
  return g_steal_pointer (&probe);
}
