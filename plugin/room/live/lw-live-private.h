/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-live.h"
#include "lw-tickets.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

/* How many messages go out without an answer. */
#define LW_LIVE_WINDOW 64
/* How many of a client's changes may wait for their turn. */
#define LW_LIVE_CHANGES_MAX 32
#define LW_LIVE_MESSAGE_MAX (1024 * 1024)
#define LW_LIVE_STALL_S 120

/* One socket. Main loop's thread, but for what is said. */
typedef struct {
  gatomicrefcount refs;
  LwLive *live;
  LwWebsocket *socket; /* NULL once closed */
  LwCaller caller;     /* never changes */
  LwId walk_id;        /* never changes */
  char *name;
  gboolean wants_ops;
  LwAccess access; /* as of the last look; its phase lives in the audience's protocol */
  LwProtocol *protocol;
  gboolean ready;      /* access has been looked up once */
  guint64 sent, acked; /* seq */
  gint64 acked_us;     /* monotonic: when the window last moved, or was empty */
  gboolean behind;     /* something was left out */
  /* where the person is in the lesson */
  LwId segment_id;
  LwTime time;
  /* changes that wait for their turn, oldest first: json_object */
  GQueue changes;
  gboolean changing; /* one is in a worker */
} LwLiveClient;

struct _LwLive {
  LwRoom *room;
  LwTickets *tickets;
  GMainContext *context;
  GHashTable *walks; /* LwId * -> GPtrArray of LwLiveClient: who has it open */
  gulong changed_handler;
  guint tick;
  GHashTable *presence_due;       /* LwId *: walks */
  struct _LwLiveChanges *changes; /* NULL while it ends */
  struct _LwLiveNews *news;
  LwLiveCounts counts;
};

/* ---- lw-live-client.c ---- */

void
lw_live_client_open (LwLive *self, const LwTicket *ticket, LwWebsocket *socket, gboolean wants_ops);
LwLiveClient *lw_live_client_ref (LwLiveClient *client);
void lw_live_client_unref (LwLiveClient *client);
/* Sends @object with the next seq, or remembers that something was left out. Frees nothing. */
void lw_live_client_send (LwLiveClient *client, const char *text);
/* @head: a JSON object's text without its closing brace; the seq is added. */
void lw_live_client_send_numbered (LwLiveClient *client, const char *head);
/* Says why, then closes. */
void lw_live_client_dismiss (LwLiveClient *client, const char *message);

/* ---- lw-live-changes.c: what clients change ---- */

typedef struct _LwLiveChanges LwLiveChanges;

LwLiveChanges *lw_live_changes_new (LwLive *live);
/* When what was taken is done; its answers wait for the loop. */
void lw_live_changes_free (LwLiveChanges *self);
/* One message of changes: applied after those before it of the same client, and
 * answered. */
void lw_live_changes_take (LwLiveChanges *self, LwLiveClient *client, json_object *message);

/* ---- lw-live-news.c: the thread that reads what changed ---- */

typedef struct _LwLiveNews LwLiveNews;

LwLiveNews *lw_live_news_new (LwLive *live);
void lw_live_news_free (LwLiveNews *self);
/* Something changed in the store. */
void lw_live_news_changed (LwLiveNews *self,
                           const LwId *segment_id,
                           const LwId *target_id,
                           LwStoreChange what);
/* Looks up what a new client may do, then greets it. */
void lw_live_news_greet (LwLiveNews *self, LwLiveClient *client);
/* The walk's structure changed: looks up anew what its @clients may do, then tells them.
 * (transfer full) (element-type LwLiveClient) */
void lw_live_news_look_again (LwLiveNews *self, GPtrArray *clients);
/* Closes those whose session has ended. @clients: as above. */
void lw_live_news_check_sessions (LwLiveNews *self, GPtrArray *clients);

/* ---- lw-live.c: what the thread found, in the main loop's ---- */

/* A note that changed, or went. */
typedef struct {
  LwId author_id;
  char *json; /* NULL: it is gone */
  LwId id;
} LwLiveItem;

/* Something of lw-board.h that changed. */
typedef struct {
  LwAct act; /* which opens it to a reader */
  char *json;
} LwLiveBoardItem;

/* @items: (element-type LwLiveBoardItem) */
void lw_live_tell_board (LwLive *self, const LwId *walk_id, GArray *items);
/* @items: (element-type LwLiveItem) */
void lw_live_tell_notes (LwLive *self, const LwId *walk_id, GArray *items);

G_END_DECLS
