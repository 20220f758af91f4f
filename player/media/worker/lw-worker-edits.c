/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-edits.h"

#include <string.h>

#define MAX_EDITS 1000
#define MAX_DEPTH 4
#define MAX_BOXES 20000

#define BOX(a, b, c, d) ((guint32)(a) << 24 | (guint32)(b) << 16 | (guint32)(c) << 8 | (d))

typedef struct {
  LwWorkerInput *input;
  guint32 track;       /* which one is looked for */
  guint32 movie_scale; /* units a second of the list's durations */
  guint32 track_scale; /* of its media times */
  guint32 current;     /* id of the track being read */
  gint64 shift;        /* added to media times */
  gint64 list_at;      /* where that track's list is; -1: none yet */
  gint64 list_end;
  gint64 found_at, found_end;
  guint32 found_scale;
  guint boxes;
} Reader;

static guint32
read_u32 (Reader *reader)
{
  return avio_rb32 (reader->input->io);
}

/* A header with a version, then two dates, whose width depends on it, then @words to skip. */
static void
skip_dates (Reader *reader, gint64 words)
{
  guint32 version = read_u32 (reader) >> 24;

  avio_skip (reader->input->io, (version == 1 ? 16 : 8) + words * 4);
}

static void read_boxes (Reader *reader, gint64 end, guint depth);

static void
read_track (Reader *reader, gint64 end, guint depth)
{
  reader->current = 0;
  reader->track_scale = 0;
  reader->list_at = -1;
  read_boxes (reader, end, depth);
  if (reader->current == reader->track && reader->list_at >= 0 && reader->found_at < 0) {
    reader->found_at = reader->list_at;
    reader->found_end = reader->list_end;
    reader->found_scale = reader->track_scale;
  }
}

static void
read_box (Reader *reader, guint32 type, gint64 at, gint64 end, guint depth)
{
  switch (type) {
  case BOX ('m', 'o', 'o', 'v'):
  case BOX ('e', 'd', 't', 's'):
  case BOX ('m', 'd', 'i', 'a'):
    read_boxes (reader, end, depth + 1);
    break;
  case BOX ('t', 'r', 'a', 'k'):
    read_track (reader, end, depth + 1);
    break;
  case BOX ('m', 'v', 'h', 'd'):
    skip_dates (reader, 0);
    reader->movie_scale = read_u32 (reader);
    break;
  case BOX ('m', 'd', 'h', 'd'):
    skip_dates (reader, 0);
    reader->track_scale = read_u32 (reader);
    break;
  case BOX ('t', 'k', 'h', 'd'):
    skip_dates (reader, 0);
    reader->current = read_u32 (reader);
    break;
  case BOX ('e', 'l', 's', 't'):
    reader->list_at = at;
    reader->list_end = end;
    break;
  default:
    break;
  }
}

static void
read_boxes (Reader *reader, gint64 end, guint depth)
{
  AVIOContext *io = reader->input->io;
  gint64 at = avio_tell (io);

  while (depth <= MAX_DEPTH && at >= 0 && at <= end - 8 && reader->boxes++ < MAX_BOXES) {
    gint64 size = read_u32 (reader);
    guint32 type = read_u32 (reader);
    gint64 body = at + 8;

    if (size == 1) {
      size = (gint64)avio_rb64 (io);
      body += 8;
    } else if (size == 0) {
      size = end - at;
    }
    if (size < body - at || size > end - at)
      return;
    read_box (reader, type, body, at + size, depth);
    at += size;
    if (avio_seek (io, at, SEEK_SET) < 0)
      return;
  }
}

static gboolean
scale (gint64 units, guint32 per_second, LwTime *ret_time)
{
  /* Rounded down, as GStreamer does: its stream time is a difference of rounded numbers. */
  gint64 time = av_rescale_rnd (units, LW_SECOND, per_second, AV_ROUND_DOWN);

  if (units < 0 || !LW_TIME_IS_MOMENT (time))
    return FALSE;
  *ret_time = time;
  return TRUE;
}

static GArray *
read_list (Reader *reader)
{
  AVIOContext *io = reader->input->io;
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (LwWorkerEdit));
  gint64 units = 0;
  gboolean wide;
  guint32 count;

  if (avio_seek (io, reader->found_at, SEEK_SET) < 0)
    return NULL;
  wide = read_u32 (reader) >> 24 == 1;
  count = read_u32 (reader);
  if (count > MAX_EDITS ||
      reader->found_end - reader->found_at < 8 + (gint64)count * (wide ? 20 : 12))
    return NULL;
  for (guint32 i = 0; i < count; i++) {
    gint64 duration = wide ? (gint64)avio_rb64 (io) : read_u32 (reader);
    gint64 media_time = wide ? (gint64)avio_rb64 (io) : (gint32)read_u32 (reader);
    LwWorkerEdit edit = {.duration = LW_TIME_NONE};
    LwTime end;

    avio_skip (io, 4); /* the rate: no player of ours follows any but 1 */
    if (avio_feof (io) || duration < 0 || __builtin_add_overflow (units, duration, &duration) ||
        !scale (units, reader->movie_scale, &edit.time) ||
        !scale (duration, reader->movie_scale, &end))
      return NULL;
    if (end > edit.time)
      edit.duration = end - edit.time;
    units = duration;
    if (media_time == -1)
      continue;
    if (__builtin_add_overflow (media_time, reader->shift, &media_time) ||
        !scale (media_time, reader->found_scale, &edit.media_start))
      return NULL;
    g_array_append_val (edits, edit);
  }
  return edits->len > 0 ? g_steal_pointer (&edits) : NULL;
}

GArray *
lw_worker_edits_read (LwWorkerInput *input, const AVStream *stream, gint64 shift)
{
  Reader reader = {.input = input, .track = (guint32)stream->id, .shift = shift, .found_at = -1};
  gint64 back = avio_tell (input->io);
  GArray *edits = NULL;

  if (avio_seek (input->io, 0, SEEK_SET) < 0)
    return NULL;
  read_boxes (&reader, input->size, 0);
  if (reader.found_at >= 0 && reader.movie_scale > 0 && reader.found_scale > 0)
    edits = read_list (&reader);
  avio_seek (input->io, back, SEEK_SET);
  return edits;
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  LwTime one = *(const LwTime *)a;
  LwTime other = *(const LwTime *)b;

  return (one > other) - (one < other);
}

static void
apply_one (const LwWorkerEdit *edit, const GArray *starts, GArray *times)
{
  guint low = 0, high = starts->len;

  /* The first frame at or after the part's begin. */
  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (starts, LwTime, middle) < edit->media_start)
      low = middle + 1;
    else
      high = middle;
  }
  /* The part begins inside the frame before: that one is shown, but only from there on. */
  if (low > 0 && (low == starts->len || g_array_index (starts, LwTime, low) > edit->media_start))
    g_array_append_val (times, edit->time);
  for (; low < starts->len && times->len < LW_MEDIA_MAX_FRAMES; low++) {
    LwTime since = g_array_index (starts, LwTime, low) - edit->media_start;
    LwTime time = edit->time + since;

    if ((edit->duration != LW_TIME_NONE && since >= edit->duration) || time > LW_TIME_MAX)
      break;
    g_array_append_val (times, time);
  }
}

GArray *
lw_worker_edits_apply (const GArray *edits, const GArray *starts)
{
  static const LwWorkerEdit whole = {.duration = LW_TIME_NONE};
  GArray *times = g_array_sized_new (FALSE, FALSE, sizeof (LwTime), starts->len);
  guint kept = 0;

  if (edits == NULL)
    apply_one (&whole, starts, times);
  for (guint i = 0; edits != NULL && i < edits->len; i++)
    apply_one (&g_array_index (edits, LwWorkerEdit, i), starts, times);
  g_array_sort (times, by_value);
  for (guint i = 0; i < times->len; i++) {
    LwTime time = g_array_index (times, LwTime, i);

    if (kept == 0 || time > g_array_index (times, LwTime, kept - 1))
      g_array_index (times, LwTime, kept++) = time;
  }
  g_array_set_size (times, kept);
  return times;
}
