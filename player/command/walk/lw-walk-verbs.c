/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk: finds the verb, and the walk that is meant. */
#include "lw-walk-verbs.h"
#include "lw-near-miss.h"

#include <string.h>

#define SHORT_ID_LENGTH 8

static const LwCommand *const verbs[] = {&lw_walk_begin, &lw_walk_list,  &lw_walk_show,
                                         &lw_walk_phase, &lw_walk_form,  &lw_walk_board,
                                         &lw_walk_steps, &lw_walk_trends};

/* ---- which walk ---- */

char *
lw_walk_short_id (const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (id, text);
  return g_strdup (text + LW_ID_TEXT_LENGTH - SHORT_ID_LENGTH);
}

gboolean
lw_walk_is_id (const LwId *id, const char *name)
{
  char text[LW_ID_TEXT_LENGTH + 1];
  g_autofree char *small = g_ascii_strdown (name, -1);

  lw_id_format (id, text);
  return strlen (small) >= 4 && g_str_has_suffix (text, small);
}

static gboolean
is_called (const LwWalk *walk, const char *name)
{
  g_autofree char *title = g_utf8_casefold (walk->title, -1);
  g_autofree char *wanted = g_utf8_casefold (name, -1);

  return lw_walk_is_id (&walk->id, name) || strstr (title, wanted) != NULL;
}

static gboolean
is_open (LwStore *store, const LwWalk *walk)
{
  g_autoptr (LwProtocol) protocol = lw_protocol_find_in (store, walk->protocol, NULL);
  const LwPhase *phase = protocol != NULL ? lw_protocol_find_phase (protocol, walk->phase) : NULL;

  return phase == NULL || !phase->closed;
}

static LwWalk *
find_walk (LwCommandLine *line, const char *name, GError **error)
{
  g_autoptr (GPtrArray) all = lw_store_list (line->store, LW_ENTITY_WALK, NULL, error);
  LwWalk *found = NULL;
  guint n = 0;

  for (guint i = 0; all != NULL && i < all->len; i++) {
    LwWalk *walk = all->pdata[i];

    if (name != NULL ? is_called (walk, name) : is_open (line->store, walk)) {
      found = walk;
      n++;
    }
  }
  if (n == 1)
    return lw_walk_ref (found);
  if (all == NULL)
    return NULL;
  if (name == NULL)
    g_set_error_literal (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND,
                         n == 0 ? _ ("There is no open walk here. “lessonwalk walk begin” begins "
                                     "one, “lessonwalk join” takes part in one.")
                                : _ ("There are several walks here: name the one that you mean. "
                                     "“lessonwalk walk list” lists them."));
  else
    lw_walk_fail_not_found (
        error,
        n == 0 ? _ ("No walk is called “%s”. “lessonwalk walk list” lists what there is.")
               : _ ("“%s” could be several walks. “lessonwalk walk list” lists them by id."),
        name);
  return NULL;
}

char *
lw_walk_own_name (void)
{
  const char *name = g_get_real_name ();

  if (name == NULL || *name == '\0' || strcmp (name, "Unknown") == 0)
    name = g_get_user_name ();
  return g_utf8_make_valid (name, -1);
}

gboolean
lw_walk_open (LwCommandLine *line, LwStoreUse use, LwWalking *ret_walking, GError **error)
{
  g_autofree char *name = lw_walk_own_name ();
  g_autoptr (LwWalk) walk = NULL;

  if (lw_command_open_store (line, use, error) == NULL)
    return FALSE;
  walk = find_walk (line, line->n_arguments > 0 ? line->arguments[0] : NULL, error);
  return walk != NULL && lw_walking_load (ret_walking, line->store, &walk->id, name, error);
}

/* ---- telling ---- */

void
lw_walk_fail_not_found (GError **error, const char *format, const char *name)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND, format, name);
#pragma GCC diagnostic pop
}

void
lw_walk_print (const char *title, const char *text)
{
  g_autofree char *safe = lw_text_make_safe (text, FALSE);

  if (*safe != '\0')
    lw_print ("%s %s\n", title, safe);
}

char *
lw_walk_moment (const LwNote *note)
{
  return note->wall_utc_ns != 0 && note->start == 0 ? lw_utc_format (note->wall_utc_ns / LW_USECOND)
                                                    : lw_time_format_ms (note->start);
}

json_object *
lw_walk_strings (const char *const *texts)
{
  json_object *array = json_object_new_array ();

  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    json_object_array_add (array, lw_json_string (texts[i]));
  return array;
}

char *
lw_walk_place (const LwStanding *standing)
{
  const LwAccess *now = &standing->access;

  return now->step != NULL ? g_strdup_printf ("%s, %s", now->phase->title, now->step->title)
                           : g_strdup (now->phase->title);
}

void
lw_walk_warn_joined (const LwWalking *walking)
{
  if (walking->joined != NULL)
    lw_command_warn (_ ("It is kept here. “lessonwalk sync”, or the window, brings it to the room "
                        "at %s."),
                     walking->joined->url);
}

/* ---- the verbs ---- */

static void
print_verbs (void)
{
  lw_print ("%s\n\n  lessonwalk walk %s\n\n", _ ("Take a walk from its focus to its next steps."),
            _ ("VERB [WALK] [OPTION…]"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    lw_print ("  %-7s %s\n", verbs[i]->name + strlen ("walk "), _ (verbs[i]->summary));
  lw_print ("\n%s\n",
            _ ("Each takes --help, with examples. WALK is a walk's title, a part of it, or "
               "the end of its id;\nwithout one it is the only walk that is open.\n\n"
               "A walk that you joined is read from what is kept here (“lessonwalk sync” "
               "brings news), and\nchanged in its room. One of your own is kept here "
               "alone.\n\n"
               "Exit code 1 where the walk's phase does not allow it, or its room cannot "
               "be reached: then\nnothing was changed, and the sentence says what comes "
               "first."));
}

static const LwCommand *
find_verb (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++) {
    if (strcmp (verbs[i]->name + strlen ("walk "), name) == 0)
      return verbs[i];
  }
  return NULL;
}

static int
fail_unknown (LwCommandLine *line, const char *name)
{
  const char *names[G_N_ELEMENTS (verbs) + 1] = {NULL};
  g_autofree char *safe = lw_text_make_safe (name, FALSE);
  const char *near;

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    names[i] = verbs[i]->name + strlen ("walk ");
  near = lw_near_miss (name, names);
  if (near != NULL)
    return lw_command_fail_usage (line,
                                  _ ("“%s” is nothing that is done with a walk. Did you mean "
                                     "“%s”?"),
                                  safe, near);
  return lw_command_fail_usage (line, _ ("“%s” is nothing that is done with a walk."), safe);
}

/* The verb is the first word that is no option; what is before it goes behind. */
static char *
take_verb (LwCommandLine *line)
{
  for (guint i = 0; line->arguments[i] != NULL; i++) {
    char *verb = line->arguments[i];

    if (*verb == '-') {
      i += strcmp (verb, "--store") == 0 && line->arguments[i + 1] != NULL;
      continue;
    }
    for (; line->arguments[i] != NULL; i++)
      line->arguments[i] = line->arguments[i + 1];
    line->n_arguments--;
    return verb;
  }
  return NULL;
}

int
lw_command_run_walk (LwCommandLine *line)
{
  const char *const *words = (const char *const *)line->arguments;
  g_autofree char *name = take_verb (line);
  const LwCommand *verb = name != NULL ? find_verb (name) : NULL;
  LwCommand translated;

  line->json = g_strv_contains (words, "--json");
  if (name == NULL && (g_strv_contains (words, "--help") || g_strv_contains (words, "-h"))) {
    print_verbs ();
    return LW_EXIT_OK;
  }
  if (name == NULL)
    return lw_command_fail_usage (line, "%s", _ ("What is to be done with the walk is missing."));
  if (verb == NULL)
    return fail_unknown (line, name);
  translated = *verb;
  translated.summary = _ (verb->summary);
  translated.arguments = *verb->arguments != '\0' ? _ (verb->arguments) : "";
  translated.details = verb->details != NULL ? _ (verb->details) : NULL;
  line->command = &translated;
  return translated.run (line);
}
