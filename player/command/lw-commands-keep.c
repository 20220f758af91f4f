/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* verify, rebuild, backup, merge, stats, erase */
#include "lw-command.h"
#include "lw-output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- verify and rebuild ---- */

static int
run_verify (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL ||
      !lw_store_verify (line->store, &findings, &error))
    return lw_command_fail (line, error);
  guint count = g_strv_length (findings);
  int code = count == 0 ? LW_EXIT_OK : LW_EXIT_DAMAGED;
  if (line->json) {
    json_object *array = json_object_new_array ();
    for (guint i = 0; i < count; i++)
      json_object_array_add (array, lw_json_string (findings[i]));
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "is_well", json_object_new_boolean (count == 0));
    json_object_object_add (object, "findings", array);
    lw_command_print_json (line, object);
    return code;
  }
  for (guint i = 0; i < count; i++) {
    g_autofree char *safe = lw_text_make_safe (findings[i], FALSE);
    lw_print ("%s\n", safe);
  }
  if (count == 0)
    lw_print ("%s\n", _ ("All is well: the file, every log and every table agree."));
  else
    lw_command_warn ("%s", _ ("If only tables are named, “lessonwalk rebuild” makes them anew from "
                              "the logs. Otherwise go back to a backup."));
  return code;
}

static int
run_rebuild (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  LwStoreStats stats;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL ||
      !lw_store_rebuild (line->store, &error) || !lw_store_stats (line->store, &stats, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "notes", json_object_new_int64 ((gint64)stats.notes));
    return lw_command_print_json (line, object);
  }
  lw_print (_ ("Made anew from the logs: %" G_GUINT64_FORMAT " notes.\n"), stats.notes);
  return LW_EXIT_OK;
}

/* ---- backup and merge ---- */

static int
run_backup (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL ||
      !lw_store_backup (line->store, line->arguments[0], &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "path", lw_json_string (line->arguments[0]));
    return lw_command_print_json (line, object);
  }
  g_autofree char *safe = lw_text_make_safe (line->arguments[0], FALSE);
  lw_print (_ ("A copy of all notes is at %s.\n"), safe);
  return LW_EXIT_OK;
}

static int
run_merge (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  const char *other = line->arguments[0];
  if (!g_file_test (other, G_FILE_TEST_EXISTS)) {
    g_set_error (&error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND, _ ("There is no file %s."),
                 other);
    return lw_command_fail (line, error);
  }
  guint forks = 0;
  LwStoreStats before;
  LwStoreStats after;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL ||
      !lw_store_stats (line->store, &before, &error) ||
      !lw_store_merge (line->store, other, &forks, &error) ||
      !lw_store_stats (line->store, &after, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "ops",
                            json_object_new_int64 ((gint64)(after.ops - before.ops)));
    json_object_object_add (object, "notes", json_object_new_int64 ((gint64)after.notes));
    json_object_object_add (object, "forks", json_object_new_int64 (forks));
    return lw_command_print_json (line, object);
  }
  lw_print (
      _ ("%" G_GUINT64_FORMAT " changes taken in; there are %" G_GUINT64_FORMAT " notes now.\n"),
      after.ops - before.ops, after.notes);
  if (forks > 0)
    lw_command_warn (_ ("%u logs were written in two places, as after going back to a backup. "
                        "Both versions are kept; those logs take no more changes."),
                     forks);
  return LW_EXIT_OK;
}

/* ---- stats ---- */

static int
run_stats (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 0))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  LwStoreStats stats;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL ||
      !lw_store_stats (line->store, &stats, &error))
    return lw_command_fail (line, error);
  const struct {
    const char *name;
    const char *title;
    guint64 value;
  } rows[] = {
      {"notes", _ ("notes"), stats.notes},
      {"lessons", _ ("lessons"), stats.segments},
      {"people", _ ("people"), stats.people},
      {"tracks", _ ("tracks"), stats.tracks},
      {"logs", _ ("logs"), stats.logs},
      {"ops", _ ("changes in the logs"), stats.ops},
      {"bodies_erased", _ ("of them erased"), stats.bodies_erased},
      {"bytes", _ ("bytes on disk"), stats.bytes},
      {"schema_version", _ ("version of the file"), stats.schema_version},
  };
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "path", lw_json_string (lw_store_get_path (line->store)));
  const char *titles[] = {_ ("WHAT"), _ ("HOW MANY"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT, rows[i].value);
    const char *cells[] = {rows[i].title, value};
    lw_table_add (table, cells);
    json_object_object_add (object, rows[i].name, json_object_new_int64 ((gint64)rows[i].value));
  }
  if (line->json)
    return lw_command_print_json (line, object);
  json_object_put (object);
  g_autofree char *safe = lw_text_make_safe (lw_store_get_path (line->store), FALSE);
  lw_print ("%s\n", safe);
  lw_table_print (table);
  return LW_EXIT_OK;
}

/* ---- erase ---- */

typedef struct {
  LwEntityKind kind; /* LW_ENTITY_N_KINDS: a note */
  LwId id;
  char *what; /* said before asking */
  LwContentHash media;
} LwErasing;

static guint64
count_notes (LwCommandLine *line, const LwNoteQuery *query)
{
  guint64 count = 0;
  lw_store_count (line->store, query, &count, NULL);
  return count;
}

static gboolean
find_erasing (LwCommandLine *line, LwErasing *erasing, GError **error)
{
  const char *kind = line->arguments[0];
  const char *name = line->arguments[1];
  if (strcmp (kind, "note") == 0) {
    g_autoptr (LwNote) note = lw_command_find_note (line, name, error);
    if (note == NULL)
      return FALSE;
    g_autofree char *text = lw_text_cut (note->text, 50);
    erasing->kind = LW_ENTITY_N_KINDS;
    erasing->id = note->id;
    erasing->what = g_strdup_printf (_ ("the note “%s”, in every version"), text);
  } else if (strcmp (kind, "track") == 0) {
    g_autoptr (LwTrack) track = lw_command_find_track (line, name, error);
    if (track == NULL)
      return FALSE;
    LwNoteQuery query = {.track_id = &track->id};
    erasing->kind = LW_ENTITY_TRACK;
    erasing->id = track->id;
    erasing->what = g_strdup_printf (_ ("%s's track on “%s” with %" G_GUINT64_FORMAT " notes"),
                                     lw_command_name (line, LW_ENTITY_PERSON, &track->person_id),
                                     lw_command_name (line, LW_ENTITY_SEGMENT, &track->segment_id),
                                     count_notes (line, &query));
  } else if (strcmp (kind, "lesson") == 0) {
    g_autoptr (LwSegment) lesson = lw_command_find_lesson (line, name, error);
    if (lesson == NULL)
      return FALSE;
    LwNoteQuery query = {.segment_id = &lesson->id};
    erasing->kind = LW_ENTITY_SEGMENT;
    erasing->id = lesson->id;
    erasing->media = lesson->media;
    erasing->what = g_strdup_printf (
        _ ("the lesson “%s” with everybody's %" G_GUINT64_FORMAT " notes (not the video itself)"),
        lesson->title, count_notes (line, &query));
  } else if (strcmp (kind, "person") == 0) {
    g_autoptr (LwPerson) person = lw_command_find_person (line, name, error);
    if (person == NULL)
      return FALSE;
    LwNoteQuery query = {.author_id = &person->id};
    erasing->kind = LW_ENTITY_PERSON;
    erasing->id = person->id;
    erasing->what = g_strdup_printf (_ ("%s: the name, and all %" G_GUINT64_FORMAT " notes"),
                                     person->name, count_notes (line, &query));
  } else {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 _ ("“%s” cannot be erased. Name a note, a track, a lesson or a person."), kind);
    return FALSE;
  }
  return TRUE;
}

/* Typed, not a key: nobody erases by a slip. */
static gboolean
confirm (const LwErasing *erasing)
{
  g_autofree char *safe = lw_text_make_safe (erasing->what, FALSE);
  lw_print_error (_ ("This destroys for good %s.\nNo undo brings it back. Backups and copies are "
                     "not reached.\nType “erase” to go on: "),
                  safe);
  char answer[64];
  if (fgets (answer, sizeof answer, stdin) == NULL)
    return FALSE;
  return strcmp (g_strstrip (answer), "erase") == 0;
}

static gboolean
do_erase (LwCommandLine *line, const LwErasing *erasing, GError **error)
{
  switch (erasing->kind) {
  case LW_ENTITY_TRACK:
    return lw_store_erase_track (line->store, &erasing->id, error);
  case LW_ENTITY_SEGMENT: {
    /* The pictures made of it go first: when this stops half way, it can be asked for again. */
    char key[LW_CONTENT_HASH_TEXT_LENGTH + 1];
    lw_content_hash_format (&erasing->media, key);
    return lw_media_forget (key, error) &&
           lw_store_erase_segment (line->store, &erasing->id, error);
  }
  case LW_ENTITY_PERSON:
    return lw_store_erase_person (line->store, &erasing->id, error);
  default:
    return lw_store_erase_note (line->store, &erasing->id, error);
  }
}

static int
run_erase (LwCommandLine *line)
{
  gboolean yes = FALSE;
  const GOptionEntry entries[] = {
      {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do not ask"), NULL},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 2, 2))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  LwErasing erasing = {0};
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL ||
      !find_erasing (line, &erasing, &error))
    return lw_command_fail (line, error);
  g_autofree char *what = erasing.what;
  if (!yes && !isatty (STDIN_FILENO))
    return lw_command_fail_usage (
        line, _ ("Nobody is there to ask whether to erase %s. --yes answers."), what);
  if (!yes && !confirm (&erasing)) {
    g_set_error (&error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED, "%s",
                 _ ("Nothing was erased."));
    return lw_command_fail (line, error);
  }
  g_autoptr (GPtrArray) rooms =
      lw_rooms_before_erasing (line->store, erasing.kind, &erasing.id, &error);
  if (rooms == NULL || !do_erase (line, &erasing, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "erased", json_object_new_string (line->arguments[0]));
    json_object_object_add (object, "id", lw_json_id (&erasing.id));
    json_object_object_add (object, "rooms",
                            lw_command_tell_rooms_erased (line, rooms, erasing.kind));
    return lw_command_print_json (line, object);
  }
  g_autofree char *safe = lw_text_make_safe (what, FALSE);
  lw_print (_ ("Erased: %s.\n"), safe);
  json_object_put (lw_command_tell_rooms_erased (line, rooms, erasing.kind));
  return LW_EXIT_OK;
}

const LwCommand lw_commands_keep[] = {
    {"verify", "", N_ ("Check the notes file: logs, tables, everything; changes nothing"),
     N_ ("Exit code 4 if something was found."), run_verify},
    {"rebuild", "", N_ ("Make the tables anew from the logs"), NULL, run_rebuild},
    {"backup", N_ ("FILE"), N_ ("Copy all notes to a new file, also while others write"),
     N_ ("Example:\n  lessonwalk backup /media/stick/notes-2026-11-22.db"), run_backup},
    {"merge", N_ ("FILE"), N_ ("Take in all notes of another notes file; twice is once"),
     N_ ("Example:\n  lessonwalk merge /media/stick/notes-of-ana.db"), run_merge},
    {"stats", "", N_ ("Show what is in the notes file"), NULL, run_stats},
    {"erase", N_ ("note|track|lesson|person NAME"), N_ ("Destroy something for good"),
     N_ ("“delete” takes a note away and can be undone; this cannot.\n\nExamples:\n"
         "  lessonwalk erase note 5f3a90c1\n"
         "  lessonwalk erase lesson lesson.mp4 --yes"),
     run_erase},
    {NULL},
};
