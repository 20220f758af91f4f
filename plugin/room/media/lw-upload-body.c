/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The bytes of an upload on their way to the disk. What the room says it has, it has: the ledger's
 * count grows only after the file is synced, and the file is cut to it before more is written. In
 * the midst of a long request that happens every few pieces, so that a room that is killed asks for
 * little of it again.
 */

#include "lw-upload-body.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SYNC_BYTES (16 * 1024 * 1024)

typedef struct {
  LwMediaService *service;
  LwId id;
  int fd;
  gint64 offset, kept, length;
  LwUploadState state;
} Body;

/* Everything so far is on the disk, and the ledger says so. */
static gboolean
keep (Body *body, GError **error)
{
  int code;

  if (body->kept == body->offset)
    return TRUE;
  if (fdatasync (body->fd) != 0) {
    code = errno;
    g_set_error_literal (error, LW_STORE_ERROR,
                         code == ENOSPC || code == EDQUOT ? LW_STORE_ERROR_FULL : LW_STORE_ERROR_IO,
                         g_strerror (code));
    return FALSE;
  }
  if (!lw_uploads_set_received (body->service->room->ledger, &body->id, body->offset, &body->state,
                                error))
    return FALSE;
  body->kept = body->offset;
  if (body->state == LW_UPLOAD_CHECKING)
    lw_media_jobs_wake (body->service->jobs);
  return TRUE;
}

static gboolean
write_all (Body *body, const guint8 *bytes, gsize length)
{
  while (length > 0) {
    gssize written = pwrite (body->fd, bytes, length, body->offset);

    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return FALSE;
    bytes += written;
    length -= (gsize)written;
    body->offset += written;
  }
  return TRUE;
}

static void
reply_cannot_write (LwHttpCall *call, int code)
{
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    lw_http_call_reply_error (call, 507, "disk-full",
                              "The room's disk is full. What has come so far is kept; when whoever "
                              "runs the room has made space, it goes on from there.");
  } else {
    g_warning ("An upload cannot be written: %s", g_strerror (code));
    lw_http_call_reply_error (call, 500, "trouble",
                              "The room cannot write to its disk just now. What has come so far is "
                              "kept; try again later, and tell whoever runs the room.");
  }
}

static gboolean
take (LwHttpCall *call, const guint8 *bytes, gsize length, gpointer data)
{
  Body *body = data;
  g_autoptr (GError) error = NULL;

  if ((gint64)length > body->length - body->offset) {
    lw_http_call_reply_error (call, 413, "too-long",
                              "More came than was announced. The file changed while it was sent; "
                              "begin the upload again.");
    return FALSE;
  }
  if (!write_all (body, bytes, length)) {
    reply_cannot_write (call, errno);
    return FALSE;
  }
  if (body->offset - body->kept >= SYNC_BYTES && !keep (body, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  return TRUE;
}

static void
end (LwHttpCall *call, gpointer data)
{
  Body *body = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *offset = NULL;

  if (!keep (body, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  offset = g_strdup_printf ("%" G_GINT64_FORMAT, body->kept);
  lw_http_call_set_header (call, "Upload-Offset", offset);
  lw_http_call_reply_empty (call, 204);
}

static void
body_free (gpointer data)
{
  Body *body = data;
  g_autoptr (GError) error = NULL;

  /* A connection that broke has brought something too. */
  if (!keep (body, &error))
    g_message ("The last part of an upload was not kept: %s", error->message);
  close (body->fd);
  lw_upload_locks_release (body->service->locks, &body->id);
  g_free (body);
}

static Body *
open_body (LwMediaService *service, const LwUpload *upload)
{
  g_autofree char *path = lw_upload_path (service->room, &upload->id);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  Body *body;

  if (fd < 0)
    return NULL;
  if (ftruncate (fd, upload->received_bytes) != 0) {
    close (fd);
    return NULL;
  }
  body = g_new0 (Body, 1);
  body->service = service;
  body->id = upload->id;
  body->fd = fd;
  body->offset = body->kept = upload->received_bytes;
  body->length = upload->length_bytes;
  return body;
}

void
lw_upload_body_take (LwMediaService *service, LwHttpCall *call, const LwUpload *upload)
{
  static const LwHttpSink sink = {take, end, body_free};
  Body *body = open_body (service, upload);

  if (body == NULL) {
    reply_cannot_write (call, errno);
    lw_upload_locks_release (service->locks, &upload->id);
    return;
  }
  lw_http_call_take_body (call, &sink, body);
}
