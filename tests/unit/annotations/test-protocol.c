/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-protocol.h"

#define PHASE(id, rest)                                                                         \
  "{\"id\":\"" id "\",\"title\":\"T\",\"watch\":[\"walker\"],\"see_notes\":[],\"write_notes\":" \
  "[\"walker\",\"host\"],\"reply\":[],\"mark_progress\":[]" rest "}"
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
      parse (PROTOCOL (PHASE ("a", "") "," PHASE ("b", ",\"closed\":true")));
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
  g_assert_false (a->closed);
  g_assert_true (b->closed);
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

/* The routine's own promises: what a district's people rely on, whatever else changes in it. */
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
  g_assert_true (lw_protocol_get_phase (protocol, lw_protocol_get_n_phases (protocol) - 1)->closed);
}

static void
test_a_protocol_that_is_not_there_is_said_so (void)
{
  static const char *const names[] = {
      "recorded-walk@2", "recorded-walk", "nothing@1", "../x@1", "@", "a/b@1"};

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
  g_test_add_func ("/protocol/bad", test_what_is_no_protocol_is_refused_with_a_sentence);
  g_test_add_func ("/protocol/default", test_the_default_keeps_notes_private_until_the_debrief);
  g_test_add_func ("/protocol/unknown", test_a_protocol_that_is_not_there_is_said_so);
  return g_test_run ();
}
