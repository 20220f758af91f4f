/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-wording-rules.h"

G_BEGIN_DECLS

/* Fills @rules, whose tables are there and empty. SYNTAX */
gboolean lw_wording_read (LwWording *rules, const char *json, gsize length, GError **error);

G_END_DECLS
