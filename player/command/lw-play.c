/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-play.h"
#include "lw-output.h"
#include "lw-rooms.h"

#include <glib-unix.h>
#include <signal.h>

/* Longer than any frame takes; only so that nothing waits for ever. */
#define INFORMED_MS 10000
#define STEP_MS 2000
#define STEP_LOOK_MS 4

void
lw_play_end (LwPlay *play, int code)
{
  if (play->is_over)
    return;
  play->is_over = TRUE;
  play->code = code;
  g_main_loop_quit (play->loop);
}

static void
end_with_error (LwPlay *play, const GError *error)
{
  if (play->is_over)
    return;
  /* The error goes below the status line, to a terminal as it was before. */
  g_clear_pointer (&play->terminal, lw_terminal_free);
  lw_play_end (play, lw_command_fail (play->line, error));
}

/* ---- the course of it ---- */

static void take_step (LwPlay *play);

/* Looked for, since a frame that comes to rest on screen is not announced. */
static gboolean
look_for_step (gpointer data)
{
  LwPlay *play = data;
  LwTime time = lw_engine_get_frame_time (play->engine);
  if (time > play->passed) {
    play->passed = time;
    lw_play_print_frame (play, time);
    play->waiting_id = 0;
    take_step (play);
    return G_SOURCE_REMOVE;
  }
  if (g_get_monotonic_time () < play->step_deadline_us)
    return G_SOURCE_CONTINUE;
  play->waiting_id = 0;
  lw_play_end (play, LW_EXIT_OK); /* there is no further frame */
  return G_SOURCE_REMOVE;
}

static void
take_step (LwPlay *play)
{
  if (play->steps_left == 0) {
    lw_play_end (play, LW_EXIT_OK);
    return;
  }
  play->steps_left--;
  play->step_deadline_us = g_get_monotonic_time () + STEP_MS * 1000;
  play->waiting_id = g_timeout_add (STEP_LOOK_MS, look_for_step, play);
  lw_engine_step (play->engine, 1);
}

/* On the first frame that is asked for. */
static void
begin (LwPlay *play)
{
  play->is_begun = TRUE;
  LwTime time = lw_engine_get_frame_time (play->engine);
  /* What starts with this very frame is passed too. */
  play->passed = time > 0 ? time - 1 : LW_TIME_NONE;
  if (play->options->steps > 0) {
    play->steps_left = play->options->steps - 1;
    play->passed = time;
    lw_play_print_frame (play, time);
    take_step (play);
    return;
  }
  lw_engine_play (play->engine);
}

static void
try_to_begin (LwPlay *play)
{
  LwEngineState state = lw_engine_get_state (play->engine);
  if (play->is_begun || !play->is_opened || !play->is_informed ||
      (state != LW_ENGINE_PAUSED && state != LW_ENGINE_PLAYING))
    return;
  g_clear_handle_id (&play->waiting_id, g_source_remove);
  if (play->options->from == LW_TIME_NONE) {
    begin (play);
    return;
  }
  play->is_informed = FALSE; /* once only */
  lw_engine_seek (play->engine, play->options->from, LW_SEEK_EXACT);
}

static void
on_seek_done (LwEngine *engine, gint64 time, LwPlay *play)
{
  if (!play->is_begun && play->is_opened)
    begin (play);
  else if (play->options->steps == 0)
    play->passed = time > 0 ? time - 1 : LW_TIME_NONE; /* a jump */
}

static void
on_frame (LwEngine *engine, gint64 time, LwPlay *play)
{
  if (play->terminal != NULL)
    lw_terminal_redraw (play->terminal);
  if (!play->is_begun || play->is_over || play->options->steps > 0)
    return;
  lw_play_print_passed (play, time);
  if (play->options->to != LW_TIME_NONE && time >= play->options->to)
    lw_play_end (play, LW_EXIT_OK);
}

static void
on_state_changed (LwEngine *engine, LwEngineState state, LwPlay *play)
{
  try_to_begin (play);
  if (play->terminal != NULL)
    lw_terminal_redraw (play->terminal);
}

static void
on_ended (LwEngine *engine, LwPlay *play)
{
  if (play->terminal == NULL && play->is_begun)
    lw_play_end (play, LW_EXIT_OK);
}

/* ---- the session speaks ---- */

static gboolean
on_uninformed (gpointer data)
{
  LwPlay *play = data;
  play->waiting_id = 0;
  play->is_informed = TRUE;
  try_to_begin (play);
  return G_SOURCE_REMOVE;
}

static void
set_informed (LwPlay *play)
{
  if (play->is_begun || play->is_informed)
    return;
  play->is_informed = TRUE;
  try_to_begin (play);
}

static void
on_probe (LwPlay *play)
{
  if (lw_session_get_probe (play->session) != NULL)
    set_informed (play);
}

static void
on_message (LwSession *session, const char *text, LwPlay *play)
{
  lw_play_print_message (play, text);
  set_informed (play);
}

static void
on_failed (LwSession *session, GError *error, LwPlay *play)
{
  end_with_error (play, error);
}

static gboolean
on_time_over (gpointer data)
{
  lw_play_end (data, LW_EXIT_OK);
  return G_SOURCE_CONTINUE;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  LwPlay *play = data;
  g_autoptr (GError) error = NULL;
  if (!lw_session_open_finish (play->session, result, &error)) {
    end_with_error (play, error);
    return;
  }
  play->is_opened = TRUE;
  lw_play_print_opened (play);
  /* From here on: what a slow disk or machine takes to open it is not taken from the time. */
  if (play->options->wall > 0)
    play->limit_id = g_timeout_add ((guint)(play->options->wall / LW_MSECOND), on_time_over, play);
  g_autofree char *path = g_file_get_path (lw_session_get_file (play->session));
  if (path == NULL || lw_session_get_probe (play->session) != NULL)
    play->is_informed = TRUE;
  else
    play->waiting_id = g_timeout_add (INFORMED_MS, on_uninformed, play);
  if (play->terminal != NULL) {
    play->is_informed = TRUE;
    lw_terminal_redraw (play->terminal);
  }
  try_to_begin (play);
}

/* ---- around it ---- */

/* @ret_lesson: (nullable): of a walk that was joined, whose file may be anywhere */
static GFile *
find_file (LwCommandLine *line, const char *name, LwSegment **ret_lesson, GError **error)
{
  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return g_file_new_for_path (name);
  if (lw_session_hash_address (name, NULL))
    return g_file_new_for_uri (name);
  g_autoptr (LwSegment) lesson = lw_command_find_lesson (line, name, error);
  if (lesson == NULL)
    return NULL;
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (line->store, &lesson->id, NULL);
  g_autoptr (LwJoined) joined = walk != NULL ? lw_rooms_find (line->store, &walk->id, NULL) : NULL;
  if (joined != NULL) {
    *ret_lesson = lw_segment_ref (lesson);
    return lw_rooms_lesson_address (line->store, joined, lesson, NULL, error);
  }
  g_autofree char *path = lw_command_media_path (line, lesson, error);
  if (path == NULL)
    return NULL;
  return g_path_is_absolute (path) ? g_file_new_for_path (path) : g_file_new_for_uri (path);
}

static gboolean
on_interrupt (gpointer data)
{
  lw_play_end (data, LW_EXIT_INTERRUPTED);
  return G_SOURCE_CONTINUE;
}

static void
run (LwPlay *play, GFile *file)
{
  guint sources[] = {
      g_unix_signal_add (SIGINT, on_interrupt, play),
      g_unix_signal_add (SIGTERM, on_interrupt, play),
      g_unix_signal_add (SIGHUP, on_interrupt, play),
  };
  g_signal_connect (play->engine, "frame", G_CALLBACK (on_frame), play);
  g_signal_connect (play->engine, "seek-done", G_CALLBACK (on_seek_done), play);
  g_signal_connect (play->engine, "state-changed", G_CALLBACK (on_state_changed), play);
  g_signal_connect (play->engine, "ended", G_CALLBACK (on_ended), play);
  g_signal_connect (play->session, "message", G_CALLBACK (on_message), play);
  g_signal_connect (play->session, "failed", G_CALLBACK (on_failed), play);
  g_signal_connect_swapped (play->session, "notify::probe", G_CALLBACK (on_probe), play);
  /* Before it opens: a server that gives no parts of a file can then be played at that speed too.
   */
  if (play->options->rate != 1)
    lw_engine_set_rate (play->engine, play->options->rate);
  lw_session_open_async (play->session, file, NULL, on_opened, play);
  if (play->terminal == NULL || play->options->from != LW_TIME_NONE)
    lw_engine_pause (play->engine); /* until it is where it shall begin */
  if (!play->is_over)
    g_main_loop_run (play->loop);
  g_clear_pointer (&play->terminal, lw_terminal_free);
  if (play->is_opened && (play->code == LW_EXIT_OK || play->code == LW_EXIT_INTERRUPTED))
    lw_play_print_end (play);
  g_signal_handlers_disconnect_by_data (play->engine, play);
  g_signal_handlers_disconnect_by_data (play->session, play);
  g_clear_handle_id (&play->waiting_id, g_source_remove);
  g_clear_handle_id (&play->limit_id, g_source_remove);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
}

int
lw_play (LwCommandLine *line, const char *name, const LwPlayOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) lesson = NULL;
  g_autoptr (GFile) file = find_file (line, name, &lesson, &error);
  if (file == NULL || !gst_init_check (NULL, NULL, &error))
    return lw_command_fail (line, error);
  g_autoptr (LwEngine) engine = lw_engine_new (NULL);
  lw_engine_set_silent (engine, options->silent || options->headless);
  g_autoptr (LwPerson) person = lw_command_own_person (line, &error);
  if (person == NULL)
    return lw_command_fail (line, error);
  g_autoptr (LwSession) session = lw_session_new (line->store, engine, person->name);
  if (lesson != NULL)
    lw_session_expect_lesson (session, lesson);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  LwPlay play = {
      .line = line,
      .options = options,
      .loop = loop,
      .engine = engine,
      .session = session,
      .passed = LW_TIME_NONE,
  };
  if (!options->headless)
    play.terminal = lw_terminal_new (&play);
  run (&play, file);
  lw_session_close (session);
  return play.code;
}
