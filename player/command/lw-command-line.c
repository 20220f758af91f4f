/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-command.h"
#include "lw-near-miss.h"
#include "lw-output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK (lw - command - error - quark, lw_command_error)

/* ---- errors ---- */

static const struct {
  LwExit code;
  const char *name; /* in JSON */
} exit_names[] = {
    {LW_EXIT_FAILED, "failed"},           {LW_EXIT_USAGE, "usage"},
    {LW_EXIT_NOT_FOUND, "not-found"},     {LW_EXIT_DAMAGED, "damaged"},
    {LW_EXIT_SANDBOX, "sandbox"},         {LW_EXIT_BUSY, "busy"},
    {LW_EXIT_NOT_WRITTEN, "not-written"}, {LW_EXIT_NEWER, "newer"},
    {LW_EXIT_INTERRUPTED, "interrupted"},
};

static int
store_exit_code (int code)
{
  switch ((LwStoreError)code) {
  case LW_STORE_ERROR_BUSY:
    return LW_EXIT_BUSY;
  case LW_STORE_ERROR_FULL:
  case LW_STORE_ERROR_READ_ONLY:
  case LW_STORE_ERROR_IO:
    return LW_EXIT_NOT_WRITTEN;
  case LW_STORE_ERROR_CORRUPT:
    return LW_EXIT_DAMAGED;
  case LW_STORE_ERROR_NEWER:
  case LW_STORE_ERROR_NOT_STORE:
    return LW_EXIT_NEWER;
  case LW_STORE_ERROR_NOT_FOUND:
    return LW_EXIT_NOT_FOUND;
  case LW_STORE_ERROR_CONFLICT:
    break;
  }
  return LW_EXIT_FAILED;
}

int
lw_command_exit_code (const GError *error)
{
  if (error->domain == LW_STORE_ERROR)
    return store_exit_code (error->code);
  if (g_error_matches (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE))
    return LW_EXIT_USAGE;
  if (g_error_matches (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (error, LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_FOUND) ||
      g_error_matches (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_NOT_FOUND))
    return LW_EXIT_NOT_FOUND;
  if (g_error_matches (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_SANDBOX))
    return LW_EXIT_SANDBOX;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY))
    return LW_EXIT_NOT_WRITTEN;
  return LW_EXIT_FAILED;
}

static int
tell_failure (LwCommandLine *line, int code, const char *message)
{
  if (!line->json) {
    g_autofree char *safe = lw_text_make_safe (message, TRUE);
    lw_print_error ("lessonwalk %s: %s\n", line->command->name, safe);
    if (code == LW_EXIT_USAGE)
      lw_print_error (_ ("Try “lessonwalk %s --help”.\n"), line->command->name);
    return code;
  }
  const char *name = "failed";
  for (gsize i = 0; i < G_N_ELEMENTS (exit_names); i++) {
    if ((int)exit_names[i].code == code)
      name = exit_names[i].name;
  }
  json_object *error = json_object_new_object ();
  json_object_object_add (error, "code", json_object_new_string (name));
  json_object_object_add (error, "exit", json_object_new_int (code));
  json_object_object_add (error, "message", lw_json_string (message));
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "ok", json_object_new_boolean (FALSE));
  json_object_object_add (object, "command", json_object_new_string (line->command->name));
  json_object_object_add (object, "error", error);
  lw_command_print_json_line (object);
  return code;
}

int
lw_command_fail (LwCommandLine *line, const GError *error)
{
  return tell_failure (line, lw_command_exit_code (error), error->message);
}

int
lw_command_fail_usage (LwCommandLine *line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return tell_failure (line, LW_EXIT_USAGE, message);
}

void
lw_command_warn (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *safe = lw_text_make_safe (message, TRUE);
  lw_print_error ("%s\n", safe);
}

/* ---- JSON ---- */

/* What JSON may carry raw but a terminal would obey. Such characters stand only inside strings, so
 * an escape of JSON's own does for them. */
static void
print_json_text (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if ((c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
        (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
      printf ("\\u%04x", c);
    else
      fwrite (p, 1, (gsize)(g_utf8_next_char (p) - p), stdout);
  }
  fputc ('\n', stdout);
}

void
lw_command_print_json_line (json_object *object)
{
  print_json_text (json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN |
                                                               JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put (object);
}

int
lw_command_print_json (LwCommandLine *line, json_object *object)
{
  json_object *whole = json_object_new_object ();
  json_object_object_add (whole, "ok", json_object_new_boolean (TRUE));
  json_object_object_add (whole, "command", json_object_new_string (line->command->name));
  json_object_object_foreach (object, key, value)
  {
    json_object_object_add (whole, key, json_object_get (value));
  }
  json_object_put (object);
  lw_command_print_json_line (whole);
  return LW_EXIT_OK;
}

/* ---- options ---- */

/* What was meant by an option that is none. */
static char *
suggest_option (const GOptionEntry *const *groups, const char *message)
{
  const char *typed = strstr (message, "--");
  if (typed == NULL)
    return NULL;
  g_autofree char *word = g_strdup (typed + 2);
  word[strcspn (word, "= ")] = '\0';
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (gsize i = 0; groups[i] != NULL; i++) {
    for (const GOptionEntry *entry = groups[i]; entry->long_name != NULL; entry++)
      g_ptr_array_add (names, (gpointer)entry->long_name);
  }
  g_ptr_array_add (names, NULL);
  const char *near = lw_near_miss (word, (const char *const *)names->pdata);
  return near != NULL ? g_strdup_printf (_ (" Did you mean “--%s”?"), near) : NULL;
}

static GOptionContext *
make_context (LwCommandLine *line, const GOptionEntry *common, const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (line->command->arguments);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, line->command->summary);
  if (line->command->details != NULL)
    g_option_context_set_description (context, line->command->details);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  return context;
}

gboolean
lw_command_parse (LwCommandLine *line, const GOptionEntry *entries, guint least, guint most)
{
  g_autofree char *store_path = NULL;
  const GOptionEntry common[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &line->json, N_ ("Answer in JSON"), NULL},
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &store_path, N_ ("The notes file"), N_ ("PATH")},
      {NULL},
  };
  g_autoptr (GOptionContext) context = make_context (line, common, entries);
  /* Known before parsing may fail, so that the failure too is told in JSON. */
  line->json = g_strv_contains ((const char *const *)line->arguments, "--json");
  g_autofree char *name = g_strconcat ("lessonwalk ", line->command->name, NULL);
  g_set_prgname (name);

  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (words, g_strdup (name));
  for (char **word = line->arguments; *word != NULL; word++)
    g_ptr_array_add (words, g_strdup (*word));
  g_ptr_array_add (words, NULL);
  char **parsed = (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
  g_autoptr (GError) error = NULL;
  gboolean done = g_option_context_parse_strv (context, &parsed, &error);
  g_strfreev (line->arguments);
  line->arguments = g_new0 (char *, g_strv_length (parsed) + 1);
  line->n_arguments = 0;
  gboolean only_arguments = FALSE;
  for (char **word = parsed + (*parsed != NULL); *word != NULL; word++) {
    if (!only_arguments && strcmp (*word, "--") == 0)
      only_arguments = TRUE;
    else
      line->arguments[line->n_arguments++] = g_strdup (*word);
  }
  g_strfreev (parsed);
  if (!done) {
    const GOptionEntry *groups[3] = {common, entries, NULL};
    g_autofree char *hint = g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)
                                ? suggest_option (groups, error->message)
                                : NULL;
    lw_command_fail_usage (line, "%s.%s", error->message, hint != NULL ? hint : "");
    return FALSE;
  }
  if (store_path != NULL) {
    g_free (line->store_path);
    line->store_path = g_steal_pointer (&store_path);
  }
  if (line->n_arguments < least) {
    lw_command_fail_usage (line, _ ("Something is missing. It is used like this: lessonwalk %s %s"),
                           line->command->name, line->command->arguments);
    return FALSE;
  }
  if (line->n_arguments > most) {
    lw_command_fail_usage (line, _ ("“%s” is too much here."), line->arguments[most]);
    return FALSE;
  }
  return TRUE;
}

/* ---- the store ---- */

LwStore *
lw_command_open_store (LwCommandLine *line, LwStoreUse use, GError **error)
{
  if (line->store != NULL)
    return line->store;
  if (line->store_path == NULL) {
    const char *path = g_getenv ("LESSONWALK_STORE");
    line->store_path = path != NULL && *path != '\0' ? g_strdup (path) : lw_store_default_path ();
  }
  if (use == LW_STORE_FOR_READING && !g_file_test (line->store_path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND,
                 _ ("There is no notes file yet at %s. It is made when you pin the first note; "
                    "--store names another one."),
                 line->store_path);
    return NULL;
  }
  g_autoptr (GError) cause = NULL;
  line->store = lw_store_open (line->store_path, LW_STORE_OPEN_DEFAULT, &cause);
  if (line->store == NULL && use == LW_STORE_FOR_READING &&
      g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY)) {
    g_clear_error (&cause);
    line->store = lw_store_open (line->store_path, LW_STORE_OPEN_READ_ONLY, &cause);
  }
  if (line->store == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return line->store;
}
