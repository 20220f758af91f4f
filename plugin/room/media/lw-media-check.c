/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-check.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lw-audit.h"
#include "lw-by-clock.h"
#include "lw-captions.h"
#include "lw-media-pictures.h"

typedef struct {
  LwRoom *room;
  const LwUpload *upload;
  GMutex *keeping;
  GCancellable *cancellable;
  char *path;
  LwContentHash hash;
  gboolean holds; /* keeping */
} Check;

static void
check_clear (Check *check)
{
  if (check->holds)
    g_mutex_unlock (check->keeping);
  g_free (check->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

/* ---- what becomes of it ---- */

static LwCheckResult
refuse (Check *check, const char *message)
{
  g_autoptr (GError) error = NULL;

  if (!lw_uploads_set_state (check->room->ledger, &check->upload->id, LW_UPLOAD_REFUSED, message,
                             NULL, NULL, &error)) {
    g_warning ("An upload could not be refused: %s", error->message);
    return LW_CHECK_LATER;
  }
  unlink (check->path);
  return LW_CHECK_DONE;
}

/* NOT_FOUND of its row: it was erased, and there is nothing to come back to. */
static LwCheckResult
later (const GError *error)
{
  if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    return LW_CHECK_DONE;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("An upload could not be looked into yet: %s", error->message);
  return LW_CHECK_LATER;
}

static LwCheckResult
settle (Check *check, LwUploadState state, const LwId *segment_id)
{
  const LwUpload *upload = check->upload;
  LwAuditEvent event = {.action = LW_AUDIT_UPLOADED,
                        .person_id = upload->person_id,
                        .walk_id = upload->walk_id,
                        .segment_id = segment_id != NULL ? *segment_id : upload->segment_id,
                        .target_id = upload->id};
  g_autoptr (GError) error = NULL;

  if (!lw_audit_add (check->room, &event, &error) ||
      !lw_uploads_set_state (check->room->ledger, &upload->id, state, "", segment_id, &check->hash,
                             &error))
    return later (error);
  unlink (check->path);
  return LW_CHECK_DONE;
}

/* Whether it is still there to be kept; from here on nobody erases it, until all is settled. */
static gboolean
begin_keeping (Check *check, GError **error)
{
  g_autoptr (LwUpload) still = NULL;

  g_mutex_lock (check->keeping);
  check->holds = TRUE;
  still = lw_uploads_get (check->room->ledger, &check->upload->id, error);
  return still != NULL;
}

static gboolean
hash_and_adopt (Check *check, const char *name, GError **error)
{
  return lw_content_hash_file (check->path, NULL, NULL, check->cancellable, &check->hash, error) &&
         begin_keeping (check, error) &&
         lw_media_adopt (check->room, check->path, &check->hash, name, error);
}

/* ---- a lesson ---- */

static char *
refusal_of (const LwUpload *upload, const GError *error)
{
  switch ((LwMediaError)error->code) {
  case LW_MEDIA_ERROR_DAMAGED:
    return g_strdup_printf ("“%s” begins like a video, but it is damaged, so it was not kept. Copy "
                            "it from the camera again, then send it again.",
                            upload->title);
  case LW_MEDIA_ERROR_LIMIT:
    return g_strdup_printf ("“%s” could not be read within the room's limits, so it was not kept. "
                            "Save it as an MP4 in the program you recorded with, then send that.",
                            upload->title);
  case LW_MEDIA_ERROR_NOT_MEDIA:
    return g_strdup_printf ("“%s” is not a video, so it was not kept. Choose the recording itself: "
                            "an MP4, MOV, WebM or MKV file, for example.",
                            upload->title);
  default:
    return NULL; /* the room's own trouble, not the file's */
  }
}

/* Of what was live, and is nowhere else, the sound alone is a lesson too. */
static gboolean
is_lesson (const LwProbe *probe, const LwUpload *upload)
{
  gboolean moves = lw_probe_get_video (probe) != NULL && probe->frames->len > 1;
  gboolean was_live = !lw_id_is_none (&upload->segment_id);

  return moves || (was_live && lw_probe_get_audio (probe) != NULL);
}

static const char *
ending_of (const LwProbe *probe, const char **ret_type)
{
  static const struct {
    const char *container, *ending, *type;
  } kinds[] = {
      {"mov,", "mp4", "video/mp4"},      {"matroska", "mkv", "video/x-matroska"},
      {"avi", "avi", "video/x-msvideo"}, {"mpegts", "ts", "video/mp2t"},
      {"mpeg", "mpg", "video/mpeg"},     {"asf", "wmv", "video/x-ms-asf"},
      {"flv", "flv", "video/x-flv"},     {"ogg", "ogv", "video/ogg"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_has_prefix (probe->container, kinds[i].container)) {
      *ret_type = kinds[i].type;
      return kinds[i].ending;
    }
  }
  *ret_type = "application/octet-stream";
  return "video";
}

static gboolean
put_media (Check *check, const LwProbe *probe, const char *name, const char *type, GError **error)
{
  const LwStreamInfo *video = lw_probe_get_video (probe);
  const char *playable = lw_media_playable_type (probe, check->path);
  gboolean turned = video != NULL && (video->rotation == 90 || video->rotation == 270);
  LwMediaFile file = {.hash = check->hash,
                      .original = (char *)name,
                      .media_type = (char *)(playable != NULL ? playable : type),
                      .size_bytes = check->upload->length_bytes,
                      .playable = (char *)(playable != NULL ? name : ""),
                      .playable_type = (char *)(playable != NULL ? playable : "")};

  if (video != NULL) {
    file.width = turned ? video->height : video->width;
    file.height = turned ? video->width : video->height;
  }
  /* Before anybody watches it. */
  if (playable != NULL && video != NULL &&
      !lw_media_write_frames (check->room, &check->hash, probe->frames, error))
    return FALSE;
  return lw_media_file_put (check->room->ledger, &file, error);
}

/* The lesson that was live, with its pins, gets what was recorded of it. */
static LwSegment *
fill_segment (Check *check, const LwProbe *probe, GError **error)
{
  g_autoptr (LwSegment) live =
      lw_store_get_segment (check->room->store, &check->upload->segment_id, error);
  g_autoptr (LwSegment) segment = NULL;
  LwSegment fields;

  if (live == NULL)
    return NULL;
  fields = *live;
  fields.media = check->hash;
  fields.duration = probe->duration;
  segment = lw_segment_new (&fields, error);
  if (segment == NULL || !lw_store_put_segment (check->room->store, segment, error))
    return NULL;
  return g_steal_pointer (&segment);
}

/* The visit's segment of this media: there from before a crash, or made now. */
static LwSegment *
put_segment (Check *check, const LwProbe *probe, GError **error)
{
  g_autoptr (GPtrArray) known = lw_store_find_segments (check->room->store, &check->hash, error);
  g_autoptr (LwSegment) segment = NULL;
  LwSegment fields = {.visit_id = check->upload->visit_id,
                      .media = check->hash,
                      .title = check->upload->title,
                      .duration = probe->duration,
                      .started_utc_us = probe->created_utc_us};

  for (guint i = 0; known != NULL && i < known->len; i++) {
    LwSegment *other = known->pdata[i];

    if (lw_id_equal (&other->visit_id, &check->upload->visit_id))
      return lw_segment_ref (other);
  }
  if (known == NULL || !lw_by_clock_take_media (check->room, &fields, error))
    return NULL;
  segment = lw_segment_new (&fields, error);
  if (segment == NULL || !lw_store_put_segment (check->room->store, segment, error))
    return NULL;
  return g_steal_pointer (&segment);
}

static LwCheckResult
check_lesson (Check *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = lw_media_probe (check->path, check->cancellable, &error);
  g_autoptr (LwSegment) segment = NULL;
  g_autofree char *message = NULL;
  g_autofree char *name = NULL;
  const char *type;

  if (probe == NULL) {
    if (error->domain == LW_MEDIA_ERROR)
      message = refusal_of (check->upload, error);
    return message != NULL ? refuse (check, message) : later (error);
  }
  if (!is_lesson (probe, check->upload)) {
    message =
        g_strdup_printf ("“%s” has no moving pictures, so it was not kept as a lesson. Choose "
                         "the video of the lesson.",
                         check->upload->title);
    return refuse (check, message);
  }
  name = g_strconcat ("original.", ending_of (probe, &type), NULL);
  if (!hash_and_adopt (check, name, &error) || !put_media (check, probe, name, type, &error))
    return later (error);
  if (probe->captions->len > 0 &&
      !lw_captions_write (check->room, &check->hash, probe->captions, &error))
    return later (error);
  segment = lw_id_is_none (&check->upload->segment_id) ? put_segment (check, probe, &error)
                                                       : fill_segment (check, probe, &error);
  if (segment == NULL)
    return g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)
               ? refuse (check, "The visit that this lesson was sent to is gone, so it was not "
                                "kept.")
               : later (error);
  return settle (check, LW_UPLOAD_MAKING, &segment->id);
}

/* ---- student work, captions ---- */

static LwCheckResult
check_work (Check *check)
{
  const char *ending;
  const char *type = lw_work_sniff (check->path, &ending);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  g_autofree char *name = NULL;
  LwMediaFile file = {.size_bytes = check->upload->length_bytes,
                      .media_type = (char *)type,
                      .playable = (char *)"",
                      .playable_type = (char *)""};
  /* The upload's own id: after a crash it is not added twice. */
  LwWork work = {.id = check->upload->id,
                 .segment_id = check->upload->segment_id,
                 .title = check->upload->title,
                 .at = check->upload->at,
                 .added_by = check->upload->person_id};

  if (type == NULL) {
    message = g_strdup_printf ("“%s” is not a whole PDF, PNG or JPEG, so it was not kept. Scan or "
                               "photograph the work again, or save it as a PDF.",
                               check->upload->title);
    return refuse (check, message);
  }
  name = g_strconcat ("original.", ending, NULL);
  if (!hash_and_adopt (check, name, &error))
    return later (error);
  file.hash = work.media = check->hash;
  file.original = name;
  if (!lw_media_file_put (check->room->ledger, &file, &error) ||
      !lw_work_add (check->room->ledger, &work, &error))
    return later (error);
  return settle (check, LW_UPLOAD_READY, NULL);
}

static LwCheckResult
check_captions (Check *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment =
      lw_store_get_segment (check->room->store, &check->upload->segment_id, NULL);
  g_autofree char *text = NULL;
  g_autofree char *vtt = NULL;

  if (segment == NULL)
    return refuse (check, "The lesson of these captions is gone, so they were not kept.");
  if (!g_file_get_contents (check->path, &text, NULL, &error))
    return later (error);
  vtt = lw_captions_to_webvtt (text);
  if (vtt == NULL)
    return refuse (check, "These are no captions that the room can read, so they were not kept. "
                          "Choose a WebVTT (.vtt) or SubRip (.srt) file.");
  if (!lw_content_hash_file (check->path, NULL, NULL, check->cancellable, &check->hash, &error) ||
      !begin_keeping (check, &error) ||
      !lw_media_write (check->room, &segment->media, LW_CAPTIONS_NAME, vtt, strlen (vtt), &error))
    return later (error);
  return settle (check, LW_UPLOAD_READY, NULL);
}

LwCheckResult
lw_media_check (LwRoom *room, const LwUpload *upload, GMutex *keeping, GCancellable *cancellable)
{
  g_auto (Check) check = {.room = room,
                          .upload = upload,
                          .keeping = keeping,
                          .cancellable = cancellable,
                          .path = lw_upload_path (room, &upload->id)};

  if (!g_file_test (check.path, G_FILE_TEST_EXISTS))
    return refuse (&check, "The file is not on the room's disk any more. Send it again.");
  switch (upload->purpose) {
  case LW_UPLOAD_LESSON:
    return check_lesson (&check);
  case LW_UPLOAD_WORK:
    return check_work (&check);
  case LW_UPLOAD_CAPTIONS:
    return check_captions (&check);
  }
  g_return_val_if_reached (LW_CHECK_LATER);
}
