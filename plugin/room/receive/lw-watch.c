/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Those who watch a live lesson, each by a WebSocket: what comes goes to all of them in the very
 * bytes in which it came. Who joins gets the init segment and everything since the last picture
 * with which one can begin. Who does not keep up is left out until the next one.
 */

#include <string.h>

#include "lw-accounts.h"
#include "lw-json.h"
#include "lw-live.h"
#include "lw-receive-private.h"

#define PATH "/api/watch"
#define MESSAGE_MAX 1024
/* What may wait in the room for one who does not keep up, and when there is room again. */
#define WAITING_MOST (4u << 20)
#define WAITING_LITTLE (64u << 10)
/* Since the last key frame: a source that sends none for so long shows a joiner the next one. */
#define RECENT_MOST (32u << 20)
#define TICK_S 5

typedef struct {
  gatomicrefcount refs;
  LwLiveRun *run;
  LwWebsocket *socket; /* NULL once it is closed */
  LwCaller caller;     /* never changes */
  gboolean waits;      /* for a picture with which one can begin */
} Viewer;

static void
viewer_unref (Viewer *viewer)
{
  if (!g_atomic_ref_count_dec (&viewer->refs))
    return;
  lw_live_run_unref (viewer->run);
  g_free (viewer);
}

/* ---- telling ---- */

typedef struct {
  LwLiveRun *run;
  GBytes *message; /* NULL: its state changed */
  gboolean is_key;
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  lw_live_run_unref (news->run);
  g_clear_pointer (&news->message, g_bytes_unref);
  g_free (news);
}

static gboolean
is_init (GBytes *message)
{
  return *(const guint8 *)g_bytes_get_data (message, NULL) == LW_RECEIVER_SAYS_INIT;
}

static void
send_bytes (Viewer *viewer, GBytes *message)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (message, &length);

  lw_websocket_send_bytes (viewer->socket, bytes, length);
}

static void
send_state (Viewer *viewer)
{
  g_autoptr (json_object) json = lw_live_run_to_json (viewer->run);
  const char *text;

  lw_json_add_text (json, "type", "state");
  text = json_object_to_json_string_ext (json,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  lw_websocket_send (viewer->socket, text, strlen (text), "");
}

static void
send_fragment (Viewer *viewer, GBytes *message, gboolean is_key)
{
  gsize waiting = lw_websocket_get_waiting (viewer->socket);

  if (waiting > WAITING_MOST)
    viewer->waits = TRUE;
  else if (viewer->waits && is_key && waiting < WAITING_LITTLE)
    viewer->waits = FALSE;
  if (!viewer->waits)
    send_bytes (viewer, message);
}

static void
keep_for_joiners (LwLiveRun *run, GBytes *message, gboolean is_key)
{
  if (is_init (message)) {
    g_clear_pointer (&run->init, g_bytes_unref);
    run->init = g_bytes_ref (message);
  }
  if (is_init (message) || is_key || run->recent_bytes > RECENT_MOST) {
    g_ptr_array_set_size (run->recent, 0);
    run->recent_bytes = 0;
  }
  if (is_init (message) || (!is_key && run->recent->len == 0))
    return;
  g_ptr_array_add (run->recent, g_bytes_ref (message));
  run->recent_bytes += g_bytes_get_size (message);
}

static gboolean
tell (gpointer data)
{
  News *news = data;
  LwLiveRun *run = news->run;

  if (news->message != NULL)
    keep_for_joiners (run, news->message, news->is_key);
  for (guint i = 0; i < run->viewers->len; i++) {
    Viewer *viewer = run->viewers->pdata[i];

    if (news->message == NULL)
      send_state (viewer);
    else if (is_init (news->message))
      send_bytes (viewer, news->message);
    else
      send_fragment (viewer, news->message, news->is_key);
  }
  return G_SOURCE_REMOVE;
}

void
lw_watch_tell (LwLiveRun *run, GBytes *message, gboolean is_key)
{
  News *news = g_new0 (News, 1);

  news->run = lw_live_run_ref (run);
  news->message = g_bytes_ref (message);
  news->is_key = is_key;
  g_main_context_invoke_full (run->owner->context, G_PRIORITY_DEFAULT, tell, news, news_free);
}

/* It is an ordinary lesson now, or erased. */
static gboolean
is_over (LwLiveRun *run)
{
  gboolean over;

  g_mutex_lock (&run->owner->mutex);
  over = run->stage == LW_LIVE_KEPT || run->dropped;
  g_mutex_unlock (&run->owner->mutex);
  return over;
}

static gboolean
tell_walk (gpointer data)
{
  News *news = data;
  GPtrArray *viewers = news->run->viewers;

  tell (data);
  for (guint i = 0; is_over (news->run) && i < viewers->len; i++)
    lw_websocket_close (((Viewer *)viewers->pdata[i])->socket, LW_FRAMES_NORMAL);
  if (news->run->owner->room->live != NULL)
    lw_live_tell_walk (news->run->owner->room->live, &news->run->walk_id);
  return G_SOURCE_REMOVE;
}

void
lw_watch_tell_state (LwLiveRun *run)
{
  News *news = g_new0 (News, 1);

  news->run = lw_live_run_ref (run);
  g_main_context_invoke_full (run->owner->context, G_PRIORITY_DEFAULT, tell_walk, news, news_free);
}

/* ---- coming and going ---- */

static void
message (LwWebsocket *socket, const char *text, gsize length, gpointer data)
{
  /* There is nothing to say here. */
}

static void
closed (LwWebsocket *socket, gpointer data)
{
  Viewer *viewer = data;

  viewer->socket = NULL;
  if (g_ptr_array_remove_fast (viewer->run->viewers, viewer))
    viewer_unref (viewer);
}

static void
dismiss (Viewer *viewer)
{
  if (viewer->socket != NULL)
    lw_websocket_close (viewer->socket, LW_FRAMES_POLICY);
}

static void
opened (LwWebsocket *socket, GHashTable *query, gpointer data)
{
  static const LwWebsocketEvents events = {message, closed};
  LwReceive *self = data;
  const char *text = query != NULL ? g_hash_table_lookup (query, "ticket") : NULL;
  LwLiveRun *run = NULL;
  Viewer *viewer;
  LwTicket ticket;

  if (text != NULL && lw_tickets_redeem (self->tickets, text, &ticket))
    run = lw_receive_find (self, &ticket.target_id);
  if (run == NULL) {
    lw_websocket_close (socket, LW_FRAMES_POLICY);
    return;
  }
  viewer = g_new0 (Viewer, 1);
  g_atomic_ref_count_init (&viewer->refs);
  viewer->run = run;
  viewer->socket = socket;
  viewer->caller = ticket.caller;
  viewer->waits = run->recent->len == 0;
  g_ptr_array_add (run->viewers, viewer);
  lw_websocket_listen (socket, &events, viewer);
  send_state (viewer);
  if (run->init != NULL)
    send_bytes (viewer, run->init);
  for (guint i = 0; i < run->recent->len; i++)
    send_bytes (viewer, run->recent->pdata[i]);
}

/* ---- whether they still may ---- */

static gboolean
dismiss_now (gpointer data)
{
  dismiss (data);
  return G_SOURCE_REMOVE;
}

static gboolean
may_watch (LwRoom *room, const LwCaller *caller, const LwId *segment_id)
{
  g_auto (LwWalkFacts) facts = {0};
  g_autoptr (LwSegment) segment = NULL;

  return lw_accounts_session_lasts (room->accounts, &caller->session_id) &&
         lw_walk_facts_load_for_segment (&facts, room, caller, segment_id, &segment, NULL) &&
         lw_walk_facts_allow (&facts, LW_ACT_WATCH, FALSE);
}

static void
look (gpointer data, gpointer user_data)
{
  Viewer *viewer = data;
  LwReceive *self = user_data;
  LwId segment_id;

  g_mutex_lock (&self->mutex);
  segment_id = viewer->run->segment_id;
  g_mutex_unlock (&self->mutex);
  if (may_watch (self->room, &viewer->caller, &segment_id))
    viewer_unref (viewer);
  else
    g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, dismiss_now, viewer,
                                (GDestroyNotify)viewer_unref);
}

static GPtrArray *
list_runs (LwReceive *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_live_run_unref);
  GHashTableIter iter;
  gpointer run;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &run))
    g_ptr_array_add (runs, lw_live_run_ref (run));
  g_mutex_unlock (&self->mutex);
  return runs;
}

static gboolean
is_left_alone (LwLiveRun *run)
{
  gint64 most_us = (gint64)run->owner->room->config->live_end_minutes * G_TIME_SPAN_MINUTE;
  gboolean alone;

  g_mutex_lock (&run->owner->mutex);
  alone = run->state == LW_RECEIVER_INTERRUPTED && most_us > 0 &&
          g_get_real_time () - run->since_us > most_us;
  g_mutex_unlock (&run->owner->mutex);
  return alone;
}

static gboolean
tick (gpointer data)
{
  LwReceive *self = data;
  g_autoptr (GPtrArray) runs = list_runs (self);

  for (guint i = 0; i < runs->len; i++) {
    LwLiveRun *run = runs->pdata[i];

    /* Nobody came back, and nobody said that it is over. */
    if (is_left_alone (run))
      lw_live_run_end (run);
    for (guint j = 0; j < run->viewers->len; j++) {
      Viewer *viewer = run->viewers->pdata[j];

      g_atomic_ref_count_inc (&viewer->refs);
      g_thread_pool_push (self->lookers, viewer, NULL);
    }
  }
  return G_SOURCE_CONTINUE;
}

/* ---- the whole ---- */

void
lw_watch_start (LwReceive *self)
{
  self->lookers = g_thread_pool_new (look, self, 1, FALSE, NULL);
  self->tick = g_timeout_add_seconds (TICK_S, tick, self);
  lw_http_set_websocket (self->room->http, PATH, MESSAGE_MAX, opened, self);
}

void
lw_watch_stop (LwReceive *self)
{
  g_autoptr (GPtrArray) runs = list_runs (self);

  if (self->lookers == NULL)
    return;
  lw_http_set_websocket (self->room->http, PATH, 0, NULL, NULL);
  g_source_remove (self->tick);
  g_thread_pool_free (self->lookers, FALSE, TRUE);
  self->lookers = NULL;
  while (g_main_context_iteration (self->context, FALSE))
    ;
  for (guint i = 0; i < runs->len; i++) {
    LwLiveRun *run = runs->pdata[i];

    while (run->viewers->len > 0) {
      Viewer *viewer = g_ptr_array_steal_index_fast (run->viewers, 0);

      dismiss (viewer);
      lw_websocket_listen (viewer->socket, NULL, NULL);
      viewer_unref (viewer);
    }
  }
}
