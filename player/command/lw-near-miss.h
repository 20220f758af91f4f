/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one of @candidates (NULL-terminated) that @typed was probably meant to be; NULL if none is
 * near. Bytes; a swap of neighbours counts as one slip. */
const char *lw_near_miss (const char *typed, const char *const *candidates);

G_END_DECLS
