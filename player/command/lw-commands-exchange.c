/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* export, import, formats */
#include "lw-command.h"
#include "lw-output.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <string.h>
#include <unistd.h>

static char *
format_names (LwFormatAbility ability)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const LwFormatInfo *const *format = lw_formats (); *format != NULL; format++) {
    if ((*format)->abilities & ability)
      g_ptr_array_add (names, (gpointer)(*format)->name);
  }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}

/* By name, or else by the file's ending. */
static const LwFormatInfo *
choose_format (const char *name, const char *path, LwFormatAbility ability, GError **error)
{
  const LwFormatInfo *format = NULL;
  if (name != NULL)
    format = lw_format_by_name (name);
  else if (path != NULL)
    format = lw_format_for_path (path);
  if (format != NULL && (format->abilities & ability) != 0)
    return format;
  g_autofree char *names = format_names (ability);
  if (format != NULL)
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 ability == LW_FORMAT_CAN_READ
                     ? _ ("%s can be written, but not read. Readable: %s.")
                     : _ ("%s can be read, but not written. Writable: %s."),
                 format->title, names);
  else if (name != NULL)
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 _ ("--format: “%s” is none. There are %s."), name, names);
  else
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 _ ("Which format? Give --format with one of %s."), names);
  return NULL;
}

static json_object *
json_report (const LwExchangeReport *report, const LwFormatInfo *format)
{
  json_object *omitted = json_object_new_array ();
  for (guint i = 0; i < report->omitted->len; i++)
    json_object_array_add (omitted, lw_json_string (g_ptr_array_index (report->omitted, i)));
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "format", json_object_new_string (format->name));
  json_object_object_add (object, "notes", json_object_new_int64 ((gint64)report->notes));
  json_object_object_add (object, "unchanged", json_object_new_int64 ((gint64)report->unchanged));
  json_object_object_add (object, "omitted", omitted);
  return object;
}

static void
warn_of_omitted (const LwExchangeReport *report)
{
  for (guint i = 0; i < report->omitted->len; i++)
    lw_command_warn ("%s", (const char *)g_ptr_array_index (report->omitted, i));
}

/* ---- export ---- */

/* To a file beside, which takes the name only when it is whole: no half export is left behind. */
static gboolean
export_to_file (LwCommandLine *line,
                const LwFormatInfo *format,
                const LwSegment *lesson,
                const LwNoteQuery *query,
                const char *path,
                LwExchangeReport *report,
                GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);
  if (out == NULL)
    return FALSE;
  if (lw_export (line->store, format, &lesson->id, query, G_OUTPUT_STREAM (out), report, NULL,
                 error))
    return g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
  /* Closing as cancelled throws the new file away and leaves the old one. */
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (out), cancelled, NULL);
  return FALSE;
}

static int
run_export (LwCommandLine *line)
{
  g_auto (LwFilterOptions) options = {0};
  g_autofree char *name = NULL;
  g_autofree char *output = NULL;
  GOptionEntry entries[LW_FILTER_N_ENTRIES + 3] = {
      {"format", 'F', 0, G_OPTION_ARG_STRING, &name, N_ ("One of “lessonwalk formats”"),
       N_ ("FORMAT")},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
       N_ ("The file to write; “-” or nothing: standard output"), N_ ("FILE")},
  };
  lw_filter_options_entries (&options, entries + 2);
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  if (g_strcmp0 (output, "-") == 0)
    g_clear_pointer (&output, g_free);
  if (output == NULL && line->json)
    return lw_command_fail_usage (
        line, "%s", _ ("With --json, --output must name a file: both would go to the same place."));
  g_autoptr (GError) error = NULL;
  const LwFormatInfo *format = choose_format (name, output, LW_FORMAT_CAN_WRITE, &error);
  if (format == NULL || lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwSegment) lesson = lw_command_find_lesson (line, line->arguments[0], &error);
  LwNoteQuery query = {0};
  if (lesson == NULL || !lw_filter_options_query (&options, line, &query, &error))
    return lw_command_fail (line, error);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  gboolean done;
  if (output != NULL) {
    done = export_to_file (line, format, lesson, &query, output, report, &error);
  } else {
    g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
    done = lw_export (line->store, format, &lesson->id, &query, out, report, NULL, &error);
  }
  if (!done)
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_report (report, format);
    json_object_object_add (object, "output", lw_json_string (output));
    return lw_command_print_json (line, object);
  }
  warn_of_omitted (report);
  if (output != NULL)
    lw_command_warn (ngettext ("%s: %u note", "%s: %u notes", (gulong)report->notes), output,
                     (guint)report->notes);
  return LW_EXIT_OK;
}

/* ---- import ---- */

static GInputStream *
open_input (const char *path, GError **error)
{
  if (strcmp (path, "-") == 0)
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static int
run_import (LwCommandLine *line)
{
  g_autofree char *name = NULL;
  g_autofree char *to = NULL;
  const GOptionEntry entries[] = {
      {"format", 'F', 0, G_OPTION_ARG_STRING, &name, N_ ("One of “lessonwalk formats”"),
       N_ ("FORMAT")},
      {"lesson", 'l', 0, G_OPTION_ARG_FILENAME, &to,
       N_ ("The lesson that the notes belong to, if the file does not say"), N_ ("LESSON")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  const char *path = line->arguments[0];
  g_autoptr (GError) error = NULL;
  const LwFormatInfo *format =
      choose_format (name, strcmp (path, "-") == 0 ? NULL : path, LW_FORMAT_CAN_READ, &error);
  g_autoptr (GInputStream) in = format != NULL ? open_input (path, &error) : NULL;
  if (in == NULL || lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwSegment) lesson = NULL;
  if (to != NULL) {
    lesson = lw_command_find_or_add_lesson (line, to, &error);
    if (lesson == NULL)
      return lw_command_fail (line, error);
  }
  g_autoptr (LwPerson) person = lw_command_own_person (line, &error);
  if (person == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwExchangeReport) report = lw_exchange_report_new ();
  if (!lw_import (line->store, format, in, lesson != NULL ? &lesson->id : NULL, &person->id, report,
                  NULL, &error))
    return lw_command_fail (line, error);
  if (line->json)
    return lw_command_print_json (line, json_report (report, format));
  warn_of_omitted (report);
  lw_print (_ ("%" G_GUINT64_FORMAT " notes taken in, %" G_GUINT64_FORMAT " were there already.\n"),
            report->notes, report->unchanged);
  return LW_EXIT_OK;
}

/* ---- formats ---- */

static int
run_formats (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  const char *titles[] = {_ ("FORMAT"), _ ("ENDING"), _ ("READ"), _ ("WRITE"), _ ("NAME"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  json_object *array = json_object_new_array ();
  for (const LwFormatInfo *const *f = lw_formats (); *f != NULL; f++) {
    gboolean can_read = ((*f)->abilities & LW_FORMAT_CAN_READ) != 0;
    gboolean can_write = ((*f)->abilities & LW_FORMAT_CAN_WRITE) != 0;
    const char *cells[] = {(*f)->name, (*f)->extension, can_read ? _ ("yes") : "–",
                           can_write ? _ ("yes") : "–", (*f)->title};
    lw_table_add (table, cells);
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "name", json_object_new_string ((*f)->name));
    json_object_object_add (object, "title", json_object_new_string ((*f)->title));
    json_object_object_add (object, "extension", json_object_new_string ((*f)->extension));
    json_object_object_add (object, "media_type", json_object_new_string ((*f)->media_type));
    json_object_object_add (object, "read", json_object_new_boolean (can_read));
    json_object_object_add (object, "write", json_object_new_boolean (can_write));
    json_object_array_add (array, object);
  }
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "formats", array);
  if (line->json)
    return lw_command_print_json (line, object);
  json_object_put (object);
  lw_table_print (table);
  return LW_EXIT_OK;
}

const LwCommand lw_commands_exchange[] = {
    {"export", N_ ("LESSON"), N_ ("Write a lesson's notes in another format"),
     N_ ("The format goes by --output's ending if --format names none. What a format cannot carry\n"
         "is told. No path of this machine is ever written.\n\nExamples:\n"
         "  lessonwalk export lesson.mp4 --output notes.vtt\n"
         "  lessonwalk export lesson.mp4 --format json > notes.json"),
     run_export},
    {"import", N_ ("FILE"), N_ ("Take notes in from a file, all or none; twice is once"),
     N_ ("Examples:\n  lessonwalk import notes.json\n"
         "  lessonwalk import captions.vtt --lesson lesson.mp4"),
     run_import},
    {"formats", "", N_ ("List the formats for export and import"), NULL, run_formats},
    {NULL},
};
