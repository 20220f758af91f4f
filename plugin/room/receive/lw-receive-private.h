/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-guesses.h"
#include "lw-hls.h"
#include "lw-http.h"
#include "lw-live-sources.h"
#include "lw-receive.h"
#include "lw-receiver-process.h"
#include "lw-recording.h"
#include "lw-tickets.h"
#include "lw-walk-facts.h"

G_BEGIN_DECLS

#define LW_PLAY_NAME_BYTES 16
/* What is missing of a lesson is told from this length on. */
#define LW_LIVE_GAP_LEAST (500 * LW_MSECOND)

struct _LwReceive {
  LwRoom *room;
  GMainContext *context;
  LwTickets *tickets;
  guint8 secret[32]; /* play names are made from it */
  GMutex opening;    /* held by who opens one */
  GMutex mutex;
  GCond changed;
  GHashTable *runs; /* LwId *, a source's -> LwLiveRun; under mutex */
  guint tick;
  GThreadPool *lookers; /* whether those who watch still may */
  LwGuesses *guesses;   /* at keys of WHIP */
};

/* A source that is not an ordinary lesson yet. */
typedef struct {
  gatomicrefcount refs;
  LwReceive *owner;
  LwId id, walk_id, visit_id, person_id; /* these never change */
  char *kind, *title, *folder;
  GCancellable *cancel; /* what is made of it, when the room closes or it is erased */
  /* the thread's: */
  gboolean ensured; /* its segment is in the store */
  gboolean lost;    /* a fragment was: those after it need one that can be begun with */
  GBytes *pending;  /* nullable: an init segment that the disk did not take yet, with its type */
  char *pending_type;
  guint pending_width, pending_height;
  GThread *thread; /* nullable; under the mutex, as what follows: */
  char *address;   /* nullable */
  LwId segment_id;
  LwLiveStage stage;
  gint64 origin_us;
  LwReceiverState state;
  gint64 since_us;
  char *trouble;              /* nullable: a sentence for people */
  LwReceiverProcess *process; /* nullable */
  gboolean ending;            /* told to: it becomes a lesson */
  gboolean stopping;          /* the room closes */
  gboolean dropped;           /* erased */
  gboolean has_clock;
  LwClockRecord clock;    /* the newest */
  LwRecording *recording; /* never changes; nor does: */
  LwHls *hls;
  /* lw-whip.c's; under the mutex */
  GSList *asked;   /* offers that wait for an answer */
  guint32 sending; /* the number of the last one that was taken; 0: none was */
  /* the main loop's: */
  GPtrArray *viewers;
  GBytes *init;      /* nullable: the newest, as it came */
  GPtrArray *recent; /* GBytes: fragments since the last with which one can begin */
  gsize recent_bytes;
} LwLiveRun;

LwLiveRun *lw_live_run_ref (LwLiveRun *run);
void lw_live_run_unref (LwLiveRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwLiveRun, lw_live_run_unref)

/* NULL if there is none. (transfer full) */
LwLiveRun *lw_receive_find (LwReceive *self, const LwId *source_id);
LwLiveRun *lw_receive_find_segment (LwReceive *self, const LwId *segment_id);
/* Of a source that was just added to the ledger. Main loop's or a worker's thread. */
gboolean lw_receive_begin (LwReceive *self, const LwLiveSource *source, GError **error);
/* From now on it comes from there. */
void lw_live_run_set_address (LwLiveRun *run, const char *address);
/* It is to become an ordinary lesson. */
void lw_live_run_end (LwLiveRun *run);
/* What lw_receive_describe_visit() tells. */
json_object *lw_live_run_to_json (LwLiveRun *run);

/* Its thread, which holds a reference. */
gpointer lw_live_run_work (gpointer run);

/* ---- lw-receive-finish.c ---- */

/* What was recorded becomes an upload like others, which the room's media jobs make a lesson of.
 * In the run's thread. FALSE: try again later. */
gboolean lw_receive_finish (LwLiveRun *run, GError **error);
/* A folder with what is in it. */
gboolean lw_receive_remove_folder (const char *path, guint *files, GError **error);

/* ---- lw-watch.c: main loop's thread, unless it says otherwise ---- */

void lw_watch_start (LwReceive *self);
void lw_watch_stop (LwReceive *self);
/* Any thread; @message as it came from the receiver. */
void lw_watch_tell (LwLiveRun *run, GBytes *message, gboolean is_key);
/* Any thread: its state changed. */
void lw_watch_tell_state (LwLiveRun *run);

/* ---- lw-live-api.c, lw-hls-api.c, lw-rtmp.c: routes ---- */

void lw_receive_add_api (LwReceive *self);
void lw_receive_add_hls (LwReceive *self);
/* The live lesson of the path's ":segment" for a caller who may watch it; answers itself if not.
 * (transfer full) (nullable) */
LwLiveRun *lw_live_find_watchable (LwReceive *self,
                                   LwHttpCall *call,
                                   const LwCaller *caller,
                                   LwWalkFacts *facts);
void lw_receive_add_rtmp (LwReceive *self);
/* By which nginx hands the lesson to the receiver: 32 hexadecimal digits. (transfer full) */
char *lw_rtmp_play_name (LwReceive *self, const LwId *source_id);
/* (transfer full) */
char *lw_rtmp_play_address (LwReceive *self, const LwId *source_id);

/* ---- lw-whip.c ---- */

void lw_receive_add_whip (LwReceive *self);
/* What the receiver is told instead of an address. (transfer full) */
char *lw_whip_settings (LwReceive *self);
/* Where one sends to. (transfer full) */
char *lw_whip_url (LwReceive *self);
/* Of RTCIceServer. (transfer full) */
json_object *lw_whip_ice_to_json (LwReceive *self);
/* In the run's thread. */
void lw_whip_take_answer (LwLiveRun *run, guint32 number, LwReceiverAnswer how, const char *text);
/* Ends what whoever sends has begun, if anybody does. */
void lw_whip_hang_up (LwLiveRun *run);

G_END_DECLS
