/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a routine in a real room: steps and what they wait for, rounds, the timer, who works
 * with whom, and two who lead at once. */

#include <string.h>

#include "lw-evidence.h"
#include "lw-groups.h"
#include "lw-json.h"
#include "lw-room-time.h"
#include "lw-rounds.h"
#include "room-fixture.h"

#define MINUTE_MS 60000

/* ---- asking the room ---- */

/* Sends a body to a path of the walk; its answer's JSON. */
static json_object *
post (RoomFixture *fixture, const char *token, const char *rest, const char *body, guint status)
{
  g_autofree char *path = room_walk_path (fixture, rest);
  json_object *json = NULL;

  g_assert_cmpuint (room_request (fixture, token, "POST", path, body, &json), ==, status);
  return json;
}

static void
assert_refused (RoomFixture *fixture, const char *rest, const char *body, const char *says)
{
  g_autoptr (json_object) json = post (fixture, fixture->facilitator, rest, body, 409);

  if (strstr (json_object_to_json_string (json), says) == NULL)
    g_error ("“%s” is not in: %s", says, json_object_to_json_string (json));
}

static void
open_phase (RoomFixture *fixture, const char *body)
{
  g_autoptr (json_object) json = post (fixture, fixture->facilitator, "/phase", body, 200);

  g_assert_nonnull (json);
}

static json_object *
get_walk (RoomFixture *fixture, const char *token)
{
  g_autofree char *path = room_walk_path (fixture, "");
  json_object *json = NULL;

  g_assert_cmpuint (room_request (fixture, token, "GET", path, NULL, &json), ==, 200);
  return json;
}

static void
assert_stands (RoomFixture *fixture, const char *phase, const char *step, gint64 round)
{
  g_autoptr (json_object) walk = get_walk (fixture, fixture->walker);
  gint64 found = 0;

  g_assert_cmpstr (lw_json_get_text (walk, "phase"), ==, phase);
  g_assert_cmpstr (lw_json_get_text (walk, "step"), ==, step);
  g_assert_true (lw_json_get_int (walk, "round", &found));
  g_assert_cmpint (found, ==, round);
}

/* The result's status of one change of the board. */
static char *
put_on_board (RoomFixture *fixture, const char *token, const char *item, const char **ret_says)
{
  static char *says;
  g_autofree char *body = g_strdup_printf ("{\"changes\":[%s]}", item);
  g_autoptr (json_object) json = post (fixture, token, "/board", body, 200);
  json_object *results;

  g_assert_true (json_object_object_get_ex (json, "results", &results));
  g_free (says);
  says = g_strdup (lw_json_get_text (json_object_array_get_idx (results, 0), "message"));
  if (ret_says != NULL)
    *ret_says = says;
  return g_strdup (lw_json_get_text (json_object_array_get_idx (results, 0), "status"));
}

static void
assert_outcome (RoomFixture *fixture, const char *kind, const char *note, const char *status)
{
  LwId id = lw_id_new ();
  g_autofree char *id_text = lw_id_to_string (&id);
  g_autofree char *item = g_strdup_printf (
      "{\"type\":\"outcome\",\"id\":\"%s\",\"kind\":\"%s\",\"text\":\"T\",\"cites\":[\"%s\"]}",
      id_text, kind, note);
  const char *says;
  g_autofree char *found = put_on_board (fixture, fixture->walker, item, &says);

  g_assert_cmpstr (found, ==, status);
  if (g_str_equal (status, "refused"))
    g_assert_nonnull (strstr (says, "First comes what students did"));
}

static void
say_about (RoomFixture *fixture, const char *note, const char *about)
{
  g_autofree char *item = g_strdup_printf (
      "{\"type\":\"card\",\"note\":\"%s\",\"position\":1,\"about\":\"%s\"}", note, about);
  g_autofree char *status = put_on_board (fixture, fixture->walker, item, NULL);

  g_assert_cmpstr (status, ==, "kept");
}

/* ---- evidence before implications ---- */

static void
test_implications_wait_for_evidence_and_for_who_leads (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autofree char *note = room_pin (fixture, fixture->walker, track, "Noor shows her drawing");
  const char *step = "{\"type\":\"step\",\"id\":\"0192d3a4-6b1c-7def-8123-000000000077\","
                     "\"level\":\"coach\",\"text\":\"Come along\"}";
  g_autofree char *early = NULL, *late = NULL;

  open_phase (fixture, "{\"phase\":\"debrief\"}");
  assert_stands (fixture, "debrief", "evidence", 1);
  assert_outcome (fixture, "asset", note, "kept");
  assert_outcome (fixture, "need", note, "refused");
  assert_outcome (fixture, "wondering", note, "refused");
  early = put_on_board (fixture, fixture->walker, step, NULL);
  g_assert_cmpstr (early, ==, "refused");
  /* Neither the step after it nor a phase after it opens before the board shows what students did.
   */
  assert_refused (fixture, "/phase", "{\"phase\":\"debrief\",\"step\":\"implications\"}",
                  "evidence");
  assert_refused (fixture, "/phase", "{\"phase\":\"feedback\"}", "What students did");
  say_about (fixture, note, "teacher");
  assert_refused (fixture, "/phase", "{\"phase\":\"debrief\",\"step\":\"implications\"}",
                  "evidence");
  say_about (fixture, note, "group");
  open_phase (fixture, "{\"phase\":\"debrief\",\"step\":\"implications\"}");
  assert_stands (fixture, "debrief", "implications", 1);
  assert_outcome (fixture, "need", note, "kept");
  assert_outcome (fixture, "wondering", note, "kept");
  late = put_on_board (fixture, fixture->walker, step, NULL);
  g_assert_cmpstr (late, ==, "kept");
  open_phase (fixture, "{\"phase\":\"feedback\"}");
}

static void
test_where_nobody_pinned_anything_nothing_is_waited_for (RoomFixture *fixture, gconstpointer data)
{
  open_phase (fixture, "{\"phase\":\"feedback\"}");
  open_phase (fixture, "{\"phase\":\"debrief\"}");
  open_phase (fixture, "{\"phase\":\"debrief\",\"step\":\"implications\"}");
}

static void
test_what_a_card_speaks_of_is_read_from_it_or_from_its_tags (void)
{
  const char *const student[] = {"warm-up", "Students", NULL}, *const task[] = {"task", NULL},
                    *const none[] = {NULL};

  g_assert_true (lw_evidence_is_of_students ("student", none));
  g_assert_true (lw_evidence_is_of_students ("class", task));
  g_assert_true (lw_evidence_is_of_students ("", student));
  g_assert_false (lw_evidence_is_of_students ("teacher", student));
  g_assert_false (lw_evidence_is_of_students ("", task));
  g_assert_false (lw_evidence_is_of_students ("", none));
}

/* ---- back, twice at once, and unknown ---- */

static void
test_a_phase_moved_back_loses_nothing (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autofree char *note = room_pin (fixture, fixture->walker, track, "Noor shows her drawing");
  g_autofree char *notes_path = room_walk_path (fixture, "/notes");
  g_autoptr (json_object) back = NULL, own = NULL, again = NULL;

  open_phase (fixture, "{\"phase\":\"debrief\"}");
  say_about (fixture, note, "student");
  assert_outcome (fixture, "asset", note, "kept");
  open_phase (fixture, "{\"phase\":\"visit\"}");
  assert_stands (fixture, "visit", NULL, 1);
  /* Each has her own again and no other's; nothing is told of the board. */
  room_request (fixture, fixture->other, "GET", notes_path, NULL, &back);
  g_assert_null (strstr (json_object_to_json_string (back), note));
  room_request (fixture, fixture->walker, "GET", notes_path, NULL, &own);
  g_assert_nonnull (strstr (json_object_to_json_string (own), note));
  /* Forward once more, and all is as it was. */
  open_phase (fixture, "{\"phase\":\"debrief\",\"step\":\"implications\"}");
  room_request (fixture, fixture->other, "GET", notes_path, NULL, &again);
  g_assert_nonnull (strstr (json_object_to_json_string (again), note));
  {
    g_autofree char *path = room_walk_path (fixture, "/board");
    g_autoptr (json_object) board = NULL;

    room_request (fixture, fixture->other, "GET", path, NULL, &board);
    g_assert_nonnull (strstr (json_object_to_json_string (board), "\"about\": \"student\""));
    g_assert_nonnull (strstr (json_object_to_json_string (board), "\"asset\""));
  }
}

static void
test_of_two_who_lead_at_once_the_second_sees_what_the_first_did (RoomFixture *fixture,
                                                                 gconstpointer data)
{
  g_autoptr (json_object) walk = NULL;
  LwId id;
  g_autofree char *second = room_add_person (fixture, "Mx. Rowan", 1u << LW_ROLE_FACILITATOR, &id);

  open_phase (fixture, "{\"phase\":\"debrief\",\"expected\":{\"phase\":\"visit\",\"round\":1}}");
  {
    g_autoptr (json_object) json =
        post (fixture, second, "/phase",
              "{\"phase\":\"closed\",\"expected\":{\"phase\":\"visit\",\"round\":1}}", 409);
    const char *text = json_object_to_json_string (json);

    g_assert_nonnull (strstr (text, "\"moved\""));
    g_assert_nonnull (strstr (text, "What students did"));
  }
  assert_stands (fixture, "debrief", "evidence", 1);
  /* The step and the round count as well. */
  assert_refused (
      fixture, "/phase",
      "{\"phase\":\"visit\",\"expected\":{\"phase\":\"debrief\",\"step\":\"implications\"}}",
      "moved");
  assert_refused (fixture, "/groups", "{\"expected\":{\"phase\":\"visit\"}}", "moved");
  assert_refused (fixture, "/phase",
                  "{\"phase\":\"visit\",\"expected\":{\"phase\":\"debrief\",\"round\":2}}",
                  "moved");
  open_phase (fixture,
              "{\"phase\":\"visit\",\"expected\":{\"phase\":\"debrief\",\"step\":\"evidence\"}}");
}

static void
test_what_the_routine_does_not_have_is_not_opened (RoomFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {"{\"phase\":\"nothing\"}", "{}", "{\"phase\":7}",
                                    "{\"phase\":\"debrief\",\"step\":\"nothing\"}",
                                    "{\"phase\":\"visit\",\"step\":\"evidence\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    json_object_put (post (fixture, fixture->facilitator, "/phase", bad[i], 422));
  json_object_put (post (fixture, fixture->walker, "/phase", "{\"phase\":\"debrief\"}", 403));
  json_object_put (post (fixture, fixture->walker, "/groups", "{}", 403));
  assert_refused (fixture, "/phase", "{\"phase\":\"prepare\",\"next_round\":true}",
                  "Another round");
  assert_stands (fixture, "visit", NULL, 1);
}

/* ---- rounds ---- */

static void
follow (RoomFixture *fixture, const char *protocol, const char *phase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.id = fixture->walk_id,
                                                   .title = "Fall",
                                                   .protocol = protocol,
                                                   .focus = "Reasons",
                                                   .inquiry = "Who gives them?",
                                                   .phase = phase},
                                         &error);

  g_assert_no_error (error);
  lw_store_put_walk (fixture->room->store, walk, &error);
  g_assert_no_error (error);
}

static void
test_the_next_round_begins_where_the_routine_says_so (RoomFixture *fixture, gconstpointer data)
{
  follow (fixture, "studio-day@2", "co-teach");
  assert_refused (fixture, "/phase", "{\"phase\":\"co-plan\",\"next_round\":true}",
                  "Another round");
  open_phase (fixture, "{\"phase\":\"co-debrief\"}");
  /* Back is no new round; on to the next is one. */
  open_phase (fixture, "{\"phase\":\"co-plan\"}");
  assert_stands (fixture, "co-plan", NULL, 1);
  open_phase (fixture, "{\"phase\":\"co-debrief\"}");
  open_phase (fixture, "{\"phase\":\"co-plan\",\"next_round\":true}");
  assert_stands (fixture, "co-plan", NULL, 2);
  /* A walk that goes from visit to visit stays in its round. */
  follow (fixture, "live-walk@2", "record");
  assert_refused (fixture, "/phase", "{\"phase\":\"visit\",\"next_round\":true}", "Another round");
}

static void
test_a_note_says_its_round (void)
{
  const char *const first[] = {"warm-up", NULL}, *const third[] = {"a", "round:3", NULL},
                    *const odd[] = {"round:0", "round:x", "rounds:2", NULL};

  g_assert_cmpuint (lw_rounds_of_tags (first), ==, 0);
  g_assert_cmpuint (lw_rounds_of_tags (third), ==, 2);
  g_assert_cmpuint (lw_rounds_of_tags (odd), ==, 0);
}

/* ---- somebody leaves, and a clock that goes ahead ---- */

/* The status and, where there is one, the message of one put of a note. */
static char *
put_note (
    RoomFixture *fixture, const char *id, const char *track, const char *text, const char *edited)
{
  g_autofree char *path = room_walk_path (fixture, "/changes");
  g_autofree char *body = g_strdup_printf (
      "{\"changes\":[{\"op\":\"put\",\"note\":{\"id\":\"%s\",\"track\":\"%s\",\"kind\":"
      "\"noticing\",\"start\":1000000000,\"text\":\"%s\",\"edited\":\"%s\"}}]}",
      id, track, text, edited);
  g_autoptr (json_object) json = NULL;

  room_request (fixture, fixture->walker, "POST", path, body, &json);
  return g_strdup (json_object_to_json_string (json));
}

static void
test_who_is_removed_is_told_and_the_notes_stay (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  g_autofree char *note = room_pin (fixture, fixture->walker, track, "Noor shows her drawing");
  g_autofree char *person = lw_id_to_string (&fixture->walker_id);
  g_autofree char *rest = g_strconcat ("/members/", person, NULL);
  g_autofree char *path = room_walk_path (fixture, rest);
  g_autofree char *notes_path = room_walk_path (fixture, "/notes");
  g_autoptr (RoomSocket) walker = room_connect (fixture, fixture->walker);
  g_autoptr (json_object) notes = NULL;
  g_autofree char *answer = NULL;
  guint status;

  status = room_request (fixture, fixture->facilitator, "DELETE", path, NULL, NULL);
  g_assert_true (status == 200 || status == 204);
  /* Her page is told why, and so is what she had still to send: a sentence, and no loss there. */
  room_socket_wait_text (walker, "not open to you any more");
  answer = put_note (fixture, note, track, "More of it", "2026-03-01T10:00:00Z");
  g_assert_nonnull (strstr (answer, "not-found"));
  g_assert_nonnull (strstr (answer, "Ask whoever invited you"));
  open_phase (fixture, "{\"phase\":\"debrief\"}");
  room_request (fixture, fixture->other, "GET", notes_path, NULL, &notes);
  g_assert_nonnull (strstr (json_object_to_json_string (notes), "Noor shows her drawing"));
}

static void
test_a_note_from_a_clock_that_goes_ahead_can_be_changed (RoomFixture *fixture, gconstpointer data)
{
  g_autofree char *track = room_track (fixture, fixture->walker);
  LwId id = lw_id_new ();
  g_autofree char *id_text = lw_id_to_string (&id);
  g_autofree char *path = room_walk_path (fixture, "/notes");
  g_autoptr (json_object) notes = NULL;
  g_autofree char *first = NULL, *second = NULL;

  first = put_note (fixture, id_text, track, "Ahead", "2099-01-01T00:00:00Z");
  g_assert_nonnull (strstr (first, "kept"));
  second = put_note (fixture, id_text, track, "Changed since", "2099-01-01T00:00:01Z");
  g_assert_nonnull (strstr (second, "kept"));
  room_request (fixture, fixture->walker, "GET", path, NULL, &notes);
  g_assert_nonnull (strstr (json_object_to_json_string (notes), "Changed since"));
  g_assert_null (strstr (json_object_to_json_string (notes), "2099"));
}

/* ---- the timer ---- */

/* What the room answers to an act; the time that is left, -1 where there is no timer. */
static gint64
keep_time (RoomFixture *fixture, const char *body, gboolean *ret_running)
{
  g_autoptr (json_object) json = post (fixture, fixture->facilitator, "/timer", body, 200);
  json_object *timer;
  gint64 left = -1;
  gboolean running = FALSE;

  if (json_object_object_get_ex (json, "timer", &timer) &&
      lw_json_get_int (timer, "left_ms", &left))
    lw_json_get_flag (timer, "running", &running);
  if (ret_running != NULL)
    *ret_running = running;
  return left;
}

static void
test_a_timer_runs_stands_and_is_given_more (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (RoomSocket) walker = room_connect (fixture, fixture->walker);
  gint64 left, paused;
  gboolean running;

  g_assert_cmpint (keep_time (fixture, "{\"act\":\"pause\"}", NULL), ==, -1);
  left = keep_time (fixture, "{\"act\":\"start\",\"minutes\":5}", &running);
  g_assert_true (running);
  g_assert_cmpint (left, <=, 5 * MINUTE_MS);
  g_assert_cmpint (left, >, 4 * MINUTE_MS);
  /* Who looks on is told, and who presses it a second time changes nothing. */
  room_socket_wait_text (walker, "\"timer\"");
  g_assert_cmpint (keep_time (fixture, "{\"act\":\"start\",\"minutes\":50}", NULL), <=, left);
  paused = keep_time (fixture, "{\"act\":\"pause\"}", &running);
  g_assert_false (running);
  g_assert_cmpint (keep_time (fixture, "{\"act\":\"pause\"}", NULL), ==, paused);
  g_assert_cmpint (keep_time (fixture, "{\"act\":\"extend\",\"minutes\":5}", &running), ==,
                   paused + 5 * MINUTE_MS);
  g_assert_false (running);
  g_assert_cmpint (keep_time (fixture, "{\"act\":\"go-on\"}", &running), >, 8 * MINUTE_MS);
  g_assert_true (running);
  g_assert_cmpint (keep_time (fixture, "{\"act\":\"end\"}", NULL), ==, -1);
  /* Who is no timekeeper cannot. */
  json_object_put (
      post (fixture, fixture->walker, "/timer", "{\"act\":\"start\",\"minutes\":5}", 403));
  json_object_put (post (fixture, fixture->facilitator, "/timer", "{\"act\":\"stop\"}", 422));
  json_object_put (
      post (fixture, fixture->facilitator, "/timer", "{\"act\":\"start\",\"minutes\":601}", 422));
  json_object_put (post (fixture, fixture->facilitator, "/timer",
                         "{\"act\":\"start\",\"visit\":\"0192d3a4-6b1c-7def-8123-000000000077\"}",
                         422));
}

/* It is in the room's log, and says what is left to a room that was started anew. */
static void
test_a_timer_is_there_again_with_the_room (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (LwStore) store = NULL;
  g_autofree char *path = lw_room_path (fixture->room, "walks.db");
  const LwTimer *timer;

  open_phase (fixture, "{\"phase\":\"debrief\"}");
  keep_time (fixture, "{\"act\":\"start\"}", NULL);
  store = lw_store_open (path, LW_STORE_OPEN_READ_ONLY, &error);
  g_assert_no_error (error);
  all = lw_store_list (store, LW_ENTITY_TIMER, &fixture->walk_id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 1);
  timer = all->pdata[0];
  g_assert_cmpstr (timer->phase, ==, "debrief");
  g_assert_cmpstr (timer->step, ==, "evidence");
  /* As long as the routine gives that step. */
  g_assert_cmpint (timer->length_ms, ==, 12 * MINUTE_MS);
  g_assert_cmpint (timer->begun_utc_us, >, 0);
}

static void
test_no_clock_that_is_set_moves_a_timer (void)
{
  const gint64 noon_us = G_GINT64_CONSTANT (1767265200000000), minute_us = 60 * G_USEC_PER_SEC;
  LwTimer timer = {.length_ms = 5 * MINUTE_MS, .left_ms = 5 * MINUTE_MS, .begun_utc_us = noon_us};
  gint64 before_us = lw_room_time_us ();

  g_assert_cmpint (lw_timer_get_left_ms (&timer, noon_us + 2 * minute_us), ==, 3 * MINUTE_MS);
  g_assert_cmpint (lw_timer_get_left_ms (&timer, noon_us + 9 * minute_us), ==, 0);
  /* Set back by an hour between two runs of the room: never more than there was. */
  g_assert_cmpint (lw_timer_get_left_ms (&timer, noon_us - 60 * minute_us), ==, 5 * MINUTE_MS);
  timer.begun_utc_us = 0;
  g_assert_cmpint (lw_timer_get_left_ms (&timer, noon_us + 9 * minute_us), ==, 5 * MINUTE_MS);
  /* Within a run it only goes on. */
  g_assert_cmpint (lw_room_time_us (), >=, before_us);
  g_assert_cmpint (lw_room_time_us () - before_us, <, g_get_monotonic_time ());
}

/* ---- who works with whom ---- */

static void
test_nobody_is_left_alone_and_the_same_seed_makes_the_same_groups (void)
{
  for (guint size = 2; size <= 4; size++) {
    for (guint n = 2; n <= 30; n++) {
      g_autoptr (GArray) people = g_array_new (FALSE, FALSE, sizeof (LwId));
      g_autoptr (GArray) reversed = g_array_new (FALSE, FALSE, sizeof (LwId));
      g_autoptr (GPtrArray) groups = NULL, again = NULL;
      guint total = 0;

      for (guint i = 0; i < n; i++) {
        LwId id = {.bytes = {(guint8)(i + 1), 7}};

        g_array_append_val (people, id);
        g_array_prepend_val (reversed, id);
      }
      groups = lw_groups_make (people, size, "a walk");
      again = lw_groups_make (reversed, size, "a walk");
      g_assert_cmpuint (groups->len, ==, again->len);
      for (guint i = 0; i < groups->len; i++) {
        const GArray *group = groups->pdata[i], *same = again->pdata[i];

        g_assert_cmpuint (group->len, >=, 2);
        g_assert_cmpuint (group->len, <=, size + 1);
        g_assert_cmpmem (group->data, group->len * sizeof (LwId), same->data,
                         same->len * sizeof (LwId));
        total += group->len;
      }
      g_assert_cmpuint (total, ==, n);
    }
  }
}

static char *
groups_of (RoomFixture *fixture, const char *token)
{
  g_autoptr (json_object) walk = get_walk (fixture, token);
  json_object *groups;

  return json_object_object_get_ex (walk, "groups", &groups)
             ? g_strdup (json_object_to_json_string (groups))
             : NULL;
}

static void
test_everybody_sees_the_same_groups_and_who_leads_mixes_them_anew (RoomFixture *fixture,
                                                                   gconstpointer data)
{
  g_autofree char *walker = NULL, *host = NULL, *before = NULL;
  gboolean is_other = FALSE;
  LwId id;

  for (guint i = 0; i < 6; i++)
    g_free (room_add_person (fixture, "Guest", 1u << LW_ROLE_GUEST, &id));
  follow (fixture, "learning-lab@2", "intentions");
  walker = groups_of (fixture, fixture->walker);
  before = groups_of (fixture, fixture->facilitator);
  g_assert_nonnull (walker);
  g_assert_cmpstr (walker, ==, before);
  /* The host is out of it: in no group, and told of none. */
  g_assert_null (groups_of (fixture, fixture->host));
  host = lw_id_to_string (&fixture->host_id);
  g_assert_null (strstr (walker, host));
  /* By chance it may come to the same once or twice. */
  for (guint i = 0; i < 20 && !is_other; i++) {
    g_autofree char *mixed = NULL;

    json_object_put (post (fixture, fixture->facilitator, "/groups", "{}", 200));
    mixed = groups_of (fixture, fixture->walker);
    is_other = !g_str_equal (mixed, before);
  }
  g_assert_true (is_other);
}

/* ---- a phase that is for the others ---- */

static void
test_the_host_hears_nothing_of_a_phase_that_is_for_the_others (RoomFixture *fixture,
                                                               gconstpointer data)
{
  g_autoptr (RoomSocket) host = room_connect (fixture, fixture->host);
  g_autoptr (RoomSocket) walker = NULL;
  g_autoptr (json_object) walk = NULL;
  g_autofree char *board = room_walk_path (fixture, "/board");
  gboolean is_out = FALSE;
  guint from;

  follow (fixture, "learning-lab@2", "intentions");
  room_socket_wait (host, "walk", 0);
  from = host->messages->len;
  walker = room_connect (fixture, fixture->walker);
  room_socket_wait_text (walker, "Ines");
  room_socket_wait (host, "presence", from);
  for (guint i = from; i < host->messages->len; i++) {
    if (g_strcmp0 (lw_json_get_text (host->messages->pdata[i], "type"), "presence") == 0)
      g_assert_null (strstr (json_object_to_json_string (host->messages->pdata[i]), "Ines"));
  }
  walk = get_walk (fixture, fixture->host);
  g_assert_true (lw_json_get_flag (walk, "is_out", &is_out) && is_out);
  g_assert_cmpuint (room_request (fixture, fixture->host, "GET", board, NULL, NULL), ==, 403);
  /* She is back with the next. */
  open_phase (fixture, "{\"phase\":\"observation\"}");
  room_socket_wait_text (host, "Ines");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/phase/evidence", test_implications_wait_for_evidence_and_for_who_leads);
  ROOM_TEST ("/phase/no-pins", test_where_nobody_pinned_anything_nothing_is_waited_for);
  g_test_add_func ("/phase/about", test_what_a_card_speaks_of_is_read_from_it_or_from_its_tags);
  ROOM_TEST ("/phase/back", test_a_phase_moved_back_loses_nothing);
  ROOM_TEST ("/phase/two-lead", test_of_two_who_lead_at_once_the_second_sees_what_the_first_did);
  ROOM_TEST ("/phase/unknown", test_what_the_routine_does_not_have_is_not_opened);
  ROOM_TEST ("/phase/rounds", test_the_next_round_begins_where_the_routine_says_so);
  g_test_add_func ("/phase/round-of-a-note", test_a_note_says_its_round);
  ROOM_TEST ("/phase/removed", test_who_is_removed_is_told_and_the_notes_stay);
  ROOM_TEST ("/phase/ahead", test_a_note_from_a_clock_that_goes_ahead_can_be_changed);
  ROOM_TEST ("/phase/timer", test_a_timer_runs_stands_and_is_given_more);
  ROOM_TEST ("/phase/timer-again", test_a_timer_is_there_again_with_the_room);
  g_test_add_func ("/phase/timer-and-clocks", test_no_clock_that_is_set_moves_a_timer);
  g_test_add_func ("/phase/groups",
                   test_nobody_is_left_alone_and_the_same_seed_makes_the_same_groups);
  ROOM_TEST ("/phase/groups-shown",
             test_everybody_sees_the_same_groups_and_who_leads_mixes_them_anew);
  ROOM_TEST ("/phase/host-leaves", test_the_host_hears_nothing_of_a_phase_that_is_for_the_others);
  return g_test_run ();
}
