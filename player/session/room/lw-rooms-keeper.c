/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread that talks with rooms. */
#include "lw-rooms-keeper.h"

#include "lw-rooms-private.h"

#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS (120 * 1000)
/* Also when the room tells by itself: what it told may have been lost. */
#define REST_MS (5 * 60 * 1000)
#define GATHER_MS 150
#define LIVE_MAX_BYTES (256 * 1024)

typedef struct {
  LwRoomsKeeper *keeper;
  LwJoined *joined;
  LwRoomNews news;  /* under the keeper's mutex */
  GSource *timer;   /* the next talk */
  guint failures;   /* in a row */
  guint64 position; /* of the store, before the last talk */
  SoupSession *session;
  SoupWebsocketConnection *live;
  gboolean connecting;
} Place;

struct _LwRoomsKeeper {
  GObject parent;
  LwStore *store;
  GMainContext *owner;
  gulong changed_id;
  GThread *thread;
  GMainContext *context; /* the thread's */
  GMainLoop *loop;
  GCancellable *cancellable;
  GMutex mutex;
  GPtrArray *places; /* the thread's; its news under mutex */
  gint telling;      /* atomic: a "changed" is on its way */
  gint poked;        /* atomic: a look at the store is on its way */
};

G_DEFINE_TYPE (LwRoomsKeeper, lw_rooms_keeper, G_TYPE_OBJECT)

static guint changed_signal;

static void schedule (Place *place, guint wait_ms);

/* ---- telling ---- */

static gboolean
emit_changed (gpointer data)
{
  LwRoomsKeeper *self = data;

  g_atomic_int_set (&self->telling, FALSE);
  if (self->thread != NULL)
    g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
tell (LwRoomsKeeper *self)
{
  GSource *source;

  if (!g_atomic_int_compare_and_exchange (&self->telling, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_callback (source, emit_changed, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->owner);
  g_source_unref (source);
}

/* What is where, as the store has it now. */
static void
count (Place *place)
{
  LwRoomsKeeper *self = place->keeper;
  g_autoptr (LwRoomState) state = lw_rooms_load_state (self->store, place->joined, NULL);

  if (state == NULL)
    return;
  g_mutex_lock (&self->mutex);
  place->news.notes = state->notes;
  place->news.here = state->here;
  place->news.held = state->held;
  g_mutex_unlock (&self->mutex);
}

static void
set_reach (Place *place, LwRoomReach reach, const char *trouble)
{
  LwRoomsKeeper *self = place->keeper;
  gboolean is_bad = reach == LW_ROOM_AWAY || reach == LW_ROOM_CLOSED;

  g_mutex_lock (&self->mutex);
  if (!is_bad)
    place->news.since_utc_us = 0;
  else if (place->news.since_utc_us == 0)
    place->news.since_utc_us = g_get_real_time ();
  place->news.reach = reach;
  g_free (place->news.trouble);
  place->news.trouble = g_strdup (trouble);
  g_mutex_unlock (&self->mutex);
}

/* ---- live ---- */

static void
set_live (Place *place, SoupWebsocketConnection *live)
{
  if (place->live != NULL)
    g_signal_handlers_disconnect_by_data (place->live, place);
  g_clear_object (&place->live);
  place->live = live;
  g_mutex_lock (&place->keeper->mutex);
  place->news.is_live = live != NULL;
  g_mutex_unlock (&place->keeper->mutex);
}

static void
on_message (SoupWebsocketConnection *live, int type, GBytes *bytes, gpointer data)
{
  Place *place = data;
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (json_object) message = json_tokener_parse (text);
  const char *name =
      json_object_is_type (message, json_type_object) ? lw_rooms_get_text (message, "type") : NULL;
  json_object *seq = NULL;

  if (g_strcmp0 (name, "ops") != 0)
    return;
  if (json_object_object_get_ex (message, "seq", &seq)) {
    g_autofree char *ack = g_strdup_printf ("{\"type\":\"ack\",\"seq\":%" G_GINT64_FORMAT "}",
                                            (gint64)json_object_get_int64 (seq));

    soup_websocket_connection_send_text (live, ack);
  }
  schedule (place, GATHER_MS);
}

static void
on_closed (SoupWebsocketConnection *live, gpointer data)
{
  Place *place = data;

  set_live (place, NULL);
  schedule (place, WAIT_MIN_MS);
  tell (place->keeper);
}

/* The place may be gone: then this was cancelled. */
static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Place *place = data;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *live =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  place->connecting = FALSE;
  if (live == NULL)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (live, LIVE_MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (live, 30);
  g_signal_connect (live, "message", G_CALLBACK (on_message), place);
  g_signal_connect (live, "closed", G_CALLBACK (on_closed), place);
  set_live (place, live);
  /* What came between the last talk and now. */
  schedule (place, GATHER_MS);
  tell (place->keeper);
}

static void
connect_live (Place *place)
{
  LwRoomsKeeper *self = place->keeper;
  const LwJoined *joined = place->joined;
  g_autofree char *path = lw_rooms_path ("/api/walks/", &joined->walk_id, "/ticket");
  g_autofree char *uri = NULL;
  g_autofree char *escaped = NULL;
  g_autoptr (json_object) answer = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_auto (LwRoomsHttp) http = {0};
  const char *ticket;

  if (place->live != NULL || place->connecting)
    return;
  lw_rooms_http_init (&http, joined->url, joined->token, self->cancellable);
  answer = lw_rooms_http_json (&http, "POST", path, json_object_new_object (), NULL);
  ticket = answer != NULL ? lw_rooms_get_text (answer, "ticket") : NULL;
  if (ticket == NULL)
    return;
  escaped = g_uri_escape_string (ticket, NULL, FALSE);
  uri = g_strconcat (joined->url, "/api/live?ops=true&ticket=", escaped, NULL);
  message = soup_message_new ("GET", uri);
  if (message == NULL)
    return;
  place->connecting = TRUE;
  soup_session_websocket_connect_async (place->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_connected, place);
}

/* ---- one talk ---- */

static guint
wait_after_failure (Place *place)
{
  guint wait = WAIT_MIN_MS << MIN (place->failures, 7);

  place->failures++;
  /* Not all machines of a school at once. */
  return (guint)((double)MIN (wait, WAIT_MAX_MS) * g_random_double_range (0.5, 1.5));
}

static void
failed (Place *place, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_SIGNED_OUT)) {
    set_reach (place, LW_ROOM_CLOSED, error->message);
    return; /* until somebody opens a link */
  }
  set_reach (place,
             g_error_matches (error, LW_ROOMS_ERROR, LW_ROOMS_ERROR_GONE) ? LW_ROOM_CLOSED
                                                                          : LW_ROOM_AWAY,
             error->message);
  schedule (place, wait_after_failure (place));
}

static void
talk (Place *place)
{
  LwRoomsKeeper *self = place->keeper;
  g_autoptr (GError) error = NULL;
  g_auto (LwSyncDone) done = {0};

  if (*place->joined->token == '\0') {
    set_reach (place, LW_ROOM_CLOSED,
               _ ("You are signed out of this room. Open your link again, or ask for a new one."));
    return;
  }
  /* Before: what is written meanwhile is for the next talk. */
  lw_store_get_position (self->store, &place->position, NULL);
  if (place->news.here > 0 && place->failures == 0) {
    set_reach (place, LW_ROOM_SENDING, NULL);
    tell (self);
  }
  if (lw_rooms_sync (self->store, place->joined, &done, self->cancellable, &error)) {
    place->failures = 0;
    set_reach (place, LW_ROOM_REACHED, NULL);
    g_mutex_lock (&self->mutex);
    g_free (place->news.refused);
    place->news.refused = g_steal_pointer (&done.refused);
    g_mutex_unlock (&self->mutex);
    schedule (place, REST_MS);
    connect_live (place);
  } else {
    failed (place, error);
  }
  count (place);
  tell (self);
}

static gboolean
on_timer (gpointer data)
{
  Place *place = data;

  g_clear_pointer (&place->timer, g_source_unref);
  talk (place);
  return G_SOURCE_REMOVE;
}

/* The sooner of two times is kept. */
static void
schedule (Place *place, guint wait_ms)
{
  gint64 at = g_get_monotonic_time () + (gint64)wait_ms * 1000;

  if (place->timer != NULL && g_source_get_ready_time (place->timer) > 0 &&
      g_source_get_ready_time (place->timer) <= at)
    return;
  if (place->timer != NULL) {
    g_source_destroy (place->timer);
    g_source_unref (place->timer);
  }
  place->timer = g_timeout_source_new (wait_ms);
  g_source_set_callback (place->timer, on_timer, place, NULL);
  g_source_attach (place->timer, place->keeper->context);
}

/* ---- places ---- */

static void
place_free (gpointer data)
{
  Place *place = data;

  if (place->timer != NULL) {
    g_source_destroy (place->timer);
    g_source_unref (place->timer);
  }
  if (place->live != NULL) {
    g_signal_handlers_disconnect_by_data (place->live, place);
    if (soup_websocket_connection_get_state (place->live) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (place->live, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    g_clear_object (&place->live);
  }
  g_clear_object (&place->session);
  g_clear_pointer (&place->news.joined, lw_joined_unref);
  g_free (place->news.trouble);
  g_free (place->news.refused);
  lw_joined_unref (place->joined);
  g_free (place);
}

static Place *
place_new (LwRoomsKeeper *self, const LwJoined *joined)
{
  Place *place = g_new0 (Place, 1);

  place->keeper = self;
  place->joined = lw_joined_ref (joined);
  place->news.joined = lw_joined_ref (joined);
  place->session = soup_session_new ();
  count (place);
  schedule (place, 0);
  return place;
}

static gboolean
is_same (const LwJoined *a, const LwJoined *b)
{
  return lw_id_equal (&a->walk_id, &b->walk_id) && g_str_equal (a->token, b->token) &&
         g_str_equal (a->url, b->url);
}

/* Walks that are new get a place, those that were left lose theirs. A place with a connection under
 * way stays until that has come to something. */
static void
take_list (LwRoomsKeeper *self)
{
  g_autoptr (GPtrArray) joined = lw_rooms_list (self->store, NULL);
  g_autoptr (GPtrArray) added = g_ptr_array_new ();

  for (guint i = 0; joined != NULL && i < joined->len; i++) {
    gboolean found = FALSE;

    for (guint k = 0; !found && k < self->places->len; k++)
      found = is_same (((const Place *)self->places->pdata[k])->joined, joined->pdata[i]);
    if (!found)
      g_ptr_array_add (added, place_new (self, joined->pdata[i]));
  }
  g_mutex_lock (&self->mutex);
  for (guint k = self->places->len; joined != NULL && k > 0; k--) {
    Place *place = self->places->pdata[k - 1];
    gboolean found = place->connecting;

    for (guint i = 0; !found && i < joined->len; i++)
      found = is_same (place->joined, joined->pdata[i]);
    if (!found)
      g_ptr_array_remove_index (self->places, k - 1);
  }
  for (guint i = 0; i < added->len; i++)
    g_ptr_array_add (self->places, added->pdata[i]);
  g_mutex_unlock (&self->mutex);
}

static gboolean
on_wake (gpointer data)
{
  LwRoomsKeeper *self = data;

  take_list (self);
  for (guint i = 0; i < self->places->len; i++)
    schedule (self->places->pdata[i], 0);
  tell (self);
  return G_SOURCE_REMOVE;
}

/* Something was written here, or came in: only the former is for the room. */
static gboolean
on_poke (gpointer data)
{
  LwRoomsKeeper *self = data;
  guint64 position = 0;

  g_atomic_int_set (&self->poked, FALSE);
  lw_store_get_position (self->store, &position, NULL);
  for (guint i = 0; i < self->places->len; i++) {
    Place *place = self->places->pdata[i];

    if (place->position == position)
      continue;
    count (place);
    if (place->failures == 0)
      schedule (place, 0);
    else
      place->position = position;
  }
  tell (self);
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  LwRoomsKeeper *self = data;

  g_main_context_push_thread_default (self->context);
  take_list (self);
  tell (self);
  g_main_loop_run (self->loop);
  /* Connections under way end first: they know their place. */
  for (guint i = 0; i < self->places->len; i++)
    soup_session_abort (((Place *)self->places->pdata[i])->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->places, 0);
  g_mutex_unlock (&self->mutex);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
invoke (LwRoomsKeeper *self, GSourceFunc func, guint wait_ms)
{
  GSource *source = g_timeout_source_new (wait_ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

static void
on_store_changed (LwStore *store,
                  const LwId *segment_id,
                  const LwId *target_id,
                  LwStoreChange what,
                  gpointer data)
{
  LwRoomsKeeper *self = data;

  if (g_atomic_int_compare_and_exchange (&self->poked, FALSE, TRUE))
    invoke (self, on_poke, GATHER_MS);
}

void
lw_rooms_keeper_wake (LwRoomsKeeper *self)
{
  g_return_if_fail (LW_IS_ROOMS_KEEPER (self));
  if (self->thread != NULL)
    invoke (self, on_wake, 0);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (((LwRoomsKeeper *)data)->loop);
  return G_SOURCE_REMOVE;
}

void
lw_rooms_keeper_stop (LwRoomsKeeper *self)
{
  g_return_if_fail (LW_IS_ROOMS_KEEPER (self));
  if (self->thread == NULL)
    return;
  g_clear_signal_handler (&self->changed_id, self->store);
  g_cancellable_cancel (self->cancellable);
  invoke (self, quit, 0);
  g_thread_join (self->thread);
  self->thread = NULL;
}

/* ---- what is told ---- */

GPtrArray *
lw_rooms_keeper_list (LwRoomsKeeper *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_room_news_free);

  g_return_val_if_fail (LW_IS_ROOMS_KEEPER (self), list);
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->places->len; i++) {
    const Place *place = self->places->pdata[i];
    LwRoomNews *news = g_memdup2 (&place->news, sizeof place->news);

    news->joined = lw_joined_ref (place->joined);
    news->trouble = g_strdup (place->news.trouble);
    news->refused = g_strdup (place->news.refused);
    g_ptr_array_add (list, news);
  }
  g_mutex_unlock (&self->mutex);
  return list;
}

/* ---- object ---- */

static void
lw_rooms_keeper_finalize (GObject *object)
{
  LwRoomsKeeper *self = LW_ROOMS_KEEPER (object);

  lw_rooms_keeper_stop (self);
  g_clear_pointer (&self->places, g_ptr_array_unref);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_main_context_unref (self->owner);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (lw_rooms_keeper_parent_class)->finalize (object);
}

static void
lw_rooms_keeper_class_init (LwRoomsKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lw_rooms_keeper_finalize;
  changed_signal = g_signal_new ("changed", LW_TYPE_ROOMS_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
lw_rooms_keeper_init (LwRoomsKeeper *self)
{
  g_mutex_init (&self->mutex);
  self->owner = g_main_context_ref_thread_default ();
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->cancellable = g_cancellable_new ();
  self->places = g_ptr_array_new_with_free_func (place_free);
}

LwRoomsKeeper *
lw_rooms_keeper_new (LwStore *store)
{
  LwRoomsKeeper *self;

  g_return_val_if_fail (LW_IS_STORE (store), NULL);
  self = g_object_new (LW_TYPE_ROOMS_KEEPER, NULL);
  self->store = g_object_ref (store);
  self->changed_id = g_signal_connect (store, "changed", G_CALLBACK (on_store_changed), self);
  self->thread = g_thread_new ("lw-rooms", run, self);
  return self;
}
