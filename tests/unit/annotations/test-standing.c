/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose a walk is that is kept at one machine. */
#include "lw-standing.h"
#include "store-fixture.h"

#define ALONE TRUE

static LwId
put_walk (LwStore *store)
{
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){.title = "Walk", .phase = "debrief"}, NULL);

  g_assert_true (lw_store_put_walk (store, walk, NULL));
  return walk->id;
}

static LwId
put_person (LwStore *store, const char *name)
{
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = name}, NULL);

  g_assert_true (lw_store_put_person (store, person, NULL));
  return person->id;
}

static void
put_member (LwStore *store, const LwId *walk_id, const LwId *person_id, guint roles)
{
  g_autoptr (LwMember) member = lw_member_new (
      &(LwMember){.walk_id = *walk_id, .person_id = *person_id, .roles = roles}, NULL);

  g_assert_true (lw_store_put_member (store, member, NULL));
}

static void
assert_all_is_open (Fixture *fixture, const LwId *walk_id, gboolean is_open)
{
  g_auto (LwStanding) standing = {0};
  g_autoptr (GError) error = NULL;

  lw_standing_load (&standing, fixture->store, walk_id, &fixture->person_id, ALONE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (lw_standing_allows (&standing, LW_ACT_SEE_BOARD, FALSE), ==, is_open);
  g_assert_cmpint (lw_standing_allows (&standing, LW_ACT_SEE_NOTE, FALSE), ==, is_open);
  g_assert_cmpint (lw_standing_allows (&standing, LW_ACT_LEAD, FALSE), ==, is_open);
}

static void
test_who_walks_alone_is_everybody (Fixture *fixture, gconstpointer data)
{
  LwId walk_id = put_walk (fixture->store);

  assert_all_is_open (fixture, &walk_id, TRUE);
  put_member (fixture->store, &walk_id, &fixture->person_id, 0);
  assert_all_is_open (fixture, &walk_id, TRUE);
}

static void
test_a_walk_of_others_that_was_left_is_not_ones_own (Fixture *fixture, gconstpointer data)
{
  LwId walk_id = put_walk (fixture->store);
  LwId other = put_person (fixture->store, "Bo"), as_there = put_person (fixture->store, "Ada");

  put_member (fixture->store, &walk_id, &as_there, 1u << LW_ROLE_WALKER);
  put_member (fixture->store, &walk_id, &other, 1u << LW_ROLE_FACILITATOR);
  assert_all_is_open (fixture, &walk_id, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/standing/alone", test_who_walks_alone_is_everybody);
  TEST ("/standing/left", test_a_walk_of_others_that_was_left_is_not_ones_own);
  return g_test_run ();
}
