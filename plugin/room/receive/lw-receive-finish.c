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
run_ffmpeg (LwLiveRun *run, const char *input, const char *const *arguments, GError **error)
{
  LwFfmpegJob job = {.input = input,
                     .folder = run->folder,
                     .arguments = arguments,
                     .cpu_max_s = CPU_MAX_S,
                     .output_max_bytes = (guint64)run->owner->room->config->upload_max_bytes};

  return lw_ffmpeg_run (&job, run->cancel, error);
}

/* The packets as they came; the times of the fragments, without what they are late by. */
static gboolean
join_fragments (LwLiveRun *run, const char *input, gboolean is_webm, GError **error)
{
  static const char *const to_mp4[] = {
      "-itsoffset",  "-1",        "-copyts",    "-i",   "@in",
      "-map",        "0",         "-c",         "copy", "-video_track_timescale",
      "90000",       "-movflags", "+faststart", "-f",   "mp4",
      "@out/" WHOLE, NULL};
  static const char *const to_webm[] = {
      "-itsoffset",     "-1", "-copyts", "-i",   "@in",         "-map", "0", "-c", "copy",
      "-cues_to_front", "1",  "-f",      "webm", "@out/" WHOLE, NULL};

  G_STATIC_ASSERT (LW_RECEIVER_SHIFT == LW_SECOND);
  return run_ffmpeg (run, input, is_webm ? to_webm : to_mp4, error);
}

/* What is in @from from @skip on goes behind what is in @to. */
static gboolean
append_file (const char *to, const char *from, gsize skip, GError **error)
{
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFileInputStream) input = g_file_read (source, NULL, error);
  g_autoptr (GFileOutputStream) output =
      input != NULL ? g_file_append_to (target, G_FILE_CREATE_PRIVATE, NULL, error) : NULL;

  return output != NULL &&
         g_seekable_seek (G_SEEKABLE (input), (goffset)skip, G_SEEK_SET, NULL, error) &&
         g_output_stream_splice (G_OUTPUT_STREAM (output), G_INPUT_STREAM (input),
                                 G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                     G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                 NULL, error) >= 0;
}

/* A source that described itself anew, in another resolution for example. One MP4 has one
 * description; in an MPEG transport stream each picture that one can begin with has its own, and
 * such files may be put one behind the other. Its times begin where those of the fragments do,
 * which whoever reads it takes off. */
static gboolean
join_parts (LwLiveRun *run, guint n_parts, gboolean as_it_came, GError **error)
{
  static const char *const copy[] = {
      "-copyts", "-i",        "@in",    "-map",         "0", "-c",
      "copy",    "-muxdelay", "0",      "-muxpreload",  "0", "-mpegts_copyts",
      "1",       "-f",        "mpegts", "@out/part.ts", NULL};
  static const char *const encode[] = {"-copyts",
                                       "-i",
                                       "@in",
                                       "-map",
                                       "0",
                                       "-c:v",
                                       "libx264",
                                       "-preset",
                                       "veryfast",
                                       "-crf",
                                       "20",
                                       "-bf",
                                       "0",
                                       "-pix_fmt",
                                       "yuv420p",
                                       "-vf",
                                       "scale=trunc(iw/2)*2:trunc(ih/2)*2",
                                       "-fps_mode",
                                       "passthrough",
                                       "-c:a",
                                       "aac",
                                       "-b:a",
                                       "160k",
                                       "-ac",
                                       "2",
                                       "-muxdelay",
                                       "0",
                                       "-muxpreload",
                                       "0",
                                       "-mpegts_copyts",
                                       "1",
                                       "-f",
                                       "mpegts",
                                       "@out/part.ts",
                                       NULL};
  g_autofree char *whole = g_build_filename (run->folder, WHOLE, NULL);
  g_autofree char *part = g_build_filename (run->folder, "part.ts", NULL);

  unlink (whole);
  for (guint i = 0; i < n_parts; i++) {
    g_autofree char *input = lw_recording_get_path (run->recording, i);

    if (!run_ffmpeg (run, input, as_it_came ? copy : encode, error) ||
        !append_file (whole, part, 0, error))
      return FALSE;
  }
  return TRUE;
}

static char *
get_type (LwLiveRun *run, guint part)
{
  char *type = NULL;

  return lw_recording_get_part (run->recording, part, &type, NULL) ? type : g_strdup ("");
}

static gboolean
is_webm (LwLiveRun *run, guint part)
{
  g_autofree char *type = get_type (run, part);

  return strstr (type, "/webm;") != NULL;
}

/* The last one with picture and sound, or the last: browsers begin small, and some with the picture
 * alone. */
static guint
find_fullest (LwLiveRun *run, guint n_parts)
{
  for (guint i = n_parts; i-- > 0;) {
    g_autofree char *type = get_type (run, i);

    if (strchr (type, ',') != NULL)
      return i;
  }
  return n_parts - 1;
}

/* Clusters of WebM have their own times, the pictures in them their own size, and their tracks the
 * same numbers everywhere: they go one behind the other, behind the fullest description. */
static gboolean
join_clusters (LwLiveRun *run, guint n_parts, GError **error)
{
  g_autofree char *joined = g_build_filename (run->folder, "joined", NULL);
  g_autoptr (GBytes) fullest = NULL;

  if (!lw_recording_get_part (run->recording, find_fullest (run, n_parts), NULL, &fullest) ||
      !g_file_set_contents (joined, g_bytes_get_data (fullest, NULL),
                            (gssize)g_bytes_get_size (fullest), error))
    return FALSE;
  for (guint i = 0; i < n_parts; i++) {
    g_autofree char *input = lw_recording_get_path (run->recording, i);
    g_autoptr (GBytes) init = NULL;

    if (!lw_recording_get_part (run->recording, i, NULL, &init) ||
        !append_file (joined, input, g_bytes_get_size (init), error))
      return FALSE;
  }
  return join_fragments (run, joined, TRUE, error);
}

/* One file of all its parts. Only where the sender changed from one codec to another is it encoded
 * anew: there is no file in which both could stand. */
static gboolean
join (LwLiveRun *run, GError **error)
{
  guint n_parts = lw_recording_get_n_parts (run->recording), n_webm = 0;
  g_autofree char *first = lw_recording_get_path (run->recording, 0);

  for (guint i = 0; i < n_parts; i++)
    n_webm += is_webm (run, i);
  if (n_parts <= 1)
    return join_fragments (run, first, n_webm > 0, error);
  return n_webm == n_parts ? join_clusters (run, n_parts, error)
                           : join_parts (run, n_parts, n_webm == 0, error);
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

  if (!join (run, error) || !sync_file (path, &length, error))
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
