/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store-private.h"

static gboolean
fail_not_found (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "There is nothing of that name in these notes.",
                        error);
}

/* ---- writing ---- */

typedef struct {
  LwEntityKind kind;
  gconstpointer entity;
} Put;

static gboolean
check_exists (LwDb *db, const LwId *id, LwEntityKind kind, GError **error)
{
  g_autoptr (LwStatement) get = NULL;
  gboolean row;

  if (lw_id_is_none (id))
    return TRUE;
  get = lw_db_get (db, "get-entity", error);
  if (get == NULL)
    return FALSE;
  lw_bind_id (get, 1, id);
  lw_bind_int (get, 2, kind);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (row)
    return TRUE;
  g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
               "The %s that this belongs to is not in these notes.",
               lw_entity_get_class (kind)->name);
  return FALSE;
}

static gboolean
check_references (LwDb *db, LwEntityKind kind, gconstpointer entity, GError **error)
{
  const LwTrack *track = entity;
  const LwMember *member = entity;

  switch (kind) {
  case LW_ENTITY_PLACE:
    return check_exists (db, &((const LwPlace *)entity)->parent_id, LW_ENTITY_PLACE, error);
  case LW_ENTITY_VISIT:
    return check_exists (db, &((const LwVisit *)entity)->walk_id, LW_ENTITY_WALK, error);
  case LW_ENTITY_SEGMENT:
    return check_exists (db, &((const LwSegment *)entity)->visit_id, LW_ENTITY_VISIT, error);
  case LW_ENTITY_TRACK:
    return check_exists (db, &track->segment_id, LW_ENTITY_SEGMENT, error) &&
           check_exists (db, &track->person_id, LW_ENTITY_PERSON, error);
  case LW_ENTITY_MEMBER:
    return check_exists (db, &member->walk_id, LW_ENTITY_WALK, error) &&
           check_exists (db, &member->person_id, LW_ENTITY_PERSON, error);
  case LW_ENTITY_TREND:
    return check_exists (db, &((const LwItem *)entity)->walk_id, LW_ENTITY_PRACTICE, error);
  default:
    return !lw_item_is_of_walk (kind) ||
           check_exists (db, &((const LwItem *)entity)->walk_id, LW_ENTITY_WALK, error);
  }
}

/* Whether the very same is there already, or the id is another kind's. */
static gboolean
compare_with_stored (LwDb *db, const Put *put, GBytes *body, gboolean *ret_same, GError **error)
{
  g_autoptr (LwStatement) row = lw_db_get (db, "entity-row", error);
  g_autoptr (GBytes) stored = NULL;
  gboolean found;

  *ret_same = FALSE;
  if (row == NULL)
    return FALSE;
  lw_bind_id (row, 1, LW_ENTITY_ID (put->entity));
  if (!lw_step (db, row, &found, error))
    return FALSE;
  if (!found || sqlite3_column_type (row, 0) == SQLITE_NULL)
    return TRUE;
  if (sqlite3_column_int (row, 0) != (int)put->kind)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT, "That id names something of another kind.",
                          error);
  stored = g_bytes_new (sqlite3_column_blob (row, 5), (gsize)sqlite3_column_bytes (row, 5));
  *ret_same = g_bytes_equal (stored, body);
  return TRUE;
}

static gboolean
put_entity (LwWriter *writer, gpointer data, GError **error)
{
  const Put *put = data;
  const LwId *id = LW_ENTITY_ID (put->entity);
  g_autoptr (GBytes) body = lw_body_from_entity (put->kind, put->entity);
  LwChangeOp change = {.kind = LW_OP_PUT_ENTITY, .target = *id, .body = body};
  gboolean erased, same;

  if (!lw_is_erased (writer->db, id, &erased, error))
    return FALSE;
  if (erased)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT, "That was erased for good.", error);
  if (!check_references (writer->db, put->kind, put->entity, error) ||
      !compare_with_stored (writer->db, put, body, &same, error))
    return FALSE;
  if (same)
    return TRUE;
  if (!lw_append (writer, &change, NULL, NULL, error) || !lw_project_target (writer->db, id, error))
    return FALSE;
  lw_writer_tell (writer, put->kind == LW_ENTITY_SEGMENT ? id : NULL, id,
                  lw_item_is (put->kind) ? LW_STORE_CHANGE_ITEM : LW_STORE_CHANGE_ENTITY);
  return TRUE;
}

static gboolean
store_put (LwStore *self, LwEntityKind kind, gconstpointer fields, GError **error)
{
  /* What was made by hand is checked too. */
  gpointer entity = lw_entity_new (kind, fields, error);
  Put put = {kind, entity};
  gboolean ok;

  if (entity == NULL)
    return FALSE;
  ok = lw_store_write (self, put_entity, &put, error);
  lw_entity_unref (kind, entity);
  return ok;
}

typedef struct {
  Put put;
  gpointer standing;
} PutItem;

static gboolean
put_item (LwWriter *writer, gpointer data, GError **error)
{
  PutItem *item = data;
  g_autoptr (GError) cause = NULL;
  gpointer there =
      lw_entity_load (writer->db, item->put.kind, LW_ENTITY_ID (item->put.entity), &cause);

  if (there == NULL && !g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  /* A write that was tried before, and undone. */
  if (item->standing != NULL)
    lw_entity_unref (item->put.kind, g_steal_pointer (&item->standing));
  if (there != NULL && lw_item_beats (item->put.kind, there, item->put.entity)) {
    item->standing = there;
    return TRUE;
  }
  if (there != NULL)
    lw_entity_unref (item->put.kind, there);
  item->standing = lw_entity_ref (item->put.entity);
  return put_entity (writer, &item->put, error);
}

gboolean
lw_store_put_item (
    LwStore *self, LwEntityKind kind, gconstpointer item, gpointer *ret_standing, GError **error)
{
  PutItem putting = {.put.kind = kind};
  gpointer entity;
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (self) && lw_item_is (kind) && item != NULL, FALSE);
  entity = lw_entity_new (kind, item, error);
  if (entity == NULL)
    return FALSE;
  putting.put.entity = entity;
  ok = lw_store_write (self, put_item, &putting, error);
  lw_entity_unref (kind, entity);
  if (ok && ret_standing != NULL)
    *ret_standing = putting.standing;
  else if (putting.standing != NULL)
    lw_entity_unref (kind, putting.standing);
  return ok;
}

/* ---- reading ---- */

static gpointer
entity_from_body (LwStatement *row, const LwId *id, int body_column, GError **error)
{
  gpointer entity = lw_body_to_entity (sqlite3_column_blob (row, body_column),
                                       (gsize)sqlite3_column_bytes (row, body_column), id, NULL);

  if (entity == NULL)
    lw_store_fail (LW_STORE_ERROR_CORRUPT,
                   "Something in the notes cannot be read. Run “lessonwalk verify”.", error);
  return entity;
}

static gpointer
entity_from_row (LwStatement *row, int id_column, int body_column, GError **error)
{
  LwId id = lw_column_id (row, id_column);

  return entity_from_body (row, &id, body_column, error);
}

gpointer
lw_entity_load (LwDb *db, LwEntityKind kind, const LwId *id, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-entity", error);
  gboolean row;

  if (get == NULL)
    return NULL;
  lw_bind_id (get, 1, id);
  lw_bind_int (get, 2, kind);
  if (!lw_step (db, get, &row, error))
    return NULL;
  if (!row) {
    fail_not_found (error);
    return NULL;
  }
  return entity_from_body (get, id, 0, error);
}

static gpointer
store_get (LwStore *self, LwEntityKind kind, const LwId *id, GError **error)
{
  LwDb *db = lw_store_borrow (self, error);
  gpointer entity;

  if (db == NULL)
    return NULL;
  entity = lw_entity_load (db, kind, id, error);
  lw_store_give_back (self, db);
  return entity;
}

#define DEFINE_ENTITY(Type, type, KIND)                                          \
  gboolean lw_store_put_##type (LwStore *self, const Type *type, GError **error) \
  {                                                                              \
    g_return_val_if_fail (LW_IS_STORE (self) && type != NULL, FALSE);            \
    return store_put (self, KIND, type, error);                                  \
  }                                                                              \
  Type *lw_store_get_##type (LwStore *self, const LwId *id, GError **error)      \
  {                                                                              \
    g_return_val_if_fail (LW_IS_STORE (self) && id != NULL, NULL);               \
    return store_get (self, KIND, id, error);                                    \
  }

DEFINE_ENTITY (LwPlace, place, LW_ENTITY_PLACE)
DEFINE_ENTITY (LwPerson, person, LW_ENTITY_PERSON)
DEFINE_ENTITY (LwLens, lens, LW_ENTITY_LENS)
DEFINE_ENTITY (LwWalk, walk, LW_ENTITY_WALK)
DEFINE_ENTITY (LwVisit, visit, LW_ENTITY_VISIT)
DEFINE_ENTITY (LwSegment, segment, LW_ENTITY_SEGMENT)
DEFINE_ENTITY (LwTrack, track, LW_ENTITY_TRACK)
DEFINE_ENTITY (LwMember, member, LW_ENTITY_MEMBER)
DEFINE_ENTITY (LwProtocolText, protocol_text, LW_ENTITY_PROTOCOL)

static gpointer
load_item (LwDb *db, const LwId *id, LwEntityKind *ret_kind, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "entity-row", error);
  gboolean row;

  if (get == NULL)
    return NULL;
  lw_bind_id (get, 1, id);
  if (!lw_step (db, get, &row, error))
    return NULL;
  /* What was erased, and is still named, has no kind. */
  if (row && sqlite3_column_type (get, 0) != SQLITE_NULL &&
      lw_item_is ((LwEntityKind)sqlite3_column_int (get, 0))) {
    *ret_kind = (LwEntityKind)sqlite3_column_int (get, 0);
    return entity_from_body (get, id, 5, error);
  }
  fail_not_found (error);
  return NULL;
}

gpointer
lw_store_get_item (LwStore *self, const LwId *id, LwEntityKind *ret_kind, GError **error)
{
  LwDb *db;
  gpointer item;

  g_return_val_if_fail (LW_IS_STORE (self) && id != NULL && ret_kind != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  item = load_item (db, id, ret_kind, error);
  lw_store_give_back (self, db);
  return item;
}

/* @statement: bound; its columns are id and body. */
static GPtrArray *
collect (LwDb *db, LwStatement *statement, LwEntityKind kind, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (lw_entity_get_unref (kind));
  gboolean row;

  for (;;) {
    gpointer entity;

    if (!lw_step (db, statement, &row, error))
      return NULL;
    if (!row)
      return g_steal_pointer (&found);
    entity = entity_from_row (statement, 0, 1, error);
    if (entity == NULL)
      return NULL;
    g_ptr_array_add (found, entity);
  }
}

static void
leave_out_removed (GPtrArray *visits)
{
  for (guint i = 0; i < visits->len;) {
    if (((const LwVisit *)visits->pdata[i])->removed)
      g_ptr_array_remove_index (visits, i);
    else
      i++;
  }
}

GPtrArray *
lw_store_list (LwStore *self, LwEntityKind kind, const LwId *parent, GError **error)
{
  g_autoptr (LwStatement) list = NULL;
  GPtrArray *found = NULL;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && (guint)kind < LW_ENTITY_N_KINDS, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  list = lw_db_get (db, parent != NULL ? "list-entities-below" : "list-entities", error);
  if (list != NULL) {
    lw_bind_int (list, 1, kind);
    if (parent != NULL)
      lw_bind_id (list, 2, parent);
    found = collect (db, list, kind, error);
  }
  g_clear_pointer (&list, lw_statement_release);
  lw_store_give_back (self, db);
  if (found != NULL && kind == LW_ENTITY_VISIT)
    leave_out_removed (found);
  return found;
}

GPtrArray *
lw_store_find_segments (LwStore *self, const LwContentHash *media, GError **error)
{
  g_autoptr (LwStatement) find = NULL;
  GPtrArray *found = NULL;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && media != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  find = lw_db_get (db, "segments-of-media", error);
  if (find != NULL) {
    lw_bind_blob (find, 1, media, sizeof *media);
    found = collect (db, find, LW_ENTITY_SEGMENT, error);
  }
  g_clear_pointer (&find, lw_statement_release);
  lw_store_give_back (self, db);
  return found;
}

GPtrArray *
lw_store_recent_segments (LwStore *self, guint limit, GError **error)
{
  g_autoptr (LwStatement) recent = NULL;
  GPtrArray *found = NULL;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  recent = lw_db_get (db, "recent-segments", error);
  if (recent != NULL) {
    lw_bind_int (recent, 1, limit == 0 ? -1 : (gint64)limit);
    found = collect (db, recent, LW_ENTITY_SEGMENT, error);
  }
  g_clear_pointer (&recent, lw_statement_release);
  lw_store_give_back (self, db);
  return found;
}

LwWalk *
lw_store_get_walk_of_segment (LwStore *self, const LwId *segment_id, GError **error)
{
  g_autoptr (LwStatement) find = NULL;
  LwWalk *walk = NULL;
  gboolean row;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && segment_id != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  find = lw_db_get (db, "walk-of-segment", error);
  if (find != NULL) {
    lw_bind_id (find, 1, segment_id);
    if (lw_step (db, find, &row, error)) {
      if (row)
        walk = entity_from_row (find, 0, 1, error);
      else
        lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "The lesson belongs to no walk.", error);
    }
  }
  g_clear_pointer (&find, lw_statement_release);
  lw_store_give_back (self, db);
  return walk;
}

/* ---- found or made ---- */

typedef struct {
  const char *name;
  LwPerson *person;
} LocalPerson;

static gboolean
ensure_local_person (LwWriter *writer, gpointer data, GError **error)
{
  LocalPerson *local = data;
  g_autoptr (GError) local_error = NULL;
  LwPerson fields = {.name = local->name};
  LwId id;

  if (!lw_meta_get_id (writer->db, LW_META_LOCAL_PERSON, &id, error))
    return FALSE;
  local->person = lw_entity_load (writer->db, LW_ENTITY_PERSON, &id, &local_error);
  if (local->person != NULL)
    return TRUE;
  if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  local->person = lw_person_new (&fields, error);
  return local->person != NULL &&
         put_entity (writer, &(Put){LW_ENTITY_PERSON, local->person}, error) &&
         lw_meta_set_id (writer->db, LW_META_LOCAL_PERSON, &local->person->id, error);
}

LwPerson *
lw_store_ensure_local_person (LwStore *self, const char *name_if_new, GError **error)
{
  LocalPerson local = {.name = name_if_new};
  LwId id = LW_ID_NONE;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  if (lw_meta_get_id (db, LW_META_LOCAL_PERSON, &id, NULL))
    local.person = lw_entity_load (db, LW_ENTITY_PERSON, &id, NULL);
  lw_store_give_back (self, db);
  if (local.person != NULL)
    return local.person;
  if (!lw_store_write (self, ensure_local_person, &local, error))
    g_clear_pointer (&local.person, lw_person_unref);
  return local.person;
}

typedef struct {
  const LwId *segment_id;
  const LwId *person_id;
  LwTrack *track;
} FoundTrack;

static gboolean
find_track (LwDb *db, FoundTrack *found, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "track-of", error);
  gint64 segment, person;
  gboolean row;

  if (find == NULL || !lw_entity_find_key (db, found->segment_id, FALSE, &segment, error) ||
      !lw_entity_find_key (db, found->person_id, FALSE, &person, error))
    return FALSE;
  lw_bind_int (find, 1, segment);
  lw_bind_int (find, 2, person);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  found->track = entity_from_row (find, 0, 1, error);
  return found->track != NULL;
}

static gboolean
ensure_track (LwWriter *writer, gpointer data, GError **error)
{
  FoundTrack *found = data;
  LwTrack fields = {.segment_id = *found->segment_id, .person_id = *found->person_id};

  if (!find_track (writer->db, found, error))
    return FALSE;
  if (found->track != NULL)
    return TRUE;
  found->track = lw_track_new (&fields, error);
  return found->track != NULL && put_entity (writer, &(Put){LW_ENTITY_TRACK, found->track}, error);
}

LwTrack *
lw_store_ensure_track (LwStore *self, const LwId *segment_id, const LwId *person_id, GError **error)
{
  FoundTrack found = {segment_id, person_id, NULL};
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && segment_id != NULL && person_id != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = find_track (db, &found, error);
  lw_store_give_back (self, db);
  if (!ok || found.track != NULL)
    return found.track;
  if (!lw_store_write (self, ensure_track, &found, error))
    g_clear_pointer (&found.track, lw_track_unref);
  return found.track;
}
