/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "../lw-sanitizer.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

/* The numbers of the x32 calls, which would go round a list of the usual ones. */
#define X32_BIT 0x40000000

#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE)

#define REFUSE(code) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, field))

static const int refused[] = {
#ifdef __NR_open
    __NR_open,
#endif
#ifdef __NR_creat
    __NR_creat,
#endif
#ifdef __NR_fork
    __NR_fork,
#endif
#ifdef __NR_vfork
    __NR_vfork,
#endif
    __NR_openat,
    __NR_openat2,
    __NR_open_by_handle_at,
    __NR_execve,
    __NR_execveat,
    __NR_socket,
    __NR_socketpair,
    __NR_ptrace,
    __NR_process_vm_readv,
    __NR_process_vm_writev,
    __NR_pidfd_open,
    __NR_mount,
    __NR_umount2,
    __NR_pivot_root,
    __NR_chroot,
    __NR_unshare,
    __NR_setns,
    __NR_bpf,
    __NR_perf_event_open,
    __NR_userfaultfd,
    __NR_io_uring_setup,
    __NR_keyctl,
    __NR_add_key,
    __NR_request_key,
    __NR_memfd_create,
    __NR_fsopen,
    __NR_open_tree,
    __NR_move_mount,
};

static void
add (GArray *filter, struct sock_filter step)
{
  g_array_append_val (filter, step);
}

static GArray *
make_filter (gboolean with_network, gboolean with_reading)
{
  GArray *filter = g_array_new (FALSE, FALSE, sizeof (struct sock_filter));

  add (filter, (struct sock_filter)LOAD (arch));
  add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
  add (filter, (struct sock_filter)REFUSE (EPERM));
  add (filter, (struct sock_filter)LOAD (nr));
  add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
  add (filter, (struct sock_filter)REFUSE (EPERM));
  /* To open a file is to read it, unless its flags (the third argument) say more. */
  if (with_reading) {
    add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 4));
    add (filter, (struct sock_filter)LOAD (args[2]));
    add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, WRITING, 1, 0));
    add (filter, (struct sock_filter)ALLOW);
    add (filter, (struct sock_filter)LOAD (nr));
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    if (with_network && (refused[i] == __NR_socket || refused[i] == __NR_socketpair))
      continue;
    add (filter,
         (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (guint32)refused[i], 0, 1));
    add (filter, (struct sock_filter)REFUSE (EPERM));
  }
  /* Its flags lie in memory, where a filter cannot look: the C library falls back to clone(). */
  add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1));
  add (filter, (struct sock_filter)REFUSE (ENOSYS));
  /* Threads, but no processes. */
  add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3));
  add (filter, (struct sock_filter)LOAD (args[0]));
  add (filter, (struct sock_filter)BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
  add (filter, (struct sock_filter)REFUSE (EPERM));
  add (filter, (struct sock_filter)ALLOW);
  return filter;
}

static gboolean
lock (gboolean with_network, gboolean with_reading)
{
  g_autoptr (GArray) filter = NULL;
  struct sock_fprog program;

  if (LW_HAS_ASAN || ARCHITECTURE == 0)
    return TRUE;
  filter = make_filter (with_network, with_reading);
  program.len = (unsigned short)filter->len;
  program.filter = (struct sock_filter *)(gpointer)filter->data;
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

gboolean
lw_worker_lock (void)
{
  return lock (FALSE, FALSE);
}

gboolean
lw_worker_lock_but_network (void)
{
  return lock (TRUE, FALSE);
}

gboolean
lw_worker_lock_but_network_and_reading (void)
{
  return lock (TRUE, TRUE);
}
