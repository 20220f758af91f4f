/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts across walks, held against counting every note by hand. */

#include "lw-trends.h"

#include "store-fixture.h"

#define MINUTE (60 * LW_SECOND)
#define STEPS 120
#define SEEDS 4

typedef struct {
  GRand *random;
  GArray *walks, *classrooms, *visits, *segments, *tracks, *notes, *lenses; /* of LwId */
  LwId schools[2], districts[2];
} World;

static LwId
pick (World *world, GArray *ids)
{
  if (ids->len == 0)
    return LW_ID_NONE;
  return g_array_index (ids, LwId, (guint)g_rand_int_range (world->random, 0, (gint32)ids->len));
}

static guint
roll (World *world, guint sides)
{
  return (guint)g_rand_int_range (world->random, 0, (gint32)sides);
}

static LwId
put_place (LwStore *store, LwPlaceKind kind, LwId parent, const char *name)
{
  g_autoptr (LwPlace) place =
      lw_place_new (&(LwPlace){.kind = kind, .parent_id = parent, .name = name}, NULL);

  g_assert_true (lw_store_put_place (store, place, NULL));
  return place->id;
}

static LwId
put_visit (LwStore *store, LwId walk, LwId classroom)
{
  g_autoptr (LwVisit) visit =
      lw_visit_new (&(LwVisit){.walk_id = walk, .classroom_id = classroom, .order = 1}, NULL);

  g_assert_true (lw_store_put_visit (store, visit, NULL));
  return visit->id;
}

static LwId
put_walk (LwStore *store, const char *title)
{
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.title = title}, NULL);

  g_assert_true (lw_store_put_walk (store, walk, NULL));
  return walk->id;
}

static void
put_segment_in (LwStore *store, const LwSegment *segment, LwId visit)
{
  LwSegment fields = *segment;

  fields.visit_id = visit;
  g_assert_true (lw_store_put_segment (store, &fields, NULL));
}

static void
set_lens (LwStore *store, const LwId *track_id, LwId lens)
{
  g_autoptr (LwTrack) track = lw_store_get_track (store, track_id, NULL);
  LwTrack fields;

  if (track == NULL)
    return;
  fields = *track;
  fields.lens_id = lens;
  g_assert_true (lw_store_put_track (store, &fields, NULL));
}

/* ---- by hand ---- */

static void
add_note_to (LwNoteCounts *counts, const LwNote *note)
{
  counts->noticings += note->kind == LW_NOTE_NOTICING;
  counts->wonderings += note->kind == LW_NOTE_WONDERING;
  counts->progress += note->kind == LW_NOTE_PROGRESS;
}

static guint64
sum (const LwNoteCounts *counts)
{
  return counts->noticings + counts->wonderings + counts->progress;
}

static gboolean
is_below (LwStore *store, LwId place, const LwId *above)
{
  for (guint i = 0; i < 8 && !lw_id_is_none (&place); i++) {
    g_autoptr (LwPlace) found = lw_store_get_place (store, &place, NULL);

    if (lw_id_equal (&place, above))
      return TRUE;
    place = found != NULL ? found->parent_id : LW_ID_NONE;
  }
  return FALSE;
}

static LwId
lens_of (LwStore *store, const LwNote *note)
{
  g_autoptr (LwTrack) track = lw_store_get_track (store, &note->track_id, NULL);

  return lw_id_is_none (&note->lens_id) ? track->lens_id : note->lens_id;
}

/* What the visits of @walks below @place come to, of @lens if that is given. */
static void
count_by_hand (LwStore *store,
               GArray *walks,
               const LwId *place,
               const LwId *lens,
               guint *ret_visits,
               LwNoteCounts *ret_counts)
{
  *ret_visits = 0;
  *ret_counts = (LwNoteCounts){0};
  for (guint w = 0; w < walks->len; w++) {
    g_autoptr (GPtrArray) visits =
        lw_store_list (store, LW_ENTITY_VISIT, &g_array_index (walks, LwId, w), NULL);

    for (guint v = 0; v < visits->len; v++) {
      const LwVisit *visit = visits->pdata[v];
      g_autoptr (GPtrArray) segments = lw_store_list (store, LW_ENTITY_SEGMENT, &visit->id, NULL);
      gboolean met = lens == NULL;

      if (place != NULL && !is_below (store, visit->classroom_id, place))
        continue;
      for (guint s = 0; s < segments->len; s++) {
        LwNoteQuery query = {.segment_id = segments->pdata[s]};
        g_autoptr (GPtrArray) notes = lw_store_query (store, &query, NULL);

        for (guint n = 0; n < notes->len; n++) {
          LwId own = lens_of (store, notes->pdata[n]);
          LwNoteCounts one = {0};

          if (lens != NULL && !lw_id_equal (&own, lens))
            continue;
          add_note_to (&one, notes->pdata[n]);
          add_note_to (ret_counts, notes->pdata[n]);
          met |= sum (&one) > 0;
        }
      }
      *ret_visits += met;
    }
  }
}

static void
assert_counts (const LwNoteCounts *counts, const LwNoteCounts *expected)
{
  g_assert_cmpuint (counts->noticings, ==, expected->noticings);
  g_assert_cmpuint (counts->wonderings, ==, expected->wonderings);
  g_assert_cmpuint (counts->progress, ==, expected->progress);
}

static void
assert_board (LwStore *store, GArray *walks, const LwId *place, LwPlaceKind level)
{
  g_autoptr (GError) error = NULL;
  LwTrendQuery query = {.walk_ids = (const LwId *)walks->data,
                        .n_walk_ids = walks->len,
                        .place_id = place,
                        .level = level,
                        .limit = 1000};
  g_autoptr (LwTrendBoard) board = lw_store_count_trends (store, &query, &error);
  LwNoteCounts expected, in_lenses = {0};
  guint visits;

  g_assert_no_error (error);
  count_by_hand (store, walks, place, NULL, &visits, &expected);
  g_assert_cmpuint (board->visits, ==, visits);
  assert_counts (&board->notes, &expected);
  for (guint i = 0; i < board->lenses->len; i++) {
    const LwTrendCount *lens = &g_array_index (board->lenses, LwTrendCount, i);

    count_by_hand (store, walks, place, &lens->id, &visits, &expected);
    g_assert_cmpuint (lens->visits, ==, visits);
    g_assert_cmpuint (lens->visits, >, 0);
    assert_counts (&lens->notes, &expected);
    in_lenses.noticings += lens->notes.noticings;
    in_lenses.wonderings += lens->notes.wonderings;
    in_lenses.progress += lens->notes.progress;
  }
  assert_counts (&in_lenses, &board->notes);
  g_assert_cmpuint (board->walks->len, ==, walks->len);
  for (guint i = 0; i < walks->len; i++) {
    const LwTrendCount *walk = &g_array_index (board->walks, LwTrendCount, i);
    g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof (LwId));

    g_array_append_val (alone, walk->id);
    g_assert_true (lw_id_equal (&walk->id, &g_array_index (walks, LwId, i)));
    count_by_hand (store, alone, place, NULL, &visits, &expected);
    g_assert_cmpuint (walk->visits, ==, visits);
    assert_counts (&walk->notes, &expected);
  }
  g_assert_cmpuint (board->n_places, ==, board->places->len);
  for (guint i = 0; i < board->places->len; i++) {
    const LwPlaceCount *there = board->places->pdata[i];

    g_assert_cmpint (there->place->kind, ==, level);
    if (place == NULL) {
      count_by_hand (store, walks, &there->place->id, NULL, &visits, &expected);
      g_assert_cmpuint (there->visits, ==, visits);
      assert_counts (&there->notes, &expected);
    }
  }
}

static void
assert_minutes (LwStore *store, const LwId *segment_id)
{
  g_autoptr (GArray) minutes = lw_store_count_minutes (store, segment_id, NULL);
  LwNoteQuery query = {.segment_id = segment_id};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &query, NULL);
  guint n = 0, expected = 0;

  for (guint i = 0; i < minutes->len; i++) {
    const LwMinuteCount *minute = &g_array_index (minutes, LwMinuteCount, i);
    guint touching = 0;

    for (guint k = 0; k < notes->len; k++) {
      const LwNote *note = notes->pdata[k];
      LwId lens = lens_of (store, note);
      LwTime from = minute->minute * MINUTE;

      touching += (note->kind == LW_NOTE_NOTICING || note->kind == LW_NOTE_WONDERING ||
                   note->kind == LW_NOTE_PROGRESS) &&
                  lw_id_equal (&lens, &minute->lens_id) && note->start < from + MINUTE &&
                  (note->start >= from || note->end > from);
    }
    g_assert_cmpuint (minute->notes, ==, touching);
    n += minute->notes;
  }
  for (guint k = 0; k < notes->len; k++) {
    const LwNote *note = notes->pdata[k];

    if (note->kind != LW_NOTE_REPLY && note->kind != LW_NOTE_ANSWER)
      expected += (guint)(MAX (note->end - 1, note->start) / MINUTE - note->start / MINUTE) + 1;
  }
  g_assert_cmpuint (n, ==, expected);
}

static void
assert_everything (World *world, LwStore *store)
{
  g_autoptr (GArray) few = g_array_new (FALSE, FALSE, sizeof (LwId));

  g_array_append_vals (few, world->walks->data, MIN (world->walks->len, 3));
  for (LwPlaceKind level = LW_PLACE_DISTRICT; level < LW_PLACE_N_KINDS; level++) {
    assert_board (store, world->walks, NULL, level);
    assert_board (store, few, NULL, level);
  }
  assert_board (store, world->walks, &world->schools[0], LW_PLACE_CLASSROOM);
  assert_board (store, few, &world->districts[0], LW_PLACE_SCHOOL);
  for (guint i = 0; i < world->segments->len; i++)
    assert_minutes (store, &g_array_index (world->segments, LwId, i));
  assert_verifies (store);
}

/* ---- at random ---- */

static void
add_random_note (World *world, LwStore *store)
{
  static const LwNoteKind kinds[] = {LW_NOTE_NOTICING, LW_NOTE_WONDERING, LW_NOTE_PROGRESS,
                                     LW_NOTE_ANSWER};
  LwNote fields = {.id = lw_id_new (),
                   .track_id = pick (world, world->tracks),
                   .kind = kinds[roll (world, G_N_ELEMENTS (kinds))],
                   .start = roll (world, 20 * 60) * LW_SECOND,
                   .text = "n"};
  g_autoptr (LwNote) note = NULL;

  fields.end = fields.start + (roll (world, 3) == 0 ? roll (world, 200) * LW_SECOND : 0);
  if (roll (world, 4) == 0)
    fields.lens_id = pick (world, world->lenses);
  if (lw_id_is_none (&fields.track_id))
    return;
  note = lw_note_new (&fields, NULL);
  if (lw_store_add_note (store, note, NULL, NULL))
    g_array_append_val (world->notes, fields.id);
}

static void
change_random_note (World *world, LwStore *store)
{
  LwId id = pick (world, world->notes);
  g_autoptr (LwNote) note = lw_store_get_note (store, &id, NULL);
  LwNote fields;

  if (note == NULL) {
    lw_store_restore_note (store, &id, NULL);
    return;
  }
  fields = *note;
  switch (roll (world, 4)) {
  case 0:
    lw_store_delete_note (store, &id, NULL);
    break;
  case 1:
    lw_store_undo (store, &note->track_id, NULL, NULL);
    break;
  default:
    fields.lens_id = roll (world, 2) ? pick (world, world->lenses) : LW_ID_NONE;
    fields.kind = roll (world, 2) ? LW_NOTE_WONDERING : LW_NOTE_NOTICING;
    fields.end = fields.start = roll (world, 600) * LW_SECOND;
    fields.edited_utc_us = 0;
    lw_store_edit_note (store, &fields, NULL, NULL);
  }
}

static void
change_structure (World *world, LwStore *store)
{
  g_autofree char *name = g_strdup_printf ("Room %u", roll (world, 99));
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwId id = pick (world, world->segments);

  switch (roll (world, 5)) {
  case 0:
    id = put_place (store, LW_PLACE_CLASSROOM, world->schools[roll (world, 2)], name);
    g_array_append_val (world->classrooms, id);
    break;
  case 1:
    id = put_visit (store, pick (world, world->walks),
                    roll (world, 5) ? pick (world, world->classrooms) : LW_ID_NONE);
    g_array_append_val (world->visits, id);
    break;
  case 2:
    segment = fixture_add_segment (store, name);
    put_segment_in (store, segment, pick (world, world->visits));
    g_array_append_val (world->segments, segment->id);
    break;
  case 3:
    if (lw_id_is_none (&id))
      break;
    track = fixture_add_track (store, &id, name);
    g_array_append_val (world->tracks, track->id);
    break;
  default:
    segment = lw_store_get_segment (store, &id, NULL);
    if (segment != NULL)
      put_segment_in (store, segment, roll (world, 4) ? pick (world, world->visits) : LW_ID_NONE);
    id = pick (world, world->tracks);
    set_lens (store, &id, roll (world, 3) ? pick (world, world->lenses) : LW_ID_NONE);
  }
}

static void
merge_both (LwStore *a, LwStore *b)
{
  g_assert_true (lw_store_merge (a, lw_store_get_path (b), NULL, NULL));
  g_assert_true (lw_store_merge (b, lw_store_get_path (a), NULL, NULL));
}

static void
world_init (World *world, LwStore *store, guint32 seed)
{
  GArray **arrays[] = {&world->walks,  &world->classrooms, &world->visits, &world->segments,
                       &world->tracks, &world->notes,      &world->lenses};

  world->random = g_rand_new_with_seed (seed);
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    *arrays[i] = g_array_new (FALSE, FALSE, sizeof (LwId));
  for (guint i = 0; i < 2; i++) {
    world->districts[i] = put_place (store, LW_PLACE_DISTRICT, LW_ID_NONE, i ? "North" : "East");
    world->schools[i] = put_place (store, LW_PLACE_SCHOOL, world->districts[i], i ? "Elm" : "Ash");
  }
  /* Enough for both ways of counting. */
  for (guint i = 0; i < 40; i++) {
    LwId walk = put_walk (store, "w");

    g_array_append_val (world->walks, walk);
  }
  for (guint i = 0; i < 3; i++) {
    g_autoptr (LwLens) lens = lw_lens_new (&(LwLens){.name = "l"}, NULL);

    g_assert_true (lw_store_put_lens (store, lens, NULL));
    g_array_append_val (world->lenses, lens->id);
  }
  for (guint i = 0; i < 12; i++) {
    change_structure (world, store);
    change_structure (world, store);
  }
}

static void
world_clear (World *world)
{
  GArray *arrays[] = {world->walks,  world->classrooms, world->visits, world->segments,
                      world->tracks, world->notes,      world->lenses};

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_unref (arrays[i]);
  g_rand_free (world->random);
}

static void
erase_something (World *world, LwStore *store)
{
  LwId id = pick (world, roll (world, 2) ? world->notes : world->tracks);

  if (roll (world, 6) == 0) {
    id = pick (world, world->segments);
    lw_store_erase_segment (store, &id, NULL);
  } else if (!lw_store_erase_note (store, &id, NULL)) {
    lw_store_erase_track (store, &id, NULL);
  }
}

static void
test_counts_are_what_counting_by_hand_gives (Fixture *fixture, gconstpointer data)
{
  const char *given = g_getenv ("LESSONWALK_SEED");
  guint32 first = given != NULL ? (guint32)g_ascii_strtoull (given, NULL, 10) : 1;

  for (guint32 seed = first; seed < first + (given != NULL ? 1 : SEEDS); seed++) {
    g_autofree char *name = g_strdup_printf ("a%u.db", seed);
    g_autofree char *other = g_strdup_printf ("b%u.db", seed);
    g_autoptr (LwStore) a = fixture_open (fixture, name);
    g_autoptr (LwStore) b = fixture_open (fixture, other);
    World world;

    g_test_message ("LESSONWALK_SEED=%u", seed);
    world_init (&world, a, seed);
    merge_both (a, b);
    for (guint i = 0; i < STEPS; i++) {
      LwStore *store = roll (&world, 3) ? a : b;

      if (roll (&world, 8) == 0)
        change_structure (&world, a);
      else if (roll (&world, 3) == 0)
        change_random_note (&world, store);
      else
        add_random_note (&world, store);
      if (i % 40 == 39) {
        erase_something (&world, a);
        merge_both (a, b);
      }
    }
    merge_both (a, b);
    assert_everything (&world, a);
    assert_everything (&world, b);
    g_assert_true (lw_store_rebuild (a, NULL));
    assert_everything (&world, a);
    world_clear (&world);
  }
}

/* ---- one by one ---- */

static void
test_places_come_by_name_a_page_at_a_time (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {"room 10", "Room 9", "Änne", "anton", "Room 9b"};
  static const char *const sorted[] = {"Änne", "anton", "Room 9", "Room 9b", "room 10"};
  LwId walk = put_walk (fixture->store, "w");
  LwTrendQuery query = {
      .walk_ids = &walk, .n_walk_ids = 1, .level = LW_PLACE_CLASSROOM, .limit = 2};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    put_visit (fixture->store, walk,
               put_place (fixture->store, LW_PLACE_CLASSROOM, LW_ID_NONE, names[i]));
  for (guint at = 0; at < G_N_ELEMENTS (names); at += 2) {
    g_autoptr (LwTrendBoard) board = NULL;

    query.offset = at;
    board = lw_store_count_trends (fixture->store, &query, NULL);
    g_assert_cmpuint (board->n_places, ==, G_N_ELEMENTS (names));
    g_assert_cmpuint (board->places->len, ==, MIN (2, G_N_ELEMENTS (names) - at));
    for (guint i = 0; i < board->places->len; i++)
      g_assert_cmpstr (((LwPlaceCount *)board->places->pdata[i])->place->name, ==, sorted[at + i]);
  }
}

static void
test_a_walk_that_is_not_named_is_not_counted (Fixture *fixture, gconstpointer data)
{
  LwId walk = put_walk (fixture->store, "hers"), other = put_walk (fixture->store, "others");
  LwId visit = put_visit (fixture->store, other, LW_ID_NONE);
  g_autoptr (LwSegment) segment = lw_store_get_segment (fixture->store, &fixture->segment_id, NULL);
  LwTrendQuery query = {.walk_ids = &walk, .n_walk_ids = 1};
  g_autoptr (LwTrendBoard) board = NULL;

  put_segment_in (fixture->store, segment, visit);
  add_text (fixture->store, &fixture->track_id, 0, "private");
  board = lw_store_count_trends (fixture->store, &query, NULL);
  g_assert_cmpuint (board->visits + board->lenses->len, ==, 0);
  g_clear_pointer (&board, lw_trend_board_free);
  query.n_walk_ids = 0;
  board = lw_store_count_trends (fixture->store, &query, NULL);
  g_assert_cmpuint (board->visits, ==, 0);
  g_clear_pointer (&board, lw_trend_board_free);
  query = (LwTrendQuery){.walk_ids = &other, .n_walk_ids = 1};
  board = lw_store_count_trends (fixture->store, &query, NULL);
  g_assert_cmpuint (board->notes.noticings, ==, 1);
  g_assert_cmpuint (board->seen, ==, 1);
}

static void
test_verifying_finds_a_count_that_is_wrong (Fixture *fixture, gconstpointer data)
{
  g_autofree char *findings = NULL;

  add_text (fixture->store, &fixture->track_id, 0, "one");
  run_sql (fixture->path, "UPDATE lens_count SET noticings = 2");
  findings = read_findings (fixture->store);
  g_assert_nonnull (strstr (findings, "counts of notes"));
  g_assert_true (lw_store_rebuild (fixture->store, NULL));
  assert_verifies (fixture->store);
}

static void
test_a_trend_belongs_to_a_practice_and_the_later_edit_stands (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwPractice) practice =
      lw_practice_new (&(LwPractice){.title = "Reasons", .item.edited_utc_us = 5}, NULL);
  LwTrend fields = {.item = {.id = lw_id_new (), .walk_id = practice->item.id, .edited_utc_us = 2},
                    .text = "later"};
  g_autoptr (LwTrend) standing = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (lw_store_put_item (fixture->store, LW_ENTITY_TREND, &fields, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_assert_true (lw_store_put_item (fixture->store, LW_ENTITY_PRACTICE, practice, NULL, NULL));
  g_assert_true (lw_store_put_item (fixture->store, LW_ENTITY_TREND, &fields, NULL, NULL));
  fields.item.edited_utc_us = 1;
  fields.text = "earlier";
  g_assert_true (
      lw_store_put_item (fixture->store, LW_ENTITY_TREND, &fields, (gpointer *)&standing, NULL));
  g_assert_cmpstr (standing->text, ==, "later");
  listed = lw_store_list (fixture->store, LW_ENTITY_TREND, &practice->item.id, NULL);
  g_assert_cmpuint (listed->len, ==, 1);
  assert_verifies (fixture->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/trends/by-hand", test_counts_are_what_counting_by_hand_gives);
  TEST ("/trends/places", test_places_come_by_name_a_page_at_a_time);
  TEST ("/trends/scope", test_a_walk_that_is_not_named_is_not_counted);
  TEST ("/trends/verify", test_verifying_finds_a_count_that_is_wrong);
  TEST ("/trends/practice", test_a_trend_belongs_to_a_practice_and_the_later_edit_stands);
  return g_test_run ();
}
