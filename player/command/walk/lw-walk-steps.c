/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk steps */
#include "lw-board-view.h"
#include "lw-walk-verbs.h"

#include <string.h>

typedef struct {
  char *add, *level, *owner, *due, *agree, *follow_up, *state, *text, *on;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->add);
  g_free (o->level);
  g_free (o->owner);
  g_free (o->due);
  g_free (o->agree);
  g_free (o->follow_up);
  g_free (o->state);
  g_free (o->text);
  g_free (o->on);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* ---- showing them ---- */

static const char *
owner_of (LwCommandLine *line, const LwStep *step)
{
  return lw_id_is_none (&step->owner_id)
             ? step->owner
             : lw_command_name (line, LW_ENTITY_PERSON, &step->owner_id);
}

static json_object *
step_to_json (LwCommandLine *line, const LwBoardStep *view)
{
  const LwStep *step = view->step;
  json_object *json = json_object_new_object (), *follow_ups = json_object_new_array ();

  json_object_object_add (json, "id", lw_json_id (&step->item.id));
  json_object_object_add (json, "level", lw_json_string (step->level));
  json_object_object_add (json, "text", lw_json_string (step->text));
  json_object_object_add (json, "owner", lw_json_string (owner_of (line, step)));
  json_object_object_add (json, "due", lw_json_string (step->due));
  json_object_object_add (json, "agreed",
                          json_object_new_boolean (!lw_id_is_none (&step->agreed_by_id)));
  for (guint i = 0; i < view->follow_ups->len; i++) {
    const LwFollowUp *follow_up = view->follow_ups->pdata[i];
    json_object *one = json_object_new_object ();

    json_object_object_add (one, "state",
                            lw_json_string (lw_follow_up_state_to_string (follow_up->state)));
    json_object_object_add (one, "on", lw_json_string (follow_up->on));
    json_object_object_add (one, "text", lw_json_string (follow_up->text));
    json_object_array_add (follow_ups, one);
  }
  json_object_object_add (json, "follow_ups", follow_ups);
  return json;
}

static void
print_step (LwCommandLine *line, const LwBoardLevel *level, const LwBoardStep *view)
{
  const LwStep *step = view->step;
  g_autofree char *id = lw_walk_short_id (&step->item.id);
  g_autofree char *text = lw_text_make_safe (step->text, FALSE);
  g_autofree char *owner = lw_text_make_safe (owner_of (line, step), FALSE);
  g_autofree char *due = lw_text_make_safe (step->due, FALSE);
  const char *agreed = !level->level->is_agreed              ? ""
                       : lw_id_is_none (&step->agreed_by_id) ? _ (", not agreed to yet")
                                                             : _ (", agreed to");

  lw_print ("  %s  %s", id, text);
  if (*owner != '\0')
    lw_print (" (%s)", owner);
  if (*due != '\0')
    lw_print (_ (", until %s"), due);
  lw_print ("%s\n", agreed);
  for (guint i = 0; i < view->follow_ups->len; i++) {
    const LwFollowUp *follow_up = view->follow_ups->pdata[i];
    g_autofree char *became = lw_text_make_safe (follow_up->text, FALSE);
    g_autofree char *on = lw_text_make_safe (follow_up->on, FALSE);

    lw_print ("            %s %s %s\n", on, lw_follow_up_state_to_string (follow_up->state),
              became);
  }
}

static int
answer (LwCommandLine *line, const LwWalking *walking)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwBoardView) view = lw_board_view_load (walking, &error);
  json_object *json, *levels;

  if (view == NULL)
    return lw_command_fail (line, error);
  json = json_object_new_object ();
  levels = json_object_new_array ();
  json_object_object_add (json, "levels", levels);
  for (guint i = 0; i < view->levels->len; i++) {
    const LwBoardLevel *level = view->levels->pdata[i];
    const char *lack = lw_board_level_get_lack (walking, level);
    json_object *one = json_object_new_object (), *steps = json_object_new_array ();

    json_object_object_add (one, "level", lw_json_string (level->level->id));
    json_object_object_add (one, "title", lw_json_string (level->level->title));
    json_object_object_add (one, "lack", lack != NULL ? lw_json_string (lack) : NULL);
    json_object_object_add (one, "steps", steps);
    json_object_array_add (levels, one);
    if (!line->json) {
      lw_walk_print ("##", *level->level->title != '\0' ? level->level->title : _ ("Next steps"));
      lw_walk_print (" ", lack != NULL ? lack : "");
    }
    for (guint k = 0; k < level->steps->len; k++) {
      json_object_array_add (steps, step_to_json (line, level->steps->pdata[k]));
      if (!line->json)
        print_step (line, level, level->steps->pdata[k]);
    }
  }
  if (line->json)
    return lw_command_print_json (line, json);
  json_object_put (json);
  return LW_EXIT_OK;
}

/* ---- changing them ---- */

static const LwStep *
find_step (const LwBoardView *view, const char *name, GError **error)
{
  for (guint i = 0; i < view->levels->len; i++) {
    const LwBoardLevel *level = view->levels->pdata[i];

    for (guint k = 0; k < level->steps->len; k++) {
      const LwStep *step = ((const LwBoardStep *)level->steps->pdata[k])->step;

      if (lw_walk_is_id (&step->item.id, name))
        return step;
    }
  }
  lw_walk_fail_not_found (
      error, _ ("No next step is “%s”. “lessonwalk walk steps” shows their ids."), name);
  return NULL;
}

/* Who is in the walk is named by id, anybody else by name. */
static gboolean
set_owner (LwCommandLine *line, const LwWalking *walking, const char *name, LwStep *step)
{
  GHashTableIter iter;
  gpointer id, person;

  g_hash_table_iter_init (&iter, walking->standing.people);
  while (g_hash_table_iter_next (&iter, &id, &person)) {
    /* Who left the walk takes nothing on by her name. */
    if (((const LwWalkPerson *)person)->roles != 0 &&
        strcmp (lw_command_name (line, LW_ENTITY_PERSON, id), name) == 0) {
      step->owner_id = *(const LwId *)id;
      return TRUE;
    }
  }
  step->owner = name;
  return TRUE;
}

static gboolean
add_step (LwCommandLine *line, const LwWalking *walking, const Options *o, GError **error)
{
  LwBoardDraft draft = {.kind = LW_ENTITY_STEP};
  LwStep *step = &draft.fields.step;

  step->text = o->add;
  step->level = o->level != NULL ? o->level : "";
  step->due = o->due != NULL ? o->due : "";
  step->owner = "";
  if (o->owner != NULL)
    set_owner (line, walking, o->owner, step);
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static char *
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static gboolean
add_follow_up (const LwWalking *walking, const LwStep *step, const Options *o, GError **error)
{
  LwBoardDraft draft = {.kind = LW_ENTITY_FOLLOW_UP};
  LwFollowUp *follow_up = &draft.fields.follow_up;
  g_autofree char *now = today ();

  if (o->state == NULL || !lw_follow_up_state_parse (o->state, &follow_up->state)) {
    g_set_error_literal (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                         _ ("--state: planned, trying, adapted, adopted or abandoned."));
    return FALSE;
  }
  follow_up->step_id = step->item.id;
  follow_up->text = o->text != NULL ? o->text : "";
  follow_up->on = o->on != NULL ? o->on : now;
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static gboolean
change (LwCommandLine *line, const LwWalking *walking, const Options *o, GError **error)
{
  const char *name = o->agree != NULL ? o->agree : o->follow_up;
  g_autoptr (LwBoardView) view = NULL;
  LwBoardDraft draft = {.kind = LW_ENTITY_STEP};
  const LwStep *step;

  if (o->add != NULL)
    return add_step (line, walking, o, error);
  if (name == NULL)
    return TRUE;
  view = lw_board_view_load (walking, error);
  step = view != NULL ? find_step (view, name, error) : NULL;
  if (step == NULL)
    return FALSE;
  if (o->follow_up != NULL)
    return add_follow_up (walking, step, o, error);
  draft.fields.step = *step;
  return lw_walking_put (walking, &draft, TRUE, NULL, NULL, error);
}

static int
run (LwCommandLine *line)
{
  g_auto (Options) o = {0};
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;
  gboolean is_change;
  const GOptionEntry entries[] = {
      {"add", 'a', 0, G_OPTION_ARG_STRING, &o.add, N_ ("Write a next step"), N_ ("TEXT")},
      {"level", 'l', 0, G_OPTION_ARG_STRING, &o.level, N_ ("Whose step it is, by the level's id"),
       N_ ("LEVEL")},
      {"owner", 0, 0, G_OPTION_ARG_STRING, &o.owner, N_ ("Who will do it"), N_ ("NAME")},
      {"due", 0, 0, G_OPTION_ARG_STRING, &o.due, N_ ("Until when"), N_ ("YYYY-MM-DD")},
      {"agree", 0, 0, G_OPTION_ARG_STRING, &o.agree, N_ ("Agree to a step, as the teacher"),
       N_ ("STEP")},
      {"follow-up", 'f', 0, G_OPTION_ARG_STRING, &o.follow_up, N_ ("Tell what became of a step"),
       N_ ("STEP")},
      {"state", 0, 0, G_OPTION_ARG_STRING, &o.state,
       N_ ("How it stands: planned, trying, adapted, adopted or abandoned"), N_ ("STATE")},
      {"text", 0, 0, G_OPTION_ARG_STRING, &o.text, N_ ("What was seen"), N_ ("TEXT")},
      {"on", 0, 0, G_OPTION_ARG_STRING, &o.on, N_ ("On which day; today unless said"),
       N_ ("YYYY-MM-DD")},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  if ((o.add != NULL) + (o.agree != NULL) + (o.follow_up != NULL) > 1)
    return lw_command_fail_usage (line, "%s", _ ("One change at a time."));
  is_change = o.add != NULL || o.agree != NULL || o.follow_up != NULL;
  if (!lw_walk_open (line, is_change ? LW_STORE_FOR_WRITING : LW_STORE_FOR_READING, &walking,
                     &error) ||
      !change (line, &walking, &o, &error))
    return lw_command_fail (line, error);
  return answer (line, &walking);
}

const LwCommand lw_walk_steps = {
    "walk steps", N_ ("[WALK]"), N_ ("Next steps at every level, and what became of them"),
    N_ ("The walk closes when every level has one. A teacher's step is the teacher's own, or she "
        "agrees.\n\n"
        "Examples:\n  lessonwalk walk steps evidence\n"
        "  lessonwalk walk steps evidence --add \"Wait five seconds\" --level teacher "
        "--due 2026-12-01\n"
        "  lessonwalk walk steps evidence --follow-up 822f1ba0 --state trying"),
    run};
