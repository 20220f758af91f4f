/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room-config.h"

G_BEGIN_DECLS

/*
 * Where a room looks for live lessons that are not sent to it, and where it waits for those that
 * are sent by SRT. An address may have a password in it: it goes to the ledger and to the receiver,
 * and nowhere else; not even errors repeat it.
 */

/**
 * lw_live_address_read:
 * @kind: "rtsp", "srt" or "hls"
 * @typed: by a person
 *
 * Checks it against what the room's administrator has named ("live-sources").
 *
 * Returns: (transfer full): as its receiver is told; NULL with G_IO_ERROR_INVALID_ARGUMENT or
 *   G_IO_ERROR_PERMISSION_DENIED, and a sentence
 */
char *lw_live_address_read (const LwRoomConfig *config,
                            const char *kind,
                            const char *typed,
                            GError **error);
/* Where SRT is waited for, with that passphrase; and what who sends it is told. (transfer full) */
char *lw_live_address_to_listen (const LwRoomConfig *config, guint port, const char *passphrase);
char *lw_live_address_to_tell (const LwRoomConfig *config, guint port);
/* 0: @address waits for nobody. */
guint lw_live_address_get_port (const char *address);
/* "srt-listen"; FALSE: none, or nothing that could be listened to. */
gboolean lw_live_address_get_ports (const LwRoomConfig *config, guint *ret_first, guint *ret_last);
/**
 * lw_live_address_get_reach:
 * @kind: any
 *
 * What a receiver may connect to (lw-reach.h): of what the administrator has named, what @address
 * may lead to. A name whose address is a private one is in reach only where that is named, too: so
 * nobody who has a say over names leads a receiver into the school's network. Blocks: it asks for
 * names.
 *
 * Returns: (transfer full)
 */
GStrv lw_live_address_get_reach (const LwRoomConfig *config, const char *kind, const char *address);

G_END_DECLS
