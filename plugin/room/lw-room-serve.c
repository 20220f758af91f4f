/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lw-room-commands.h"

#define SIGN_IN_S (24 * 60 * 60)

static int
fail (const char *message)
{
  g_printerr ("lessonwalk-room: %s\n", message);
  return EXIT_FAILURE;
}

static gboolean
stop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

int
lw_room_serve (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = lw_room_config_check (config);
  /* Lives longer than the room, whose last answers go out while a second signal may come. */
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (LwRoom) room = NULL;

  if (findings[0] != NULL) {
    lw_room_config_free (config);
    return fail (findings[0]);
  }
  room = lw_room_new (config, &error);
  if (room == NULL || !lw_room_start (room, &error))
    return fail (error->message);
  /* A disk quota is an answer to a write, not the end of the room. */
  signal (SIGXFSZ, SIG_IGN);
  g_unix_signal_add (SIGTERM, stop, loop);
  g_unix_signal_add (SIGINT, stop, loop);
  g_print ("The room is open at %s (listening on %s). Stop it with Ctrl+C.\n", room->url,
           room->address);
  g_main_loop_run (loop);
  g_print ("The room is closed; everything that was kept is in %s.\n", room->config->data);
  return EXIT_SUCCESS;
}

int
lw_room_setup (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwRoom) room = lw_room_new (config, &error);
  g_autoptr (LwPerson) person = NULL;
  g_autofree char *code = NULL;
  g_autofree char *link = NULL;
  LwAccount account = {.may_create = TRUE, .is_admin = TRUE};

  if (room == NULL)
    return fail (error->message);
  if (arguments->name == NULL || *arguments->name == '\0')
    return fail ("Say whose account it is: lessonwalk-room setup --name \"Ms. Alder\".");
  person = lw_person_new (&(LwPerson){.name = arguments->name}, &error);
  if (person == NULL || !lw_store_put_person (room->store, person, &error))
    return fail (error->message);
  account.person_id = person->id;
  account.name = (char *)person->name;
  if (!lw_accounts_add (room->accounts, &account, &error))
    return fail (error->message);
  code = lw_accounts_make_sign_in (room->accounts, &person->id, SIGN_IN_S, NULL, &error);
  if (code == NULL)
    return fail (error->message);
  link = lw_room_link (room, "#sign-in=", code);
  g_print ("The account of %s is made. Its sign-in link opens once, within a day:\n", person->name);
  lw_room_print_link (room, link);
  return EXIT_SUCCESS;
}
