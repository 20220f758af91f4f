/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-receiver-protocol.h"

G_BEGIN_DECLS

/**
 * LwReceiverProcess:
 *
 * One run of lessonwalk-receiver in bubblewrap: it sees no file, and of the network what its source
 * needs. What it says is checked like any input.
 */
typedef struct _LwReceiverProcess LwReceiverProcess;

typedef struct {
  const char *kind;    /* "rtmp" */
  const char *address; /* what it is told where to look; no newline */
  GStrv reach;         /* what it may connect to: "NETWORK" or "NAME ADDRESS" */
  gint64 origin_us;    /* of what is recorded already; 0: nothing */
  LwTime end;
} LwReceiverJob;

/* In the thread that runs it; all pointers are lent. @message: type and payload as they came, to be
 * handed on. */
typedef struct {
  void (*state) (LwReceiverState state, gint64 since_us, const char *words, gpointer data);
  void (*init) (
      const char *type, guint width, guint height, GBytes *init, GBytes *message, gpointer data);
  void (*fragment) (
      LwTime start, LwTime end, gboolean is_key, GBytes *bytes, GBytes *message, gpointer data);
  void (*clock) (
      LwTime media, gint64 wall_us, guint uncertainty_ms, LwClockMethod method, gpointer data);
  void (*answer) (guint32 number, LwReceiverAnswer how, const char *text, gpointer data);
} LwReceiverEvents;

/* All that a receiver says on @output, to its end. FALSE: it does not speak as it should.
 * @ret_said_end: whether it said that it has ended */
gboolean lw_receiver_hear (GInputStream *output,
                           const LwReceiverEvents *events,
                           gpointer data,
                           gboolean *ret_said_end);

/* Starts it, in the thread that then runs it. G_IO_ERROR. */
LwReceiverProcess *lw_receiver_process_new (const LwReceiverJob *job, GError **error);
/* Hears it until it has ended. TRUE if it said to its end what it had to say. */
gboolean
lw_receiver_process_run (LwReceiverProcess *self, const LwReceiverEvents *events, gpointer data);
/* Any thread; blocks until it is told. @sdp: at most LW_RECEIVER_OFFER_MAX. FALSE: it has ended. */
gboolean lw_receiver_process_offer (LwReceiverProcess *self, guint32 number, GBytes *sdp);
void lw_receiver_process_hang_up (LwReceiverProcess *self, guint32 number);
/* Any thread: what it holds is still said. Killed, if it takes longer than five seconds. */
void lw_receiver_process_end (LwReceiverProcess *self);
LwReceiverProcess *lw_receiver_process_ref (LwReceiverProcess *self);
void lw_receiver_process_unref (LwReceiverProcess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwReceiverProcess, lw_receiver_process_unref)

G_END_DECLS
