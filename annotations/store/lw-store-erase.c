/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-board.h"
#include "lw-store-private.h"

#define IN_MEMORY_PAGES 16384
#define CHECKPOINT_PATIENCE_US (5 * G_USEC_PER_SEC)

static gboolean
run_on_id (LwDb *db, const char *name, const LwId *id, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get (db, name, error);

  if (statement == NULL)
    return FALSE;
  lw_bind_id (statement, 1, id);
  return lw_run (db, statement, error);
}

/* The ids in the first column. (element-type LwId) */
static gboolean
list_ids (LwDb *db, const char *name, const LwId *id, gint64 key, GArray **ret_ids, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (db, name, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (LwId));

  if (list == NULL)
    return FALSE;
  if (id != NULL)
    lw_bind_id (list, 1, id);
  else
    lw_bind_int (list, 1, key);
  for (;;) {
    gboolean row;
    LwId found;

    if (!lw_step (db, list, &row, error))
      return FALSE;
    if (!row)
      break;
    found = lw_column_id (list, 0);
    g_array_append_val (ids, found);
  }
  *ret_ids = g_steal_pointer (&ids);
  return TRUE;
}

static gboolean
drop_settings_about (LwDb *db, const LwId *id, GError **error)
{
  g_autoptr (LwStatement) drop = lw_db_get (db, "drop-settings-about", error);
  char text[LW_ID_TEXT_LENGTH + 1];

  if (drop == NULL)
    return FALSE;
  lw_id_format (id, text);
  lw_bind_text (drop, 1, text);
  return lw_run (db, drop, error);
}

/* The notes on logs of the track @id, if it is one. */
static gboolean
erase_notes_of_track (LwDb *db, const LwId *id, GError **error)
{
  g_autoptr (GArray) notes = NULL;

  if (!list_ids (db, "notes-in-logs-of-track", id, 0, &notes, error))
    return FALSE;
  for (guint i = 0; i < notes->len; i++) {
    const LwId *note = &g_array_index (notes, LwId, i);
    gboolean there;

    if (!lw_project_remove_note (db, note, &there, error) ||
        !run_on_id (db, "drop-draft", note, error))
      return FALSE;
  }
  return run_on_id (db, "drop-bodies-of-track", id, error) &&
         run_on_id (db, "drop-missing-bodies-of-track", id, error) &&
         run_on_id (db, "drop-drafts-of-track", id, error);
}

/* A segment's media is forgotten with it: its file name may say whose lesson it was. */
static gboolean
read_media (LwDb *db, const LwId *id, LwContentHash *ret_media, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "entity-row", error);
  gboolean row;

  memset (ret_media, 0, sizeof *ret_media);
  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, id);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (row && sqlite3_column_bytes (get, 3) == sizeof *ret_media)
    memcpy (ret_media, sqlite3_column_blob (get, 3), sizeof *ret_media);
  return TRUE;
}

static gboolean
forget_media (LwDb *db, const LwContentHash *media, GError **error)
{
  g_autoptr (LwStatement) forget = lw_db_get (db, "forget-media", error);

  if (forget == NULL)
    return FALSE;
  lw_bind_blob (forget, 1, media, sizeof *media);
  return lw_run (db, forget, error);
}

gboolean
lw_erase_target (LwWriter *writer, const LwId *target, GError **error)
{
  LwDb *db = writer->db;
  g_autoptr (LwStatement) drop_track = NULL;
  LwContentHash media;
  gboolean there;
  gint64 key;

  if (!lw_project_remove_note (db, target, &there, error) ||
      !run_on_id (db, "add-erased", target, error) ||
      !run_on_id (db, "drop-bodies-of-target", target, error) ||
      !run_on_id (db, "drop-missing-bodies-of-target", target, error) ||
      !run_on_id (db, "drop-draft", target, error) || !erase_notes_of_track (db, target, error) ||
      !drop_settings_about (db, target, error) || !read_media (db, target, &media, error) ||
      !run_on_id (db, "strip-entity", target, error) ||
      !lw_counts_drop_entity (db, target, error) ||
      (!lw_content_hash_is_none (&media) && !forget_media (db, &media, error)) ||
      !lw_entity_find_key (db, target, FALSE, &key, error))
    return FALSE;
  drop_track = lw_db_get (db, "drop-track", error);
  if (drop_track == NULL)
    return FALSE;
  lw_bind_int (drop_track, 1, key);
  /* Remembered, so that a scrubbing that could not be done now, or was cut short, is made up for.
   */
  return lw_run (db, drop_track, error) && lw_meta_set_int (db, LW_META_SCRUB_DUE, 1, error);
}

/* One erasure, in the log, so that other stores learn of it too. */
static gboolean
erase_one (LwWriter *writer, const LwId *target, GError **error)
{
  LwChangeOp change = {.kind = LW_OP_ERASE, .target = *target};

  return lw_append (writer, &change, NULL, NULL, error) && lw_erase_target (writer, target, error);
}

static gboolean
erase_tracks (LwWriter *writer, const char *name, const LwId *of, GError **error)
{
  g_autoptr (GArray) tracks = NULL;
  gint64 key;

  if (!lw_entity_find_key (writer->db, of, FALSE, &key, error) ||
      !list_ids (writer->db, name, NULL, key, &tracks, error))
    return FALSE;
  for (guint i = 0; i < tracks->len; i++) {
    if (!erase_one (writer, &g_array_index (tracks, LwId, i), error))
      return FALSE;
  }
  return TRUE;
}

/* What is hers alone among a walk's entities: that she was in it, with her intention, and her own
 * words in it. Outcomes, groups and steps were written together and stay, without her name. */
static gboolean
is_of_person (LwEntityKind kind, gconstpointer entity, const LwId *person)
{
  return lw_id_equal (kind == LW_ENTITY_MEMBER ? &((const LwMember *)entity)->person_id
                                               : &((const LwItem *)entity)->by_id,
                      person);
}

static gboolean
erase_words_of_person (LwWriter *writer, const LwId *person, GError **error)
{
  static const LwEntityKind kinds[] = {LW_ENTITY_MEMBER, LW_ENTITY_FOLLOW_UP, LW_ENTITY_MESSAGE};

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
    g_autoptr (GArray) ids = NULL;

    if (!list_ids (writer->db, "list-entities", NULL, (gint64)kinds[k], &ids, error))
      return FALSE;
    for (guint i = 0; i < ids->len; i++) {
      const LwId *id = &g_array_index (ids, LwId, i);
      gpointer entity = lw_entity_load (writer->db, kinds[k], id, error);
      gboolean is_hers;

      if (entity == NULL)
        return FALSE;
      is_hers = is_of_person (kinds[k], entity, person);
      lw_entity_unref (kinds[k], entity);
      if (is_hers && !erase_one (writer, id, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
lw_erase_orphans (LwWriter *writer, GError **error)
{
  g_autoptr (GArray) tracks = NULL;

  if (!list_ids (writer->db, "tracks-below-erased", NULL, 0, &tracks, error))
    return FALSE;
  for (guint i = 0; i < tracks->len; i++) {
    if (!erase_one (writer, &g_array_index (tracks, LwId, i), error))
      return FALSE;
  }
  return TRUE;
}

typedef enum {
  ERASE_NOTE,
  ERASE_TRACK,
  ERASE_SEGMENT,
  ERASE_PERSON,
} Scope;

typedef struct {
  const LwId *target;
  Scope scope;
} Erasure;

static gboolean
check_target (LwDb *db, const Erasure *erasure, GError **error)
{
  g_autoptr (LwStatement) find = NULL;
  gboolean row;

  if (erasure->scope == ERASE_NOTE) {
    find = lw_db_get (db, "track-of-note", error);
    if (find == NULL)
      return FALSE;
    lw_bind_id (find, 1, erasure->target);
  } else {
    static const LwEntityKind kinds[] = {0, LW_ENTITY_TRACK, LW_ENTITY_SEGMENT, LW_ENTITY_PERSON};

    find = lw_db_get (db, "get-entity", error);
    if (find == NULL)
      return FALSE;
    lw_bind_id (find, 1, erasure->target);
    lw_bind_int (find, 2, kinds[erasure->scope]);
  }
  if (!lw_step (db, find, &row, error))
    return FALSE;
  return row || lw_store_fail (LW_STORE_ERROR_NOT_FOUND,
                               "There is nothing of that name in these notes.", error);
}

static gboolean
erase (LwWriter *writer, gpointer data, GError **error)
{
  const Erasure *erasure = data;
  gboolean erased;

  if (!lw_is_erased (writer->db, erasure->target, &erased, error))
    return FALSE;
  /* A second call finishes what the first could not: the scrubbing. */
  if (erased)
    return TRUE;
  if (!check_target (writer->db, erasure, error))
    return FALSE;
  if (erasure->scope == ERASE_SEGMENT &&
      !erase_tracks (writer, "tracks-of-segment", erasure->target, error))
    return FALSE;
  if (erasure->scope == ERASE_PERSON &&
      (!erase_tracks (writer, "tracks-of-person", erasure->target, error) ||
       !erase_words_of_person (writer, erasure->target, error)))
    return FALSE;
  if (!erase_one (writer, erasure->target, error))
    return FALSE;
  lw_writer_tell (writer, NULL, NULL, LW_STORE_CHANGE_ALL);
  return TRUE;
}

/* A large file is written by way of the disk, not of memory. (Only what stays is written.) */
static gboolean
write_anew (LwDb *db, GError **error)
{
  gint64 pages;
  gboolean ok;

  if (!lw_db_get_number (db, "PRAGMA page_count", &pages, error) ||
      (pages > IN_MEMORY_PAGES && !lw_db_exec (db, "PRAGMA temp_store = FILE", error)))
    return FALSE;
  ok = lw_db_exec (db, "VACUUM", error);
  lw_db_exec (db, "PRAGMA temp_store = MEMORY", NULL);
  return ok;
}

/* One checkpoint at a time, of whatever program: SQLite refuses a second at once and waits for
 * none. */
static int
empty_wal (LwDb *db)
{
  gint64 until_us = g_get_monotonic_time () + CHECKPOINT_PATIENCE_US;
  int code;

  while ((code = sqlite3_wal_checkpoint_v2 (db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                            NULL)) == SQLITE_BUSY &&
         g_get_monotonic_time () < until_us)
    g_usleep (2000);
  return code;
}

/* Deleting is not enough: the index keeps a word until its parts are merged, pages keep copies of
 * what once lay on them when their content moved, and the WAL keeps whole old pages. So the index
 * is merged into one, the file written anew, and the WAL emptied. */
static gboolean
scrub (LwWriter *writer, gpointer data, GError **error)
{
  LwDb *db = writer->db;
  g_autoptr (LwStatement) optimize = lw_db_get (db, "optimize-words", error);
  int code;

  if (optimize == NULL || !lw_run (db, optimize, error))
    return FALSE;
  g_clear_pointer (&optimize, lw_statement_release);
  if (!write_anew (db, error) || !lw_meta_set_int (db, LW_META_SCRUB_DUE, 0, error))
    return FALSE;
  code = empty_wal (db);
  if (code == SQLITE_OK)
    return TRUE;
  lw_meta_set_int (db, LW_META_SCRUB_DUE, 1, NULL);
  return lw_db_fail (db, code, error);
}

gboolean
lw_store_scrub (LwStore *self, GError **error)
{
  return lw_store_write_bare (self, scrub, NULL, error);
}

static gboolean
store_erase (LwStore *self, const LwId *target, Scope scope, GError **error)
{
  Erasure erasure = {target, scope};

  return lw_store_write (self, erase, &erasure, error) && lw_store_scrub (self, error);
}

gboolean
lw_store_erase_note (LwStore *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL, FALSE);
  return store_erase (self, note_id, ERASE_NOTE, error);
}

gboolean
lw_store_erase_track (LwStore *self, const LwId *track_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && track_id != NULL, FALSE);
  return store_erase (self, track_id, ERASE_TRACK, error);
}

gboolean
lw_store_erase_segment (LwStore *self, const LwId *segment_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && segment_id != NULL, FALSE);
  return store_erase (self, segment_id, ERASE_SEGMENT, error);
}

gboolean
lw_store_erase_person (LwStore *self, const LwId *person_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && person_id != NULL, FALSE);
  return store_erase (self, person_id, ERASE_PERSON, error);
}

gboolean
lw_store_is_erased (LwStore *self, const LwId *id)
{
  gboolean erased = FALSE;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && id != NULL, FALSE);
  db = lw_store_borrow (self, NULL);
  if (db == NULL)
    return FALSE;
  if (!lw_is_erased (db, id, &erased, NULL))
    erased = FALSE;
  lw_store_give_back (self, db);
  return erased;
}
