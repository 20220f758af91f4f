/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wording */
#include "lw-command.h"
#include "lw-output.h"
#include "lw-wording.h"

static LwWording *
read_rules (const char *path, GError **error)
{
  g_autofree char *json = NULL;
  gsize length;

  if (!g_file_get_contents (path, &json, &length, error))
    return NULL;
  if (length > G_MAXINT) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED,
                 _ ("The file %s is too large for rules of wording."), path);
    return NULL;
  }
  return lw_wording_parse (json, length, error);
}

static json_object *
json_mark (const LwWordingMark *mark, const char *words)
{
  json_object *object = json_object_new_object ();

  json_object_object_add (object, "start_byte", json_object_new_int64 ((gint64)mark->start));
  json_object_object_add (object, "end_byte", json_object_new_int64 ((gint64)mark->end));
  json_object_object_add (object, "words", lw_json_string (words));
  json_object_object_add (object, "kind", lw_json_string (mark->kind));
  json_object_object_add (object, "rule", lw_json_string (mark->rule));
  json_object_object_add (object, "reason", lw_json_string (mark->reason));
  json_object_object_add (object, "instead", lw_json_string (mark->instead));
  return object;
}

static int
answer (LwCommandLine *line, LwWording *wording, const char *text)
{
  g_autoptr (GArray) marks = lw_wording_check (wording, text);
  json_object *array = line->json ? json_object_new_array () : NULL;

  for (guint i = 0; i < marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (marks, LwWordingMark, i);
    g_autofree char *words = g_strndup (text + mark->start, mark->end - mark->start);
    g_autofree char *safe = lw_text_make_safe (words, FALSE);

    if (array != NULL)
      json_object_array_add (array, json_mark (mark, words));
    else
      lw_print ("“%s” (%s)\n  %s\n  %s\n", safe, mark->rule, mark->reason, mark->instead);
  }
  if (array != NULL) {
    json_object *object = json_object_new_object ();

    json_object_object_add (object, "language", lw_json_string (lw_wording_get_language (wording)));
    json_object_object_add (object, "marks", array);
    return lw_command_print_json (line, object);
  }
  if (marks->len == 0)
    lw_command_warn ("%s", _ ("Nothing to say about these words."));
  return LW_EXIT_OK;
}

static int
run_wording (LwCommandLine *line)
{
  g_autofree char *rules = NULL, *language = NULL, *raw = NULL, *text = NULL;
  const GOptionEntry entries[] = {
      {"rules", 'r', 0, G_OPTION_ARG_FILENAME, &rules, N_ ("Try the rules of a file of your own"),
       N_ ("FILE")},
      {"language", 0, 0, G_OPTION_ARG_STRING, &language,
       N_ ("Not the language that the words show, but this one"), N_ ("NAME")},
      {NULL},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWording) wording = NULL;

  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  raw = lw_command_read_text (line->arguments[0], &error);
  if (raw == NULL)
    return lw_command_fail (line, error);
  text = g_utf8_make_valid (raw, -1);
  if (rules != NULL)
    wording = read_rules (rules, &error);
  else if (language != NULL)
    wording = lw_wording_find (language, &error);
  else
    wording = lw_wording_choose (text, g_get_language_names ());
  return wording != NULL ? answer (line, wording, text) : lw_command_fail (line, error);
}

const LwCommand lw_commands_wording[] = {
    {"wording", N_ ("TEXT|-"), N_ ("Show where words praise, correct, advise, judge or infer"),
     N_ ("What is quoted or told as somebody's words is left alone. Nothing is kept or counted.\n\n"
         "Examples:\n  lessonwalk wording \"Great job. The class was bored.\"\n"
         "  echo 'Noor said \"it is great\".' | lessonwalk wording - --json"),
     run_wording},
    {NULL},
};
