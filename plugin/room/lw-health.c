/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

void
lw_room_add_health (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/healthz", get_health, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  lw_http_add_routes (self->http, routes, self);
}
