/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was recorded of a live lesson becomes an upload like others. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-ffmpeg.h"
#include "lw-media-service.h"
#include "lw-receive-private.h"

#define WHOLE "whole"
#define CPU_MAX_S 3600

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

gboolean
lw_receive_remove_folder (const char *path, guint *files, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (unlink (file) == 0)
      (*files)++;
    else if (errno != ENOENT)
      return fail (file, error);
  }
  return rmdir (path) == 0 || errno == ENOENT || fail (path, error);
}

/* ---- one file of it ---- */

static gboolean
run_ffmpeg (LwLiveRun *run, guint part, const char *const *arguments, GError **error)
{
  g_autofree char *input = lw_recording_get_path (run->recording, part);
  LwFfmpegJob job = {.input = input,
                     .folder = run->folder,
                     .arguments = arguments,
                     .cpu_max_s = CPU_MAX_S,
                     .output_max_bytes = (guint64)run->owner->room->config->upload_max_bytes};

  return lw_ffmpeg_run (&job, run->cancel, error);
}

/* The packets as they came; the times of the fragments, without what they are late by. */
static gboolean
join_fragments (LwLiveRun *run, GError **error)
{
  static const char *const arguments[] = {
      "-itsoffset",  "-1",        "-copyts",    "-i",   "@in",
      "-map",        "0",         "-c",         "copy", "-video_track_timescale",
      "90000",       "-movflags", "+faststart", "-f",   "mp4",
      "@out/" WHOLE, NULL};

  G_STATIC_ASSERT (LW_RECEIVER_SHIFT == LW_SECOND);
  return run_ffmpeg (run, 0, arguments, error);
}

/* @from goes behind what is in @to. */
static gboolean
append_file (const char *to, const char *from, GError **error)
{
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFileInputStream) input = g_file_read (source, NULL, error);
  g_autoptr (GFileOutputStream) output =
      input != NULL ? g_file_append_to (target, G_FILE_CREATE_PRIVATE, NULL, error) : NULL;

  return output != NULL && g_output_stream_splice (G_OUTPUT_STREAM (output), G_INPUT_STREAM (input),
                                                   G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                                       G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                                   NULL, error) >= 0;
}

/* A source that described itself anew, in another resolution for example. One MP4 has one
 * description; in an MPEG transport stream each picture that one can begin with has its own, and
 * such files may be put one behind the other. Its times begin where those of the fragments do,
 * which whoever reads it takes off. */
static gboolean
join_parts (LwLiveRun *run, guint n_parts, GError **error)
{
  static const char *const arguments[] = {
      "-copyts", "-i",        "@in",    "-map",         "0", "-c",
      "copy",    "-muxdelay", "0",      "-muxpreload",  "0", "-mpegts_copyts",
      "1",       "-f",        "mpegts", "@out/part.ts", NULL};
  g_autofree char *whole = g_build_filename (run->folder, WHOLE, NULL);
  g_autofree char *part = g_build_filename (run->folder, "part.ts", NULL);

  unlink (whole);
  for (guint i = 0; i < n_parts; i++)
    if (!run_ffmpeg (run, i, arguments, error) || !append_file (whole, part, error))
      return FALSE;
  return TRUE;
}

static gboolean
sync_file (const char *path, gint64 *ret_length, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat facts;
  gboolean ok = fd >= 0 && fsync (fd) == 0 && fstat (fd, &facts) == 0;

  if (ok)
    *ret_length = facts.st_size;
  else
    fail (path, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

/* ---- handed on ---- */

/* While nobody erases the lesson. Each step may have been done before a crash. */
static gboolean
add_upload (LwLiveRun *run, const char *path, gint64 length, GError **error)
{
  LwRoom *room = run->owner->room;
  g_autoptr (LwSegment) still = lw_store_get_segment (room->store, &run->segment_id, error);
  g_autofree char *target = lw_upload_path (room, &run->id);
  g_autofree char *folder = g_path_get_dirname (target);
  LwUpload upload = {.id = run->id,
                     .person_id = run->person_id,
                     .walk_id = run->walk_id,
                     .visit_id = run->visit_id,
                     .segment_id = run->segment_id,
                     .purpose = LW_UPLOAD_LESSON,
                     .title = run->title,
                     .at = LW_TIME_NONE,
                     .length_bytes = length,
                     .metadata = (char *)""};
  LwUploadState state;

  if (still == NULL)
    return FALSE;
  if (rename (path, target) != 0)
    return fail (target, error);
  return lw_media_sync_folder (folder, error) && lw_uploads_add (room->ledger, &upload, error) &&
         lw_uploads_set_received (room->ledger, &run->id, length, &state, error);
}

static gboolean
hand_on (LwLiveRun *run, GError **error)
{
  LwRoom *room = run->owner->room;
  g_autofree char *path = g_build_filename (run->folder, WHOLE, NULL);
  gint64 length = 0;
  gboolean ok;

  guint n_parts = lw_recording_get_n_parts (run->recording);

  if (!(n_parts > 1 ? join_parts (run, n_parts, error) : join_fragments (run, error)) ||
      !sync_file (path, &length, error))
    return FALSE;
  lw_media_jobs_hold (room->media->jobs);
  ok = !g_cancellable_is_cancelled (run->cancel) && add_upload (run, path, length, error);
  lw_media_jobs_go_on (room->media->jobs);
  return ok;
}

/* The room was killed in between: the file was there before its row. */
static gboolean
was_handed_on (LwLiveRun *run)
{
  LwRoom *room = run->owner->room;
  g_autoptr (LwUpload) upload = lw_uploads_get (room->ledger, &run->id, NULL);
  LwUploadState state;

  return upload != NULL &&
         (upload->state != LW_UPLOAD_RECEIVING ||
          lw_uploads_set_received (room->ledger, &run->id, upload->length_bytes, &state, NULL));
}

gboolean
lw_receive_finish (LwLiveRun *run, GError **error)
{
  LwRoom *room = run->owner->room;
  guint files = 0;

  if (lw_recording_get_end (run->recording) == 0 && lw_id_is_none (&run->segment_id))
    return lw_live_sources_remove (room->ledger, &run->id, error) &&
           lw_receive_remove_folder (run->folder, &files, error);
  if (!was_handed_on (run) && !hand_on (run, error))
    return FALSE;
  lw_media_jobs_wake (room->media->jobs);
  return lw_receive_remove_folder (run->folder, &files, error);
}
