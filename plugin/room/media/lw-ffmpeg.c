/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-ffmpeg.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-bwrap.h"
#include "lw-guard.h"

#define MEMORY_MAX ((rlim_t)4 << 30)
#define NICENESS 10

static void
add_argument (GPtrArray *argv, const LwFfmpegJob *job, gboolean sandboxed, const char *word)
{
  if (g_str_equal (word, "@in"))
    lw_bwrap_add (argv, sandboxed ? "/in" : job->input, NULL);
  else if (g_str_has_prefix (word, "@out/"))
    g_ptr_array_add (argv,
                     g_strconcat (sandboxed ? "/out" : job->folder, word + strlen ("@out"), NULL));
  else
    lw_bwrap_add (argv, word, NULL);
}

static GPtrArray *
make_command (const LwFfmpegJob *job, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bwrap = g_find_program_in_path ("bwrap");
  g_autofree char *ffmpeg = g_find_program_in_path ("ffmpeg");
  gboolean sandboxed = lw_bwrap_is_wanted ();

  if (ffmpeg == NULL || (sandboxed && bwrap == NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "The program %s is not installed.",
                 ffmpeg == NULL ? "ffmpeg" : "bwrap");
    return NULL;
  }
  if (!lw_guard_add (argv, error))
    return NULL;
  if (sandboxed) {
    lw_bwrap_begin (argv, bwrap);
    lw_bwrap_add (argv, "--ro-bind", ffmpeg, "/ffmpeg", "--ro-bind", job->input, "/in", "--bind",
                  job->folder, "/out", "--remount-ro", "/", "--chdir", "/", "--", "/ffmpeg", NULL);
  } else {
    lw_bwrap_add (argv, ffmpeg, NULL);
  }
  /* A playlist leads to no other file, whatever the format turns out to be. */
  lw_bwrap_add (argv, "-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress",
                "pipe:1", "-y", "-protocol_whitelist", "file", NULL);
  for (guint i = 0; job->arguments[i] != NULL; i++)
    add_argument (argv, job, sandboxed, job->arguments[i]);
  g_ptr_array_add (argv, NULL);
  return g_steal_pointer (&argv);
}

static void
limit (__rlimit_resource_t resource, rlim_t most)
{
  struct rlimit bound = {most, most};

  setrlimit (resource, &bound);
}

/* Between fork and exec: nothing here may allocate. */
static void
in_child (gpointer data)
{
  const LwFfmpegJob *job = data;

  limit (RLIMIT_AS, MEMORY_MAX);
  limit (RLIMIT_CPU, job->cpu_max_s);
  limit (RLIMIT_FSIZE, job->output_max_bytes);
  limit (RLIMIT_CORE, 0);
  setpriority (PRIO_PROCESS, 0, NICENESS);
  umask (077);
}

static void
read_progress (GSubprocess *child, const LwFfmpegJob *job, GCancellable *cancellable)
{
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  char *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while ((line = g_data_input_stream_read_line (lines, NULL, cancellable, NULL)) != NULL) {
    if (g_str_has_prefix (line, "out_time_us=") && job->progress != NULL && job->duration_s > 0) {
      double done_s = g_ascii_strtod (line + strlen ("out_time_us="), NULL) / G_USEC_PER_SEC;

      job->progress (CLAMP (done_s / job->duration_s, 0, 1), job->progress_data);
    }
    g_free (line);
  }
}

gboolean
lw_ffmpeg_run (const LwFfmpegJob *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) argv = make_command (job, error);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) child = NULL;

  if (argv == NULL)
    return FALSE;
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, in_child, (gpointer)job, NULL);
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, error);
  if (child == NULL)
    return FALSE;
  read_progress (child, job, cancellable);
  if (g_cancellable_is_cancelled (cancellable)) {
    g_subprocess_send_signal (child, SIGTERM);
    /* The pipe ends when all is gone. */
    read_progress (child, job, NULL);
  }
  if (!g_subprocess_wait (child, NULL, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_subprocess_get_successful (child))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "ffmpeg ended with status %d",
               g_subprocess_get_status (child));
  return FALSE;
}
