/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lessonwalk: finds the command and runs it. */
#include "lw-command.h"
#include "lw-near-miss.h"
#include "lw-output.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const LwCommand *const groups[] = {lw_commands_watch,    lw_commands_note, lw_commands_find,
                                          lw_commands_exchange, lw_commands_walk, lw_commands_room,
                                          lw_commands_wording,  lw_commands_keep};
static const char *const group_titles[] = {N_ ("Watch"), N_ ("Pin"),  N_ ("Find"),  N_ ("Exchange"),
                                           N_ ("Walk"),  N_ ("Room"), N_ ("Words"), N_ ("Keep")};

static const LwCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    for (const LwCommand *command = groups[i]; command->name != NULL; command++) {
      if (strcmp (command->name, name) == 0)
        return command;
    }
  }
  return NULL;
}

static const char *
find_near_miss (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    for (const LwCommand *command = groups[i]; command->name != NULL; command++)
      g_ptr_array_add (names, (gpointer)command->name);
  }
  g_ptr_array_add (names, NULL);
  return lw_near_miss (name, (const char *const *)names->pdata);
}

static void
print_help (void)
{
  lw_print ("%s\n\n  lessonwalk %s\n", _ ("Watch a lesson and pin what you notice."),
            _ ("COMMAND [OPTION…]"));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    lw_print ("\n%s\n", _ (group_titles[i]));
    for (const LwCommand *command = groups[i]; command->name != NULL; command++)
      lw_print ("  %-9s %s\n", command->name, _ (command->summary));
  }
  lw_print (
      "\n%s\n",
      _ ("Every command takes --help (with examples), --json and --store PATH.\n"
         "\n"
         "A first walk\n"
         "  lessonwalk pin lesson.mp4 --at 1:15 --text \"Three students point at the graph\"\n"
         "  lessonwalk list lesson.mp4\n"
         "  lessonwalk export lesson.mp4 --output notes.vtt\n"
         "\n"
         "Where notes are kept\n"
         "  --store, else $LESSONWALK_STORE, else ~/.local/share/lessonwalk/lessonwalk.db.\n"
         "  They belong to a video's content: renaming or moving the file loses nothing.\n"
         "\n"
         "JSON\n"
         "  --json prints one object: {\"ok\": true, \"command\": …} and the answer, or\n"
         "  {\"ok\": false, \"command\": …, \"error\": {\"code\", \"exit\", \"message\"}}. Times "
         "are\n"
         "  integers of nanoseconds (…_ns) and text. Members are added, never changed.\n"
         "\n"
         "Exit codes\n"
         "  0 done            1 failed           2 wrong use      3 not found\n"
         "  4 notes damaged   5 no sandbox       6 notes in use   7 could not be written\n"
         "  8 notes of a newer Lessonwalk, or no notes file       130 interrupted"));
}

static int
unknown_command (const char *name, gboolean json)
{
  g_autofree char *safe = lw_text_make_safe (name, FALSE);
  const char *near = find_near_miss (name);
  g_autofree char *message = NULL;
  if (near != NULL)
    message = g_strdup_printf (_ ("“%s” is no command. Did you mean “%s”?"), safe, near);
  else
    message = g_strdup_printf (_ ("“%s” is no command. “lessonwalk --help” lists them."), safe);
  const LwCommand none = {.name = "", .arguments = ""};
  LwCommandLine line = {.command = &none, .json = json};
  if (json)
    return lw_command_fail_usage (&line, "%s", message);
  lw_print_error ("lessonwalk: %s\n", message);
  return LW_EXIT_USAGE;
}

/* --json and --store may also stand before the command: moves them behind it. */
static char **
take_arguments (int argc, char **argv, const char **ret_name)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GPtrArray) front = g_ptr_array_new ();
  int i = 1;
  for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
    g_ptr_array_add (front, g_strdup (argv[i]));
    if (strcmp (argv[i], "--store") == 0 && i + 1 < argc)
      g_ptr_array_add (front, g_strdup (argv[++i]));
  }
  *ret_name = i < argc ? argv[i++] : NULL;
  for (guint f = 0; f < front->len; f++)
    g_ptr_array_add (words, g_ptr_array_index (front, f));
  for (; i < argc; i++)
    g_ptr_array_add (words, g_strdup (argv[i]));
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

static int
run_command (const LwCommand *command, char **arguments)
{
  LwCommand translated = *command;
  translated.summary = _ (command->summary);
  translated.arguments = *command->arguments != '\0' ? _ (command->arguments) : "";
  translated.details = command->details != NULL ? _ (command->details) : NULL;
  LwCommandLine line = {
      .command = &translated,
      .arguments = arguments,
      .n_arguments = g_strv_length (arguments),
  };
  int code = translated.run (&line);
  /* What did not reach the disk or the pipe was not done. */
  if (fflush (stdout) != 0 && code == LW_EXIT_OK) {
    lw_print_error ("lessonwalk: %s\n", _ ("The answer could not be written."));
    code = LW_EXIT_NOT_WRITTEN;
  }
  g_clear_object (&line.store);
  g_clear_pointer (&line.names, g_hash_table_unref);
  g_strfreev (line.arguments);
  g_free (line.store_path);
  return code;
}

static void
set_up_language (void)
{
  /* In the C locale nobody could name a lesson with an accent. */
  if (setlocale (LC_ALL, "") == NULL || strcmp (nl_langinfo (CODESET), "UTF-8") != 0)
    setlocale (LC_CTYPE, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  set_up_language ();
  const char *name = NULL;
  g_auto (GStrv) arguments = take_arguments (argc, argv, &name);
  const char *const *words = (const char *const *)arguments;
  if (name == NULL && g_strv_contains (words, "--version")) {
    lw_print ("lessonwalk %s\n", PACKAGE_VERSION);
    return LW_EXIT_OK;
  }
  if (name != NULL && strcmp (name, "help") == 0) {
    const LwCommand *command = arguments[0] != NULL ? find_command (arguments[0]) : NULL;
    if (command != NULL) {
      char *ask[] = {g_strdup ("--help"), NULL};
      return run_command (command, g_strdupv (ask));
    }
    if (arguments[0] != NULL)
      return unknown_command (arguments[0], FALSE);
  }
  if (name == NULL || strcmp (name, "help") == 0) {
    gboolean asked = name != NULL || g_strv_contains (words, "--help") ||
                     g_strv_contains (words, "-h") || g_strv_contains (words, "-?");
    print_help ();
    return asked ? LW_EXIT_OK : LW_EXIT_USAGE;
  }
  const LwCommand *command = find_command (name);
  if (command != NULL)
    return run_command (command, g_steal_pointer (&arguments));
  g_autofree char *program = lw_command_find_program (name);
  if (program != NULL) {
    g_autoptr (GError) error = NULL;
    lw_command_run_program (program, arguments, &error);
    lw_print_error ("lessonwalk: %s\n", error->message);
    return LW_EXIT_FAILED;
  }
  return unknown_command (name, g_strv_contains (words, "--json"));
}
