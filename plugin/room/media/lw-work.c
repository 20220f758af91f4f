/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples of student work: what they are, and the ledger's lines on them. */

#include "lw-media-files.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TAIL_BYTES 1024

void
lw_work_free (LwWork *work)
{
  g_free (work->title);
  g_free (work->media_type);
  g_free (work);
}

/* ---- by content, not by name ---- */

typedef struct {
  guint8 head[32], tail[TAIL_BYTES];
  gsize head_length, tail_length;
} Ends;

static gboolean
read_ends (const char *path, Ends *ends)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize head = -1, tail = -1;
  goffset size;

  if (fd < 0)
    return FALSE;
  size = lseek (fd, 0, SEEK_END);
  if (size >= 0) {
    head = pread (fd, ends->head, sizeof ends->head, 0);
    tail = pread (fd, ends->tail, sizeof ends->tail, MAX (size - TAIL_BYTES, 0));
  }
  close (fd);
  if (head < 0 || tail < 0)
    return FALSE;
  ends->head_length = (gsize)head;
  ends->tail_length = (gsize)tail;
  return TRUE;
}

static gboolean
begins (const Ends *ends, const void *with, gsize length)
{
  return ends->head_length >= length && memcmp (ends->head, with, length) == 0;
}

/* Whole, too: a file that was cut has its head but not its end. */
static gboolean
ends_have (const Ends *ends, const void *what, gsize length)
{
  return memmem (ends->tail, ends->tail_length, what, length) != NULL;
}

const char *
lw_work_sniff (const char *path, const char **ret_ending)
{
  static const guint8 png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                               0,    0,   0,   13,  'I',  'H',  'D',  'R'};
  static const guint8 jpeg[] = {0xff, 0xd8, 0xff}, jpeg_end[] = {0xff, 0xd9};
  Ends ends = {0};

  if (!read_ends (path, &ends))
    return NULL;
  if (begins (&ends, "%PDF-", 5) && ends_have (&ends, "%%EOF", 5)) {
    *ret_ending = "pdf";
    return "application/pdf";
  }
  if (begins (&ends, png, sizeof png) && ends_have (&ends, "IEND", 4)) {
    *ret_ending = "png";
    return "image/png";
  }
  if (begins (&ends, jpeg, sizeof jpeg) && ends_have (&ends, jpeg_end, sizeof jpeg_end)) {
    *ret_ending = "jpg";
    return "image/jpeg";
  }
  return NULL;
}

/* ---- the ledger ---- */

static gboolean
add (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwWork *work = data;
  g_autoptr (LwStatement) insert = lw_ledger_get (ledger, db, "add-work", error);

  if (insert == NULL)
    return FALSE;
  lw_bind_id (insert, 1, &work->id);
  lw_bind_id (insert, 2, &work->segment_id);
  lw_bind_blob (insert, 3, work->media.bytes, sizeof work->media.bytes);
  lw_bind_text (insert, 4, work->title);
  lw_bind_int (insert, 5, work->at);
  lw_bind_id (insert, 6, &work->added_by);
  lw_bind_int (insert, 7, g_get_real_time ());
  return lw_run (db, insert, error);
}

gboolean
lw_work_add (LwLedger *ledger, const LwWork *work, GError **error)
{
  return lw_ledger_write (ledger, add, (gpointer)work, error);
}

static gpointer
read_row (LwStatement *row)
{
  LwWork *work = g_new0 (LwWork, 1);
  gsize length;
  gconstpointer media;

  work->id = lw_column_id (row, 0);
  work->segment_id = lw_column_id (row, 1);
  media = lw_column_blob (row, 2, &length);
  if (length == sizeof work->media.bytes)
    memcpy (work->media.bytes, media, length);
  work->title = lw_column_text (row, 3);
  work->at = lw_column_int (row, 4);
  work->media_type = lw_column_text (row, 5);
  work->size_bytes = lw_column_int (row, 6);
  work->added_by = lw_column_id (row, 7);
  return work;
}

GPtrArray *
lw_work_list (LwLedger *ledger, const LwId *segment_id, GError **error)
{
  return lw_ledger_list (ledger, &(LwLedgerQuery){"list-work", .id = segment_id}, read_row,
                         (GDestroyNotify)lw_work_free, error);
}

LwWork *
lw_work_get (LwLedger *ledger, const LwId *id, GError **error)
{
  return lw_ledger_find (ledger, &(LwLedgerQuery){"get-work", .id = id}, read_row,
                         (GDestroyNotify)lw_work_free, "This sample of work is not here any more.",
                         error);
}
