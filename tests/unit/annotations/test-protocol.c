/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "lw-protocol.h"

#define PHASE(id, rest)                                                                         \
  "{\"id\":\"" id "\",\"title\":\"T\",\"watch\":[\"walker\"],\"see_notes\":[],\"write_notes\":" \
  "[\"walker\",\"host\"],\"reply\":[],\"mark_progress\":[]" rest "}"
#define SILENT(id, rest)                                                                           \
  "{\"id\":\"" id "\",\"title\":\"T\",\"watch\":[],\"see_notes\":[],\"write_notes\":[],\"reply\":" \
  "[],\"mark_progress\":[]" rest "}"
#define STEP(id, rest) "{\"id\":\"" id "\",\"title\":\"T\"" rest "}"
#define PROTOCOL(phases) \
  "{\"protocol\":\"p\",\"version\":3,\"title\":\"T\",\"phases\":[" phases "]}"

static LwProtocol *
parse (const char *json)
{
  return lw_protocol_parse (json, strlen (json), NULL);
}

static void
test_phases_keep_their_order_and_their_roles (void)
{
  g_autoptr (LwProtocol) protocol =
      parse (PROTOCOL (PHASE ("a", ",\"gates\":[\"watch-for\"],\"minutes\":12") "," SILENT (
          "b", ",\"closed\":true,\"again\":\"a\",\"before_watching\":[\"norms\",\"intention\"]")));
  const LwPhase *a, *b;

  g_assert_nonnull (protocol);
  g_assert_cmpstr (lw_protocol_get_name (protocol), ==, "p@3");
  g_assert_cmpuint (lw_protocol_get_n_phases (protocol), ==, 2);
  a = lw_protocol_get_phase (protocol, 0);
  b = lw_protocol_find_phase (protocol, "b");
  g_assert_true (lw_protocol_find_phase (protocol, "") == a);
  g_assert_null (lw_protocol_find_phase (protocol, "c"));
  g_assert_cmpuint (a->watch, ==, 1u << LW_ROLE_WALKER);
  g_assert_cmpuint (a->write_notes, ==, 1u << LW_ROLE_WALKER | 1u << LW_ROLE_HOST);
  g_assert_cmpuint (a->see_notes | a->reply | a->mark_progress, ==, 0);
  g_assert_cmpuint (a->gates, ==, LW_GATE_WATCH_FOR);
  g_assert_cmpuint (a->minutes, ==, 12);
  g_assert_cmpuint (b->gates, ==, LW_GATE_FOCUS | LW_GATE_INQUIRY);
  g_assert_cmpuint (b->before_watching, ==, LW_BEFORE_NORMS | LW_BEFORE_INTENTION);
  g_assert_cmpstr (b->again, ==, "a");
  g_assert_false (a->closed);
  g_assert_true (b->closed);
}

static void
test_steps_come_in_their_order_and_rounds_where_the_routine_begins_anew (void)
{
  g_autoptr (LwProtocol) protocol =
      parse (PROTOCOL (PHASE ("a", ",\"host_leaves\":true,\"grouping\":\"trio\"") "," PHASE (
          "b",
          ",\"each\":\"visit\",\"steps\":[" STEP ("s", ",\"minutes\":7,\"grouping\":\"pair\","
                                                       "\"kind\":\"evidence\"") "," STEP (
              "t",
              "") "]") "," PHASE ("c",
                                  ",\"each\":\"visit\",\"again\":\"b\"") "," PHASE ("d",
                                                                                    ",\"again\":"
                                                                                    "\"a\"")));
  const LwPhase *a, *b;

  g_assert_nonnull (protocol);
  a = lw_protocol_get_phase (protocol, 0);
  b = lw_protocol_get_phase (protocol, 1);
  g_assert_true (a->host_leaves);
  g_assert_cmpint (a->grouping, ==, LW_GROUPING_TRIO);
  g_assert_null (lw_phase_find_step (a, ""));
  g_assert_cmpuint (b->n_steps, ==, 2);
  g_assert_true (lw_phase_find_step (b, "") == &b->steps[0]);
  g_assert_true (lw_phase_find_step (b, "t") == &b->steps[1]);
  g_assert_cmpuint (b->steps[0].minutes, ==, 7);
  g_assert_cmpint (b->steps[0].kind, ==, LW_STEP_EVIDENCE);
  g_assert_cmpstr (lw_grouping_to_string (b->steps[0].grouping), ==, "pair");
  g_assert_null (lw_grouping_to_string (b->steps[1].grouping));
  /* From visit to visit is no round; from the end to the beginning is one. */
  g_assert_false (lw_protocol_get_phase (protocol, 2)->begins_round);
  g_assert_true (lw_protocol_get_phase (protocol, 3)->begins_round);
}

/* What a walk began with is there as long as the program is. */
static void
test_an_earlier_version_is_found_as_it_was (void)
{
  static const char *const names[] = {"recorded-walk", "live-walk",  "hybrid-walk",
                                      "learning-lab",  "studio-day", "walk-series"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *first = g_strconcat (names[i], "@1", NULL);
    g_autofree char *second = g_strconcat (names[i], "@2", NULL);
    g_autoptr (LwProtocol) old = lw_protocol_find (first, NULL);
    g_autoptr (LwProtocol) new = lw_protocol_find (second, NULL);

    g_assert_nonnull (old);
    g_assert_cmpstr (lw_protocol_get_name (old), ==, first);
    g_assert_cmpstr (lw_protocol_get_name (new), ==, second);
    for (guint k = 0; k < lw_protocol_get_n_phases (old); k++)
      g_assert_cmpuint (lw_protocol_get_phase (old, k)->n_steps, ==, 0);
  }
}

static void
test_what_is_no_protocol_is_refused_with_a_sentence (void)
{
  static const char *const bad[] = {
      "",
      "[]",
      "{",
      PROTOCOL (""),
      PROTOCOL ("7"),
      PROTOCOL (PHASE ("A", "")),
      PROTOCOL (PHASE ("a", "") "," PHASE ("a", "")),
      PROTOCOL (PHASE ("a", ",\"closed\":1")),
      "{\"protocol\":\"../p\",\"version\":1,\"title\":\"T\",\"phases\":[" PHASE ("a", "") "]}",
      "{\"protocol\":\"p\",\"version\":0,\"title\":\"T\",\"phases\":[" PHASE ("a", "") "]}",
      "{\"protocol\":\"p\",\"version\":1,\"title\":\"\",\"phases\":[" PHASE ("a", "") "]}",
      PROTOCOL ("{\"id\":\"a\",\"title\":\"T\",\"watch\":[\"evaluator\"],\"see_notes\":[],"
                "\"write_notes\":[],\"reply\":[],\"mark_progress\":[]}"),
      PROTOCOL ("{\"id\":\"a\",\"title\":\"T\"}"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (lw_protocol_parse (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_SYNTAX);
    g_assert_cmpuint (strlen (error->message), >, 40);
  }
}

static void
test_what_no_walk_can_follow_is_said_with_its_place (void)
{
  static const struct {
    const char *json, *says;
  } bad[] = {
      {PROTOCOL (PHASE ("a", ",\"form\":\"f\"")), "form “f”"},
      {PROTOCOL (PHASE ("a", ",\"again\":\"a\"")), "“a” again"},
      {PROTOCOL (PHASE ("a", ",\"again\":\"b\"") "," PHASE ("b", "")), "“b” again"},
      {PROTOCOL (PHASE ("a", ",\"minutes\":0")), "phases[0].minutes must be 1 at least"},
      {PROTOCOL (PHASE ("a", ",\"minutes\":1.5")), "phases[0].minutes must be a whole number"},
      {PROTOCOL (PHASE ("a", ",\"gates\":[\"money\"]")), "phases[0].gates[0] must be one of"},
      {PROTOCOL (PHASE ("a", ",\"score\":1")), "a “score”, which is not known"},
      {PROTOCOL (PHASE ("a", ",\"hint\":\"x\\u0000y\"")), "phases[0].hint"},
      {PROTOCOL (PHASE ("a", ",\"closed\":true")), "is closed, but something is written"},
      {PROTOCOL (SILENT ("a", ",\"closed\":true") "," PHASE ("b", "")),
       "follows one that is closed"},
      {PROTOCOL ("{\"id\":\"a\",\"title\":\"T\",\"watch\":[],\"see_notes\":[],\"write_notes\":[],"
                 "\"reply\":[\"coach\"],\"mark_progress\":[]}"),
       "without seeing the notes"},
      {PROTOCOL (PHASE ("a", ",\"steps\":[" STEP ("s", ",\"kind\":\"implications\"") "]")),
       "implications before any step of evidence"},
      {PROTOCOL (PHASE (
           "a",
           ",\"steps\":[" STEP ("s", ",\"kind\":\"evidence\"") "," STEP (
               "t", ",\"kind\":\"implications\"") "," STEP ("u", ",\"kind\":\"evidence\"") "]")),
       "evidence comes after implications"},
      {PROTOCOL (PHASE ("a", ",\"steps\":[" STEP ("s", "") "," STEP ("s", "") "]")),
       "two of the steps have the id “s”"},
      {PROTOCOL (PHASE (
           "a", ",\"steps\":[" STEP (
                    "s", ",\"kind\":\"evidence\",\"before_next\":{\"student_cards\":1}") "]")),
       "nobody can put one there"},
      {PROTOCOL (PHASE ("a", ",\"steps\":[" STEP ("s", ",\"before_next\":{\"score\":1}") "]")),
       "a “score”, which is not known"},
      {PROTOCOL (PHASE ("a", ",\"host_leaves\":true")), "does not come back"},
      {"{\"protocol\":\"p\"", "ends too early"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (lw_protocol_parse (bad[i].json, strlen (bad[i].json), &error));
    g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_SYNTAX);
    if (strstr (error->message, bad[i].says) == NULL)
      g_error ("“%s” is not in: %s", bad[i].says, error->message);
  }
}

static void
test_a_huge_or_deep_file_is_refused_at_once (void)
{
  g_autofree char *huge = g_strnfill (LW_PROTOCOL_MAX_BYTES + 1, ' ');
  g_autofree char *deep = g_strnfill (LW_PROTOCOL_MAX_BYTES, '[');
  g_autoptr (GError) error = NULL;

  g_assert_null (lw_protocol_parse (huge, strlen (huge), &error));
  g_assert_nonnull (strstr (error->message, "64 KiB"));
  g_clear_error (&error);
  g_assert_null (lw_protocol_parse (deep, strlen (deep), &error));
  g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_SYNTAX);
}

/* What a district's people rely on in every routine, whatever else changes in it. */
static void
check_promises (LwProtocol *protocol)
{
  guint n = lw_protocol_get_n_phases (protocol);
  const LwPhase *last = lw_protocol_get_phase (protocol, n - 1);
  const guint guests = 1u << LW_ROLE_GUEST;
  gboolean writes_alone = FALSE, is_open = FALSE;

  g_assert_cmpstr (lw_protocol_get_about (protocol), !=, "");
  /* It begins without a word of anybody's and ends with nobody writing and the guests gone. */
  g_assert_cmpuint (lw_protocol_get_phase (protocol, 0)->mark_progress, ==, 0);
  g_assert_true (last->closed);
  g_assert_cmpuint ((last->watch | last->see_notes) & guests, ==, 0);
  for (guint i = 0; i < n; i++) {
    const LwPhase *phase = lw_protocol_get_phase (protocol, i);

    g_assert_cmpstr (phase->hint, !=, "");
    /* No walk opens without focus and inquiry. */
    if (i > 0)
      g_assert_cmpuint (phase->gates & (LW_GATE_FOCUS | LW_GATE_INQUIRY), ==,
                        LW_GATE_FOCUS | LW_GATE_INQUIRY);
    /* Whoever writes alone is seen by nobody until a later phase opens it to her too. */
    writes_alone |= phase->write_notes != 0 && phase->see_notes == 0;
    is_open |= writes_alone && phase->see_notes != 0;
    /* A mark of progress is made where the evidence is open to all who make it. */
    g_assert_cmpuint (phase->mark_progress & ~phase->see_notes, ==, 0);
    if (!is_open)
      g_assert_cmpuint (phase->mark_progress, ==, 0);
    /* Children are seen by those who know the norms, or who prepare the walk. */
    if (phase->watch & guests && phase->write_notes & guests && phase->see_notes == 0)
      g_assert_true (phase->before_watching & LW_BEFORE_NORMS);
  }
  g_assert_true (is_open);
}

static void
test_every_routine_can_be_walked_and_keeps_its_promises (void)
{
  g_autoptr (GPtrArray) all = lw_protocol_list ();

  g_assert_cmpuint (all->len, ==, 12);
  for (guint i = 0; i < all->len; i++) {
    LwProtocol *protocol = all->pdata[i];
    g_autoptr (LwProtocol) found = NULL;
    g_autoptr (LwProtocol) copy = NULL;
    const char *json = lw_protocol_get_json (protocol);

    g_test_message ("%s", lw_protocol_get_name (protocol));
    check_promises (protocol);
    found = lw_protocol_find (lw_protocol_get_name (protocol), NULL);
    g_assert_nonnull (found);
    /* What a district copies says the same. */
    copy = lw_protocol_parse (json, strlen (json), NULL);
    g_assert_cmpstr (lw_protocol_get_json (copy), ==, json);
  }
}

static void
test_the_default_keeps_notes_private_until_the_debrief (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) protocol = lw_protocol_find ("", &error);
  const guint everybody = (1u << LW_N_ROLES) - 1;
  const LwPhase *visit, *debrief;

  g_assert_no_error (error);
  visit = lw_protocol_find_phase (protocol, "visit");
  debrief = lw_protocol_find_phase (protocol, "debrief");
  g_assert_cmpuint (visit->see_notes | visit->mark_progress | visit->reply, ==, 0);
  g_assert_cmpuint (visit->write_notes, ==, everybody);
  g_assert_cmpuint (debrief->see_notes, ==, everybody);
}

/* ---- a district's own ---- */

typedef struct {
  char *folder;
  LwStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->folder = g_dir_make_tmp ("lw-protocol-XXXXXX", &error);
  path = g_build_filename (fixture->folder, "notes.db", NULL);
  fixture->store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  lw_store_close (fixture->store);
  g_object_unref (fixture->store);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static LwProtocol *
take_in (Fixture *fixture, const char *json, GError **error)
{
  return lw_protocol_take_in (fixture->store, json, strlen (json), error);
}

static void
test_a_walk_keeps_the_version_that_it_began_with (Fixture *fixture, gconstpointer data)
{
  const char *first = PROTOCOL (PHASE ("a", ""));
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) own = take_in (fixture, first, &error);
  g_autoptr (LwProtocol) again = NULL;
  g_autoptr (LwProtocol) next = NULL;
  g_autoptr (LwProtocol) found = NULL;
  g_autoptr (GPtrArray) all = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (lw_protocol_get_name (own), "p@3+"));
  /* White space apart it is the same file. */
  again = take_in (fixture, " " PROTOCOL (PHASE ("a", "")) "\n", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lw_protocol_get_name (again), ==, lw_protocol_get_name (own));
  /* Another text under the same name and version is not taken in … */
  g_assert_null (take_in (fixture, PROTOCOL (PHASE ("b", "")), &error));
  g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_EXISTS);
  g_clear_error (&error);
  /* … as a new version it is, and the first is still there. */
  next = take_in (
      fixture,
      "{\"protocol\":\"p\",\"version\":4,\"title\":\"T\",\"phases\":[" PHASE ("b", "") "]}",
      &error);
  g_assert_no_error (error);
  found = lw_protocol_find_in (fixture->store, lw_protocol_get_name (own), &error);
  g_assert_no_error (error);
  g_assert_nonnull (lw_protocol_find_phase (found, "a"));
  all = lw_protocol_list_in (fixture->store, &error);
  g_assert_cmpuint (all->len, ==, 12 + 2);
}

static void
test_a_file_does_not_stand_in_for_one_of_ours (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) ours = lw_protocol_find ("", NULL);
  g_auto (GStrv) name = g_strsplit (lw_protocol_get_name (ours), "@", 2);
  g_autofree char *json =
      g_strdup_printf ("{\"protocol\":\"%s\",\"version\":%s,\"title\":\"T\",\"phases\":[%s]}",
                       name[0], name[1], PHASE ("a", ""));

  g_assert_null (take_in (fixture, json, &error));
  g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (lw_protocol_find_in (fixture->store, "p@3+00000000", &error));
  g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_UNKNOWN);
}

static void
test_a_protocol_that_is_not_there_is_said_so (void)
{
  static const char *const names[] = {
      "recorded-walk@3", "recorded-walk@0", "recorded-walk", "nothing@1", "../x@1", "@", "a/b@1"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (lw_protocol_find (names[i], &error));
    g_assert_error (error, LW_PROTOCOL_ERROR, LW_PROTOCOL_ERROR_UNKNOWN);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/phases", test_phases_keep_their_order_and_their_roles);
  g_test_add_func ("/protocol/steps",
                   test_steps_come_in_their_order_and_rounds_where_the_routine_begins_anew);
  g_test_add_func ("/protocol/earlier", test_an_earlier_version_is_found_as_it_was);
  g_test_add_func ("/protocol/bad", test_what_is_no_protocol_is_refused_with_a_sentence);
  g_test_add_func ("/protocol/unfit", test_what_no_walk_can_follow_is_said_with_its_place);
  g_test_add_func ("/protocol/huge", test_a_huge_or_deep_file_is_refused_at_once);
  g_test_add_func ("/protocol/routines", test_every_routine_can_be_walked_and_keeps_its_promises);
  g_test_add ("/protocol/own/version", Fixture, NULL, set_up,
              test_a_walk_keeps_the_version_that_it_began_with, tear_down);
  g_test_add ("/protocol/own/ours", Fixture, NULL, set_up,
              test_a_file_does_not_stand_in_for_one_of_ours, tear_down);
  g_test_add_func ("/protocol/default", test_the_default_keeps_notes_private_until_the_debrief);
  g_test_add_func ("/protocol/unknown", test_a_protocol_that_is_not_there_is_said_so);
  return g_test_run ();
}
