/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For those who run the room: is it well, and how much is going on. */

#include <string.h>

#include "lw-live.h"
#include "lw-room.h"

static void
get_health (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  LwStoreStats stats;
  json_object *json;

  if (!lw_store_stats (room->store, &stats, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  json = json_object_new_object ();
  json_object_object_add (json, "status", json_object_new_string ("ok"));
  lw_http_call_reply_json (call, 200, json);
}

/* ---- metrics ---- */

/* The counters are the main loop's. */
typedef struct {
  LwRoom *room;
  GMutex mutex;
  GCond changed;
  gboolean done;
  LwHttpCounts http;
  LwLiveCounts live;
} Counting;

static gboolean
count (gpointer data)
{
  Counting *counting = data;

  g_mutex_lock (&counting->mutex);
  lw_http_get_counts (counting->room->http, &counting->http);
  if (counting->room->live != NULL)
    lw_live_get_counts (counting->room->live, &counting->live);
  counting->done = TRUE;
  g_cond_signal (&counting->changed);
  g_mutex_unlock (&counting->mutex);
  return G_SOURCE_REMOVE;
}

static void
take_counts (LwRoom *room, LwHttpCounts *ret_http, LwLiveCounts *ret_live)
{
  Counting counting = {.room = room};

  g_mutex_init (&counting.mutex);
  g_cond_init (&counting.changed);
  g_main_context_invoke (NULL, count, &counting);
  g_mutex_lock (&counting.mutex);
  while (!counting.done)
    g_cond_wait (&counting.changed, &counting.mutex);
  g_mutex_unlock (&counting.mutex);
  *ret_http = counting.http;
  *ret_live = counting.live;
  g_cond_clear (&counting.changed);
  g_mutex_clear (&counting.mutex);
}

static void
add (GString *text, const char *name, const char *type, const char *help, guint64 value)
{
  g_string_append_printf (text,
                          "# HELP lessonwalk_%s %s\n# TYPE lessonwalk_%s %s\n"
                          "lessonwalk_%s %" G_GUINT64_FORMAT "\n",
                          name, help, name, type, name, value);
}

static void
add_requests (GString *text, const LwHttpCounts *counts)
{
  g_string_append (text, "# HELP lessonwalk_requests_total Answers, by their kind\n"
                         "# TYPE lessonwalk_requests_total counter\n");
  for (guint i = 1; i < G_N_ELEMENTS (counts->requests); i++)
    g_string_append_printf (text,
                            "lessonwalk_requests_total{status=\"%uxx\"} %" G_GUINT64_FORMAT "\n", i,
                            counts->requests[i]);
}

/* By this machine itself, and not by way of its proxy; or with the token of the settings. */
static gboolean
may_see_metrics (LwRoom *room, LwHttpCall *call)
{
  const char *address = lw_http_call_address (call);
  const char *header = lw_http_call_header (call, "Authorization");
  const char *token = room->config->metrics_token;

  if (*token != '\0' && header != NULL && g_str_has_prefix (header, "Bearer ")) {
    guint8 given[LW_SECRET_HASH_BYTES], wanted[LW_SECRET_HASH_BYTES];

    lw_secret_hash (header + strlen ("Bearer "), given);
    lw_secret_hash (token, wanted);
    return memcmp (given, wanted, sizeof given) == 0;
  }
  return (g_str_equal (address, "127.0.0.1") || g_str_equal (address, "::1")) &&
         lw_http_call_header (call, "X-Forwarded-For") == NULL &&
         lw_http_call_header (call, "Forwarded") == NULL;
}

static void
get_metrics (LwHttpCall *call, gpointer data)
{
  LwRoom *room = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LwStoreStats stats;
  LwHttpCounts http;
  LwLiveCounts live;

  if (!may_see_metrics (room, call)) {
    lw_http_call_reply_not_found (call);
    return;
  }
  if (!lw_store_stats (room->store, &stats, &error)) {
    lw_http_call_reply_gerror (call, g_steal_pointer (&error));
    return;
  }
  take_counts (room, &http, &live);
  text = g_string_new (NULL);
  add_requests (text, &http);
  add (text, "connections", "gauge", "Open connections", http.connections);
  add (text, "requests_under_way", "gauge", "Requests being worked on", http.in_workers);
  add (text, "connections_refused_total", "counter", "Closed for being too slow",
       http.refused_slow);
  add (text, "live_clients", "gauge", "Panels that get news", live.clients);
  add (text, "live_messages_total", "counter", "News sent", live.sent);
  add (text, "live_stalled_total", "counter", "Times that a panel did not keep up", live.stalled);
  add (text, "store_ops", "gauge", "Changes in the logs", stats.ops);
  add (text, "store_notes", "gauge", "Notes", stats.notes);
  add (text, "store_segments", "gauge", "Lessons", stats.segments);
  add (text, "store_bytes", "gauge", "Size of the walks' file", stats.bytes);
  add (text, "uptime_seconds", "gauge", "Since the room opened",
       (guint64)((g_get_real_time () - room->started_utc_us) / G_USEC_PER_SEC));
  bytes = g_bytes_new (text->str, text->len);
  lw_http_call_reply_bytes (call, 200, "text/plain; version=0.0.4", bytes);
}

void
lw_room_add_health (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/healthz", get_health, LW_HTTP_PUBLIC, 0},
      {"GET", "/metrics", get_metrics, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
