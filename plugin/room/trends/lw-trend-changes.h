/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-trend-json.h"

G_BEGIN_DECLS

/* Keeps, or refuses, each of the changes of a POST: results in their order. NULL: @changes is no
 * list of them. (transfer full) */
json_object *
lw_trend_changes_apply (LwRoom *room, const LwCaller *caller, json_object *changes, GError **error);

G_END_DECLS
