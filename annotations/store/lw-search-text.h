/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_search_text_fold:
 * @text: valid UTF-8
 *
 * What the full-text index is given for @text: compatibility forms are made one, combining accents
 * dropped, and the letters of scripts that are written without spaces (Chinese, Japanese, Thai,
 * Lao, Khmer, Burmese …) stand apart, so that any part of such a text is a phrase.
 *
 * Returns: (transfer full) (nullable): %NULL if that is @text itself
 */
char *lw_search_text_fold (const char *text);

/* Whether a word of such a script ends @text. */
gboolean lw_search_text_ends_unspaced (const char *text);

G_END_DECLS
