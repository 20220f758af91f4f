/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A layer between SQLite and the disk that fails on demand, and that can forget what was never
 * synced, as a power cut does. Once installed it is SQLite's default for the whole process.
 */

typedef enum {
  FAULT_IO,        /* SQLITE_IOERR_… */
  FAULT_FULL,      /* SQLITE_FULL */
  FAULT_READ_ONLY, /* as FAULT_IO, of a disk that the system has made read-only */
  FAULT_POWER,     /* from here on nothing reaches the disk: see fault_vfs_cut_power() */
} FaultKind;

void fault_vfs_install (void);

/* Fails the @n-th write, sync, truncate, deletion, opening, link or renaming from now on (1: the
 * next); 0: none.
 * @sticky: and every one after it, until disarmed. */
void fault_vfs_arm (guint n, FaultKind kind, gboolean sticky);

/* Stops failing. Returns how many steps were counted since arming. */
guint fault_vfs_disarm (void);

/* Whether the armed fault has struck. */
gboolean fault_vfs_struck (void);

/**
 * fault_vfs_begin_power_record, fault_vfs_cut_power:
 *
 * From begin on, each file remembers what its unsynced writes overwrote. cut_power() puts every
 * file back to its last synced bytes, but for a random choice (by @seed) of the unsynced writes,
 * which a disk may well have finished in any order. To be called when every store is closed.
 */
void fault_vfs_begin_power_record (void);
void fault_vfs_cut_power (guint32 seed);

/* A disk that answers a sync without doing it. */
void fault_vfs_set_lying (gboolean lying);

G_END_DECLS
