/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A worker that has fallen into wrong hands: it is started by the same launcher, under the same
 * name, and tries what its "media file" tells it. It answers "error empty" where the sandbox held,
 * and "error no-video" where it got what it wanted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lw-worker-limits.h"
#include "lw-worker-lock.h"
#include "lw-worker-output.h"

static gboolean
can_connect (const char *port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons ((guint16)atoi (port))};
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return fd >= 0 && connect (fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static gboolean
can_read (const char *path)
{
  int fd = open (path, O_RDONLY);
  char byte;

  return fd >= 0 && read (fd, &byte, 1) == 1;
}

static gboolean
can_write (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT, 0600);

  return fd >= 0;
}

/* A file may be there already: even then not a byte. */
static gboolean
can_grow (const char *path)
{
  int fd;

  signal (SIGXFSZ, SIG_IGN);
  fd = open (path, O_WRONLY | O_CREAT, 0600);
  return fd >= 0 && write (fd, "x", 1) == 1;
}

static gboolean
can_allocate (const char *megabytes)
{
  gsize size = (gsize)atoi (megabytes) << 20;
  char *memory = malloc (size);

  if (memory == NULL)
    return FALSE;
  /* Not every page: where a page fault is dear, the processor's time ends before the memory. */
  for (gsize i = 0; i < size; i += 1 << 20)
    ((volatile char *)memory)[i] = 1;
  free (memory);
  return TRUE;
}

static gboolean
can_change_media (const char *unused)
{
  return write (LW_WORKER_MEDIA_FD, "x", 1) == 1 || ftruncate (LW_WORKER_MEDIA_FD, 0) == 0;
}

static gboolean
sees_process (const char *pid)
{
  return kill (atoi (pid), 0) == 0 || errno == EPERM;
}

static gboolean
has_variable (const char *name)
{
  return getenv (name) != NULL;
}

static gboolean
can_make_socket (const char *unused)
{
  return socket (AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static gboolean
can_fork (const char *unused)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  return pid > 0 && waitpid (pid, NULL, 0) == pid;
}

/* Runs nothing that is there: only the refusal tells. */
static gboolean
can_execute (const char *unused)
{
  execl ("/nonexistent", "nonexistent", NULL);
  return errno != EPERM;
}

static const struct {
  const char *name;
  gboolean (*attempt) (const char *argument);
} attempts[] = {
    {"connect", can_connect},       {"read", can_read},
    {"write", can_write},           {"grow", can_grow},
    {"allocate", can_allocate},     {"change-media", can_change_media},
    {"sees-process", sees_process}, {"variable", has_variable},
    {"socket", can_make_socket},    {"fork", can_fork},
    {"exec", can_execute},
};

static void
flood (const char *text)
{
  for (;;) {
    if (write (STDOUT_FILENO, text, strlen (text)) < 0)
      _exit (1);
  }
}

static void
misbehave (const char *order)
{
  static const guint8 junk[] = "{\"version\":1,\"frames_ns\":[5,4]}";

  if (g_str_equal (order, "die"))
    raise (SIGKILL);
  if (g_str_equal (order, "crash"))
    abort ();
  if (g_str_equal (order, "sleep"))
    pause ();
  if (g_str_equal (order, "spin"))
    for (volatile guint i = 0;; i++)
      ;
  if (g_str_equal (order, "flood"))
    flood ("data 1000\n");
  if (g_str_equal (order, "flood-line"))
    flood ("progress ");
  if (g_str_equal (order, "stop-early"))
    lw_worker_say_data ("{}", 2);
  if (g_str_equal (order, "lie")) {
    lw_worker_say_data (junk, sizeof junk - 1);
    lw_worker_say_done ();
  }
  if (g_str_equal (order, "offspring") && fork () == 0) {
    close (STDOUT_FILENO);
    close (STDERR_FILENO);
    sleep (600);
  }
}

int
main (int argc, char **argv)
{
  char order[512] = "";
  char *argument;

  if (!lw_worker_limits_apply (1))
    return 1;
  if (pread (LW_WORKER_MEDIA_FD, order, sizeof order - 1, 0) < 1)
    return 1;
  if (g_str_equal (order, "silent"))
    _exit (0);
  lw_worker_say_hello ();
  argument = strchr (order, ' ');
  if (argument == NULL) {
    misbehave (order);
    _exit (0);
  }
  *argument++ = '\0';
  if (g_str_has_prefix (order, "locked-")) {
    if (!lw_worker_lock ())
      _exit (1);
    memmove (order, order + strlen ("locked-"), strlen (order) - strlen ("locked-") + 1);
  }
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++) {
    if (g_str_equal (order, attempts[i].name))
      lw_worker_say_fault (attempts[i].attempt (argument) ? LW_WORKER_FAULT_NO_VIDEO
                                                          : LW_WORKER_FAULT_EMPTY);
  }
  _exit (0);
}
