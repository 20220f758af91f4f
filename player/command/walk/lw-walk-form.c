/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk form */
#include "lw-form-sheet.h"
#include "lw-walk-verbs.h"

#include <string.h>

typedef struct {
  char *lesson, *answer, *text, *at;
  char **cites;
  gboolean keep_pins;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->lesson);
  g_free (o->answer);
  g_free (o->text);
  g_free (o->at);
  g_strfreev (o->cites);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
lack_to_text (const LwFormPart *part)
{
  if (part->lack == LW_LACK_WORDS)
    return _ ("not answered yet");
  return part->lack == LW_LACK_EVIDENCE
             ? _ ("rests on nothing yet: --cites a note of yours, or --at a moment")
             : "";
}

static json_object *
sheet_to_json (const LwFormSheet *sheet)
{
  json_object *json = json_object_new_object (), *parts = json_object_new_array ();

  json_object_object_add (json, "form", lw_json_string (sheet->form->id));
  json_object_object_add (json, "title", lw_json_string (sheet->form->title));
  json_object_object_add (json, "lesson", lw_json_id (&sheet->segment->id));
  json_object_object_add (json, "lesson_title", lw_json_string (sheet->segment->title));
  json_object_object_add (json, "handed_in", json_object_new_boolean (sheet->is_handed_in));
  for (guint i = 0; i < sheet->parts->len; i++) {
    static const char *const lacks[] = {"", "words", "evidence"};
    const LwFormPart *part = sheet->parts->pdata[i];
    json_object *one = json_object_new_object ();

    json_object_object_add (one, "field", lw_json_string (part->field->id));
    json_object_object_add (one, "title", lw_json_string (part->field->title));
    json_object_object_add (one, "hint", lw_json_string (part->field->hint));
    json_object_object_add (one, "required", json_object_new_boolean (part->field->required));
    json_object_object_add (one, "text", lw_json_string (part->text));
    json_object_object_add (one, "kept", json_object_new_boolean (part->answer != NULL));
    json_object_object_add (one, "cites", lw_walk_strings ((const char *const *)part->cites));
    json_object_object_add (one, "at_ns", lw_json_time (part->moment));
    json_object_object_add (
        one, "lacks", part->lack != LW_LACK_NOTHING ? lw_json_string (lacks[part->lack]) : NULL);
    json_object_array_add (parts, one);
  }
  json_object_object_add (json, "fields", parts);
  return json;
}

static void
print_sheet (const LwFormSheet *sheet)
{
  g_autofree char *form = lw_text_make_safe (sheet->form->title, FALSE);
  g_autofree char *lesson = lw_text_make_safe (sheet->segment->title, FALSE);
  g_autofree char *id = lw_walk_short_id (&sheet->segment->id);

  lw_print (_ ("%s on %s (%s): %s\n"), form, lesson, id,
            !sheet->is_handed_in ? _ ("not finished")
            : lw_form_sheet_has_drafts (sheet)
                ? _ ("handed in; what was changed since is on this computer alone")
                : _ ("handed in"));
  lw_walk_print (" ", sheet->form->hint);
  for (guint i = 0; i < sheet->parts->len; i++) {
    const LwFormPart *part = sheet->parts->pdata[i];
    g_autofree char *title = lw_text_make_safe (part->field->title, FALSE);
    g_autofree char *name = lw_text_make_safe (part->field->id, FALSE);
    g_auto (GStrv) lines = NULL;

    lw_print ("  %s: %s%s\n", name, title, part->field->required ? _ (" (needed)") : "");
    lw_walk_print ("    ", part->field->hint);
    lw_walk_print ("   !", lack_to_text (part));
    if (part->answer == NULL && *part->text != '\0')
      lw_print ("    %s\n", _ ("from your own notes, not kept yet:"));
    lines = g_strsplit (part->text, "\n", -1);
    for (guint k = 0; lines[k] != NULL; k++)
      lw_walk_print ("    |", lines[k]);
  }
}

static int
answer_sheets (LwCommandLine *line, const LwWalking *walking, const LwId *only)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sheets = lw_form_sheets_load (walking, &error);
  json_object *json, *array;

  if (sheets == NULL)
    return lw_command_fail (line, error);
  json = json_object_new_object ();
  array = json_object_new_array ();
  json_object_object_add (json, "forms", array);
  for (guint i = 0; i < sheets->len; i++) {
    const LwFormSheet *sheet = sheets->pdata[i];

    if (only != NULL && !lw_id_equal (&sheet->segment->id, only))
      continue;
    json_object_array_add (array, sheet_to_json (sheet));
    if (!line->json)
      print_sheet (sheet);
  }
  if (line->json)
    return lw_command_print_json (line, json);
  json_object_put (json);
  if (sheets->len == 0)
    lw_command_warn ("%s", _ ("There is no form to fill in in this part of the walk."));
  return LW_EXIT_OK;
}

/* The one lesson that is meant: named, or the only one with this field that is not finished. */
static const LwFormSheet *
find_sheet (LwCommandLine *line, GPtrArray *sheets, const char *lesson, GError **error)
{
  g_autoptr (LwSegment) named =
      lesson != NULL ? lw_command_find_lesson (line, lesson, error) : NULL;
  const LwFormSheet *found = NULL;
  gboolean has_form = named == NULL && sheets->len > 0;
  guint n = 0;

  if (lesson != NULL && named == NULL)
    return NULL;
  for (guint i = 0; i < sheets->len; i++) {
    const LwFormSheet *sheet = sheets->pdata[i];

    if (named != NULL ? lw_id_equal (&sheet->segment->id, &named->id)
                      : sheets->len == 1 || !sheet->is_handed_in) {
      found = sheet;
      n++;
    }
  }
  if (n == 1)
    return found;
  g_set_error_literal (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND,
                       n == 0 && !has_form
                           ? _ ("There is no form to fill in here in this part of the walk.")
                           : _ ("Several lessons have a form: name one with --lesson."));
  return NULL;
}

static const LwFormPart *
find_part (const LwFormSheet *sheet, const char *name, GError **error)
{
  for (guint i = 0; i < sheet->parts->len; i++) {
    const LwFormPart *part = sheet->parts->pdata[i];

    if (strcmp (part->field->id, name) == 0)
      return part;
  }
  lw_walk_fail_not_found (
      error, _ ("The form has no field “%s”. “lessonwalk walk form” lists them."), name);
  return NULL;
}

static GStrv
find_cites (LwCommandLine *line, char **names, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (LwNote) note = lw_command_find_note (line, names[i], error);

    if (note == NULL)
      return NULL;
    g_ptr_array_add (ids, lw_id_to_string (&note->id));
  }
  g_ptr_array_add (ids, NULL);
  return (GStrv)g_ptr_array_steal (ids, NULL);
}

static gboolean
give_answer (LwCommandLine *line, const LwWalking *walking, const Options *o, GError **error)
{
  g_autoptr (GPtrArray) sheets = lw_form_sheets_load (walking, error);
  const LwFormSheet *sheet = sheets != NULL ? find_sheet (line, sheets, o->lesson, error) : NULL;
  const LwFormPart *part = sheet != NULL ? find_part (sheet, o->answer, error) : NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) cites = NULL;
  LwTime moment;

  if (part == NULL)
    return FALSE;
  moment = part->moment;
  if (o->at != NULL && !lw_command_parse_time ("--at", o->at, &moment, error))
    return FALSE;
  cites = o->cites != NULL ? find_cites (line, o->cites, error) : g_strdupv (part->cites);
  if (cites == NULL)
    return FALSE;
  text = o->keep_pins ? g_strdup (part->text) : lw_command_read_text (o->text, error);
  return text != NULL && lw_form_sheet_answer (walking, sheet, part, text,
                                               (const char *const *)cites, moment, error);
}

static int
run (LwCommandLine *line)
{
  g_auto (Options) o = {0};
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) lesson = NULL;
  const GOptionEntry entries[] = {
      {"lesson", 'l', 0, G_OPTION_ARG_FILENAME, &o.lesson, N_ ("The lesson that it is about"),
       N_ ("LESSON")},
      {"answer", 'a', 0, G_OPTION_ARG_STRING, &o.answer, N_ ("Answer this field"), N_ ("FIELD")},
      {"text", 0, 0, G_OPTION_ARG_STRING, &o.text,
       N_ ("The answer; without it, or as -, it is read from standard input"), N_ ("TEXT")},
      {"own-notes", 0, 0, G_OPTION_ARG_NONE, &o.keep_pins,
       N_ ("Answer with what your own notes say, as it is shown"), NULL},
      {"cites", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.cites,
       N_ ("A note of yours on which it rests; may be repeated"), N_ ("NOTE")},
      {"at", 0, 0, G_OPTION_ARG_STRING, &o.at, N_ ("A moment on which it rests"), N_ ("TIME")},
      {NULL},
  };

  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  if (o.answer == NULL && (o.text != NULL || o.keep_pins || o.cites != NULL || o.at != NULL))
    return lw_command_fail_usage (line, "%s", _ ("--answer says which field is answered."));
  if (!lw_walk_open (line, o.answer != NULL ? LW_STORE_FOR_WRITING : LW_STORE_FOR_READING, &walking,
                     &error))
    return lw_command_fail (line, error);
  if (o.answer != NULL && !give_answer (line, &walking, &o, &error))
    return lw_command_fail (line, error);
  if (o.answer != NULL)
    lw_walk_warn_joined (&walking);
  if (o.lesson != NULL) {
    lesson = lw_command_find_lesson (line, o.lesson, &error);
    if (lesson == NULL)
      return lw_command_fail (line, error);
  }
  return answer_sheets (line, &walking, lesson != NULL ? &lesson->id : NULL);
}

const LwCommand lw_walk_form = {
    "walk form", N_ ("[WALK]"), N_ ("Fill in the form after each visit, from your own notes"),
    N_ ("Nobody sees it before the phase opens everybody's notes. An answer to a field that asks "
        "for\nevidence rests on notes of yours, at first on those that it was filled in from.\n\n"
        "Examples:\n  lessonwalk walk form evidence\n"
        "  lessonwalk walk form evidence --answer noticings --own-notes\n"
        "  lessonwalk walk form evidence --lesson lesson.mp4 --answer wonderings \\\n"
        "    --text \"Who answers whom?\" --at 1:15"),
    run};
