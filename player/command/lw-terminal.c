/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys in, one status line out. */
#include "lw-output.h"
#include "lw-play.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define JUMP (5 * LW_SECOND)
#define ESCAPE_MS 60 /* a lone Escape, and not the beginning of an arrow key */
#define REDRAW_MS 66
#define TICK_MS 150
#define CLEAR_LINE "\r\033[K"

struct _LwTerminal {
  LwPlay *play;
  GString *bytes; /* read, and not yet understood */
  GString *text;  /* being typed; NULL: no note is open */
  guint input_id;
  guint escape_id;
  guint redraw_id;
  guint tick_id;
  char *drawn;   /* what the status line says */
  double rate;   /* asked for last; the engine is told, and follows */
  LwTime target; /* of the jump under way; LW_TIME_NONE: none is */
};

/* Also for an exit that nobody planned. */
static struct termios original;
static gboolean is_raw;

static void
give_back (void)
{
  if (!is_raw)
    return;
  is_raw = FALSE;
  tcsetattr (STDIN_FILENO, TCSADRAIN, &original);
}

/* ---- the status line ---- */

/* The end of @text, in at most @width columns: where she types. */
static const char *
tail_of (const char *text, guint width)
{
  while (*text != '\0' && lw_text_width (text) > width)
    text = g_utf8_next_char (text);
  return text;
}

static char *
describe_state (LwTerminal *self)
{
  LwPlay *play = self->play;
  LwEngineState state = lw_engine_get_state (play->engine);
  g_autofree char *time = lw_time_format_ms (MAX (lw_engine_get_frame_time (play->engine), 0));
  g_autofree char *length = lw_time_format (lw_engine_get_duration (play->engine));
  char rate[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (rate, sizeof rate, "%g", lw_engine_get_rate (play->engine));
  const char *words = state == LW_ENGINE_PLAYING   ? _ ("playing")
                      : state == LW_ENGINE_PAUSED  ? _ ("paused")
                      : state == LW_ENGINE_ENDED   ? _ ("at the end")
                      : state == LW_ENGINE_OPENING ? _ ("opening")
                                                   : _ ("stopped");
  return g_strdup_printf (_ ("%s / %s  %s  ×%s  viewing %u  (n notice, w wonder, q quit)"), time,
                          length, words, rate, lw_session_get_pass (play->session));
}

static char *
describe_draft (LwTerminal *self)
{
  const LwNote *draft = lw_session_get_draft (self->play->session);
  if (draft == NULL)
    return g_strdup ("");
  g_autofree char *time = lw_time_format_ms (draft->start);
  g_autofree char *prompt =
      g_strdup_printf ("%s  %s › ", time, lw_note_kind_to_string (draft->kind));
  g_autofree char *safe = lw_text_make_safe (self->text->str, FALSE);
  guint room = lw_output_width ();
  guint used = lw_text_width (prompt) + 1;
  return g_strconcat (prompt, tail_of (safe, room > used + 8 ? room - used : 8), NULL);
}

static gboolean
draw (gpointer data)
{
  LwTerminal *self = data;
  self->redraw_id = 0;
  g_autofree char *line = self->text != NULL ? describe_draft (self) : describe_state (self);
  g_autofree char *cut = lw_text_cut (line, MAX (lw_output_width (), 20) - 1);
  if (g_strcmp0 (cut, self->drawn) != 0) {
    lw_print (CLEAR_LINE "%s", cut);
    fflush (stdout);
    g_free (self->drawn);
    self->drawn = g_steal_pointer (&cut);
  }
  return G_SOURCE_REMOVE;
}

/* A frame that comes to rest on screen is not announced. */
static gboolean
on_tick (gpointer data)
{
  lw_terminal_redraw (data);
  return G_SOURCE_CONTINUE;
}

void
lw_terminal_redraw (LwTerminal *self)
{
  if (self->redraw_id == 0)
    self->redraw_id = g_timeout_add (REDRAW_MS, draw, self);
}

void
lw_terminal_say (LwTerminal *self, const char *text)
{
  lw_print (CLEAR_LINE "%s\n", text);
  g_clear_handle_id (&self->redraw_id, g_source_remove);
  g_clear_pointer (&self->drawn, g_free);
  draw (self);
}

static void
say_error (LwTerminal *self, const GError *error)
{
  g_autofree char *safe = lw_text_make_safe (error->message, FALSE);
  lw_terminal_say (self, safe);
}

/* ---- typing a note ---- */

/* The session opens and closes drafts; the editor follows. */
static void
on_draft (LwTerminal *self)
{
  const LwNote *draft = lw_session_get_draft (self->play->session);
  if (draft == NULL && self->text != NULL)
    self->text = (g_string_free (self->text, TRUE), NULL);
  else if (draft != NULL && self->text == NULL)
    self->text = g_string_new (draft->text);
  lw_terminal_redraw (self);
}

static void
begin_note (LwTerminal *self, LwNoteKind kind)
{
  g_autoptr (GError) error = NULL;
  if (!lw_session_begin_note (self->play->session, kind, &error))
    say_error (self, error);
}

/* The one that was put away last. */
static void
resume_note (LwTerminal *self)
{
  g_autoptr (GError) error = NULL;
  if (!lw_session_resume_draft (self->play->session, NULL, &error))
    say_error (self, error);
}

static void
keep_note (LwTerminal *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_session_keep_draft (self->play->session, &error);
  if (note == NULL) {
    say_error (self, error);
    return;
  }
  g_autofree char *time = lw_time_format_ms (note->start);
  g_autofree char *text = lw_text_make_safe (note->text, FALSE);
  g_autofree char *line =
      g_strdup_printf (_ ("%s  %s kept: %s"), time, lw_note_kind_to_string (note->kind), text);
  lw_terminal_say (self, line);
}

static void
type (LwTerminal *self, gunichar c)
{
  if (c == '\r' || c == '\n') {
    keep_note (self);
    return;
  }
  if (c == 0x7F || c == 0x08) {
    if (self->text->len > 0) {
      const char *last = g_utf8_prev_char (self->text->str + self->text->len);
      g_string_truncate (self->text, (gsize)(last - self->text->str));
    }
  } else if (c == 0x15) { /* Ctrl+U */
    g_string_truncate (self->text, 0);
  } else if (c >= 0x20) {
    g_string_append_unichar (self->text, c);
  }
  lw_session_set_draft_text (self->play->session, self->text->str);
  lw_terminal_redraw (self);
}

/* ---- keys ---- */

static void
change_rate (LwTerminal *self, int direction)
{
  static const double rates[] = {0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4};
  int nearest = 0;
  for (int i = 1; i < (int)G_N_ELEMENTS (rates); i++) {
    if (ABS (rates[i] - self->rate) < ABS (rates[nearest] - self->rate))
      nearest = i;
  }
  nearest = CLAMP (nearest + direction, 0, (int)G_N_ELEMENTS (rates) - 1);
  self->rate = rates[nearest];
  lw_engine_set_rate (self->play->engine, self->rate);
}

/* From where the last jump goes to, if that is not there yet: keys come faster than frames. */
static void
jump (LwTerminal *self, LwTime by)
{
  LwEngine *engine = self->play->engine;
  LwTime now = self->target != LW_TIME_NONE ? self->target : lw_engine_get_frame_time (engine);
  LwTime duration = lw_engine_get_duration (engine);
  self->target = MAX (MAX (now, 0) + by, 0);
  if (duration != LW_TIME_NONE)
    self->target = MIN (self->target, duration);
  lw_engine_seek (engine, self->target, LW_SEEK_EXACT);
}

static void
on_seek_done (LwTerminal *self)
{
  self->target = LW_TIME_NONE;
}

static void
undo (LwTerminal *self)
{
  g_autoptr (GError) error = NULL;
  if (lw_session_undo (self->play->session, &error))
    lw_terminal_say (self, _ ("Undone."));
  else
    say_error (self, error);
}

static void
press (LwTerminal *self, gunichar c)
{
  LwEngine *engine = self->play->engine;
  switch (c) {
  case ' ':
    if (lw_engine_get_state (engine) == LW_ENGINE_PLAYING)
      lw_engine_pause (engine);
    else
      lw_engine_play (engine);
    break;
  case ',':
    lw_engine_step (engine, -1);
    break;
  case '.':
    lw_engine_step (engine, 1);
    break;
  case '[':
    change_rate (self, -1);
    break;
  case ']':
    change_rate (self, 1);
    break;
  case 'n':
    begin_note (self, LW_NOTE_NOTICING);
    break;
  case 'w':
    begin_note (self, LW_NOTE_WONDERING);
    break;
  case 'd':
    resume_note (self);
    break;
  case 'u':
    undo (self);
    break;
  case 'q':
  case 0x04: /* Ctrl+D */
    lw_play_end (self->play, LW_EXIT_OK);
    break;
  default:
    break;
  }
  lw_terminal_redraw (self);
}

/* "\033[C" and the like; the arrows alone mean something. */
static void
press_sequence (LwTerminal *self, char last)
{
  if (self->text != NULL)
    return;
  if (last == 'C')
    jump (self, JUMP);
  else if (last == 'D')
    jump (self, -JUMP);
}

/* How many bytes of an escape sequence stand at the front; 0: not all are there yet. */
static gsize
sequence_length (const GString *bytes)
{
  if (bytes->len < 2)
    return 0;
  if (bytes->str[1] != '[' && bytes->str[1] != 'O')
    return 1; /* a lone Escape, and then something else */
  for (gsize i = 2; i < bytes->len; i++) {
    if (bytes->str[i] >= 0x40 && bytes->str[i] <= 0x7E)
      return i + 1;
  }
  return 0;
}

static void
press_escape (LwTerminal *self)
{
  if (self->text == NULL)
    return;
  gboolean was_empty = self->text->len == 0;
  lw_session_park_draft (self->play->session);
  if (!was_empty)
    lw_terminal_say (self, _ ("Put away; d opens it again."));
}

static gboolean
on_lone_escape (gpointer data)
{
  LwTerminal *self = data;
  self->escape_id = 0;
  if (self->bytes->len > 0 && self->bytes->str[0] == '\033') {
    g_string_erase (self->bytes, 0, 1);
    press_escape (self);
  }
  return G_SOURCE_REMOVE;
}

/* Takes one key off the front; FALSE if more bytes must come first. */
static gboolean
take_key (LwTerminal *self)
{
  if (self->bytes->len == 0)
    return FALSE;
  if (self->bytes->str[0] == '\033') {
    gsize length = sequence_length (self->bytes);
    if (length == 0) {
      self->escape_id = g_timeout_add (ESCAPE_MS, on_lone_escape, self);
      return FALSE;
    }
    char last = self->bytes->str[length - 1];
    g_string_erase (self->bytes, 0, (gssize)length);
    if (length == 1)
      press_escape (self);
    else
      press_sequence (self, last);
    return TRUE;
  }
  gunichar c = g_utf8_get_char_validated (self->bytes->str, (gssize)self->bytes->len);
  if (c == (gunichar)-2 && self->bytes->len < 4)
    return FALSE;
  if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0) {
    g_string_erase (self->bytes, 0, 1);
    return TRUE;
  }
  g_string_erase (self->bytes, 0, g_utf8_skip[(guchar)self->bytes->str[0]]);
  if (self->text != NULL)
    type (self, c);
  else
    press (self, c);
  return TRUE;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  LwTerminal *self = data;
  char buffer[256];
  ssize_t count = read (fd, buffer, sizeof buffer);
  if (count <= 0) {
    self->input_id = 0;
    lw_play_end (self->play, LW_EXIT_OK); /* the terminal is gone: the draft is kept */
    return G_SOURCE_REMOVE;
  }
  g_clear_handle_id (&self->escape_id, g_source_remove);
  g_string_append_len (self->bytes, buffer, count);
  while (!self->play->is_over && take_key (self)) {
  }
  return G_SOURCE_CONTINUE;
}

LwTerminal *
lw_terminal_new (LwPlay *play)
{
  LwTerminal *self = g_new0 (LwTerminal, 1);
  self->play = play;
  self->bytes = g_string_new (NULL);
  self->rate = play->options->rate;
  self->target = LW_TIME_NONE;
  if (tcgetattr (STDIN_FILENO, &original) == 0) {
    struct termios raw = original;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE; /* stopped, it would leave the terminal raw */
    is_raw = tcsetattr (STDIN_FILENO, TCSADRAIN, &raw) == 0;
    static gboolean is_registered = FALSE;
    if (!is_registered)
      atexit (give_back);
    is_registered = TRUE;
  }
  self->input_id = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, self);
  self->tick_id = g_timeout_add (TICK_MS, on_tick, self);
  g_signal_connect_swapped (play->session, "notify::draft", G_CALLBACK (on_draft), self);
  g_signal_connect_swapped (play->engine, "seek-done", G_CALLBACK (on_seek_done), self);
  return self;
}

void
lw_terminal_free (LwTerminal *self)
{
  g_signal_handlers_disconnect_by_data (self->play->session, self);
  g_signal_handlers_disconnect_by_data (self->play->engine, self);
  g_clear_handle_id (&self->input_id, g_source_remove);
  g_clear_handle_id (&self->escape_id, g_source_remove);
  g_clear_handle_id (&self->redraw_id, g_source_remove);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_free (self->drawn);
  lw_print (CLEAR_LINE);
  fflush (stdout);
  give_back ();
  g_string_free (self->bytes, TRUE);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self);
}
