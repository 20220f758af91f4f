/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-phrases.h"

#include <glib/gi18n.h>

#include "lw-palette.h"

char *
lw_phrase_isolate (char *text)
{
  g_autofree char *given = text;

  return g_strdup_printf ("\u2066%s\u2069", given);
}

char *
lw_phrase_when (const LwNote *note)
{
  g_autofree char *start = lw_time_format (note->start);
  g_autofree char *end = NULL;

  if (!lw_note_is_range (note))
    return g_steal_pointer (&start);
  end = lw_time_format (note->end);
  /* A range shorter than a second has one clock time. */
  if (g_str_equal (start, end))
    return g_steal_pointer (&start);
  return lw_phrase_isolate (g_strdup_printf ("%s – %s", start, end));
}

char *
lw_phrase_pass (guint pass)
{
  switch (pass) {
  case 1:
    return g_strdup (_ ("First viewing"));
  case 2:
    return g_strdup (_ ("Second viewing"));
  case 3:
    return g_strdup (_ ("Third viewing"));
  default:
    /* Translators: the fourth viewing of a lesson and those after: "Viewing 4" */
    return g_strdup_printf (_ ("Viewing %u"), pass);
  }
}

char *
lw_phrase_note (LwNoteItem *item)
{
  const LwNote *note = lw_note_item_get_note (item);
  g_autofree char *when = lw_phrase_when (note);
  const char *author = lw_note_item_get_author (item);

  /* Translators: "Noticing at 4:07 by Ana: She waits before …" */
  return g_strdup_printf (_ ("%s at %s by %s: %s"), lw_note_kind_word (note->kind), when, author,
                          note->text);
}
