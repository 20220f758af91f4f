/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a stream by a format to a bundle, fitted to what the store has, and in one transaction in.
 */

#include "lw-exchange.h"
#include "lw-format.h"

typedef struct {
  LwStore *store;
  LwBundle *bundle;
  LwExchangeReport *report;
  LwId segment_id;       /* where the notes go */
  GHashTable *track_ids; /* the bundle's track id -> the LwTrack of the store to be */
  GPtrArray *here;       /* of LwTrack: the store's, on that segment */
  GPtrArray *segments, *walks, *visits, *tracks, *notes; /* to be put */
} Import;

static void
import_clear (Import *self)
{
  g_clear_pointer (&self->track_ids, g_hash_table_unref);
  g_clear_pointer (&self->here, g_ptr_array_unref);
  g_clear_pointer (&self->segments, g_ptr_array_unref);
  g_clear_pointer (&self->walks, g_ptr_array_unref);
  g_clear_pointer (&self->visits, g_ptr_array_unref);
  g_clear_pointer (&self->tracks, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

/* TRUE if @error is "there is none", which it then clears. */
static gboolean
is_absent (GError **error)
{
  if (!g_error_matches (*error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

/* ---- which segment ---- */

static gboolean
use_given_segment (Import *self, const LwId *segment_id, GError **error)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (self->store, segment_id, error);
  const LwSegment *named = self->bundle->segment;

  if (segment == NULL)
    return FALSE;
  if (named != NULL && !lw_content_hash_equal (&named->media, &segment->media))
    lw_exchange_report_omit (self->report, "The notes were made on another video file than this "
                                           "segment's: their times may not fit.");
  self->segment_id = *segment_id;
  return TRUE;
}

/* The one of the same id; or one of the same media, under whatever id it goes here; or a new one.
 */
static gboolean
find_named_segment (Import *self, GError **error)
{
  const LwSegment *named = self->bundle->segment;
  g_autoptr (LwSegment) same = NULL;
  g_autoptr (GPtrArray) alike = NULL;
  GError *local_error = NULL;

  if (named == NULL) {
    g_set_error_literal (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_UNSUPPORTED,
                         "This file does not say which segment its notes belong to: name one. "
                         "Nothing was imported.");
    return FALSE;
  }
  self->segment_id = named->id;
  same = lw_store_get_segment (self->store, &named->id, &local_error);
  if (same != NULL)
    return TRUE;
  if (!is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  if (!lw_content_hash_is_none (&named->media)) {
    alike = lw_store_find_segments (self->store, &named->media, error);
    if (alike == NULL)
      return FALSE;
    if (alike->len > 0) {
      self->segment_id = ((const LwSegment *)alike->pdata[0])->id;
      return TRUE;
    }
  }
  g_ptr_array_add (self->segments, lw_segment_ref (self->bundle->segment));
  return TRUE;
}

/* ---- which walk ---- */

static gboolean
get_walk_here (Import *self, LwWalk **ret_walk, GError **error)
{
  GError *local_error = NULL;

  *ret_walk = lw_store_get_walk_of_segment (self->store, &self->segment_id, &local_error);
  if (*ret_walk == NULL && !is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  if (*ret_walk != NULL)
    return TRUE;
  /* The file's walk may be here with another lesson of it. */
  *ret_walk = lw_store_get_walk (self->store, &self->bundle->walk->id, &local_error);
  if (*ret_walk == NULL && !is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  return TRUE;
}

/* What the file calls the segment may go by another id here, and then with what it has here. */
static gboolean
join_segment (Import *self, const LwSegment *here, GError **error)
{
  LwSegment fields = *here;
  LwSegment *joined;

  fields.visit_id = self->bundle->visit->id;
  joined = lw_segment_new (&fields, error);
  if (joined == NULL)
    return FALSE;
  g_ptr_array_add (self->segments, joined);
  return TRUE;
}

/* Of what the file can say: a walk's phase and the cycle before it are told elsewhere. */
static gboolean
says_the_same (const LwWalk *here, const LwWalk *named)
{
  LwWalk fields = *named;

  fields.previous_id = here->previous_id;
  fields.phase = here->phase;
  fields.practice_id = here->practice_id;
  return lw_walk_equal (here, &fields);
}

/* A focus that is here was set or edited by somebody, and no file knows better: it stays whole. */
static gboolean
fit_walk (Import *self, GError **error)
{
  const LwWalk *named = self->bundle->walk;
  g_autoptr (LwWalk) here = NULL;
  g_autoptr (LwSegment) segment = NULL;
  GError *local_error = NULL;

  if (named == NULL)
    return TRUE;
  if (!get_walk_here (self, &here, error))
    return FALSE;
  if (here != NULL && !says_the_same (here, named))
    lw_exchange_report_omit (self->report, "The focus of this lesson's walk is another one here "
                                           "than in the file, and was kept as it is.");
  segment = lw_store_get_segment (self->store, &self->segment_id, &local_error);
  if (segment == NULL && !is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  if (segment != NULL && !lw_id_is_none (&segment->visit_id))
    return TRUE;
  g_ptr_array_add (self->walks, lw_walk_ref (self->bundle->walk));
  g_ptr_array_add (self->visits, lw_visit_ref (self->bundle->visit));
  /* A new one is among those to be put. */
  return segment == NULL || join_segment (self, segment, error);
}

/* ---- whose tracks ---- */

static const LwTrack *
find_here (Import *self, const LwTrack *wanted)
{
  const LwTrack *of_person = NULL;

  for (guint i = 0; i < self->here->len; i++) {
    const LwTrack *track = self->here->pdata[i];

    if (!lw_id_equal (&track->person_id, &wanted->person_id))
      continue;
    if (lw_id_equal (&track->id, &wanted->id))
      return track;
    if (of_person == NULL)
      of_person = track;
  }
  return of_person;
}

/* Keeps the file's track id where it is free, so that exporting again gives the same file. */
static gboolean
add_track (Import *self, const LwTrack *wanted, GError **error)
{
  LwTrack fields = *wanted;
  GError *local_error = NULL;
  g_autoptr (LwTrack) taken = lw_store_get_track (self->store, &wanted->id, &local_error);
  LwTrack *track;

  if (taken == NULL && !is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  if (taken != NULL)
    fields.id = LW_ID_NONE;
  fields.segment_id = self->segment_id;
  track = lw_track_new (&fields, error);
  if (track == NULL)
    return FALSE;
  g_ptr_array_add (self->tracks, track);
  g_hash_table_insert (self->track_ids, (gpointer)&wanted->id, track);
  return TRUE;
}

static gboolean
fit_tracks (Import *self, GError **error)
{
  self->here = lw_store_list (self->store, LW_ENTITY_TRACK, &self->segment_id, error);
  if (self->here == NULL)
    return FALSE;
  for (guint i = 0; i < self->bundle->tracks->len; i++) {
    const LwTrack *wanted = self->bundle->tracks->pdata[i];
    const LwTrack *track = find_here (self, wanted);

    if (track != NULL)
      g_hash_table_insert (self->track_ids, (gpointer)&wanted->id, (gpointer)track);
    else if (!add_track (self, wanted, error))
      return FALSE;
  }
  return TRUE;
}

/* The person who imports is known here already; a nameless one must not come to be by a slip. */
static gboolean
check_importer (Import *self, const LwId *person_id, GError **error)
{
  g_autoptr (LwPerson) person = NULL;

  if (person_id == NULL || lw_bundle_find_person (self->bundle, person_id) == NULL)
    return TRUE;
  person = lw_store_get_person (self->store, person_id, error);
  return person != NULL;
}

/* ---- the notes ---- */

static gboolean
fit_note (Import *self, const LwNote *note, GError **error)
{
  const LwTrack *track = g_hash_table_lookup (self->track_ids, &note->track_id);
  LwNote fields = *note;
  LwNote *fitted;

  fields.track_id = track->id;
  fields.segment_id = self->segment_id;
  fields.author_id = track->person_id;
  fitted = lw_note_new (&fields, error);
  if (fitted == NULL)
    return FALSE;
  g_ptr_array_add (self->notes, fitted);
  return TRUE;
}

typedef enum { WAITING, CLIMBING, TAKEN, LEFT_OUT } NoteState;

typedef struct {
  const LwNote *note;
  NoteState state;
} Entry;

/* Whether what @reply_to names is in the store, for an answer to lean on. */
static gboolean
find_in_store (Import *self, const LwId *reply_to, gboolean *ret_found, GError **error)
{
  GError *local_error = NULL;
  g_autoptr (LwNote) note = lw_store_get_note (self->store, reply_to, &local_error);

  *ret_found = note != NULL;
  if (note == NULL && !is_absent (&local_error)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  return TRUE;
}

/* Takes @entry after all that it answers; climbs with a list, as a file may hold a long thread. */
static gboolean
take_thread (Import *self, GHashTable *entries, Entry *entry, GError **error)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  NoteState end = TAKEN;

  for (;;) {
    const LwId *reply_to = &entry->note->reply_to;
    gboolean found = TRUE;

    entry->state = CLIMBING;
    g_ptr_array_add (chain, entry);
    if (lw_id_is_none (reply_to))
      break;
    entry = g_hash_table_lookup (entries, reply_to);
    if (entry == NULL) {
      if (!find_in_store (self, reply_to, &found, error))
        return FALSE;
      end = found ? TAKEN : LEFT_OUT;
      break;
    }
    if (entry->state != WAITING) {
      /* A ring of notes that answer each other answers nothing. */
      end = entry->state == TAKEN ? TAKEN : LEFT_OUT;
      break;
    }
  }
  for (guint i = chain->len; i-- > 0;) {
    Entry *link = chain->pdata[i];

    link->state = end;
    if (end == TAKEN && !fit_note (self, link->note, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fit_notes (Import *self, GError **error)
{
  GPtrArray *notes = self->bundle->notes;
  g_autoptr (GHashTable) by_id = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autofree Entry *entries = g_new0 (Entry, notes->len + 1);
  guint n_left_out = 0;

  for (guint i = 0; i < notes->len; i++) {
    entries[i].note = notes->pdata[i];
    g_hash_table_insert (by_id, (gpointer)&entries[i].note->id, &entries[i]);
  }
  for (guint i = 0; i < notes->len; i++) {
    if (entries[i].state == WAITING && !take_thread (self, by_id, &entries[i], error))
      return FALSE;
    n_left_out += entries[i].state == LEFT_OUT;
  }
  if (n_left_out > 0)
    lw_exchange_report_omit (self->report,
                             "Replies left out because the note that they answer is neither in "
                             "the file nor here: %u.",
                             n_left_out);
  return TRUE;
}

/* ---- the whole ---- */

static void
report_outcomes (Import *self, const guint64 counts[LW_BATCH_N_OUTCOMES])
{
  if (self->report == NULL)
    return;
  self->report->notes = counts[LW_BATCH_ADDED] + counts[LW_BATCH_EDITED];
  self->report->unchanged = counts[LW_BATCH_SAME] + counts[LW_BATCH_KEPT] +
                            counts[LW_BATCH_DELETED] + counts[LW_BATCH_ELSEWHERE];
  if (counts[LW_BATCH_KEPT] > 0 && !self->bundle->is_approximate)
    lw_exchange_report_omit (self->report,
                             "Notes that differ from the file but are as new or newer here, and "
                             "were kept as they are: %" G_GUINT64_FORMAT ".",
                             counts[LW_BATCH_KEPT]);
  if (counts[LW_BATCH_DELETED] > 0)
    lw_exchange_report_omit (self->report,
                             "Notes that were deleted here before, and stay deleted: "
                             "%" G_GUINT64_FORMAT ".",
                             counts[LW_BATCH_DELETED]);
  if (counts[LW_BATCH_ELSEWHERE] > 0)
    lw_exchange_report_omit (self->report,
                             "Notes that are here already, on another segment, and were left "
                             "there: %" G_GUINT64_FORMAT ".",
                             counts[LW_BATCH_ELSEWHERE]);
}

static gboolean
apply (Import *self, GCancellable *cancellable, GError **error)
{
  LwStoreBatch batch = {
      .walks = self->walks,
      .visits = self->visits,
      .segments = self->segments,
      .people = self->bundle->people,
      .lenses = self->bundle->lenses,
      .tracks = self->tracks,
      .notes = self->notes,
      .same_if_there = self->bundle->made_ids,
  };
  guint64 counts[LW_BATCH_N_OUTCOMES] = {0};

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !lw_store_put_batch (self->store, &batch, counts, error))
    return FALSE;
  report_outcomes (self, counts);
  return TRUE;
}

gboolean
lw_import (LwStore *store,
           const LwFormatInfo *info,
           GInputStream *in,
           const LwId *segment_id,
           const LwId *person_id,
           LwExchangeReport *report,
           GCancellable *cancellable,
           GError **error)
{
  const LwFormat *format = lw_format_from_info (info);
  LwReadHints hints = {
      .segment_id = segment_id != NULL ? *segment_id : LW_ID_NONE,
      .person_id = person_id != NULL ? *person_id : LW_ID_NONE,
  };
  g_auto (Import) self = {.store = store, .report = report};
  g_autoptr (LwBundle) bundle = NULL;

  g_return_val_if_fail (LW_IS_STORE (store), FALSE);
  g_return_val_if_fail (G_IS_INPUT_STREAM (in), FALSE);

  if (format == NULL || format->read == NULL) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_UNSUPPORTED,
                 "Lessonwalk cannot read %s. Nothing was imported.",
                 format != NULL ? info->title : "this format");
    return FALSE;
  }
  bundle = format->read (in, &hints, report, cancellable, error);
  if (bundle == NULL)
    return FALSE;
  self.bundle = bundle;
  self.track_ids = g_hash_table_new (lw_id_hash, lw_id_equal);
  self.segments = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_segment_unref);
  self.walks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_walk_unref);
  self.visits = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_visit_unref);
  self.tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_track_unref);
  self.notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  if (!(segment_id != NULL ? use_given_segment (&self, segment_id, error)
                           : find_named_segment (&self, error)))
    return FALSE;
  return check_importer (&self, person_id, error) && fit_walk (&self, error) &&
         fit_tracks (&self, error) && fit_notes (&self, error) && apply (&self, cancellable, error);
}
