/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"
#include "lw-walk.h"

G_BEGIN_DECLS

/**
 * LwBundle:
 *
 * One segment's notes with all that they lean on, outside of any store: what every format writes
 * from and reads into. The arrays own their elements.
 */
typedef struct {
  LwSegment *segment;      /* %NULL: the file names none */
  LwWalk *walk;            /* %NULL: the segment belongs to none, or the format carries none */
  LwVisit *visit;          /* the segment's, of that walk; there if the walk is */
  GPtrArray *people;       /* of LwPerson: every track's, and the walk's teacher */
  GPtrArray *lenses;       /* of LwLens */
  GPtrArray *tracks;       /* of LwTrack: every note's */
  GPtrArray *notes;        /* of LwNote */
  GHashTable *made_ids;    /* of LwId, lent by notes: ids that the reader made of the content, so
                             that one which is there already is the same note, whenever written */
  gboolean is_approximate; /* the format rounds or drops: that a note differs says nothing */
} LwBundle;

LwBundle *lw_bundle_new (void);
void lw_bundle_free (LwBundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwBundle, lw_bundle_free)

/* (transfer none); NULL if there is none. */
const LwPerson *lw_bundle_find_person (const LwBundle *bundle, const LwId *id);
const LwLens *lw_bundle_find_lens (const LwBundle *bundle, const LwId *id);
const LwTrack *lw_bundle_find_track (const LwBundle *bundle, const LwId *id);
/* The person on whose track the note is. */
const LwPerson *lw_bundle_find_author (const LwBundle *bundle, const LwNote *note);

G_END_DECLS
