/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-make.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "lw-ffmpeg.h"
#include "lw-media-check.h"
#include "lw-media-pictures.h"

/* Where nothing is finished yet; what a crash left in it is made again. */
#define FOLDER "making"
/* Of the progress; the pictures are the rest. */
#define PLAYABLE_SHARE 0.85
#define CPU_MIN_S 600
#define CPU_PER_S 40

typedef struct {
  LwRoom *room;
  const LwContentHash *hash;
  LwMediaFile *file;
  LwProbe *probe;
  char *source, *folder;
  void (*progress) (double fraction, gpointer data);
  gpointer progress_data;
  GCancellable *cancellable;
} Making;

static void
making_clear (Making *making)
{
  g_clear_pointer (&making->file, lw_media_file_free);
  g_clear_pointer (&making->probe, lw_probe_unref);
  g_free (making->source);
  g_free (making->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

static gboolean
has (Making *making, const char *name)
{
  g_autofree char *path = lw_media_path (making->room, making->hash, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
has_no_pictures (Making *making)
{
  return lw_probe_get_video (making->probe) == NULL;
}

/* From the folder of the unfinished to its place, durably. */
static gboolean
finish_file (Making *making, const char *name, GError **error)
{
  g_autofree char *from = g_build_filename (making->folder, name, NULL);
  g_autofree char *to = lw_media_path (making->room, making->hash, name);
  g_autofree char *folder = lw_media_path (making->room, making->hash, NULL);
  int fd = g_open (from, O_RDONLY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0 && rename (from, to) == 0;

  if (!ok)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", to,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok && lw_media_sync_folder (folder, error);
}

/* ---- the form that browsers play ---- */

static void
report (double fraction, gpointer data)
{
  Making *making = data;

  making->progress (fraction * PLAYABLE_SHARE, making->progress_data);
}

static void
add_all (GPtrArray *arguments, const char *const *words)
{
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, g_strdup (*words));
}

static GPtrArray *
playable_arguments (const LwProbe *probe)
{
  static const char *const copy_video[] = {"-c:v", "copy", NULL};
  /* Key frames every two seconds, so that a jump in the panel is short. */
  static const char *const encode_video[] = {
      "-c:v",
      "libx264",
      "-preset",
      "veryfast",
      "-crf",
      "21",
      "-pix_fmt",
      "yuv420p",
      "-profile:v",
      "high",
      "-force_key_frames",
      "expr:gte(t,n_forced*2)",
      "-vf",
      "scale=w='min(1920,iw)':h='min(1920,ih)':force_original_aspect_ratio=decrease:"
      "force_divisible_by=2",
      NULL};
  static const char *const copy_audio[] = {"-c:a", "copy", NULL};
  static const char *const encode_audio[] = {"-c:a", "aac", "-b:a", "160k", "-ac", "2", NULL};
  /* What a camera writes about place and owner stays with the original. */
  static const char *const rest[] = {"-sn",
                                     "-dn",
                                     "-map_metadata",
                                     "-1",
                                     "-map_chapters",
                                     "-1",
                                     "-fps_mode",
                                     "passthrough",
                                     "-movflags",
                                     "+faststart",
                                     "-f",
                                     "mp4",
                                     "@out/" LW_PLAYABLE_NAME,
                                     NULL};
  const LwStreamInfo *video = lw_probe_get_video (probe);
  const LwStreamInfo *audio = lw_probe_get_audio (probe);
  g_auto (GStrv) names = g_strsplit (probe->container, ",", 2);
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  /* The format is the one that was probed: nothing guesses again, into playlists for example. */
  add_all (arguments, (const char *const[]){"-f", names[0], "-i", "@in", "-map", NULL});
  g_ptr_array_add (arguments, g_strdup_printf ("0:%u", (video != NULL ? video : audio)->index));
  if (video != NULL && audio != NULL) {
    g_ptr_array_add (arguments, g_strdup ("-map"));
    g_ptr_array_add (arguments, g_strdup_printf ("0:%u", audio->index));
  }
  if (video != NULL)
    add_all (arguments, lw_media_playable_video (video) ? copy_video : encode_video);
  if (audio != NULL)
    add_all (arguments, lw_media_playable_audio (audio) ? copy_audio : encode_audio);
  add_all (arguments, rest);
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

/* Of what browsers play, whose times may be others than the original's. */
static gboolean
make_frames (Making *making, GError **error)
{
  gboolean is_original = g_str_equal (making->file->playable, making->file->original);
  g_autofree char *path = lw_media_path (making->room, making->hash, LW_PLAYABLE_NAME);
  g_autoptr (LwProbe) probe = NULL;

  if (has_no_pictures (making) || has (making, LW_FRAMES_NAME))
    return TRUE;
  probe = is_original ? lw_probe_ref (making->probe)
                      : lw_media_probe (path, making->cancellable, error);
  return probe != NULL && lw_media_write_frames (making->room, making->hash, probe->frames, error);
}

static gboolean
make_playable (Making *making, GError **error)
{
  g_autoptr (GPtrArray) arguments = playable_arguments (making->probe);
  LwTime duration = making->probe->duration;
  double duration_s = duration != LW_TIME_NONE ? (double)duration / LW_SECOND : 0;
  const LwFfmpegJob job = {.input = making->source,
                           .folder = making->folder,
                           .arguments = (const char *const *)arguments->pdata,
                           .duration_s = duration_s,
                           .cpu_max_s = CPU_MIN_S + (guint)(duration_s * CPU_PER_S),
                           .output_max_bytes = (guint64)making->room->config->upload_max_bytes,
                           .progress = report,
                           .progress_data = making};

  return lw_ffmpeg_run (&job, making->cancellable, error) &&
         finish_file (making, LW_PLAYABLE_NAME, error) &&
         /* Before anybody watches it; what fails is tried again with the pictures. */
         (make_frames (making, NULL) || TRUE) &&
         lw_media_file_set_playable (making->room->ledger, making->hash, LW_PLAYABLE_NAME,
                                     "video/mp4", error);
}

/* ---- pictures ---- */

static gboolean
make_poster (Making *making, GError **error)
{
  return has_no_pictures (making) || has (making, LW_POSTER_NAME) ||
         (lw_media_make_poster (making->source, making->folder, making->probe->duration,
                                making->cancellable, error) &&
          finish_file (making, LW_POSTER_NAME, error));
}

static gboolean
make_filmstrip (Making *making, GError **error)
{
  return has_no_pictures (making) || has (making, LW_FILMSTRIP_NAME) ||
         (lw_media_make_filmstrip (making->room, making->hash, making->source, making->folder,
                                   making->probe->duration, making->cancellable, error) &&
          finish_file (making, LW_FILMSTRIP_NAME, error));
}

static gboolean
make_waveform (Making *making, GError **error)
{
  return lw_probe_get_audio (making->probe) == NULL || has (making, LW_WAVEFORM_NAME) ||
         lw_media_make_waveform (making->room, making->hash, making->source,
                                 making->probe->duration, making->cancellable, error);
}

static gboolean
make_pictures (Making *making, GError **error)
{
  static gboolean (*const makers[]) (Making *, GError **) = {make_frames, make_poster,
                                                             make_filmstrip, make_waveform};

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++) {
    g_autoptr (GError) reason = NULL;

    if (!makers[i](making, &reason)) {
      if (g_cancellable_set_error_if_cancelled (making->cancellable, error))
        return FALSE;
      g_message ("A lesson goes without one of its pictures: %s", reason->message);
    }
    making->progress (PLAYABLE_SHARE + (1 - PLAYABLE_SHARE) * (i + 1) / G_N_ELEMENTS (makers),
                      making->progress_data);
  }
  return TRUE;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    unlink (file);
  }
  rmdir (path);
}

gboolean
lw_media_make (LwRoom *room,
               const LwContentHash *hash,
               void (*progress) (double fraction, gpointer data),
               gpointer data,
               GCancellable *cancellable,
               GError **error)
{
  g_auto (Making) making = {.room = room,
                            .hash = hash,
                            .progress = progress,
                            .progress_data = data,
                            .cancellable = cancellable};
  gboolean ok;

  making.file = lw_media_file_get (room->ledger, hash, error);
  if (making.file == NULL)
    return FALSE;
  making.source = lw_media_path (room, hash, making.file->original);
  making.folder = lw_media_path (room, hash, FOLDER);
  remove_folder (making.folder);
  if (!lw_media_make_folder (making.folder, error))
    return FALSE;
  making.probe = lw_media_probe (making.source, cancellable, error);
  ok = making.probe != NULL && (*making.file->playable != '\0' || make_playable (&making, error)) &&
       make_pictures (&making, error);
  remove_folder (making.folder);
  return ok;
}
