/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/* What every way into the room does. Thread: any. */

/* Before a code or a password is tried. Too many guesses from there: answers, and returns FALSE. */
gboolean lw_sign_in_may_guess (LwRoom *room, LwHttpCall *call);
/* It was right: that was no guess. */
void lw_sign_in_guessed_right (LwRoom *room, LwHttpCall *call);
/* The answer to too many guesses. */
void lw_sign_in_reply_too_many (LwHttpCall *call);
/* The one answer to codes that are unknown, used, expired, revoked or of a closed walk. */
void lw_sign_in_reply_closed (LwHttpCall *call);
/* Begins a session, and answers with its token. @way: for the audit log, which way it was.
 * @json: (transfer full) (nullable): to add it to */
void lw_sign_in_reply (
    LwRoom *room, LwHttpCall *call, const LwId *person_id, const char *way, json_object *json);
/* The same answer to a caller who stays in the session that is. */
void lw_sign_in_reply_same (LwRoom *room, LwHttpCall *call, json_object *json);

G_END_DECLS
