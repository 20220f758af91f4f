/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* person, focus, track */
#include "lw-command.h"
#include "lw-output.h"

/* ---- person ---- */

static int
run_person (LwCommandLine *line)
{
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &name,
       N_ ("Your name, as others see it beside your notes"), N_ ("NAME")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 0, 0))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwPerson) person = lw_command_own_person (line, &error);
  if (person == NULL)
    return lw_command_fail (line, error);
  if (name != NULL) {
    if (*g_strstrip (name) == '\0')
      return lw_command_fail_usage (line, "%s", _ ("--name: the name is empty."));
    LwPerson fields = {.id = person->id, .name = name};
    g_autoptr (LwPerson) renamed = lw_person_new (&fields, &error);
    if (renamed == NULL || !lw_store_put_person (line->store, renamed, &error))
      return lw_command_fail (line, error);
    g_clear_pointer (&person, lw_person_unref);
    person = g_steal_pointer (&renamed);
  }
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "id", lw_json_id (&person->id));
    json_object_object_add (object, "name", lw_json_string (person->name));
    return lw_command_print_json (line, object);
  }
  g_autofree char *safe = lw_text_make_safe (person->name, FALSE);
  lw_print ("%s\n", safe);
  return LW_EXIT_OK;
}

/* ---- focus ---- */

typedef struct {
  char *title;
  char *focus;
  char *inquiry;
  char *teacher;
  char *pd_session;
  char **watch_for;
} LwFocusOptions;

static void
focus_options_clear (LwFocusOptions *o)
{
  g_free (o->title);
  g_free (o->focus);
  g_free (o->inquiry);
  g_free (o->teacher);
  g_free (o->pd_session);
  g_strfreev (o->watch_for);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwFocusOptions, focus_options_clear)

LwPerson *
lw_command_find_or_make_person (LwCommandLine *line, const char *name, GError **error)
{
  GError *cause = NULL;
  g_autoptr (LwPerson) person = lw_command_find_person (line, name, &cause);
  if (person != NULL)
    return g_steal_pointer (&person);
  if (!g_error_matches (cause, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND)) {
    g_propagate_error (error, cause);
    return NULL;
  }
  g_error_free (cause);
  LwPerson fields = {.name = name};
  person = lw_person_new (&fields, error);
  if (person == NULL || !lw_store_put_person (line->store, person, error))
    return NULL;
  return g_steal_pointer (&person);
}

/* The lesson becomes the one visit of a walk of its own. */
static gboolean
join_walk (LwCommandLine *line, const LwSegment *lesson, const LwWalk *walk, GError **error)
{
  LwVisit visit_fields = {.walk_id = walk->id, .order = 1};
  g_autoptr (LwVisit) visit = lw_visit_new (&visit_fields, error);
  if (visit == NULL || !lw_store_put_visit (line->store, visit, error))
    return FALSE;
  LwSegment fields = *lesson;
  fields.visit_id = visit->id;
  g_autoptr (LwSegment) segment = lw_segment_new (&fields, error);
  return segment != NULL && lw_store_put_segment (line->store, segment, error);
}

static LwWalk *
set_focus (LwCommandLine *line,
           const LwSegment *lesson,
           const LwWalk *old,
           const LwFocusOptions *o,
           GError **error)
{
  LwWalk fields = old != NULL ? *old : (LwWalk){.title = lesson->title};
  if (o->title != NULL)
    fields.title = o->title;
  if (o->focus != NULL)
    fields.focus = o->focus;
  if (o->inquiry != NULL)
    fields.inquiry = o->inquiry;
  if (o->pd_session != NULL)
    fields.pd_session = o->pd_session;
  if (o->watch_for != NULL)
    fields.watch_for = (const char *const *)o->watch_for;
  g_autoptr (LwPerson) teacher = NULL;
  if (o->teacher != NULL) {
    teacher = lw_command_find_or_make_person (line, o->teacher, error);
    if (teacher == NULL)
      return NULL;
    fields.focus_owner_id = teacher->id;
  }
  g_autoptr (LwWalk) walk = lw_walk_new (&fields, error);
  if (walk == NULL || !lw_store_put_walk (line->store, walk, error) ||
      (old == NULL && !join_walk (line, lesson, walk, error)))
    return NULL;
  return g_steal_pointer (&walk);
}

static int
answer_walk (LwCommandLine *line, const LwWalk *walk)
{
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "walk", walk != NULL ? lw_json_walk (line, walk) : NULL);
    return lw_command_print_json (line, object);
  }
  if (walk == NULL) {
    lw_command_warn (_ ("No focus is set for this lesson yet. --focus and --inquiry set it."));
    return LW_EXIT_OK;
  }
  const struct {
    const char *title;
    const char *text;
  } rows[] = {
      {_ ("walk:"), walk->title},
      {_ ("focus:"), walk->focus},
      {_ ("inquiry:"), walk->inquiry},
      {_ ("teacher:"), lw_command_name (line, LW_ENTITY_PERSON, &walk->focus_owner_id)},
      {_ ("PD session:"), walk->pd_session},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *safe = lw_text_make_safe (rows[i].text, FALSE);
    if (*safe != '\0')
      lw_print ("%s %s\n", rows[i].title, safe);
  }
  for (gsize i = 0; walk->watch_for[i] != NULL; i++) {
    g_autofree char *safe = lw_text_make_safe (walk->watch_for[i], FALSE);
    lw_print ("%s %s\n", _ ("watch for:"), safe);
  }
  return LW_EXIT_OK;
}

static int
run_focus (LwCommandLine *line)
{
  g_auto (LwFocusOptions) o = {0};
  const GOptionEntry entries[] = {
      {"focus", 'f', 0, G_OPTION_ARG_STRING, &o.focus, N_ ("The focus, in the teacher's words"),
       N_ ("TEXT")},
      {"inquiry", 'i', 0, G_OPTION_ARG_STRING, &o.inquiry, N_ ("The question that is looked into"),
       N_ ("TEXT")},
      {"teacher", 0, 0, G_OPTION_ARG_STRING, &o.teacher, N_ ("Whose focus it is"), N_ ("NAME")},
      {"pd-session", 0, 0, G_OPTION_ARG_STRING, &o.pd_session,
       N_ ("The professional development it is tied to"), N_ ("TEXT")},
      {"watch-for", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.watch_for,
       N_ ("Something to look out for; may be repeated, replaces the list"), N_ ("TEXT")},
      {"title", 0, 0, G_OPTION_ARG_STRING, &o.title, N_ ("The walk's title"), N_ ("TEXT")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  gboolean is_change = o.focus || o.inquiry || o.teacher || o.pd_session || o.watch_for || o.title;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) lesson = lw_command_open_lesson (
      line, is_change ? LW_STORE_FOR_WRITING : LW_STORE_FOR_READING, &error);
  if (lesson == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (line->store, &lesson->id, &error);
  if (walk == NULL && !g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return lw_command_fail (line, error);
  g_clear_error (&error);
  if (!is_change)
    return answer_walk (line, walk);
  g_autoptr (LwJoined) room = lw_command_find_room (line, &lesson->id);
  if (room != NULL) {
    g_set_error (&error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED,
                 _ ("This walk is in the room at %s, and its focus is changed there, in the panel. "
                    "Nothing was changed here."),
                 room->url);
    return lw_command_fail (line, error);
  }
  g_autoptr (LwWalk) changed = set_focus (line, lesson, walk, &o, &error);
  return changed != NULL ? answer_walk (line, changed) : lw_command_fail (line, error);
}

/* ---- track ---- */

static int
run_track (LwCommandLine *line)
{
  g_autofree char *lens_name = NULL;
  g_autofree char *intention = NULL;
  const GOptionEntry entries[] = {
      {"lens", 0, 0, G_OPTION_ARG_STRING, &lens_name, N_ ("What you look through"), N_ ("NAME")},
      {"intention", 0, 0, G_OPTION_ARG_STRING, &intention, N_ ("What you set out to look for"),
       N_ ("TEXT")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) lesson = lw_command_open_lesson (line, LW_STORE_FOR_WRITING, &error);
  g_autoptr (LwTrack) track = lesson != NULL ? lw_command_own_track (line, lesson, &error) : NULL;
  if (track == NULL)
    return lw_command_fail (line, error);
  if (lens_name != NULL || intention != NULL) {
    LwTrack fields = *track;
    if (lens_name != NULL) {
      g_autoptr (LwLens) lens = lw_command_find_lens (line, lens_name, TRUE, &error);
      if (lens == NULL)
        return lw_command_fail (line, error);
      fields.lens_id = lens->id;
    }
    if (intention != NULL)
      fields.intention = intention;
    g_autoptr (LwTrack) changed = lw_track_new (&fields, &error);
    if (changed == NULL || !lw_store_put_track (line->store, changed, &error))
      return lw_command_fail (line, error);
    g_clear_pointer (&track, lw_track_unref);
    track = g_steal_pointer (&changed);
    g_autoptr (LwJoined) room = lw_command_find_room (line, &lesson->id);
    if (room != NULL)
      lw_command_warn (_ ("The room at %s keeps the lens and intention that came there with your "
                          "first note; a later change stays on this machine."),
                       room->url);
  }
  const char *lens = lw_command_name (line, LW_ENTITY_LENS, &track->lens_id);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "id", lw_json_id (&track->id));
    json_object_object_add (object, "lesson", lw_json_id (&track->segment_id));
    json_object_object_add (object, "lens", lw_json_string (lens));
    json_object_object_add (object, "intention", lw_json_string (track->intention));
    return lw_command_print_json (line, object);
  }
  char id[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&track->id, id);
  g_autofree char *safe_lens = lw_text_make_safe (lens, FALSE);
  g_autofree char *safe_intention = lw_text_make_safe (track->intention, FALSE);
  lw_print ("%s %s\n%s %s\n%s %s\n", _ ("track:"), id, _ ("lens:"), safe_lens, _ ("intention:"),
            safe_intention);
  return LW_EXIT_OK;
}

const LwCommand lw_commands_walk[] = {
    {"walk", N_ ("VERB [WALK]"),
     N_ ("Phases, forms, the debrief board, next steps and trends of walks"), NULL,
     lw_command_run_walk},
    {"person", "", N_ ("Show or set your name"),
     N_ ("Example:\n  lessonwalk person --name \"Ana Ruiz\""), run_person},
    {"focus", N_ ("LESSON"), N_ ("Show or set the walk's focus and inquiry for a lesson"),
     N_ ("Example:\n  lessonwalk focus lesson.mp4 --teacher \"Ms. Okafor\" \\\n"
         "    --focus \"Students give evidence\" \\\n"
         "    --inquiry \"In what ways am I pressing students for evidence?\""),
     run_focus},
    {"track", N_ ("LESSON"), N_ ("Show or set your lens and intention for a lesson"),
     N_ ("Example:\n  lessonwalk track lesson.mp4 --lens \"Emergent multilingual learners\""),
     run_track},
    {NULL},
};
