/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault-vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  gint64 offset;
  guint8 *old; /* what stood there */
  gsize old_length;
  guint8 *new; /* NULL: a truncation to @offset */
  gsize new_length;
  gint64 old_size;
} Unsynced;

typedef struct {
  sqlite3_file base;
  char *path; /* NULL: a temporary file */
  sqlite3_file *real;
} FaultFile;

static struct {
  GMutex lock; /* the store writes from more than one thread */
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  guint step, at;
  FaultKind kind;
  gboolean sticky, armed, struck;
  gboolean recording;
  gboolean lying;
  GHashTable *unsynced; /* path -> GPtrArray of Unsynced */
} state;

static void
unsynced_free (gpointer data)
{
  Unsynced *write = data;

  g_free (write->old);
  g_free (write->new);
  g_free (write);
}

/* Counts a step; SQLITE_OK, or what it shall fail with. */
static int
take_step (int io_code)
{
  gboolean fails;

  g_mutex_lock (&state.lock);
  state.step++;
  fails = state.armed && state.at > 0 &&
          (state.sticky ? state.step >= state.at : state.step == state.at);
  state.struck = state.struck || fails;
  g_mutex_unlock (&state.lock);
  if (!fails)
    return SQLITE_OK;
  /* What SQLite asks the system for. */
  errno = state.kind == FAULT_READ_ONLY ? EROFS : EIO;
  return state.kind == FAULT_FULL &&
                 (io_code == SQLITE_IOERR_WRITE || io_code == SQLITE_IOERR_TRUNCATE)
             ? SQLITE_FULL
             : io_code;
}

static FaultFile *
self_of (sqlite3_file *file)
{
  return (FaultFile *)file;
}

/* ---- remembering what a power cut would take back ---- */

static void
record (FaultFile *self, const void *data, int length, gint64 offset)
{
  GPtrArray *writes;
  Unsynced *write;
  sqlite3_int64 size = 0;

  if (!state.recording || self->path == NULL)
    return;
  write = g_new0 (Unsynced, 1);
  self->real->pMethods->xFileSize (self->real, &size);
  write->offset = offset;
  write->old_size = size;
  if (data != NULL) {
    write->new = g_memdup2 (data, length);
    write->new_length = length;
    write->old_length = CLAMP (size - offset, 0, length);
  } else {
    write->old_length = MAX (size - offset, 0);
  }
  write->old = g_malloc0 (write->old_length + 1);
  if (write->old_length > 0)
    self->real->pMethods->xRead (self->real, write->old, (int)write->old_length, offset);
  g_mutex_lock (&state.lock);
  writes = g_hash_table_lookup (state.unsynced, self->path);
  if (writes == NULL) {
    writes = g_ptr_array_new_with_free_func (unsynced_free);
    g_hash_table_insert (state.unsynced, g_strdup (self->path), writes);
  }
  g_ptr_array_add (writes, write);
  g_mutex_unlock (&state.lock);
}

static void
forget_path (const char *path)
{
  if (path == NULL || !state.recording)
    return;
  g_mutex_lock (&state.lock);
  g_hash_table_remove (state.unsynced, path);
  g_mutex_unlock (&state.lock);
}

/* ---- a file ---- */

static int
file_close (sqlite3_file *file)
{
  FaultFile *self = self_of (file);
  int code = self->real->pMethods->xClose (self->real);

  g_clear_pointer (&self->path, g_free);
  return code;
}

static int
file_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xRead (real, data, length, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  FaultFile *self = self_of (file);
  int code = take_step (SQLITE_IOERR_WRITE);

  if (code != SQLITE_OK)
    return code;
  record (self, data, length, offset);
  return self->real->pMethods->xWrite (self->real, data, length, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  FaultFile *self = self_of (file);
  int code = take_step (SQLITE_IOERR_TRUNCATE);

  if (code != SQLITE_OK)
    return code;
  record (self, NULL, 0, size);
  return self->real->pMethods->xTruncate (self->real, size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  FaultFile *self = self_of (file);
  int code = take_step (SQLITE_IOERR_FSYNC);

  if (code != SQLITE_OK)
    return code;
  if (!state.lying)
    forget_path (self->path);
  /* The real sync is left out: it costs, and no test pulls a real plug. */
  return SQLITE_OK;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *ret_size)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xFileSize (real, ret_size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xLock (real, level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xUnlock (real, level);
}

static int
file_check_lock (sqlite3_file *file, int *ret_locked)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xCheckReservedLock (real, ret_locked);
}

static int
file_control (sqlite3_file *file, int op, void *arg)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xFileControl (real, op, arg);
}

static int
file_sector_size (sqlite3_file *file)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xSectorSize (real);
}

static int
file_characteristics (sqlite3_file *file)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xDeviceCharacteristics (real);
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **ret_map)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xShmMap (real, page, size, extend, ret_map);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xShmLock (real, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  sqlite3_file *real = self_of (file)->real;

  real->pMethods->xShmBarrier (real);
}

static int
file_shm_unmap (sqlite3_file *file, int delete)
{
  sqlite3_file *real = self_of (file)->real;

  return real->pMethods->xShmUnmap (real, delete);
}

/* Version 2: no memory-mapped reading, which would pass this layer by. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the layer ---- */

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
  FaultFile *self = self_of (file);
  int code = take_step (SQLITE_CANTOPEN);

  memset (self, 0, sizeof *self);
  if (code != SQLITE_OK)
    return code;
  self->real = (sqlite3_file *)(self + 1);
  code = state.real->xOpen (state.real, path, self->real, flags, ret_flags);
  if (self->real->pMethods != NULL)
    self->base.pMethods = &methods;
  if (code == SQLITE_OK)
    self->path = g_strdup (path);
  return code;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int sync_dir)
{
  int code = take_step (SQLITE_IOERR_DELETE);

  if (code != SQLITE_OK)
    return code;
  forget_path (path);
  return state.real->xDelete (state.real, path, sync_dir);
}

/* ---- what the store does to files beside SQLite: these stand before the C library's ---- */

/* 0, or -1 with errno set. */
static int
take_step_outside (void)
{
  int code = state.armed ? take_step (SQLITE_IOERR_WRITE) : SQLITE_OK;

  errno = code == SQLITE_FULL ? ENOSPC : EIO;
  return code == SQLITE_OK ? 0 : -1;
}

int
fsync (int fd)
{
  return take_step_outside () != 0 ? -1 : (int)syscall (SYS_fsync, fd);
}

int
link (const char *from, const char *to)
{
  return take_step_outside () != 0 ? -1
                                   : (int)syscall (SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
rename (const char *from, const char *to)
{
  return take_step_outside () != 0 ? -1
                                   : (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* Such a disk says so of itself, once somebody has written to it. */
int
statvfs (const char *path, struct statvfs *ret_facts)
{
  int fd = open (path, O_PATH | O_CLOEXEC);
  int code = fd >= 0 ? fstatvfs (fd, ret_facts) : -1;

  if (fd >= 0)
    close (fd);
  if (code == 0 && state.armed && state.struck && state.kind == FAULT_READ_ONLY)
    ret_facts->f_flag |= ST_RDONLY;
  return code;
}

/* ---- */

void
fault_vfs_install (void)
{
  state.real = sqlite3_vfs_find (NULL);
  state.vfs = *state.real;
  state.vfs.zName = "fault";
  state.vfs.szOsFile = (int)sizeof (FaultFile) + state.real->szOsFile;
  state.vfs.xOpen = vfs_open;
  state.vfs.xDelete = vfs_delete;
  state.unsynced =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_assert_cmpint (sqlite3_vfs_register (&state.vfs, 1), ==, SQLITE_OK);
}

void
fault_vfs_arm (guint n, FaultKind kind, gboolean sticky)
{
  g_mutex_lock (&state.lock);
  state.step = 0;
  state.at = n;
  state.kind = kind;
  state.sticky = sticky || kind == FAULT_POWER;
  state.struck = FALSE;
  state.armed = TRUE;
  g_mutex_unlock (&state.lock);
}

guint
fault_vfs_disarm (void)
{
  guint steps;

  g_mutex_lock (&state.lock);
  state.armed = FALSE;
  steps = state.step;
  g_mutex_unlock (&state.lock);
  return steps;
}

gboolean
fault_vfs_struck (void)
{
  return state.struck;
}

void
fault_vfs_begin_power_record (void)
{
  g_hash_table_remove_all (state.unsynced);
  state.recording = TRUE;
}

void
fault_vfs_set_lying (gboolean lying)
{
  state.lying = lying;
}

static void
put_back (int fd, const Unsynced *write)
{
  g_assert_cmpint (pwrite (fd, write->old, write->old_length, write->offset), ==,
                   (gssize)write->old_length);
  g_assert_cmpint (ftruncate (fd, write->old_size), ==, 0);
}

static void
do_again (int fd, const Unsynced *write)
{
  if (write->new == NULL)
    g_assert_cmpint (ftruncate (fd, write->offset), ==, 0);
  else
    g_assert_cmpint (pwrite (fd, write->new, write->new_length, write->offset), ==,
                     (gssize)write->new_length);
}

void
fault_vfs_cut_power (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GHashTableIter iter;
  gpointer path, value;

  state.recording = FALSE;
  g_hash_table_iter_init (&iter, state.unsynced);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    GPtrArray *writes = value;
    int fd = open (path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
      continue;
    for (guint i = writes->len; i-- > 0;)
      put_back (fd, writes->pdata[i]);
    for (guint i = 0; i < writes->len; i++)
      if (g_rand_boolean (rand))
        do_again (fd, writes->pdata[i]);
    close (fd);
  }
  g_hash_table_remove_all (state.unsynced);
}
