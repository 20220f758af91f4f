/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-json.h"
#include "lw-live-private.h"
#include "lw-note-changes.h"

#define KEEPALIVE_S 20

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
  g_clear_object (&client->socket);
  g_clear_pointer (&client->protocol, lw_protocol_unref);
  g_queue_clear_full (&client->changes, put_json);
  g_free (client->name);
  g_free (client);
}

/* ---- sending ---- */

void
lw_live_client_send (LwLiveClient *client, const char *text)
{
  if (client->socket == NULL ||
      soup_websocket_connection_get_state (client->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  client->live->counts.sent++;
  soup_websocket_connection_send_text (client->socket, text);
}

void
lw_live_client_send_numbered (LwLiveClient *client, const char *head)
{
  g_autofree char *text = NULL;

  if (client->sent - client->acked >= LW_LIVE_WINDOW) {
    if (!client->behind)
      client->live->counts.stalled++;
    client->behind = TRUE;
    return;
  }
  if (client->sent == client->acked)
    client->acked_us = g_get_monotonic_time ();
  text = g_strdup_printf ("%s,\"seq\":%" G_GUINT64_FORMAT "}", head, ++client->sent);
  lw_live_client_send (client, text);
}

void
lw_live_client_dismiss (LwLiveClient *client, const char *message)
{
  g_autoptr (json_object) bye = json_object_new_object ();

  if (client->socket == NULL ||
      soup_websocket_connection_get_state (client->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  lw_json_add_text (bye, "type", "bye");
  lw_json_add_text (bye, "message", message);
  lw_live_client_send (client, json_object_to_json_string_ext (bye, JSON_C_TO_STRING_PLAIN));
  soup_websocket_connection_close (client->socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, NULL);
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

/* ---- changes: one at a time for each client, many clients side by side ---- */

typedef struct {
  LwLiveClient *client;
  json_object *message;
  char *answer;
} Change;

static void start_change (LwLiveClient *client);

static gboolean
finish_change (gpointer data)
{
  Change *change = data;
  LwLiveClient *client = change->client;

  lw_live_client_send (client, change->answer);
  client->changing = FALSE;
  start_change (client);
  json_object_put (change->message);
  lw_live_client_unref (client);
  g_free (change->answer);
  g_free (change);
  return G_SOURCE_REMOVE;
}

void
lw_live_client_work (gpointer item, gpointer data)
{
  Change *change = item;
  LwLive *live = data;
  LwLiveClient *client = change->client;
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (json_object) answer = json_object_new_object ();
  json_object *changes = NULL, *results = NULL, *request = NULL;

  lw_json_add_text (answer, "type", "kept");
  if (json_object_object_get_ex (change->message, "request", &request))
    json_object_object_add (answer, "request", json_object_get (request));
  json_object_object_get_ex (change->message, "changes", &changes);
  if (lw_walk_facts_load (&facts, live->room, &client->caller, &client->walk_id, NULL))
    results = lw_note_changes_apply (live->room, &facts, changes);
  /* Without results nothing was kept: the panel keeps what it has and says so. */
  json_object_object_add (answer, "results", results);
  change->answer = g_strdup (json_object_to_json_string_ext (
      answer, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  g_main_context_invoke (live->context, finish_change, change);
}

static void
start_change (LwLiveClient *client)
{
  Change *change;

  if (client->changing || client->socket == NULL || g_queue_is_empty (&client->changes))
    return;
  change = g_new0 (Change, 1);
  change->client = lw_live_client_ref (client);
  change->message = g_queue_pop_head (&client->changes);
  client->changing = TRUE;
  g_thread_pool_push (client->live->workers, change, NULL);
}

static void
take_changes (LwLiveClient *client, json_object *message)
{
  if (g_queue_get_length (&client->changes) >= LW_LIVE_CHANGES_MAX) {
    lw_live_client_dismiss (client, "Too much came at once. What was not kept is still with you; "
                                    "it will be sent again.");
    return;
  }
  g_queue_push_tail (&client->changes, json_object_get (message));
  start_change (client);
}

/* ---- receiving ---- */

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
parse (GBytes *bytes)
{
  g_autoptr (json_tokener) tokener = json_tokener_new_ex (LW_HTTP_JSON_DEPTH_MAX);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  json_object *message;

  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  message = length > 0 ? json_tokener_parse_ex (tokener, text, (int)length) : NULL;
  if (message == NULL || json_object_is_type (message, json_type_object))
    return message;
  json_object_put (message);
  return NULL;
}

static void
received (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer data)
{
  LwLiveClient *client = data;
  g_autoptr (json_object) message = type == SOUP_WEBSOCKET_DATA_TEXT ? parse (bytes) : NULL;
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
closed (SoupWebsocketConnection *socket, gpointer data)
{
  LwLiveClient *client = data;
  LwLive *live = client->live;
  LwId walk_id = client->walk_id;
  GPtrArray *audience = g_hash_table_lookup (live->walks, &walk_id);

  g_signal_handlers_disconnect_by_data (socket, client);
  g_clear_object (&client->socket);
  live->counts.clients--;
  g_hash_table_add (live->presence_due, g_memdup2 (&walk_id, sizeof walk_id));
  /* This may free the client. */
  if (audience != NULL && g_ptr_array_remove_fast (audience, client) && audience->len == 0)
    g_hash_table_remove (live->walks, &walk_id);
}

void
lw_live_client_open (LwLive *self,
                     const LwTicket *ticket,
                     SoupWebsocketConnection *socket,
                     gboolean wants_ops)
{
  LwLiveClient *client = g_new0 (LwLiveClient, 1);
  GPtrArray *audience = g_hash_table_lookup (self->walks, &ticket->walk_id);

  g_atomic_ref_count_init (&client->refs);
  client->live = self;
  client->socket = g_object_ref (socket);
  client->caller = ticket->caller;
  client->walk_id = ticket->walk_id;
  client->wants_ops = wants_ops;
  client->acked_us = g_get_monotonic_time ();
  g_queue_init (&client->changes);
  soup_websocket_connection_set_max_incoming_payload_size (socket, LW_LIVE_MESSAGE_MAX);
  soup_websocket_connection_set_keepalive_interval (socket, KEEPALIVE_S);
  g_signal_connect (socket, "message", G_CALLBACK (received), client);
  g_signal_connect (socket, "closed", G_CALLBACK (closed), client);
  if (audience == NULL) {
    audience = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_live_client_unref);
    g_hash_table_insert (self->walks, g_memdup2 (&ticket->walk_id, sizeof (LwId)), audience);
  }
  g_ptr_array_add (audience, client);
  self->counts.clients++;
  lw_live_news_greet (self->news, client);
}
