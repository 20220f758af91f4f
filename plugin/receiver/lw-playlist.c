/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-playlist.h"

#include <string.h>

#define SEGMENTS_MOST 10000
#define SECONDS_MOST 3600

typedef struct {
  char *uri; /* as it is written */
  gint64 wall_us;
} Segment;

struct _LwPlaylist {
  GArray *segments; /* of those whose time is known */
  gint64 target_us;
  gboolean has_segments, is_over;
};

static void
segment_clear (gpointer data)
{
  g_free (((Segment *)data)->uri);
}

static gint64
read_seconds (const char *text)
{
  double seconds = g_ascii_strtod (text, NULL);

  return seconds > 0 && seconds <= SECONDS_MOST ? (gint64)(seconds * G_USEC_PER_SEC) : 0;
}

static gint64
read_date (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, utc);

  return date != NULL
             ? g_date_time_to_unix (date) * G_USEC_PER_SEC + g_date_time_get_microsecond (date)
             : 0;
}

LwPlaylist *
lw_playlist_new (const char *text)
{
  LwPlaylist *self = g_new0 (LwPlaylist, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gint64 wall_us = 0, length_us = 0;

  self->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  g_array_set_clear_func (self->segments, segment_clear);
  if (!g_str_has_prefix (text, "#EXTM3U"))
    return self;
  for (GStrv at = lines; *at != NULL && self->segments->len < SEGMENTS_MOST; at++) {
    const char *line = g_strstrip (*at), *value = strchr (line, ':');

    if (g_str_has_prefix (line, "#EXT-X-PROGRAM-DATE-TIME:")) {
      wall_us = read_date (value + 1);
    } else if (g_str_has_prefix (line, "#EXTINF:")) {
      length_us = read_seconds (value + 1);
      self->has_segments = TRUE;
    } else if (g_str_has_prefix (line, "#EXT-X-TARGETDURATION:")) {
      self->target_us = read_seconds (value + 1);
    } else if (g_str_equal (line, "#EXT-X-DISCONTINUITY")) {
      wall_us = 0; /* what comes was not filmed right after; its own date comes next */
    } else if (g_str_equal (line, "#EXT-X-ENDLIST")) {
      self->is_over = TRUE;
    } else if (*line != '\0' && *line != '#' && wall_us > 0) {
      g_array_append_val (self->segments, ((Segment){g_strdup (line), wall_us}));
      wall_us = length_us > 0 ? wall_us + length_us : 0;
      length_us = 0;
    }
  }
  return self;
}

void
lw_playlist_free (LwPlaylist *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->segments);
  g_free (self);
}

gboolean
lw_playlist_has_segments (const LwPlaylist *self)
{
  return self->has_segments;
}

gboolean
lw_playlist_is_over (const LwPlaylist *self)
{
  return self->is_over;
}

gint64
lw_playlist_get_target_us (const LwPlaylist *self)
{
  return self->target_us;
}

gint64
lw_playlist_find (const LwPlaylist *self, const char *address)
{
  for (guint i = self->segments->len; i > 0; i--) {
    const Segment *segment = &g_array_index (self->segments, Segment, i - 1);

    /* It may be written without what it has in common with the playlist's own address. */
    if (g_str_has_suffix (address, segment->uri))
      return segment->wall_us;
  }
  return 0;
}
