/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* join, prepare, rooms, sync, leave */
#include "lw-command.h"
#include "lw-output.h"

#include "lw-protocol.h"
#include "lw-rooms-keeper.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

/* The title of a walk and of its phase; the room may not have told yet. */
static char *
title_of (LwCommandLine *line, const LwJoined *joined, char **ret_phase)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk (line->store, &joined->walk_id, NULL);
  g_autoptr (LwProtocol) protocol =
      walk != NULL ? lw_protocol_find_in (line->store, walk->protocol, NULL) : NULL;
  const LwPhase *phase = protocol != NULL ? lw_protocol_find_phase (protocol, walk->phase) : NULL;
  *ret_phase = g_strdup (phase != NULL ? phase->title : "");
  return g_strdup (walk != NULL ? walk->title : "");
}

static json_object *
joined_to_json (LwCommandLine *line, const LwJoined *joined, const LwRoomState *state)
{
  json_object *object = json_object_new_object ();
  g_autofree char *phase = NULL;
  g_autofree char *title = title_of (line, joined, &phase);
  json_object_object_add (object, "walk", lw_json_id (&joined->walk_id));
  json_object_object_add (object, "title", lw_json_string (title));
  json_object_object_add (object, "phase", lw_json_string (phase));
  json_object_object_add (object, "url", lw_json_string (joined->url));
  json_object_object_add (object, "person", lw_json_id (&joined->person_id));
  json_object_object_add (object, "name", lw_json_string (joined->name));
  json_object_object_add (object, "is_signed_in", json_object_new_boolean (*joined->token != '\0'));
  if (state != NULL) {
    json_object_object_add (object, "notes", json_object_new_int ((int)state->notes));
    json_object_object_add (object, "kept_here", json_object_new_int ((int)state->here));
    json_object_object_add (object, "not_open_now", json_object_new_int ((int)state->held));
    json_object_object_add (object, "in_room",
                            json_object_new_int ((int)(state->notes - state->here - state->held)));
  }
  return object;
}

static void
print_state (LwCommandLine *line, const LwJoined *joined, const LwRoomState *state)
{
  g_autofree char *phase = NULL;
  g_autofree char *title = title_of (line, joined, &phase);
  g_autofree char *safe = lw_text_make_safe (
      *title != '\0' ? title : _ ("A walk that has not been fetched yet"), FALSE);
  g_autofree char *safe_name = lw_text_make_safe (joined->name, FALSE);
  lw_print ("%s\n", safe);
  if (*phase != '\0')
    lw_print (_ ("  Phase: %s\n"), phase);
  lw_print (_ ("  As %s at %s\n"), safe_name, joined->url);
  if (*joined->token == '\0')
    lw_print ("  %s\n", _ ("Signed out: join again with your link."));
  if (state->here > 0)
    lw_print (ngettext ("  %u of your notes is kept here and not yet in the room.\n",
                        "  %u of your notes are kept here and not yet in the room.\n", state->here),
              state->here);
  if (state->held > 0)
    lw_print (
        ngettext ("  %u of your notes is kept here: the phase does not open it to the room.\n",
                  "  %u of your notes are kept here: the phase does not open them to the "
                  "room.\n",
                  state->held),
        state->held);
  if (state->notes == 0)
    lw_print ("  %s\n", _ ("You have pinned nothing in it yet."));
  else if (state->here == 0 && state->held == 0)
    lw_print (ngettext ("  Your %u note is in the room.\n",
                        "  All your %u notes are in the room.\n", state->notes),
              state->notes);
}

/* One walk, brought up to date; FALSE with @error told. */
static int
sync_one (LwCommandLine *line, const LwJoined *joined, json_object *array)
{
  g_autoptr (GError) error = NULL;
  g_auto (LwSyncDone) done = {0};
  gboolean ok = lw_rooms_sync (line->store, joined, &done, NULL, &error);
  g_autoptr (LwJoined) now = lw_rooms_find (line->store, &joined->walk_id, NULL);
  g_autoptr (LwRoomState) state = lw_rooms_load_state (line->store, joined, NULL);
  if (array != NULL) {
    json_object *object = joined_to_json (line, now != NULL ? now : joined, state);
    json_object_object_add (object, "sent", json_object_new_int ((int)done.sent));
    json_object_object_add (object, "received", json_object_new_int ((int)done.received));
    if (done.refused != NULL)
      json_object_object_add (object, "refused", lw_json_string (done.refused));
    if (error != NULL)
      json_object_object_add (object, "message", lw_json_string (error->message));
    json_object_array_add (array, object);
  } else if (state != NULL) {
    print_state (line, now != NULL ? now : joined, state);
  }
  if (done.refused != NULL)
    lw_command_warn ("%s", done.refused);
  if (ok)
    return LW_EXIT_OK;
  if (array == NULL)
    lw_command_warn ("%s", error->message);
  return lw_command_exit_code (error);
}

static int
sync_all (LwCommandLine *line, GPtrArray *joined)
{
  json_object *array = line->json ? json_object_new_array () : NULL;
  int code = LW_EXIT_OK;
  for (guint i = 0; i < joined->len; i++) {
    int one = sync_one (line, joined->pdata[i], array);
    if (one != LW_EXIT_OK)
      code = one;
  }
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "is_synced", json_object_new_boolean (code == LW_EXIT_OK));
    json_object_object_add (object, "walks", array);
    lw_command_print_json (line, object);
  }
  return code;
}

static int
run_join (LwCommandLine *line)
{
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("How you are called in the walk"),
       N_ ("NAME")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwPerson) person = lw_command_own_person (line, &error);
  if (person == NULL)
    return lw_command_fail (line, error);
  g_autoptr (GPtrArray) joined = lw_rooms_join (line->store, line->arguments[0],
                                                name != NULL ? name : person->name, NULL, &error);
  if (joined == NULL)
    return lw_command_fail (line, error);
  return sync_all (line, joined);
}

/* Opens the store. The walk that is named by the end of its id or a part of its title; without a
 * name: all. */
static GPtrArray *
open_and_find_joined (LwCommandLine *line, GError **error)
{
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, error) == NULL)
    return NULL;
  g_autoptr (GPtrArray) all = lw_rooms_list (line->store, error);
  if (all == NULL || line->n_arguments == 0)
    return g_steal_pointer (&all);
  g_autofree char *wanted = g_utf8_casefold (line->arguments[0], -1);
  for (guint i = 0; i < all->len; i++) {
    const LwJoined *joined = all->pdata[i];
    char id[LW_ID_TEXT_LENGTH + 1];
    g_autofree char *phase = NULL;
    g_autofree char *title = title_of (line, joined, &phase);
    g_autofree char *folded = g_utf8_casefold (title, -1);
    lw_id_format (&joined->walk_id, id);
    if (!g_str_has_suffix (id, wanted) && strstr (folded, wanted) == NULL)
      g_ptr_array_remove_index (all, i--);
  }
  if (all->len == 1)
    return g_steal_pointer (&all);
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND,
               all->len == 0
                   ? _ ("You have joined no walk like “%s”. “lessonwalk rooms” lists them.")
                   : _ ("“%s” could be several walks. “lessonwalk rooms” lists them."),
               line->arguments[0]);
  return NULL;
}

/* ---- prepare ---- */

static void
print_list (GStrv lines, const char *title)
{
  if (*lines == NULL)
    return;
  lw_print ("%s\n", title);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *safe = lw_text_make_safe (lines[i], FALSE);
    lw_print ("  – %s\n", safe);
  }
}

/* What the routine says to everybody who goes into the walk. */
static void
print_routine (LwCommandLine *line, const LwJoined *joined)
{
  g_autoptr (LwRoomsRoutine) routine = lw_rooms_load_routine (line->store, joined, NULL);
  if (routine == NULL)
    return;
  print_list (routine->norms, _ ("What was agreed on:"));
  print_list (routine->lenses, _ ("Lenses:"));
}

static int
run_prepare (LwCommandLine *line)
{
  gboolean norms = FALSE;
  g_autofree char *lens = NULL;
  g_autofree char *intention = NULL;
  const GOptionEntry entries[] = {
      {"norms-read", 0, 0, G_OPTION_ARG_NONE, &norms,
       N_ ("Say that you have read what was agreed on"), NULL},
      {"lens", 0, 0, G_OPTION_ARG_STRING, &lens, N_ ("The lens through which you look"),
       N_ ("NAME")},
      {"intention", 0, 0, G_OPTION_ARG_STRING, &intention, N_ ("What you set out to look for"),
       N_ ("TEXT")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) joined = open_and_find_joined (line, &error);
  if (joined == NULL)
    return lw_command_fail (line, error);
  g_auto (GStrv) missing =
      lw_rooms_prepare (joined->pdata[0], norms, lens, intention, NULL, &error);
  if (missing == NULL)
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object *list = json_object_new_array ();
    for (guint i = 0; missing[i] != NULL; i++)
      json_object_array_add (list, lw_json_string (missing[i]));
    json_object_object_add (object, "missing", list);
    return lw_command_print_json (line, object);
  }
  print_routine (line, joined->pdata[0]);
  g_autofree char *rest = g_strjoinv (", ", missing);
  if (*rest != '\0')
    lw_print (_ ("Still to do before you watch: %s\n"), rest);
  else
    lw_print ("%s\n", _ ("Nothing is left to do before you watch."));
  return LW_EXIT_OK;
}

static int
run_rooms (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) != NULL)
    all = lw_rooms_list (line->store, &error);
  if (all == NULL)
    return lw_command_fail (line, error);
  json_object *array = json_object_new_array ();
  for (guint i = 0; i < all->len; i++) {
    g_autoptr (LwRoomState) state = lw_rooms_load_state (line->store, all->pdata[i], NULL);
    if (line->json)
      json_object_array_add (array, joined_to_json (line, all->pdata[i], state));
    else if (state != NULL)
      print_state (line, all->pdata[i], state);
  }
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "walks", array);
    return lw_command_print_json (line, object);
  }
  json_object_put (array);
  if (all->len == 0)
    lw_print ("%s\n", _ ("You have joined no walk. “lessonwalk join LINK” does."));
  return LW_EXIT_OK;
}

/* ---- sync --follow ---- */

typedef struct {
  LwCommandLine *line;
  LwRoomsKeeper *keeper;
  GMainLoop *loop;
  char *told; /* what was printed last */
} Following;

static void
on_news (LwRoomsKeeper *keeper, gpointer data)
{
  Following *following = data;
  g_autoptr (GPtrArray) list = lw_rooms_keeper_list (keeper);
  g_autoptr (GString) text = g_string_new (NULL);
  json_object *array = json_object_new_array ();
  for (guint i = 0; i < list->len; i++) {
    const LwRoomNews *news = list->pdata[i];
    static const char *const reaches[] = {"asking", "reached", "sending", "away", "closed"};
    g_autofree char *sentence = lw_room_news_to_sentence (news);
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "walk", lw_json_id (&news->joined->walk_id));
    json_object_object_add (object, "reach", lw_json_string (reaches[news->reach]));
    json_object_object_add (object, "is_live", json_object_new_boolean (news->is_live));
    json_object_object_add (object, "notes", json_object_new_int ((int)news->notes));
    json_object_object_add (object, "kept_here", json_object_new_int ((int)news->here));
    json_object_object_add (object, "not_open_now", json_object_new_int ((int)news->held));
    json_object_object_add (object, "sentence", lw_json_string (sentence));
    json_object_array_add (array, object);
    g_string_append_printf (text, "%s\n", sentence);
  }
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "walks", array);
  const char *json = json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN);
  const char *now = following->line->json ? json : text->str;
  if (g_strcmp0 (now, following->told) != 0) {
    g_free (following->told);
    following->told = g_strdup (now);
    if (following->line->json)
      lw_command_print_json_line (json_object_get (object));
    else
      lw_print ("%s", text->str);
    fflush (stdout);
  }
  json_object_put (object);
}

static gboolean
on_stop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static int
follow (LwCommandLine *line)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (LwRoomsKeeper) keeper = lw_rooms_keeper_new (line->store);
  Following following = {line, keeper, loop, NULL};
  guint stops[] = {g_unix_signal_add (SIGINT, on_stop, loop),
                   g_unix_signal_add (SIGTERM, on_stop, loop)};
  g_signal_connect (keeper, "changed", G_CALLBACK (on_news), &following);
  g_main_loop_run (loop);
  lw_rooms_keeper_stop (keeper);
  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    g_source_remove (stops[i]);
  g_free (following.told);
  return LW_EXIT_OK;
}

static int
run_sync (LwCommandLine *line)
{
  gboolean is_following = FALSE;
  const GOptionEntry entries[] = {
      {"follow", 'f', 0, G_OPTION_ARG_NONE, &is_following,
       N_ ("Go on until interrupted, and tell what changes"), NULL},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) joined = open_and_find_joined (line, &error);
  if (joined != NULL && is_following)
    return follow (line);
  return joined != NULL ? sync_all (line, joined) : lw_command_fail (line, error);
}

static int
run_leave (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) joined = open_and_find_joined (line, &error);
  if (joined == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwRoomState) state = lw_rooms_load_state (line->store, joined->pdata[0], NULL);
  if (!lw_rooms_leave (line->store, joined->pdata[0], NULL, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "left", joined_to_json (line, joined->pdata[0], state));
    return lw_command_print_json (line, object);
  }
  lw_print ("%s\n", _ ("You have left the walk on this machine. Its notes are still here."));
  if (state != NULL && state->here + state->held > 0)
    lw_command_warn ("%s", _ ("Some of your notes have not reached the room, and will not, unless "
                              "you join again."));
  return LW_EXIT_OK;
}

const LwCommand lw_commands_room[] = {
    {"join", N_ ("LINK"), N_ ("Take part in a walk, by the link that you were sent"),
     N_ ("What you write is kept here first, and then brought to the room.\n\nExample:\n"
         "  lessonwalk join 'https://walks.example.org/panel/#join=…' --name \"Ana Ruiz\""),
     run_join},
    {"rooms", "", N_ ("List the walks that you joined, and what has reached the room"), NULL,
     run_rooms},
    {"prepare", N_ ("WALK"), N_ ("Read the norms of a walk, choose a lens, write an intention"),
     N_ ("Some routines ask for these before one watches. What is not given stays as it was.\n\n"
         "Example:\n"
         "  lessonwalk prepare fractions --norms-read --lens 'Student talk' "
         "--intention 'Who gives reasons?'"),
     run_prepare},
    {"sync", N_ ("[WALK]"), N_ ("Bring walks up to date, here and in the room"),
     N_ ("Exit code 1 if a room cannot be reached: everything is kept here."), run_sync},
    {"leave", N_ ("WALK"), N_ ("Sign out of a walk; its notes stay here"),
     N_ ("Example:\n  lessonwalk leave fractions"), run_leave},
    {NULL},
};
