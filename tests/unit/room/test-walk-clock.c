/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The walk's clock in a real room: begun, moved, paused, given more and ended, by who keeps the
 * time. Where it stands at what time is test-turn.c's. */

#include <string.h>

#include "lw-json.h"
#include "room-fixture.h"

#define MINUTE_MS 60000

static json_object *
post (RoomFixture *fixture, const char *token, const char *body, guint status)
{
  g_autofree char *path = room_walk_path (fixture, "/clock");
  json_object *json = NULL;

  g_assert_cmpuint (room_request (fixture, token, "POST", path, body, &json), ==, status);
  return json;
}

typedef struct {
  char visit[64];
  gboolean running, writing;
  gint64 left_ms, ran_ms;
} Said;

/* FALSE: there is no clock, or it was put away. */
static gboolean
keep (RoomFixture *fixture, const char *body, Said *said)
{
  g_autoptr (json_object) json = post (fixture, fixture->facilitator, body, 200);
  json_object *clock;

  memset (said, 0, sizeof *said);
  if (!json_object_object_get_ex (json, "clock", &clock) ||
      !lw_json_get_int (clock, "left_ms", &said->left_ms))
    return FALSE;
  g_strlcpy (said->visit, lw_json_get_text (clock, "visit"), sizeof said->visit);
  g_assert_true (lw_json_get_flag (clock, "running", &said->running) &&
                 lw_json_get_flag (clock, "writing", &said->writing) &&
                 lw_json_get_int (clock, "ran_ms", &said->ran_ms));
  return TRUE;
}

/* The walk's visits, two at least. (transfer full) (element-type utf8) */
static GPtrArray *
list_visits (RoomFixture *fixture)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = room_walk_path (fixture, "/visits");
  g_autoptr (json_object) walk = NULL;
  json_object *visits;

  g_assert_cmpuint (
      room_request (fixture, fixture->facilitator, "POST", path, "{\"duration_ms\":900000}", &walk),
      ==, 200);
  g_assert_true (json_object_object_get_ex (walk, "visits", &visits));
  for (gsize i = 0; i < json_object_array_length (visits); i++)
    g_ptr_array_add (ids,
                     g_strdup (lw_json_get_text (json_object_array_get_idx (visits, i), "id")));
  g_assert_cmpuint (ids->len, >=, 2);
  return ids;
}

static void
test_the_clock_takes_the_walk_from_visit_to_visit (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (RoomSocket) walker = NULL;
  g_autoptr (GPtrArray) visits = list_visits (fixture);
  const char *last = visits->pdata[visits->len - 1];
  g_autofree char *to_last = g_strdup_printf ("{\"act\":\"move\",\"visit\":\"%s\"}", last);
  g_autofree char *to_write = g_strdup_printf (
      "{\"act\":\"move\",\"visit\":\"%s\",\"writing\":true}", (char *)visits->pdata[0]);
  Said said, again;

  g_assert_false (keep (fixture, "{\"act\":\"pause\"}", &said));
  g_assert_false (keep (fixture, to_last, &said));
  walker = room_connect (fixture, fixture->walker);
  g_assert_true (keep (fixture, "{\"act\":\"start\",\"minutes\":12,\"after\":3}", &said));
  g_assert_cmpstr (said.visit, ==, visits->pdata[0]);
  g_assert_true (said.running);
  g_assert_false (said.writing);
  g_assert_cmpint (said.left_ms, ==, 12 * MINUTE_MS);
  /* Who walks is told of it; who presses it a second time changes nothing. */
  room_socket_wait_text (walker, "\"turn_ms\"");
  g_assert_true (keep (fixture, "{\"act\":\"start\",\"minutes\":20}", &again));
  g_assert_cmpint (again.left_ms, ==, 12 * MINUTE_MS);
  g_assert_true (keep (fixture, to_write, &said));
  g_assert_true (said.writing);
  g_assert_cmpint (said.left_ms, ==, 3 * MINUTE_MS);
  /* On, before its time; a visit has as long as it is planned. */
  g_assert_true (keep (fixture, to_last, &said));
  g_assert_cmpstr (said.visit, ==, last);
  g_assert_false (said.writing);
  g_assert_cmpint (said.left_ms, ==, 15 * MINUTE_MS);
  room_socket_wait_text (walker, last);
  g_assert_true (keep (fixture, "{\"act\":\"pause\"}", &said));
  g_assert_false (said.running);
  g_assert_cmpint (said.left_ms, <=, 15 * MINUTE_MS);
  g_assert_true (keep (fixture, to_last, &again));
  g_assert_cmpint (again.left_ms, ==, said.left_ms);
  g_assert_true (keep (fixture, "{\"act\":\"extend\",\"minutes\":2}", &again));
  g_assert_false (again.running);
  g_assert_cmpint (again.left_ms, ==, said.left_ms + 2 * MINUTE_MS);
  g_assert_true (keep (fixture, "{\"act\":\"go-on\"}", &said));
  g_assert_true (said.running);
  g_assert_cmpint (said.left_ms, ==, again.left_ms);
  g_assert_false (keep (fixture, "{\"act\":\"end\"}", &said));
  g_assert_false (keep (fixture, "{\"act\":\"pause\"}", &said));
}

static void
test_who_keeps_no_time_and_what_is_no_time_moves_nothing (RoomFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) visits = list_visits (fixture);
  static const char *const wrong[] = {
      "{}",
      "{\"act\":\"stop\"}",
      "{\"act\":\"start\",\"minutes\":601}",
      "{\"act\":\"start\",\"minutes\":5,\"after\":-1}",
      "{\"act\":\"start\",\"minutes\":5,\"visit\":7}",
      "{\"act\":\"move\",\"visit\":\"0192d3a4-6b1c-7def-8123-000000000077\"}",
  };
  Said said, again;

  json_object_put (post (fixture, fixture->walker, "{\"act\":\"start\",\"minutes\":5}", 403));
  g_assert_true (keep (fixture, "{\"act\":\"start\",\"minutes\":5}", &said));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    json_object_put (post (fixture, fixture->facilitator, wrong[i], 422));
  /* Without time to write, the visit itself is meant. */
  {
    g_autofree char *body = g_strdup_printf ("{\"act\":\"move\",\"visit\":\"%s\",\"writing\":true}",
                                             (char *)visits->pdata[0]);

    g_assert_true (keep (fixture, body, &again));
  }
  g_assert_cmpstr (again.visit, ==, said.visit);
  g_assert_cmpint (again.left_ms, ==, said.left_ms);
  g_assert_false (again.writing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ROOM_TEST ("/walk-clock/moves", test_the_clock_takes_the_walk_from_visit_to_visit);
  ROOM_TEST ("/walk-clock/refused", test_who_keeps_no_time_and_what_is_no_time_moves_nothing);
  return g_test_run ();
}
