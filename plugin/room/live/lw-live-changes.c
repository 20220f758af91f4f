/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What clients change: one message at a time for each client, many clients side
 * by side. Nearly every message puts one note. Those that wait are done
 * together by one thread, with one commit and one turn of the main loop for all
 * of them; a thread for each cost more than the notes.
 */

#include "lw-json.h"
#include "lw-live-private.h"
#include "lw-note-changes.h"

#define WORKERS 8
/* Fewer than the store tells one by one. */
#define TOGETHER_MAX 48

typedef struct {
  LwLiveClient *client;
  json_object *message;
  json_object *changes; /* nullable: of the message */
  char *answer;
} Change;

struct _LwLiveChanges {
  LwLive *live;
  GThreadPool *workers; /* for all that is not one put */
  GAsyncQueue *puts;    /* Change; self: the end */
  GThread *thread;
};

static void start (LwLiveChanges *self, LwLiveClient *client);

/* ---- in the main loop ---- */

static void
change_free (gpointer data)
{
  Change *change = data;

  json_object_put (change->message);
  lw_live_client_unref (change->client);
  g_free (change->answer);
  g_free (change);
}

/* @data: Change, done */
static gboolean
finish (gpointer data)
{
  GPtrArray *done = data;

  for (guint i = 0; i < done->len; i++) {
    const Change *change = done->pdata[i];
    LwLiveClient *client = change->client;

    lw_live_client_send (client, change->answer);
    client->changing = FALSE;
    if (client->live->changes != NULL)
      start (client->live->changes, client);
  }
  return G_SOURCE_REMOVE;
}

static void
start (LwLiveChanges *self, LwLiveClient *client)
{
  Change *change;

  if (client->changing || client->socket == NULL || g_queue_is_empty (&client->changes))
    return;
  change = g_new0 (Change, 1);
  change->client = lw_live_client_ref (client);
  change->message = g_queue_pop_head (&client->changes);
  json_object_object_get_ex (change->message, "changes", &change->changes);
  client->changing = TRUE;
  if (lw_note_changes_is_put (change->changes))
    g_async_queue_push (self->puts, change);
  else
    g_thread_pool_push (self->workers, change, NULL);
}

void
lw_live_changes_take (LwLiveChanges *self, LwLiveClient *client, json_object *message)
{
  if (g_queue_get_length (&client->changes) >= LW_LIVE_CHANGES_MAX) {
    lw_live_client_dismiss (client, "Too much came at once. What was not kept is still with you; "
                                    "it will be sent again.");
    return;
  }
  g_queue_push_tail (&client->changes, json_object_get (message));
  start (self, client);
}

/* ---- in a thread ---- */

static void
post (LwLiveChanges *self, GPtrArray *done)
{
  g_main_context_invoke_full (self->live->context, G_PRIORITY_DEFAULT, finish, done,
                              (GDestroyNotify)g_ptr_array_unref);
}

/* @results: (transfer full) (nullable): without them nothing was kept, and the
 * panel keeps what it has and says so */
static void
answer (Change *change, json_object *results)
{
  g_autoptr (json_object) answer = json_object_new_object ();
  json_object *request;

  lw_json_add_text (answer, "type", "kept");
  if (json_object_object_get_ex (change->message, "request", &request))
    json_object_object_add (answer, "request", json_object_get (request));
  json_object_object_add (answer, "results", results);
  change->answer = g_strdup (json_object_to_json_string_ext (
      answer, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static gboolean
load_facts (LwLiveChanges *self, const Change *change, LwWalkFacts *facts)
{
  return lw_walk_facts_load (facts, self->live->room, &change->client->caller,
                             &change->client->walk_id, NULL);
}

static void
work (gpointer item, gpointer data)
{
  Change *change = item;
  LwLiveChanges *self = data;
  GPtrArray *done = g_ptr_array_new_with_free_func (change_free);
  g_auto (LwWalkFacts) facts = {0};
  json_object *results = NULL;

  if (load_facts (self, change, &facts))
    results = lw_note_changes_apply (self->live->room, &facts, change->changes);
  answer (change, results);
  g_ptr_array_add (done, change);
  post (self, done);
}

static void
put_together (LwLiveChanges *self, GPtrArray *changes)
{
  LwWalkFacts facts[TOGETHER_MAX] = {0};
  LwNotePut puts[TOGETHER_MAX];
  Change *of[TOGETHER_MAX];
  guint n = 0;

  for (guint i = 0; i < changes->len; i++) {
    Change *change = changes->pdata[i];

    if (!load_facts (self, change, &facts[n])) {
      answer (change, NULL);
      continue;
    }
    puts[n] = (LwNotePut){.facts = &facts[n], .changes = change->changes};
    of[n++] = change;
  }
  if (n > 0)
    lw_note_changes_put_many (self->live->room, puts, n);
  for (guint i = 0; i < n; i++) {
    json_object *results = json_object_new_array ();

    json_object_array_add (results, puts[i].result);
    answer (of[i], results);
    lw_walk_facts_clear (&facts[i]);
  }
}

static gpointer
run (gpointer data)
{
  LwLiveChanges *self = data;

  for (gpointer item = g_async_queue_pop (self->puts); item != self;
       item = g_async_queue_pop (self->puts)) {
    GPtrArray *changes = g_ptr_array_new_with_free_func (change_free);

    do
      g_ptr_array_add (changes, item);
    while (changes->len < TOGETHER_MAX && (item = g_async_queue_try_pop (self->puts)) != NULL &&
           item != self);
    if (item == self)
      g_async_queue_push_front (self->puts, self);
    put_together (self, changes);
    post (self, changes);
  }
  return NULL;
}

LwLiveChanges *
lw_live_changes_new (LwLive *live)
{
  LwLiveChanges *self = g_new0 (LwLiveChanges, 1);

  self->live = live;
  self->workers = g_thread_pool_new (work, self, WORKERS, FALSE, NULL);
  self->puts = g_async_queue_new ();
  self->thread = g_thread_new ("lw-live-puts", run, self);
  return self;
}

void
lw_live_changes_free (LwLiveChanges *self)
{
  g_thread_pool_free (self->workers, FALSE, TRUE);
  g_async_queue_push (self->puts, self);
  g_thread_join (self->thread);
  g_async_queue_unref (self->puts);
  g_free (self);
}
