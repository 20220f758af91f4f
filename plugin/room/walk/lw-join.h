/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-room.h"

G_BEGIN_DECLS

/* Coming in by an invitation, for other ways of signing in. Thread: any. Errors as of
 * #LwInvitation. */

/* Whether the code opens a walk now; it is not used by that. */
gboolean lw_join_is_open (LwRoom *room, const char *code);
/* Somebody with an account: comes twice, uses it once. */
gboolean lw_join_person (LwRoom *room, const char *code, const LwId *person_id, GError **error);

G_END_DECLS
