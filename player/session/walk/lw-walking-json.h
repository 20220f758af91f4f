/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-c/json.h>

#include "lw-board-check.h"

G_BEGIN_DECLS

/* A change as plugin/room/API.md has it: of groups, cards, outcomes, steps, follow-ups and
 * messages. (transfer full) */
json_object *lw_walking_draft_to_json (const LwBoardDraft *draft, gboolean is_agreement);

G_END_DECLS
