/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-http.h"

G_BEGIN_DECLS

/**
 * LwTickets:
 *
 * Passes for what cannot carry an Authorization header: a WebSocket. Each is 128 random bits, opens
 * once, within half a minute, one thing for one caller. Kept in memory: a restart voids them all.
 *
 * Thread: any.
 */
typedef struct _LwTickets LwTickets;

typedef struct {
  LwCaller caller;
  LwId walk_id;
  LwId target_id; /* what in it; or none */
} LwTicket;

LwTickets *lw_tickets_new (void);
void lw_tickets_free (LwTickets *self);

/* (transfer full) */
char *lw_tickets_issue (LwTickets *self, const LwTicket *ticket);
/* FALSE for one that is forged, used, or too old. */
gboolean lw_tickets_redeem (LwTickets *self, const char *text, LwTicket *ret_ticket);

G_END_DECLS
