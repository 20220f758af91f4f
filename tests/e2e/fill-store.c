/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a store for tests of the window to look at: a walk with focus and inquiry, a segment of the
 * media, and as many notes as wanted. Goes through the store's own functions only.
 */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "lw-store.h"

static void
must (gboolean ok, GError *error)
{
  if (ok)
    return;
  g_printerr ("fill-store: %s\n", error != NULL ? error->message : "failed");
  exit (1);
}

static LwSegment *
put_segment (LwStore *store, const char *media, LwTime duration, gboolean with_walk)
{
  g_autoptr (GError) error = NULL;
  LwContentHash hash;
  GStatBuf info;
  LwId visit_id = LW_ID_NONE;
  LwSegment *segment;

  must (lw_content_hash_file (media, NULL, NULL, NULL, &hash, &error), error);
  must (g_stat (media, &info) == 0, NULL);
  must (lw_store_remember_media (
            store, &hash, media, (guint64)info.st_size,
            (gint64)info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000, &error),
        error);
  if (with_walk) {
    g_autoptr (LwPerson) teacher = lw_person_new (&(LwPerson){.name = "Ms. Alder"}, &error);
    g_autoptr (LwWalk) walk = lw_walk_new (
        &(LwWalk){.title = "Evidence in mathematics talk",
                  .focus_owner_id = teacher->id,
                  .focus = "Pressing students for evidence when they compare fractions",
                  .inquiry = "In what ways am I pressing students for evidence, and who answers?"},
        &error);
    must (walk != NULL, error);
    g_autoptr (LwVisit) visit = lw_visit_new (&(LwVisit){.walk_id = walk->id, .order = 1}, &error);
    must (lw_store_put_person (store, teacher, &error) && lw_store_put_walk (store, walk, &error) &&
              lw_store_put_visit (store, visit, &error),
          error);
    visit_id = visit->id;
  }
  segment = lw_segment_new (
      &(LwSegment){
          .visit_id = visit_id, .media = hash, .title = "Which is greater?", .duration = duration},
      &error);
  must (segment != NULL && lw_store_put_segment (store, segment, &error), error);
  return segment;
}

static void
add_many (LwStore *store, const LwSegment *segment, guint count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  LwId tracks[4];

  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++) {
    g_autofree char *name = g_strdup_printf ("Walker %u", i + 1);
    g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = name}, &error);
    must (lw_store_put_person (store, person, &error), error);
    g_autoptr (LwTrack) track = lw_store_ensure_track (store, &segment->id, &person->id, &error);
    must (track != NULL, error);
    tracks[i] = track->id;
  }
  for (guint i = 0; i < count; i++) {
    g_autofree char *text = g_strdup_printf (
        "Note %u: a student says why, and another takes it up in other words.", i + 1);
    LwTime start = (LwTime)(g_rand_double (rand) * (double)(segment->duration - LW_SECOND));
    LwNote fields = {.track_id = tracks[i % 4],
                     .kind = i % 3 == 0 ? LW_NOTE_WONDERING : LW_NOTE_NOTICING,
                     .pass = 1,
                     .start = start,
                     .end = i % 10 == 0 ? start + LW_SECOND : start,
                     .text = text};
    LwNote *note = lw_note_new (&fields, &error);
    must (note != NULL, error);
    g_ptr_array_add (notes, note);
  }
  must (lw_store_add_notes (store, notes, &error), error);
}

int
main (int argc, char *argv[])
{
  int many = 0;
  double seconds = 40;
  gboolean walk = FALSE;
  const GOptionEntry entries[] = {
      {"many", 0, 0, G_OPTION_ARG_INT, &many, "add so many invented notes", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "how long the media is", "S"},
      {"walk", 0, 0, G_OPTION_ARG_NONE, &walk, "with a walk: focus and inquiry", NULL},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("STORE MEDIA");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  must (g_option_context_parse (context, &argc, &argv, &error), error);
  must (argc == 3, NULL);
  g_autoptr (LwStore) store = lw_store_open (argv[1], LW_STORE_OPEN_DEFAULT, &error);
  must (store != NULL, error);
  g_autofree char *media = g_canonicalize_filename (argv[2], NULL);
  g_autoptr (LwSegment) segment =
      put_segment (store, media, (LwTime)(seconds * (double)LW_SECOND), walk);
  if (many > 0)
    add_many (store, segment, (guint)many);
  lw_store_close (store);
  return 0;
}
