/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwRecording:
 *
 * What has come of a live lesson, on the disk: a folder with parts, each a file that begins with
 * its init segment and goes on with fragments, NNN.mp4 (of WebM, if its type says so), and an index
 * of them, NNN.index. A new part
 * begins where the source describes itself otherwise (another resolution). What a crash left half
 * written is cut off when the folder is opened again; everything before it holds.
 *
 * An index is a head of LW_RECORDING_HEAD_BYTES (the type as MSE takes it, NUL-terminated; in its
 * last 8 bytes, big-endian, width and height as 16 bits each and the init segment's length as 32),
 * then an entry of 32 bytes each fragment: offset (64), length (32), flags (32), start and end (64,
 * ns of media time).
 *
 * Thread: any; adding is one thread's. Adding blocks on disk.
 */
typedef struct _LwRecording LwRecording;

#define LW_RECORDING_HEAD_BYTES 256

typedef struct {
  guint part;
  guint64 offset; /* in the part's file */
  guint32 length;
  gboolean is_key; /* one can begin to watch with it */
  LwTime start, end;
} LwRecordedFragment;

/* Makes the folder, or goes on with it. G_FILE_ERROR. */
LwRecording *lw_recording_open (const char *folder, GError **error);
void lw_recording_free (LwRecording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwRecording, lw_recording_free)

/* What comes from now on. The same as before changes nothing. @type: at most 200 bytes. */
gboolean lw_recording_begin_part (
    LwRecording *self, const char *type, guint width, guint height, GBytes *init, GError **error);
/* On the disk for certain within a second after it returns TRUE, if more comes; or when
 * lw_recording_sync() is called. After FALSE nothing of it is there. */
gboolean lw_recording_add (LwRecording *self,
                           gconstpointer bytes,
                           gsize length,
                           gboolean is_key,
                           LwTime start,
                           LwTime end,
                           GError **error);
gboolean lw_recording_sync (LwRecording *self, GError **error);

guint lw_recording_get_n_parts (LwRecording *self);
/* 0: nothing is in it. */
LwTime lw_recording_get_end (LwRecording *self);
/* Where nothing of the lesson came for at least so long: pairs of moments, from and until.
 * (transfer full) (element-type LwTime) */
GArray *lw_recording_list_gaps (LwRecording *self, LwTime least);
/* The fragments from number @from on, in the order in which they came. (transfer full)
 * (element-type LwRecordedFragment) */
GArray *lw_recording_list_from (LwRecording *self, guint from);
/* @ret_type, @ret_init: (out) (transfer full) (optional); FALSE if there is no such part */
gboolean lw_recording_get_part (LwRecording *self, guint part, char **ret_type, GBytes **ret_init);
/* NNN.mp4 in the folder. (transfer full) */
char *lw_recording_get_path (LwRecording *self, guint part);
/**
 * lw_recording_find:
 * @from: a moment
 * @until: how far one wants to read; more than one fragment is given only up to there
 *
 * The run of fragments of one part that lie in a row, from the last one before @from with which one
 * can begin (or the first there is after it).
 *
 * Returns: FALSE if there is nothing from @from on
 */
gboolean lw_recording_find (LwRecording *self,
                            LwTime from,
                            LwTime until,
                            LwRecordedFragment *ret_first,
                            LwRecordedFragment *ret_last);

G_END_DECLS
