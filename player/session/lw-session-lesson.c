/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-session-private.h"

#include <string.h>

/* A UUID of version 8 (RFC 9562, 5.8): bits of the media's hash where chance would be otherwise. */
static LwId
lesson_id (const LwContentHash *media)
{
  LwId id;
  memcpy (id.bytes, media->bytes, sizeof id.bytes);
  id.bytes[6] = (id.bytes[6] & 0x0F) | 0x80;
  id.bytes[8] = (id.bytes[8] & 0x3F) | 0x80;
  return id;
}

LwSegment *
lw_session_add_lesson (LwStore *store, const LwSegment *fields, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (store) && fields != NULL, NULL);
  LwSegment copy = *fields;
  copy.id = lesson_id (&fields->media);
  /* A lesson that began with this content and has grown since. */
  g_autoptr (LwSegment) there = lw_store_get_segment (store, &copy.id, NULL);
  if (there != NULL && !lw_content_hash_equal (&there->media, &fields->media))
    return g_steal_pointer (&there);
  g_autoptr (LwSegment) lesson = lw_segment_new (&copy, error);
  if (lesson == NULL)
    return NULL;
  g_autoptr (GError) refusal = NULL;
  if (lw_store_put_segment (store, lesson, &refusal))
    return g_steal_pointer (&lesson);
  if (!g_error_matches (refusal, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT) &&
      !g_error_matches (refusal, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&refusal));
    return NULL;
  }
  /* Erased things do not come back; the video may. */
  copy.id = lw_id_new ();
  g_autoptr (LwSegment) anew = lw_segment_new (&copy, error);
  if (anew == NULL || !lw_store_put_segment (store, anew, error))
    return NULL;
  return g_steal_pointer (&anew);
}
