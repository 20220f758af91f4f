/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-erase.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lw-align.h"
#include "lw-audit.h"
#include "lw-clips.h"
#include "lw-live.h"
#include "lw-media-service.h"
#include "lw-receive.h"
#include "lw-sync.h"

/* ---- lists of ids and hashes in the ledger ---- */

typedef struct {
  const char *statement;
  const LwId *id;
  GPtrArray *blobs; /* of GBytes */
} Listing;

static gboolean
list_rows (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  Listing *listing = data;
  g_autoptr (LwStatement) rows = lw_ledger_get (ledger, db, listing->statement, error);
  gboolean row;

  if (rows == NULL)
    return FALSE;
  lw_bind_id (rows, 1, listing->id);
  for (;;) {
    gsize length;
    gconstpointer blob;

    if (!lw_step (db, rows, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    blob = lw_column_blob (rows, 0, &length);
    g_ptr_array_add (listing->blobs, g_bytes_new (blob, length));
  }
}

static GPtrArray *
list_blobs (LwRoom *room, const char *statement, const LwId *id, GError **error)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  Listing listing = {statement, id, blobs};

  if (!lw_ledger_read (room->ledger, list_rows, &listing, error))
    return NULL;
  return g_steal_pointer (&blobs);
}

static LwId
id_of (GPtrArray *blobs, guint i)
{
  LwId id = LW_ID_NONE;
  gsize length;
  gconstpointer bytes = g_bytes_get_data (blobs->pdata[i], &length);

  if (length == sizeof id.bytes)
    memcpy (id.bytes, bytes, length);
  return id;
}

typedef struct {
  const char *statement;
  gconstpointer key;
  gsize length;
} Dropping;

static gboolean
drop_row (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const Dropping *dropping = data;
  g_autoptr (LwStatement) drop = lw_ledger_get (ledger, db, dropping->statement, error);

  if (drop == NULL)
    return FALSE;
  lw_bind_blob (drop, 1, dropping->key, dropping->length);
  return lw_run (db, drop, error);
}

static gboolean
drop (LwRoom *room, const char *statement, gconstpointer key, gsize length, GError **error)
{
  Dropping dropping = {statement, key, length};

  return lw_ledger_write (room->ledger, drop_row, &dropping, error);
}

static gboolean
drop_for_id (LwRoom *room, const char *statement, const LwId *id, GError **error)
{
  return drop (room, statement, id->bytes, sizeof id->bytes, error);
}

/* ---- files ---- */

static gboolean
fail_file (GError **error)
{
  g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_IO,
               "A file could not be deleted: %s. Part of it may be erased already; try again, and "
               "tell whoever runs the room.",
               g_strerror (errno));
  return FALSE;
}

/* A file, or a folder with all that is in it; one that is not there is fine. */
static gboolean
remove_path (const char *path, LwErasure *erasure, GError **error)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    folder = g_dir_open (path, 0, error);
    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *below = g_build_filename (path, name, NULL);

      if (!remove_path (below, erasure, error))
        return FALSE;
    }
    return folder != NULL && (g_rmdir (path) == 0 || errno == ENOENT || fail_file (error));
  }
  if (g_unlink (path) == 0) {
    erasure->files++;
    return TRUE;
  }
  return errno == ENOENT || fail_file (error);
}

/* (transfer full) */
static char *
media_path (LwRoom *room, gconstpointer bytes)
{
  LwContentHash hash;

  memcpy (hash.bytes, bytes, sizeof hash.bytes);
  return lw_media_path (room, &hash, NULL);
}

static gboolean
remove_media (LwRoom *room, const LwContentHash *hash, LwErasure *erasure, GError **error)
{
  g_autofree char *path = lw_media_path (room, hash, NULL);

  /* The row first: what makes something of a lesson looks there before it writes. */
  if (!drop (room, "erase-drop-media", hash->bytes, sizeof hash->bytes, error))
    return FALSE;
  lw_media_jobs_drop_media (room->media->jobs, hash);
  return remove_path (path, erasure, error);
}

/* Its bytes are in uploads/ID, and what goes with it begins with that name. */
static gboolean
remove_locked_upload (LwRoom *room, const LwId *id, LwErasure *erasure, GError **error)
{
  g_autofree char *folder_path = lw_room_path (room, "uploads");
  g_autoptr (GDir) folder = g_dir_open (folder_path, 0, NULL);
  g_autofree char *prefix = lw_id_to_string (id);
  const char *name;

  if (!drop_for_id (room, "erase-drop-upload", id, error))
    return FALSE;
  lw_media_jobs_drop_upload (room->media->jobs, id);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (folder_path, name, NULL);

    if (g_str_has_prefix (name, prefix) && !remove_path (path, erasure, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
remove_upload (LwRoom *room, const LwId *id, LwErasure *erasure, GError **error)
{
  gboolean ok;

  if (!lw_upload_locks_take (room->media->locks, id, NULL)) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY,
                         "A file of it is just being sent. Part of it may be erased already; try "
                         "again in a moment.");
    return FALSE;
  }
  ok = remove_locked_upload (room, id, erasure, error);
  lw_upload_locks_release (room->media->locks, id);
  return ok;
}

static gboolean
remove_clips (
    LwRoom *room, const char *statement, const LwId *id, LwErasure *erasure, GError **error)
{
  g_autoptr (GPtrArray) clips = list_blobs (room, statement, id, error);

  for (guint i = 0; clips != NULL && i < clips->len; i++) {
    LwId clip_id = id_of (clips, i);

    if (!lw_clips_delete (room, &clip_id, error))
      return FALSE;
    erasure->clips++;
  }
  return clips != NULL;
}

static gboolean
remove_uploads (
    LwRoom *room, const char *statement, const LwId *id, LwErasure *erasure, GError **error)
{
  g_autoptr (GPtrArray) uploads = list_blobs (room, statement, id, error);

  for (guint i = 0; uploads != NULL && i < uploads->len; i++) {
    LwId upload_id = id_of (uploads, i);

    if (!remove_upload (room, &upload_id, erasure, error))
      return FALSE;
  }
  return uploads != NULL;
}

/* The files first: while the rows are there, whoever is interrupted can find and finish it. */
static gboolean
remove_work (LwRoom *room,
             const char *list_media,
             const char *drop_work,
             const LwId *id,
             LwErasure *erasure,
             GError **error)
{
  g_autoptr (GPtrArray) media = list_blobs (room, list_media, id, error);

  for (guint i = 0; media != NULL && i < media->len; i++) {
    g_autofree char *path = media_path (room, g_bytes_get_data (media->pdata[i], NULL));

    if (!remove_path (path, erasure, error))
      return FALSE;
  }
  if (media == NULL || !drop_for_id (room, drop_work, id, error))
    return FALSE;
  for (guint i = 0; i < media->len; i++) {
    gsize length;
    gconstpointer hash = g_bytes_get_data (media->pdata[i], &length);

    if (!drop (room, "erase-drop-media", hash, length, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- the whole ---- */

static gboolean
audit (LwRoom *room,
       LwAuditAction action,
       const LwErasure *erasure,
       const LwId *segment_id,
       const LwId *target_id,
       GError **error)
{
  LwAuditEvent event = {.action = action, .person_id = erasure->by};
  g_autoptr (LwWalk) walk = NULL;

  if (segment_id != NULL) {
    event.segment_id = *segment_id;
    walk = lw_store_get_walk_of_segment (room->store, segment_id, NULL);
  }
  if (walk != NULL)
    event.walk_id = walk->id;
  if (target_id != NULL)
    event.target_id = *target_id;
  return lw_audit_add (room, &event, error);
}

/* Copies that an upgrade left still hold what was erased since. */
static void
remove_old_copies (LwRoom *room, LwErasure *erasure)
{
  g_auto (GStrv) copies = lw_store_old_copies (room->store);

  for (guint i = 0; copies != NULL && copies[i] != NULL; i++) {
    if (g_unlink (copies[i]) == 0)
      erasure->files++;
  }
}

/* BUSY: gone from logs and tables; the store rids the free pages of it by itself, in seconds. */
static gboolean
finish_store (gboolean ok, GError **local_error, GError **error)
{
  if (ok || g_error_matches (*local_error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY)) {
    g_clear_error (local_error);
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (local_error));
  return FALSE;
}

/* Where it stands, and where it was pinned. */
static gboolean
check_holds_of_track (LwRoom *room, const LwTrack *track, GError **error)
{
  return lw_holds_check (room, &track->segment_id, error) &&
         (lw_id_is_none (&track->pinned_on_id) ||
          lw_holds_check (room, &track->pinned_on_id, error));
}

gboolean
lw_erase_note (LwRoom *room, const LwId *note_id, LwErasure *erasure, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwId track_id;

  if (!lw_store_find_track_of_note (room->store, note_id, &track_id, error))
    return FALSE;
  track = lw_store_get_track (room->store, &track_id, error);
  if (track == NULL || !check_holds_of_track (room, track, error) ||
      !audit (room, LW_AUDIT_ERASED_NOTE, erasure, &track->segment_id, note_id, error) ||
      !finish_store (lw_store_erase_note (room->store, note_id, &local_error), &local_error, error))
    return FALSE;
  remove_old_copies (room, erasure);
  return TRUE;
}

gboolean
lw_erase_track (LwRoom *room, const LwId *track_id, LwErasure *erasure, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwTrack) track = lw_store_get_track (room->store, track_id, error);

  if (track == NULL || !check_holds_of_track (room, track, error) ||
      !audit (room, LW_AUDIT_ERASED_TRACK, erasure, &track->segment_id, track_id, error) ||
      !finish_store (lw_store_erase_track (room->store, track_id, &local_error), &local_error,
                     error))
    return FALSE;
  remove_old_copies (room, erasure);
  return TRUE;
}

/* Everything of it but what the store has. */
static gboolean
remove_files (LwRoom *room, const LwSegment *segment, LwErasure *erasure, GError **error)
{
  g_autoptr (GPtrArray) sharing = NULL;

  if (!drop_for_id (room, "erase-sources-of-segment", &segment->id, error) ||
      !drop_for_id (room, "erase-clock-of-segment", &segment->id, error) ||
      !drop_for_id (room, "erase-alignments-of-segment", &segment->id, error) ||
      !remove_clips (room, "erase-clips-of-segment", &segment->id, erasure, error) ||
      !remove_uploads (room, "erase-uploads-of-segment", &segment->id, erasure, error) ||
      !remove_work (room, "erase-work-media-of-segment", "erase-drop-work-of-segment", &segment->id,
                    erasure, error))
    return FALSE;
  sharing = lw_store_find_segments (room->store, &segment->media, error);
  return sharing != NULL && (sharing->len > 1 || lw_content_hash_is_none (&segment->media) ||
                             remove_media (room, &segment->media, erasure, error));
}

static gboolean
erase_held_segment (LwRoom *room, const LwSegment *segment, LwErasure *erasure, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  /* The store comes last: while the lesson is in it, all this can be asked for again. */
  return lw_align_take_all_back (room, segment, error) &&
         remove_files (room, segment, erasure, error) && lw_ledger_scrub (room->ledger, error) &&
         finish_store (lw_store_erase_segment (room->store, &segment->id, &local_error),
                       &local_error, error) &&
         /* What was compared with it in the meantime. */
         drop_for_id (room, "erase-alignments-of-segment", &segment->id, error);
}

gboolean
lw_erase_segment (LwRoom *room, const LwId *segment_id, LwErasure *erasure, GError **error)
{
  g_autoptr (LwSegment) segment = lw_store_get_segment (room->store, segment_id, error);
  gboolean ok;
  LwAuditAction action =
      lw_id_is_none (&erasure->by) ? LW_AUDIT_RETENTION_ERASED : LW_AUDIT_ERASED_SEGMENT;

  if (segment == NULL || !lw_holds_check (room, segment_id, error) ||
      !audit (room, action, erasure, segment_id, NULL, error))
    return FALSE;
  /* Before the jobs are held, which what is recorded of it may wait for. */
  if (!lw_receive_erase (room->receive, segment_id, &erasure->files, error))
    return FALSE;
  lw_media_jobs_hold (room->media->jobs);
  ok = erase_held_segment (room, segment, erasure, error);
  lw_media_jobs_go_on (room->media->jobs);
  if (!ok)
    return FALSE;
  remove_old_copies (room, erasure);
  erasure->lessons++;
  return TRUE;
}

gboolean
lw_erase_work (LwRoom *room, const LwId *work_id, LwErasure *erasure, GError **error)
{
  g_autoptr (LwWork) work = lw_work_get (room->ledger, work_id, error);
  gboolean ok;

  if (work == NULL || !lw_holds_check (room, &work->segment_id, error) ||
      !audit (room, LW_AUDIT_REMOVED_WORK, erasure, &work->segment_id, work_id, error))
    return FALSE;
  lw_media_jobs_hold (room->media->jobs);
  /* What came goes by the id of its upload, whose line has the title and the file's name. */
  ok = remove_upload (room, work_id, erasure, error) &&
       remove_work (room, "erase-media-of-work", "erase-drop-work", work_id, erasure, error) &&
       lw_ledger_scrub (room->ledger, error);
  lw_media_jobs_go_on (room->media->jobs);
  return ok;
}

/* ---- a person ---- */

static gboolean
is_hosted_by (LwRoom *room, const LwSegment *segment, const LwId *person_id)
{
  g_autoptr (LwVisit) visit = NULL;

  if (!lw_id_is_none (&segment->visit_id))
    visit = lw_store_get_visit (room->store, &segment->visit_id, NULL);
  return visit != NULL && lw_id_equal (&visit->host_id, person_id);
}

static gboolean
check_holds_of_tracks (LwRoom *room, const LwId *segment_id, const LwId *person_id, GError **error)
{
  g_autoptr (GPtrArray) tracks = lw_store_list (room->store, LW_ENTITY_TRACK, segment_id, error);

  for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
    if (lw_id_equal (&((const LwTrack *)tracks->pdata[i])->person_id, person_id) &&
        !check_holds_of_track (room, tracks->pdata[i], error))
      return FALSE;
  }
  return tracks != NULL;
}

/* All or nothing: what is held is looked for before anything is touched. */
static gboolean
check_holds_of_person (LwRoom *room, GPtrArray *segments, const LwId *person_id, GError **error)
{
  for (guint i = 0; i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];

    if ((is_hosted_by (room, segment, person_id) && !lw_holds_check (room, &segment->id, error)) ||
        !check_holds_of_tracks (room, &segment->id, person_id, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
leave_walks (LwRoom *room, const LwId *person_id, GError **error)
{
  g_autoptr (GPtrArray) members = lw_store_list (room->store, LW_ENTITY_MEMBER, NULL, error);

  for (guint i = 0; members != NULL && i < members->len; i++) {
    LwMember fields = *(const LwMember *)members->pdata[i];
    g_autoptr (LwMember) left = NULL;

    if (!lw_id_equal (&fields.person_id, person_id) || fields.roles == 0)
      continue;
    fields.roles = 0;
    left = lw_member_new (&fields, error);
    if (left == NULL || !lw_store_put_member (room->store, left, error))
      return FALSE;
  }
  return members != NULL;
}

static gboolean
drop_account (LwRoom *room, const LwId *person_id, GError **error)
{
  if (!lw_accounts_end_sessions (room->accounts, person_id, error) ||
      !drop_for_id (room, "erase-drop-links-of-person", person_id, error) ||
      !drop_for_id (room, "erase-unname-links-of-person", person_id, error) ||
      !drop_for_id (room, "erase-drop-account", person_id, error))
    return FALSE;
  if (room->live != NULL)
    lw_live_check_sessions (room->live);
  return TRUE;
}

static gboolean
remove_uploads_of_person (LwRoom *room, const LwId *person_id, LwErasure *erasure, GError **error)
{
  gboolean ok;

  lw_media_jobs_hold (room->media->jobs);
  ok = remove_uploads (room, "erase-uploads-of-person", person_id, erasure, error);
  lw_media_jobs_go_on (room->media->jobs);
  return ok;
}

gboolean
lw_erase_person (LwRoom *room, const LwId *person_id, LwErasure *erasure, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LwPerson) person = lw_store_get_person (room->store, person_id, error);
  g_autoptr (GPtrArray) segments = NULL;

  if (person == NULL)
    return FALSE;
  segments = lw_store_list (room->store, LW_ENTITY_SEGMENT, NULL, error);
  if (segments == NULL || !check_holds_of_person (room, segments, person_id, error) ||
      !audit (room, LW_AUDIT_ERASED_PERSON, erasure, NULL, person_id, error))
    return FALSE;
  for (guint i = 0; i < segments->len; i++) {
    const LwSegment *segment = segments->pdata[i];

    if (is_hosted_by (room, segment, person_id) &&
        !lw_erase_segment (room, &segment->id, erasure, error))
      return FALSE;
  }
  if (!remove_clips (room, "erase-clips-of-person", person_id, erasure, error) ||
      !remove_uploads_of_person (room, person_id, erasure, error) ||
      !leave_walks (room, person_id, error) || !drop_account (room, person_id, error) ||
      !lw_ledger_scrub (room->ledger, error) ||
      !finish_store (lw_store_erase_person (room->store, person_id, &local_error), &local_error,
                     error))
    return FALSE;
  remove_old_copies (room, erasure);
  return TRUE;
}
