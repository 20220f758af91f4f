/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-output.h"
#include "lw-play.h"

#include <stdio.h>

static json_object *
event_new (const char *name)
{
  json_object *event = json_object_new_object ();
  json_object_object_add (event, "event", json_object_new_string (name));
  return event;
}

/* Seen at once also by a program at the other end of a pipe. */
static void
print_event (json_object *event)
{
  lw_command_print_json_line (event);
  fflush (stdout);
}

static void
say (LwPlay *play, const char *text)
{
  if (play->terminal != NULL) {
    lw_terminal_say (play->terminal, text);
    return;
  }
  lw_print ("%s\n", text);
  fflush (stdout);
}

/* Else nobody would know of them who comes back another day. */
static void
print_put_away (LwPlay *play)
{
  g_autoptr (GPtrArray) drafts = lw_session_get_parked_drafts (play->session);

  if (drafts->len == 0)
    return;
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u note was put away unfinished; d goes on with it.",
                                 "%u notes were put away unfinished; d goes on with the last.",
                                 drafts->len),
                       drafts->len);
  say (play, text);
}

void
lw_play_print_opened (LwPlay *play)
{
  const LwSegment *lesson = lw_session_get_segment (play->session);
  const LwWalk *walk = lw_session_get_walk (play->session);
  guint count = g_list_model_get_n_items (lw_session_get_notes (play->session));
  if (play->line->json) {
    json_object *event = event_new ("opened");
    json_object_object_add (event, "lesson", lw_json_lesson (play->line, lesson));
    json_object_object_add (event, "notes", json_object_new_int64 (count));
    json_object_object_add (event, "pass",
                            json_object_new_int64 (lw_session_get_pass (play->session)));
    print_event (event);
    return;
  }
  g_autofree char *title = lw_text_make_safe (lw_session_get_title (play->session), FALSE);
  g_autofree char *length = lw_time_format (lesson->duration);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s, %s long, %u note", "%s, %s long, %u notes", count), title, length, count);
  say (play, text);
  if (walk != NULL && *walk->focus != '\0') {
    g_autofree char *focus = lw_text_make_safe (walk->focus, FALSE);
    g_autofree char *inquiry = lw_text_make_safe (walk->inquiry, FALSE);
    g_autofree char *both = g_strdup_printf (_ ("focus: %s  inquiry: %s"), focus, inquiry);
    say (play, both);
  }
  if (play->terminal != NULL)
    print_put_away (play);
}

void
lw_play_print_frame (LwPlay *play, LwTime time)
{
  if (play->line->json) {
    json_object *event = event_new ("frame");
    json_object_object_add (event, "time_ns", lw_json_time (time));
    print_event (event);
    return;
  }
  g_autofree char *text = lw_time_format_ms (MAX (time, 0));
  g_autofree char *whole = g_strdup_printf (_ ("%s  frame"), text);
  say (play, whole);
}

void
lw_play_print_message (LwPlay *play, const char *text)
{
  if (play->line->json) {
    json_object *event = event_new ("message");
    json_object_object_add (event, "text", lw_json_string (text));
    print_event (event);
    return;
  }
  g_autofree char *safe = lw_text_make_safe (text, FALSE);
  if (play->terminal != NULL)
    lw_terminal_say (play->terminal, safe);
  else
    lw_print_error ("%s\n", safe);
}

void
lw_play_print_end (LwPlay *play)
{
  LwEngineStats stats = {0};
  lw_engine_get_stats (play->engine, &stats);
  LwTime time = lw_engine_get_frame_time (play->engine);
  if (play->line->json) {
    json_object *event = event_new ("end");
    json_object_object_add (event, "time_ns", lw_json_time (time));
    json_object_object_add (event, "frames_shown",
                            json_object_new_int64 ((gint64)stats.frames_shown));
    json_object_object_add (event, "frames_dropped",
                            json_object_new_int64 ((gint64)stats.frames_dropped));
    print_event (event);
    return;
  }
  g_autofree char *at = lw_time_format_ms (MAX (time, 0));
  lw_print (_ ("%s  end; %" G_GUINT64_FORMAT " frames shown, %" G_GUINT64_FORMAT " dropped\n"), at,
            stats.frames_shown, stats.frames_dropped);
}

static void
print_note (LwPlay *play, LwNoteItem *item)
{
  const LwNote *note = lw_note_item_get_note (item);
  if (play->line->json) {
    json_object *event = event_new ("note");
    json_object_object_add (event, "note", lw_json_note (play->line, note));
    print_event (event);
    return;
  }
  g_autofree char *time = lw_time_format_ms (note->start);
  g_autofree char *author = lw_text_make_safe (lw_note_item_get_author (item), FALSE);
  g_autofree char *text = lw_text_make_safe (note->text, FALSE);
  g_autofree char *whole =
      g_strdup_printf ("%s  %-9s  %s: %s", time, lw_note_kind_to_string (note->kind), author, text);
  say (play, whole);
}

void
lw_play_print_passed (LwPlay *play, LwTime time)
{
  if (time <= play->passed)
    return;
  GListModel *notes = lw_session_get_notes (play->session);
  guint count = g_list_model_get_n_items (notes);
  int first = lw_session_find_note_at (play->session, play->passed);
  for (guint i = (guint)(first + 1); i < count; i++) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (notes, i);
    const LwNote *note = lw_note_item_get_note (item);
    if (note->start > time)
      break;
    if (note->start > play->passed)
      print_note (play, item);
  }
  play->passed = time;
}
