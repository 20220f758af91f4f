/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LwFfmpegJob:
 *
 * One run of Debian's ffmpeg over a stranger's file, in bubblewrap: no network, no home folder, one
 * file to read and one folder to write to, limits on time, memory and output, and behind everything
 * else that wants the processor. It ends with the thread that began it.
 */
typedef struct {
  const char *input;            /* read-only; "@in" in the arguments */
  const char *folder;           /* writable; "@out/NAME" in the arguments */
  const char *const *arguments; /* NULL-terminated */
  double duration_s;            /* of what is made, for the progress; 0: unknown */
  guint cpu_max_s;
  guint64 output_max_bytes;
  void (*progress) (double fraction, gpointer data); /* nullable; in the calling thread */
  gpointer progress_data;
} LwFfmpegJob;

/* Blocks until it is done. G_IO_ERROR_FAILED; _CANCELLED, after which nothing runs any more;
 * _NOT_SUPPORTED without bubblewrap or ffmpeg. */
gboolean lw_ffmpeg_run (const LwFfmpegJob *job, GCancellable *cancellable, GError **error);

G_END_DECLS
