/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* tus 1.0 (https://tus.io/protocols/resumable-upload): creation, termination, expiration. */

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lw-json.h"
#include "lw-tus-metadata.h"
#include "lw-upload-body.h"
#include "lw-walk-facts.h"

#define PATH "/api/uploads"
#define LIFETIME_US (G_TIME_SPAN_DAY * 7)
#define WORK_MAX ((gint64)200 << 20)
#define CAPTIONS_MAX ((gint64)4 << 20)
#define RECEIVING_MAX 50
#define TITLE_MAX 500
/* Left free on the disk: the notes need some, too. */
#define SPARE_BYTES ((guint64)256 << 20)

static void
set_number (LwHttpCall *call, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  lw_http_call_set_header (call, name, text);
}

static void
set_expires (LwHttpCall *call, gint64 changed_utc_us)
{
  g_autoptr (GDateTime) when =
      g_date_time_new_from_unix_utc ((changed_utc_us + LIFETIME_US) / G_USEC_PER_SEC);
  g_autofree char *text = soup_date_time_to_string (when, SOUP_DATE_HTTP);

  lw_http_call_set_header (call, "Upload-Expires", text);
}

/* Answers itself, and returns FALSE, where the client speaks no tus that we know. */
static gboolean
speaks_tus (LwHttpCall *call)
{
  lw_http_call_set_header (call, "Tus-Resumable", "1.0.0");
  if (g_strcmp0 (lw_http_call_header (call, "Tus-Resumable"), "1.0.0") == 0)
    return TRUE;
  lw_http_call_set_header (call, "Tus-Version", "1.0.0");
  lw_http_call_reply_error (call, 412, "tus-version", "The room takes uploads by tus 1.0.0 only.");
  return FALSE;
}

static gboolean
read_number (const char *text, gint64 *ret_number)
{
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *ret_number = (gint64)number;
  return TRUE;
}

/* ---- what there is to know ---- */

static void
options (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;

  lw_http_call_set_header (call, "Tus-Resumable", "1.0.0");
  lw_http_call_set_header (call, "Tus-Version", "1.0.0");
  lw_http_call_set_header (call, "Tus-Extension", "creation,termination,expiration");
  set_number (call, "Tus-Max-Size", self->room->config->upload_max_bytes);
  lw_http_call_reply_empty (call, 204);
}

/* ---- beginning one ---- */

static gboolean
refuse (LwHttpCall *call, guint status, const char *code, const char *message)
{
  lw_http_call_reply_error (call, status, code, message);
  return FALSE;
}

static gboolean
read_length (LwMediaService *self, LwHttpCall *call, LwUpload *upload)
{
  gint64 most = self->room->config->upload_max_bytes;

  if (!read_number (lw_http_call_header (call, "Upload-Length"), &upload->length_bytes))
    return refuse (call, 400, "no-length", "The length of the file was not told.");
  if (upload->length_bytes == 0)
    return refuse (call, 422, "empty",
                   "This file is empty, so there is nothing to keep. Was it copied from the camera "
                   "to the end?");
  if (upload->purpose == LW_UPLOAD_WORK)
    most = MIN (most, WORK_MAX);
  else if (upload->purpose == LW_UPLOAD_CAPTIONS)
    most = MIN (most, CAPTIONS_MAX);
  if (upload->length_bytes > most)
    return refuse (call, 413, "too-large",
                   "This file is larger than the room takes. Send a shorter recording, or one of "
                   "less resolution; or ask whoever runs the room.");
  return TRUE;
}

static gboolean
has_space (LwMediaService *self, LwHttpCall *call, const LwUpload *upload)
{
  struct statvfs disk;

  if (statvfs (self->room->config->data, &disk) != 0 ||
      (guint64)disk.f_bavail * disk.f_frsize >= (guint64)upload->length_bytes + SPARE_BYTES)
    return TRUE;
  return refuse (call, 507, "disk-full",
                 "The room's disk has no space for this file, so nothing was sent. Tell whoever "
                 "runs the room.");
}

static gboolean
read_metadata (LwHttpCall *call, LwUpload *upload)
{
  const char *header = lw_http_call_header (call, "Upload-Metadata");
  g_autoptr (GHashTable) pairs = lw_tus_metadata_parse (header);
  const char *title, *purpose, *at, *walk, *visit, *segment;

  if (pairs == NULL)
    return refuse (call, 400, "metadata", "What was said about the file could not be read.");
  purpose = g_hash_table_lookup (pairs, "purpose");
  walk = g_hash_table_lookup (pairs, "walk");
  visit = g_hash_table_lookup (pairs, "visit");
  segment = g_hash_table_lookup (pairs, "segment");
  at = g_hash_table_lookup (pairs, "at");
  if ((purpose != NULL && !lw_upload_purpose_parse (purpose, &upload->purpose)) || walk == NULL ||
      !lw_id_parse (walk, &upload->walk_id))
    return refuse (call, 400, "metadata", "It was not said to which walk the file belongs.");
  if (upload->purpose == LW_UPLOAD_LESSON
          ? visit == NULL || !lw_id_parse (visit, &upload->visit_id)
          : segment == NULL || !lw_id_parse (segment, &upload->segment_id))
    return refuse (call, 400, "metadata", "It was not said to which lesson the file belongs.");
  upload->at = LW_TIME_NONE;
  if (at != NULL && (!read_number (at, &upload->at) || !LW_TIME_IS_MOMENT (upload->at)))
    return refuse (call, 400, "metadata", "The moment that the file belongs to is none.");
  title = g_hash_table_lookup (pairs, "title");
  if (title == NULL || *title == '\0')
    title = g_hash_table_lookup (pairs, "filename");
  upload->title =
      g_utf8_substring (title != NULL ? title : "", 0,
                        MIN (TITLE_MAX, g_utf8_strlen (title != NULL ? title : "", -1)));
  upload->metadata = g_strdup (header != NULL ? header : "");
  return TRUE;
}

/* Whether the caller may upload there now; answers itself if not. */
static gboolean
may_upload (LwMediaService *self, LwHttpCall *call, const LwUpload *upload)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwVisit) visit = NULL;
  g_autoptr (LwWalk) walk = NULL;
  gboolean belongs;

  if (!lw_walk_facts_load (&facts, self->room, lw_http_call_caller (call), &upload->walk_id,
                           &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return FALSE;
  }
  if (!lw_walk_facts_allow (&facts, LW_ACT_UPLOAD, FALSE)) {
    lw_walk_reply_not_allowed (call);
    return FALSE;
  }
  if (upload->purpose == LW_UPLOAD_LESSON) {
    visit = lw_store_get_visit (self->room->store, &upload->visit_id, NULL);
    belongs = visit != NULL && !visit->removed && lw_id_equal (&visit->walk_id, &upload->walk_id);
  } else {
    walk = lw_store_get_walk_of_segment (self->room->store, &upload->segment_id, NULL);
    belongs = walk != NULL && lw_id_equal (&walk->id, &upload->walk_id);
  }
  if (!belongs)
    lw_http_call_reply_not_found (call);
  return belongs;
}

/* What belongs to a lesson is not begun behind the back of an erasure of it. */
static gboolean
add (LwMediaService *self, const LwUpload *upload, GError **error)
{
  g_autoptr (LwSegment) still = NULL;
  gboolean ok;

  lw_media_jobs_hold (self->jobs);
  if (upload->purpose != LW_UPLOAD_LESSON)
    still = lw_store_get_segment (self->room->store, &upload->segment_id, error);
  ok = (upload->purpose == LW_UPLOAD_LESSON || still != NULL) &&
       lw_uploads_add (self->room->ledger, upload, error);
  lw_media_jobs_go_on (self->jobs);
  return ok;
}

static void
post (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_autoptr (LwUpload) upload = g_new0 (LwUpload, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *location = NULL;
  char id[LW_ID_TEXT_LENGTH + 1];

  if (!speaks_tus (call) || !read_metadata (call, upload) || !read_length (self, call, upload) ||
      !may_upload (self, call, upload) || !has_space (self, call, upload))
    return;
  upload->id = lw_id_new ();
  upload->person_id = lw_http_call_caller (call)->person_id;
  if (lw_uploads_count_receiving (self->room->ledger, &upload->person_id) >= RECEIVING_MAX) {
    refuse (call, 429, "too-many",
            "Too many of your uploads wait to be finished. Finish or cancel "
            "some, then try again.");
    return;
  }
  if (!add (self, upload, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  lw_id_format (&upload->id, id);
  /* A path: behind a proxy, the client knows better than we what comes before it. */
  location = g_strconcat (PATH "/", id, NULL);
  lw_http_call_set_header (call, "Location", location);
  set_expires (call, g_get_real_time ());
  lw_http_call_reply_empty (call, 201);
}

/* ---- going on with one ---- */

/* The caller's own upload; answers itself if it is not. */
static LwUpload *
own_upload (LwMediaService *self, LwHttpCall *call)
{
  g_autoptr (LwUpload) upload = NULL;
  LwId id;

  if (!speaks_tus (call) || !lw_http_call_part_id (call, "upload", &id))
    return NULL;
  upload = lw_uploads_get (self->room->ledger, &id, NULL);
  if (upload != NULL && lw_id_equal (&upload->person_id, &lw_http_call_caller (call)->person_id))
    return g_steal_pointer (&upload);
  lw_http_call_reply_not_found (call);
  return NULL;
}

/* Nobody else writes to it from here on. */
static gboolean
lock (LwMediaService *self, LwHttpCall *call, const LwUpload *upload, LwHttpCall *holder)
{
  if (lw_upload_locks_take (self->locks, &upload->id, holder))
    return TRUE;
  lw_http_call_reply_error (call, 423, "locked",
                            "This upload is under way elsewhere. Try again in a moment.");
  return FALSE;
}

static void
head (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_autoptr (LwUpload) upload = own_upload (self, call);
  g_autoptr (LwUpload) now = NULL;

  /* Whoever asks how far it came has lost the connection on which it went. */
  if (upload == NULL || !lock (self, call, upload, NULL))
    return;
  lw_upload_locks_release (self->locks, &upload->id);
  now = lw_uploads_get (self->room->ledger, &upload->id, NULL);
  if (now == NULL) {
    lw_http_call_reply_not_found (call);
    return;
  }
  set_number (call, "Upload-Offset", now->received_bytes);
  set_number (call, "Upload-Length", now->length_bytes);
  if (*now->metadata != '\0')
    lw_http_call_set_header (call, "Upload-Metadata", now->metadata);
  if (now->state == LW_UPLOAD_RECEIVING)
    set_expires (call, now->changed_utc_us);
  lw_http_call_reply_empty (call, 200);
}

static gboolean
fits (LwHttpCall *call, const LwUpload *upload, gint64 offset)
{
  gint64 coming;

  if (upload->state != LW_UPLOAD_RECEIVING || offset != upload->received_bytes) {
    set_number (call, "Upload-Offset", upload->received_bytes);
    return refuse (call, 409, "offset",
                   "The room has another part of this file than was said. Ask how far it came, "
                   "then go on from there.");
  }
  if (read_number (lw_http_call_header (call, "Content-Length"), &coming) &&
      coming > upload->length_bytes - offset)
    return refuse (call, 413, "too-long",
                   "More came than was announced. The file changed while it was sent; begin the "
                   "upload again.");
  return TRUE;
}

static void
patch (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_autoptr (LwUpload) upload = own_upload (self, call);
  g_autoptr (LwUpload) now = NULL;
  gint64 offset;

  if (upload == NULL || !may_upload (self, call, upload))
    return;
  if (g_strcmp0 (lw_http_call_header (call, "Content-Type"), "application/offset+octet-stream") !=
      0) {
    refuse (call, 415, "type", "A part of an upload is application/offset+octet-stream.");
    return;
  }
  if (!read_number (lw_http_call_header (call, "Upload-Offset"), &offset)) {
    refuse (call, 400, "no-offset", "It was not said where this part begins.");
    return;
  }
  if (!lock (self, call, upload, call))
    return;
  now = lw_uploads_get (self->room->ledger, &upload->id, NULL);
  if (now == NULL)
    lw_http_call_reply_not_found (call);
  else if (fits (call, now, offset)) {
    set_expires (call, g_get_real_time ());
    lw_upload_body_take (self, call, now);
    return;
  }
  lw_upload_locks_release (self->locks, &upload->id);
}

static void
terminate (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_autoptr (LwUpload) upload = own_upload (self, call);
  g_autoptr (LwUpload) now = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (upload == NULL || !lock (self, call, upload, NULL))
    return;
  now = lw_uploads_get (self->room->ledger, &upload->id, NULL);
  if (now == NULL)
    lw_http_call_reply_not_found (call);
  else if (now->state != LW_UPLOAD_RECEIVING && now->state != LW_UPLOAD_REFUSED)
    refuse (call, 409, "arrived",
            "This file has arrived whole already. To remove the lesson, erase it.");
  else if (!lw_uploads_remove (self->room->ledger, &upload->id, &error))
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
  else {
    path = lw_upload_path (self->room, &upload->id);
    unlink (path);
    lw_http_call_reply_empty (call, 204);
  }
  lw_upload_locks_release (self->locks, &upload->id);
}

/* For clients whose way to us knows only GET and POST. */
static void
post_instead (LwHttpCall *call, gpointer data)
{
  const char *method = lw_http_call_header (call, "X-HTTP-Method-Override");

  if (g_strcmp0 (method, "PATCH") == 0)
    patch (call, data);
  else if (g_strcmp0 (method, "DELETE") == 0)
    terminate (call, data);
  else
    lw_http_call_reply_error (call, 405, "method", "That is not how an upload goes on.");
}

/* ---- how far they are ---- */

static json_object *
upload_to_json (gconstpointer item, gpointer data)
{
  const LwUpload *upload = item;
  LwMediaService *self = data;
  json_object *json = json_object_new_object ();
  double progress = 1;

  if (upload->state == LW_UPLOAD_RECEIVING)
    progress = (double)upload->received_bytes / (double)upload->length_bytes;
  else if (upload->state == LW_UPLOAD_CHECKING || upload->state == LW_UPLOAD_MAKING)
    progress = lw_media_jobs_progress (self->jobs, &upload->id);
  lw_json_add_id (json, "id", &upload->id);
  lw_json_add_text (json, "title", upload->title);
  lw_json_add_text (json, "purpose", lw_upload_purpose_to_string (upload->purpose));
  lw_json_add_text (json, "state", lw_upload_state_to_string (upload->state));
  json_object_object_add (json, "progress", json_object_new_double (progress));
  lw_json_add_int (json, "length", upload->length_bytes);
  lw_json_add_int (json, "received", upload->received_bytes);
  lw_json_add_text (json, "message", upload->message);
  lw_json_add_id (json, "visit", &upload->visit_id);
  lw_json_add_id (json, "segment", &upload->segment_id);
  return json;
}

static void
get_uploads (LwHttpCall *call, gpointer data)
{
  LwMediaService *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) uploads = NULL;

  if (!lw_walk_facts_for_call (&facts, self->room, call, LW_ACT_UPLOAD))
    return;
  uploads = lw_uploads_list (self->room->ledger, &facts.walk->id, &error);
  lw_http_call_reply_list (call, "uploads", uploads, upload_to_json, self, NULL,
                           g_steal_pointer (&error));
}

void
lw_media_add_uploads (LwMediaService *self)
{
  static const LwHttpRoute routes[] = {
      {"OPTIONS", PATH, options, LW_HTTP_PUBLIC, 0},
      {"OPTIONS", PATH "/:upload", options, LW_HTTP_PUBLIC, 0},
      {"POST", PATH, post, 0, 4096},
      {"HEAD", PATH "/:upload", head, 0, 0},
      {"PATCH", PATH "/:upload", patch, LW_HTTP_STREAMED, 0},
      {"POST", PATH "/:upload", post_instead, LW_HTTP_STREAMED, 0},
      {"DELETE", PATH "/:upload", terminate, 0, 0},
      {"GET", "/api/walks/:walk/uploads", get_uploads, 0, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
