/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lessonwalk-receiver: takes one live lesson in, and hands it to the room that started it.
 *
 *   lessonwalk-receiver KIND [ORIGIN_US END_NS]
 *
 * ORIGIN_US and END_NS are of what an earlier receiver of the same lesson has recorded. What it
 * says on its standard output, and what it understands on its standard input, stands in
 * lw-receiver-protocol.h. Started by plugin/room in a sandbox; of no use by hand.
 */
#include <libavutil/log.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lw-reach.h"
#include "lw-receiver.h"
#include "lw-sanitizer.h"
#include "lw-worker-lock.h"

#define MEMORY_MAX ((rlim_t)1 << 30)
#define LINE_MAX_BYTES 512
#define ADDRESS_MAX_BYTES 4096

static gboolean
set_limit (__rlimit_resource_t resource, rlim_t most)
{
  struct rlimit bound = {most, most};

  return setrlimit (resource, &bound) == 0;
}

/* It writes no files; what it may do is speak with its source and with the room. */
static gboolean
shut_in (const LwSourceKind *kind)
{
  return set_limit (RLIMIT_CORE, 0) && set_limit (RLIMIT_FSIZE, 0) &&
         (LW_HAS_ASAN || set_limit (RLIMIT_AS, MEMORY_MAX)) &&
         (kind->needs_certificates ? lw_worker_lock_but_network_and_reading ()
                                   : lw_worker_lock_but_network ());
}

static void
read_offer (LwSink *receiver, guint32 number, gsize length)
{
  g_autofree char *text = g_malloc0 (length + 1);

  if (fread (text, 1, length, stdin) == length)
    lw_receiver_offer (receiver, number, g_steal_pointer (&text));
}

static gpointer
listen_to_room (gpointer data)
{
  char line[LINE_MAX_BYTES];

  while (fgets (line, sizeof line, stdin) != NULL && strcmp (line, "end\n") != 0) {
    guint32 number;
    guint length;

    if (sscanf (line, "offer %" G_GUINT32_FORMAT " %u", &number, &length) == 2) {
      if (length > LW_RECEIVER_OFFER_MAX)
        break;
      read_offer (data, number, length);
    } else if (sscanf (line, "hangup %" G_GUINT32_FORMAT, &number) == 1) {
      lw_receiver_hang_up (data, number);
    }
  }
  lw_receiver_end (data);
  return NULL;
}

static gboolean
read_address (char *address, int size)
{
  char *end;

  if (fgets (address, size, stdin) == NULL || (end = strchr (address, '\n')) == NULL)
    return FALSE;
  *end = '\0';
  return TRUE;
}

/* "reach …" for all that it may connect to, then "go". */
static gboolean
read_reach (void)
{
  char line[LINE_MAX_BYTES];

  while (fgets (line, sizeof line, stdin) != NULL) {
    if (strcmp (line, "go\n") == 0)
      return TRUE;
    line[strcspn (line, "\n")] = '\0';
    if (!g_str_has_prefix (line, "reach ") || !lw_reach_add (line + strlen ("reach ")))
      return FALSE;
  }
  return FALSE;
}

static gboolean
read_arguments (int argc, char **argv, LwReceiverOptions *options)
{
  guint64 origin = 0, end = 0;

  if ((argc != 2 && argc != 4) || (options->kind = lw_source_kind_find (argv[1])) == NULL ||
      (argc == 4 && (!g_ascii_string_to_unsigned (argv[2], 10, 0, G_MAXINT64, &origin, NULL) ||
                     !g_ascii_string_to_unsigned (argv[3], 10, 0, LW_TIME_MAX, &end, NULL))))
    return FALSE;
  options->origin_us = (gint64)origin;
  options->end = (LwTime)end;
  return TRUE;
}

int
main (int argc, char **argv)
{
  LwReceiverOptions options = {.output = STDOUT_FILENO};
  char address[ADDRESS_MAX_BYTES];
  LwSink *receiver;
  gboolean ok;

  if (!read_arguments (argc, argv, &options) || !read_address (address, sizeof address) ||
      !read_reach ()) {
    fputs ("usage: lessonwalk-receiver KIND [ORIGIN_US END_NS]\n", stderr);
    return 2;
  }
  options.address = address;
  signal (SIGPIPE, SIG_IGN);
  av_log_set_level (AV_LOG_QUIET);
  mallopt (M_ARENA_MAX, 2);
  if ((options.kind->prepare != NULL && !options.kind->prepare ()) || !shut_in (options.kind))
    return 1;
  receiver = lw_receiver_new (&options);
  g_thread_unref (g_thread_new ("room", listen_to_room, receiver));
  ok = lw_receiver_run (receiver);
  fflush (stdout);
  /* The other thread may still wait for a line. */
  _exit (ok ? EXIT_SUCCESS : EXIT_FAILURE);
}
