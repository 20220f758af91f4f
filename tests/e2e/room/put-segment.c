/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* put-segment STORE VISIT FILE TITLE SECONDS: a lesson of that visit, as an upload leaves it in the
 * store. Prints its id and the hash of the file. */

#include <stdlib.h>

#include "lw-store.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autofree char *id = NULL;
  char hash[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  LwSegment fields = {0};

  if (argc != 6 || !lw_id_parse (argv[2], &fields.visit_id))
    return 2;
  fields.title = argv[4];
  fields.duration = (LwTime)(g_ascii_strtod (argv[5], NULL) * (double)LW_SECOND);
  if (!lw_content_hash_file (argv[3], NULL, NULL, NULL, &fields.media, &error)) {
    g_printerr ("%s\n", error->message);
    return EXIT_FAILURE;
  }
  store = lw_store_open (argv[1], LW_STORE_OPEN_DEFAULT, &error);
  segment = store != NULL ? lw_segment_new (&fields, &error) : NULL;
  if (segment == NULL || !lw_store_put_segment (store, segment, &error)) {
    g_printerr ("%s\n", error->message);
    return EXIT_FAILURE;
  }
  id = lw_id_to_string (&segment->id);
  lw_content_hash_format (&segment->media, hash);
  g_print ("%s %s\n", id, hash);
  return EXIT_SUCCESS;
}
