/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-recording.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_BYTES 32
#define TYPE_MAX 200
#define SYNC_EVERY_US (G_USEC_PER_SEC / 2)
#define INIT_MAX (1024 * 1024)
#define KEY 1u

typedef struct {
  char *type;
  GBytes *init;
} Part;

struct _LwRecording {
  char *folder;
  int media, index; /* of the last part; -1 */
  guint64 size;     /* of its media file, of what is whole */
  guint64 entries;  /* in its index */
  gint64 synced_us; /* monotonic */
  GMutex mutex;
  GPtrArray *parts;  /* of Part; under mutex */
  GArray *fragments; /* of LwRecordedFragment, in order; under mutex */
};

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->type);
  g_bytes_unref (part->init);
  g_free (part);
}

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

static char *
make_path (const LwRecording *self, guint part, const char *ending)
{
  g_autofree char *name = g_strdup_printf ("%03u.%s", part, ending);

  return g_build_filename (self->folder, name, NULL);
}

static void
put_number (guint8 *to, guint64 number, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    to[i] = (guint8)(number >> (8 * (bytes - 1 - i)));
}

static guint64
get_number (const guint8 *from, guint bytes)
{
  guint64 number = 0;

  for (guint i = 0; i < bytes; i++)
    number = number << 8 | from[i];
  return number;
}

/* At that place, whole. */
static gboolean
write_at (int fd, gconstpointer bytes, gsize length, guint64 at)
{
  while (length > 0) {
    gssize n = pwrite (fd, bytes, length, (off_t)at);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    bytes = (const guint8 *)bytes + n;
    at += (guint64)n;
    length -= (gsize)n;
  }
  return TRUE;
}

static void
close_files (LwRecording *self)
{
  if (self->media >= 0)
    close (self->media);
  if (self->index >= 0)
    close (self->index);
  self->media = self->index = -1;
}

/* ---- what is there ---- */

static gboolean
read_entries (LwRecording *self, guint part, const guint8 *index, gsize length, guint64 size)
{
  guint64 end = get_number (index + LW_RECORDING_HEAD_BYTES - 4, 4);

  self->entries = 0;
  for (gsize at = LW_RECORDING_HEAD_BYTES; at + ENTRY_BYTES <= length; at += ENTRY_BYTES) {
    LwRecordedFragment fragment = {.part = part,
                                   .offset = get_number (index + at, 8),
                                   .length = (guint32)get_number (index + at + 8, 4),
                                   .is_key = (get_number (index + at + 12, 4) & KEY) != 0,
                                   .start = (LwTime)get_number (index + at + 16, 8),
                                   .end = (LwTime)get_number (index + at + 24, 8)};

    /* The bytes are written before their entry, but a disk may have kept them the other way. */
    if (fragment.offset != end || fragment.length == 0 || end + fragment.length > size ||
        !LW_TIME_IS_MOMENT (fragment.start) || fragment.end < fragment.start)
      break;
    end += fragment.length;
    self->entries++;
    g_array_append_val (self->fragments, fragment);
  }
  self->size = end;
  return TRUE;
}

/* FALSE if there is no such part, or nothing of it to go on with. */
static gboolean
read_part (LwRecording *self, guint number)
{
  g_autofree char *media_path = make_path (self, number, "mp4");
  g_autofree char *index_path = make_path (self, number, "index");
  g_autofree char *index = NULL;
  g_autofree guint8 *init = NULL;
  const guint8 *head;
  gsize length, init_length;
  struct stat facts;
  Part *part;

  if (!g_file_get_contents (index_path, &index, &length, NULL) ||
      length < LW_RECORDING_HEAD_BYTES || memchr (index, 0, TYPE_MAX + 1) == NULL)
    return FALSE;
  head = (const guint8 *)index;
  init_length = get_number (head + LW_RECORDING_HEAD_BYTES - 4, 4);
  close_files (self);
  self->media = g_open (media_path, O_RDWR | O_CLOEXEC, 0600);
  self->index = g_open (index_path, O_RDWR | O_CLOEXEC, 0600);
  if (self->media < 0 || self->index < 0 || fstat (self->media, &facts) != 0 ||
      init_length > INIT_MAX || (guint64)facts.st_size < init_length)
    return FALSE;
  init = g_malloc (init_length + 1);
  if (pread (self->media, init, init_length, 0) != (gssize)init_length)
    return FALSE;
  part = g_new0 (Part, 1);
  part->type = g_strdup (index);
  part->init = g_bytes_new (init, init_length);
  g_ptr_array_add (self->parts, part);
  return read_entries (self, number, head, length, (guint64)facts.st_size);
}

LwRecording *
lw_recording_open (const char *folder, GError **error)
{
  g_autoptr (LwRecording) self = g_new0 (LwRecording, 1);

  self->folder = g_strdup (folder);
  self->media = self->index = -1;
  g_mutex_init (&self->mutex);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->fragments = g_array_new (FALSE, FALSE, sizeof (LwRecordedFragment));
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    fail (folder, error);
    return NULL;
  }
  while (read_part (self, self->parts->len))
    ;
  /* What is half written goes; what comes next takes its place. */
  if (self->parts->len > 0 &&
      (ftruncate (self->media, (off_t)self->size) != 0 ||
       ftruncate (self->index, (off_t)(LW_RECORDING_HEAD_BYTES + self->entries * ENTRY_BYTES)) !=
           0)) {
    fail (folder, error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
lw_recording_free (LwRecording *self)
{
  if (self == NULL)
    return;
  close_files (self);
  g_ptr_array_unref (self->parts);
  g_array_unref (self->fragments);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  g_free (self);
}

/* ---- adding ---- */

static gboolean
is_same_part (const LwRecording *self, const char *type, GBytes *init)
{
  const Part *last = self->parts->len > 0 ? self->parts->pdata[self->parts->len - 1] : NULL;

  return last != NULL && self->media >= 0 && g_str_equal (last->type, type) &&
         g_bytes_equal (last->init, init);
}

gboolean
lw_recording_begin_part (
    LwRecording *self, const char *type, guint width, guint height, GBytes *init, GError **error)
{
  g_autofree char *media_path = make_path (self, self->parts->len, "mp4");
  g_autofree char *index_path = make_path (self, self->parts->len, "index");
  guint8 head[LW_RECORDING_HEAD_BYTES] = {0};
  gsize length;
  gconstpointer bytes = g_bytes_get_data (init, &length);
  Part *part;

  if (is_same_part (self, type, init))
    return TRUE;
  close_files (self);
  self->media = g_open (media_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  self->index = g_open (index_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_strlcpy ((char *)head, type, TYPE_MAX + 1);
  put_number (head + sizeof head - 8, width, 2);
  put_number (head + sizeof head - 6, height, 2);
  put_number (head + sizeof head - 4, length, 4);
  if (self->media < 0 || self->index < 0 || !write_at (self->media, bytes, length, 0) ||
      fsync (self->media) != 0 || !write_at (self->index, head, sizeof head, 0) ||
      fsync (self->index) != 0) {
    fail (media_path, error);
    close_files (self);
    unlink (index_path);
    unlink (media_path);
    return FALSE;
  }
  self->size = length;
  self->entries = 0;
  part = g_new0 (Part, 1);
  part->type = g_strdup (type);
  part->init = g_bytes_ref (init);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->parts, part);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

gboolean
lw_recording_sync (LwRecording *self, GError **error)
{
  self->synced_us = g_get_monotonic_time ();
  return self->media < 0 || (fdatasync (self->media) == 0 && fdatasync (self->index) == 0) ||
         fail (self->folder, error);
}

gboolean
lw_recording_add (LwRecording *self,
                  gconstpointer bytes,
                  gsize length,
                  gboolean is_key,
                  LwTime start,
                  LwTime end,
                  GError **error)
{
  LwRecordedFragment fragment = {.part = self->parts->len - 1,
                                 .offset = self->size,
                                 .length = (guint32)length,
                                 .is_key = is_key,
                                 .start = start,
                                 .end = end};
  guint8 entry[ENTRY_BYTES] = {0};

  g_return_val_if_fail (self->parts->len > 0, FALSE);
  if (self->media < 0) {
    errno = ENOSPC;
    return fail (self->folder, error);
  }
  put_number (entry, fragment.offset, 8);
  put_number (entry + 8, fragment.length, 4);
  put_number (entry + 12, is_key ? KEY : 0, 4);
  put_number (entry + 16, (guint64)start, 8);
  put_number (entry + 24, (guint64)end, 8);
  if (!write_at (self->media, bytes, length, self->size) ||
      !write_at (self->index, entry, sizeof entry,
                 LW_RECORDING_HEAD_BYTES + self->entries * ENTRY_BYTES)) {
    fail (self->folder, error);
    if (ftruncate (self->media, (off_t)self->size) != 0)
      g_warning ("A half-written piece of a live lesson stays until the room starts again.");
    return FALSE;
  }
  self->size += length;
  self->entries++;
  g_mutex_lock (&self->mutex);
  g_array_append_val (self->fragments, fragment);
  g_mutex_unlock (&self->mutex);
  return g_get_monotonic_time () - self->synced_us < SYNC_EVERY_US ||
         lw_recording_sync (self, error);
}

/* ---- asking ---- */

guint
lw_recording_get_n_parts (LwRecording *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->parts->len;
  g_mutex_unlock (&self->mutex);
  return n;
}

LwTime
lw_recording_get_end (LwRecording *self)
{
  LwTime end = 0;

  g_mutex_lock (&self->mutex);
  /* The last picture in a fragment may end before one of the fragment before it. */
  for (guint i = self->fragments->len, n = 0; i > 0 && n < 16; i--, n++)
    end = MAX (end, g_array_index (self->fragments, LwRecordedFragment, i - 1).end);
  g_mutex_unlock (&self->mutex);
  return end;
}

GArray *
lw_recording_list_gaps (LwRecording *self, LwTime least)
{
  GArray *gaps = g_array_new (FALSE, FALSE, sizeof (LwTime));
  LwTime end = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->fragments->len; i++) {
    const LwRecordedFragment *fragment = &g_array_index (self->fragments, LwRecordedFragment, i);

    if (fragment->start - end >= least) {
      g_array_append_val (gaps, end);
      g_array_append_val (gaps, fragment->start);
    }
    end = MAX (end, fragment->end);
  }
  g_mutex_unlock (&self->mutex);
  return gaps;
}

GArray *
lw_recording_list_from (LwRecording *self, guint from)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (LwRecordedFragment));

  g_mutex_lock (&self->mutex);
  if (from < self->fragments->len)
    g_array_append_vals (list, &g_array_index (self->fragments, LwRecordedFragment, from),
                         self->fragments->len - from);
  g_mutex_unlock (&self->mutex);
  return list;
}

gboolean
lw_recording_get_part (LwRecording *self, guint part, char **ret_type, GBytes **ret_init)
{
  gboolean found;

  g_mutex_lock (&self->mutex);
  found = part < self->parts->len;
  if (found && ret_type != NULL)
    *ret_type = g_strdup (((const Part *)self->parts->pdata[part])->type);
  if (found && ret_init != NULL)
    *ret_init = g_bytes_ref (((const Part *)self->parts->pdata[part])->init);
  g_mutex_unlock (&self->mutex);
  return found;
}

char *
lw_recording_get_path (LwRecording *self, guint part)
{
  return make_path (self, part, "mp4");
}

/* The last with which one can begin to see @from; else the first after it. */
static guint
find_first (GArray *fragments, LwTime from)
{
  guint low = 0, high = fragments->len, i;

  /* Starts rise, but for pictures that are shown out of their order: within a fragment or two. */
  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (fragments, LwRecordedFragment, middle).start <= from)
      low = middle + 1;
    else
      high = middle;
  }
  i = low > 0 ? low - 1 : 0;
  while (i > 0 && !g_array_index (fragments, LwRecordedFragment, i).is_key)
    i--;
  while (i < fragments->len && !g_array_index (fragments, LwRecordedFragment, i).is_key)
    i++;
  return i;
}

gboolean
lw_recording_find (LwRecording *self,
                   LwTime from,
                   LwTime until,
                   LwRecordedFragment *ret_first,
                   LwRecordedFragment *ret_last)
{
  guint i;
  gboolean found;

  g_mutex_lock (&self->mutex);
  i = find_first (self->fragments, from);
  found = i < self->fragments->len;
  if (found)
    *ret_first = *ret_last = g_array_index (self->fragments, LwRecordedFragment, i);
  for (i++; found && i < self->fragments->len; i++) {
    LwRecordedFragment next = g_array_index (self->fragments, LwRecordedFragment, i);

    if (next.part != ret_first->part || next.start >= until)
      break;
    *ret_last = next;
  }
  g_mutex_unlock (&self->mutex);
  return found && ret_last->end > from;
}
