/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A clip is encoded anew from the range: its first picture is the one at its start, and nothing of
 * the lesson outside of it, and no metadata, is in its file.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-clips.h"
#include "lw-ffmpeg.h"

/* A frame that begins at the clip's start must not be lost to a rounded time stamp. */
#define ROUNDING (LW_SECOND / 2000)
#define FILE_BYTES (G_GUINT64_CONSTANT (16) << 30)
#define PROCESSOR_S (2 * 60 * 60)
#define NAME "clip.mp4"

struct _LwClipMaker {
  LwRoom *room;
  GThreadPool *workers;
  GMutex mutex;
  GCond idle;
  gboolean closing;  /* under mutex */
  LwId current;      /* under mutex: being made; or none */
  double progress;   /* under mutex: of it, 0 … 1 */
  GCancellable *job; /* under mutex: ends it */
};

/* ---- what is asked of ffmpeg ---- */

/* "12.345678": what ffmpeg reads whatever the language. */
static char *
format_seconds (LwTime time)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, time / LW_SECOND,
                          time % LW_SECOND / 1000);
}

static void
set_progress (double fraction, gpointer data)
{
  LwClipMaker *self = data;

  g_mutex_lock (&self->mutex);
  self->progress = fraction;
  g_mutex_unlock (&self->mutex);
}

static gboolean
run_ffmpeg (
    LwClipMaker *self, const LwClip *clip, const char *source, const char *folder, GError **error)
{
  g_autofree char *start = format_seconds (MAX (clip->start - ROUNDING, 0));
  g_autofree char *length =
      format_seconds (clip->end - clip->start - (clip->start < ROUNDING ? ROUNDING : 0));
  const char *const arguments[] = {
      "-format_whitelist",
      "mov,matroska,avi,mpegts,mpeg,ogg,flv,asf",
      "-ss",
      start,
      "-i",
      "@in",
      "-t",
      length,
      "-map",
      "0:v:0",
      "-map",
      "0:a:0?",
      "-dn",
      "-sn",
      "-map_metadata",
      "-1",
      "-map_metadata:s",
      "-1",
      "-map_chapters",
      "-1",
      "-fflags",
      "+bitexact",
      "-flags:v",
      "+bitexact",
      "-flags:a",
      "+bitexact",
      "-vf",
      "scale='min(1920,iw)':-2,format=yuv420p",
      "-c:v",
      "libx264",
      "-preset",
      "veryfast",
      "-crf",
      "21",
      "-c:a",
      "aac",
      "-b:a",
      "128k",
      "-ac",
      "2",
      "-movflags",
      "+faststart",
      "-f",
      "mp4",
      "@out/" NAME,
      NULL,
  };
  const LwFfmpegJob job = {.input = source,
                           .folder = folder,
                           .arguments = arguments,
                           .duration_s = (double)(clip->end - clip->start) / LW_SECOND,
                           .progress = set_progress,
                           .progress_data = self,
                           .cpu_max_s = PROCESSOR_S,
                           .output_max_bytes = FILE_BYTES};

  return lw_ffmpeg_run (&job, self->job, error);
}

/* ---- from the lesson's file to the clip's ---- */

typedef struct {
  const LwContentHash *media;
  char *name;
} Source;

static gboolean
find_original (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Source *source = data;
  g_autoptr (LwStatement) find = lw_ledger_get (ledger, db, "clip-source", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_blob (find, 1, source->media->bytes, sizeof source->media->bytes);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row)
    source->name = lw_column_text (find, 0);
  return TRUE;
}

/* (transfer full) (nullable): the lesson's file, as it was uploaded */
static char *
find_source (LwRoom *room, const LwClip *clip)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, &clip->segment_id, NULL);
  g_autofree char *below = NULL;
  g_autofree char *path = NULL;
  char text[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  Source source = {0};

  if (segment == NULL)
    return NULL;
  source.media = &segment->media;
  lw_ledger_read (room->ledger, find_original, &source, NULL);
  if (source.name == NULL)
    return NULL;
  lw_content_hash_format (&segment->media, text);
  below = g_build_filename ("media", text, source.name, NULL);
  g_free (source.name);
  path = lw_room_path (room, below);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}

static gboolean
cut (LwClipMaker *self, const LwClip *clip, const char *source, const char *folder, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (run_ffmpeg (self, clip, source, folder, &reason))
    return TRUE;
  g_debug ("A clip: %s", reason->message);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
                           ? "The room cannot make clips: “bubblewrap” or “ffmpeg” is missing. "
                             "Tell whoever runs the room."
                           : "The clip could not be made from this lesson. The lesson is as it "
                             "was. Try another range; if it stays so, tell whoever runs the room.");
  return FALSE;
}

static gboolean
sync_file (const char *path, gint64 *ret_size)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat facts;
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = fchmod (fd, 0640) == 0 && fsync (fd) == 0 && fstat (fd, &facts) == 0 && facts.st_size > 0;
  *ret_size = ok ? facts.st_size : 0;
  close (fd);
  return ok;
}

static gboolean
make (LwClipMaker *self, const LwClip *clip, gint64 *ret_size, GError **error)
{
  g_autofree char *source = find_source (self->room, clip);
  g_autofree char *path = lw_clips_path (self->room, &clip->id);
  g_autofree char *folder = g_strconcat (path, ".part", NULL);
  g_autofree char *made = g_build_filename (folder, NAME, NULL);
  gboolean ok;

  if (source == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         "The lesson's video is not here, so no clip could be made of it.");
    return FALSE;
  }
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "The room's disk cannot be written, so the clip was not made.");
    return FALSE;
  }
  ok = cut (self, clip, source, folder, error);
  if (ok && (!sync_file (made, ret_size) || g_rename (made, path) != 0)) {
    ok = FALSE;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "There is no picture in this range, or no room on the disk, so the clip "
                         "was not made.");
  }
  g_unlink (made);
  g_rmdir (folder);
  return ok;
}

/* Its row in the ledger is gone: it was deleted, or its lesson erased, while it was being made. */
static void
drop_orphan (LwRoom *room, const LwId *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwClip) clip = lw_clips_get (room->ledger, id, &error);
  g_autofree char *path = lw_clips_path (room, id);

  if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    g_unlink (path);
}

static gboolean
begin (LwClipMaker *self, const LwId *id)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  ok = !self->closing;
  if (ok) {
    self->current = *id;
    self->progress = 0;
    self->job = g_cancellable_new ();
  }
  g_mutex_unlock (&self->mutex);
  return ok;
}

static void
end (LwClipMaker *self)
{
  g_mutex_lock (&self->mutex);
  self->current = LW_ID_NONE;
  g_clear_object (&self->job);
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->mutex);
}

static void
work (gpointer item, gpointer data)
{
  LwClipMaker *self = data;
  g_autofree LwId *id = item;
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  gint64 size = 0;

  if (!begin (self, id))
    return;
  clip = lw_clips_get (self->room->ledger, id, NULL);
  if (clip != NULL && clip->state == LW_CLIP_MAKING) {
    if (make (self, clip, &size, &error))
      lw_clips_set_state (self->room->ledger, id, LW_CLIP_READY, "", size, NULL);
    else if (!g_cancellable_is_cancelled (self->job))
      lw_clips_set_state (self->room->ledger, id, LW_CLIP_FAILED, error->message, 0, NULL);
    drop_orphan (self->room, id);
  }
  end (self);
}

void
lw_clip_maker_drop (LwClipMaker *self, const LwId *clip_id)
{
  g_mutex_lock (&self->mutex);
  while (lw_id_equal (&self->current, clip_id)) {
    g_cancellable_cancel (self->job);
    g_cond_wait (&self->idle, &self->mutex);
  }
  g_mutex_unlock (&self->mutex);
}

double
lw_clip_maker_progress (LwClipMaker *self, const LwId *clip_id)
{
  double progress;

  g_mutex_lock (&self->mutex);
  progress = lw_id_equal (&self->current, clip_id) ? self->progress : 0;
  g_mutex_unlock (&self->mutex);
  return progress;
}

/* ---- making and ending ---- */

void
lw_clip_maker_make (LwClipMaker *self, const LwId *clip_id)
{
  g_thread_pool_push (self->workers, g_memdup2 (clip_id, sizeof *clip_id), NULL);
}

LwClipMaker *
lw_clip_maker_new (LwRoom *room)
{
  LwClipMaker *self = g_new0 (LwClipMaker, 1);
  g_autoptr (GPtrArray) unmade = lw_clips_list (room->ledger, NULL, NULL);

  self->room = room;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
  self->workers = g_thread_pool_new (work, self, 1, FALSE, NULL);
  for (guint i = 0; unmade != NULL && i < unmade->len; i++)
    lw_clip_maker_make (self, &((const LwClip *)unmade->pdata[i])->id);
  return self;
}

void
lw_clip_maker_free (LwClipMaker *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  if (self->job != NULL)
    g_cancellable_cancel (self->job);
  g_mutex_unlock (&self->mutex);
  g_thread_pool_free (self->workers, FALSE, TRUE);
  g_cond_clear (&self->idle);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
