/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwPlaylist:
 *
 * What a playlist of HLS (RFC 8216) says of time, which libavformat 5.1 passes over. No I/O.
 */
typedef struct _LwPlaylist LwPlaylist;

/* Any text: what is no playlist has nothing in it. */
LwPlaylist *lw_playlist_new (const char *text);
void lw_playlist_free (LwPlaylist *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwPlaylist, lw_playlist_free)

/* Else it is a list of such lists, or nothing. */
gboolean lw_playlist_has_segments (const LwPlaylist *self);
/* Whether nothing will be added to it. */
gboolean lw_playlist_is_over (const LwPlaylist *self);
/* The longest of its segments; 0: unknown. */
gint64 lw_playlist_get_target_us (const LwPlaylist *self);
/* When the first picture of the segment at that address was filmed, µs since 1970; 0: unknown. */
gint64 lw_playlist_find (const LwPlaylist *self, const char *address);

G_END_DECLS
