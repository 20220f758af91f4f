/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

G_BEGIN_DECLS

/*
 * What is made from a media file, kept below "$XDG_CACHE_HOME/lessonwalk/media/" under its content
 * hash: "KEY.NAME". Every file carries a checksum of itself; one that does not match is thrown
 * away. Never more than LW_MEDIA_CACHE_MOST in all; the longest unused goes first.
 *
 * Thread: any.
 */
#define LW_MEDIA_CACHE_MOST ((guint64)512 * 1024 * 1024)

/* Letters, digits, "-" and "_": a key is part of a file's name. */
gboolean lw_media_cache_key_is_valid (const char *key);

/* To be taken before work begins, and given to _save(). */
guint lw_media_cache_epoch (void);

/* (transfer full); NULL: not there, or damaged and removed. */
GBytes *lw_media_cache_load (const char *key, const char *name);

/* Best effort: a full disk or a folder that may not be written costs only the time to make it
 * again. Nothing is kept if anything was forgotten since @epoch. */
void lw_media_cache_save (const char *key, const char *name, GBytes *bytes, guint epoch);

/* Removes the longest unused files until at most @most bytes are left, and torn temporary files. */
void lw_media_cache_trim (guint64 most);

G_END_DECLS
