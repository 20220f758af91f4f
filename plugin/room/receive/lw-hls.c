/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-hls.h"

#define TARGET_MOST (6 * LW_SECOND)
/* A length that rounds to the target's is allowed; a bit less is certain. */
#define TARGET_SLACK (400 * LW_MSECOND)
/* Less than that between two fragments is the source's own unevenness. */
#define GAP_LEAST (300 * LW_MSECOND)

typedef struct {
  LwRecordedFragment bytes; /* of all of it */
  gboolean breaks;          /* it does not go on from the one before */
} Piece;

struct _LwHls {
  LwRecording *recording;
  GMutex mutex;
  guint seen;     /* fragments that were looked at */
  GArray *pieces; /* of Piece; the last one is open, if is_open */
  gboolean is_open;
  LwTime keys[2]; /* of the first two fragments with which one can begin */
  guint n_keys;
  LwTime target; /* 0: not known yet */
};

LwHls *
lw_hls_new (LwRecording *recording)
{
  LwHls *self = g_new0 (LwHls, 1);

  self->recording = recording;
  g_mutex_init (&self->mutex);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  return self;
}

void
lw_hls_free (LwHls *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pieces);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* ---- where pieces end ---- */

/* A list says once how long its pieces are at most: as long as the source's key frames are apart,
 * in whole seconds. */
static void
find_target (LwHls *self, GArray *fragments)
{
  LwTime begin = 0, end = 0;

  self->n_keys = 0;
  for (guint i = 0; i < fragments->len && self->n_keys < 2; i++) {
    const LwRecordedFragment *one = &g_array_index (fragments, LwRecordedFragment, i);

    if (i == 0)
      begin = one->start;
    end = one->end;
    if (one->is_key)
      self->keys[self->n_keys++] = one->start;
  }
  if (self->n_keys == 2)
    end = self->keys[1], begin = self->keys[0];
  else if (end - begin < TARGET_MOST)
    return;
  self->target =
      CLAMP ((end - begin + LW_SECOND - 1) / LW_SECOND * LW_SECOND, LW_SECOND, TARGET_MOST);
}

static gboolean
ends_before (const LwHls *self, const Piece *open, const LwRecordedFragment *next)
{
  LwTime length = next->start - open->bytes.start;
  LwTime most = self->target + TARGET_SLACK;
  LwTime key_distance = self->n_keys == 2 ? self->keys[1] - self->keys[0] : 0;

  return length >= most || next->end - open->bytes.start > most ||
         (next->is_key && length + key_distance >= most);
}

static void
take (LwHls *self, const LwRecordedFragment *next)
{
  Piece *open =
      self->pieces->len > 0 ? &g_array_index (self->pieces, Piece, self->pieces->len - 1) : NULL;
  gboolean breaks = open != NULL &&
                    (next->part != open->bytes.part || next->start - open->bytes.end >= GAP_LEAST);
  Piece fresh = {*next, breaks};

  if (open == NULL || !self->is_open || breaks || ends_before (self, open, next)) {
    /* How long it is shows where the next one begins. */
    if (open != NULL && !breaks)
      open->bytes.end = next->start;
    g_array_append_val (self->pieces, fresh);
    self->is_open = TRUE;
    return;
  }
  open->bytes.length += next->length;
  open->bytes.end = MAX (open->bytes.end, next->end);
}

/* Under the mutex. */
static void
look (LwHls *self, gboolean is_whole)
{
  g_autoptr (GArray) fresh = lw_recording_list_from (self->recording, self->seen);

  if (self->target == 0) {
    find_target (self, fresh);
    if (self->target == 0 && is_whole && fresh->len > 0)
      self->target = TARGET_MOST;
    if (self->target == 0)
      return;
  }
  for (guint i = 0; i < fresh->len; i++)
    take (self, &g_array_index (fresh, LwRecordedFragment, i));
  self->seen += fresh->len;
  if (is_whole)
    self->is_open = FALSE;
}

/* Of pieces that are listed. */
static guint
count (const LwHls *self)
{
  return self->pieces->len - (self->is_open ? 1 : 0);
}

/* ---- telling ---- */

static void
add_wall (GString *text, gint64 utc_us)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (utc_us / G_USEC_PER_SEC);
  g_autofree char *day = g_date_time_format (second, "%Y-%m-%dT%H:%M:%S");

  g_string_append_printf (text, "#EXT-X-PROGRAM-DATE-TIME:%s.%03dZ\n", day,
                          (int)(utc_us % G_USEC_PER_SEC / 1000));
}

char *
lw_hls_to_playlist (LwHls *self, gint64 origin_us, gboolean is_whole, gboolean is_over)
{
  GString *text = g_string_new ("#EXTM3U\n#EXT-X-VERSION:7\n");
  guint part = G_MAXUINT;

  g_mutex_lock (&self->mutex);
  look (self, is_whole);
  if (count (self) == 0) {
    g_mutex_unlock (&self->mutex);
    g_string_free (text, TRUE);
    return NULL;
  }
  g_string_append_printf (text,
                          "#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n"
                          "#EXT-X-PLAYLIST-TYPE:EVENT\n",
                          (int)(self->target / LW_SECOND));
  for (guint i = 0; i < count (self); i++) {
    const Piece *piece = &g_array_index (self->pieces, Piece, i);
    LwTime length = piece->bytes.end - piece->bytes.start;

    if (piece->breaks)
      g_string_append (text, "#EXT-X-DISCONTINUITY\n");
    if (piece->bytes.part != part)
      g_string_append_printf (text, "#EXT-X-MAP:URI=\"init-%u.mp4\"\n", piece->bytes.part);
    if (i == 0 || piece->breaks)
      add_wall (text, origin_us + piece->bytes.start / LW_USECOND);
    part = piece->bytes.part;
    g_string_append_printf (text, "#EXTINF:%d.%09d,\n%u.m4s\n", (int)(length / LW_SECOND),
                            (int)(length % LW_SECOND), i);
  }
  g_mutex_unlock (&self->mutex);
  if (is_over)
    g_string_append (text, "#EXT-X-ENDLIST\n");
  return g_string_free (text, FALSE);
}

gboolean
lw_hls_get_piece (LwHls *self, guint number, LwRecordedFragment *ret_piece)
{
  gboolean found;

  g_mutex_lock (&self->mutex);
  look (self, FALSE);
  found = number < count (self);
  if (found)
    *ret_piece = g_array_index (self->pieces, Piece, number).bytes;
  g_mutex_unlock (&self->mutex);
  return found;
}

GArray *
lw_hls_list_runs (LwHls *self)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (LwHlsRun));
  LwTime at = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < count (self); i++) {
    const Piece *piece = &g_array_index (self->pieces, Piece, i);
    LwHlsRun fresh = {at, piece->bytes.start, piece->bytes.end};

    if (i == 0 || piece->breaks)
      g_array_append_val (runs, fresh);
    else
      g_array_index (runs, LwHlsRun, runs->len - 1).end = piece->bytes.end;
    at += piece->bytes.end - piece->bytes.start;
  }
  g_mutex_unlock (&self->mutex);
  return runs;
}
