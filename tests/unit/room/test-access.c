/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * lw_access_allows() against a second opinion: tables written from what the practice says, by
 * people's letters, for every set of roles, phase and act. Nothing here is computed from
 * recorded-walk.json, so a mistake there is found as well.
 */

#include <string.h>

#include "lw-access.h"

/* facilitator, host, walker, coach, timekeeper, guest */
static const char letters[LW_N_ROLES + 1] = "fhwctg";
#define ALL "fhwctg"

static const char *const phases[] = {"prepare",  "visit",      "debrief",
                                     "feedback", "next-steps", "closed"};

typedef enum { ANY, OWN, HOST } Needs;

typedef struct {
  LwAct act;
  Needs needs;        /* the note or track is theirs; the lesson is */
  const char *who[6]; /* by phase */
} Row;

static const Row rows[] = {
    {LW_ACT_SEE_WALK, ANY, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_WATCH, ANY, {"fh", ALL, ALL, "fhc", "fhwct", "fhc"}},
    {LW_ACT_WATCH, HOST, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_SEE_NOTE, ANY, {"", "", ALL, "fhc", "fhwct", "fhwct"}},
    {LW_ACT_SEE_NOTE, OWN, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_WRITE_NOTE, OWN, {"", ALL, ALL, "hc", "", ""}},
    {LW_ACT_REPLY, OWN, {"", "", ALL, "fhc", "fhc", ""}},
    {LW_ACT_MARK_PROGRESS, OWN, {"", "", ALL, "hc", "", ""}},
    {LW_ACT_CHANGE_NOTE, OWN, {ALL, ALL, ALL, ALL, ALL, ""}},
    {LW_ACT_ERASE_NOTE, OWN, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_SET_FOCUS, ANY, {"fh", "fh", "fh", "fh", "fh", ""}},
    {LW_ACT_LEAD, ANY, {"f", "f", "f", "f", "f", "f"}},
    {LW_ACT_UPLOAD, ANY, {"fh", "fh", "fh", "fh", "fh", ""}},
    {LW_ACT_REMOVE_WORK, ANY, {"f", "f", "f", "f", "f", "f"}},
    {LW_ACT_REMOVE_WORK, OWN, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_REMOVE_WORK, HOST, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_SHARE_CLIP, HOST, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_SEE_VIEWS, HOST, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_ERASE_SEGMENT, HOST, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_SEE_BOARD, ANY, {"", "", ALL, "fhc", "fhwct", "fhwct"}},
    {LW_ACT_ARRANGE, ANY, {"", "", ALL, "fhc", "fhc", ""}},
    {LW_ACT_CONCLUDE, ANY, {"", "", ALL, "fhc", "fhc", ""}},
    {LW_ACT_PLAN, ANY, {"", "", ALL, "fhc", "fhwct", ""}},
    {LW_ACT_FOLLOW_UP, ANY, {"", "", "fhc", "fhc", "fhc", "fhc"}},
    {LW_ACT_FOLLOW_UP, OWN, {"", "", ALL, "fhc", "fhwct", "fhwct"}},
    {LW_ACT_AGREE, ANY, {"", "", "h", "h", "h", ""}},
    {LW_ACT_READ_TALK, ANY, {"", "", "fhc", "fhc", "fhc", "fhc"}},
    {LW_ACT_TALK, ANY, {"", "", "fhc", "fhc", "fhc", ""}},
    {LW_ACT_SEE_TESTS, ANY, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_PUT_TEST, ANY, {"", "", ALL, "fhc", "fhc", ""}},
    {LW_ACT_SEE_PHASE, ANY, {ALL, ALL, ALL, ALL, ALL, "fhwct"}},
    {LW_ACT_KEEP_TIME, ANY, {"ft", "ft", "ft", "ft", "ft", ""}},
    {LW_ACT_WRITE_TREND, ANY, {"", "", "fhc", "fhc", "fhc", "fhc"}},
};

/* Nobody watches or pins in a visit who has not read the norms; but whose own class it is. */
static gboolean
has_to_prepare (LwAct act, guint phase, const LwAccess *access)
{
  return g_str_equal (phases[phase], "visit") && !access->is_host_of &&
         (access->done & LW_BEFORE_NORMS) == 0 &&
         (act == LW_ACT_WATCH || act == LW_ACT_WRITE_NOTE || act == LW_ACT_MARK_PROGRESS);
}

/* What students did comes first in the debrief, what it means after. */
static gboolean
is_too_early (LwAct act, const LwAccess *access)
{
  return access->step != NULL && g_str_equal (access->step->id, "evidence") &&
         (act == LW_ACT_CONCLUDE || act == LW_ACT_PLAN);
}

static gboolean
is_expected (LwAct act, guint phase, const LwAccess *access)
{
  /* Who came by an invitation alone is out when the walk closes. */
  gboolean is_out = access->is_guest && g_str_equal (phases[phase], "closed");

  if (has_to_prepare (act, phase, access) || is_too_early (act, access))
    return FALSE;
  /* Who runs the room can free it of a lesson, and has no other key. */
  if (act == LW_ACT_ERASE_SEGMENT && access->is_admin)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows) && !is_out; i++) {
    if (rows[i].act != act || (rows[i].needs == OWN && !access->is_own) ||
        (rows[i].needs == HOST && !access->is_host_of))
      continue;
    for (const char *who = rows[i].who[phase]; *who != '\0'; who++) {
      if (access->roles & 1u << (strchr (letters, *who) - letters))
        return TRUE;
    }
  }
  return FALSE;
}

static void
test_every_set_of_roles_in_every_phase_may_do_what_the_table_says (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProtocol) protocol = lw_protocol_find ("", &error);
  guint asked = 0, allowed = 0, n_parts = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (lw_protocol_get_n_phases (protocol), ==, G_N_ELEMENTS (phases));
  for (guint part = 0; part < G_N_ELEMENTS (phases) * 2; part++) {
    const guint phase = part / 2;
    const LwPhase *found = lw_protocol_find_phase (protocol, phases[phase]);
    const LwPhaseStep *step = part % 2 < found->n_steps ? &found->steps[part % 2] : NULL;

    /* A phase of one piece is asked about once. */
    if (part % 2 == 1 && step == NULL)
      continue;
    n_parts++;
    for (guint bits = 0; bits < 1u << (LW_N_ROLES + 7); bits++) {
      LwAccess access = {.roles = bits & ((1u << LW_N_ROLES) - 1),
                         .phase = found,
                         .step = step,
                         .is_own = (bits >> LW_N_ROLES & 1) != 0,
                         .is_host_of = (bits >> LW_N_ROLES & 2) != 0,
                         .is_admin = (bits >> LW_N_ROLES & 4) != 0,
                         .is_guest = (bits >> LW_N_ROLES & 8) != 0,
                         .done = bits >> (LW_N_ROLES + 4)};

      g_assert_nonnull (access.phase);
      for (LwAct act = 0; act < LW_N_ACTS; act++, asked++) {
        gboolean expected = is_expected (act, phase, &access);

        allowed += expected;
        if (lw_access_allows (act, &access) != expected)
          g_error ("act %d, phase %s, roles %#x, own %d, host %d, admin %d, guest %d, done %#x: "
                   "not %d",
                   act, phases[phase], access.roles, access.is_own, access.is_host_of,
                   access.is_admin, access.is_guest, access.done, expected);
      }
    }
  }
  /* The debrief has two steps. */
  g_assert_cmpuint (n_parts, ==, 7);
  g_assert_cmpuint (asked, ==, n_parts * 8192 * LW_N_ACTS);
  g_assert_cmpuint (allowed, >, asked / 10);
  g_assert_cmpuint (allowed, <, asked * 9 / 10);
}

/* In a walk that asks for all three, by what it asks for: nothing less opens the lesson, and the
 * sentence names what is still to do and nothing else. */
static void
test_what_is_to_do_before_watching_is_told_and_asked_for (void)
{
  static const char *const words[] = {"norms", "lens", "intention"};
  g_autoptr (LwProtocol) protocol = lw_protocol_find ("live-walk@2", NULL);
  LwAccess access = {.roles = 1u << LW_ROLE_WALKER,
                     .phase = lw_protocol_find_phase (protocol, "visit"),
                     .is_own = TRUE};

  for (guint done = 0; done < 8; done++) {
    g_autofree char *sentence = lw_before_to_sentence (7 & ~done);

    access.done = done;
    g_assert_cmpuint (lw_access_get_missing (&access), ==, 7 & ~done);
    g_assert_cmpint (lw_access_allows (LW_ACT_WATCH, &access), ==, done == 7);
    g_assert_cmpint (lw_access_allows (LW_ACT_WRITE_NOTE, &access), ==, done == 7);
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      g_assert_cmpint (strstr (sentence, words[i]) != NULL, ==, (done & 1u << i) == 0);
  }
  access.done = 0;
  access.is_host_of = TRUE;
  g_assert_cmpuint (lw_access_get_missing (&access), ==, 0);
  g_assert_true (lw_access_allows (LW_ACT_WATCH, &access));
  g_assert_true (lw_access_allows (LW_ACT_WRITE_NOTE, &access));
}

/* In a routine with such a phase: out is out of what belongs to it, whatever else she is there; her
 * own notes and lessons are not taken from her, and who leads goes on leading. */
static void
test_the_host_is_out_of_a_phase_that_is_for_the_others (void)
{
  static const LwAct out_of[] = {LW_ACT_WRITE_NOTE, LW_ACT_REPLY,     LW_ACT_MARK_PROGRESS,
                                 LW_ACT_SEE_BOARD,  LW_ACT_ARRANGE,   LW_ACT_CONCLUDE,
                                 LW_ACT_PLAN,       LW_ACT_FOLLOW_UP, LW_ACT_AGREE,
                                 LW_ACT_READ_TALK,  LW_ACT_TALK,      LW_ACT_SEE_PHASE};
  g_autoptr (LwProtocol) protocol = lw_protocol_find ("learning-lab@2", NULL);
  const LwPhase *phase = lw_protocol_find_phase (protocol, "intentions");
  const guint host = 1u << LW_ROLE_HOST;
  LwPhase open = *phase;

  g_assert_true (phase->host_leaves);
  /* All else is open in it: only her leaving can shut her out. */
  open.watch = open.see_notes = open.write_notes = open.reply = open.mark_progress =
      (1u << LW_N_ROLES) - 1;
  for (guint roles = 1; roles < 1u << LW_N_ROLES; roles++) {
    LwAccess access = {.roles = roles, .phase = &open, .is_own = TRUE, .done = ~0u};
    gboolean is_out = (roles & host) != 0;

    g_assert_cmpint (lw_access_is_out (&access), ==, is_out);
    for (guint i = 0; i < G_N_ELEMENTS (out_of); i++) {
      if (is_out)
        g_assert_false (lw_access_allows (out_of[i], &access));
    }
    g_assert_true (lw_access_allows (LW_ACT_SEE_WALK, &access));
    g_assert_true (lw_access_allows (LW_ACT_SEE_NOTE, &access));
    g_assert_true (lw_access_allows (LW_ACT_CHANGE_NOTE, &access));
    g_assert_cmpint (lw_access_allows (LW_ACT_LEAD, &access), ==,
                     (roles & 1u << LW_ROLE_FACILITATOR) != 0);
    access.is_own = FALSE;
    g_assert_cmpint (lw_access_allows (LW_ACT_SEE_NOTE, &access), ==, !is_out);
    g_assert_cmpint (lw_access_allows (LW_ACT_WATCH, &access), ==, !is_out);
    access.is_host_of = TRUE;
    g_assert_true (lw_access_allows (LW_ACT_WATCH, &access));
    /* Back with the next. */
    access.phase = lw_protocol_find_phase (protocol, "debrief");
    g_assert_false (lw_access_is_out (&access));
  }
}

static void
test_every_act_has_a_row (void)
{
  for (LwAct act = 0; act < LW_N_ACTS; act++) {
    gboolean found = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      found = found || rows[i].act == act;
    g_assert_true (found);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/every-role-phase-act",
                   test_every_set_of_roles_in_every_phase_may_do_what_the_table_says);
  g_test_add_func ("/access/host-leaves", test_the_host_is_out_of_a_phase_that_is_for_the_others);
  g_test_add_func ("/access/every-act-has-a-row", test_every_act_has_a_row);
  g_test_add_func ("/access/before-watching",
                   test_what_is_to_do_before_watching_is_told_and_asked_for);
  return g_test_run ();
}
