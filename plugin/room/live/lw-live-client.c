/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-json.h"
#include "lw-live-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

static void
put_json (gpointer json)
{
  json_object_put (json);
}

LwLiveClient *
lw_live_client_ref (LwLiveClient *client)
{
  g_atomic_ref_count_inc (&client->refs);
  return client;
}

void
lw_live_client_unref (LwLiveClient *client)
{
  if (!g_atomic_ref_count_dec (&client->refs))
    return;
  g_clear_pointer (&client->protocol, lw_protocol_unref);
  g_queue_clear_full (&client->changes, put_json);
  g_free (client->name);
  g_free (client);
}

/* ---- sending ---- */

static gboolean
is_open (LwLiveClient *client)
{
  return client->socket != NULL && lw_websocket_is_open (client->socket);
}

static void
send_parts (LwLiveClient *client, const char *head, const char *tail)
{
  if (!is_open (client))
    return;
  client->live->counts.sent++;
  lw_websocket_send (client->socket, head, strlen (head), tail);
}

void
lw_live_client_send (LwLiveClient *client, const char *text)
{
  send_parts (client, text, "");
}

void
lw_live_client_send_numbered (LwLiveClient *client, const char *head)
{
  char tail[32];

  if (client->sent - client->acked >= LW_LIVE_WINDOW) {
    if (!client->behind)
      client->live->counts.stalled++;
    client->behind = TRUE;
    return;
  }
  if (client->sent == client->acked)
    client->acked_us = g_get_monotonic_time ();
  g_snprintf (tail, sizeof tail, ",\"seq\":%" G_GUINT64_FORMAT "}", ++client->sent);
  send_parts (client, head, tail);
}

void
lw_live_client_dismiss (LwLiveClient *client, const char *message)
{
  g_autoptr (json_object) bye = json_object_new_object ();

  if (!is_open (client))
    return;
  lw_json_add_text (bye, "type", "bye");
  lw_json_add_text (bye, "message", message);
  lw_live_client_send (client, json_object_to_json_string_ext (bye, JSON_C_TO_STRING_PLAIN));
  lw_websocket_close (client->socket, LW_FRAMES_POLICY);
}

static void
take_ack (LwLiveClient *client, json_object *message)
{
  gint64 seq;

  if (!lw_json_get_int (message, "seq", &seq) || (guint64)seq <= client->acked ||
      (guint64)seq > client->sent)
    return;
  client->acked = (guint64)seq;
  client->acked_us = g_get_monotonic_time ();
  if (client->behind && client->sent == client->acked) {
    client->behind = FALSE;
    lw_live_client_send_numbered (client,
                                  client->wants_ops ? "{\"type\":\"ops\"" : "{\"type\":\"walk\"");
  }
}

/* ---- receiving ---- */

static void
take_changes (LwLiveClient *client, json_object *message)
{
  if (client->live->changes != NULL)
    lw_live_changes_take (client->live->changes, client, message);
}

static void
take_presence (LwLiveClient *client, json_object *message)
{
  gint64 time = 0;
  LwId *walk;

  client->segment_id = LW_ID_NONE;
  lw_json_get_id (message, "segment", &client->segment_id);
  lw_json_get_int (message, "time", &time);
  client->time = CLAMP (time, 0, LW_TIME_MAX);
  walk = g_memdup2 (&client->walk_id, sizeof (LwId));
  g_hash_table_add (client->live->presence_due, walk);
}

static json_object *
parse (const char *text, gsize length)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (LW_HTTP_JSON_DEPTH_MAX);
  json_object *message;

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  message = length > 0 ? json_tokener_parse_ex (tokener, text, (int)length) : NULL;
  if (message == NULL || json_object_is_type (message, json_type_object))
    return message;
  json_object_put (message);
  return NULL;
}

static void
received (LwWebsocket *socket, const char *text, gsize length, gpointer data)
{
  LwLiveClient *client = data;
  g_autoptr (json_object) message = text != NULL ? parse (text, length) : NULL;
  const char *name = message != NULL ? lw_json_get_text (message, "type") : NULL;

  if (name == NULL)
    lw_live_client_dismiss (client, "The room could not read what this page sent. Open it again.");
  else if (g_str_equal (name, "ack"))
    take_ack (client, message);
  else if (g_str_equal (name, "changes"))
    take_changes (client, message);
  else if (g_str_equal (name, "presence"))
    take_presence (client, message);
  /* What a newer panel says is passed over. */
}

static void
closed (LwWebsocket *socket, gpointer data)
{
  LwLiveClient *client = data;
  LwLive *live = client->live;
  LwId walk_id = client->walk_id;
  GPtrArray *audience = g_hash_table_lookup (live->walks, &walk_id);

  client->socket = NULL;
  live->counts.clients--;
  g_hash_table_add (live->presence_due, g_memdup2 (&walk_id, sizeof walk_id));
  /* This may free the client. */
  if (audience != NULL && g_ptr_array_remove_fast (audience, client) && audience->len == 0)
    g_hash_table_remove (live->walks, &walk_id);
}

void
lw_live_client_open (LwLive *self, const LwTicket *ticket, LwWebsocket *socket, gboolean wants_ops)
{
  static const LwWebsocketEvents events = {received, closed};
  LwLiveClient *client = g_new0 (LwLiveClient, 1);
  GPtrArray *audience = g_hash_table_lookup (self->walks, &ticket->walk_id);

  g_atomic_ref_count_init (&client->refs);
  client->live = self;
  client->socket = socket;
  client->caller = ticket->caller;
  client->walk_id = ticket->walk_id;
  client->wants_ops = wants_ops;
  client->acked_us = g_get_monotonic_time ();
  g_queue_init (&client->changes);
  lw_websocket_listen (socket, &events, client);
  if (audience == NULL) {
    audience = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_live_client_unref);
    g_hash_table_insert (self->walks, g_memdup2 (&ticket->walk_id, sizeof (LwId)), audience);
  }
  g_ptr_array_add (audience, client);
  self->counts.clients++;
  lw_live_news_greet (self->news, client);
}
