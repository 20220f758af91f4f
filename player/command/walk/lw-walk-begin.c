/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk begin */
#include "lw-walk-verbs.h"

#include <string.h>

typedef struct {
  char *routine, *focus, *inquiry, *teacher, *pd_session;
  char **watch_for;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->routine);
  g_free (o->focus);
  g_free (o->inquiry);
  g_free (o->teacher);
  g_free (o->pd_session);
  g_strfreev (o->watch_for);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* By its name with or without version, or by its title; "" is the usual one. */
static LwProtocol *
find_routine (LwCommandLine *line, const char *name, GError **error)
{
  g_autoptr (GPtrArray) all = lw_protocol_list_in (line->store, error);

  if (all == NULL)
    return NULL;
  if (name == NULL)
    return lw_protocol_find ("", error);
  for (guint i = 0; i < all->len; i++) {
    LwProtocol *protocol = all->pdata[i];
    const char *known = lw_protocol_get_name (protocol);
    gsize length = strcspn (known, "@");

    if (strcmp (name, known) == 0 || strcmp (name, lw_protocol_get_title (protocol)) == 0 ||
        (strlen (name) == length && strncmp (name, known, length) == 0))
      return lw_protocol_ref (protocol);
  }
  lw_walk_fail_not_found (error,
                          _ ("No routine is called “%s”. “lessonwalk walk begin --routines” "
                             "lists them."),
                          name);
  return NULL;
}

static int
list_routines (LwCommandLine *line)
{
  g_autoptr (GError) error = NULL;
  const char *titles[] = {_ ("NAME"), _ ("TITLE"), _ ("WHAT IT IS FOR"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  json_object *array = json_object_new_array (), *object;
  g_autoptr (GPtrArray) all = lw_protocol_list ();

  for (guint i = 0; i < all->len; i++) {
    LwProtocol *protocol = all->pdata[i];
    const char *cells[] = {lw_protocol_get_name (protocol), lw_protocol_get_title (protocol),
                           lw_protocol_get_about (protocol)};

    lw_table_add (table, cells);
    object = json_object_new_object ();
    json_object_object_add (object, "name", lw_json_string (cells[0]));
    json_object_object_add (object, "title", lw_json_string (cells[1]));
    json_object_object_add (object, "about", lw_json_string (cells[2]));
    json_object_array_add (array, object);
  }
  object = json_object_new_object ();
  json_object_object_add (object, "routines", array);
  if (line->json)
    return lw_command_print_json (line, object);
  json_object_put (object);
  lw_table_print (table);
  return LW_EXIT_OK;
}

static GPtrArray *
find_lessons (LwCommandLine *line, GError **error)
{
  g_autoptr (GPtrArray) lessons = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_segment_unref);

  for (guint i = 1; i < line->n_arguments; i++) {
    LwSegment *lesson = lw_command_find_or_add_lesson (line, line->arguments[i], error);

    if (lesson == NULL)
      return NULL;
    g_ptr_array_add (lessons, lesson);
  }
  return g_steal_pointer (&lessons);
}

static LwWalk *
begin (LwCommandLine *line, const Options *o, GError **error)
{
  g_autoptr (LwProtocol) routine = find_routine (line, o->routine, error);
  g_autoptr (GPtrArray) lessons = routine != NULL ? find_lessons (line, error) : NULL;
  LwWalk fields = {.title = line->arguments[0],
                   .focus = o->focus,
                   .inquiry = o->inquiry,
                   .pd_session = o->pd_session,
                   .watch_for = (const char *const *)o->watch_for};
  g_autoptr (LwPerson) teacher = NULL;

  if (lessons == NULL)
    return NULL;
  if (o->teacher != NULL) {
    teacher = lw_command_find_or_make_person (line, o->teacher, error);
    if (teacher == NULL)
      return NULL;
    fields.focus_owner_id = teacher->id;
  }
  fields.protocol = lw_protocol_get_name (routine);
  return lw_walking_begin (line->store, &fields, lessons, error);
}

static int
run (LwCommandLine *line)
{
  g_auto (Options) o = {0};
  gboolean routines = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk = NULL;
  const GOptionEntry entries[] = {
      {"routine", 'r', 0, G_OPTION_ARG_STRING, &o.routine, N_ ("The routine that it follows"),
       N_ ("NAME")},
      {"routines", 0, 0, G_OPTION_ARG_NONE, &routines, N_ ("List the routines"), NULL},
      {"focus", 'f', 0, G_OPTION_ARG_STRING, &o.focus, N_ ("The focus, in the teacher's words"),
       N_ ("TEXT")},
      {"inquiry", 'i', 0, G_OPTION_ARG_STRING, &o.inquiry, N_ ("The question that is looked into"),
       N_ ("TEXT")},
      {"teacher", 0, 0, G_OPTION_ARG_STRING, &o.teacher, N_ ("Whose focus it is"), N_ ("NAME")},
      {"pd-session", 0, 0, G_OPTION_ARG_STRING, &o.pd_session,
       N_ ("The professional development it is tied to"), N_ ("TEXT")},
      {"watch-for", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.watch_for,
       N_ ("Something to look out for; may be repeated"), N_ ("TEXT")},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, G_MAXUINT))
    return LW_EXIT_USAGE;
  if (routines)
    return list_routines (line);
  if (line->n_arguments < 2 || *g_strstrip (line->arguments[0]) == '\0')
    return lw_command_fail_usage (line, "%s", _ ("A walk has a title and at least one lesson."));
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) != NULL)
    walk = begin (line, &o, &error);
  if (walk == NULL)
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();

    json_object_object_add (object, "walk", lw_json_walk (line, walk));
    return lw_command_print_json (line, object);
  }
  lw_walk_print (_ ("begun:"), walk->title);
  if (*walk->focus == '\0' || *walk->inquiry == '\0')
    lw_command_warn ("%s", _ ("It opens when the teacher has set the focus and the inquiry: "
                              "“lessonwalk focus LESSON --focus … --inquiry …”."));
  return LW_EXIT_OK;
}

const LwCommand lw_walk_begin = {
    "walk begin", N_ ("TITLE LESSON…"), N_ ("Begin a walk of your own, through these lessons"),
    N_ ("It is kept on this machine alone. Walks of several people are begun in a room.\n\n"
        "Examples:\n  lessonwalk walk begin \"Pressing for evidence\" one.mp4 two.mp4 \\\n"
        "    --focus \"Students give evidence\" \\\n"
        "    --inquiry \"In what ways am I pressing students for evidence?\"\n"
        "  lessonwalk walk begin --routines"),
    run};
