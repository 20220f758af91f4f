/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-service.h"

LwMediaService *
lw_media_service_new (LwRoom *room, GError **error)
{
  g_autofree char *media = lw_room_path (room, "media");
  g_autofree char *uploads = lw_room_path (room, "uploads");
  LwMediaTickets *tickets;
  LwMediaService *self;

  if (!lw_media_make_folder (media, error) || !lw_media_make_folder (uploads, error))
    return NULL;
  tickets = lw_media_tickets_new (room, error);
  if (tickets == NULL)
    return NULL;
  self = g_new0 (LwMediaService, 1);
  self->room = room;
  self->tickets = tickets;
  self->locks = lw_upload_locks_new ();
  self->jobs = lw_media_jobs_new (room, self->locks);
  lw_media_add_uploads (self);
  lw_media_add_segments (self);
  lw_media_add_delivery (self);
  return self;
}

void
lw_media_service_free (LwMediaService *self)
{
  if (self == NULL)
    return;
  lw_media_jobs_free (self->jobs);
  lw_upload_locks_free (self->locks);
  lw_media_tickets_free (self->tickets);
  g_free (self);
}
