/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk trends */
#include "lw-trends-view.h"
#include "lw-walk-verbs.h"

#include <string.h>

/* ---- what was seen ---- */

static json_object *
line_to_json (LwCommandLine *line, const LwTrendLine *trend)
{
  json_object *json = json_object_new_object (), *evidence = json_object_new_array ();

  json_object_object_add (json, "kind", lw_json_string (lw_outcome_kind_to_string (trend->kind)));
  json_object_object_add (json, "text", lw_json_string (trend->text));
  json_object_object_add (json, "from", lw_json_string (trend->from));
  json_object_object_add (json, "visits", json_object_new_int ((int)trend->visits));
  for (guint i = 0; i < trend->evidence->len; i++)
    json_object_array_add (evidence, lw_json_note (line, trend->evidence->pdata[i]));
  json_object_object_add (json, "evidence", evidence);
  return json;
}

static void
print_line (LwCommandLine *line, const LwTrendLine *trend)
{
  g_autofree char *text = lw_text_make_safe (trend->text, FALSE);
  g_autofree char *from = lw_text_make_safe (trend->from, FALSE);

  lw_print (ngettext ("  %s: %s (%s; seen in %u visit)\n", "  %s: %s (%s; seen in %u visits)\n",
                      trend->visits),
            trend->kind == LW_OUTCOME_ASSET ? _ ("asset") : _ ("need"), text, from, trend->visits);
  for (guint i = 0; i < trend->evidence->len; i++) {
    const LwNote *note = trend->evidence->pdata[i];
    g_autofree char *id = lw_walk_short_id (&note->id);
    g_autofree char *moment = lw_walk_moment (note);
    g_autofree char *words = lw_text_make_safe (note->text, FALSE);
    g_autofree char *lesson =
        lw_text_make_safe (lw_command_name (line, LW_ENTITY_SEGMENT, &note->segment_id), FALSE);

    lw_print ("    %s  %s %s  %s\n", id, lesson, moment, words);
  }
}

/* ---- counts ---- */

static json_object *
counts_to_json (const LwNoteCounts *notes, guint visits, const char *name)
{
  json_object *json = json_object_new_object ();

  json_object_object_add (json, "name", lw_json_string (name));
  json_object_object_add (json, "visits", json_object_new_int ((int)visits));
  json_object_object_add (json, "noticings", json_object_new_int64 ((gint64)notes->noticings));
  json_object_object_add (json, "wonderings", json_object_new_int64 ((gint64)notes->wonderings));
  json_object_object_add (json, "progress", json_object_new_int64 ((gint64)notes->progress));
  return json;
}

static void
add_counts (LwTable *table, const LwNoteCounts *notes, guint visits, const char *name)
{
  g_autofree char *seen = g_strdup_printf ("%u", visits);
  g_autofree char *noticings = g_strdup_printf ("%" G_GUINT64_FORMAT, notes->noticings);
  g_autofree char *wonderings = g_strdup_printf ("%" G_GUINT64_FORMAT, notes->wonderings);
  g_autofree char *progress = g_strdup_printf ("%" G_GUINT64_FORMAT, notes->progress);

  lw_table_add (table, (const char *[]){seen, noticings, wonderings, progress, name});
}

static void
print_table (LwTable *table)
{
  if (lw_table_get_n_rows (table) == 0)
    return;
  lw_print ("\n");
  lw_table_print (table);
}

static void
tell_counts (LwCommandLine *line, const LwTrendBoard *board, json_object *json)
{
  const char *by_place[] = {
      _ ("VISITS"), _ ("NOTICINGS"), _ ("WONDERINGS"), _ ("MARKS OF PROGRESS"), _ ("PLACE"), NULL};
  const char *by_lens[] = {
      _ ("VISITS"), _ ("NOTICINGS"), _ ("WONDERINGS"), _ ("MARKS OF PROGRESS"), _ ("LENS"), NULL};
  g_autoptr (LwTable) places = lw_table_new (by_place);
  g_autoptr (LwTable) lenses = lw_table_new (by_lens);
  json_object *place_list = json_object_new_array (), *lens_list = json_object_new_array ();

  for (guint i = 0; i < board->places->len; i++) {
    const LwPlaceCount *count = board->places->pdata[i];

    add_counts (places, &count->notes, count->visits, count->place->name);
    json_object_array_add (place_list,
                           counts_to_json (&count->notes, count->visits, count->place->name));
  }
  for (guint i = 0; i < board->lenses->len; i++) {
    const LwTrendCount *count = &g_array_index (board->lenses, LwTrendCount, i);
    const char *name = lw_command_name (line, LW_ENTITY_LENS, &count->id);

    add_counts (lenses, &count->notes, count->visits, *name != '\0' ? name : _ ("no lens named"));
    json_object_array_add (lens_list, counts_to_json (&count->notes, count->visits, name));
  }
  json_object_object_add (json, "visits", json_object_new_int ((int)board->visits));
  json_object_object_add (json, "seen", json_object_new_int ((int)board->seen));
  json_object_object_add (json, "places", place_list);
  json_object_object_add (json, "lenses", lens_list);
  if (line->json)
    return;
  lw_print (_ ("Visits: %u, of these with notes: %u. Classrooms: %u.\n"), board->visits,
            board->seen, board->classrooms);
  print_table (places);
  print_table (lenses);
}

/* ---- where nobody looked ---- */

static json_object *
coverage_to_json (const LwCoverage *coverage)
{
  json_object *json = json_object_new_object (), *lenses = json_object_new_array ();
  json_object *empty = json_object_new_array ();

  for (guint i = 0; i < coverage->lenses->len; i++) {
    const LwLensMinutes *lens = coverage->lenses->pdata[i];
    json_object *one = json_object_new_object (), *minutes = json_object_new_array ();

    for (guint minute = 0; minute < coverage->n_minutes; minute++)
      json_object_array_add (minutes, json_object_new_int ((int)lens->minutes[minute]));
    json_object_object_add (one, "name", lw_json_string (lens->lens));
    json_object_object_add (one, "minutes", minutes);
    json_object_array_add (lenses, one);
  }
  for (guint i = 0; i < coverage->empty->len; i++)
    json_object_array_add (empty,
                           json_object_new_int ((int)g_array_index (coverage->empty, guint, i)));
  json_object_object_add (json, "walk", lw_json_string (coverage->walk->title));
  json_object_object_add (json, "lesson", lw_json_string (coverage->segment->title));
  json_object_object_add (json, "minutes", json_object_new_int ((int)coverage->n_minutes));
  json_object_object_add (json, "lenses", lenses);
  json_object_object_add (json, "empty_minutes", empty);
  return json;
}

/* One sign a minute: how many notes touch it, or a dot for none. */
static void
print_coverage (const LwCoverage *coverage)
{
  g_autofree char *lesson = lw_text_make_safe (coverage->segment->title, FALSE);
  g_autofree char *walk = lw_text_make_safe (coverage->walk->title, FALSE);

  lw_print ("  %s, %s\n", lesson, walk);
  for (guint i = 0; i < coverage->lenses->len; i++) {
    const LwLensMinutes *lens = coverage->lenses->pdata[i];
    g_autofree char *name =
        lw_text_make_safe (*lens->lens != '\0' ? lens->lens : _ ("no lens named"), FALSE);
    g_autoptr (GString) row = g_string_new ("");

    for (guint minute = 0; minute < coverage->n_minutes; minute++)
      g_string_append_c (row, lens->minutes[minute] == 0  ? '.'
                              : lens->minutes[minute] > 9 ? '+'
                                                          : (char)('0' + lens->minutes[minute]));
    lw_print ("    %s  %s\n", row->str, name);
  }
}

/* ---- all of it ---- */

static gboolean
parse_level (const char *text, LwPlaceKind *ret_level)
{
  static const char *const names[] = {"district", "school", "classroom"};

  *ret_level = LW_PLACE_CLASSROOM;
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++) {
    if (strcmp (text, names[i]) == 0) {
      *ret_level = (LwPlaceKind)i;
      return TRUE;
    }
  }
  return text == NULL;
}

static int
answer (LwCommandLine *line, const LwTrendsView *view)
{
  json_object *json = json_object_new_object ();
  json_object *lines = json_object_new_array (), *coverage = json_object_new_array ();

  tell_counts (line, view->board, json);
  for (guint i = 0; i < view->lines->len; i++) {
    if (!line->json && i == 0)
      lw_print ("\n%s\n", _ ("What was seen"));
    if (!line->json)
      print_line (line, view->lines->pdata[i]);
    json_object_array_add (lines, line_to_json (line, view->lines->pdata[i]));
  }
  for (guint i = 0; i < view->coverage->len; i++) {
    if (!line->json && i == 0)
      lw_print ("\n%s\n", _ ("Minutes by lens: how many notes touch each, a dot where none does"));
    if (!line->json)
      print_coverage (view->coverage->pdata[i]);
    json_object_array_add (coverage, coverage_to_json (view->coverage->pdata[i]));
  }
  json_object_object_add (json, "trends", lines);
  json_object_object_add (json, "coverage", coverage);
  json_object_object_add (json, "closed_walks", json_object_new_int ((int)view->n_closed_to_me));
  if (view->n_closed_to_me > 0)
    lw_command_warn (ngettext ("%u walk is not counted: its phase does not open everybody’s notes.",
                               "%u walks are not counted: their phase does not open everybody’s "
                               "notes.",
                               view->n_closed_to_me),
                     view->n_closed_to_me);
  for (guint i = 0; i < view->away->len; i++)
    lw_command_warn (_ ("The room at %s did not answer: what it keeps of practices is missing."),
                     (const char *)view->away->pdata[i]);
  if (line->json)
    return lw_command_print_json (line, json);
  json_object_put (json);
  return LW_EXIT_OK;
}

static int
run (LwCommandLine *line)
{
  g_autofree char *level_name = NULL;
  g_autofree char *name = lw_walk_own_name ();
  gboolean ask_rooms = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrendsView) view = NULL;
  LwPlaceKind level;
  const GOptionEntry entries[] = {
      {"by", 0, 0, G_OPTION_ARG_STRING, &level_name, N_ ("Count by district, school or classroom"),
       N_ ("LEVEL")},
      {"ask-rooms", 0, 0, G_OPTION_ARG_NONE, &ask_rooms,
       N_ ("Also what the rooms of joined walks keep of practices"), NULL},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, 0))
    return LW_EXIT_USAGE;
  if (!parse_level (level_name, &level))
    return lw_command_fail_usage (line, "%s", _ ("--by: district, school or classroom."));
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) != NULL)
    view = lw_trends_view_load (line->store, level, name, ask_rooms, NULL, &error);
  return view != NULL ? answer (line, view) : lw_command_fail (line, error);
}

const LwCommand lw_walk_trends = {
    "walk trends", "", N_ ("What the walks show together, with evidence, and where nobody looked"),
    N_ ("Of walks whose phase opens everybody's notes. Counts are of notes, by place and lens; "
        "nobody is\ncounted or ranked.\n\n"
        "Examples:\n  lessonwalk walk trends\n  lessonwalk walk trends --by school --json"),
    run};
