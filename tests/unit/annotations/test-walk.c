/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-board.h"
#include "lw-body.h"
#include "lw-entity.h"

static void
test_unset_strings_are_empty (void)
{
  g_autoptr (LwWalk) walk = lw_walk_new (&(LwWalk){0}, NULL);

  g_assert_nonnull (walk);
  g_assert_false (lw_id_is_none (&walk->id));
  g_assert_cmpstr (walk->title, ==, "");
  g_assert_cmpstr (walk->inquiry, ==, "");
  g_assert_nonnull (walk->watch_for);
  g_assert_null (walk->watch_for[0]);
}

static void
test_a_template_may_go_once_it_is_copied (void)
{
  char name[] = "Room 12";
  g_autoptr (LwPlace) place =
      lw_place_new (&(LwPlace){.kind = LW_PLACE_CLASSROOM, .name = name}, NULL);

  memset (name, 'x', 4);
  g_assert_cmpstr (place->name, ==, "Room 12");
}

#define ASSERT_REFUSED(type, Type, code, ...)                    \
  G_STMT_START                                                   \
  {                                                              \
    g_autoptr (GError) refusal = NULL;                           \
    g_assert_null (type##_new (&(Type){__VA_ARGS__}, &refusal)); \
    g_assert_error (refusal, LW_WALK_ERROR, (int)code);          \
  }                                                              \
  G_STMT_END

static void
test_what_is_required_must_be_there (void)
{
  LwId id = lw_id_new ();
  LwContentHash hash = {{1}};

  ASSERT_REFUSED (lw_track, LwTrack, LW_WALK_ERROR_FIELD, .segment_id = id);
  ASSERT_REFUSED (lw_track, LwTrack, LW_WALK_ERROR_FIELD, .person_id = id);
  ASSERT_REFUSED (lw_segment, LwSegment, LW_WALK_ERROR_FIELD, .anchor_utc_ns = -1);
  ASSERT_REFUSED (lw_segment, LwSegment, LW_WALK_ERROR_FIELD, .media = hash, .duration = -2);
  ASSERT_REFUSED (lw_visit, LwVisit, LW_WALK_ERROR_FIELD, .order = 1);
  ASSERT_REFUSED (lw_visit, LwVisit, LW_WALK_ERROR_FIELD, .walk_id = id, .order = 0);
  ASSERT_REFUSED (lw_place, LwPlace, LW_WALK_ERROR_FIELD, .kind = LW_PLACE_N_KINDS);
  ASSERT_REFUSED (lw_member, LwMember, LW_WALK_ERROR_FIELD, .walk_id = id);
  ASSERT_REFUSED (lw_member, LwMember, LW_WALK_ERROR_FIELD, .walk_id = id, .person_id = id,
                  .roles = 1 << LW_N_ROLES);
}

static void
test_strings_and_lists_have_an_end (void)
{
  g_autofree char *endless = g_strnfill (LW_ENTITY_TEXT_MAX_BYTES + 1, 'a');
  const char *items[LW_ENTITY_LIST_MAX + 2] = {NULL};

  for (guint i = 0; i <= LW_ENTITY_LIST_MAX; i++)
    items[i] = "look";
  ASSERT_REFUSED (lw_person, LwPerson, LW_WALK_ERROR_TEXT, .name = endless);
  ASSERT_REFUSED (lw_person, LwPerson, LW_WALK_ERROR_TEXT, .name = "\xff");
  ASSERT_REFUSED (lw_walk, LwWalk, LW_WALK_ERROR_TEXT, .watch_for = items);
  ASSERT_REFUSED (lw_walk, LwWalk, LW_WALK_ERROR_TEXT, .title = "fine", .inquiry = endless,
                  .watch_for = items);
}

static void
assert_body_keeps (LwEntityKind kind, gpointer entity)
{
  g_autoptr (GBytes) body = lw_body_from_entity (kind, entity);
  gsize length;
  const guint8 *data = g_bytes_get_data (body, &length);
  LwEntityKind back_kind;
  gpointer back = lw_body_to_entity (data, length, LW_ENTITY_ID (entity), &back_kind);

  g_assert_nonnull (back);
  g_assert_cmpint (back_kind, ==, kind);
  g_assert_true (lw_entity_equal (kind, entity, back));
  lw_entity_unref (kind, back);
  /* Cut short anywhere, it is refused or read as less; never more, never a crash. */
  for (gsize cut = 0; cut < length; cut++) {
    g_autofree guint8 *part = g_memdup2 (data, MAX (cut, 1));

    back = lw_body_to_entity (part, cut, LW_ENTITY_ID (entity), NULL);
    if (back != NULL)
      lw_entity_unref (kind, back);
  }
  lw_entity_unref (kind, entity);
}

static void
test_every_entity_survives_its_body (void)
{
  const char *const watch_for[] = {"who speaks", "", "wait time", NULL};
  LwId a = lw_id_new (), b = lw_id_new (), c = lw_id_new ();
  LwContentHash hash = {{9, 8, 7}};

  assert_body_keeps (LW_ENTITY_PLACE,
                     lw_place_new (&(LwPlace){a, LW_PLACE_SCHOOL, b, "École"}, NULL));
  assert_body_keeps (LW_ENTITY_PERSON, lw_person_new (&(LwPerson){a, "田中"}, NULL));
  assert_body_keeps (LW_ENTITY_LENS, lw_lens_new (&(LwLens){a, "Talk", "Who talks"}, NULL));
  assert_body_keeps (LW_ENTITY_WALK, lw_walk_new (&(LwWalk){a, "Walk", "lw@1", b, "Focus", "How?",
                                                            "PD", watch_for, c, "debrief"},
                                                  NULL));
  assert_body_keeps (LW_ENTITY_VISIT, lw_visit_new (&(LwVisit){a, b, c, 3, -5, 900000, a}, NULL));
  assert_body_keeps (
      LW_ENTITY_SEGMENT,
      lw_segment_new (&(LwSegment){a, b, hash, "Title", LW_TIME_NONE, G_MININT64}, NULL));
  assert_body_keeps (LW_ENTITY_TRACK, lw_track_new (&(LwTrack){a, b, c, a, "look"}, NULL));
  assert_body_keeps (
      LW_ENTITY_MEMBER,
      lw_member_new (&(LwMember){.id = a, .walk_id = b, .person_id = c, .roles = 10}, NULL));
  assert_body_keeps (
      LW_ENTITY_MEMBER,
      lw_member_new (&(LwMember){a, b, c, 10, 1700000000000000, a, "look", b}, NULL));
}

/* What a member did not say takes no place: the bytes are those of before there was more to say. */
static void
test_a_member_of_an_older_log_is_read_and_written_as_it_was (void)
{
  const guint8 id[18] = {1 << 1 | 1, 16, 7}, person[18] = {2 << 1 | 1, 16, 9};
  const guint8 roles[] = {3 << 1, 10 << 1};
  g_autoptr (GByteArray) old = g_byte_array_new ();
  g_autoptr (LwMember) member = NULL;
  g_autoptr (GBytes) again = NULL;
  LwEntityKind kind;

  g_byte_array_append (old, &(guint8){LW_BODY_ENTITY + LW_ENTITY_MEMBER}, 1);
  g_byte_array_append (old, id, sizeof id);
  g_byte_array_append (old, person, sizeof person);
  g_byte_array_append (old, roles, sizeof roles);
  member = lw_body_to_entity (old->data, old->len, &(LwId){{5}}, &kind);
  g_assert_nonnull (member);
  g_assert_cmpint (kind, ==, LW_ENTITY_MEMBER);
  g_assert_cmpuint (member->roles, ==, 10);
  g_assert_cmpint (member->norms_utc_us, ==, 0);
  g_assert_true (lw_id_is_none (&member->lens_id) && lw_id_is_none (&member->offered_lens_id));
  g_assert_cmpstr (member->intention, ==, "");
  again = lw_body_from_entity (LW_ENTITY_MEMBER, member);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), old->data, old->len);
}

static LwItem
item_of (const LwId *id, const LwId *walk, const LwId *by)
{
  return (LwItem){*id, *walk, *by, 1700000000000000, 1};
}

static void
test_every_thing_on_the_board_survives_its_body (void)
{
  const char *const cites[] = {"0192d3a4-0000-7000-8000-000000000001", NULL};
  LwId a = lw_id_new (), b = lw_id_new (), c = lw_id_new ();
  LwItem item = item_of (&a, &b, &c);

  assert_body_keeps (LW_ENTITY_GROUP, lw_group_new (&(LwGroup){item, "Wer spricht?", -7}, NULL));
  assert_body_keeps (LW_ENTITY_CARD,
                     lw_card_new (&(LwCard){item, b, c, LW_ITEM_POSITION_MAX, "student"}, NULL));
  assert_body_keeps (
      LW_ENTITY_OUTCOME,
      lw_outcome_new (&(LwOutcome){item, LW_OUTCOME_WONDERING, "What if", cites, 3}, NULL));
  assert_body_keeps (LW_ENTITY_STEP, lw_step_new (&(LwStep){item, "coach", "Plan it together", b,
                                                            "Ms. Alder", "2026-12-01", c, a, b},
                                                  NULL));
  assert_body_keeps (
      LW_ENTITY_FOLLOW_UP,
      lw_follow_up_new (&(LwFollowUp){item, b, LW_FOLLOW_UP_ADAPTED, "Shorter", "2026-12-09"},
                        NULL));
  assert_body_keeps (LW_ENTITY_MESSAGE,
                     lw_message_new (&(LwMessage){item, b, "Thank you", 5}, NULL));
  assert_body_keeps (LW_ENTITY_TRIAL, lw_trial_new (&(LwTrial){item,
                                                               2,
                                                               "Pairs first",
                                                               "More reasons",
                                                               1700000000000001,
                                                               1700000000000002,
                                                               "Not for all",
                                                               "talk/why",
                                                               {b, LW_SECOND, 2 * LW_SECOND},
                                                               {c, 0, LW_TIME_MAX},
                                                               "Five, not two",
                                                               "As predicted",
                                                               LW_DECISION_ADAPT,
                                                               "Too short",
                                                               "2026-12-09",
                                                               a},
                                                    NULL));
  assert_body_keeps (
      LW_ENTITY_PRACTICE,
      lw_practice_new (&(LwPractice){item, "Reasons", "Why does it work?", LW_COURSE_STRENGTHEN,
                                     "They ask each other", "2026-06-01"},
                       NULL));
  assert_body_keeps (
      LW_ENTITY_TREND,
      lw_trend_new (&(LwTrend){item, LW_OUTCOME_NEED, "Few write reasons", cites, 3}, NULL));
}

static void
test_every_role_has_a_name_of_its_own (void)
{
  for (guint role = 0; role < LW_N_ROLES; role++) {
    LwRole parsed = LW_N_ROLES;

    g_assert_true (lw_role_parse (lw_role_to_string (role), &parsed));
    g_assert_cmpuint (parsed, ==, role);
  }
  g_assert_false (lw_role_parse ("evaluator", &(LwRole){0}));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk/unset", test_unset_strings_are_empty);
  g_test_add_func ("/walk/copied", test_a_template_may_go_once_it_is_copied);
  g_test_add_func ("/walk/required", test_what_is_required_must_be_there);
  g_test_add_func ("/walk/limits", test_strings_and_lists_have_an_end);
  g_test_add_func ("/walk/bodies", test_every_entity_survives_its_body);
  g_test_add_func ("/walk/board-bodies", test_every_thing_on_the_board_survives_its_body);
  g_test_add_func ("/walk/roles", test_every_role_has_a_name_of_its_own);
  g_test_add_func ("/walk/member-of-an-older-log",
                   test_a_member_of_an_older_log_is_read_and_written_as_it_was);
  return g_test_run ();
}
