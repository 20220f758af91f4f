/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk phase */
#include "lw-walk-verbs.h"

#include <string.h>

static const char *
title_of (const LwStanding *standing, const LwWay *way)
{
  return way->step != NULL && way->phase == standing->access.phase ? way->step->title
                                                                   : way->phase->title;
}

/* The way that needs no choice: what comes next, and another round only where it is asked for. */
static gboolean
find_next (const LwStanding *standing, gboolean next_round, LwWay *ret_way, GError **error)
{
  LwWay ways[LW_WAYS_MAX];
  guint n = lw_standing_list_ways (standing, ways);

  for (guint i = 0; i < n; i++) {
    if (ways[i].next_round == next_round) {
      *ret_way = ways[i];
      return TRUE;
    }
  }
  g_set_error_literal (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED,
                       next_round ? _ ("Another round does not begin from this phase. Nothing was "
                                       "changed.")
                                  : _ ("This is the walk's last phase. Nothing was changed."));
  return FALSE;
}

/* "debrief", "debrief/implications": also an earlier one. */
static gboolean
find_place (const LwStanding *standing, const char *text, LwWay *ret_way, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  const LwPhase *phase = lw_protocol_find_phase (standing->protocol, parts[0]);
  const char *step = parts[0] != NULL && parts[1] != NULL ? parts[1] : "";

  if (phase != NULL && *parts[0] != '\0') {
    *ret_way = (LwWay){phase, lw_phase_find_step (phase, step), FALSE};
    if (*step == '\0' || (ret_way->step != NULL && strcmp (ret_way->step->id, step) == 0))
      return TRUE;
  }
  lw_walk_fail_not_found (error,
                          _ ("This walk has no phase or step “%s”. “lessonwalk walk show "
                             "--json” lists them by id."),
                          text);
  return FALSE;
}

static int
answer (LwCommandLine *line, const LwWalking *walking)
{
  const LwStanding *standing = &walking->standing;
  g_autofree char *place = lw_walk_place (standing);
  gboolean may = lw_standing_allows (standing, LW_ACT_LEAD, FALSE);
  json_object *json = json_object_new_object (), *array = json_object_new_array ();
  LwWay ways[LW_WAYS_MAX];
  guint n = lw_standing_list_ways (standing, ways);

  json_object_object_add (json, "phase", lw_json_string (standing->access.phase->id));
  json_object_object_add (json, "step",
                          standing->access.step != NULL ? lw_json_string (standing->access.step->id)
                                                        : NULL);
  json_object_object_add (json, "may_open", json_object_new_boolean (may));
  json_object_object_add (json, "next", array);
  if (!line->json)
    lw_walk_print (_ ("phase:"), place);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    const char *code, *title = title_of (standing, &ways[i]);
    g_autofree char *obstacle = lw_standing_find_obstacle (standing, &ways[i], &code, &error);
    json_object *one = json_object_new_object ();

    json_object_object_add (one, "title", lw_json_string (title));
    json_object_object_add (one, "next_round", json_object_new_boolean (ways[i].next_round));
    json_object_object_add (one, "obstacle", obstacle != NULL ? lw_json_string (obstacle) : NULL);
    json_object_array_add (array, one);
    if (line->json)
      continue;
    lw_walk_print (ways[i].next_round ? _ ("another round:") : _ ("next:"), title);
    lw_walk_print (_ ("  before that:"), obstacle != NULL ? obstacle : "");
  }
  if (line->json)
    return lw_command_print_json (line, json);
  json_object_put (json);
  if (!may)
    lw_command_warn ("%s", _ ("Whoever leads this walk opens its phases."));
  return LW_EXIT_OK;
}

static int
run (LwCommandLine *line)
{
  gboolean next = FALSE, next_round = FALSE;
  g_autofree char *to = NULL;
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;
  gboolean is_change;
  LwWay way;
  LwId id;
  const GOptionEntry entries[] = {
      {"next", 'n', 0, G_OPTION_ARG_NONE, &next, N_ ("Open the next step, or the next phase"),
       NULL},
      {"next-round", 0, 0, G_OPTION_ARG_NONE, &next_round, N_ ("Begin another round"), NULL},
      {"to", 't', 0, G_OPTION_ARG_STRING, &to, N_ ("Open this phase or step, also an earlier one"),
       N_ ("PHASE[/STEP]")},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  if (next + next_round + (to != NULL) > 1)
    return lw_command_fail_usage (line, "%s", _ ("Choose one of --next, --next-round and --to."));
  is_change = next || next_round || to != NULL;
  if (!lw_walk_open (line, is_change ? LW_STORE_FOR_WRITING : LW_STORE_FOR_READING, &walking,
                     &error))
    return lw_command_fail (line, error);
  if (!is_change)
    return answer (line, &walking);
  if (!(to != NULL ? find_place (&walking.standing, to, &way, &error)
                   : find_next (&walking.standing, next_round, &way, &error)) ||
      !lw_walking_go (&walking, &way, NULL, &error))
    return lw_command_fail (line, error);
  id = walking.standing.walk->id;
  lw_walking_clear (&walking);
  if (!lw_walking_load (&walking, line->store, &id, "", &error))
    return lw_command_fail (line, error);
  return answer (line, &walking);
}

const LwCommand lw_walk_phase = {
    "walk phase", N_ ("[WALK]"), N_ ("Show which phase is open, and open the next one"),
    N_ ("Whoever leads opens phases. Exit code 1, with the sentence that says what comes first, "
        "where\nthe next one does not open yet.\n\n"
        "Examples:\n  lessonwalk walk phase evidence\n  lessonwalk walk phase evidence --next\n"
        "  lessonwalk walk phase evidence --to visit"),
    run};
