/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-delivery.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-audit.h"
#include "lw-captions.h"
#include "lw-media-make.h"
#include "lw-media-service.h"
#include "lw-range.h"
#include "lw-walk-facts.h"

/* ---- a file, or a part of it ---- */

/* A range counts only of the very file that the client has a part of. */
static const char *
wanted_range (LwHttpCall *call, const char *etag)
{
  const char *condition = lw_http_call_header (call, "If-Range");

  if (!g_str_equal (lw_http_call_method (call), "GET") ||
      (condition != NULL && !g_str_equal (condition, etag)))
    return NULL;
  return lw_http_call_header (call, "Range");
}

static void set_content_range (LwHttpCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
set_content_range (LwHttpCall *call, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  lw_http_call_set_header (call, "Content-Range", text);
}

static void
send_open_file (LwHttpCall *call, int fd, guint64 size, const char *type, const char *etag)
{
  guint64 first, last;

  lw_http_call_set_header (call, "Accept-Ranges", "bytes");
  switch (lw_range_parse (wanted_range (call, etag), size, &first, &last)) {
  case LW_RANGE_WHOLE:
    lw_http_call_reply_file (call, 200, type, fd, 0, (goffset)size);
    return;
  case LW_RANGE_PART:
    set_content_range (call, "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                       first, last, size);
    lw_http_call_reply_file (call, 206, type, fd, (goffset)first, (goffset)(last - first + 1));
    return;
  case LW_RANGE_UNSATISFIABLE:
    set_content_range (call, "bytes */%" G_GUINT64_FORMAT, size);
    close (fd);
    lw_http_call_reply_empty (call, 416);
    return;
  }
}

static void
leave_to_nginx (LwRoom *room, LwHttpCall *call, const char *below, const char *type)
{
  g_autofree char *target = g_strconcat (room->config->accel_prefix, below, NULL);

  lw_http_call_set_header (call, "X-Accel-Redirect", target);
  lw_http_call_set_header (call, "Content-Type", type);
  lw_http_call_reply_empty (call, 200);
}

void
lw_deliver_file (
    LwRoom *room, LwHttpCall *call, const char *below, const char *type, const char *etag)
{
  g_autofree char *path = g_build_filename (room->config->data, "media", below, NULL);
  const char *known = lw_http_call_header (call, "If-None-Match");
  struct stat info;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);

  if (fd < 0 || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)) {
    if (fd >= 0)
      close (fd);
    lw_http_call_reply_not_found (call);
    return;
  }
  lw_http_call_set_header (call, "ETag", etag);
  if (known != NULL && lw_etag_list_contains (known, etag)) {
    close (fd);
    lw_http_call_reply_empty (call, 304);
  } else if (*room->config->accel_prefix != '\0') {
    close (fd);
    leave_to_nginx (room, call, below, type);
  } else {
    send_open_file (call, fd, (guint64)info.st_size, type, etag);
  }
}

/* ---- who may have which ---- */

typedef struct {
  LwWalkFacts facts;
  LwSegment *segment;
} Viewer;

static void
viewer_clear (Viewer *viewer)
{
  lw_walk_facts_clear (&viewer->facts);
  g_clear_pointer (&viewer->segment, lw_segment_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Viewer, viewer_clear)

/* Asked anew at every request: a sign-out, a phase that closes, and an erasure end a ticket. */
static gboolean
load_viewer (LwMediaService *self, LwHttpCall *call, Viewer *viewer)
{
  const char *ticket = lw_http_call_query (call, "ticket");
  LwCaller caller = *lw_http_call_caller (call);
  LwId id;

  if (!lw_http_call_part_id (call, "segment", &id))
    return FALSE;
  if ((ticket != NULL ? !lw_media_tickets_check (self->tickets, ticket, &id, &caller)
                      : lw_id_is_none (&caller.person_id)) ||
      !lw_walk_facts_load_for_segment (&viewer->facts, self->room, &caller, &id, &viewer->segment,
                                       NULL) ||
      !lw_walk_facts_allow (&viewer->facts, LW_ACT_WATCH, FALSE)) {
    lw_http_call_reply_error (call, 403, "ticket",
                              "This lesson is not open to you, or not any more. Open it from its "
                              "walk again.");
    return FALSE;
  }
  return TRUE;
}

/* An original's content is its name; what was made of it may be made anew, so its time counts. */
static char *
make_etag (LwRoom *room, const LwContentHash *hash, const char *name)
{
  char text[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  g_autofree char *path = NULL;
  struct stat info;

  lw_content_hash_format (hash, text);
  if (g_str_has_prefix (name, "original."))
    return g_strdup_printf ("\"%s\"", text);
  path = lw_media_path (room, hash, name);
  if (stat (path, &info) != 0)
    return g_strdup ("\"\"");
  return g_strdup_printf ("\"%s-%s-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x\"", text, name,
                          (guint64)info.st_mtim.tv_sec, (guint64)info.st_mtim.tv_nsec);
}

static void
deliver (
    LwRoom *room, LwHttpCall *call, const LwContentHash *hash, const char *name, const char *type)
{
  g_autofree char *etag = make_etag (room, hash, name);
  char folder[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  g_autofree char *below = NULL;

  lw_content_hash_format (hash, folder);
  below = g_strconcat (folder, "/", name, NULL);
  lw_deliver_file (room, call, below, type, etag);
}

/* What leaves the room, or is about a child, is told in the lesson's audit log first: once for a
 * file, not for each of its parts. Answers itself if that fails. */
static gboolean
tell (
    LwMediaService *self, LwHttpCall *call, const Viewer *viewer, LwAuditAction action, LwId target)
{
  const char *range = lw_http_call_header (call, "Range");
  g_autoptr (GError) error = NULL;

  if (range != NULL && !g_str_has_prefix (range, "bytes=0-"))
    return TRUE;
  if (lw_audit_add (self->room,
                    &(LwAuditEvent){.action = action,
                                    .person_id = viewer->facts.person_id,
                                    .walk_id = viewer->facts.walk->id,
                                    .segment_id = viewer->segment->id,
                                    .target_id = target},
                    &error))
    return TRUE;
  lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  return FALSE;
}

static void
get_video (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (Viewer) viewer = {0};
  g_autoptr (LwMediaFile) file = NULL;

  if (!load_viewer (self, call, &viewer))
    return;
  file = lw_media_file_get (self->room->ledger, &viewer.segment->media, NULL);
  if (file == NULL || *file->playable == '\0')
    lw_http_call_reply_error (call, 404, "not-ready",
                              "This lesson is still being made ready. Try again in a while.");
  else
    deliver (self->room, call, &file->hash, file->playable, file->playable_type);
}

static void
get_original (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (Viewer) viewer = {0};
  g_autoptr (LwMediaFile) file = NULL;

  if (!load_viewer (self, call, &viewer))
    return;
  file = lw_media_file_get (self->room->ledger, &viewer.segment->media, NULL);
  if (file == NULL || !viewer.facts.access.is_host_of)
    lw_http_call_reply_not_found (call);
  else if (tell (self, call, &viewer, LW_AUDIT_TOOK_ORIGINAL, LW_ID_NONE))
    deliver (self->room, call, &file->hash, file->original, file->media_type);
}

static void
get_picture (LwHttpCall *call, gpointer data)
{
  static const struct {
    const char *name, *type;
  } pictures[] = {{LW_POSTER_NAME, "image/jpeg"},
                  {LW_FILMSTRIP_NAME, "image/jpeg"},
                  {LW_FILMSTRIP_FACTS_NAME, "application/json"},
                  {LW_WAVEFORM_NAME, "application/json"},
                  {LW_FRAMES_NAME, "application/json"},
                  {LW_CAPTIONS_NAME, "text/vtt"}};
  LwMediaService *self = data;
  const char *wanted = lw_http_call_part (call, "name");
  g_auto (Viewer) viewer = {0};

  if (!load_viewer (self, call, &viewer))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    if (g_str_equal (wanted, pictures[i].name)) {
      deliver (self->room, call, &viewer.segment->media, pictures[i].name, pictures[i].type);
      return;
    }
  }
  lw_http_call_reply_not_found (call);
}

/* Nobody knows what a file of students holds: as a page of its own it has no origin, runs nothing
 * and fetches nothing. Browsers that show it show it; others keep it under its name. */
static void
confine (LwHttpCall *call, const LwWork *work, const char *original)
{
  const char *ending = strrchr (original, '.');
  gboolean named = ending == NULL || g_str_has_suffix (work->title, ending);
  g_autofree char *name = g_strconcat (work->title, named ? "" : ending, NULL);
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  g_autofree char *disposition = g_strconcat ("inline; filename*=UTF-8''", escaped, NULL);

  lw_http_call_set_header (call, "Content-Disposition", disposition);
  lw_http_call_set_header (call, "Content-Security-Policy",
                           "default-src 'none'; style-src 'unsafe-inline'; "
                           "frame-ancestors 'none'; sandbox");
}

static void
get_work (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (Viewer) viewer = {0};
  g_autoptr (LwMediaFile) file = NULL;
  g_autoptr (LwWork) work = NULL;
  LwId id;

  if (!lw_http_call_part_id (call, "work", &id) || !load_viewer (self, call, &viewer))
    return;
  work = lw_work_get (self->room->ledger, &id, NULL);
  if (work != NULL && lw_id_equal (&work->segment_id, &viewer.segment->id))
    file = lw_media_file_get (self->room->ledger, &work->media, NULL);
  if (file == NULL)
    lw_http_call_reply_not_found (call);
  else if (tell (self, call, &viewer, LW_AUDIT_SAW_WORK, work->id)) {
    confine (call, work, file->original);
    deliver (self->room, call, &file->hash, file->original, file->media_type);
  }
}

void
lw_media_add_delivery (LwMediaService *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/media/:segment/video", get_video, LW_HTTP_PUBLIC, 0},
      {"GET", "/media/:segment/original", get_original, LW_HTTP_PUBLIC, 0},
      {"GET", "/media/:segment/work/:work", get_work, LW_HTTP_PUBLIC, 0},
      {"GET", "/media/:segment/:name", get_picture, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
