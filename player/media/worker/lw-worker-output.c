/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
write_all (const void *bytes, gsize length)
{
  const char *at = bytes;

  while (length > 0) {
    ssize_t n = write (STDOUT_FILENO, at, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      _exit (1);
    at += n;
    length -= (gsize)n;
  }
}

G_GNUC_PRINTF (1, 2)
static void
say (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  write_all (line, strlen (line));
}

void
lw_worker_say_hello (void)
{
  say ("%s\n", LW_WORKER_HELLO);
}

void
lw_worker_say_progress (guint per_mille, gpointer unused)
{
  say ("progress %u\n", MIN (per_mille, 1000));
}

void
lw_worker_say_data (const void *bytes, gsize length)
{
  say ("data %" G_GSIZE_FORMAT "\n", length);
  write_all (bytes, length);
}

void
lw_worker_say_fault (LwWorkerFault fault)
{
  static const char *const names[] = LW_WORKER_FAULT_NAMES;

  say ("error %s\n", names[fault]);
}

void
lw_worker_say_done (void)
{
  say ("done\n");
}
