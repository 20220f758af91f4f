/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pin, edit, reply, delete, undo, redo */
#include "lw-command.h"
#include "lw-output.h"

#include <string.h>

/* ---- what pin and edit share ---- */

typedef struct {
  char *at;
  char *from;
  char *to;
  char *kind;
  char *text;
  char **tags;
  char *region;
  char *pass;
  char *lens;
  gboolean on_focus;
  gboolean off_focus;
  gboolean no_region;
  gboolean no_tags;
  gboolean frame;
} LwNoteOptions;

static void
note_options_clear (LwNoteOptions *o)
{
  g_free (o->at);
  g_free (o->from);
  g_free (o->to);
  g_free (o->kind);
  g_free (o->text);
  g_strfreev (o->tags);
  g_free (o->region);
  g_free (o->pass);
  g_free (o->lens);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwNoteOptions, note_options_clear)

#define NOTE_N_ENTRIES 9

static void
note_options_entries (LwNoteOptions *o, GOptionEntry *entries)
{
  const GOptionEntry all[] = {
      {"at", 'a', 0, G_OPTION_ARG_STRING, &o->at, N_ ("The moment"), N_ ("TIME")},
      {"from", 0, 0, G_OPTION_ARG_STRING, &o->from, N_ ("Of a range: where it begins"),
       N_ ("TIME")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &o->to, N_ ("Of a range: where it ends"), N_ ("TIME")},
      {"kind", 'k', 0, G_OPTION_ARG_STRING, &o->kind, N_ ("noticing or wondering"), N_ ("KIND")},
      {"text", 'm', 0, G_OPTION_ARG_STRING, &o->text,
       N_ ("What it says; “-” or nothing: from standard input"), N_ ("TEXT")},
      {"tag", 't', 0, G_OPTION_ARG_STRING_ARRAY, &o->tags, N_ ("A tag; may be repeated"),
       N_ ("TAG")},
      {"region", 'r', 0, G_OPTION_ARG_STRING, &o->region,
       N_ ("Where in the picture: left, top, width, height in percent"), N_ ("X,Y,W,H")},
      {"pass", 'p', 0, G_OPTION_ARG_STRING, &o->pass, N_ ("The viewing it belongs to, from 1"),
       N_ ("NUMBER")},
      {"lens", 0, 0, G_OPTION_ARG_STRING, &o->lens, N_ ("The lens it was seen through"),
       N_ ("NAME")},
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (all) == NOTE_N_ENTRIES);
  memcpy (entries, all, sizeof all);
}

/* Puts start and end into @fields if any were given. */
static gboolean
apply_times (const LwNoteOptions *o, LwNote *fields, GError **error)
{
  if (o->at != NULL && (o->from != NULL || o->to != NULL)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE, "%s",
                 _ ("Give --at for a moment, or --from and --to for a range, not both."));
    return FALSE;
  }
  if (o->at != NULL) {
    if (!lw_command_parse_time ("--at", o->at, &fields->start, error))
      return FALSE;
    fields->end = fields->start;
  }
  if (o->from != NULL && !lw_command_parse_time ("--from", o->from, &fields->start, error))
    return FALSE;
  if (o->to != NULL && !lw_command_parse_time ("--to", o->to, &fields->end, error))
    return FALSE;
  if (fields->end < fields->start) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE, "%s",
                 _ ("The range ends before it begins."));
    return FALSE;
  }
  return TRUE;
}

/* @fields borrows tags from @o. */
static gboolean
apply_options (const LwNoteOptions *o, LwCommandLine *line, LwNote *fields, GError **error)
{
  guint64 pass = fields->pass;
  if (!apply_times (o, fields, error) ||
      (o->kind != NULL && !lw_command_parse_kind (o->kind, &fields->kind, error)) ||
      (o->region != NULL && !lw_command_parse_region (o->region, &fields->region, error)) ||
      (o->pass != NULL && !lw_command_parse_number ("--pass", o->pass, 1, 1000, &pass, error)))
    return FALSE;
  fields->pass = (guint)pass;
  if (o->tags != NULL)
    fields->tags = (const char *const *)o->tags;
  if (o->lens != NULL) {
    g_autoptr (LwLens) lens = lw_command_find_lens (line, o->lens, TRUE, error);
    if (lens == NULL)
      return FALSE;
    fields->lens_id = lens->id;
  }
  return TRUE;
}

static int
answer_note (LwCommandLine *line, const LwNote *note, const char *what)
{
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "note", lw_json_note (line, note));
    return lw_command_print_json (line, object);
  }
  char id[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&note->id, id);
  g_autofree char *start = lw_time_format_ms (note->start);
  lw_print ("%s %s %s %s\n", id, what, lw_note_kind_to_string (note->kind), start);
  return LW_EXIT_OK;
}

/* ---- pin ---- */

/* Both ends of the note on the frames that a player really shows there. */
static gboolean
take_real_frames (LwCommandLine *line, const LwSegment *lesson, LwNote *fields, GError **error)
{
  g_autofree char *path = lw_command_media_path (line, lesson, error);
  if (path == NULL)
    return FALSE;
  gboolean is_range = fields->end != fields->start;
  if (!lw_command_real_frame (path, fields->start, &fields->start, error))
    return FALSE;
  if (!is_range)
    fields->end = fields->start;
  else if (!lw_command_real_frame (path, fields->end, &fields->end, error))
    return FALSE;
  return TRUE;
}

static gboolean
check_inside (const LwSegment *lesson, const LwNote *fields, GError **error)
{
  if (lesson->duration == LW_TIME_NONE || fields->start <= lesson->duration)
    return TRUE;
  g_autofree char *time = lw_time_format_ms (fields->start);
  g_autofree char *length = lw_time_format_ms (lesson->duration);
  g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
               _ ("%s is after the end of the lesson, which is %s long."), time, length);
  return FALSE;
}

static int
run_pin (LwCommandLine *line)
{
  g_auto (LwNoteOptions) o = {0};
  GOptionEntry entries[NOTE_N_ENTRIES + 3] = {
      {"on-focus", 'f', 0, G_OPTION_ARG_NONE, &o.on_focus, N_ ("Link it to the walk's focus"),
       NULL},
      {"frame", 0, 0, G_OPTION_ARG_NONE, &o.frame,
       N_ ("Play the lesson unseen and take the exact frame at that time"), NULL},
  };
  note_options_entries (&o, entries + 2);
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  if (o.at == NULL && (o.from == NULL || o.to == NULL))
    return lw_command_fail_usage (line, "%s",
                                  _ ("When? Give --at TIME, or --from TIME and --to TIME."));
  g_autoptr (GError) error = NULL;
  LwNote fields = {.kind = LW_NOTE_NOTICING, .pass = 1, .on_focus = o.on_focus};
  g_autofree char *text = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL ||
      !apply_options (&o, line, &fields, &error))
    return lw_command_fail (line, error);
  if (fields.kind == LW_NOTE_REPLY)
    return lw_command_fail_usage (line, "%s", _ ("An answer is made with “lessonwalk reply”."));
  if ((text = lw_command_read_text (o.text, &error)) == NULL)
    return lw_command_fail (line, error);
  fields.text = text;
  g_autoptr (LwSegment) lesson = lw_command_find_or_add_lesson (line, line->arguments[0], &error);
  if (lesson == NULL || !check_inside (lesson, &fields, &error) ||
      (o.frame && !take_real_frames (line, lesson, &fields, &error)))
    return lw_command_fail (line, error);
  g_autoptr (LwTrack) track = lw_command_own_track (line, lesson, &error);
  if (track == NULL)
    return lw_command_fail (line, error);
  fields.track_id = track->id;
  g_autoptr (LwNote) note = lw_note_new (&fields, &error);
  g_autoptr (LwNote) kept = NULL;
  if (note == NULL || !lw_store_add_note (line->store, note, &kept, &error))
    return lw_command_fail (line, error);
  return answer_note (line, kept, _ ("pinned:"));
}

/* ---- edit ---- */

static LwNote *
find_own_note (LwCommandLine *line, const char *name, GError **error)
{
  g_autoptr (LwNote) note = lw_command_find_note (line, name, error);
  g_autoptr (LwPerson) person = note != NULL ? lw_command_person_on (line, &note->segment_id, error) : NULL;
  if (person == NULL)
    return NULL;
  if (!lw_id_equal (&person->id, &note->author_id)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED,
                 _ ("This note is %s's: only its author changes it. You can reply to it."),
                 lw_command_name (line, LW_ENTITY_PERSON, &note->author_id));
    return NULL;
  }
  return g_steal_pointer (&note);
}

static gboolean
apply_edit (const LwNoteOptions *o, LwCommandLine *line, LwNote *fields, GError **error)
{
  static const char *const no_tags[] = {NULL};
  gboolean was_range = fields->end != fields->start;
  /* Only one end was given: the other one stays, if there is another one. */
  if (!was_range && (o->from == NULL) != (o->to == NULL) && o->at == NULL) {
    if (o->from != NULL && !lw_command_parse_time ("--from", o->from, &fields->start, error))
      return FALSE;
    fields->end = MAX (fields->end, fields->start);
  }
  if (o->no_tags)
    fields->tags = no_tags;
  if (o->no_region)
    fields->region = (LwRegion){0};
  if (o->on_focus || o->off_focus)
    fields->on_focus = o->on_focus;
  return apply_options (o, line, fields, error);
}

static int
run_edit (LwCommandLine *line)
{
  g_auto (LwNoteOptions) o = {0};
  GOptionEntry entries[NOTE_N_ENTRIES + 5] = {
      {"on-focus", 'f', 0, G_OPTION_ARG_NONE, &o.on_focus, N_ ("Link it to the walk's focus"),
       NULL},
      {"off-focus", 0, 0, G_OPTION_ARG_NONE, &o.off_focus, N_ ("Unlink it"), NULL},
      {"no-tags", 0, 0, G_OPTION_ARG_NONE, &o.no_tags, N_ ("Take all tags off"), NULL},
      {"no-region", 0, 0, G_OPTION_ARG_NONE, &o.no_region, N_ ("Nowhere in particular"), NULL},
  };
  note_options_entries (&o, entries + 4);
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  if (o.on_focus && o.off_focus)
    return lw_command_fail_usage (line, "%s", _ ("--on-focus and --off-focus exclude each other."));
  gboolean has_change = o.at || o.from || o.to || o.kind || o.text || o.tags || o.region ||
                        o.pass || o.lens || o.on_focus || o.off_focus || o.no_region || o.no_tags;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwNote) note = find_own_note (line, line->arguments[0], &error);
  if (note == NULL)
    return lw_command_fail (line, error);
  LwNote fields = *note;
  g_autofree char *text = NULL;
  /* With no other change asked for, the text comes in by standard input. */
  if (o.text != NULL || !has_change) {
    if ((text = lw_command_read_text (o.text, &error)) == NULL)
      return lw_command_fail (line, error);
    fields.text = text;
  }
  if (!apply_edit (&o, line, &fields, &error))
    return lw_command_fail (line, error);
  g_autoptr (LwNote) changed = lw_note_new (&fields, &error);
  g_autoptr (LwNote) kept = NULL;
  if (changed == NULL || !lw_store_edit_note (line->store, changed, &kept, &error))
    return lw_command_fail (line, error);
  return answer_note (line, kept, _ ("changed:"));
}

/* ---- reply ---- */

static int
run_reply (LwCommandLine *line)
{
  g_autofree char *given = NULL;
  g_auto (GStrv) tags = NULL;
  const GOptionEntry entries[] = {
      {"text", 'm', 0, G_OPTION_ARG_STRING, &given,
       N_ ("What it says; “-” or nothing: from standard input"), N_ ("TEXT")},
      {"tag", 't', 0, G_OPTION_ARG_STRING_ARRAY, &tags, N_ ("A tag; may be repeated"), N_ ("TAG")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwNote) note = lw_command_find_note (line, line->arguments[0], &error);
  g_autofree char *text = note != NULL ? lw_command_read_text (given, &error) : NULL;
  g_autoptr (LwSegment) lesson =
      text != NULL ? lw_store_get_segment (line->store, &note->segment_id, &error) : NULL;
  g_autoptr (LwTrack) track = lesson != NULL ? lw_command_own_track (line, lesson, &error) : NULL;
  if (track == NULL)
    return lw_command_fail (line, error);
  LwNote fields = {
      .track_id = track->id,
      .kind = LW_NOTE_REPLY,
      /* A thread is one level deep: an answer to an answer answers its question. */
      .reply_to = note->kind == LW_NOTE_REPLY ? note->reply_to : note->id,
      .pass = note->pass,
      .start = note->start,
      .end = note->end,
      .text = text,
      .tags = (const char *const *)tags,
  };
  g_autoptr (LwNote) reply = lw_note_new (&fields, &error);
  g_autoptr (LwNote) kept = NULL;
  if (reply == NULL || !lw_store_add_note (line->store, reply, &kept, &error))
    return lw_command_fail (line, error);
  return answer_note (line, kept, _ ("answered:"));
}

/* ---- delete, undo, redo ---- */

static int
run_delete (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_READING, &error) == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwNote) note = find_own_note (line, line->arguments[0], &error);
  if (note == NULL || !lw_store_delete_note (line->store, &note->id, &error))
    return lw_command_fail (line, error);
  return answer_note (line, note, _ ("deleted:"));
}

static int
step_history (LwCommandLine *line, gboolean is_undo)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) lesson = lw_command_open_lesson (line, LW_STORE_FOR_READING, &error);
  g_autoptr (LwTrack) track = lesson != NULL ? lw_command_own_track (line, lesson, &error) : NULL;
  if (track == NULL)
    return lw_command_fail (line, error);
  LwId id = LW_ID_NONE;
  gboolean done = is_undo ? lw_store_undo (line->store, &track->id, &id, &error)
                          : lw_store_redo (line->store, &track->id, &id, &error);
  if (!done && g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT)) {
    g_autoptr (GError) nothing =
        g_error_new (LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND, "%s",
                     is_undo ? _ ("There is nothing of yours left to undo in this lesson.")
                             : _ ("There is nothing to redo in this lesson."));
    return lw_command_fail (line, nothing);
  }
  if (!done)
    return lw_command_fail (line, error);
  g_autoptr (LwNote) note = lw_store_get_note (line->store, &id, NULL);
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "id", lw_json_id (&id));
    json_object_object_add (object, "note", note != NULL ? lw_json_note (line, note) : NULL);
    return lw_command_print_json (line, object);
  }
  if (note != NULL)
    return answer_note (line, note, is_undo ? _ ("undone, now:") : _ ("redone, now:"));
  char text[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&id, text);
  lw_print ("%s %s\n", text,
            is_undo ? _ ("undone: the note is gone") : _ ("redone: the note is gone"));
  return LW_EXIT_OK;
}

static int
run_undo (LwCommandLine *line)
{
  return step_history (line, TRUE);
}

static int
run_redo (LwCommandLine *line)
{
  return step_history (line, FALSE);
}

const LwCommand lw_commands_note[] = {
    {"pin", N_ ("LESSON"), N_ ("Pin a noticing or a wondering to a moment or a range"),
     N_ ("A video that is not known yet is added first. TIME is like 75, 1:15 or 1:15.250.\n"
         "--frame finds the frame that a player shows at that time and pins to its start.\n\n"
         "Examples:\n"
         "  lessonwalk pin lesson.mp4 --at 1:15 --text \"Three students point at the graph\"\n"
         "  lessonwalk pin lesson.mp4 --at 1:15 --frame -k wondering -m \"Who explains it to "
         "whom?\"\n"
         "  echo \"Pairs talk\" | lessonwalk pin lesson.mp4 --from 2:00 --to 2:40 --tag talk"),
     run_pin},
    {"edit", N_ ("NOTE"), N_ ("Change a note of yours"),
     N_ ("What is not named stays. --tag replaces all tags.\n\nExamples:\n"
         "  lessonwalk edit 5f3a90c1 --text \"Four students point at the graph\"\n"
         "  lessonwalk edit 5f3a90c1 --at 1:16 --tag evidence --on-focus"),
     run_edit},
    {"reply", N_ ("NOTE"), N_ ("Answer a note"),
     N_ ("Example:\n  lessonwalk reply 5f3a90c1 --text \"They had seen it the day before\""),
     run_reply},
    {"delete", N_ ("NOTE"), N_ ("Take a note of yours away; undo brings it back"),
     N_ ("Example:\n  lessonwalk delete 5f3a90c1"), run_delete},
    {"undo", N_ ("LESSON"), N_ ("Take back your last change in a lesson, also an older one"),
     N_ ("Example:\n  lessonwalk undo lesson.mp4"), run_undo},
    {"redo", N_ ("LESSON"), N_ ("Do again what was undone"),
     N_ ("Example:\n  lessonwalk redo lesson.mp4"), run_redo},
    {NULL},
};
