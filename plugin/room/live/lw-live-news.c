/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What changed, read from the store in a thread of its own. The first after a
 * pause is told at once; those that come close behind it are worked on
 * together: a class that pins at once makes one message to each, not thirty.
 */

#include "lw-board-json.h"
#include "lw-json.h"
#include "lw-live-private.h"

#define GATHER_US 4000
#define GATHER_MAX 2000

typedef enum { CHANGED, GREET, LOOK_AGAIN, CHECK_SESSIONS, STOP } EventKind;

typedef struct {
  EventKind kind;
  LwId segment_id, target_id; /* CHANGED */
  LwStoreChange what;
  GPtrArray *clients; /* the others: LwLiveClient */
} Event;

struct _LwLiveNews {
  LwLive *live;
  GAsyncQueue *events;
  GThread *thread;
  GHashTable *walk_of; /* the thread's: LwId *, a segment -> LwId *, its walk */
  gint64 told_us;      /* the thread's: monotonic, when it told last */
};

static void
event_free (Event *event)
{
  g_clear_pointer (&event->clients, g_ptr_array_unref);
  g_free (event);
}

static GPtrArray *
new_clients (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)lw_live_client_unref);
}

/* ---- to the main loop ---- */

typedef struct {
  LwLive *live;
  LwId walk_id;
  GArray *items; /* nullable: the structure changed */
  gboolean is_board;
} News;

static void
clear_board_item (gpointer data)
{
  g_free (((LwLiveBoardItem *)data)->json);
}

static void
clear_item (gpointer data)
{
  g_free (((LwLiveItem *)data)->json);
}

static gboolean
tell (gpointer data)
{
  News *news = data;

  if (news->is_board)
    lw_live_tell_board (news->live, &news->walk_id, news->items);
  else if (news->items != NULL)
    lw_live_tell_notes (news->live, &news->walk_id, news->items);
  else
    lw_live_tell_walk (news->live, &news->walk_id);
  return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_clear_pointer (&news->items, g_array_unref);
  g_free (news);
}

static void
post (LwLiveNews *self, const LwId *walk_id, GArray *items, gboolean is_board)
{
  News *news = g_new0 (News, 1);

  news->live = self->live;
  news->walk_id = *walk_id;
  news->items = items != NULL ? g_array_ref (items) : NULL;
  news->is_board = is_board;
  g_main_context_invoke_full (self->live->context, G_PRIORITY_DEFAULT, tell, news, news_free);
}

/* ---- notes ---- */

static const LwId *
find_walk (LwLiveNews *self, const LwId *segment_id)
{
  LwId *walk_id = g_hash_table_lookup (self->walk_of, segment_id);
  g_autoptr (LwWalk) walk = NULL;

  if (walk_id != NULL)
    return walk_id;
  walk = lw_store_get_walk_of_segment (self->live->room->store, segment_id, NULL);
  if (walk == NULL)
    return NULL;
  walk_id = g_memdup2 (&walk->id, sizeof (LwId));
  g_hash_table_insert (self->walk_of, g_memdup2 (segment_id, sizeof (LwId)), walk_id);
  return walk_id;
}

static GArray *
items_of (GHashTable *by_walk, const LwId *walk_id, guint size, GDestroyNotify clear)
{
  GArray *items = g_hash_table_lookup (by_walk, walk_id);

  if (items == NULL) {
    items = g_array_new (FALSE, FALSE, size);
    g_array_set_clear_func (items, clear);
    g_hash_table_insert (by_walk, g_memdup2 (walk_id, sizeof (LwId)), items);
  }
  return items;
}

/* @note: (nullable): it is not there any more */
static void
take_note (const Event *event, const LwNote *note, GArray *items)
{
  LwLiveItem item = {.id = event->target_id};

  if (note != NULL) {
    g_autoptr (json_object) json = lw_json_from_note (note);

    item.author_id = note->author_id;
    item.json = g_strdup (json_object_to_json_string_ext (
        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  }
  g_array_append_val (items, item);
}

/* @events: of notes, each once. What cannot be read is not told of as gone: their walks are looked
 * at anew. */
static void
take_notes (LwLiveNews *self, GPtrArray *events, GHashTable *by_walk, GHashTable *walks)
{
  g_autofree LwId *ids = g_new (LwId, events->len);
  g_autoptr (GPtrArray) notes = NULL;

  for (guint i = 0; i < events->len; i++)
    ids[i] = ((const Event *)events->pdata[i])->target_id;
  notes = lw_store_get_notes (self->live->room->store, ids, events->len, NULL);
  for (guint i = 0; i < events->len; i++) {
    const Event *event = events->pdata[i];
    const LwId *walk_id = find_walk (self, &event->segment_id);

    if (walk_id == NULL)
      continue;
    if (notes != NULL)
      take_note (event, notes->pdata[i],
                 items_of (by_walk, walk_id, sizeof (LwLiveItem), clear_item));
    else
      g_hash_table_add (walks, g_memdup2 (walk_id, sizeof *walk_id));
  }
}

/* ---- the board ---- */

/* Nothing of a note that is not there any more, not even where its card lay. */
static gboolean
has_note (LwLiveNews *self, LwEntityKind kind, gconstpointer item)
{
  g_autoptr (LwNote) note = NULL;

  if (kind == LW_ENTITY_CARD)
    note = lw_store_get_note (self->live->room->store, &((const LwCard *)item)->note_id, NULL);
  return kind != LW_ENTITY_CARD || note != NULL;
}

static void
take_item (LwLiveNews *self, const Event *event, GHashTable *by_walk)
{
  LwEntityKind kind;
  LwItem *item = lw_store_get_item (self->live->room->store, &event->target_id, &kind, NULL);
  LwLiveBoardItem told;
  GArray *items;

  if (item == NULL)
    return;
  if (lw_item_is_of_walk (kind) && has_note (self, kind, item)) {
    g_autoptr (json_object) json = lw_board_item_to_json (kind, item);

    told.act = lw_board_act_to_see (kind);
    told.json = g_strdup (json_object_to_json_string_ext (
        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    items = items_of (by_walk, &item->walk_id, sizeof told, clear_board_item);
    g_array_append_val (items, told);
  }
  lw_item_unref (kind, item);
}

/* ---- structure ---- */

/* The walk that an entity belongs to; FALSE if that cannot be told. */
static gboolean
find_walk_of_entity (LwStore *store, const LwId *id, LwId *ret_walk_id)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk (store, id, NULL);
  g_autoptr (LwMember) member = walk == NULL ? lw_store_get_member (store, id, NULL) : NULL;
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwVisit) visit = NULL;

  if (walk == NULL && member == NULL)
    visit = lw_store_get_visit (store, id, NULL);
  if (walk == NULL && member == NULL && visit == NULL) {
    track = lw_store_get_track (store, id, NULL);
    walk = lw_store_get_walk_of_segment (store, track != NULL ? &track->segment_id : id, NULL);
  }
  if (walk != NULL)
    *ret_walk_id = walk->id;
  else if (member != NULL)
    *ret_walk_id = member->walk_id;
  else if (visit != NULL)
    *ret_walk_id = visit->walk_id;
  return walk != NULL || member != NULL || visit != NULL;
}

static void
take_entity (LwLiveNews *self, const Event *event, GHashTable *walks)
{
  LwId walk_id = LW_ID_NONE;

  g_hash_table_remove_all (self->walk_of);
  if (event->what == LW_STORE_CHANGE_ENTITY &&
      !find_walk_of_entity (self->live->room->store, &event->target_id, &walk_id))
    walk_id = LW_ID_NONE;
  g_hash_table_add (walks, g_memdup2 (&walk_id, sizeof walk_id));
}

static void
take_changes (LwLiveNews *self, GPtrArray *events)
{
  g_autoptr (GHashTable) notes =
      g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GHashTable) boards =
      g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GHashTable) walks = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (lw_id_hash, lw_id_equal);
  g_autoptr (GPtrArray) of_notes = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = events->len; i > 0; i--) {
    Event *event = events->pdata[i - 1];

    if (event->kind != CHANGED)
      continue;
    if (event->what != LW_STORE_CHANGE_NOTE && event->what != LW_STORE_CHANGE_ITEM)
      take_entity (self, event, walks);
    else if (!g_hash_table_add (seen, &event->target_id))
      continue;
    else if (event->what == LW_STORE_CHANGE_NOTE)
      g_ptr_array_add (of_notes, event);
    else
      take_item (self, event, boards);
  }
  take_notes (self, of_notes, notes, walks);
  g_hash_table_iter_init (&iter, walks);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    post (self, key, NULL, FALSE);
  g_hash_table_iter_init (&iter, notes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    post (self, key, value, FALSE);
  g_hash_table_iter_init (&iter, boards);
  while (g_hash_table_iter_next (&iter, &key, &value))
    post (self, key, value, TRUE);
}

/* ---- who may see what ---- */

typedef struct {
  LwLiveClient *client;
  LwAccess access;
  LwProtocol *protocol; /* nullable: the walk is not there any more */
  char *name;           /* of a client that is greeted */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  lw_live_client_unref (look->client);
  g_clear_pointer (&look->protocol, lw_protocol_unref);
  g_free (look->name);
  g_free (look);
}

static void
greet (LwLiveClient *client)
{
  g_autoptr (json_object) hello = json_object_new_object ();

  lw_json_add_text (hello, "type", "hello");
  lw_json_add_id (hello, "person", &client->caller.person_id);
  lw_json_add_int (hello, "seq", 0);
  lw_live_client_send (client, json_object_to_json_string_ext (hello, JSON_C_TO_STRING_PLAIN));
  g_hash_table_add (client->live->presence_due, g_memdup2 (&client->walk_id, sizeof (LwId)));
}

static gboolean
apply_look (gpointer data)
{
  Look *look = data;
  LwLiveClient *client = look->client;

  if (client->socket == NULL)
    return G_SOURCE_REMOVE;
  if (look->protocol == NULL || !lw_access_allows (LW_ACT_SEE_WALK, &look->access)) {
    lw_live_client_dismiss (client, "This walk is not open to you any more.");
    return G_SOURCE_REMOVE;
  }
  client->access = look->access;
  g_clear_pointer (&client->protocol, lw_protocol_unref);
  client->protocol = g_steal_pointer (&look->protocol);
  if (client->ready) {
    /* Who may see who is here may have changed as well. */
    g_hash_table_add (client->live->presence_due, g_memdup2 (&client->walk_id, sizeof (LwId)));
    lw_live_client_send_numbered (client,
                                  client->wants_ops ? "{\"type\":\"ops\"" : "{\"type\":\"walk\"");
    return G_SOURCE_REMOVE;
  }
  client->ready = TRUE;
  client->name = g_steal_pointer (&look->name);
  greet (client);
  return G_SOURCE_REMOVE;
}

/* All @clients are of one walk. */
static void
look (LwLiveNews *self, GPtrArray *clients)
{
  LwRoom *room = self->live->room;

  for (guint i = 0; i < clients->len; i++) {
    LwLiveClient *client = clients->pdata[i];
    Look *found = g_new0 (Look, 1);
    g_auto (LwWalkFacts) facts = {0};

    found->client = lw_live_client_ref (client);
    if (lw_walk_facts_load (&facts, room, &client->caller, &client->walk_id, NULL)) {
      g_autoptr (LwPerson) person =
          lw_store_get_person (room->store, &client->caller.person_id, NULL);

      found->access = facts.access;
      found->protocol = lw_protocol_ref (facts.protocol);
      found->name = g_strdup (person != NULL ? person->name : "");
    }
    g_main_context_invoke_full (self->live->context, G_PRIORITY_DEFAULT, apply_look, found,
                                look_free);
  }
}

static gboolean
dismiss (gpointer data)
{
  lw_live_client_dismiss (data, "You are signed out. Open your link again.");
  return G_SOURCE_REMOVE;
}

static void
check_sessions (LwLiveNews *self, GPtrArray *clients)
{
  for (guint i = 0; i < clients->len; i++) {
    LwLiveClient *client = clients->pdata[i];

    if (!lw_accounts_session_lasts (self->live->room->accounts, &client->caller.session_id))
      g_main_context_invoke_full (self->live->context, G_PRIORITY_DEFAULT, dismiss,
                                  lw_live_client_ref (client),
                                  (GDestroyNotify)lw_live_client_unref);
  }
}

/* ---- the thread ---- */

static gpointer
run (gpointer data)
{
  LwLiveNews *self = data;
  gboolean stopping = FALSE;

  while (!stopping) {
    g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)event_free);
    Event *event = g_async_queue_pop (self->events);
    gint64 until_us = self->told_us + GATHER_US;

    while (event != NULL) {
      gint64 left_us = until_us - g_get_monotonic_time ();

      stopping |= event->kind == STOP;
      g_ptr_array_add (events, event);
      /* However fast they come, the first does not wait longer than that. */
      if (events->len >= GATHER_MAX || stopping)
        break;
      event = left_us > 0 ? g_async_queue_timeout_pop (self->events, (guint64)left_us)
                          : g_async_queue_try_pop (self->events);
    }
    take_changes (self, events);
    self->told_us = g_get_monotonic_time ();
    for (guint i = 0; i < events->len; i++) {
      event = events->pdata[i];
      if (event->kind == GREET || event->kind == LOOK_AGAIN)
        look (self, event->clients);
      else if (event->kind == CHECK_SESSIONS)
        check_sessions (self, event->clients);
    }
  }
  return NULL;
}

LwLiveNews *
lw_live_news_new (LwLive *live)
{
  LwLiveNews *self = g_new0 (LwLiveNews, 1);

  self->live = live;
  self->events = g_async_queue_new_full ((GDestroyNotify)event_free);
  self->walk_of = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, g_free);
  self->thread = g_thread_new ("lw-live-news", run, self);
  return self;
}

static void
push (LwLiveNews *self, EventKind kind, GPtrArray *clients)
{
  Event *event = g_new0 (Event, 1);

  event->kind = kind;
  event->clients = clients;
  g_async_queue_push (self->events, event);
}

void
lw_live_news_free (LwLiveNews *self)
{
  push (self, STOP, NULL);
  g_thread_join (self->thread);
  g_async_queue_unref (self->events);
  g_hash_table_unref (self->walk_of);
  g_free (self);
}

void
lw_live_news_changed (LwLiveNews *self,
                      const LwId *segment_id,
                      const LwId *target_id,
                      LwStoreChange what)
{
  Event *event = g_new0 (Event, 1);

  event->kind = CHANGED;
  event->segment_id = *segment_id;
  event->target_id = *target_id;
  event->what = what;
  g_async_queue_push (self->events, event);
}

void
lw_live_news_greet (LwLiveNews *self, LwLiveClient *client)
{
  GPtrArray *clients = new_clients ();

  g_ptr_array_add (clients, lw_live_client_ref (client));
  push (self, GREET, clients);
}

void
lw_live_news_look_again (LwLiveNews *self, GPtrArray *clients)
{
  push (self, LOOK_AGAIN, clients);
}

void
lw_live_news_check_sessions (LwLiveNews *self, GPtrArray *clients)
{
  push (self, CHECK_SESSIONS, clients);
}
