/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A clip is encoded anew from the range: its first picture is the one at its start, and nothing of
 * the lesson outside of it, and no metadata, is in its file. ffmpeg reads a stranger's bytes, so it
 * runs in bubblewrap, with the one lesson to read, one folder to write, and no network.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-clips.h"

/* A frame that begins at the clip's start must not be lost to a rounded time stamp. */
#define ROUNDING (LW_SECOND / 2000)
#define MEMORY_BYTES (G_GUINT64_CONSTANT (3) << 30)
#define FILE_BYTES (G_GUINT64_CONSTANT (16) << 30)
#define PROCESSOR_S (2 * 60 * 60)
#define NICE 10

struct _LwClipMaker {
  LwRoom *room;
  GThreadPool *workers;
  GMutex mutex;
  GCond idle;
  gboolean closing;  /* under mutex */
  LwId current;      /* under mutex: being made; or none */
  GCancellable *job; /* under mutex: ends it */
};

/* ---- the command ---- */

static void add (GPtrArray *argv, const char *first, ...) G_GNUC_NULL_TERMINATED;

static void
add (GPtrArray *argv, const char *first, ...)
{
  va_list args;

  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (argv, g_strdup (word));
  va_end (args);
}

static void
add_sandbox (
    GPtrArray *argv, const char *bwrap, const char *ffmpeg, const char *source, const char *folder)
{
  static const char *const libraries[] = {"/lib", "/lib32", "/lib64", "/libx32"};

  add (argv, bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
       "--clearenv", "--setenv", "LC_ALL", "C.UTF-8", "--hostname", "lessonwalk", NULL);
  add (argv, "--ro-bind", "/usr/lib", "/usr/lib", NULL);
  add (argv, "--ro-bind-try", "/usr/lib64", "/usr/lib64", NULL);
  add (argv, "--ro-bind-try", "/usr/local/lib", "/usr/local/lib", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (libraries); i++) {
    g_autofree char *link = g_file_read_link (libraries[i], NULL);

    if (link != NULL)
      add (argv, "--symlink", link, libraries[i], NULL);
    else
      add (argv, "--ro-bind-try", libraries[i], libraries[i], NULL);
  }
  add (argv, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", NULL);
  add (argv, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", NULL);
  add (argv, "--ro-bind", ffmpeg, "/ffmpeg", "--ro-bind", source, "/source", "--bind", folder,
       "/out", "--remount-ro", "/", "--chdir", "/", "--", "/ffmpeg", NULL);
}

/* "12.345678": what ffmpeg reads whatever the language. */
static char *
format_seconds (LwTime time)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, time / LW_SECOND,
                          time % LW_SECOND / 1000);
}

static void
add_encoding (GPtrArray *argv, const LwClip *clip)
{
  g_autofree char *start = format_seconds (MAX (clip->start - ROUNDING, 0));
  g_autofree char *length =
      format_seconds (clip->end - clip->start - (clip->start < ROUNDING ? ROUNDING : 0));

  add (argv, "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file",
       "-format_whitelist", "mov,matroska,avi,mpegts,mpeg,ogg,flv,asf", "-ss", start, "-i",
       "/source", "-t", length, NULL);
  add (argv, "-map", "0:v:0", "-map", "0:a:0?", "-dn", "-sn", "-map_metadata", "-1",
       "-map_metadata:s", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v",
       "+bitexact", "-flags:a", "+bitexact", NULL);
  add (argv, "-vf", "scale='min(1920,iw)':-2,format=yuv420p", "-c:v", "libx264", "-preset",
       "veryfast", "-crf", "21", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags",
       "+faststart", "-f", "mp4", "-y", "/out/clip.mp4", NULL);
}

static void
limit_child (gpointer data)
{
  const struct rlimit memory = {MEMORY_BYTES, MEMORY_BYTES};
  const struct rlimit file = {FILE_BYTES, FILE_BYTES};
  const struct rlimit processor = {PROCESSOR_S, PROCESSOR_S};
  const struct rlimit no_core = {0, 0};

  setrlimit (RLIMIT_AS, &memory);
  setrlimit (RLIMIT_FSIZE, &file);
  setrlimit (RLIMIT_CPU, &processor);
  setrlimit (RLIMIT_CORE, &no_core);
  if (nice (NICE) == -1)
    return;
}

static gboolean
run_ffmpeg (LwClipMaker *self, GPtrArray *argv, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) child = NULL;

  g_subprocess_launcher_set_child_setup (launcher, limit_child, NULL, NULL);
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, error);
  if (child == NULL)
    return FALSE;
  if (g_subprocess_wait_check (child, self->job, error))
    return TRUE;
  if (g_cancellable_is_cancelled (self->job)) {
    g_subprocess_force_exit (child);
    g_subprocess_wait (child, NULL, NULL);
  }
  return FALSE;
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
  g_autofree char *bwrap = g_find_program_in_path ("bwrap");
  g_autofree char *ffmpeg = g_find_program_in_path ("ffmpeg");
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  if (bwrap == NULL || ffmpeg == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         "The room cannot make clips: “bubblewrap” or “ffmpeg” is missing. Tell "
                         "whoever runs the room.");
    return FALSE;
  }
  add_sandbox (argv, bwrap, ffmpeg, source, folder);
  add_encoding (argv, clip);
  g_ptr_array_add (argv, NULL);
  if (run_ffmpeg (self, argv, error))
    return TRUE;
  g_debug ("ffmpeg: %s", (*error)->message);
  g_clear_error (error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "The clip could not be made from this lesson. The lesson is as it was. Try "
                       "another range; if it stays so, tell whoever runs the room.");
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
  g_autofree char *made = g_build_filename (folder, "clip.mp4", NULL);
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
