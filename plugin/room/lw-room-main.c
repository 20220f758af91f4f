/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* lessonwalk-room: the service and the commands that look after it. */

#include <glib-unix.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "lw-room-commands.h"

static const LwRoomCommand commands[] = {
    {"serve", "answer until told to stop (what it does without a command)", lw_room_serve},
    {"setup", "make the first account and print its sign-in link", lw_room_setup},
    {"add-account", "make an account for somebody (--name, --may-create)", lw_room_add_account},
    {"sign-in-link", "print a sign-in link for somebody who is here (--name)",
     lw_room_sign_in_link},
    {"invite", "print an invitation to a walk (--walk, --roles, --label, --days, --uses)",
     lw_room_invite},
    {"nginx-rtmp", "print the configuration with which nginx takes live lessons in",
     lw_room_nginx_rtmp},
    {"backup", "copy the whole room to a new folder, while it goes on", lw_room_backup},
    {"restore", "bring a backup back, into an empty data folder", lw_room_restore},
    {"doctor", "look whether all is well, and say what to do", lw_room_doctor},
    {NULL},
};

static char *
describe (void)
{
  GString *text = g_string_new ("Commands:\n");
  const char *const *pairs = lw_room_config_keys ();

  for (const LwRoomCommand *command = commands; command->name != NULL; command++)
    g_string_append_printf (text, "  %-12s %s\n", command->name, command->summary);
  g_string_append (text, "\nSettings, in the file under [room] or with --set KEY=VALUE:\n");
  for (guint i = 0; pairs[i] != NULL; i += 2)
    g_string_append_printf (text, "  %-20s %s\n", pairs[i], pairs[i + 1]);
  g_string_append (text, "\nExamples:\n"
                         "  lessonwalk-room setup --name \"Ms. Alder\"\n"
                         "  lessonwalk-room --config /etc/lessonwalk/room.conf\n"
                         "  lessonwalk-room --set listen=127.0.0.1:9000 --set data=/srv/walks\n");
  return g_string_free (text, FALSE);
}

static LwRoomConfig *
read_config (const char *path, char **settings, GError **error)
{
  g_autoptr (LwRoomConfig) config = lw_room_config_new (path, error);

  for (guint i = 0; config != NULL && settings != NULL && settings[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (settings[i], "=", 2);

    if (pair[0] == NULL || pair[1] == NULL) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--set takes KEY=VALUE, not “%s”.", settings[i]);
      return NULL;
    }
    if (!lw_room_config_set (config, pair[0], pair[1], error))
      return NULL;
  }
  return g_steal_pointer (&config);
}

static int
fail (const GError *error)
{
  g_printerr ("lessonwalk-room: %s\n", error->message);
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  g_autofree char *config_path = NULL;
  g_auto (GStrv) settings = NULL;
  g_auto (GStrv) rest = NULL;
  g_autofree char *name = NULL;
  g_autofree char *walk = NULL;
  g_autofree char *roles = NULL;
  g_autofree char *label = NULL;
  LwRoomArguments more = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwRoomConfig) config = NULL;
  g_autofree char *description = describe ();
  g_autoptr (GOptionContext) context = g_option_context_new ("[COMMAND]");
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config_path, "The settings' file", "FILE"},
      {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &settings, "One setting, over the file's",
       "KEY=VALUE"},
      {"name", 0, 0, G_OPTION_ARG_STRING, &name, "Whose account it is", "NAME"},
      {"may-create", 0, 0, G_OPTION_ARG_NONE, &more.may_create, "add-account: may begin walks",
       NULL},
      {"walk", 0, 0, G_OPTION_ARG_STRING, &walk, "invite: to which walk, by title or id", "WALK"},
      {"roles", 0, 0, G_OPTION_ARG_STRING, &roles, "invite: as what (walker)", "ROLE,ROLE"},
      {"label", 0, 0, G_OPTION_ARG_STRING, &label, "invite: whom it is meant for", "TEXT"},
      {"days", 0, 0, G_OPTION_ARG_INT, &more.days, "invite: how long it holds (14)", "N"},
      {"uses", 0, 0, G_OPTION_ARG_INT, &more.uses, "invite: for how many (any number)", "N"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &rest, NULL, NULL},
      {NULL},
  };
  const char *wanted;

  /* A service has the C locale: “data” would come out as ?data?. */
  if (setlocale (LC_ALL, "") == NULL || strcmp (nl_langinfo (CODESET), "UTF-8") != 0)
    setlocale (LC_CTYPE, "C.UTF-8");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (error);
  config = read_config (config_path, settings, &error);
  if (config == NULL)
    return fail (error);
  more.name = name;
  more.walk = walk;
  more.roles = roles;
  more.label = label;
  more.rest = rest;
  wanted = rest != NULL && rest[0] != NULL ? rest[0] : "serve";
  for (const LwRoomCommand *command = commands; command->name != NULL; command++) {
    if (g_str_equal (command->name, wanted))
      return command->run (g_steal_pointer (&config), &more);
  }
  g_printerr ("lessonwalk-room: there is no command “%s”. “lessonwalk-room --help” lists them.\n",
              wanted);
  return 2;
}
