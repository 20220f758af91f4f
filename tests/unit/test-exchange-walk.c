/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A lesson's walk in the JSON of its notes: whole on the way out and in, and never over what
 * somebody set here. */

#include <string.h>

#include "exchange-fixture.h"

typedef struct {
  char *dir;
  LwStore *store, *other;
  LwId segment_id, walk_id;
} Fixture;

static LwId
put_segment (LwStore *store, const char *title, const LwId *visit_id)
{
  LwSegment fields = {.title = title, .duration = 40 * LW_SECOND};
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (GError) error = NULL;

  memset (&fields.media, 0xcd, sizeof fields.media);
  if (visit_id != NULL)
    fields.visit_id = *visit_id;
  segment = lw_segment_new (&fields, &error);
  g_assert_no_error (error);
  lw_store_put_segment (store, segment, &error);
  g_assert_no_error (error);
  return segment->id;
}

static LwId
put_walk (LwStore *store, const LwWalk *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = lw_walk_new (fields, &error);

  g_assert_no_error (error);
  lw_store_put_walk (store, walk, &error);
  g_assert_no_error (error);
  return walk->id;
}

static LwId
put_visit (LwStore *store, const LwVisit *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwVisit) visit = lw_visit_new (fields, &error);

  g_assert_no_error (error);
  lw_store_put_visit (store, visit, &error);
  g_assert_no_error (error);
  return visit->id;
}

static void
setup (Fixture *f, gconstpointer data)
{
  static const char *const watch_for[] = {"who speaks next", "“warum?” — 为什么", NULL};
  g_autoptr (GError) error = NULL;
  LwPerson teacher_fields = {.name = "Ms. Alder"};
  g_autoptr (LwPerson) teacher = lw_person_new (&teacher_fields, &error);
  LwId visit_id;

  f->dir = g_dir_make_tmp ("lw-exchange-walk-XXXXXX", NULL);
  f->store = open_store (f->dir, "a.db");
  f->other = open_store (f->dir, "b.db");
  g_assert_true (lw_store_put_person (f->store, teacher, &error));
  f->walk_id = put_walk (f->store, &(LwWalk){.title = "Cycle 2",
                                             .focus_owner_id = teacher->id,
                                             .focus = "Students give evidence",
                                             .inquiry = "How do I press?",
                                             .pd_session = "February",
                                             .watch_for = watch_for});
  visit_id = put_visit (f->store, &(LwVisit){.walk_id = f->walk_id,
                                             .order = 3,
                                             .planned_utc_us = 1700000000000000,
                                             .duration_ms = 45 * 60 * 1000});
  f->segment_id = put_segment (f->store, "Fractions", &visit_id);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->store);
  g_clear_object (&f->other);
  remove_dir (f->dir);
  g_free (f->dir);
}

/* How many sentences it had to say. */
static guint
import (LwStore *store, const char *text)
{
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  g_autoptr (GError) error = NULL;

  import_text (store, "json", text, NULL, NULL, report, &error);
  g_assert_no_error (error);
  assert_sound (store);
  return report->omitted->len;
}

static LwWalk *
walk_of (LwStore *store, const LwId *segment_id)
{
  g_autoptr (GError) error = NULL;
  LwWalk *walk = lw_store_get_walk_of_segment (store, segment_id, &error);

  g_assert_no_error (error);
  return walk;
}

static void
test_a_walk_goes_out_and_comes_in_whole (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  g_autoptr (LwWalk) walk = walk_of (f->store, &f->segment_id);
  g_autoptr (LwWalk) there = NULL;
  g_autofree char *again = NULL;
  guint64 ops;

  g_assert_cmpuint (import (f->other, text), ==, 0);
  there = walk_of (f->other, &f->segment_id);
  g_assert_true (lw_walk_equal (walk, there));
  again = export_text (f->other, "json", &f->segment_id, NULL);
  g_assert_cmpstr (again, ==, text);
  ops = count_ops (f->other);
  g_assert_cmpuint (import (f->other, text), ==, 0);
  g_assert_cmpuint (count_ops (f->other), ==, ops);
}

static void
test_a_focus_that_was_edited_or_emptied_here_stays (Fixture *f, gconstpointer data)
{
  static const char *const edits[] = {"Who asks whom?", ""};
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);

  import (f->other, text);
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autoptr (LwWalk) before = walk_of (f->other, &f->segment_id);
    g_autoptr (LwWalk) after = NULL;
    LwWalk fields = *before;

    fields.focus = edits[i];
    put_walk (f->other, &fields);
    g_assert_cmpuint (import (f->other, text), ==, 1);
    after = walk_of (f->other, &f->segment_id);
    g_assert_cmpstr (after->focus, ==, edits[i]);
    g_assert_cmpstr (after->inquiry, ==, "How do I press?");
  }
}

static void
test_a_lesson_that_is_here_joins_the_walk_and_keeps_its_title (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  LwId here = put_segment (f->other, "My own name for it", NULL);
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwWalk) walk = NULL;

  g_assert_cmpuint (import (f->other, text), ==, 0);
  walk = walk_of (f->other, &here);
  segment = lw_store_get_segment (f->other, &here, NULL);
  g_assert_cmpstr (walk->focus, ==, "Students give evidence");
  g_assert_cmpstr (segment->title, ==, "My own name for it");
}

static void
test_a_lesson_of_another_walk_stays_with_it (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  LwId own = put_walk (f->other, &(LwWalk){.title = "Ours", .focus = "Wait time"});
  LwId visit = put_visit (f->other, &(LwVisit){.walk_id = own, .order = 1});
  LwId here = put_segment (f->other, "Fractions", &visit);
  g_autoptr (LwWalk) walk = NULL;
  g_autoptr (LwWalk) stranger = NULL;

  g_assert_cmpuint (import (f->other, text), ==, 1);
  walk = walk_of (f->other, &here);
  stranger = lw_store_get_walk (f->other, &f->walk_id, NULL);
  g_assert_cmpstr (walk->focus, ==, "Wait time");
  g_assert_null (stranger);
}

static void
test_a_lesson_without_a_walk_has_none_in_its_file (Fixture *f, gconstpointer data)
{
  LwId plain = put_segment (f->other, "Fractions", NULL);
  g_autofree char *text = export_text (f->other, "json", &plain, NULL);

  g_assert_null (strstr (text, "\"walk\""));
}

static void
test_a_teacher_who_is_not_in_the_file_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);
  char *teacher = strstr (text, "\"teacher\":\"") + strlen ("\"teacher\":\"");
  g_autoptr (GError) error = NULL;
  guint64 ops = count_ops (f->other);

  memcpy (teacher, "0192d3a4", 8);
  g_assert_false (import_text (f->other, "json", text, NULL, NULL, NULL, &error));
  g_assert_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "walk.teacher"));
  g_assert_cmpuint (count_ops (f->other), ==, ops);
}

static void
test_a_file_with_a_walk_meets_the_schema (Fixture *f, gconstpointer data)
{
  g_autofree char *text = export_text (f->store, "json", &f->segment_id, NULL);

  assert_meets_schema (f->dir, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/exchange/walk/" #name, Fixture, NULL, setup, test_##name, teardown)
  ADD (a_walk_goes_out_and_comes_in_whole);
  ADD (a_focus_that_was_edited_or_emptied_here_stays);
  ADD (a_lesson_that_is_here_joins_the_walk_and_keeps_its_title);
  ADD (a_lesson_of_another_walk_stays_with_it);
  ADD (a_lesson_without_a_walk_has_none_in_its_file);
  ADD (a_teacher_who_is_not_in_the_file_is_refused);
  ADD (a_file_with_a_walk_meets_the_schema);
  return g_test_run ();
}
