/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Live lessons for players that only know HTTP Live Streaming. They send no header and follow
 * addresses by themselves, so a media ticket is a part of the path, and what is asked of it is
 * asked at every request.
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lw-json.h"
#include "lw-media-service.h"
#include "lw-receive-private.h"

#define PLAYLIST_TYPE "application/vnd.apple.mpegurl"

typedef struct {
  LwReceive *self;
  LwHttpCall *call;
  LwLiveRun *run;
} Asked;

static void
get_state (const Asked *asked, gboolean *ret_is_whole, gboolean *ret_is_over, gint64 *ret_origin_us)
{
  LwLiveRun *run = asked->run;

  g_mutex_lock (&asked->self->mutex);
  *ret_is_over = run->stage != LW_LIVE_OPEN;
  *ret_is_whole = *ret_is_over || run->state == LW_RECEIVER_INTERRUPTED;
  *ret_origin_us = run->origin_us;
  g_mutex_unlock (&asked->self->mutex);
}

static void
reply_playlist (const Asked *asked)
{
  gboolean is_whole, is_over;
  gint64 origin_us;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  get_state (asked, &is_whole, &is_over, &origin_us);
  text = lw_hls_to_playlist (asked->run->hls, origin_us, is_whole, is_over);
  if (text == NULL) {
    lw_http_call_reply_not_found (asked->call);
    return;
  }
  bytes = g_bytes_new (text, strlen (text));
  lw_http_call_reply_bytes (asked->call, 200, PLAYLIST_TYPE, bytes);
}

/* How it is doing, and what of the list's time is which media time. */
static void
reply_state (const Asked *asked)
{
  json_object *json = lw_live_run_to_json (asked->run), *list = json_object_new_array ();
  g_autoptr (GArray) runs = lw_hls_list_runs (asked->run->hls);

  for (guint i = 0; i < runs->len; i++) {
    const LwHlsRun *one = &g_array_index (runs, LwHlsRun, i);
    json_object *item = json_object_new_array ();

    json_object_array_add (item, json_object_new_int64 (one->at));
    json_object_array_add (item, json_object_new_int64 (one->start));
    json_object_array_add (item, json_object_new_int64 (one->end));
    json_object_array_add (list, item);
  }
  json_object_object_add (json, "runs", list);
  lw_json_add_int (json, "end", lw_recording_get_end (asked->run->recording));
  lw_http_call_reply_json (asked->call, 200, json);
}

static void
reply_init (const Asked *asked, guint part)
{
  GBytes *init = NULL;

  if (lw_recording_get_part (asked->run->recording, part, NULL, &init))
    lw_http_call_reply_bytes (asked->call, 200, "video/mp4", init);
  else
    lw_http_call_reply_not_found (asked->call);
  g_clear_pointer (&init, g_bytes_unref);
}

static void
reply_piece (const Asked *asked, guint number)
{
  g_autofree char *path = NULL;
  LwRecordedFragment piece;
  int fd = -1;

  if (lw_hls_get_piece (asked->run->hls, number, &piece)) {
    path = lw_recording_get_path (asked->run->recording, piece.part);
    fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  }
  if (fd >= 0)
    lw_http_call_reply_file (asked->call, 200, "video/iso.segment", fd, (goffset)piece.offset,
                             piece.length);
  else
    lw_http_call_reply_not_found (asked->call);
}

/* "12.m4s" is 12 with @before "" and @after ".m4s". */
static gboolean
read_number (const char *file, const char *before, const char *after, guint *ret_number)
{
  g_autofree char *digits = NULL;
  guint64 number;

  if (!g_str_has_prefix (file, before) || !g_str_has_suffix (file, after) ||
      strlen (file) <= strlen (before) + strlen (after))
    return FALSE;
  digits = g_strndup (file + strlen (before), strlen (file) - strlen (before) - strlen (after));
  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT32, &number, NULL))
    return FALSE;
  *ret_number = (guint)number;
  return TRUE;
}

/* Not what has another form than these players know. */
static gboolean
is_playable (LwLiveRun *run)
{
  g_autofree char *type = NULL;

  return !lw_recording_get_part (run->recording, 0, &type, NULL) || strstr (type, "/mp4") != NULL;
}

static void
reply_file (const Asked *asked)
{
  const char *file = lw_http_call_part (asked->call, "file");
  guint number;

  lw_http_call_set_header (asked->call, "Cache-Control", "no-store");
  if (g_str_equal (file, "live.m3u8"))
    reply_playlist (asked);
  else if (g_str_equal (file, "live.json"))
    reply_state (asked);
  else if (read_number (file, "init-", ".mp4", &number))
    reply_init (asked, number);
  else if (read_number (file, "", ".m4s", &number))
    reply_piece (asked, number);
  else
    lw_http_call_reply_not_found (asked->call);
}

static void
get_hls (LwHttpCall *call, gpointer data)
{
  LwReceive *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwLiveRun) run = NULL;
  LwCaller caller;
  LwId id;

  if (!lw_http_call_part_id (call, "segment", &id))
    return;
  if (!lw_media_tickets_check (self->room->media->tickets, lw_http_call_part (call, "ticket"), &id,
                               &caller)) {
    lw_http_call_reply_error (call, 403, "ticket", "Open this lesson from its walk again.");
    return;
  }
  run = lw_live_find_watchable (self, call, &caller, &facts);
  if (run != NULL && is_playable (run))
    reply_file (&(Asked){self, call, run});
  else if (run != NULL)
    lw_http_call_reply_not_found (call);
}

void
lw_receive_add_hls (LwReceive *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/media/:segment/hls/:ticket/:file", get_hls, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->room->http, routes, self);
}
