/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of notes against a real store: order, threads, filters, and the least of steps. */
#include "lw-note-list.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *folder;
  LwStore *store;
  LwSegment *segment;
  LwTrack *track;
  LwNoteList *list;
  GPtrArray *mirror; /* what someone has who only listens */
  guint n_emissions;
  guint n_touched; /* rows removed and added, all told */
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  f->n_emissions++;
  f->n_touched += removed + added;
  g_assert_cmpuint (position + removed, <=, f->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (f->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (f->mirror, (int)(position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (f->mirror->len, ==, g_list_model_get_n_items (model));
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until the list has so many; a watchdog, not a measure. */
static void
turn_until (Fixture *f, guint count)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  guint tick = g_timeout_add (20, on_tick, NULL);
  while (f->mirror->len != count && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static LwTrack *
make_track (Fixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  LwPerson fields = {.name = name};
  g_autoptr (LwPerson) person = lw_person_new (&fields, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_put_person (f->store, person, &error));
  LwTrack *track = lw_store_ensure_track (f->store, &f->segment->id, &person->id, &error);
  g_assert_no_error (error);
  return track;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("lw-list-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (f->folder, "notes.db", NULL);
  f->store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  LwSegment fields = {.title = "A lesson", .duration = 3600 * LW_SECOND};
  fields.media.bytes[0] = 1;
  f->segment = lw_segment_new (&fields, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_put_segment (f->store, f->segment, &error));
  f->track = make_track (f, "Ana");
  f->list = lw_note_list_new (f->store);
  f->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (f->list, "items-changed", G_CALLBACK (on_items_changed), f);
  g_assert_true (lw_note_list_set_segment (f->list, &f->segment->id, &f->track->person_id, &error));
  settle ();
  f->n_emissions = f->n_touched = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->list);
  g_ptr_array_unref (f->mirror);
  lw_store_close (f->store);
  g_clear_object (&f->store);
  lw_segment_unref (f->segment);
  lw_track_unref (f->track);
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (f->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->folder);
  g_free (f->folder);
}

static LwNote *
make_note (Fixture *f, LwNoteKind kind, LwTime start, const char *text)
{
  g_autoptr (GError) error = NULL;
  LwNote fields = {.track_id = f->track->id, .kind = kind, .pass = 1, .text = text};
  fields.start = fields.end = start;
  LwNote *note = lw_note_new (&fields, &error);
  g_assert_no_error (error);
  return note;
}

static LwNote *
add_note (Fixture *f, LwNoteKind kind, LwTime start, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = make_note (f, kind, start, text);
  LwNote *stored = NULL;
  lw_store_add_note (f->store, note, &stored, &error);
  g_assert_no_error (error);
  return stored;
}

static LwNote *
add_reply (Fixture *f, const LwNote *to, const char *text)
{
  g_autoptr (GError) error = NULL;
  LwNote fields = {.track_id = f->track->id, .kind = LW_NOTE_REPLY, .pass = 1, .text = text};
  fields.reply_to = to->id;
  fields.start = to->start;
  fields.end = to->end;
  g_autoptr (LwNote) note = lw_note_new (&fields, &error);
  g_assert_no_error (error);
  LwNote *stored = NULL;
  lw_store_add_note (f->store, note, &stored, &error);
  g_assert_no_error (error);
  return stored;
}

static void
move_note (Fixture *f, const LwNote *note, LwTime start)
{
  g_autoptr (GError) error = NULL;
  LwNote fields = *note;
  fields.start = fields.end = start;
  g_autoptr (LwNote) moved = lw_note_new (&fields, &error);
  g_assert_no_error (error);
  lw_store_edit_note (f->store, moved, NULL, &error);
  g_assert_no_error (error);
}

/* The texts in order, as "a b c". */
static char *
texts (Fixture *f)
{
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < f->mirror->len; i++) {
    LwNoteItem *item = g_ptr_array_index (f->mirror, i);
    g_autoptr (LwNoteItem) listed = g_list_model_get_item (G_LIST_MODEL (f->list), i);
    g_assert_true (listed == item);
    g_string_append_printf (all, "%s%s", i > 0 ? " " : "", lw_note_item_get_note (item)->text);
  }
  return g_string_free (all, FALSE);
}

#define assert_texts(f, expected)           \
  G_STMT_START                              \
  {                                         \
    g_autofree char *texts_ = texts (f);    \
    g_assert_cmpstr (texts_, ==, expected); \
  }                                         \
  G_STMT_END

static void
test_a_new_note_is_one_insertion_at_its_place (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, 10 * LW_SECOND, "a");
  G_GNUC_UNUSED g_autoptr (LwNote) c = add_note (f, LW_NOTE_NOTICING, 30 * LW_SECOND, "c");
  settle ();
  f->n_emissions = f->n_touched = 0;
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_NOTICING, 20 * LW_SECOND, "b");
  settle ();
  assert_texts (f, "a b c");
  g_assert_cmpuint (f->n_emissions, ==, 1);
  g_assert_cmpuint (f->n_touched, ==, 1);
}

static void
test_a_refresh_before_the_signal_is_not_told_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, 0, "a");
  lw_note_list_refresh_note (f->list, &a->id);
  assert_texts (f, "a");
  settle ();
  g_assert_cmpuint (f->n_emissions, ==, 1);
}

static void
test_notes_at_the_same_moment_stand_by_id (Fixture *f, gconstpointer data)
{
  g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "a");
  g_autoptr (LwNote) b = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "b");
  settle ();
  assert_texts (f, lw_id_compare (&a->id, &b->id) < 0 ? "a b" : "b a");
}

/* There may be thousands of codes on a lesson: they are listed where they are asked for. */
static void
test_codes_are_not_among_the_notes_unless_asked_for (Fixture *f, gconstpointer data)
{
  LwNoteQuery codes = {.kinds = 1u << LW_NOTE_CODE};
  G_GNUC_UNUSED g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "a");
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_CODE, 2 * LW_SECOND, "b");
  settle ();
  assert_texts (f, "a");
  g_assert_true (lw_note_list_set_filter (f->list, &codes, NULL));
  assert_texts (f, "b");
  g_assert_true (lw_note_list_set_filter (f->list, NULL, NULL));
  assert_texts (f, "a");
}

static void
test_an_edit_in_place_replaces_one_item (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "a");
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_NOTICING, 2 * LW_SECOND, "b");
  settle ();
  g_autoptr (LwNoteItem) before = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
  f->n_emissions = f->n_touched = 0;
  LwNote fields = *a;
  fields.text = "a2";
  g_autoptr (LwNote) changed = lw_note_new (&fields, &error);
  g_assert_true (lw_store_edit_note (f->store, changed, NULL, &error));
  settle ();
  assert_texts (f, "a2 b");
  g_assert_cmpuint (f->n_emissions, ==, 1);
  g_assert_cmpuint (f->n_touched, ==, 2);
  /* The old item is as it was: a row that still holds it shows nothing half changed. */
  g_assert_cmpstr (lw_note_item_get_note (before)->text, ==, "a");
}

static void
test_replies_follow_their_note_wherever_it_moves (Fixture *f, gconstpointer data)
{
  g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, 10 * LW_SECOND, "a");
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_WONDERING, 20 * LW_SECOND, "b");
  G_GNUC_UNUSED g_autoptr (LwNote) a1 = add_reply (f, a, "a1");
  G_GNUC_UNUSED g_autoptr (LwNote) a2 = add_reply (f, a, "a2");
  settle ();
  assert_texts (f, "a a1 a2 b");
  g_assert_cmpuint (lw_note_item_get_n_replies (g_ptr_array_index (f->mirror, 0)), ==, 2);
  move_note (f, a, 30 * LW_SECOND);
  settle ();
  assert_texts (f, "b a a1 a2");
  g_assert_cmpint (lw_note_list_find_at (f->list, 30 * LW_SECOND), ==, 1);
  g_assert_cmpint (lw_note_list_find_at (f->list, 29 * LW_SECOND), ==, 0);
  g_assert_cmpint (lw_note_list_find_at (f->list, 19 * LW_SECOND), ==, -1);
}

static void
test_replies_of_a_deleted_note_stand_alone_until_it_is_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, 10 * LW_SECOND, "a");
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_NOTICING, 20 * LW_SECOND, "b");
  G_GNUC_UNUSED g_autoptr (LwNote) a1 = add_reply (f, a, "a1");
  move_note (f, a, 30 * LW_SECOND);
  settle ();
  assert_texts (f, "b a a1");
  g_assert_true (lw_store_delete_note (f->store, &a->id, &error));
  settle ();
  g_autofree char *alone = texts (f);
  g_assert_true (strcmp (alone, "a1 b") == 0 || strcmp (alone, "b a1") == 0);
  g_assert_true (lw_store_restore_note (f->store, &a->id, &error));
  settle ();
  assert_texts (f, "b a a1");
}

static void
test_a_filter_holds_for_what_comes_later (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "apples");
  G_GNUC_UNUSED g_autoptr (LwNote) b = add_note (f, LW_NOTE_WONDERING, 2 * LW_SECOND, "berries");
  LwNoteQuery filter = {.kinds = 1u << LW_NOTE_WONDERING};
  g_assert_true (lw_note_list_set_filter (f->list, &filter, &error));
  assert_texts (f, "berries");
  G_GNUC_UNUSED g_autoptr (LwNote) c = add_note (f, LW_NOTE_NOTICING, 3 * LW_SECOND, "cherries");
  G_GNUC_UNUSED g_autoptr (LwNote) d = add_note (f, LW_NOTE_WONDERING, 4 * LW_SECOND, "dates");
  settle ();
  assert_texts (f, "berries dates");
  LwNoteQuery words = {.text = "cherr"};
  g_assert_true (lw_note_list_set_filter (f->list, &words, &error));
  assert_texts (f, "cherries");
  G_GNUC_UNUSED g_autoptr (LwNote) e = add_note (f, LW_NOTE_NOTICING, 5 * LW_SECOND, "Cherry");
  G_GNUC_UNUSED g_autoptr (LwNote) g = add_note (f, LW_NOTE_NOTICING, 6 * LW_SECOND, "figs");
  settle ();
  assert_texts (f, "cherries Cherry");
  g_assert_true (lw_note_list_set_filter (f->list, NULL, &error));
  assert_texts (f, "apples berries cherries dates Cherry figs");
}

static void
test_names_beside_notes_follow_the_store (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (LwNote) a = add_note (f, LW_NOTE_NOTICING, LW_SECOND, "a");
  g_autoptr (LwTrack) other = make_track (f, "Bo");
  LwNote fields = {.track_id = other->id, .kind = LW_NOTE_NOTICING, .pass = 1, .text = "b"};
  fields.start = fields.end = 2 * LW_SECOND;
  g_autoptr (LwNote) note = lw_note_new (&fields, &error);
  g_assert_true (lw_store_add_note (f->store, note, NULL, &error));
  settle ();
  LwNoteItem *first = g_ptr_array_index (f->mirror, 0);
  LwNoteItem *second = g_ptr_array_index (f->mirror, 1);
  g_assert_cmpstr (lw_note_item_get_author (first), ==, "Ana");
  g_assert_cmpstr (lw_note_item_get_author (second), ==, "Bo");
  g_assert_true (lw_note_item_get_is_own (first));
  g_assert_false (lw_note_item_get_is_own (second));
  g_assert_cmpuint (lw_note_item_get_track_number (first), !=,
                    lw_note_item_get_track_number (second));
  LwPerson renamed_fields = {.id = other->person_id, .name = "Bo Ek"};
  g_autoptr (LwPerson) renamed = lw_person_new (&renamed_fields, &error);
  g_assert_true (lw_store_put_person (f->store, renamed, &error));
  settle ();
  g_assert_cmpstr (lw_note_item_get_author (g_ptr_array_index (f->mirror, 1)), ==, "Bo Ek");
}

static void
test_another_programs_note_is_one_insertion (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  for (int i = 0; i < 20; i++) {
    G_GNUC_UNUSED g_autoptr (LwNote) note = add_note (f, LW_NOTE_NOTICING, i * LW_SECOND, "x");
  }
  settle ();
  /* The store looks at its file twice a second, and first sees what has changed at its second look.
   */
  gint64 looked = g_get_monotonic_time () + 700 * 1000;
  guint tick = g_timeout_add (20, on_tick, NULL);
  while (g_get_monotonic_time () < looked)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  f->n_emissions = f->n_touched = 0;
  /* A second connection stands for the other program. */
  g_autoptr (LwStore) other =
      lw_store_open (lw_store_get_path (f->store), LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  g_autoptr (LwNote) theirs = make_note (f, LW_NOTE_NOTICING, 5 * LW_SECOND + 1, "theirs");
  g_assert_true (lw_store_add_note (other, theirs, NULL, &error));
  turn_until (f, 21);
  g_assert_cmpuint (f->mirror->len, ==, 21);
  g_assert_cmpuint (f->n_touched, ==, 1);
  g_assert_cmpstr (lw_note_item_get_note (g_ptr_array_index (f->mirror, 6))->text, ==, "theirs");
}

/* ---- many, at random, against the plainest reading of the promise ---- */

static int
compare_plainly (gconstpointer a, gconstpointer b, gpointer data)
{
  const LwNote *x = *(const LwNote *const *)a;
  const LwNote *y = *(const LwNote *const *)b;
  GHashTable *all = data;
  const LwNote *x_head = g_hash_table_lookup (all, &x->reply_to);
  const LwNote *y_head = g_hash_table_lookup (all, &y->reply_to);
  LwTime x_start = x_head != NULL ? x_head->start : x->start;
  LwTime y_start = y_head != NULL ? y_head->start : y->start;
  if (x_start != y_start)
    return x_start < y_start ? -1 : 1;
  const LwId *x_id = x->kind == LW_NOTE_REPLY ? &x->reply_to : &x->id;
  const LwId *y_id = y->kind == LW_NOTE_REPLY ? &y->reply_to : &y->id;
  int order = lw_id_compare (x_id, y_id);
  if (order != 0)
    return order;
  if ((x->kind == LW_NOTE_REPLY) != (y->kind == LW_NOTE_REPLY))
    return x->kind == LW_NOTE_REPLY ? 1 : -1;
  if (x->created_utc_us != y->created_utc_us)
    return x->created_utc_us < y->created_utc_us ? -1 : 1;
  return lw_id_compare (&x->id, &y->id);
}

static void
assert_as_promised (Fixture *f)
{
  LwNoteQuery query = {.segment_id = &f->segment->id};
  g_autoptr (GPtrArray) notes = lw_store_query (f->store, &query, NULL);
  g_autoptr (GHashTable) all = g_hash_table_new (lw_id_hash, lw_id_equal);
  for (guint i = 0; i < notes->len; i++) {
    LwNote *note = g_ptr_array_index (notes, i);
    g_hash_table_insert (all, &note->id, note);
  }
  g_ptr_array_sort_with_data (notes, compare_plainly, all);
  g_assert_cmpuint (notes->len, ==, f->mirror->len);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);
    LwNoteItem *item = g_ptr_array_index (f->mirror, i);
    g_assert_true (lw_note_equal (note, lw_note_item_get_note (item)));
    guint n_replies = 0;
    for (guint j = 0; j < notes->len; j++) {
      const LwNote *other = g_ptr_array_index (notes, j);
      n_replies += lw_id_equal (&other->reply_to, &note->id);
    }
    g_assert_cmpuint (lw_note_item_get_n_replies (item), ==, n_replies);
  }
}

static void
change_at_random (Fixture *f)
{
  LwNoteQuery query = {.segment_id = &f->segment->id};
  g_autoptr (GPtrArray) notes = lw_store_query (f->store, &query, NULL);
  LwNote *some = notes->len > 0
                     ? g_ptr_array_index (notes, (guint)g_test_rand_int_range (0, (int)notes->len))
                     : NULL;
  LwTime time = g_test_rand_int_range (0, 12) * LW_SECOND;
  switch (some == NULL ? 0 : g_test_rand_int_range (0, 8)) {
  case 0:
  case 1: {
    G_GNUC_UNUSED g_autoptr (LwNote) note = add_note (f, LW_NOTE_NOTICING, time, "n");
    break;
  }
  case 2:
  case 3:
    if (some->kind != LW_NOTE_REPLY) {
      G_GNUC_UNUSED g_autoptr (LwNote) reply = add_reply (f, some, "r");
    }
    break;
  case 4:
    if (some->kind != LW_NOTE_REPLY)
      move_note (f, some, time);
    break;
  case 5:
    lw_store_delete_note (f->store, &some->id, NULL);
    break;
  case 6:
    lw_store_undo (f->store, &f->track->id, NULL, NULL);
    break;
  default:
    lw_store_redo (f->store, &f->track->id, NULL, NULL);
    break;
  }
}

static void
test_a_listener_always_has_what_the_store_has (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < 300; i++) {
    change_at_random (f);
    /* Now and then many changes come before the list hears of any. */
    if (g_test_rand_int_range (0, 3) > 0) {
      settle ();
      assert_as_promised (f);
    }
  }
  settle ();
  assert_as_promised (f);
}

static void
test_ten_thousand_notes_come_in_one_step_and_one_more_in_another (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  for (int i = 0; i < 10000; i++)
    g_ptr_array_add (notes, make_note (f, LW_NOTE_NOTICING, i * 10 * LW_MSECOND, "x"));
  g_assert_true (lw_store_add_notes (f->store, notes, &error));
  g_assert_no_error (error);
  settle ();
  g_assert_cmpuint (f->mirror->len, ==, 10000);
  g_assert_true (lw_note_list_set_segment (f->list, NULL, NULL, &error));
  g_assert_cmpuint (f->mirror->len, ==, 0);
  f->n_emissions = f->n_touched = 0;
  g_assert_true (lw_note_list_set_segment (f->list, &f->segment->id, &f->track->person_id, &error));
  g_assert_cmpuint (f->mirror->len, ==, 10000);
  g_assert_cmpuint (f->n_emissions, ==, 1);
  G_GNUC_UNUSED g_autoptr (LwNote) one = add_note (f, LW_NOTE_NOTICING, 50 * LW_SECOND + 1, "one");
  settle ();
  g_assert_cmpuint (f->n_emissions, ==, 2);
  g_assert_cmpuint (f->n_touched, ==, 10001);
  g_assert_cmpint (lw_note_list_find_at (f->list, 50 * LW_SECOND + 1), ==, 5001);
}

#define ADD(name) g_test_add ("/note-list/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_new_note_is_one_insertion_at_its_place);
  ADD (a_refresh_before_the_signal_is_not_told_twice);
  ADD (notes_at_the_same_moment_stand_by_id);
  ADD (codes_are_not_among_the_notes_unless_asked_for);
  ADD (an_edit_in_place_replaces_one_item);
  ADD (replies_follow_their_note_wherever_it_moves);
  ADD (replies_of_a_deleted_note_stand_alone_until_it_is_back);
  ADD (a_filter_holds_for_what_comes_later);
  ADD (names_beside_notes_follow_the_store);
  ADD (another_programs_note_is_one_insertion);
  ADD (a_listener_always_has_what_the_store_has);
  ADD (ten_thousand_notes_come_in_one_step_and_one_more_in_another);
  return g_test_run ();
}
