/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The commands for those who look after a room: accounts, sign-in links, invitations. They work
 * beside a room that is open. */

#include <stdlib.h>
#include <string.h>

#include "lw-invitations.h"
#include "lw-room-commands.h"

#define LINK_S (24 * 60 * 60)
#define DAYS_DEFAULT 14

static int
fail (const char *message)
{
  g_printerr ("lessonwalk-room: %s\n", message);
  return EXIT_FAILURE;
}

static int
fail_with (GError *error)
{
  int code = fail (error->message);

  g_error_free (error);
  return code;
}

void
lw_room_print_link (const LwRoom *room, const char *link)
{
  g_print ("%s\n", link);
  if (*room->config->public_url == '\0' && g_str_has_suffix (room->config->listen, ":0"))
    g_print ("This room takes another port each time it is opened (“listen” ends in :0). Open it "
             "with “lessonwalk-room serve”, and put the port that it prints in place of the 0 in "
             "this link; or choose a port, as in --set listen=127.0.0.1:8437.\n");
}

static int
print_sign_in (LwRoom *room, const LwId *person_id, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code =
      lw_accounts_make_sign_in (room->accounts, person_id, LINK_S, NULL, &error);
  g_autofree char *link = lw_room_link (room, "#sign-in=", code);

  if (code == NULL)
    return fail_with (g_steal_pointer (&error));
  g_print ("The sign-in link of %s opens once, within a day:\n", name);
  lw_room_print_link (room, link);
  return EXIT_SUCCESS;
}

int
lw_room_add_account (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwRoom) room = lw_room_new_beside (config, &error);
  g_autoptr (LwPerson) person = NULL;
  LwAccount account = {.may_create = arguments->may_create};

  if (room == NULL)
    return fail_with (g_steal_pointer (&error));
  if (arguments->name == NULL || *arguments->name == '\0')
    return fail ("Say whose account it is: lessonwalk-room add-account --name \"Mr. Oak\".");
  person = lw_person_new (&(LwPerson){.name = arguments->name}, &error);
  if (person == NULL || !lw_store_put_person (room->store, person, &error))
    return fail_with (g_steal_pointer (&error));
  account.person_id = person->id;
  account.name = (char *)person->name;
  if (!lw_accounts_add (room->accounts, &account, &error))
    return fail_with (g_steal_pointer (&error));
  return print_sign_in (room, &person->id, person->name);
}

int
lw_room_sign_in_link (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwRoom) room = lw_room_new_beside (config, &error);
  g_autoptr (GPtrArray) accounts = NULL;
  const LwAccount *account;

  if (room == NULL)
    return fail_with (g_steal_pointer (&error));
  if (arguments->name == NULL)
    return fail ("Say whose link it is: lessonwalk-room sign-in-link --name \"Mr. Oak\", by name, "
                 "sign-in name or id.");
  accounts = lw_accounts_find (room->accounts, arguments->name, &error);
  if (accounts == NULL)
    return fail_with (g_steal_pointer (&error));
  if (accounts->len == 0)
    return fail ("Nobody here has that name. Nothing was made.");
  if (accounts->len > 1) {
    g_printerr (
        "lessonwalk-room: Several people here have that name. Nothing was made. Give one of "
        "these ids as --name:\n");
    for (guint i = 0; i < accounts->len; i++) {
      const LwAccount *one = accounts->pdata[i];
      g_autofree char *id = lw_id_to_string (&one->person_id);

      g_printerr ("  %s  %s%s%s\n", id, one->name, one->login != NULL ? ", " : "",
                  one->login != NULL ? one->login : "");
    }
    return EXIT_FAILURE;
  }
  account = accounts->pdata[0];
  return print_sign_in (room, &account->person_id, account->name);
}

/* ---- invitations ---- */

/* By id or title; one of several of the same title is for a person to choose. */
static LwWalk *
find_walk (LwRoom *room, const char *wanted)
{
  g_autoptr (GPtrArray) walks = lw_store_list (room->store, LW_ENTITY_WALK, NULL, NULL);
  LwWalk *found = NULL;
  LwId id = {0};
  gboolean by_id = lw_id_parse (wanted, &id);

  for (guint i = 0; walks != NULL && i < walks->len; i++) {
    LwWalk *walk = walks->pdata[i];

    if (by_id ? !lw_id_equal (&walk->id, &id) : !g_str_equal (walk->title, wanted))
      continue;
    if (found != NULL) {
      g_printerr (
          "lessonwalk-room: Several walks have that title. Give the id of one as --walk.\n");
      return NULL;
    }
    found = walk;
  }
  if (found == NULL)
    g_printerr ("lessonwalk-room: There is no walk of that title or id. Nothing was made.\n");
  return found != NULL ? lw_walk_ref (found) : NULL;
}

static gboolean
read_roles (const char *text, guint *ret_roles)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  *ret_roles = 0;
  for (guint i = 0; names[i] != NULL; i++) {
    LwRole role;

    if (!lw_role_parse (g_strstrip (names[i]), &role) || role == LW_ROLE_FACILITATOR)
      return FALSE;
    *ret_roles |= 1u << role;
  }
  return *ret_roles != 0;
}

int
lw_room_invite (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwRoom) room = lw_room_new_beside (config, &error);
  g_autoptr (LwWalk) walk = NULL;
  LwInvitation invitation = {.label = arguments->label};
  int days = arguments->days != 0 ? arguments->days : DAYS_DEFAULT;
  g_autofree char *code = NULL;
  g_autofree char *link = NULL;

  if (room == NULL)
    return fail_with (g_steal_pointer (&error));
  if (arguments->walk == NULL ||
      !read_roles (arguments->roles != NULL ? arguments->roles : "walker", &invitation.roles))
    return fail ("Say to which walk, and as what: lessonwalk-room invite --walk \"Fractions\" "
                 "--roles walker. Roles are host, walker, coach, timekeeper and guest.");
  if (days < 1 || days > 366 || arguments->uses < 0)
    return fail ("An invitation holds 1 to 366 days and is for one person or more.");
  walk = find_walk (room, arguments->walk);
  if (walk == NULL)
    return EXIT_FAILURE;
  invitation.walk_id = walk->id;
  invitation.expires_utc_us =
      g_get_real_time () + days * (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC);
  invitation.uses_left = arguments->uses != 0 ? arguments->uses : -1;
  code = lw_invitations_make (room->ledger, &invitation, &error);
  if (code == NULL)
    return fail_with (g_steal_pointer (&error));
  link = lw_room_link (room, "#join=", code);
  g_print ("Whoever has this link can join “%s” within %d days, while the walk is open:\n",
           walk->title, days);
  lw_room_print_link (room, link);
  return EXIT_SUCCESS;
}
