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

#define WHOLE "whole.mp4"
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

/* The packets as they came; the times of the fragments, without what they are late by. */
static gboolean
join_fragments (LwLiveRun *run, GError **error)
{
  static const char *const arguments[] = {
      "-itsoffset",  "-1",        "-copyts",    "-i",   "@in",
      "-map",        "0",         "-c",         "copy", "-video_track_timescale",
      "90000",       "-movflags", "+faststart", "-f",   "mp4",
      "@out/" WHOLE, NULL};
  g_autofree char *input = lw_recording_get_path (run->recording, 0);
  LwFfmpegJob job = {.input = input,
                     .folder = run->folder,
                     .arguments = arguments,
                     .cpu_max_s = CPU_MAX_S,
                     .output_max_bytes = (guint64)run->owner->room->config->upload_max_bytes};

  G_STATIC_ASSERT (LW_RECEIVER_SHIFT == LW_SECOND);
  return lw_ffmpeg_run (&job, run->cancel, error);
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

  if (!join_fragments (run, error) || !sync_file (path, &length, error))
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
