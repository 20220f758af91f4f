/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-json.h"
#include "lw-live-private.h"

#define TICK_S 1
#define SESSIONS_EVERY_TICKS 15
#define PRESENCE_MAX 200

/* ---- telling ---- */

/* {"type":"notes","notes":[…],"gone":[…] of what @client may see; NULL if that is nothing. */
static char *
make_notes (GArray *items, const LwLiveClient *client)
{
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (GString) gone = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++) {
    const LwLiveItem *item = &g_array_index (items, LwLiveItem, i);
    LwAccess access = client->access;
    char id[LW_ID_TEXT_LENGTH + 1];

    access.is_own = lw_id_equal (&item->author_id, &client->caller.person_id);
    if (item->json == NULL) {
      lw_id_format (&item->id, id);
      g_string_append_printf (gone, "%s\"%s\"", gone->len > 0 ? "," : "", id);
    } else if (lw_access_allows (LW_ACT_SEE_NOTE, &access)) {
      if (notes->len > 0)
        g_string_append_c (notes, ',');
      g_string_append (notes, item->json);
    }
  }
  if (notes->len == 0 && gone->len == 0)
    return NULL;
  return g_strdup_printf ("{\"type\":\"notes\",\"notes\":[%s],\"gone\":[%s]", notes->str,
                          gone->str);
}

void
lw_live_tell_notes (LwLive *self, const LwId *walk_id, GArray *items)
{
  GPtrArray *audience = g_hash_table_lookup (self->walks, walk_id);
  g_autofree char *for_all = NULL;

  for (guint i = 0; audience != NULL && i < audience->len; i++) {
    LwLiveClient *client = audience->pdata[i];

    if (!client->ready)
      continue;
    if (client->wants_ops) {
      lw_live_client_send_numbered (client, "{\"type\":\"ops\"");
    } else if (lw_access_allows (LW_ACT_SEE_NOTE, &client->access)) {
      /* All who may see everybody's get the same: it is put together once. */
      if (for_all == NULL)
        for_all = make_notes (items, client);
      lw_live_client_send_numbered (client, for_all);
    } else {
      g_autofree char *own = make_notes (items, client);

      if (own != NULL)
        lw_live_client_send_numbered (client, own);
    }
  }
}

/* {"type":"board","items":[…] of what @client may see; NULL if that is nothing. */
static char *
make_board (GArray *items, const LwLiveClient *client)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++) {
    const LwLiveBoardItem *item = &g_array_index (items, LwLiveBoardItem, i);

    if (lw_access_allows (item->act, &client->access))
      g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", item->json);
  }
  return list->len > 0 ? g_strdup_printf ("{\"type\":\"board\",\"items\":[%s]", list->str) : NULL;
}

void
lw_live_tell_board (LwLive *self, const LwId *walk_id, GArray *items)
{
  GPtrArray *audience = g_hash_table_lookup (self->walks, walk_id);

  for (guint i = 0; audience != NULL && i < audience->len; i++) {
    LwLiveClient *client = audience->pdata[i];
    g_autofree char *message =
        client->ready && !client->wants_ops ? make_board (items, client) : NULL;

    if (client->ready && client->wants_ops)
      lw_live_client_send_numbered (client, "{\"type\":\"ops\"");
    else if (message != NULL)
      lw_live_client_send_numbered (client, message);
  }
}

static GPtrArray *
copy_audience (GPtrArray *audience)
{
  GPtrArray *clients = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_live_client_unref);

  for (guint i = 0; i < audience->len; i++)
    g_ptr_array_add (clients, lw_live_client_ref (audience->pdata[i]));
  return clients;
}

void
lw_live_tell_walk (LwLive *self, const LwId *walk_id)
{
  GHashTableIter iter;
  gpointer key, audience;

  g_hash_table_iter_init (&iter, self->walks);
  while (g_hash_table_iter_next (&iter, &key, &audience)) {
    if (lw_id_is_none (walk_id) || lw_id_equal (walk_id, key))
      lw_live_news_look_again (self->news, copy_audience (audience));
  }
}

/* ---- who is here ---- */

static json_object *
presence_to_json (GPtrArray *audience)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (lw_id_hash, lw_id_equal);
  json_object *message = json_object_new_object ();
  json_object *people = json_object_new_array ();

  for (guint i = 0; i < audience->len && g_hash_table_size (seen) < PRESENCE_MAX; i++) {
    const LwLiveClient *client = audience->pdata[i];
    json_object *person;

    if (!client->ready || !g_hash_table_add (seen, (gpointer)&client->caller.person_id))
      continue;
    person = json_object_new_object ();
    lw_json_add_id (person, "person", &client->caller.person_id);
    lw_json_add_text (person, "name", client->name);
    if (!lw_id_is_none (&client->segment_id)) {
      lw_json_add_id (person, "segment", &client->segment_id);
      lw_json_add_int (person, "time", client->time);
    }
    json_object_array_add (people, person);
  }
  lw_json_add_text (message, "type", "presence");
  json_object_object_add (message, "people", people);
  return message;
}

static void
tell_presence (GPtrArray *audience)
{
  /* For who has no part in the phase. */
  static const char nobody[] = "{\"type\":\"presence\",\"people\":[]}";
  g_autoptr (json_object) message = presence_to_json (audience);
  const char *text = json_object_to_json_string_ext (message, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE);

  for (guint i = 0; i < audience->len; i++) {
    LwLiveClient *client = audience->pdata[i];
    gboolean is_open = client->ready && lw_access_allows (LW_ACT_SEE_PHASE, &client->access);

    /* It carries no number: the next one says it all again. */
    if (client->ready && !client->behind && client->sent - client->acked < LW_LIVE_WINDOW / 2)
      lw_live_client_send (client, is_open ? text : nobody);
  }
}

static void
dismiss_stalled (GPtrArray *audience, gint64 now_us)
{
  g_autoptr (GPtrArray) clients = copy_audience (audience);

  for (guint i = 0; i < clients->len; i++) {
    LwLiveClient *client = clients->pdata[i];

    if (client->sent > client->acked &&
        now_us - client->acked_us > LW_LIVE_STALL_S * G_USEC_PER_SEC)
      lw_live_client_dismiss (client, "The connection does not keep up. The page connects anew.");
  }
}

void
lw_live_check_sessions (LwLive *self)
{
  GHashTableIter iter;
  gpointer audience;

  g_hash_table_iter_init (&iter, self->walks);
  while (g_hash_table_iter_next (&iter, NULL, &audience))
    lw_live_news_check_sessions (self->news, copy_audience (audience));
}

static gboolean
tick (gpointer data)
{
  LwLive *self = data;
  gint64 now_us = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer walk, audience;
  static guint ticks;

  g_hash_table_iter_init (&iter, self->presence_due);
  while (g_hash_table_iter_next (&iter, &walk, NULL)) {
    audience = g_hash_table_lookup (self->walks, walk);
    if (audience != NULL)
      tell_presence (audience);
  }
  g_hash_table_remove_all (self->presence_due);
  g_hash_table_iter_init (&iter, self->walks);
  while (g_hash_table_iter_next (&iter, NULL, &audience))
    dismiss_stalled (audience, now_us);
  if (++ticks % SESSIONS_EVERY_TICKS == 0)
    lw_live_check_sessions (self);
  return G_SOURCE_CONTINUE;
}

/* ---- coming in ---- */

static void
post_ticket (LwHttpCall *call, gpointer data)
{
  LwLive *self = data;
  g_auto (LwWalkFacts) facts = {0};
  g_autofree char *text = NULL;
  LwTicket ticket;
  json_object *json;

  if (!lw_walk_facts_for_call (&facts, self->room, call, LW_ACT_SEE_WALK))
    return;
  ticket = (LwTicket){.caller = *lw_http_call_caller (call), .walk_id = facts.walk->id};
  text = lw_tickets_issue (self->tickets, &ticket);
  json = json_object_new_object ();
  lw_json_add_text (json, "ticket", text);
  lw_http_call_reply_json (call, 200, json);
}

static void
opened (LwWebsocket *socket, GHashTable *query, gpointer data)
{
  LwLive *self = data;
  const char *text = query != NULL ? g_hash_table_lookup (query, "ticket") : NULL;
  LwTicket ticket;

  if (text == NULL || !lw_tickets_redeem (self->tickets, text, &ticket)) {
    lw_websocket_close (socket, LW_FRAMES_POLICY);
    return;
  }
  lw_live_client_open (self, &ticket, socket,
                       g_strcmp0 (g_hash_table_lookup (query, "ops"), "true") == 0);
}

static void
changed (LwStore *store,
         const LwId *segment_id,
         const LwId *target_id,
         LwStoreChange what,
         gpointer data)
{
  lw_live_news_changed (((LwLive *)data)->news, segment_id, target_id, what);
}

LwLive *
lw_live_new (LwRoom *room)
{
  static const LwHttpRoute routes[] = {
      {"POST", "/api/walks/:walk/ticket", post_ticket, 0, 4096},
      {NULL},
  };
  LwLive *self = g_new0 (LwLive, 1);

  self->room = room;
  self->tickets = lw_tickets_new ();
  self->context = g_main_context_ref_thread_default ();
  self->walks =
      g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->presence_due = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  self->changes = lw_live_changes_new (self);
  self->news = lw_live_news_new (self);
  self->changed_handler = g_signal_connect (room->store, "changed", G_CALLBACK (changed), self);
  self->tick = g_timeout_add_seconds (TICK_S, tick, self);
  lw_http_add_routes (room->http, routes, self);
  lw_http_set_websocket (room->http, "/api/live", LW_LIVE_MESSAGE_MAX, opened, self);
  return self;
}

void
lw_live_free (LwLive *self)
{
  GHashTableIter iter;
  gpointer audience;
  g_autoptr (GPtrArray) audiences =
      g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);

  if (self == NULL)
    return;
  lw_http_set_websocket (self->room->http, "/api/live", 0, NULL, NULL);
  g_source_remove (self->tick);
  g_signal_handler_disconnect (self->room->store, self->changed_handler);
  /* What comes from now on is not taken: it is still with its writer. */
  lw_live_changes_free (g_steal_pointer (&self->changes));
  lw_live_news_free (self->news);
  /* What the threads have posted still waits for the loop. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_hash_table_iter_init (&iter, self->walks);
  while (g_hash_table_iter_next (&iter, NULL, &audience))
    g_ptr_array_add (audiences, copy_audience (audience));
  for (guint i = 0; i < audiences->len; i++) {
    GPtrArray *clients = audiences->pdata[i];

    for (guint j = 0; j < clients->len; j++) {
      LwLiveClient *client = clients->pdata[j];

      lw_live_client_dismiss (client, "The room is closing for a moment. What you write is kept "
                                      "here meanwhile.");
      if (client->socket != NULL)
        lw_websocket_listen (client->socket, NULL, NULL);
      client->socket = NULL;
    }
  }
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_hash_table_unref (self->walks);
  g_hash_table_unref (self->presence_due);
  lw_tickets_free (self->tickets);
  g_main_context_unref (self->context);
  g_free (self);
}

void
lw_live_get_counts (LwLive *self, LwLiveCounts *ret_counts)
{
  *ret_counts = self->counts;
}
