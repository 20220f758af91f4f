/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-http.h"
#include "lw-room.h"

G_BEGIN_DECLS

/**
 * lw_deliver_file:
 * @below: the file's path below data/media/, as nginx is told it
 * @etag: strong, with its quotes: another one for other bytes
 *
 * Answers with the file or the part of it that was asked for: Range, If-Range, If-None-Match, HEAD
 * (RFC 9110). With the setting accel-prefix the body is left to nginx. In a worker thread; the
 * caller has asked whether that is allowed.
 */
void lw_deliver_file (
    LwRoom *room, LwHttpCall *call, const char *below, const char *type, const char *etag);

G_END_DECLS
