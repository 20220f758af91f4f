/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a walk's lesson can be played. */
#include "lw-rooms-private.h"

static GFile *
find_local (LwStore *store, const LwSegment *segment)
{
  g_auto (GStrv) paths = lw_store_media_paths (store, &segment->media, NULL);

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    if (g_path_is_absolute (paths[i]) && g_file_test (paths[i], G_FILE_TEST_IS_REGULAR))
      return g_file_new_for_path (paths[i]);
  }
  return NULL;
}

GFile *
lw_rooms_lesson_address (LwStore *store,
                         const LwJoined *joined,
                         const LwSegment *segment,
                         GCancellable *cancellable,
                         GError **error)
{
  GFile *local = find_local (store, segment);
  g_auto (LwRoomsHttp) http = {0};
  g_autofree char *path = lw_rooms_path ("/api/segments/", &segment->id, "/ticket");
  g_autofree char *video = lw_rooms_path ("/media/", &segment->id, "/video?ticket=");
  g_autofree char *escaped = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (json_object) answer = NULL;
  const char *ticket;

  if (local != NULL)
    return local;
  lw_rooms_http_init (&http, joined->url, joined->token, cancellable);
  answer = lw_rooms_http_json (&http, "POST", path, json_object_new_object (), error);
  if (answer == NULL)
    return NULL;
  ticket = lw_rooms_get_text (answer, "ticket");
  if (ticket == NULL) {
    g_set_error_literal (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_TROUBLE,
                         _ ("The room gave no way to this lesson. Try again in a moment."));
    return NULL;
  }
  escaped = g_uri_escape_string (ticket, NULL, FALSE);
  uri = g_strconcat (joined->url, video, escaped, NULL);
  return g_file_new_for_uri (uri);
}
