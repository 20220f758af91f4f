/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* open, play, add, probe */
#include "lw-command.h"
#include "lw-output.h"
#include "lw-play.h"

#include <unistd.h>

/* ---- open ---- */

static int
run_open (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 0, G_MAXUINT))
    return LW_EXIT_USAGE;
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");
  const char *x11 = g_getenv ("DISPLAY");
  g_autoptr (GError) error = NULL;
  if ((wayland == NULL || *wayland == '\0') && (x11 == NULL || *x11 == '\0')) {
    g_set_error (&error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_FAILED, "%s",
                 _ ("There is no screen to open a window on. “lessonwalk play” plays in the "
                    "terminal; the other commands need no screen either."));
    return lw_command_fail (line, error);
  }
  g_autofree char *program = lw_command_find_program ("window");
  if (program == NULL) {
    g_set_error (
        &error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_NOT_FOUND, "%s",
        _ ("The window, lessonwalk-window, is not installed beside this program. “lessonwalk "
           "play” plays in the terminal."));
    return lw_command_fail (line, error);
  }
  if (line->store_path != NULL) {
    g_autofree char *absolute = g_canonicalize_filename (line->store_path, NULL);
    g_setenv ("LESSONWALK_STORE", absolute, TRUE);
  }
  lw_command_run_program (program, line->arguments, &error);
  return lw_command_fail (line, error);
}

/* ---- add ---- */

static int
run_add (LwCommandLine *line)
{
  g_autofree char *title = NULL;
  const GOptionEntry entries[] = {
      {"title", 0, 0, G_OPTION_ARG_STRING, &title,
       N_ ("What to call it; by default the file's name"), N_ ("TEXT")},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL)
    return lw_command_fail (line, error);
  gboolean is_new = FALSE;
  g_autoptr (LwSegment) lesson =
      lw_command_add_file (line, line->arguments[0], title, &is_new, &error);
  if (lesson == NULL)
    return lw_command_fail (line, error);
  if (!is_new && title != NULL) {
    LwSegment fields = *lesson;
    fields.title = title;
    g_autoptr (LwSegment) renamed = lw_segment_new (&fields, &error);
    if (renamed == NULL || !lw_store_put_segment (line->store, renamed, &error))
      return lw_command_fail (line, error);
    g_clear_pointer (&lesson, lw_segment_unref);
    lesson = g_steal_pointer (&renamed);
  }
  if (line->json) {
    json_object *object = json_object_new_object ();
    json_object_object_add (object, "is_new", json_object_new_boolean (is_new));
    json_object_object_add (object, "lesson", lw_json_lesson (line, lesson));
    return lw_command_print_json (line, object);
  }
  char id[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&lesson->id, id);
  lw_print ("%s\n", id);
  if (!is_new)
    lw_command_warn (_ ("It was known already."));
  return LW_EXIT_OK;
}

/* ---- probe ---- */

static const char *
stream_name (LwStreamKind kind)
{
  switch (kind) {
  case LW_STREAM_VIDEO:
    return _ ("video");
  case LW_STREAM_AUDIO:
    return _ ("sound");
  case LW_STREAM_CAPTIONS:
    return _ ("captions");
  case LW_STREAM_OTHER:
    break;
  }
  return _ ("other");
}

static char *
stream_details (const LwStreamInfo *stream)
{
  GString *text = g_string_new (stream->codec);
  if (stream->kind == LW_STREAM_VIDEO) {
    g_string_append_printf (text, " %u×%u", stream->width, stream->height);
    if (stream->fps_num > 0 && stream->fps_den > 0) {
      char fps[G_ASCII_DTOSTR_BUF_SIZE];
      g_ascii_formatd (fps, sizeof fps, "%.2f", (double)stream->fps_num / stream->fps_den);
      g_string_append_printf (text, _ (", %s frames a second"), fps);
    }
    if (stream->is_vfr)
      g_string_append (text, _ (" (variable)"));
    if (stream->rotation != 0)
      g_string_append_printf (text, _ (", turned by %d°"), stream->rotation);
  } else if (stream->kind == LW_STREAM_AUDIO) {
    g_string_append_printf (text, _ (" %u Hz, %u channels"), stream->sample_rate, stream->channels);
  }
  if (*stream->language != '\0')
    g_string_append_printf (text, ", %s", stream->language);
  return g_string_free (text, FALSE);
}

static void
print_probe (const LwProbe *probe)
{
  g_autofree char *length = lw_time_format_ms (MAX (probe->duration, 0));
  g_autofree char *container = lw_text_make_safe (probe->container, FALSE);
  lw_print ("%s %s\n%s %s\n", _ ("container:"), container, _ ("length:"),
            probe->duration == LW_TIME_NONE ? _ ("unknown") : length);
  if (probe->created_utc_us != 0) {
    g_autofree char *created = lw_utc_format (probe->created_utc_us);
    lw_print ("%s %s\n", _ ("recorded:"), created);
  }
  for (guint i = 0; i < probe->streams->len; i++) {
    const LwStreamInfo *stream = g_ptr_array_index (probe->streams, i);
    g_autofree char *details = stream_details (stream);
    g_autofree char *safe = lw_text_make_safe (details, FALSE);
    lw_print ("%s: %s\n", stream_name (stream->kind), safe);
  }
  lw_print (_ ("frames: %u, %u of them key frames\n"), probe->frames->len, probe->keyframes->len);
  for (guint i = 0; i < probe->chapters->len; i++) {
    const LwChapter *chapter = g_ptr_array_index (probe->chapters, i);
    g_autofree char *start = lw_time_format_ms (MAX (chapter->start, 0));
    g_autofree char *title = lw_text_make_safe (chapter->title, FALSE);
    lw_print ("%s %s %s\n", _ ("chapter:"), start, title);
  }
  if (probe->captions->len > 0)
    lw_print (_ ("captions in the file: %u lines\n"), probe->captions->len);
  if (probe->is_truncated)
    lw_command_warn ("%s", _ ("The file is damaged or ends early."));
}

static int
run_probe (LwCommandLine *line)
{
  if (!lw_command_parse (line, NULL, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_canonicalize_filename (line->arguments[0], NULL);
  g_autoptr (LwProbe) probe = lw_media_probe (path, NULL, &error);
  if (probe == NULL)
    return lw_command_fail (line, error);
  if (!line->json) {
    print_probe (probe);
    return LW_EXIT_OK;
  }
  g_autofree char *text = lw_probe_to_json (probe);
  json_object *object = json_object_new_object ();
  json_object_object_add (object, "probe", json_tokener_parse (text));
  return lw_command_print_json (line, object);
}

/* ---- play ---- */

static int
run_play (LwCommandLine *line)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *rate = NULL;
  g_autofree char *steps = NULL;
  g_autofree char *seconds = NULL;
  LwPlayOptions options = {.from = LW_TIME_NONE, .to = LW_TIME_NONE, .rate = 1};
  const GOptionEntry entries[] = {
      {"from", 0, 0, G_OPTION_ARG_STRING, &from, N_ ("Where to begin"), N_ ("TIME")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &to, N_ ("Where to stop"), N_ ("TIME")},
      {"rate", 'r', 0, G_OPTION_ARG_STRING, &rate, N_ ("Speed, 0.25 to 4"), N_ ("NUMBER")},
      {"steps", 0, 0, G_OPTION_ARG_STRING, &steps,
       N_ ("Do not play: show so many frames, one by one"), N_ ("NUMBER")},
      {"for", 0, 0, G_OPTION_ARG_STRING, &seconds, N_ ("Stop after so many seconds on the clock"),
       N_ ("SECONDS")},
      {"headless", 0, 0, G_OPTION_ARG_NONE, &options.headless,
       N_ ("No keys: print what is passed, then end"), NULL},
      {"silent", 0, 0, G_OPTION_ARG_NONE, &options.silent, N_ ("Open no sound device"), NULL},
      {NULL},
  };
  if (!lw_command_parse (line, entries, 1, 1))
    return LW_EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  guint64 number = 0;
  if ((from != NULL && !lw_command_parse_time ("--from", from, &options.from, &error)) ||
      (to != NULL && !lw_command_parse_time ("--to", to, &options.to, &error)) ||
      (rate != NULL && !lw_command_parse_rate (rate, &options.rate, &error)) ||
      (seconds != NULL && !lw_command_parse_time ("--for", seconds, &options.wall, &error)) ||
      (steps != NULL && !lw_command_parse_number ("--steps", steps, 1, 1000000, &number, &error)))
    return lw_command_fail (line, error);
  options.steps = (guint)number;
  if (options.from != LW_TIME_NONE && options.to != LW_TIME_NONE && options.to <= options.from)
    return lw_command_fail_usage (line, "%s", _ ("--from must be before --to."));
  if (line->json || options.steps > 0 || !isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO))
    options.headless = TRUE;
  if (lw_command_open_store (line, LW_STORE_FOR_WRITING, &error) == NULL)
    return lw_command_fail (line, error);
  return lw_play (line, line->arguments[0], &options);
}

const LwCommand lw_commands_watch[] = {
    {"open", N_ ("[FILE…]"), N_ ("Open the window"), N_ ("Example:\n  lessonwalk open lesson.mp4"),
     run_open},
    {"play", N_ ("LESSON"), N_ ("Play in the terminal, or headless"),
     N_ ("Keys: space plays and pauses; left and right jump 5 seconds; , and . step one frame;\n"
         "n pins a noticing and w a wondering to the frame of that moment: type, Enter keeps,\n"
         "Escape puts it away and d opens it again; [ and ] change the speed; u undoes, q ends.\n\n"
         "With --headless, --json, or when this is no terminal, the notes that are passed are\n"
         "printed and it ends at the end, at --to, or after --for seconds. --json prints one\n"
         "object a line, each with \"event\": opened, note, frame, message, end or error.\n\n"
         "Examples:\n  lessonwalk play lesson.mp4\n"
         "  lessonwalk play lesson.mp4 --headless --from 1:00 --to 1:30 --rate 2\n"
         "  lessonwalk play lesson.mp4 --from 1:15 --steps 10 --json"),
     run_play},
    {"add", N_ ("FILE"), N_ ("Make a video known, and print its lesson's id"),
     N_ ("Example:\n  lessonwalk add lesson.mp4 --title \"Fractions, 4th grade\""), run_add},
    {"probe", N_ ("FILE"), N_ ("Show what is in a video file"),
     N_ ("Runs in a sandbox; exit code 5 if there can be none.\n\n"
         "Example:\n  lessonwalk probe lesson.mp4 --json"),
     run_probe},
    {NULL},
};
