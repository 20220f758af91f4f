/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the wording nudge costs for a note of usual length, beside one pass of g_utf8_normalize over
 * the same words, and for a megabyte.
 */

#include <glib.h>
#include <string.h>
#include <time.h>

#include "bench-figures.h"
#include "lw-wording.h"

#define N_NOTES 20000
#define N_LONG 5

static const char note[] =
    "Mateo said “three fourths” and pointed at the strip. The teacher asked how he knew; four "
    "hands "
    "went up at table 2. Noor should have had more time, and the others were bored. She told them "
    "they must write it down, wrote both on the board and waited eleven seconds. Great use of "
    "talk moves by the end.";

static void
measure (LwWording *wording, const char *text, guint n, Figures *ours, Figures *floor)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GArray) marks = NULL;
    g_autofree char *normal = NULL;
    gint64 begin = figures_now ();

    marks = lw_wording_check (wording, text);
    figures_add (ours, begin);
    g_assert_cmpuint (marks->len, >, 0);
    begin = figures_now ();
    normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFD);
    figures_add (floor, begin);
  }
}

int
main (void)
{
  g_autoptr (LwWording) wording = lw_wording_find ("en", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  Figures ours, floor, ours_long, floor_long;

  figures_init (&ours);
  figures_init (&floor);
  figures_init (&ours_long);
  figures_init (&floor_long);
  measure (wording, note, N_NOTES, &ours, &floor);
  while (text->len < 1000000)
    g_string_append (text, note);
  measure (wording, text->str, N_LONG, &ours_long, &floor_long);
  g_print ("a note of %zu bytes\n", strlen (note));
  figures_print ("wording of a note", &ours, "g_utf8_normalize of it", &floor,
                 "at most 1 ms a note");
  figures_print ("wording of 1 MB", &ours_long, "g_utf8_normalize of it", &floor_long, NULL);
  figures_clear (&ours);
  figures_clear (&floor);
  figures_clear (&ours_long);
  figures_clear (&floor_long);
  return 0;
}
