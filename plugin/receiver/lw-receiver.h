/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-receiver-protocol.h"
#include "lw-source.h"

G_BEGIN_DECLS

typedef struct {
  const LwSourceKind *kind;
  const char *address;
  int output;       /* a descriptor: frames of lw-receiver-protocol.h */
  gint64 origin_us; /* of what an earlier receiver recorded; 0: of nothing */
  LwTime end;
} LwReceiverOptions;

LwSink *lw_receiver_new (const LwReceiverOptions *options);
void lw_receiver_free (LwSink *self);
/* Until it is told to end. FALSE if what it had to say could not be said to the end. */
gboolean lw_receiver_run (LwSink *self);
/* From any thread. */
void lw_receiver_end (LwSink *self);
/* From any thread; @text: (transfer full). Where too many wait, the oldest is never answered. */
void lw_receiver_offer (LwSink *self, guint32 number, char *text);
void lw_receiver_hang_up (LwSink *self, guint32 number);

G_END_DECLS
