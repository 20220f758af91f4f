/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a walk's clock stands, by tests/fixtures/walk-clock.json, which the panel is held against,
 * too (turn.mjs). */

#include <json-c/json.h>

#include "lw-turn.h"

static json_object *
member (json_object *object, const char *name)
{
  json_object *value = NULL;

  g_assert_true (json_object_object_get_ex (object, name, &value));
  return value;
}

static gint64
number (json_object *object, const char *name)
{
  return json_object_get_int64 (member (object, name));
}

static gboolean
flag (json_object *object, const char *name)
{
  return json_object_get_boolean (member (object, name));
}

static LwId
id_of (gint64 index)
{
  return (LwId){.bytes = {7, (guint8)index}};
}

static GPtrArray *
make_visits (json_object *durations)
{
  GPtrArray *visits = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_visit_unref);
  const LwId walk_id = id_of (200);

  for (gsize i = 0; i < json_object_array_length (durations); i++) {
    gint64 duration_ms = json_object_get_int64 (json_object_array_get_idx (durations, i));

    g_ptr_array_add (visits, lw_visit_new (&(LwVisit){.id = id_of ((gint64)i),
                                                      .walk_id = walk_id,
                                                      .order = (guint)i + 1,
                                                      .duration_ms = duration_ms},
                                           NULL));
  }
  return visits;
}

static void
test_case (gconstpointer data)
{
  json_object *one = (json_object *)data, *said = member (one, "clock"), *turn;
  g_autoptr (GPtrArray) visits = make_visits (member (one, "durations"));
  const gint64 noon_us = G_GINT64_CONSTANT (1767265200000000);
  gboolean runs = member (said, "ran_ms") != NULL;
  const LwTimer clock = {.visit_id = id_of (number (said, "visit")),
                         .left_ms = number (said, "left_ms"),
                         .turn_ms = number (said, "turn_ms"),
                         .after_ms = number (said, "after_ms"),
                         .writing = flag (said, "writing"),
                         .begun_utc_us = runs ? noon_us : 0};
  LwTurn found;

  turn = member (one, "turn");
  g_assert_true (
      lw_turn_at (&clock, visits, noon_us + (runs ? number (said, "ran_ms") * 1000 : 0), &found));
  g_assert_cmpuint (found.visit, ==, number (turn, "visit"));
  g_assert_cmpint (found.writing, ==, flag (turn, "writing"));
  g_assert_cmpint (found.over, ==, flag (turn, "over"));
  g_assert_cmpint (found.left_ms, ==, number (turn, "left_ms"));
}

static void
test_a_visit_that_is_not_there_any_more_has_no_turn (void)
{
  g_autoptr (GPtrArray) visits = g_ptr_array_new ();
  LwTurn found;

  g_assert_false (lw_turn_at (&(LwTimer){.visit_id = id_of (3), .turn_ms = 1}, visits, 1, &found));
}

int
main (int argc, char **argv)
{
  json_object *cases;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cases = json_object_from_file (argv[1]);
  g_assert_nonnull (cases);
  for (gsize i = 0; i < json_object_array_length (cases); i++) {
    json_object *one = json_object_array_get_idx (cases, i);
    g_autofree char *path =
        g_strdup_printf ("/turn/%s", json_object_get_string (member (one, "says")));

    g_test_add_data_func (path, one, test_case);
  }
  g_test_add_func ("/turn/gone", test_a_visit_that_is_not_there_any_more_has_no_turn);
  result = g_test_run ();
  json_object_put (cases);
  return result;
}
