/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Recordings of one visit that come one after the other: what was recorded live, and the meeting's
 * own recording that is uploaded later. Where the one lies in the other is found by what is heard
 * in both (lw-media.h), where notes by the clock lie in a live recording by its clock; both are
 * offered to who may upload, and nothing moves before a person has said yes. Then the tracks of the
 * one are brought to the other (LwTrack in lw-walk.h), which can be taken back.
 *
 * Thread: any; all block on disk, lw_align_find() on the worker that listens.
 */
typedef enum {
  LW_ALIGN_FOUND,
  LW_ALIGN_UNLIKE,  /* not the same lesson, or too little is heard in both */
  LW_ALIGN_REFUSED, /* a person said that it is not */
} LwAlignState;

typedef struct {
  LwId segment_id;
  LwId from_id;
  gboolean by_clock; /* not by sound */
  LwAlignState state;
  LwTime shift; /* of from's time 0, in the segment's time */
  gint64 drift_ppb;
  guint agreed, compared; /* windows of sound; see LwAlignment */
} LwAlignOffer;

/* Looks for what the visit of a segment whose media has come has beside it. Cancelled: FALSE; what
 * else goes wrong is told to the journal, and the offer is missing. */
gboolean lw_align_find (LwRoom *room, const LwId *segment_id, GCancellable *cancellable);

/* Of #LwAlignOffer: what may be brought to a segment. (transfer full) */
GPtrArray *lw_align_list (LwRoom *room, const LwId *segment_id, GError **error);
/* NOT_FOUND if there is no such offer. */
gboolean
lw_align_refuse (LwRoom *room, const LwId *segment_id, const LwId *from_id, GError **error);

/**
 * lw_align_bring:
 * @segment: where to
 * @from: another segment of its visit
 *
 * Its tracks, and those that were brought from it before, stand on @segment from now on.
 */
gboolean lw_align_bring (LwRoom *room,
                         const LwSegment *segment,
                         const LwSegment *from,
                         LwTime shift,
                         gint64 drift_ppb,
                         GError **error);
/* And back to where they were pinned. */
gboolean
lw_align_take_back (LwRoom *room, const LwSegment *segment, const LwSegment *from, GError **error);

/* Before @segment is erased: what was pinned on another recording goes back there. */
gboolean lw_align_take_all_back (LwRoom *room, const LwSegment *segment, GError **error);

/* Adds "offers" to a segment's JSON, where there are any. */
void lw_align_add_to_json (LwRoom *room, json_object *segment, const LwId *segment_id);

G_END_DECLS
