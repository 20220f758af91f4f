/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk list, walk show */
#include "lw-form-sheet.h"
#include "lw-walk-verbs.h"

/* ---- list ---- */

static int
run_list (LwCommandLine *line)
{
  const char *titles[] = {_ ("ID"), _ ("PHASE"), _ ("KEPT"), _ ("TITLE"), NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTable) table = lw_table_new (titles);
  g_autoptr (GPtrArray) walks = NULL;
  g_autofree char *name = lw_walk_own_name ();
  g_autoptr (json_object) object = json_object_new_object ();
  json_object *array = json_object_new_array ();

  json_object_object_add (object, "walks", array);
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) != NULL)
    walks = lw_store_list (line->store, LW_ENTITY_WALK, NULL, &error);
  for (guint i = 0; walks != NULL && error == NULL && i < walks->len; i++) {
    const LwWalk *walk = walks->pdata[i];
    g_auto (LwWalking) walking = {0};
    g_autofree char *id = lw_walk_short_id (&walk->id);
    g_autofree char *place = NULL;
    json_object *one;

    if (!lw_walking_load (&walking, line->store, &walk->id, name, &error))
      break;
    place = lw_walk_place (&walking.standing);
    lw_table_add (table, (const char *[]){id, place,
                                          walking.joined != NULL ? walking.joined->url : _ ("here"),
                                          walk->title});
    one = lw_json_walk (line, walk);
    json_object_object_add (one, "phase", lw_json_string (walking.standing.access.phase->id));
    json_object_object_add (one, "place", lw_json_string (place));
    json_object_object_add (one, "room",
                            walking.joined != NULL ? lw_json_string (walking.joined->url) : NULL);
    json_object_array_add (array, one);
  }
  if (error != NULL)
    return lw_command_fail (line, error);
  if (line->json)
    return lw_command_print_json (line, json_object_get (object));
  if (walks->len == 0)
    lw_command_warn ("%s", _ ("There are no walks here yet. “lessonwalk walk begin” begins one, "
                              "“lessonwalk join” takes part in one."));
  else
    lw_table_print (table);
  return LW_EXIT_OK;
}

const LwCommand lw_walk_list = {"walk list", "", N_ ("List the walks, and where each stands"),
                                N_ ("Example:\n  lessonwalk walk list"), run_list};

/* ---- show ---- */

typedef struct {
  LwCommandLine *line;
  const LwWalking *walking;
  json_object *json;
} Showing;

static void
show_phases (Showing *self)
{
  const LwStanding *standing = &self->walking->standing;
  json_object *phases = json_object_new_array ();

  if (!self->line->json)
    lw_print ("\n%s\n", _ ("Phases"));
  for (guint i = 0; i < lw_protocol_get_n_phases (standing->protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (standing->protocol, i);
    gboolean is_now = phase == standing->access.phase;
    json_object *one = json_object_new_object ();
    g_autofree char *safe = NULL;

    json_object_object_add (one, "id", lw_json_string (phase->id));
    json_object_object_add (one, "title", lw_json_string (phase->title));
    json_object_object_add (one, "minutes", json_object_new_int ((int)phase->minutes));
    json_object_object_add (one, "open", json_object_new_boolean (is_now));
    json_object_array_add (phases, one);
    if (self->line->json)
      continue;
    safe = lw_text_make_safe (phase->title, FALSE);
    lw_print ("  %s %s", is_now ? "→" : " ", safe);
    if (phase->minutes > 0)
      lw_print (ngettext (" (%u minute)", " (%u minutes)", phase->minutes), phase->minutes);
    lw_print ("\n");
    for (guint k = 0; is_now && k < phase->n_steps; k++)
      lw_walk_print (&phase->steps[k] == standing->access.step ? "      →" : "       ",
                     phase->steps[k].title);
  }
  json_object_object_add (self->json, "phases", phases);
}

static char *
list_roles (guint roles)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint role = 0; role < LW_N_ROLES; role++) {
    if (roles & 1u << role)
      g_ptr_array_add (names, (gpointer)lw_role_to_string (role));
  }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}

static gboolean
show_people (Showing *self, GError **error)
{
  const char *titles[] = {_ ("WHO"), _ ("PART"), _ ("LENS"), _ ("INTENTION"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  g_autoptr (GPtrArray) members =
      lw_store_list (self->line->store, LW_ENTITY_MEMBER, &self->walking->standing.walk->id, error);
  json_object *people = json_object_new_array ();

  json_object_object_add (self->json, "people", people);
  for (guint i = 0; members != NULL && i < members->len; i++) {
    const LwMember *member = members->pdata[i];
    const char *name = lw_command_name (self->line, LW_ENTITY_PERSON, &member->person_id);
    const char *lens = lw_command_name (self->line, LW_ENTITY_LENS, &member->lens_id);
    g_autofree char *roles = list_roles (member->roles);
    json_object *one;

    if (member->roles == 0)
      continue;
    lw_table_add (table, (const char *[]){name, roles, lens, member->intention});
    one = json_object_new_object ();
    json_object_object_add (one, "name", lw_json_string (name));
    json_object_object_add (one, "roles", lw_json_string (roles));
    json_object_object_add (one, "lens", lw_json_string (lens));
    json_object_object_add (one, "intention", lw_json_string (member->intention));
    json_object_array_add (people, one);
  }
  if (!self->line->json && lw_table_get_n_rows (table) > 0) {
    lw_print ("\n");
    lw_table_print (table);
  }
  return members != NULL;
}

/* The lesson's own form, for the one who fills it in: never another's. */
static const char *
form_state (GPtrArray *sheets, const LwId *segment_id)
{
  for (guint i = 0; i < sheets->len; i++) {
    const LwFormSheet *sheet = sheets->pdata[i];

    if (lw_id_equal (&sheet->segment->id, segment_id))
      return sheet->is_handed_in ? _ ("form handed in") : _ ("form not finished");
  }
  return "";
}

static gboolean
show_visits (Showing *self, GError **error)
{
  const char *titles[] = {_ ("ID"), _ ("CLASSROOM"), _ ("TEACHER"), _ ("FORM"), _ ("LESSON"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  LwStore *store = self->line->store;
  g_autoptr (GPtrArray) sheets = lw_form_sheets_load (self->walking, error);
  g_autoptr (GPtrArray) visits =
      sheets != NULL
          ? lw_store_list (store, LW_ENTITY_VISIT, &self->walking->standing.walk->id, error)
          : NULL;
  json_object *array = json_object_new_array ();

  json_object_object_add (self->json, "visits", array);
  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments = lw_store_list (store, LW_ENTITY_SEGMENT, &visit->id, NULL);
    const char *classroom = lw_command_name (self->line, LW_ENTITY_PLACE, &visit->classroom_id);
    const char *host = lw_command_name (self->line, LW_ENTITY_PERSON, &visit->host_id);
    const LwSegment *lesson = segments != NULL && segments->len > 0 ? segments->pdata[0] : NULL;
    g_autofree char *id = lw_walk_short_id (lesson != NULL ? &lesson->id : &visit->id);
    const char *form = lesson != NULL ? form_state (sheets, &lesson->id) : "";
    const char *title = lesson != NULL ? lesson->title : _ ("no lesson yet");
    json_object *one;

    if (visit->removed)
      continue;
    lw_table_add (table, (const char *[]){id, classroom, host, form, title});
    one = json_object_new_object ();
    json_object_object_add (one, "id", lw_json_id (&visit->id));
    json_object_object_add (one, "lesson", lesson != NULL ? lw_json_id (&lesson->id) : NULL);
    json_object_object_add (one, "title", lw_json_string (title));
    json_object_object_add (one, "classroom", lw_json_string (classroom));
    json_object_object_add (one, "teacher", lw_json_string (host));
    json_object_array_add (array, one);
  }
  if (!self->line->json && lw_table_get_n_rows (table) > 0) {
    lw_print ("\n");
    lw_table_print (table);
  }
  return visits != NULL;
}

/* What is to do, and what stands against going on. */
static gboolean
show_next (Showing *self, GError **error)
{
  const LwStanding *standing = &self->walking->standing;
  LwBefore missing = lw_access_get_missing (&standing->access);
  g_autofree char *before = missing != 0 ? lw_before_to_sentence (missing) : NULL;
  json_object *ways = json_object_new_array ();
  LwWay next[LW_WAYS_MAX];
  guint n = lw_standing_list_ways (standing, next);

  json_object_object_add (self->json, "to_do", before != NULL ? lw_json_string (before) : NULL);
  json_object_object_add (self->json, "next", ways);
  if (!self->line->json) {
    lw_print ("\n");
    lw_walk_print (_ ("now:"), standing->access.step != NULL ? standing->access.step->hint
                                                             : standing->access.phase->hint);
    lw_walk_print (_ ("to do:"), before != NULL ? before : "");
  }
  for (guint i = 0; i < n; i++) {
    const char *title = next[i].step != NULL && next[i].phase == standing->access.phase
                            ? next[i].step->title
                            : next[i].phase->title;
    g_autoptr (GError) cause = NULL;
    const char *code;
    g_autofree char *obstacle = lw_standing_find_obstacle (standing, &next[i], &code, &cause);
    json_object *one;

    if (cause != NULL) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
    one = json_object_new_object ();
    json_object_object_add (one, "phase", lw_json_string (next[i].phase->id));
    json_object_object_add (one, "step",
                            next[i].step != NULL ? lw_json_string (next[i].step->id) : NULL);
    json_object_object_add (one, "next_round", json_object_new_boolean (next[i].next_round));
    json_object_object_add (one, "title", lw_json_string (title));
    json_object_object_add (one, "obstacle", obstacle != NULL ? lw_json_string (obstacle) : NULL);
    json_object_array_add (ways, one);
    if (self->line->json)
      continue;
    lw_walk_print (next[i].next_round ? _ ("another round:") : _ ("next:"), title);
    lw_walk_print (_ ("  before that:"), obstacle != NULL ? obstacle : "");
  }
  return TRUE;
}

static void
show_head (Showing *self)
{
  const LwStanding *standing = &self->walking->standing;
  const LwWalk *walk = standing->walk;
  g_autofree char *place = lw_walk_place (standing);
  json_object *json = lw_json_walk (self->line, walk);

  json_object_object_add (json, "routine",
                          lw_json_string (lw_protocol_get_name (standing->protocol)));
  json_object_object_add (json, "phase", lw_json_string (standing->access.phase->id));
  json_object_object_add (json, "step",
                          standing->access.step != NULL ? lw_json_string (standing->access.step->id)
                                                        : NULL);
  json_object_object_add (json, "round", json_object_new_int ((int)walk->round + 1));
  json_object_object_add (
      json, "room",
      self->walking->joined != NULL ? lw_json_string (self->walking->joined->url) : NULL);
  json_object_object_add (self->json, "walk", json);
  if (self->line->json)
    return;
  lw_walk_print (_ ("walk:"), walk->title);
  lw_walk_print (_ ("focus:"), walk->focus);
  lw_walk_print (_ ("inquiry:"), walk->inquiry);
  lw_walk_print (_ ("teacher:"),
                 lw_command_name (self->line, LW_ENTITY_PERSON, &walk->focus_owner_id));
  lw_walk_print (_ ("PD session:"), walk->pd_session);
  for (gsize i = 0; walk->watch_for[i] != NULL; i++)
    lw_walk_print (_ ("watch for:"), walk->watch_for[i]);
  lw_walk_print (_ ("routine:"), lw_protocol_get_title (standing->protocol));
  lw_walk_print (_ ("phase:"), place);
  if (walk->round > 0)
    lw_print (_ ("round: %u\n"), walk->round + 1);
  if (self->walking->joined != NULL)
    lw_walk_print (_ ("room:"), self->walking->joined->url);
}

static int
run_show (LwCommandLine *line)
{
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  Showing self = {line, &walking, json};

  if (!lw_command_parse (line, NULL, 0, 1))
    return LW_EXIT_USAGE;
  if (!lw_walk_open (line, LW_STORE_FOR_READING, &walking, &error))
    return lw_command_fail (line, error);
  show_head (&self);
  show_phases (&self);
  if (!show_people (&self, &error) || !show_visits (&self, &error) || !show_next (&self, &error))
    return lw_command_fail (line, error);
  return line->json ? lw_command_print_json (line, json_object_get (json)) : LW_EXIT_OK;
}

const LwCommand lw_walk_show = {"walk show", N_ ("[WALK]"),
                                N_ ("Focus, phases, people and visits, and what comes next"),
                                N_ ("It also says what is to be done before the walk can go on.\n\n"
                                    "Example:\n  lessonwalk walk show evidence"),
                                run_show};
