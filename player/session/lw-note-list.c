/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note-list.h"

#include "lw-note-filter.h"
#include "lw-note-key.h"

#include <string.h>

typedef struct {
  LwNoteKey key;
  LwNoteItem *item;
} LwNoteEntry;

typedef struct {
  LwId person_id;
  LwId lens_id;
  guint number;
} LwTrackInfo;

struct _LwNoteList {
  GObject parent_instance;
  LwStore *store;
  gulong changed_id;
  LwId segment_id;
  LwId person_id;
  LwNoteFilter filter;
  GArray *entries;     /* of LwNoteEntry, by key */
  GHashTable *listed;  /* LwId -> LwNoteKey: where each listed note stands */
  GHashTable *threads; /* LwId of a reply -> LwId it answers; of the whole segment, unfiltered */
  GHashTable *answers; /* LwId of a note -> GHashTable set of its replies' LwId */
  GHashTable *tracks;  /* LwId -> LwTrackInfo */
  GHashTable *people;  /* LwId -> name */
  GHashTable *lenses;  /* LwId -> name */
};

static void lw_note_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LwNoteList,
                               lw_note_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, lw_note_list_model_init))

/* ---- order ---- */

static LwNoteEntry *
entry_at (LwNoteList *self, guint position)
{
  return &g_array_index (self->entries, LwNoteEntry, position);
}

static const LwNote *
note_at (LwNoteList *self, guint position)
{
  return lw_note_item_get_note (entry_at (self, position)->item);
}

/* The first position whose key is not below @key. */
static guint
lower_bound (LwNoteList *self, const LwNoteKey *key)
{
  guint low = 0;
  guint high = self->entries->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (lw_note_key_compare (&entry_at (self, middle)->key, key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static LwNoteKey
key_of (LwNoteList *self, const LwNote *note)
{
  const LwNoteKey *thread = g_hash_table_lookup (self->listed, &note->reply_to);
  return lw_note_key_make (note,
                           thread != NULL && !thread->is_reply ? &thread->thread_start : NULL);
}

static gpointer
id_copy (const LwId *id)
{
  return g_memdup2 (id, sizeof *id);
}

static void
set_listed (LwNoteList *self, const LwNoteKey *key)
{
  g_hash_table_replace (self->listed, id_copy (&key->id), g_memdup2 (key, sizeof *key));
}

/* ---- items ---- */

/* The note's own lens, or else its track's. */
static LwId
lens_of (LwNoteList *self, const LwNote *note)
{
  const LwTrackInfo *track = g_hash_table_lookup (self->tracks, &note->track_id);
  return lw_id_is_none (&note->lens_id) && track != NULL ? track->lens_id : note->lens_id;
}

static const char *
lens_name (LwNoteList *self, const LwNote *note)
{
  LwId lens_id = lens_of (self, note);
  const char *name = g_hash_table_lookup (self->lenses, &lens_id);
  return name != NULL ? name : "";
}

static LwNoteItem *
make_item (LwNoteList *self, const LwNote *note)
{
  const LwTrackInfo *track = g_hash_table_lookup (self->tracks, &note->track_id);
  const char *author = g_hash_table_lookup (self->people, &note->author_id);
  GHashTable *answers = g_hash_table_lookup (self->answers, &note->id);
  return lw_note_item_new (note, author != NULL ? author : "", lens_name (self, note),
                           track != NULL ? track->number : 0,
                           lw_id_equal (&note->author_id, &self->person_id),
                           answers != NULL ? g_hash_table_size (answers) : 0);
}

static gboolean
item_equal (LwNoteItem *a, LwNoteItem *b)
{
  return lw_note_equal (lw_note_item_get_note (a), lw_note_item_get_note (b)) &&
         lw_note_item_get_track_number (a) == lw_note_item_get_track_number (b) &&
         lw_note_item_get_is_own (a) == lw_note_item_get_is_own (b) &&
         lw_note_item_get_n_replies (a) == lw_note_item_get_n_replies (b) &&
         strcmp (lw_note_item_get_author (a), lw_note_item_get_author (b)) == 0 &&
         strcmp (lw_note_item_get_lens (a), lw_note_item_get_lens (b)) == 0;
}

/* ---- threads ---- */

static void
unlink_reply (LwNoteList *self, const LwId *reply_id)
{
  const LwId *thread = g_hash_table_lookup (self->threads, reply_id);
  if (thread == NULL)
    return;
  GHashTable *answers = g_hash_table_lookup (self->answers, thread);
  if (answers != NULL)
    g_hash_table_remove (answers, reply_id);
  g_hash_table_remove (self->threads, reply_id);
}

static void
link_reply (LwNoteList *self, const LwNote *reply)
{
  GHashTable *answers = g_hash_table_lookup (self->answers, &reply->reply_to);
  if (answers == NULL) {
    answers = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
    g_hash_table_insert (self->answers, id_copy (&reply->reply_to), answers);
  }
  g_hash_table_add (answers, id_copy (&reply->id));
  g_hash_table_replace (self->threads, id_copy (&reply->id), id_copy (&reply->reply_to));
}

/* ---- single steps: each leaves the model whole, then tells ---- */

static void
remove_at (LwNoteList *self, guint position)
{
  g_hash_table_remove (self->listed, &entry_at (self, position)->key.id);
  g_array_remove_index (self->entries, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
insert_note (LwNoteList *self, const LwNote *note)
{
  LwNoteEntry entry = {.key = key_of (self, note), .item = make_item (self, note)};
  guint position = lower_bound (self, &entry.key);
  set_listed (self, &entry.key);
  g_array_insert_val (self->entries, position, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/* Same place, new item; silent if it would look the same. */
static void
replace_at (LwNoteList *self, guint position, const LwNote *note)
{
  g_autoptr (LwNoteItem) item = make_item (self, note);
  if (item_equal (item, entry_at (self, position)->item))
    return;
  g_set_object (&entry_at (self, position)->item, item);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
}

static gboolean
find_position (LwNoteList *self, const LwId *note_id, guint *ret_position)
{
  const LwNoteKey *key = g_hash_table_lookup (self->listed, note_id);
  if (key == NULL)
    return FALSE;
  *ret_position = lower_bound (self, key);
  return TRUE;
}

/* ---- one note changed ---- */

/* Takes the listed answers to @note_id out and returns them, so that its place can change. */
static GPtrArray *
take_answers (LwNoteList *self, const LwId *note_id)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  GHashTable *answers = g_hash_table_lookup (self->answers, note_id);
  if (answers == NULL)
    return taken;
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, answers);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    guint position;
    if (!find_position (self, id, &position))
      continue;
    g_ptr_array_add (taken, lw_note_ref (note_at (self, position)));
    remove_at (self, position);
  }
  return taken;
}

static void
put_note (LwNoteList *self, const LwId *note_id, const LwNote *note)
{
  guint position;
  gboolean is_listed = find_position (self, note_id, &position);
  if (is_listed && note != NULL) {
    LwNoteKey key = key_of (self, note);
    if (lw_note_key_compare (&key, &entry_at (self, position)->key) == 0) {
      replace_at (self, position, note);
      return;
    }
  }
  if (!is_listed && note == NULL)
    return;
  g_autoptr (GPtrArray) answers = take_answers (self, note_id);
  if (find_position (self, note_id, &position))
    remove_at (self, position);
  if (note != NULL)
    insert_note (self, note);
  for (guint i = 0; i < answers->len; i++)
    insert_note (self, g_ptr_array_index (answers, i));
}

static void
refresh_count (LwNoteList *self, const LwId *note_id)
{
  guint position;
  if (find_position (self, note_id, &position)) {
    g_autoptr (LwNote) note = lw_note_ref (note_at (self, position));
    replace_at (self, position, note);
  }
}

void
lw_note_list_refresh_note (LwNoteList *self, const LwId *note_id)
{
  g_return_if_fail (LW_IS_NOTE_LIST (self));
  if (lw_id_is_none (&self->segment_id))
    return;
  /* The caller's id may be that of an item that goes. */
  LwId id = *note_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_store_get_note (self->store, &id, &error);
  if (note == NULL && !g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return; /* cannot be read now: what is shown stays */
  if (note != NULL && !lw_id_equal (&note->segment_id, &self->segment_id))
    g_clear_pointer (&note, lw_note_unref);

  const LwId *thread = g_hash_table_lookup (self->threads, &id);
  LwId thread_id = thread != NULL ? *thread : LW_ID_NONE;
  if (note == NULL) {
    unlink_reply (self, &id);
  } else if (note->kind == LW_NOTE_REPLY) {
    thread_id = note->reply_to;
    link_reply (self, note);
  }
  gboolean is_wanted = FALSE;
  if (note != NULL) {
    LwId lens_id = lens_of (self, note);
    is_wanted = lw_note_filter_matches (&self->filter, self->store, note, &lens_id);
  }
  put_note (self, &id, is_wanted ? note : NULL);
  if (!lw_id_is_none (&thread_id))
    refresh_count (self, &thread_id);
}

/* ---- everything anew ---- */

static gboolean
load_names (LwNoteList *self, GError **error)
{
  g_autoptr (GPtrArray) tracks =
      lw_store_list (self->store, LW_ENTITY_TRACK, &self->segment_id, error);
  if (tracks == NULL)
    return FALSE;
  g_hash_table_remove_all (self->tracks);
  g_hash_table_remove_all (self->people);
  g_hash_table_remove_all (self->lenses);
  for (guint i = 0; i < tracks->len; i++) {
    const LwTrack *track = g_ptr_array_index (tracks, i);
    LwTrackInfo info = {.person_id = track->person_id, .lens_id = track->lens_id, .number = i};
    g_hash_table_replace (self->tracks, id_copy (&track->id), g_memdup2 (&info, sizeof info));
    if (!g_hash_table_contains (self->people, &track->person_id)) {
      g_autoptr (LwPerson) person = lw_store_get_person (self->store, &track->person_id, NULL);
      if (person != NULL)
        g_hash_table_replace (self->people, id_copy (&person->id), g_strdup (person->name));
    }
  }
  g_autoptr (GPtrArray) lenses = lw_store_list (self->store, LW_ENTITY_LENS, NULL, error);
  if (lenses == NULL)
    return FALSE;
  for (guint i = 0; i < lenses->len; i++) {
    const LwLens *lens = g_ptr_array_index (lenses, i);
    g_hash_table_replace (self->lenses, id_copy (&lens->id), g_strdup (lens->name));
  }
  return TRUE;
}

static gboolean
load_threads (LwNoteList *self, GError **error)
{
  LwNoteQuery query = {.segment_id = &self->segment_id, .kinds = 1u << LW_NOTE_REPLY};
  g_autoptr (GPtrArray) replies = lw_store_query (self->store, &query, error);
  if (replies == NULL)
    return FALSE;
  g_hash_table_remove_all (self->threads);
  g_hash_table_remove_all (self->answers);
  for (guint i = 0; i < replies->len; i++)
    link_reply (self, g_ptr_array_index (replies, i));
  return TRUE;
}

static void
entry_clear (gpointer data)
{
  g_clear_object (&((LwNoteEntry *)data)->item);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return lw_note_key_compare (&((const LwNoteEntry *)a)->key, &((const LwNoteEntry *)b)->key);
}

/* What the list shall be: sorted entries with keys of their own threads. */
static GArray *
make_entries (LwNoteList *self, GPtrArray *notes)
{
  g_autoptr (GHashTable) starts = g_hash_table_new (lw_id_hash, lw_id_equal);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);
    if (note->kind != LW_NOTE_REPLY)
      g_hash_table_insert (starts, (gpointer)&note->id, (gpointer)&note->start);
  }
  GArray *entries = g_array_sized_new (FALSE, FALSE, sizeof (LwNoteEntry), notes->len);
  g_array_set_clear_func (entries, entry_clear);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);
    LwNoteEntry entry = {.key =
                             lw_note_key_make (note, g_hash_table_lookup (starts, &note->reply_to)),
                         .item = make_item (self, note)};
    g_array_append_val (entries, entry);
  }
  g_array_sort (entries, compare_entries);
  return entries;
}

/* Removes, in runs from the end, all that is not in @wanted at the same key. */
static void
drop_unwanted (LwNoteList *self, GArray *wanted)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (lw_id_hash, lw_id_equal);
  for (guint i = 0; i < wanted->len; i++) {
    const LwNoteEntry *entry = &g_array_index (wanted, LwNoteEntry, i);
    g_hash_table_insert (keys, (gpointer)&entry->key.id, (gpointer)&entry->key);
  }
  guint end = self->entries->len;
  while (end > 0) {
    guint start = end;
    while (start > 0) {
      const LwNoteKey *key = &entry_at (self, start - 1)->key;
      const LwNoteKey *other = g_hash_table_lookup (keys, &key->id);
      if (other != NULL && lw_note_key_compare (key, other) == 0)
        break;
      g_hash_table_remove (self->listed, &key->id);
      start--;
    }
    if (start < end) {
      g_array_remove_range (self->entries, start, end - start);
      g_list_model_items_changed (G_LIST_MODEL (self), start, end - start, 0);
    }
    end = start > 0 ? start - 1 : 0;
  }
}

/* What is left is a subsequence of @wanted: fills in the runs that miss, replaces what changed. */
static void
fill_in (LwNoteList *self, GArray *wanted)
{
  guint position = 0;
  while (position < wanted->len) {
    LwNoteEntry *entry = &g_array_index (wanted, LwNoteEntry, position);
    if (g_hash_table_contains (self->listed, &entry->key.id)) {
      if (!item_equal (entry->item, entry_at (self, position)->item)) {
        g_set_object (&entry_at (self, position)->item, entry->item);
        g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
      }
      position++;
      continue;
    }
    guint end = position;
    while (end < wanted->len) {
      LwNoteEntry *next = &g_array_index (wanted, LwNoteEntry, end);
      if (g_hash_table_contains (self->listed, &next->key.id))
        break;
      set_listed (self, &next->key);
      g_object_ref (next->item);
      end++;
    }
    g_array_insert_vals (self->entries, position, entry, end - position);
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, end - position);
    position = end;
  }
}

static gboolean
reload (LwNoteList *self, GError **error)
{
  g_autoptr (GPtrArray) notes = NULL;
  if (lw_id_is_none (&self->segment_id)) {
    notes = g_ptr_array_new ();
  } else {
    if (!load_names (self, error) || !load_threads (self, error))
      return FALSE;
    LwNoteQuery query = lw_note_filter_query (&self->filter, &self->segment_id);
    notes = lw_store_query (self->store, &query, error);
    if (notes == NULL)
      return FALSE;
  }
  g_autoptr (GArray) wanted = make_entries (self, notes);
  drop_unwanted (self, wanted);
  fill_in (self, wanted);
  return TRUE;
}

static void
on_changed (LwStore *store,
            const LwId *segment_id,
            const LwId *target_id,
            LwStoreChange what,
            LwNoteList *self)
{
  if (lw_id_is_none (&self->segment_id) || what == LW_STORE_CHANGE_ITEM)
    return;
  if (what == LW_STORE_CHANGE_NOTE && target_id != NULL) {
    if (segment_id == NULL || lw_id_is_none (segment_id) ||
        lw_id_equal (segment_id, &self->segment_id))
      lw_note_list_refresh_note (self, target_id);
    return;
  }
  g_autoptr (GError) error = NULL;
  if (!reload (self, &error))
    g_debug ("the list stays as it is: %s", error->message);
}

/* ---- the outside ---- */

gboolean
lw_note_list_set_segment (LwNoteList *self,
                          const LwId *segment_id,
                          const LwId *person_id,
                          GError **error)
{
  g_return_val_if_fail (LW_IS_NOTE_LIST (self), FALSE);
  self->segment_id = segment_id != NULL ? *segment_id : LW_ID_NONE;
  self->person_id = person_id != NULL ? *person_id : LW_ID_NONE;
  return reload (self, error);
}

gboolean
lw_note_list_set_filter (LwNoteList *self, const LwNoteQuery *filter, GError **error)
{
  g_return_val_if_fail (LW_IS_NOTE_LIST (self), FALSE);
  lw_note_filter_clear (&self->filter);
  lw_note_filter_init (&self->filter, filter);
  return reload (self, error);
}

int
lw_note_list_find_at (LwNoteList *self, LwTime time)
{
  g_return_val_if_fail (LW_IS_NOTE_LIST (self), -1);
  LwNoteKey key = {.thread_start = time < G_MAXINT64 ? time + 1 : time};
  int position = (int)lower_bound (self, &key) - 1;
  /* From an answer back to its question, if that is listed. */
  while (position > 0 && entry_at (self, position)->key.is_reply &&
         lw_id_equal (&entry_at (self, position)->key.thread_id,
                      &entry_at (self, position - 1)->key.thread_id))
    position--;
  return position;
}

static GType
lw_note_list_get_item_type (GListModel *model)
{
  return LW_TYPE_NOTE_ITEM;
}

static guint
lw_note_list_get_n_items (GListModel *model)
{
  return LW_NOTE_LIST (model)->entries->len;
}

static gpointer
lw_note_list_get_item (GListModel *model, guint position)
{
  LwNoteList *self = LW_NOTE_LIST (model);
  return position < self->entries->len ? g_object_ref (entry_at (self, position)->item) : NULL;
}

static void
lw_note_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lw_note_list_get_item_type;
  iface->get_n_items = lw_note_list_get_n_items;
  iface->get_item = lw_note_list_get_item;
}

static void
lw_note_list_finalize (GObject *object)
{
  LwNoteList *self = LW_NOTE_LIST (object);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  lw_note_filter_clear (&self->filter);
  g_array_unref (self->entries);
  g_hash_table_unref (self->listed);
  g_hash_table_unref (self->threads);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->tracks);
  g_hash_table_unref (self->people);
  g_hash_table_unref (self->lenses);
  G_OBJECT_CLASS (lw_note_list_parent_class)->finalize (object);
}

static void
lw_note_list_class_init (LwNoteListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lw_note_list_finalize;
}

static GHashTable *
new_table (GDestroyNotify free_value)
{
  return g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, free_value);
}

static void
lw_note_list_init (LwNoteList *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (LwNoteEntry));
  g_array_set_clear_func (self->entries, entry_clear);
  self->listed = new_table (g_free);
  self->threads = new_table (g_free);
  self->answers = new_table ((GDestroyNotify)g_hash_table_unref);
  self->tracks = new_table (g_free);
  self->people = new_table (g_free);
  self->lenses = new_table (g_free);
}

LwNoteList *
lw_note_list_new (LwStore *store)
{
  g_return_val_if_fail (LW_IS_STORE (store), NULL);
  LwNoteList *self = g_object_new (LW_TYPE_NOTE_LIST, NULL);
  self->store = g_object_ref (store);
  self->changed_id = g_signal_connect (store, "changed", G_CALLBACK (on_changed), self);
  return self;
}
