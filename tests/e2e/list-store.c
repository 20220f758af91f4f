/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints every note of a store by time, and every draft, one line each, through the store's own
 * functions:  note|draft TAB kind TAB start TAB end TAB text TAB tags TAB author
 * TAB region, as four numbers */
#include <stdlib.h>

#include "lw-store.h"

static void
print_note (const char *what, const LwNote *note, const char *author)
{
  g_autofree char *text = g_strescape (note->text, NULL);
  g_autofree char *tags = g_strjoinv (",", (char **)note->tags);

  g_print ("%s\t%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%u %u %u %u\n", what,
           lw_note_kind_to_string (note->kind), note->start, note->end, text, tags, author,
           note->region.x, note->region.y, note->region.width, note->region.height);
}

static void
print_draft (gpointer draft, gpointer data)
{
  print_note ("draft", draft, "");
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    return 2;
  g_autoptr (LwStore) store = lw_store_open (argv[1], LW_STORE_OPEN_READ_ONLY, &error);
  if (store == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  LwNoteQuery all = {0};
  g_autoptr (GPtrArray) notes = lw_store_query (store, &all, &error);
  g_autoptr (GPtrArray) tracks = lw_store_list (store, LW_ENTITY_TRACK, NULL, NULL);
  if (notes == NULL || tracks == NULL)
    return 1;
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = g_ptr_array_index (notes, i);
    g_autoptr (LwPerson) person = lw_store_get_person (store, &note->author_id, NULL);
    print_note ("note", note, person == NULL ? "" : person->name);
  }
  for (guint i = 0; i < tracks->len; i++) {
    const LwTrack *track = g_ptr_array_index (tracks, i);
    g_autoptr (GPtrArray) open = NULL;
    g_autoptr (GPtrArray) away = NULL;
    if (!lw_store_load_drafts (store, &track->id, &open, &away, NULL))
      return 1;
    g_ptr_array_foreach (open, print_draft, NULL);
    g_ptr_array_foreach (away, print_draft, NULL);
  }
  lw_store_close (store);
  return 0;
}
