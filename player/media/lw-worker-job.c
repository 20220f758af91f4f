/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lw-media-i18n.h"
#include "lw-sandbox.h"
#include "lw-worker-fault.h"

#define MAX_LINE 256
#define MAX_STDERR 2048
/* After a kill the pipes close at once; this is for a machine that is out of breath. */
#define KILL_WAIT_MS 5000

typedef enum { STOP_NONE, STOP_CANCELLED, STOP_TIME, STOP_NONSENSE } StopReason;

typedef struct {
  const LwWorkerJob *job;
  char *name; /* of the file, for sentences */
  GPid pid;
  int out_fd, err_fd;
  gboolean sandboxed;
  StopReason stop;

  GByteArray *line; /* of text, not yet ended */
  GByteArray *result;
  GString *stderr_text;
  gsize data_left; /* bytes of a "data" message still to come */
  gboolean said_hello, said_done;
  LwWorkerFault fault;
} Talk;

static void
talk_clear (Talk *talk)
{
  g_free (talk->name);
  if (talk->out_fd >= 0)
    close (talk->out_fd);
  if (talk->err_fd >= 0)
    close (talk->err_fd);
  g_clear_pointer (&talk->line, g_byte_array_unref);
  g_clear_pointer (&talk->result, g_byte_array_unref);
  if (talk->stderr_text != NULL)
    g_string_free (talk->stderr_text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

/* ---- the file ---- */

static int
open_failed (const char *name, int code, GError **error)
{
  if (code == ENOENT || code == ENOTDIR)
    g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_FOUND,
                 _ ("“%s” is not there. It may have been moved or renamed, or its disk is not "
                    "connected."),
                 name);
  else if (code == EACCES || code == EPERM)
    g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_PERMISSION,
                 _ ("You are not allowed to read “%s”. Ask its owner for permission, or copy it "
                    "to a folder of your own."),
                 name);
  else
    g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_DAMAGED,
                 _ ("“%s” could not be read from its disk: %s."), name, g_strerror (code));
  return -1;
}

static int
not_a_file (const char *name, mode_t mode, GError **error)
{
  g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_MEDIA,
               S_ISDIR (mode)
                   ? _ ("“%s” is a folder. Choose a video or sound file inside it.")
                   : _ ("“%s” is not a file but a device or a pipe, and cannot be watched."),
               name);
  return -1;
}

static int
open_media (const char *path, const char *name, GError **error)
{
  struct stat info;
  int fd;

  /* Looked at before it is opened: opening alone can set a device going, or wait for ever. */
  if (stat (path, &info) != 0)
    return open_failed (name, errno, error);
  if (!S_ISREG (info.st_mode))
    return not_a_file (name, info.st_mode, error);
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return open_failed (name, errno, error);
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)) {
    close (fd);
    return not_a_file (name, info.st_mode, error);
  }
  return fd;
}

/* ---- the process ---- */

static gboolean
start (Talk *talk, const int media_fds[2], GError **error)
{
  const char *environment[] = {"LC_ALL=C.UTF-8", NULL};
  const int targets[] = {LW_WORKER_MEDIA_FD, LW_WORKER_OTHER_FD};
  gsize n_fds = media_fds[1] >= 0 ? 2 : 1;
  g_autofree char *worker = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) reason = NULL;

  worker = lw_sandbox_find_worker (error);
  if (worker == NULL)
    return FALSE;
  argv = lw_sandbox_wrap (worker, talk->job->arguments, &talk->sandboxed, error);
  if (argv == NULL)
    return FALSE;
  if (!g_spawn_async_with_pipes_and_fds ("/", (const char *const *)argv, environment,
                                         G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES, NULL,
                                         NULL, -1, -1, -1, media_fds, targets, n_fds, &talk->pid,
                                         NULL, &talk->out_fd, &talk->err_fd, &reason)) {
    if (talk->sandboxed)
      lw_sandbox_set_error (error, reason->message);
    else
      g_set_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER,
                   _ ("The part of Lessonwalk that reads media files could not be started: %s."),
                   reason->message);
    return FALSE;
  }
  return TRUE;
}

/* ---- what it says ---- */

static gboolean
read_number (const char *text, guint64 most, guint64 *ret_number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, most, ret_number, NULL);
}

static LwWorkerFault
fault_by_name (const char *name)
{
  static const char *const names[] = LW_WORKER_FAULT_NAMES;

  for (guint i = 1; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (name, names[i]))
      return (LwWorkerFault)i;
  }
  return LW_WORKER_FAULT_NONE;
}

static gboolean
take_line (Talk *talk, const char *line)
{
  guint64 number;

  if (!talk->said_hello) {
    talk->said_hello = g_str_equal (line, LW_WORKER_HELLO);
    return talk->said_hello;
  }
  if (talk->said_done || talk->fault != LW_WORKER_FAULT_NONE)
    return FALSE;
  if (g_str_has_prefix (line, "progress ")) {
    if (!read_number (line + strlen ("progress "), 1000, &number))
      return FALSE;
    if (talk->job->progress != NULL)
      talk->job->progress ((guint)number, talk->job->progress_data);
    return TRUE;
  }
  if (g_str_has_prefix (line, "data ")) {
    gsize room = talk->job->max_output - talk->result->len;

    if (!read_number (line + strlen ("data "), room, &number))
      return FALSE;
    talk->data_left = (gsize)number;
    return TRUE;
  }
  if (g_str_has_prefix (line, "error ")) {
    talk->fault = fault_by_name (line + strlen ("error "));
    return talk->fault != LW_WORKER_FAULT_NONE;
  }
  talk->said_done = g_str_equal (line, "done");
  return talk->said_done;
}

static gboolean
take_bytes (Talk *talk, const guint8 *bytes, gsize length)
{
  while (length > 0) {
    const guint8 *end;
    gsize part;

    if (talk->data_left > 0) {
      part = MIN (talk->data_left, length);
      g_byte_array_append (talk->result, bytes, (guint)part);
      talk->data_left -= part;
    } else {
      end = memchr (bytes, '\n', length);
      part = end != NULL ? (gsize)(end - bytes) : length;
      if (talk->line->len + part > MAX_LINE)
        return FALSE;
      g_byte_array_append (talk->line, bytes, (guint)part);
      if (end != NULL) {
        part++;
        g_byte_array_append (talk->line, (const guint8 *)"", 1);
        if (!take_line (talk, (const char *)talk->line->data))
          return FALSE;
        g_byte_array_set_size (talk->line, 0);
      }
    }
    bytes += part;
    length -= part;
  }
  return TRUE;
}

/* FALSE at the end of the stream. */
static gboolean
read_output (Talk *talk)
{
  guint8 buffer[65536];
  ssize_t n = read (talk->out_fd, buffer, sizeof buffer);

  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (n > 0 && talk->stop == STOP_NONE && !take_bytes (talk, buffer, (gsize)n))
    talk->stop = STOP_NONSENSE;
  return n > 0;
}

static gboolean
read_stderr (Talk *talk)
{
  char buffer[1024];
  ssize_t n = read (talk->err_fd, buffer, sizeof buffer);

  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (n > 0 && talk->stderr_text->len < MAX_STDERR)
    g_string_append_len (talk->stderr_text, buffer, n);
  return n > 0;
}

static void
kill_worker (Talk *talk, StopReason reason, gint64 *deadline_us)
{
  talk->stop = reason;
  /* Not reaped yet, so the number is still ours. The guard takes everything with it. */
  kill (talk->pid, SIGTERM);
  *deadline_us = g_get_monotonic_time () + KILL_WAIT_MS * 1000;
}

/* Until the worker has closed both pipes, which is when its last process is gone. */
static void
converse (Talk *talk, GCancellable *cancellable)
{
  gint64 deadline_us = g_get_monotonic_time () + (gint64)talk->job->wall_limit_ms * 1000;
  GPollFD fds[3] = {{talk->out_fd, G_IO_IN, 0}, {talk->err_fd, G_IO_IN, 0}, {-1, 0, 0}};
  gboolean watches = g_cancellable_make_pollfd (cancellable, &fds[2]);

  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    gint64 left_us = deadline_us - g_get_monotonic_time ();
    gboolean killed = talk->stop != STOP_NONE;

    if (left_us <= 0) {
      if (killed)
        break;
      kill_worker (talk, STOP_TIME, &deadline_us);
      continue;
    }
    if (!killed && g_cancellable_is_cancelled (cancellable)) {
      kill_worker (talk, STOP_CANCELLED, &deadline_us);
      continue;
    }
    if (g_poll (fds, watches && !killed ? 3 : 2, (int)MIN (left_us / 1000 + 1, 60000)) < 0 &&
        errno != EINTR)
      break;
    if (fds[0].revents != 0 && !read_output (talk))
      fds[0].fd = -1;
    if (fds[1].revents != 0 && !read_stderr (talk))
      fds[1].fd = -1;
    fds[0].revents = fds[1].revents = fds[2].revents = 0;
    if (!killed && talk->stop != STOP_NONE)
      kill_worker (talk, talk->stop, &deadline_us);
  }
  if (watches)
    g_cancellable_release_fd (cancellable);
}

static int
reap (Talk *talk)
{
  int status = 0;

  kill (talk->pid, SIGKILL);
  while (waitpid (talk->pid, &status, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (talk->pid);
  return status;
}

/* ---- the outcome ---- */

/* bubblewrap passes on the death of what it runs as 128 + signal. */
static int
death_signal (int status)
{
  if (WIFSIGNALED (status))
    return WTERMSIG (status);
  if (WIFEXITED (status) && WEXITSTATUS (status) > 128 && WEXITSTATUS (status) < 128 + 65)
    return WEXITSTATUS (status) - 128;
  return 0;
}

static gboolean
judge (Talk *talk, int status, GCancellable *cancellable, GError **error)
{
  int signal = death_signal (status);
  LwWorkerFault fault = talk->fault;

  if (talk->stop == STOP_CANCELLED)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (talk->stop == STOP_TIME) {
    lw_worker_fault_set_error (LW_WORKER_FAULT_TIME, talk->name, error);
    return FALSE;
  }
  if (!talk->said_hello && talk->sandboxed && WIFEXITED (status) &&
      g_str_has_prefix (talk->stderr_text->str, "bwrap:")) {
    talk->stderr_text->str[strcspn (talk->stderr_text->str, "\n")] = '\0';
    lw_sandbox_set_error (error, talk->stderr_text->str);
    return FALSE;
  }
  if (fault == LW_WORKER_FAULT_NONE && talk->said_done && talk->data_left == 0 && status == 0 &&
      talk->stop == STOP_NONE)
    return TRUE;
  if (fault == LW_WORKER_FAULT_NONE)
    fault = signal == SIGXCPU ? LW_WORKER_FAULT_TIME : LW_WORKER_FAULT_CRASHED;
  g_debug ("worker: status %d, stop %d: %s", status, (int)talk->stop, talk->stderr_text->str);
  lw_worker_fault_set_error (fault, talk->name, error);
  return FALSE;
}

GBytes *
lw_worker_run (const LwWorkerJob *job, GCancellable *cancellable, GError **error)
{
  g_auto (Talk) talk = {.job = job, .out_fd = -1, .err_fd = -1};
  g_autofree char *other_name = NULL;
  gboolean started;
  int media_fds[2] = {-1, -1};

  g_return_val_if_fail (job != NULL && job->path != NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  talk.name = g_filename_display_basename (job->path);
  talk.line = g_byte_array_new ();
  talk.result = g_byte_array_new ();
  talk.stderr_text = g_string_new (NULL);

  media_fds[0] = open_media (job->path, talk.name, error);
  if (media_fds[0] < 0)
    return NULL;
  if (job->other_path != NULL) {
    other_name = g_filename_display_basename (job->other_path);
    media_fds[1] = open_media (job->other_path, other_name, error);
    if (media_fds[1] < 0) {
      close (media_fds[0]);
      return NULL;
    }
  }
  started = start (&talk, media_fds, error);
  close (media_fds[0]);
  if (media_fds[1] >= 0)
    close (media_fds[1]);
  if (!started)
    return NULL;
  converse (&talk, cancellable);
  if (!judge (&talk, reap (&talk), cancellable, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&talk.result));
}
