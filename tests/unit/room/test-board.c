/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The debrief board: whoever moves what in whatever order, all see the same; who may not see a note
 * sees no card of it; what is written together says what it rests on.
 */

#include <string.h>

#include "room-fixture.h"

/* ---- versions in any order ---- */

#define ROUNDS 8
#define THINGS 4
#define VERSIONS 20
#define STORES 3 /* the last is written to by two threads at once */

static LwStore *
open_store (RoomFixture *fixture, guint number, const LwId *walk_id)
{
  g_autofree char *path = g_strdup_printf ("%s/board-%u.db", fixture->folder, number);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.id = *walk_id, .title = "Walk"}, &error);
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  lw_store_put_walk (store, walk, &error);
  g_assert_no_error (error);
  return store;
}

typedef struct {
  LwStore *store;
  LwCard *const *versions;
  const guint *order;
  guint first, step;
} Delivery;

static gpointer
deliver (gpointer data)
{
  const Delivery *delivery = data;

  for (guint i = delivery->first; i < VERSIONS; i += delivery->step) {
    g_autoptr (GError) error = NULL;

    lw_store_put_item (delivery->store, LW_ENTITY_CARD, delivery->versions[delivery->order[i]],
                       NULL, &error);
    g_assert_no_error (error);
  }
  return NULL;
}

static void
shuffle (GRand *random, guint *order)
{
  for (guint i = 0; i < VERSIONS; i++)
    order[i] = i;
  for (guint i = VERSIONS - 1; i > 0; i--) {
    guint k = (guint)g_rand_int_range (random, 0, (gint32)i + 1), kept = order[i];

    order[i] = order[k];
    order[k] = kept;
  }
}

/* The oracle: of all versions of @id, the latest; where some are as late, it names none of them. */
static gint64
latest (LwCard *const *versions, const LwId *id)
{
  gint64 edited = -1;

  for (guint i = 0; i < VERSIONS; i++) {
    if (lw_id_equal (&versions[i]->item.id, id))
      edited = MAX (edited, versions[i]->item.edited_utc_us);
  }
  return edited;
}

static void
assert_stands (LwStore *const *stores, LwCard *const *versions, const LwId *id)
{
  LwCard *found[STORES];
  gboolean is_one_of_them = FALSE;

  if (latest (versions, id) < 0)
    return;
  for (guint i = 0; i < STORES; i++) {
    LwEntityKind kind;

    found[i] = lw_store_get_item (stores[i], id, &kind, NULL);
    g_assert_nonnull (found[i]);
    g_assert_cmpint (kind, ==, LW_ENTITY_CARD);
  }
  g_assert_cmpint (found[0]->item.edited_utc_us, ==, latest (versions, id));
  for (guint i = 0; i < VERSIONS; i++)
    is_one_of_them = is_one_of_them || lw_card_equal (versions[i], found[0]);
  g_assert_true (is_one_of_them);
  for (guint i = 1; i < STORES; i++)
    g_assert_true (lw_card_equal (found[0], found[i]));
  for (guint i = 0; i < STORES; i++)
    lw_card_unref (found[i]);
}

static void
test_versions_in_any_order_come_to_the_same_board (RoomFixture *fixture, gconstpointer data)
{
  GRand *random = g_rand_new_with_seed (20261122);
  LwId walk_id = lw_id_new ();
  LwStore *stores[STORES];

  for (guint i = 0; i < STORES; i++)
    stores[i] = open_store (fixture, i, &walk_id);
  for (guint round = 0; round < ROUNDS; round++) {
    LwId notes[THINGS], groups[2] = {lw_id_new (), LW_ID_NONE};
    LwCard *versions[VERSIONS];
    guint order[VERSIONS];

    for (guint i = 0; i < THINGS; i++)
      notes[i] = lw_id_new ();
    for (guint i = 0; i < VERSIONS; i++) {
      LwId *note = &notes[g_rand_int_range (random, 0, THINGS)];
      LwCard fields = {.item = {.id = lw_card_id (&walk_id, note),
                                .walk_id = walk_id,
                                /* Few moments, so that many are made at the same. */
                                .edited_utc_us = g_rand_int_range (random, 1, 12)},
                       .note_id = *note,
                       .group_id = groups[g_rand_int_range (random, 0, 2)],
                       .position = g_rand_int_range (random, -3, 3)};

      versions[i] = lw_card_new (&fields, NULL);
    }
    for (guint i = 0; i < STORES; i++) {
      Delivery one = {stores[i], versions, order, 0, i + 1 < STORES ? 1 : 2}, other = one;
      GThread *thread = NULL;

      shuffle (random, order);
      other.first = 1;
      if (i + 1 == STORES)
        thread = g_thread_new ("other", deliver, &other);
      deliver (&one);
      if (thread != NULL)
        g_thread_join (thread);
      /* Twice is once. */
      other.first = 0;
      other.step = 5;
      deliver (&other);
    }
    for (guint i = 0; i < THINGS; i++) {
      LwId id = lw_card_id (&walk_id, &notes[i]);

      assert_stands (stores, versions, &id);
    }
    for (guint i = 0; i < VERSIONS; i++)
      lw_card_unref (versions[i]);
  }
  for (guint i = 0; i < STORES; i++)
    g_object_unref (stores[i]);
  g_rand_free (random);
}

static void
test_of_two_versions_exactly_one_stands (RoomFixture *fixture, gconstpointer data)
{
  LwId walk = lw_id_new (), id = lw_id_new ();
  g_autoptr (LwGroup) a = lw_group_new (
      &(LwGroup){.item = {.id = id, .walk_id = walk, .edited_utc_us = 5}, .title = "A"}, NULL);
  g_autoptr (LwGroup) b = lw_group_new (
      &(LwGroup){.item = {.id = id, .walk_id = walk, .edited_utc_us = 5}, .title = "B"}, NULL);
  g_autoptr (LwGroup) later = lw_group_new (
      &(LwGroup){.item = {.id = id, .walk_id = walk, .edited_utc_us = 6}, .title = ""}, NULL);

  g_assert_false (lw_item_beats (LW_ENTITY_GROUP, a, a));
  g_assert_true (lw_item_beats (LW_ENTITY_GROUP, a, b) != lw_item_beats (LW_ENTITY_GROUP, b, a));
  g_assert_true (lw_item_beats (LW_ENTITY_GROUP, later, a));
  g_assert_true (lw_item_beats (LW_ENTITY_GROUP, later, b));
}

/* ---- asking the room ---- */

/* The one result of one change; (transfer full) its JSON. */
static json_object *
change (RoomFixture *fixture, const char *token, const char *text)
{
  g_autofree char *path = room_walk_path (fixture, "/board");
  g_autofree char *body = g_strdup_printf ("{\"changes\":[%s]}", text);
  json_object *json = NULL, *results, *result;

  g_assert_cmpuint (room_request (fixture, token, "POST", path, body, &json), ==, 200);
  g_assert_true (json_object_object_get_ex (json, "results", &results));
  g_assert_cmpuint (json_object_array_length (results), ==, 1);
  result = json_object_get (json_object_array_get_idx (results, 0));
  json_object_put (json);
  return result;
}

G_GNUC_PRINTF (4, 5)
static void
assert_change (RoomFixture *fixture, const char *token, const char *status, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autoptr (json_object) result = NULL;
  json_object *member;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  result = change (fixture, token, text);
  g_assert_true (json_object_object_get_ex (result, "status", &member));
  g_assert_cmpstr (json_object_get_string (member), ==, status);
  /* A refusal says why. */
  if (g_str_equal (status, "refused")) {
    g_assert_true (json_object_object_get_ex (result, "message", &member));
    g_assert_cmpuint (strlen (json_object_get_string (member)), >, 10);
  }
}

/* All that the board answers, as text. (transfer full) */
static char *
board (RoomFixture *fixture, const char *token)
{
  g_autofree char *path = room_walk_path (fixture, "/board");
  json_object *json = NULL;
  char *text;

  g_assert_cmpuint (room_request (fixture, token, "GET", path, NULL, &json), ==, 200);
  text = g_strdup (json_object_to_json_string_ext (json, JSON_C_TO_STRING_PLAIN));
  json_object_put (json);
  return text;
}

static gboolean
board_has (RoomFixture *fixture, const char *token, const char *text)
{
  g_autofree char *all = board (fixture, token);

  return strstr (all, text) != NULL;
}

typedef struct {
  char *track, *note, *group;
} Things;

static void
things_clear (Things *things)
{
  g_free (things->track);
  g_free (things->note);
  g_free (things->group);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Things, things_clear)

static char *
new_id (void)
{
  LwId id = lw_id_new ();

  return lw_id_to_string (&id);
}

static void
begin (RoomFixture *fixture, Things *things)
{
  room_set_step (fixture, "debrief", "implications");
  things->track = room_track (fixture, fixture->walker);
  things->note = room_pin (fixture, fixture->walker, things->track, "Noor shows her drawing");
  things->group = new_id ();
  assert_change (fixture, fixture->walker, "kept",
                 "{\"type\":\"group\",\"id\":\"%s\",\"title\":\"Student talk\"}", things->group);
}

static void
test_a_move_is_seen_by_the_others_and_an_older_one_is_not (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Things) things = {0};
  g_autoptr (RoomSocket) other = NULL;
  g_autofree char *second = new_id ();

  begin (fixture, &things);
  other = room_connect (fixture, fixture->other);
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"group\",\"id\":\"%s\",\"title\":\"Later\"}", second);
  assert_change (fixture, fixture->walker, "kept",
                 "{\"type\":\"card\",\"note\":\"%s\",\"group\":\"%s\",\"position\":5,"
                 "\"edited\":\"2026-03-01T10:00:00Z\"}",
                 things.note, second);
  room_socket_wait_text (other, "\"position\": 5");
  /* Made offline before that, and sent after it. */
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"card\",\"note\":\"%s\",\"group\":\"%s\",\"position\":9,"
                 "\"edited\":\"2026-03-01T09:00:00Z\"}",
                 things.note, things.group);
  g_assert_true (board_has (fixture, fixture->other, "\"position\":5"));
  g_assert_false (board_has (fixture, fixture->other, "\"position\":9"));
}

static void
test_a_clock_that_goes_ahead_does_not_win_for_good (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Things) things = {0};

  begin (fixture, &things);
  assert_change (fixture, fixture->walker, "kept",
                 "{\"type\":\"card\",\"note\":\"%s\",\"position\":1,"
                 "\"edited\":\"2099-01-01T00:00:00Z\"}",
                 things.note);
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"card\",\"note\":\"%s\",\"position\":2}", things.note);
  g_assert_true (board_has (fixture, fixture->other, "\"position\":2"));
}

static void
test_a_card_is_there_where_its_note_is (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Things) things = {0};
  g_autofree char *changes = room_walk_path (fixture, "/changes");
  g_autofree char *path = room_walk_path (fixture, "/board");
  g_autofree char *gone = NULL;

  begin (fixture, &things);
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"card\",\"note\":\"%s\",\"position\":1}", things.note);
  g_assert_true (board_has (fixture, fixture->host, things.note));
  gone = g_strdup_printf ("{\"changes\":[{\"op\":\"delete\",\"id\":\"%s\",\"track\":\"%s\"}]}",
                          things.note, things.track);
  g_assert_cmpuint (room_request (fixture, fixture->walker, "POST", changes, gone, NULL), ==, 200);
  g_assert_false (board_has (fixture, fixture->host, things.note));
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"card\",\"note\":\"%s\",\"position\":1}", things.note);
  /* While notes are private there is no board, and nothing is put on it. */
  room_set_phase (fixture, "visit");
  g_assert_cmpuint (room_request (fixture, fixture->host, "GET", path, NULL, NULL), ==, 403);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"card\",\"note\":\"%s\",\"position\":1}", things.note);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"group\",\"id\":\"%s\",\"title\":\"Hidden\"}", things.group);
}

static void
test_an_outcome_rests_on_cards_that_are_there (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Things) things = {0};
  g_autofree char *id = new_id ();
  g_autofree char *stranger = new_id ();

  begin (fixture, &things);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"asset\",\"text\":\"They draw\"}",
                 id);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"asset\",\"text\":\"They draw\","
                 "\"cites\":[\"%s\",\"no id\"]}",
                 id, stranger);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"score\",\"text\":\"They draw\","
                 "\"cites\":[\"%s\"]}",
                 id, things.note);
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"asset\",\"text\":\"They draw\","
                 "\"cites\":[\"%s\",\"%s\"]}",
                 id, things.note, stranger);
  g_assert_true (board_has (fixture, fixture->other, "They draw"));
  g_assert_false (board_has (fixture, fixture->other, stranger));
  /* Of what was taken away, the words go nowhere. */
  assert_change (fixture, fixture->walker, "kept",
                 "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"asset\",\"text\":\"They draw\","
                 "\"gone\":true}",
                 id);
  g_assert_false (board_has (fixture, fixture->other, "They draw"));
}

static void
test_ids_of_other_things_are_left_alone (RoomFixture *fixture, gconstpointer data)
{
  g_auto (Things) things = {0};
  g_autofree char *walk = lw_id_to_string (&fixture->walk_id);

  begin (fixture, &things);
  assert_change (
      fixture, fixture->host, "refused",
      "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"need\",\"text\":\"x\",\"cites\":[\"%s\"]}",
      things.group, things.note);
  assert_change (fixture, fixture->host, "refused",
                 "{\"type\":\"group\",\"id\":\"%s\",\"title\":\"the walk\"}", walk);
  assert_change (fixture, fixture->host, "refused", "{\"type\":\"group\",\"title\":\"no id\"}");
  assert_change (fixture, fixture->host, "refused", "{\"type\":\"score\",\"id\":\"%s\"}",
                 things.group);
  assert_change (fixture, fixture->host, "refused", "17");
  g_assert_true (board_has (fixture, fixture->host, "Student talk"));
}

/* ---- next steps ---- */

static gboolean
step_is_agreed (RoomFixture *fixture)
{
  /* By an id; the routine's levels say "host". */
  return board_has (fixture, fixture->host, "\"agreed_by\":\"0");
}

static void
test_a_step_of_the_teacher_is_hers_or_waits_for_her_word (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *id = new_id ();
  const char *format = "{\"type\":\"step\",\"id\":\"%s\",\"level\":\"teacher\",\"text\":\"%s\"%s}";

  room_set_step (fixture, "debrief", "implications");
  assert_change (fixture, fixture->walker, "refused",
                 "{\"type\":\"step\",\"id\":\"%s\",\"level\":\"no such\",\"text\":\"x\"}", id);
  assert_change (fixture, fixture->walker, "kept", format, id, "Wait longer", "");
  g_assert_false (step_is_agreed (fixture));
  /* Nobody speaks for her. */
  assert_change (fixture, fixture->facilitator, "refused", format, id, "Wait longer",
                 ",\"agree\":true");
  assert_change (fixture, fixture->walker, "kept", format, id, "Wait longer",
                 ",\"agreed_by\":\"00000000-0000-7000-8000-000000000001\"");
  g_assert_false (step_is_agreed (fixture));
  /* To other words than those that stand: no. */
  assert_change (fixture, fixture->host, "refused", format, id, "Wait", ",\"agree\":true");
  assert_change (fixture, fixture->host, "kept", format, id, "Wait longer", ",\"agree\":true");
  g_assert_true (step_is_agreed (fixture));
  /* A day set by somebody else leaves her word; other words need it again. */
  assert_change (fixture, fixture->walker, "kept", format, id, "Wait longer",
                 ",\"due\":\"2026-12-01\"");
  g_assert_true (step_is_agreed (fixture));
  assert_change (fixture, fixture->walker, "kept", format, id, "Wait much longer", "");
  g_assert_false (step_is_agreed (fixture));
  assert_change (fixture, fixture->host, "kept", format, id, "Wait three seconds", "");
  g_assert_true (step_is_agreed (fixture));
  assert_change (fixture, fixture->host, "refused", format, id, "x", ",\"due\":\"2026-02-30\"");
}

static void
test_what_became_of_a_step_is_told_with_its_day (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *step = new_id ();
  g_autofree char *id = new_id ();
  const char *format =
      "{\"type\":\"follow-up\",\"id\":\"%s\",\"step\":\"%s\",\"state\":\"%s\",\"on\":\"%s\"}";

  room_set_step (fixture, "debrief", "implications");
  assert_change (fixture, fixture->facilitator, "kept",
                 "{\"type\":\"step\",\"id\":\"%s\",\"level\":\"coach\",\"text\":\"Plan together\"}",
                 step);
  assert_change (fixture, fixture->facilitator, "refused", format, id, step, "excellent",
                 "2026-12-01");
  assert_change (fixture, fixture->facilitator, "refused", format, id, step, "trying", "soon");
  assert_change (fixture, fixture->facilitator, "refused", format, id, id, "trying", "2026-12-01");
  assert_change (fixture, fixture->walker, "refused", format, id, step, "trying", "2026-12-01");
  assert_change (fixture, fixture->facilitator, "kept", format, id, step, "trying", "2026-12-01");
  /* Another's words stay another's. */
  assert_change (fixture, fixture->host, "refused", format, id, step, "abandoned", "2026-12-02");
  g_assert_true (board_has (fixture, fixture->walker, "\"trying\""));
  g_assert_false (board_has (fixture, fixture->walker, "abandoned"));
}

static void
test_what_coach_and_teacher_say_stays_between_them (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (RoomSocket) walker = NULL;
  g_autoptr (RoomSocket) host = NULL;
  g_autofree char *id = new_id ();
  g_autofree char *group = new_id ();
  const char *format = "{\"type\":\"message\",\"id\":\"%s\",\"text\":\"%s\"}";

  room_set_step (fixture, "debrief", "implications");
  walker = room_connect (fixture, fixture->walker);
  host = room_connect (fixture, fixture->host);
  assert_change (fixture, fixture->walker, "refused", format, id, "May I?");
  assert_change (fixture, fixture->facilitator, "kept", format, id,
                 "Which moment would you see again");
  assert_change (fixture, fixture->host, "refused", format, id, "Other words");
  assert_change (fixture, fixture->host, "kept",
                 "{\"type\":\"group\",\"id\":\"%s\",\"title\":\"Next\"}", group);
  room_socket_wait_text (host, "Which moment");
  room_socket_wait_text (walker, "\"Next\"");
  g_assert_false (room_socket_heard (walker, "Which moment"));
  g_assert_false (board_has (fixture, fixture->walker, "Which moment"));
  g_assert_true (board_has (fixture, fixture->host, "Which moment"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/board/any-order", test_versions_in_any_order_come_to_the_same_board);
  ROOM_TEST ("/board/one-stands", test_of_two_versions_exactly_one_stands);
  ROOM_TEST ("/board/moves", test_a_move_is_seen_by_the_others_and_an_older_one_is_not);
  ROOM_TEST ("/board/clock-ahead", test_a_clock_that_goes_ahead_does_not_win_for_good);
  ROOM_TEST ("/board/note-gone", test_a_card_is_there_where_its_note_is);
  ROOM_TEST ("/board/outcomes", test_an_outcome_rests_on_cards_that_are_there);
  ROOM_TEST ("/board/ids", test_ids_of_other_things_are_left_alone);
  ROOM_TEST ("/board/agreed", test_a_step_of_the_teacher_is_hers_or_waits_for_her_word);
  ROOM_TEST ("/board/follow-ups", test_what_became_of_a_step_is_told_with_its_day);
  ROOM_TEST ("/board/talk", test_what_coach_and_teacher_say_stays_between_them);
  return g_test_run ();
}
