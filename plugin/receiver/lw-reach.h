/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What this process may connect to, whatever an address, an answer or a playlist asks for. Every
 * connection that libavformat makes begins with getaddrinfo(), whose place lw-reach.c takes: it
 * knows what the room has told, and nothing else. So no name is ever asked for on the network.
 *
 * Thread: lw_reach_add() before there is another one; the others any.
 */

/* @words: "NETWORK" ("10.20.0.0/16", "192.0.2.7"): all of it may be reached; "NAME ADDRESS": the
 * name stands for that address. FALSE if it says neither. */
gboolean lw_reach_add (const char *words);
/* What was asked for last, and refused; then that is forgotten. NULL: nothing. (transfer full) */
char *lw_reach_take_refused (void);

G_END_DECLS
