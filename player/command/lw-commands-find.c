/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lessons, list, search */
#include "lw-command.h"
#include "lw-output.h"

#include <string.h>

/* The end of an id: random, so it tells notes apart, and any command takes it for the whole. */
#define SHORT_ID_LENGTH 8

static char *
short_id (const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (id, text);
  return g_strdup (text + LW_ID_TEXT_LENGTH - SHORT_ID_LENGTH);
}

static char *
format_moment (const LwNote *note)
{
  g_autofree char *start = lw_time_format_ms (note->start);
  if (!lw_note_is_range (note))
    return g_steal_pointer (&start);
  g_autofree char *end = lw_time_format_ms (note->end);
  return g_strdup_printf ("%s–%s", start, end);
}

static char *
format_text (const LwNote *note)
{
  GString *text = g_string_new (note->kind == LW_NOTE_REPLY ? "↳ " : "");
  g_string_append (text, note->text);
  for (gsize i = 0; note->tags[i] != NULL; i++)
    g_string_append_printf (text, " #%s", note->tags[i]);
  return g_string_free (text, FALSE);
}

/* ---- lists of notes ---- */

static void
print_notes (LwCommandLine *line, GPtrArray *notes, gboolean with_lesson)
{
  const char *with[] = {_ ("ID"),  _ ("LESSON"), _ ("TIME"), _ ("KIND"),
                        _ ("WHO"), _ ("NOTE"),   NULL};
  const char *without[] = {_ ("ID"), _ ("TIME"), _ ("KIND"), _ ("WHO"), _ ("NOTE"), NULL};
  g_autoptr (LwTable) table = lw_table_new (with_lesson ? with : without);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);
    g_autofree char *id = short_id (&note->id);
    g_autofree char *moment = format_moment (note);
    g_autofree char *text = format_text (note);
    g_autofree char *kind = g_strconcat (lw_note_kind_to_string (note->kind),
                                         note->on_focus ? _ (" (focus)") : "", NULL);
    const char *lesson = lw_command_name (line, LW_ENTITY_SEGMENT, &note->segment_id);
    const char *author = lw_command_name (line, LW_ENTITY_PERSON, &note->author_id);
    const char *cells_with[] = {id, lesson, moment, kind, author, text};
    const char *cells_without[] = {id, moment, kind, author, text};
    lw_table_add (table, with_lesson ? cells_with : cells_without);
  }
  lw_table_print (table);
}

static int
answer_notes (LwCommandLine *line, LwNoteQuery *query, gboolean with_lesson)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = lw_store_query (line->store, query, &error);
  guint64 total = 0;
  if (notes == NULL || !lw_store_count (line->store, query, &total, &error))
    return lw_command_fail (line, error);
  if (line->json) {
    json_object *array = json_object_new_array_ext ((int)notes->len);
    for (guint i = 0; i < notes->len; i++)
      json_object_array_add (array, lw_json_note (line, g_ptr_array_index (notes, i)));
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "total", json_object_new_int64 ((gint64)total));
    json_object_object_add (object, "notes", array);
    return lw_command_print_json (line, object);
  }
  if (notes->len == 0) {
    lw_command_warn (query->text != NULL ? _ ("No note has these words.")
                                         : _ ("There are no notes."));
    return LW_EXIT_OK;
  }
  print_notes (line, notes, with_lesson);
  if (total > notes->len)
    lw_command_warn (_ ("%u of %" G_GUINT64_FORMAT " notes; --limit shows more."), notes->len,
                     total);
  return LW_EXIT_OK;
}

static int
run_list (LwCommandLine *line)
{
  g_auto (LwFilterOptions) options = {0};
  GOptionEntry entries[LW_FILTER_N_ENTRIES + 1] = {0};
  lw_filter_options_entries (&options, entries);
  if (!lw_command_parse (line, entries, 0, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwSegment) lesson = NULL;
  LwNoteQuery query = {0};
  if (line->n_arguments > 0) {
    lesson = lw_command_find_lesson (line, line->arguments[0], &error);
    if (lesson == NULL)
      return lw_command_fail (line, error);
    query.segment_id = &lesson->id;
  }
  if (!lw_filter_options_query (&options, line, &query, &error))
    return lw_command_fail (line, error);
  return answer_notes (line, &query, lesson == NULL);
}

static int
run_search (LwCommandLine *line)
{
  g_auto (LwFilterOptions) options = {0};
  g_autofree char *in = NULL;
  GOptionEntry entries[LW_FILTER_N_ENTRIES + 2] = {
      {"lesson", 'l', 0, G_OPTION_ARG_FILENAME, &in, N_ ("Only in this lesson"), N_ ("LESSON")},
  };
  lw_filter_options_entries (&options, entries + 1);
  if (!lw_command_parse (line, entries, 1, G_MAXUINT))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autofree char *raw = g_strjoinv (" ", line->arguments);
  g_autofree char *words = g_utf8_make_valid (raw, -1);
  LwNoteQuery query = {.text = words, .order = LW_ORDER_RANK};
  g_autoptr (LwSegment) lesson = NULL;
  if (in != NULL) {
    lesson = lw_command_find_lesson (line, in, &error);
    if (lesson == NULL)
      return lw_command_fail (line, error);
    query.segment_id = &lesson->id;
  }
  if (!lw_filter_options_query (&options, line, &query, &error))
    return lw_command_fail (line, error);
  return answer_notes (line, &query, lesson == NULL);
}

/* ---- lessons ---- */

static json_object *
json_track (LwCommandLine *line, const LwTrack *track, guint64 notes)
{
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "id", lw_json_id (&track->id));
  json_object_object_add (object, "person", lw_json_id (&track->person_id));
  json_object_object_add (
      object, "name", lw_json_string (lw_command_name (line, LW_ENTITY_PERSON, &track->person_id)));
  json_object_object_add (object, "lens", lw_json_id (&track->lens_id));
  json_object_object_add (object, "intention", lw_json_string (track->intention));
  json_object_object_add (object, "notes", json_object_new_int64 ((gint64)notes));
  return object;
}

static int
answer_lessons (LwCommandLine *line, GPtrArray *lessons)
{
  const char *titles[] = {_ ("ID"), _ ("LENGTH"), _ ("NOTES"), _ ("TITLE"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  json_object *array = json_object_new_array ();
  for (guint i = 0; i < lessons->len; i++) {
    const LwSegment *lesson = g_ptr_array_index (lessons, i);
    LwNoteQuery query = {.segment_id = &lesson->id};
    guint64 count = 0;
    lw_store_count (line->store, &query, &count, NULL);
    g_autofree char *id = short_id (&lesson->id);
    g_autofree char *length = lw_time_format (lesson->duration);
    g_autofree char *notes = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
    const char *cells[] = {id, length, notes, lesson->title};
    lw_table_add (table, cells);
    json_object *object = lw_json_lesson (line, lesson);
    json_object_object_add (object, "notes", json_object_new_int64 ((gint64)count));
    json_object_array_add (array, object);
  }
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "lessons", array);
  if (line->json)
    return lw_command_print_json (line, object);
  json_object_put (object);
  if (lessons->len == 0)
    lw_command_warn (_ ("There are no lessons yet. “lessonwalk add FILE” adds one."));
  else
    lw_table_print (table);
  return LW_EXIT_OK;
}

static void
print_lesson (LwCommandLine *line, const LwSegment *lesson, const LwWalk *walk, char **paths)
{
  g_autofree char *title = lw_text_make_safe (lesson->title, FALSE);
  g_autofree char *length = lw_time_format (lesson->duration);
  char id[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&lesson->id, id);
  lw_print ("%s\n  %s %s\n  %s %s\n", title, _ ("id:"), id, _ ("length:"), length);
  for (char **path = paths; *path != NULL; path++) {
    g_autofree char *safe = lw_text_make_safe (*path, FALSE);
    lw_print ("  %s %s\n", _ ("seen at:"), safe);
  }
  if (walk == NULL)
    return;
  g_autofree char *focus = lw_text_make_safe (walk->focus, FALSE);
  g_autofree char *inquiry = lw_text_make_safe (walk->inquiry, FALSE);
  lw_print ("  %s %s\n  %s %s\n", _ ("focus:"), focus, _ ("inquiry:"), inquiry);
}

static int
answer_lesson (LwCommandLine *line, const LwSegment *lesson)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tracks = lw_store_list (line->store, LW_ENTITY_TRACK, &lesson->id, &error);
  g_auto (GStrv) paths =
      tracks != NULL ? lw_store_media_paths (line->store, &lesson->media, &error) : NULL;
  if (paths == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (line->store, &lesson->id, NULL);
  const char *titles[] = {_ ("TRACK"), _ ("NOTES"), _ ("LENS"), _ ("WHO"), NULL};
  g_autoptr (LwTable) table = lw_table_new (titles);
  json_object *array = json_object_new_array ();
  for (guint i = 0; i < tracks->len; i++) {
    const LwTrack *track = g_ptr_array_index (tracks, i);
    LwNoteQuery query = {.track_id = &track->id};
    guint64 count = 0;
    lw_store_count (line->store, &query, &count, NULL);
    g_autofree char *id = short_id (&track->id);
    g_autofree char *notes = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
    const char *cells[] = {id, notes, lw_command_name (line, LW_ENTITY_LENS, &track->lens_id),
                           lw_command_name (line, LW_ENTITY_PERSON, &track->person_id)};
    lw_table_add (table, cells);
    json_object_array_add (array, json_track (line, track, count));
  }
  if (line->json) {
    json_object *files = json_object_new_array ();
    for (char **path = paths; *path != NULL; path++)
      json_object_array_add (files, lw_json_string (*path));
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "lesson", lw_json_lesson (line, lesson));
    json_object_object_add (object, "walk", walk != NULL ? lw_json_walk (line, walk) : NULL);
    json_object_object_add (object, "tracks", array);
    json_object_object_add (object, "files", files);
    return lw_command_print_json (line, object);
  }
  json_object_put (array);
  print_lesson (line, lesson, walk, paths);
  if (tracks->len > 0)
    lw_table_print (table);
  return LW_EXIT_OK;
}

static int
run_lessons (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  if (line->n_arguments > 0) {
    g_autoptr (LwSegment) lesson = lw_command_find_lesson (line, line->arguments[0], &error);
    return lesson != NULL ? answer_lesson (line, lesson) : lw_command_fail (line, error);
  }
  g_autoptr (GPtrArray) lessons = lw_store_list (line->store, LW_ENTITY_SEGMENT, NULL, &error);
  return lessons != NULL ? answer_lessons (line, lessons) : lw_command_fail (line, error);
}

const LwCommand lw_commands_find[] = {
    {"lessons", N_ ("[LESSON]"), N_ ("List the lessons, or show one with its tracks"),
     N_ ("A LESSON is named by a video file, by its id or the end of it, by its title, or by an\n"
         "http(s) address.\n\nExamples:\n  lessonwalk lessons\n  lessonwalk lessons lesson.mp4"),
     run_lessons},
    {"list", N_ ("[LESSON]"), N_ ("List notes, of one lesson or of all"),
     N_ ("Examples:\n  lessonwalk list lesson.mp4\n"
         "  lessonwalk list lesson.mp4 --kind wondering --from 2:00 --to 5:00\n"
         "  lessonwalk list --order newest --limit 20 --json"),
     run_list},
    {"search", N_ ("WORDS…"), N_ ("Find notes by their words, best match first"),
     N_ ("All words must occur; the last one may be a beginning. \"…\" makes a phrase.\n\n"
         "Examples:\n  lessonwalk search evidence\n"
         "  lessonwalk search '\"turn and talk\"' --lesson lesson.mp4 --order newest"),
     run_search},
    {NULL},
};
