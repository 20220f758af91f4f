/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-time.h"

G_BEGIN_DECLS

/*
 * WebM as browsers take it piece by piece: a header without an end, then clusters that each have
 * their own time, so that those of several connections may stand one behind the other.
 * https://www.webmproject.org/docs/container/ and RFC 8794; times are whole milliseconds there.
 * No I/O. Thread: any.
 */

/* The same numbers whatever else is in the file. */
typedef enum { LW_WEBM_VIDEO = 1, LW_WEBM_AUDIO = 2 } LwWebmTrack;

typedef struct {
  guint width, height; /* of VP8; 0: no pictures */
  guint channels;      /* of Opus; 0: no sound */
  const guint8 *opus_head;
  gsize opus_head_length;
} LwWebmTracks;

void lw_webm_add_header (GByteArray *to, const LwWebmTracks *tracks);

/**
 * LwWebmCluster:
 *
 * What is put into it is one cluster. All zero: nothing is in it. Pictures and sound may come as
 * they like: browsers take none whose times go back, so each has its place by its time.
 */
typedef struct {
  GArray *blocks;    /* nullable */
  GByteArray *bytes; /* of them all */
} LwWebmCluster;

/* @time: ns, not below 0. FALSE if it lies too far (16 s) from the first in this cluster. */
gboolean lw_webm_cluster_add (LwWebmCluster *self,
                              LwWebmTrack track,
                              LwTime time,
                              gboolean is_key,
                              const guint8 *bytes,
                              gsize length);
/* Puts it behind what is in @to, and begins anew. FALSE if nothing was in it. */
gboolean lw_webm_cluster_take (LwWebmCluster *self, GByteArray *to);
void lw_webm_cluster_clear (LwWebmCluster *self);

G_END_DECLS
