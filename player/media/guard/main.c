/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a sandbox, and sees that nothing of it outlives whoever asked for it.
 *
 * usage: lessonwalk-guard PARENT COMMAND…      PARENT: the process that starts this
 *
 * bubblewrap's --die-with-parent is not enough. What it starts inside is tied to it only once the
 * sandbox stands: until then, if bubblewrap is killed, that process waits for it for ever, with all
 * its files open. Here it has a parent that can find it: when PARENT is gone, or SIGTERM comes, all
 * that was started is killed and waited for. Ends as COMMAND did: with its code, or 128 + signal.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The parent of @pid as /proc tells it, or 0. */
static pid_t
parent_of (const char *pid)
{
  char path[64], line[512], *end;
  FILE *stat;
  long parent = 0;

  snprintf (path, sizeof path, "/proc/%.20s/stat", pid);
  stat = fopen (path, "re");
  if (stat == NULL)
    return 0;
  /* "PID (NAME) STATE PARENT …"; the name may hold anything. */
  if (fgets (line, sizeof line, stat) != NULL && (end = strrchr (line, ')')) != NULL &&
      strlen (end) > 4)
    parent = strtol (end + 4, NULL, 10);
  fclose (stat);
  return (pid_t)parent;
}

/* They include what the dead left behind: this process takes in orphans. None is reaped meanwhile,
 * so no number is somebody else's. */
static void
kill_children (void)
{
  DIR *proc = opendir ("/proc");
  const struct dirent *entry;

  if (proc == NULL)
    return;
  while ((entry = readdir (proc)) != NULL)
    if (isdigit ((unsigned char)entry->d_name[0]) && parent_of (entry->d_name) == getpid ())
      kill ((pid_t)strtol (entry->d_name, NULL, 10), SIGKILL);
  closedir (proc);
}

/* Reaps who has ended. 0 when nobody is left; @status is set when it was @child. */
static int
reap (pid_t child, int *status, int *over)
{
  pid_t pid;
  int its_status;

  while ((pid = waitpid (-1, &its_status, WNOHANG)) > 0)
    if (pid == child) {
      *status = its_status;
      *over = 1;
    }
  return pid == 0;
}

static int
watch (pid_t child, const sigset_t *signals)
{
  const struct timespec a_moment = {0, 10 * 1000 * 1000};
  int status = 0, over = 0, end = 0, left = 0, caught;

  while (reap (child, &status, &over)) {
    if (end || over) {
      /* Of a sandbox that has ended the last process goes a moment later, by itself. Again, until
       * all are gone: a child that dies may leave its own behind. */
      if (end || left++ > 0)
        kill_children ();
      sigtimedwait (signals, NULL, &a_moment);
      continue;
    }
    caught = sigwaitinfo (signals, NULL);
    end = caught > 0 && caught != SIGCHLD;
  }
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

int
main (int argc, char *argv[])
{
  sigset_t signals, before;
  pid_t child;

  if (argc < 3) {
    fputs ("usage: lessonwalk-guard PARENT COMMAND…\n", stderr);
    return 2;
  }
  sigemptyset (&signals);
  sigaddset (&signals, SIGCHLD);
  sigaddset (&signals, SIGHUP);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  sigprocmask (SIG_BLOCK, &signals, &before);
  signal (SIGCHLD, SIG_DFL);
  /* Who kills a whole group of processes must not kill the one that tidies up after them. */
  setsid ();
  if (prctl (PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl (PR_SET_PDEATHSIG, SIGTERM) != 0) {
    perror ("lessonwalk-guard");
    return 126;
  }
  if (getppid () != (pid_t)strtol (argv[1], NULL, 10))
    return 128 + SIGTERM; /* it was gone before it could be watched */

  child = fork ();
  if (child == 0) {
    sigprocmask (SIG_SETMASK, &before, NULL);
    execv (argv[2], argv + 2);
    fprintf (stderr, "lessonwalk-guard: %s: %s\n", argv[2], strerror (errno));
    _exit (127);
  }
  if (child < 0) {
    perror ("lessonwalk-guard");
    return 126;
  }
  return watch (child, &signals);
}
