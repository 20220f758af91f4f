/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a shared link opens: one clip, its notes, and a box to answer in. Nobody is signed in here;
 * no answer names the lesson, the walk, or anybody but the clip's own teacher's words. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-clips.h"
#include "lw-json.h"
#include "lw-range.h"

#define NAME_MAX_BYTES 200
#define REPLY_MAX_BYTES 10000
#define NOTES_MAX 1000

static void
reply_not_found (LwHttpCall *call)
{
  lw_http_call_reply_error (call, 404, "not-found",
                            "This link does not open anything, or not any more. Ask whoever sent "
                            "it for a new one.");
}

static void
reply_error (LwHttpCall *call, GError *error)
{
  if (g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    reply_not_found (call);
    g_error_free (error);
  } else {
    lw_http_call_reply_gerror (call, error);
  }
}

/* ---- opening ---- */

static json_object *
note_to_json (const LwNote *note, const LwClip *clip)
{
  json_object *json = json_object_new_object ();
  LwTime length = clip->end - clip->start;

  lw_json_add_text (json, "kind", lw_note_kind_to_string (note->kind));
  lw_json_add_int (json, "start", CLAMP (note->start - clip->start, 0, length));
  lw_json_add_int (json, "end", CLAMP (note->end - clip->start, 0, length));
  lw_json_add_text (json, "text", note->text);
  return json;
}

/* The teacher's own within the range: others wrote theirs for the walk, not for this audience. */
static json_object *
notes_to_json (LwRoom *room, const LwClip *clip)
{
  json_object *list = json_object_new_array ();
  LwNoteQuery query = {.segment_id = &clip->segment_id,
                       .author_id = &clip->person_id,
                       .kinds = 1u << LW_NOTE_NOTICING | 1u << LW_NOTE_WONDERING,
                       .has_window = TRUE,
                       .window_start = clip->start,
                       .window_end = clip->end,
                       .limit = NOTES_MAX};
  g_autoptr (GPtrArray) notes =
      clip->with_notes ? lw_store_query (room->store, &query, NULL) : NULL;

  for (guint i = 0; notes != NULL && i < notes->len; i++)
    json_object_array_add (list, note_to_json (notes->pdata[i], clip));
  return list;
}

static void
post_open (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call), *json, *replies;
  g_auto (LwShareView) view = {0};
  g_autoptr (LwClip) clip = NULL;
  g_autoptr (GError) error = NULL;
  const char *token, *name;

  if (body == NULL)
    return;
  token = lw_json_get_text (body, "token");
  name = lw_json_get_text (body, "name");
  if (name != NULL && strlen (name) > NAME_MAX_BYTES) {
    lw_http_call_reply_error (call, 422, "too-long", "The name is too long.");
    return;
  }
  if (!lw_shares_open (room->ledger, token != NULL ? token : "", name != NULL ? name : "", &view,
                       &error)) {
    reply_error (call, g_steal_pointer (&error));
    return;
  }
  clip = lw_clips_get (room->ledger, &view.clip_id, NULL);
  replies = lw_shares_replies_json (room->ledger, &view.share_id, NULL);
  if (clip == NULL || replies == NULL) {
    json_object_put (replies);
    reply_not_found (call);
    return;
  }
  json = json_object_new_object ();
  lw_json_add_id (json, "clip", &clip->id);
  lw_json_add_text (json, "title", clip->title);
  lw_json_add_text (json, "audience", view.audience);
  lw_json_add_int (json, "duration", clip->end - clip->start);
  json_object_object_add (json, "notes", notes_to_json (room, clip));
  json_object_object_add (json, "replies", replies);
  lw_json_add_text (json, "ticket", view.ticket);
  lw_http_call_reply_json (call, 200, json);
}

static void
post_reply (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  json_object *body = lw_http_call_json (call);
  g_autoptr (GError) error = NULL;
  LwShareReply reply = {.at = LW_TIME_NONE};
  gint64 at;

  if (body == NULL)
    return;
  reply.ticket = lw_json_get_text (body, "ticket");
  reply.token = lw_json_get_text (body, "token");
  if (reply.ticket == NULL && reply.token == NULL)
    reply.token = "";
  reply.name = lw_json_get_text (body, "name");
  reply.text = lw_json_get_text (body, "text");
  if (reply.name == NULL || *reply.name == '\0' || strlen (reply.name) > NAME_MAX_BYTES ||
      reply.text == NULL || *reply.text == '\0' || strlen (reply.text) > REPLY_MAX_BYTES) {
    lw_http_call_reply_error (call, 422, "no-text",
                              "Write your name and an answer of at most ten thousand letters.");
    return;
  }
  if (lw_json_get_int (body, "at", &at) && at >= 0)
    reply.at = at;
  if (!lw_shares_reply (room->ledger, &reply, &error))
    reply_error (call, g_steal_pointer (&error));
  else
    lw_http_call_reply_empty (call, 204);
}

/* ---- the clip's file ---- */

static void
send_clip (LwHttpCall *call, int fd, guint64 size)
{
  g_autofree char *content_range = NULL;
  guint64 first = 0, last = size - 1;
  LwRangeKind kind = lw_range_parse (lw_http_call_header (call, "Range"), size, &first, &last);

  lw_http_call_set_header (call, "Accept-Ranges", "bytes");
  if (kind == LW_RANGE_UNSATISFIABLE) {
    content_range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size);
    lw_http_call_set_header (call, "Content-Range", content_range);
    lw_http_call_reply_empty (call, 416);
    close (fd);
    return;
  }
  if (kind == LW_RANGE_PART) {
    content_range = g_strdup_printf (
        "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, first, last, size);
    lw_http_call_set_header (call, "Content-Range", content_range);
  }
  lw_http_call_reply_file (call, kind == LW_RANGE_PART ? 206 : 200, "video/mp4", fd, (goffset)first,
                           (goffset)(last - first + 1));
}

static void
get_file (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  const char *ticket = lw_http_call_query (call, "ticket");
  g_autofree char *path = NULL;
  struct stat facts;
  LwId id, opened;
  int fd;

  if (!lw_id_parse (lw_http_call_part (call, "clip"), &id) || ticket == NULL ||
      !lw_shares_check_ticket (room->ledger, ticket, &opened, NULL) ||
      !lw_id_equal (&id, &opened)) {
    reply_not_found (call);
    return;
  }
  if (*room->config->accel_prefix != '\0') {
    g_autofree char *text = lw_id_to_string (&id);
    g_autofree char *place = g_strconcat (room->config->accel_prefix, "clips/", text, ".mp4", NULL);

    lw_http_call_set_header (call, "X-Accel-Redirect", place);
    lw_http_call_set_header (call, "Content-Type", "video/mp4");
    lw_http_call_reply_empty (call, 200);
    return;
  }
  path = lw_clips_path (room, &id);
  fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0 || fstat (fd, &facts) != 0) {
    if (fd >= 0)
      close (fd);
    reply_not_found (call);
    return;
  }
  send_clip (call, fd, (guint64)facts.st_size);
}

void
lw_clips_add_shared_routes (LwRoom *room)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/shared/open", post_open, LW_HTTP_PUBLIC, 4096},
      {"POST", "/api/shared/reply", post_reply, LW_HTTP_PUBLIC, 65536},
      {"GET", "/media/clip/:clip", get_file, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (room->http, routes, room);
}
